"""Exons of the MANE Select transcripts: where in the transcript and the protein a position lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX

NMD_LAST_BASES = 50
"""Bases before the last exon-exon junction within which a premature stop is not expected to lead
to nonsense-mediated decay: Abou Tayoun et al. 2018, doi:10.1002/humu.23626, figure 1."""

EXON_END_BASES, EXON_START_BASES = 3, 1
"""Bases at the end and at the beginning of an exon that count as part of the splice site: Walker
et al. 2023, doi:10.1016/j.ajhg.2023.06.002 (BP7)."""


class ExonPlace(NamedTuple):
    """Where a position lies among the exons of a transcript.

    Attributes
    ----------
    number, count : int
        The exon, or the nearest one for a position in an intron, from 1 in the order of the
        transcript; how many there are.
    offset : int
        0 in the exon; in an intron as HGVS writes it, +1 the first base after the exon, -1 the
        last base before it. On a tie +, as HGVS has it.
    from_start, from_end : int
        Bases from the first and from the last base of the exon, from 1; 0 in an intron.
    """

    number: int
    count: int  # type: ignore[assignment]  # tuples have a method of that name
    offset: int
    from_start: int
    from_end: int


@dataclass(frozen=True, eq=False, repr=False)
class CodingTranscripts:
    """MANE Select transcripts on GRCh38, one row each; positions are 1-based, inclusive.

    Coding bases are numbered from 1 at the A of the start codon, as HGVS `c.` does.

    Attributes
    ----------
    transcript : str, shape (row,)
        Ensembl accession without version.
    row_of_gene : int32, shape (gene,)
        Row of each gene of the gene table, -1 where it has no MANE Select transcript on the
        primary assembly.
    contig : int8, shape (row,)
        X for the genes of the pseudo-autosomal regions.
    forward : bool, shape (row,)
    cds_first, cds_last : int32, shape (row,)
        First and last coding base on the genome, stop codon included.
    exon_start : int64, shape (row + 1,)
    exon_first, exon_last : int32
        Exons of each row, untranslated ones included, in the order of the transcript.
    about : tuple of str
        Source, version and licence, a line each.

    Examples
    --------
    Two exons on the reverse strand, of 6 and 5 bases; the coding sequence has 4 and 5 of them.

    >>> table = CodingTranscripts(
    ...     ["T"], np.zeros(1, np.int32), np.ones(1, np.int8), np.zeros(1, np.bool_),
    ...     np.array([101]), np.array([208]), np.array([0, 2]),
    ...     np.array([205, 101]), np.array([210, 105]),
    ... )
    >>> table.coding_exons(0), table.coding_length(0)
    ([(205, 208), (101, 105)], 9)
    >>> table.coding_base(0, 208), table.coding_base(0, 105), table.coding_base(0, 209)
    (1, 5, -1)
    >>> table.genome_position(0, 5), table.codon(0, 5)
    (105, (205, 105, 104))
    >>> table.exon_of(0, 105), table.exon_of(0, 150)
    ((2, 2), None)
    >>> table.place(0, 204)
    ExonPlace(number=1, count=2, offset=1, from_start=0, from_end=0)
    """

    transcript: Sequence[str]
    row_of_gene: NDArray[np.int32]
    contig: NDArray[np.int8]
    forward: NDArray[np.bool_]
    cds_first: NDArray[np.int32]
    cds_last: NDArray[np.int32]
    exon_start: NDArray[np.int64]
    exon_first: NDArray[np.int32]
    exon_last: NDArray[np.int32]
    about: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"CodingTranscripts({len(self.transcript)} transcripts)"

    def exons(self, row: int) -> list[tuple[int, int]]:
        """Exons of a row, untranslated ones included, in the order of the transcript."""
        rows = slice(int(self.exon_start[row]), int(self.exon_start[row + 1]))
        return list(zip(self.exon_first[rows].tolist(), self.exon_last[rows].tolist(), strict=True))

    def coding_exons(self, row: int) -> list[tuple[int, int]]:
        """Coding parts of the exons of a row, in the order of the transcript."""
        low, high = int(self.cds_first[row]), int(self.cds_last[row])
        parts = [(max(first, low), min(last, high)) for first, last in self.exons(row)]
        return [(first, last) for first, last in parts if first <= last]

    def coding_base(self, row: int, position: int) -> int:
        """Place of a position in the coding sequence, from 1; -1 outside it."""
        return _base_of(self.coding_exons(row), bool(self.forward[row]), position)

    def coding_length(self, row: int) -> int:
        """Length of the coding sequence in bases, stop codon included."""
        return sum(last - first + 1 for first, last in self.coding_exons(row))

    def genome_position(self, row: int, coding_base: int) -> int:
        """Position of a coding base on the genome; -1 where the coding sequence is shorter."""
        left = coding_base
        for first, last in self.coding_exons(row):
            size = last - first + 1
            if 1 <= left <= size:
                return first + left - 1 if self.forward[row] else last - left + 1
            left -= size
        return UNKNOWN_INDEX

    def codon(self, row: int, coding_base: int) -> tuple[int, int, int]:
        """Positions of the codon of a coding base, in the order of the transcript.

        The three may lie in two exons. -1 stands for what is beyond the coding sequence.
        """
        first = coding_base - (coding_base - 1) % 3
        one, two, three = (self.genome_position(row, base) for base in range(first, first + 3))
        return one, two, three

    def exon_of(self, row: int, position: int) -> tuple[int, int] | None:
        """Give the exon that holds a position, from 1, and how many there are; None without one."""
        exons = self.exons(row)
        for number, (first, last) in enumerate(exons, start=1):
            if first <= position <= last:
                return number, len(exons)
        return None

    def place(self, row: int, position: int) -> ExonPlace | None:
        """Place of a position among the exons, also in an intron; None outside the transcript."""
        exons, forward = self.exons(row), bool(self.forward[row])
        if not min(exons)[0] <= position <= max(exons)[1]:
            return None
        best: ExonPlace | None = None
        for number, (first, last) in enumerate(exons, start=1):
            start, end = (position - first, last - position) if forward else (
                last - position, position - first)  # fmt: skip
            if start >= 0 and end >= 0:
                return ExonPlace(number, len(exons), 0, start + 1, end + 1)
            offset = start if start < 0 else -end
            if best is None or abs(offset) < abs(best.offset):
                best = ExonPlace(number, len(exons), offset, 0, 0)
        return best

    def at_exon_edge(self, row: int, position: int) -> bool:
        """Whether a position is one of the last three bases or the first base of an exon.

        Only edges with a splice site count: not the beginning and end of the transcript.
        """
        place = self.place(row, position)
        if place is None or place.offset:
            return False
        donor = place.number < place.count and place.from_end <= EXON_END_BASES
        acceptor = place.number > 1 and place.from_start <= EXON_START_BASES
        return donor or acceptor

    def transcript_base(self, row: int, position: int) -> int:
        """Place of a position in the spliced transcript, from 1; -1 outside its exons."""
        return _base_of(self.exons(row), bool(self.forward[row]), position)

    def escapes_decay(self, row: int, coding_base: int, *, after_stop: bool = True) -> bool:
        """Whether a stop at a coding base is not expected to lead to nonsense-mediated decay.

        So it is in the last exon, in the 50 bases before the last exon-exon junction, and in
        transcripts of one exon.

        Parameters
        ----------
        row : int
        coding_base : int
            Where the stop is, from 1; beyond the coding sequence counts as its end.
        after_stop : bool
            Whether a junction behind the transcript's own stop codon counts. Where there is one,
            the own stop should lead to decay as well and does not, so that not counting it is
            the more cautious reading.
        """
        exons = self.exons(row)
        length = self.coding_length(row)
        if not after_stop:
            own = self.exon_of(row, self.genome_position(row, length))
            exons = exons[: own[0]] if own else exons
        if len(exons) < 2:
            return True
        last_junction = sum(last - first + 1 for first, last in exons[:-1])
        before = self.transcript_base(row, self.genome_position(row, 1)) - 1
        return before + min(coding_base, length) > last_junction - NMD_LAST_BASES

    def share_after(self, row: int, coding_base: int) -> float:
        """Share of the protein that is lost when it ends before the residue of a coding base.

        Between 0 and 1; 0 from the stop codon on.
        """
        residues = self.coding_length(row) // 3 - 1
        kept = (max(coding_base, 1) - 1) // 3
        return max(residues - kept, 0) / residues if residues > 0 else 0.0


def _base_of(parts: list[tuple[int, int]], forward: bool, position: int) -> int:
    """Place of a position in what these parts are when joined, from 1; -1 outside them."""
    before = 0
    for first, last in parts:
        if first <= position <= last:
            return before + (position - first if forward else last - position) + 1
        before += last - first + 1
    return UNKNOWN_INDEX

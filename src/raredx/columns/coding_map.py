"""Where on a transcript a position lies: codon, exon, and what a premature stop there does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX

NMD_LAST_BASES = 50
"""A stop this close before the last junction of exons, or after it, escapes nonsense-mediated
decay (Abou Tayoun 2018, doi:10.1002/humu.23626, figure 1)."""


@dataclass(frozen=True)
class SpliceSite:
    """A splice site, and how far from it a position lies.

    Attributes
    ----------
    kind : str
        `donor`, after an exon, or `acceptor`, before it.
    exon : int
        Number of that exon, from 0.
    distance : int
        From 1 outwards within the exon, from -1 outwards in the intron.
    """

    kind: str
    exon: int
    distance: int


class CodingMap:
    """One transcript, with its exons counted in its own direction.

    Coding bases are numbered from 1 at the A of the start codon, as HGVS `c.` does; exons and
    positions are 1-based and inclusive.

    Parameters
    ----------
    forward : bool
        Strand.
    exons : sequence of (int, int)
        First and last position of each, untranslated ones included, in the order of the
        transcript.
    cds_first, cds_last : int
        First and last coding base on the genome, stop codon included; each lies in an exon.

    Examples
    --------
    Two exons on the reverse strand, of 6 and 5 bases; the coding sequence has 4 and 5 of them.

    >>> found = CodingMap(False, [(205, 210), (101, 105)], 101, 208)
    >>> found.coding_length, found.codons, found.coding_exons()
    (9, 2, [(205, 208), (101, 105)])
    >>> found.coding_base(208), found.coding_base(105), found.coding_base(209)
    (1, 5, -1)
    >>> found.codon_positions(2)
    (205, 105, 104)
    >>> found.splice_site(204)
    SpliceSite(kind='donor', exon=0, distance=-1)
    """

    def __init__(
        self, forward: bool, exons: Sequence[tuple[int, int]], cds_first: int, cds_last: int
    ) -> None:
        self.forward, self.exons = forward, exons
        self._cds = cds_first, cds_last
        sign = 1 if forward else -1
        self._starts = [sign * (first if forward else last) for first, last in exons]
        self._before = [0, *accumulate(last - first + 1 for first, last in exons)]
        self._cds_start = self._transcript_base(cds_first if forward else cds_last)
        end = self._transcript_base(cds_last if forward else cds_first)
        self.coding_length = end + 1 - self._cds_start

    @property
    def codons(self) -> int:
        """Residues of the protein; the stop codon is none."""
        return self.coding_length // 3 - 1

    def _last_begun(self, position: int) -> int:
        """Last exon that begins at a position or before it; -1 none."""
        return bisect_right(self._starts, position if self.forward else -position) - 1

    def _transcript_base(self, position: int) -> int:
        """Place of a position in the spliced transcript, from 1; -1 outside the exons."""
        exon = self._last_begun(position)
        if exon < 0:
            return UNKNOWN_INDEX
        first, last = self.exons[exon]
        if not first <= position <= last:
            return UNKNOWN_INDEX
        along = position - first if self.forward else last - position
        return self._before[exon] + along + 1

    def coding_base(self, position: int) -> int:
        """Place of a position in the coding sequence, from 1; -1 outside it."""
        base = self._transcript_base(position) + 1 - self._cds_start
        return base if 1 <= base <= self.coding_length else UNKNOWN_INDEX

    def _position_of(self, base: int) -> int:
        """Position on the genome of a coding base, counted from 1."""
        along = base + self._cds_start - 2
        exon = bisect_right(self._before, along) - 1
        first, last = self.exons[exon]
        return (
            first + along - self._before[exon]
            if self.forward
            else last - (along - self._before[exon])
        )

    def codon_positions(self, codon: int) -> tuple[int, int, int]:
        """Positions of the bases of a codon, counted from 1, in the order of the transcript."""
        first, second, third = (self._position_of(3 * codon - 2 + place) for place in range(3))
        return first, second, third

    def first_changed(self, span: tuple[int, int]) -> int:
        """Give the first coding base of a stretch of the genome; -1 where none is coding."""
        found = [base for base in map(self.coding_base, span) if base > 0]
        return min(found) if found else UNKNOWN_INDEX

    def escapes_decay(self, codon: int) -> bool:
        """Whether a stop at this codon leaves the transcript intact: at its end, or one exon."""
        base = self._cds_start + 3 * (codon - 1)
        return base > self._before[-2] - NMD_LAST_BASES

    def _coding_part(self, exon: int) -> tuple[int, int]:
        """Coding part of an exon; the last position before the first where there is none."""
        first, last = self.exons[exon]
        return max(first, self._cds[0]), min(last, self._cds[1])

    def coding_exons(self) -> list[tuple[int, int]]:
        """Coding parts of the exons, in the order of the transcript."""
        parts = [self._coding_part(exon) for exon in range(len(self.exons))]
        return [(first, last) for first, last in parts if first <= last]

    def coding_bases_in(self, exon: int) -> int:
        """Coding bases of an exon."""
        first, last = self._coding_part(exon)
        return max(last - first + 1, 0)

    def spliced_exon(self, span: tuple[int, int]) -> int:
        """Exon whose first two or last two intronic bases a stretch meets; -1 none."""
        low, high = span
        near = sorted({exon for position in span for exon in self._near(position)})
        for number in near:
            first, last = self.exons[number]
            before, after = (first - 2, first - 1), (last + 1, last + 2)
            acceptor, donor = (before, after) if self.forward else (after, before)
            if number < len(self.exons) - 1 and donor[0] <= high and low <= donor[1]:
                return number
            if number > 0 and acceptor[0] <= high and low <= acceptor[1]:
                return number
        return UNKNOWN_INDEX

    def _near(self, position: int) -> range:
        """Exons that may hold a position or stand next to it."""
        found = self._last_begun(position)
        return range(max(found, 0), min(found + 2, len(self.exons)))

    def splice_site(self, position: int) -> SpliceSite | None:
        """Find the nearest splice site; None for a transcript of one exon."""
        best: SpliceSite | None = None
        for number in self._near(position):
            first, last = self.exons[number]
            into = position - first if self.forward else last - position
            left = last - first - into
            for kind, along, exists in (
                ("acceptor", into, number > 0), ("donor", left, number < len(self.exons) - 1),
            ):  # fmt: skip
                inside = into >= 0 and left >= 0
                if exists and (inside or along < 0):
                    found = SpliceSite(kind, number, along + 1 if inside else along)
                    if best is None or abs(found.distance) < abs(best.distance):
                        best = found
        return best

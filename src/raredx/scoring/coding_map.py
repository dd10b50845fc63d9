"""Where on a transcript a position lies: codon, exon, and what a premature stop there does."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from raredx.columns.clinvar import trimmed
from raredx.columns.coding import CodingTranscripts
from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX

NMD_LAST_BASES = 50
"""A stop this close before the last junction of exons, or after it, escapes nonsense-mediated
decay (Abou Tayoun 2018, doi:10.1002/humu.23626)."""


def changed_bases(position: int, ref: str, alt: str) -> tuple[int, int]:
    """Give first and last reference base that a variant changes; an insertion's two neighbours.

    Examples
    --------
    >>> changed_bases(100, "A", "G"), changed_bases(100, "ACT", "A"), changed_bases(100, "A", "AT")
    ((100, 100), (101, 102), (100, 101))
    """
    position, ref, alt = trimmed(position, ref, alt)
    if ref[0] != alt[0]:
        return position, position + len(ref) - 1
    if len(ref) == 1:
        return position, position + 1
    return position + 1, position + len(ref) - 1


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

    Parameters
    ----------
    table : CodingTranscripts
    row : int
    """

    def __init__(self, table: CodingTranscripts, row: int) -> None:
        self.forward = bool(table.forward[row])
        start, stop = int(table.exon_start[row]), int(table.exon_start[row + 1])
        self.exons: list[tuple[int, int]] = list(
            zip(
                table.exon_first[start:stop].tolist(), table.exon_last[start:stop].tolist(),
                strict=True,
            )
        )  # fmt: skip
        self._before: list[int] = [0, *accumulate(last - first + 1 for first, last in self.exons)]
        low, high = int(table.cds_first[row]), int(table.cds_last[row])
        self._cds_start = self._transcript_base(low if self.forward else high)
        self.coding_length = self._transcript_base(high if self.forward else low)
        self.coding_length += 1 - self._cds_start
        sign = 1 if self.forward else -1
        self._starts = [sign * (first if self.forward else last) for first, last in self.exons]

    @property
    def codons(self) -> int:
        """Residues of the protein; the stop codon is none."""
        return self.coding_length // 3 - 1

    def exon_of(self, position: int) -> int:
        """Find the exon that holds a position, from 0; -1 in an intron or outside."""
        found = bisect_right(self._starts, position if self.forward else -position) - 1
        if found >= 0 and self.exons[found][0] <= position <= self.exons[found][1]:
            return found
        return UNKNOWN_INDEX

    def _transcript_base(self, position: int) -> int:
        """Place of a position in the spliced transcript, from 1; -1 outside the exons."""
        for number, (first, last) in enumerate(self.exons):
            if first <= position <= last:
                along = position - first if self.forward else last - position
                return self._before[number] + along + 1
        return UNKNOWN_INDEX

    def coding_base(self, position: int) -> int:
        """Place of a position in the coding sequence, from 1; -1 outside it."""
        exon = self.exon_of(position)
        if exon < 0:
            return UNKNOWN_INDEX
        first, last = self.exons[exon]
        along = position - first if self.forward else last - position
        base = self._before[exon] + along + 2 - self._cds_start
        return base if 1 <= base <= self.coding_length else UNKNOWN_INDEX

    def position_of(self, base: int) -> int:
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
        first, second, third = (self.position_of(3 * codon - 2 + place) for place in range(3))
        return first, second, third

    def first_changed(self, span: tuple[int, int]) -> int:
        """Give the first coding base of a stretch of the genome; -1 where none is coding."""
        found = [base for base in map(self.coding_base, span) if base > 0]
        return min(found) if found else UNKNOWN_INDEX

    def escapes_decay(self, codon: int) -> bool:
        """Whether a stop at this codon leaves the transcript intact: at its end, or one exon."""
        base = self._cds_start + 3 * (codon - 1)
        return base > self._before[-2] - NMD_LAST_BASES

    def coding_bases_in(self, exon: int) -> int:
        """Coding bases of an exon."""
        first = max(self._before[exon] + 1, self._cds_start)
        last = min(self._before[exon + 1], self._cds_start + self.coding_length - 1)
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
        found = bisect_right(self._starts, position if self.forward else -position) - 1
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

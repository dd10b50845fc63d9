"""Variants reported to ClinVar, as far as criteria look them up: neighbours and equals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genome import CONTIG_CODES
from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX, Assembly


@dataclass(frozen=True, eq=False, repr=False)
class ClinvarTable:
    """Reported variants, ascending by contig and position.

    Attributes
    ----------
    assembly : Assembly
    date : str
        Release of ClinVar, `2024-12-15`; empty where the file does not tell.
    contig : int8, shape (variant,)
        1 to 22, X 23, Y 24, MT 25.
    position : int32, shape (variant,)
    ref, alt : str, shape (variant,)
    clinvar_class : int8, shape (variant,)
        `ClinvarClass`.
    stars : int8, shape (variant,)
        Review stars, -1 unknown.
    kind : int8, shape (variant,)
        `ReportedKind` of the molecular consequence.
    complete : bool
        Whether every class is in the table; the bundled one holds pathogenic and likely
        pathogenic variants of two stars or more, so nothing can be said of benign ones.
    about : tuple of str
        Source, version and licence, a line each.
    variation : int32, shape (variant,)
        ClinVar's VariationID, 0 unknown; of shape (0,) where none is known.
    """

    assembly: Assembly
    date: str
    contig: NDArray[np.int8]
    position: NDArray[np.int32]
    ref: Sequence[str]
    alt: Sequence[str]
    clinvar_class: NDArray[np.int8]
    stars: NDArray[np.int8]
    kind: NDArray[np.int8]
    complete: bool
    about: tuple[str, ...] = ()
    variation: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def __repr__(self) -> str:
        return f"ClinvarTable({len(self.position)} variants, {self.date})"

    def between(self, contig: int, first: int, last: int) -> range:
        """Rows on a contig with a position from `first` to `last`, both included."""
        low, high = np.searchsorted(self._keys, [contig * _SPAN + first, contig * _SPAN + last + 1])
        return range(int(low), int(high))

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """One ascending number for contig and position."""
        keys: NDArray[np.int64] = self.contig.astype(np.int64) * _SPAN + self.position
        return keys


_SPAN = 1 << 32
"""More than the longest contig."""

_CONTIG_NAMES = {code: name for name, code in CONTIG_CODES.items()}


def allele_name(contig: int, position: int, ref: str, alt: str) -> str:
    """Write an allele as contig-position-ref-alt.

    Examples
    --------
    >>> allele_name(17, 7675088, "C", "T"), allele_name(25, 3243, "A", "G")
    ('17-7675088-C-T', 'MT-3243-A-G')
    """
    return f"{_CONTIG_NAMES[contig]}-{position}-{ref}-{alt}"


def trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Write an allele as shortly as VCF allows: what both ends share goes, but one base stays.

    Examples
    --------
    >>> trimmed(100, "CAA", "CA"), trimmed(100, "CAT", "CAG"), trimmed(100, "a", "G")
    ((100, 'CA', 'C'), (102, 'T', 'G'), (100, 'A', 'G'))
    """
    ref, alt = ref.upper(), alt.upper()
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


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


def reported_at(table: ClinvarTable, contig: int, position: int, ref: str, alt: str) -> int:
    """Find the row of a table that reports this very allele.

    Both sides are compared after `trimmed`; nothing is shifted along a repeat, since callers and
    ClinVar both write the leftmost place.

    Parameters
    ----------
    table : ClinvarTable
    contig : int
        Contig code.
    position : int
        1-based, of `ref`.
    ref, alt : str
        One ALT allele.

    Returns
    -------
    int
        Row; -1 where the allele is not in the table.
    """
    wanted = trimmed(position, ref, alt)
    for row in table.between(contig, min(position, wanted[0]), max(position, wanted[0])):
        if trimmed(int(table.position[row]), table.ref[row], table.alt[row]) == wanted:
            return row
    return UNKNOWN_INDEX

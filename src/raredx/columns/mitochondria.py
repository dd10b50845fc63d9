"""The two mitochondrial references in use, told apart by length and by REF alleles.

UCSC's hg19 has `chrM` from a Yoruba sequence (NC_001807, 16,571 bases); GRCh37 with MT, hs37d5
and GRCh38 have the revised Cambridge sequence (rCRS, NC_012920, 16,569). MITOMAP, ClinVar and
gnomAD count in rCRS; beyond position 309 the same base has another number in NC_001807.
"""

from __future__ import annotations

from enum import StrEnum


class MtReference(StrEnum):
    """Which mitochondrial sequence a file counts in."""

    RCRS = "rCRS"
    YORUBA = "NC_001807"
    UNKNOWN = "unknown"


RCRS_LENGTH, YORUBA_LENGTH = 16569, 16571
"""GenBank NC_012920.1 and NC_001807.4."""

_DIFFERENCES = (
    # position, base of NC_012920.1, base of NC_001807.4: the places at which an alignment of the
    # two has a substitution, counted in either, as far as the bases of that number differ. These
    # are where people differ, hence where records are likely to be.
    "73AG 150CT 195TC 263AG 410GA 750AG 752CG 1438AC 2352TA 2354AC 2483TA 2485TC 2708CG 4769AT "
    "5580TG 5581AC 7029CT 8702CG 8860AC 8861CG 9377AG 9378TG 9540TA 9541TC 10399CG 10820CG "
    "10873TC 11017TG 11018GC 11720CA 11723AC 12705CT 12851TG 14212TC 14213AC 14581TG 14766CA "
    "14905GT 14906CA 15301GT 15302CA 15327CG 15932TA 15933GC 16172TA 16225CT 16320CA 16322AT "
    "16519TG 16521AC"
)
MT_DIFFERENCES: dict[int, tuple[str, str]] = {
    int(text[:-2]): (text[-2], text[-1]) for text in _DIFFERENCES.split()
}
"""Position to the base of rCRS and the base of NC_001807."""


def mt_reference_of_length(length: int) -> MtReference:
    """Tell the mitochondrial reference from the length of its contig.

    Examples
    --------
    >>> mt_reference_of_length(16571).value, mt_reference_of_length(16569).value
    ('NC_001807', 'rCRS')
    >>> mt_reference_of_length(0).value
    'unknown'
    """
    known = {RCRS_LENGTH: MtReference.RCRS, YORUBA_LENGTH: MtReference.YORUBA}
    return known.get(length, MtReference.UNKNOWN)


def mt_reference_of_ref(position: int, ref: str) -> MtReference:
    """Tell the mitochondrial reference from a record's REF, where its first base decides.

    Examples
    --------
    >>> mt_reference_of_ref(750, "A").value, mt_reference_of_ref(750, "G").value
    ('rCRS', 'NC_001807')
    >>> mt_reference_of_ref(751, "A").value, mt_reference_of_ref(750, "T").value
    ('unknown', 'unknown')
    """
    bases = MT_DIFFERENCES.get(position, ("", ""))
    for base, reference in zip(bases, (MtReference.RCRS, MtReference.YORUBA), strict=True):
        if base and ref[:1].upper() == base:
            return reference
    return MtReference.UNKNOWN

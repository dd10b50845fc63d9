"""What each genotype says of each mode of inheritance, member by member: the genetics.

The kernels only look these tables up; docs/inheritance.md shows them, and the tests read them
there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.kernels import segregation as kernels
from raredx.vocabulary import Affection, Genotype, Mode, Region, Sex

_SIGNS = {"-": kernels.CONTRADICTS, "+": kernels.CONSISTENT, ".": kernels.SILENT, "?": -1}

# Columns: no call, reference, heterozygous, homozygous, hemizygous, carrier of unknown
# zygosity, half-call without the allele, not applicable, mosaic.
# + consistent, - contradicts, ? left open, . says nothing.
# Clinical rules section 3.2 and its sources; mosaic relatives: section 3.4.
_CARRIES = "? - + + + + ? . +"
_LACKS = "? + - - - - ? . ?"
_FREE = ". . . . . . . . ."
_TWO_COPIES = "? - - + + ? - . -"
_NOT_TWO = "? + + - - ? + . +"
# a man called heterozygous on X is a doubtful call, not a carrier
_MAN_LACKS = "? + - - - ? ? . ?"
FITS: dict[tuple[Mode, bool], dict[tuple[str, str], str]] = {
    (Mode.AUTOSOMAL_DOMINANT, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _LACKS,
    },
    (Mode.AUTOSOMAL_DOMINANT, False): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.AUTOSOMAL_RECESSIVE_HOM, True): {
        ("affected", "any"): _TWO_COPIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.X_LINKED_RECESSIVE, True): {
        ("affected", "any"): _TWO_COPIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.X_LINKED_DOMINANT, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _LACKS,
        ("unaffected", "male"): _MAN_LACKS,
    },
    (Mode.X_LINKED_DOMINANT, False): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    # Skewed X inactivation: a woman may be ill with one copy, or well with one.
    (Mode.X_LINKED_HET_FEMALE, True): {
        ("affected", "any"): _CARRIES,
        ("affected", "male"): _TWO_COPIES,
        ("unaffected", "any"): _NOT_TWO,
        ("unaffected", "male"): _MAN_LACKS,
    },
    (Mode.Y_LINKED, True): {
        ("affected", "any"): _CARRIES,
        ("affected", "female"): _FREE,
        ("unaffected", "any"): _LACKS,
        ("unaffected", "female"): _FREE,
    },
    (Mode.Y_LINKED, False): {
        ("affected", "any"): _CARRIES,
        ("affected", "female"): _FREE,
        ("unaffected", "any"): _FREE,
    },
    # Hemizygous stands for homoplasmic. A healthy homoplasmic relative (LHON) leaves it open.
    (Mode.MITOCHONDRIAL, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): "? + + ? ? + ? . .",
    },
}

WHERE: dict[Mode, tuple[Region, ...]] = {
    Mode.AUTOSOMAL_DOMINANT: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.AUTOSOMAL_RECESSIVE_HOM: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.X_LINKED_RECESSIVE: (Region.X,),
    Mode.X_LINKED_DOMINANT: (Region.X,),
    Mode.X_LINKED_HET_FEMALE: (Region.X,),
    Mode.Y_LINKED: (Region.Y,),
    Mode.MITOCHONDRIAL: (Region.MITOCHONDRIAL,),
}
"""Where a mode exists."""


def has_incomplete(mode: Mode) -> bool:
    """Whether a mode has a table of its own for incomplete penetrance."""
    return (mode, False) in FITS


def fit_table(mode: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Give the fit table of a mode as the kernel reads it.

    Returns
    -------
    int8, shape (affection, sex, genotype + 1)
        Unknown affection says nothing.

    Examples
    --------
    >>> table = fit_table(Mode.AUTOSOMAL_DOMINANT, complete=True)
    >>> table[Affection.AFFECTED, Sex.MALE, Genotype.REFERENCE + 1] == kernels.CONTRADICTS
    np.True_
    """
    table = np.full((len(Affection), len(Sex), len(Genotype)), kernels.SILENT, np.int8)
    rows = FITS[(mode, complete)]
    for affection in (Affection.AFFECTED, Affection.UNAFFECTED):
        for sex in Sex:
            status = affection.name.lower()
            row = rows.get((status, sex.name.lower()), rows[(status, "any")])
            table[affection, sex] = [_SIGNS[sign] for sign in row.split()]
    return table


def fit_rows() -> list[tuple[Mode, bool, str, str, str]]:
    """List the fit tables as written: mode, complete, affection, sex, signs."""
    return [
        (mode, complete, affection, sex, signs)
        for (mode, complete), rows in FITS.items()
        for (affection, sex), signs in rows.items()
    ]

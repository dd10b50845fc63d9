"""The two reference assemblies: contig names and lengths, pseudo-autosomal regions.

Contigs are coded once, in the reader: 1 to 22, X 23, Y 24, mitochondrion 25, anything else 0.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from raredx.vocabulary import Assembly, Region

LAST_AUTOSOME, X_CODE, Y_CODE, MT_CODE, OTHER_CODE = 22, 23, 24, 25, 0

CONTIG_CODES: dict[str, int] = (
    {str(n): n for n in range(1, 23)} | {"X": X_CODE, "Y": Y_CODE} | {"M": MT_CODE, "MT": MT_CODE}
)

_NAMES = {
    Assembly.GRCH37: re.compile(r"GRCh37|hg19|b37|hs37", re.IGNORECASE),
    Assembly.GRCH38: re.compile(r"GRCh38|hg38|hs38", re.IGNORECASE),
}


def assemblies_named(text: str) -> list[Assembly]:
    """Give the assemblies that a text names, in any of the ways in use.

    Examples
    --------
    >>> [a.value for a in assemblies_named("GRCh38.p14")], assemblies_named("T2T-CHM13")
    (['GRCh38'], [])
    """
    return [assembly for assembly, words in _NAMES.items() if words.search(text)]


CONTIG_LENGTHS: dict[Assembly, dict[int, int]] = {
    # Genome Reference Consortium, GRCh37 and GRCh38 primary assemblies.
    Assembly.GRCH37: dict(
        enumerate(
            (
                249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663,
                146364022, 141213431, 135534747, 135006516, 133851895, 115169878, 107349540,
                102531392, 90354753, 81195210, 78077248, 59128983, 63025520, 48129895, 51304566,
                155270560, 59373566,
            ),
            start=1,
        )
    ),
    Assembly.GRCH38: dict(
        enumerate(
            (
                248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973,
                145138636, 138394717, 133797422, 135086622, 133275309, 114364328, 107043718,
                101991189, 90338345, 83257441, 80373285, 58617616, 64444167, 46709983, 50818468,
                156040895, 57227415,
            ),
            start=1,
        )
    ),
}  # fmt: skip

PSEUDOAUTOSOMAL: dict[Assembly, dict[int, tuple[tuple[int, int], tuple[int, int]]]] = {
    # 1-based, inclusive: PAR1, PAR2. Ensembl, human PARs; Scout's table agrees.
    Assembly.GRCH37: {
        X_CODE: ((60001, 2699520), (154931044, 155260560)),
        Y_CODE: ((10001, 2649520), (59034050, 59363566)),
    },
    Assembly.GRCH38: {
        X_CODE: ((10001, 2781479), (155701383, 156030895)),
        Y_CODE: ((10001, 2781479), (56887903, 57217415)),
    },
}


X_TRANSPOSED: dict[Assembly, dict[int, tuple[int, int]]] = {
    # The X-transposed region: not inherited like PAR, but reads of X and Y are mixed up in it.
    # Scout's constants; sources differ at the ends by up to a million bases.
    Assembly.GRCH37: {X_CODE: (88456972, 92375508), Y_CODE: (2917959, 6102615)},
    Assembly.GRCH38: {X_CODE: (89201883, 93120509), Y_CODE: (3049918, 6234574)},
}


def in_transposed_region(contig: int, position: int, assembly: Assembly) -> bool:
    """Whether a position lies in the X-transposed region.

    Examples
    --------
    >>> in_transposed_region(X_CODE, 90000000, Assembly.GRCH38)
    True
    """
    first, last = X_TRANSPOSED[assembly].get(contig, (1, 0))
    return first <= position <= last


def contig_code(name: str) -> int:
    """Code a contig name, with or without `chr`; 0 for unplaced and alternative contigs.

    Examples
    --------
    >>> contig_code("chr7"), contig_code("MT"), contig_code("chrM"), contig_code("GL000192.1")
    (7, 25, 25, 0)
    """
    bare = name[3:] if name[:3].lower() == "chr" else name
    return CONTIG_CODES.get(bare.upper(), OTHER_CODE)


def assembly_of(lengths: dict[str, int]) -> tuple[Assembly | None, str]:
    """Tell the assembly from contig lengths, and which contig told it.

    Returns None where no contig decides, and raises nothing: the caller knows the file.

    Examples
    --------
    >>> assembly_of({"chr1": 248956422})
    (<Assembly.GRCH38: 'GRCh38'>, 'chr1 is 248956422 long')
    >>> assembly_of({"chr1": 5})
    (None, '')
    """
    votes: dict[Assembly, str] = {}
    for name, length in lengths.items():
        for assembly, known in CONTIG_LENGTHS.items():
            if length and known.get(contig_code(name)) == length:
                votes.setdefault(assembly, f"{name} is {length} long")
    if len(votes) == 1:
        return next(iter(votes.items()))
    return None, ""


def region_codes(
    contig: NDArray[np.int8], position: NDArray[np.int32], assembly: Assembly
) -> NDArray[np.int8]:
    """Say how each position is inherited.

    Parameters
    ----------
    contig : int8, shape (variant,)
        Contig codes.
    position : int32, shape (variant,)
        1-based.
    assembly : Assembly

    Returns
    -------
    int8, shape (variant,)
        `Region` codes.

    Examples
    --------
    >>> contig, position = np.array([1, 23, 23], np.int8), np.array([5, 20000, 5000000], np.int32)
    >>> region_codes(contig, position, Assembly.GRCH38).tolist()
    [1, 2, 3]
    """
    region = np.full(contig.shape, Region.OTHER, np.int8)
    region[(contig >= 1) & (contig <= 22)] = Region.AUTOSOMAL
    region[contig == X_CODE] = Region.X
    region[contig == Y_CODE] = Region.Y
    region[contig == MT_CODE] = Region.MITOCHONDRIAL
    for code, intervals in PSEUDOAUTOSOMAL[assembly].items():
        for first, last in intervals:
            region[(contig == code) & (position >= first) & (position <= last)] = (
                Region.PSEUDOAUTOSOMAL
            )
    return region

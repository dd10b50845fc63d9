"""Slow, obvious twins of the kernels of `raredx check`, written from the genetics.

Genotypes are copies of ALT (0, 1, 2), or None for a call that cannot be used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product

import numpy as np

from raredx.columns.family import Pedigree

Genotype = int | None
HAPLOID_PLACES = {"X", "Y", "MT"}


def usable_genotype(
    *, copies: int, missing: int, ploidy: int, gq: float, depth: int, place: str,
    row_is_described: bool, min_gq: float, min_depth: float,
) -> Genotype:  # fmt: skip
    """Read one call, or refuse it."""
    haploid = place in HAPLOID_PLACES
    complete = copies >= 0 and missing == 0
    good = not gq < min_gq
    if depth >= 0:
        good = good and depth >= (min_depth / 2 if haploid else min_depth)
    filled_in = row_is_described and depth < 0 and math.isnan(gq)
    if not complete or not good or filled_in:
        return None
    if ploidy == 1 and haploid:
        return 2 if copies else 0
    return copies if ploidy == 2 and copies <= 2 else None


# --- two samples ---------------------------------------------------------------------------------


def alleles_alike(a: int, b: int) -> int:
    """Alleles that two genotypes have in common by state."""
    return 2 - abs(a - b)


def king_robust(pairs: Sequence[tuple[Genotype, Genotype]], *, within_family: bool) -> Fraction:
    """Manichaikul 2010, equations 9 and 11, letter by letter."""
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    aa_aa = sum(a == b == 1 for a, b in both)
    aa_bb = sum({a, b} == {0, 2} for a, b in both)
    het_i, het_j = sum(a == 1 for a, _ in both), sum(b == 1 for _, b in both)
    if within_family:
        return Fraction(aa_aa - 2 * aa_bb, het_i + het_j)
    least = min(het_i, het_j)
    return (
        Fraction(aa_aa - 2 * aa_bb, 2 * least) + Fraction(1, 2) - Fraction(het_i + het_j, 4 * least)
    )


def block_error(blocks: Sequence[Sequence[tuple[Genotype, Genotype]]]) -> float:
    """Standard error of the within-family ratio: residuals of blocks about it.

    No less than with every site a block of its own.
    """

    def parts(block: Sequence[tuple[Genotype, Genotype]]) -> tuple[int, int]:
        both = [(a, b) for a, b in block if a is not None and b is not None]
        shared = sum((a == b == 1) - 2 * ({a, b} == {0, 2}) for a, b in both)
        return shared, sum((a == 1) + (b == 1) for a, b in both)

    sites = [parts([pair]) for block in blocks for pair in block]
    n = sum(hets for _, hets in sites)
    value = sum(shared for shared, _ in sites) / n
    spread = max(
        sum((shared - value * hets) ** 2 for shared, hets in cut)
        for cut in (sites, [parts(block) for block in blocks])
    )
    return math.sqrt(spread) / n


# --- parents and children ------------------------------------------------------------------------


def gametes(genotype: int) -> set[int]:
    """Alleles that a parent can give."""
    return {0: {0}, 1: {0, 1}, 2: {1}}[genotype]


def mendel(child: int, father: int, mother: int) -> bool | None:
    """Whether a trio breaks Mendel's law; None where it could not, or nobody carries ALT."""
    possible = {f + m for f, m in product(gametes(father), gametes(mother))}
    if possible == {0, 1, 2} or child == father == mother == 0:
        return None
    return child not in possible


def mendel_x(child: int, father: int, mother: int, *, son: bool) -> bool | None:
    """The same on X: a man's one allele is written 0 or 2, and 1 is no call of his."""
    if son:
        if child == 1 or (child == 0 and mother == 0):
            return None
        possible = {2 * m for m in gametes(mother)}
        return None if possible == {0, 2} else child not in possible
    if father == 1 or child == father == mother == 0:
        return None
    return child not in {father // 2 + m for m in gametes(mother)}


def lost_parent(child: int, father: int, mother: int) -> str:
    """Whose allele is absent in the child: 'father', 'mother', 'neither' or 'unclear'."""
    without = [
        name
        for name, parent in (("father", father), ("mother", mother))
        if {child, parent} == {0, 2}
    ]
    if len(without) == 1:
        return without[0]
    if not without and child == 1 and {father, mother} == {0, 2}:
        return "neither"
    return "unclear"


# --- segments ------------------------------------------------------------------------------------


def best_runs(
    steps: Sequence[tuple[int, float]], *, max_dip: float, max_gap: float = math.inf
) -> list[tuple[int, int, float]]:
    """Find runs among positions with scores, on one contig: first and last index, and score.

    From its first gain a run is followed as a list of running totals. It stops where the total
    has come down to nothing, or by more than the dip, or at a gap; what counts is the part up to
    the highest total. The next run begins behind the stop.
    """
    found, at = [], 0
    while at < len(steps):
        if steps[at][1] <= 0:
            at += 1
            continue
        totals = [steps[at][1]]
        stop = at + 1
        while stop < len(steps):
            if steps[stop][0] - steps[stop - 1][0] > max_gap:
                break
            totals.append(totals[-1] + steps[stop][1])
            stop += 1
            if totals[-1] <= 0 or max(totals) - totals[-1] > max_dip:
                break
        top = totals.index(max(totals))
        found.append((at, at + top, totals[top]))
        at = stop
    return found


def covered(positions: Sequence[int], max_gap: int) -> int:
    """Length between neighbours that are not too far apart."""
    return sum(b - a for a, b in pairwise(positions) if b - a <= max_gap)


# --- pedigrees -----------------------------------------------------------------------------------


def kinship_by_inheritance(pedigree: Pedigree) -> np.ndarray:
    """Kinship by going through every way in which founders' alleles can come down.

    A parent who is not named is a founder of their own. Only for a few non-founders.
    """
    n = len(pedigree.members)
    alleles = iter(range(10_000))
    meioses = [
        (child, side)
        for child in range(n)
        for side, parents in enumerate((pedigree.father, pedigree.mother))
        if parents[child] >= 0
    ]
    founders = {
        (person, side): next(alleles)
        for person in range(n) for side in range(2) if (person, side) not in meioses
    }  # fmt: skip
    total = np.zeros((n, n))
    for chosen in product((0, 1), repeat=len(meioses)):
        which = dict(zip(meioses, chosen, strict=True))

        def allele(person: int, side: int, which: dict = which) -> int:
            if (person, side) in founders:
                return founders[person, side]
            parent = int((pedigree.father, pedigree.mother)[side][person])
            return allele(parent, which[person, side])

        carried = [(allele(p, 0), allele(p, 1)) for p in range(n)]
        for i, j in product(range(n), repeat=2):
            total[i, j] += sum(a == b for a, b in product(carried[i], carried[j])) / 4
    return total / 2 ** len(meioses)

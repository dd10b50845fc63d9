"""Slow twins of the kernels around new alleles, written from the genetics and never from them.

The posterior follows single chromosomes: each parent draws one, it mutates or not, and the
proband is what came together; probabilities are logarithms throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from raredx.vocabulary import DeNovoGrade

NEVER = -math.inf


def log(probability: float) -> float:
    return math.log(probability) if probability > 0 else NEVER


def log_sum(logarithms: Sequence[float]) -> float:
    """Logarithm of the sum of what these are the logarithms of."""
    top = max(logarithms, default=NEVER)
    if top == NEVER:
        return NEVER
    return top + math.log(math.fsum(math.exp(x - top) for x in logarithms))


# --- tails ---------------------------------------------------------------------------------------


def at_most(k: int, n: int, p: Fraction) -> Fraction:
    """Probability of k or fewer of n, in fractions."""
    return sum(
        (math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1)), start=Fraction(0)
    )


def at_least(k: int, n: int, p: Fraction) -> Fraction:
    return 1 - at_most(k - 1, n, p)


# --- posterior of a new allele -------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What was seen of one person: PL of no, half, all copies (None unknown), and reads."""

    pl: tuple[float | None, float | None, float | None] = (None, None, None)
    reads: tuple[int, int] | None = None


def log_likelihood(seen: Evidence, chromosomes: tuple[bool, ...], error: float) -> float | None:
    """Probability of what was seen, were these the person's chromosomes; None unknown."""
    wanted = (0, 2) if len(chromosomes) == 1 else (0, 1, 2)
    if all(seen.pl[state] is not None for state in wanted):
        state = {0.0: 0, 0.5: 1, 1.0: 2}[sum(chromosomes) / len(chromosomes)]
        stated = seen.pl[state]
        assert stated is not None
        return -stated / 10 * math.log(10)
    if seen.reads is None or sum(seen.reads) == 0:
        return None
    alt, others = seen.reads
    # A read comes from one of the chromosomes and shows it wrongly with the error rate.
    shows = sum(1 - error if has else error for has in chromosomes) / len(chromosomes)
    return alt * math.log(shows) + others * math.log(1 - shows)


def people(copies: int, frequency: float) -> list[tuple[tuple[bool, ...], float]]:
    """Every person with so many chromosomes, each with its probability in the population."""
    found = []
    for chromosomes in product((False, True), repeat=copies):
        each = [frequency if has else 1 - frequency for has in chromosomes]
        found.append((chromosomes, math.prod(each)))
    return found


def gametes(parent: tuple[bool, ...], rate: float) -> list[tuple[bool, float]]:
    """Alleles that a parent can give, after mutation, with their probabilities."""
    share = sum(parent) / len(parent)
    return [
        (drawn != mutated, (share if drawn else 1 - share) * (rate if mutated else 1 - rate))
        for drawn in (True, False)
        for mutated in (True, False)
    ]


def children(
    parents: Sequence[tuple[bool, ...]], copies: int, rate: float
) -> list[tuple[tuple[bool, ...], float]]:
    """Chromosomes of a child of these parents, with their probabilities."""
    if copies == 1:  # from one of those who give it, whichever
        return [
            ((allele,), p / len(parents))
            for parent in parents
            for allele, p in gametes(parent, rate)
        ]
    found = []
    for drawn in product(*(gametes(parent, rate) for parent in parents)):
        found.append((tuple(allele for allele, _ in drawn), math.prod(p for _, p in drawn)))
    return found


def posterior_de_novo(
    *, child: Evidence, parents: Sequence[tuple[Evidence, int]], copies: int,
    frequency: float, rate: float, error: float,
) -> float | None:  # fmt: skip
    """Probability that the child carries the allele and no giving parent does; None unknown.

    `parents` are those who give the child this chromosome, with their copies of it.
    """
    new, everything = [], []
    for given in product(*(people(number, frequency) for _, number in parents)):
        grown = [chromosomes for chromosomes, _ in given]
        for own, p_own in children(grown, copies, rate):
            seen = [log_likelihood(child, own, error)]
            seen += [
                log_likelihood(evidence, chromosomes, error)
                for (evidence, _), chromosomes in zip(parents, grown, strict=True)
            ]
            if None in seen:
                return None
            weight = (
                log(p_own) + sum(log(p) for _, p in given) + sum(x for x in seen if x is not None)
            )
            everything.append(weight)
            if any(own) and not any(any(chromosomes) for chromosomes in grown):
                new.append(weight)
    return math.exp(log_sum(new) - log_sum(everything))


# --- mosaics -------------------------------------------------------------------------------------


def short_of_reads(
    *, alt: int | None, others: int | None, fraction: float | None, expected: Fraction | None,
    least_fraction: float, chance: float,
) -> bool:  # fmt: skip
    """Whether a call has fewer ALT reads than its genotype promises."""
    if expected is None:
        return False
    if fraction is not None and fraction < least_fraction:
        return True
    if alt is None or others is None:
        return False
    return at_most(alt, alt + others, expected) < chance


def reads_in_reference(
    *, alt: int | None, others: int | None, fraction: float | None,
    least_reads: int, least_fraction: float, chance: float, error: Fraction,
) -> bool:  # fmt: skip
    """Whether a reference call has more ALT reads than errors explain."""
    by_fraction = fraction is not None and fraction >= least_fraction
    if alt is None or others is None:
        return by_fraction
    if alt == 0 or not (by_fraction or alt >= least_reads):
        return False
    return at_least(alt, alt + others, error) < chance


# --- what the calls do not show ------------------------------------------------------------------


def doubt_surroundings(
    *, grade: DeNovoGrade, clustered: bool, filtered: bool
) -> tuple[DeNovoGrade, set[str]]:
    """Lower a grade for crowding and for a FILTER that says nothing."""
    worst = {DeNovoGrade.HIGH}
    reasons = set()
    if clustered:
        worst.add(DeNovoGrade.LOW)
        reasons.add("cluster")
    if not filtered:
        worst.add(DeNovoGrade.MEDIUM)
        reasons.add("filter_not_assessed")
    return min(grade, *worst), reasons


def crowded(positions: Sequence[int], *, number: int, distance: int) -> set[int]:
    """Places of the positions that are among so many within so many bases."""
    return {
        place
        for group in combinations(range(len(positions)), number)
        if max(positions[g] for g in group) - min(positions[g] for g in group) <= distance
        for place in group
    }

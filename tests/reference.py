"""Slow, obvious twins of the kernels, written from the genetics and never from the kernels.

Three-valued answers are True, False and None (not known); `either` and `every` join them as a
geneticist would: one certain yes settles an "or", one certain no settles an "and".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from raredx.vocabulary import DeNovoGrade, Genotype, Karyotype, Mode, Outcome, Region, Sex

Answer = bool | None
CARRIERS = {
    Genotype.HETEROZYGOUS,
    Genotype.HOMOZYGOUS,
    Genotype.HEMIZYGOUS,
    Genotype.CARRIER,
    Genotype.MOSAIC,
}
NON_CARRIERS = {Genotype.REFERENCE, Genotype.NOT_APPLICABLE}
NO_OTHER_COPY = {Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS}
ZYGOSITY_OPEN = {Genotype.MISSING, Genotype.CARRIER}


def either(answers: Iterable[Answer]) -> Answer:
    """Yes if any is yes, no if all are no, otherwise not known."""
    found = list(answers)
    if True in found:
        return True
    return None if None in found else False


def every(answers: Iterable[Answer]) -> Answer:
    """No if any is no, yes if all are yes, otherwise not known."""
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


def negate(answer: Answer) -> Answer:
    return None if answer is None else not answer


def outcome_of(answer: Answer) -> Outcome:
    return {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.NOT_ASSESSED}[answer]


def carries(genotype: int) -> Answer:
    """Whether a person has at least one copy."""
    if genotype in CARRIERS:
        return True
    return False if genotype in NON_CARRIERS else None


def has_no_other_copy(genotype: int) -> Answer:
    """Whether every copy of the person carries the allele; a half-call `./0` shows one that does not."""
    if genotype in NO_OTHER_COPY:
        return True
    return None if genotype in ZYGOSITY_OPEN else False


# --- what a call means ---------------------------------------------------------------------------


def copies_of_x_and_y(sex: Sex, karyotype: Karyotype) -> tuple[int | None, int | None]:
    """How many X and how many Y a person has; the karyotype decides, None not known."""
    if karyotype is not Karyotype.UNKNOWN:
        return karyotype.name.count("X"), karyotype.name.count("Y")
    return {Sex.MALE: (1, 1), Sex.FEMALE: (2, 0), Sex.UNKNOWN: (None, None)}[sex]


def genotype_of(
    *,
    alleles: Sequence[int | None],
    alt: int,
    fraction: float | None,
    region: Region,
    x_and_y: tuple[int | None, int | None],
    hemizygous_from: float,
    least_heteroplasmy: float,
    homoplasmy: float,
) -> Genotype:
    """Read a call from its alleles (None not called), clinical rules 3.1 and 3.5."""
    n_x, n_y = x_and_y
    called = [allele for allele in alleles if allele is not None]
    if region is Region.Y and n_y == 0:
        return Genotype.NOT_APPLICABLE
    if not called:
        return Genotype.MISSING
    half_called = len(called) < len(alleles)
    copies = called.count(alt)
    all_copies = not half_called and copies == len(called)
    if region is Region.MITOCHONDRIAL and fraction is not None:
        # The reads decide, whatever alleles were called.
        if fraction < least_heteroplasmy:
            return Genotype.REFERENCE
        return Genotype.HEMIZYGOUS if fraction >= homoplasmy else Genotype.HETEROZYGOUS
    if not copies:
        return Genotype.PARTIAL if half_called else Genotype.REFERENCE
    if region is Region.MITOCHONDRIAL:
        return Genotype.HEMIZYGOUS if all_copies else Genotype.HETEROZYGOUS
    if half_called:
        return Genotype.CARRIER
    if len(alleles) == 1:
        return Genotype.HEMIZYGOUS
    if region is Region.Y or (region is Region.X and n_x == 1):
        # One copy is expected, so two different alleles are a doubtful call.
        has_it_for_sure = n_y is not None if region is Region.Y else True
        nearly_all_reads = has_it_for_sure and fraction is not None and fraction >= hemizygous_from
        return Genotype.HEMIZYGOUS if all_copies or nearly_all_reads else Genotype.CARRIER
    return Genotype.HOMOZYGOUS if all_copies else Genotype.HETEROZYGOUS


def chance_of_so_few(alt_reads: int, depth: int) -> Fraction:
    """Probability of at most so many ALT reads in a heterozygote, who gives one in two."""
    return Fraction(sum(math.comb(depth, k) for k in range(alt_reads + 1)), 2**depth)


def read_mosaic(
    genotype: Genotype,
    *,
    alt_reads: int | None,
    depth: int | None,
    region: Region,
    is_proband: bool,
    below: Fraction,
    chance_below: Fraction,
) -> Genotype:
    """Read a relative's heterozygous call once more, by its reads (None unknown)."""
    called_heterozygous = genotype is Genotype.HETEROZYGOUS and region is not Region.MITOCHONDRIAL
    if is_proband or not called_heterozygous or alt_reads is None or not depth:
        return genotype
    too_few = Fraction(alt_reads, depth) < below
    if too_few and chance_of_so_few(alt_reads, depth) < chance_below:
        return Genotype.MOSAIC
    return genotype


# --- segregation ---------------------------------------------------------------------------------


def judge_members(answers: Iterable[str]) -> Outcome:
    """Judge from what each member says: `contradicts`, `consistent`, `silent` or `open`."""
    said = set(answers)
    if "contradicts" in said:
        return Outcome.FAIL
    return Outcome.NOT_ASSESSED if "open" in said else Outcome.PASS


def givers(*, proband: Genotype, x_from: str, region: Region) -> set[str]:
    """Which parents can have given the child this chromosome.

    `x_from` is `mother` for a son, `either` for a daughter, for one X without Y, and for two X
    beside a Y, `unknown` where the sex is: there a single copy is a son's.
    """
    son = x_from == "mother" or (x_from == "unknown" and proband is Genotype.HEMIZYGOUS)
    if region is Region.X and son:
        return {"mother"}
    return {Region.Y: {"father"}, Region.MITOCHONDRIAL: {"mother"}}.get(
        region, {"father", "mother"}
    )


def judge_parents(
    *,
    mode: Mode,
    proband: Genotype,
    father: Genotype,
    mother: Genotype,
    x_from: str,
    region: Region,
) -> Outcome:
    """Judge whether the parents can have given, or not given, the proband's allele."""
    carrying = {"father": carries(father), "mother": carries(mother)}
    asked = givers(proband=proband, x_from=x_from, region=region)
    by_givers = [carrying[parent] for parent in asked]
    given = either(by_givers)
    if mode is Mode.DE_NOVO:
        if True in carrying.values():
            return Outcome.FAIL
        return outcome_of(negate(given))
    if mode in (
        Mode.AUTOSOMAL_DOMINANT,
        Mode.X_LINKED_DOMINANT,
        Mode.X_LINKED_HET_FEMALE,
        Mode.Y_LINKED,
    ):
        return outcome_of(given)
    # Recessive or mitochondrial: seen in a giver or not, but the givers must have been called.
    if mode is Mode.X_LINKED_RECESSIVE:
        if asked == {"mother"} and carrying == {"father": True, "mother": False}:
            return Outcome.FAIL  # from father to son, on X
        # One mutation is enough where there is one X; where there are two, it takes two.
        may_be_new = len(asked) == 1 or proband is Genotype.HEMIZYGOUS
    else:
        may_be_new = mode is Mode.MITOCHONDRIAL  # unseen in the mother's sample
    if given is False and not may_be_new:
        return Outcome.FAIL
    return Outcome.NOT_ASSESSED if None in by_givers else Outcome.PASS


def combine(first: Outcome, second: Outcome) -> Outcome:
    """Join two outcomes."""
    answers = {Outcome.PASS: True, Outcome.FAIL: False, Outcome.NOT_ASSESSED: None}
    return outcome_of(every((answers[first], answers[second])))


# --- frequency -----------------------------------------------------------------------------------


def judge_frequency(frequencies: Sequence[float], limits: Sequence[float]) -> Outcome:
    """Hold one allele's frequencies against limits; NaN not read, or not judged."""
    held = [
        frequency <= limit
        for frequency, limit in zip(frequencies, limits, strict=True)
        if not math.isnan(frequency) and not math.isnan(limit)
    ]
    return outcome_of(all(held) if held else None)


# --- de novo -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reads:
    """Call quality and reads of one person; None unknown."""

    gq: float | None
    depth: int | None
    alt_reads: int | None
    alt_fraction: float | None


@dataclass(frozen=True)
class DeNovoLimits:
    """Clinical rules 3.4, suggested default."""

    high_gq: float
    high_depth: float
    min_fraction: float
    max_fraction: float
    parent_reads: float
    parent_fraction: float
    medium_gq: float
    medium_depth: float


def below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def above(value: float | None, limit: float) -> bool:
    return value is not None and value > limit


def grade_de_novo(
    *,
    proband: Reads,
    parents: Sequence[Reads],
    parent_not_called: bool,
    copies: str,
    limits: DeNovoLimits,
) -> tuple[DeNovoGrade, set[str]]:
    """Grade one call; `parents` are those who matter and were called.

    `copies` is `heterozygous`, `hemizygous` or `two`.
    """
    reasons = set()
    very_low_gq = below(proband.gq, limits.medium_gq)
    if below(proband.gq, limits.high_gq):
        reasons.add("low_gq")
    if below(proband.depth, limits.high_depth):
        reasons.add("low_depth")
    too_few = below(proband.alt_fraction, limits.min_fraction)
    too_many = copies == "heterozygous" and above(proband.alt_fraction, limits.max_fraction)
    if too_few or too_many:
        reasons.add("allele_balance")
    if copies == "two":
        reasons.add("no_reference_copy")
    if any(below(parent.gq, limits.high_gq) for parent in parents):
        reasons.add("parent_low_gq")
    if any(below(parent.depth, limits.high_depth) for parent in parents):
        reasons.add("shallow_parent")
    parental_reads = sum(parent.alt_reads or 0 for parent in parents)
    if parental_reads > limits.parent_reads or any(
        above(parent.alt_fraction, limits.parent_fraction) for parent in parents
    ):
        reasons.add("parental_alt_reads")
    read_of_parents = [
        value
        for parent in parents
        for value in (parent.gq, parent.depth, parent.alt_reads, parent.alt_fraction)
    ]
    if None in (proband.gq, proband.depth, proband.alt_fraction, *read_of_parents):
        reasons.add("reads_unknown")
    if parent_not_called:
        reasons.add("parent_not_called")
        return DeNovoGrade.POSSIBLE, reasons
    if not reasons:
        return DeNovoGrade.HIGH, reasons
    serious = (
        very_low_gq
        or too_few
        or below(proband.depth, limits.medium_depth)
        or any(below(parent.gq, 1) for parent in parents)
        or any(below(parent.depth, limits.medium_depth) for parent in parents)
        or bool(reasons & {"parental_alt_reads", "no_reference_copy"})
    )
    return (DeNovoGrade.LOW if serious else DeNovoGrade.MEDIUM), reasons

"""Slow, obvious twins of the kernels, written from the genetics and never from the kernels.

Three-valued answers are True, False and None (not known); `either` and `every` join them as a
geneticist would: one certain yes settles an "or", one certain no settles an "and".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from raredx.vocabulary import (
    Affection,
    DeNovoGrade,
    Genotype,
    Mode,
    Origin,
    Outcome,
    Phase,
    Region,
    Sex,
)

Answer = bool | None
SEX_CHROMOSOMES = {Region.X, Region.Y}
CARRIERS = {Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS, Genotype.CARRIER}
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


def genotype_of(
    *,
    alleles: Sequence[int | None],
    alt: int,
    fraction: float | None,
    region: Region,
    sex: Sex,
    hemizygous_from: float,
    least_heteroplasmy: float,
    homoplasmy: float,
) -> Genotype:
    """Read a call from its alleles (None not called), clinical rules 3.1 and 3.5."""
    called = [allele for allele in alleles if allele is not None]
    if region is Region.Y and sex is Sex.FEMALE:
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
    one_copy_expected = region is Region.Y or (region is Region.X and sex is Sex.MALE)
    if one_copy_expected:
        nearly_all_reads = sex is Sex.MALE and fraction is not None and fraction >= hemizygous_from
        return Genotype.HEMIZYGOUS if all_copies or nearly_all_reads else Genotype.CARRIER
    return Genotype.HOMOZYGOUS if all_copies else Genotype.HETEROZYGOUS


# --- segregation ---------------------------------------------------------------------------------


def judge_members(answers: Iterable[str]) -> Outcome:
    """Judge from what each member says: `contradicts`, `consistent`, `silent` or `open`."""
    said = set(answers)
    if "contradicts" in said:
        return Outcome.FAIL
    return Outcome.NOT_ASSESSED if "open" in said else Outcome.PASS


def givers(*, proband: Genotype, sex: Sex, region: Region) -> set[str]:
    """Which parents give a child this chromosome."""
    son = sex is Sex.MALE or (sex is Sex.UNKNOWN and proband is Genotype.HEMIZYGOUS)
    if region is Region.X and son:
        return {"mother"}
    return {Region.Y: {"father"}, Region.MITOCHONDRIAL: {"mother"}}.get(
        region, {"father", "mother"}
    )


def judge_parents(
    *, mode: Mode, proband: Genotype, father: Genotype, mother: Genotype, sex: Sex, region: Region
) -> Outcome:
    """Judge whether the parents can have given, or not given, the proband's allele."""
    carrying = {"father": carries(father), "mother": carries(mother)}
    by_givers = [carrying[p] for p in givers(proband=proband, sex=sex, region=region)]
    given = either(by_givers)
    if mode is Mode.DE_NOVO:
        if True in carrying.values():
            return Outcome.FAIL
        return outcome_of(negate(given))
    if mode in (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED):
        return outcome_of(given)
    # Recessive or mitochondrial: seen in a giver or not, but the givers must have been called.
    if len(by_givers) == 2 and given is False:
        return Outcome.FAIL
    return Outcome.NOT_ASSESSED if None in by_givers else Outcome.PASS


def combine(first: Outcome, second: Outcome) -> Outcome:
    """Join two outcomes."""
    answers = {Outcome.PASS: True, Outcome.FAIL: False, Outcome.NOT_ASSESSED: None}
    return outcome_of(every((answers[first], answers[second])))


# --- two alleles of one gene ---------------------------------------------------------------------


def list_pairs(gene_of_row: Sequence[int]) -> set[tuple[int, int]]:
    """Every pair of rows that lie in one gene, as a set."""
    rows = range(len(gene_of_row))
    return {(a, b) for a, b in combinations(rows, 2) if gene_of_row[a] == gene_of_row[b]}


def origin(father: Answer, mother: Answer) -> Origin:
    """Which parent gave an allele, told from who carries it."""
    return {
        (True, False): Origin.PATERNAL,
        (False, True): Origin.MATERNAL,
        (False, False): Origin.DE_NOVO,
        (True, True): Origin.EITHER,
    }.get((father, mother), Origin.UNKNOWN)  # type: ignore[arg-type]


def phase_by_transmission(
    *, a_father: Answer, a_mother: Answer, b_father: Answer, b_mother: Answer
) -> Phase:
    """Tell the phase of two alleles by transmission, clinical rules 3.3 step 1."""
    a, b = origin(a_father, a_mother), origin(b_father, b_mother)
    if {a, b} == {Origin.MATERNAL, Origin.PATERNAL}:
        return Phase.TRANS
    if a == b and a in (Origin.MATERNAL, Origin.PATERNAL):
        return Phase.CIS
    # One parent tells: he or she carries one of the two, and nothing known of the other parent
    # speaks against that one's carrying the other allele, and it alone.
    for one, other in (((a_father, b_father), (a_mother, b_mother)),
                       ((a_mother, b_mother), (a_father, b_father))):  # fmt: skip
        if set(one) == {True, False} and None in other:
            wanted = [negate(carried) for carried in one]
            if all(o in (None, w) for o, w in zip(other, wanted, strict=True)):
                return Phase.PROBABLE_TRANS
    return Phase.UNKNOWN


@dataclass(frozen=True)
class Person:
    """A member with what they carry of two alleles."""

    affection: Affection
    a: Genotype
    b: Genotype
    sex: Sex = Sex.UNKNOWN


def person_fits_pair(person: Person, *, on_x: bool) -> Answer:
    """Whether a member fits a disease caused by the two alleles in trans."""
    has_a, has_b = carries(person.a), carries(person.b)
    if person.affection is Affection.AFFECTED:
        one_x = on_x and person.sex is Sex.MALE  # he has no room for a second allele
        return either((has_a, has_b)) if one_x else every((has_a, has_b))
    if person.affection is Affection.UNAFFECTED:
        both = every((has_a, has_b))
        return negate(either((both, has_no_other_copy(person.a), has_no_other_copy(person.b))))
    return True


def judge_pair(
    *,
    people: Sequence[Person],
    same_site: bool,
    father: int | None,
    mother: int | None,
    on_x: bool = False,
) -> tuple[Phase, Outcome]:
    """Judge one pair; the proband comes first, `father` and `mother` are places among `people`."""

    def carried(place: int | None, allele: str) -> Answer:
        return None if place is None else carries(getattr(people[place], allele))

    phase = Phase.TRANS if same_site else phase_by_transmission(
        a_father=carried(father, "a"), a_mother=carried(mother, "a"),
        b_father=carried(father, "b"), b_mother=carried(mother, "b"),
    )  # fmt: skip
    zygosity_known = {people[0].a, people[0].b} == {Genotype.HETEROZYGOUS}
    in_trans = {Phase.TRANS: True, Phase.CIS: False}.get(phase)
    certain = True if zygosity_known else None
    fits = [person_fits_pair(person, on_x=on_x) for person in people]
    return phase, outcome_of(every([in_trans, certain, *fits]))


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

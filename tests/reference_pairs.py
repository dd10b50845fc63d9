"""Slow twins for two alleles of one gene, written from the genetics and never from the kernels.

A call says which genotypes a person may really have. Each of these worlds is judged on its own:
would that person be ill with this pair? What all worlds agree on is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations, product

from raredx.vocabulary import Affection, Genotype, Outcome, Phase, PhaseReason, Sex
from reference import NO_OTHER_COPY, Answer, carries, either, every, negate, outcome_of


class Origin(IntEnum):
    """Which parent gave the proband's allele."""

    UNKNOWN = 0
    MATERNAL = 1
    PATERNAL = 2
    DE_NOVO = 3
    EITHER = 4
    NOT_CARRIED = 5


Haplotype = tuple[int, int] | None
"""Phase set and haplotype of an allele in one person; None not phased."""


def list_pairs(gene_of_row: Sequence[int]) -> set[tuple[int, int]]:
    """Every pair of rows that lie in one gene, as a set."""
    rows = range(len(gene_of_row))
    return {(a, b) for a, b in combinations(rows, 2) if gene_of_row[a] == gene_of_row[b]}


# --- phase ---------------------------------------------------------------------------------------


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


def phase_by_reads(a: Haplotype, b: Haplotype) -> Phase:
    """Tell the phase from phase sets: two sets tell nothing of each other, step 2."""
    if a is None or b is None or a[0] != b[0]:
        return Phase.UNKNOWN
    return Phase.LIKELY_CIS if a[1] == b[1] else Phase.TRANS_PHASED


@dataclass(frozen=True)
class Person:
    """A member with what they carry of two alleles; parents are places among the people.

    `close` is a parent or full sibling of the proband: they share the proband's haplotypes.
    """

    affection: Affection
    a: Genotype
    b: Genotype
    sex: Sex = Sex.UNKNOWN
    father: int | None = None
    mother: int | None = None
    close: bool = False
    a_phase: Haplotype = None
    b_phase: Haplotype = None


@dataclass(frozen=True)
class Pair:
    """Two alleles of one gene in a family; the proband comes first."""

    people: Sequence[Person]
    same_site: bool
    distance: int = 10_000
    read_length: int = 150
    on_x: bool = False

    def carried_by(self, place: int | None, allele: str) -> Answer:
        """Whether a parent carries an allele; not known of one who was not sequenced."""
        return None if place is None else carries(getattr(self.people[place], allele))

    def givers(self, person: Person, allele: str) -> tuple[Answer, Answer]:
        """Whether father and mother can have given the one copy that a person has.

        A parent without another copy gave it for certain, so the other parent did not.
        """
        places = person.father, person.mother
        certain = [
            place is not None and getattr(self.people[place], allele) in NO_OTHER_COPY
            for place in places
        ]
        if certain[0] != certain[1]:
            return certain[0], certain[1]
        father, mother = (self.carried_by(place, allele) for place in places)
        return father, mother


def origins(pair: Pair, person: Person) -> tuple[Origin, Origin]:
    """Which parent gave this person each allele."""
    father, mother = person.father, person.mother
    a = origin(pair.carried_by(father, "a"), pair.carried_by(mother, "a"))
    b = origin(pair.carried_by(father, "b"), pair.carried_by(mother, "b"))
    return a, b


def own_phase(pair: Pair, person: Person) -> tuple[Phase, PhaseReason]:
    """Tell the phase in one person: transmission first, then phase sets."""
    (a_father, a_mother), (b_father, b_mother) = (pair.givers(person, allele) for allele in "ab")
    told = phase_by_transmission(
        a_father=a_father, a_mother=a_mother, b_father=b_father, b_mother=b_mother
    )
    read = phase_by_reads(person.a_phase, person.b_phase)
    told_trans = told in (Phase.TRANS, Phase.PROBABLE_TRANS)
    if (told_trans and read is Phase.LIKELY_CIS) or {told, read} == {Phase.CIS, Phase.TRANS_PHASED}:
        return Phase.UNKNOWN, PhaseReason.CONFLICT
    if told in (Phase.TRANS, Phase.CIS):
        return told, PhaseReason.TRANSMISSION
    if read is not Phase.UNKNOWN:
        return read, PhaseReason.PHASE_SET
    if told is Phase.PROBABLE_TRANS:
        return told, PhaseReason.ONE_PARENT
    return Phase.UNKNOWN, PhaseReason.NOTHING


def phase_in_proband(pair: Pair) -> tuple[Phase, PhaseReason]:
    """Tell the phase in the proband, and what tells it."""
    proband = pair.people[0]
    if pair.same_site:
        return Phase.TRANS, PhaseReason.SAME_SITE
    if Genotype.HOMOZYGOUS in (proband.a, proband.b):
        return Phase.TRANS, PhaseReason.HOMOZYGOUS  # it is on both haplotypes
    phase, reason = own_phase(pair, proband)
    if reason is PhaseReason.NOTHING and pair.distance <= pair.read_length:
        # A new allele falls on either haplotype, however close an inherited one lies; two new
        # ones so close together are mostly one event.
        n_new = origins(pair, proband).count(Origin.DE_NOVO)
        if n_new != 1:
            return Phase.LIKELY_CIS, PhaseReason.DISTANCE
    return phase, reason


# --- members -------------------------------------------------------------------------------------

ONE, ALL, SOME_CELLS = "one copy", "every copy", "one copy in some cells"
NO = "no copy"
WORLDS = {
    Genotype.MISSING: {NO, ONE, ALL},
    Genotype.REFERENCE: {NO},
    Genotype.HETEROZYGOUS: {ONE},
    Genotype.HOMOZYGOUS: {ALL},
    Genotype.HEMIZYGOUS: {ALL},
    Genotype.CARRIER: {ONE, ALL},
    Genotype.PARTIAL: {NO, ONE},
    Genotype.NOT_APPLICABLE: {NO},
    Genotype.MOSAIC: {SOME_CELLS},
}
"""What a person may really have, given the call."""


def single_allele(pair: Pair) -> str | None:
    """Which allele the proband has once, where the other is homozygous; None where none is."""
    homozygous = {x for x in "ab" if getattr(pair.people[0], x) is Genotype.HOMOZYGOUS}
    return {frozenset("a"): "b", frozenset("b"): "a"}.get(frozenset(homozygous))


def is_cis(pair: Pair, person: Person) -> Answer:
    """Whether a person with one copy of each has them on one haplotype."""
    if pair.same_site:
        return False
    phase, _ = own_phase(pair, person)
    if phase in (Phase.TRANS, Phase.TRANS_PHASED):
        return False
    if phase in (Phase.CIS, Phase.LIKELY_CIS):
        return True
    # The proband has the homozygous allele from both parents, and the other from this one if
    # the other parent lacks it: this one gave both, on one haplotype.
    single = single_allele(pair)
    father, mother = pair.people[0].father, pair.people[0].mother
    for parent, other in ((father, mother), (mother, father)):
        is_parent = parent is not None and pair.people[parent] is person
        if single and is_parent and pair.carried_by(other, single) is False:
            return True
    return None


def has_no_healthy_copy(pair: Pair, person: Person, world: dict[str, str]) -> Answer:
    """Whether both haplotypes of a person with these genotypes bear one of the alleles."""
    if ALL in world.values():
        return True
    if NO in world.values():
        return False
    return negate(is_cis(pair, person))


def would_be_ill(
    pair: Pair, person: Person, world: dict[str, str], *, carries_both: bool
) -> Answer:
    """Whether a person with these genotypes would be ill with the pair; None not known."""
    ill = has_no_healthy_copy(pair, person, world)
    if ALL in world.values() or NO in world.values():
        return ill
    if not carries_both:
        return None  # the phase of an allele that may not be there cannot be asked
    if ill is False:
        return False
    if SOME_CELLS in world.values():
        return None  # how many cells, and which, nobody has counted
    if ill is None and person.close and not single_allele(pair):
        return True  # the proband's own two haplotypes
    return ill


def worlds_of(person: Person) -> list[dict[str, str]]:
    """Whatever a person may have of both alleles."""
    return [{"a": a, "b": b} for a, b in product(WORLDS[person.a], WORLDS[person.b])]


def unaffected_fits(pair: Pair, person: Person) -> Answer:
    """Whether a healthy person fits: in no world ill, in every world ill, or not known."""
    both = carries(person.a) is True and carries(person.b) is True
    answers = {would_be_ill(pair, person, w, carries_both=both) for w in worlds_of(person)}
    return negate(answers.pop()) if len(answers) == 1 else None


def affected_fits(pair: Pair, person: Person) -> Answer:
    """Whether an ill person has both, and not on one haplotype; a man has room for one on X.

    A mosaic one counts as heterozygous. Where the phase is not known it may be trans.
    """
    has_a, has_b = carries(person.a), carries(person.b)
    if pair.on_x and person.sex is Sex.MALE:
        return either((has_a, has_b))
    both = every((has_a, has_b))
    if both is not True or person is pair.people[0]:
        return both  # what is known of the proband's phase is asked of the pair
    healthy_copy = {has_no_healthy_copy(pair, person, w) is False for w in worlds_of(person)}
    if healthy_copy == {True}:
        return False
    return True if healthy_copy == {False} else None


def person_fits(pair: Pair, person: Person) -> Answer:
    """Whether a member fits a disease caused by the two alleles in trans."""
    if person.affection is Affection.AFFECTED:
        return affected_fits(pair, person)
    return unaffected_fits(pair, person) if person.affection is Affection.UNAFFECTED else True


def parents_fit_each_other(pair: Pair) -> Answer:
    """Whether either parent can have given both alleles where one of them is homozygous.

    The other parent then gave that one alone. One who carries both has the second on the
    other haplotype, and would be ill.
    """
    father, mother = pair.people[0].father, pair.people[0].mother
    if single_allele(pair) is None or father is None or mother is None:
        return True
    healthy_with_both = [
        parent.affection is Affection.UNAFFECTED
        and carries(parent.a) is True
        and carries(parent.b) is True
        and Genotype.MOSAIC not in (parent.a, parent.b)
        for parent in (pair.people[father], pair.people[mother])
    ]
    return not all(healthy_with_both)


def homozygous_from_both(pair: Pair) -> Answer:
    """Whether both parents are seen to carry the allele that is homozygous in the proband."""
    proband = pair.people[0]
    for allele in "ab":
        if getattr(proband, allele) is Genotype.HOMOZYGOUS:
            parents = [pair.carried_by(p, allele) for p in (proband.father, proband.mother)]
            return True if parents == [True, True] else None
    return True


def judge_pair(pair: Pair) -> tuple[Phase, PhaseReason, Outcome]:
    """Judge one pair."""
    phase, reason = phase_in_proband(pair)
    in_trans: Answer = {
        Phase.TRANS: True, Phase.TRANS_PHASED: True, Phase.CIS: False,
    }.get(phase)  # fmt: skip
    if phase is Phase.LIKELY_CIS and reason is PhaseReason.PHASE_SET:
        in_trans = False
    proband = pair.people[0]
    certain = None if Genotype.CARRIER in (proband.a, proband.b) else True
    fits = [person_fits(pair, person) for person in pair.people]
    fits.append(parents_fit_each_other(pair))
    return phase, reason, outcome_of(every([in_trans, certain, homozygous_from_both(pair), *fits]))

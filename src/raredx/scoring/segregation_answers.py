"""Who speaks for and against a mode: the segregation question, member by member.

The same tables and kernels as `scoring.inheritance`, asked of one variant and one member at a
time.
"""

from __future__ import annotations

import numpy as np

from raredx.columns.records import dataclass
from raredx.kernels import segregation as kernels
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.fit_tables import WHERE, fit_table, has_incomplete
from raredx.scoring.mode_answers import INHERITED_DOMINANT
from raredx.scoring.relatives import judge_relatives
from raredx.vocabulary import Affection, Genotype, Mode, Outcome, Region, Sex

_GENOTYPE_WORDS = {
    Genotype.MISSING: "no call",
    Genotype.REFERENCE: "reference",
    Genotype.HETEROZYGOUS: "heterozygous",
    Genotype.HOMOZYGOUS: "homozygous",
    Genotype.HEMIZYGOUS: "hemizygous",
    Genotype.CARRIER: "carrier, copies not known",
    Genotype.PARTIAL: "half-call without the allele",
    Genotype.NOT_APPLICABLE: "not applicable",
    Genotype.MOSAIC: "mosaic",
}
TOGETHER = ("parents", "pedigree")
"""Who answers for no single member."""
_ON_MT = {Genotype.HEMIZYGOUS: "homoplasmic", Genotype.HETEROZYGOUS: "heteroplasmic"}


@dataclass(frozen=True)
class MemberAnswer:
    """What one member, or the pedigree as a whole, says of a mode.

    Attributes
    ----------
    who : str
        `father S2`, or `pedigree` for what no single member says.
    what : str
        Affection and genotype, in words.
    outcome : Outcome
    """

    who: str
    what: str
    outcome: Outcome

    def words(self) -> str:
        """Write the answer.

        Examples
        --------
        >>> MemberAnswer("father S2", "unaffected, heterozygous", Outcome.FAIL).words()
        'father S2 (unaffected, heterozygous)'
        """
        return f"{self.who} ({self.what})"


def genotype_words(genotype: int, region: int) -> str:
    """Name a genotype; on MT by its share of reads.

    Examples
    --------
    >>> genotype_words(Genotype.HEMIZYGOUS, Region.MITOCHONDRIAL), genotype_words(1, Region.X)
    ('homoplasmic', 'heterozygous')
    """
    on_mt = _ON_MT if region == Region.MITOCHONDRIAL else {}
    return on_mt.get(Genotype(genotype), _GENOTYPE_WORDS[Genotype(genotype)])


def member_words(calls: FamilyCalls, column: int, variant: int) -> tuple[str, str]:
    """Name a sequenced member, and say affection and genotype."""
    member = calls.members[column]
    role, name = calls.family.role(member), calls.family.pedigree.members[member]
    affection = {
        Affection.AFFECTED: "affected",
        Affection.UNAFFECTED: "unaffected",
        Affection.UNKNOWN: "affection unknown",
    }[Affection(int(calls.affection[column]))]
    genotype = genotype_words(int(calls.genotype[variant, column]), int(calls.region[variant]))
    who = role if role == name else f"{role} {name}"
    return who, f"{affection}, {genotype}"


def mode_exists(mode: Mode, region: int) -> bool:
    """Whether a mode in which one variant is enough exists at such a place.

    Examples
    --------
    >>> mode_exists(Mode.X_LINKED_RECESSIVE, Region.X), mode_exists(Mode.DE_NOVO, Region.OTHER)
    (True, False)
    """
    return any(region in WHERE[table] for table in tables_of(mode))


def tables_of(mode: Mode) -> tuple[Mode, ...]:
    """Modes whose fit tables a mode is held against."""
    if mode is Mode.DE_NOVO:
        return (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)
    return (mode,)


def answer_by_member(
    calls: FamilyCalls, variant: int, mode: Mode, *, complete: bool
) -> list[MemberAnswer]:
    """Ask each sequenced member, then the parents together, then the rest of the pedigree.

    Parameters
    ----------
    calls : FamilyCalls
    variant : int
    mode : Mode
        One in which one variant is enough, and which exists at the place.
    complete : bool
        Complete penetrance.

    Returns
    -------
    list of MemberAnswer
        The proband first. The segregation question fails where one of them does.
    """
    one = calls.select(np.array([variant]))
    table = next(t for t in tables_of(mode) if int(one.region[0]) in WHERE[t])
    complete = complete or not has_incomplete(table) or mode is Mode.DE_NOVO
    found = []
    for column in range(len(calls.members)):
        out = np.empty(1, np.int8)
        place = 1 if table is Mode.Y_LINKED else 0
        kernels.judge_members(
            np.ascontiguousarray(one.genotype[:, [column]]),
            calls.affection[[column]],
            np.ascontiguousarray(calls.sexes[[column], place]),
            fit_table(table, complete=complete),
            out,
        )
        found.append(MemberAnswer(*member_words(calls, column, variant), Outcome(int(out[0]))))
    found.append(_answer_of_parents(one, mode))
    if mode is not Mode.DE_NOVO:
        room = judge_relatives(one, mode, np.array([0]), complete=complete)
        found.append(
            MemberAnswer("pedigree", "room for everyone's genotype", Outcome(int(room[0])))
        )
    if mode is Mode.X_LINKED_HET_FEMALE:
        fits = int(one.sexes[0, 0]) != Sex.MALE and int(one.proband[0]) in (
            Genotype.HETEROZYGOUS, Genotype.CARRIER,
        )  # fmt: skip
        sure = one.sexes[0, 0] == Sex.FEMALE and one.proband[0] == Genotype.HETEROZYGOUS
        outcome = Outcome.PASS if sure else Outcome.NOT_ASSESSED if fits else Outcome.FAIL
        found.append(MemberAnswer("proband", "one copy in a woman", outcome))
    return found


def needed_of(answers: list[MemberAnswer], mode: Mode) -> str:
    """Say what would have to be different for the members to fit a mode.

    Examples
    --------
    >>> father = MemberAnswer("father S2", "unaffected, heterozygous", Outcome.FAIL)
    >>> needed_of([father], Mode.DE_NOVO)
    'father S2 (unaffected, heterozygous) did not carry it'
    """
    against = [answer for answer in answers if answer.outcome is Outcome.FAIL]
    single = [answer for answer in against if answer.who not in TOGETHER]
    who = " and ".join(answer.words() for answer in single or against)
    one = len(single) == 1
    healthy = bool(single) and all(answer.what.startswith("unaffected") for answer in single)
    if not against:
        return "the family did not speak against it"
    if mode in INHERITED_DOMINANT and healthy:
        return (
            f"{who} {'were' if one else 'were both' if len(single) == 2 else 'were all'} affected, "
            "or its penetrance incomplete (rule set gel-incomplete)"
        )
    if mode is Mode.DE_NOVO and single and not single[0].who.startswith("proband"):
        return f"{who} did not carry it"
    return f"{who} did not speak against it"


def _answer_of_parents(one: FamilyCalls, mode: Mode) -> MemberAnswer:
    """Ask whether the parents can have given, or not given, what the proband carries."""
    out = np.empty(1, np.int8)
    father, mother = one.parent(one.father), one.parent(one.mother)
    kernels.judge_parents(
        int(mode), one.proband, father, mother, one.x_from_mother, one.region, out
    )
    words = []
    for name, column, genotype in (("father", one.father, father), ("mother", one.mother, mother)):
        said = genotype_words(int(genotype[0]), int(one.region[0]))
        person = one.family.father if name == "father" else one.family.mother
        who = one.family.pedigree.members[person] if person >= 0 else ""
        named = f"{name} {who}" if who and who != name else name
        words.append(f"{named} {said if column >= 0 else 'not sequenced'}")
    return MemberAnswer("parents", ", ".join(words), Outcome(int(out[0])))

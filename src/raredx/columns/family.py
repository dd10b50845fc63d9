"""A family as index arrays: who is whose child, who is affected, who was sequenced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Karyotype, Sex

_X_COPIES = {
    Karyotype.XX: 2, Karyotype.XY: 1, Karyotype.X0: 1, Karyotype.XXY: 2, Karyotype.XYY: 1,
    Karyotype.XXX: 3,
}  # fmt: skip
HAS_Y = {Karyotype.XY, Karyotype.XXY, Karyotype.XYY}


@dataclass(frozen=True)
class Pedigree:
    """The members of one family, in the order of the PED file.

    Attributes
    ----------
    family_id : str
    members : tuple of str
        Individual ids. A parent who is named but has no line of their own comes last.
    father, mother : int16, shape (member,)
        Index of the parent in `members`, -1 where unknown.
    sex, affection : int8, shape (member,)
        `Sex` and `Affection` codes.
    line : tuple of int
        Line of the PED file, 0 for a member without one.
    hpo_terms : dict
        Member id to the HPO ids of column 7.
    karyotypes : dict
        Member id to `Karyotype`, for those whose sex chromosomes are stated.
    guests : frozenset of str
        Ancestors whose own line stands under another family.
    deceased : frozenset of str
        Ids of the members who are stated to have died; of the others nothing is known.
    """

    family_id: str
    members: tuple[str, ...]
    father: NDArray[np.int16]
    mother: NDArray[np.int16]
    sex: NDArray[np.int8]
    affection: NDArray[np.int8]
    line: tuple[int, ...]
    hpo_terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    karyotypes: dict[str, Karyotype] = field(default_factory=dict)
    guests: frozenset[str] = frozenset()
    deceased: frozenset[str] = frozenset()

    def karyotype(self, member: int) -> Karyotype:
        """Give the stated karyotype of a member, UNKNOWN where there is none."""
        return self.karyotypes.get(self.members[member], Karyotype.UNKNOWN)

    @property
    def sex_on_x(self) -> NDArray[np.int8]:
        """How each member inherits X: like a man with one copy, like a woman with more.

        Examples
        --------
        >>> from dataclasses import replace
        >>> one = replace(singleton("S1").pedigree, karyotypes={"S1": Karyotype.X0})
        >>> one.sex_on_x.tolist(), one.sex_on_y.tolist()
        ([1], [2])
        """
        out = self.sex.copy()
        for member in range(len(self.members)):
            copies = _X_COPIES.get(self.karyotype(member))
            if copies is not None:
                out[member] = Sex.MALE if copies == 1 else Sex.FEMALE
        return out

    @property
    def sex_on_y(self) -> NDArray[np.int8]:
        """Whether each member has a Y: like a man, or like a woman."""
        out = self.sex.copy()
        for member in range(len(self.members)):
            stated = self.karyotype(member)
            if stated is not Karyotype.UNKNOWN:
                out[member] = Sex.MALE if stated in HAS_Y else Sex.FEMALE
        return out


@dataclass(frozen=True)
class Family:
    """A pedigree seen from its proband and joined to the samples of a VCF.

    Attributes
    ----------
    pedigree : Pedigree
    proband : int
        Index of the proband in `pedigree.members`.
    sample : int16, shape (member,)
        Column among the samples that were read, -1 where the member was not sequenced.
    """

    pedigree: Pedigree
    proband: int
    sample: NDArray[np.int16]

    @property
    def proband_id(self) -> str:
        """Individual id of the proband."""
        return self.pedigree.members[self.proband]

    @property
    def father(self) -> int:
        """Member index of the proband's father, -1 where unknown."""
        return int(self.pedigree.father[self.proband])

    @property
    def mother(self) -> int:
        """Member index of the proband's mother, -1 where unknown."""
        return int(self.pedigree.mother[self.proband])

    @property
    def hpo_terms(self) -> tuple[str, ...]:
        """HPO ids of the proband."""
        return self.pedigree.hpo_terms.get(self.proband_id, ())

    @property
    def sequenced(self) -> list[int]:
        """Member indices that have a sample: proband, father, mother, then PED order."""
        first = [self.proband, self.father, self.mother]
        rest = [m for m in range(len(self.pedigree.members)) if m not in first]
        return [m for m in first + rest if m != UNKNOWN_INDEX and self.sample[m] >= 0]

    def role(self, member: int) -> str:
        """Name a member by relation to the proband.

        Examples
        --------
        >>> singleton("S1").role(0)
        'proband'
        """
        pedigree = self.pedigree
        if member == self.proband:
            return "proband"
        if member == self.father:
            return "father"
        if member == self.mother:
            return "mother"
        own = {self.father, self.mother} - {UNKNOWN_INDEX}
        theirs = {int(pedigree.father[member]), int(pedigree.mother[member])} - {UNKNOWN_INDEX}
        if not own & theirs:
            return "relative"
        kind = "sibling" if own == theirs else "half-sibling"
        word = {Sex.MALE: "brother", Sex.FEMALE: "sister"}.get(Sex(pedigree.sex[member]), "")
        return kind.replace("sibling", word) if word else kind


def singleton(sample: str) -> Family:
    """Make the family of one affected person of unknown sex, for a VCF without a PED file."""
    none = np.array([UNKNOWN_INDEX], np.int16)
    pedigree = Pedigree(
        family_id=sample,
        members=(sample,),
        father=none,
        mother=none,
        sex=np.array([Sex.UNKNOWN], np.int8),
        affection=np.array([Affection.AFFECTED], np.int8),
        line=(0,),
    )
    return Family(pedigree, 0, np.array([0], np.int16))


def choose_proband(pedigree: Pedigree, sequenced: set[str]) -> int:
    """Choose the proband: the affected, sequenced member with most sequenced parents.

    Ties go to the first in the PED file; guests are judged in their own family. Returns -1
    where no affected member was sequenced.

    Examples
    --------
    >>> choose_proband(singleton("S1").pedigree, {"S1"})
    0
    """
    best, best_parents = UNKNOWN_INDEX, -1
    for member, name in enumerate(pedigree.members):
        if pedigree.affection[member] != Affection.AFFECTED or name not in sequenced:
            continue
        if name in pedigree.guests:
            continue
        parents = (int(pedigree.father[member]), int(pedigree.mother[member]))
        known = sum(p >= 0 and pedigree.members[p] in sequenced for p in parents)
        if known > best_parents:
            best, best_parents = member, known
    return best


def merge_linked(pedigrees: Sequence[Pedigree]) -> list[Pedigree]:
    """Merge pedigrees that share people, so that any two of them can be related.

    A merged pedigree has the family id of its first part; each person's facts come from the
    part in which their own line stands.
    """
    groups: list[list[Pedigree]] = []
    for pedigree in pedigrees:
        names = set(pedigree.members)
        joined = [g for g in groups if any(names.intersection(p.members) for p in g)]
        rest = [g for g in groups if g not in joined]
        groups = [*rest, [p for g in joined for p in g] + [pedigree]]
    first = {id(p): n for n, p in enumerate(pedigrees)}
    groups = [sorted(group, key=lambda p: first[id(p)]) for group in groups]
    groups.sort(key=lambda group: first[id(group[0])])
    return [group[0] if len(group) == 1 else _merge(group) for group in groups]


def _merge(parts: Sequence[Pedigree]) -> Pedigree:
    """Merge pedigrees into one."""
    home: dict[str, tuple[Pedigree, int]] = {}
    for pedigree in parts:
        for member, name in enumerate(pedigree.members):
            known = pedigree.line[member] > 0 and name not in pedigree.guests
            if known or name not in home:
                home[name] = pedigree, member
    place = {name: number for number, name in enumerate(home)}

    def parents(which: str) -> NDArray[np.int16]:
        found = []
        for pedigree, member in home.values():
            parent = int(getattr(pedigree, which)[member])
            found.append(place[pedigree.members[parent]] if parent >= 0 else UNKNOWN_INDEX)
        return np.array(found, np.int16)

    return Pedigree(
        family_id=parts[0].family_id,
        members=tuple(home),
        father=parents("father"),
        mother=parents("mother"),
        sex=np.array([p.sex[m] for p, m in home.values()], np.int8),
        affection=np.array([p.affection[m] for p, m in home.values()], np.int8),
        line=tuple(p.line[m] for p, m in home.values()),
        karyotypes={name: k for p in parts for name, k in p.karyotypes.items()},
        deceased=frozenset().union(*(p.deceased for p in parts)),
    )

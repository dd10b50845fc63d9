"""A family as index arrays: who is whose child, who is affected, who was sequenced."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raredx.vocabulary import UNKNOWN_INDEX, Affection, Sex


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
    """

    family_id: str
    members: tuple[str, ...]
    father: NDArray[np.int16]
    mother: NDArray[np.int16]
    sex: NDArray[np.int8]
    affection: NDArray[np.int8]
    line: tuple[int, ...]
    hpo_terms: dict[str, tuple[str, ...]] = field(default_factory=dict)


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

    Ties go to the first in the PED file. Returns -1 where no affected member was sequenced.

    Examples
    --------
    >>> choose_proband(singleton("S1").pedigree, {"S1"})
    0
    """
    best, best_parents = UNKNOWN_INDEX, -1
    for member, name in enumerate(pedigree.members):
        if pedigree.affection[member] != Affection.AFFECTED or name not in sequenced:
            continue
        parents = (int(pedigree.father[member]), int(pedigree.mother[member]))
        known = sum(p >= 0 and pedigree.members[p] in sequenced for p in parents)
        if known > best_parents:
            best, best_parents = member, known
    return best

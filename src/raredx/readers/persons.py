"""The persons of a family joined into index arrays and checked, whatever file they come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from raredx.columns.family import Pedigree
from raredx.columns.records import dataclass
from raredx.errors import InputError, private
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Karyotype, Sex

NOBODY = frozenset({"0", ".", "-9", "-1", "", "na", "nan", "none"})
"""What stands for no parent, in lower case."""
_THIS = "this person"
"""What a log calls the person at the place of a message."""


@dataclass(frozen=True)
class Person:
    """One person of a pedigree, as written.

    Attributes
    ----------
    where : str
        Place, for messages.
    """

    where: str
    name: str
    father: str
    mother: str
    sex: Sex = Sex.UNKNOWN
    affection: Affection = Affection.UNKNOWN
    karyotype: Karyotype = Karyotype.UNKNOWN
    deceased: bool = False


def join_persons(family_id: str, persons: Sequence[Person]) -> Pedigree:
    """Join persons, each named once, into a pedigree.

    Parameters
    ----------
    family_id : str
    persons : sequence of Person
        In the order of the file.

    Returns
    -------
    Pedigree
        `line` counts the persons from 1, and is 0 for a parent who is named but is no person of
        their own: these come last.

    Raises
    ------
    InputError
        If a person is their own ancestor, or has a parent of the wrong sex or one person as both
        parents.

    Examples
    --------
    >>> kid = Person("family.ped:1", "kid", "dad", "0")
    >>> join_persons("F1", [kid]).members
    ('kid', 'dad')
    """
    place = {person.name: number for number, person in enumerate(persons)}
    sexes = [person.sex for person in persons]
    parents: dict[str, list[int]] = {"father": [], "mother": []}
    for person in persons:
        for kind, name, sex in (
            ("father", person.father, Sex.MALE), ("mother", person.mother, Sex.FEMALE),
        ):  # fmt: skip
            if name.lower() in NOBODY:
                parents[kind].append(UNKNOWN_INDEX)
                continue
            if name not in place:
                place[name] = len(place)
                sexes.append(sex)
            parents[kind].append(place[name])
    extra = len(place) - len(persons)
    affection = [person.affection for person in persons] + [Affection.UNKNOWN] * extra
    pedigree = Pedigree(
        family_id=family_id,
        members=tuple(place),
        father=np.array(parents["father"] + [UNKNOWN_INDEX] * extra, np.int16),
        mother=np.array(parents["mother"] + [UNKNOWN_INDEX] * extra, np.int16),
        sex=np.array(sexes, np.int8),
        affection=np.array(affection, np.int8),
        line=tuple([*range(1, len(persons) + 1), *[0] * extra]),
        karyotypes={p.name: p.karyotype for p in persons if p.karyotype},
        deceased=frozenset(p.name for p in persons if p.deceased),
    )
    for member, person in enumerate(persons):
        _check_parents(pedigree, member, person.where)
    return pedigree


def _check_parents(pedigree: Pedigree, member: int, where: str) -> None:
    """Refuse parents of the wrong sex and a person who is their own ancestor."""
    name = pedigree.members[member]
    for kind, parent, wrong in (
        ("father", int(pedigree.father[member]), Sex.FEMALE),
        ("mother", int(pedigree.mother[member]), Sex.MALE),
    ):
        if parent == member:
            raise InputError(
                where, f"{private(name, _THIS)} is their own {kind}", f"Correct the {kind}."
            )
        if parent >= 0 and pedigree.sex[parent] == wrong:
            raise InputError(
                where,
                f"{private(pedigree.members[parent] + ', the', 'the')} {kind} of "
                f"{private(name, _THIS)}, is {wrong.name.lower()}",
                f"Correct the sex of {private(pedigree.members[parent], 'the parent')}, or the "
                f"{kind}.",
            )
    if 0 <= pedigree.father[member] == pedigree.mother[member]:
        both = pedigree.members[int(pedigree.father[member])]
        raise InputError(
            where,
            f"{private(both)} is both father and mother of {private(name, _THIS)}",
            "Correct one of the parents.",
        )
    found: set[int] = set()
    open_ends = [member]
    while open_ends:
        person = open_ends.pop()
        for parent in (int(pedigree.father[person]), int(pedigree.mother[person])):
            if parent == member:
                what = f"{private(name, _THIS)} is their own ancestor"
                raise InputError(where, what, "Correct the parents.")
            if parent >= 0 and parent not in found:
                found.add(parent)
                open_ends.append(parent)

"""The pedigree of a GA4GH family as index arrays, checked as a PED file is."""

from __future__ import annotations

from collections.abc import Sequence

from raredx.columns.family import Pedigree
from raredx.errors import InputError, private
from raredx.readers.persons import NOBODY, Person, join_persons

MAX_PERSONS = 2_000
"""Largest family that is read. Our choice."""


def build_pedigree(family_id: str, persons: Sequence[Person]) -> Pedigree:
    """Join persons into a pedigree.

    Parameters
    ----------
    family_id : str
    persons : sequence of Person
        In the order of the file.

    Returns
    -------
    Pedigree
        As `read_pedigrees` makes it of the same six columns; `line` counts from 1, and is 0
        for a parent who is named but is no person of their own.

    Raises
    ------
    InputError
        If a person has no id or stands twice, is their own ancestor, or has a parent of the
        wrong sex or one person as both parents.

    Examples
    --------
    >>> kid = Person("[0]", "kid", "dad", "0")
    >>> build_pedigree("F1", [kid]).members
    ('kid', 'dad')
    """
    first: dict[str, str] = {}
    for person in persons:
        if person.name.lower() in NOBODY:
            raise InputError(person.where, f"individual id is {person.name!r}", "Name the person.")
        if person.name in first:
            raise InputError(
                person.where,
                f"{private(person.name)} stands already at {first[person.name]}",
                "Remove one of them.",
            )
        first[person.name] = person.where
    if len(persons) > MAX_PERSONS:
        raise InputError(
            persons[MAX_PERSONS].where,
            f"is the {MAX_PERSONS + 1}th person of one family",
            "Give one family, not a cohort.",
        )
    return join_persons(family_id, persons)

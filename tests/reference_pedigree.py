"""Slow twin of genotype elimination: try every assignment of copies to everybody.

Written from Mendel's laws and never from the kernel. Nothing is narrowed: a pedigree leaves
room if one of all assignments obeys every call and every transmission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from raredx.vocabulary import Outcome, Sex

AUTOSOME, X, Y = "autosome", "X", "Y"


@dataclass(frozen=True)
class Relative:
    """One person of a pedigree: parents are places, None unknown; they stand before the child."""

    sex: Sex
    father: int | None = None
    mother: int | None = None


def chromosomes(sex: Sex, where: str) -> int:
    """How many copies of the chromosome a person has."""
    if where == AUTOSOME:
        return 2
    return {(Sex.MALE, X): 1, (Sex.FEMALE, X): 2, (Sex.MALE, Y): 1, (Sex.FEMALE, Y): 0}[sex, where]


def alleles(copies: int, n: int) -> set[int]:
    """What one of n chromosomes can be, if so many carry the allele."""
    return set([1] * copies + [0] * (n - copies))


def given_by(parent: Sex, child: Sex, where: str, copies: int) -> set[int]:
    """How many copies of the allele a parent can give a child."""
    if where == X and parent is Sex.MALE and child is Sex.MALE:
        return {0}  # a son has his father's Y
    if where == Y and (parent is Sex.FEMALE or child is Sex.FEMALE):
        return {0}
    return alleles(copies, chromosomes(parent, where))


def is_possible(
    people: Sequence[Relative],
    allowed: Sequence[set[int]],
    where: str,
    orphan: int | None = None,
) -> bool:
    """Whether some assignment of copies obeys everything; an orphan owes nothing to parents."""

    def parent_copies(parent: int | None, sex: Sex, assigned: list[int]) -> set[int]:
        return set(range(chromosomes(sex, where) + 1)) if parent is None else {assigned[parent]}

    def options(place: int, assigned: list[int]) -> set[int]:
        person = people[place]
        any_number = set(range(chromosomes(person.sex, where) + 1))
        if place == orphan or (person.father is None and person.mother is None):
            return any_number
        return {
            from_father + from_mother
            for f in parent_copies(person.father, Sex.MALE, assigned)
            for m in parent_copies(person.mother, Sex.FEMALE, assigned)
            for from_father in given_by(Sex.MALE, person.sex, where, f)
            for from_mother in given_by(Sex.FEMALE, person.sex, where, m)
        }

    def rest_is_possible(assigned: list[int]) -> bool:
        place = len(assigned)
        if place == len(people):
            return True
        return any(
            rest_is_possible([*assigned, copies])
            for copies in sorted(options(place, assigned) & allowed[place])
        )

    return rest_is_possible([])


def ancestors(people: Sequence[Relative], place: int) -> set[int]:
    """Parents, their parents, and so on."""
    parents = {p for p in (people[place].father, people[place].mother) if p is not None}
    return parents.union(*(ancestors(people, parent) for parent in parents))


def can_be_new(people: Sequence[Relative], shows: set[int], child: int) -> bool:
    """Whether the allele can have arisen in this child: it shows nowhere but in the child's line."""
    return all(child in ancestors(people, place) for place in shows - {child})


def judge_relatives(
    people: Sequence[Relative],
    called: Sequence[set[int]],
    fitting: Sequence[set[int]],
    where: str,
    proband: int,
    seen: Sequence[int] = (),
) -> Outcome:
    """Judge whether a pedigree leaves room for a mode.

    `called` holds the copies that each call allows (all of them without a call), `fitting`
    those that fit the phenotype; in those `seen` the allele was seen, in how many copies is
    open. A call that does not fit at all, and one seen, is somebody else's question: its
    phenotype is not asked here.

    The allele may be new in one relative who has a parent, and then stands there once; in the
    proband it would be another mode. Calls that not even that explains may be explained by
    the proband's link, whose child may have the allele new or from one parent twice.
    """
    asked = [
        c if place in seen or not c & f else c & f
        for place, (c, f) in enumerate(zip(called, fitting, strict=True))
    ]
    shows = {place for place in range(len(people)) if place in seen or 0 not in called[place]}
    new = [
        child
        for child, person in enumerate(people)
        if child != proband
        and (person.father is not None or person.mother is not None)
        and can_be_new(people, shows, child)
    ]

    def has_room(allowed: Sequence[set[int]]) -> bool:
        if is_possible(people, allowed, where):
            return True
        once = [[*allowed[:child], allowed[child] & {1}, *allowed[child + 1 :]] for child in new]
        return any(
            is_possible(people, with_one, where, child)
            for child, with_one in zip(new, once, strict=True)
        )

    if has_room(asked):
        return Outcome.PASS
    if has_room(called):
        return Outcome.FAIL
    if is_possible(people, asked, where, proband):
        return Outcome.PASS
    without_proband = is_possible(people, called, where, proband)
    return Outcome.FAIL if without_proband else Outcome.NOT_ASSESSED


def has_loop(people: Sequence[Relative]) -> bool:
    """Whether two ways lead from one person to another, over parents and children.

    Couples count as one way to all their children; a child with one known parent has an
    unknown parent of its own.
    """
    ways: dict[object, set[object]] = {}

    def join(one: object, other: object) -> None:
        ways.setdefault(one, set()).add(other)
        ways.setdefault(other, set()).add(one)

    for child, person in enumerate(people):
        parents = [p for p in (person.father, person.mother) if p is not None]
        if parents:
            couple = ("couple", *parents) if len(parents) == 2 else ("single", child)
            for member in (*parents, child):
                join(couple, member)
    seen: set[object] = set()
    for start in ways:
        if start in seen:
            continue
        tree, edges, todo = {start}, 0, [start]
        while todo:
            here = todo.pop()
            edges += len(ways[here])
            fresh = ways[here] - tree
            tree |= fresh
            todo += list(fresh)
        if edges // 2 > len(tree) - 1:
            return True
        seen |= tree
    return False

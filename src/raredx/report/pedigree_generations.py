"""Who are the couples of a pedigree, and in which generation does each member stand?

A child always stands below both parents. Partners share a generation wherever that does not put
anybody beside their own descendant, so an uncle who has children with his niece comes down to
her; a father who has a child with his daughter stays above her.
"""

from __future__ import annotations

from collections.abc import Sequence

from raredx.columns.family import Pedigree
from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX


@dataclass(frozen=True)
class Couple:
    """The parents of a sibship.

    Attributes
    ----------
    partners : tuple of int
        Members, the father first; one of them where the other is unknown.
    children : tuple of int
        Members, in the order of the pedigree.
    related : bool
        Whether the partners have an ancestor in common, or one descends from the other.
    """

    partners: tuple[int, ...]
    children: tuple[int, ...]
    related: bool = False


def parents_of(pedigree: Pedigree, member: int) -> tuple[int, ...]:
    """Give the known parents of a member, the father first."""
    both = (int(pedigree.father[member]), int(pedigree.mother[member]))
    return tuple(parent for parent in both if parent != UNKNOWN_INDEX)


def find_couples(pedigree: Pedigree) -> list[Couple]:
    """Find who has children with whom, in the order of the first children.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> find_couples(singleton("S1").pedigree)
    []
    """
    children: dict[tuple[int, ...], list[int]] = {}
    for member in range(len(pedigree.members)):
        parents = parents_of(pedigree, member)
        if parents:
            children.setdefault(parents, []).append(member)
    lines = _lines_of_descent(pedigree)

    def is_related(partners: tuple[int, ...]) -> bool:
        return len(partners) == 2 and bool(lines[partners[0]] & lines[partners[1]])

    return [Couple(p, tuple(own), is_related(p)) for p, own in children.items()]


def _lines_of_descent(pedigree: Pedigree) -> list[set[int]]:
    """Gather each member with all ancestors."""
    lines: list[set[int]] = [set() for _ in pedigree.members]
    for member in oldest_first(pedigree):
        lines[member] = {member}.union(*(lines[p] for p in parents_of(pedigree, member)))
    return lines


def oldest_first(pedigree: Pedigree) -> list[int]:
    """Order the members so that parents come before their children."""
    found: dict[int, None] = {}
    for member in range(len(pedigree.members)):
        todo = [member]
        while todo:
            missing = [p for p in parents_of(pedigree, todo[-1]) if p not in found]
            if missing and len(todo) <= len(pedigree.members):
                todo.append(missing[0])
            else:
                found[todo.pop()] = None
    return list(found)


def find_generations(pedigree: Pedigree, couples: Sequence[Couple]) -> list[int]:
    """Give each member a generation, 0 for the oldest of each part of the pedigree.

    Parameters
    ----------
    pedigree : Pedigree
    couples : sequence of Couple
        Those of the pedigree.

    Returns
    -------
    list of int
        For each member. Every child is below its parents; people without parents stand as low
        as their children allow.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> find_generations(singleton("S1").pedigree, [])
    [0]
    """
    group = _share_generations(pedigree, couples)
    below: dict[int, set[int]] = {g: set() for g in group}
    for couple in couples:
        for partner in couple.partners:
            below[group[partner]].update(group[child] for child in couple.children)
    order = _downwards(below)
    depth = dict.fromkeys(below, 0)
    for upper in order:
        for lower in below[upper]:
            depth[lower] = max(depth[lower], depth[upper] + 1)
    has_parents = set().union(*below.values())
    for upper in reversed(order):
        if upper not in has_parents and below[upper]:
            depth[upper] = min(depth[lower] for lower in below[upper]) - 1
    found = [depth[g] for g in group]
    for part in find_parts(len(found), couples):
        top = min(found[member] for member in part)
        for member in part:
            found[member] -= top
    return found


def _share_generations(pedigree: Pedigree, couples: Sequence[Couple]) -> list[int]:
    """Group partners, their partners and so on, to share a generation; a number for each member."""
    group = list(range(len(pedigree.members)))
    times = [0] * len(group)
    for couple in couples:
        for partner in couple.partners:
            times[partner] += 1
    for couple in couples:
        if len(couple.partners) < 2:
            continue
        one, other = (group[partner] for partner in couple.partners)
        simple = any(times[p] == 1 and not parents_of(pedigree, p) for p in couple.partners)
        if one == other or not (simple or _may_stand_together(group, couples, one, other)):
            continue
        low, high = min(one, other), max(one, other)
        group = [low if g == high else g for g in group]
    return group


def _may_stand_together(group: list[int], couples: Sequence[Couple], one: int, other: int) -> bool:
    """Whether neither group stands, over any number of steps, above the other."""
    below: dict[int, set[int]] = {}
    for couple in couples:
        for partner in couple.partners:
            below.setdefault(group[partner], set()).update(group[c] for c in couple.children)
    for start, end in ((one, other), (other, one)):
        seen, todo = {start}, [start]
        while todo:
            for lower in below.get(todo.pop(), ()):
                if lower == end:
                    return False
                if lower not in seen:
                    seen.add(lower)
                    todo.append(lower)
    return True


def _downwards(below: dict[int, set[int]]) -> list[int]:
    """Order groups so that each comes after all that stand above it."""
    above = dict.fromkeys(below, 0)
    for lower_groups in below.values():
        for lower in lower_groups:
            above[lower] += 1
    order = [g for g, n in above.items() if n == 0]
    for upper in order:  # grows while it is read
        for lower in sorted(below[upper]):
            above[lower] -= 1
            if above[lower] == 0:
                order.append(lower)
    return order


def find_parts(n_members: int, couples: Sequence[Couple]) -> list[list[int]]:
    """Split the members into parts that no couple and no child connects.

    Examples
    --------
    >>> find_parts(4, [Couple((2, 3), (0,))])
    [[0, 2, 3], [1]]
    """
    part = list(range(n_members))

    def root(member: int) -> int:
        while part[member] != member:
            part[member] = part[part[member]]
            member = part[member]
        return member

    for couple in couples:
        first = couple.partners[0]
        for member in (*couple.partners[1:], *couple.children):
            low, high = sorted((root(first), root(member)))
            part[high] = low
    found: dict[int, list[int]] = {}
    for member in range(n_members):
        found.setdefault(root(member), []).append(member)
    return list(found.values())

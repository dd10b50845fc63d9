"""How related are two members by their pedigree? Loops and people without a sample included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.family import Pedigree

PARENT_CHILD = "parent and child"
FULL_SIBLINGS = "full siblings"
SIBLINGS_OR_HALF = "siblings or half siblings"
UNRELATED = "unrelated"

_BY_KINSHIP = (
    # What relatives of this kinship usually are; others get the figure.
    (0.25, "first-degree relatives"),
    (0.125, "second-degree relatives"),
    (0.0625, "third-degree relatives"),
)


def _with_phantoms(
    pedigree: Pedigree, shared_unknowns: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Give every child of one named parent the other as an extra founder; return how many.

    With `shared_unknowns`, children of the same named parent have the same unnamed one.
    """
    father = pedigree.father.astype(np.int64)
    mother = pedigree.mother.astype(np.int64)
    n = len(pedigree.members)
    extra: dict[tuple[int, int], int] = {}
    for child in range(n):
        named = max(father[child], mother[child])
        if named < 0 or min(father[child], mother[child]) >= 0:
            continue
        key = (int(named), -1 if shared_unknowns else child)
        number = extra.setdefault(key, n + len(extra))
        if father[child] < 0:
            father[child] = number
        else:
            mother[child] = number
    founders = np.full(len(extra), -1, np.int64)
    return np.concatenate([father, founders]), np.concatenate([mother, founders]), len(extra)


def _parents_first(father: NDArray[np.int64], mother: NDArray[np.int64]) -> list[int]:
    """Order people so that parents come before their children."""
    order: list[int] = []
    placed: set[int] = {-1}
    left = list(range(len(father)))
    while left:
        ready = [p for p in left if father[p] in placed and mother[p] in placed]
        if not ready:
            raise ValueError("somebody in the pedigree is their own ancestor")
        order += ready
        placed |= set(ready)
        left = [p for p in left if p not in placed]
    return order


def expected_kinship(pedigree: Pedigree, *, shared_unknowns: bool = False) -> NDArray[np.float64]:
    """Compute kinship coefficients from a pedigree.

    The recursion over parents of the younger of two (Lange, Mathematical and Statistical
    Methods for Genetic Analysis, 2002, chapter 5): a person with themselves (1 + kinship of
    the parents) / 2, two people the mean of the kinship of one with the other's parents.
    Founders are unrelated.

    Parameters
    ----------
    pedigree : Pedigree
    shared_unknowns : bool
        Whether children of the same one named parent have the same unnamed other parent; if
        not, each has their own.

    Returns
    -------
    float64, shape (member, member)

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> expected_kinship(singleton("S1").pedigree)
    array([[0.5]])
    """
    father, mother, n_extra = _with_phantoms(pedigree, shared_unknowns)
    n = len(father)
    out = np.zeros((n + 1, n + 1))  # the last row stands for nobody, index -1
    done: list[int] = []
    for person in _parents_first(father, mother):
        f, m = father[person], mother[person]
        for other in done:
            out[person, other] = out[other, person] = (out[f, other] + out[m, other]) / 2
        out[person, person] = (1 + out[f, m]) / 2
        done.append(person)
    return out[: n - n_extra, : n - n_extra]


def linked(pedigree: Pedigree) -> NDArray[np.bool_]:
    """Say which members are linked by parents and children, through whomever.

    Two members who are not linked may be anything to each other: the pedigree does not say.

    Returns
    -------
    bool, shape (member, member)
    """
    n = len(pedigree.members)
    group = list(range(n))
    for child in range(n):
        for parent in (int(pedigree.father[child]), int(pedigree.mother[child])):
            if parent >= 0:
                old, new = group[parent], group[child]
                group = [new if g == old else g for g in group]
    groups = np.array(group)
    return np.asarray(groups[:, None] == groups[None, :], bool)


def relation(pedigree: Pedigree, a: int, b: int, kinship: float) -> str:
    """Name the relation of two members; empty where the pedigree does not say.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> relation(singleton("S1").pedigree, 0, 0, 0.5)
    'same person'
    """
    if a == b:
        return "same person"
    parents = [
        {int(pedigree.father[m]), int(pedigree.mother[m])} - {-1} for m in (a, b)
    ]  # fmt: skip
    if a in parents[1] or b in parents[0]:
        return PARENT_CHILD
    shared = parents[0] & parents[1]
    if len(shared) == 2:
        return FULL_SIBLINGS
    if shared:
        either_open = len(parents[0]) == 1 and len(parents[1]) == 1
        return SIBLINGS_OR_HALF if either_open else "half siblings"
    if kinship == 0:
        return UNRELATED if linked(pedigree)[a, b] else ""
    for value, word in _BY_KINSHIP:
        if abs(kinship - value) < 1e-9:
            return word
    return f"relatives of kinship {kinship:.4g}"

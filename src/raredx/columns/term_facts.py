"""What an ontology says of one term: where it stands, and who has it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import Ontology


def parents(ontology: Ontology, row: int) -> list[int]:
    """Give the rows of the ancestors of a term that are no ancestors of its other ancestors."""
    above = [int(ancestor) for ancestor in ontology.ancestors(row) if ancestor != row]
    further = {int(ancestor) for a in above for ancestor in ontology.ancestors(a) if ancestor != a}
    return [ancestor for ancestor in above if ancestor not in further]


def paths(ontology: Ontology, row: int) -> list[list[int]]:
    """Give one way from the root to a term through each of its parents: the shortest.

    Returns
    -------
    list of list of int
        Rows, from the root to the term, which are the last.
    """
    shortest: dict[int, list[int]] = {}
    for ancestor in ontology.ancestors(row).tolist():  # parents stand before children
        ways = [shortest[parent] for parent in parents(ontology, ancestor)]
        shortest[ancestor] = [*min(ways, key=len, default=[]), ancestor]
    return [[*shortest[parent], row] for parent in parents(ontology, row)]


def at_or_below(ontology: Ontology, row: int) -> NDArray[np.bool_]:
    """Say of each term whether it is a term or lies below it."""
    found = np.zeros(len(ontology.number), np.bool_)
    places = np.flatnonzero(ontology.ancestor == row)
    found[np.searchsorted(ontology.ancestor_start, places, side="right") - 1] = True
    return found


def diseases_with(ontology: Ontology, row: int) -> NDArray[np.bool_]:
    """Say of each disease whether its profile has a term or one below it."""
    has = at_or_below(ontology, row)[ontology.profile_term]
    return _any_of(has, ontology.profile_start)


def genes_with(ontology: Ontology, row: int) -> NDArray[np.bool_]:
    """Say of each gene whether one of its diseases has a term or one below it."""
    has = diseases_with(ontology, row)[ontology.gene_disease]
    return _any_of(has, ontology.gene_start)


def _any_of(values: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each group, none of them empty, whether any of its values holds."""
    if not len(values):
        return np.zeros(len(starts) - 1, np.bool_)
    found: NDArray[np.bool_] = np.logical_or.reduceat(values, starts[:-1])
    return found

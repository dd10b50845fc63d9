"""Kinship by pedigree: textbook values, and a twin that goes through all ways of inheritance."""

from __future__ import annotations

import numpy as np
import pytest

import reference_check as reference
from builders import pedigree, read_table
from raredx.checks.check_links import KinTable, link_samples
from raredx.checks.expected_kinship import expected_kinship, linked, relation
from raredx.columns.family import Pedigree
from raredx.vocabulary import Affection, Sex

THREE_GENERATIONS = """
gf  0   0   M U
gm  0   0   F U
a   gf  gm  M U
b   gf  gm  F U
wa  0   0   F U
wb  0   0   F U
hb  0   0   M U
a1  a   wa  M A
a2  a   wa  F U
a3  a   wb  F U
b1  hb  b   M U
z   b1  a2  F A
"""
VALUES = """
first | second | kinship  | relation
gf    | gm     | 0        | unrelated
gf    | a      | 0.25     | parent and child
a     | b      | 0.25     | full siblings
a1    | a2     | 0.25     | full siblings
a1    | a3     | 0.125    | half siblings
gf    | a1     | 0.125    | second-degree relatives
b     | a1     | 0.125    | second-degree relatives
a1    | b1     | 0.0625   | third-degree relatives
wa    | wb     | 0        | unrelated
wa    | hb     | 0        | unrelated
z     | a2     | 0.28125  | parent and child # the child of first cousins
z     | z      | 0.53125  | same person
z     | gf     | 0.125    | second-degree relatives # a great-grandparent twice
a1    | z      | 0.15625  | relatives of kinship 0.1562
"""


@pytest.mark.parametrize(
    "row", read_table(text=VALUES), ids=lambda r: f"{r['first']}-{r['second']}"
)
def test_three_generations(row):
    tree = pedigree(people=THREE_GENERATIONS)
    a, b = (tree.members.index(row[k]) for k in ("first", "second"))
    kinship = expected_kinship(tree)[a, b]
    assert kinship == float(row["kinship"])
    assert relation(tree, a, b, kinship) == row["relation"]


LOOPS = {
    "siblings have a child": "f 0 0 M U\nm 0 0 F U\ns f m M U\nt f m F U\nc s t F A",
    "father and daughter": "f 0 0 M U\nm 0 0 F U\nd f m F U\nc f d F A",
    "double first cousins": (
        "p 0 0 M U\nq 0 0 F U\nr 0 0 M U\ns 0 0 F U\na p q M U\nb p q M U\nc r s F U\n"
        "d r s F U\nx a c M U\ny b d F U"
    ),
    "one parent named": "f 0 0 M U\na f 0 M U\nb f 0 F U\nc a 0 M U",
    "children before parents": "c f m F A\nf 0 0 M U\nm 0 0 F U",
}


@pytest.mark.parametrize("people", LOOPS.values(), ids=LOOPS)
def test_loops_twin(people):
    tree = pedigree(people=people)
    assert expected_kinship(tree) == pytest.approx(reference.kinship_by_inheritance(tree))


def test_unnamed_parents_may_be_the_same():
    """Two children of one mother: half siblings at least, full siblings at most."""
    tree = pedigree(people="m 0 0 F U\na 0 m M U\nb 0 m F U")
    assert expected_kinship(tree)[1, 2] == 0.125
    assert expected_kinship(tree, shared_unknowns=True)[1, 2] == 0.25
    assert relation(tree, 1, 2, 0.125) == "siblings or half siblings"


def test_people_without_a_link_may_be_anything():
    tree = pedigree(people="a 0 0 M A\nb 0 0 F U\nc a 0 M U")
    assert linked(tree).tolist() == [
        [True, False, True], [False, True, False], [True, False, True],
    ]  # fmt: skip
    assert relation(tree, 0, 1, 0.0) == ""
    kin = KinTable(link_samples(["a", "b", "c"], [tree]))
    assert np.isnan(kin.between(0, 1).kinship)
    assert kin.between(0, 2).kinship == 0.25


def test_samples_of_two_families_are_strangers():
    kin = KinTable(
        link_samples(
            ["a", "x", "nobody"],
            [
                pedigree(people="a 0 0 M A", family_id="1"),
                pedigree(people="x 0 0 M A", family_id="2"),
            ],
        )
    )
    assert kin.between(0, 1) == kin.between(1, 0)
    assert (kin.between(0, 1).kinship, kin.between(0, 1).relation) == (0.0, "unrelated")
    assert np.isnan(kin.between(0, 2).kinship)


def test_own_ancestor_is_refused():
    ring = Pedigree(
        "F", ("a", "b"), np.array([1, 0], np.int16), np.array([-1, -1], np.int16),
        np.array([Sex.MALE, Sex.MALE], np.int8), np.full(2, Affection.UNKNOWN, np.int8), (1, 2),
    )  # fmt: skip
    with pytest.raises(ValueError, match="their own ancestor"):
        expected_kinship(ring)


def test_pairs_within_families_come_first_and_a_cap_leaves_strangers_out():
    trees = [
        pedigree(people="a b 0 M A\nb 0 0 M U", family_id="1"),
        pedigree(people="x y 0 M A\ny 0 0 M U", family_id="2"),
    ]
    links = link_samples(["a", "x", "b", "y"], trees)
    assert links.pairs(10) == ([(0, 2), (1, 3), (0, 1), (0, 3), (1, 2), (2, 3)], 0)
    assert links.pairs(5) == ([(0, 2), (1, 3)], 4)
    assert links.pairs(1) == ([(0, 2)], 5)

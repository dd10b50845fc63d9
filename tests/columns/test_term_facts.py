"""Where a term stands, and who has it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from hpo_texts import OBO, write_sources
from raredx.columns.ontology import Ontology
from raredx.columns.term_facts import at_or_below, diseases_with, genes_with, parents, paths
from raredx.readers.ontology_cache import read_ontology

CHILD = """
[Term]
id: HP:0005484
name: Postnatal microcephaly
is_a: HP:0000252 ! Microcephaly
is_a: HP:0000118 ! Phenotypic abnormality

[Typedef]"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    """The small HPO, and a term below one that has two parents; one edge of it is idle."""
    obo = OBO.replace("\n[Typedef]", CHILD)
    return write_sources(tmp_path_factory.mktemp("hpo"), obo).build()


def named(ontology: Ontology, rows: list[int]) -> list[str]:
    return [ontology.name[row] for row in rows]


def test_parents_are_no_ancestors_of_one_another(small):
    assert named(small, parents(small, small.row("HP:0005484"))) == ["Microcephaly"]
    assert named(small, parents(small, small.row("HP:0000252"))) == [
        "Abnormality of head or neck",
        "Abnormality of brain morphology",
    ]
    assert parents(small, 0) == []


def test_the_shortest_way_through_each_parent(small):
    assert [named(small, path) for path in paths(small, small.row("HP:0005484"))] == [
        [
            "All",
            "Phenotypic abnormality",
            "Abnormality of head or neck",
            "Microcephaly",
            "Postnatal microcephaly",
        ]
    ]
    assert [len(path) for path in paths(small, small.row("HP:0000252"))] == [4, 5]


def test_at_or_below(small):
    rows = at_or_below(small, small.row("HP:0012443")).nonzero()[0].tolist()
    assert set(named(small, rows)) == {
        "Abnormality of brain morphology",
        "Microcephaly",
        "Postnatal microcephaly",
    }
    assert at_or_below(small, 0).all()


def test_who_has_a_term(small):
    def who(term_id: str) -> tuple[set[str], set[str]]:
        row = small.row(term_id)
        pairs = (
            (small.disease_id, diseases_with(small, row)),
            (small.gene_symbol, genes_with(small, row)),
        )
        diseases, genes = ({n for n, has in zip(*pair, strict=True) if has} for pair in pairs)
        return diseases, genes

    assert who("HP:0001250") == ({"OMIM:308350", "OMIM:607208"}, {"ARX", "SCN1A-OLD"})
    assert who("HP:0000152")[0] == {"OMIM:308350", "ORPHA:2512"}
    assert who("HP:0007270") == (set(), set())  # 0 of 7, and "excluded"


def test_every_term_of_the_bundled_hpo_has_a_way_from_the_root():
    ontology = read_ontology()
    for row in range(1, len(ontology.number), 501):
        for path in paths(ontology, row):
            assert path[0] == 0
            assert path[-1] == row
            for upper, lower in pairwise(path):
                assert upper in ontology.ancestors(lower)

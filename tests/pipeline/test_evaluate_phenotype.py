"""Terms of published cases: what is left out, and counted, where one patient's are refused."""

from __future__ import annotations

import pytest

from raredx.pipeline.evaluate_phenotype import bundled_ontology, find_rows


@pytest.mark.parametrize(
    "word",
    ["HP:9999999", "HP:", "HP:\u00b2", "HP:99999999999999999999", "seizures", "XY:0001250", ""],
)
def test_words_that_are_no_terms_are_counted(word):
    assert find_rows(bundled_ontology(), [word]) == ((), 1)


def test_a_former_number_leads_to_its_term_and_only_as_an_hpo_id():
    ontology = bundled_ontology()
    former = next(n for n, t in enumerate(ontology.former_term.tolist()) if t >= 0)
    number, row = int(ontology.former_number[former]), int(ontology.former_term[former])
    asked = [f"HP:{number:07d}", ontology.term_id(row), f"XY:{number:07d}"]
    assert find_rows(ontology, asked) == ((row,), 1)

"""Genes and diseases by the terms of one proband: standard scores, the best disease, its terms."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpo_texts import TABLE, write_sources
from raredx.columns.gene_codes import GeneCodes
from raredx.scoring import gene_phenotype
from raredx.scoring.gene_phenotype import GenePhenotype, standardised
from raredx.scoring.phenotype import Match, PhenotypeScores

ARX, MCPH1, SCN1A = (TABLE.resolve(None, s).index for s in ("ARX", "MCPH1", "SCN1A"))
OF_GENE = {"ARX": 3.0, "MCPH1": 1.0, "NO-SUCH": 1.0, "SCN1A-OLD": -1.0}
OF_DISEASE = {"OMIM:308350": 4.0, "OMIM:607208": 2.0, "ORPHA:2512": 0.0}


@pytest.fixture(scope="module")
def fx_hpo(tmp_path_factory):
    return write_sources(tmp_path_factory.mktemp("hpo")).build()


@pytest.fixture
def fx_phenotype(fx_hpo, monkeypatch):
    """Scores by hand, and the matches of a proband with seizures and a small head."""
    seizure, head = fx_hpo.row("HP:0001250"), fx_hpo.row("HP:0000252")
    absence, brain = fx_hpo.row("HP:0007270"), fx_hpo.row("HP:0012443")
    nervous, anything = fx_hpo.row("HP:0000707"), fx_hpo.row("HP:0000118")
    matches = {
        0: [(head, head, head), (seizure, seizure, seizure)],
        1: [(head, absence, nervous), (seizure, absence, seizure)],
        2: [(head, brain, brain), (seizure, head, anything), (anything, anything, anything)],
    }

    def matched(ontology, scores, disease, *_):
        return [Match(*found, float(ontology.information[found[2]])) for found in matches[disease]]

    monkeypatch.setattr(gene_phenotype, "matched_terms", matched)
    scores = PhenotypeScores(
        np.array([OF_DISEASE[d] for d in fx_hpo.disease_id]),
        np.array([OF_GENE[g] for g in fx_hpo.gene_symbol]),
        np.array([0, 2, 2, 1], np.int32),
        (seizure, head),
    )
    return GenePhenotype(fx_hpo, scores, GeneCodes(TABLE))


# --- genes ---------------------------------------------------------------------------------------


def test_standard_scores_are_taken_over_all_genes_of_hpo(fx_phenotype):
    """Those that the gene table does not know belong to the mean and the deviation too."""
    every = np.array([3.0, 1.0, 1.0, -1.0])
    for gene, score in ((ARX, 3.0), (MCPH1, 1.0), (SCN1A, -1.0)):
        assert fx_phenotype.of(gene) == pytest.approx((score - every.mean()) / every.std())


def test_a_gene_that_hpo_does_not_know_has_no_score(fx_phenotype):
    """One that only the annotation knows, and none at all."""
    for gene in (len(TABLE), -1):
        assert isnan(fx_phenotype.of(gene))
        assert fx_phenotype.best(gene) is None
        assert fx_phenotype.diseases_of(gene) == []


def test_genes_are_found_by_their_hgnc_number(fx_phenotype, fx_hpo):
    """HPO calls SCN1A otherwise; the order of its genes is not that of the table."""
    assert [fx_hpo.disease_id[d] for d in fx_phenotype.diseases_of(SCN1A)] == [
        "OMIM:308350", "OMIM:607208",
    ]  # fmt: skip
    assert [fx_hpo.disease_id[d] for d in fx_phenotype.diseases_of(MCPH1)] == ["ORPHA:2512"]


def test_without_terms_nothing_is_assessed(fx_hpo):
    unknown = np.full(3, np.nan), np.full(4, np.nan), np.full(4, -1, np.int32)
    found = GenePhenotype(fx_hpo, PhenotypeScores(*unknown, ()), GeneCodes(TABLE))
    assert not found.assessed


def test_with_terms_something_is(fx_phenotype):
    assert fx_phenotype.assessed


# --- diseases ------------------------------------------------------------------------------------


def test_the_best_disease_with_its_terms(fx_phenotype):
    fit = fx_phenotype.best(ARX)
    assert (fit.disease_id, fit.name) == ("OMIM:308350", "DEE-1")
    assert fit.score == pytest.approx(standardised(np.array([4.0, 2.0, 0.0]))[0])
    assert fit.terms == ("HP:0000252 Microcephaly", "HP:0001250 Seizure")


def test_a_term_is_shown_beside_the_nearest_of_the_disease(fx_phenotype):
    """But not where the two have less than half of its information in common."""
    head_in_brain = "HP:0000252 Microcephaly = HP:0012443 Abnormality of brain morphology"
    assert fx_phenotype.best(MCPH1).terms == (head_in_brain,)
    with_nervous = fx_phenotype.best(SCN1A).terms
    assert with_nervous[-1] == "HP:0001250 Seizure = HP:0007270 Atypical absence seizure"


@pytest.mark.parametrize(("beside", "shown"), [(-0.001, True), (0.001, False)])
def test_the_border_of_what_is_shown(fx_phenotype, fx_hpo, monkeypatch, beside, shown):
    """Nervous system holds 0.31 of the 0.57 of microcephaly: just over one half."""
    head, nervous = (fx_hpo.row(t) for t in ("HP:0000252", "HP:0000707"))
    share = float(fx_hpo.information[nervous] / fx_hpo.information[head])
    monkeypatch.setattr(gene_phenotype, "SHOWN_SHARE", share + beside)
    terms = fx_phenotype.best(SCN1A).terms
    assert any(t.startswith("HP:0000252 Microcephaly = HP:0007270") for t in terms) is shown


def test_less_than_the_border_is_not_shown(fx_phenotype, fx_hpo, monkeypatch):
    seizure, head, nervous = (fx_hpo.row(t) for t in ("HP:0001250", "HP:0000252", "HP:0000707"))
    assert fx_hpo.information[nervous] < 0.5 * fx_hpo.information[seizure]
    match = Match(seizure, head, nervous, float(fx_hpo.information[nervous]))
    monkeypatch.setattr(gene_phenotype, "matched_terms", lambda *_: [match])
    assert fx_phenotype.fit(0).terms == ()


def test_a_disease_is_described_once(fx_phenotype, monkeypatch):
    first = fx_phenotype.fit(0)
    monkeypatch.delattr(gene_phenotype, "matched_terms")
    assert fx_phenotype.fit(0) is first


# --- standard scores -----------------------------------------------------------------------------

VALUES = st.lists(st.floats(-50, 50).map(lambda x: round(x, 3)), min_size=2, max_size=30).filter(
    lambda values: max(values) - min(values) > 0.01
)


@given(VALUES)
def test_standard_scores(values):
    found = standardised(np.array(values))
    assert found.mean() == pytest.approx(0.0, abs=1e-6)
    assert found.std() == pytest.approx(1.0)
    assert (np.argsort(found, kind="stable") == np.argsort(values, kind="stable")).all()


@given(VALUES, st.floats(0.1, 10), st.floats(-10, 10))
def test_the_unit_of_what_is_standardised_does_not_matter(values, factor, shift):
    plain, moved = (standardised(np.array(values) * f + s) for f, s in ((1, 0), (factor, shift)))
    np.testing.assert_allclose(moved, plain, atol=1e-6)


@pytest.mark.parametrize("values", [[], [2.0], [0.1, 0.1, 0.1], [-7.3] * 50])
def test_where_all_are_alike_none_stands_out(values):
    """0.1 three times has a mean of 0.10000000000000002."""
    assert standardised(np.array(values, float)).tolist() == [0.0] * len(values)

"""The phenotype score: tables by hand, a slow twin, and what must hold of any ontology."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phenotype_ontology import drawn_ontologies, make_ontology
from raredx.evidence_settings import PhenotypeSettings
from raredx.scoring.phenotype import (
    PhenotypeScorer,
    against_the_mean,
    matched_terms,
    score_phenotype,
)
from raredx.scoring.phenotype_profiles import DiseaseProfiles, patients_counted
from reference_phenotype import scores_of
from term_ontology import hand_ontology

SETTINGS = PhenotypeSettings()
SEIZURE, TONIC_CLONIC, ABSENCE, ATAXIA = 1250, 2069, 2121, 1251
ECTOPIA_LENTIS, CATARACT, ARACHNODACTYLY, SCOLIOSIS = 1083, 518, 1166, 2650
EYE, NERVOUS_SYSTEM, PHENOTYPE, ROOT, INHERITANCE = 478, 707, 118, 1, 5

# Diseases beside those of a test, so that no feature is in all of them.
OTHERS = [(f"OMIM:{n}", term, "") for n, term in enumerate((2650, 518, 1251, 1166), start=90)]


def with_settings(**values: float | bool) -> PhenotypeSettings:
    return msgspec.structs.replace(SETTINGS, **values)


def ontology_of(**diseases: dict[int, str]):
    """Diseases `A` to `Z` with their terms, each with a gene of its own, and four others."""
    lines = [(f"OMIM:{d}", term, f) for d, terms in diseases.items() for term, f in terms.items()]
    genes = {d: [f"OMIM:{d}"] for d in diseases}
    genes |= {f"other{n}": [f"OMIM:{n}"] for n in range(90, 94)}
    return make_ontology([*lines, *OTHERS], genes)


def scored(ontology, terms, excluded=(), settings=SETTINGS):
    rows = [ontology.row(f"HP:{number:07d}") for number in terms]
    absent = [ontology.row(f"HP:{number:07d}") for number in excluded]
    return score_phenotype(ontology, rows, absent, settings)


def gene_scores(ontology, terms, **kwargs):
    scores = scored(ontology, terms, **kwargs)
    return dict(zip(ontology.gene_symbol, scores.gene.tolist(), strict=True))


# What the patient has | disease that fits better | disease that fits worse | why
BETTER = [
    ([TONIC_CLONIC], {TONIC_CLONIC: ""}, {ABSENCE: ""}, "the same term beats a relative"),
    ([TONIC_CLONIC], {ABSENCE: ""}, {CATARACT: ""}, "a relative beats a stranger"),
    ([TONIC_CLONIC], {SEIZURE: ""}, {ATAXIA: ""}, "the nearer ancestor beats the farther"),
    ([SEIZURE], {TONIC_CLONIC: ""}, {ATAXIA: ""}, "a special form is a seizure, ataxia is not"),
    ([CATARACT], {CATARACT: "0.9"}, {CATARACT: "0.1"}, "frequent beats rare"),
    ([CATARACT], {CATARACT: "0.1"}, {ECTOPIA_LENTIS: "0.1"}, "rare beats absent"),
    ([CATARACT], {CATARACT: "40/40"}, {CATARACT: "1/1"}, "many patients beat one"),
    ([CATARACT], {CATARACT: ""}, {CATARACT: "0.17"}, "not stated counts as one half"),
    (
        [CATARACT],
        {CATARACT: ""},
        {CATARACT: "", ARACHNODACTYLY: "", ATAXIA: "", SEIZURE: ""},
        "a disease that explains it alone beats one that could explain anything",
    ),
    (
        [CATARACT, ARACHNODACTYLY],
        {CATARACT: "", ARACHNODACTYLY: ""},
        {CATARACT: "", SEIZURE: ""},
        "two terms explained beat one",
    ),
    (
        [CATARACT, ARACHNODACTYLY],
        {CATARACT: "0.3", ARACHNODACTYLY: "0.3"},
        {CATARACT: "1", SEIZURE: "1"},
        "two terms now and then beat one always",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "better", "worse", "why"), BETTER, ids=lambda x: str(x)[:60])
def test_better_fit(terms, better, worse, why):
    found = gene_scores(ontology_of(A=better, B=worse), terms)
    assert found["A"] > found["B"] + 1e-9, why
    swapped = gene_scores(ontology_of(A=worse, B=better), terms)
    assert swapped["B"] == pytest.approx(found["A"], abs=1e-12)


def test_the_formula_by_hand():
    """One disease of four has the term, always; nobody else has anything near."""
    ontology = make_ontology(
        [("OMIM:1", CATARACT, "1"), *((f"OMIM:{n}", ATAXIA, "1") for n in (2, 3, 4))],
        {f"G{n}": [f"OMIM:{n}"] for n in (1, 2, 3, 4)},
    )
    found = gene_scores(ontology, [CATARACT])
    ratio = (0.6 + 0.4 * 4) / (0.6 + 0.4 * 1)  # information ln 4, against that of the root, 0
    assert found["G1"] - found["G2"] == pytest.approx(math.log(ratio))
    assert sum(map(math.exp, found.values())) / 4 == pytest.approx(1)


def test_frequencies_are_held_back_where_few_patients_were_counted():
    ontology = ontology_of(A={CATARACT: "1/1", ATAXIA: "36/36", SEIZURE: "0.8", SCOLIOSIS: ""})
    profiles = DiseaseProfiles(ontology, SETTINGS)
    place = slice(*ontology.profile_start[4:6].tolist())
    assert ontology.disease_id[4] == "OMIM:A"
    named = [ontology.name[term] for term in ontology.profile_term[place]]
    got = dict(zip(named, profiles.frequency[place].round(4).tolist(), strict=True))
    assert got == {"Cataract": 0.4, "Ataxia": 0.925, "Seizure": 0.8, "Scoliosis": 0.5}
    assert profiles.length[4] == pytest.approx(0.4 + 0.925 + 0.8 + 0.5)


def test_patients_of_several_publications_are_added_up():
    lines = [("OMIM:1", CATARACT, "1/4"), ("OMIM:1", CATARACT, "3/6"), ("OMIM:1", ATAXIA, "0.3")]
    ontology = make_ontology(lines, {"G": ["OMIM:1"]})
    named = [ontology.name[term] for term in ontology.profile_term]
    assert dict(zip(named, patients_counted(ontology).tolist(), strict=True)) == {
        "Cataract": 10,
        "Ataxia": 0,
    }


@pytest.mark.parametrize(
    ("terms", "used"),
    [
        ([CATARACT, CATARACT], [CATARACT]),
        ([ROOT, CATARACT, PHENOTYPE, INHERITANCE], [CATARACT]),
        ([EYE, CATARACT], [EYE, CATARACT]),
        ([ROOT, PHENOTYPE, INHERITANCE], []),
        ([], []),
    ],
)
def test_terms_that_are_used(terms, used):
    ontology = ontology_of(A={CATARACT: ""}, B={SEIZURE: ""})
    scores = scored(ontology, terms)
    assert [int(ontology.number[row]) for row in scores.terms] == used
    if used:
        assert scores.gene.tolist() == scored(ontology, used).gene.tolist()
    else:
        assert np.isnan(scores.disease).all()
        assert np.isnan(scores.gene).all()
        assert scores.gene.shape == (6,)
        assert scores.best_disease.tolist() == [-1] * 6


def test_of_too_many_terms_the_most_informative_are_used():
    ontology = ontology_of(A={ECTOPIA_LENTIS: "0.1"}, B={SEIZURE: ""})
    scores = scored(
        ontology, [EYE, ECTOPIA_LENTIS, NERVOUS_SYSTEM], settings=with_settings(max_terms=1)
    )
    assert [int(ontology.number[row]) for row in scores.terms] == [ECTOPIA_LENTIS]


def test_a_gene_adds_up_its_diseases():
    lines = [("OMIM:1", CATARACT, ""), ("OMIM:2", CATARACT, ""), ("OMIM:3", CATARACT, "")]
    genes = {"two": ["OMIM:1", "OMIM:2"], "one": ["OMIM:3"]}
    ontology = make_ontology([*lines, *OTHERS], genes)
    found = gene_scores(ontology, [CATARACT])
    assert found["two"] - found["one"] == pytest.approx(math.log(2))
    best = gene_scores(ontology, [CATARACT], settings=with_settings(sum_diseases=False))
    assert best["two"] == pytest.approx(best["one"])


def test_a_disease_of_several_genes_tells_less_of_each():
    lines = [("OMIM:1", CATARACT, ""), ("OMIM:2", CATARACT, "")]
    genes = {"alone": ["OMIM:1"], "with": ["OMIM:2"], "another": ["OMIM:2"]}
    ontology = make_ontology([*lines, *OTHERS], genes)
    found = gene_scores(ontology, [CATARACT])
    assert found["alone"] - found["with"] == pytest.approx(0.25 * math.log(2))
    assert found["with"] == found["another"]


def test_the_best_disease_is_named_and_of_equals_the_first():
    lines = [("OMIM:1", ATAXIA, ""), ("OMIM:2", CATARACT, ""), ("OMIM:3", CATARACT, "")]
    ontology = make_ontology([*lines, *OTHERS], {"G": ["OMIM:1", "OMIM:3", "OMIM:2"]})
    best = scored(ontology, [CATARACT]).best_disease
    assert [ontology.disease_id[row] for row in best] == ["OMIM:3"]  # as the gene lists them


def test_excluded_terms_count_only_where_they_are_given_weight():
    ontology = ontology_of(A={CATARACT: "", ATAXIA: "0.9"}, B={CATARACT: "", SCOLIOSIS: "0.9"})
    plain = scored(ontology, [CATARACT])
    ignored = scored(ontology, [CATARACT], [ATAXIA])
    assert ignored.gene.tobytes() == plain.gene.tobytes()
    found = gene_scores(
        ontology, [CATARACT], excluded=[ATAXIA], settings=with_settings(excluded_weight=0.5)
    )
    # information of ataxia: A by 0.9, one other disease by 0.5, of six
    expected = 0.5 * math.log((1 - 0.9) / 1)
    assert found["A"] - found["B"] == pytest.approx(expected)


def test_an_excluded_feature_that_all_patients_have_is_no_proof():
    ontology = ontology_of(A={CATARACT: "", ATAXIA: "1"}, B={CATARACT: "", SCOLIOSIS: "1"})
    found = gene_scores(
        ontology, [CATARACT], excluded=[NERVOUS_SYSTEM], settings=with_settings(excluded_weight=1.0)
    )
    assert found["A"] - found["B"] == pytest.approx(math.log(0.05))


def test_matches_are_the_nearest_terms():
    ontology = ontology_of(A={TONIC_CLONIC: "0.2", ABSENCE: "0.9", CATARACT: ""}, B={ATAXIA: ""})
    scores = scored(ontology, [SEIZURE, TONIC_CLONIC, ARACHNODACTYLY])
    rows = {
        int(ontology.number[match.query]): match for match in matched_terms(ontology, scores, 4)
    }
    got = {
        query: (int(ontology.number[match.annotated]), int(ontology.number[match.ancestor]))
        for query, match in rows.items()
    }
    assert got[SEIZURE] == (ABSENCE, SEIZURE)  # both forms share as much: the frequent one
    assert got[TONIC_CLONIC] == (TONIC_CLONIC, TONIC_CLONIC)
    assert rows[ARACHNODACTYLY].information == 0
    assert got[ARACHNODACTYLY][1] == PHENOTYPE
    match = rows[SEIZURE]
    assert match.information == pytest.approx(float(ontology.information[match.ancestor]))


def test_scores_of_cases_with_few_and_many_terms_are_of_one_scale():
    """Four terms that say the same thing four times are worth three, nine no more than 4.5."""
    ontology = ontology_of(A={CATARACT: ""}, B={ATAXIA: ""})
    rows = [ontology.row(f"HP:{number:07d}") for number in (CATARACT, EYE, ECTOPIA_LENTIS, ATAXIA)]
    free = score_phenotype(ontology, rows, [], with_settings(independent_terms=100.0))
    held = score_phenotype(ontology, rows, [], SETTINGS)
    assert np.ptp(held.gene) == pytest.approx(0.75 * np.ptp(free.gene))
    assert np.exp(held.gene).mean() == pytest.approx(1)
    assert np.exp(held.disease).mean() == pytest.approx(1)


def test_phenodigm_may_be_mixed_in():
    ontology = ontology_of(A={CATARACT: "", SEIZURE: ""}, B={CATARACT: ""}, C={SCOLIOSIS: ""})
    for share in (0.3, 1.0):
        found = gene_scores(ontology, [CATARACT], settings=with_settings(phenodigm_share=share))
        assert found["B"] > found["A"] > found["C"]


def test_an_ontology_without_diseases_has_no_scores():
    ontology = hand_ontology()
    for settings in (SETTINGS, with_settings(phenodigm_share=0.5, excluded_weight=1.0)):
        scores = scored(ontology, [SEIZURE], [ATAXIA], settings)
        assert (scores.disease.shape, scores.gene.shape) == ((0,), (0,))
        assert [int(ontology.number[row]) for row in scores.terms] == [SEIZURE]


def test_against_the_mean_of_nothing():
    assert against_the_mean(np.zeros(0)).tolist() == []


def rows_drawn(ontology) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(ontology.number) - 1), min_size=1, max_size=5)


@given(st.data())
def test_like_its_twin(data):
    ontology, _ = data.draw(drawn_ontologies())
    terms, excluded = data.draw(rows_drawn(ontology)), data.draw(rows_drawn(ontology))
    settings = PhenotypeSettings(
        excluded_weight=data.draw(st.sampled_from([0.0, 0.5])),
        sum_diseases=data.draw(st.booleans()),
        prior_patients=data.draw(st.sampled_from([0.0, 4.0])),
        independent_terms=data.draw(st.sampled_from([1.0, 1.5, 10.0])),
    )
    scores = score_phenotype(ontology, terms, excluded, settings)
    if not scores.terms:
        assert np.isnan(scores.gene).all()
        return
    disease, gene = scores_of(ontology, terms, excluded, settings)
    np.testing.assert_allclose(scores.disease, disease, atol=1e-9)
    np.testing.assert_allclose(scores.gene, gene, atol=1e-9)


@given(st.data())
def test_order_and_repetition_change_no_byte(data):
    ontology, _ = data.draw(drawn_ontologies())
    terms = data.draw(rows_drawn(ontology))
    again = data.draw(st.permutations(terms + terms[:2]))
    one, other = (score_phenotype(ontology, some, [], SETTINGS) for some in (terms, again))
    assert one.gene.tobytes() == other.gene.tobytes()
    assert one.disease.tobytes() == other.disease.tobytes()
    assert one.terms == other.terms
    shared = PhenotypeScorer(ontology, SETTINGS)
    shared.score([0, *terms[:1]])
    assert shared.score(terms).gene.tobytes() == one.gene.tobytes()


@given(st.data())
def test_a_term_that_the_disease_has_never_loses_support(data):
    """More annotations, or a higher frequency, never lower what a term says for the disease."""
    ontology, annotations = data.draw(drawn_ontologies())
    query = data.draw(st.integers(3, len(ontology.number) - 1))
    number = int(ontology.number[query])
    parents = {
        int(ontology.number[r]): ontology.number[ontology.ancestors(r)[:-1]].tolist()
        for r in range(len(ontology.number))
    }
    genes = {"A": ["OMIM:1"]}
    low, high = sorted(data.draw(st.tuples(*[st.floats(0.05, 1)] * 2)))
    others = [a for a in annotations if a[:2] != ("OMIM:1", number)]
    supports = []
    for extra in ([], [("OMIM:1", number, f"{low}")], [("OMIM:1", number, f"{high}")]):
        if not extra and all(name != "OMIM:1" for name, _, _ in others):
            supports.append(-np.inf)  # a disease without a profile is none
            continue
        changed = make_ontology([*others, *extra], genes, parents)
        # The same information throughout: what a term tells of all diseases is another matter.
        fixed = copied(changed, information=ontology.information)
        profiles = DiseaseProfiles(fixed, SETTINGS)
        supports.append(float(profiles.support(query)[changed.disease_id.index("OMIM:1")]))
    assert supports[0] <= supports[1] + 1e-12
    assert supports[1] <= supports[2] + 1e-12


def copied(ontology, **changed):
    """Copy an ontology with other columns."""
    names = type(ontology).__dataclass_fields__
    return type(ontology)(**{name: changed.get(name, getattr(ontology, name)) for name in names})


@given(st.data())
def test_scores_are_finite_and_of_mean_one(data):
    ontology, _ = data.draw(drawn_ontologies())
    scores = score_phenotype(ontology, data.draw(rows_drawn(ontology)), [], SETTINGS)
    if scores.terms:
        for values in (scores.gene, scores.disease):
            assert np.isfinite(values).all()
            assert np.exp(values).mean() == pytest.approx(1)
        for gene, row in enumerate(scores.best_disease.tolist()):
            own = ontology.gene_disease[ontology.gene_start[gene] : ontology.gene_start[gene + 1]]
            assert row in own.tolist()

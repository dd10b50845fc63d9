"""Genes and diseases of a family: what its candidates add up to."""

from __future__ import annotations

from dataclasses import fields, replace
from math import log10

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import Row, trio
from raredx.scoring.gene_phenotype import DiseaseFit
from raredx.scoring.gene_ranking import (
    DISEASE_COLUMNS,
    GENE_COLUMNS,
    LISTED,
    rank_diseases,
    rank_genes,
)
from raredx.scoring.judged import Judged
from raredx.scoring.ranking import rank_candidates
from raredx.scoring.score import Scores, share_odds
from raredx.scoring.score_features import ADDENDS, PHENOTYPE_BEND
from raredx.scoring.tiers import TierResult
from raredx.settings import read_ruleset
from raredx.vocabulary import Mode, Tier
from score_cases import ROUND, Family, Variant, pair

AAA, BBB, CCC = range(3)
RULES = msgspec.structs.replace(read_ruleset("gel").rules, score=ROUND)


def diseases_of(found):
    """Rank the diseases of a judged family, as a run does."""
    return rank_diseases(found, rank_genes(found))


class Diseases:
    """A phenotype by hand: the diseases of each gene with their standard scores."""

    def __init__(self, of_gene):
        self._rows = {g: [d for d in found] for g, found in of_gene.items()}
        self._names = sorted({d for found in of_gene.values() for d in found})
        scores = {d: z for found in of_gene.values() for d, z in found.items()}
        self.disease = np.array([scores[name] for name in self._names])

    def diseases_of(self, gene):
        return [self._names.index(name) for name in self._rows.get(gene, [])]

    def best(self, gene):
        found = self.diseases_of(gene)
        return self.fit(max(found, key=lambda d: self.disease[d])) if found else None

    def fit(self, disease):
        name = self._names[disease]
        return DiseaseFit(name, f"disease {name}", float(self.disease[disease]), ("HP:1 term",))


def judged(rows, total, *, tier=None, phenotype=None, rules=RULES):
    """Judge a family by its rows and the score of each candidate."""
    family = Family(tuple(rows), (Variant(),) * 4)
    table = family.candidate_rows()
    tiers = np.array(tier or [Tier.TIER3] * len(rows), np.int8)
    probability, none = share_odds(np.array(total, float))
    scores = Scores(np.zeros((len(total), len(ADDENDS))), np.array(total), probability, none)
    people = trio()
    codes = family.world.codes()
    evidence = family.evidence()
    order = rank_candidates(table, evidence, tiers, scores.total, (codes, people.proband_id))
    known = {
        "family": people, "rows": table, "scores": scores, "ranking": order, "codes": codes,
        "tiers": TierResult(tiers, tiers, []), "phenotype": phenotype, "rules": rules,
    }  # fmt: skip
    return Judged(**dict.fromkeys((f.name for f in fields(Judged)), None) | known)


# --- genes ---------------------------------------------------------------------------------------


def test_a_gene_has_the_probability_of_its_candidates_together():
    rows = [
        Row(0, Mode.DE_NOVO, gene=BBB), Row(1, Mode.DE_NOVO, candidate=1, gene=AAA),
        Row(2, Mode.AUTOSOMAL_DOMINANT, candidate=2, gene=AAA),
    ]  # fmt: skip
    found = judged(rows, [1.0, 0.9, 0.8])
    aaa, bbb = rank_genes(found)
    p = found.scores.probability
    assert (aaa["gene"], bbb["gene"]) == ("AAA", "BBB")  # two together beat the best one
    assert aaa["probability"] == pytest.approx(p[1] + p[2], rel=1e-5)
    assert bbb["probability"] == pytest.approx(p[0], rel=1e-5)
    assert (aaa["candidates"], bbb["candidates"]) == (2, 1)
    assert aaa["score"] == pytest.approx(log10(10**0.9 + 10**0.8), abs=1e-4)
    assert bbb["score"] == pytest.approx(1.0, abs=1e-4)


def test_a_gene_shows_its_best_candidate_and_its_best_tier():
    rows = [
        Row(0, Mode.AUTOSOMAL_DOMINANT, gene=AAA),
        *pair(1, 1, 2, gene=AAA),
        Row(3, Mode.DE_NOVO, candidate=2, gene=BBB),
    ]
    found = judged(rows, [0.0, 2.0, 1.0], tier=[Tier.TIER2, Tier.TIER3, Tier.TIER1, Tier.UNTIERED])
    aaa, bbb = rank_genes(found)
    assert (aaa["mode"], aaa["tier"], aaa["candidates"]) == ("compound_het", "1", 2)
    assert aaa["best_candidate"] == found.ranking.candidate_id[1]
    assert (bbb["mode"], bbb["tier"]) == ("de_novo", "untiered")


def test_ties_go_by_name_and_numbers_count_from_1():
    rows = [Row(n, Mode.DE_NOVO, candidate=n, gene=g) for n, g in enumerate((CCC, AAA, BBB))]
    lines = rank_genes(judged(rows, [1.0, 1.0, 1.0]))
    assert [(line["rank"], line["gene"]) for line in lines] == [(1, "AAA"), (2, "BBB"), (3, "CCC")]


def test_columns_and_whose_genes_these_are():
    (line,) = rank_genes(judged([Row(0, Mode.DE_NOVO)], [0.0]))
    assert set(line) == set(GENE_COLUMNS)
    assert (line["gene"], line["hgnc_id"]) == ("AAA", "HGNC:1")
    assert (line["family_id"], line["proband"]) == ("FAM", "proband")
    assert (line["disease"], line["disease_id"], line["matched_terms"]) == ("", "", [])
    assert (line["probability"], line["score"]) == (0.5, 0.0)


def test_the_best_disease_of_a_gene_is_shown():
    phenotype = Diseases({AAA: {"OMIM:2": 1.0, "OMIM:1": 3.0}})
    rows = [Row(0, Mode.DE_NOVO, gene=AAA), Row(1, Mode.DE_NOVO, candidate=1, gene=BBB)]
    aaa, bbb = rank_genes(judged(rows, [1.0, 0.0], phenotype=phenotype))
    assert (aaa["disease_id"], aaa["disease"]) == ("OMIM:1", "disease OMIM:1")
    assert aaa["matched_terms"] == ["HP:1 term"]
    assert (bbb["disease_id"], bbb["matched_terms"]) == ("", [])


def test_without_candidates_there_are_no_genes():
    assert rank_genes(judged([], [])) == []
    assert diseases_of(judged([], [], phenotype=Diseases({AAA: {"OMIM:1": 1.0}}))) == []


def test_certainty_makes_no_infinite_score():
    (line,) = rank_genes(judged([Row(0, Mode.DE_NOVO)], [400.0]))
    assert line["probability"] == 1.0
    assert np.isfinite(line["score"])
    (line,) = rank_genes(judged([Row(0, Mode.DE_NOVO)], [-400.0]))
    assert np.isfinite(line["score"])


@st.composite
def drawn(draw):
    """Single candidates in three genes, and their scores."""
    genes = draw(st.lists(st.integers(0, 2), min_size=1, max_size=6))
    rows = [Row(n % 4, Mode.DE_NOVO, candidate=n, gene=g) for n, g in enumerate(genes)]
    total = draw(st.lists(st.sampled_from([-2.0, 0.0, 0.3, 1.0, 3.0]), min_size=len(genes),
                          max_size=len(genes)))  # fmt: skip
    return rows, total, draw(st.permutations(range(len(genes))))


@settings(max_examples=60)
@given(drawn())
def test_genes_and_none_are_all_there_is_in_any_order(family):
    rows, total, order = family
    found = judged(rows, total)
    lines = rank_genes(found)
    whole = sum(line["probability"] for line in lines) + found.scores.none
    assert whole == pytest.approx(1.0, abs=1e-5)
    assert [line["rank"] for line in lines] == list(range(1, len(lines) + 1))
    keys = [(-line["probability"], line["gene"]) for line in lines]
    assert keys == sorted(keys)
    moved = [replace(rows[old], candidate=new) for new, old in enumerate(order)]
    again = rank_genes(judged(moved, [total[old] for old in order]))
    names = ("gene", "rank", "probability", "score", "candidates")
    assert [[line[n] for n in names] for line in again] == [[x[n] for n in names] for x in lines]


# --- diseases ------------------------------------------------------------------------------------

TWO = {AAA: {"OMIM:1": PHENOTYPE_BEND + 2.0, "OMIM:2": PHENOTYPE_BEND - 1.0},
       BBB: {"OMIM:3": 0.0}}  # fmt: skip
ROWS = [Row(0, Mode.DE_NOVO, gene=AAA), Row(1, Mode.DE_NOVO, candidate=1, gene=BBB)]


def test_without_terms_there_are_no_diseases():
    assert diseases_of(judged(ROWS, [1.0, 0.0])) == []


def test_a_gene_shares_its_probability_among_its_diseases():
    found = judged(ROWS, [1.0, 0.0], phenotype=Diseases(TWO))
    lines = {line["disease_id"]: line for line in diseases_of(found)}
    p = found.scores.probability
    one, two = lines["OMIM:1"]["probability"], lines["OMIM:2"]["probability"]
    assert one + two == pytest.approx(p[0], rel=1e-5)
    # two above the bend against one below it, as the phenotype is weighed
    assert log10(one / two) == pytest.approx(
        2 * ROUND.phenotype_above + ROUND.phenotype_below, abs=1e-4
    )
    assert lines["OMIM:3"]["probability"] == pytest.approx(p[1], rel=1e-5)
    assert [line["rank"] for line in lines.values()] == [1, 2, 3]


def test_a_disease_of_two_genes_stands_with_each():
    phenotype = Diseases({AAA: {"OMIM:1": 2.0}, BBB: {"OMIM:1": 2.0}})
    lines = diseases_of(judged(ROWS, [1.0, 1.0], phenotype=phenotype))
    assert [(line["disease_id"], line["gene"]) for line in lines] == [
        ("OMIM:1", "AAA"), ("OMIM:1", "BBB"),
    ]  # fmt: skip


def test_ties_of_diseases_go_by_their_name():
    phenotype = Diseases({AAA: {"OMIM:9": 2.0, "OMIM:1": 2.0}, BBB: {"OMIM:5": 2.0}})
    lines = diseases_of(judged(ROWS, [1.0, 1.0], phenotype=phenotype))
    assert [line["disease_id"] for line in lines] == ["OMIM:5", "OMIM:1", "OMIM:9"]
    phenotype = Diseases({AAA: {"OMIM:9": 2.0}, BBB: {"OMIM:5": 2.0}})  # before the gene's name
    lines = diseases_of(judged(ROWS, [1.0, 1.0], phenotype=phenotype))
    assert [(line["rank"], line["disease_id"]) for line in lines] == [(1, "OMIM:5"), (2, "OMIM:9")]


def test_a_gene_that_hpo_does_not_know_has_no_disease():
    lines = diseases_of(judged(ROWS, [1.0, 0.0], phenotype=Diseases({BBB: {"OMIM:3": 1.0}})))
    assert [line["gene"] for line in lines] == ["BBB"]
    assert [line["rank"] for line in lines] == [1]


def test_columns_of_a_disease():
    found = judged(ROWS, [1.0, 0.0], phenotype=Diseases(TWO))
    line = diseases_of(found)[0]
    assert set(line) == set(DISEASE_COLUMNS)
    assert line["disease"] == "disease OMIM:1"
    assert line["phenotype_score"] == PHENOTYPE_BEND + 2
    assert line["best_candidate"] == found.ranking.candidate_id[0]
    assert (line["family_id"], line["proband"], line["hgnc_id"]) == ("FAM", "proband", "HGNC:1")


def test_only_the_likeliest_diseases_are_listed():
    many = {f"OMIM:{n:03}": 3.0 - n / 100 for n in range(LISTED + 5)}
    lines = diseases_of(judged(ROWS[:1], [1.0], phenotype=Diseases({AAA: many})))
    assert [line["disease_id"] for line in lines] == [f"OMIM:{n:03}" for n in range(LISTED)]


@pytest.mark.parametrize("weight", [100.0, -100.0])
def test_no_weight_is_too_large(weight):
    """The likelier disease takes all; nothing overflows."""
    score = msgspec.structs.replace(ROUND, phenotype_above=weight, phenotype_below=weight)
    rules = msgspec.structs.replace(RULES, score=score)
    phenotype = Diseases({AAA: {"OMIM:1": 30.0, "OMIM:2": 10.0, "OMIM:3": -9.0}})
    lines = diseases_of(judged(ROWS[:1], [0.0], phenotype=phenotype, rules=rules))
    assert lines[0]["disease_id"] == ("OMIM:1" if weight > 0 else "OMIM:3")
    assert [line["probability"] for line in lines] == [0.5, 0.0, 0.0]

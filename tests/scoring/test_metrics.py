"""Ranks and figures, against slow twins written from their definitions."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.evaluation import METRICS, TOP, CaseOutcome, Ranking, TruthCase
from raredx.columns.genes import gene_table
from raredx.scoring.answers import find_answer
from raredx.scoring.metrics import (
    Draws,
    Grouping,
    judge_case,
    mid_rank,
    summarise,
    summarise_strata,
)

BY_GENE = Grouping("gene", lambda case: case.gene)
NONE = float("nan")


def outcome(gene, rank, sample="S", stratum=""):
    """One case with its rank; None is a miss."""
    case = TruthCase(sample, gene, strata=(stratum,))
    return CaseOutcome(case, NONE if rank is None else float(rank), n_genes=30)


def outcomes_of(pairs):
    return [outcome(gene, rank, f"S{n}") for n, (gene, rank) in enumerate(pairs)]


def value(figures, name, kind="micro"):
    return getattr(figures, kind)[METRICS.index(name)].value


# --- twins ---------------------------------------------------------------------------------------


def slow_rank(ranks, place):
    """Walk down the list; those that share a rank stand in the middle of their places."""
    order = sorted(range(len(ranks)), key=lambda n: ranks[n])
    shared = [position for position, n in enumerate(order, 1) if ranks[n] == ranks[place]]
    return (shared[0] + shared[-1]) / 2, shared[-1]


def slow_metrics(ranks):
    """Each figure from its definition, over a list of ranks with None for a miss."""
    found = [rank for rank in ranks if rank is not None]
    shares = [100 * len([rank for rank in found if rank <= k]) / len(ranks) for k in TOP]
    return [*shares, sum(1 / rank for rank in found) / len(ranks), 100 * len(found) / len(ranks)]


def slow_intervals(by_gene, n_boot, seed):
    """Draw genes with replacement, pool their cases, and take the ends of the middle 95 %."""
    generator, genes, drawn = random.Random(seed), sorted(by_gene), []
    for _ in range(n_boot):
        chosen = generator.choices(genes, k=len(genes))
        drawn.append(slow_metrics([rank for gene in chosen for rank in by_gene[gene]]))
    columns = [sorted(column) for column in zip(*drawn, strict=True)]
    return [(c[int(0.025 * n_boot)], c[int(0.975 * n_boot) - 1]) for c in columns]


PAIRS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.one_of(st.none(), st.integers(2, 60).map(lambda n: n / 2)),
    ),
    min_size=1,
    max_size=30,
)


# --- ranks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranks", "place", "rank", "n"),
    [
        ([1, 2, 3], 0, 1.0, 1),
        ([1, 2, 3], 2, 3.0, 3),
        ([1, 1, 1], 1, 2.0, 3),  # three share places 1 to 3
        ([1, 2, 2, 3], 1, 2.5, 3),
        ([1, 7, 7, 9], 3, 4.0, 4),  # gaps in the numbering mean nothing
        ([5], 0, 1.0, 1),
    ],
)
def test_mid_rank(ranks, place, rank, n):
    assert mid_rank(np.array(ranks, float), place) == (rank, n)


@given(st.lists(st.integers(1, 8), min_size=1, max_size=20), st.data())
def test_mid_rank_is_that_of_the_twin(ranks, data):
    place = data.draw(st.integers(0, len(ranks) - 1))
    assert mid_rank(np.array(ranks, float), place) == slow_rank(ranks, place)


# --- figures -------------------------------------------------------------------------------------


@given(PAIRS)
def test_figures_are_those_of_the_twin(pairs):
    figures = summarise("all", outcomes_of(pairs), BY_GENE, Draws(40, 3))
    ranks = [rank for _, rank in pairs]
    by_gene = {gene: [r for g, r in pairs if g == gene] for gene, _ in pairs}
    assert [e.value for e in figures.micro] == pytest.approx(slow_metrics(ranks))
    means = np.mean([slow_metrics(own) for own in by_gene.values()], axis=0)
    assert [e.value for e in figures.macro] == pytest.approx(means.tolist())
    ends = [(e.low, e.high) for e in figures.micro]
    assert np.array(ends) == pytest.approx(np.array(slow_intervals(by_gene, 40, 3)))
    assert (figures.n_cases, figures.n_groups) == (len(pairs), len(by_gene))


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_nothing(pairs, shuffler):
    outcomes = outcomes_of(pairs)
    before = summarise("all", outcomes, BY_GENE, Draws(20, 1))
    shuffler.shuffle(outcomes)
    assert repr(summarise("all", outcomes, BY_GENE, Draws(20, 1))) == repr(before)


@given(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=20))
def test_a_perfect_ranking_is_perfect(genes):
    figures = summarise("all", outcomes_of([(gene, 1) for gene in genes]), BY_GENE, Draws(20, 1))
    for estimates in (figures.micro, figures.macro):
        perfect = {"mrr": 1.0}
        for name, e in zip(METRICS, estimates, strict=True):
            assert (e.value, e.low, e.high) == (perfect.get(name, 100.0),) * 3
    assert figures.median == 1.0


@given(PAIRS)
def test_figures_of_a_longer_list_are_never_lower(pairs):
    """Of top-1, top-3, … found each counts the cases of the one before."""
    figures = summarise("all", outcomes_of(pairs), BY_GENE, Draws(0))
    shares = [value(figures, name) for name in METRICS if name != "mrr"]
    assert shares == sorted(shares)


def test_misses_stay_in_the_denominator():
    figures = summarise("all", outcomes_of([("A", 1), ("B", None), ("C", 4), ("D", None)]),
                        BY_GENE, Draws(0))  # fmt: skip
    assert value(figures, "top1") == 25.0
    assert value(figures, "top5") == 50.0
    assert value(figures, "mrr") == (1 + 1 / 4) / 4
    assert value(figures, "found") == 50.0
    assert figures.median == 4.0  # of two the upper


def test_a_frequent_gene_counts_once_over_genes():
    figures = summarise("all", outcomes_of([("A", 1)] * 9 + [("B", None)]), BY_GENE, Draws(0))
    assert value(figures, "top1") == 90.0
    assert value(figures, "top1", "macro") == 50.0


def test_nothing_found_has_no_median():
    figures = summarise("all", [outcome("A", None)], BY_GENE, Draws(5))
    assert np.isnan(figures.median)
    assert [e.value for e in figures.micro] == [0.0] * len(METRICS)
    assert np.isnan(figures.to_answer)


def test_without_draws_there_is_no_interval():
    (estimate, *_) = summarise("all", [outcome("A", 1)], BY_GENE, Draws(0)).micro
    assert estimate.value == 100.0
    assert np.isnan(estimate.low)
    assert np.isnan(estimate.high)


def test_no_cases_is_an_error():
    with pytest.raises(ValueError, match="no cases"):
        summarise("all", [], BY_GENE, Draws())


def test_strata_and_genes_seen_once():
    outcomes = [
        outcome("A", 1, "S1", "x"),
        outcome("A", 9, "S2", "y"),
        outcome("B", 1, "S3", "y"),
        outcome("C", None, "S4", "y"),
    ]
    figures = summarise_strata(outcomes, ("kind",), BY_GENE, Draws(0))
    found = {f.name: (f.n_cases, value(f, "top1")) for f in figures}
    assert found == {
        "all": (4, 50.0),
        "genes seen once": (2, 50.0),
        "kind=x": (1, 100.0),
        "kind=y": (3, pytest.approx(100 / 3)),
    }


# --- one case ------------------------------------------------------------------------------------


def ranking(ranks, probability=None, hgnc_id=None, n_tiered=-1):
    """A ranking of the genes A, B, C, …"""
    genes = tuple("ABCDEFG"[: len(ranks)])
    p = None if probability is None else np.array(probability, float)
    none = NONE if p is None else 1 - p.sum()
    return Ranking(genes, hgnc_id or ("",) * len(ranks), np.array(ranks, float), p, none, n_tiered)


def test_a_case_with_probabilities():
    found = judge_case(
        TruthCase("S", "B"), ranking([1, 2, 3], [0.6, 0.3, 0.005], n_tiered=2), 1
    )  # fmt: skip
    assert (found.rank, found.n_genes, found.n_to_answer) == (2.0, 3, 2)
    assert (found.n_probable, found.n_tiered, found.best) == (2, 2, 0)
    assert found.answer_probability == 0.3
    assert found.none == pytest.approx(0.095)


def test_a_miss_with_probabilities_is_given_none():
    found = judge_case(TruthCase("S", "Z"), ranking([1, 2], [0.6, 0.3]), -1)
    assert np.isnan(found.rank)
    assert found.answer_probability == 0.0
    assert (found.n_genes, found.n_to_answer) == (2, -1)


def test_without_probabilities_they_are_not_assessed():
    found = judge_case(TruthCase("S", "A"), ranking([1, 2]), 0)
    assert np.isnan(found.answer_probability)
    assert (found.n_probable, found.n_tiered, found.best) == (-1, -1, -1)


def test_of_equally_probable_genes_the_one_ranked_first_is_best():
    assert judge_case(TruthCase("S", "A"), ranking([2, 1], [0.4, 0.4]), 0).best == 1


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (TruthCase("S", "NBAS"), (0, "")),
        (TruthCase("S", "MLL"), (1, "KMT2A")),  # a former name in the truth
        (TruthCase("S", "kmt2a"), (1, "KMT2A")),
        (TruthCase("S", "anything", hgnc_id="HGNC:7132"), (1, "KMT2A")),
        (TruthCase("S", "TTN"), (3, "CMD1G")),  # a former name in the result
        (TruthCase("S", "BRCA1"), (-1, "")),
        (TruthCase("S", "unheard-of"), (-1, "")),
    ],
)
def test_the_answer_is_found_under_any_of_its_names(case, expected):
    table = gene_table(
        [15625, 7132, 12403, 1100], ["NBAS", "KMT2A", "TTN", "BRCA1"],
        previous=["", "MLL", "CMD1G", ""],
    )  # fmt: skip
    found = Ranking(
        ("NBAS", "KMT2A", "", "CMD1G"), ("", "HGNC:7132", "", ""), np.array([1.0, 2, 3, 4])
    )  # fmt: skip
    assert find_answer(case, found, table) == expected


def test_of_several_names_the_best_ranked_counts():
    table = gene_table([12403], ["TTN"], previous=["CMD1G|CMH9"])
    found = Ranking(("CMD1G", "CMH9"), ("", ""), np.array([7.0, 2.0]))
    assert find_answer(TruthCase("S", "TTN"), found, table) == (1, "CMH9")

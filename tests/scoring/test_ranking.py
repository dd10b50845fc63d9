"""A total order of candidates: the same whatever the order of rows, candidates or variants."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Row, batch, candidate_rows, evidence, gene_codes
from raredx.columns.candidates import CandidateRows
from raredx.scoring.ranking import rank_candidates
from raredx.vocabulary import Mode, Tier

# Each candidate differs from the next in one thing; better ones first.
PLACES = [("7", 100), ("7", 200), ("X", 50), ("other", 10), ("7", 100)]
NAMES = (gene_codes(), "proband")
ORDERS = pytest.mark.parametrize("tier_first", [False, True], ids=["score", "tier"])


def variants(order=range(5)):
    """Five variants, two of them alleles of one site, in the order asked for."""
    kept = [PLACES[n] for n in order]
    return batch(
        genotypes=[["0/1"]] * len(kept),
        place=[place for place, _ in kept],
        position=[position for _, position in kept],
        alt_index=[2 if n == 4 else 1 for n in order],
    )


def rank(rows, *, tier, score, found=None, names=NAMES, tier_first=False):
    """Rank; one tier for each row, one score for each candidate."""
    return rank_candidates(
        rows,
        evidence(batch=found or variants()),
        np.array(tier, np.int8),
        np.array(score, float),
        names,
        tier_first=tier_first,
    )


def check(better, worse, tiers, scores, *, tier_first):
    """Rank two candidates in either order of the rows: the better comes first."""
    for first, second, t, s in (
        (better, worse, tiers, scores),
        (worse, better, tiers[::-1], scores[::-1]),
    ):
        rows = candidate_rows(rows=[first, replace(second, candidate=1)])
        found = rank(rows, tier=t, score=s, tier_first=tier_first)
        assert found.order.tolist() == ([0, 1] if first is better else [1, 0])
        assert found.rank[found.order].tolist() == [1, 2]


@ORDERS
@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Row(1, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, segregation=-1)),
        (Row(1, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, complete=False)),
        (Row(1, Mode.DE_NOVO, complete=False), Row(0, Mode.DE_NOVO, segregation=-1)),
        (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO)),
        (Row(1, Mode.DE_NOVO), Row(2, Mode.DE_NOVO)),  # contig before position
        (Row(2, Mode.DE_NOVO), Row(3, Mode.DE_NOVO)),  # other contigs last
        (Row(0, Mode.DE_NOVO), Row(4, Mode.DE_NOVO)),  # ALT
        (Row(0, Mode.DE_NOVO, gene=0), Row(0, Mode.DE_NOVO, gene=1)),
        (Row(0, Mode.AUTOSOMAL_DOMINANT), Row(0, Mode.DE_NOVO)),  # by name
    ],
)
def test_each_tie_break(better, worse, tier_first):
    check(better, worse, (1, 1), (5.0, 5.0), tier_first=tier_first)


FIRST, SECOND = Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO)


@pytest.mark.parametrize(
    ("better", "worse", "tiers", "scores", "tier_first"),
    [
        (SECOND, FIRST, (9, 1), (9.0, 8.0), False),  # the score, whatever the tier
        (SECOND, FIRST, (1, 9), (-3.0, 8.0), True),  # the tier, whatever the score
        (SECOND, FIRST, (1, 2), (5.0, 5.0), False),  # at one score the tier
        (SECOND, FIRST, (2, 2), (5.5, 5.0), True),  # in one tier the score
        (SECOND, FIRST, (3, 9), (-8.0, -9.0), False),
        (SECOND, FIRST, (1, 1), (5.00001, 5.0), False),  # as far as scores are shown
        (FIRST, SECOND, (1, 1), (5.0, 5.0000001), False),  # beyond that they are one
        (FIRST, SECOND, (1, 1), (0.0, -0.0), False),
        (FIRST, SECOND, (1, 1), (-0.0, 0.0), True),
    ],
)
def test_score_and_tier(better, worse, tiers, scores, tier_first):
    check(better, worse, tiers, scores, tier_first=tier_first)


def pair(candidate, a, b, gene=0):
    common = {"mode": Mode.COMPOUND_HET, "candidate": candidate, "gene": gene}
    return [Row(variant=a, partner=b, **common), Row(variant=b, partner=a, **common)]


@ORDERS
def test_partners_stay_together_best_tier_first(tier_first):
    rows = candidate_rows(rows=[*pair(0, 0, 1), Row(2, Mode.DE_NOVO, candidate=1)])
    found = rank(rows, tier=[2, 1, 1], score=[2.5, 2.0], tier_first=tier_first)
    assert found.order.tolist() == [1, 0, 2]
    assert found.rank.tolist() == [1, 1, 2]
    assert found.candidate_id[0] == found.candidate_id[1] != found.candidate_id[2]


@ORDERS
def test_a_pair_has_the_best_tier_of_the_two(tier_first):
    """Ahead of a Tier 2 candidate at the same score, whichever partner is Tier 1."""
    rows = candidate_rows(rows=[Row(0, Mode.DE_NOVO), *pair(1, 1, 2)])
    for tier in ([2, 1, 3], [2, 3, 1]):
        found = rank(rows, tier=tier, score=[1.0, 1.0], tier_first=tier_first)
        assert found.rank.tolist() == [2, 1, 1]


@ORDERS
def test_variants_of_one_event_stay_together(tier_first):
    rows = candidate_rows(
        rows=[
            Row(0, Mode.DE_NOVO, segregation=-1), Row(1, Mode.DE_NOVO),
            Row(2, Mode.DE_NOVO, candidate=1),
        ]
    )  # fmt: skip
    found = rank(rows, tier=[1, 2, 1], score=[4.0, 3.0], tier_first=tier_first)
    assert found.order.tolist() == [0, 1, 2]
    assert found.rank.tolist() == [1, 1, 2]
    assert found.candidate_id[0] == found.candidate_id[1] != found.candidate_id[2]
    alone = rank(candidate_rows(rows=[Row(0, Mode.DE_NOVO)]), tier=[1], score=[1.0])
    assert alone.candidate_id[0] != found.candidate_id[0]  # an event is another candidate


def test_an_event_is_assessed_where_one_of_its_variants_is():
    rows = candidate_rows(
        rows=[
            Row(3, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, candidate=1, segregation=-1),
            Row(1, Mode.DE_NOVO, candidate=1),
        ]
    )  # fmt: skip
    assert rank(rows, tier=[1, 1, 1], score=[1.0, 1.0]).rank.tolist() == [2, 1, 1]


@ORDERS
def test_identifiers(tier_first):
    rows = candidate_rows(rows=[Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO, candidate=1)])
    names = rank(rows, tier=[1, 1], score=[1, 1]).candidate_id
    assert len(set(names)) == 2
    assert all(name.startswith("AAA-de_novo-") and len(name) == 20 for name in names)
    again = rank(rows, tier=[2, 3], score=[7, 8], tier_first=tier_first).candidate_id
    assert again == names  # what a candidate is, not how it was judged
    other = rank(rows, tier=[1, 1], score=[1, 1], names=(gene_codes(), "sister")).candidate_id
    assert not set(other) & set(names)


@ORDERS
def test_no_candidates(tier_first):
    found = rank(candidate_rows(rows=[]), tier=[], score=[], tier_first=tier_first)
    assert found.order.size == found.rank.size == 0


def test_rows_left_out_leave_no_gap_in_the_ranks():
    rows = candidate_rows(
        rows=[Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO, candidate=1), *pair(2, 2, 3)]
    )
    kept = rows.select(np.array([True, False, True, True]))
    assert kept.candidate.tolist() == [0, 1, 1]
    assert kept.variant.tolist() == [0, 2, 3]
    assert rank(kept, tier=[2, 1, 1], score=[1, 1]).rank.tolist() == [2, 1, 1]


# --- a total order -------------------------------------------------------------------------------

SINGLE = st.builds(
    Row,
    variant=st.integers(0, 4),
    mode=st.sampled_from([Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.AUTOSOMAL_RECESSIVE_HOM]),
    gene=st.integers(0, 2),
    complete=st.booleans(),
    segregation=st.sampled_from([1, -1]),
)


@st.composite
def tables(draw):
    """Candidates, no two alike, with tiers and points full of ties; and a shuffle of each kind."""
    singles = draw(st.lists(SINGLE, max_size=6, unique_by=lambda r: (r.variant, r.mode, r.gene)))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 1)).filter(lambda p: p[0] < p[1]),
            max_size=3, unique=True,
        )
    )  # fmt: skip
    rows = [replace(row, candidate=n) for n, row in enumerate(singles)]
    for n, (a, b, gene) in enumerate(pairs, start=len(singles)):
        rows += pair(n, a, b, gene)
    events = draw(st.lists(st.permutations(range(5)), max_size=1))
    for n, (a, b, *_) in enumerate(events, start=len(singles) + len(pairs)):
        rows += [Row(v, Mode.DE_NOVO, candidate=n, gene=2) for v in (a, b)]
    n = len(rows)
    n_candidates = len(singles) + len(pairs) + len(events)
    tier = draw(st.lists(st.sampled_from([Tier.TIER1, Tier.TIER2]), min_size=n, max_size=n))
    scores = st.lists(st.sampled_from([1.0, 2.0]), min_size=n_candidates, max_size=n_candidates)
    return (
        rows, tier, draw(scores),
        draw(st.permutations(range(n))),
        draw(st.permutations(range(n_candidates))),
        draw(st.permutations(range(5))),
    )  # fmt: skip


@given(tables(), st.booleans())
def test_shuffling_changes_nothing(drawn, tier_first):
    """Rows, numbers of candidates and variants of the batch in any order: one ranking."""
    rows, tier, score, by_row, by_candidate, by_variant = drawn
    plain = rank(candidate_rows(rows=rows), tier=tier, score=score, tier_first=tier_first)
    moved_to = {old: new for new, old in enumerate(by_variant)} | {-1: -1}
    renamed = [
        replace(
            row,
            candidate=by_candidate[row.candidate],
            variant=moved_to[row.variant],
            partner=moved_to[row.partner],
            pair=moved_to[row.variant],
        )
        for row in rows
    ]
    moved_score = [0.0] * len(score)
    for old, new in enumerate(by_candidate):
        moved_score[new] = score[old]
    shuffled = rank(
        candidate_rows(rows=[renamed[n] for n in by_row]),
        tier=[tier[n] for n in by_row],
        score=moved_score,
        found=variants(by_variant),
        tier_first=tier_first,
    )
    back = [by_row[n] for n in shuffled.order.tolist()]
    assert back == plain.order.tolist()
    for n, old in enumerate(by_row):
        assert shuffled.rank[n] == plain.rank[old]
        assert shuffled.candidate_id[n] == plain.candidate_id[old]


@given(tables(), st.booleans())
def test_ranks_count_candidates_from_1_and_follow_the_order_asked_for(drawn, tier_first):
    rows, tier, score, *_ = drawn
    found = rank(candidate_rows(rows=rows), tier=tier, score=score, tier_first=tier_first)
    in_order = found.rank[found.order].tolist()
    assert in_order == sorted(in_order)
    assert set(in_order) == set(range(1, len(score) + 1))
    best = {
        row.candidate: min(
            t for r, t in zip(rows, tier, strict=True) if r.candidate == row.candidate
        )
        for row in rows
    }
    keys = [(-score[rows[n].candidate], best[rows[n].candidate]) for n in found.order]
    if tier_first:
        keys = [key[::-1] for key in keys]
    assert keys == sorted(keys)


def test_candidate_rows_are_all_made():
    """A column added to the rows must be added to the builder too."""
    made = candidate_rows(rows=[Row(0, Mode.DE_NOVO)])
    assert {f.name for f in fields(CandidateRows)} == set(vars(made))

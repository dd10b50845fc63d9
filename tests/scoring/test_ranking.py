"""A total order of candidates: the same whatever the order of rows, candidates or variants."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Row, batch, candidate_rows, evidence, gene_codes, genes
from raredx.columns.candidates import CandidateRows
from raredx.scoring.ranking import rank_candidates, score_rows
from raredx.settings import RankingSettings
from raredx.vocabulary import ClinvarClass, ConsequenceClass, DeNovoGrade, Mode, Outcome, Tier

# Each candidate differs from the next in one thing; better ones first.
PLACES = [("7", 100), ("7", 200), ("X", 50), ("other", 10), ("7", 100)]
NAMES = (gene_codes(), "proband")
POINTS = RankingSettings()


def variants(order=range(5)):
    """Five variants, two of them alleles of one site, in the order asked for."""
    kept = [PLACES[n] for n in order]
    return batch(
        genotypes=[["0/1"]] * len(kept),
        place=[place for place, _ in kept],
        position=[position for _, position in kept],
        alt_index=[2 if n == 4 else 1 for n in order],
    )


def rank(rows, *, tier, points, found=None, names=NAMES):
    return rank_candidates(
        rows,
        evidence(batch=found or variants()),
        np.array(tier, np.int8),
        np.array(points, float),
        names,
    )


@pytest.mark.parametrize(
    ("better", "worse", "tiers", "points"),
    [
        (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO), (1, 2), (0.0, 9.0)),
        (Row(1, Mode.DE_NOVO), Row(0, Mode.DE_NOVO), (1, 1), (9.0, 8.0)),
        (Row(1, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, segregation=-1), (1, 1), (5.0, 5.0)),
        (Row(1, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, complete=False), (1, 1), (5.0, 5.0)),
        (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO), (1, 1), (5.0, 5.0)),
        (Row(1, Mode.DE_NOVO), Row(2, Mode.DE_NOVO), (1, 1), (5.0, 5.0)),  # contig before position
        (Row(2, Mode.DE_NOVO), Row(3, Mode.DE_NOVO), (1, 1), (5.0, 5.0)),  # other contigs last
        (Row(0, Mode.DE_NOVO), Row(4, Mode.DE_NOVO), (1, 1), (5.0, 5.0)),  # ALT
        (Row(0, Mode.DE_NOVO, gene=0), Row(0, Mode.DE_NOVO, gene=1), (1, 1), (5.0, 5.0)),
        (Row(0, Mode.AUTOSOMAL_DOMINANT), Row(0, Mode.DE_NOVO), (1, 1), (5.0, 5.0)),  # by name
        (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO), (3, 9), (-9.0, 9.0)),
    ],
)  # fmt: skip
def test_each_tie_break(better, worse, tiers, points):
    for first, second, t, p in (
        (better, worse, tiers, points),
        (worse, better, tiers[::-1], points[::-1]),
    ):
        rows = candidate_rows(rows=[first, replace(second, candidate=1)])
        found = rank(rows, tier=t, points=p)
        assert found.order.tolist() == ([0, 1] if first is better else [1, 0])
        assert found.rank[found.order].tolist() == [1, 2]


def pair(candidate, a, b, gene=0):
    common = {"mode": Mode.COMPOUND_HET, "candidate": candidate, "gene": gene}
    return [Row(variant=a, partner=b, **common), Row(variant=b, partner=a, **common)]


def test_partners_stay_together_best_tier_first():
    rows = candidate_rows(rows=[*pair(0, 0, 1), Row(2, Mode.DE_NOVO, candidate=1)])
    found = rank(rows, tier=[2, 1, 1], points=[1.0, 4.0, 2.0])
    assert found.order.tolist() == [1, 0, 2]
    assert found.rank.tolist() == [1, 1, 2]
    assert found.score.tolist() == [2.5, 2.5, 2.0]  # the mean over the partners
    assert found.candidate_id[0] == found.candidate_id[1] != found.candidate_id[2]


def test_variants_of_one_event_stay_together_and_count_once():
    """De novo rows of one candidate: the best of them is its score, not the mean."""
    rows = candidate_rows(
        rows=[
            Row(0, Mode.DE_NOVO, segregation=-1), Row(1, Mode.DE_NOVO),
            Row(2, Mode.DE_NOVO, candidate=1),
        ]
    )  # fmt: skip
    found = rank(rows, tier=[1, 2, 1], points=[1.0, 4.0, 3.0])
    assert found.order.tolist() == [0, 1, 2]
    assert found.rank.tolist() == [1, 1, 2]
    assert found.score.tolist() == [4.0, 4.0, 3.0]
    assert found.candidate_id[0] == found.candidate_id[1] != found.candidate_id[2]
    alone = rank(candidate_rows(rows=[Row(0, Mode.DE_NOVO)]), tier=[1], points=[1.0])
    assert alone.candidate_id[0] != found.candidate_id[0]  # an event is another candidate


def test_an_event_is_assessed_where_one_of_its_variants_is():
    rows = candidate_rows(
        rows=[
            Row(3, Mode.DE_NOVO), Row(0, Mode.DE_NOVO, candidate=1, segregation=-1),
            Row(1, Mode.DE_NOVO, candidate=1),
        ]
    )  # fmt: skip
    assert rank(rows, tier=[1, 1, 1], points=[1.0, 1.0, 1.0]).rank.tolist() == [2, 1, 1]


def test_identifiers():
    rows = candidate_rows(rows=[Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO, candidate=1)])
    names = rank(rows, tier=[1, 1], points=[1, 1]).candidate_id
    assert len(set(names)) == 2
    assert all(name.startswith("AAA-de_novo-") and len(name) == 20 for name in names)
    again = rank(rows, tier=[2, 3], points=[7, 8]).candidate_id
    assert again == names  # what a candidate is, not how it was judged
    other = rank(rows, tier=[1, 1], points=[1, 1], names=(gene_codes(), "sister")).candidate_id
    assert not set(other) & set(names)


def test_no_candidates():
    found = rank(candidate_rows(rows=[]), tier=[], points=[])
    assert found.order.size == found.rank.size == 0


def test_rows_left_out_leave_no_gap_in_the_ranks():
    rows = candidate_rows(
        rows=[Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO, candidate=1), *pair(2, 2, 3)]
    )
    kept = rows.select(np.array([True, False, True, True]))
    assert kept.candidate.tolist() == [0, 1, 1]
    assert kept.variant.tolist() == [0, 2, 3]
    assert rank(kept, tier=[2, 1, 1], points=[1, 1, 1]).rank.tolist() == [2, 1, 1]


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
    tier = draw(st.lists(st.sampled_from([Tier.TIER1, Tier.TIER2]), min_size=n, max_size=n))
    points = draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=n, max_size=n))
    n_candidates = len(singles) + len(pairs) + len(events)
    return (
        rows, tier, points,
        draw(st.permutations(range(n))),
        draw(st.permutations(range(n_candidates))),
        draw(st.permutations(range(5))),
    )  # fmt: skip


@given(tables())
def test_shuffling_changes_nothing(drawn):
    """Rows, numbers of candidates and variants of the batch in any order: one ranking."""
    rows, tier, points, by_row, by_candidate, by_variant = drawn
    plain = rank(candidate_rows(rows=rows), tier=tier, points=points)
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
    shuffled = rank(
        candidate_rows(rows=[renamed[n] for n in by_row]),
        tier=[tier[n] for n in by_row],
        points=[points[n] for n in by_row],
        found=variants(by_variant),
    )
    back = [by_row[n] for n in shuffled.order.tolist()]
    assert back == plain.order.tolist()
    for n, old in enumerate(by_row):
        assert shuffled.rank[n] == plain.rank[old]
        assert shuffled.score[n] == plain.score[old]
        assert shuffled.candidate_id[n] == plain.candidate_id[old]


@given(tables())
def test_ranks_count_candidates_from_1_and_follow_tier_and_score(drawn):
    rows, tier, points, *_ = drawn
    found = rank(candidate_rows(rows=rows), tier=tier, points=points)
    in_order = found.rank[found.order].tolist()
    assert in_order == sorted(in_order)
    assert set(in_order) == set(range(1, len({row.candidate for row in rows}) + 1))
    best = {
        row.candidate: min(
            t for r, t in zip(rows, tier, strict=True) if r.candidate == row.candidate
        )
        for row in rows
    }
    keys = [(best[rows[n].candidate], -found.score[n]) for n in found.order]
    assert keys == sorted(keys)


# --- points --------------------------------------------------------------------------------------


def score(row, *, af=np.nan, grade=DeNovoGrade.NONE, hemizygous=False, table=None, **facts):
    """Points of one row of one variant."""
    clinvar = facts.pop("clinvar", ClinvarClass.ABSENT)
    found = batch(genotypes=[["0/1"]], af=[[af]], clinvar_class=[clinvar])
    given_evidence = evidence(batch=found, sources=("gnomad",), **facts)
    out = score_rows(
        candidate_rows(rows=[row]), given_evidence, np.array([grade], np.int8),
        np.array([hemizygous]), gene_codes(table=table), POINTS,
    )  # fmt: skip
    return float(out[0])


AD, BASE = Row(0, Mode.AUTOSOMAL_DOMINANT), POINTS.moderate_impact + POINTS.inherited


@pytest.mark.parametrize(
    ("row", "facts", "expected"),
    [
        (AD, {}, BASE),
        (AD, {"consequence_class": [ConsequenceClass.HIGH]}, POINTS.high_impact + POINTS.inherited),
        (AD, {"consequence_class": [ConsequenceClass.NONCODING_GENE]}, POINTS.noncoding_gene + POINTS.inherited),
        (AD, {"consequence_class": [ConsequenceClass.NONE]}, POINTS.inherited),
        (AD, {"af": 0.0}, BASE + POINTS.absent),
        (AD, {"af": 0.0001}, BASE + POINTS.rare),  # a tenth of the dominant limit
        (AD, {"af": 0.0002}, BASE),
        (Row(0, Mode.AUTOSOMAL_RECESSIVE_HOM), {"af": 0.0009},
         POINTS.moderate_impact + POINTS.both_alleles + POINTS.rare),
        (AD, {"clinvar": ClinvarClass.PATHOGENIC}, BASE + POINTS.pathogenic),
        (AD, {"clinvar": ClinvarClass.LIKELY_PATHOGENIC}, BASE + POINTS.likely_pathogenic),
        (AD, {"clinvar": ClinvarClass.CONFLICTING}, BASE + POINTS.conflicting),
        (AD, {"clinvar": ClinvarClass.BENIGN}, BASE + POINTS.benign),
        (AD, {"clinvar": ClinvarClass.UNCERTAIN}, BASE),
        (AD, {"clinvar": ClinvarClass.NOT_ASSESSED}, BASE),
        (Row(0, Mode.DE_NOVO), {"grade": DeNovoGrade.HIGH}, POINTS.moderate_impact + POINTS.de_novo_high),
        (Row(0, Mode.DE_NOVO), {"grade": DeNovoGrade.MEDIUM}, POINTS.moderate_impact + POINTS.de_novo_medium),
        (Row(0, Mode.DE_NOVO), {"grade": DeNovoGrade.LOW}, POINTS.moderate_impact + POINTS.de_novo_low),
        (Row(0, Mode.DE_NOVO, segregation=Outcome.NOT_ASSESSED), {"grade": DeNovoGrade.POSSIBLE},
         POINTS.moderate_impact + POINTS.segregation_not_assessed),
        (Row(0, Mode.X_LINKED_RECESSIVE), {"hemizygous": True}, POINTS.moderate_impact + POINTS.hemizygous),
        (Row(0, Mode.X_LINKED_RECESSIVE), {}, POINTS.moderate_impact + POINTS.both_alleles),
        (Row(0, Mode.COMPOUND_HET), {}, POINTS.moderate_impact + POINTS.both_alleles),
    ],
)  # fmt: skip
def test_points(row, facts, expected):
    assert score(row, **facts) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mode", "af"),
    [(Mode.AUTOSOMAL_DOMINANT, 0.0001), (Mode.AUTOSOMAL_RECESSIVE_HOM, 0.001)],
)
def test_exactly_a_tenth_of_the_limit_is_rare(mode, af):
    """As at the limits of the frequency question: the largest value that counts, counts."""
    assert score(Row(0, mode), af=af) - score(Row(0, mode)) == POINTS.rare


@pytest.mark.parametrize(
    ("pli", "impact", "mode", "constrained"),
    [
        (0.95, ConsequenceClass.HIGH, Mode.DE_NOVO, True),
        (0.95, ConsequenceClass.HIGH, Mode.AUTOSOMAL_DOMINANT, True),
        (0.95, ConsequenceClass.MODERATE, Mode.DE_NOVO, False),
        (0.95, ConsequenceClass.HIGH, Mode.AUTOSOMAL_RECESSIVE_HOM, False),
        (0.5, ConsequenceClass.HIGH, Mode.DE_NOVO, False),
        (np.nan, ConsequenceClass.HIGH, Mode.DE_NOVO, False),
    ],
)
def test_constrained_genes(pli, impact, mode, constrained):
    table = replace(genes(), pli=np.array([pli, np.nan, np.nan], np.float32))
    row = Row(0, mode)
    added = score(row, table=table, consequence_class=[impact]) - score(
        row, consequence_class=[impact]
    )
    assert added == (POINTS.constrained if constrained else 0.0)


def test_candidate_rows_are_all_made():
    """A column added to the rows must be added to the builder too."""
    made = candidate_rows(rows=[Row(0, Mode.DE_NOVO)])
    assert {f.name for f in fields(CandidateRows)} == set(vars(made))

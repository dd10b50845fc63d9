"""Genomics England tiers: the table of clinical rules 2.1, and what must hold of every tier."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import OnPanel, Row, batch, candidate_rows, evidence, panel, read_table
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.tiers import judge_tiers
from raredx.vocabulary import (
    Confidence,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Moi,
    Outcome,
    Tier,
)

G = Confidence
IMPACT = {
    "high": ConsequenceClass.HIGH,
    "moderate": ConsequenceClass.MODERATE,
    "noncoding": ConsequenceClass.NONCODING_GENE,
    "none": ConsequenceClass.NONE,
}
TIERS = {"1": Tier.TIER1, "2": Tier.TIER2, "3": Tier.TIER3, "-": Tier.UNTIERED}


def applied(*panels):
    """Apply panels, each a list of rows."""
    return AppliedPanels(
        [panel(rows=rows, panel_id=str(n), name=f"P{n}") for n, rows in enumerate(panels)]
    )


def judge(
    *, panels, impact=ConsequenceClass.MODERATE, mode=Mode.AUTOSOMAL_DOMINANT, known=False,
    grade=DeNovoGrade.NONE, origin=(1, 0), imprinted=False, least="medium",
):  # fmt: skip
    """Tier one row in gene AAA: tier, panel outcome, tiers of the report events."""
    found = batch(genotypes=[["0/1"]])
    rows = candidate_rows(rows=[Row(variant=0, mode=mode, imprinted=imprinted)])
    result = judge_tiers(
        rows,
        evidence(batch=found, consequence_class=[impact], known=[known]),
        np.array([grade], np.int8),
        np.array([origin], np.int8),
        panels,
        least,
    )
    events = [(event.entry.panel.name, event.tier) for event in result.events[0]]
    return Tier(int(result.tier[0])), Outcome(int(result.panel[0])), events


TABLE = """
gene  | moi         | impact    | mode | known | de novo reads | tier
green | monoallelic | high      | AD   |       |               | 1
green | monoallelic | high      | DN   |       | high          | 1
green | monoallelic | moderate  | DN   |       | high          | 1
green | monoallelic | moderate  | DN   |       | medium        | 1
green | monoallelic | moderate  | DN   |       | low           | 2
green | monoallelic | moderate  | DN   |       | possible      | 2    # a parent was not called
green | monoallelic | high      | DN   |       | possible      | 1
green | monoallelic | noncoding | DN   |       | high          | 1
green | monoallelic | moderate  | AD   |       |               | 2
green | monoallelic | noncoding | AD   |       |               | 2
green | monoallelic | none      | AD   |       |               | -
green | monoallelic | none      | AD   | yes   |               | 1    # criterion 6 needs no consequence
green | monoallelic | moderate  | AD   | yes   |               | 1
green | monoallelic | noncoding | AD   | yes   |               | 1
green | biallelic   | high      | AD   |       |               | -    # 5a, not 5b
green | biallelic   | moderate  | DN   |       | high          | -
green | biallelic   | none      | AD   | yes   |               | -
green | biallelic   | high      | AR   |       |               | 1
green | biallelic   | moderate  | AR   |       |               | 2
green | biallelic   | high      | CH   |       |               | 1    # each partner keeps its impact
green | biallelic   | moderate  | CH   |       |               | 2
green | monoallelic | high      | AR   |       |               | -
amber | monoallelic | high      | AD   |       |               | 3
amber | monoallelic | moderate  | DN   |       | high          | 3
amber | biallelic   | high      | AD   |       |               | 3
amber | monoallelic | none      | AD   | yes   |               | 3    # 1, 4 and 6
amber | monoallelic | none      | AD   |       |               | -
amber | monoallelic | noncoding | AD   |       |               | -
red   | monoallelic | high      | AD   | yes   |               | 3
red   | monoallelic | moderate  | AD   |       |               | 3
none  | monoallelic | high      | AD   |       |               | 3
off   | -           | high      | DN   |       | high          | 3
off   | -           | moderate  | AD   |       |               | 3
off   | -           | noncoding | DN   |       | high          | -    # non-coding genes outside the panel
off   | -           | none      | AD   |       |               | -
off   | -           | none      | AD   | yes   |               | 3
"""
MODES = {
    "AD": Mode.AUTOSOMAL_DOMINANT, "DN": Mode.DE_NOVO, "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "CH": Mode.COMPOUND_HET,
}  # fmt: skip


@pytest.mark.parametrize("row", read_table(text=TABLE), ids=lambda row: "-".join(row.values()))
def test_conditions(row):
    listed = row["gene"] != "off"
    on_panel = (
        OnPanel("AAA", Confidence[row["gene"].upper()], Moi(row["moi"]))
        if listed
        else OnPanel("BBB")
    )
    grade = DeNovoGrade[row["de novo reads"].upper() or "NONE"]
    tier, outcome, events = judge(
        panels=applied([on_panel]), impact=IMPACT[row["impact"]], mode=MODES[row["mode"]],
        known=row["known"] == "yes", grade=grade,
    )  # fmt: skip
    assert tier is TIERS[row["tier"]]
    assert len(events) == listed
    assert outcome is (Outcome.PASS if row["gene"] == "green" and row["tier"] in "12" else Outcome.FAIL) or row["impact"] == "none"  # fmt: skip


@pytest.mark.parametrize(
    ("impact", "mode", "grade", "known", "tier"),
    [
        ("high", Mode.AUTOSOMAL_DOMINANT, DeNovoGrade.NONE, False, Tier.TIER2),
        ("high", Mode.DE_NOVO, DeNovoGrade.LOW, False, Tier.TIER2),
        ("high", Mode.DE_NOVO, DeNovoGrade.HIGH, False, Tier.TIER1),  # as a moderate one would be
        ("high", Mode.AUTOSOMAL_DOMINANT, DeNovoGrade.NONE, True, Tier.TIER1),
        ("moderate", Mode.AUTOSOMAL_DOMINANT, DeNovoGrade.NONE, False, Tier.TIER2),
    ],
)
def test_loss_of_function_where_it_is_not_the_mechanism(impact, mode, grade, known, tier):
    """Flagged and not promoted, never dropped: clinical rules 1.1."""
    panels = applied([OnPanel("AAA", G.GREEN, Moi.MONOALLELIC, "not_lof")])
    assert (
        judge(panels=panels, impact=IMPACT[impact], mode=mode, grade=grade, known=known)[0] is tier
    )


@pytest.mark.parametrize(
    ("least", "grade", "tier"),
    [
        ("high", DeNovoGrade.HIGH, Tier.TIER1),
        ("high", DeNovoGrade.MEDIUM, Tier.TIER2),
        ("low", DeNovoGrade.LOW, Tier.TIER1),
        ("low", DeNovoGrade.POSSIBLE, Tier.TIER2),
        ("possible", DeNovoGrade.POSSIBLE, Tier.TIER1),
    ],
)
def test_weakest_grade_that_counts(least, grade, tier):
    panels = applied([OnPanel("AAA", G.GREEN, Moi.MONOALLELIC)])
    assert judge(panels=panels, mode=Mode.DE_NOVO, grade=grade, least=least)[0] is tier
    # the grade belongs to the de novo mode alone
    assert judge(panels=panels, grade=grade, least=least)[0] is Tier.TIER2


IMPRINTED = [OnPanel("AAA", G.GREEN, Moi.MONOALLELIC_MATERNALLY_IMPRINTED)]


@pytest.mark.parametrize(
    ("rows", "origin", "imprinted", "tier", "outcome"),
    [
        (IMPRINTED, (1, 0), False, Tier.TIER2, Outcome.PASS),
        (IMPRINTED, (0, 1), False, Tier.UNTIERED, Outcome.FAIL),
        (IMPRINTED, (-1, -1), False, Tier.TIER2, Outcome.NOT_ASSESSED),  # kept and flagged
        (IMPRINTED, (1, 0), True, Tier.TIER2, Outcome.PASS),
        # a row that holds only where the gene is imprinted does not serve another statement
        ([OnPanel("AAA", G.GREEN, Moi.MONOALLELIC)], (1, 0), True, Tier.UNTIERED, Outcome.FAIL),
    ],
)
def test_imprinted(rows, origin, imprinted, tier, outcome):
    found = judge(panels=applied(rows), origin=origin, imprinted=imprinted)
    assert found[:2] == (tier, outcome)


def test_best_tier_is_shown_and_every_event_kept():
    """Amber on the first panel, another mode on the second, a match on the third, off the fourth."""
    panels = applied(
        [OnPanel("AAA", G.AMBER, Moi.MONOALLELIC)],
        [OnPanel("AAA", G.GREEN, Moi.BIALLELIC)],
        [OnPanel("AAA", G.GREEN, Moi.MONOALLELIC)],
        [OnPanel("BBB")],
    )
    tier, outcome, events = judge(panels=panels, impact=ConsequenceClass.HIGH)
    assert (tier, outcome) == (Tier.TIER1, Outcome.PASS)
    assert events == [("P2", Tier.TIER1), ("P0", Tier.TIER3), ("P1", Tier.UNTIERED)]


def test_two_statements_of_one_panel_add_up():
    rows = [OnPanel("AAA", G.GREEN, Moi.BIALLELIC), OnPanel("AAA", G.GREEN, Moi.MONOALLELIC)]
    tier, outcome, events = judge(panels=applied(rows))
    assert (tier, outcome) == (Tier.TIER2, Outcome.PASS)
    assert [t for _, t in events] == [Tier.TIER2, Tier.UNTIERED]


def test_without_panels_nothing_is_tier_1_or_2():
    found = judge(panels=AppliedPanels([]), impact=ConsequenceClass.HIGH, known=True)
    assert found == (Tier.TIER3, Outcome.NOT_ASSESSED, [])


# --- properties ----------------------------------------------------------------------------------

PANEL_ROWS = st.lists(
    st.builds(
        OnPanel,
        symbol=st.sampled_from(["AAA", "BBB"]),
        confidence=st.sampled_from(Confidence),
        moi=st.sampled_from(Moi),
        lof_mechanism=st.sampled_from(["", "yes", "not_lof"]),
    ),
    max_size=3,
)
FACTS = st.fixed_dictionaries(
    {
        "impact": st.sampled_from(ConsequenceClass),
        "mode": st.sampled_from(Mode),
        "known": st.booleans(),
        "grade": st.sampled_from(DeNovoGrade),
        "origin": st.tuples(st.sampled_from([-1, 0, 1]), st.sampled_from([-1, 0, 1])),
        "imprinted": st.booleans(),
    }
)


@given(st.lists(PANEL_ROWS, min_size=1, max_size=3), PANEL_ROWS, FACTS)
def test_adding_a_panel_never_lowers_a_tier(rows, added, facts):
    before = judge(panels=applied(*rows), **facts)[0]
    assert judge(panels=applied(*rows, added), **facts)[0] <= before
    assert judge(panels=applied(added, *rows), **facts)[0] <= before


@given(st.lists(PANEL_ROWS, max_size=3), FACTS)
def test_nothing_is_tier_1_or_2_outside_green_genes(rows, facts):
    green = any(row.symbol == "AAA" and row.confidence is G.GREEN for own in rows for row in own)
    tier, outcome, _ = judge(panels=applied(*rows), **facts)
    if not green:
        assert tier in (Tier.TIER3, Tier.UNTIERED)
        assert outcome is not Outcome.PASS
    if outcome is Outcome.FAIL:
        assert tier in (Tier.TIER3, Tier.UNTIERED)


@given(st.lists(PANEL_ROWS, max_size=3), FACTS)
def test_order_of_the_panels_does_not_move_a_tier(rows, facts):
    forwards, backwards = (judge(panels=applied(*r), **facts) for r in (rows, rows[::-1]))
    assert forwards[:2] == backwards[:2]


@given(st.lists(PANEL_ROWS, max_size=3), FACTS)
def test_a_stronger_consequence_never_lowers_a_tier(rows, facts):
    panels = applied(*rows)
    tiers = [judge(panels=panels, **facts | {"impact": impact})[0] for impact in ConsequenceClass]
    assert tiers == sorted(tiers, reverse=True)

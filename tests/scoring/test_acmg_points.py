"""Points, classes and posteriors; what goes together, and what curators say."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import read_table
from raredx.columns.acmg import (
    ABOUT,
    LADDER,
    POINTS,
    RETIRED,
    Open,
    make_criterion,
    own_strength,
)
from raredx.scoring.acmg_points import (
    apply_curation,
    classify,
    combine,
    curated_criterion,
    posterior_of,
    sum_up,
)

RANK = ("benign", "likely_benign", "uncertain", "likely_pathogenic", "pathogenic")


def read(text):
    """Read criteria written as labels: `PM2_Supporting PVS1`; `*` marks a curated one."""
    found = []
    for word in text.split():
        code, _, added = word.rstrip("*").partition("_")
        strength = {"VeryStrong": "very_strong", "NotMet": "not_met"}.get(added, added.lower())
        strength = strength or own_strength(code)
        make = curated_criterion if word.endswith("*") else make_criterion
        found.append(make(code, strength, ""))
    return found


def met():
    """Some criteria, each code at most once, BA1 aside."""
    codes = sorted(set(ABOUT) - {"BA1"})
    return st.dictionaries(st.sampled_from(codes), st.sampled_from(LADDER), max_size=6).map(
        lambda found: [make_criterion(code, strength, "") for code, strength in found.items()]
    )


@given(points=st.integers(-20, 20))
def test_posterior_is_bayes_rule(points):
    """Twin of the formula: prior odds of 1 to 9, times the odds of evidence."""
    odds = Fraction(1, 9) * Fraction(350) ** Fraction(points, 8) if points % 8 == 0 else None
    by_logs = math.exp(math.log(1 / 9) + points * math.log(350) / 8)
    expected = by_logs / (1 + by_logs)
    assert posterior_of(points) == pytest.approx(expected, rel=1e-12)
    if odds is not None:
        assert posterior_of(points) == pytest.approx(float(odds / (1 + odds)), rel=1e-12)


@pytest.mark.parametrize(
    ("points", "posterior"),
    [(10, 0.994), (6, 0.900), (5, 0.812), (0, 0.100), (-1, 0.051), (-6, 0.0014), (-7, 0.0007)],
)
def test_posteriors_of_the_borders(points, posterior):
    """Tavtigian 2020, table 2."""
    digits = 4 if posterior < 0.01 else 3
    assert round(posterior_of(points), digits) == posterior


CLASSES = """
points | benign | class             | temperature
18     | 0      | pathogenic        |
10     | 0      | pathogenic        |
9      | 0      | likely_pathogenic |
6      | 0      | likely_pathogenic |
5      | 0      | uncertain         | hot
4      | 0      | uncertain         | warm
3      | 0      | uncertain         | tepid
2      | 0      | uncertain         | cool
1      | 0      | uncertain         | cold
0      | 0      | uncertain         | ice_cold
-1     | 1      | uncertain         | ice_cold    # a lone -1
-1     | 2      | likely_benign     |
-2     | 1      | likely_benign     |
-6     | 2      | likely_benign     |
-7     | 3      | benign            |
-8     | 1      | benign            |
"""


@pytest.mark.parametrize(
    "row", read_table(text=CLASSES), ids=lambda r: f"{r['points']}/{r['benign']}"
)
def test_classes(row):
    assert classify(int(row["points"]), int(row["benign"])) == (row["class"], row["temperature"])


@given(points=st.integers(-30, 29), benign=st.integers(0, 5))
def test_class_never_falls_with_points(points, benign):
    lower, higher = classify(points, benign)[0], classify(points + 1, benign)[0]
    assert RANK.index(lower) <= RANK.index(higher)


@given(criteria=met())
def test_points_are_the_sum(criteria):
    found = sum_up(criteria)
    assert found.points == sum(c.points for c in criteria)
    assert found.variant_points == sum(c.points for c in criteria if ABOUT[c.code] == "variant")
    assert found.posterior == posterior_of(found.points)
    assert sorted(found.labels) == sorted(c.label for c in criteria)
    order = [(c.is_benign, -abs(c.points)) for c in found.criteria]
    assert order == sorted(order)


@given(criteria=met())
def test_order_of_criteria_does_not_matter(criteria):
    assert sum_up(combine(criteria)) == sum_up(combine(criteria[::-1]))


@given(criteria=met())
def test_combining_invents_nothing(criteria):
    """What is left was there, at the same strength or less; and combining again changes nothing."""
    before = {c.code: abs(c.points) for c in criteria}
    after = combine(criteria)
    assert all(abs(c.points) <= before[c.code] for c in after)
    assert combine(after) == after


@given(code=st.sampled_from(sorted(ABOUT)), strength=st.sampled_from([*POINTS]))
def test_labels_tell_code_and_strength(code, strength):
    """Every label reads back to its code and strength."""
    label = make_criterion(code, strength, "").label
    name, _, added = label.partition("_")
    assert name == code
    words = "".join(w.capitalize() for w in strength.split("_"))
    assert added == ("" if strength == own_strength(code) else words)


def test_points_of_strengths():
    """Tavtigian 2020: 1, 2, 4, 8, the benign ones negative."""
    assert [make_criterion("PM1", s, "").points for s in LADDER] == [1, 2, 4, 8]
    assert [make_criterion("BP4", s, "").points for s in LADDER] == [-1, -2, -4, -8]
    assert make_criterion("BA1", "", "").points == -8
    assert make_criterion("PM2", "not_met", "").points == 0


def test_every_code_but_the_retired():
    codes = {f"{kind}{n}" for kind, last in (("PS", 4), ("PM", 6), ("PP", 5), ("BS", 4), ("BP", 7))
             for n in range(1, last + 1)} | {"PVS1", "BA1"}  # fmt: skip
    assert set(ABOUT) == codes - set(RETIRED) - {"BP6"}
    assert set(ABOUT.values()) == {"variant", "family", "curated"}


TOGETHER = """
found                                | kept
PVS1 PP3 PM4 PM2_Supporting          | PVS1 PM2_Supporting
PVS1_Moderate PP3                    | PVS1_Moderate
PVS1 PS1_Moderate                    | PVS1 PS1_Supporting           # of splicing
PP3 PM4                              | PM4 PP3
PM1 PP3_Strong                       | PM1 PP3_Moderate              # four points at most
PM1_Supporting PP3_Strong            | PP3_Strong
PM1 PP3_Moderate                     | PM1 PP3_Moderate
PM1_Supporting PP3_Moderate          | PP3_Moderate PM1_Supporting
PS1 PM5                              | PS1
PM5                                  | PM5
BS1 PM2_Supporting                   | BS1
PM2_Supporting BS2                   | PM2_Supporting
PS2 PM6                              | PS2
BA1 PVS1 PS2 BP4                     | BA1                           # alone
BP1 PP2                              | BP1
PVS1 PP3*                            | PVS1 PP3                      # a curator's word stays
PVS1_NotMet* PP3                     | PP3 PVS1_NotMet
PM1* PP3_Strong                      | PM1 PP3_Moderate
PM1 PP3_Strong*                      | PP3_Strong
PM1* PP3_Strong*                     | PP3_Strong PM1
BA1_NotMet* PVS1                     | PVS1 BA1_NotMet
BA1 PM2_NotMet*                      | PM2_NotMet BA1
PM2_NotMet* BS2                      | PM2_NotMet BS2
"""


@pytest.mark.parametrize("row", read_table(text=TOGETHER), ids=lambda r: r["found"])
def test_what_goes_together(row):
    assert sum_up(combine(read(row["found"]))).labels == row["kept"].split()


def test_one_curator_lowers_what_was_found():
    found = apply_curation(read("PVS1 PM2_Supporting"), read("PVS1_Moderate*"))
    by_code = {c.code: c for c in found}
    assert by_code["PVS1"].strength == "moderate"
    assert by_code["PVS1"].curated
    assert by_code["PVS1"].reason == "curated (automatic: PVS1, )"
    assert not by_code["PM2"].curated


def test_one_curator_adds():
    added = curated_criterion("PS3", "strong", "no activity")
    (found,) = apply_curation([], [added])
    assert found.label == "PS3"
    assert found.reason == "curated: no activity (automatic: not given)"
    assert found.about == "variant"


def test_what_stays_open():
    """A code that holds is not open too, unless it might be stronger."""
    left = [Open("PM5", "no ClinVar"), Open("PVS1", "above moderate", also=True), Open("BS2", "x"),
            Open("BS2", "x")]  # fmt: skip
    found = sum_up(read("PM5 PVS1_Moderate"), left)
    assert found.not_assessed == ("BS2: x", "PVS1: above moderate")

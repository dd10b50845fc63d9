"""Tails of the binomial distribution against sums of fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_de_novo as reference
from raredx.kernels.binomial import at_least, at_most

CHANCE = st.sampled_from([Fraction(1, 2), Fraction(1, 500), Fraction(49, 50), Fraction(1, 7)])


@st.composite
def draws(draw):
    n = draw(st.integers(0, 120))
    return draw(st.integers(-1, n + 1)), n, draw(CHANCE)


@given(draws())
def test_twin(drawn):
    k, n, p = drawn
    lower = float(reference.at_most(min(k, n), n, p)) if k >= 0 else 0.0
    assert at_most(k, n, float(p)) == pytest.approx(lower, rel=1e-10, abs=1e-14)
    upper = float(reference.at_least(max(k, 0), n, p)) if k <= n else 0.0
    assert at_least(k, n, float(p)) == pytest.approx(upper, rel=1e-10, abs=1e-14)


@given(draws())
def test_the_tails_meet(drawn):
    """What is not at most k is at least k + 1."""
    k, n, p = drawn
    assert at_most(k, n, float(p)) + at_least(k + 1, n, float(p)) == pytest.approx(1.0)


@given(st.integers(0, 4000), CHANCE)
def test_more_reads_are_never_less_surprising_from_below(n, p):
    tails = [at_most(k, n, float(p)) for k in range(0, n + 1, 1 + n // 40)]
    assert all(a <= b + 1e-12 for a, b in pairwise(tails))
    assert all(0.0 <= tail <= 1.0 for tail in tails)


@pytest.mark.parametrize(
    ("k", "n", "p", "tail"),
    [
        (0, 10, 0.5, 1 / 1024),
        (5, 10, 0.5, 0.623046875),
        (8, 40, 0.5, 9.108525e-05),  # a fifth of 40 reads is no heterozygote
        (19999, 100_000, 0.2, 0.49874),  # as deep as MT; 1/2 - pmf/2 + skewness
        (0, 0, 0.5, 1.0),
        (0, 10, 0.0, 1.0),
        (9, 10, 1.0, 0.0),
        (10, 10, 1.0, 1.0),
    ],
)
def test_by_hand(k, n, p, tail):
    assert at_most(k, n, p) == pytest.approx(tail, rel=1e-4)


@pytest.mark.parametrize(
    ("k", "n", "p", "tail"),
    [
        (2, 200, 0.002, 0.0616),  # two stray reads among 200: one site in sixteen
        (2, 40, 0.002, 0.00295),
        (1, 25, 0.002, 0.0488),
        (1, 10, 0.0, 0.0),
        (0, 10, 0.0, 1.0),
        (3, 10, 1.0, 1.0),
    ],
)
def test_upper_tail_by_hand(k, n, p, tail):
    assert at_least(k, n, p) == pytest.approx(tail, rel=1e-2)

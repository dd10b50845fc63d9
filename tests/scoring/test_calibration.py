"""Reliability of probabilities, against slow twins and simulated data whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.evaluation import CaseOutcome, TruthCase
from raredx.scoring.calibration import (
    LEAST_PROBABILITY,
    brier_score,
    calibration_error,
    chance_error,
    equal_mass_bins,
    equal_width_bins,
    judge_calibration,
    judge_reliability,
    log_loss,
    share_interval,
)

PREDICTIONS = st.lists(
    st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans()), min_size=1, max_size=40
)


def arrays(pairs):
    p = np.array([pair[0] for pair in pairs], float)
    return p, np.array([pair[1] for pair in pairs], bool)


def slow_error(pairs, bin_of):
    """Put predictions into bins by hand; weigh the distance of each bin by its number."""
    bins = {}
    for pair in pairs:
        bins.setdefault(bin_of(pair[0]), []).append(pair)
    error = 0.0
    for own in bins.values():
        predicted = sum(p for p, _ in own) / len(own)
        observed = sum(came_true for _, came_true in own) / len(own)
        error += len(own) / len(pairs) * abs(predicted - observed)
    return error


def slow_mass_bin(pairs, p):
    """The tenth in which the middle of all equal predictions lies."""
    below = sum(other < p for other, _ in pairs)
    equal = sum(other == p for other, _ in pairs)
    return math.floor(10 * (below + equal / 2) / len(pairs))


@given(PREDICTIONS)
def test_errors_are_those_of_the_twins(pairs):
    p, came_true = arrays(pairs)
    width = calibration_error(p, came_true, equal_width_bins(p))
    assert width == pytest.approx(
        slow_error(pairs, lambda q: min(round(q * 100) // 10, 9)), abs=1e-12
    )
    mass = calibration_error(p, came_true, equal_mass_bins(p))
    assert mass == pytest.approx(slow_error(pairs, lambda q: slow_mass_bin(pairs, q)), abs=1e-12)
    assert brier_score(p, came_true) == pytest.approx(
        sum((q - t) ** 2 for q, t in pairs) / len(pairs)
    )
    given_to_truth = [q if t else 1 - q for q, t in pairs]
    low, high = LEAST_PROBABILITY, 1 - LEAST_PROBABILITY
    assert log_loss(p, came_true) == pytest.approx(
        -sum(math.log(min(max(q, low), high)) for q in given_to_truth) / len(pairs)
    )


@given(PREDICTIONS)
def test_bounds(pairs):
    p, came_true = arrays(pairs)
    for bins in (equal_width_bins(p), equal_mass_bins(p)):
        assert 0 <= bins.min() <= bins.max() <= 9
        assert 0 <= calibration_error(p, came_true, bins) <= 1
    assert 0 <= brier_score(p, came_true) <= 1
    assert 0 <= log_loss(p, came_true) <= -math.log(LEAST_PROBABILITY) + 1e-9


@given(PREDICTIONS, st.randoms(use_true_random=False))
def test_the_order_changes_nothing(pairs, shuffler):
    before = judge_reliability("x", *arrays(pairs))
    shuffler.shuffle(pairs)
    assert repr(judge_reliability("x", *arrays(pairs))) == repr(before)


@given(PREDICTIONS)
def test_every_prediction_is_in_one_bin_of_the_diagram(pairs):
    part = judge_reliability("x", *arrays(pairs))
    assert sum(b.n for b in part.bins) == part.n == len(pairs)
    for b in part.bins:
        assert b.low - 1e-12 <= b.predicted <= b.high + 1e-12
        assert 0 <= b.observed.low <= b.observed.value <= b.observed.high + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_calibrated_predictions_have_next_to_no_error(seed):
    """What is called p comes true with probability p; what remains is the noise of 2,000 a bin."""
    generator = np.random.default_rng(seed)
    p = generator.random(20_000)
    part = judge_reliability("x", p, generator.random(20_000) < p)
    assert part.ece_width < 0.02
    assert part.ece_mass < 0.02
    assert part.brier == pytest.approx(1 / 6, abs=0.01)  # the mean of p(1 - p)
    inside = [b.observed.low <= b.predicted <= b.observed.high for b in part.bins]
    assert sum(inside) >= 7


@pytest.mark.parametrize("n", [50, 300, 3000])
def test_the_error_of_chance_is_that_of_calibrated_predictions(n):
    """Simulated anew: of calibrated predictions nineteen in twenty lie within its ends."""
    generator = np.random.default_rng(n)
    p = np.sort(generator.random(n))
    chance = chance_error(p, equal_width_bins(p))
    errors = [
        calibration_error(p, generator.random(n) < p, equal_width_bins(p)) for _ in range(300)
    ]
    assert chance.value == pytest.approx(np.mean(errors), rel=0.06)
    inside = np.mean([chance.low <= error <= chance.high for error in errors])
    assert 0.89 <= inside <= 0.99


@pytest.mark.parametrize(("shift", "error"), [(0.1, 0.1), (0.3, 0.3)])
def test_predictions_that_are_too_high_show_by_how_much(shift, error):
    generator = np.random.default_rng(5)
    p = generator.uniform(0, 0.6, 20_000)
    came_true = generator.random(20_000) < p
    part = judge_reliability("x", p + shift, came_true)
    assert part.ece_width == pytest.approx(error, abs=0.015)
    assert part.predicted - part.observed == pytest.approx(error, abs=0.015)


def test_certain_and_always_wrong():
    p, came_true = np.ones(5), np.zeros(5, bool)
    assert calibration_error(p, came_true, equal_width_bins(p)) == 1.0
    assert brier_score(p, came_true) == 1.0
    assert log_loss(p, came_true) == pytest.approx(-math.log(LEAST_PROBABILITY))


def test_nothing_predicted():
    part = judge_reliability("x", np.zeros(0), np.zeros(0, bool))
    assert (part.n, part.bins) == (0, ())
    assert np.isnan([part.ece_width, part.ece_mass, part.brier, part.log_loss]).all()


def test_bins_of_equal_numbers_hold_equal_numbers():
    p = np.random.default_rng(1).permutation(1000) / 1000
    assert np.bincount(equal_mass_bins(p)).tolist() == [100] * 10


@pytest.mark.parametrize(
    ("n_true", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (8, 10, 0.4902, 0.9433),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_wilson_intervals(n_true, n, low, high):
    """Table of Wilson's interval; each end is where |share - p| is 1.96 standard errors of p."""
    found = share_interval(n_true, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    for end in (found.low, found.high):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(found.value - end) == pytest.approx(
                1.959964 * math.sqrt(end * (1 - end) / n), rel=1e-5
            )


# --- cases ---------------------------------------------------------------------------------------


def case(probability, answer, none=0.0, fault=""):
    p = None if probability is None else np.array(probability, float)
    best = -1 if p is None or not len(p) else int(p.argmax())
    return CaseOutcome(TruthCase("S", "A"), probability=p, answer=answer, best=best, none=none,
                       fault=fault)  # fmt: skip


def test_calibration_of_cases():
    found = judge_calibration(
        [
            case([0.7, 0.2], 0, 0.1),  # right
            case([0.5, 0.3], 1, 0.2),  # second
            case([0.4], -1, 0.6),  # not among them
            case([], -1, 1.0),  # no candidate at all
            case(None, 0),  # no probabilities
            case(None, -1, fault="no result"),
        ]
    )
    best, every, none = found.parts
    assert (found.n_cases, found.n_not_assessed) == (4, 2)
    assert (best.n, every.n, none.n) == (3, 5, 4)
    assert best.observed == pytest.approx(1 / 3)
    assert best.predicted == pytest.approx((0.7 + 0.5 + 0.4) / 3)
    assert every.observed == pytest.approx(2 / 5)
    assert none.predicted == pytest.approx((0.1 + 0.2 + 0.6 + 1) / 4)
    assert none.observed == 0.5


def test_without_probabilities_calibration_is_not_assessed():
    found = judge_calibration([case(None, 0)])
    assert (found.n_cases, found.n_not_assessed, found.parts) == (0, 1, ())


def test_probabilities_above_one_in_all_leave_nothing_for_none():
    assert judge_calibration([case([0.9, 0.9], 0, -0.8)]).parts[2].predicted == 0.0

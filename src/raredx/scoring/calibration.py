"""Do the probabilities hold? Reliability, expected calibration error, Brier score, log loss.

A probability is calibrated if, of all that is called 30 % probable, 30 % is true. Bins of equal
width show the whole range; bins of equal numbers weigh where the predictions are. Expected
calibration error: Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602; Brier score: Brier 1950,
doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; interval of a share: Wilson 1927,
doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from raredx.columns.evaluation import Bin, Calibration, CaseOutcome, Estimate, Reliability

N_BINS = 10
"""Bins of a reliability diagram: the usual number."""

LEAST_PROBABILITY = 1e-6
"""Below this, and above one minus it, log loss does not ask: one certainty that was wrong would
otherwise be all that it shows. Our choice."""

N_CHANCE = 200
"""Simulated outcomes for the calibration error that chance alone makes. Our choice: the
standard error of its mean is then a fourteenth of their standard deviation."""

Z95 = 1.959963984540054
"""Standard normal quantile of 0.975."""

PARTS = ("most probable gene of each case", "every candidate gene", "none of these")
"""Events whose probabilities are looked at, in the order of `Calibration.parts`."""


def equal_width_bins(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """Put each probability into one of ten bins of equal width; a bound belongs to the upper.

    Examples
    --------
    >>> equal_width_bins(np.array([0.0, 0.05, 0.1, 0.3, 0.7, 1.0])).tolist()
    [0, 0, 1, 3, 7, 9]
    """
    bounds = np.array([number / N_BINS for number in range(1, N_BINS)])
    return np.searchsorted(bounds, probability, side="right")


def equal_mass_bins(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """Put each probability into one of ten bins of equal numbers; equal ones stay together.

    Examples
    --------
    >>> equal_mass_bins(np.arange(20) / 20).tolist()
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]
    >>> equal_mass_bins(np.array([0.2, 0.2, 0.2, 0.9])).tolist()
    [3, 3, 3, 8]
    """
    _, value, count = np.unique(probability, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2
    bins = np.floor(N_BINS * middle / max(len(probability), 1)).astype(np.int64)
    return np.asarray(np.minimum(bins, N_BINS - 1)[value], np.int64)


def calibration_error(
    probability: NDArray[np.float64], outcome: NDArray[np.bool_], bins: NDArray[np.int64]
) -> float:
    """Give the expected calibration error: over bins, the mean distance of prediction and outcome.

    Parameters
    ----------
    probability : float64, shape (prediction,)
        In [0, 1].
    outcome : bool, shape (prediction,)
        Whether it came true.
    bins : int64, shape (prediction,)
        Bin of each.

    Returns
    -------
    float
        In [0, 1], each bin weighed by its number; NaN without a prediction.

    Examples
    --------
    >>> p, came_true = np.array([0.5, 0.5, 0.9]), np.array([True, False, False])
    >>> round(calibration_error(p, came_true, equal_width_bins(p)), 3)
    0.3
    """
    if not len(probability):
        return math.nan
    predicted = np.bincount(bins, weights=probability)
    observed = np.bincount(bins, weights=outcome.astype(np.float64))
    return float(np.abs(predicted - observed).sum() / len(probability))


def chance_error(probability: NDArray[np.float64], bins: NDArray[np.int64]) -> Estimate:
    """Give the calibration error of probabilities that are exactly right.

    Outcomes are drawn from the probabilities themselves, each on its own.

    Parameters
    ----------
    probability : float64, shape (prediction,)
        In an order that does not depend on that of the cases.
    bins : int64, shape (prediction,)

    Returns
    -------
    Estimate
        Mean over the draws, and the ends of the middle 95 %; NaN without a prediction.

    Examples
    --------
    >>> chance_error(np.ones(4), np.zeros(4, np.int64))  # certainties come true
    Estimate(value=0.0, low=0.0, high=0.0)
    """
    if not len(probability):
        return Estimate(math.nan, math.nan, math.nan)
    generator = np.random.default_rng(1)
    drawn = (generator.random(len(probability)) < probability for _ in range(N_CHANCE))
    errors = sorted(calibration_error(probability, outcome, bins) for outcome in drawn)
    low, high = errors[int(0.025 * N_CHANCE)], errors[int(0.975 * N_CHANCE) - 1]
    return Estimate(sum(errors) / N_CHANCE, low, high)


def brier_score(probability: NDArray[np.float64], outcome: NDArray[np.bool_]) -> float:
    """Mean squared distance of prediction and outcome, 0 is best; NaN without a prediction.

    Examples
    --------
    >>> round(brier_score(np.array([0.8, 0.4]), np.array([True, False])), 3)
    0.1
    """
    if not len(probability):
        return math.nan
    return float(np.mean((probability - outcome) ** 2))


def log_loss(probability: NDArray[np.float64], outcome: NDArray[np.bool_]) -> float:
    """Mean of -ln of the probability given to what came true; NaN without a prediction.

    Probabilities are kept `LEAST_PROBABILITY` from 0 and 1.

    Examples
    --------
    >>> round(log_loss(np.array([0.5, 0.25]), np.array([True, False])), 4)
    0.4904
    """
    if not len(probability):
        return math.nan
    given = np.where(outcome, probability, 1 - probability)
    return float(-np.log(np.clip(given, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)).mean())


def share_interval(n_true: int, n: int) -> Estimate:
    """Share of what came true, with Wilson's 95 % interval.

    Examples
    --------
    >>> share = share_interval(8, 10)
    >>> round(share.value, 2), round(share.low, 2), round(share.high, 2)
    (0.8, 0.49, 0.94)
    """
    share = n_true / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n * n))
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0))


def judge_reliability(
    name: str, probability: NDArray[np.float64], outcome: NDArray[np.bool_]
) -> Reliability:
    """Hold probabilities of one kind of event against what came true.

    Parameters
    ----------
    name : str
        Of which event.
    probability : float64, shape (prediction,)
        In [0, 1]; the order does not matter.
    outcome : bool, shape (prediction,)
    """
    order = np.lexsort((outcome, probability))  # the same sums in any order
    p, came_true = probability[order], outcome[order]
    width = equal_width_bins(p)
    bins = []
    for number in np.unique(width).tolist():
        inside = width == number
        n = int(inside.sum())
        observed = share_interval(int(came_true[inside].sum()), n)
        low, high = number / N_BINS, (number + 1) / N_BINS
        bins.append(Bin(low, high, n, float(p[inside].mean()), observed))
    return Reliability(
        name,
        len(p),
        float(p.mean()) if len(p) else math.nan,
        float(came_true.mean()) if len(p) else math.nan,
        calibration_error(p, came_true, width),
        calibration_error(p, came_true, equal_mass_bins(p)),
        chance_error(p, width),
        brier_score(p, came_true),
        log_loss(p, came_true),
        tuple(bins),
    )


def judge_calibration(outcomes: Sequence[CaseOutcome]) -> Calibration:
    """Look at the probabilities of an evaluation: most probable gene, every gene, and none.

    A case without probabilities, or that gave no result, is not assessed. A case without a
    candidate has no most probable gene, but may have a probability of "none of these".
    """
    assessed = [o for o in outcomes if o.probability is not None and not o.fault]
    n_left = len(outcomes) - len(assessed)
    if not assessed:
        return Calibration(0, n_left, ())
    best: list[tuple[float, bool]] = []
    every: list[tuple[float, bool]] = []
    none: list[tuple[float, bool]] = []
    for outcome in assessed:
        genes = [] if outcome.probability is None else outcome.probability.tolist()
        every += [(p, place == outcome.answer) for place, p in enumerate(genes)]
        if outcome.best >= 0:
            best.append((genes[outcome.best], outcome.best == outcome.answer))
        none.append((max(outcome.none, 0.0), outcome.answer < 0))
    parts = []
    for name, pairs in zip(PARTS, (best, every, none), strict=True):
        p = np.array([pair[0] for pair in pairs], np.float64)
        parts.append(judge_reliability(name, p, np.array([pair[1] for pair in pairs], bool)))
    return Calibration(len(assessed), n_left, tuple(parts))

"""How strong is the evidence for each candidate? One sum, in log10 odds, and its probability.

The odds are against "none of these": the probability of a candidate is its share of the odds of
all candidates of the family and of none, `10^S / (1 + sum of 10^S)`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log10

import msgspec
import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.evidence_settings import ScoreSettings
from raredx.scoring.score_features import ADDENDS, FEATURES, Features
from raredx.vocabulary import Outcome

SHOWN_DIGITS = 4
"""Decimals of an addend: more would claim what no weight is known to."""


@dataclass(frozen=True)
class Scores:
    """What the candidates of a family score.

    Attributes
    ----------
    addends : float64, shape (candidate, addend)
        In log10 odds, in the order of `ADDENDS`; NaN not assessed, which counts nothing.
    total : float64, shape (candidate,)
    probability : float64, shape (candidate,)
        That the candidate explains the phenotype.
    none : float
        Probability that none of the candidates does.
    """

    addends: NDArray[np.float64]
    total: NDArray[np.float64]
    probability: NDArray[np.float64]
    none: float


def score_candidates(features: Features, settings: ScoreSettings) -> Scores:
    """Add up every candidate's features with their weights.

    Examples
    --------
    >>> values = np.zeros((1, len(FEATURES)))
    >>> values[0, 0] = 1
    >>> scores = score_candidates(
    ...     Features(values, np.zeros((1, len(ADDENDS)), bool)),
    ...     ScoreSettings(prior=-1.0, explained_share=0.5),
    ... )
    >>> scores.total.tolist(), round(scores.none, 4)
    ([-1.0], 0.9091)
    """
    weights = weights_of(settings)
    products = features.values * weights
    groups = np.array([ADDENDS.index(addend) for _, addend in FEATURES])
    addends = np.stack([products[:, groups == n].sum(axis=1) for n in range(len(ADDENDS))], axis=1)
    share = settings.explained_share
    addends[:, ADDENDS.index("prior")] += log10(share / (1 - share))
    addends = np.round(addends, SHOWN_DIGITS) + 0.0  # so that what is shown adds up, and no -0.0
    total = np.round(addends.sum(axis=1), SHOWN_DIGITS)
    addends[features.open & (addends == 0)] = np.nan
    probability, none = share_odds(total)
    return Scores(addends, total, probability, none)


def weights_of(settings: ScoreSettings) -> NDArray[np.float64]:
    """Weights in the order of `FEATURES`; a panel's likelihood ratio counts as it is."""
    given = msgspec.structs.asdict(settings) | {"panel": 1.0}
    return np.array([given[name] for name, _ in FEATURES])


def share_odds(total: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Share the probability out among candidates and "none of these".

    Examples
    --------
    >>> probability, none = share_odds(np.array([1.0, 0.0]))
    >>> [round(float(p), 3) for p in probability], round(none, 3)
    ([0.833, 0.083], 0.083)
    """
    highest = max(float(total.max(initial=0.0)), 0.0)
    odds = 10.0 ** (total - highest)
    none = 10.0**-highest
    whole = float(odds.sum()) + none
    return odds / whole, none / whole


def panel_ratio(
    green: frozenset[int], n_known: int, share: float
) -> Callable[[int, Outcome], float]:
    """Weigh a gene by whether it is green on an applied panel and fits it.

    Of the genes that explain a patient, `share` are on the panel that was chosen for them; of
    other genes known for a disease, as many as the panel is large. A panel of nearly all known
    genes tells nothing.

    Parameters
    ----------
    green : frozenset of int
        Green genes of the applied panels.
    n_known : int
        Genes known for a disease at all.
    share : float
        Seaby et al. 2023, medRxiv 23287545: 26 % of the diagnoses of the 100,000 Genomes
        Project lay in genes that were not on the applied panel.

    Examples
    --------
    >>> weigh = panel_ratio(frozenset({1, 2}), 100, 0.74)
    >>> round(weigh(1, Outcome.PASS), 2), round(weigh(7, Outcome.FAIL), 2)
    (1.57, -0.58)
    """
    size = min(len(green) / max(n_known, 1), share)
    on = log10(share / size) if green else 0.0
    off = log10((1 - share) / (1 - size)) if green else 0.0

    def weigh(gene: int, answer: Outcome) -> float:
        return on if gene in green and answer is not Outcome.FAIL else off

    return weigh

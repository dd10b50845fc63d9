"""How well are the answers ranked? Ranks, top-k, MRR, and intervals over genes.

Definitions: a rank shared by several genes is the middle of their places; a case without the
answer among its candidates is a miss and stays in every denominator; an interval draws genes,
not cases, with all cases of a gene, since cases of one gene are alike.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from raredx.columns.evaluation import (
    METRICS,
    PROBABLE,
    TOP,
    CaseOutcome,
    Estimate,
    Figures,
    Ranking,
    TruthCase,
)
from raredx.columns.records import dataclass

GroupOf = Callable[[TruthCase], str]


@dataclass(frozen=True)
class Grouping:
    """What cases are grouped by for intervals and for the mean over groups: genes or diseases.

    Attributes
    ----------
    unit : str
        `gene` or `disease`.
    of : function
        That of a case.
    """

    unit: str
    of: GroupOf


@dataclass(frozen=True)
class Draws:
    """How often groups are drawn anew for the intervals, 0 for none, and the seed of it."""

    n: int = 500
    seed: int = 1


def mid_rank(ranks: NDArray[np.float64], place: int) -> tuple[float, int]:
    """Rank one entry among all: those before it, and the middle of those that share its rank.

    Parameters
    ----------
    ranks : float64, shape (entry,)
        Smaller is better; no NaN.
    place : int
        The entry asked for.

    Returns
    -------
    float
        Rank, 1 is best.
    int
        Entries at or before it.

    Examples
    --------
    >>> mid_rank(np.array([1.0, 2.0, 2.0, 9.0]), 2)
    (2.5, 3)
    """
    before = int((ranks < ranks[place]).sum())
    shared = int((ranks == ranks[place]).sum())
    return before + (shared + 1) / 2, before + shared


def judge_case(case: TruthCase, ranking: Ranking, place: int, found_as: str = "") -> CaseOutcome:
    """Gather what one ranking says of one case.

    Parameters
    ----------
    case : TruthCase
    ranking : Ranking
    place : int
        Place of the answer in the ranking, -1 where it is not there.
    found_as : str
        Name of the answer in the ranking, where it is another than in the truth.
    """
    rank, n_to_answer = (float("nan"), -1)
    if place >= 0:
        rank, n_to_answer = mid_rank(ranking.rank, place)
    probability, n_probable, best = ranking.probability, -1, -1
    if probability is not None:
        n_probable = int((probability >= PROBABLE).sum())
        if len(probability):  # of equal ones the one ranked first, and then the one named first
            best = int(np.lexsort((ranking.rank, -probability))[0])
    return CaseOutcome(
        case, rank, len(ranking.gene), n_to_answer, n_probable, ranking.n_tiered,
        probability, place, best, ranking.none, found_as,
    )  # fmt: skip


def rank_metrics(rank: float) -> list[float]:
    """Give what one case adds to each of `METRICS`: 100 or 0, and the reciprocal rank.

    Examples
    --------
    >>> rank_metrics(4.0)
    [0.0, 0.0, 100.0, 100.0, 100.0, 0.25, 100.0]
    >>> rank_metrics(float("nan"))
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if np.isnan(rank):
        return [0.0] * len(METRICS)
    return [100.0 * (rank <= k) for k in TOP] + [1.0 / rank, 100.0]


def summarise(
    name: str, outcomes: Sequence[CaseOutcome], grouping: Grouping, draws: Draws
) -> Figures:
    """Give the figures of some cases.

    Parameters
    ----------
    name : str
        Which cases these are.
    outcomes : sequence of CaseOutcome
        At least one, in any order.
    grouping : Grouping
    draws : Draws

    Raises
    ------
    ValueError
        Without a case.
    """
    if not outcomes:
        raise ValueError("no cases")
    names = sorted({grouping.of(outcome.case) for outcome in outcomes})
    index = {group: number for number, group in enumerate(names)}
    group = np.array([index[grouping.of(outcome.case)] for outcome in outcomes])
    metric = np.array([rank_metrics(outcome.rank) for outcome in outcomes])
    n_of_group = np.bincount(group, minlength=len(names)).astype(np.float64)
    sums = np.zeros((len(names), len(METRICS)))
    order = np.argsort(metric[:, METRICS.index("mrr")], kind="stable")  # same sums in any order
    np.add.at(sums, group[order], metric[order])
    micro, macro = _intervals(sums, n_of_group, draws)
    found = sorted(o.rank for o in outcomes if not np.isnan(o.rank))
    return Figures(
        name,
        len(outcomes),
        len(names),
        micro,
        macro,
        found[len(found) // 2] if found else float("nan"),
        _mean([o.n_to_answer for o in outcomes]),
        _mean([-1 if o.fault else o.n_genes for o in outcomes]),
        _mean([o.n_probable for o in outcomes]),
        _mean([o.n_tiered for o in outcomes]),
    )


def _mean(counts: list[int]) -> float:
    """Mean of the counts that are known, those not below 0; NaN where none is."""
    known = [count for count in counts if count >= 0]
    return sum(known) / len(known) if known else float("nan")


def _intervals(
    sums: NDArray[np.float64], n_of_group: NDArray[np.float64], draws: Draws
) -> tuple[tuple[Estimate, ...], tuple[Estimate, ...]]:
    """Give figures over cases and over genes, with intervals from drawing genes anew.

    The draws are those of Python's own generator, which are the same on every machine.
    """
    n_groups = len(n_of_group)
    means = sums / n_of_group[:, None]
    drawn = np.zeros((draws.n, n_groups))
    generator = random.Random(draws.seed)
    places = range(n_groups)
    for row in drawn:
        row += np.bincount(generator.choices(places, k=n_groups), minlength=n_groups)
    micro = sums.sum(axis=0) / n_of_group.sum()
    macro = means.mean(axis=0)
    micro_drawn = drawn @ sums / (drawn @ n_of_group)[:, None]
    macro_drawn = drawn @ means / n_groups
    return _estimates(micro, micro_drawn), _estimates(macro, macro_drawn)


def _estimates(values: NDArray[np.float64], drawn: NDArray[np.float64]) -> tuple[Estimate, ...]:
    """Join values with the middle 95 % of their draws; NaN without draws."""
    n = len(drawn)
    if not n:
        nan = float("nan")
        return tuple(Estimate(float(value), nan, nan) for value in values)
    ordered = np.sort(drawn, axis=0)
    low, high = ordered[int(0.025 * n)], ordered[max(int(0.975 * n) - 1, 0)]
    return tuple(
        Estimate(float(v), float(a), float(b)) for v, a, b in zip(values, low, high, strict=True)
    )


def summarise_strata(
    outcomes: Sequence[CaseOutcome], by: Sequence[str], grouping: Grouping, draws: Draws
) -> tuple[Figures, ...]:
    """Give the figures of all cases, of genes seen once, and of each value of each stratum.

    A gene is seen once if a single case of these has it: there nothing can be gained by knowing
    which genes are frequent.
    """
    parts: dict[str, list[CaseOutcome]] = {"all": list(outcomes)}
    seen = Counter(grouping.of(outcome.case) for outcome in outcomes)
    once = [outcome for outcome in outcomes if seen[grouping.of(outcome.case)] == 1]
    parts[f"{grouping.unit}s seen once"] = once
    for number, column in enumerate(by):
        for value in sorted({outcome.case.strata[number] for outcome in outcomes}):
            chosen = [o for o in outcomes if o.case.strata[number] == value]
            parts[f"{column}={value}"] = chosen
    return tuple(
        summarise(name, chosen, grouping, draws) for name, chosen in parts.items() if chosen
    )

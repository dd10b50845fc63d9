"""Points, class and posterior of a set of criteria, and which of them go together.

The naturally scaled points of Tavtigian 2020, doi:10.1002/humu.24088, which are logarithms of
odds: eight points are odds of 350 (Tavtigian 2018, doi:10.1038/gim.2017.210).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from raredx.columns.acmg import (
    LADDER,
    POINTS,
    Assessment,
    Criterion,
    Open,
    make_criterion,
    points_of,
)

PRIOR = 0.1
"""Probability of pathogenicity before any criterion (Tavtigian 2018)."""
ODDS_VERY_STRONG = 350.0
"""Odds of pathogenicity of very strong evidence, eight points (Tavtigian 2018)."""
PATHOGENIC, LIKELY_PATHOGENIC, LIKELY_BENIGN, BENIGN = 10, 6, -1, -7
"""Points from which, or for the benign ones up to which, a class holds (Tavtigian 2020)."""
TEMPERATURES = ("ice_cold", "cold", "cool", "tepid", "warm", "hot")
"""Of an uncertain variant by its points, 0 to 5 (ACGS best practice guidelines)."""
MIN_BENIGN_CODES = 2
"""A sum of -1 is likely benign only with so many benign criteria: our choice, as many laboratories
ask for two. A lone one is uncertain, and ice cold."""
HOT_SPOT_AND_PREDICTOR = 4
"""Most points of PM1 and PP3 together (Pejaver 2022, doi:10.1016/j.ajhg.2022.10.013)."""


def posterior_of(points: int) -> float:
    """Give the probability of pathogenicity.

    Examples
    --------
    >>> [round(posterior_of(p), 4) for p in (10, 6, 0, -1, -7)]
    [0.9941, 0.8999, 0.1, 0.0507, 0.0007]
    """
    odds = float(ODDS_VERY_STRONG ** (points / 8))
    return odds * PRIOR / ((odds - 1.0) * PRIOR + 1.0)


def classify(points: int, n_benign: int) -> tuple[str, str]:
    """Give class and temperature; the latter is empty for all but the uncertain.

    Parameters
    ----------
    points : int
    n_benign : int
        Number of benign criteria.

    Examples
    --------
    >>> classify(9, 0), classify(5, 0)
    (('likely_pathogenic', ''), ('uncertain', 'hot'))
    >>> classify(-1, 2), classify(-1, 1)
    (('likely_benign', ''), ('uncertain', 'ice_cold'))
    """
    if points >= PATHOGENIC:
        return "pathogenic", ""
    if points >= LIKELY_PATHOGENIC:
        return "likely_pathogenic", ""
    if points <= BENIGN:
        return "benign", ""
    lone = points == LIKELY_BENIGN and n_benign < MIN_BENIGN_CODES
    if points <= LIKELY_BENIGN and not lone:
        return "likely_benign", ""
    return "uncertain", TEMPERATURES[max(points, 0)]


def sum_up(criteria: Iterable[Criterion], not_judged: Iterable[Open] = ()) -> Assessment:
    """Add criteria up as they are.

    Examples
    --------
    >>> from raredx.columns.acmg import make_criterion
    >>> found = sum_up([make_criterion("PM2", "supporting", ""), make_criterion("PVS1", "", "")])
    >>> found.labels, found.points, found.acmg_class
    (['PVS1', 'PM2_Supporting'], 9, 'likely_pathogenic')
    """
    ordered = tuple(sorted(criteria, key=_rank))
    points = sum(criterion.points for criterion in ordered)
    acmg_class, temperature = classify(points, sum(c.is_benign and c.points < 0 for c in ordered))
    met = {criterion.code for criterion in ordered}
    judged = dict.fromkeys(
        f"{o.code}: {o.reason}" for o in not_judged if o.code not in met or o.also
    )
    return Assessment(
        criteria=ordered,
        points=points,
        variant_points=sum(c.points for c in ordered if c.about == "variant"),
        acmg_class=acmg_class,
        temperature=temperature,
        posterior=posterior_of(points),
        not_assessed=tuple(sorted(judged)),
    )


def _rank(criterion: Criterion) -> tuple[bool, int, str]:
    """Pathogenic before benign, the strongest first, then by code."""
    return criterion.is_benign, -abs(criterion.points), criterion.code


def combine(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Leave out or lower what must not be counted twice; a curator's word stays as it is.

    BA1 alone decides. Beside PVS1 there is no PP3 and no PM4, and PS1, which is then of splicing,
    is supporting. PM1 and PP3 give at most four points. PS1 stands for its residue, without PM5.
    PM2 does not go with BS1, BS2 not with PM2, PM6 not with PS2, PP2 not with BP1.
    """
    found = {criterion.code: criterion for criterion in criteria}
    fixed = {code for code, criterion in found.items() if criterion.curated}

    def holds(code: str) -> bool:
        return code in found and found[code].strength != "not_met"

    if holds("BA1"):
        return [c for c in criteria if c.code == "BA1" or c.strength == "not_met"]
    for code, without in (
        ("PVS1", ("PP3", "PM4")), ("PS1", ("PM5",)), ("BS1", ("PM2",)), ("PM2", ("BS2",)),
        ("PS2", ("PM6",)), ("BP1", ("PP2",)),
    ):  # fmt: skip
        if holds(code):
            for other in set(without) - fixed:
                found.pop(other, None)
    if holds("PVS1") and holds("PS1") and "PS1" not in fixed:
        found["PS1"] = _with_strength(found["PS1"], "supporting")
    if holds("PM1") and holds("PP3"):
        _cap_hot_spot(found, fixed)
    return list(found.values())


def _with_strength(criterion: Criterion, strength: str) -> Criterion:
    """Give a criterion another strength."""
    if criterion.strength == strength:
        return criterion
    return replace(criterion, strength=strength, points=points_of(criterion.code, strength))


def _cap_hot_spot(found: dict[str, Criterion], fixed: set[str]) -> None:
    """Hold PM1 and PP3 to four points together, by what loses least; rather keeping both."""
    pair = found["PM1"], found["PP3"]
    if sum(criterion.points for criterion in pair) <= HOT_SPOT_AND_PREDICTOR:
        return
    hot, predicted = (criterion.strength for criterion in pair)
    lower = LADDER[: LADDER.index(predicted)]
    choices = product(
        (hot,) if "PM1" in fixed else ("", hot),
        (predicted,) if "PP3" in fixed else ("", *lower, predicted),
    )
    allowed = [c for c in choices if sum(map(_points, c)) <= HOT_SPOT_AND_PREDICTOR]
    if not allowed:
        return  # both are a curator's, or one of more points by itself
    best = max(allowed, key=lambda c: (sum(map(_points, c)), sum(map(bool, c)), c))
    for criterion, strength in zip(pair, best, strict=True):
        if strength:
            found[criterion.code] = _with_strength(criterion, strength)
        else:
            del found[criterion.code]


def _points(strength: str) -> int:
    """Points of a strength, 0 of none."""
    return POINTS[strength] if strength else 0


def apply_curation(criteria: Sequence[Criterion], curated: Sequence[Criterion]) -> list[Criterion]:
    """Put what a curator says in the place of what was found, or beside it.

    Examples
    --------
    >>> from raredx.columns.acmg import make_criterion
    >>> own = make_criterion("PM2", "supporting", "absent")
    >>> word = curated_criterion("PM2", "not_met", "carrier known")
    >>> [(c.label, c.reason) for c in apply_curation([own], [word])]
    [('PM2_NotMet', 'curated: carrier known (automatic: PM2_Supporting, absent)')]
    """
    found = {criterion.code: criterion for criterion in criteria}
    for word in curated:
        before = found.get(word.code)
        said = f"curated: {word.reason}" if word.reason else "curated"
        automatic = f"{before.label}, {before.reason}" if before else "not given"
        found[word.code] = replace(word, reason=f"{said} (automatic: {automatic})")
    return list(found.values())


def curated_criterion(code: str, strength: str, comment: str) -> Criterion:
    """Make a criterion of what a curator says."""
    return replace(make_criterion(code, strength, comment), curated=True)

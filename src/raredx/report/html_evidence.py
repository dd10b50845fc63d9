"""The addends of a score as bars on one scale, in log10 odds.

The scale is that of all candidates of the page, so that bars of two candidates can be compared.
A bar is a thick line from zero: the shortest way to write it, and a page has thousands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from raredx.columns.records import dataclass
from raredx.columns.results import FIELDS, CandidateTable
from raredx.report.html_words import ADDENDS_SHORT, signed

NAMES = tuple(f.name.removeprefix("score_") for f in FIELDS if f.name.startswith("score_"))
"""Addends in the order of the table."""
HEIGHT = 40
"""Height of the small chart in pixels; a column takes 11, of which page.css draws 9."""
_SHOWN = 0.005
"""Smallest addend that is drawn: those below are written as 0.00."""


@dataclass(frozen=True)
class Scale:
    """The range of all addends of a page: whole numbers, zero within."""

    low: int
    high: int

    @property
    def span(self) -> int:
        """Length of the scale."""
        return self.high - self.low

    @property
    def zero(self) -> float:
        """Where zero lies in the small chart, in pixels from above."""
        return round(self.high * HEIGHT / self.span, 1)


def scale_of(table: CandidateTable) -> Scale:
    """Find the scale that holds every addend of a table; at least from −1 to 1."""
    values = [v for name in NAMES for v in table[f"score_{name}"] if isinstance(v, float | int)]
    return Scale(math.floor(min([-1, *values])), math.ceil(max([1, *values])))


def addends_of(table: CandidateTable, row: int) -> list[float | None]:
    """Give the addends of a row in their order, None where one was not assessed."""
    values: list[Any] = [table[f"score_{name}"][row] for name in NAMES]
    return [float(v) if isinstance(v, float | int) else None for v in values]


def addend_words(values: Sequence[float | None]) -> str:
    """Say the addends in one line.

    Examples
    --------
    >>> addend_words([-3.4, 1.56, None])
    'start −3.40, effect +1.56, rarity not assessed'
    """
    labels = [ADDENDS_SHORT.get(name, name) for name in NAMES]
    said = (
        f"{label} {signed(value) if value is not None else 'not assessed'}"
        for label, value in zip(labels, values, strict=False)
    )
    return ", ".join(said)


def columns(values: Sequence[float | None], scale: Scale) -> dict[str, str]:
    """Draw the small chart of a row: one column for each addend, up for and down against.

    Returns
    -------
    dict
        Path data of the columns `up`, `down` and `left`, the last for those not assessed.

    Examples
    --------
    >>> columns([2.0, -1.0, None], Scale(-2, 2))
    {'up': 'M5 20v-20', 'down': 'M16 20v10', 'left': 'M27 17v6'}
    """
    unit = HEIGHT / scale.span

    def draw(place: int, value: float | None) -> str:
        start = f"M{place * 11 + 5} "
        if value is None:
            return f"{start}{_short(scale.zero - 3, 1)}v6"
        return f"{start}{_short(scale.zero, 1)}v{_short(-value * unit, 1)}"

    return _paths(values, draw)


def rows(values: Sequence[float | None]) -> dict[str, str]:
    """Draw the large chart: one bar for each addend, to the right for and to the left against.

    In units of the scale, one row of height 1 for each addend.

    Examples
    --------
    >>> rows([2.0, -1.0, None])
    {'up': 'M0 .5h2', 'down': 'M0 1.5h-1', 'left': 'M-.1 2.5h.2'}
    """

    def draw(place: int, value: float | None) -> str:
        height = f"{place or ''}.5"
        return f"M-.1 {height}h.2" if value is None else f"M0 {height}h{_short(value, 2)}"

    return _paths(values, draw)


def _paths(
    values: Sequence[float | None], draw: Callable[[int, float | None], str]
) -> dict[str, str]:
    """Gather the lines of each kind; an addend of nothing draws nothing."""
    paths: dict[str, list[str]] = {"up": [], "down": [], "left": []}
    for place, value in enumerate(values):
        if value is None:
            paths["left"].append(draw(place, value))
        elif abs(value) >= _SHOWN:
            paths["up" if value > 0 else "down"].append(draw(place, value))
    return {kind: "".join(found) for kind, found in paths.items()}


def _short(value: float, digits: int) -> str:
    """Write a coordinate with few decimals."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return {"-0": "0"}.get(text, text)

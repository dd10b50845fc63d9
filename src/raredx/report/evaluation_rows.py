"""The figures of an evaluation as cells of text: the same on a terminal and in Markdown."""

from __future__ import annotations

import math

from raredx.columns.evaluation import METRICS, PROBABLE, Calibration, Estimate, Evaluation

WITH_INTERVAL = ("top1", "top5", "top10", "mrr")
"""Figures that are shown with their interval; the JSON has that of all."""

FIGURE_COLUMNS = (
    "cases", "n", "top-1", "top-3", "top-5", "top-10", "top-20", "MRR", "found", "median",
)  # fmt: skip
RELIABILITY_COLUMNS = (
    "probability of", "n", "mean", "came true", "ECE, width", "by chance", "ECE, mass", "Brier",
    "log loss",
)  # fmt: skip
BIN_COLUMNS = ("predicted", "n", "mean", "came true")
UNASSESSED = (
    "Calibration: not assessed, no result has a column probability with a value in each row."
)


def figure_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Give a row for the cases of each stratum, and one for the mean over genes if it differs."""
    rows = []
    for figures in evaluation.figures:
        cells = _cells(figures.micro)
        rows.append((figures.name, f"{figures.n_cases:,}", *cells, number(figures.median, 1)))
        if figures.n_groups < figures.n_cases:  # else it is the row above
            n_groups = f"{figures.n_groups:,}"
            rows.append((f"  mean over {evaluation.unit}s", n_groups, *_cells(figures.macro), ""))
    return rows


def _cells(estimates: tuple[Estimate, ...]) -> list[str]:
    """Write the metrics of one row."""
    cells = []
    for name, estimate in zip(METRICS, estimates, strict=True):
        digits = 3 if name == "mrr" else 1
        cell = number(estimate.value, digits)
        if name in WITH_INTERVAL and not math.isnan(estimate.low):
            fewer = digits - 1
            cell += f" ({number(estimate.low, fewer)}–{number(estimate.high, fewer)})"
        cells.append(cell)
    return cells


def review_line(evaluation: Evaluation) -> str:
    """Say how many candidates there are to review, over all cases."""
    first, unit = evaluation.figures[0], f"{evaluation.unit}s"
    if math.isnan(first.to_answer):
        line = f"To review: no answer was found among {number(first.candidates, 1)} {unit}"
    else:
        line = (
            f"To review, means over cases: {first.to_answer:.1f} {unit} ranked at or above the "
            f"answer (of the cases found), {first.candidates:.1f} candidate {unit} in all"
        )
    if not math.isnan(first.probable):
        line += f", {first.probable:.1f} with a probability of at least {PROBABLE:g}"
    if not math.isnan(first.tiered):
        line += f", {first.tiered:.1f} of Tier 1 or 2"
    return f"{line}."


def reliability_rows(calibration: Calibration) -> list[tuple[str, ...]]:
    """Give one row for each kind of event."""
    return [
        (part.name, f"{part.n:,}", number(part.predicted, 4), number(part.observed, 4),
         number(part.ece_width, 4),
         f"{number(part.ece_chance.value, 3)} ({number(part.ece_chance.low, 2)}–"
         f"{number(part.ece_chance.high, 2)})",
         number(part.ece_mass, 4), number(part.brier, 4), number(part.log_loss, 4))
        for part in calibration.parts
    ]  # fmt: skip


def bin_rows(calibration: Calibration) -> list[tuple[str, ...]]:
    """Give one row for each bin of the most probable gene of each case."""
    return [
        (f"{b.low:.1f}–{b.high:.1f}", f"{b.n:,}", number(b.predicted, 3),
         f"{number(b.observed.value, 3)} ({number(b.observed.low, 2)}–"
         f"{number(b.observed.high, 2)})")
        for part in calibration.parts[:1]
        for b in part.bins
    ]  # fmt: skip


def number(value: float, digits: int) -> str:
    """Write a number; empty for NaN.

    Examples
    --------
    >>> number(86.25, 1), number(float("nan"), 1)
    ('86.2', '')
    """
    return "" if math.isnan(value) else f"{value:.{digits}f}"

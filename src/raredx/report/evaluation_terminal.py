"""An evaluation for people: one row for each stratum, then calibration, then warnings."""

from __future__ import annotations

import io
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from raredx.columns.evaluation import Evaluation
from raredx.report.evaluation_rows import (
    FIGURE_COLUMNS,
    RELIABILITY_COLUMNS,
    UNASSESSED,
    figure_rows,
    reliability_rows,
    review_line,
)

WIDTH = 132
"""Columns where the output is no terminal: those of the widest row. Our choice."""


def print_evaluation(evaluation: Evaluation, file: TextIO) -> None:
    """Print an evaluation; colours and the width are those of the terminal, if it is one."""
    if file.isatty():
        _print_on(evaluation, Console(file=file, highlight=False))
        return
    text = io.StringIO()
    _print_on(evaluation, Console(file=text, width=WIDTH, highlight=False))
    file.writelines(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _print_on(evaluation: Evaluation, console: Console) -> None:
    """Print the parts of an evaluation."""
    said = dict(evaluation.about)
    n_cases = len(evaluation.outcomes)
    console.print(f"{n_cases:,} cases, {said['raredx_ranked']}", markup=False, style="bold")
    console.print(_table(FIGURE_COLUMNS, figure_rows(evaluation)))
    intervals = f"95 % intervals: {said['raredx_intervals']}; all but MRR and median in per cent"
    console.print(intervals, style="dim")
    console.print(review_line(evaluation), markup=False, soft_wrap=True)
    if evaluation.calibration.parts:
        rows = reliability_rows(evaluation.calibration)
        console.print(_table(RELIABILITY_COLUMNS, rows))
    else:
        console.print(UNASSESSED, markup=False, soft_wrap=True)
    for warning in evaluation.warnings:
        console.print(f"warning: {warning}", markup=False, style="yellow", soft_wrap=True)


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    """Make a table; all but the first column are numbers."""
    table = Table(box=None, pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table

"""An evaluation as a section of a document."""

from __future__ import annotations

from raredx.columns.evaluation import Evaluation
from raredx.report.evaluation_rows import (
    BIN_COLUMNS,
    FIGURE_COLUMNS,
    RELIABILITY_COLUMNS,
    UNASSESSED,
    bin_rows,
    figure_rows,
    reliability_rows,
    review_line,
)


def evaluation_markdown_text(evaluation: Evaluation) -> str:
    """Write command, figures, calibration and warnings, without a title."""
    said = dict(evaluation.about)
    hpo = f" HPO {said['raredx_hpo']}." if "raredx_hpo" in said else ""
    blocks = [
        f"```console\n{said['raredx_command']}\n```",
        f"{len(evaluation.outcomes):,} cases: {said['raredx_ranked']}.{hpo} "
        f"95 % intervals: {said['raredx_intervals']}.",
        table_text(FIGURE_COLUMNS, figure_rows(evaluation)),
        review_line(evaluation),
    ]
    if evaluation.calibration.parts:
        rows = reliability_rows(evaluation.calibration)
        blocks.append(table_text(RELIABILITY_COLUMNS, rows))
        bins = bin_rows(evaluation.calibration)
        if bins:
            blocks += ["The most probable gene of each case:", table_text(BIN_COLUMNS, bins)]
    else:
        blocks.append(UNASSESSED)
    if evaluation.warnings:
        blocks.append("\n".join(f"- {_plain(warning)}" for warning in evaluation.warnings))
    return "\n\n".join(blocks) + "\n"


def table_text(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Write a table.

    Examples
    --------
    >>> print(table_text(("cases", "n"), [("all", "3")]))
    | cases | n |
    |---|---|
    | all | 3 |
    """
    lines = [columns, *(tuple(_plain(cell.strip()) for cell in row) for row in rows)]
    text = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(columns), *text[1:]])


def _plain(text: str) -> str:
    """Keep text from being read as Markdown."""
    for sign in ("\\", "|", "_", "*", "<"):
        text = text.replace(sign, f"\\{sign}")
    return text

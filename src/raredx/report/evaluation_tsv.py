"""An evaluation as TSV: heading lines with `##`, then one line for each case."""

from __future__ import annotations

import math

from raredx.columns.evaluation import CaseOutcome, Evaluation
from raredx.columns.guarded_text import guard

COLUMNS = (
    "sample", "gene", "disease_id", "rank", "probability", "candidates", "to_answer", "probable",
    "tier_1_or_2", "best_probability", "none_probability", "found_as", "fault",
)  # fmt: skip
"""Columns before those of the strata; counts are of genes, or of diseases where these are
ranked."""


def evaluation_tsv_text(evaluation: Evaluation) -> str:
    """Write heading and cases, in the order of the truth; a cell is empty where nothing is known.

    `rank` is empty for a miss. `probability` is that of the answer, `best_probability` that of
    the most probable gene.
    """
    lines = [f"##{key}={' '.join(value.split())}" for key, value in evaluation.about]
    lines += [f"##raredx_warning={' '.join(text.split())}" for text in evaluation.warnings]
    strata = [name if name not in COLUMNS else f"truth_{name}" for name in evaluation.by]
    lines.append("\t".join((*COLUMNS, *map(guard, strata))))
    lines += ["\t".join(_cells(outcome)) for outcome in evaluation.outcomes]
    return "\n".join(lines) + "\n"


def _cells(outcome: CaseOutcome) -> list[str]:
    """Write one case."""
    case = outcome.case
    best = math.nan
    if outcome.probability is not None and outcome.best >= 0:
        best = float(outcome.probability[outcome.best])
    cells = [
        case.sample,
        case.gene,
        case.disease_id,
        _number(outcome.rank),
        _number(outcome.answer_probability),
        "" if outcome.fault else str(outcome.n_genes),
        _count(outcome.n_to_answer),
        _count(outcome.n_probable),
        _count(outcome.n_tiered),
        _number(best),
        _number(outcome.none),
        outcome.found_as,
        outcome.fault,
        *case.strata,
    ]
    return [guard(" ".join(cell.split())) for cell in cells]


def _number(value: float) -> str:
    """Write a number; empty for NaN."""
    return "" if math.isnan(value) else f"{value:.6g}"


def _count(value: int) -> str:
    """Write a count; empty where it is not known."""
    return "" if value < 0 else str(value)

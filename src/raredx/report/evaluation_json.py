"""An evaluation as JSON: every figure with its interval, every bin, every case."""

from __future__ import annotations

import math
from typing import Any

from raredx.columns.evaluation import (
    METRICS,
    CaseOutcome,
    Estimate,
    Evaluation,
    Figures,
    Reliability,
)
from raredx.report.json_text import json_text

SCHEMA_VERSION = "1.0"


def evaluation_json_text(evaluation: Evaluation) -> str:
    """Write the whole evaluation; what is not known is null, numbers have six digits."""
    calibration = evaluation.calibration
    document = {
        "schema_version": SCHEMA_VERSION,
        "about": {key.removeprefix("raredx_"): value for key, value in evaluation.about},
        "unit": evaluation.unit,
        "by": list(evaluation.by),
        "warnings": list(evaluation.warnings),
        "figures": [_figures(figures) for figures in evaluation.figures],
        "calibration": {
            "cases": calibration.n_cases,
            "cases_not_assessed": calibration.n_not_assessed,
            "parts": [_reliability(part) for part in calibration.parts],
        },
        "cases": [_case(outcome, evaluation.by) for outcome in evaluation.outcomes],
    }
    return json_text(document)


def _figures(figures: Figures) -> dict[str, Any]:
    """Write the figures of some cases."""
    return {
        "name": figures.name,
        "cases": figures.n_cases,
        "groups": figures.n_groups,
        **{name: _estimate(e) for name, e in zip(METRICS, figures.micro, strict=True)},
        "macro": {name: _estimate(e) for name, e in zip(METRICS, figures.macro, strict=True)},
        "median_rank": _number(figures.median),
        "to_answer": _number(figures.to_answer),
        "candidates": _number(figures.candidates),
        "probable": _number(figures.probable),
        "tier_1_or_2": _number(figures.tiered),
    }


def _reliability(part: Reliability) -> dict[str, Any]:
    """Write the reliability of one kind of event."""
    return {
        "name": part.name,
        "n": part.n,
        "predicted": _number(part.predicted),
        "observed": _number(part.observed),
        "ece_width": _number(part.ece_width),
        "ece_mass": _number(part.ece_mass),
        "ece_chance": _estimate(part.ece_chance),
        "brier": _number(part.brier),
        "log_loss": _number(part.log_loss),
        "bins": [
            {
                "low": b.low,
                "high": b.high,
                "n": b.n,
                "predicted": _number(b.predicted),
                "observed": _estimate(b.observed),
            }
            for b in part.bins
        ],
    }


def _case(outcome: CaseOutcome, by: tuple[str, ...]) -> dict[str, Any]:
    """Write one case."""
    return {
        "sample": outcome.case.sample,
        "gene": outcome.case.gene,
        "disease_id": outcome.case.disease_id,
        "strata": dict(zip(by, outcome.case.strata, strict=True)),
        "rank": _number(outcome.rank),
        "probability": _number(outcome.answer_probability),
        "none_probability": _number(outcome.none),
        "candidates": None if outcome.fault else outcome.n_genes,
        "to_answer": _count(outcome.n_to_answer),
        "probable": _count(outcome.n_probable),
        "tier_1_or_2": _count(outcome.n_tiered),
        "found_as": outcome.found_as,
        "fault": outcome.fault,
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    """Write a figure with its interval."""
    return {
        "value": _number(estimate.value),
        "low": _number(estimate.low),
        "high": _number(estimate.high),
    }


def _number(value: float) -> float | None:
    """Round to six digits, which do not differ between machines; null for NaN."""
    return None if math.isnan(value) else float(f"{value:.6g}")


def _count(value: int) -> int | None:
    """Give a count; null where it is not known."""
    return None if value < 0 else value

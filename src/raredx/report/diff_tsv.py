"""A comparison of two runs as TSV: heading lines with `##`, then a row for each change."""

from __future__ import annotations

from typing import Any

from raredx.columns.run_changes import (
    CHANGE_FIELDS,
    CandidateChange,
    RunDiff,
    is_number,
)
from raredx.report.spreadsheet_cells import tsv_cell


def diff_tsv_text(found: RunDiff) -> str:
    """Write heading and changes; a cell is empty where a run has no such candidate."""
    sides = (("old", found.old), ("new", found.new))
    heading = [(f"raredx_{name}_run", f"{side.run}: {side.command}") for name, side in sides]
    heading += [(f"raredx_{name}_version", side.raredx) for name, side in sides]
    heading += [("raredx_difference", f"{d.cause.value}: {d.words}") for d in found.differences]
    heading.append(("raredx_unchanged", str(found.unchanged)))
    lines = [f"##{key}={' '.join(value.split())}" for key, value in heading]
    names = [field.name for field in CHANGE_FIELDS]
    lines.append("\t".join(names))
    for change in found.changes:
        cells = _cells(change)
        lines.append("\t".join(tsv_cell(cells[name]) for name in names))
    return "\n".join(lines) + "\n"


def _cells(change: CandidateChange) -> dict[str, Any]:
    """Give the cells of one change by column."""
    reason = change.reason
    return {
        "change": change.change.value,
        "family_id": change.family_id,
        "proband": change.proband,
        "gene": change.gene,
        "hgnc_id": change.hgnc_id,
        "mode": change.mode,
        "variants": list(change.variants),
        "rank_old": change.rank_old or None,
        "rank_new": change.rank_new or None,
        "tier_old": change.tier_old,
        "tier_new": change.tier_new,
        "class_old": change.class_old,
        "class_new": change.class_new,
        "score_old": _number(change.score_old),
        "score_new": _number(change.score_new),
        "score_delta": _number(change.score_delta),
        "cause": reason.cause.value,
        "causes": [cause.value for cause in reason.causes],
        "certain": "yes" if reason.certain else "no",
        "ground": reason.ground.value,
        "why": reason.words,
        "addends": [f"{one.name}={one.delta:+.4g} ({one.share:.0%})" for one in change.addends],
    }


def _number(value: float) -> float | None:
    """Give a number, None where it is not known."""
    return value if is_number(value) else None

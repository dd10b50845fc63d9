"""A comparison of rule sets as TSV: heading lines with `##`, then a row per variant and gene."""

from __future__ import annotations

from typing import Any

from raredx.columns.ruleset_comparison import (
    COMPARED_FIELDS,
    VERDICT_FIELDS,
    ComparedVariant,
    RulesetComparison,
)
from raredx.report.ruleset_comparison_text import summary_lines
from raredx.report.spreadsheet_cells import tsv_cell


def comparison_columns(found: RulesetComparison) -> list[str]:
    """Name every column.

    Examples
    --------
    >>> from raredx.columns.ruleset_comparison import ComparedRuleset
    >>> sets = tuple(ComparedRuleset(label, label, "1", "") for label in ("gel", "mine"))
    >>> comparison_columns(RulesetComparison(sets, ()))[-2:]
    ['threshold_mine', 'rule_mine']
    """
    names = [field.name for field in COMPARED_FIELDS]
    return names + [f"{field.name}_{label}" for label in found.labels for field in VERDICT_FIELDS]


def comparison_tsv_text(found: RulesetComparison, heading: dict[str, str]) -> str:
    """Write heading, counts and rows.

    Parameters
    ----------
    found : RulesetComparison
    heading : dict
        Further lines that stand above: key and value.
    """
    lines = [(f"raredx_{key}", value) for key, value in heading.items()]
    lines += [
        ("raredx_ruleset", f"{one.label}: {one.name} version {one.version} sha256 {one.sha256}")
        for one in found.rulesets
    ]
    lines += [("raredx_comparison", line) for line in summary_lines(found)]
    text = [f"##{key}={' '.join(value.split())}" for key, value in lines]
    columns = comparison_columns(found)
    text.append("\t".join(tsv_cell(name) for name in columns))
    for row in found.rows:
        cells = _cells(found, row)
        text.append("\t".join(tsv_cell(cells[name]) for name in columns))
    return "\n".join(text) + "\n"


def _cells(found: RulesetComparison, row: ComparedVariant) -> dict[str, Any]:
    """Give the cells of a row by column."""
    cells = row.cells | {"kept_by": found.kept_by(row)}
    for label, verdict in zip(found.labels, row.verdicts, strict=True):
        for field in VERDICT_FIELDS:
            cells[f"{field.name}_{label}"] = getattr(verdict, field.name)
    return cells

"""A comparison of rule sets as JSON; schema: `data/schemas/ruleset_comparison.schema.json`."""

from __future__ import annotations

from raredx.columns.ruleset_comparison import RulesetComparison
from raredx.report.check_json import plain
from raredx.report.json_text import json_text

SCHEMA_VERSION = "1.0"


def comparison_json_text(found: RulesetComparison, heading: dict[str, str]) -> str:
    """Write the rule sets, what is counted, and every variant with the verdict of each."""
    rows = []
    for row in found.rows:
        verdicts = zip(found.labels, row.verdicts, strict=True)
        rows.append(
            row.cells
            | {"kept_by": found.kept_by(row)}
            | {"verdicts": {label: plain(verdict) for label, verdict in verdicts}}
        )
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "heading": heading,
            "rulesets": [plain(ruleset) for ruleset in found.rulesets],
            "counts": found.counts(),
            "variants": rows,
        }
    )

"""A comparison of two runs as JSON; the schema is `data/schemas/diff.schema.json`."""

from __future__ import annotations

from typing import Any

from raredx.columns.run_changes import RunDiff
from raredx.report.check_json import plain
from raredx.report.json_text import json_text

SCHEMA_VERSION = "1.0"


def diff_json_text(found: RunDiff) -> str:
    """Write both runs, what differs between them, and every change; what is not known is null."""
    document: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    return json_text(document | plain(found))

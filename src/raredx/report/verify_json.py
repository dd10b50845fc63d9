"""A verification as JSON; the schema is `data/schemas/verification.schema.json`."""

from __future__ import annotations

from typing import Any

from raredx.columns.verification import Verification
from raredx.report.check_json import plain
from raredx.report.json_text import json_text

SCHEMA_VERSION = "1.0"


def verify_json_text(found: Verification) -> str:
    """Write a verification: every file, every version, the second run if there was one."""
    document: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "stands": found.stands}
    return json_text(document | plain(found))

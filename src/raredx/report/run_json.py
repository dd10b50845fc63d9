"""run.json: what was run, on which inputs, and what each question left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from raredx.report.json_text import json_text

SCHEMA_VERSION = "1.1"


def run_text(document: dict[str, Any]) -> str:
    """Write the document; keys in their order, nothing that changes between equal runs."""
    whole = {"schema_version": SCHEMA_VERSION, **document}
    return json_text(whole)


def names_beside(output: str) -> tuple[str, str]:
    """Name the two files that hold the record of a run, in the folder of its output.

    `NAME.run.json` stays with the output NAME.tsv; `run.json` is the same for the latest run
    into that folder, which parallel runs may overwrite.

    Examples
    --------
    >>> names_beside("out/family.tsv")
    ('out/family.run.json', 'out/run.json')
    """
    path = Path(output)
    return str(path.with_name(f"{path.stem}.run.json")), str(path.with_name("run.json"))

"""run.json: what was run, on which inputs, and what each question left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from raredx.report.json_text import json_text

SCHEMA_VERSION = "2.0"
"""2.0: adds `arguments`, `settings`, `knowledge` and `resources`, and names every package that
raredx needs; nothing that 1.1 had went away."""

ORDER = (
    "raredx", "python", "packages", "arguments", "settings", "knowledge", "heading", "counts",
    "panel_genes", "panel_question", "warnings", "inputs", "outputs", "resources",
)  # fmt: skip
"""Keys in the order in which they are written; what is not named here follows."""


def run_text(document: dict[str, Any]) -> str:
    """Write the document. But for `resources` equal runs give equal bytes.

    Examples
    --------
    >>> print(run_text({"outputs": [], "raredx": "1.0"}), end="")
    {
     "schema_version": "2.0",
     "raredx": "1.0",
     "outputs": []
    }
    """
    keys = [*(key for key in ORDER if key in document), *(k for k in document if k not in ORDER)]
    whole = {"schema_version": SCHEMA_VERSION, **{key: document[key] for key in keys}}
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

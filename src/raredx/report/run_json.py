"""run.json: what was run, on which inputs, and what each question left."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SCHEMA_VERSION = "1.0"


def run_text(document: dict[str, Any]) -> str:
    """Write the document; keys in their order, nothing that changes between equal runs."""
    whole = {"schema_version": SCHEMA_VERSION, **document}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_beside(document: dict[str, Any], output: str) -> tuple[Path, Path]:
    """Write the record of a run into the folder of its output, under two names.

    `NAME.run.json` stays with the output NAME.tsv; `run.json` is the same for the latest run
    into that folder, which parallel runs may overwrite.

    Returns
    -------
    (Path, Path)
        The files that were written.
    """
    text = run_text(document)
    path = Path(output)
    targets = (path.with_name(f"{path.stem}.run.json"), path.with_name("run.json"))
    for target in targets:
        temporary = path.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    return targets

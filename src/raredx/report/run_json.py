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


def write_beside(document: dict[str, Any], output: str) -> Path:
    """Write run.json into the folder of an output.

    Where the folder already holds the run.json of another output, the file is called after
    this output instead (`NAME.run.json`), so that runs into one folder keep their records.

    Returns
    -------
    Path
        The file that was written.
    """
    text = run_text(document)
    path = Path(output)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.run.tmp")
    temporary.write_text(text, encoding="utf-8")
    shared = path.with_name("run.json")
    try:
        try:
            os.link(temporary, shared)
            return shared
        except FileExistsError:
            own = _belongs_to(shared, document["outputs"])
        except OSError:  # a file system without links
            own = not shared.exists() or _belongs_to(shared, document["outputs"])
        target = shared if own else path.with_name(f"{path.stem}.run.json")
        os.replace(temporary, target)
        return target
    finally:
        temporary.unlink(missing_ok=True)


def _belongs_to(path: Path, outputs: list[dict[str, Any]]) -> bool:
    """Whether an existing run.json speaks of the same outputs."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        names = {entry["name"] for entry in there["outputs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return names == {entry["name"] for entry in outputs}

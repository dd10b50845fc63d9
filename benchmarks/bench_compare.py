"""What changed since an earlier result, ratio by ratio. Standard library alone, like `bench.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench_measure import BenchError, Document

FORMAT = 2  # of result.json; raise it when a figure's meaning changes
NOTABLE = 0.10
HIGHER_IS_BETTER = {"speedup", "speed"}
# Seconds mean something between two runs of one machine; ratios and memory also elsewhere.
SECONDS = {"cpu_s", "wall_s"}
LEFT_OUT = {"free_cores"}


def read_result(path: Path) -> Document:
    """Read a result written earlier.

    Raises
    ------
    BenchError
        If the file cannot be read or has another format.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "it is not JSON"
        raise BenchError(f"{path}: cannot be compared with: {cause}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BenchError(f"{path}: was written by another version of this benchmark")
    return found


def figures_in_both(old: Document, new: Document) -> Iterator[tuple[str, str, float, float]]:
    """Go through the figures that two results share: row, figure, old and new value.

    A row that was measured on another input is left out, and so are seconds of another machine.
    """
    one_machine = old["environment"]["cpu_model"] == new["environment"]["cpu_model"]
    for name, row in new["rows"].items():
        before = old["rows"].get(name, {})
        if before.get("input") != row.get("input"):
            continue
        for figure, value in row.get("figures", {}).items():
            was = before.get("figures", {}).get(figure)
            wanted = figure not in LEFT_OUT and (one_machine or figure not in SECONDS)
            if was and wanted:
                yield name, figure, was, value


def compare(old: Document, new: Document) -> list[str]:
    """Write what changed, one line for each figure; more than 10 % is marked.

    >>> about = {"cpu_model": "a CPU", "date": "2026-01-01", "versions": {"raredx": "raredx 1"}}
    >>> def result(ratio):
    ...     rows = {"bcf": {"input": "bcf-1M", "figures": {"cpu_ratio": ratio}}}
    ...     return {"environment": about, "rows": rows}
    >>> print(compare(result(1.6), result(1.2))[-1])
      bcf              cpu_ratio      1.6 ->      1.2   -25.0 %  * better
    """
    then = old["environment"]
    version = then["versions"].get("raredx", "unknown version")
    lines = [f"Against {version} of {then['date']} (* more than {NOTABLE:.0%}):"]
    for name, figure, was, value in figures_in_both(old, new):
        change = value / was - 1
        word = ""
        if abs(change) > NOTABLE:
            better = (change > 0) == (figure in HIGHER_IS_BETTER)
            word = "  * better" if better else "  * worse"
        numbers = f"{was:8.4g} -> {value:8.4g}  {change:+7.1%}".replace("%", " %")
        lines.append(f"  {name:<16} {figure:<10}{numbers}{word}")
    lines += [f"  {text}" for text in verdicts_changed(old, new)]
    return lines if len(lines) > 1 else [*lines, "  nothing in common"]


def verdicts_changed(old: Document, new: Document) -> list[str]:
    """Name the targets whose verdict is another one now."""
    before = {(t["row"], t["figure"]): t["verdict"] for t in old.get("targets", ())}
    found = []
    for target in new.get("targets", ()):
        key = (target["row"], target["figure"])
        if before.get(key, target["verdict"]) != target["verdict"]:
            found.append(f"{key[0]} {key[1]}: {before[key]} -> {target['verdict']}")
    return found

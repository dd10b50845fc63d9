"""The candidate table as TSV: heading lines with `##`, one header row, one row per variant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from raredx.columns.results import FIELDS, CandidateTable
from raredx.report.heading import Heading

_LISTS = {field.name for field in FIELDS if field.kind == "list"}


def table_cells(table: CandidateTable) -> dict[str, list[str]]:
    """Give the table as text cells, as the TSV prints them.

    Lists are joined by `;`. Numbers are written with up to six significant digits; a cell is
    empty where there is no value.
    """
    return {
        name: [_cell(value, name in _LISTS) for value in column]
        for name, column in table.columns.items()
    }


def _cell(value: Any, is_list: bool) -> str:
    """Write one value; tabs and line ends inside it become blanks."""
    if value is None:
        return ""
    if is_list:
        value = ";".join(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")


def lines_text(names: tuple[str, ...], lines: Sequence[dict[str, Any]], heading: Heading) -> str:
    """Write heading and lines of another table, such as ranked genes."""
    out = [f"##{key}={value}" for key, value in heading.lines()]
    out.append("\t".join(names))
    out += ["\t".join(_cell(x[name], isinstance(x[name], list)) for name in names) for x in lines]
    return "\n".join(out) + "\n"


def tsv_text(table: CandidateTable, heading: Heading) -> str:
    """Write heading and table."""
    lines = [f"##{key}={value}" for key, value in heading.lines()]
    cells = table_cells(table)
    lines.append("\t".join(cells))
    lines += ["\t".join(row) for row in zip(*cells.values(), strict=True)]
    return "\n".join(lines) + "\n"

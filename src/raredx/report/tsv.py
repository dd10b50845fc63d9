"""The candidate table as TSV: heading lines with `##`, one header row, one row per variant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from raredx.columns.results import CandidateTable
from raredx.report.heading import Heading
from raredx.report.spreadsheet_cells import tsv_cell


def table_cells(table: CandidateTable) -> dict[str, list[str]]:
    """Give the table as text cells, as the TSV prints them.

    Lists are joined by `;`. Numbers are written with up to six significant digits; a cell is
    empty where there is no value. Text that begins like a formula has an apostrophe before it
    (docs/decisions/0016).
    """
    return {name: [tsv_cell(value) for value in column] for name, column in table.columns.items()}


def lines_text(names: tuple[str, ...], lines: Sequence[dict[str, Any]], heading: Heading) -> str:
    """Write heading and lines of another table, such as ranked genes."""
    out = [f"##{key}={value}" for key, value in heading.lines()]
    out.append("\t".join(names))
    out += ["\t".join(tsv_cell(x[name]) for name in names) for x in lines]
    return "\n".join(out) + "\n"


def tsv_text(table: CandidateTable, heading: Heading) -> str:
    """Write heading and table."""
    lines = [f"##{key}={value}" for key, value in heading.lines()]
    cells = table_cells(table)
    lines.append("\t".join(cells))
    lines += ["\t".join(row) for row in zip(*cells.values(), strict=True)]
    return "\n".join(lines) + "\n"

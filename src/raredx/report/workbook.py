"""A workbook for clinicians: candidates, near misses, family, provenance, and what columns mean.

Every cell is written as text or as a number, so that none is a formula or a link, whatever it
begins with (docs/decisions/0016).
"""

from __future__ import annotations

import importlib
import io
import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from raredx.report.family_report import FamilyReport
from raredx.report.knowledge_date import knowledge_date
from raredx.report.spreadsheet_cells import workbook_text
from raredx.report.workbook_columns import (
    FORMATS,
    WRAPPED,
    SheetColumn,
    candidate_columns,
    near_miss_columns,
    shown,
)
from raredx.report.workbook_family import family_rows, phenotype_rows, provenance_rows

EXCEL_ROWS = 1_048_576
"""Rows of a sheet, the header's included (Excel specifications and limits, Microsoft)."""
_A4 = 9
"""Number of A4 in the print settings of a sheet (ECMA-376, part 1, 18.3.1.63)."""
_HEADER_LETTERS = 60
"""How much of a name stands above a printed page, which holds 255 letters. Our choice."""
_LINE = 15.0
"""Height of a line of text in points, Excel's own for its usual font."""
_MOST_LINES = 8
"""Lines that a row shows of its longest cell; the cell holds all of it. Our choice."""
_BROKEN = 4
"""Letters of a line that stay empty where a word is broken off. Our choice."""
LIMITS = "Proposes; a qualified person decides. Not validated for diagnostic use."


def write_workbook(reports: Sequence[FamilyReport], place: Path) -> None:
    """Write one workbook for all families of a run.

    Sheets `candidates` and `near misses` have frozen headers and filters, and print their first
    columns on A4, one page wide, with the header on each page. Sheet `columns` explains every
    column. What does not fit Excel is cut, and `provenance` says so. The properties of the file
    state `knowledge_date` as its day: the same families give the same bytes.

    Parameters
    ----------
    reports : sequence of FamilyReport
        At least one.
    place : Path
    """
    writer = importlib.import_module("xlsxwriter")  # only now: most runs write no workbook
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    made = io.BytesIO()  # a full disk is then told by the write itself, as for every output
    with writer.Workbook(made, options) as book:
        heading = reports[0].heading
        day = knowledge_date(heading)
        created = datetime(day.year, day.month, day.day)
        book.set_properties({"title": "raredx candidates", "created": created})
        sheets = _Sheets(book, _page_header(reports), f"raredx {heading.version}: {LIMITS}")
        candidates, near = candidate_columns(reports), near_miss_columns(reports)
        cut = sheets.add_table("candidates", candidates, _rows(reports, candidates, near=False))
        cut += sheets.add_table("near misses", near, _rows(reports, near, near=True))
        sheets.add_text("family", [*family_rows(reports), [], *phenotype_rows(reports)], 20)
        about = [["What", "Value"], ["limits", LIMITS], *(["cut", note] for note in cut)]
        sheets.add_text("provenance", about + provenance_rows(reports), 24, last=110)
        sheets.add_text("columns", _explained(candidates, near), 28, last=70)
    place.write_bytes(made.getvalue())


def _rows(
    reports: Sequence[FamilyReport], columns: Sequence[SheetColumn], *, near: bool
) -> Iterator[list[Any]]:
    """Go through the rows of all families, each with a cell for every column."""
    for number, report in enumerate(reports):
        table = report.near_misses if near else report.table
        sources = [column.sources[number] for column in columns]
        for row in range(len(table)):
            yield [None if source is None else table[source][row] for source in sources]


def _explained(candidates: list[SheetColumn], near: list[SheetColumn]) -> list[list[str]]:
    """Explain every column of both tables."""
    lines = [["Sheet", "Column", "Name in the other outputs", "Printed", "What it holds"]]
    for sheet, columns in (("candidates", candidates), ("near misses", near)):
        lines += [
            [
                sheet,
                column.title,
                column.sources[0] or column.field.name,
                "yes" if column.printed else "",
                column.field.about,
            ]
            for column in columns
        ]
    return lines


def _page_header(reports: Sequence[FamilyReport]) -> str:
    """Say above each printed page whose it is, and which."""
    if len(reports) > 1:
        words = f"{len(reports)} families"
    else:
        about = reports[0].about
        family, proband = (
            workbook_text(name)[:_HEADER_LETTERS] for name in (about.family_id, about.proband)
        )
        words = f"Family {family}, proband {proband}"
    return f"&L{words.replace('&', '&&')}&C&A&RPage &P of &N"


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, header: str, footer: str) -> None:
        self._book, self._header, self._footer = book, header, footer
        top = {"valign": "top"}
        self._head = book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E7ECF2"} | top
        )
        self._plain = book.add_format(top)
        self._wrap = book.add_format(top | {"text_wrap": True})
        beside = {"align": "right", "indent": 1}  # else it touches the text that follows
        self._numbers = {
            form: book.add_format(top | beside | {"num_format": form})
            for form in dict.fromkeys(FORMATS.values())
        }

    def add_table(
        self, name: str, columns: Sequence[SheetColumn], rows: Iterator[list[Any]]
    ) -> list[str]:
        """Add a sheet with a table; say what of it had to be left out."""
        sheet = self._sheet(name)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, workbook_text(column.title), self._head)
            sheet.set_column(number, number, column.width)
        self._set_height(sheet, 0, [(c.title, c.width) for c in columns])
        looks = [self._look(column) for column in columns]
        line, left = 0, 0
        for cells in rows:
            if line + 1 >= EXCEL_ROWS:
                left += 1
                continue
            line += 1
            values = [shown(v, c.field.name) for v, c in zip(cells, columns, strict=True)]
            for number, (value, look) in enumerate(zip(values, looks, strict=True)):
                self._cell(sheet, (line, number), value, look)
            wrapped = [
                (str(value), column.width)
                for value, column in zip(values, columns, strict=True)
                if column.field.name in WRAPPED
            ]
            self._set_height(sheet, line, wrapped)
        names = [column.field.name for column in columns]
        sheet.freeze_panes(1, names.index("gene") + 1)
        sheet.autofilter(0, 0, line, len(columns) - 1)
        sheet.repeat_rows(0)
        n_printed = sum(column.printed for column in columns)
        sheet.print_area(0, 0, line, n_printed - 1)
        whole = {"number_stored_as_text": f"A1:XFD{EXCEL_ROWS}"}
        sheet.ignore_errors(whole)
        said = f"{left} rows of sheet {name}: Excel holds {EXCEL_ROWS} rows; the TSV has them all"
        return [said] if left else []

    def add_text(
        self, name: str, rows: Sequence[Sequence[str]], width: int, last: int | None = None
    ) -> None:
        """Add a sheet of text; its first row is its header, and so is one after an empty row."""
        sheet = self._sheet(name)
        most = max(len(row) for row in rows)
        sheet.set_column(0, most - 1, width)
        if last is not None:
            sheet.set_column(most - 1, most - 1, last)
        for line, row in enumerate(rows[:EXCEL_ROWS]):
            look = self._head if line == 0 or not rows[line - 1] else self._wrap
            for number, text in enumerate(row):
                self._cell(sheet, (line, number), text, look)
            widths = [width] * (most - 1) + [width if last is None else last]
            self._set_height(sheet, line, list(zip(row, widths, strict=False)))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def _sheet(self, name: str) -> Any:
        """Add an empty sheet with its print settings."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.75)
        sheet.set_header(self._header)
        sheet.set_footer(f"&L{self._footer.replace('&', '&&')}")
        return sheet

    def _look(self, column: SheetColumn) -> Any:
        """Choose the look of a column."""
        form = FORMATS.get(column.field.name)
        if form is not None:
            return self._numbers[form]
        return self._wrap if column.field.name in WRAPPED else self._plain

    @staticmethod
    def _set_height(sheet: Any, line: int, texts: Sequence[tuple[str, int]]) -> None:
        """Make a row as high as its wrapped texts need; not every program does it by itself."""
        needed = max((math.ceil(len(text) / (width - _BROKEN)) for text, width in texts), default=1)
        if needed > 1:
            sheet.set_row(line, _LINE * min(needed, _MOST_LINES))

    @staticmethod
    def _cell(sheet: Any, place: tuple[int, int], value: str | int | float, look: Any) -> None:
        """Write one cell as text or as a number, nothing else."""
        if isinstance(value, str):
            if value:
                sheet.write_string(*place, workbook_text(value), look)
        elif math.isfinite(value):
            sheet.write_number(*place, value, look)

"""What stands in a cell of a spreadsheet, TSV or XLSX: one home for every table.

No text can become a formula: in TSV by an apostrophe (`columns/guarded_text.py`), in XLSX by the
type of the cell (docs/decisions/0016).
"""

from __future__ import annotations

from raredx.columns.guarded_text import guard
from raredx.report.html_text import visible

EXCEL_UNITS = 32_767
"""UTF-16 units that a cell of XLSX may hold (Excel specifications and limits, Microsoft)."""

_BLANKS = str.maketrans("\t\n\x85", "   ")
_NO_LETTERS = {code: f"[U+{code:04X}]" for code in (0xFFFE, 0xFFFF)}
"""Beside controls, what XML cannot hold."""


def tsv_cell(value: object) -> str:
    r"""Write a value as a cell of a tab-separated table.

    Parameters
    ----------
    value : object
        None gives an empty cell. A list is joined by `;`. A float has up to six significant
        digits. Text loses its tabs and line ends, and is guarded.

    Examples
    --------
    >>> [tsv_cell(value) for value in (None, -0.5, 12, "p.Arg1Ter", ["a", "b"])]
    ['', '-0.5', '12', 'p.Arg1Ter', 'a;b']
    >>> tsv_cell("=1+1"), tsv_cell("a\tb"), tsv_cell("-0.5")
    ("'=1+1", 'a b', "'-0.5")
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        value = ";".join(value)
    if not isinstance(value, str):
        return str(value)
    return guard(value.replace("\t", " ").replace("\n", " ").replace("\r", " "))


def workbook_text(text: str) -> str:
    r"""Make text fit a cell of XLSX, and show what cannot be seen, as the page does.

    Tabs and line ends become blanks; controls and what turns the direction of writing become
    their codes. What is longer than a cell may be is cut, and says so.

    Examples
    --------
    >>> workbook_text("a\x00b\u202ec\td")
    'a[U+0000]b[U+202E]c d'
    >>> workbook_text("x" * 40_000)[-28:]
    'xxx… (cut: 40000 characters)'
    """
    n_letters = len(text)
    if not text.isascii() or not text.isprintable():
        text = visible(text.translate(_BLANKS)).translate(_NO_LETTERS)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * EXCEL_UNITS:
        return text
    note = f"… (cut: {n_letters} characters)"
    return units[: 2 * (EXCEL_UNITS - len(note))].decode("utf-16-le", "ignore") + note

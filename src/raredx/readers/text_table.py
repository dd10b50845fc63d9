"""Tab-separated tables with a header line, plain or gzip -> rows by column name."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.packed import inflate


@dataclass(frozen=True)
class TextTable:
    """A table as text.

    Attributes
    ----------
    where : str
        File, for messages.
    columns : dict
        Column name in lower case to its place.
    rows : list of list of str
        Cells, each row as long as the header.
    lines : list of int
        Line of each row in the file, 1-based.
    """

    where: str
    columns: dict[str, int]
    rows: list[list[str]]
    lines: list[int]

    def place(self, *names: str) -> int:
        """Place of the first of these columns that is there; -1 without one."""
        return next((self.columns[name] for name in names if name in self.columns), -1)

    def need(self, *names: str) -> int:
        """Place of the first of these columns that is there.

        Raises
        ------
        InputError
            Without one.
        """
        found = self.place(*names)
        if found < 0:
            raise InputError(
                self.where,
                f"has no column {' or '.join(names)} (it has {', '.join(self.columns)})",
                "Give a tab-separated table whose first line names the columns.",
            )
        return found

    def line(self, row: int) -> str:
        """File and line of a row, for messages."""
        return f"{self.where}:{self.lines[row]}"


def read_text(path: Path) -> str:
    """Read a text file, plain or gzip.

    Raises
    ------
    InputError
        If it cannot be read, is damaged, or is no text.
    """
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = bytes(inflate(raw))
        return raw.decode("utf-8-sig")
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise InputError(str(path), f"damaged: {fault}", "Fetch or write it again.") from None
    except OSError as fault:
        raise InputError(str(path), fault.strerror or str(fault), "Check the path.") from None
    except UnicodeDecodeError:
        raise InputError(str(path), "not a text file", "Save the table as UTF-8.") from None


def decode_table(text: str, where: str) -> TextTable:
    r"""Cut a table into cells; lines that begin with `##`, and blank ones, are left out.

    A `#` before the first column name is dropped. Quotes mean nothing.

    Raises
    ------
    InputError
        If there is no header, a name stands twice in it, or a row has another number of cells.

    Examples
    --------
    >>> table = decode_table("##about\n#Rank\tgene\n1\tA1BG\n", "x.tsv")
    >>> table.columns, table.rows, table.line(0)
    ({'rank': 0, 'gene': 1}, [['1', 'A1BG']], 'x.tsv:3')
    """
    columns: dict[str, int] = {}
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.rstrip("\r")
        if line.startswith("##") or not line.strip():
            continue
        cells = line.split("\t")
        if not columns:
            names = [cell.strip().lower() for cell in cells]
            names[0] = names[0].lstrip("#").strip()
            columns = {name: place for place, name in enumerate(names)}
            if len(columns) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise InputError(f"{where}:{number}", f"two columns are named {twice!r}")
            continue
        if len(cells) != len(columns):
            what = f"does not fit the header: cells {len(cells)}, columns {len(columns)}"
            raise InputError(f"{where}:{number}", what, "Separate the cells by tabs.")
        rows.append([cell.strip() for cell in cells])
        lines.append(number)
    if not columns:
        raise InputError(where, "empty: it has no header line", "Name the columns in one line.")
    return TextTable(where, columns, rows, lines)


def read_table(path: Path) -> TextTable:
    """Read and cut a table.

    Raises
    ------
    InputError
        As `read_text` and `decode_table` raise it.
    """
    return decode_table(read_text(path), str(path))

"""Tables of numbers and text that come with the package, a column after the other.

Layout (gzip): one line of JSON, then the columns, each as long as the line says. A number of
several bytes is written as planes: the least byte of every row, then the next byte of every row.
Small numbers so leave planes of zeros, which hardly take room. Text is UTF-8 with tabs between.
The line holds `table`, `layout`, `about` (sources with version, date and licence, a line each),
`columns` (name, type and bytes of each), and whatever else a table wants to say.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.sequences import Cells
from raredx.errors import InputError
from raredx.readers.packed import inflate

LAYOUT = 1
_TEXT = "text"


def encode_columns(
    table: str,
    about: Sequence[str],
    columns: Mapping[str, NDArray[Any] | Sequence[str]],
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """Write a table; the same values give the same bytes.

    Parameters
    ----------
    table : str
        Name of the table.
    about : sequence of str
        Sources, a line each.
    columns : mapping of str to array or text
        Integers, shape (row,); or strings without tab or line end.
    more : mapping, optional
        What else the head holds.

    Raises
    ------
    ValueError
        If a text holds a separator.
    """
    named, bodies = [], []
    for name, values in columns.items():
        kind, body = _encode(name, values)
        named.append([name, kind, len(body)])
        bodies.append(body)
    head = {"table": table, "layout": LAYOUT, "about": list(about), **(more or {})}
    line = json.dumps({**head, "columns": named}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(line.encode() + b"\n" + b"".join(bodies), compresslevel=9, mtime=0)


def _encode(name: str, values: NDArray[Any] | Sequence[str]) -> tuple[str, bytes]:
    """Write one column; give its type as numpy names it, or `text`."""
    if isinstance(values, np.ndarray):
        least_first = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
        planes = least_first.view(np.uint8).reshape(len(values), values.dtype.itemsize).T
        return values.dtype.str.lstrip("<>|="), planes.tobytes()
    text = "\t".join(values)
    if text.count("\t") != max(len(values) - 1, 0) or "\n" in text:
        raise ValueError(f"a value of column {name} holds a separator")
    return _TEXT, text.encode()


class PackedColumns:
    """The head and the columns of a table, each made when it is asked for.

    Attributes
    ----------
    head : dict
        The line of JSON.

    Parameters
    ----------
    packed : bytes
        What `encode_columns` gave.
    table : str
        Name that the table must have.

    Raises
    ------
    ValueError, OSError, EOFError, zlib.error
        If the bytes are no such table.

    Examples
    --------
    >>> columns = {"n": np.array([1, 70000], np.uint32), "word": ["a", "b"]}
    >>> found = PackedColumns(encode_columns("demo", ["nobody"], columns), "demo")
    >>> found.head["about"], found.numbers("n").tolist(), list(found.text("word"))
    (['nobody'], [1, 70000], ['a', 'b'])
    """

    def __init__(self, packed: bytes, table: str) -> None:
        self._text = inflate(packed)
        start = self._text.find(b"\n") + 1
        self.head: dict[str, Any] = json.loads(self._text[:start])
        if self.head.get("table") != table or self.head.get("layout") != LAYOUT:
            raise ValueError(f"it is no table {table} of layout {LAYOUT}")
        self._places: dict[str, tuple[str, int, int]] = {}
        for name, kind, size in self.head["columns"]:
            self._places[name] = (kind, start, start + size)
            start += size
        if start != len(self._text):
            raise ValueError("its columns are cut off")

    def numbers(self, name: str) -> NDArray[Any]:
        """Give a column of integers, shape (row,)."""
        kind, start, end = self._places[name]
        dtype = np.dtype(kind)
        planes = np.frombuffer(self._text, np.uint8, end - start, start)
        rows = np.ascontiguousarray(planes.reshape(dtype.itemsize, -1).T)
        return rows.view(dtype.newbyteorder("<")).reshape(-1).astype(dtype, copy=False)

    def text(self, name: str) -> Cells:
        """Give a column of text, cut up at first use."""
        _, start, end = self._places[name]
        return Cells(self._text, start, end)


def read_packed(name: str, table: str, script: str, path: Path | None = None) -> PackedColumns:
    """Read a table that comes with the package.

    Parameters
    ----------
    name : str
        File in `raredx/data`.
    table : str
        Name that the table must have.
    script : str
        What writes the file.
    path : Path, optional
        File to read instead.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    try:
        if path:
            packed = path.read_bytes()
        else:
            packed = resources.files("raredx").joinpath("data", name).read_bytes()
        return PackedColumns(packed, table)
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
        cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
        where = str(path) if path else f"bundled table {name}"
        mend = f"Reinstall raredx, or write the file again with scripts/{script}."
        raise InputError(where, f"cannot be read ({cause})", mend) from error

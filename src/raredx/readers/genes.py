"""The bundled gene table -> `GeneTable`.

Layout of the file (gzip, UTF-8), chosen so that it loads in tens of milliseconds: lines that
begin with `##` name the sources; each further line is one *column*, `#name` and then one
tab-separated value per gene. `docs/panels.md` describes the columns, `scripts/build_genes.py`
writes the file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genes import GeneTable
from raredx.columns.sequences import Cells
from raredx.errors import InputError
from raredx.readers.packed import digest, inflate

BUNDLED_NAME = "genes.tsv.gz"

INTEGER_COLUMNS = (
    "hgnc_id",
    "grch37_start",
    "grch37_end",
    "grch38_start",
    "grch38_end",
)
TEXT_COLUMNS = (
    "symbol",
    "previous",
    "alias",
    "former_id",
    "ensembl",
    "ncbi",
    "locus_type",
    "chromosome",
    "mane_select_transcripts",
    "mane_plus_clinical_transcripts",
    "imprinted",
)
COLUMN_NAMES = (*INTEGER_COLUMNS, *TEXT_COLUMNS, "pli")

_NUMBERS = ("hgnc_id", "span_grch37", "span_grch38", "pli")
_MEND = "Reinstall raredx, or write the file again with scripts/build_genes.py."


def read_gene_table(path: Path | None = None) -> GeneTable:
    """Read the gene table that comes with the package, or another of the same layout.

    Parameters
    ----------
    path
        File to read; the bundled one where None.

    Raises
    ------
    InputError
        If the file is missing, damaged, or lacks a column.

    Examples
    --------
    >>> genes = read_gene_table()
    >>> genes.symbol[genes.resolve("HGNC:1100", None).index]
    'BRCA1'
    """
    where = str(path) if path else f"bundled gene table {BUNDLED_NAME}"
    try:
        if path:
            packed = path.read_bytes()
        else:
            packed = resources.files("raredx").joinpath("data", BUNDLED_NAME).read_bytes()
        text = inflate(packed)
        if path:  # the bundled file was looked at when it was written, and its checksum just now
            text.decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(where, f"cannot be read ({_cause(error)})", _MEND) from error
    sources, lines = _split_lines(text, where)
    table = _FileTable(lines, tuple(sources), digest(packed), where)
    for name in COLUMN_NAMES:
        _check_length(name, len(lines[name]), len(table), where)
    if path:
        for name in _NUMBERS:
            getattr(table, name)
    return table


def _cause(error: Exception) -> str:
    """Name the fault without the path, which the message states already."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _split_lines(text: bytes | bytearray, where: str) -> tuple[list[str], dict[str, Cells]]:
    """Separate the source lines from the column lines, which are not copied."""
    sources, columns, start = [], {}, 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        if text.startswith(b"##", start):
            sources.append(text[start + 2 : end].decode())
        elif text.startswith(b"#", start):
            tab = text.find(b"\t", start, end)
            tab = end if tab < 0 else tab
            columns[text[start + 1 : tab].decode()] = Cells(text, min(tab + 1, end), end)
        else:
            begins = text[start : min(end, start + 20)].decode("utf-8", "replace")
            raise InputError(where, f"a line begins with {begins!r}, not with #", _MEND)
        start = end + 1
    missing = [name for name in COLUMN_NAMES if name not in columns]
    if missing:
        raise InputError(where, f"has no column {', '.join(missing)}", _MEND)
    return sources, columns


class _FileTable(GeneTable):
    """A gene table whose numbers are read when somebody asks for them.

    A run asks for few columns, and then for few of their cells.
    """

    def __init__(
        self, lines: dict[str, Cells], sources: tuple[str, ...], digest: str, where: str
    ) -> None:
        columns = {name: lines[name] for name in TEXT_COLUMNS}
        given = {"_lines": lines, "_where": where, "sources": sources, "digest": digest, **columns}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def _hgnc_numbers(self) -> Iterable[str]:
        """HGNC numbers as text, which is how they stand in the file."""
        lines: dict[str, Cells] = self.__dict__["_lines"]
        return lines["hgnc_id"]

    def __getattr__(self, name: str) -> NDArray[Any]:
        """Read a column of numbers: asked for once, since it then stands in the table."""
        if name.startswith("span_"):
            ends = [self._numbers(f"{name[5:]}_{end}", np.int32) for end in ("start", "end")]
            values = np.stack(ends, axis=1)
        elif name in ("hgnc_id", "pli"):
            values = self._numbers(name, np.int32 if name == "hgnc_id" else np.float32)
        else:
            raise AttributeError(f"a gene table has no {name}")
        values.flags.writeable = False
        object.__setattr__(self, name, values)
        return values

    def _numbers(self, name: str, kind: type[np.generic]) -> NDArray[Any]:
        """Read one line of numbers."""
        lines: dict[str, Cells] = self.__dict__["_lines"]
        try:
            values = np.fromstring(lines[name].text, kind, sep="\t")
        except (ValueError, DeprecationWarning) as error:
            fact = f"column {name} holds something that is no number"
            raise InputError(self.__dict__["_where"], fact, _MEND) from error
        _check_length(name, len(values), len(self), self.__dict__["_where"])
        return values


def _check_length(name: str, n_values: int, n_genes: int, where: str) -> None:
    """Refuse a column that is longer or shorter than the others."""
    if n_values != n_genes:
        raise InputError(where, f"column {name} has {n_values} values for {n_genes} genes", _MEND)

"""The bundled gene table -> `GeneTable`.

Layout of the file (gzip, UTF-8), chosen so that it loads in tens of milliseconds: lines that
begin with `##` name the sources; each further line is one *column*, `#name` and then one
tab-separated value per gene. `docs/panels.md` describes the columns, `scripts/build_genes.py`
writes the file.
"""

from __future__ import annotations

import gzip
import zlib
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from raredx.columns.genes import GeneTable
from raredx.errors import InputError

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
        text = gzip.decompress(packed).decode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(where, f"cannot be read ({_cause(error)})", _MEND) from error
    sources, lines = _split_lines(text, where)
    return _decode_columns(sources, lines, where)


def _cause(error: Exception) -> str:
    """Name the fault without the path, which the message states already."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _split_lines(text: str, where: str) -> tuple[list[str], dict[str, str]]:
    """Separate the source lines from the column lines."""
    sources, columns = [], {}
    for line in text.splitlines():
        if line.startswith("##"):
            sources.append(line[2:])
        elif line.startswith("#"):
            name, _, values = line[1:].partition("\t")
            columns[name] = values
        else:
            raise InputError(where, f"a line begins with {line[:20]!r}, not with #", _MEND)
    missing = [name for name in COLUMN_NAMES if name not in columns]
    if missing:
        raise InputError(where, f"has no column {', '.join(missing)}", _MEND)
    return sources, columns


def _decode_columns(sources: list[str], lines: dict[str, str], where: str) -> GeneTable:
    """Turn the column lines into a table of equal-length columns."""
    columns: dict[str, Any] = {name: tuple(lines[name].split("\t")) for name in TEXT_COLUMNS}
    try:
        for name in INTEGER_COLUMNS:
            columns[name] = np.fromstring(lines[name], np.int32, sep="\t")
        columns["pli"] = np.fromstring(lines["pli"], np.float32, sep="\t")
    except (ValueError, DeprecationWarning) as error:
        raise InputError(
            where, f"column {name} holds something that is no number", _MEND
        ) from error
    n_genes = len(columns["symbol"])
    for name, values in columns.items():
        if len(values) != n_genes:
            fact = f"column {name} has {len(values)} values for {n_genes} genes"
            raise InputError(where, fact, _MEND)
    for assembly in ("grch37", "grch38"):
        ends = [columns.pop(f"{assembly}_{end}") for end in ("start", "end")]
        columns[f"span_{assembly}"] = np.stack(ends, axis=1)
    for values in columns.values():
        if isinstance(values, np.ndarray):
            values.flags.writeable = False
    return GeneTable(sources=tuple(sources), **columns)

"""The text files of HPO as text: plain or gzipped, tables with the columns found by name."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from raredx.errors import InputError
from raredx.readers.packed import inflate

DOWNLOAD = "Download hp.obo, phenotype.hpoa and phenotype_to_genes.txt from hpo.jax.org again."
_SHOWN_COLUMNS = 8


def read_hpo_text(path: Path) -> str:
    """Read a text file, gzipped or not.

    Raises
    ------
    InputError
        If the file is missing, damaged, no UTF-8 text, or empty.
    """
    where = str(path)
    try:
        packed: bytes | bytearray = path.read_bytes()
        if packed[:2] == b"\x1f\x8b":
            packed = inflate(bytes(packed))
    except (OSError, EOFError, zlib.error) as error:
        cause = getattr(error, "strerror", None)  # the system's; a damaged file has none
        mend = "Check the path." if cause else DOWNLOAD
        raise InputError(where, f"cannot be read ({cause or error})", mend) from error
    try:
        text = packed.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = packed[: error.start].count(b"\n") + 1
        raise InputError(f"{where}:{line}", "is not UTF-8 text", DOWNLOAD) from error
    if not text.strip():
        raise InputError(where, "is empty", DOWNLOAD)
    return text


def bare_name(name: str) -> str:
    """Strip a column name of what has changed between releases.

    Examples
    --------
    >>> bare_name("database_id"), bare_name("#DatabaseID"), bare_name("HPO-id")
    ('databaseid', 'databaseid', 'hpoid')
    """
    return "".join(filter(str.isalnum, name)).lower()


def table_rows(
    text: str, where: str, columns: Mapping[str, Sequence[str]], what: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Go through a tab-separated table: line number and the cells of the columns asked for.

    Parameters
    ----------
    text, where
        Content and name of the file.
    columns
        What each column is called, and its names as `bare_name` gives them; two or more.
    what
        What the file should be, for messages.

    Raises
    ------
    InputError
        If the heading lacks a column, or a row is shorter than its heading asks.
    """
    lines = enumerate(text.split("\n"), start=1)
    places, n_cells = _heading(lines, where, columns, what)
    picked = itemgetter(*places)
    for number, line in lines:
        if not line or line.isspace() or line.startswith("#"):
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) < n_cells:
            fact = f"has {len(cells)} cells, and {n_cells} are needed"
            raise InputError(f"{where}:{number}", fact, DOWNLOAD)
        yield number, picked(cells)


def _heading(
    lines: Iterator[tuple[int, str]], where: str, columns: Mapping[str, Sequence[str]], what: str
) -> tuple[list[int], int]:
    """Find the heading: the first line that is no comment, or a comment that names the columns."""
    lacking: list[str] = [*columns]
    cells: list[str] = []
    for _, line in lines:
        if not line.strip():
            continue
        cells = line.rstrip("\r").replace("<tab>", "\t").removeprefix("#Format:").split("\t")
        names = [bare_name(cell) for cell in cells]
        found = {
            key: next((names.index(name) for name in known if name in names), -1)
            for key, known in columns.items()
        }
        lacking = [key for key, place in found.items() if place < 0]
        if not lacking:
            return list(found.values()), max(found.values()) + 1
        if not line.startswith("#"):
            break
    shown = ", ".join(cell[:30] for cell in cells[:_SHOWN_COLUMNS])
    fact = f"is no {what}: it has no column {', '.join(lacking)} (its heading is {shown!r})"
    raise InputError(where, fact, DOWNLOAD)

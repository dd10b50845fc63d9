"""The head of an HPO cache: release, licence, citation, and what lies where.

A cache is a gzip file of several members. The first is text, a statement a line; the others,
the parts, hold columns one after another. The head names each part with its size and its
columns, so that a part is inflated when somebody asks for one of them.

::

    raredx HPO cache 1
    release             2025-01-16
    annotation_release  2025-01-16
    about               licence: …
    part                name, packed bytes
    column              name, kind, values, bytes
    checksum            CRC-32 of all that follows the head

Numbers are little-endian; the kind is a type of NumPy, `text` for UTF-8 with a line feed between
the values, or `sizes:` and a type for the sizes of groups in place of their starts.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import IO, NamedTuple

from raredx.errors import InputError

BUNDLED_NAME = "hpo.gz"
LAYOUT = "raredx HPO cache "
LAYOUT_VERSION = "1"
MEND = (
    "Reinstall raredx, or write the file again from the files of HPO: raredx data build-hpo --help."
)

# Not by importlib.resources, whose import takes longer than all that is done here.
_BUNDLED = Path(__file__).resolve().parents[1] / "data" / BUNDLED_NAME

_HEAD_BYTES = 16_384
"""Read for `hpo_about`: several times the packed head."""


class Column(NamedTuple):
    """Where a column stands in its part."""

    kind: str
    n_values: int
    start: int
    end: int


class Part(NamedTuple):
    """Where a part stands in the file, and its columns."""

    start: int
    end: int
    columns: dict[str, Column]


class Head(NamedTuple):
    """What the head states."""

    release: str
    annotation_release: str
    about: tuple[str, ...]
    parts: dict[str, Part]
    checksum: str
    end: int


def hpo_about(path: Path | None = None) -> tuple[str, ...]:
    """Say which HPO a cache holds: releases, sources, licence and citation, a line each.

    Parameters
    ----------
    path
        Cache; the bundled one where None.

    Raises
    ------
    InputError
        If the file is missing or no cache.

    Examples
    --------
    >>> lines = hpo_about()
    >>> lines[0].startswith("source: Human Phenotype Ontology 20")
    True
    """
    where = where_of(path)
    try:
        with open_cache(path) as stream:
            packed = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise unreadable(where, error) from error
    return read_head(packed, where).about


def open_cache(path: Path | None) -> IO[bytes]:
    """Open a cache for reading."""
    return (path or _BUNDLED).open("rb")


def where_of(path: Path | None) -> str:
    """Name a cache in messages."""
    return str(path) if path else f"bundled HPO cache {BUNDLED_NAME}"


def unreadable(where: str, error: Exception) -> InputError:
    """Make the fault of a file that cannot be read, without the path that `where` states."""
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InputError(where, f"cannot be read ({cause})", MEND)


def read_head(packed: bytes, where: str) -> Head:
    """Read the head from the first bytes of a cache.

    Raises
    ------
    InputError
        If the bytes are no cache, or one of another layout.
    """
    text, end = _first_member(packed, where)
    first, _, rest = text.partition("\n")
    if not first.startswith(LAYOUT):
        raise InputError(where, "is no HPO cache of raredx", MEND)
    version = first.removeprefix(LAYOUT)
    if version != LAYOUT_VERSION:
        fact = f"has layout {version!r}, and this raredx reads {LAYOUT_VERSION!r}"
        raise InputError(where, fact, MEND)
    try:
        return _parse(rest, end)
    except (ValueError, LookupError) as error:
        raise InputError(where, "has a damaged head", MEND) from error


def _first_member(packed: bytes, where: str) -> tuple[str, int]:
    """Inflate the first gzip member; also give the place of its end."""
    if not packed:
        raise InputError(where, "is empty", MEND)
    inflater = zlib.decompressobj(wbits=31)
    try:
        text = inflater.decompress(packed).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise InputError(where, "is no HPO cache of raredx, or damaged", MEND) from error
    if not inflater.eof:
        raise InputError(where, "is cut off", MEND)
    return text, len(packed) - len(inflater.unused_data)


def _parse(text: str, end: int) -> Head:
    """Read the statements."""
    stated: dict[str, str] = {}
    about: list[str] = []
    parts: dict[str, Part] = {}
    columns: dict[str, Column] = {}
    place, within = end, 0
    for line in text.splitlines():
        key, *cells = line.split("\t")
        if key == "about":
            about.append(cells[0])
        elif key == "part":
            columns, within = {}, 0
            parts[cells[0]] = Part(place, place + int(cells[1]), columns)
            place += int(cells[1])
        elif key == "column":
            name, kind, n_values, size = cells
            columns[name] = Column(kind, int(n_values), within, within + int(size))
            within += int(size)
        else:
            stated[key] = cells[0]
    releases = stated["release"], stated["annotation_release"]
    return Head(*releases, tuple(about), parts, stated["checksum"], end)

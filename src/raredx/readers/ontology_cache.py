"""The bundled HPO, or one of the user's -> `Ontology`, in milliseconds.

`raredx.readers.ontology_head` describes the layout. A run asks for a third of the columns: each
part is inflated when one of its columns is asked for, and text is cut up at its first use.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import Ontology
from raredx.columns.profiles import starts_of
from raredx.columns.sequences import Cells
from raredx.errors import InputError
from raredx.readers.ontology_head import (
    LAYOUT,
    LAYOUT_VERSION,
    MEND,
    Column,
    Head,
    open_cache,
    read_head,
    unreadable,
    where_of,
)
from raredx.readers.packed import inflate

IN_PROFILE = "line_in_profile"
"""Marks the first line of each term of a profile: `profile_term` is not stored a second time."""

PARTS: dict[str, tuple[str, ...]] = {
    "scores": (
        "number",
        "phenotypic",
        "ancestor_start",
        "ancestor",
        "information",
        "former_number",
        "former_term",
        "former_obsolete",
        "profile_start",
        "profile_frequency",
        "line_term",
        IN_PROFILE,
        "gene_hgnc",
        "gene_start",
        "gene_disease",
        "gene_symbol",
    ),
    "words": ("name", "synonyms", "former_name", "former_consider"),
    "diseases": ("disease_id", "disease_name"),
    "lines": (
        "line_disease",
        "line_count",
        "line_total",
        "line_frequency",
        "line_reference",
        "reference",
        "mass",
    ),
}
"""Columns of each part; what scoring needs lies together."""

_TYPES: dict[str, type[np.generic]] = {
    "phenotypic": np.bool_,
    "former_obsolete": np.bool_,
    IN_PROFILE: np.bool_,
    "information": np.float32,
    "profile_frequency": np.float32,
    "line_frequency": np.float32,
    "ancestor_start": np.int64,
    "profile_start": np.int64,
    "gene_start": np.int64,
    "mass": np.int64,
}
"""Types of the columns of numbers; the others are int32."""

_STORED_IN = {name: part for part, names in PARTS.items() for name in names}
_PART_OF = {**_STORED_IN, "profile_term": "scores"}
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"  # no time, no system: the same bytes everywhere


def read_ontology(path: Path | None = None) -> Ontology:
    """Read the HPO that comes with the package, or another cache.

    Parameters
    ----------
    path
        Cache to read; the bundled one where None.

    Raises
    ------
    InputError
        If the file is missing, damaged or no cache.

    Examples
    --------
    >>> ontology = read_ontology()
    >>> ontology.name[ontology.row("HP:0001250")]
    'Seizure'
    """
    where = where_of(path)
    try:
        with open_cache(path) as stream:
            packed = stream.read()
    except OSError as error:
        raise unreadable(where, error) from error
    head = read_head(packed, where)
    stored = {(part, name) for part, place in head.parts.items() for name in place.columns}
    lacking = [name for name, part in _STORED_IN.items() if (part, name) not in stored]
    if lacking:
        raise InputError(where, f"lacks {', '.join(lacking)}", MEND)
    if f"{zlib.crc32(memoryview(packed)[head.end :]):08x}" != head.checksum:
        raise InputError(where, "is damaged or cut off: its checksum does not agree", MEND)
    return _CachedOntology(head, packed, where)


class _CachedOntology(Ontology):
    """An ontology whose columns are read when somebody asks for them."""

    def __init__(self, head: Head, packed: bytes, where: str) -> None:
        digest = f"{zlib.crc32(packed):08x}-{len(packed)}"
        self.__dict__.update(_file=(head, packed, where), digest=digest)
        for name in ("release", "annotation_release", "about"):
            self.__dict__[name] = getattr(head, name)

    def __getattr__(self, name: str) -> Any:
        """Read the part of a column: asked for once, since its columns then stand here."""
        if name not in _PART_OF:
            raise AttributeError(f"an ontology has no {name}")
        self.__dict__.update(_decoded(_PART_OF[name], *self.__dict__["_file"]))
        return self.__dict__[name]


def _decoded(part: str, head: Head, packed: bytes, where: str) -> dict[str, Any]:
    """Inflate a part and read its columns; arrays are closed to writing."""
    start, end, columns = head.parts[part]
    try:
        text = inflate(packed[start:end])
        found = {name: _column(name, columns[name], text) for name in PARTS[part]}
    except (OSError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise unreadable(where, error) from error
    if part == "scores":
        found["profile_term"] = found["line_term"][found.pop(IN_PROFILE)]
    for value in found.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return found


def _column(name: str, column: Column, text: bytes | bytearray) -> Any:
    """Read a column."""
    kind, n_values, start, end = column
    if kind == "text":
        return Cells(text, start, end, b"\n") if n_values else ()
    stored = np.frombuffer(text, kind.removeprefix("sizes:"), n_values, start)
    if kind.startswith("sizes:"):
        return starts_of(stored)
    return stored.astype(_TYPES.get(name, np.int32))


def encode_ontology(ontology: Ontology) -> bytes:
    """Write an ontology as a cache; the same ontology gives the same bytes.

    Raises
    ------
    ValueError
        If a term of a profile has no line, or `mass` is missing.
    """
    statements = [
        f"release\t{ontology.release}",
        f"annotation_release\t{ontology.annotation_release}",
        *(f"about\t{line}" for line in ontology.about),
    ]
    packed = []
    for part, names in PARTS.items():
        columns, texts = [], []
        for name in names:
            kind, n_values, text = _encoded(name, ontology)
            columns.append(f"column\t{name}\t{kind}\t{n_values}\t{len(text)}")
            texts.append(text)
        packed.append(_packed(b"".join(texts)))
        statements += [f"part\t{part}\t{len(packed[-1])}", *columns]
    rest = b"".join(packed)
    statements.append(f"checksum\t{zlib.crc32(rest):08x}")
    head = "\n".join([LAYOUT + LAYOUT_VERSION, *statements]) + "\n"
    return _packed(head.encode()) + rest


def _encoded(name: str, ontology: Ontology) -> tuple[str, int, bytes]:
    """Kind, number of values and bytes of a column."""
    values = _lines_in_profile(ontology) if name == IN_PROFILE else getattr(ontology, name)
    if values is None:
        raise ValueError(f"the ontology has no {name}")
    if not isinstance(values, np.ndarray):
        return "text", len(values), _joined(name, values)
    if name.endswith("_start"):
        values = np.diff(values)
        stored = _narrow(values)
        return f"sizes:{stored}", len(values), values.astype(stored).tobytes()
    stored = _narrow(values) if values.dtype.kind == "i" else values.dtype.newbyteorder("<").str
    return stored, len(values), values.astype(stored).tobytes()


def _joined(name: str, cells: Sequence[str]) -> bytes:
    """Join text."""
    if any("\n" in cell for cell in cells):
        raise ValueError(f"{name} holds a line feed")
    return "\n".join(cells).encode()


def _narrow(values: NDArray[Any]) -> str:
    """Give the narrowest type that holds some whole numbers."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for kind in ("|u1", "<u2", "<i2", "<i4"):
        info = np.iinfo(kind)
        if info.min <= low and high <= info.max:
            return kind
    return "<i8"


def _lines_in_profile(ontology: Ontology) -> NDArray[np.bool_]:
    """Mark the first line of each term of a profile."""
    n_terms = np.int64(len(ontology.number))
    disease = np.repeat(np.arange(len(ontology.disease_id)), np.diff(ontology.profile_start))
    line = ontology.line_disease * n_terms + ontology.line_term
    profile = disease * n_terms + ontology.profile_term
    marked = np.zeros(len(line), np.bool_)
    place = np.searchsorted(line, profile)
    if len(profile) and (place[-1] >= len(line) or (line[place] != profile).any()):
        raise ValueError("a term of a profile has no line")
    marked[place] = True
    return marked


def _packed(text: bytes) -> bytes:
    """Write a gzip member."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    sums = (zlib.crc32(text), len(text) & 0xFFFFFFFF)
    trailer = b"".join(number.to_bytes(4, "little") for number in sums)
    return _GZIP_HEAD + deflater.compress(text) + deflater.flush() + trailer

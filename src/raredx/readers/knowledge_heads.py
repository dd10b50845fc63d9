"""The tables that come with the package, told by release and checksum without being read."""

from __future__ import annotations

import hashlib
import json
import zlib
from importlib import resources

from raredx.columns.runs import KnowledgeSource
from raredx.errors import InputError
from raredx.readers.genes import BUNDLED_NAME as GENES_NAME
from raredx.readers.knowledge import CLINVAR_NAME, CODING_NAME, GENE_FACTS_NAME
from raredx.readers.ontology_head import BUNDLED_NAME as HPO_NAME
from raredx.readers.ontology_head import read_head
from raredx.readers.panel_bundle import BUNDLE_NAME as PANELS_NAME

BUNDLED = "bundled"

_FILES = {
    "hpo": HPO_NAME,
    "clinvar": CLINVAR_NAME,
    "genes": GENES_NAME,
    "coding": CODING_NAME,
    "gene_facts": GENE_FACTS_NAME,
    "panels": f"panels/{PANELS_NAME}",
}
"""Tables by the name that run.json gives them."""

_HEAD_BYTES = 16_384
"""Unpacked, several times the longest head."""


def bundled_sources(names: tuple[str, ...] = tuple(_FILES)) -> tuple[KnowledgeSource, ...]:
    """Name the tables that come with the package.

    Parameters
    ----------
    names : tuple of str
        Of `hpo`, `clinvar`, `genes`, `coding`, `gene_facts`, `panels`.

    Raises
    ------
    InputError
        If one is missing or damaged.

    Examples
    --------
    >>> [(one.name, one.release) for one in bundled_sources(("hpo", "clinvar"))]
    [('hpo', '2025-01-16'), ('clinvar', '2024-12-15')]
    """
    return tuple(_source(name) for name in names)


def _source(name: str) -> KnowledgeSource:
    """Name one table."""
    place = resources.files("raredx") / "data" / _FILES[name]
    try:
        packed = place.read_bytes()
        digest = hashlib.sha256(packed).hexdigest()
        release = ""
        about: tuple[str, ...] = ()
        if name == "hpo":
            release = read_head(packed, HPO_NAME).release
        elif name == "genes":
            about = _lines(packed)
        elif name != "panels":
            release = _json_head(packed).get("date", "")
    except (OSError, zlib.error, ValueError) as fault:
        mend = "Reinstall raredx."
        raise InputError(f"bundled table {_FILES[name]}", f"damaged: {fault}", mend) from None
    return KnowledgeSource(name, release, BUNDLED, digest, about)


def _json_head(packed: bytes) -> dict[str, str]:
    """Read the first line of a packed table."""
    line, _, _ = _start(packed).partition(b"\n")
    head: dict[str, str] = json.loads(line)
    return head


def _lines(packed: bytes) -> tuple[str, ...]:
    """Give the lines of a text table that name its sources."""
    lines = _start(packed).split(b"\n")[:-1]
    return tuple(line[9:].decode().strip() for line in lines if line.startswith(b"##source="))


def _start(packed: bytes) -> bytes:
    """Unpack the beginning of a gzip file."""
    return zlib.decompressobj(wbits=31).decompress(packed, _HEAD_BYTES)

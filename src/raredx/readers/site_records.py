"""What a file holds at one place, allele or not: reference blocks, other alleles, identifiers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pysam

from raredx.columns.trail import Call, Coverage
from raredx.errors import InputError
from raredx.readers.index import find_index, is_stale
from raredx.readers.regions import Interval, join_near

_PIECE = 1 << 24
_BLOCKS = ("<NON_REF>", "<*>")
_MOST = 8
"""Records told for a place."""
_APART = 10_000
"""Bases between records that are read in one go (our choice)."""


def records_spanning(path: str, place: Interval, samples: Mapping[str, str]) -> list[Coverage]:
    """Tell the records that span a place, reference blocks among them.

    Parameters
    ----------
    path : str
        A VCF or BCF; without an index all of it is read.
    place : Interval
        In the file's contig names.
    samples : mapping
        Whose calls are told: what each sample is called here to its name in the file.

    Returns
    -------
    list of Coverage
        At most eight, in the order of the file.
    """
    found = []
    try:
        with pysam.VariantFile(path) as file:
            for record in _near(file, path, place):
                if record.contig != place.contig or record.start >= place.last:
                    continue
                if record.stop >= place.first:
                    words, is_reference = _words(record)
                    found.append(Coverage(words, is_reference, _calls(record, samples)))
                if len(found) == _MOST:
                    break
    except (OSError, ValueError) as fault:
        raise InputError(path, f"cannot be read: {fault}", "Check the file.") from None
    return found


def _near(file: Any, path: str, place: Interval) -> Iterator[Any]:
    """Give the records around a place through the index; all of them without a usable one."""
    index = find_index(path)
    if index is not None and not is_stale(index, path):
        with suppress(ValueError):  # a contig without records
            yield from file.fetch(place.contig, place.first - 1, place.last)
    else:
        yield from file


def _words(record: Any) -> tuple[str, bool]:
    """Say what a record is, and whether it is of the reference alone."""
    alts = record.alts or ()
    ends = f"{record.contig}:{record.pos}-{record.stop}"
    if not alts or all(alt in _BLOCKS for alt in alts):
        kind = "block" if record.stop > record.pos else "site"
        return f"reference {kind} {ends}", True
    return f"record {record.contig}-{record.pos}-{record.ref}-{','.join(alts)}", False


def _calls(record: Any, samples: Mapping[str, str]) -> tuple[Call, ...]:
    """Read the call of each sample: genotype, depth and quality."""
    found = []
    for name, own in samples.items():
        if own not in record.samples:
            continue
        call = record.samples[own]
        alleles = call.get("GT") or (None,)
        bar = "|" if call.phased and len(alleles) > 1 else "/"
        genotype = bar.join("." if allele is None else str(allele) for allele in alleles)
        numbers = [call.get(key) for key in ("MIN_DP", "DP")]
        depth = next((int(n) for n in numbers if isinstance(n, int)), -1)
        quality = call.get("GQ")
        known = isinstance(quality, int | float)
        found.append(Call(name, genotype, depth, float(quality) if known else None))
    return tuple(found)


def places_of_text(path: str, text: str, *, in_id: bool = False) -> list[Interval]:
    """Find the records in which a text stands: an identifier, or a transcript.

    Reads all of the file. Places are POS alone, joined where they lie within `_APART` bases.

    Parameters
    ----------
    in_id : bool
        Whether only IDs are looked at.
    """
    found: dict[str, list[int]] = {}
    for contig, position in _hits(path, text, in_id=in_id):
        found.setdefault(contig, []).append(position)
    return [
        interval
        for contig, positions in found.items()
        for interval in join_near((Interval(contig, p, p) for p in sorted(positions)), _APART)
    ]


def _hits(path: str, text: str, *, in_id: bool) -> Iterator[tuple[str, int]]:
    """Give CHROM and POS of the records that hold a text, in any case."""
    if not _is_text(path):
        with pysam.VariantFile(path) as file:
            for record in file:
                said = (record.id or "") if in_id else str(record)
                if text.lower() in said.lower():
                    yield record.contig, record.pos
        return
    needle = text.lower().encode()
    opened = gzip.open if _starts_with(path, b"\x1f\x8b") else open
    left = b""
    with opened(path, "rb") as file:
        while piece := file.read(_PIECE):
            block = left + piece
            cut = block.rfind(b"\n") + 1
            left, block = block[cut:], block[:cut]
            yield from _hits_in(block, needle)
    yield from _hits_in(left, needle)


def _hits_in(block: bytes, needle: bytes) -> Iterator[tuple[str, int]]:
    """Give CHROM and POS of the lines of a block that hold a text in lower case."""
    lowered = block.lower()
    at = lowered.find(needle)
    while at >= 0:
        start = block.rfind(b"\n", 0, at) + 1
        cells = block[start : start + 200].split(b"\t", 2)
        if not cells[0].startswith(b"#") and len(cells) > 1 and cells[1].isdigit():
            yield cells[0].decode(errors="replace"), int(cells[1])
        end = block.find(b"\n", at)
        at = lowered.find(needle, end) if end >= 0 else -1


def _starts_with(path: str, magic: bytes) -> bool:
    with Path(path).open("rb") as file:
        return file.read(len(magic)) == magic


def _is_text(path: str) -> bool:
    """Whether a file is VCF text, plain or compressed."""
    if not _starts_with(path, b"\x1f\x8b"):
        return not _starts_with(path, b"BCF")
    with gzip.open(path, "rb") as file:
        return file.read(3) != b"BCF"

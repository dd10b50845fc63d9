"""Jump to regions through the index, or read the whole file: whichever takes less time.

The records are the same in both ways; only time depends on the choice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.readers.index import BrokenIndexError, VariantIndex, find_index, is_stale, read_index
from raredx.readers.regions import Interval, join_near

# Measured on a trio of one million annotated records, 204 MB as VCF.gz (benchmarks/README.md).
# Only their ratios matter, and those differ little between machines.
JUMP_SECONDS = 85e-6
"""Of one jump, with the block that is inflated for it."""
HTSLIB_SECONDS_PER_BYTE = 60e-9
"""Of records that htslib and the gate look at, per compressed byte."""
SIEVE_SECONDS_PER_BYTE, JUMPED_SECONDS_PER_BYTE = 7e-9, 15e-9
"""Of a file that the sieve reads whole, and of stretches that it reads, per compressed byte."""
INDEX_SECONDS_PER_BYTE = 12e-9
"""Of an index that htslib loads, per byte on disk."""

GENOME_BASES = 3.1e9
REACH = 1000
"""Bases read before each region, so that a record is found whose INFO/END is too small.

An index goes by END where a record has one. Trimming and left-aligning leave it behind by at
most the length of what was trimmed (our choice)."""


@dataclass(frozen=True)
class JumpChoice:
    """How regions are read.

    Attributes
    ----------
    by_index : bool
        Whether to jump; otherwise the whole file is read.
    jumps : tuple of Interval
        What to ask the index for, in the order of the file; empty where the whole is read. They
        cover the regions and more: records are still held against the regions.
    stretches : tuple of (int, int)
        Where the records of the jumps stand: virtual offsets (byte of the block times 65,536,
        plus the place in its text) of a record and of what follows another, in file order.
    warnings : tuple of str
        Why an index that is there cannot be used.
    """

    by_index: bool
    jumps: tuple[Interval, ...] = ()
    stretches: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()


WHOLE_FILE = JumpChoice(by_index=False)


def choose_by_index(
    path: str, regions: tuple[Interval, ...], declared: tuple[str, ...], *, sieved: bool = True
) -> JumpChoice:
    """Choose how to read regions of a file.

    Parameters
    ----------
    path : str
        A file; what is none, such as a stream, is read whole.
    regions : tuple of Interval
        In the file's contig names, sorted on each contig, not overlapping.
    declared : tuple of str
        Contigs of the header, in order.
    sieved : bool
        Whether the sieve would read the whole file; otherwise htslib would.

    Returns
    -------
    JumpChoice
        An index that is older than the file, damaged, or of another file is not used, and said
        to be so.
    """
    found = find_index(path) if Path(path).is_file() else None
    if found is None or not regions:
        return WHOLE_FILE
    if is_stale(found, path):
        return _unused(f"{found} is older than the file: index it again")
    try:
        index = read_index(found, path, declared)
    except BrokenIndexError as fault:
        return _unused(f"{found} cannot be used: {fault}; index the file again")
    size = Path(path).stat().st_size
    jumps = _in_file_order(join_near(_reaching(regions), worthwhile_gap(size)), index)
    if not jumps:
        return WHOLE_FILE
    stretches = index.stretches(jumps)
    per_byte = JUMPED_SECONDS_PER_BYTE if sieved else HTSLIB_SECONDS_PER_BYTE
    whole = size * (SIEVE_SECONDS_PER_BYTE if sieved else HTSLIB_SECONDS_PER_BYTE)
    if jump_seconds(found.stat().st_size, stretches, per_byte) >= whole:
        return WHOLE_FILE
    pairs = tuple((begin, end) for begin, end in stretches.tolist())
    return JumpChoice(by_index=True, jumps=jumps, stretches=pairs)


def jump_seconds(index_bytes: int, stretches: NDArray[np.uint64], per_byte: float) -> float:
    """Estimate how long jumping takes, in seconds of the machine that was measured.

    Parameters
    ----------
    index_bytes : int
        Size of the index on disk.
    stretches : uint64, shape (stretch, 2)
        Virtual offsets of what is read.
    per_byte : float
        Seconds that reading takes, per compressed byte.

    Examples
    --------
    >>> stretches = np.array([[0, 1_000_000 << 16], [5_000_000 << 16, 6_000_000 << 16]], np.uint64)
    >>> round(jump_seconds(2_000_000, stretches, 60e-9), 3)
    0.144
    """
    begin, end = (stretches >> np.uint64(16)).astype(np.int64).T
    return float(
        index_bytes * INDEX_SECONDS_PER_BYTE
        + len(stretches) * JUMP_SECONDS
        + int((end - begin).sum()) * per_byte
    )


def worthwhile_gap(size: int) -> int:
    """Bases between two regions that are read through faster than a jump takes.

    Examples
    --------
    >>> worthwhile_gap(204_000_000)  # bytes of a genome
    86111
    """
    return int(JUMP_SECONDS / JUMPED_SECONDS_PER_BYTE / (max(size, 1) / GENOME_BASES))


def _unused(warning: str) -> JumpChoice:
    return replace(WHOLE_FILE, warnings=(f"{warning}; the whole file is read",))


def _reaching(regions: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Let each region begin earlier."""
    return tuple(replace(region, first=max(1, region.first - REACH)) for region in regions)


def _in_file_order(intervals: tuple[Interval, ...], index: VariantIndex) -> tuple[Interval, ...]:
    """Sort by where the contigs stand in the file; leave out contigs without records."""
    order = {name: number for number, name in enumerate(index.contigs)}
    found = [interval for interval in intervals if interval.contig in order]
    return tuple(sorted(found, key=lambda interval: order[interval.contig]))

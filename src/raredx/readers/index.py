"""What a .tbi or .csi says: where in a BGZF file the records of a place stand.

Layout: SAM/BAM format group, "The Tabix index file format" and "Coordinate sorted index (CSI)
format", https://samtools.github.io/hts-specs/. Offsets are virtual: the byte at which a block
begins times 65,536, plus the place in its text.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.readers.bgzf import BLOCK_HEAD, is_block_head
from raredx.readers.regions import Interval

_TBI, _CSI = b"TBI\x01", b"CSI\x01"
_TABIX_HEAD = struct.Struct("<7i")  # format, columns of contig, begin and end, meta, skip, names
_VCF_FORMAT = 2
_TBI_SHAPE = (14, 5)
"""Bases of the smallest bins, as a power of two, and levels of bins above them."""
_MOST_SHIFT, _MOST_LEVELS = 31, 10  # 2**31 bases are the longest contig; bins stay 32-bit
_MOST_BYTES = 1 << 30
_WINDOW = 64
_BLOCK_BYTES = 1 << 16
_PROBES = 16

_TBI_BIN = np.dtype([("bin", "<u4"), ("n", "<i4"), ("begin", "<u8"), ("end", "<u8")])
_CSI_BIN = np.dtype(
    [("bin", "<u4"), ("loff", "<u8"), ("n", "<i4"), ("begin", "<u8"), ("end", "<u8")]
)
_PLAIN_BINS = {  # a bin without its chunks
    _TBI_BIN: np.dtype([("bin", "<u4"), ("n", "<i4")]),
    _CSI_BIN: np.dtype([("bin", "<u4"), ("loff", "<u8"), ("n", "<i4")]),
}


class BrokenIndexError(Exception):
    """An index that is damaged, or not that of the file."""


@dataclass(frozen=True, eq=False, repr=False)
class ContigChunks:
    """The chunks of one contig: stretches of the file that hold the records of one bin.

    Attributes
    ----------
    first : int64, shape (chunk,)
        First base that the bin spans, 1-based.
    begin, end : uint64, shape (chunk,)
        Virtual offsets of the first record and of what follows the last.
    reach_first : int64, shape (place,)
        First bases of windows, in order.
    reach : uint64, shape (place,)
        Virtual offset before which no record reaches into the window, or beyond it; never less
        than that of the window before.
    """

    first: NDArray[np.int64]
    begin: NDArray[np.uint64]
    end: NDArray[np.uint64]
    reach_first: NDArray[np.int64]
    reach: NDArray[np.uint64]

    @cached_property
    def _after(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """First bases of bins in order, and where the first record of those bins on stands."""
        order = np.argsort(self.first, kind="stable")
        begins = np.minimum.accumulate(self.begin[order][::-1])[::-1]
        return self.first[order], np.append(begins, self.end.max())

    def stretches(
        self, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Where the records of some intervals stand in the file.

        Parameters
        ----------
        first, last : int64, shape (interval,)
            1-based and inclusive.

        Returns
        -------
        begin, end : uint64, shape (interval,)
            Virtual offsets of a record and of what follows another; every record that the
            index places in the interval stands between. The end may not lie after the begin:
            then there is none.
        """
        window = np.searchsorted(self.reach_first, first, side="right") - 1
        begin = np.where(window >= 0, self.reach[window], self.begin.min())
        firsts, begins = self._after
        end = begins[np.searchsorted(firsts, last, side="right")]
        return np.maximum(begin, self.begin.min()), end


@dataclass(frozen=True, eq=False)
class VariantIndex:
    """An index, read.

    Attributes
    ----------
    path : Path
    contigs : dict
        Contig to its chunks, in the order of the file; contigs without records are left out.
    of_bcf : bool
        Whether it holds no names: that of a BCF.
    """

    path: Path
    contigs: dict[str, ContigChunks]
    of_bcf: bool

    def stretches(self, intervals: tuple[Interval, ...]) -> NDArray[np.uint64]:
        """Where the records of intervals stand in the file.

        Parameters
        ----------
        intervals : tuple of Interval
            In the file's contig names.

        Returns
        -------
        uint64, shape (stretch, 2)
            Virtual offsets where a record begins and where one has ended, in the order of the
            file, joined where they touch. They hold every record of the intervals, and others.
        """
        found = [np.empty((0, 2), np.uint64)]
        for name, chunks in self.contigs.items():
            own = [(i.first, i.last) for i in intervals if i.contig == name]
            if own:
                first, last = np.array(own, np.int64).T
                found.append(np.stack(chunks.stretches(first, last), axis=1))
        pairs = np.concatenate(found)
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        if not len(pairs):
            return pairs
        reached = np.maximum.accumulate(pairs[:, 1])
        new = np.append(True, pairs[1:, 0] > reached[:-1])
        (places,) = np.nonzero(new)
        return np.stack([pairs[places, 0], np.maximum.reduceat(pairs[:, 1], places)], axis=1)


def find_index(path: str) -> Path | None:
    """Find the index of a file where htslib does: .csi before .tbi; None if there is none."""
    places = (Path(f"{path}{suffix}") for suffix in (".csi", ".tbi"))
    return next((place for place in places if place.is_file()), None)


def is_stale(index: Path, path: str) -> bool:
    """Whether an index is older than its file, in whole seconds as htslib asks."""
    return int(index.stat().st_mtime) < int(Path(path).stat().st_mtime)


def read_index(index: Path, path: str, declared: tuple[str, ...] = ()) -> VariantIndex:
    """Read an index and hold it against its file.

    Parameters
    ----------
    index : Path
        A .tbi or .csi.
    path : str
        The VCF.gz or BCF.
    declared : tuple of str
        Contigs of the header, which number those of an index without names (that of a BCF).

    Raises
    ------
    BrokenIndexError
        If it is damaged, cut off, of no VCF, or not that of this file.
    """
    try:
        with gzip.open(index) as packed:
            raw = packed.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise BrokenIndexError("it is too long")
        reader = _Reader(raw)
        contigs = reader.contigs(declared)
        _check_against(contigs, path)
    except (OSError, EOFError, zlib.error) as fault:
        raise BrokenIndexError(getattr(fault, "strerror", None) or str(fault)) from None
    return VariantIndex(index, contigs, of_bcf=reader.of_bcf)


def _check_against(contigs: dict[str, ContigChunks], path: str) -> None:
    """Refuse an index that does not reach to the end of the file, or points between blocks."""
    size = Path(path).stat().st_size
    found = list(contigs.values())
    reached = max((int(chunks.end.max()) >> 16 for chunks in found), default=0)
    farthest = max([reached, *(int(chunks.reach[-1]) >> 16 for chunks in found)])
    if farthest > size:
        raise BrokenIndexError(f"it points to byte {farthest}, and the file has {size}")
    if found and size - reached > 2 * _BLOCK_BYTES:
        raise BrokenIndexError(f"it ends at byte {reached}, and the file has {size}")
    begins = np.concatenate([chunks.begin for chunks in found] or [np.empty(0, np.uint64)])
    step = max(1, len(begins) // _PROBES)
    with Path(path).open("rb") as file:
        for place in begins[::step].tolist():
            file.seek(place >> 16)
            if not is_block_head(file.read(BLOCK_HEAD)):
                raise BrokenIndexError(f"no block of the file begins at byte {place >> 16}")


class _Reader:
    """Reads an inflated index from its beginning; every length is held against what is left."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 0
        self._shape = _TBI_SHAPE
        self._kind = _TBI_BIN
        self.of_bcf = False

    def contigs(self, declared: tuple[str, ...]) -> dict[str, ContigChunks]:
        """Read the whole index."""
        magic = self._bytes(4)
        if magic == _TBI:
            n_contigs = self._count(8)
            names = self._names()
        elif magic == _CSI:
            self._shape, self._kind = (self._integer(), self._integer()), _CSI_BIN
            end = self._count(1) + self._at
            self.of_bcf = end == self._at
            names = declared if self.of_bcf else self._names()
            self._at = end
            n_contigs = self._count(4)
        else:
            raise BrokenIndexError("it is neither a .tbi nor a .csi")
        if not (0 < self._shape[0] <= _MOST_SHIFT and 0 <= self._shape[1] <= _MOST_LEVELS):
            raise BrokenIndexError("its bins have no size")
        if n_contigs > len(names):
            raise BrokenIndexError(f"it has {n_contigs} contigs and {len(names)} names")
        read = [(name, self._contig()) for name in names[:n_contigs]]
        found = [(name, chunks) for name, chunks in read if len(chunks.begin)]
        return dict(sorted(found, key=lambda item: int(item[1].begin.min())))

    def _bytes(self, n: int) -> bytes:
        """Take the next bytes."""
        if n < 0 or n > len(self._raw) - self._at:
            raise BrokenIndexError("it is cut off")
        self._at += n
        return self._raw[self._at - n : self._at]

    def _integer(self) -> int:
        return int.from_bytes(self._bytes(4), "little", signed=True)

    def _count(self, size: int) -> int:
        """Read how many things of at least this size follow."""
        n = self._integer()
        if n < 0 or n * size > len(self._raw) - self._at:
            raise BrokenIndexError("it is cut off")
        return n

    def _names(self) -> tuple[str, ...]:
        """Read tabix's settings and contig names."""
        form, *_, n_bytes = _TABIX_HEAD.unpack(self._bytes(_TABIX_HEAD.size))
        if form & 0xFFFF != _VCF_FORMAT:
            raise BrokenIndexError("it is not the index of a VCF")
        names = self._bytes(n_bytes).split(b"\0")[:-1]
        return tuple(name.decode("utf-8", "replace") for name in names)

    def _contig(self) -> ContigChunks:
        """Read the bins of one contig, and its linear index where there is one."""
        shape, kind = self._shape, self._kind
        parts = self._bins(self._count(_PLAIN_BINS[kind].itemsize))
        bins, loff, begin, end = (np.concatenate(column) for column in zip(*parts, strict=True))
        n_bins = ((1 << 3 * (shape[1] + 1)) - 1) // 7
        real = bins != n_bins + 1  # the pseudo-bin holds counts
        bins, loff, begin, end = bins[real].astype(np.int64), loff[real], begin[real], end[real]
        if (bins >= n_bins).any() or (begin > end).any():
            raise BrokenIndexError("its bins make no sense")
        first = _first_bases(bins, shape)
        if kind is _TBI_BIN:
            n = self._count(8)
            reach = np.frombuffer(self._bytes(8 * n), "<u8")
            reach_first = (np.arange(n, dtype=np.int64) << shape[0]) + 1
        else:
            order = np.argsort(first, kind="stable")
            reach_first, reach = first[order], loff[order]
        if not len(reach):
            reach_first, reach = np.ones(1, np.int64), np.zeros(1, np.uint64)
        return ContigChunks(first, begin, end, reach_first, np.maximum.accumulate(reach))

    def _bins(self, left: int) -> list[tuple[NDArray[Any], ...]]:
        """Read bins: runs of bins with one chunk at once, for most have one; others one by one.

        Returns
        -------
        list of (uint32, uint64, uint64, uint64), each of shape (chunk,)
            Bin, its own offset (0 in a .tbi), begin and end of the chunk.
        """
        kind, plain, window = self._kind, _PLAIN_BINS[self._kind], _WINDOW
        found = [_columns(np.empty(0, kind))]
        while left:
            n = min(left, window, (len(self._raw) - self._at) // kind.itemsize)
            rows = np.frombuffer(self._raw, kind, n, self._at)
            odd = rows["n"] != 1
            run = int(odd.argmax()) if odd.any() else n
            if run:
                found.append(_columns(rows[:run]))
                self._at += run * kind.itemsize
                left -= run
            if run and run == n:
                window *= 2
                continue
            window = _WINDOW
            head = np.frombuffer(self._bytes(plain.itemsize), plain)
            chunks = np.frombuffer(self._bytes(16 * int(head["n"][0])), "<u8").reshape(-1, 2)
            rows = np.zeros(len(chunks), kind)
            for name in plain.names or ():
                rows[name] = head[name]
            rows["begin"], rows["end"] = chunks.T
            found.append(_columns(rows))
            left -= 1
        return found


def _columns(rows: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Split bins of one chunk into columns."""
    names = rows.dtype.names or ()
    loff = rows["loff"] if "loff" in names else np.zeros(len(rows), np.uint64)
    return rows["bin"], loff, rows["begin"], rows["end"]


def _first_bases(bins: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.int64]:
    """Give the first base of each bin, 1-based.

    Examples
    --------
    >>> _first_bases(np.array([0, 1, 2, 4681, 4682]), (14, 5)).tolist()
    [1, 1, 67108865, 1, 16385]
    """
    smallest, levels = shape
    starts = np.array([((1 << 3 * level) - 1) // 7 for level in range(levels + 1)], np.int64)
    level = np.searchsorted(starts, bins, side="right") - 1
    size = np.int64(1) << (smallest + 3 * (levels - level))
    return (bins - starts[level]) * size + 1

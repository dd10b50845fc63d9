"""A file as chunks of text, each inflated and scanned as a whole, by one thread or several.

A chunk is a run of whole BGZF blocks, or a piece of a plain file. Its lines between the first
and the last line end are scanned where they are; the pieces at its edges are joined with those
of its neighbours by whoever takes the chunks, which come in the order of the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import field
from typing import IO, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.kernels.blocks import FIRST, NO_BLOCK, SIZE, inflate_blocks, list_blocks
from raredx.kernels.jit import Kernel
from raredx.kernels.raw_text import PADDING
from raredx.kernels.scan import N_KEPT, N_RUNS, POSITION, SCANNED
from raredx.readers import bgzf
from raredx.readers.scan_tests import ScanTests, lines_of, totals

DATA_BYTES = 1 << 20
TEXT_BYTES = 8 << 20
"""How much of the file is read, and how much text is inflated, at a time."""

_MOST_BLOCKS = 4096
_LINES = 1 << 15
_TRAILER = 8


class Digest(Protocol):
    """What hashes the bytes that are read."""

    def update(self, data: Any, /) -> None:
        """Add some bytes."""


class Found(NamedTuple):
    """What a scan found in some lines of a text.

    Attributes
    ----------
    begins : int32, shape (line + 1,)
    flags : uint8, shape (line,)
    kept : int32, shape (kept line,)
        Numbers of the lines that are left.
    dropped : int32, shape (kept line,)
        Lines dropped before each of them, since the last one.
    runs : int32, shape (contig,)
        Numbers of the lines with which another contig begins.
    totals : int64
    """

    begins: NDArray[np.int32]
    flags: NDArray[np.uint8]
    kept: NDArray[np.int32]
    dropped: NDArray[np.int32]
    runs: NDArray[np.int32]
    totals: NDArray[np.int64]


class Scanner:
    """Scans texts, one at a time."""

    def __init__(self, tests: ScanTests, kernel: Kernel) -> None:
        self._tests, self._kernel = tests, kernel
        self._room = lines_of(tests, _LINES)

    def scan(self, text: NDArray[np.uint8], start: int, end: int) -> list[Found]:
        """Scan the lines between two places; what is found first stands in room that is reused."""
        found: list[Found] = []
        while start < end:
            counted = totals()
            self._kernel(text, start, end, *self._tests, self._room, counted)
            n, n_kept, n_runs = counted[SCANNED], counted[N_KEPT], counted[N_RUNS]
            _, begins, flags, kept, dropped, runs = self._room
            part = (begins[: n + 1], flags[:n], kept[:n_kept], dropped[:n_kept], runs[:n_runs])
            start = int(counted[POSITION])
            is_full = n == flags.size
            if is_full:
                part = tuple(column.copy() for column in part)  # type: ignore[assignment]
            found.append(Found(*part, counted))
            if not is_full:
                break
        return found

    def is_ready(self) -> bool:
        """Whether a scan would compile nothing."""
        return self._kernel.is_ready(*self._nothing())

    def prepare(self) -> None:
        """Compile what a scan needs."""
        self._kernel(*self._nothing())

    def _nothing(self) -> tuple[Any, ...]:
        """Give the arguments of a scan of nothing."""
        return (np.zeros(PADDING, np.uint8), 0, 0, *self._tests, self._room, totals())


class Chunk:
    """A run of blocks, or a piece of text, and what was found in it.

    Attributes
    ----------
    buffer : bytearray
        The text, of which `n_text` bytes count.
    first, last : int
        Where the first whole line begins, and where the last one ends; -1 where no line ends.
    found : list of Found
        What stands between them.
    bad : int
        Number of the first block that could not be inflated; -1 where all could.
    """

    def __init__(self, scanner: Scanner) -> None:
        self.data = bytearray(DATA_BYTES + (1 << 16))
        self.bytes: NDArray[np.uint8] = np.frombuffer(self.data, np.uint8)
        self.table = np.zeros((_MOST_BLOCKS, 4), np.int64)
        self.n_blocks = 0
        self.offset = 0
        self._own = bytearray(TEXT_BYTES + PADDING)
        self.begin()
        self.library = bgzf.inflater_addresses()
        self.scanner = scanner

    def begin(self) -> None:
        """Be ready for other text."""
        self.buffer = self._own
        self.text: NDArray[np.uint8] = np.frombuffer(self.buffer, np.uint8)
        self.n_text = 0
        self.found: list[Found] = []
        self.first = self.last = self.bad = -1

    def inflate(self) -> None:
        """Inflate the blocks, up to the first one that cannot be."""
        self.bad = -1
        if not self.n_blocks:
            return
        if self.library is None:
            self._inflate_singly()
            return
        done = inflate_blocks(self.bytes, self.table, self.n_blocks, self.text, self.library)
        self.bad = int(done) if done < self.n_blocks else -1

    def _inflate_singly(self) -> None:
        """Inflate block by block, through Python."""
        at = 0
        for number in range(self.n_blocks):
            text = bgzf.inflate(self.body(number))
            if text is None or at + len(text) > TEXT_BYTES:
                self.bad = number
                return
            self.buffer[at : at + len(text)] = text
            at += len(text)
        self.n_text = at

    def body(self, number: int) -> bytes:
        """Give what follows the head of a block."""
        first, size = self.table[number, FIRST], self.table[number, SIZE]
        return bytes(self.data[first : first + size + _TRAILER])

    def repair(self) -> Exception | None:
        """Ask zlib of every block; the text is what stands before the first damaged one."""
        blocks, fault = [], None
        for number in range(self.n_blocks):
            text = bgzf.inflate(self.body(number))
            if text is None:
                start = int(self.table[number, FIRST]) - bgzf.BLOCK_HEAD
                fault = bgzf.corrupt(self.offset + start)
                break
            blocks.append(text)
        self.buffer = bytearray(b"".join([*blocks, bytes(PADDING)]))
        self.text = np.frombuffer(self.buffer, np.uint8)
        self.n_text = len(self.buffer) - PADDING
        self.bad = -1
        return fault

    def scan(self, start: int) -> None:
        """Scan the lines from a place on; from the first line end on, where it is -1."""
        buffer, n = self.buffer, self.n_text
        self.found, self.first, self.last = [], -1, -1
        first = buffer.find(b"\n", 0, n) + 1 if start < 0 else start
        last = buffer.rfind(b"\n", 0, n) + 1
        if (first or start == 0) and last >= first:
            self.first, self.last = first, last
            self.found = self.scanner.scan(self.text, first, last)

    def work(self, *, scans: bool) -> None:
        """Inflate, and scan if asked to."""
        self.inflate()
        if scans and self.bad < 0:
            self.scan(-1)


@dataclass
class Source:
    """What is read: a BGZF file, or a plain one.

    Attributes
    ----------
    fault : Exception or None
        What is wrong after the text that was given.
    """

    file: IO[bytes]
    is_bgzf: bool
    digest: Digest | None = None
    fault: Exception | None = None
    _offset: int = 0
    _rest: bytes = b""
    _is_at_end: bool = False
    _totals: NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, np.int64))

    def fill(self, chunk: Chunk) -> bool:
        """Read the next chunk; False where there is none."""
        if self.fault is not None:
            return False
        chunk.begin()
        if not self.is_bgzf:
            with memoryview(chunk.buffer) as view, view[:TEXT_BYTES] as room:
                chunk.n_text = self._read(room)
            chunk.n_blocks = 0
            return chunk.n_text > 0
        return self._fill_blocks(chunk)

    def _fill_blocks(self, chunk: Chunk) -> bool:
        """Read whole blocks; the rest is kept for the next chunk."""
        n = len(self._rest)
        chunk.data[:n] = self._rest
        with memoryview(chunk.data) as view, view[n:] as room:
            n += self._read(room)
        chunk.offset = self._offset
        list_blocks(chunk.bytes, n, TEXT_BYTES, chunk.table, self._totals)
        chunk.n_blocks, used, chunk.n_text, state = (int(value) for value in self._totals)
        self._rest = bytes(chunk.data[used:n])
        self._offset += used
        if state == NO_BLOCK:
            self.fault = bgzf.no_block(self._offset)
        elif chunk.n_blocks == 0 and self._rest:
            self.fault = bgzf.cut_off(self._offset)
        return chunk.n_blocks > 0

    def _read(self, room: memoryview) -> int:
        """Fill a room from the file; give how many bytes there were."""
        n = 0
        while n < len(room) and not self._is_at_end:
            got = self.file.readinto(room[n:])  # type: ignore[attr-defined]
            self._is_at_end = not got
            n += got
        if self.digest is not None:
            self.digest.update(room[:n])
        return n


def worked_chunks(
    source: Source, scanners: Sequence[Scanner], threads: int, *, scans: bool
) -> Iterator[Chunk]:
    """Yield the chunks of a file, inflated, in order; each until the next is asked for.

    Parameters
    ----------
    source : Source
    scanners : sequence of Scanner
        One for each chunk that is worked on at a time.
    threads : int
        How many inflate and scan; with one, whoever asks does it.
    scans : bool
        Whether the chunks are scanned too.
    """
    free = [Chunk(scanner) for scanner in scanners]
    if threads < 2:
        while source.fill(free[0]):
            free[0].work(scans=scans)
            yield free[0]
        return
    at_work: deque[tuple[Future[None], Chunk]] = deque()
    pool = ThreadPoolExecutor(threads, "raredx")
    try:
        while True:
            while free and source.fill(free[-1]):
                chunk = free.pop()
                at_work.append((pool.submit(chunk.work, scans=scans), chunk))
            if not at_work:
                return
            future, chunk = at_work.popleft()
            future.result()
            yield chunk
            free.append(chunk)
    finally:
        pool.shutdown(cancel_futures=True)

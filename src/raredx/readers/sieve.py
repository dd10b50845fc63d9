"""The sieve: lines of text that the gate is certain to drop never reach htslib.

Parsing a record costs more than inflating it, and most records of a genome fail a question that
can be read from the raw line: FILTER, frequency, whether a proband carries it, whether any
consequence could count, the regions that are read. A compiled scan (`kernels.scan`) asks them,
chunk by chunk; what it drops is counted as the gate would count it. Whatever is unusual in any
way is passed on, so that htslib judges it, and complains of it, as it would without.

A line that is dropped is not parsed: what is wrong with its QUAL, its other INFO fields or the
genotypes of others goes unnoticed. The number of its columns, POS, and the checksum of its block
do not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import cyvcf2
import numpy as np

from raredx.kernels.jit import Kernel
from raredx.kernels.raw_text import PADDING
from raredx.kernels.scan import DROPPED, POSITION, scan_lines
from raredx.kernels.scan_record import FIXED_TABS, N_TABS
from raredx.readers.bgzf import (
    BLOCK_HEAD,
    DamagedBlockError,
    is_block_head,
    read_stretch,
    read_text,
)
from raredx.readers.chunks import Chunk, Digest, Found, Scanner, Source, worked_chunks
from raredx.readers.gate import RawTests
from raredx.readers.gated_records import GatedRecords
from raredx.readers.header import VcfHeader
from raredx.readers.line_sample import LineSample
from raredx.readers.regions import Interval
from raredx.readers.scan_tests import ScanTests, scan_tests
from raredx.readers.scratch import scratch_file

HELD_BYTES = 4 << 20
"""How much text is held back before htslib parses it."""

LEAST_BYTES, LEAST_TO_COMPILE = 1 << 20, 64 << 20
"""Size of a file from which on scanning costs less than having htslib decode all of it: with
kernels that are ready, and with kernels that must be compiled first (about 5 s). Measured."""

Tell = Callable[[int, str, float], None]
"""Called with the records seen, the place, and the share of the file that was read."""

_MANY_SAMPLES = 32
"""Samples that nobody asks for from which on lines are cut before they are handed on."""

_PLACE_BYTES = 200
_HEADER_END = re.compile(rb"^#(?!#)[^\n]*\n", re.MULTILINE)


class Sieve:
    """The records of a VCF file, in order, but for those that the gate is certain to drop.

    Parameters
    ----------
    path : str
        A file that `suits`.
    gated : GatedRecords
        The gate that the records go on to; it also counts what is dropped here.
    header : VcfHeader
        Of the whole file.
    samples : tuple of str
        Samples to read, in file order.
    regions : sequence of Interval
        Regions to read; empty for the whole file.

    Attributes
    ----------
    n_scanned : int
        Records seen so far.
    """

    is_text = True
    scans_in_pieces = True
    """Whether a chunk can be scanned without what stands before it."""

    def __init__(
        self,
        path: str,
        gated: GatedRecords,
        header: VcfHeader,
        samples: tuple[str, ...],
        regions: Sequence[Interval] = (),
    ) -> None:
        self._path, self._gated, self._samples = path, gated, samples
        self._names = header.real_names(samples)
        self._left = self._cells_to_leave(header)
        self._cuts = len(header.samples) >= len(samples) + _MANY_SAMPLES and bool(self._left)
        whole = self._read_header()
        self._n_header = len(whole)
        self._own_header = self._cut_header(whole) if self._left else whole
        self._header = self._own_header if self._cuts else whole
        self._tests: ScanTests = self._lay_out(gated.raw_tests(), header, regions)
        self._scanner = Scanner(self._tests, self._scan_kernel())
        self._sample: LineSample | None = None
        self._edge: list[bytes] = []  # what stands after the last whole record
        self._held: list[bytes] = []
        self._skipped: list[int] = []  # records dropped before each one held
        self._n_held = self._n_skipped = 0
        self.n_scanned = 0
        self._last = b""  # the beginning of the last record seen

    @staticmethod
    def suits(path: str) -> bool:
        """Whether this is a file of VCF text, plain or BGZF."""
        return begins_with(path, b"##fileformat=VCF")

    def _read_header(self) -> bytes:
        """Read the text up to and with the line of the column names."""
        text = first_lines(self._path)
        size = header_size(text)
        if not size:
            raise DamagedBlockError("truncated: the header is cut off")
        return text[:size]

    def _cells_to_leave(self, header: VcfHeader) -> tuple[int, ...]:
        """Give the cells of a line that are not of a sample nobody reads; none where all are."""
        if header.samples == self._samples:
            return ()
        places = (FIXED_TABS + header.samples.index(name) for name in self._samples)
        return (*range(FIXED_TABS), *places)

    def _cut_header(self, header: bytes) -> bytes:
        """Leave the samples that are read in the line of the column names."""
        lines, mark, names = header.rstrip(b"\r\n").rpartition(b"\n#")
        return lines + mark + self._cut_line(names)

    def _cut_line(self, line: bytes) -> bytes:
        """Leave the samples that are read."""
        cells = line.rstrip(b"\r\n").split(b"\t")
        return b"\t".join([cells[place] for place in self._left if place < len(cells)]) + b"\n"

    def _lay_out(
        self, tests: RawTests, header: VcfHeader, regions: Sequence[Interval]
    ) -> ScanTests:
        """Put the gate's tests into arrays."""
        return scan_tests(tests, header, self._samples, regions)

    def _scan_kernel(self) -> Kernel:
        """Give the kernel that scans."""
        return scan_lines

    def pays(self) -> bool:
        """Whether the file is large enough for a scan to be worth its start."""
        size = os.path.getsize(self._path)
        return size >= LEAST_TO_COMPILE or (size >= LEAST_BYTES and self._scanner.is_ready())

    def is_ready(self) -> bool:
        """Whether a scan would compile nothing."""
        return self._scanner.is_ready()

    def records(
        self,
        sample: LineSample | None = None,
        threads: int = 1,
        digest: Digest | None = None,
        tell: Tell | None = None,
    ) -> Iterator[Any]:
        """Yield the records that are left; htslib's faults come out as they are.

        Parameters
        ----------
        sample : LineSample or None
            Keeps some of the records, whether they are dropped or not.
        threads : int
        digest : Digest or None
            Hashes the bytes of the file.
        tell : callable or None
            Called now and then with the records seen, the place, and the share of the file read.

        Raises
        ------
        DamagedBlockError
            If the file is cut off or damaged; after the records before that.
        """
        self._sample = sample
        with Path(self._path).open("rb", buffering=0) as file:
            is_bgzf = is_block_head(file.read(BLOCK_HEAD))
            file.seek(0)
            source = Source(file, is_bgzf, digest)
            fault: Exception | None = None
            size = os.path.getsize(self._path)
            n_header = self._n_header
            scanners = self._scanners(threads)
            for chunk in worked_chunks(source, scanners, threads, scans=self.scans_in_pieces):
                fault = chunk.repair() if chunk.bad >= 0 else None
                skipped = min(n_header, chunk.n_text)
                n_header -= skipped
                if skipped < chunk.n_text:
                    self._take(chunk, skipped)
                if tell is not None:
                    tell(self.n_scanned, self.place(), file.tell() / max(size, 1))
                if self._n_held >= HELD_BYTES:
                    yield from self._parsed()
                if fault:
                    break
        fault = fault or source.fault
        if not fault:
            self._take_rest()
        yield from self._parsed()
        self._gated.add_counts(self._n_skipped, 0, 0)
        if fault:
            raise fault

    def jumped(
        self, stretches: Sequence[tuple[int, int]], sample: LineSample | None = None
    ) -> Iterator[Any]:
        """Yield the records that are left of some stretches of the file.

        Parameters
        ----------
        stretches : sequence of (int, int)
            Virtual offsets of a record, and of what follows another, in file order.
        sample : LineSample or None
        """
        self._sample = sample
        for stretch in stretches:
            for text in read_stretch(self._path, *stretch):
                self._feed(text)
                if self._n_held >= HELD_BYTES:
                    yield from self._parsed()
            self._take_rest()
        yield from self._parsed()
        self._gated.add_counts(self._n_skipped, 0, 0)

    def _scanners(self, threads: int) -> list[Scanner]:
        """Make a scanner for each chunk that is worked on at a time."""
        n = threads + 2 if threads > 1 else 1
        return [Scanner(self._tests, self._scan_kernel()) for _ in range(n)]

    def _take(self, chunk: Chunk, start: int) -> None:
        """Take what was found in a chunk from a place on, which is 0 but after the header."""
        if start or not chunk.found:
            chunk.scan(start or -1)
        if chunk.first < 0:
            self._edge.append(bytes(chunk.buffer[start : chunk.n_text]))
            return
        edge = b"".join([*self._edge, chunk.buffer[start : chunk.first]])
        if edge:
            self._scan(edge)
        for found in chunk.found:
            self._absorb(found, chunk.buffer)
        self._edge = [bytes(chunk.buffer[chunk.last : chunk.n_text])]

    def _feed(self, text: bytes) -> None:
        """Take some text; what stands after its last whole line waits for more."""
        self._edge.append(text)
        if b"\n" in text:
            whole = b"".join(self._edge)
            last = whole.rfind(b"\n") + 1
            self._scan(whole[:last])
            self._edge = [whole[last:]]

    def _take_rest(self) -> None:
        """Take the last line, which no line end follows."""
        rest = b"".join(self._edge)
        self._edge = []
        if rest:
            self._scan(rest + b"\n")

    def _scan(self, text: bytes) -> int:
        """Scan whole lines that stand by themselves; give where that ended."""
        padded = text + bytes(PADDING)
        data = np.frombuffer(padded, np.uint8)
        stop = 0
        for found in self._scanner.scan(data, 0, len(text)):
            self._absorb(found, padded)
            stop = int(found.totals[POSITION])
        return stop

    def _absorb(self, found: Found, text: bytes | bytearray) -> None:
        """Count what was dropped, hold the rest, let the sample see all."""
        self._gated.add_scanned(found.totals)
        if self._sample is not None:
            self._watch(self._sample, text, found)
        begins, kept = found.begins, found.kept
        edges = zip(begins[kept].tolist(), begins[kept + 1].tolist(), strict=True)
        for (start, end), n_dropped in zip(edges, found.dropped.tolist(), strict=True):
            record = bytes(text[start:end])
            is_whole = self._cuts and record.count(b"\t") == self._tests.table[N_TABS]
            self._hold(self._cut_line(record) if is_whole else record, n_dropped)
        self._n_skipped += int(found.totals[DROPPED] - found.dropped.sum())
        self.n_scanned += len(found.flags)
        if len(found.flags):
            self._last = bytes(text[begins[-2] : begins[-2] + _PLACE_BYTES])

    def place(self) -> str:
        """Name contig and position of the last record seen."""
        return ":".join(self._last.decode("utf-8", "replace").split("\t")[:2])

    def _watch(self, sample: LineSample, text: bytes | bytearray, found: Found) -> None:
        """Let the sample see what was scanned."""
        sample.decode = self._as_lines
        sample.cut = self._cut_line if self._left else None
        sample.watch_lines(text, found.begins, found.flags, found.runs)

    def _as_lines(self, records: Sequence[bytes]) -> list[bytes]:
        """Let htslib write records as lines; one that it refuses stays as it is."""
        lines: list[bytes] = []
        text = self._own_header + b"".join(records)
        with suppress(Exception), self._open(text) as vcf:
            lines += (str(record).encode() for record in vcf)  # a bare Exception where damaged
        if len(lines) == len(records) or len(records) == 1:
            return lines or list(records)
        return [line for record in records for line in self._as_lines([record])]

    def _hold(self, record: bytes, n_dropped: int) -> None:
        """Keep a record for htslib, which reads on in its own way from lines of a header."""
        if self.is_text and record.startswith(b"#"):
            cause = "a header line stands among the records (files joined by cat?)"
            raise DamagedBlockError(f"damaged: {cause}")
        self._held.append(record)
        self._skipped.append(self._n_skipped + n_dropped)
        self._n_held += len(record)
        self._n_skipped = 0

    def _parsed(self) -> Iterator[Any]:
        """Let htslib parse what is held; add the records dropped before each one."""
        text, skipped = b"".join(self._held), self._skipped
        self._held, self._skipped, self._n_held = [], [], 0
        if not text:
            return
        with self._open(self._header + text) as vcf:
            records = iter(vcf)
            for n_skipped in skipped:
                self._gated.add_counts(n_skipped, 0, 0)
                yield from islice(records, 1)

    @contextmanager
    def _open(self, text: bytes) -> Iterator[Any]:
        """Open a header and some records as a file of their own."""
        with scratch_file() as (file, path):
            file.write(text)
            file.flush()
            vcf = cyvcf2.VCF(path, lazy=True)
        if list(vcf.samples) != self._names:
            vcf.set_samples(self._names)
        try:
            yield vcf
        finally:
            vcf.close()


def header_size(text: bytes) -> int:
    """Give where the line of the column names ends; 0 where it is not there as a whole."""
    end = _HEADER_END.search(text)
    return end.end() if end else 0


def first_lines(path: str) -> bytes:
    """Read the header and the first record of a file of VCF text; nothing where it is none."""
    if not Sieve.suits(path):
        return b""
    text, size = b"", 0
    try:
        for block in read_text(path):
            text += block
            size = size or header_size(text)
            if size and (end := text.find(b"\n", size)) >= 0:
                return text[: end + 1]
    except (DamagedBlockError, OSError):
        return b""
    return text if size else b""


def begins_with(path: str, magic: bytes) -> bool:
    """Whether a file, or what it inflates to, begins with some bytes."""
    if path.startswith(("/dev/fd/", "/dev/std", "/proc/")) or not Path(path).is_file():
        return False
    try:
        return next(read_text(path), b"").startswith(magic)
    except (DamagedBlockError, OSError):
        return False

"""The sieve for BCF: the same questions, asked of binary records.

Records begin where the last one ends, so that a file is scanned in one go, while others inflate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from raredx.columns.genome import LAST_AUTOSOME, MT_CODE, OTHER_CODE, contig_code
from raredx.columns.records import dataclass
from raredx.kernels.jit import Kernel
from raredx.kernels.raw_text import PADDING
from raredx.kernels.scan import POSITION
from raredx.kernels.scan_bcf import (
    GT_KEY,
    KEYS,
    KINDS,
    N_BCF_HEAD,
    N_CONTIGS,
    N_PASS,
    N_SAMPLES,
    PASS_IDS,
    REGION_NUMBERS,
    scan_records,
)  # fmt: skip
from raredx.kernels.scan_record import (
    AUTOSOME,
    MITOCHONDRION,
    OTHER,
    WANTED,
)  # fmt: skip
from raredx.readers.bgzf import DamagedBlockError, read_text
from raredx.readers.chunks import Chunk, Found, Scanner
from raredx.readers.gate import RawTests
from raredx.readers.header import VcfHeader
from raredx.readers.line_sample import LineSample
from raredx.readers.regions import Interval
from raredx.readers.scan_tests import (
    N_LIMITS,
    ScanTests,
    columns_of,
    info_keys,
    scan_tests,
    with_table,
)
from raredx.readers.sieve import Sieve, begins_with

_MAGIC = b"BCF\x02\x02"
_LENGTHS = 8
_LONGEST = 1 << 28
"""Bytes of a record above which the file is taken to be damaged."""

_DECLARED = re.compile(r"##(FILTER|INFO|FORMAT|contig)=<(.*)>\s*$")
_ID, _INDEX = re.compile(r"(?:^|,)ID=([^,]+)"), re.compile(r",IDX=(\d+)$")


@dataclass(frozen=True)
class Dictionary:
    """The numbers by which a BCF file names things.

    Attributes
    ----------
    keys : dict
        FILTER, INFO and FORMAT names to numbers.
    contigs : list of str
        Contig names by number; empty where a number has none.
    """

    keys: dict[str, int]
    contigs: list[str]


def read_dictionary(header: str) -> Dictionary:
    """Read the dictionaries of a BCF header, as VCF 4.3 section 6.2.1 counts them.

    Examples
    --------
    >>> lines = ['##FILTER=<ID=q10,Description="x">', "##INFO=<ID=AF,IDX=7>", "##contig=<ID=chr1>"]
    >>> read_dictionary(chr(10).join(lines))
    Dictionary(keys={'PASS': 0, 'q10': 1, 'AF': 7}, contigs=['chr1'])
    """
    keys: dict[str, int] = {"PASS": 0}
    contigs: dict[str, int] = {}
    for line in header.splitlines():
        declared = _DECLARED.match(line)
        found = _ID.search(declared[2]) if declared else None
        if declared is None or found is None:
            continue
        index = _INDEX.search(declared[2])
        names = contigs if declared[1] == "contig" else keys
        if found[1] not in names:
            names[found[1]] = int(index[1]) if index else max(names.values(), default=-1) + 1
    by_number = {number: name for name, number in contigs.items()}
    return Dictionary(keys, [by_number.get(n, "") for n in range(max(by_number, default=-1) + 1)])


class BcfSieve(Sieve):
    """The records of a BCF file, in order, but for those that the gate is certain to drop."""

    is_text = scans_in_pieces = False

    @staticmethod
    def suits(path: str) -> bool:
        """Whether this is a BCF file, compressed or not."""
        return begins_with(path, _MAGIC)

    def _read_header(self) -> bytes:
        """Read what stands before the first record."""
        text = b""
        for block in read_text(self._path):
            text += block
            if len(text) >= 9 and len(text) >= (size := 9 + int.from_bytes(text[5:9], "little")):
                return text[:size]
        raise DamagedBlockError("truncated: the header is cut off")

    def _cells_to_leave(self, header: VcfHeader) -> tuple[int, ...]:
        return ()

    def _lay_out(
        self, tests: RawTests, header: VcfHeader, regions: Sequence[Interval]
    ) -> ScanTests:
        """Put the gate's tests into arrays, names as the file's numbers."""
        text = self._header[9:].rstrip(b"\0").decode("utf-8", "replace")
        self._dictionary = dictionary = read_dictionary(text)
        number = dictionary.keys
        plain = scan_tests(tests, header, self._samples, regions)
        listed = list(dict.fromkeys(region.contig for region in regions))
        keys = info_keys(tests)
        passing = [number[name] for name in tests.pass_filters if name in number]
        wanted = [header.samples.index(self._samples[column]) for column in columns_of(tests)]
        return with_table(
            plain,
            N_BCF_HEAD,
            {
                KEYS: [number.get(key, -1) for key in keys],
                PASS_IDS: passing,
                KINDS: [_kind(name) for name in dictionary.contigs],
                REGION_NUMBERS: [
                    listed.index(name) if name in listed else -1 for name in dictionary.contigs
                ],
                WANTED: wanted,
            },
            {
                N_SAMPLES: len(header.samples),
                GT_KEY: number.get("GT", -2),
                N_PASS: len(passing),
                N_CONTIGS: len(dictionary.contigs),
            },
        )

    def _scan_kernel(self) -> Kernel:
        return scan_records

    def _take(self, chunk: Chunk, start: int) -> None:
        """Scan the records of a chunk from a place on, the first one with what stood before."""
        start = self._complete_edge(chunk, start)
        if start < 0:
            return
        stop = start
        for found in chunk.scanner.scan(chunk.text, start, chunk.n_text):
            stop = int(found.totals[POSITION])
            self._absorb(found, chunk.buffer)
        self._edge = [bytes(chunk.buffer[stop : chunk.n_text])]

    def _complete_edge(self, chunk: Chunk, start: int) -> int:
        """Scan the record that a chunk completes; give the place after it, -1 if it goes on."""
        edge = b"".join(self._edge)
        while edge:
            size = _LENGTHS
            if len(edge) >= _LENGTHS:
                size += int.from_bytes(edge[:4], "little") + int.from_bytes(edge[4:8], "little")
            if size > _LONGEST:
                raise DamagedBlockError("damaged: a record is longer than any can be")
            taken = bytes(chunk.buffer[start : min(start + size - len(edge), chunk.n_text)])
            edge, start = edge + taken, start + len(taken)
            if len(edge) < size:
                self._edge = [edge]
                return -1
            if size > _LENGTHS:
                self._scan(edge)
                edge = b""
        self._edge = []
        return start

    def _feed(self, text: bytes) -> None:
        """Take some data; what stands after its last whole record waits for more."""
        whole = b"".join([*self._edge, text])
        self._edge = [whole[self._scan(whole) :]]

    def _take_rest(self) -> None:
        """Leave a record that is cut off to htslib."""
        rest = b"".join(self._edge)
        self._edge = []
        if rest:
            self._hold(rest, 0)

    def place(self) -> str:
        """Name contig and position of the last record seen."""
        contig, position = (int.from_bytes(self._last[n : n + 4], "little") for n in (8, 12))
        names = self._dictionary.contigs
        return f"{names[contig]}:{position + 1}" if contig < len(names) else ""

    def _watch(self, sample: LineSample, text: bytes | bytearray, found: Found) -> None:
        sample.decode, sample.is_binary = self._as_lines, True
        numbers = [
            int.from_bytes(text[begin + 8 : begin + 12], "little")
            for begin in found.begins[found.runs].tolist()
        ]
        names = [self._dictionary.contigs[number].encode() for number in numbers]
        sample.watch_records(text, found.begins, found.flags, (found.runs, names))


def prepare_scan() -> None:
    """Compile the scan of BCF records."""
    nothing = ScanTests(
        np.frombuffer(bytes(PADDING), np.uint8),
        np.zeros(N_BCF_HEAD, np.int64),
        np.zeros((0, N_LIMITS)),
    )
    Scanner(nothing, scan_records).prepare()


def _kind(contig: str) -> int:
    """Tell what kind of contig a name means to the scan."""
    code = contig_code(contig)
    if code == MT_CODE:
        return MITOCHONDRION
    return AUTOSOME if OTHER_CODE < code <= LAST_AUTOSOME else OTHER

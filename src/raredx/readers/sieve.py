"""The sieve: lines of text that the gate is certain to drop never reach htslib.

Parsing a record costs more than inflating it. Most records of a genome fail FILTER or the
first population frequency, and both can be read from the line itself. What the sieve drops
it counts as the gate would; whatever is unusual in any way it passes on, so that htslib
judges it, and complains of it, as it would without. So is the first line of each contig and
of each FILTER: htslib adds to its header what the header of the file does not declare.

A line that is dropped is not parsed: what is wrong with its QUAL, its other INFO fields or its
genotypes goes unnoticed. The number of its columns, POS, and the checksum of its block do not.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import cyvcf2
import numpy as np

from raredx.readers.bgzf import DamagedBlockError, read_text
from raredx.readers.consequences import is_variant_allele
from raredx.readers.gate import GatedRecords
from raredx.readers.header import read_header
from raredx.readers.line_sample import NEVER, LineSample

HELD_BYTES = 4 << 20
"""How much text is held back before htslib parses it."""

_SIFTED_BLOCKS = 4
_MOST_NAMES = 1 << 16
_HEADER_END = re.compile(rb"^#(?!#)[^\n]*\n", re.MULTILINE)
_PLAIN_FILTERS = re.compile(rb"[\w.:+-]+(?:;[\w.:+-]+)*")
_COLUMNS = rb"[^\t]+\t[0-9]{1,9}\t[^\t]*\t[^\t]+\t[A-Za-z]+\t[^\t]*\t(?:PASS|(\.))\t"
_DECIMAL = re.compile(rb"([0-9]{1,3}(?:\.[0-9]{1,15})?)[;\t]")
_PASSES, _ABSENT, _FAILS, _ODD = range(4)
"""What FILTER says: `.` is absent; odd is left to htslib."""


class Sieve:
    """The records of a VCF file, in order, but for those that the gate is certain to drop.

    Parameters
    ----------
    path : str
        A file that `suits`.
    gated : GatedRecords
        The gate that the records go on to; it also counts what is dropped here.
    samples : tuple of str
        Samples to read.
    sample : LineSample or None
        Keeps some of the lines, whether they are dropped or not.

    Attributes
    ----------
    header_text : str
        The header for these samples, with what htslib added to it so far.
    """

    def __init__(
        self,
        path: str,
        gated: GatedRecords,
        samples: tuple[str, ...],
        sample: LineSample | None = None,
    ) -> None:
        self._path, self._gated, self._samples = path, gated, samples
        self._sample = sample
        self._left = NEVER  # lines to the next one that the sample wants
        self._tests = gated.raw_tests()
        self._limit = certain_limit(self._tests.limit)
        self._known_limit = certain_limit(self._tests.known_limit)
        self._filters = {b".": _ABSENT, b"PASS": self._classify(b"PASS")}
        self._contigs: set[bytes] = set()
        self._contig = b"\n"  # of the line before, with its tab; no line begins so
        self._header = _read_header(path)
        self._n_header = len(self._header)
        self._n_tabs = self._header.rpartition(b"\n#")[2].count(b"\t")
        self._held: list[bytes] = []
        self._skipped: list[int] = []  # lines dropped before each line held
        self._n_held = self._n_skipped = 0
        with self._open(b"") as vcf:
            self.header_text: str = vcf.raw_header
            declared = read_header(vcf).info.get(self._tests.name, ("", "", ""))
        plain = declared[0] in ("A", "1") and declared[1] == "Float"
        self._key = f";{self._tests.name}=".encode() if plain else b""
        common = plain and self._filters[b"PASS"] == _PASSES
        self._columns = re.compile(_COLUMNS if common else rb"(?!)").match
        self._above = re.compile(digits_above(self._known_limit) + rb"[;\t]").match
        self._rescue = tuple(word.encode() for word in self._tests.rescue)

    @staticmethod
    def suits(path: str, gated: GatedRecords) -> bool:
        """Whether this is a file of VCF text, plain or BGZF, that the gate can test."""
        if path.startswith("/dev/") or not Path(path).is_file() or not gated.raw_tests().name:
            return False
        try:
            return next(read_text(path), b"").startswith(b"##fileformat=VCF")
        except (DamagedBlockError, OSError):
            return False

    def records(self) -> Iterator[Any]:
        """Yield the records that are left; htslib's faults come out as they are.

        Raises
        ------
        DamagedBlockError
            If the file is cut off or damaged; after the records before that.
        """
        for _ in self._sifted():
            yield from self._parsed()

    def _sifted(self) -> Iterator[None]:
        """Read and sift the file; yield whenever enough text is held, and at the end."""
        pending: list[bytes] = []
        fault = None
        try:
            for block in self._body():
                pending.append(block)
                if len(pending) > _SIFTED_BLOCKS and b"\n" in block:
                    pending = [self._sift(b"".join(pending))]
                    if self._n_held >= HELD_BYTES:
                        yield
        except DamagedBlockError as damage:
            fault = damage
        rest = self._sift(b"".join(pending))
        if rest and not fault:
            self._hold([rest])
            self._watch(rest)
        yield
        self._gated.add_counts(self._n_skipped, 0, 0)
        if fault:
            raise fault

    def _body(self) -> Iterator[bytes]:
        """Yield the text after the header."""
        left = self._n_header
        for block in read_text(self._path):
            if left < len(block):
                yield block[left:] if left else block
            left = max(0, left - len(block))

    def _hold(self, lines: list[bytes]) -> None:
        """Keep lines for htslib."""
        for line in lines:
            self._held.append(line)
            self._skipped.append(self._n_skipped)
            self._n_held += len(line)
            self._n_skipped = 0

    def _sift(self, text: bytes) -> bytes:
        """Drop and count lines, hold the others; give the text after the last line end.

        What most lines fail is looked at in place; the others are cut into their columns.
        """
        if b"\r" in text or b"\0" in text:
            *lines, rest = text.split(b"\n")
            self._hold([line + b"\n" for line in lines])
            for line in lines:
                self._watch(line)
            return rest
        columns, above, find, count = self._columns, self._above, text.find, text.count
        key, n_key, n_tabs = self._key, len(self._key), self._n_tabs - 7
        contig = self._contig
        n_common = n_unfiltered = n_seen = start = 0
        sample, left = self._sample, self._left
        here = sample.contig if sample is not None else b""
        contig = contig if here in (b"", contig) else b"\n"
        n_contig = len(contig)
        while (end := find(b"\n", start)) >= 0:
            shape = columns(text, start)
            place = close = -1
            if shape is not None and text[start : start + n_contig] == contig:
                info = shape.end()
                close = find(b"\t", info, end)
                if close >= 0 and not text.startswith(key[1:], info):
                    place = find(key, info, close)
            if (
                shape is not None
                and place >= 0
                and (above(text, place + n_key) or self._is_common(text, place, end))
                and count(b"\t", close, end) == n_tabs
            ):
                n_common += 1
                n_unfiltered += shape.lastindex is not None
                left -= 1
                if not left and sample is not None:
                    left = sample.take(text, start, end)
            else:
                self._n_skipped += n_common - n_seen
                n_seen = n_common
                self._take(text[start : end + 1], cut=place < 0)
                left -= 1
                if close < 0 or not left:  # perhaps of another contig, or wanted
                    if sample is not None and not (left and text.startswith(here, start)):
                        left = sample.watch_line(text, start, end, left)
                        here = sample.contig
                    contig = self._contig
                    if sample is not None and here != contig:  # until it is known
                        contig = b"\n"
                    n_contig = len(contig)
            start = end + 1
        self._left = left
        self._n_skipped += n_common - n_seen
        self._gated.add_counts(0, n_common, n_unfiltered)
        return text[start:]

    def _watch(self, line: bytes) -> None:
        """Let the sample see a line."""
        if self._sample is not None:
            self._left -= 1
            if not (self._left and line.startswith(self._sample.contig)):
                self._left = self._sample.watch_line(line, 0, len(line), self._left)

    def _take(self, line: bytes, *, cut: bool) -> None:
        """Drop and count one line, or hold it; uncut lines are held."""
        if cut and self._fails(line.removesuffix(b"\n").split(b"\t", 8), line):
            self._n_skipped += 1
        else:
            self._hold([line])

    def _fails(self, cells: list[bytes], line: bytes) -> bool:
        """Whether the gate is certain to drop the line; if so, it is counted."""
        if len(cells) < 9 or cells[8].count(b"\t") != self._n_tabs - 8:
            return False
        if not self._knows(cells[0]):
            return False
        position, alt, kind = cells[1], cells[4], self._filter_kind(cells[6])
        if not (position.isdigit() and len(position) < 10 and cells[3] and alt.isascii()):
            return False
        if kind == _FAILS:
            alleles = alt.decode("ascii").split(",")
            self._gated.drop("filter", sum(map(is_variant_allele, alleles)))
            return True
        info = b";%b\t" % cells[7]
        place = info.find(self._key) if self._key and kind != _ODD and alt.isalpha() else -1
        if place < 0 or not self._is_common(info + line, place, len(info) + len(line)):
            return False
        self._gated.add_counts(0, 1, int(kind == _ABSENT))
        return True

    def _knows(self, contig: bytes) -> bool:
        """Whether a line of this contig has been passed on before."""
        if contig in self._contigs:
            self._contig = contig + b"\t"
            return True
        if len(self._contigs) < _MOST_NAMES:
            self._contigs.add(contig)
        return False

    def _filter_kind(self, text: bytes) -> int:
        """Tell what FILTER says; odd when it is met for the first time."""
        kind = self._filters.get(text, _ODD)
        if kind == _ODD and len(self._filters) < _MOST_NAMES:
            self._filters[text] = self._classify(text)
        return kind

    def _classify(self, text: bytes) -> int:
        """Tell what a FILTER says; odd where htslib might read it in its own way."""
        if not _PLAIN_FILTERS.fullmatch(text) or b"." in text.split(b";"):
            return _ODD
        names = text.decode("ascii").split(";")
        return _PASSES if self._tests.pass_filters.issuperset(names) else _FAILS

    def _is_common(self, text: bytes, place: int, end: int) -> bool:
        """Whether the frequency here is too high, and ClinVar certain not to rescue it."""
        value = _DECIMAL.match(text, place + len(self._key))
        if value is None or float(value[1]) <= self._limit:
            return False
        if self._rescue and float(value[1]) <= self._known_limit:
            line = text[text.rfind(b"\n", 0, place) + 1 : end]
            return not any(word in line for word in self._rescue)
        return True

    def _parsed(self) -> Iterator[Any]:
        """Let htslib parse what is held; add the lines dropped before each record."""
        text, skipped = b"".join(self._held), self._skipped
        self._held, self._skipped, self._n_held = [], [], 0
        if not text:
            return
        with self._open(text) as vcf:
            records = iter(vcf)
            for n_skipped in skipped:
                self._gated.add_counts(n_skipped, 0, 0)
                yield from islice(records, 1)
            self._learn(vcf.raw_header)

    @contextmanager
    def _open(self, text: bytes) -> Iterator[Any]:
        """Open the header and some lines as a VCF of their own."""
        with _scratch_file() as (file, path):
            file.write(self._header)
            file.write(text)
            file.flush()
            vcf = cyvcf2.VCF(path, lazy=True)
        if tuple(vcf.samples) != self._samples:
            vcf.set_samples(list(self._samples))
        try:
            yield vcf
        finally:
            vcf.close()

    def _learn(self, raw_header: str) -> None:
        """Take over what htslib added to the header for names that are not declared."""
        if raw_header == self.header_text:
            return
        known = set(self.header_text.splitlines())
        added = [line for line in raw_header.splitlines(keepends=True) if line[:-1] not in known]
        head, mark, names = self._header.rpartition(b"\n#")
        self._header = head + b"\n" + "".join(added).encode() + mark[1:] + names
        self.header_text = raw_header


def certain_limit(limit: float) -> float:
    """Give the smallest 32-bit number above a limit: htslib keeps frequencies with 32 bits.

    Examples
    --------
    >>> certain_limit(0.05) > 0.05, certain_limit(0.5) > 0.5, certain_limit(0.5) < 0.500001
    (True, True, True)
    """
    number = np.float32(limit)
    return float(number if float(number) > limit else np.nextafter(number, np.float32(np.inf)))


def digits_above(limit: float) -> bytes:
    r"""Give a pattern of decimals up to 1 that are above a limit; it need not match all.

    Examples
    --------
    >>> digits_above(0.25).decode()
    '(?:0\\.(?:[3-9]|2[6-9]|25[1-9]|250[1-9]|2500[1-9]|25000[2-9]|250001)[0-9]{0,9}|1)'
    """
    if not 0 <= limit < 0.999:
        return b"(?!)"
    digits = f"{int(limit * 1e6) + 1:06}"
    higher = [f"{digits[:n]}[{int(d) + 1}-9]" for n, d in enumerate(digits) if d != "9"]
    return rf"(?:0\.(?:{'|'.join([*higher, digits])})[0-9]{{0,9}}|1)".encode()


@contextmanager
def _scratch_file() -> Iterator[tuple[IO[bytes], str]]:
    """Open a file in memory, or else a temporary one, that can be opened again by its path."""
    try:
        descriptor = os.memfd_create("raredx")
    except (AttributeError, OSError):
        with tempfile.NamedTemporaryFile(suffix=".vcf") as named:
            yield named, named.name
        return
    with os.fdopen(descriptor, "wb") as file:
        yield file, f"/dev/fd/{descriptor}"


def _read_header(path: str) -> bytes:
    """Read the text up to and with the line of the column names."""
    text = b""
    for block in read_text(path):
        text += block
        if end := _HEADER_END.search(text):
            return text[: end.end()]
    return text

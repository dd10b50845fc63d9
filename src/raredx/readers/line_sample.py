"""A bounded, even sample of a file's records, taken as text while the file goes by.

A ranking drops common variants as early as it can, and it is they that tell who a sample is.
So single lines are kept: every one up to a number, then every second, every fourth, and so on,
apart for the autosomes, X, Y and the mitochondrion. Which ones are kept depends on the order
of the records alone. They are decoded when the file has ended.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np

from raredx.columns.genome import LAST_AUTOSOME, MT_CODE, OTHER_CODE, X_CODE, Y_CODE, contig_code
from raredx.columns.sites import SiteBatch
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.site_rows import CallArrays, Site, describe_site, site_batch
from raredx.vocabulary import Assembly, Outcome

MOST_LINES = {1: 4096, X_CODE: 512, Y_CODE: 256, MT_CODE: 256}
"""Lines kept of the autosomes (1), X, Y and MT. Our choice: 2,048 to 4,096 autosomal sites give a
trio's kinship and Mendelian errors far beyond the least numbers that a check asks for."""

NEVER = 1 << 62
"""Lines to the next one wanted where none is."""

_PASSED = {b"PASS": Outcome.PASS, b".": Outcome.NOT_ASSESSED}
_TELLS = re.compile(
    rb"[^\t]+\t[0-9]{1,9}\t[^\t]*\t[ACGTacgt]\t[ACGTacgt]\t[^\t]*\t(?:PASS|\.)\t"
).match
"""Whether a line is a biallelic single-base change whose FILTER has not failed."""


_LONG_LINE = 4096
"""Bytes from which on only what is needed of INFO is kept."""


@dataclass
class _Stratum:
    """The lines kept of some contigs; `mark` is the number that the next one stands for.

    Lines and marks stand apart because bytes and integers, unlike tuples, give the garbage
    collector nothing to do.
    """

    most: int
    lines: list[bytes] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    stride: int = 1
    mark: int = 0
    wanted: int = 0
    left: int = 1

    def keep(self, line: bytes) -> int:
        """Keep a line; give how many lines further the next one stands."""
        self.lines.append(line)
        self.marks.append(self.mark)
        if len(self.lines) == self.most:
            self.stride *= 2
            stays = [not mark % self.stride for mark in self.marks]
            self.lines = list(compress(self.lines, stays))
            self.marks = list(compress(self.marks, stays))
        self.mark = (self.wanted // self.stride + 1) * self.stride
        self.left, self.wanted = self.mark - self.wanted, self.mark
        return self.left


class LineSample:
    """Keeps lines; biallelic single-base changes whose FILTER has not failed.

    A reader counts down the lines from `begin_contig`; when it arrives at a line that is
    wanted, `take` says how far the next one is.

    Parameters
    ----------
    probe : AnnotationProbe
        Where population frequencies stand.
    most : dict
        Lines kept of the autosomes (1), X, Y and MT.

    Attributes
    ----------
    contig : bytes
        Contig of the lines that go by now, with its tab.
    columns : tuple of int
        Columns of the samples to decode, among the samples of the lines.
    """

    def __init__(self, probe: AnnotationProbe, most: dict[int, int] = MOST_LINES) -> None:
        self._probe = probe
        self.columns: tuple[int, ...] = ()
        self._keys = [
            (key.encode(), f";{key}=".encode(), first) for key, first in probe.frequency_keys
        ]
        self._strata = {code: _Stratum(n) for code, n in most.items()}
        self._now: _Stratum | None = None
        self.contig = b"\n"  # no line begins so

    def begin_contig(self, contig: bytes, left: int) -> int:
        """Go to another contig; `left` lines were to go on the last one. Give those to go now."""
        if self._now is not None:
            self._now.left = left
        code = contig_code(contig.decode("utf-8", "replace"))
        self._now = self._strata.get(1 if OTHER_CODE < code <= LAST_AUTOSOME else code)
        self.contig = contig + b"\t"
        return self._now.left if self._now is not None else NEVER

    def take(self, text: bytes, start: int, end: int) -> int:
        """Keep a line of a text if it tells, or want the next one; give how far that is."""
        now = self._now
        if now is None:
            return NEVER
        if _TELLS(text, start, end) is None:
            now.wanted += 1
            return 1
        line = text[start:end]
        if len(line) > _LONG_LINE and line.count(b"\t") > 8:
            cells = line.split(b"\t", 8)
            cells[7] = b";".join(b"%b=%b" % item for item in self._values(cells[7]).items())
            line = b"\t".join(cells)
        return now.keep(line)

    def watch(self, records: Iterable[Any]) -> Iterator[Any]:
        """Pass records on and keep some of them."""
        contig, left = "", NEVER
        for record in records:
            if contig != record.CHROM:
                contig = record.CHROM
                left = self.begin_contig(contig.encode(), left)
            left -= 1
            if not left:
                line = str(record).rstrip("\n").encode()
                left = self.take(line, 0, len(line))
            yield record

    def watch_line(self, text: bytes, start: int, end: int, left: int) -> int:
        """See a line that has been counted down already; give how many are to go.

        The line is wanted, or begins another contig.
        """
        if not text.startswith(self.contig, start, end):
            contig = text[start:end].partition(b"\t")[0]
            left = self.begin_contig(contig, left + 1) - 1
        return left or self.take(text, start, end)

    def _values(self, info: bytes) -> dict[bytes, bytes]:
        """Cut the values that hold frequencies out of INFO."""
        found = {}
        info = b";" + info
        for key, pattern, first_entry in self._keys:
            start = info.find(pattern)
            if start >= 0:
                start += len(pattern)
                end = info.find(b";", start)
                value = info[start:] if end < 0 else info[start:end]
                found[key] = value.partition(b",")[0] if first_entry else value
        return found

    def _frequency(self, values: dict[bytes, bytes]) -> float:
        """Read the highest frequency, as a check of the whole file does."""
        if len(values) == len(self._keys) > 0 and not self._keys[0][2]:
            with suppress(ValueError):  # missing, or a list
                return max(0.0, *map(float, values.values()))
        known = {key.decode(): text.decode("utf-8", "replace") for key, text in values.items()}
        return self._probe.highest_frequency(known, 1, 1)

    def close(self, assembly: Assembly) -> SiteBatch | None:
        """Decode what was kept, in the order of the contigs; None where nothing was.

        Sites stand in order of contig and position, whatever the order of the file.
        """
        lines = (line for stratum in self._strata.values() for line in stratum.lines)
        kept = [cells for cells in (line.split(b"\t", 8) for line in lines) if len(cells) == 9]
        order = sorted(
            (contig_code(cells[0].decode("utf-8", "replace")), int(cells[1]), number)
            for number, cells in enumerate(kept)
        )
        if not order:
            return None
        sites: list[Site] = []
        values: list[list[list[float]]] = []
        formats: dict[bytes, tuple[int, ...]] = {}
        for code, position, number in order:
            _, _, _, ref, alt, _, filters, info, text = kept[number]
            af = self._frequency(self._values(info))
            alleles = (ref.decode(), [alt.decode()], 1)
            place = (len(sites), code, position)
            sites.append(describe_site(place, alleles, _PASSED[filters], af))
            values.append(decode_calls(text, self.columns, formats))
        array = np.array(values, np.float64)
        calls = CallArrays(
            array[:, :, :2].astype(np.int16), array[:, :, 2], array[:, :, 3], array[:, :, 4:]
        )
        return site_batch(sites, calls, assembly)


def decode_calls(
    text: bytes, columns: Sequence[int], formats: dict[bytes, tuple[int, ...]]
) -> list[list[float]]:
    r"""Read the calls of a record with one ALT out of FORMAT and what follows it.

    Parameters
    ----------
    text : bytes
        FORMAT and the samples, tabs between.
    columns : sequence of int
        Samples to read.
    formats : dict
        Places of the fields in each FORMAT seen so far; added to.

    Returns
    -------
    list of list of float
        For each sample two allele numbers (-1 not called, -2 beyond the ploidy), DP, GQ, and
        reads of REF and ALT; -1 where missing. Calls of more than two alleles are not read.

    Examples
    --------
    >>> decode_calls(b"GT:AD:DP:GQ\t0/1:8,9:17:99\t1:0,7", (0, 1), {})
    [[0, 1, 17, 99, 8, 9], [1, -2, -1, -1, 0.0, 7.0]]
    >>> decode_calls(b"GT\t.|.", (0,), {})
    [[-1, -1, -1, -1, -1, -1]]
    """
    layout, *samples = text.split(b"\t")
    places = formats.get(layout)
    if places is None:
        names = layout.split(b":")
        places = tuple(
            names.index(name) if name in names else NEVER for name in (b"GT", b"DP", b"GQ", b"AD")
        )
        formats[layout] = places
    gt, dp, gq, ad = places
    found: list[list[float]] = []
    for column in columns:
        cells = samples[column].split(b":") if column < len(samples) else []
        try:  # nearly all calls are whole
            ref, alt = cells[ad].split(b",")
            found.append([
                *_GENOTYPES[cells[gt]], int(cells[dp]), int(cells[gq]), int(ref), int(alt),
            ])  # fmt: skip
            continue
        except (IndexError, KeyError, ValueError):
            n = len(cells)
        reads = cells[ad].split(b",") if ad < n else []
        found.append([
            *(_alleles(cells[gt]) if gt < n else (-2, -2)),
            _number(cells[dp]) if dp < n else -1,
            _number(cells[gq]) if gq < n else -1,
            *(map(_number, reads) if len(reads) == 2 else (-1, -1)),
        ])  # fmt: skip
    return found


def _alleles(text: bytes) -> tuple[int, int]:
    """Read a GT of one or two alleles."""
    known = _GENOTYPES.get(text)
    if known is not None:
        return known
    numbers = [int(a) if a.isdigit() else -1 for a in text.replace(b"|", b"/").split(b"/")]
    return (*numbers, -2)[:2] if len(numbers) < 3 else (-1, -1)  # type: ignore[return-value]


_GENOTYPES = {
    b"0/0": (0, 0), b"0|0": (0, 0), b"0/1": (0, 1), b"0|1": (0, 1), b"1/0": (1, 0),
    b"1|0": (1, 0), b"1/1": (1, 1), b"1|1": (1, 1), b"./.": (-1, -1), b".|.": (-1, -1),
}  # fmt: skip


def _number(text: bytes) -> float:
    """Read a number; -1 where there is none."""
    try:
        value = float(text)
    except ValueError:
        return -1
    return value if math.isfinite(value) else -1

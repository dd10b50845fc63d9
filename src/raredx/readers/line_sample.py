"""A bounded, even sample of a file's records, taken as text while the file goes by.

A ranking drops common variants as early as it can, and it is they that tell who a sample is.
So single lines are kept: every one up to a number, then every second, every fourth, and so on,
apart for the autosomes, X, Y and the mitochondrion. Which ones are kept depends on the order
of the records alone. They are decoded when the file has ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import compress, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genome import LAST_AUTOSOME, MT_CODE, OTHER_CODE, X_CODE, Y_CODE, contig_code
from raredx.columns.records import dataclass
from raredx.columns.sites import SiteBatch
from raredx.kernels.scan import COUNTED, TELLS
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.line_calls import decode_lines
from raredx.readers.site_rows import CallArrays, Site, describe_site, site_batch
from raredx.vocabulary import Assembly, Outcome

MOST_LINES = {1: 4096, X_CODE: 512, Y_CODE: 256, MT_CODE: 256}
"""Lines kept of the autosomes (1), X, Y and MT. Our choice: 2,048 to 4,096 autosomal sites give a
trio's kinship and Mendelian errors far beyond the least numbers that a check asks for."""

_PASSED = {b"PASS": Outcome.PASS, b".": Outcome.NOT_ASSESSED}
_TELLS = re.compile(
    rb"[^\t]+\t[0-9]{1,9}\t[^\t]*\t[ACGTacgt]\t[ACGTacgt]\t[^\t]*\t(?:PASS|\.)\t"
).match
"""Whether a line is a biallelic single-base change whose FILTER has not failed."""


_ODD_CALLS = re.compile(rb"[^0-9./|:,\t]|[0-9]{10}|[0-9]\.|\.[0-9]|::|\t:|:\t|^:|:$").search
"""Whether calls hold anything but alleles, whole numbers of up to nine digits, and dots."""

_PLAIN_NUMBER = re.compile(rb"\.|-?[0-9]{1,6}(?:\.[0-9]{1,12})?(?:[eE]-?[0-9]{1,2})?").fullmatch
"""Whether a frequency is a number that everybody reads alike."""

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
    seen: int = 0

    def keep(self, line: bytes) -> None:
        """Keep the line that is wanted."""
        self.extend([line], [self.mark], self.wanted)

    def extend(self, lines: list[bytes], marks: list[int], last: int) -> None:
        """Keep some lines, no more than there is room for; `last` is the number of the last."""
        self.lines += lines
        self.marks += marks
        if len(self.lines) == self.most:
            self.stride *= 2
            stays = [not mark % self.stride for mark in self.marks]
            self.lines = list(compress(self.lines, stays))
            self.marks = list(compress(self.marks, stays))
        self.mark = self.wanted = (last // self.stride + 1) * self.stride

    def choose(self, told: NDArray[np.int64], end: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Choose among the next lines, as many as there is room for.

        Parameters
        ----------
        told : int64, ascending
            Numbers of the lines that tell.
        end : int
            Number of the first line that is not there yet.

        Returns
        -------
        places, marks : integer
            Places in `told`, and the number that each stands for: the first line that tells
            from there on.
        """
        later = np.arange((self.wanted // self.stride + 1) * self.stride, end, self.stride)
        later = later[: self.most - len(self.lines) - 1]
        places = np.searchsorted(told, np.concatenate([[self.wanted], later]))
        marks = np.concatenate([[self.mark], later])
        there = places < told.size
        there[1:] &= places[1:] != places[:-1]
        return places[there], marks[there]


def as_written(frequency: float) -> float:
    """Give a frequency as htslib writes it again: 32 bits, then six digits.

    Some lines are kept as they stand in the file, others as htslib writes them.

    Examples
    --------
    >>> as_written(0.123456789), as_written(0.5)
    (0.123457, 0.5)
    """
    return float(f"{np.float32(frequency):.6g}")


class LineSample:
    """Keeps lines; biallelic single-base changes whose FILTER has not failed.

    Which ones depends on their numbers on the contigs alone: records one by one (`watch`) and
    lines that a scan has found (`watch_lines`) give the same.

    Parameters
    ----------
    probe : AnnotationProbe
        Where population frequencies stand.
    most : dict
        Lines kept of the autosomes (1), X, Y and MT.
    is_regular : bool
        Whether the header declares frequencies and calls as the specification does.

    Attributes
    ----------
    columns : tuple of int
        Columns of the samples to decode, among the samples of the lines.
    decode : callable or None
        Lets htslib write records as lines, with every sample of `columns`.
    cut : callable or None
        Leaves of a line the samples that are read, where a file has many others.
    is_binary : bool
        Whether the records that are kept are no lines.
    """

    def __init__(
        self,
        probe: AnnotationProbe,
        most: dict[int, int] = MOST_LINES,
        *,
        is_regular: bool = True,
    ) -> None:
        self._probe = probe
        self.columns: tuple[int, ...] = ()
        self.decode: Callable[[Sequence[bytes]], list[bytes]] | None = None
        self.is_binary = False
        self.cut: Callable[[bytes], bytes] | None = None
        self._is_regular = is_regular
        self._keys = [
            (f"{key}=".encode(), f";{key}=".encode(), first) for key, first in probe.frequency_keys
        ]
        self._strata = {code: _Stratum(n) for code, n in most.items()}
        self._now: _Stratum | None = None
        self._contig = b""

    def _begin_contig(self, contig: bytes) -> None:
        """Go to another contig."""
        code = contig_code(contig.decode("utf-8", "replace"))
        self._now = self._strata.get(1 if OTHER_CODE < code <= LAST_AUTOSOME else code)
        self._contig = contig

    def _shortened(self, line: bytes) -> bytes:
        """Leave only what is needed of a long line's INFO."""
        if len(line) > _LONG_LINE and line.count(b"\t") > 8:
            cells = line.split(b"\t", 8)
            cells[7] = b";".join(b"%b=%b" % item for item in self._values(cells[7]).items())
            line = b"\t".join(cells)
        return line

    def watch_lines(
        self,
        text: bytes | bytearray,
        begins: NDArray[np.int32],
        flags: NDArray[np.uint8],
        runs: NDArray[np.int32],
    ) -> None:
        """See the lines of a text that a scan has found, as `kernels.scan` describes them."""
        starts = begins[runs].tolist()
        names = [bytes(text[start : text.index(b"\t", start)]) for start in starts]
        self.watch_records(text, begins, flags, (runs, names))

    def watch_records(
        self,
        text: bytes | bytearray,
        begins: NDArray[np.int32],
        flags: NDArray[np.uint8],
        contigs: tuple[NDArray[np.int32], Sequence[bytes]],
    ) -> None:
        """See the records that a scan has found; the contigs, and with which record each begins."""
        runs, names = contigs
        for (first, last), name in zip(pairwise([*runs.tolist(), flags.size]), names, strict=True):
            if name != self._contig:
                self._begin_contig(name)
            if self._now is not None:
                self._watch_run(self._now, text, begins[first : last + 1], flags[first:last])

    def _watch_run(
        self,
        now: _Stratum,
        text: bytes | bytearray,
        begins: NDArray[np.int32],
        flags: NDArray[np.uint8],
    ) -> None:
        """See records of one contig; those that are not counted are passed over."""
        counted = np.flatnonzero(flags & COUNTED)
        rows = np.flatnonzero(flags[counted] & TELLS)
        told, end = rows + now.seen, now.seen + counted.size
        while now.wanted < end:
            places, marks = now.choose(told, end)
            if places.size == 0:
                now.wanted = end
                break
            chosen = counted[rows[places]]
            edges = zip(begins[chosen].tolist(), begins[chosen + 1].tolist(), strict=True)
            with memoryview(text) as view:
                lines = [view[start:stop].tobytes() for start, stop in edges]
            if self.cut is not None:
                lines = [*map(self.cut, lines)]
            if not self.is_binary:
                lines = [self._shortened(line) for line in lines]
            now.extend(lines, marks.tolist(), int(told[places[-1]]))
        now.seen = end

    def watch(self, records: Iterable[Any]) -> Iterator[Any]:
        """Pass records on and keep some of them."""
        contig = ""
        for record in records:
            if contig != record.CHROM:
                contig = record.CHROM
                self._begin_contig(contig.encode())
            now = self._now
            if now is not None:
                if now.seen == now.wanted:
                    line = str(record).rstrip("\n").encode()
                    if _TELLS(line) is None:
                        now.wanted += 1
                    else:
                        now.keep(self._shortened(line))
                now.seen += 1
            yield record

    def _is_plain(self, cells: list[bytes], *, whole: bool) -> bool:
        """Whether a line is sure to say the same to us as to htslib."""
        if not self._is_regular or cells[6] not in _PASSED:
            return False
        if not whole and _ODD_CALLS(cells[8].partition(b"\t")[2]):
            return False
        info = cells[7]
        for bare, pattern, first_entry in self._keys:
            start = 0 if info.startswith(bare) else info.find(pattern) + 1
            if not first_entry and (start or info.startswith(bare)):
                start += len(bare)
                end = info.find(b";", start)
                if not _PLAIN_NUMBER(info, start, end if end >= 0 else len(info)):
                    return False
        return True

    def _values(self, info: bytes) -> dict[bytes, bytes]:
        """Cut the values that hold frequencies out of INFO."""
        found = {}
        info = b";" + info
        for bare, pattern, first_entry in self._keys:
            start = info.find(pattern)
            if start >= 0:
                start += len(pattern)
                end = info.find(b";", start)
                value = info[start:] if end < 0 else info[start:end]
                found[bare[:-1]] = value.partition(b",")[0] if first_entry else value
        return found

    def _frequency(self, info: bytes) -> float:
        """Read the highest frequency, as a check of the whole file does."""
        best = 0.0
        for bare, pattern, first_entry in self._keys:
            if first_entry:
                break
            start = -1 if info.startswith(bare) else info.find(pattern)
            if start < 0 and not info.startswith(bare):
                break
            start += len(pattern)
            end = info.find(b";", start)
            try:
                value = float(info[start:] if end < 0 else info[start:end])
            except ValueError:  # missing, or a list
                break
            best = value if value > best else best
        else:
            if self._keys:
                return best
        values = self._values(info)
        known = {key.decode(): text.decode("utf-8", "replace") for key, text in values.items()}
        return self._probe.highest_frequency(known, 1, 1)

    def close(self, assembly: Assembly) -> SiteBatch | None:
        """Decode what was kept, in the order of the contigs; None where nothing was.

        Sites stand in order of contig and position, whatever the order of the file.
        """
        lines = [line for stratum in self._strata.values() for line in stratum.lines]
        if self.is_binary and self.decode is not None:
            lines = self.decode(lines)
        kept = [cells for line in lines if len(cells := line.rstrip(b"\r\n").split(b"\t", 8)) == 9]
        if not kept:
            return None
        calls, whole = decode_lines([cells[8] for cells in kept], self.columns)
        odd = [n for n, cells in enumerate(kept) if not self._is_plain(cells, whole=whole[n])]
        if odd and self.decode is not None and not self.is_binary:
            lines = [b"\t".join(kept[n]) + b"\n" for n in odd]
            again = [line.rstrip(b"\n").split(b"\t", 8) for line in self.decode(lines)]
            calls[odd] = decode_lines([cells[8] for cells in again], self.columns)[0]
            for number, cells in zip(odd, again, strict=True):
                kept[number] = cells
        return self._site_batch(kept, calls, assembly)

    def _site_batch(
        self, kept: list[list[bytes]], calls: NDArray[np.float64], assembly: Assembly
    ) -> SiteBatch:
        """Put lines in order of contig and position."""
        names = {cells[0] for cells in kept}
        codes = {name: contig_code(name.decode("utf-8", "replace")) for name in names}
        order = sorted(
            (codes[cells[0]], int(cells[1]), number) for number, cells in enumerate(kept)
        )
        sites: list[Site] = []
        for code, position, number in order:
            _, _, _, ref, alt, _, filters, info, _ = kept[number]
            place, alleles = (len(sites), code, position), (ref.decode(), [alt.decode()], 1)
            af = as_written(self._frequency(info))
            sites.append(describe_site(place, alleles, _PASSED.get(filters, Outcome.FAIL), af))
        array = calls[[number for _, _, number in order]]
        return site_batch(
            sites,
            CallArrays(
                array[:, :, :2].astype(np.int16), array[:, :, 2], array[:, :, 3], array[:, :, 4:]
            ),
            assembly,
        )

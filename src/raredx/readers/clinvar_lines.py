"""Lines of a ClinVar VCF -> reported alleles; only lines near given places are taken apart.

ClinVar has three million lines and a family asks about a few hundred places: contig and position
of all lines are read as arrays, and only what is left as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genome import contig_code
from raredx.errors import InputError
from raredx.readers.info_fields import clinvar_class, clinvar_stars
from raredx.readers.reported_kinds import reported_kind
from raredx.vocabulary import ClinvarClass, ReportedKind

Place = tuple[int, int, int]
"""Contig code, first and last base, 1-based and inclusive."""

_HEAD_BYTES = 32
"""Room for a contig, a position and two tabs; longer ones are taken apart one by one."""
_TAB, _LINE_END, _RETURN, _HASH, _ZERO = b"\t\n\r#0"
_MOST_DIGITS = 10
_COLUMNS = 8
_BASES = re.compile(r"[ACGTNacgtn]+")
_KEYS = ("CLNSIG", "CLNREVSTAT", "MC", "CLNALLE")
_FLAGS = {
    # dbSNP's words of ClinVar files before 2017, which have no MC.
    "NSF": ReportedKind.LOSS,
    "NSN": ReportedKind.LOSS,
    "ASS": ReportedKind.SPLICE_SITE,
    "DSS": ReportedKind.SPLICE_SITE,
    "NSM": ReportedKind.MISSENSE,
    "SYN": ReportedKind.SYNONYMOUS,
}


class Reported(NamedTuple):
    """One reported allele: codes as in `ClinvarTable`."""

    contig: int
    position: int
    ref: str
    alt: str
    clinvar_class: int
    stars: int
    kind: int
    variation: int


def read_record(line: str) -> list[Reported]:
    r"""Take a line apart: a row for each ALT allele with a germline classification.

    Alleles that are no sequence, and records that ClinVar classifies only for tumours or as part
    of a haplotype, give none.

    Raises
    ------
    ValueError
        If the line has too few columns or its position is no number.

    Examples
    --------
    >>> info = "CLNSIG=Pathogenic,_low_penetrance;CLNREVSTAT=criteria_provided,_single_submitter"
    >>> tuple(*read_record(f"1\t5\t77\tC\tT\t.\t.\t{info};MC=SO:0001583|missense_variant"))
    (1, 5, 'C', 'T', 6, 1, 1, 77)
    >>> read_record("1\t5\t77\tC\t.\t.\t.\t.")
    []
    """
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) < _COLUMNS:
        raise ValueError(f"has {len(cells)} columns, not {_COLUMNS}")
    chrom, position, name, ref, alts, _, _, text = cells[:_COLUMNS]
    info = dict.fromkeys(_KEYS, "")
    flags = set()
    for item in text.split(";"):
        key, equals, value = item.partition("=")
        if equals and key in info:
            info[key] = "" if value == "." else value
        elif not equals:
            flags.add(key)
    kind = reported_kind(info["MC"])
    if not info["MC"]:
        kind = next((code for flag, code in _FLAGS.items() if flag in flags), kind)
    variation = int(name) if name.isdecimal() and int(name) < 1 << 31 else 0
    found = []
    for alt, significance, review in _of_alleles(alts.split(","), info):
        code = clinvar_class(significance)
        if code != ClinvarClass.ABSENT and _BASES.fullmatch(ref) and _BASES.fullmatch(alt):
            row = (code, clinvar_stars(review), kind, variation)
            found.append(Reported(contig_code(chrom), int(position), ref, alt, *map(int, row)))
    return found


def _of_alleles(alts: list[str], info: dict[str, str]) -> list[tuple[str, str, str]]:
    """Give significance and review status of each ALT allele.

    A comma is part of ClinVar's words. Until 2017 it separated alleles instead, and CLNALLE told
    which (0 is REF, -1 none).
    """
    significance, review = info["CLNSIG"], info["CLNREVSTAT"]
    numbers = info["CLNALLE"].split(",") if info["CLNALLE"] else []
    parts = significance.split(","), review.split(",")
    if not numbers or any(len(part) != len(numbers) for part in parts):
        return [(alt, significance, review) for alt in alts]
    return [
        (alts[int(number) - 1], told, reviewed)
        for number, told, reviewed in zip(numbers, *parts, strict=True)
        if number.isdecimal() and 1 <= int(number) <= len(alts)
    ]


class ClinvarScan:
    """Takes text and keeps the reported alleles at some places.

    Parameters
    ----------
    places : sequence of Place
        In any order; they may overlap.
    where : str
        Name of the file.
    whole : bool
        Whether the text is that of the whole file, so that lines can be counted.

    Attributes
    ----------
    rows : list of Reported
        What was found so far.
    codes : set of int
        Contig codes met so far.
    """

    def __init__(self, places: Sequence[Place], where: str, *, whole: bool) -> None:
        self.rows: list[Reported] = []
        self.codes: set[int] = set()
        self._places = merged_places(places)
        self._where = where
        self._number = 0 if whole else -1
        self._reached = (0, 0)

    def take(self, text: bytes) -> None:
        """Look through whole lines.

        Raises
        ------
        InputError
            If a line cannot be read, or contigs or positions are out of order.
        """
        buffer = np.frombuffer(text + bytes(_HEAD_BYTES), np.uint8)
        ends = np.flatnonzero(buffer[: len(text)] == _LINE_END)
        if len(text) and text[-1] != _LINE_END:
            ends = np.append(ends, len(text))
        starts = np.append(0, ends[:-1] + 1)
        first = buffer[starts]
        told = np.flatnonzero((first != _HASH) & (first != _RETURN) & (starts < ends))
        numbers, starts, ends = told + self._number + 1, starts[told], ends[told]
        code, position = self._heads(buffer, starts, ends, numbers)
        self._check_order(code, position, numbers)
        for row in np.flatnonzero(self._wanted(code, position)).tolist():
            line = text[starts[row] : ends[row]].decode("utf-8", "replace")
            try:
                self.rows.extend(read_record(line))
            except ValueError as fault:
                raise self._fault(numbers[row], line, str(fault)) from None
        if self._number >= 0:
            self._number += text.count(b"\n")

    def _heads(
        self, buffer: NDArray[np.uint8], starts: NDArray[Any], ends: NDArray[Any], numbers: Any
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Read contig code and position of every line."""
        heads = buffer[starts[:, None] + np.arange(_HEAD_BYTES)]
        tabs = heads == _TAB
        rows = np.arange(len(heads))
        first = tabs.argmax(axis=1)
        tabs[rows, first] = False
        second = tabs.argmax(axis=1)
        position = np.zeros(len(heads), np.int64)
        fits = (first > 0) & (second > first + 1) & (second - first <= _MOST_DIGITS + 1)
        for column in range(1, int(second.max(initial=0))):
            digit = heads[:, column].astype(np.int64) - _ZERO
            inside = (column > first) & (column < second)
            fits &= ~inside | ((digit >= 0) & (digit <= 9))
            position = np.where(inside, position * 10 + digit, position)
        heads[np.arange(_HEAD_BYTES) >= first[:, None]] = 0
        names = heads.view(f"S{_HEAD_BYTES}").reshape(-1)
        begins = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])
        codes = [contig_code(names[row].decode("utf-8", "replace")) for row in begins]
        code = np.repeat(np.array(codes, np.int64), np.diff(begins, append=len(names)))
        for row in np.flatnonzero(~fits | (position >= 1 << 31)).tolist():
            line = buffer[starts[row] : ends[row]].tobytes().decode("utf-8", "replace")
            chrom, _, rest = line.partition("\t")
            if not rest.partition("\t")[0].isdecimal() or contig_code(chrom):
                raise self._fault(numbers[row], line, "no contig and position at its beginning")
            code[row] = 0
        return code, position

    def _check_order(
        self, code: NDArray[np.int64], position: NDArray[np.int64], numbers: NDArray[Any]
    ) -> None:
        """Refuse a file that is not sorted: it was put together, or damaged."""
        known = np.flatnonzero(code)
        if not len(known):
            return
        codes = np.append(self._reached[0], code[known])
        places = np.append(self._reached[1], position[known])
        changes = np.flatnonzero(codes[1:] != codes[:-1])
        back = np.flatnonzero((codes[1:] == codes[:-1]) & (places[1:] < places[:-1]))
        again = []
        for change in changes.tolist():
            entered = int(codes[change + 1])
            if entered in self.codes:
                again.append(change)
            self.codes.add(entered)
        wrong = min([*back.tolist(), *again], default=-1)
        if wrong >= 0:
            where = self._at(numbers[known[wrong]])
            what = f"the file is not sorted: position {places[wrong + 1]} stands after others"
            raise InputError(where, what, "Sort it (bcftools sort), or download it again.")
        self._reached = int(codes[-1]), int(places[-1])

    def _wanted(self, code: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which lines lie at a place."""
        wanted = np.zeros(len(code), np.bool_)
        for number, places in self._places.items():
            rows = np.flatnonzero(code == number)
            if len(rows):
                at = np.searchsorted(places[:, 0], position[rows], side="right") - 1
                wanted[rows] = (at >= 0) & (position[rows] <= places[at, 1])
        return wanted

    def _at(self, number: int) -> str:
        return f"{self._where}:{number}" if self._number >= 0 else self._where

    def _fault(self, number: int, line: str, what: str) -> InputError:
        """Say that a line cannot be read."""
        begins = line[:40]
        fact = f"the line that begins with {begins!r} is damaged: {what}"
        return InputError(self._at(number), fact, "Download the file again.")


def merged_places(places: Sequence[Place]) -> dict[int, NDArray[np.int64]]:
    """Join places that overlap or touch; by contig code, shape (place, 2), in order.

    Places on contigs without a code are left out: their names would be needed.

    Examples
    --------
    >>> merged_places([(1, 50, 60), (1, 10, 20), (1, 15, 30)])[1].tolist()
    [[10, 30], [50, 60]]
    """
    found: dict[int, list[list[int]]] = {}
    for code, first, last in sorted(place for place in places if place[0]):
        known = found.setdefault(code, [])
        if known and first <= known[-1][1] + 1:
            known[-1][1] = max(known[-1][1], last)
        else:
            known.append([first, last])
    return {code: np.array(pairs, np.int64) for code, pairs in found.items()}

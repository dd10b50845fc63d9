"""The calls of many lines with one ALT: regular lines all at once, the others one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FIELDS = (b"GT", b"DP", b"GQ", b"AD")
_NOWHERE = 1 << 62
"""Place of a field that a FORMAT does not have."""

_LEAST_LINES = 32
"""Lines of one FORMAT from which on reading them at once is faster. Measured."""
_MOST_DIGITS = 9
"""Longer numbers are read one by one."""
_TAB, _LINE_END, _COLON, _COMMA, _DOT, _ZERO, _NINE = b"\t\n:,.09"
_SLASH, _BAR = b"/|"

Numbers = NDArray[np.int64]
Kept = NDArray[np.bool_]


def decode_lines(
    texts: Sequence[bytes], columns: Sequence[int]
) -> tuple[NDArray[np.float64], Kept]:
    r"""Read the calls of records with one ALT out of FORMAT and what follows it.

    Parameters
    ----------
    texts : sequence of bytes
        FORMAT and the samples of each record, tabs between.
    columns : sequence of int
        Samples to read.

    Returns
    -------
    calls : float64, shape (record, sample, 6)
        Two allele numbers (-1 not called, -2 beyond the ploidy), DP, GQ, and reads of REF and
        ALT; -1 where missing. Calls of more than two alleles are not read.
    whole : bool, shape (record,)
        Whether a record is of the common kind, where nothing can be read in two ways.

    Examples
    --------
    >>> decode_lines([b"GT:AD:DP:GQ\t0/1:8,9:17:99", b"GT\t1"], (0,))[0].tolist()
    [[[0.0, 1.0, 17.0, 99.0, 8.0, 9.0]], [[1.0, -2.0, -1.0, -1.0, -1.0, -1.0]]]
    """
    groups: dict[bytes, list[int]] = {}
    for number, text in enumerate(texts):
        groups.setdefault(text[: text.find(b"\t")], []).append(number)
    out, every = np.empty((len(texts), len(columns), 6)), np.zeros(len(texts), np.bool_)
    if not columns:
        return out, every
    formats: dict[bytes, tuple[int, ...]] = {}
    for layout, numbers in groups.items():
        rows, left = np.array(numbers), np.ones(len(numbers), np.bool_)
        names = layout.split(b":")
        if len(rows) >= _LEAST_LINES and all(name in names for name in _FIELDS):
            values, whole = _decode_regular([texts[n] for n in numbers], names, columns)
            out[rows[whole]] = values[whole]
            every[rows] = whole
            left = ~whole
        for number in rows[left].tolist():
            out[number] = decode_calls(texts[number], columns, formats)
    return out, every


def _decode_regular(
    texts: list[bytes], names: list[bytes], columns: Sequence[int]
) -> tuple[NDArray[np.float64], Kept]:
    """Read lines of one FORMAT; say of which lines every call could be read."""
    text = np.frombuffer(b"\n".join(texts) + b"\n", np.uint8)
    marks = np.flatnonzero((text == _TAB) | (text == _COLON) | (text == _LINE_END))
    ends = np.flatnonzero(text[marks] == _LINE_END) + 1
    starts = np.concatenate([[0], ends[:-1]])
    n_samples = texts[0].count(b"\t")
    width = len(names) * (n_samples + 1)
    values = np.empty((len(texts), len(columns), 6))
    if max(columns) >= n_samples:
        return values, np.zeros(len(texts), np.bool_)
    pattern = np.full((n_samples + 1, len(names)), _COLON, np.uint8)
    pattern[:, -1] = _TAB
    pattern[-1, -1] = _LINE_END
    whole = ends - starts == width
    place = marks[np.where(whole, starts, 0)[:, None] + np.arange(min(width, len(marks)))]
    whole &= (text[place] == pattern.reshape(-1)[: place.shape[1]]).all(axis=1)
    if not whole.any():
        return values, whole
    rows = np.flatnonzero(whole)
    place = place[rows].reshape(len(rows), n_samples + 1, len(names))
    # a field ends at its mark, and begins after the one before
    last = place[:, 1:][:, list(columns)]
    first = np.concatenate([place[:, :-1, -1:], place[:, 1:, :-1]], axis=2)[:, list(columns)] + 1
    fields = {}
    for name in _FIELDS:
        n = names.index(name)
        fields[name] = first[..., n], last[..., n]
    read = np.empty((len(rows), len(columns), 6))
    good = _genotypes(text, fields[b"GT"], read[..., :2])
    for name, column in ((b"DP", 2), (b"GQ", 3)):
        good &= _integers(text, fields[name], read[..., column])
    begin, end = fields[b"AD"]
    comma = _find_comma(text, begin, end)
    alone = (end - begin == 1) & (text[begin] == _DOT)
    good &= (comma < end) | alone
    good &= _integers(text, (begin, comma), read[..., 4])
    good &= _integers(text, (np.minimum(comma + 1, end), end), read[..., 5]) | alone
    read[..., 5][alone] = -1
    values[rows] = read
    whole[rows] = good.all(axis=1)
    return values, whole


def _genotypes(
    text: NDArray[np.uint8], field: tuple[Numbers, Numbers], out: NDArray[np.float64]
) -> Kept:
    """Read genotypes of one or two alleles of one digit; say which ones are such."""
    start, end = field
    middle = text[start + 1]  # of a haploid call, what follows it
    haploid = end - start == 1
    good: Kept = haploid | ((end - start == 3) & ((middle == _SLASH) | (middle == _BAR)))
    for side in range(2):
        letter = text[np.minimum(start + 2 * side, end)]
        digit = (letter >= _ZERO) & (letter <= _NINE)
        out[..., side] = np.where(digit, letter.astype(np.int64) - _ZERO, -1)
        unread = haploid & (side == 1)
        good &= digit | (letter == _DOT) | unread
        out[..., side][unread] = -2
    return good


def _integers(
    text: NDArray[np.uint8], field: tuple[Numbers, Numbers], out: NDArray[np.float64]
) -> Kept:
    """Read numbers of digits alone, and -1 for a dot; say which ones are such."""
    start, end = field
    length = end - start
    dot = (length == 1) & (text[start] == _DOT)
    good = (length > 0) & (length <= _MOST_DIGITS)
    total = np.zeros(start.shape, np.int64)
    for n in range(int(length[good].max(initial=0))):
        inside = n < length
        letter = text[np.minimum(start + n, end)]
        digit = (letter >= _ZERO) & (letter <= _NINE)
        good &= digit | ~inside | dot
        total = np.where(inside, total * 10 + letter - _ZERO, total)
    out[...] = np.where(dot, -1, total)
    return good


def _find_comma(text: NDArray[np.uint8], start: Numbers, end: Numbers) -> Numbers:
    """Give the place of the first comma of each field; its end where it has none."""
    commas = np.append(np.flatnonzero(text == _COMMA), len(text))
    found: Numbers = np.minimum(commas[np.searchsorted(commas, start)], end)
    return found


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
        places = tuple(names.index(name) if name in names else _NOWHERE for name in _FIELDS)
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

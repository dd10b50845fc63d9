"""The gate's tests as arrays, as the scan of raw records takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.sequences import ascending
from raredx.kernels.raw_text import PADDING, hash_names
from raredx.kernels.scan import N_TOTALS
from raredx.kernels.scan_record import (
    ANY_FILTER,
    CALLS,
    ENDS,
    FAMILIES,
    FIELDS,
    FIXED_TABS,
    FOUND,
    HAS_KNOWN,
    HAS_REGIONS,
    INFO,
    JUDGES_TEXT,
    LISTED,
    N_FAMILIES,
    N_FIELDS,
    N_FREQUENCIES,
    N_HEAD,
    N_KEYS,
    N_LISTED,
    N_MARKS,
    N_PLACES,
    N_SPLICE,
    N_TABS,
    N_WANTED,
    NEAR,
    OPEN_ON_MT,
    PASSES,
    READS_KNOWN,
    REGIONS,
    SECTIONS,
    SPLICE,
    STARTS,
    WANTED,
    WIDE,
)  # fmt: skip
from raredx.readers.gate import ENTRY_WORDS, KNOWN_WORDS, RawTests
from raredx.readers.header import VcfHeader
from raredx.readers.regions import Interval

N_LIMITS = 5
"""Columns of the limits."""

_ROUNDED = 1e-6
"""htslib keeps single precision: what it rounds up to a limit must be kept."""


class ScanTests(NamedTuple):
    """What a scan looks for.

    Attributes
    ----------
    words : uint8
        All words, one after the other: FILTER names, INFO keys, terms, contigs.
    table : int64
        Every whole number of a run; its head tells where each is (`scan_record.N_TABS` and
        following).
    limits : float64, shape (frequency + field + 1, 5)
        For each INFO key of a frequency, above which an allele is too common, above which
        ClinVar does not rescue it, 1 where the field is declared as numbers that can be
        counted off against the ALTs, and the first two for near misses. Then, for each field of
        a consequence that holds one, ascending, the limits and the field. Last, from where on a
        splice prediction counts.
    """

    words: NDArray[np.uint8]
    table: NDArray[np.int64]
    limits: NDArray[np.float64]


def scan_tests(
    tests: RawTests, header: VcfHeader, samples: Sequence[str], regions: Sequence[Interval]
) -> ScanTests:
    """Lay out the tests of a gate for a file.

    Parameters
    ----------
    tests : RawTests
    header : VcfHeader
        Of the whole file.
    samples : sequence of str
        Those that are read, in file order: the gate counts columns among them.
    regions : sequence of Interval
        In the file's names, sorted and apart; empty for the whole file.
    """
    by_contig: dict[str, list[int]] = {}
    for region in regions:
        by_contig.setdefault(region.contig, []).extend((region.first, region.last))
    sections: list[Sequence[str]] = [
        sorted(tests.pass_filters),
        info_keys(tests),
        KNOWN_WORDS,
        ENTRY_WORDS if tests.entry_significance else (),
        tests.coding_fragments,
        tests.fragments,
        list(by_contig),
    ]
    words = [word.encode() for section in sections for word in section]
    columns = columns_of(tests)
    trios = [column for trio in tests.trios for column in trio]
    parts: dict[int, Sequence[int] | NDArray[np.int64]] = {
        ENDS: _edges(map(len, words)),
        SECTIONS: _edges(map(len, sections)),
        FAMILIES: [columns.index(column) if column >= 0 else -1 for column in trios],
        WANTED: [FIXED_TABS + header.samples.index(samples[column]) for column in columns],
        STARTS: _edges(len(places) // 2 for places in by_contig.values()),
        REGIONS: [place for places in by_contig.values() for place in places],
        FIELDS: tests.gene_fields,
        LISTED: _hashes(tests.gene_names),
        SPLICE: _splice_fields(tests),
    }
    head = _head(tests, header) | {
        HAS_REGIONS: int(bool(regions)),
        N_LISTED: len(parts[LISTED]),
        N_SPLICE: len(parts[SPLICE]) // 3,
    }
    return ScanTests(
        np.frombuffer(b"".join(words) + bytes(PADDING), np.uint8),
        _table(head, parts),
        _limits(tests, header),
    )


def _limits(tests: RawTests, header: VcfHeader) -> NDArray[np.float64]:
    """Lay out the limits: see `ScanTests`."""
    limits = [
        (limit, past, float(_is_plain(header, key)), *wide)
        for (key, limit, past), (_, *wide) in zip(
            tests.frequencies, tests.wide_frequencies or tests.frequencies, strict=True
        )
    ]
    limits += [
        (limit, past, float(field), 0.0, 0.0)
        for field, limit, past in sorted(tests.entry_frequencies)
    ]
    limits.append((tests.splice_limit - _ROUNDED, 0.0, 0.0, 0.0, 0.0))
    return np.array(limits, np.float64).reshape(-1, N_LIMITS)


def _head(tests: RawTests, header: VcfHeader) -> dict[int, int]:
    """Give the numbers that stand at the beginning of the table."""
    n_keys, n_wanted = len(info_keys(tests)), len(columns_of(tests))
    found = FIXED_TABS + 2 * n_wanted
    return {
        N_TABS: FIXED_TABS - 1 + len(header.samples),
        PASSES: ANY_FILTER if tests.any_filter else int("PASS" in tests.pass_filters),
        NEAR: int(tests.near),
        WIDE: int(tests.is_wide),
        OPEN_ON_MT: int(tests.open_on_mt),
        N_FREQUENCIES: len(tests.frequencies),
        HAS_KNOWN: int(bool(tests.significance)),
        JUDGES_TEXT: _is_text(header, tests.key),
        READS_KNOWN: _is_text(header, tests.significance),
        N_KEYS: n_keys,
        N_WANTED: n_wanted,
        N_FAMILIES: len(tests.trios),
        N_FIELDS: len(tests.gene_fields),
        N_PLACES: len(tests.entry_frequencies),
        CALLS: FIXED_TABS + n_wanted,
        FOUND: found,
        INFO: found + 2 * n_keys,
        N_MARKS: found + 2 * n_keys + 2,
    }


def lines_of(tests: ScanTests, n: int) -> tuple[NDArray[Any], ...]:
    """Make room for what a scan finds in a line, and of up to n lines."""
    return (
        np.zeros(tests.table[N_MARKS], np.int64),
        np.zeros(n + 1, np.int32),
        np.zeros(n, np.uint8),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
    )


def totals() -> NDArray[np.int64]:
    """Make room for what a scan counts."""
    return np.zeros(N_TOTALS, np.int64)


def _table(
    head: dict[int, int], parts: dict[int, Sequence[int] | NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Put the head, and the parts that it points to, one after the other."""
    numbers = np.zeros(N_HEAD, np.int64)
    places = dict(zip(parts, N_HEAD + _edges(map(len, parts.values())), strict=False))
    for place, number in (head | places).items():
        numbers[place] = number
    return np.concatenate([numbers, *(np.asarray(part, np.int64) for part in parts.values())])


def with_table(
    tests: ScanTests,
    n_head: int,
    parts: dict[int, Sequence[int]],
    head: dict[int, int],
) -> ScanTests:
    """Add to a table: a longer head, parts that it points to, and numbers of its own."""
    added = n_head - N_HEAD
    old = tests.table.copy()
    old[ENDS : SPLICE + 1] += added
    numbers = np.concatenate([old[:N_HEAD], np.zeros(added, np.int64)])
    places = dict(zip(parts, len(old) + added + _edges(map(len, parts.values())), strict=False))
    for place, number in (head | places).items():
        numbers[place] = number
    rest = [np.asarray(part, np.int64) for part in parts.values()]
    return tests._replace(table=np.concatenate([numbers, old[N_HEAD:], *rest]))


def info_keys(tests: RawTests) -> list[str]:
    """Give the INFO keys that a scan looks for: frequencies, ClinVar, consequences, SpliceAI."""
    known = [tests.significance] if tests.significance else []
    splice = [name for name, _, _ in tests.splice]
    return [*(name for name, _, _ in tests.frequencies), *known, tests.key, *splice]


def _splice_fields(tests: RawTests) -> list[int]:
    """Give INFO key, first and last field of what may hold a splice prediction."""
    key = len(tests.frequencies) + bool(tests.significance)
    found = [n for first, last in _stretches(tests.entry_splice) for n in (key, first, last)]
    for number, (_, first, last) in enumerate(tests.splice, key + 1):
        found += [number, first, last]
    return found


def _stretches(fields: Sequence[int]) -> list[tuple[int, int]]:
    """Join fields that follow each other."""
    found: list[tuple[int, int]] = []
    for field in sorted(fields):
        if found and found[-1][1] == field - 1:
            found[-1] = (found[-1][0], field)
        else:
            found.append((field, field))
    return found


def columns_of(tests: RawTests) -> list[int]:
    """Give the columns whose genotypes a scan reads: probands and their parents."""
    return sorted({column for trio in tests.trios for column in trio if column >= 0})


def _hashes(names: Sequence[str]) -> NDArray[np.int64]:
    """Hash names as the scan does, ascending."""
    text = "|".join(names).encode() + b"|"
    out = np.zeros(text.count(b"|"), np.int64)
    n = hash_names(np.frombuffer(text + bytes(PADDING), np.uint8), len(text), out)
    return ascending(out[:n])


def _edges(sizes: Any) -> NDArray[np.int64]:
    """Give where each of some stretches begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum([*sizes], dtype=np.int64)]).astype(np.int64)


def _is_text(header: VcfHeader, key: str) -> int:
    """Whether an INFO field is declared as text; 1 or 0."""
    return int(header.info.get(key, ("", "", ""))[1] == "String")


def _is_plain(header: VcfHeader, key: str) -> bool:
    """Whether an INFO field is declared as numbers that can be counted off against the ALTs."""
    number, kind, _ = header.info.get(key, ("", "", ""))
    return number in ("A", "1") and kind == "Float"

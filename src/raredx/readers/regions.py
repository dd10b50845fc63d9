"""Regions of the genome that a user asks for, merged and put in the file's order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from raredx.columns.genome import MT_CODE, OTHER_CODE, X_CODE, Y_CODE, contig_code
from raredx.errors import InputError, SettingsError

_REGION = re.compile(r"^(?P<contig>.+?)(?::(?P<first>[\d,]+)(?:-(?P<last>[\d,]*))?)?$")
WHOLE_CONTIG = 2**31 - 2
CHROMOSOMES: dict[int, str] = {number: str(number) for number in range(1, 23)} | {
    X_CODE: "X",
    Y_CODE: "Y",
    MT_CODE: "MT",
}
"""Names that stand for a chromosome, whatever a file calls it."""
_MT_NAMES = ("MT", "M", "chrM", "chrMT")


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch of one contig, 1-based and inclusive."""

    contig: str
    first: int
    last: int


def read_region(text: str) -> Interval:
    """Read `chr7`, `chr7:117559590` or `7:117,480,025-117,668,665`.

    Raises
    ------
    SettingsError
        If the text is none of these, or ends before it begins.

    Examples
    --------
    >>> read_region("7:1,000-2,000")
    Interval(contig='7', first=1000, last=2000)
    >>> read_region("chrX").last == WHOLE_CONTIG
    True
    """
    found = _REGION.match(text.strip())
    if found is None:
        raise SettingsError(text, "not a region", "Write contig:first-last, 1-based.")
    first = int((found["first"] or "1").replace(",", "") or 1)
    if found["first"] is None:
        last = WHOLE_CONTIG
    elif found["last"] is None:
        last = first
    else:
        last = int(found["last"].replace(",", "") or WHOLE_CONTIG)
    if first < 1 or last < first:
        raise SettingsError(text, "the region ends before it begins", "Write contig:first-last.")
    return Interval(found["contig"], first, last)


def read_bed(path: Path) -> list[Interval]:
    """Read the first three columns of a BED file, which count from 0 and exclude the end."""
    try:
        rows = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        what = getattr(fault, "strerror", None) or "not a text file"
        raise InputError(str(path), what) from None
    found = []
    for number, row in enumerate(rows, start=1):
        cells = row.split()
        if not cells or cells[0].startswith(("#", "track", "browser")):
            continue
        if len(cells) < 3 or not (cells[1].isdigit() and cells[2].isdigit()):
            raise InputError(f"{path}:{number}", "not a BED line", "Give contig, start and end.")
        if int(cells[2]) <= int(cells[1]):
            raise InputError(f"{path}:{number}", "the region ends before it begins")
        found.append(Interval(cells[0], int(cells[1]) + 1, int(cells[2])))
    if not found:
        raise InputError(str(path), "no region", "Give contig, start and end on each line.")
    return found


def fit_to_file(asked: list[Interval], contigs: list[str], *, where: str) -> list[Interval]:
    """Give regions the file's contig names and order; join those that touch.

    Raises
    ------
    SettingsError
        If none of the contigs is in the file.

    Examples
    --------
    >>> fit_to_file([Interval("1", 5, 9), Interval("1", 8, 20)], ["chr1"], where="x.vcf")
    [Interval(contig='chr1', first=5, last=20)]
    """
    by_code = {contig_code(name): name for name in contigs if contig_code(name) != OTHER_CODE}
    order = {name: number for number, name in enumerate(contigs)}
    named = []
    for interval in asked:
        code = contig_code(interval.contig)
        name = interval.contig if interval.contig in order else by_code.get(code, "")
        if name:
            named.append(Interval(name, interval.first, interval.last))
    if not named:
        shown = ", ".join(contigs[:4])
        raise SettingsError(where, f"no contig {asked[0].contig} (it has {shown}, …)")
    named.sort(key=lambda interval: (order[interval.contig], interval.first))
    return list(join_near(named, 0))


def join_near(regions: Iterable[Interval], gap: int) -> tuple[Interval, ...]:
    """Join neighbours with at most so many bases between them.

    Parameters
    ----------
    regions : iterable of Interval
        Those of a contig together, sorted by their first bases.
    gap : int
        Bases; 0 joins what overlaps or touches.

    Examples
    --------
    >>> join_near([Interval("1", 5, 9), Interval("1", 15, 20), Interval("2", 21, 30)], 5)
    (Interval(contig='1', first=5, last=20), Interval(contig='2', first=21, last=30))
    """
    joined: list[Interval] = []
    for region in regions:
        last = joined[-1] if joined else None
        if last and last.contig == region.contig and region.first <= last.last + 1 + gap:
            joined[-1] = Interval(last.contig, last.first, max(last.last, region.last))
        else:
            joined.append(region)
    return tuple(joined)


def intersect(regions: Sequence[Interval], others: Sequence[Interval]) -> tuple[Interval, ...]:
    """Give what lies in both; each sorted and without overlaps on every contig.

    Examples
    --------
    >>> intersect([Interval("1", 5, 9), Interval("2", 1, 4)], [Interval("1", 8, 20)])
    (Interval(contig='1', first=8, last=9),)
    """
    by_contig: dict[str, list[Interval]] = {}
    for other in others:
        by_contig.setdefault(other.contig, []).append(other)
    found = []
    for region in regions:
        own = by_contig.get(region.contig, [])
        begin = bisect_left(own, region.first, key=lambda other: other.last)
        for other in islice(own, begin, None):
            if other.first > region.last:
                break
            bounds = max(region.first, other.first), min(region.last, other.last)
            found.append(Interval(region.contig, *bounds))
    return tuple(found)


def fit_to_chromosomes(asked: Iterable[Interval]) -> list[Interval]:
    """Give regions the names of `CHROMOSOMES` and their order; join those that touch.

    Other contigs keep their names, and come last.

    Examples
    --------
    >>> asked = [Interval("chrM", 5, 9), Interval("HSCHR1", 1, 2), Interval("chr2", 8, 20)]
    >>> [region.contig for region in fit_to_chromosomes(asked)]
    ['2', 'MT', 'HSCHR1']
    """
    named = []
    for interval in asked:
        name = CHROMOSOMES.get(contig_code(interval.contig), interval.contig)
        named.append(Interval(name, interval.first, interval.last))
    others = sorted({i.contig for i in named} - set(CHROMOSOMES.values()))
    order = {name: n for n, name in enumerate([*CHROMOSOMES.values(), *others])}
    named.sort(key=lambda interval: (order[interval.contig], interval.first))
    return list(join_near(named, 0))


def in_every_naming(regions: Iterable[Interval]) -> tuple[Interval, ...]:
    """Give chromosomes every name that a file may have for them, where its header names none.

    Examples
    --------
    >>> [region.contig for region in in_every_naming([Interval("7", 5, 9), Interval("MT", 1, 2)])]
    ['7', 'chr7', 'MT', 'M', 'chrM', 'chrMT']
    """
    return tuple(
        Interval(name, region.first, region.last)
        for region in regions
        for name in _names_of(region.contig)
    )


def _names_of(contig: str) -> tuple[str, ...]:
    if contig == CHROMOSOMES[MT_CODE]:
        return _MT_NAMES
    return (contig, f"chr{contig}") if contig in CHROMOSOMES.values() else (contig,)

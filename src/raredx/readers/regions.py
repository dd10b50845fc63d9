"""Regions of the genome that a user asks for, merged and put in the file's order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from raredx.columns.genome import OTHER_CODE, contig_code
from raredx.errors import InputError, SettingsError

_REGION = re.compile(r"^(?P<contig>.+?)(?::(?P<first>[\d,]+)(?:-(?P<last>[\d,]*))?)?$")
WHOLE_CONTIG = 2**31 - 2


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
            named.append((order[name], interval.first, interval.last))
    if not named:
        shown = ", ".join(contigs[:4])
        raise SettingsError(where, f"no contig {asked[0].contig} (it has {shown}, …)")
    joined: list[tuple[int, int, int]] = []
    for number, first, last in sorted(named):
        if joined and joined[-1][0] == number and first <= joined[-1][2] + 1:
            joined[-1] = (number, joined[-1][1], max(last, joined[-1][2]))
        else:
            joined.append((number, first, last))
    return [Interval(contigs[number], first, last) for number, first, last in joined]

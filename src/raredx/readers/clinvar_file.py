"""A user's ClinVar VCF -> `ClinvarTable`, as far as it lies near the candidates.

Through its index where there is one and few places are asked for; otherwise the file is read
whole. The rows are the same in both ways.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from raredx.columns.clinvar import ClinvarTable
from raredx.columns.genome import assemblies_named, assembly_of
from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.bgzf import (
    BLOCK_HEAD,
    END_OF_FILE,
    DamagedBlockError,
    is_block_head,
    read_stretch,
    read_text,
)
from raredx.readers.clinvar_lines import ClinvarScan, Place, Reported, merged_places
from raredx.readers.info_fields import clinvar_class
from raredx.readers.jumps import choose_by_index
from raredx.readers.regions import CHROMOSOMES, Interval
from raredx.vocabulary import Assembly, ClinvarClass

_GZIP = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 22
_LOOKED_AT = 1000
"""Records at the beginning that tell whether the file holds every class."""
_OFFICIAL = "ClinVar's files are at https://ftp.ncbi.nlm.nih.gov/pub/clinvar/"
_AGAIN = f"Download the file again; {_OFFICIAL}."
_CONTIG = re.compile(r"##contig=<.*?ID=([^,>]+).*?length=(\d+)")
_SIGNIFICANCE = re.compile(r"[\t;]CLNSIG=([^;\t\r\n]+)")
_DECLARED = re.compile(r"##INFO=<ID=CLNSIG,")
_DATE = re.compile(r"##fileDate=(\d{4})-?(\d{2})-?(\d{2})")
_OTHER_CLASSES = frozenset(
    {ClinvarClass.BENIGN, ClinvarClass.LIKELY_BENIGN, ClinvarClass.UNCERTAIN}
)


@dataclass(frozen=True)
class ClinvarHead:
    """What the beginning of a file tells.

    Attributes
    ----------
    assembly : Assembly
    date : str
        `2024-12-15`; empty where the header tells none.
    complete : bool
        Whether benign or uncertain variants are among the first records.
    """

    assembly: Assembly
    date: str
    complete: bool


def read_clinvar_file(path: Path, assembly: Assembly, places: Sequence[Place]) -> ClinvarTable:
    """Read the variants of a ClinVar VCF that lie at some places.

    Parameters
    ----------
    path : Path
        VCF as ClinVar releases it: text, gzip or BGZF, sorted; indexed or not. Files before 2017
        (numeric codes) are read too.
    assembly : Assembly
        That of the family's variants.
    places : sequence of (contig code, first, last)
        1-based and inclusive; in any order, overlapping or not.

    Returns
    -------
    ClinvarTable
        Rows in order. `complete` where benign or uncertain variants are among the first thousand
        records: a file cut down to pathogenic ones says nothing about what is benign.

    Raises
    ------
    InputError
        If the file cannot be read, is damaged or not sorted, is no ClinVar VCF, or does not tell
        its assembly or is of another one.
    """
    where = str(path)
    try:
        _check_end(path)
        head = read_clinvar_head(path, assembly)
        scan = _scan(path, places) if places else None
    except (OSError, EOFError, zlib.error) as fault:
        cause = getattr(fault, "strerror", None) or str(fault) or "cut off"
        raise InputError(where, f"cannot be read ({cause})", _AGAIN) from None
    except DamagedBlockError as fault:
        raise InputError(where, str(fault), _AGAIN) from None
    about = (f"ClinVar (NCBI), file {where}, release {head.date or 'unknown'}, {head.assembly}",)
    return clinvar_table(scan.rows if scan else [], head, about)


def clinvar_table(
    rows: Iterable[Reported], head: ClinvarHead, about: tuple[str, ...]
) -> ClinvarTable:
    """Make a table of reported alleles, which need not be in order."""
    ordered = sorted(rows)
    columns: dict[str, Any] = {
        name: [row[place] for row in ordered] for place, name in enumerate(Reported._fields)
    }
    for name in ("contig", "clinvar_class", "stars", "kind"):
        columns[name] = np.array(columns[name], np.int8)
    for name in ("position", "variation"):
        columns[name] = np.array(columns[name], np.int32)
    return ClinvarTable(
        assembly=head.assembly, date=head.date, complete=head.complete, about=about, **columns
    )


def read_clinvar_head(path: Path, assembly: Assembly) -> ClinvarHead:
    """Read the beginning of a file and hold it against what is needed.

    Raises
    ------
    InputError
        If it is no ClinVar VCF, does not tell its assembly, or is of another one.
    """
    where = str(path)
    header, records = _beginning(path)
    if not header or not header[-1].startswith("#CHROM"):
        is_bcf = records and records[0].startswith("BCF")
        what = "this is BCF" if is_bcf else "this is no VCF: it has no #CHROM line"
        raise InputError(where, what, f"Give a VCF; {_OFFICIAL}.")
    if not any(_DECLARED.match(text) for text in header):
        what = "this is no ClinVar VCF: its header declares no INFO field CLNSIG"
        raise InputError(where, what, f"Give a ClinVar VCF; {_OFFICIAL}.")
    if not records:
        raise InputError(where, "the file has no records", _AGAIN)
    found = _tell_assembly(header, where)
    if found[0] is not assembly:
        what = f"this ClinVar file is of {found[0]} ({found[1]}), and the variants of {assembly}"
        raise InputError(where, what, f"Give the ClinVar file of {assembly}; {_OFFICIAL}.")
    date = next((match for text in header if (match := _DATE.match(text))), None)
    told = {clinvar_class(words) for line in records for words in _SIGNIFICANCE.findall(line)}
    complete = not told.isdisjoint(_OTHER_CLASSES)
    return ClinvarHead(assembly, "-".join(date.groups()) if date else "", complete)


def _beginning(path: Path) -> tuple[list[str], list[str]]:
    """Give the lines of the header and the first records."""
    header: list[str] = []
    records: list[str] = []
    for line in _lines(_text(path)):
        (records if records or not line.startswith(b"#") else header).append(
            line.decode("utf-8", "replace")
        )
        if len(records) == _LOOKED_AT:
            break
    return header, records


def _tell_assembly(header: list[str], where: str) -> tuple[Assembly, str]:
    """Tell the assembly from `##reference` and contig lengths, and what told it."""
    found: dict[Assembly, str] = {}
    for text in header:
        if text.startswith("##reference="):
            for assembly in assemblies_named(text):
                found.setdefault(assembly, text.strip())
    contigs = (match for text in header if (match := _CONTIG.match(text)))
    by_length, why = assembly_of({match[1]: int(match[2]) for match in contigs})
    if by_length:
        found.setdefault(by_length, why)
    if len(found) == 1:
        return next(iter(found.items()))
    if found:
        what = "the header contradicts itself: " + "; ".join(found.values())
        raise InputError(where, what, _AGAIN)
    what = "the assembly cannot be told: no ##reference line, and no contig length"
    raise InputError(where, what, f"Add ##reference=GRCh38 or GRCh37 to the header; {_OFFICIAL}.")


def _scan(path: Path, places: Sequence[Place]) -> ClinvarScan:
    """Read the places through the index, or else the whole file."""
    choice = choose_by_index(str(path), _intervals(places), ())
    if choice.by_index:
        scan = ClinvarScan(places, str(path), whole=False)
        for begin, end in choice.stretches:
            for text in _whole_lines(read_stretch(str(path), begin, end), _CHUNK_BYTES):
                scan.take(text)
        return scan
    scan = ClinvarScan(places, str(path), whole=True)
    for text in _whole_lines(_text(path), _CHUNK_BYTES):
        scan.take(text)
    if not scan.codes:
        what = "no record lies on chromosomes 1 to 22, X, Y or MT"
        raise InputError(str(path), what, "Name chromosomes as 1 or chr1.")
    return scan


def _intervals(places: Sequence[Place]) -> tuple[Interval, ...]:
    """Places under every name that a file may give their contig; an index knows its own."""
    found: list[Interval] = []
    for code, pairs in merged_places(places).items():
        names = [CHROMOSOMES[code]] if code in CHROMOSOMES else []
        names += ["M"] if names == ["MT"] else []
        for name in [*names, *(f"chr{name}" for name in names)]:
            found.extend(Interval(name, first, last) for first, last in pairs.tolist())
    return tuple(found)


def _text(path: Path) -> Iterator[bytes]:
    """Yield the text of a file: plain, gzip or BGZF."""
    with path.open("rb") as file:
        start = file.read(BLOCK_HEAD)
    if start.startswith(_GZIP) and not is_block_head(start):
        with gzip.open(path, "rb") as packed:
            yield from iter(partial(packed.read, _CHUNK_BYTES), b"")
    else:
        yield from read_text(str(path))


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines that are not blank."""
    for text in _whole_lines(blocks, 1):
        yield from filter(None, text.splitlines())


def _whole_lines(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Join blocks to texts of at least so many bytes that end where a line ends."""
    parts: list[bytes] = []
    length = 0
    for block in blocks:
        length += len(block)
        cut = block.rfind(b"\n") + 1
        if length < size or not cut:
            parts.append(block)
            continue
        yield b"".join([*parts, block[:cut]])
        parts, length = [block[cut:]], len(block) - cut
    if length:
        yield b"".join(parts)


def _check_end(path: Path) -> None:
    """Refuse a BGZF file without the block that ends it."""
    with path.open("rb") as file:
        if not is_block_head(file.read(BLOCK_HEAD)):
            return
        file.seek(max(0, path.stat().st_size - len(END_OF_FILE)))
        if file.read() != END_OF_FILE:
            raise DamagedBlockError("truncated: the end-of-file block is missing")

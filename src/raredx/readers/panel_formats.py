"""Which format a panel file has, told from its content; Gene2Phenotype tables; plain lists.

Every reader gives a `PanelDraft`, not yet joined to the gene table.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from raredx.columns.panel import GENE, PanelDraft, PanelHeader, PanelRecord
from raredx.errors import InputError
from raredx.readers.panel_terms import lof_of_mechanism, parse_confidence, parse_moi
from raredx.readers.panel_tsv import decode_panel
from raredx.readers.panelapp import decode_api_panel, decode_export
from raredx.vocabulary import Confidence, Moi

_KNOWN_FORMATS = (
    "Give a raredx panel, a PanelApp panel (JSON or TSV), a Gene2Phenotype CSV "
    "or a list with one gene symbol per line."
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]*|HGNC:\d+")
_LIST_HEADINGS = {"gene", "genes", "symbol", "gene_symbol", "gene symbol", "hgnc_symbol"}


def read_draft(path: Path) -> PanelDraft:
    """Read a panel file of any format we know; its content tells which.

    Raises
    ------
    InputError
        If the file cannot be read, has no format we know, or lists no gene.
    """
    where = str(path)
    text = _read_text(path)
    draft = _decode(text, where)
    if not draft.records:
        raise InputError(where, "lists no gene", _KNOWN_FORMATS)
    header = draft.header
    stem = path.name.removesuffix(".gz").rpartition(".")[0] or path.name
    panel_id = header.panel_id or re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "panel"
    named = replace(header, panel_id=panel_id, name=header.name or stem)
    return PanelDraft(named, draft.records)


def _read_text(path: Path) -> str:
    """Read a text file, gzipped or not, with or without byte-order mark."""
    where = str(path)
    try:
        packed = path.read_bytes()
        if packed[:2] == b"\x1f\x8b":
            packed = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise InputError(where, f"cannot be read ({cause})", "Check the path.") from error
    try:
        text = packed.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = packed[: error.start].count(b"\n") + 1
        fact = "is not UTF-8 text"
        raise InputError(f"{where}:{line}", fact, "Save the file as UTF-8 text.") from error
    if "\0" in text:
        raise InputError(where, "is a binary file", _KNOWN_FORMATS)
    if not text.strip():
        raise InputError(where, "is empty", _KNOWN_FORMATS)
    return text


def _decode(text: str, where: str) -> PanelDraft:
    """Choose the reader by the first line that says something."""
    if text.lstrip()[0] in "{[":
        return decode_api_panel(text, where)
    if text.startswith("##"):
        return decode_panel(text, where)
    lines = (line.strip("\r\n") for line in text.split("\n"))
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = "\t" if "\t" in first else ","
    names = {cell.strip().strip('"').lower() for cell in first.split(delimiter)}
    if {"entity_type", "confidence"} <= names:
        return decode_panel(text, where)
    if delimiter == "\t" and names & {"gel_status", "model_of_inheritance", "level4"}:
        return decode_export(read_rows(text, delimiter, where), where)
    if "gene symbol" in names and "allelic requirement" in names:
        return _decode_gene2phenotype(read_rows(text, delimiter, where), where)
    if delimiter not in first:
        return _decode_list(text, where)
    fact = f"has a format we do not know (first line {first[:60]!r})"
    raise InputError(where, fact, _KNOWN_FORMATS)


def read_rows(text: str, delimiter: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    r"""Go through a table: line number, and cells by lower-case column name.

    Raises
    ------
    InputError
        If the table cannot be parsed, or a row has more cells than the header.

    Examples
    --------
    >>> list(read_rows("Gene Symbol,X\nA1BG, 1 \n", ",", "f"))
    [(2, {'gene symbol': 'A1BG', 'x': '1'})]
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = [cell.strip().lower() for cell in cells]
                continue
            if len(cells) > len(names):
                fact = f"has {len(cells)} cells where the header row has {len(names)}"
                raise InputError(f"{where}:{reader.line_num}", fact, "Check the quotes there.")
            padded = [*(cell.strip() for cell in cells), *[""] * (len(names) - len(cells))]
            yield reader.line_num, dict(zip(names, padded, strict=True))
    except csv.Error as error:
        fact = f"cannot be split into cells ({error})"
        raise InputError(f"{where}:{reader.line_num}", fact, "Check the quotes there.") from error


def _decode_gene2phenotype(rows: Iterator[tuple[int, dict[str, str]]], where: str) -> PanelDraft:
    """Read a Gene2Phenotype table of either vocabulary; a gene has one row per disease."""
    records: dict[PanelRecord, None] = {}
    names: list[str] = []
    for number, row in rows:
        symbol = row["gene symbol"]
        if not symbol:
            raise InputError(f"{where}:{number}", "has no gene symbol", "Complete the row.")
        word = row.get("ddd category") or row.get("confidence category") or row.get("confidence")
        confidence = parse_confidence(word or "none")
        if confidence is None:
            fact = f"confidence {word!r} is not a Gene2Phenotype category"
            raise InputError(f"{where}:{number}", fact, "Correct the category.")
        mechanism = row.get("molecular mechanism") or row.get("mutation consequence") or ""
        moi = row["allelic requirement"]
        record = PanelRecord(
            entity_type=GENE,
            hgnc_id=_hgnc_id(row.get("hgnc id", "")),
            symbol=symbol,
            confidence=confidence,
            moi=parse_moi(moi),
            moi_exact=moi,
            lof_mechanism=lof_of_mechanism(mechanism),
        )
        records[record] = None
        if row.get("panel") and row["panel"] not in names:
            names.append(row["panel"])
    header = PanelHeader(
        panel_id="",
        name=names[0] if len(names) == 1 else "",
        source="Gene2Phenotype",
        moi_source="exact",
    )
    return PanelDraft(header, list(records))


def _hgnc_id(number: str) -> str:
    """Put the prefix before a bare number."""
    bare = number.removesuffix(".0")
    return f"HGNC:{bare}" if bare.isdigit() else number


def _decode_list(text: str, where: str) -> PanelDraft:
    """Read gene names, one per line; `#` begins a comment. All count as green."""
    records: dict[PanelRecord, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.partition("#")[0].strip().strip('"')
        if not name or (not records and name.lower() in _LIST_HEADINGS):
            continue
        if not _NAME.fullmatch(name):
            fact = f"{name[:40]!r} is not one gene symbol"
            raise InputError(f"{where}:{number}", fact, _KNOWN_FORMATS)
        records[_listed(name)] = None
    header = PanelHeader(panel_id="", name="", source="gene list", moi_source="none")
    return PanelDraft(header, list(records))


def _listed(name: str) -> PanelRecord:
    """Make a record of a bare name: symbol, HGNC identifier or Ensembl gene."""
    hgnc_id = name if name.upper().startswith("HGNC:") else ""
    ensembl = name if re.fullmatch(r"ENSG\d{11}(\.\d+)?", name) else ""
    return PanelRecord(GENE, hgnc_id, name, Confidence.GREEN, Moi.UNKNOWN, ensembl=ensembl)

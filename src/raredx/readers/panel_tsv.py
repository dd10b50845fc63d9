"""Our own panel format: `##key=value` lines, a header row, one gene, repeat or region per row.

Columns that are empty throughout may be left out. `docs/panels.md` describes the format.
"""

from __future__ import annotations

from itertools import starmap

from raredx.columns.panel import (
    GENE,
    REGION,
    STR,
    PanelDraft,
    PanelHeader,
    PanelRecord,
)
from raredx.errors import InputError
from raredx.readers.panel_terms import parse_confidence, parse_moi
from raredx.vocabulary import CONFIDENCE_NAMES

COLUMNS = tuple(name for name in PanelRecord._fields if name != "ensembl")
REQUIRED = ("entity_type", "symbol", "confidence", "moi")
ENTITY_TYPES = (GENE, STR, REGION)

HEADER_KEYS = tuple(PanelHeader.__dataclass_fields__)
_LIST_SEPARATORS = {"r_codes": ",", "aliases": "|"}


def encode_panel(draft: PanelDraft) -> str:
    r"""Write a panel in our format.

    Examples
    --------
    >>> from raredx.vocabulary import Confidence, Moi
    >>> record = PanelRecord("gene", "HGNC:5", "A1BG", Confidence.GREEN, Moi.BIALLELIC)
    >>> draft = PanelDraft(PanelHeader(panel_id="p", name="My panel"), [record])
    >>> print(encode_panel(draft).replace("\t", " "), end="")
    ##panel_id=p
    ##name=My panel
    ##moi_source=none
    entity_type hgnc_id symbol confidence moi
    gene HGNC:5 A1BG green biallelic
    """
    lines = []
    for key in HEADER_KEYS:
        value = getattr(draft.header, key)
        if key in _LIST_SEPARATORS:
            value = _LIST_SEPARATORS[key].join(value)
        if value:
            lines.append(f"##{key}={_cell(value)}")
    rows = [_cells(record) for record in draft.records]
    kept = [i for i, name in enumerate(COLUMNS) if name in REQUIRED or any(row[i] for row in rows)]
    lines.append("\t".join(COLUMNS[i] for i in kept))
    lines.extend("\t".join(row[i] for i in kept) for row in rows)
    return "\n".join(lines) + "\n"


def decode_panel(text: str, where: str) -> PanelDraft:
    """Read a panel in our format.

    Raises
    ------
    InputError
        If a column or the identifier is missing, or a row cannot be understood.
    """
    lines = text.splitlines()
    n_header = 0
    header: dict[str, str] = {}
    for line in lines:
        if not line.startswith("##"):
            break
        key, _, value = line[2:].partition("=")
        header[key.strip()] = value.strip()
        n_header += 1
    if not header.get("panel_id"):
        raise InputError(where, "has no ##panel_id line", "Add ##panel_id=… as the first line.")
    if n_header == len(lines):
        raise InputError(where, "ends after its ## lines", "Add a header row and gene rows.")
    names = lines[n_header].split("\t")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        fact = f"has no column {', '.join(missing)}"
        raise InputError(f"{where}:{n_header + 1}", fact, f"Columns: {', '.join(COLUMNS)}.")
    cells = [line.split("\t") for line in lines[n_header + 1 :]]
    _check_widths(cells, len(names), where, n_header + 2)
    return PanelDraft(_decode_header(header), _decode_rows(names, cells, where, n_header + 2))


def _cell(value: str) -> str:
    """Make a value fit a cell: no tabs, no line ends."""
    return " ".join(value.split()) if value else ""


def _cells(record: PanelRecord) -> list[str]:
    """Write a record as text, in the order of `COLUMNS`."""
    values = record._replace(confidence=CONFIDENCE_NAMES[record.confidence])  # type: ignore[arg-type]
    return [_cell(str(value)) for value in values[: len(COLUMNS)]]


def _decode_header(found: dict[str, str]) -> PanelHeader:
    """Turn the known ## keys into a header; the name defaults to the identifier."""
    values: dict[str, str] = {key: found[key] for key in HEADER_KEYS if key in found}
    lists = {
        key: tuple(part.strip() for part in values.pop(key, "").split(separator) if part.strip())
        for key, separator in _LIST_SEPARATORS.items()
    }
    values.setdefault("name", values["panel_id"])
    return PanelHeader(**values, r_codes=lists["r_codes"], aliases=lists["aliases"])


def _check_widths(cells: list[list[str]], width: int, where: str, first_line: int) -> None:
    """Refuse rows with too many or too few cells."""
    for number, row in enumerate(cells, start=first_line):
        if len(row) != width:
            fact = f"has {len(row)} cells where the header row has {width}"
            raise InputError(f"{where}:{number}", fact, "Separate the cells by tabs.")


def _decode_rows(
    names: list[str], cells: list[list[str]], where: str, first_line: int
) -> list[PanelRecord]:
    """Turn cells into records, column by column."""
    blank = ("",) * len(cells)
    columns = dict(zip(names, zip(*cells, strict=True), strict=False)) if cells else {}
    ordered: list[tuple[object, ...]] = [columns.get(name, blank) for name in COLUMNS]
    for number, kind in enumerate(ordered[0], start=first_line):
        if kind not in ENTITY_TYPES:
            fact = f"entity type {kind!r} is not one of {', '.join(ENTITY_TYPES)}"
            raise InputError(f"{where}:{number}", fact, "Correct the first column.")
    confidence = COLUMNS.index("confidence")
    known = {word: parse_confidence(word) for word in set(columns.get("confidence", ()))}
    for number, word in enumerate(columns.get("confidence", ()), start=first_line):
        if known[word] is None:
            fact = f"confidence {word!r} is not one of green, amber, red, none"
            raise InputError(f"{where}:{number}", fact, "Correct the confidence.")
    ordered[confidence] = tuple(known[word] for word in columns.get("confidence", ()))
    ordered[COLUMNS.index("moi")] = tuple(map(parse_moi, columns.get("moi", ())))
    return list(starmap(PanelRecord, zip(*ordered, strict=True)))

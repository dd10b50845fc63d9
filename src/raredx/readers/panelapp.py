"""PanelApp's two formats: the panel object of its API (JSON) and the exported table (TSV).

The export has had several headings; columns are found by name. Its two Ensembl columns are
swapped in some versions, so both identifiers are tried and neither is trusted to tell the
assembly. Where it has no status number the colour is read from the sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from raredx.columns.panel import GENE, REGION, STR, PanelDraft, PanelHeader, PanelRecord
from raredx.errors import InputError
from raredx.readers.panel_terms import (
    confidence_of_sources,
    disease_group_of,
    lof_of_pathogenicity,
    parse_confidence,
    parse_moi,
)
from raredx.vocabulary import Confidence

SOURCE = "Genomics England PanelApp"
_DOWNLOAD = "Download one panel again from PanelApp (API address /panels/NUMBER/)."
_R_CODE = re.compile(r"(R\d+)(?:\.\d+)?")

_STR_DETAILS = {
    "locus": "entity_name",
    "repeat": "repeated_sequence",
    "normal_repeats": "normal_repeats",
    "pathogenic_repeats": "pathogenic_repeats",
}
_REGION_DETAILS = {
    "name": "verbose_name",
    "haploinsufficiency": "haploinsufficiency_score",
    "triplosensitivity": "triplosensitivity_score",
    "required_overlap_percentage": "required_overlap_percentage",
    "type": "type_of_variants",
}
_EXPORT_DETAILS = {
    STR: {
        "locus": "entity name",
        "repeat": "str repeated sequence",
        "normal_repeats": "str normal repeats",
        "pathogenic_repeats": "str pathogenic repeats",
    },
    REGION: {
        "name": "region verbose name",
        "haploinsufficiency": "region haploinsufficiency score",
        "triplosensitivity": "region triplosensitivity score",
        "required_overlap_percentage": "region required overlap percentage",
        "type": "region variant type",
    },
}


def decode_api_panel(text: str, where: str) -> PanelDraft:
    """Read a panel object of the PanelApp API.

    Raises
    ------
    InputError
        If the text is no JSON, or not one panel.
    """
    try:
        panel = json.loads(text)
    except json.JSONDecodeError as error:
        fact = f"is no JSON: {error.msg.lower()} (column {error.colno})"
        raise InputError(f"{where}:{error.lineno}", fact, _DOWNLOAD) from error
    except RecursionError as error:
        raise InputError(where, "is nested too deeply for a panel", _DOWNLOAD) from error
    if not isinstance(panel, dict) or "genes" not in panel:
        raise InputError(where, _not_a_panel(panel), _DOWNLOAD)
    disorders = _texts(panel.get("relevant_disorders"))
    r_codes, aliases = split_disorders(disorders)
    words = _text(panel.get("disease_group"))
    header = PanelHeader(
        panel_id=f"panelapp-{_text(panel.get('id')) or 'unnumbered'}",
        name=_text(panel.get("name")) or "unnamed",
        version=_text(panel.get("version")),
        date=_text(panel.get("version_created"))[:10],
        disease_group=disease_group_of(words),
        disease_sub_group=_text(panel.get("disease_sub_group")),
        source_disease_group=words,
        r_codes=r_codes,
        aliases=aliases,
        source=f"{SOURCE} API",
        moi_source="exact",
    )
    records = dict.fromkeys(
        _api_record(entity, kind, f"{where}: {key}[{number}]")
        for key, kind in (("genes", GENE), ("strs", STR), ("regions", REGION))
        for number, entity in _entities(panel.get(key), f"{where}: {key}")
    )
    return PanelDraft(header, list(records))


def split_disorders(disorders: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Separate R-codes of the test directory from the other names of a panel.

    Examples
    --------
    >>> split_disorders(["R59.3", "Epilepsy plus", "R59"])
    (('R59',), ('Epilepsy plus',))
    """
    codes = [match[1] for name in disorders if (match := _R_CODE.fullmatch(name.strip()))]
    others = [name.strip() for name in disorders if not _R_CODE.fullmatch(name.strip())]
    return tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(name for name in others if name))


def _not_a_panel(found: object) -> str:
    """Say what a JSON document is instead of a panel."""
    if isinstance(found, dict) and "detail" in found:
        return f"holds PanelApp's answer {_text(found['detail'])!r}, not a panel"
    if isinstance(found, dict) and "results" in found:
        return "is one page of a PanelApp list, not a panel"
    return "is JSON, but not a PanelApp panel (it has no genes)"


def _entities(found: object, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Go through a list of objects, refusing anything else."""
    if found is None:
        return
    if not isinstance(found, list):
        raise InputError(where, "is not a list", _DOWNLOAD)
    for number, entity in enumerate(found):
        if not isinstance(entity, dict):
            raise InputError(f"{where}[{number}]", "is not an object", _DOWNLOAD)
        yield number, entity


def _api_record(entity: dict[str, Any], kind: str, where: str) -> PanelRecord:
    """Turn an API entity into a record."""
    gene = entity.get("gene_data") or {}
    if not isinstance(gene, dict):
        raise InputError(where, "has gene_data that is not an object", _DOWNLOAD)
    level = _text(entity.get("confidence_level"))
    confidence = parse_confidence(level)
    if confidence is None:
        raise InputError(where, f"has confidence level {level!r}, not 0 to 4", _DOWNLOAD)
    name = _text(entity.get("entity_name"))
    symbol = name if kind == REGION else _text(gene.get("gene_symbol")) or name
    if not symbol:
        raise InputError(where, "has no symbol", _DOWNLOAD)
    moi = _text(entity.get("mode_of_inheritance"))
    keys = {GENE: {}, STR: _STR_DETAILS, REGION: _REGION_DETAILS}[kind]
    grch37, grch38 = (_pair(entity.get(f"grch{v}_coordinates")) for v in (37, 38))
    return PanelRecord(
        entity_type=kind,
        hgnc_id=_text(gene.get("hgnc_id")),
        symbol=symbol,
        confidence=confidence,
        moi=parse_moi(moi),
        moi_exact=moi,
        # API repeats have no mode of pathogenicity; for regions it means nothing.
        lof_mechanism=_lof(entity.get("mode_of_pathogenicity")) if kind == GENE else "",
        penetrance=_penetrance(_text(entity.get("penetrance"))),
        chromosome=_text(entity.get("chromosome")),
        grch37_start=grch37[0],
        grch37_end=grch37[1],
        grch38_start=grch38[0],
        grch38_end=grch38[1],
        details=_details({ours: _text(entity.get(key)) for ours, key in keys.items()}),
    )


def _lof(value: object) -> str:
    return lof_of_pathogenicity(_text(value))


def _text(value: object) -> str:
    """Read a JSON value as text; null and nested values give none."""
    if value is None or isinstance(value, (dict, list, bool)):
        return ""
    return str(value).strip()


def _texts(value: object) -> list[str]:
    return [_text(item) for item in value] if isinstance(value, list) else []


def _pair(value: object) -> tuple[str, str]:
    """Read a [start, end] pair; empty where there is none."""
    if isinstance(value, list) and len(value) == 2:
        return _text(value[0]), _text(value[1])
    return "", ""


def _penetrance(text: str) -> str:
    return text.lower() if text.lower() in {"complete", "incomplete"} else ""


def _details(values: dict[str, str]) -> str:
    """Join what is known as `key=value` pairs."""
    return ";".join(f"{key}={value.replace(';', ',')}" for key, value in values.items() if value)


def decode_export(rows: Iterator[tuple[int, dict[str, str]]], where: str) -> PanelDraft:
    """Read a PanelApp export, given as line number and cells by lower-case column name.

    Raises
    ------
    InputError
        If it holds several panels, or a row without symbol or with an unknown status.
    """
    records: dict[PanelRecord, None] = {}
    about: dict[str, list[str]] = {key: [] for key in ("level4", "level3", "level2", "version")}
    for number, row in rows:
        records[_export_record(row, f"{where}:{number}")] = None
        for key, known in about.items():
            if row.get(key) and row[key] not in known:
                known.append(row[key])
    if len(about["level4"]) > 1:
        fact = f"holds {len(about['level4'])} panels: {', '.join(about['level4'][:3])}"
        raise InputError(where, fact, "Split the file, one panel each (column Level4).")
    first = {key: known[0] if known else "" for key, known in about.items()}
    header = PanelHeader(
        panel_id="",
        name=first["level4"],
        version=first["version"],
        disease_group=disease_group_of(first["level2"]),
        disease_sub_group=first["level3"],
        source_disease_group=first["level2"],
        source=f"{SOURCE} export",
        moi_source="exact",
    )
    return PanelDraft(header, list(records))


def _export_record(row: dict[str, str], where: str) -> PanelRecord:
    """Turn a row of an export into a record."""
    kind = row.get("entity type", "").lower() or GENE
    if kind not in (GENE, STR, REGION):
        raise InputError(where, f"entity type {kind!r} is not gene, str or region", _DOWNLOAD)
    name = row.get("entity name") or row.get("entity symbol") or ""
    gene = row.get("gene symbol") or row.get("gene_symbol") or ""
    symbol = name if kind == REGION else gene or name
    if not symbol:
        raise InputError(where, "has no gene symbol", _DOWNLOAD)
    moi = row.get("model_of_inheritance", "")
    found = re.findall(r"ENSG\d+", " ".join(v for k, v in row.items() if k.startswith("ensembl")))
    details = _EXPORT_DETAILS.get(kind, {})
    place = {"chromosome": row.get("position chromosome", "")}
    for version in ("37", "38"):
        for end in ("start", "end"):
            place[f"grch{version}_{end}"] = row.get(f"position grch{version} {end}", "")
    pathogenicity = row.get("mode of pathogenicity")
    return PanelRecord(
        entity_type=kind,
        hgnc_id=row.get("hgnc", ""),
        symbol=symbol,
        confidence=_export_confidence(row, where),
        moi=parse_moi(moi),
        moi_exact=moi,
        lof_mechanism="" if pathogenicity is None else lof_of_pathogenicity(pathogenicity),
        details=_details({ours: row.get(key, "") for ours, key in details.items()}),
        ensembl="|".join(dict.fromkeys(found)),
        **place,
    )


def _export_confidence(row: dict[str, str], where: str) -> Confidence:
    """Read the status number, or else the colour among the sources."""
    status = row.get("gel_status", "")
    if not status:
        return confidence_of_sources(next((v for k, v in row.items() if k[:7] == "sources"), ""))
    confidence = parse_confidence(status)
    if confidence is None:
        raise InputError(where, f"GEL_Status {status!r} is not 0 to 4", _DOWNLOAD)
    return confidence

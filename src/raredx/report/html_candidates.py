"""The candidates of the page: rows that share an id are one candidate."""

from __future__ import annotations

from typing import Any

from raredx.columns.results import CandidateTable
from raredx.report.html_evidence import (
    NAMES,
    Scale,
    addend_words,
    addends_of,
    columns,
    rows,
    scale_of,
)
from raredx.report.html_links import disease_url, gene_links
from raredx.report.html_text import shortened
from raredx.report.html_variant import variant_view
from raredx.report.html_words import ADDENDS, CLASSES, MODES, TIERS, probability_words, signed

_TIER_ORDER = ("1", "2", "3")
_CLASS_ORDER = {name: place for place, name in enumerate(CLASSES)}


def candidate_views(table: CandidateTable, assembly: str) -> list[dict[str, Any]]:
    """Describe every candidate of one family, in the order of the table."""
    scale = scale_of(table)
    groups: dict[str, list[int]] = {}
    for row, name in enumerate(table["candidate_id"]):
        groups.setdefault(name, []).append(row)
    return [
        _candidate(table, members, (number, scale, assembly))
        for number, members in enumerate(groups.values(), 1)
    ]


def _candidate(
    table: CandidateTable, members: list[int], about: tuple[int, Scale, str]
) -> dict[str, Any]:
    """Describe one candidate from its rows."""
    number, scale, assembly = about
    first = members[0]
    variants = [variant_view(table, row, assembly) for row in members]
    tiers = [table["tier"][row] for row in members]
    tier = next((t for t in _TIER_ORDER if t in tiers), tiers[0])
    values = addends_of(table, first)
    gene, mode = table["gene"][first] or "", table["mode"][first] or ""
    left_open, flags = (
        list(dict.fromkeys(word for variant in variants for word in variant[key]))
        for key in ("open", "flags")
    )
    return {
        "number": number,
        "rank": table["rank"][first],
        "tier": tier,
        "tier_words": TIERS.get(tier, shortened(tier, 30)),
        "gene": shortened(gene, 30),
        "hgnc_id": table["hgnc_id"][first],
        "mode": shortened(MODES.get(mode, mode.replace("_", " ")), 60),
        "detail": _inheritance(variants),
        "disease": shortened(table["disease"][first] or "", 200),
        "disease_id": table["disease_id"][first],
        "disease_url": disease_url(table["disease_id"][first] or ""),
        "probability": probability_words(table["probability"][first]),
        "probability_value": table["probability"][first],
        "score": signed(table["score"][first]),
        "score_value": table["score"][first],
        "small": columns(values, scale),
        "large": rows(values),
        "words": addend_words(values),
        "addends": [
            (ADDENDS.get(name, name), "not assessed" if value is None else signed(value))
            for name, value in zip(NAMES, values, strict=True)
        ],
        "terms": _terms(table, first),
        "variants": variants,
        "panels": variants[0]["panels"],
        "class_order": min(_CLASS_ORDER.get(v["class"], len(_CLASS_ORDER)) for v in variants),
        "flags": flags,
        "open": left_open,
        "to_check": len(flags),
        "left_open": len(left_open),
        "gene_links": gene_links(gene or "", table["hgnc_id"][first] or ""),
    }


def _inheritance(variants: list[dict[str, Any]]) -> str:
    """Say in a few words where the variants come from, or how sure a new one is."""
    first = variants[0]
    if first["phase"]:
        return str(first["phase"])
    if first["de_novo"]:
        return str(first["de_novo"].partition(";")[0].partition(",")[0])
    return str(first["origin"])


def _terms(table: CandidateTable, row: int) -> list[dict[str, Any]]:
    """Give each HPO term of the proband with the nearest one of the disease, and the share."""
    details = table.details[row] if table.details else {}
    if details.get("phenotype"):
        return [
            {
                "term": entry["term"],
                "nearest": "" if entry["nearest"] == entry["term"] else entry["nearest"],
                "share": f"{entry['share'] * 100:.0f} %",
            }
            for entry in details["phenotype"]
        ]
    found = []
    for entry in table["matched_terms"][row]:
        term, _, nearest = entry.partition(" = ")
        found.append({"term": term, "nearest": nearest, "share": ""})
    return found

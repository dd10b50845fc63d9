"""The candidate table as JSON; the schema is `data/schemas/candidates.schema.json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable
from raredx.report.heading import Heading
from raredx.report.json_text import json_text as indented

SCHEMA_VERSION = "1.0"
OF_CANDIDATE = (
    "rank", "candidate_id", "score", "gene", "hgnc_id", "mode", "penetrance", "segregation",
    "phase", "pli",
)  # fmt: skip
OF_FAMILY = ("family_id", "proband")


def json_text(table: CandidateTable, heading: Heading) -> str:
    """Write heading and candidates, families in their order, best candidate first."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": _run(heading),
        "families": [
            asdict(family) | {"candidates": _candidates(table, family.family_id)}
            for family in heading.families
        ],
    }
    return indented(document)


def _run(heading: Heading) -> dict[str, Any]:
    """Give the heading without the families."""
    run = heading.document()
    del run["families"]
    return run


def _candidates(table: CandidateTable, family_id: str) -> list[dict[str, Any]]:
    """Gather the rows of each candidate of one family."""
    found: dict[str, dict[str, Any]] = {}
    for row in range(len(table)):
        if table["family_id"][row] != family_id:
            continue
        name = table["candidate_id"][row]
        if name not in found:
            found[name] = {key: table[key][row] for key in OF_CANDIDATE}
            found[name] |= {"tier": table["tier"][row], "variants": []}
        found[name]["tier"] = min(found[name]["tier"], table["tier"][row])
        found[name]["variants"].append(_variant(table, row))
    return list(found.values())


def _variant(table: CandidateTable, row: int) -> dict[str, Any]:
    """Give one row without what belongs to its candidate, with genotypes and details."""
    left_out = {*OF_CANDIDATE, *OF_FAMILY}
    variant = {f.name: table[f.name][row] for f in FIELDS if f.name not in left_out}
    if variant["popmax_af"] == "not_assessed":
        variant["popmax_af"] = None
    variant["genotypes"] = {
        member: {f.name: table[f"{f.name}_{member}"][row] for f in MEMBER_FIELDS}
        for member in table.members
        if table[f"gt_{member}"][row] is not None
    }
    return variant | table.details[row]

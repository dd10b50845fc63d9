"""The candidate table as JSON; the schema is `data/schemas/candidates.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from raredx.columns.near_misses import NearMissTable
from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable
from raredx.report.heading import Heading
from raredx.report.json_text import json_text as indented

SCHEMA_VERSION = "2.1"
"""2.0: `score` is in log10 odds and comes first in the order, where 1.0 had points within tiers.
2.1: near misses, and how near each HPO term comes."""
OF_CANDIDATE = (
    "rank", "candidate_id", "score", "probability", "gene", "hgnc_id", "mode", "penetrance",
    "segregation", "phase", "pli", "disease", "disease_id", "matched_terms",
)  # fmt: skip
ADDENDS = tuple(f.name for f in FIELDS if f.name.startswith("score_"))
OF_FAMILY = ("family_id", "proband")
OF_ITS_CRITERIA = ("acmg_reasons",)
"""What `acmg` holds, criterion by criterion."""


Ranked = Mapping[str, Sequence[Mapping[str, Any]]]
"""`genes` and `diseases` of all families, each with its family."""


def json_text(
    table: CandidateTable, heading: Heading, ranked: Ranked, near_misses: NearMissTable
) -> str:
    """Write heading, candidates and near misses, families in their order, the best first."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": _run(heading),
        "families": [
            asdict(family)
            | {name: _of_family(lines, family.family_id) for name, lines in ranked.items()}
            | {"candidates": _candidates(table, family.family_id)}
            | _near_misses(near_misses, family.family_id)
            for family in heading.families
        ],
    }
    return indented(document)


def _of_family(lines: Sequence[Mapping[str, Any]], family_id: str) -> list[dict[str, Any]]:
    """Give the ranked lines of one family, without what names it."""
    return [
        {key: value for key, value in line.items() if key not in OF_FAMILY}
        for line in lines
        if line["family_id"] == family_id
    ]


def _near_misses(near_misses: NearMissTable, family_id: str) -> dict[str, Any]:
    """Give the near misses of a family, and how many there are of which these are the nearest."""
    own = near_misses.of_family(family_id)
    lines = [line | {"popmax_af": _assessed(line["popmax_af"])} for line in own.rows()]
    return {
        "near_misses_found": own.found.get(family_id, 0),
        "near_misses": _of_family(lines, family_id),
    }


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
            found[name]["addends"] = {
                key.removeprefix("score_"): _assessed(table[key][row]) for key in ADDENDS
            }
            found[name] |= {"tier": table["tier"][row], "variants": []}
        found[name]["tier"] = min(found[name]["tier"], table["tier"][row])
        found[name]["variants"].append(_variant(table, row))
    return list(found.values())


def _assessed(value: Any) -> Any:
    """Give a number, or None where it was not assessed."""
    return None if value == "not_assessed" else value


def _variant(table: CandidateTable, row: int) -> dict[str, Any]:
    """Give one row without what belongs to its candidate, with genotypes and details."""
    left_out = {*OF_CANDIDATE, *ADDENDS, *OF_FAMILY, *OF_ITS_CRITERIA}
    variant = {f.name: table[f.name][row] for f in FIELDS if f.name not in left_out}
    variant["popmax_af"] = _assessed(variant["popmax_af"])
    variant["genotypes"] = {
        member: {f.name: table[f"{f.name}_{member}"][row] for f in MEMBER_FIELDS}
        for member in table.members
        if table[f"gt_{member}"][row] is not None
    }
    return variant | table.details[row]

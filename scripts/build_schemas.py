"""Write the JSON Schemas of the JSON outputs and of run.json from what declares them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from raredx.columns.acmg import ABOUT, POINTS
from raredx.columns.check_results import CheckResult, SiteSelection
from raredx.columns.check_statistics import Answer
from raredx.columns.counts import QUESTIONS
from raredx.columns.file_facts import Declarations, FileFacts
from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.results import FIELDS, MEMBER_FIELDS, OutputField
from raredx.columns.ruleset_comparison import (
    COMPARED_FIELDS,
    KEPT,
    VERDICT_FIELDS,
    ComparedRuleset,
)
from raredx.columns.run_changes import RunDiff
from raredx.columns.runs import KnowledgeSource
from raredx.columns.trail import Explanation
from raredx.columns.verification import Verification
from raredx.pipeline.request import RankRequest
from raredx.report import (
    candidates_jsonl,
    diff_json,
    explanation,
    json_document,
    ruleset_comparison_json,
    run_json,
    verify_json,
)
from raredx.report.check_json import plain
from raredx.report.heading import Checks
from raredx.report.json_document import ADDENDS, OF_CANDIDATE, OF_FAMILY, OF_ITS_CRITERIA
from raredx.scoring import near_misses
from raredx.scoring.acmg_points import TEMPERATURES
from raredx.scoring.gene_ranking import DISEASE_COLUMNS, GENE_COLUMNS
from raredx.settings import CheckSettings, RuleSet
from raredx.vocabulary import MODE_NAMES, OUTCOME_NAMES, TIER_NAMES, Assembly

FOLDER = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: dict[str, Any] = {"type": "string"}
NULL: dict[str, Any] = {"type": "null"}
FLAG: dict[str, Any] = {"type": "boolean"}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
TIER: dict[str, Any] = {"enum": list(TIER_NAMES.values())}
NUMBER: dict[str, Any] = {"type": "number"}
SHA256: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
CLASSES = ("pathogenic", "likely_pathogenic", "uncertain", "likely_benign", "benign")


def table(properties: dict[str, Any]) -> dict[str, Any]:
    """Describe an object that has exactly these properties."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(properties),
    }


def many(items: dict[str, Any]) -> dict[str, Any]:
    """Describe an array."""
    return {"type": "array", "items": items}


def column(field: OutputField) -> dict[str, Any]:
    """Describe a declared column; anything but a list may be missing."""
    if field.kind == "list":
        return {"description": field.about, **TEXTS}
    return {"description": field.about, "type": [field.kind, "null"]}


def variant() -> dict[str, Any]:
    """Describe one variant of a candidate."""
    outside = {*OF_CANDIDATE, *ADDENDS, *OF_FAMILY, *OF_ITS_CRITERIA}
    found = {field.name: column(field) for field in FIELDS if field.name not in outside}
    for name in ("chrom", "ref", "alt", "reason"):
        found[name]["type"] = "string"
    found["pos"]["type"] = "integer"
    found["tier"] |= TIER
    found["acmg_class"] = {"description": found["acmg_class"]["description"], "enum": [*CLASSES]}
    found["acmg_temperature"] = {
        "description": found["acmg_temperature"]["description"],
        "enum": [*reversed(TEMPERATURES), ""],  # empty for the other classes
    }
    found["acmg_points"]["type"] = "integer"
    found["acmg_posterior"] |= SHARE
    found["popmax_af"]["description"] += " (null in JSON)"
    flags = ("mane_select", "mane_plus_clinical", "canonical")
    words = ("gene", "transcript", "biotype", "consequence", "hgvs_c", "hgvs_p")
    event = dict.fromkeys(("panel_id", "panel_name", "panel_version", "moi"), TEXT) | {
        "confidence": {"enum": ["green", "amber", "red", "none"]},
        "mode_fits": {"enum": list(OUTCOME_NAMES.values())},
        "tier": TIER,
    }
    found["genotypes"] = {
        "description": "calls of the family, by individual",
        "type": "object",
        "additionalProperties": table({field.name: column(field) for field in MEMBER_FIELDS}),
    }
    found["transcripts"] = many(table(dict.fromkeys(words, TEXT) | dict.fromkeys(flags, FLAG)))
    found["report_events"] = many(table(event))
    found["acmg"] = {"description": "each criterion that holds or was set aside", **criteria()}
    fit = table({"term": TEXT, "nearest": TEXT, "share": SHARE})
    about = "each HPO term that was judged, and the nearest of the gene's best disease"
    found["phenotype"] = {"description": about, **many(fit)}
    return table(found)


def criteria() -> dict[str, Any]:
    """Describe the ACMG/AMP criteria of a variant."""
    return many(
        table(
            {
                "code": {"enum": sorted(ABOUT)},
                "strength": {"enum": list(POINTS)},
                "points": {"type": "integer", "minimum": -8, "maximum": 8},
                "about": {"enum": sorted(set(ABOUT.values()))},
                "reason": TEXT,
                "values": {
                    "description": "the figures behind it",
                    "type": "object",
                    "additionalProperties": {"type": ["string", "number", "null"]},
                },
                "curated": FLAG,
            }
        )
    )


def addends() -> dict[str, Any]:
    """Describe what a score adds up; null was not assessed, and counts nothing."""
    about = {field.name: field.about for field in FIELDS}
    return table(
        {
            name.removeprefix("score_"): {"description": about[name], "type": ["number", "null"]}
            for name in ADDENDS
        }
    )


def ranked(columns: Sequence[str]) -> dict[str, Any]:
    """Describe ranked genes or diseases of a family."""
    kinds = {
        "rank": {"type": "integer", "minimum": 1},
        "candidates": {"type": "integer", "minimum": 1},
        "probability": SHARE,
        "score": NUMBER,
        "phenotype_score": NUMBER,
        "mode": {"enum": list(MODE_NAMES.values())},
        "tier": TIER,
        "matched_terms": TEXTS,
    }
    return many(table({name: kinds.get(name, TEXT) for name in columns if name not in OF_FAMILY}))


def candidate() -> dict[str, Any]:
    """Describe one candidate."""
    declared = {field.name: field for field in FIELDS}
    found = {name: column(declared[name]) for name in OF_CANDIDATE}
    found["rank"] |= {"type": "integer", "minimum": 1}
    found["score"]["type"] = "number"
    found["probability"] |= SHARE
    found["addends"] = {"description": "they sum to the score", **addends()}
    found["mode"]["enum"] = list(MODE_NAMES.values())
    found["penetrance"]["enum"] = ["complete", "incomplete"]
    found["segregation"]["enum"] = ["pass", "not_assessed"]
    found["tier"] = {"description": "best tier of its variants", **TIER}
    found["variants"] = {**many(variant()), "minItems": 1}
    return table(found)


def family() -> dict[str, Any]:
    """Describe one family, without its candidates."""
    member = {
        "individual": TEXT,
        "role": TEXT,
        "sex": {"enum": ["male", "female", "unknown"]},
        "affection": {"enum": ["affected", "unaffected", "unknown"]},
        "sequenced": {"type": "boolean"},
    }
    return {
        "family_id": TEXT,
        "proband": TEXT,
        "members": many(table(member)),
        "hpo_terms": many({"type": "string", "pattern": "^HP:[0-9]{7}$"}),
        "observed": many(named_term()),
        "excluded": many(named_term()),
        "phenotype_source": TEXT,
        "none_of_these": {
            "description": "probability that no candidate explains the phenotype", **SHARE,
        },
    }  # fmt: skip


def named_term() -> dict[str, Any]:
    """Describe an HPO term with its name."""
    return {"type": "string", "pattern": "^HP:[0-9]{7} ."}


def heading() -> dict[str, Any]:
    """Describe the heading of a run, without families."""
    words = ("version", "command", "ruleset", "ruleset_version", "ruleset_sha256")
    panel = dict.fromkeys(("panel_id", "name", "version", "date", "moi_source"), TEXT)
    return {
        **dict.fromkeys(words, TEXT),
        "assembly": {"enum": ["GRCh37", "GRCh38"]},
        "consequences": TEXT,
        "frequency_sources": TEXTS,
        "predictors": TEXTS,
        "clinvar": {"enum": ["declared", "not_assessed"]},
        "panels": many(table(panel | {"genes": COUNT, "green": COUNT})),
        "notes": TEXTS,
        "checks": of_type(Checks),
        "order": {"enum": ["score", "tier"]},
        "explained_share": {
            "description": "of the families, explained by a candidate", **SHARE,
        },
        "missense_tool": {"enum": ["revel", "alphamissense", "cadd", "none"]},
        "hpo": {"description": "release of HPO; empty where no term was judged", **TEXT},
        "data": {"description": "what evidence was looked up in, with licences", **TEXTS},
    }  # fmt: skip


def of_type(kind: Any) -> dict[str, Any]:
    """Describe what `plain` makes of a value of this type; a number may be unknown."""
    number = {"type": ["number", "null"]}
    simple = {str: TEXT, bool: FLAG, int: {"type": "integer"}, float: number, float | None: number}
    if kind in simple:
        return simple[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return table({field.name: of_type(hints[field.name]) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [plain(member) for member in kind]}
    parts = get_args(kind)
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": of_type(parts[1])}
    if get_origin(kind) is tuple and parts[-1] is not Ellipsis:
        length = len(parts)
        return {"type": "array", "items": of_type(parts[0]), "minItems": length, "maxItems": length}
    return many(of_type(parts[0]))


def check_schema() -> dict[str, Any]:
    """Describe what `raredx check --json` writes."""
    run = dict.fromkeys(("version", "command", "vcf", "ped", "fasta"), TEXT)
    facts = get_type_hints(FileFacts)
    counted = ("records", "alleles", "kinds", "contigs", "inspected", "annotated", "formats",
               "mt_refs", "reference")  # fmt: skip
    file = {
        "answers": of_type(tuple[Answer, ...]),
        "declared": of_type(Declarations),
        **{name: of_type(facts[name]) for name in counted},
        "selection": of_type(SiteSelection),
    }
    result = get_type_hints(CheckResult)
    lists = ("samples", "pairs", "pairs_left_out", "duos", "trios", "roh", "upd")
    whole = {
        "schema_version": {"const": "1.0"},
        "run": table(run | {
            "assembly": of_type(Assembly), "changes_results": FLAG, "notes": TEXTS,
        }),
        "findings": of_type(result["findings"]),
        "file": table(file),
        **{name: of_type(result[name]) for name in lists},
        "families": of_type(result["roles"]),
    }  # fmt: skip
    return {"$schema": DIALECT, "title": "raredx check, version 1.0", **table(whole)}


def near_miss() -> dict[str, Any]:
    """Describe a near miss, without what names its family."""
    own = [field for field in NEAR_MISS_FIELDS if field.name not in OF_FAMILY]
    found = {field.name: column(field) for field in own}
    found["question"] = {"enum": list(near_misses.QUESTIONS)}
    return table(found)


def candidates_schema() -> dict[str, Any]:
    """Describe what `raredx rank --json` writes."""
    lists = {"genes": ranked(GENE_COLUMNS), "diseases": ranked(DISEASE_COLUMNS)}
    near = {"near_misses_found": COUNT, "near_misses": many(near_miss())}
    families = table(family() | lists | {"candidates": many(candidate())} | near)
    version = json_document.SCHEMA_VERSION
    return {
        "$schema": DIALECT,
        "title": f"raredx candidates, version {version}",
        **table(
            {
                "schema_version": {"const": version},
                "run": table(heading()),
                "families": many(families),
            }
        ),
    }


def candidate_line_schema() -> dict[str, Any]:
    """Describe a line of what `raredx rank --jsonl` writes."""
    of_variant, of_candidate = variant()["properties"], candidate()["properties"]
    known = (
        of_candidate
        | of_variant
        | {name: {"type": ["number", "null"]} for name in ADDENDS}
        | dict.fromkeys(OF_FAMILY, TEXT)
        | dict.fromkeys(OF_ITS_CRITERIA, TEXTS)
    )
    details = ("genotypes", "transcripts", "acmg", "phenotype", "report_events")
    about = dict.fromkeys(("raredx_version", "ruleset"), TEXT)
    version = candidates_jsonl.SCHEMA_VERSION
    line = {"schema_version": {"const": version}, **about, "assembly": heading()["assembly"]}
    for field in FIELDS:
        line[field.name] = {"description": field.about, **known[field.name]}
    line |= {name: known[name] for name in details}
    title = f"a line of raredx candidates as JSON lines, version {version}"
    return {"$schema": DIALECT, "title": title, **table(line)}


def run_schema() -> dict[str, Any]:
    """Describe run.json."""
    file = {"role": TEXT, "name": TEXT, "size": COUNT, "sha256": SHA256}
    step = {"question": TEXT} | dict.fromkeys(
        ("alleles_in", "failed", "not_assessed", "alleles_out"), COUNT
    )
    counts = dict.fromkeys(
        ("records", "alleles", "alleles_not_sequence", "records_unfiltered"), COUNT
    ) | {
        "steps": many(table(step)),
        "candidates": COUNT,
        "rows_by_tier": {"type": "object", "additionalProperties": COUNT},
    }
    genes = {
        "panel_id": TEXT,
        "joined_by": {"type": "object", "additionalProperties": COUNT},
        "unmatched": TEXTS,
        "ambiguous": {"type": "object", "additionalProperties": TEXTS},
    }
    whole = {
        "schema_version": {"const": run_json.SCHEMA_VERSION},
        "raredx": TEXT,
        "python": TEXT,
        "packages": {"type": "object", "additionalProperties": TEXT},
        "arguments": arguments(),
        "settings": table(
            {
                "ruleset": TEXT,
                "sha256": SHA256,
                "values_sha256": SHA256,
                "rules": settings(RuleSet),
                "checks": settings(CheckSettings),
            }
        ),
        "knowledge": many(of_type(KnowledgeSource)),
        "heading": table(heading() | {"families": many(table(family()))}),
        "counts": table(counts),
        "panel_genes": many(table(genes)),
        "panel_question": table(dict.fromkeys(("pass", "fail", "not_assessed"), COUNT)),
        "warnings": TEXTS,
        "inputs": many(table(file)),
        "outputs": many(table(file)),
        "resources": table(
            {
                "wall_seconds": {"type": "number", "minimum": 0},
                "cpu_seconds": {"type": "number", "minimum": 0},
                "peak_rss_bytes": COUNT,
            }
        ),
    }
    title = f"raredx run.json, version {run_json.SCHEMA_VERSION}"
    return {"$schema": DIALECT, "title": title, **table(whole), "$defs": dict(SETTINGS)}


def arguments() -> dict[str, Any]:
    """Describe the arguments of a run; null where names were taken out of the record."""
    hints = get_type_hints(RankRequest)
    found = {}
    for field in fields(RankRequest):
        parts = [kind for kind in get_args(hints[field.name]) or (hints[field.name],)]
        if get_origin(hints[field.name]) is tuple:
            found[field.name] = TEXTS
            continue
        kinds = ["null" if kind is type(None) else _ARGUMENT.get(kind, "string") for kind in parts]
        found[field.name] = {"type": kinds[0] if len(kinds) == 1 else kinds}
    return {"description": "the request, as it can be repeated", "anyOf": [table(found), NULL]}


_ARGUMENT: dict[Any, str] = {bool: "boolean", int: "integer", float: "number"}
"""JSON types of arguments; the others are text."""


def settings(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Describe settings: every key of their type, and no other."""
    found = msgspec.json.schema(kind)
    named = json.loads(json.dumps(found).replace("#/$defs/", f"#/$defs/{kind.__name__}."))
    SETTINGS.update({f"{kind.__name__}.{name}": one for name, one in named["$defs"].items()})
    for one in named["$defs"].values():
        one["required"] = list(one.get("properties", {}))
        for part in one.get("properties", {}).values():
            part.pop("default", None)
    return {"$ref": named["$ref"]}


SETTINGS: dict[str, Any] = {}
"""Definitions of settings, named by their whole and their part."""


def verification_schema() -> dict[str, Any]:
    """Describe what `raredx verify --json` writes."""
    version = verify_json.SCHEMA_VERSION
    whole = {"schema_version": {"const": version}, "stands": FLAG}
    parts = of_type(Verification)["properties"]
    title = f"raredx verify, version {version}"
    return {"$schema": DIALECT, "title": title, **table(whole | parts)}


def diff_schema() -> dict[str, Any]:
    """Describe what `raredx diff --json` writes."""
    version = diff_json.SCHEMA_VERSION
    whole = {"schema_version": {"const": version}} | of_type(RunDiff)["properties"]
    return {"$schema": DIALECT, "title": f"raredx diff, version {version}", **table(whole)}


def explanation_schema() -> dict[str, Any]:
    """Describe what `raredx explain --json` writes."""
    version = explanation.SCHEMA_VERSION
    whole: dict[str, Any] = {"schema_version": {"const": version}, "raredx": TEXT, "command": TEXT}
    parts = of_type(Explanation)["properties"]
    title = f"raredx explain, version {version}"
    return {"$schema": DIALECT, "title": title, **table(whole | parts)}


def ruleset_comparison_schema() -> dict[str, Any]:
    """Describe what `raredx compare-rulesets --json` writes."""
    version = ruleset_comparison_json.SCHEMA_VERSION
    by_label = {"type": "object", "additionalProperties": COUNT}
    verdict = table({field.name: column(field) for field in VERDICT_FIELDS})
    verdict["properties"]["verdict"] = {"enum": [KEPT, *QUESTIONS]}
    row = {field.name: column(field) for field in COMPARED_FIELDS}
    row["verdicts"] = {"type": "object", "additionalProperties": verdict}
    two = {"first": TEXT, "second": TEXT, "both": COUNT, "either": COUNT}
    counts = {
        "variants_and_genes": COUNT,
        "kept_by_all": COUNT,
        "kept": by_label,
        "kept_alone": by_label,
        "agreement": many(table(two)),
        "dropped_by": {"type": "object", "additionalProperties": by_label},
    }
    whole = {
        "schema_version": {"const": version},
        "heading": table(dict.fromkeys(("version", "command", "assembly"), TEXT)),
        "rulesets": many(of_type(ComparedRuleset)),
        "counts": table(counts),
        "variants": many(table(row)),
    }
    title = f"raredx compare-rulesets, version {version}"
    return {"$schema": DIALECT, "title": title, **table(whole)}


def main() -> None:
    """Write every schema."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    schemas = {
        "candidates": candidates_schema(),
        "candidate_line": candidate_line_schema(),
        "run": run_schema(),
        "check": check_schema(),
        "verification": verification_schema(),
        "diff": diff_schema(),
        "ruleset_comparison": ruleset_comparison_schema(),
        "explanation": explanation_schema(),
    }
    for name, schema in schemas.items():
        path = FOLDER / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
        print(path.relative_to(FOLDER.parents[3]))


if __name__ == "__main__":
    main()

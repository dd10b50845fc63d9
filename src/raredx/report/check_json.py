"""A check as JSON; the schema is `data/schemas/check.schema.json`."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum, StrEnum
from typing import Any

from raredx.report.check_report import CheckReport, karyotype_word
from raredx.report.json_text import json_text
from raredx.vocabulary import Karyotype

SCHEMA_VERSION = "1.0"


def check_json_text(report: CheckReport) -> str:
    """Write the whole check; figures that are not known are null."""
    result, facts = report.result, report.facts
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "version": report.version,
            "command": report.command,
            "assembly": result.assembly,
            "vcf": report.vcf,
            "ped": report.ped,
            "fasta": report.fasta,
            "changes_results": report.changes_results,
            "notes": report.notes,
        },
        "findings": report.findings,
        "file": {
            "answers": report.file_answers,
            "declared": report.declared,
            "records": facts.records,
            "alleles": facts.alleles,
            "kinds": facts.kinds,
            "contigs": facts.contigs,
            "inspected": facts.inspected,
            "annotated": facts.annotated,
            "formats": facts.formats,
            "mt_refs": facts.mt_refs,
            "reference": facts.reference,
            "selection": result.selection,
        },
        "samples": result.samples,
        "pairs": result.pairs,
        "pairs_left_out": result.pairs_left_out,
        "duos": result.duos,
        "trios": result.trios,
        "families": result.roles,
        "roh": result.roh,
        "upd": result.upd,
    }
    return json_text(plain(document))


def plain(value: Any) -> Any:
    """Turn records, enums and NaN into what JSON knows.

    Examples
    --------
    >>> from raredx.columns.check_statistics import Answer
    >>> from raredx.vocabulary import Outcome
    >>> plain(Answer("sex", Outcome.NOT_ASSESSED, "too few sites"))
    {'question': 'sex', 'outcome': 'not_assessed', 'reason': 'too few sites'}
    >>> plain((1.5, float("nan")))
    [1.5, None]
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Karyotype):
        return karyotype_word(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

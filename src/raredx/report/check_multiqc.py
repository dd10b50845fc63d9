"""A check as MultiQC custom content: tables of samples, relations and findings.

MultiQC (https://docs.seqera.io/multiqc/custom_content) reads files named `*_mqc.json`, one
table for each `id`; files of several families with the same ids become rows of one table.
"""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import Any

from raredx.columns.check_results import Severity
from raredx.errors import SettingsError
from raredx.report.check_report import CheckReport, karyotype_word
from raredx.report.json_text import json_text
from raredx.vocabulary import OUTCOME_NAMES, Outcome

SUFFIX = "_mqc.json"
_PARENT = {
    "parent_id": "raredx_check",
    "parent_name": "raredx check",
    "parent_description": "Are these samples what the pedigree says?",
}
_COLOURED = {
    "pass": [{"s_eq": "pass"}],
    "warn": [{"s_eq": "not_assessed"}, {"s_eq": "warning"}],
    "fail": [{"s_eq": "fail"}, {"s_eq": "error"}],
}
_SHARE = {"min": 0, "max": 1, "format": "{:,.4f}"}


def _header(title: str, description: str, **more: object) -> dict[str, Any]:
    """Describe a column."""
    return {"title": title, "description": description, **more}


_ANSWER = {"scale": False, "cond_formatting_rules": _COLOURED}
_WORD: dict[str, Any] = {"scale": False}
_COUNT: dict[str, Any] = {"min": 0, "format": "{:,.0f}"}
_SAMPLE_HEADERS = {
    "outcome": _header("Checks", "Worst answer about this sample alone", **_ANSWER),
    "family": _header("Family", "Family of the PED file", **_WORD),
    "stated_sex": _header("Stated sex", "Sex in the PED file", **_WORD),
    "karyotype": _header("Sex chromosomes", "As the calls show them", **_WORD),
    "missingness": _header("Missing", "Share of calls not made", scale="OrRd", **_SHARE),
    "het_hom": _header("Het/hom", "Heterozygous over homozygous ALT calls", min=0, scale="Blues"),
    "ti_tv": _header("Ti/Tv", "Transitions over transversions", min=0, scale="Blues"),
    "depth_auto": _header("Depth", "Mean depth on autosomes", min=0, scale="Greens"),
    "contamination": _header(
        "Contamination", "Share of foreign reads (CHARR)", scale="OrRd", **_SHARE
    ),
    "froh": _header("FROH", "Share of the genome in long homozygous runs", scale="OrRd", **_SHARE),
}  # fmt: skip
_RELATION_HEADERS = {
    "outcome": _header("Check", "Answer to the question", **_ANSWER),
    "expected": _header("Expected", "Relation by the pedigree", **_WORD),
    "inferred": _header("Inferred", "Relation by the genotypes", **_WORD),
    "kinship": _header(
        "Kinship", "KING-robust coefficient", min=-0.5, max=0.5, format="{:,.4f}", scale="RdBu"
    ),
    "error_rate": _header(
        "Mendel errors", "Share of informative sites", scale="OrRd", **_SHARE
    ),
    "informative": _header("Sites", "Informative sites", scale="Greys", **_COUNT),
}  # fmt: skip
_FINDING_HEADERS = {
    "severity": _header("Severity", "How grave it is", **_ANSWER),
    "changes_results": _header("Changes results", "Whether a ranking would differ", **_WORD),
    "message": _header("Finding", "What was seen", **_WORD),
    "mend": _header("What to do", "What to do", **_WORD),
}


def multiqc_names(name: str) -> dict[str, str]:
    """Name the files of a check: table to file; the first has the name that was asked for.

    Raises
    ------
    SettingsError
        If MultiQC would not look at a file of this name.

    Examples
    --------
    >>> multiqc_names("out/fam_mqc.json")["findings"]
    'out/fam_findings_mqc.json'
    """
    if not name.endswith(SUFFIX) or Path(name).name == SUFFIX:
        what = "MultiQC reads files whose name ends in _mqc.json"
        raise SettingsError(name, what, "Name it like family_mqc.json.")
    stem = name.removesuffix(SUFFIX)
    more = {table: f"{stem}_{table}{SUFFIX}" for table in ("relations", "findings")}
    return {"samples": name, **more}


def multiqc_texts(report: CheckReport) -> dict[str, str]:
    """Write every table: table to text."""
    tables = (
        ("samples", "Samples", _samples(report), _SAMPLE_HEADERS, "Sample"),
        ("relations", "Relations", _relations(report), _RELATION_HEADERS, "Samples"),
        ("findings", "Findings", _findings(report), _FINDING_HEADERS, "Subject"),
    )
    found = {}
    for table, title, data, headers, first in tables:
        document = {
            "id": f"raredx_check_{table}",
            **_PARENT,
            "section_name": title,
            "description": f"raredx {report.version}",
            "plot_type": "table",
            "pconfig": {
                "id": f"raredx_check_{table}_table",
                "title": f"raredx check: {title}",
                "col1_header": first,
                "no_violin": True,
            },
            "headers": headers,
            "data": data,
        }
        found[table] = json_text(document)
    return found


def _samples(report: CheckReport) -> dict[str, dict[str, Any]]:
    """Make a row for each sample."""
    return {
        one.sample: _known({
            "outcome": OUTCOME_NAMES[report.outcome_of(one.sample)],
            "family": one.family_id,
            "stated_sex": one.stated_sex.name.lower(),
            "karyotype": karyotype_word(one.karyotype),
            "missingness": one.missingness,
            "het_hom": one.het_hom,
            "ti_tv": one.ti_tv,
            "depth_auto": one.depth_auto,
            "contamination": one.contamination,
            "froh": one.froh,
        })
        for one in report.result.samples
    }  # fmt: skip


def _relations(report: CheckReport) -> dict[str, dict[str, Any]]:
    """Make a row for each pair, each parent and child, and each trio."""
    found = {}
    for pair in report.result.pairs:
        found[f"{pair.first} + {pair.second}"] = {
            "outcome": _worst(pair.answers),
            "expected": pair.relation_expected,
            "inferred": pair.relation_inferred,
            "kinship": pair.kinship,
            "informative": pair.informative,
        }
    for duo in report.result.duos:
        found[f"{duo.child} of {duo.role} {duo.parent}"] = {
            "outcome": _worst(duo.answers), "error_rate": duo.rate, "informative": duo.informative,
        }  # fmt: skip
    for trio in report.result.trios:
        found[f"{trio.child} of {trio.father} + {trio.mother}"] = {
            "outcome": _worst(trio.answers),
            "error_rate": trio.rate,
            "informative": trio.informative,
        }
    return {name: _known(row) for name, row in found.items()}


def _findings(report: CheckReport) -> dict[str, dict[str, Any]]:
    """Make a row for each finding; one that says so where there is none."""
    found: dict[str, dict[str, Any]] = {}
    for finding in report.findings:
        about = ", ".join(finding.subject)
        name = f"{finding.code}: {about}"
        if finding.subject == ("file",):
            name = f"{finding.code}: {Path(report.vcf).name}"
        while name in found:
            name += "'"
        found[name] = {
            "severity": finding.severity.value,
            "changes_results": "yes" if finding.changes_results else "no",
            "message": html.escape(finding.message, quote=False),
            "mend": html.escape(finding.mend, quote=False),
        }
    graver = any(finding.severity is not Severity.NOTE for finding in report.findings)
    if not graver:
        clean = {"severity": "pass", "changes_results": "no", "message": "nothing to mend"}
        found = {Path(report.vcf).name: clean, **found}
    return found


def _worst(answers: tuple[Any, ...]) -> str:
    """Give the worst of some answers: a failure, otherwise a pass if there is one."""
    outcomes = {answer.outcome for answer in answers}
    for outcome in (Outcome.FAIL, Outcome.PASS):
        if outcome in outcomes:
            return OUTCOME_NAMES[outcome]
    return OUTCOME_NAMES[Outcome.NOT_ASSESSED]


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {
        key: value
        for key, value in row.items()
        if value != "" and not (isinstance(value, float) and math.isnan(value))
    }

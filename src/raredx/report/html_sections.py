"""What stands on the page before and after the candidates."""

from __future__ import annotations

from collections import Counter
from typing import Any

from raredx.columns.check_results import QUESTIONS
from raredx.columns.near_misses import NearMissTable
from raredx.report.family_report import FamilyReport
from raredx.report.html_flags import CRITERIA, TERMS
from raredx.report.html_text import allele
from raredx.report.html_variant import hgvs_change
from raredx.report.html_words import (
    MODES,
    OPEN_QUESTIONS,
    TIERS,
    consequence_words,
    fraction_words,
    probability_words,
)
from raredx.report.pedigree_drawing import draw_pedigree
from raredx.report.phenotype_drawing import draw_phenotype

FEW_PANELS = 12
"""Applied panels up to which the list stands open (our choice)."""
SHOWN_NEAR = 10
"""Near misses that stand open; the others open with a click (our choice)."""


def page_sections(report: FamilyReport) -> dict[str, Any]:
    """Give what the template needs beside candidates, scripts and styles."""
    heading, about, document = report.heading, report.about, report.document
    drawing = draw_pedigree(report.family)
    sequenced = [member.individual for member in about.members if member.sequenced]
    return {
        "heading": heading,
        "about": about,
        "roles": {member.individual: member.role for member in about.members},
        "labels": {
            name: place for name, place in drawing.labels.items() if name in report.table.members
        },
        "sequenced": sequenced,
        "pedigree": drawing,
        "chart": draw_phenotype(report),
        "few_panels": FEW_PANELS,
        "checks": _checks(report),
        "checks_words": _check_words(report),
        "checks_lead": _check_lead(report),
        "checks_failed": any(answer.failed for answer in heading.checks.answers),
        "tally": _tally(report),
        "none_of_these": probability_words(about.none_of_these),
        "near": _near_misses(report.near_misses),
        "shown_near": SHOWN_NEAR,
        "near_found": sum(report.near_misses.found.values()),
        "left_open": _left_open(report),
        "steps": document.get("counts", {}).get("steps", []),
        "not_sequence": document.get("counts", {}).get("alleles_not_sequence", 0),
        "warnings": document.get("warnings", []),
        "inputs": document.get("inputs", []),
        "packages": document.get("packages", {}),
        "python": document.get("python", ""),
        "terms": TERMS,
        "criteria": _criteria(report),
    }


def _tally(report: FamilyReport) -> str:
    """Count the candidates by their best tier."""
    best: dict[str, str] = {}
    for name, tier in zip(report.table["candidate_id"], report.table["tier"], strict=True):
        best[name] = min(best.get(name, tier), tier)
    if not best:
        return "No candidate"
    counts = Counter(best.values())
    named = [f"{counts.pop(tier)} {words}" for tier, words in TIERS.items() if counts[tier]]
    named += [f"{n} {tier}" for tier, n in counts.items() if n]
    return f"{len(best)} candidate{'' if len(best) == 1 else 's'}: {', '.join(named)}"


def _checks(report: FamilyReport) -> list[dict[str, Any]]:
    """Give each question about the samples with its answers, in words."""
    found = []
    for answer in report.heading.checks.answers:
        kinds = (
            (answer.passed, "passed", "pass"),
            (answer.failed, "failed", "fail"),
            (answer.not_assessed, "not assessed", "open"),
        )
        worst = "fail" if answer.failed else "open" if answer.not_assessed else "pass"
        found.append(
            {
                "question": QUESTIONS.get(answer.question, answer.question),
                "counts": ", ".join(f"{n} {word}" for n, word, _ in kinds if n),
                "kind": worst,
                "reason": answer.reason,
            }
        )
    return found


def _check_words(report: FamilyReport) -> str:
    """Count the questions about the samples by their worst answer."""
    kinds = Counter(check["kind"] for check in _checks(report))
    words = (("fail", "failed"), ("pass", "passed"), ("open", "not assessed"))
    return ", ".join(f"{kinds[kind]} {word}" for kind, word in words if kinds[kind])


def _check_lead(report: FamilyReport) -> str:
    """Say what the questions about the samples come to, where nothing was found."""
    answers = report.heading.checks.answers
    if any(answer.failed for answer in answers):
        return "A question failed."
    if any(answer.passed for answer in answers):
        return "Nothing was found that speaks against it."
    return "The data do not tell: no question has an answer."


def _near_misses(table: NearMissTable) -> list[dict[str, Any]]:
    """Describe the near misses."""
    found = []
    for row in range(len(table)):
        cells = {name: column[row] for name, column in table.columns.items()}
        place = f"{cells['chrom']}-{cells['pos']}-{allele(cells['ref'] or '')}"
        popmax = cells["popmax_af"]
        found.append(
            {
                **cells,
                "place": f"{place}-{allele(cells['alt'] or '')}",
                "words": consequence_words(cells["consequence"] or ""),
                "name": hgvs_change(cells["hgvs_p"]) or hgvs_change(cells["hgvs_c"]),
                "mode_words": MODES.get(cells["mode"] or "", cells["mode"]),
                "frequency": fraction_words(popmax)
                if isinstance(popmax, float | int)
                else "not assessed",
            }
        )
    return found


def _left_open(report: FamilyReport) -> list[tuple[str, str, str]]:
    """List what could not be answered: about samples, about candidates, about criteria."""
    found = [
        (
            "Sample check",
            QUESTIONS.get(answer.question, answer.question),
            f"{answer.reason} ({answer.not_assessed} of "
            f"{answer.passed + answer.failed + answer.not_assessed})",
        )
        for answer in report.heading.checks.answers
        if answer.not_assessed
    ]
    table, n = report.table, len(report.table)
    questions = Counter(q for row in table["not_assessed"] for q in row)
    found += [
        ("Candidates", OPEN_QUESTIONS.get(question, question), f"no data in {count} of {n} rows")
        for question, count in questions.items()
    ]
    found += [
        ("Score", f"addend “{name}”", why)
        for name, why in (
            ("panel", "no panel was applied"),
            ("phenotype", "no HPO terms, or HPO does not know the gene"),
            ("reported", "the file carries no ClinVar"),
        )
        if n and any(value == "not_assessed" for value in table[f"score_{name}"])
    ]
    criteria = Counter(entry for row in table["acmg_not_assessed"] for entry in row)
    for entry, count in criteria.items():
        code, _, why = entry.partition(": ")
        about = f"{code}: {CRITERIA[code]}" if code in CRITERIA else code
        found.append(("ACMG/AMP criterion", about, f"{why or 'no data'} ({count} of {n} rows)"))
    return found


def _criteria(report: FamilyReport) -> list[tuple[str, str]]:
    """Explain the criteria that the page names."""
    used = {label.partition("_")[0] for row in report.table["acmg_criteria"] for label in row}
    used |= {e.partition(":")[0] for row in report.table["acmg_not_assessed"] for e in row}
    return [(code, words) for code, words in CRITERIA.items() if code in used]

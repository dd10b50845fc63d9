"""An explanation as text for people, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from raredx.columns.trail import (
    Explanation,
    GeneTrail,
    KeptRow,
    ModeTrail,
    Step,
    TranscriptAnswer,
    VariantTrail,
)
from raredx.report.html_text import visible
from raredx.report.json_text import json_text
from raredx.vocabulary import OUTCOME_NAMES

SCHEMA_VERSION = "1.0"
WIDTH = 150
"""Columns of the text, where words allow (our choice)."""
_ANSWERS = {"pass": "PASS", "fail": "FAIL", "not_assessed": "NOT ASSESSED"}
_TOLD = {"transcripts": 8, "panels": 6}
"""Transcripts and panels of a gene that the text tells; JSON tells all (our choice)."""
_PAIRED = ("compound_het", "x_linked_compound_het")
_HANGING = 30
"""Columns before what was observed: where further lines of a question begin."""


def explanation_json(explanation: Explanation, heading: dict[str, str]) -> str:
    """Write an explanation as JSON; the schema is `data/schemas/explanation.schema.json`."""
    document = {"schema_version": SCHEMA_VERSION, **heading, **_plain(asdict(explanation))}
    return json_text(document)


def _plain(value: Any) -> Any:
    """Write outcomes by their names."""
    if isinstance(value, dict):
        return {
            key: OUTCOME_NAMES[item] if key == "outcome" else _plain(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def explanation_text(explanation: Explanation, heading: dict[str, str]) -> str:
    """Write an explanation for people: each question in order, and one sentence at the end."""
    lines = [f"{explanation.asked.strip()}: {explanation.found}"]
    lines += [f"{key}: {value}" for key, value in heading.items() if value]
    steps = [step for trail in explanation.trails for step in _steps(trail)]
    rules = dict.fromkeys(step.rule.partition(": ")[0] for step in steps if ": " in step.rule)
    lines += [f"rule set: {', '.join(rules)}"] if rules else []
    for overview in explanation.gene_overview:
        lines += _wrapped("", overview, 2)
    for trail in explanation.trails:
        lines += ["", *_variant_lines(trail)]
        if len(explanation.trails) > 1:
            lines += _wrapped("  => ", trail.conclusion, 5)
    if explanation.coverage:
        lines += ["", "What the file holds at the place:"]
        for record in explanation.coverage:
            lines += [f"  {record.record}", *(f"    {call.words()}" for call in record.calls)]
    if explanation.others:
        lines += ["", *explanation.others]
    lines += [""]
    for note in explanation.notes:
        lines += _wrapped("note: ", note, 6)
    for source in dict.fromkeys(step.source for step in steps if step.source):
        lines += _wrapped("source: ", source, 8)
    lines += ["", explanation.conclusion]
    return "\n".join(visible(line.rstrip()) for line in lines) + "\n"


def _steps(trail: VariantTrail) -> Iterator[Step]:
    """Give every question of a trail."""
    yield from trail.steps
    for gene in trail.genes:
        yield gene.consequence
        for mode in gene.modes:
            yield from mode.steps


def _wrapped(first: str, text: str, indent: int) -> list[str]:
    """Break a text into lines; only the first begins with its label."""
    return wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    ) or [first.rstrip()]  # fmt: skip


def _variant_lines(trail: VariantTrail) -> list[str]:
    """Write the trail of one variant."""
    names = [name for name in trail.variant_id.split(";") if name not in ("", ".")]
    about = f" ({', '.join(names)})" if names else ""
    lines = [f"{trail.variant}{about}, family {trail.family_id}, proband {trail.proband}"]
    for step in trail.steps:
        lines += _step_lines(step)
    general = next((s for s in trail.steps if s.question == "frequency"), None)
    for gene in trail.genes:
        lines += _gene_lines(gene, general)
    for row in trail.rows:
        lines += _row_lines(row)
    if not trail.rows:
        lines.append(f"  not a candidate: a run counts it as dropped by {trail.failed}")
    return lines


def _row_lines(row: KeptRow) -> list[str]:
    """Write one row of the candidates."""
    what = f"Tier {row.tier}" if row.tier != "untiered" else "untiered"
    criteria = ", ".join(row.acmg_criteria) or "no criterion"
    penetrance = "" if row.penetrance == "complete" else f", {row.penetrance} penetrance"
    text = (
        f"{what}, {row.gene}, {row.mode}{penetrance}; score {row.score:g}; {row.acmg_class} "
        f"({criteria})"
    )
    flags = [f"    flags: {', '.join(row.flags)}"] if row.flags else []
    return [*_wrapped("  candidate: ", text, 4), *_wrapped("    ", row.reason, 4), *flags]


def _gene_lines(gene: GeneTrail, general: Step | None) -> list[str]:
    """Write the questions in one gene; `general` is the frequency of any mode."""
    lines = ["", f"  {gene.gene} {gene.hgnc_id}".rstrip()]
    lines += _step_lines(gene.consequence)
    told = sorted(gene.transcripts, key=_interest)
    for entry in told[: _TOLD["transcripts"]]:
        lines += _wrapped(" " * 16 + "- ", _transcript_words(entry), 18)
    lines += _more(len(told) - _TOLD["transcripts"], "transcripts")
    for words in gene.panels[: _TOLD["panels"]]:
        lines += _wrapped(" " * 16 + "- panel ", words, 18)
    lines += _more(len(gene.panels) - _TOLD["panels"], "panel entries")
    for mode in gene.modes:
        lines += _mode_lines(gene.gene, mode, general)
    return lines


def _more(n: int, what: str) -> list[str]:
    return [f"{'':<16}- and {n} more {what}"] if n > 0 else []


def _interest(entry: TranscriptAnswer) -> tuple[bool, bool, bool]:
    """Put first the transcripts that decide."""
    return not entry.role, entry.impact == "none", not entry.mane


def _transcript_words(entry: TranscriptAnswer) -> str:
    """Write what the annotation says on one transcript."""
    about = ", ".join(filter(None, (entry.mane, entry.biotype, entry.role)))
    names = " ".join(text.rpartition(":")[2] for text in (entry.hgvs_c, entry.hgvs_p) if text)
    counts = "" if entry.impact == "none" else f" [{entry.impact}]"
    name = entry.transcript or "no transcript"
    return f"{name} ({about}): {entry.consequence}{counts} {names}".rstrip()


def _mode_lines(gene: str, mode: ModeTrail, general: Step | None) -> list[str]:
    """Write the questions under one mode."""
    about = "" if mode.penetrance == "complete" else ", incomplete penetrance"
    said = "candidate" if mode.kept else "no candidate"
    lines = [f"  {gene}, {mode.mode.replace('_', ' ')}{about}: {said}"]
    for step in mode.steps:
        is_known = general is not None and step.observed == general.observed
        if step.question == "frequency" and is_known:
            lines += _step_lines(step, observed="as above", details=())
        elif step.question == "segregation" and mode.mode in _PAIRED:
            lines += _step_lines(step)
        else:
            lines += _step_lines(step, details=())
    return lines + (_wrapped(" " * 16 + "note: ", mode.note, 22) if mode.note else [])


def _step_lines(
    step: Step, *, observed: str | None = None, details: Iterable[str] | None = None
) -> list[str]:
    """Write one question: answer, what was observed, what was asked for, by which rule."""
    answer = _ANSWERS[OUTCOME_NAMES[step.outcome]]
    rule = step.rule.partition(": ")[2] or step.rule
    said = step.observed if observed is None else observed
    text = f"{said}; asked for: {step.threshold} [{rule}]"
    lines = _wrapped(f"    {answer:<12} {step.question:<12} ", text, _HANGING)
    for detail in step.details if details is None else details:
        lines += _wrapped(" " * _HANGING + "- ", detail, _HANGING + 2)
    return lines

"""A check as rows of one shape: a subject, a figure or a question, and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

from raredx.columns.check_results import QUESTIONS, Finding
from raredx.columns.check_statistics import Answer, ContigErrors, PairStats
from raredx.report.check_report import CheckReport, karyotype_word
from raredx.vocabulary import OUTCOME_NAMES, Karyotype, Sex


class CheckRow(NamedTuple):
    """One row.

    `scope` says what kind of subject it is (`finding`, `file`, `sample`, `pair`, `duo`, `trio`,
    `family`, `roh`, `upd`); `subject` names it, ids joined by `,`; `metric` is a figure, a
    question or the code of a finding; `outcome` is `pass`, `fail` or `not_assessed` of a
    question, the severity of a finding, and empty for a figure.
    """

    scope: str
    subject: str
    metric: str
    value: object = None
    expected: object = None
    outcome: str = ""
    message: str = ""


def check_rows(report: CheckReport) -> Iterator[CheckRow]:
    """Give every row of a check: findings first, then the file, samples, pairs and families."""
    result = report.result
    yield from map(_finding_row, report.findings)
    yield from _file_rows(report)
    for sample in result.samples:
        yield from _stats_rows("sample", sample.sample, sample, ("sample",))
    for pair in result.pairs:
        yield from _stats_rows("pair", pair_name(pair), pair, ("first", "second"))
    for duo in result.duos:
        subject = f"{duo.child},{duo.parent}"
        yield from _stats_rows("duo", subject, duo, ("child", "parent"))
    for trio in result.trios:
        subject = f"{trio.child},{trio.father},{trio.mother}"
        yield from _stats_rows("trio", subject, trio, ("child", "father", "mother"))
    for fit in result.roles:
        yield from _answer_rows("family", fit.family_id, fit.answers)
        yield CheckRow("family", fit.family_id, "assignments_tried", fit.tried)
        for best in fit.best:
            moved = ", ".join(f"{sample} as {place}" for place, sample in best.moved)
            yield CheckRow(
                "family", fit.family_id, "best_assignment_error_rate", best.rate, fit.stated.rate,
                message=moved or "as stated",
            )  # fmt: skip
    for run in result.roh:
        place = f"{run.contig}:{run.start}-{run.end}"
        about = f"{run.hom_alt} homozygous, {run.het} heterozygous"
        yield CheckRow("roh", run.sample, place, run.length, message=about)
    for segment in result.upd:
        place = f"{segment.contig}:{segment.start}-{segment.end}"
        about = (
            f"{segment.kind} from the {segment.parent}, {segment.uniparental} of "
            f"{segment.informative} informative sites"
            + (", a deletion suspected" if segment.deletion_suspected else "")
        )
        yield CheckRow("upd", segment.child, place, segment.length, message=about)


def pair_name(pair: PairStats) -> str:
    """Name a pair by its two samples."""
    return f"{pair.first},{pair.second}"


def _finding_row(finding: Finding) -> CheckRow:
    """Write a finding; what changes results says so."""
    words = finding.message + (f". {finding.mend}" if finding.mend else "")
    return CheckRow(
        "finding", ",".join(finding.subject), finding.code, finding.value, finding.expected,
        finding.severity.value, words + (" [changes results]" if finding.changes_results else ""),
    )  # fmt: skip


def _file_rows(report: CheckReport) -> Iterator[CheckRow]:
    """Write what was counted of the file and answered about it."""
    facts, result = report.facts, report.result

    def row(metric: str, value: object, message: str = "") -> CheckRow:
        return CheckRow("file", report.vcf, metric, value, message=message)

    yield from _answer_rows("file", report.vcf, report.file_answers)
    yield row("records", facts.records)
    yield row("alleles", facts.alleles)
    for kind, seen in facts.kinds.items():
        yield row(f"records_{kind}", seen.n, ", ".join(seen.examples))
    for name, contig in facts.contigs.items():
        yield row(f"records_on_{name}", contig.records)
    yield row("records_inspected", facts.inspected)
    for kind, n in facts.annotated.items():
        yield row(f"share_with_{kind}", n / facts.inspected if facts.inspected else None)
    for name, n in facts.formats.items():
        yield row(f"share_with_format_{name}", n / facts.inspected if facts.inspected else None)
    if facts.reference.name:
        yield row("ref_compared", sum(facts.reference.compared.values()))
        wrong = "; ".join(facts.reference.examples)
        yield row("ref_different", sum(facts.reference.different.values()), wrong)
        yield row("ref_not_compared", sum(facts.reference.unknown.values()))
    for field in fields(result.selection):
        value = getattr(result.selection, field.name)
        if field.name != "why":
            yield row(f"selection_{field.name}", value, result.selection.why)


def _stats_rows(scope: str, subject: str, stats: Any, names: tuple[str, ...]) -> Iterator[CheckRow]:
    """Write the answers and the figures of one sample, pair, duo or trio."""
    yield from _answer_rows(scope, subject, stats.answers)
    for field in fields(stats):
        value = getattr(stats, field.name)
        if field.name in (*names, "answers"):
            continue
        if field.name == "contigs":
            for contig in value:
                yield _contig_row(scope, subject, f"errors_on_{contig.contig}", contig)
        elif isinstance(value, ContigErrors):
            yield _contig_row(scope, subject, f"errors_{field.name}", value)
        else:
            yield CheckRow(scope, subject, field.name, _plain(value))


def _contig_row(scope: str, subject: str, metric: str, errors: ContigErrors) -> CheckRow:
    """Write the Mendelian errors on one contig."""
    about = f"of {errors.informative} informative sites"
    return CheckRow(scope, subject, metric, errors.errors, message=about)


def _answer_rows(scope: str, subject: str, answers: tuple[Answer, ...]) -> Iterator[CheckRow]:
    """Write answers, each with the words of its question."""
    for answer in answers:
        yield CheckRow(
            scope, subject, answer.question, outcome=OUTCOME_NAMES[answer.outcome],
            message=answer.reason or QUESTIONS.get(answer.question, ""),
        )  # fmt: skip


def _plain(value: object) -> object:
    """Turn an enum into its word."""
    if isinstance(value, Karyotype):
        return karyotype_word(value)
    return value.name.lower() if isinstance(value, Sex) else value

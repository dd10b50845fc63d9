"""A check for people: findings first, then samples, relations and what was not assessed."""

from __future__ import annotations

import io
import math
from typing import Literal, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from raredx.columns.check_results import Severity
from raredx.columns.check_statistics import Answer, PairStats
from raredx.report.check_report import CheckReport, karyotype_word
from raredx.vocabulary import Outcome

WIDTH = 120
"""Columns where the output is no terminal. Our choice."""

PAIRS_SHOWN = 30
"""Pairs that are shown at most; the other outputs have all of them."""

_COLOUR = {
    Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim",
}  # fmt: skip
_MARK = {
    Outcome.PASS: "[green]pass[/]", Outcome.FAIL: "[bold red]FAIL[/]",
    Outcome.NOT_ASSESSED: "[dim]not assessed[/]",
}  # fmt: skip


def print_report(report: CheckReport, file: TextIO) -> None:
    """Print a check; colours and the width are those of the terminal, if it is one."""
    if file.isatty():
        _print_on(report, Console(file=file, highlight=False))
        return
    text = io.StringIO()
    _print_on(report, Console(file=text, width=WIDTH, highlight=False))
    file.writelines(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _print_on(report: CheckReport, console: Console) -> None:
    """Print the parts of a check."""
    result, facts = report.result, report.facts
    console.print(
        f"[bold]{escape(report.vcf)}[/]: {result.assembly.value}, {facts.records:,} records, "
        f"{len(result.samples)} samples"
    )
    _print_findings(report, console)
    console.print(_samples(report))
    shown, n_hidden = pairs_that_matter(report)
    if shown:
        console.print()
        console.print(_pairs(shown))
    if n_hidden:
        console.print(f"{n_hidden} other pairs are not shown", style="dim")
    if result.duos:
        console.print()
        console.print(_families(report))
    _print_open_questions(report, console)
    for note in report.notes:
        console.print(f"note: {note}", markup=False, style="dim")
    n = sum(finding.changes_results for finding in report.findings)
    many = "1 finding" if n == 1 else f"{n or 'no'} findings"
    verdict = f"{many} would change results"
    console.print(verdict, style="bold red" if n else "bold green")


def _print_findings(report: CheckReport, console: Console) -> None:
    """Print every finding with what to do, gravest first."""
    console.print()
    if not report.findings:
        console.print("no findings", style="green")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for finding in report.findings:
        colour = _COLOUR[finding.severity]
        about = ", ".join(finding.subject)
        text = "" if about == "file" else f"[bold]{escape(about)}:[/] "
        text += escape(f"{finding.message} ({finding.code})")
        mend = f"\n[dim]{escape(finding.mend)}[/]" if finding.mend else ""
        grid.add_row(f"[{colour}]{finding.severity.value}[/]", text + mend)
    console.print(grid)
    console.print()


def _table(title: str, *columns: str) -> Table:
    """Make an empty table; columns that begin with `>` are numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name in columns:
        side: Literal["left", "right"] = "right" if name[0] == ">" else "left"
        table.add_column(name.lstrip(">"), justify=side, overflow="fold")
    return table


def _samples(report: CheckReport) -> Table:
    """Make the table of samples."""
    table = _table(
        "Samples", "sample", "family", "role", "stated", "found", ">calls", ">missing",
        ">het/hom", ">Ti/Tv", ">depth", ">foreign", ">FROH", "checks",
    )  # fmt: skip
    for one in report.result.samples:
        table.add_row(
            escape(one.sample), escape(one.family_id), report.role(one.sample),
            one.stated_sex.name.lower(), karyotype_word(one.karyotype),
            f"{one.sites - one.missing:,}",
            _percent(one.missingness), _number(one.het_hom), _number(one.ti_tv),
            _number(one.depth_auto, 1), _percent(one.contamination), _percent(one.froh),
            _worst(one.answers),
        )  # fmt: skip
    return table


def pairs_that_matter(report: CheckReport) -> tuple[list[PairStats], int]:
    """Choose the pairs to show: of one family, related, or not as stated; and count the others."""
    chosen = [
        pair
        for pair in report.result.pairs
        if pair.same_family
        or any(answer.outcome is Outcome.FAIL for answer in pair.answers)
        or pair.relation_inferred not in ("", "unrelated")
    ]
    if len(chosen) > PAIRS_SHOWN:  # those that failed stand first; otherwise the order is kept
        chosen.sort(key=lambda p: not any(a.outcome is Outcome.FAIL for a in p.answers))
    shown = chosen[:PAIRS_SHOWN]
    return shown, len(report.result.pairs) - len(shown)


def _pairs(pairs: list[PairStats]) -> Table:
    """Make the table of pairs."""
    table = _table(
        "Pairs", "first", "second", "by the pedigree", "by the genotypes", ">kinship",
        ">expected", ">sites", "kinship",
    )  # fmt: skip
    for pair in pairs:
        table.add_row(
            escape(pair.first), escape(pair.second), pair.relation_expected or "not stated",
            pair.relation_inferred or "not assessed", _number(pair.kinship, 3),
            _number(pair.expected_kinship, 3), f"{pair.informative:,}", _worst(pair.answers),
        )  # fmt: skip
    return table


def _families(report: CheckReport) -> Table:
    """Make the table of trios, and of children with one parent."""
    table = _table(
        "Children and parents", "child", "parents", ">sites", ">Mendel errors", ">rate",
        ">de novo", "checks",
    )  # fmt: skip
    in_trios = set()
    for trio in report.result.trios:
        in_trios |= {(trio.child, trio.father), (trio.child, trio.mother)}
        table.add_row(
            escape(trio.child), escape(f"{trio.father}, {trio.mother}"), f"{trio.informative:,}",
            f"{trio.errors:,}", _percent(trio.rate), str(trio.de_novo), _worst(trio.answers),
        )  # fmt: skip
    for duo in report.result.duos:
        failed = any(answer.outcome is Outcome.FAIL for answer in duo.answers)
        if failed or (duo.child, duo.parent) not in in_trios:
            table.add_row(
                escape(duo.child), escape(f"{duo.parent} ({duo.role})"), f"{duo.informative:,}",
                f"{duo.opposite:,}", _percent(duo.rate), "", _worst(duo.answers),
            )  # fmt: skip
    return table


def _print_open_questions(report: CheckReport, console: Console) -> None:
    """List the questions without an answer, and why."""
    why: dict[tuple[str, str], list[str]] = {}
    for answer in report.file_answers:
        if answer.outcome is Outcome.NOT_ASSESSED:
            why.setdefault((answer.question, answer.reason), []).append("")
    for subject, answer in report.result.answers():
        if answer.outcome is Outcome.NOT_ASSESSED:
            why.setdefault((answer.question, answer.reason), []).append(" ".join(subject))
    console.print()
    for (question, reason), subjects in why.items():
        named = [name for name in dict.fromkeys(subjects) if name]
        about = f" of {', '.join(named[:4])}{', …' if len(named) > 4 else ''}" if named else ""
        console.print(f"not assessed: {question}{about}: {reason}", markup=False, style="dim")


def _worst(answers: tuple[Answer, ...]) -> str:
    """Mark the worst of some answers, naming the questions that failed."""
    failed = [answer.question for answer in answers if answer.outcome is Outcome.FAIL]
    if failed:
        return f"{_MARK[Outcome.FAIL]} {', '.join(failed)}"
    passed = any(answer.outcome is Outcome.PASS for answer in answers)
    return _MARK[Outcome.PASS if passed else Outcome.NOT_ASSESSED]


def _number(value: float, digits: int = 2) -> str:
    """Write a number, a dash where it is not known."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def _percent(value: float) -> str:
    """Write a share, a dash where it is not known."""
    return "–" if math.isnan(value) else f"{100 * value:.2f} %"

"""A comparison of two runs for people: what differs, then a line and its cause for each change."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.text import Text

from raredx.columns.run_changes import (
    ARROW,
    CAUSE_WORDS,
    CandidateChange,
    Cause,
    Change,
    RunDiff,
    is_number,
)
from raredx.report.verify_terminal import visible

_STYLE = {Change.APPEARED: "bold green", Change.VANISHED: "bold red", Change.MOVED: "bold yellow"}
_LIBRARIES_SHOWN = 3
"""Differing libraries that are shown: our choice; the other outputs have all."""


def print_diff(found: RunDiff, file: TextIO) -> None:
    """Print a comparison; there are colours where the output is a terminal."""
    lines = _lines(found)
    if not file.isatty():
        file.writelines(f"{line.plain}\n" for line in lines)
        return
    console = Console(file=file, highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def _lines(found: RunDiff) -> list[Text]:
    """Write the lines."""
    lines = [
        _text(f"{name} {side.run}: {side.candidates} candidates, {side.command}", "bold")
        for name, side in (("old", found.old), ("new", found.new))
    ]
    lines += _difference_lines(found)
    for change in Change:
        group = found.of(change)
        if group:
            lines.append(Text(f"{change.value}: {len(group)}", style=_STYLE[change]))
        for one in group:
            lines.append(_text(f"  {_what(one)}"))
            lines.append(_text(f"    {_why(one)}", "dim"))
    n = found.unchanged
    other = f", {found.other_columns} of them with other columns" if found.other_columns else ""
    lines.append(Text(f"unchanged: {n}{other}", style="bold"))
    return lines


def _difference_lines(found: RunDiff) -> list[Text]:
    """Write what differs between the runs."""
    if not found.differences:
        return [Text("no recorded difference")]
    lines, libraries = [], 0
    for one in found.differences:
        libraries += one.cause.value == "libraries"
        if one.cause.value != "libraries" or libraries <= _LIBRARIES_SHOWN:
            lines.append(_text(f"differs: {CAUSE_WORDS[one.cause]}, {one.words}"))
    if libraries > _LIBRARIES_SHOWN:
        lines.append(Text(f"differs: {libraries - _LIBRARIES_SHOWN} more libraries"))
    return lines


def _what(one: CandidateChange) -> str:
    """Write what became of one candidate."""
    name = f"{one.gene or 'no gene'} {one.mode} {' + '.join(one.variants)} ({one.proband})"
    if one.change is not Change.MOVED:
        new = one.change is Change.APPEARED
        rank, tier = (one.rank_new, one.tier_new) if new else (one.rank_old, one.tier_old)
        score = one.score_new if new else one.score_old
        return f"{name}: rank {rank}, tier {tier}, score {score:.2f}"
    parts = []
    if one.rank_old != one.rank_new:
        parts.append(f"rank {one.rank_old} {ARROW} {one.rank_new}")
    if one.tier_old != one.tier_new:
        parts.append(f"tier {one.tier_old} {ARROW} {one.tier_new}")
    if one.class_old != one.class_new:
        parts.append(f"class {one.class_old} {ARROW} {one.class_new}")
    if one.addends and is_number(one.score_delta):
        parts.append(f"score {one.score_old:.2f} {ARROW} {one.score_new:.2f}")
    return f"{name}: {', '.join(parts)}"


def _why(one: CandidateChange) -> str:
    """Write the cause of a change, and how much of it each addend is."""
    reason = one.reason
    words = reason.words
    if reason.cause in (Cause.SEVERAL, Cause.UNKNOWN):
        words = f"{CAUSE_WORDS[reason.cause]}: {words}"
    if len(one.addends) > 1:
        shares = ", ".join(f"{a.name} {a.delta:+.2f} ({a.share:.0%})" for a in one.addends)
        words += f" [score: {shares}]"
    return words


def _text(line: str, style: str = "") -> Text:
    """Make a line that cannot command the terminal."""
    return Text(visible(line), style=style)

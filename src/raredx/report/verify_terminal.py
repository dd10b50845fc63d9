"""A verification for people: a line for each file, then what differs, then one verdict."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.text import Text

from raredx.columns.runs import FileState, FoundFile
from raredx.columns.verification import Verification

_STYLE = {
    FileState.UNCHANGED: "green", FileState.CHANGED: "bold red", FileState.MISSING: "bold red",
    FileState.NOT_ASSESSED: "dim",
}  # fmt: skip
_SHA_SHOWN = 12
"""Digits of a checksum that are shown: our choice; the JSON has all of them."""


def print_verification(found: Verification, file: TextIO) -> None:
    """Print a verification; there are colours where the output is a terminal.

    What stands in the record (names, the command) cannot command the terminal: letters that do
    not print are shown by their number.
    """
    lines = _lines(found)
    if not file.isatty():
        file.writelines(f"{line.plain}\n" for line in lines)
        return
    console = Console(file=file, highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def _lines(found: Verification) -> list[Text]:
    """Write the lines."""
    lines = [Text(visible(f"{found.run}: {found.command}"), style="bold")]
    lines += [_line("input", file) for file in found.inputs]
    lines += [_line("output", file) for file in found.outputs]
    differing = [pair for pair in found.versions if not pair.same]
    lines += [
        Text(visible(f"version: {pair.name} was {_short(pair.recorded)}, "
                     f"is {_short(pair.installed)}"), style="yellow")
        for pair in differing
    ]  # fmt: skip
    rerun = found.rerun
    if rerun.asked and not rerun.made:
        lines.append(Text(visible(f"not run again: {rerun.reason}"), style="bold red"))
    if rerun.made:
        lines += [_line("run again", file) for file in rerun.outputs]
        if differing and any(file.state is not FileState.UNCHANGED for file in rerun.outputs):
            what = "what differs may come from the versions above"
            lines.append(Text(what, style="yellow"))
    lines.append(_verdict(found))
    return lines


def _line(kind: str, file: FoundFile) -> Text:
    """Write what became of one file."""
    word = file.state.value.replace("_", " ")
    line = Text(f"{word:<12}", style=_STYLE[file.state])
    line.append(visible(f"  {kind:<9}  {file.record.role:<11}  {file.record.name}"), style="none")
    if file.reason:
        line.append(visible(f": {file.reason}"), style="none")
    elif file.state is FileState.CHANGED and file.size != file.record.size:
        line.append(f": {file.record.size} bytes, now {file.size}", style="none")
    elif file.state is FileState.CHANGED:
        was, now = file.record.sha256[:_SHA_SHOWN], file.sha256[:_SHA_SHOWN]
        line.append(visible(f": sha256 {was}…, now {now}…"), style="none")
    return line


def _verdict(found: Verification) -> Text:
    """Say it in one line."""
    n_changed, n_missing = found.count(FileState.CHANGED), found.count(FileState.MISSING)
    n_open = found.count(FileState.NOT_ASSESSED)
    if n_changed or n_missing:
        parts = [f"{n} {word}" for n, word in ((n_changed, "changed"), (n_missing, "missing")) if n]
        return Text(f"does not stand: {', '.join(parts)}", style="bold red")
    again = ", and running it again gave the same bytes" if found.rerun.made else ""
    left = f"; {n_open} not assessed" if n_open else ""
    n = found.count(FileState.UNCHANGED) - len(found.rerun.outputs)
    what = "1 file is unchanged" if n == 1 else f"all {n} files are unchanged"
    return Text(f"{what}{again}{left}", style="bold green")


def _short(version: str) -> str:
    """Shorten the checksum of a version; name what there is not."""
    head, mark, digest = version.rpartition("sha256 ")
    if mark:
        return f"{head}{mark}{digest[:_SHA_SHOWN]}…"
    return version or "not installed"


def visible(text: str) -> str:
    r"""Show letters that do not print by their number.

    Examples
    --------
    >>> visible("a\x1b[31m.vcf")
    'a<U+001B>[31m.vcf'
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else f"<U+{ord(one):04X}>" for one in text)

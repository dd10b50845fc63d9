"""Run a recorded request again, beside its outputs and never over them, and compare bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from raredx.columns.runs import FileState, FoundFile, RecordedFile, RecordedRun
from raredx.columns.verification import Rerun, Verification
from raredx.pipeline.outputs import FAMILY, KINDS
from raredx.pipeline.rank import Progress, rank
from raredx.pipeline.run_request import request_of
from raredx.readers.run_files import STANDARD_STREAM

_OUTPUT_FIELDS = frozenset(kind.attribute for kind in KINDS)
_COMPARED = ("settings", "knowledge", "heading", "counts", "panel_genes", "panel_question",
             "warnings")  # fmt: skip
"""Parts of the record that a second run must repeat; files and arguments have other names."""


def run_again(
    run: RecordedRun, found: Verification, folder: Path, progress: Progress
) -> Verification:
    """Run the recorded arguments again, and compare every output with its record.

    The outputs go into a temporary folder, which is removed. Nothing is run where an input
    changed, is missing or was standard input: other bytes would then tell nothing.

    Parameters
    ----------
    run : RecordedRun
    found : Verification
        Of the same run.
    folder : Path
        Where relative names start; it is the working folder meanwhile.
    progress : callable

    Raises
    ------
    RareDxError
        If this raredx does not know an argument, or the run ends with an error.
    """
    reason = _obstacle(run, found)
    if reason:
        return replace(found, rerun=Rerun(asked=True, reason=reason))
    written = [file.name for file in run.outputs]
    with TemporaryDirectory(prefix="raredx-rerun-") as made, chdir(folder):
        arguments = redirect_outputs(run.arguments, written, Path(made))
        for value in arguments.values():
            if isinstance(value, str) and value.startswith(made):
                Path(value).parent.mkdir()
        document = rank(request_of(arguments, run.path), progress).document
    again = [RecordedFile(**entry) for entry in document["outputs"]]
    compared = [_compare(file, again) for file in run.outputs]
    compared.append(_compare_records(run, document))
    return replace(found, rerun=Rerun(asked=True, made=True, outputs=tuple(compared)))


def _obstacle(run: RecordedRun, found: Verification) -> str:
    """Say why a run cannot be repeated; empty where it can."""
    if not run.arguments:
        return "the record does not hold the arguments of the run"
    if run.hides_names:
        return "pseudonyms stand for names, and the paths of its files are not recorded"
    if not found.inputs_stand:
        return "an input is missing or not what it was"
    if any(file.name == STANDARD_STREAM for file in run.inputs):
        return "it read standard input, which was not kept"
    return ""


def _compare(file: RecordedFile, again: Sequence[RecordedFile]) -> FoundFile:
    """Compare an output with what came out under its role and name."""
    name = Path(file.name).name
    twin = next(
        (one for one in again if one.role == file.role and Path(one.name).name == name), None
    )
    if twin is None:
        return FoundFile(file, FileState.MISSING, reason="was not written again")
    same = (twin.size, twin.sha256) == (file.size, file.sha256)
    state = FileState.UNCHANGED if same else FileState.CHANGED
    return FoundFile(file, state, twin.size, twin.sha256)


def _compare_records(run: RecordedRun, document: Mapping[str, Any]) -> FoundFile:
    """Compare what both records tell, but for files, arguments, time and memory."""
    differing = [key for key in _COMPARED if _plain(document[key]) != run.document.get(key)]
    state = FileState.CHANGED if differing else FileState.UNCHANGED
    reason = f"differs in {', '.join(differing)}" if differing else ""
    return FoundFile(RecordedFile("record", run.path, 0, ""), state, reason=reason)


def _plain(value: Any) -> Any:
    """Give a value as JSON gives it back: lists for tuples."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def redirect_outputs(
    arguments: Mapping[str, Any], written: Sequence[str], folder: Path
) -> dict[str, Any]:
    """Send every output into another folder, each field into one of its own.

    Parameters
    ----------
    arguments : mapping
    written : list of str
        Names of the output files that the run recorded. What was written elsewhere (standard
        output, a pipe) is not written again.
    folder : Path

    Returns
    -------
    dict
        The arguments, no output of which is one of `written`.

    Examples
    --------
    >>> asked = {"vcf": "-", "output": "-", "html": "out/{family}.html"}
    >>> redirect_outputs(asked, ["out/F1.html"], Path("/new"))
    {'vcf': '-', 'output': None, 'html': '/new/html/{family}.html'}
    """
    found = dict(arguments)
    for name, value in arguments.items():
        if not isinstance(value, str) or name == "vcf":
            continue
        was_file = any(_is_name_of(value, one) for one in written)
        if name in _OUTPUT_FIELDS or was_file:
            found[name] = str(folder / name / PurePath(value).name) if was_file else None
    return found


def _is_name_of(asked: str, written: str) -> bool:
    """Whether a file was written under the name that was asked for."""
    if FAMILY not in asked:
        return asked == written
    before, _, after = asked.partition(FAMILY)
    pattern = f"{_exactly(before)}*{_exactly(after.replace(FAMILY, ''))}"
    return fnmatchcase(written, pattern)


def _exactly(text: str) -> str:
    """Write a text so that a pattern means it as it stands."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)

"""`raredx verify`: are the files of a run what they were, and the versions?"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TextIO

from raredx import __version__
from raredx.columns.runs import FileState, FoundFile, KnowledgeSource, RecordedRun
from raredx.columns.verification import Verification, VersionPair
from raredx.errors import RareDxError
from raredx.pipeline.run_facts import installed_sources
from raredx.readers.run_files import files_of, look_at, read_run
from raredx.report.verify_json import verify_json_text
from raredx.report.verify_terminal import print_verification
from raredx.report.writing import OutputSet
from raredx.settings import list_rulesets, read_ruleset
from raredx.versions import package_versions

__all__ = ["files_of", "read_run", "verify", "write_verification"]


def verify(run: RecordedRun, folder: Path) -> Verification:
    """Look at every file that a run recorded.

    Parameters
    ----------
    run : RecordedRun
    folder : Path
        Where relative names start. Of a run with pseudonyms, which records no folder, outputs
        are looked for beside the record.
    """
    inputs = tuple(look_at(file, folder) for file in run.inputs)
    outputs_in = folder
    if run.hides_names:
        outputs_in = Path(run.path).parent
        reason = "pseudonyms stand for names, and its path is not recorded"
        inputs = tuple(
            FoundFile(file, FileState.NOT_ASSESSED, reason=reason) for file in run.inputs
        )
    return Verification(
        run.path,
        run.heading["command"],
        inputs,
        tuple(look_at(file, outputs_in) for file in run.outputs),
        tuple(_versions(run)),
    )


def _versions(run: RecordedRun) -> list[VersionPair]:
    """Put the recorded versions beside the installed ones."""
    recorded = run.document
    found = [
        VersionPair("raredx", recorded["raredx"], __version__),
        VersionPair("python", recorded["python"], platform.python_version()),
    ]
    for name, version in recorded["packages"].items():
        installed = ""
        with suppress(PackageNotFoundError):
            installed = package_versions([name])[name]
        found.append(VersionPair(name, version, installed))
    ruleset = str(recorded["settings"].get("ruleset", ""))
    if ruleset in list_rulesets():
        digests = str(recorded["settings"].get("sha256", "")), read_ruleset(ruleset).sha256
        found.append(VersionPair(f"rule set {ruleset}", *(f"sha256 {text}" for text in digests)))
    return found + _tables(run)


def _tables(run: RecordedRun) -> list[VersionPair]:
    """Compare the tables that come with raredx, by checksum."""
    recorded = tuple(
        KnowledgeSource(**{key: entry[key] for key in ("name", "release", "source", "sha256")})
        for entry in run.document["knowledge"]
    )
    installed: Sequence[KnowledgeSource] = ()
    with suppress(RareDxError, KeyError):
        installed = installed_sources(recorded)
    by_name = {source.name: source for source in installed}
    return [
        VersionPair(f"table {source.name}", _words(source), _words(by_name.get(source.name)))
        for source in recorded
        if source.sha256
    ]


def _words(source: KnowledgeSource | None) -> str:
    """Write release and checksum of a table."""
    return f"{source.release} sha256 {source.sha256}".strip() if source is not None else ""


def write_verification(
    found: Verification, taken: Sequence[Path], json: str | None, file: TextIO | None
) -> None:
    """Write a verification: as JSON where a name is given, and for people where a file is.

    Parameters
    ----------
    found : Verification
    taken : sequence of Path
        Files of the run, which must not be written over.
    json : str or None
    file : text file or None

    Raises
    ------
    OutputError
        If the JSON cannot be written.
    SettingsError
        If its name is taken.
    """
    if json is not None:
        with OutputSet(taken) as outputs:
            outputs.prepare(json)
            outputs.write_text(json, verify_json_text(found))
            outputs.commit()
    if file is not None:
        print_verification(found, file)

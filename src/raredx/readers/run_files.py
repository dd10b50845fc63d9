"""run.json -> `RecordedRun`; and what became of the files that it names."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from raredx.columns.runs import FileState, FoundFile, RecordedFile, RecordedRun
from raredx.errors import InputError

RUN_NAME = "run.json"
READ_VERSION = "2"
"""First number of the versions of run.json that are read here."""

STANDARD_STREAM = "-"
_AGAIN = "Rank again with this version of raredx, which writes a new record."
_WHAT = "Give run.json or NAME.run.json, as `raredx rank` wrote it, or its folder."


class _File(msgspec.Struct):
    role: str
    name: str
    size: int
    sha256: str


class _Person(msgspec.Struct):
    individual: str
    role: str
    sex: str
    affection: str
    sequenced: bool


class _Family(msgspec.Struct):
    family_id: str
    proband: str
    members: list[_Person]
    observed: list[str]
    excluded: list[str]


class _Panel(msgspec.Struct):
    panel_id: str
    name: str
    version: str
    date: str
    genes: int
    green: int


class _Heading(msgspec.Struct):
    version: str
    command: str
    ruleset: str
    ruleset_version: str
    assembly: str
    consequences: str
    frequency_sources: list[str]
    predictors: list[str]
    clinvar: str
    order: str
    hpo: str
    panels: list[_Panel]
    families: list[_Family]


class _Source(msgspec.Struct):
    name: str
    release: str
    source: str
    sha256: str


class _Settings(msgspec.Struct):
    rules: dict[str, Any]
    checks: dict[str, Any]


class _Run(msgspec.Struct):
    """What is asked of a record; it may hold more."""

    raredx: str
    python: str
    packages: dict[str, str]
    arguments: dict[str, Any] | None
    settings: _Settings
    knowledge: list[_Source]
    heading: _Heading
    inputs: list[_File]
    outputs: list[_File]


def read_run(path: Path) -> RecordedRun:
    """Read the record of a run.

    Parameters
    ----------
    path : Path
        `run.json`, `NAME.run.json`, or a folder that holds `run.json` or one `NAME.run.json`.

    Raises
    ------
    InputError
        If there is no record, it is damaged, is other JSON, or of a version that is not read.
    """
    place = _find(path)
    try:
        raw = place.read_bytes()
    except OSError as fault:
        raise InputError(str(place), fault.strerror or str(fault), "Check the path.") from None
    return decode_run(raw, str(place))


def _find(path: Path) -> Path:
    """Find the record in a folder."""
    if not path.is_dir():
        return path
    if (path / RUN_NAME).is_file():
        return path / RUN_NAME
    found = sorted(path.glob(f"*.{RUN_NAME}"))
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(one.name for one in found[:5]) + (", …" if len(found) > 5 else "")
        raise InputError(str(path), f"holds several records: {names}", "Name one of them.")
    raise InputError(str(path), f"holds no {RUN_NAME}", _WHAT)


def decode_run(raw: bytes, where: str) -> RecordedRun:
    """Read the bytes of a record; `where` names them in errors.

    Raises
    ------
    InputError
        As `read_run` does.

    Examples
    --------
    >>> decode_run(b"{}", "run.json")
    Traceback (most recent call last):
        ...
    raredx.errors.InputError: run.json: is no record of a run of raredx
      Give run.json or NAME.run.json, as `raredx rank` wrote it, or its folder.
    """
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise InputError(where, f"damaged, or no JSON: {fault}", _WHAT) from None
    known = isinstance(document, dict) and {"schema_version", "raredx", "heading"} <= set(document)
    if not known:
        raise InputError(where, "is no record of a run of raredx", _WHAT)
    version = str(document["schema_version"])
    if version.partition(".")[0] != READ_VERSION:
        what = f"is a record of version {version}, and this raredx reads {READ_VERSION}.x"
        raise InputError(where, what, _AGAIN)
    try:
        msgspec.convert(document, _Run)
    except msgspec.ValidationError as fault:
        raise InputError(where, f"damaged: {fault}", _AGAIN) from None
    for entry in (*document["inputs"], *document["outputs"]):
        if set(entry) != {"role", "name", "size", "sha256"}:
            what = f"damaged: a file has the keys {', '.join(sorted(entry))}"
            raise InputError(where, what, _AGAIN)
    return RecordedRun(where, document)


def look_at(record: RecordedFile, folder: Path) -> FoundFile:
    """Compare a file with its record: by size, and where that is the same by SHA-256.

    Parameters
    ----------
    record : RecordedFile
    folder : Path
        Where a relative name starts.

    Examples
    --------
    >>> look_at(RecordedFile("vcf", "-", 3, ""), Path(".")).reason
    'standard input or output'
    """
    if record.name == STANDARD_STREAM:
        return FoundFile(record, FileState.NOT_ASSESSED, reason="standard input or output")
    place = folder / record.name
    try:
        if place.is_dir():
            return FoundFile(record, FileState.MISSING, reason="is a folder")
        size = place.stat().st_size
        if size != record.size:
            return FoundFile(record, FileState.CHANGED, size)
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as fault:
        words = getattr(fault, "strerror", None) or str(fault)
        return FoundFile(record, FileState.MISSING, reason=words)
    same = digest == record.sha256
    return FoundFile(record, FileState.UNCHANGED if same else FileState.CHANGED, size, digest)


def find_output(run: RecordedRun, role: str) -> Path | None:
    """Find an output of a run: under its recorded name, or beside the record.

    Returns
    -------
    Path or None
        None where the run wrote none, or it is in neither place.

    Raises
    ------
    InputError
        If what is there is not what the run wrote.
    """
    record = run.first_output(role)
    if record is None:
        return None
    beside = Path(run.path).parent / Path(record.name).name
    changed: Path | None = None
    for place in (beside, Path(record.name)):
        state = look_at(_renamed(record, place), Path()).state
        if state is FileState.UNCHANGED:
            return place
        if state is FileState.CHANGED:
            changed = changed or place
    if changed is not None:
        raise InputError(
            str(changed),
            f"is not what {run.path} recorded: its size or SHA-256 differs",
            "`raredx verify` names every file that changed; rank again, or give the other record.",
        )
    return None


def files_of(run: RecordedRun, folder: Path = Path()) -> list[Path]:
    """List where the files of a run may lie, and its record: what must not be written over."""
    beside = Path(run.path).parent
    found = [Path(run.path)]
    for file in (*run.inputs, *run.outputs):
        if file.name != STANDARD_STREAM:
            found += [folder / file.name, beside / Path(file.name).name]
    return found


def _renamed(record: RecordedFile, place: Path) -> RecordedFile:
    """Give a record the name under which it is looked for."""
    return RecordedFile(record.role, str(place), record.size, record.sha256)


def text_of(value: Any) -> str:
    """Write a value of JSON as a table prints it.

    Examples
    --------
    >>> [text_of(value) for value in (None, 0.44999998807907104, 99.0, 7, ["a", "b"], "x")]
    ['', '0.45', '99', '7', 'a;b', 'x']
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        value = ";".join(map(text_of, value))
    return " ".join(str(value).split())

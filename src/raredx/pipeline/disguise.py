"""What a run may say of names and paths: nothing is hidden without a key, nothing shown with one.

Pseudonyms are put in where names are read (`readers.header`, `columns.anonymous_people`): what is
computed and written after that knows no other. Here is what stands beside the data: the request,
its command line, paths, and texts that quote them (docs/decisions/0022).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from raredx.columns.anonymous_people import anonymous_note
from raredx.columns.pseudonyms import Pseudonyms
from raredx.errors import RareDxError, SettingsError, logged, private, shown
from raredx.pipeline.inputs import InputRecord
from raredx.pipeline.request import CheckRequest, RankRequest
from raredx.readers.phenotype_input import terms_file
from raredx.readers.pseudonym_key import others_can_read, read_key
from raredx.report.run_json import names_beside

R = TypeVar("R", RankRequest, CheckRequest)
T = TypeVar("T")

_INPUTS = {
    "vcf": "vcf", "ped": "pedigree", "hpo": "hpo-terms", "phenopacket": "phenopacket",
    "hpo_data": "hpo-data", "clinvar": "clinvar", "curated": "curated", "fasta": "reference",
    "regions_file": "regions", "ruleset": "ruleset", "panels": "panel", "pseudonyms": "KEYFILE",
}  # fmt: skip
"""Fields of a request that may hold the path of an input, and what stands for it."""
_OUTPUTS = (
    "output", "json", "vcf_out", "genes_out", "diseases_out", "jsonl", "parquet", "xlsx",
    "near_misses", "html", "phenopacket_out", "multiqc", "pseudonym_table",
)  # fmt: skip
_PATH_FLAGS = frozenset({
    "--ped", "--hpo", "--phenopacket", "--hpo-data", "--clinvar", "--curated", "--fasta",
    "--panel", "--ruleset", "-R", "--pseudonyms",
})  # fmt: skip
"""Words of a command line after which a path may stand; the VCF is the last word."""
_TELLING = frozenset({"ped", "phenopacket", "hpo"})
"""Inputs that are short, and known but for their names: a plain checksum would tell whether names
that somebody tries are the right ones."""
_MAY_BE_NAMES = frozenset({"ruleset", "panels"})
_SUFFIX = re.compile(
    r"(?:\.(?:vcf|bcf|ped|fam|json|ya?ml|bed|tsv|txt|csv|toml|fa|fasta|html?|xlsx|jsonl|ndjson"
    r"|parquet))?(?:\.b?gz)?$",
    re.IGNORECASE,
)
"""Endings that tell the format of a file and nothing else."""


class Disguise:
    """What stands for names and paths in one run.

    Parameters
    ----------
    request : RankRequest or CheckRequest
        Without a key file everything stays as it is.

    Attributes
    ----------
    pseudonyms : Pseudonyms or None
        When the key has been read.
    remarks : list of str
        What only the log is told.
    """

    def __init__(self, request: RankRequest | CheckRequest) -> None:
        self.pseudonyms: Pseudonyms | None = None
        self.remarks: list[str] = []
        self._typed: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._folders: list[str] = []
        self._pattern: re.Pattern[str] | None = None
        if request.pseudonyms is not None:
            self._typed, self._paths = _names_of_paths(request)
            self._folders = _output_folders(request)
            longest = sorted(self._paths, key=len, reverse=True)
            either = "|".join(re.escape(path) for path in longest)
            self._pattern = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-]|\.\w)")

    def read_key(self, request: RankRequest | CheckRequest) -> None:
        """Read the key, if there is one.

        Raises
        ------
        InputError, SettingsError
            As `readers.pseudonym_key.read_key` raises them.
        """
        path = request.pseudonyms
        if path is None:
            if getattr(request, "pseudonym_table", None) is not None:
                what = "there are no pseudonyms to be listed"
                raise SettingsError("pseudonym table", what, "Give the file with their key too.")
            return
        self.pseudonyms = Pseudonyms(read_key(path.absolute(), _input_files(request)))
        if others_can_read(path):
            self.remarks.append(
                "the file with the key of the pseudonyms can be read by others: chmod 600"
            )

    def named(self, request: R) -> R:
        """Give a request in which people go by their pseudonyms, and every path is absolute.

        So a text that quotes a path can be told from one that holds a word of the same letters.
        """
        given = self.pseudonyms
        if given is None:
            return request
        changed: dict[str, Any] = {
            field_name: _absolute(field_name, getattr(request, field_name))
            for field_name in (*_INPUTS, *_OUTPUTS)
            if hasattr(request, field_name)
        }
        karyotypes = []
        for text in request.karyotypes:
            name, equals, karyotype = text.rpartition("=")
            karyotypes.append(f"{given.sample(name)}{equals}{karyotype}")
        return replace(
            request,
            **changed,
            proband=None if request.proband is None else given.sample(request.proband),
            karyotypes=tuple(karyotypes),
            command=self._command(request.command),
        )

    def recorded(self, request: R) -> R:
        """Give a request as it may be recorded: no path, and outputs by the names of their files.

        Parameters
        ----------
        request : RankRequest or CheckRequest
            As `named` gives it.
        """
        if self._pattern is None:
            return request
        changed: dict[str, Any] = {}
        for one in fields(request):
            value = getattr(request, one.name)
            if one.name in _INPUTS or one.name in _OUTPUTS:
                changed[one.name] = self._each(value)
        if hasattr(request, "pseudonym_table"):
            changed["pseudonym_table"] = None
        return replace(request, **changed)

    def text(self, text: str) -> str:
        """Give a text for outputs: marked names shown, paths hidden where there is a key."""
        if self.pseudonyms is not None:
            text = anonymous_note(text, self.pseudonyms)
        return self._without_paths(shown(text))

    def log(self, text: str) -> str:
        """Give a text for logs: without names, and without paths where there is a key."""
        return self._without_paths(logged(text))

    def result(self, value: T) -> T:
        """Give a result, or a part of one, with every text in it as outputs may have it."""
        return value if self._pattern is None else _each_text(value, self.text)

    def notes(self, n_left_out: int) -> tuple[str, ...]:
        """Say that names are pseudonyms, of which key, and what of the VCF is left out.

        Parameters
        ----------
        n_left_out : int
            Lines of its header that are not written.
        """
        if self.pseudonyms is None:
            return ()
        note = f"samples and families go by pseudonyms, made with the key {self.pseudonyms.key_id}"
        if n_left_out:
            note += f"; {n_left_out} header lines of the VCF that may name people are left out"
        return (note,)

    def input(self, record: InputRecord) -> InputRecord:
        """Give an input as it may be recorded: short files of names by a keyed checksum."""
        if self.pseudonyms is None or record.role not in _TELLING:
            return record
        return replace(record, sha256=self.pseudonyms.checksum(record.sha256))

    def file_name(self, name: str) -> str:
        """Name an output that was written: without its folder, where there is a key."""
        return name if self._pattern is None else Path(name).name

    def check_outputs(self, request: RankRequest | CheckRequest) -> None:
        """Refuse outputs whose names hold a name, when everybody is known.

        Raises
        ------
        SettingsError
            With the name to give instead.
        """
        if self.pseudonyms is None:
            return
        for field_name in _OUTPUTS:
            value = getattr(request, field_name, None)
            if value is None or value == "-":
                continue
            name = Path(value).name
            stem = _SUFFIX.sub("", name)
            hidden = self.pseudonyms.hide(stem, loose=True)
            if hidden != stem:
                raise SettingsError(
                    private(value, f"an output ({field_name})"),
                    "its name holds that of a person, a sample or a family",
                    f"Name it {hidden}{name[len(stem) :]}, or otherwise.",
                )

    def fault(self, fault: RareDxError) -> RareDxError:
        """Give a fault as it may be told."""
        if self._pattern is None:
            return fault
        where, what, mend = (
            self._without_paths(anonymous_note(text, self.pseudonyms or Pseudonyms(b"")))
            for text in (fault.where, fault.what, fault.mend)
        )
        return type(fault)(where, what, mend)

    def _each(self, value: Any) -> Any:
        """Hide the paths of one field."""
        if isinstance(value, tuple):
            return tuple(self._each(one) for one in value)
        if value is None:
            return None
        return type(value)(self._paths.get(str(value), str(value)))

    def _without_paths(self, text: str) -> str:
        if self._pattern is None:
            return text
        text = self._pattern.sub(lambda found: self._paths[found[0]], text)
        for folder in self._folders:
            text = text.replace(folder, "")
        return text

    def _command(self, command: str) -> str:
        """Write a command line anew, word by word."""
        assert self.pseudonyms is not None
        words: list[str] = []
        for word in shlex.split(command):
            before = words[-1] if words else ""
            if before == "--proband":
                word = self.pseudonyms.sample(word)
            elif before == "--karyotype":
                name, equals, karyotype = word.rpartition("=")
                word = f"{self.pseudonyms.sample(name)}{equals}{karyotype}"
            elif before in _PATH_FLAGS:
                word = self._typed.get(word, word)
            words.append(word)
        words[-1:] = [self._typed.get(word, word) for word in words[-1:]]
        return shlex.join(words)


@contextmanager
def disguised(request: RankRequest | CheckRequest) -> Iterator[Disguise]:
    """Give what hides the names and paths of a request; faults on the way tell none either.

    Raises
    ------
    RareDxError
        As the block raises it, and where the key cannot be used.
    """
    disguise = Disguise(request)
    try:
        disguise.read_key(request)
        yield disguise
    except RareDxError as fault:
        if request.pseudonyms is None:
            raise
        raise disguise.fault(fault) from None


def _names_of_paths(
    request: RankRequest | CheckRequest,
) -> tuple[dict[str, str], dict[str, str]]:
    """Say what stands for each path of a request, as typed and absolute.

    It is the role of an input, and the name of the file of an output.
    """
    typed: dict[str, str] = {}
    found: dict[str, str] = {}
    for field_name, role in _INPUTS.items():
        value = getattr(request, field_name, None)
        values = value if isinstance(value, tuple) else (value,)
        for number, one in enumerate(values, start=1):
            path = _path_of(field_name, one)
            if path is not None:
                ending = _SUFFIX.search(path.name)
                many = f"-{number}" if len(values) > 1 else ""
                name = f"{role}{many}{ending[0].lower() if ending else ''}"
                typed[str(one)] = found[str(path.absolute())] = found[str(path.resolve())] = name
    for field_name in _OUTPUTS:
        value = getattr(request, field_name, None)
        if value is not None and value != "-":
            path = Path(value).absolute()
            for name in (str(path), *names_beside(str(path))):
                found[name] = Path(name).name
    return typed, found


def _output_folders(request: RankRequest | CheckRequest) -> list[str]:
    """Give the absolute folders that outputs go to, each with a slash, longest first."""
    names = (getattr(request, field_name, None) for field_name in _OUTPUTS)
    folders = {f"{Path(name).absolute().parent}/" for name in names if name not in (None, "-")}
    return sorted(folders - {"//"}, key=len, reverse=True)


def _absolute(field_name: str, value: Any) -> Any:
    """Write the paths of a field so that they start at the root."""
    if isinstance(value, tuple):
        return tuple(_absolute(field_name, one) for one in value)
    if field_name in _OUTPUTS:
        return value if value in (None, "-") else str(Path(value).absolute())
    path = _path_of(field_name, value)
    return value if path is None else type(value)(path.absolute())


def _path_of(field_name: str, value: Any) -> Path | None:
    """Give the path that a field holds; None where it is something else."""
    if value is None or value in ("", "-"):
        return None
    if field_name == "hpo":
        return terms_file(value)
    if field_name in _MAY_BE_NAMES and not ("/" in value or "." in value or Path(value).is_file()):
        return None
    return Path(value)


def _input_files(request: RankRequest | CheckRequest) -> list[Path]:
    """List the inputs beside the key."""
    found = []
    for field_name in _INPUTS:
        value = getattr(request, field_name, None)
        for one in value if isinstance(value, tuple) else (value,):
            path = _path_of(field_name, one)
            if path is not None and field_name != "pseudonyms":
                found.append(path)
    return found


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Change every text of a result; keys of fields stay, arrays hold no text of a request."""
    if isinstance(value, str):
        return change(value) if type(value) is str else value
    if isinstance(value, dict):
        return {key: _each_text(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_all(value, change))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: getattr(value, one.name) for one in fields(value)}
        return replace(value, **{name: _each_text(one, change) for name, one in changed.items()})
    return value


def _all(values: Iterable[Any], change: Callable[[str], str]) -> Iterator[Any]:
    return (_each_text(one, change) for one in values)

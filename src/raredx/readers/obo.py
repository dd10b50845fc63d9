r"""hp.obo -> its terms.

OBO 1.2 and 1.4: stanzas that begin with `[Term]`, then lines `tag: value`, comments after ` ! `.
Read are id, name, synonym, is_a, alt_id, is_obsolete, replaced_by and consider; the rest stays in
the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from pathlib import Path

from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.hpo_text import DOWNLOAD, read_hpo_text

_ID = re.compile(r"HP:(\d{7})(?!\S)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(eq=False)
class OboTerm:
    """One `[Term]` stanza; terms as numbers, 1250 for HP:0001250."""

    number: int
    line: int
    name: str = ""
    synonyms: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    alternatives: list[int] = field(default_factory=list)
    obsolete: bool = False
    replaced_by: list[int] = field(default_factory=list)
    consider: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class OboFile:
    """Release and terms of hp.obo, in the order of the file."""

    where: str
    release: str
    terms: tuple[OboTerm, ...]


def read_obo(path: Path) -> OboFile:
    """Read hp.obo.

    Raises
    ------
    InputError
        If the file cannot be read, is no OBO file, does not state its release, holds no HPO
        term, defines one twice, or has a line that cannot be read.
    """
    where = str(path)
    text = read_hpo_text(path)
    if not text.startswith("format-version:"):
        first = text.partition("\n")[0][:60]
        raise InputError(where, f"is no OBO file (it begins with {first!r})", DOWNLOAD)
    lines = enumerate(text.split("\n"), start=1)
    release = _release(lines, where)
    terms: dict[int, OboTerm] = {}
    for term in _terms(lines, where):
        if term.number in terms:
            fact = f"defines HP:{term.number:07d} again, after line {terms[term.number].line}"
            raise InputError(f"{where}:{term.line}", fact, DOWNLOAD)
        terms[term.number] = term
    if not terms:
        raise InputError(where, "holds no HPO term", DOWNLOAD)
    return OboFile(where, release, tuple(terms.values()))


def release_of(text: str) -> str:
    """Give the date in the name of a release, or the whole name where it has none.

    Examples
    --------
    >>> release_of("hp/releases/2025-01-16"), release_of(" v1 ")
    ('2025-01-16', 'v1')
    """
    date = _DATE.search(text)
    return date[0] if date else text.strip()


def _release(lines: Iterator[tuple[int, str]], where: str) -> str:
    """Read the head, up to and with the first line of a stanza."""
    release = ""
    for number, line in lines:
        tag, _, value = line.partition(":")
        if tag == "data-version":
            release = release_of(value)
        if line.startswith("["):
            if line.startswith("[Term]"):
                break
            fact = f"begins with {line.strip()}, not with [Term]"
            raise InputError(f"{where}:{number}", fact, DOWNLOAD)
    if not release:
        fact = "does not state its release (data-version), which HPO asks to be shown"
        raise InputError(where, fact, DOWNLOAD)
    return release


def _terms(lines: Iterator[tuple[int, str]], where: str) -> Iterator[OboTerm]:
    """Read the stanzas of HPO terms; the head has been read, and the first `[Term]`."""
    term: OboTerm | None = None
    in_term = True
    for number, line in lines:
        if line.startswith("["):
            if term:
                yield term
            in_term, term = line.startswith("[Term]"), None
            continue
        tag, _, value = line.partition(":")
        if not in_term or not value:
            continue
        value = value.strip()
        if tag == "id":
            found = _ID.match(value)
            term = OboTerm(int(found[1]), number) if found else None
        elif term and tag in _READERS:
            try:
                _READERS[tag](term, value)
            except ValueError as error:
                fact = f"cannot be read ({tag}: {value[:60]})"
                raise InputError(f"{where}:{number}", fact, DOWNLOAD) from error
    if term:
        yield term


def _plain(text: str) -> str:
    """Resolve escapes; one for a new line becomes a space."""
    return _ESCAPED.sub(lambda found: " " if found[1] in "nWt" else found[1], text)


def _number(value: str) -> int:
    """Read an identifier, -1 for one that is none of HPO's."""
    found = _ID.match(value)
    if found:
        return int(found[1])
    if value.startswith("HP:"):
        raise ValueError(value)
    return -1


def _add_synonym(term: OboTerm, value: str) -> None:
    """Read the quoted text."""
    found = _QUOTED.match(value)
    if not found:
        raise ValueError(value)
    synonym = _plain(found[1])
    if synonym not in term.synonyms:
        term.synonyms.append(synonym)


def _add_to(numbers: list[int], value: str) -> None:
    """Add an identifier that is HPO's."""
    number = _number(value)
    if number >= 0:
        numbers.append(number)


_READERS: dict[str, Callable[[OboTerm, str], None]] = {
    "name": lambda term, value: setattr(term, "name", _plain(value)),
    "synonym": _add_synonym,
    "is_a": lambda term, value: _add_to(term.parents, value),
    "alt_id": lambda term, value: _add_to(term.alternatives, value),
    "replaced_by": lambda term, value: _add_to(term.replaced_by, value),
    "consider": lambda term, value: _add_to(term.consider, value),
    "is_obsolete": lambda term, value: setattr(term, "obsolete", value.startswith("true")),
}

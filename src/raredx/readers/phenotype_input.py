"""HPO terms as people write them, and what they mean in one release of HPO.

A list, typed or in a text file: `HP:0001250,HP:0001263`; commas, semicolons, bars, blanks and new
lines separate; `#` begins a comment; the name of a term may follow it on its line. A leading
`-`, `!` or `NOT` marks a term that was looked for and is absent.

Alternative and obsolete ids become what replaced them, with a note; unknown ids and words are
refused with the nearest terms; terms that describe no patient (inheritance, onset, the roots) are
left out with a note. Nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from raredx.columns.genes import LIST_SEPARATOR
from raredx.columns.ontology import PHENOTYPIC_ABNORMALITY, ROOT, Ontology
from raredx.columns.phenopacket import StatedTerm, StatedTerms
from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.nearest_terms import nearest_ids, nearest_names
from raredx.vocabulary import UNKNOWN_INDEX

MAX_BYTES = 1 << 20
"""Largest text file of terms that is read. Our choice: a thousand terms with names have 50 kB."""
NOTED = 10
"""How many notes of one kind are written before the rest is counted. Our choice."""
NOTHING_LEFT = "only terms at the root or outside phenotypic abnormality: phenotype not assessed"
_TERM_ID = re.compile(r"(?<![A-Za-z0-9])(?i:HP)[:_]([0-9]+)(?![A-Za-z0-9])")
_SEPARATORS = (",", ";", "|")
_AROUND = " \t,;|/()[]:\"'*•-"
"""What is taken off words on both sides."""
_ABSENT = re.compile(r"(?:(?<=[\s,;|])(?:[-\u2010-\u2013\u2212]|(?i:NOT)\s+)|!\s*)$")
_UNCLEAR = re.compile(
    r"([-\u2010-\u2013\u2212]|\b(?i:no|not|without|absent|excluded|negative|denies):?)[\s(\[]*$"
)
"""What may mean that a term is absent, or be the mark of a list or of a range."""
_COMMENT = re.compile(r"(?:^|\s)#.*")
_FILE_NAME = re.compile(r"\S*(?:/\S*|\.(?:txt|tsv|csv|hpo|json|ya?ml|ped))", re.IGNORECASE)
_RELEASE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class ResolvedTerms:
    """Terms of one release of HPO.

    Attributes
    ----------
    rows : tuple of int
        Rows of the ontology, each once, in the order in which they were written.
    notes : tuple of str
        What was replaced or left out, in words.
    """

    rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def terms_file(typed: str) -> Path | None:
    """Tell whether what was typed is the path of a file; None where it is a list of terms.

    Examples
    --------
    >>> terms_file("HP:0001250,HP:0001263") is None
    True
    """
    text = typed.strip()
    if not text or len(text) > 4096 or "\n" in text:
        return None
    try:
        return Path(text) if Path(text).exists() else None
    except (OSError, ValueError):  # longer than a name may be, or no name at all
        return None


def read_terms(typed: str, where: str) -> StatedTerms:
    """Read HPO terms from a list, or from the text file that it names.

    Parameters
    ----------
    typed : str
        A list of terms or the path of a file.
    where : str
        What to call a typed list in messages; a file is called by path and line.

    Returns
    -------
    StatedTerms
        Words that are no term stand among them, and are refused when they are looked up.

    Raises
    ------
    InputError
        If the file cannot be read, is no text or holds no term, or what stands before a term
        could mean that it is absent: a dash and a blank, `no`, `without`.

    Examples
    --------
    >>> found = read_terms("HP:0001250; -HP:0001263", "HPO terms")
    >>> [term.term_id for term in found.observed], [term.term_id for term in found.excluded]
    (['HP:0001250'], ['HP:0001263'])
    """
    path = terms_file(typed)
    if path is None:
        if _FILE_NAME.fullmatch(typed.strip()) and not _TERM_ID.search(typed):
            raise InputError(typed.strip(), "no such file", "Check the path, or give HPO ids.")
        return parse_terms(typed, lambda _: where)
    found = parse_terms(_read_text(path), lambda number: f"{path}:{number}")
    if not found:
        raise InputError(str(path), "holds no HPO term", "Write one on each line: HP:0001250.")
    return found


def _read_text(path: Path) -> str:
    """Read a text file of terms."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise InputError(str(path), fault.strerror or str(fault), "Check the path.") from None
    if len(raw) > MAX_BYTES:
        what = f"is larger than {MAX_BYTES >> 20} MB, too large for a list of HPO terms"
        raise InputError(str(path), what, "Give one term on each line.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(str(path), "not a text file", "Save the list as UTF-8.") from None
    if text.lstrip().startswith("{"):
        raise InputError(
            str(path), "is JSON, not a list of HPO terms", "Give a phenopacket as a phenopacket."
        )
    return text


def parse_terms(text: str, place: Callable[[int], str]) -> StatedTerms:
    """Take a text apart into terms; `place` names a line by its number.

    Examples
    --------
    >>> found = parse_terms("HP:0001250 Seizure  # since 2019", lambda line: f"a.txt:{line}")
    >>> found.observed
    (StatedTerm(term_id='HP:0001250', label='Seizure', where='a.txt:1'),)
    """
    found = [
        stated
        for number, line in enumerate(text.splitlines(), start=1)
        for stated in _line_terms(_COMMENT.sub("", line), place(number))
    ]
    return StatedTerms(
        tuple(term for term, absent in found if not absent),
        tuple(term for term, absent in found if absent),
    )


def _line_terms(line: str, where: str) -> Iterator[tuple[StatedTerm, bool]]:
    """Go through the terms of a line, each with whether it is absent.

    Words between the id and the next separator, id or tab are the name of the term; other
    words are handed on as terms, to be refused.
    """
    matches = list(_TERM_ID.finditer(line))
    ends = [0, *(match.end() for match in matches)]
    gaps = [line[start : match.start()] for start, match in zip(ends, matches, strict=False)]
    gaps[:1] = [f" {gap}" for gap in gaps[:1]]
    bare = [*(_ABSENT.sub("", gap) for gap in gaps), line[ends[-1] :]]
    for before, match in zip(bare, matches, strict=False):
        unclear = _UNCLEAR.search(before)
        if unclear:
            raise InputError(
                where,
                f"{unclear[1]!r} before {match[0]} could mean several things",
                f"Write {match[0]} where it was observed, NOT {match[0]} where it is absent.",
            )
    yield from _words(bare[0], where)
    for number, match in enumerate(matches):
        rest = bare[number + 1].strip()
        label, tail = ("", rest) if rest[:1] in _SEPARATORS else rest.partition("\t")[::2]
        term = StatedTerm(f"HP:{match[1]}", label.strip(_AROUND), where)
        yield term, bare[number] != gaps[number]
        yield from _words(tail, where)


def _words(text: str, where: str) -> Iterator[tuple[StatedTerm, bool]]:
    """Go through words that stand where a term should."""
    for word in re.split(r"[,;|\t]", text):
        if word.strip(_AROUND):
            yield StatedTerm(word.strip(_AROUND), "", where), False


def resolve_terms(
    ontology: Ontology,
    ids: Sequence[str | StatedTerm],
    where: str,
    *,
    written_with: str = "",
    lenient: bool = False,
) -> ResolvedTerms:
    """Look terms up in an ontology.

    Parameters
    ----------
    ontology : Ontology
    ids : sequence of str or StatedTerm
    where : str
        What to call the list in messages, for terms that have no place of their own.
    written_with : str
        The version of HPO that the terms were written with, where it is known. Ids that are
        not in an older `ontology` are then left out with a note, not refused: they are real.
    lenient : bool
        Whether well-formed unknown ids are left out with a note where other terms are known, as
        in a file that a program wrote with a newer HPO.

    Returns
    -------
    ResolvedTerms
        Current terms below HP:0000118. Where there were terms and none is left, the last note
        is `NOTHING_LEFT`.

    Raises
    ------
    InputError
        If an id is unknown, or is no id; with the nearest terms.

    Examples
    --------
    >>> from raredx.readers.ontology_cache import read_ontology
    >>> ontology = read_ontology()
    >>> found = resolve_terms(ontology, ["HP:0001250", "HP:0001250"], "HPO terms")
    >>> [ontology.name[row] for row in found.rows]
    ['Seizure']
    """
    stated = [StatedTerm(term) if isinstance(term, str) else term for term in ids]
    notes = _Notes()
    rows, unknown = _look_all_up(ontology, stated, notes)
    newer = _is_newer(written_with, ontology.release)
    accepted = newer or (lenient and rows)
    if unknown and not (accepted and all(_TERM_ID.fullmatch(term.term_id) for term in unknown)):
        raise _unknown(ontology, unknown, where)
    _note_unknown(unknown, ontology.release, newer, notes)
    if stated and not rows:
        notes.add("nothing", NOTHING_LEFT)
    return ResolvedTerms(tuple(rows), notes.written())


def _look_all_up(
    ontology: Ontology, stated: Sequence[StatedTerm], notes: _Notes
) -> tuple[list[int], list[StatedTerm]]:
    """Give the rows of the terms that describe a patient, each once, and the unknown terms."""
    rows: dict[int, None] = {}
    unknown: list[StatedTerm] = []
    for term in stated:
        row, became = _look_up(ontology, term.term_id)
        if row == UNKNOWN_INDEX and not became:
            unknown.append(term)
        elif row == UNKNOWN_INDEX:
            notes.add("gone", f"{term.term_id} is obsolete and nothing replaces it: not used")
        else:
            if became:
                notes.add("new", f"{term.term_id} is {became} {ontology.named(row)}")
            unknown += _after_label(ontology, row, term, notes)
            if _describes(ontology, row, notes):
                rows[row] = None
    return list(rows), unknown


def _note_unknown(unknown: Sequence[StatedTerm], release: str, newer: str, notes: _Notes) -> None:
    """Say which terms an older release of HPO does not know."""
    for term in unknown:
        what = f"is not in HPO {release}"
        if newer:
            what += f", older than the HPO {newer} that it is from"
        notes.add("newer", f"{term.term_id} {term.label}".strip() + f" {what}: not used")


class _Notes:
    """Notes by kind, each once; of many of one kind the rest is counted."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, None]] = {}

    def add(self, kind: str, note: str) -> None:
        self.found.setdefault(kind, {})[note] = None

    def written(self) -> tuple[str, ...]:
        out: list[str] = []
        for notes in self.found.values():
            out += list(notes)[:NOTED]
            if len(notes) > NOTED:
                out.append(f"and {len(notes) - NOTED} more HPO terms likewise")
        return tuple(out)


def _look_up(ontology: Ontology, term_id: str) -> tuple[int, str]:
    """Find the row of an id, and what became of the id where it is no longer current."""
    if not re.fullmatch(r"HP:[0-9]{7}", term_id):
        return UNKNOWN_INDEX, ""
    row = ontology.row(term_id)
    if row != UNKNOWN_INDEX:
        return row, ""
    at = ontology.former(int(term_id[3:]))
    if at == UNKNOWN_INDEX:
        return UNKNOWN_INDEX, ""
    became = "obsolete, replaced by" if ontology.former_obsolete[at] else "now"
    return int(ontology.former_term[at]), became


def _short(words: str) -> str:
    """Quote words in a message."""
    return repr(re.sub(r"\s+", " ", words)[:60])


def _bare(name: str) -> str:
    """Reduce a name to what is compared."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _describes(ontology: Ontology, row: int, notes: _Notes) -> bool:
    """Tell whether a term says something of a patient; note where it does not."""
    if int(ontology.number[row]) in (ROOT, PHENOTYPIC_ABNORMALITY):
        notes.add("root", f"{ontology.named(row)} is the root and says nothing: not used")
    elif not ontology.phenotypic[row]:
        what = "describes no phenotypic abnormality: not used"
        notes.add("other", f"{ontology.named(row)} {what}")
    else:
        return True
    return False


def _after_label(
    ontology: Ontology, row: int, term: StatedTerm, notes: _Notes
) -> Iterator[StatedTerm]:
    """Go through words after the name of a term; note where it is called by no name of its.

    Names hold commas, and so do lists: `Intellectual disability, mild` is one name, and in
    `Seizure, ataxia` a second phenotype follows. Only names in lists are looked at; those in
    phenopackets are written by machines, and change with the release.
    """
    if not term.label or not term.where:
        return
    synonyms = ontology.synonyms[row].split(LIST_SEPARATOR)
    known = {_bare(name) for name in (ontology.name[row], *synonyms)}
    parts = re.split(r"[,;|]", term.label)
    for count in range(len(parts), 0, -1):
        if _bare(" ".join(parts[:count])) in known:
            rest = (part.strip(_AROUND) for part in parts[count:])
            yield from (StatedTerm(part, "", term.where) for part in rest if part)
            return
    words = f"{term.where} calls {ontology.named(row)} {_short(term.label)}"
    notes.add("label", f"{words}: check that the id is right")


def _is_newer(version: str, release: str) -> str:
    """Give the date of a version of HPO where it is after a release; empty otherwise."""
    theirs, ours = _RELEASE.search(version), _RELEASE.search(release)
    return theirs[0] if theirs and ours and theirs[0] > ours[0] else ""


def _unknown(ontology: Ontology, terms: Sequence[StatedTerm], where: str) -> InputError:
    """Refuse unknown terms, with what is nearest to the first three."""
    words, nearest = [], []
    for term in dict.fromkeys(terms[:3]):
        is_id = _TERM_ID.fullmatch(term.term_id) is not None
        shown = term.term_id[:60] if is_id else _short(term.term_id)
        words.append(f"{shown} is {f'not in HPO {ontology.release}' if is_id else 'no HPO id'}")
        found = nearest_names(ontology, term.label if is_id else term.term_id)
        if is_id:
            found += [row for row in nearest_ids(ontology, term.term_id) if row not in found]
        if found:
            named = " or ".join(ontology.named(row) for row in found[:3])
            nearest.append(named if len(terms) == 1 else f"{named} for {shown}")
    more = f", and {len(terms) - 3} more" if len(terms) > 3 else ""
    hint = f"Nearest: {'; '.join(nearest)}. " if nearest else ""
    return InputError(
        terms[0].where or where,
        "; ".join(words) + more,
        f"{hint}Write ids as HP:0001250; `raredx hpo search` finds them by name.",
    )

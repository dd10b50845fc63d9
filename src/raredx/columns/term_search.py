"""Which HPO terms does a text mean?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from enum import IntEnum
from typing import NamedTuple

from raredx.columns.genes import LIST_SEPARATOR
from raredx.columns.ontology import Ontology

_WORD = re.compile(r"\w+")
_CLOSE_WORDS = 3
_LEAST_RATIO = 0.75
"""Likeness (`difflib`) of a word that may be meant: three letters of four stay in place. Ours."""
_LONGER = 2
"""Letters by which a mistyped word may be longer or shorter than the one meant. Ours."""


class TermMatch(IntEnum):
    """How a text matches a term, best first."""

    NAME = 0
    SYNONYM = 1
    PREFIX = 2
    WORDS = 3
    CONTAINED = 4
    SIMILAR = 5


Judged = tuple[TermMatch, int, int] | None
"""How a label matches, how far words had to be changed, and how many more words it has; None
where it does not match."""


class TermHit(NamedTuple):
    """A term that a text may mean; `synonym` is empty where its name matches."""

    row: int
    match: TermMatch
    synonym: str


class _Label(NamedTuple):
    """A name or synonym in lower case, its term, and the synonym as it is written."""

    folded: str
    row: int
    synonym: str


def search_terms(ontology: Ontology, text: str, limit: int) -> list[TermHit]:
    """Find terms by name and synonym, without regard to case.

    Ranked: the name itself, a synonym itself, one that begins with the text, one that has words
    beginning with every word of the text, one that contains the text. Where there is none, words
    are taken for mistyped ones, and those most like them are looked for. Within a kind: phenotypes
    first, then names, then short ones.

    Parameters
    ----------
    ontology : Ontology
    text : str
    limit : int
        Terms to give at most.
    """
    wanted = " ".join(text.casefold().split())
    words = _WORD.findall(wanted)
    if not words:
        return []
    labels = list(_labels(ontology))
    hits = _ranked(ontology, labels, lambda label: _match(label, wanted, words))
    if not hits:
        meant = _alike(labels, words)
        hits = _ranked(ontology, labels, lambda label: _similar(label, meant))
    return hits[:limit]


def _labels(ontology: Ontology) -> Iterator[_Label]:
    """Go through all names and synonyms."""
    for row, name in enumerate(ontology.name):
        yield _Label(name.casefold(), row, "")
    for row, synonyms in enumerate(ontology.synonyms):
        if synonyms:
            for synonym in synonyms.split(LIST_SEPARATOR):
                yield _Label(synonym.casefold(), row, synonym)


def _ranked(
    ontology: Ontology, labels: Sequence[_Label], judge: Callable[[_Label], Judged]
) -> list[TermHit]:
    """Best label of each term that matches, in order."""
    phenotypic = ontology.phenotypic.tolist()
    found = [(judged, label) for label in labels if (judged := judge(label))]
    found.sort(
        key=lambda pair: (
            pair[0],
            not phenotypic[pair[1].row],
            pair[1].synonym != "",
            len(pair[1].folded),
            pair[1].folded,
            pair[1].row,
        )
    )
    best: dict[int, TermHit] = {}
    for (match, *_), label in found:
        best.setdefault(label.row, TermHit(label.row, match, label.synonym))
    return list(best.values())


def _match(label: _Label, wanted: str, words: Sequence[str]) -> Judged:
    """Judge how a label matches a text, given also as words."""
    folded = label.folded
    if folded == wanted:
        return (TermMatch.SYNONYM if label.synonym else TermMatch.NAME), 0, 0
    if folded.startswith(wanted):
        return TermMatch.PREFIX, 0, 0
    # Looking for the letters first spares cutting up most labels.
    if all(word in folded for word in words):
        known = _WORD.findall(folded)
        if all(any(other.startswith(word) for other in known) for word in words):
            return TermMatch.WORDS, 0, len(known) - len(words)
    return (TermMatch.CONTAINED, 0, 0) if wanted in folded else None


def _similar(label: _Label, meant: Sequence[Sequence[str]]) -> Judged:
    """Judge whether a label has, for each word of a text, that one or one like it."""
    if not all(any(word in label.folded for word in words) for words in meant):
        return None
    known = _WORD.findall(label.folded)
    changes = 0
    for words in meant:
        places = (n for n, word in enumerate(words) if any(k.startswith(word) for k in known))
        place = next(places, None)
        if place is None:
            return None
        changes += place
    return TermMatch.SIMILAR, changes, len(known) - len(meant)


def _alike(labels: Sequence[_Label], words: Sequence[str]) -> list[list[str]]:
    """Give for each word of a text the words that may be meant: itself, then the most alike."""
    known = sorted({word for label in labels for word in _WORD.findall(label.folded)})
    found = []
    for word in words:
        near = [other for other in known if abs(len(other) - len(word)) <= _LONGER]
        alike = get_close_matches(word, near, _CLOSE_WORDS, _LEAST_RATIO)
        found.append([word, *(other for other in alike if other != word)])
    return found

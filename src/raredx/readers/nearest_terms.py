"""Which HPO terms somebody may have meant: by an id with a slip in it, or by a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from raredx.columns.ontology import Ontology
from raredx.columns.term_search import TermMatch, search_terms
from raredx.vocabulary import UNKNOWN_INDEX

_DIGITS = "0123456789"
_WORDS, _LONGEST = 8, 100
"""Words and letters of a name that are looked for. Our choice: each word costs 20 ms."""


def nearest_ids(ontology: Ontology, term_id: str, count: int = 3) -> list[int]:
    """Find current terms whose number is one slip away from an id.

    Slips: zeros left out or too many at the front, two digits swapped, one digit wrong,
    missing or too many; in this order, then by number.

    Parameters
    ----------
    ontology : Ontology
    term_id : str
        `HP:` and any number of digits.
    count : int
        How many at most.

    Returns
    -------
    list of int
        Rows; empty where no term is that near.

    Examples
    --------
    >>> from raredx.readers.ontology_cache import read_ontology
    >>> ontology = read_ontology()
    >>> [ontology.term_id(row) for row in nearest_ids(ontology, "HP:1250")]
    ['HP:0001250']
    """
    digits = re.sub(r"[^0-9]", "", term_id)[:20]
    found: dict[int, None] = {}
    for slips in (_shifted, _swapped, _replaced, _shortened, _lengthened):
        numbers = sorted({text for text in slips(digits) if len(text) == 7 and text != digits})
        for number in numbers:
            row = ontology.row(f"HP:{number}")
            if row != UNKNOWN_INDEX:
                found[row] = None
        if found and len(digits) < 7:  # zeros left out explain it
            break
    return list(found)[:count]


def _shifted(digits: str) -> Iterator[str]:
    """Fill up with zeros, or take them away."""
    yield digits.lstrip("0").zfill(7)


def _swapped(digits: str) -> Iterator[str]:
    """Swap two neighbours."""
    for at in range(len(digits) - 1):
        yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _replaced(digits: str) -> Iterator[str]:
    """Write another digit in one place."""
    for at in range(len(digits)):
        yield from (digits[:at] + digit + digits[at + 1 :] for digit in _DIGITS)


def _shortened(digits: str) -> Iterator[str]:
    """Leave one digit out."""
    yield from (digits[:at] + digits[at + 1 :] for at in range(len(digits)))


def _lengthened(digits: str) -> Iterator[str]:
    """Put one digit in."""
    for at in range(len(digits) + 1):
        yield from (digits[:at] + digit + digits[at:] for digit in _DIGITS)


def nearest_names(ontology: Ontology, words: str, count: int = 3) -> list[int]:
    """Find the terms that words may mean: as `raredx hpo search` does, but one that is it alone.

    Parameters
    ----------
    ontology : Ontology
    words : str
    count : int
        How many at most.

    Returns
    -------
    list of int
        Rows; empty where nothing is alike.

    Examples
    --------
    >>> from raredx.readers.ontology_cache import read_ontology
    >>> ontology = read_ontology()
    >>> [ontology.name[row] for row in nearest_names(ontology, "Seizures")]
    ['Seizure']
    """
    wanted = " ".join(words.split()[:_WORDS])[:_LONGEST]
    hits = search_terms(ontology, wanted, count)
    exact = [hit for hit in hits if hit.match <= TermMatch.SYNONYM]
    return [hit.row for hit in exact or hits]

"""Keyed pseudonyms of people, samples and families, and names that stand in free text.

A pseudonym is a code of HMAC-SHA256 (RFC 2104) of kind and name: the same key gives the same one in
every run, and without the key nobody can tell the name, nor try names out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from raredx.columns.records import dataclass

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""Digits and consonants that are not mistaken for each other; no vowel, so no word arises."""
LENGTH = 10
"""Letters of a code, 47 bits: among a thousand names two have one code in one of 280 million keys.
Our choice."""
_DOMAIN = "raredx pseudonym 1"
"""What no other use of the same key would begin with; a change would change every pseudonym."""
_WORD = re.compile(r"[^\W_]+")
_SHORT = 4
"""Shorter names, and numbers, are also other things than names: in free text they count only where
they fill a value. Our choice."""
_AROUND = frozenset(" \t,|:;/=&()<>[]\"'")
"""What stands around a value in free text."""

SAMPLE, FAMILY = "sample", "family"
_LETTER = {SAMPLE: "S", FAMILY: "F", "key": "K"}


class Pseudonyms:
    """The pseudonyms of one run; names become known as they are asked for.

    Parameters
    ----------
    key : bytes
    length : int
        Letters of a code. Where two names of a run would have one code, the later one has more.

    Examples
    --------
    >>> given = Pseudonyms(b"a key of 16 bytes or more")
    >>> given.sample("NA12878"), given.family("NA12878")
    ('S-PHJ32HQFQV', 'F-J97DWRFRZ7')
    >>> given.real("S-PHJ32HQFQV")
    'NA12878'
    """

    def __init__(self, key: bytes, length: int = LENGTH) -> None:
        self._key = key
        self._length = length
        self._given: dict[tuple[str, str], str] = {}
        self._real: dict[str, tuple[str, str]] = {}
        self._names = _NamesInText()

    def sample(self, name: str) -> str:
        """Give the pseudonym of a sample or an individual: one id, one pseudonym."""
        return self._give(SAMPLE, name)

    def family(self, name: str) -> str:
        """Give the pseudonym of a family."""
        return self._give(FAMILY, name)

    def samples(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give the pseudonyms of several samples or individuals."""
        return tuple(self.sample(name) for name in names)

    def real(self, pseudonym: str) -> str:
        """Give the name that a pseudonym of this run stands for; what is none comes back."""
        return self._real.get(pseudonym, ("", pseudonym))[1]

    def known(self, name: str) -> str | None:
        """Give the pseudonym of a name that was asked for before; None of any other."""
        found = (self._given.get((kind, name)) for kind in (SAMPLE, FAMILY))
        return next((code for code in found if code is not None), None)

    def is_one(self, text: str) -> bool:
        """Whether a text is a pseudonym of this run."""
        return text in self._real

    def checksum(self, digest: str) -> str:
        """Give a keyed checksum for one of a file of names, which could be tried out."""
        return hmac.new(self._key, f"{_DOMAIN}\0sha256\0{digest}".encode(), "sha256").hexdigest()

    @property
    def key_id(self) -> str:
        """A code by which runs with one key can be told from others."""
        return f"K-{_code(self._key, 'key', '', LENGTH)}"

    def table(self) -> list[tuple[str, str, str]]:
        """Give kind, name and pseudonym of everyone who was asked for, samples first, by code."""
        rows = [(kind, name, code) for (kind, name), code in self._given.items()]
        return sorted(rows, key=lambda row: (row[0] != SAMPLE, row[2]))

    def hide(self, text: str, *, sure: bool = False, loose: bool = False) -> str:
        """Put pseudonyms in for the names that stand in free text as whole identifiers.

        Parameters
        ----------
        text : str
        sure : bool
            Whether to leave names that may well be something else: short ones, numbers, and words
            without a digit.
        loose : bool
            Whether short names and numbers count wherever no letter or digit is beside them, as
            in the name of a file.

        Examples
        --------
        >>> given = Pseudonyms(b"a key of 16 bytes or more")
        >>> given.samples(["kid1", "1"])
        ('S-5TT5C6CJ9C', 'S-DKTKMV9S4F')
        >>> given.hide("denovo=kid1,kid12;n=1;score=1.1")
        'denovo=S-5TT5C6CJ9C,kid12;n=S-DKTKMV9S4F;score=1.1'
        """
        found = []
        end = 0
        for name, start in self._names.find(text, sure=sure, loose=loose):
            found += [text[end:start], self.known(name) or ""]
            end = start + len(name)
        return "".join([*found, text[end:]])

    def _give(self, kind: str, name: str) -> str:
        """Give a pseudonym, the same for the same name."""
        code = self._given.get((kind, name))
        if code is not None:
            return code
        length = self._length
        code = f"{_LETTER[kind]}-{_code(self._key, kind, name, length)}"
        while code in self._real:
            length += 1
            code = f"{_LETTER[kind]}-{_code(self._key, kind, name, length)}"
        self._given[kind, name] = code
        self._real[code] = (kind, name)
        self._names.add(name)
        return code


def _code(key: bytes, kind: str, name: str, length: int) -> str:
    """Write the first letters of a keyed hash."""
    text = "\0".join((_DOMAIN, kind, name)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(hmac.new(key, text, hashlib.sha256).digest())
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


@dataclass
class _Entry:
    """A name, and how many letters stand before its first word."""

    name: str
    before: int


class _NamesInText:
    """Names, found in text by their first word."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[_Entry]] = {}

    def add(self, name: str) -> None:
        """Look for one name more; one without letter or digit cannot be told from punctuation."""
        word = _WORD.search(name)
        if word is not None:
            own = self._by_word.setdefault(word[0], [])
            if all(entry.name != name for entry in own):
                own.append(_Entry(name, word.start()))
                own.sort(key=lambda entry: -len(entry.name))

    def find(self, text: str, *, sure: bool, loose: bool) -> list[tuple[str, int]]:
        """Give the names and where they start; the longest where several begin."""
        found = []
        end = 0
        for word in _WORD.finditer(text):
            for entry in self._by_word.get(word[0], ()):
                start = word.start() - entry.before
                stop = start + len(entry.name)
                if start < end or text[start:stop] != entry.name:
                    continue
                if sure and _may_be_other(entry.name):
                    continue
                if _stands_alone(text, start, stop, loose=loose):
                    found.append((entry.name, start))
                    end = stop
                    break
        return found


def _stands_alone(text: str, start: int, stop: int, *, loose: bool) -> bool:
    """Whether a name in a text is a whole identifier."""
    before, after = text[start - 1 : start], text[stop : stop + 1]
    name = text[start:stop]
    if not loose and (len(name) < _SHORT or name.isdigit()):
        return all(not one or one in _AROUND for one in (before, after))
    return not (before.isalnum() and name[0].isalnum()) and not (
        after.isalnum() and name[-1].isalnum()
    )


def _may_be_other(name: str) -> bool:
    """Whether a name may well be a word of an annotation."""
    return len(name) <= _SHORT or name.isdigit() or not any(letter.isdigit() for letter in name)

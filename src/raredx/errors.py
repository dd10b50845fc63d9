"""What can go wrong that a user can put right.

::

    RareDxError
    ├── InputError       a file cannot be read or contradicts another   exit 3
    ├── OutputError      a result cannot be written                     exit 3
    ├── SettingsError    an option, rule set or region makes no sense   exit 2
    └── FindingsError    a check found what would change results        exit 4

Messages say *where, what, what to do*. The library states facts; only the command line
names options. Anything else that escapes is our fault: exit 1, with a traceback.

Messages, notes and warnings may name people, and logs must not (docs/decisions/0022): `private`
marks a name inside a text, with what a log says instead; `shown` and `logged` give both readings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MARKS = ("\ufdd0", "\ufdd1", "\ufdd2")
"""Before a name, between it and what stands for it, and after both: noncharacters of Unicode, which
no text that is exchanged may hold (The Unicode Standard 16.0, section 23.7)."""
_MARKED = re.compile("{0}([^{0}-{2}]*){1}([^{0}-{2}]*){2}".format(*_MARKS))
_UNMARK = dict.fromkeys(map(ord, _MARKS))


def private(name: str, instead: str = "a person") -> str:
    """Mark a name, of a person, sample or family, so that logs can leave it out.

    Examples
    --------
    >>> note = f"sex of {private('NA12891', 'the father')} is not stated"
    >>> shown(note), logged(note)
    ('sex of NA12891 is not stated', 'sex of the father is not stated')
    """
    before, between, after = _MARKS
    bare = shown(name).translate(_UNMARK)
    return f"{before}{bare}{between}{logged(instead).translate(_UNMARK)}{after}"


def named(names: Sequence[str], what: str, most: int = 6) -> str:
    """List the first of some names, marked; a log counts them.

    Examples
    --------
    >>> listed = named(["NA12878", "NA12891"], "samples")
    >>> shown(listed), logged(listed)
    ('NA12878, NA12891', '2 samples')
    """
    more = ", …" if len(names) > most else ""
    return private(", ".join(names[:most]) + more, f"{len(names)} {what}")


def shown(text: str) -> str:
    """Give a text with the names that are marked in it."""
    return _MARKED.sub(r"\1", text).translate(_UNMARK) if _MARKS[0] in text else text


def logged(text: str) -> str:
    """Give a text with what stands for the names that are marked in it."""
    return _MARKED.sub(r"\2", text).translate(_UNMARK) if _MARKS[0] in text else text


def renamed(text: str, give: Callable[[str], str | None]) -> str:
    """Give a text with other names in its marks; where `give` has none, what logs say.

    Examples
    --------
    >>> note = f"{private('kid', 'the proband')} and {private('dad', 'a parent')}"
    >>> shown(renamed(note, {"kid": "S-5T"}.get))
    'S-5T and a parent'
    """
    return _MARKED.sub(lambda found: private(give(found[1]) or found[2], found[2]), text)


FINDINGS_EXIT_CODE = 4
"""Of `raredx check`, and of a strict ranking, when a finding would change results."""


class RareDxError(Exception):
    """A fault that the user can put right.

    Parameters
    ----------
    where
        File, file and line, or setting.
    what
        The fact, in one line.
    mend
        What to do about it, in one line; may be empty.

    In all three names may be marked, see `private`.
    """

    exit_code = 1

    def __init__(self, where: str, what: str, mend: str = "") -> None:
        super().__init__(where, what, mend)
        self.where = where
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        """Render the fault.

        Examples
        --------
        >>> print(InputError("family.ped:3", "kid is its own mother", "Correct column 4."))
        family.ped:3: kid is its own mother
          Correct column 4.
        """
        return shown(self._words())

    def logged(self) -> str:
        """Render the fault for a log, without the names of people.

        Examples
        --------
        >>> print(InputError("family.ped:3", f"{private('kid')} is its own mother").logged())
        family.ped:3: a person is its own mother
        """
        return logged(self._words())

    def _words(self) -> str:
        first = f"{self.where}: {self.what}" if self.where else self.what
        return f"{first}\n  {self.mend}" if self.mend else first


class InputError(RareDxError):
    """A file is missing, damaged, or contradicts another."""

    exit_code = 3


class OutputError(RareDxError):
    """A result cannot be written."""

    exit_code = 3


class SettingsError(RareDxError):
    """An option, rule set or region makes no sense."""

    exit_code = 2


class FindingsError(RareDxError):
    """A ranking was to be made only if no finding would change it, and one would."""

    exit_code = FINDINGS_EXIT_CODE

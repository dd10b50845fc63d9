"""What can go wrong that a user can put right.

::

    RareDxError
    ├── InputError       a file cannot be read or contradicts another   exit 3
    ├── OutputError      a result cannot be written                     exit 3
    ├── SettingsError    an option, rule set or region makes no sense   exit 2
    └── FindingsError    a check found what would change results        exit 4

Messages say *where, what, what to do*. The library states facts; only the command line
names options. Anything else that escapes is our fault: exit 1, with a traceback.
"""

from __future__ import annotations

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

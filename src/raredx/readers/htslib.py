"""htslib writes its complaints to standard error; here they are caught and put in words."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from raredx.errors import private

_LINE = re.compile(r"^\[([EW])::\w+\]\s*(.*)$")

_QUOTED = re.compile(r"(?<=sample name )'.*'|##\w.*|(?<=sample )'.*'|(?<=header line: ).+")
"""Names of samples and lines of the header, which may name people, where htslib quotes them."""

_OF_OTHER_PROGRAMS = ("Coordinate <= 0 detected.",)
"""How warnings begin that speak of an option of `tabix`. POS 0, the telomere, is allowed in VCF
(VCF 4.3, section 1.6.1), and htslib says so only when a record is asked for by region."""


class HtslibMessages:
    """The messages caught so far."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def text(self) -> str:
        """Everything written so far."""
        position = self._file.tell()
        self._file.seek(0)
        text = self._file.read().decode("utf-8", "replace")
        self._file.seek(position)
        return text

    def last_error(self) -> str:
        """Give the last error, or else the last warning; empty without either."""
        return last_complaint(self.text())

    def warnings(self) -> list[str]:
        """Distinct warnings in order of appearance, without htslib's function names."""
        found = (_LINE.match(line) for line in self.text().splitlines())
        texts = dict.fromkeys(_without_names(m[2]) for m in found if m and m[1] == "W")
        return [text for text in texts if not text.startswith(_OF_OTHER_PROGRAMS)]


def last_complaint(text: str) -> str:
    r"""Pick the last error of htslib's messages, otherwise the last warning.

    Examples
    --------
    >>> last_complaint("[E::vcf_parse] Could not parse the position\n[W::x] later warning")
    'Could not parse the position'
    >>> last_complaint("")
    ''
    """
    found = [m for m in (_LINE.match(line) for line in text.splitlines()) if m]
    errors = [m[2] for m in found if m[1] == "E"]
    return _without_names((errors or [m[2] for m in found] or [""])[-1].strip())


def _without_names(text: str) -> str:
    """Mark what htslib quotes of samples and of header lines, so that logs leave it out."""
    return _QUOTED.sub(lambda found: private(found[0], "(left out of the log)"), text)


@contextmanager
def catch_messages() -> Iterator[HtslibMessages]:
    """Send what C code writes to standard error into a file while the block runs.

    Python's own `sys.stderr` goes on to where it went before.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    python_stderr = sys.stderr
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        if _writes_to(python_stderr, 2):
            sys.stderr = os.fdopen(os.dup(saved), "w", buffering=1, errors="replace")
        try:
            yield HtslibMessages(file)
        finally:
            if sys.stderr is not python_stderr:
                sys.stderr.close()
                sys.stderr = python_stderr
            os.dup2(saved, 2)
            os.close(saved)


def _writes_to(stream: object, descriptor: int) -> bool:
    """Whether a Python stream writes to that file descriptor."""
    try:
        return stream.fileno() == descriptor  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return False

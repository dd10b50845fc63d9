"""Outputs appear whole or not at all: written under a temporary name, then renamed."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from raredx.errors import OutputError, SettingsError


def _fault(name: str, fault: OSError) -> OutputError:
    """Put a failed write in words."""
    mend = (
        "Free some space, or write elsewhere."
        if fault.errno == errno.ENOSPC
        else ("Check that the folder exists and can be written to.")
    )
    return OutputError(name, f"cannot be written: {fault.strerror or fault}", mend)


def _is_special(path: Path) -> bool:
    """Whether the path is a device or a pipe, which a rename would replace."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


class OutputSet:
    """The outputs of a run: prepared before the work, committed together after it.

    Use as a context manager: leaving with an exception removes every temporary file.
    """

    def __init__(self, inputs: Iterable[Path] = ()) -> None:
        self._temporary: dict[str, Path] = {}
        self._taken = {path.resolve(): "an input" for path in inputs}

    def __enter__(self) -> OutputSet:
        return self

    def __exit__(self, *fault: object) -> None:
        for temporary in self._temporary.values():
            temporary.unlink(missing_ok=True)

    def prepare(self, name: str) -> None:
        """Make the temporary file of an output, so that a bad path is told at once.

        Raises
        ------
        OutputError
            If the folder is missing or not writable, or the name is a folder.
        SettingsError
            If the name is that of an input or of another output.
        """
        path = Path(name)
        if name == "-":
            return
        place = path.resolve()
        if place in self._taken and not _is_special(path):
            what = f"is {self._taken[place]} of this run and would be overwritten"
            raise SettingsError(name, what, "Give it another name.")
        self._taken[place] = "another output"
        try:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not _is_special(path):
                suffix = "".join(path.suffixes[-2:])
                temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp{suffix}")
                temporary.touch()
                self._temporary[name] = temporary
        except OSError as fault:
            raise _fault(name, fault) from None

    def withdraw(self, name: str) -> None:
        """Give up an output: its name stood for others."""
        temporary = self._temporary.pop(name, None)
        if temporary is not None:
            temporary.unlink(missing_ok=True)

    def is_file(self, name: str) -> bool:
        """Whether the output is a file that will be renamed into place."""
        return name in self._temporary

    def place(self, name: str) -> Path:
        """Where to write an output for now."""
        return self._temporary.get(name, Path(name))

    @contextmanager
    def guard(self, name: str) -> Iterator[Path]:
        """Give the place to write to; faults of the disk become `OutputError`."""
        try:
            yield self.place(name)
        except OSError as fault:
            if isinstance(fault, BrokenPipeError):
                raise
            raise _fault(name, fault) from None

    def write_text(self, name: str, text: str) -> None:
        """Write a text output; `-` is standard output."""
        with self.guard(name) as place:
            if name == "-":
                sys.stdout.write(text)
                sys.stdout.flush()
            else:
                with place.open("w", encoding="utf-8", newline="\n") as file:
                    file.write(text)

    def commit(self) -> None:
        """Rename every output to its name."""
        for name, temporary in list(self._temporary.items()):
            with self.guard(name):
                temporary.replace(name)
            del self._temporary[name]

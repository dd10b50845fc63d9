"""The file with the key of pseudonyms: any bytes, at least sixteen."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from raredx.errors import InputError, SettingsError

MIN_BYTES = 16
"""128 bits, where they are random: NIST SP 800-107 revision 1, section 5.3.4, asks for 112."""
MAX_BYTES = 1 << 20
"""More is no key but some other file. Our choice."""
_MAKE = "Make one with `head -c 32 /dev/urandom > KEYFILE`, and keep it."


def read_key(path: Path, others: Iterable[Path] = ()) -> bytes:
    """Read the key of pseudonyms.

    Parameters
    ----------
    path : Path
        Every byte of the file counts, a line end too.
    others : iterable of Path
        The inputs of the run, none of which may be the key: they are handed on, and a key is not.

    Raises
    ------
    InputError
        If the file cannot be read, or is shorter than 16 bytes or larger than 1 MB.
    SettingsError
        If it is an input of the run.
    """
    place = path.resolve()
    if any(place == other.resolve() for other in others):
        raise SettingsError(str(path), "is an input of this run, and no key", _MAKE)
    try:
        with path.open("rb") as file:
            key = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise InputError(str(path), fault.strerror or str(fault), "Check the path.") from None
    if not key:
        raise InputError(str(path), "the key is empty", _MAKE)
    if len(key) < MIN_BYTES:
        raise InputError(
            str(path), f"the key has {len(key)} bytes, at least {MIN_BYTES} are needed", _MAKE
        )
    if len(key) > MAX_BYTES:
        raise InputError(str(path), "is larger than 1 MB, and no key", _MAKE)
    return key


def others_can_read(path: Path) -> bool:
    """Whether people other than the owner may read a file."""
    if os.name != "posix":
        return False
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))

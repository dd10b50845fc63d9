"""Files that a command writes whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from raredx.errors import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside its own, then rename it.

    Raises
    ------
    OutputError
        If the folder is missing or cannot be written to, or the name is a folder.
    """
    temporary = path.parent / f".{path.name}.tmp"  # `with_name` refuses `.` and `/`
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        fact = f"cannot be written ({error.strerror})"
        raise OutputError(
            str(path), fact, "Name a file in a folder that can be written."
        ) from error

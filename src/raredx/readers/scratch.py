"""A file that stands in memory, for libraries that read from a path alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


@contextmanager
def scratch_file() -> Iterator[tuple[IO[bytes], str]]:
    """Open a file in memory, or else a temporary one, that can be opened again by its path."""
    try:
        descriptor = os.memfd_create("raredx")
    except (AttributeError, OSError):
        with tempfile.NamedTemporaryFile(suffix=".vcf") as named:
            yield named, named.name
        return
    with os.fdopen(descriptor, "wb") as file:
        yield file, f"/dev/fd/{descriptor}"

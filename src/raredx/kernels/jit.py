"""The only import of numba, and where compiled kernels are kept.

Kernels are compiled when first called and kept in the user's cache directory, in a folder
named by the version and the text of the kernels, so that an edit can never meet an old
kernel. Where that directory cannot be written (read-only homes in containers) a temporary
one serves. The choice of directory changes no result.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs

from raredx import __version__


def _fingerprint() -> str:
    """Hash the sources that a compiled kernel depends on."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted(here.glob("*.py")), here.parent / "vocabulary.py"]:
        digest.update(source.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:12]}"


def _writable(folder: Path) -> bool:
    """Make the folder if need be, and say whether files can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def choose_cache_folder() -> Path:
    """Choose the folder of compiled kernels: the user's cache, or a temporary one."""
    name = _fingerprint()
    for base in (platformdirs.user_cache_path("raredx"), Path(tempfile.gettempdir())):
        folder = (
            base / "kernels" / name
            if base.name == "raredx"
            else (base / f"raredx-kernels-{os.getuid()}-{name}")
        )
        if _writable(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="raredx-kernels-"))


if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(choose_cache_folder())

import numba  # noqa: E402  (the cache directory must be set first)


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel: no Python objects, no GIL, kept on disk."""
    compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    return compiled

"""Where machine code is kept between runs, and for which computer it is.

The folder is `RAREDX_CACHE_DIR` where that is set, otherwise the user's cache directory; where
nothing can be written there, a temporary folder of the user serves too: what the first lacks is
looked for in the second. In it lies one folder for all that machine code depends on:
the version and the text of the kernels, Python, Numba and LLVM, the level of the processor,
and Numba's settings. So an edit can never meet an old kernel, and machines can share a folder.

A file is written whole or not at all, and begins with a digest of the rest; one that is not
whole counts as absent. No choice of a folder changes a result.
"""

from __future__ import annotations

import functools
import hashlib
import os
import secrets
import stat
import sys
import tempfile
from pathlib import Path

import platformdirs

from raredx import __version__
from raredx.versions import package_versions

FOLDER_VARIABLE = "RAREDX_CACHE_DIR"
_MARK = b"raredx machine code 1\n"
_LEVELS = (
    ("x86-64-v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    ("x86-64-v3", "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave"),
    ("x86-64-v4", "avx512bw avx512cd avx512dq avx512f avx512vl"),
)
"""Levels of x86-64 and what the kernel of Linux calls their features: System V ABI, AMD64
supplement, table 3.1; https://gitlab.com/x86-psABIs/x86-64-ABI."""
_NUMBA_IS_FREE = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS"}
"""Settings of Numba that change no machine code."""


@functools.cache
def cpu_level() -> str:
    """Name the highest level of x86-64 that this processor has; `x86-64` for the first."""
    level, flags = "x86-64", _cpu_flags()
    for name, needed in _LEVELS:
        if not flags.issuperset(needed.split()):
            break
        level = name
    return level


def _cpu_flags() -> set[str]:
    """Features of the first processor, as Linux lists them; none where it does not."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            for line in lines:
                if line.startswith("flags"):
                    return set(line.partition(":")[2].split())
    except OSError:
        pass
    return set()


@functools.cache
def folder_name() -> str:
    """Name all that compiled kernels depend on: version, level of the processor, and a digest."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted(here.glob("*.py")), here.parent / "vocabulary.py"]:
        digest.update(source.read_bytes())
    settings = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("NUMBA_") and name not in _NUMBA_IS_FREE
    )
    about = (
        sys.version,
        sys.platform,
        *package_versions(("numba", "llvmlite")).values(),
        *settings,
    )
    digest.update("\n".join(about).encode())
    return f"{__version__}-{cpu_level()}-{digest.hexdigest()[:12]}"


class Store:
    """Files of machine code by name, in the first folder that has them."""

    @functools.cached_property
    def folders(self) -> tuple[Path, Path]:
        """The folder that is asked first, and the temporary one."""
        named = os.environ.get(FOLDER_VARIABLE)
        base = Path(named).absolute() if named else platformdirs.user_cache_path("raredx")
        name = folder_name()
        spare = Path(tempfile.gettempdir()) / f"raredx-kernels-{os.getuid()}-{name}"
        if not base.is_absolute():  # a user without home: `~` stays as it is
            return spare, spare
        return base / "kernels" / name, spare

    def writable_folder(self) -> Path | None:
        """Make the first folder in which files can be written; None where there is none.

        Others can write into the directory for temporary files: a folder there must be the
        user's own, since what lies in it is run.
        """
        first, spare = self.folders
        if first != spare and _make(first, 0o777):
            return first
        return spare if _make(spare, 0o700) and _is_private(spare) else None

    def read(self, name: str) -> bytes | None:
        """Read a file; None where it is absent or not whole."""
        first, spare = self.folders
        for folder in (first,) if _can_be_made(first) else (first, spare):
            try:
                stored = (folder / f"{name}.bin").read_bytes()
            except OSError:
                continue
            start = len(_MARK) + hashlib.sha256().digest_size
            content = stored[start:]
            whole = stored[:start] == _MARK + hashlib.sha256(name.encode() + content).digest()
            if whole and (folder != spare or _is_private(folder)):
                return content
        return None

    def write(self, name: str, content: bytes) -> bool:
        """Write a file, whole or not at all; whether that could be done."""
        folder = self.writable_folder()
        if folder is None:
            return False
        digest = hashlib.sha256(name.encode() + content).digest()
        unfinished = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            unfinished.write_bytes(_MARK + digest + content)
            unfinished.replace(folder / f"{name}.bin")
        except OSError:
            unfinished.unlink(missing_ok=True)
            return False
        return True


def _is_private(folder: Path) -> bool:
    """Whether a folder belongs to this user, and nobody else can write into it."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o022


def _can_be_made(folder: Path) -> bool:
    """Whether a folder can be written, or made where it is not yet there."""
    for place in (folder, *folder.parents):
        if place.exists():
            return place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return False


def _make(folder: Path, mode: int) -> bool:
    """Make the folder if need be, and say whether files can be written there."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)

"""Versions of the packages that a run stands on."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

RUN_TIME_PACKAGES = (
    "click", "cyvcf2", "deflate", "jinja2", "llvmlite", "msgspec", "numba", "numpy", "pandas",
    "phenopackets", "platformdirs", "protobuf", "pyarrow", "pysam", "pyyaml", "rich",
    "vl-convert-python", "xlsxwriter",
)  # fmt: skip
"""What raredx needs to run, as pyproject.toml lists it."""


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """Give the installed version of each package.

    `importlib.metadata` knows every way in which a package can be installed, and takes a library
    for letters to read one line. So that line is looked for where an installer writes it, and
    only what is not found there is left to it.

    Parameters
    ----------
    names : iterable of str
        Names of distributions.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        If there is no such package.

    Examples
    --------
    >>> sorted(package_versions(["numpy", "msgspec"]))
    ['msgspec', 'numpy']
    """
    folders = [_listed(folder or ".") for folder in sys.path]
    return {name: _read_version(name, folders) or _ask(name) for name in names}


def _listed(folder: str) -> list[Path]:
    """List the installations of a folder of the path; it may be missing, or an archive."""
    try:
        return [Path(folder, name) for name in os.listdir(folder) if name.endswith(".dist-info")]
    except OSError:
        return []


def _read_version(name: str, folders: list[list[Path]]) -> str:
    """Read the version of the first installation on the path; empty where that is not clear."""
    wanted = _plain(name)
    found = next(
        filter(None, ([p for p in folder if _named(p) == wanted] for folder in folders)), []
    )
    if len(found) != 1:
        return ""
    with suppress(OSError, UnicodeDecodeError), (found[0] / "METADATA").open("rb") as lines:
        for line in lines:
            if line.startswith(b"Version: "):
                return line.removeprefix(b"Version: ").decode().strip()
            if not line.strip():  # the end of the head
                break
    return ""


def _named(installation: Path) -> str:
    """Give the name of what is installed in NAME-VERSION.dist-info."""
    return _plain(installation.name.removesuffix(".dist-info").rpartition("-")[0])


def _plain(name: str) -> str:
    """Write a name so that all its spellings are one."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _ask(name: str) -> str:
    """Ask the library that knows."""
    version: str = importlib.import_module("importlib.metadata").version(name)
    return version

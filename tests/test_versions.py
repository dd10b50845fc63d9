"""Versions of packages, read or asked for."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from raredx import versions
from raredx.versions import RUN_TIME_PACKAGES, package_versions

NAMES = ("cyvcf2", "pysam", "numpy", "numba", "pandas")


def test_the_versions_are_those_of_the_metadata():
    assert package_versions(NAMES) == {name: version(name) for name in NAMES}
    assert list(package_versions(reversed(NAMES))) == list(reversed(NAMES))


def install(folder, name, text):
    place = folder / f"{name}.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Metadata-Version: 2.1\nName: made-up\nVersion: 1.5\n\nVersion: 9\n",
        "Name: made-up\nVersion: 1.5",
    ],
)
def test_the_first_installation_on_the_path_counts(tmp_path, monkeypatch, text):
    install(tmp_path / "a", "made_up-1.5", text)
    install(tmp_path / "b", "made_up-2.0", "Name: made-up\nVersion: 2.0\n")
    path = [str(tmp_path / name) for name in ("none", "a", "b")]
    monkeypatch.setattr(sys, "path", [*path, *sys.path])
    assert package_versions(["made-up"]) == {"made-up": "1.5"} == {"made-up": version("made-up")}


@pytest.mark.parametrize("other", ["Made.Up-1.5", "made_up-1.4"])
def test_what_is_not_clear_is_asked(tmp_path, monkeypatch, other):
    """A name written another way; two installations in one folder."""
    install(tmp_path, other, f"Name: made-up\nVersion: {other[-3:]}\n")
    if other == "made_up-1.4":
        install(tmp_path, "made_up-1.5", "Name: made-up\nVersion: 1.5\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert package_versions(["made-up"]) == {"made-up": version("made-up")}


def test_a_package_that_is_not_there():
    with pytest.raises(PackageNotFoundError):
        package_versions(["no-such-package-of-any-name"])


def test_every_dependency_is_recorded():
    """run.json names them all; pyproject.toml is where they are listed."""
    root = Path(__file__).resolve().parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [re.match(r"[\w.-]+", text)[0] for text in project["dependencies"]]
    assert list(RUN_TIME_PACKAGES) == sorted(listed)
    found = package_versions(RUN_TIME_PACKAGES)
    assert found == {name: version(name) for name in RUN_TIME_PACKAGES}


def test_versions_are_read_without_the_library_that_knows(monkeypatch):
    """`importlib.metadata` costs more than all the reading; every name must be found without."""
    monkeypatch.setattr(versions, "_ask", lambda name: pytest.fail(f"asked for {name}"))
    assert all(package_versions(RUN_TIME_PACKAGES).values())

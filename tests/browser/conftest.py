"""Chromium without a network, for pages opened from files.

Where Chromium, its driver or axe-core is absent the tests skip, and say so; with RAREDX_BROWSER=1
in the environment, as in CI, that is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "build" / "axe" / "axe.min.js"


def _absent(what: str) -> None:
    if os.environ.get("RAREDX_BROWSER") == "1":
        pytest.fail(f"{what}, and RAREDX_BROWSER=1 says that it must be there")
    pytest.skip(what)


@pytest.fixture(scope="session")
def fx_chromium() -> tuple[str, str]:
    """Chromium and its driver."""
    found = shutil.which("chromium"), shutil.which("chromedriver")
    if found[0] is None or found[1] is None:
        _absent("no chromium and chromedriver on PATH (Debian: chromium, chromium-driver)")
    if importlib.util.find_spec("selenium") is None:
        _absent("selenium is not installed")
    return str(found[0]), str(found[1])


@pytest.fixture(scope="session")
def fx_axe() -> str:
    """The text of axe-core."""
    if not AXE.is_file():
        _absent("no build/axe/axe.min.js (python scripts/fetch_axe.py)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def fx_pypdf() -> Any:
    """The library pypdf, which reads the text of a printed page."""
    try:
        return importlib.import_module("pypdf")
    except ImportError:
        _absent("pypdf is not installed")


@pytest.fixture
def fx_open(fx_chromium: tuple[str, str], tmp_path: Path) -> Iterator[Any]:
    """Open a page in a browser of its own: `fx_open(path, dark=True)`."""
    browsers: list[Browser] = []

    def open_page(page: Path, **wishes: Any) -> Browser:
        browsers.append(Browser(fx_chromium, tmp_path, **wishes))
        browsers[-1].open(page)
        return browsers[-1]

    yield open_page
    for browser in browsers:
        browser.close()

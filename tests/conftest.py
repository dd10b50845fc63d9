"""Hypothesis profile, and the real data beside the checkout."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from raredx.pipeline.rank import RunResult

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
SHARED = Path(__file__).resolve().parents[1].parent / "shared"

# The first call of a kernel compiles it, hence no deadline; the same examples in every run.
settings.register_profile("raredx", deadline=None, max_examples=150, derandomize=True)
settings.load_profile("raredx")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for `fx_shared`; skip the marked where there is no such data."""
    absent = pytest.mark.skip(reason=f"no real data beside the checkout: {SHARED.name}/ not found")
    for item in items:
        if "fx_shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(absent)


@pytest.fixture(scope="session")
def fx_shared() -> Path:
    """Folder of the real data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data beside the checkout: {SHARED.name}/ not found")
    return SHARED


@dataclass(frozen=True)
class DemoRun:
    """The demonstration family, ranked once with every output."""

    result: RunResult
    folder: Path


@pytest.fixture(scope="session")
def fx_demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """Rank the demonstration family: candidates.tsv, .json, .vcf.gz, .run.json and run.json."""
    from raredx.pipeline.rank import rank  # noqa: PLC0415
    from raredx.pipeline.request import RankRequest  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("demo")
    silent: Callable[[int, str], None] = lambda *_: None  # noqa: E731
    request = RankRequest(
        vcf=str(DEMO / "family.vcf.gz"),
        ped=DEMO / "family.ped",
        panels=("all",),
        output=str(folder / "candidates.tsv"),
        json=str(folder / "candidates.json"),
        vcf_out=str(folder / "candidates.vcf.gz"),
        command="raredx rank --panel all family.vcf.gz",
    )
    return DemoRun(rank(request, silent), folder)


@pytest.fixture(scope="session")
def fx_warm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Folder with the machine code of every kernel of a real run, and what making it told.

    One for all workers: the first makes it, the others wait.
    """
    from kernel_calls import compile_every_kernel, run  # noqa: PLC0415

    folder = tmp_path_factory.getbasetemp()
    if folder.name.startswith("popen-gw"):
        folder = folder.parent
    folder /= "warm-kernels"
    told = folder / "told.json"
    try:
        folder.mkdir()
    except FileExistsError:
        while not told.exists():
            time.sleep(0.1)
    else:
        text = "null"
        try:
            text = run(compile_every_kernel, folder)
        finally:
            told.with_suffix(".part").write_text(text)
            told.with_suffix(".part").rename(told)
    return folder, json.loads(told.read_text())

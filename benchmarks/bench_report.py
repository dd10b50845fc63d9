"""What a report costs: writing it, a run with it against one without, and opening it.

    python benchmarks/bench_report.py [--rounds N]

Prints the least of some rounds, in milliseconds, and ratios of one run. Needs Debian's chromium and
chromium-driver for the last part.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from chromium import Browser  # noqa: E402
from family_reports import demo_report  # noqa: E402
from html_reports import many  # noqa: E402
from raredx.report.html_page import page_text  # noqa: E402

RAREDX = str(Path(sys.executable).with_name("raredx"))
DEMO = ROOT / "data" / "demo"
READY = "return Number(document.getElementById('table').dataset.ready)"
"""Milliseconds from the start of the navigation until the table is laid out and answers."""


def least(rounds: int, work: Callable[[], object]) -> float:
    """Give the least of some times, in milliseconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * min(taken)


def rank(folder: Path, *more: str) -> None:
    subprocess.run(
        [RAREDX, "rank", "--quiet", "--ped", DEMO / "family.ped", "--panel", "all",
         "-o", folder / "out.tsv", *more, DEMO / "family.vcf.gz"],
        check=True,
    )  # fmt: skip


def explain(variant: str) -> None:
    subprocess.run(
        [RAREDX, "explain", "--ped", DEMO / "family.ped", "--panel", "all", "--variant", variant,
         DEMO / "family.vcf.gz"],
        check=True, capture_output=True,
    )  # fmt: skip


def measure_pages(rounds: int, folder: Path) -> dict[int, Path]:
    """Measure writing pages of so many candidates, and leave them."""
    report, pages = demo_report(), {}
    start = time.perf_counter()
    page_text(report)
    first = 1000 * (time.perf_counter() - start)
    print(f"first page of a process, 14 candidates: {first:.0f} ms, drawing library included")
    for n in (100, 500):
        made = many(report, n)
        page = page_text(made)
        pages[n] = folder / f"{n}.html"
        pages[n].write_text(page, encoding="utf-8")
        taken = least(rounds, lambda made=made: page_text(made))
        print(f"page of {n} candidates: {taken:.0f} ms, {len(page.encode()) / 1e3:.0f} kB")
    return pages


def measure_runs(rounds: int, folder: Path) -> None:
    plain = least(rounds, lambda: rank(folder))
    near = least(rounds, lambda: rank(folder, "--near-misses", str(folder / "near.tsv")))
    html = least(rounds, lambda: rank(folder, "--html", str(folder / "out.html")))
    print(f"rank of the bundled family: {plain:.0f} ms; with near misses {near / plain:.2f} times, "
          f"with the report {html / plain:.2f} times ({html - plain:+.0f} ms)")  # fmt: skip
    print(f"explain of one variant: {least(rounds, lambda: explain('CFTR:p.Phe508del')):.0f} ms")


def measure_browser(rounds: int, pages: dict[int, Path], folder: Path) -> None:
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if None in programs:
        print("no chromium or chromedriver: opening was not measured")
        return
    for n, page in pages.items():
        taken = []
        for _ in range(rounds):
            browser = Browser((str(programs[0]), str(programs[1])), folder)
            try:
                browser.open(page)
                browser.until(lambda browser=browser: browser.run(READY) > 0)
                taken.append(browser.run(READY))
            finally:
                browser.close()
        print(f"{n} candidates laid out and answering in Chromium: {min(taken):.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = measure_pages(rounds, folder)
        measure_runs(rounds, folder)
        measure_browser(rounds, pages, folder)


if __name__ == "__main__":
    main()

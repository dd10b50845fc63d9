"""Measure `raredx rank`: against `bcftools view` on the same files, and against its targets.

    python benchmarks/bench.py                    every row; what `make bench` does
    python benchmarks/bench.py --quick            small inputs, no verdicts
    python benchmarks/bench.py --only bcf panel   these rows
    python benchmarks/bench.py --write            also renew README.md, result.json, growth.svg here

Inputs are simulated once and kept in the work directory. Each round runs every tool once, so that
a busy moment falls on all of them alike; the figure is the ratio within a round.

This file and those named `bench_…` use the standard library alone: the peak memory of a child as
Linux reports it is never below that of the process that started it, so this one has to stay small.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench_compare import FORMAT, compare, read_result
from bench_inputs import make_inputs
from bench_measure import BenchError, Document
from bench_plot import growth_svg
from bench_rows import FLOOR, OURS, QUICK, ROWS, SLIVAR, USUAL, Tools, find_tools, run_row
from bench_table import replace_between, table
from bench_targets import MIN_ROUNDS, growth, judge_all

HERE = Path(__file__).resolve().parent
KERNELS = "kernels"


def first_line(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return ((done.stdout or done.stderr).splitlines() or ["unknown"])[0].strip()


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def environment(tools: Tools) -> dict[str, object]:
    """Say what was measured, where and when."""
    raredx = first_line([str(tools.raredx), "--version"])
    versions = {OURS: raredx, "python": platform.python_version()}
    if tools.bcftools:
        versions[FLOOR] = first_line([tools.bcftools, "--version"])
    if tools.slivar:
        versions[SLIVAR] = first_line([tools.slivar, "--version"])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {
        "date": today,
        "versions": versions,
        "cpu_model": cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def measure_kernels(raredx: Path) -> dict[str, object] | None:
    """Measure the segregation kernels in a process of their own, beside the command's Python."""
    python = raredx.with_name("python")
    if not python.exists():
        return None
    print("measuring kernels …", file=sys.stderr)
    command = [str(python), str(HERE / "kernels.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{' '.join(command)}: {done.stderr.strip()[-300:]}")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def measure_rows(
    names: Sequence[str], tools: Tools, workdir: Path, rounds: int, quick: bool
) -> tuple[dict[str, Document], list[str]]:
    """Measure rows; a row that fails does not end the others. Give also what failed."""
    rows: dict[str, Document] = {}
    failures = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        try:
            rows[name] = run_row(ROWS[name], tools, workdir, rounds, quick)
        except (BenchError, subprocess.CalledProcessError) as error:
            failures.append(f"{name}: {error}")
            about = {"about": ROWS[name].about, "input": ""}
            rows[name] = {**about, "not_measured": "failed, see the messages"}
    if {"trio-500k", "trio-1M", "trio-5M"} & rows.keys():
        rows["growth"] = growth(rows)
    return rows, failures


def bench(a: argparse.Namespace) -> tuple[Document, list[str]]:
    """Measure; give the document that is written to result.json, and what failed."""
    tools = find_tools(a.raredx)
    if not tools.bcftools:
        print("bcftools is not on the PATH: own figures only, no ratios", file=sys.stderr)
    names = [name for name in (QUICK if a.quick else USUAL) if not a.only or name in a.only]
    rows, failures = measure_rows(names, tools, a.workdir, a.rounds, a.quick)
    result = {
        "format": FORMAT,
        "environment": environment(tools),
        "rounds": a.rounds,
        "quick": a.quick,
        "targets": judge_all(rows, not a.quick, a.rounds),
        "rows": rows,
    }
    if not a.only or KERNELS in a.only:
        try:
            result["kernels"] = measure_kernels(a.raredx)
        except BenchError as error:
            failures.append(f"{KERNELS}: {error}")
    return result, failures


def write_json(path: Path, result: Document) -> None:
    document = json.dumps(result, indent=1, ensure_ascii=False)
    path.write_text(document + "\n", encoding="utf-8")


def publish(result: Document, text: str, svg: str) -> None:
    """Renew what lies beside this file: the table in the README, the plot, the result."""
    readme = HERE / "README.md"
    readme.write_text(replace_between(readme.read_text("utf-8"), text), encoding="utf-8")
    if svg:
        (HERE / "growth.svg").write_text(svg, encoding="utf-8")
    write_json(HERE / "result.json", result)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure raredx rank against bcftools view.")
    add = parser.add_argument
    beside = Path(sys.executable).parent / "raredx"
    add("--workdir", type=Path, default=HERE.parent / "build" / "bench", help="kept inputs, result")
    add("--quick", action="store_true", help="small inputs; no verdicts")
    add("--only", nargs="+", metavar="NAME", default=[], choices=[*ROWS, KERNELS])
    add("--write", action="store_true", help="renew README.md, growth.svg and result.json here")
    add("--compare", type=Path, metavar="OLD.json", help="usually the committed result.json")
    add("--inputs-only", action="store_true", help="make the inputs, measure nothing")
    add("--rounds", type=int, default=MIN_ROUNDS)
    add("--raredx", type=Path, default=beside, help="the command to measure")
    a = parser.parse_args(arguments)
    if a.rounds < 1:
        parser.error("--rounds must be at least 1")
    if a.write and (a.quick or a.only or a.rounds < MIN_ROUNDS):
        parser.error(f"--write wants the whole benchmark and {MIN_ROUNDS} rounds or more")
    return a


def inputs_of(a: argparse.Namespace) -> list[str]:
    """Name the inputs of the rows asked for, each once."""
    names = [name for name in (QUICK if a.quick else USUAL) if not a.only or name in a.only]
    found = [ROWS[name].quick if a.quick else ROWS[name].full for name in names]
    return list(dict.fromkeys(name for name in found if name))


def read_earlier(asked: Path | None) -> Document | None:
    """Read the result asked for, or the one beside this file if it can still be compared with."""
    if asked:
        return read_result(asked)
    usual = HERE / "result.json"
    if not usual.exists():
        return None
    try:
        return read_result(usual)
    except BenchError as error:
        print(f"bench: {error}; nothing is compared", file=sys.stderr)
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    a = parse(arguments)
    a.workdir.mkdir(parents=True, exist_ok=True)
    try:
        if a.inputs_only:
            print("\n".join(make_inputs(inputs_of(a), a.workdir)))
            return 0
        old = read_earlier(a.compare)  # before --write renews it
        result, failures = bench(a)
        svg = growth_svg(result["rows"])
        write_json(a.workdir / "result.json", result)
        if svg:
            (a.workdir / "growth.svg").write_text(svg, encoding="utf-8")
        if a.write and not failures:
            publish(result, table(result, "growth.svg" if svg else ""), svg)
        elif a.write:
            failures.append("a row failed, so nothing was written")
    except (BenchError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(table(result))
    if old:
        print("", *compare(old, result), sep="\n")
    for failure in failures:
        print(f"bench: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

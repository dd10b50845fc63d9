"""Measure `raredx rank` against `bcftools view` on the same files.

    python benchmarks/bench.py             100 thousand and 1 million records
    python benchmarks/bench.py --quick     20 thousand and 100 thousand
    python benchmarks/bench.py --write     also put the table into benchmarks/README.md

Inputs are simulated once and kept in the work directory. Each round runs every tool once, so that
a busy moment falls on all of them alike; the figure is the ratio within a round.

This file uses the standard library alone: the peak memory of a child as Linux reports it is never
below that of the process that started it, so this process has to stay small.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
SIZES = {"20k": 20_000, "100k": 100_000, "1M": 1_000_000}
USUAL, QUICK = ("100k", "1M"), ("20k", "100k")
ROUNDS, HELP_RUNS = 3, 7
MARKERS = ("<!-- bench: start -->", "<!-- bench: end -->")
OURS, FLOOR = "raredx", "bcftools"


@dataclass(frozen=True)
class Input:
    """A simulated trio."""

    label: str
    records: int
    vcf: Path
    ped: Path


@dataclass(frozen=True)
class Measurement:
    """One run of one tool."""

    cpu_s: float  # user and system
    wall_s: float
    peak_mb: float


class BenchError(Exception):
    """A run that cannot be measured, and why."""


def commands(raredx: Path, bcftools: str | None, data: Input, out: Path) -> dict[str, list[str]]:
    """List what is measured, by tool. The only place that knows the commands."""
    found = {}
    if bcftools:
        found[FLOOR] = [bcftools, "view", "-Ou", "-o", os.devnull, str(data.vcf)]
    rank = ["rank", "--ped", str(data.ped), "--panel", "all", "-@", "1", "-o", str(out)]
    found[OURS] = [str(raredx), *rank, str(data.vcf)]
    return found


def measure(command: Sequence[str]) -> Measurement:
    """Run a command; raise with the end of its messages if it fails."""
    with tempfile.TemporaryFile() as messages:
        began = time.perf_counter()
        try:
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages)
        except OSError as error:
            raise BenchError(f"{command[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            messages.seek(0)
            last = messages.read().decode(errors="replace").strip().splitlines()[-3:]
            raise BenchError(f"{' '.join(command)}: exit {child.returncode}\n" + "\n".join(last))
    per_mb = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kibibytes here
    peak = usage.ru_maxrss * (1.0 if per_mb == 1e6 else 1.024) / per_mb
    return Measurement(usage.ru_utime + usage.ru_stime, wall, peak)


def make_input(label: str, workdir: Path) -> Input:
    """Simulate a trio unless the same one is there already."""
    stem = workdir / f"trio-{label}"
    note = stem.with_suffix(".json")
    vcf = stem.with_suffix(".vcf.gz")
    wanted = {"generator": generator_digest(), "size": SIZES[label]}
    seal = workdir / f"trio-{label}.made"
    if not (seal.exists() and json.loads(seal.read_text()) == wanted and vcf.exists()):
        seal.unlink(missing_ok=True)
        print(f"simulating {label} records …", file=sys.stderr)
        generator = [sys.executable, str(HERE / "make_trio.py")]
        subprocess.run([*generator, "-n", str(SIZES[label]), "-o", str(vcf)], check=True)
        seal.write_text(json.dumps(wanted))
    records = json.loads(note.read_text())["records"]
    return Input(label, records, vcf, stem.with_suffix(".ped"))


def generator_digest() -> str:
    """Identify the generator, so that a changed one makes new files."""
    return f"{zlib.crc32((HERE / 'make_trio.py').read_bytes()):08x}"


def run_rounds(
    tools: dict[str, list[str]],
    rounds: int,
    run: Callable[[Sequence[str]], Measurement] = measure,
) -> list[dict[str, Measurement]]:
    """Run every tool once a round, after one round that is not counted."""
    for command in tools.values():
        run(command)
    return [{name: run(command) for name, command in tools.items()} for _ in range(rounds)]


def summarise(rounds: Sequence[dict[str, Measurement]], records: int) -> dict[str, object]:
    """Give medians by tool, and the median of the ratios within each round.

    >>> a, b = Measurement(1.0, 2.0, 10.0), Measurement(4.0, 4.0, 20.0)
    >>> summary = summarise([{"raredx": a, "bcftools": b}], records=100)
    >>> summary["cpu_ratio"], summary["tools"]["raredx"]["records_per_cpu_s"]
    (0.25, 100)
    """
    tools = {}
    for name in rounds[0]:
        runs = [one[name] for one in rounds]
        cpu = median(run.cpu_s for run in runs)
        tools[name] = {
            "cpu_s": round(cpu, 3),
            "wall_s": round(median(run.wall_s for run in runs), 3),
            "peak_mb": round(median(run.peak_mb for run in runs), 1),
            "records_per_cpu_s": round(records / cpu) if cpu else None,
        }
    ratio = None
    if FLOOR in rounds[0] and OURS in rounds[0] and all(r[FLOOR].cpu_s for r in rounds):
        ratio = round(median(r[OURS].cpu_s / r[FLOOR].cpu_s for r in rounds), 3)
    every = [{name: asdict(run) for name, run in one.items()} for one in rounds]
    return {"records": records, "tools": tools, "cpu_ratio": ratio, "rounds": every}


def memory_growth(sizes: Sequence[dict[str, object]]) -> float | None:
    """Divide our peak memory at the largest size by that at the smallest."""
    if len(sizes) < 2:
        return None
    peaks = [size["tools"][OURS]["peak_mb"] for size in sizes]  # type: ignore[index]
    return round(peaks[-1] / peaks[0], 3) if peaks[0] else None


def first_line(command: Sequence[str]) -> str:
    try:
        out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "unknown"
    return (out.splitlines() or ["unknown"])[0].strip()


def cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def environment(raredx: Path, bcftools: str | None) -> dict[str, object]:
    """Say what was measured, where and when."""
    versions = {OURS: first_line([str(raredx), "--version"]), "python": platform.python_version()}
    if bcftools:
        versions[FLOOR] = first_line([bcftools, "--version"])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    cores = os.cpu_count()
    return {"date": today, "versions": versions, "cpu_model": cpu_model(), "cores": cores}


def bench(labels: Sequence[str], workdir: Path, raredx: Path, rounds: int) -> dict[str, object]:
    """Measure every size; give the document that is written to result.json."""
    bcftools = shutil.which("bcftools")
    if not bcftools:
        print("bcftools is not on the PATH: own figures only, no ratios", file=sys.stderr)
    help_command = [str(raredx), "--help"]
    measure(help_command)
    help_cpu = median(measure(help_command).cpu_s for _ in range(HELP_RUNS))
    sizes = []
    for label in labels:
        data = make_input(label, workdir)
        print(f"measuring {label} …", file=sys.stderr)
        tools = commands(raredx, bcftools, data, workdir / f"rank-{label}.tsv")
        summary = summarise(run_rounds(tools, rounds), data.records)
        megabytes = round(data.vcf.stat().st_size / 1e6, 1)
        sizes.append({"label": label, "compressed_mb": megabytes, **summary})
    return {
        "environment": environment(raredx, bcftools),
        "rounds": rounds,
        "sizes": sizes,
        "memory_growth": memory_growth(sizes),
        "kernels": measure_kernels(raredx),
        "help_cpu_s": round(help_cpu, 3),
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


def kernels_table(kernels: dict) -> list[str]:
    """Write the figures of the kernels as a table, in CPU seconds and microseconds a site.

    >>> row = {"sites": 1000000, "members": 3, "genotypes_s": 0.1, "modes_s": 0.05,
    ...        "pairs_s": 0.1, "whole_s": 0.25}
    >>> print(kernels_table({"sites": [row], "families": []})[-1])
    | 1,000,000 | 3 | 0.100 | 0.050 | 0.100 | 0.250 | 0.25 |
    """
    lines = [
        "| sites | members | genotypes | modes | pairs | CPU s | µs/site |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in [*kernels["sites"], *kernels["families"]]:
        pairs = f"{row['pairs_s']:.3f}" if "pairs_s" in row else "–"
        cells = (
            *(f"{row['sites']:,}", str(row["members"]), f"{row['genotypes_s']:.3f}"),
            *(f"{row['modes_s']:.3f}", pairs, f"{row['whole_s']:.3f}"),
            f"{row['whole_s'] / row['sites'] * 1e6:.2f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def table(result: dict) -> str:
    """Write the result as a Markdown table and the lines below it.

    >>> run = {"cpu_s": 2.5, "wall_s": 3.0, "peak_mb": 180.0, "records_per_cpu_s": 400000}
    >>> size = {"label": "1M", "records": 1000000, "tools": {"raredx": run}, "cpu_ratio": None}
    >>> about = {"versions": {"raredx": "0.1"}, "cpu_model": "a CPU", "cores": 2, "date": "today"}
    >>> text = table({"sizes": [size], "environment": about, "help_cpu_s": 0.07, "rounds": 3,
    ...               "memory_growth": None})
    >>> print(text.splitlines()[2])
    | 1M | 1,000,000 | raredx | 2.50 | 3.00 | 400,000 | 180 | – |
    """
    lines = [
        "| size | records | tool | CPU s | wall s | records/CPU s | peak MB | CPU ratio |",
        "|---|---:|---|---:|---:|---:|---:|---:|",
    ]
    for size in result["sizes"]:
        for name, run in size["tools"].items():
            ratio = size["cpu_ratio"] if name == OURS else 1.0
            speed = "–" if run["records_per_cpu_s"] is None else f"{run['records_per_cpu_s']:,}"
            cells = (
                *(size["label"], f"{size['records']:,}", name, f"{run['cpu_s']:.2f}"),
                *(f"{run['wall_s']:.2f}", speed, f"{run['peak_mb']:.0f}"),
                "–" if ratio is None else f"{ratio:.2f}",
            )
            lines.append("| " + " | ".join(cells) + " |")
    about = result["environment"]
    versions = "; ".join(f"{name}: {text}" for name, text in about["versions"].items())
    lines += ["", f"- `raredx --help`: {result['help_cpu_s']:.3f} s CPU (median of {HELP_RUNS})."]
    if result["memory_growth"] is not None:
        first, last = result["sizes"][0]["label"], result["sizes"][-1]["label"]
        growth = result["memory_growth"]
        lines.append(f"- Peak memory at {last} over that at {first}: {growth:.2f}.")
    lines.append(f"- Medians of {result['rounds']} interleaved rounds on {about['date']}.")
    lines.append(f"- {about['cpu_model']}, {about['cores']} cores. {versions}.")
    if result.get("kernels"):
        lines += ["", "Every segregation kernel, compiled, one thread:", ""]
        lines += kernels_table(result["kernels"])
    return "\n".join(lines)


def replace_between(text: str, new: str) -> str:
    r"""Put new text between the markers.

    >>> print(replace_between("a\n<!-- bench: start -->\nold\n<!-- bench: end -->\nb", "new"))
    a
    <!-- bench: start -->
    new
    <!-- bench: end -->
    b
    """
    start, end = MARKERS
    if text.count(start) != 1 or text.count(end) != 1:
        raise BenchError(f"the README must hold {start} and {end} once each")
    before, rest = text.split(start)
    after = rest.split(end)[1]
    return f"{before}{start}\n{new}\n{end}{after}"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure raredx rank against bcftools view.")
    add = parser.add_argument
    beside = Path(sys.executable).parent / "raredx"
    add("--workdir", type=Path, default=HERE.parent / "build" / "bench", help="kept inputs, result")
    add("--quick", action="store_true", help=f"sizes {' and '.join(QUICK)}")
    add("--write", action="store_true", help="put the table into benchmarks/README.md")
    add("--rounds", type=int, default=ROUNDS)
    add("--raredx", type=Path, default=beside, help="the command to measure")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    a = parse(arguments)
    a.workdir.mkdir(parents=True, exist_ok=True)
    try:
        result = bench(QUICK if a.quick else USUAL, a.workdir, a.raredx, a.rounds)
        text = table(result)
        if a.write:
            readme = HERE / "README.md"
            readme.write_text(replace_between(readme.read_text("utf-8"), text), encoding="utf-8")
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    document = json.dumps(result, indent=1, ensure_ascii=False)
    (a.workdir / "result.json").write_text(document + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

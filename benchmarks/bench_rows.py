"""The rows of the benchmark: the work, the commands for it, and what is drawn from the runs.

The only place that knows the commands. Standard library alone, like `bench.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench_inputs import Input, make_input, make_panel
from bench_measure import (
    BenchError,
    Document,
    Measurement,
    Ratio,
    every_run,
    ratio_of,
    run_rounds,
    summarise,
)
from bench_slivar import slivar_command, write_differences

HERE = Path(__file__).resolve().parent
DEMO = HERE.parent / "data" / "demo"
OURS, FLOOR, TWO, SLIVAR, SPIN = "raredx", "bcftools", "raredx -@ 2", "slivar", "two busy threads"
SIZES = ("20k", "100k", "500k", "1M", "5M")
NO_FREQUENCY, PANEL_ONLY = "--allow-missing-frequency", "--panel-only"
REFUSED = 3  # exit code of raredx for an input it cannot use
# sha256 lets go of the interpreter, so two threads fill two cores if these are free.
BUSY = """
import hashlib, threading
block = bytes(50_000_000)
work = lambda: [hashlib.sha256(block) for _ in range(20)]
threads = [threading.Thread(target=work) for _ in range(2)]
[t.start() for t in threads]
[t.join() for t in threads]
"""


@dataclass(frozen=True)
class Row:
    """A piece of work."""

    name: str
    about: str
    full: str = ""  # input of the whole benchmark
    quick: str = ""  # and of the quick one
    ratios: tuple[tuple[str, Ratio], ...] = ()
    needs: str = ""  # option of `raredx rank`
    needs_slivar: bool = False
    may_refuse: bool = False


TO_FLOOR = (("cpu_ratio", ("cpu_s", OURS, FLOOR)),)
TO_ONE = (("wall_ratio", ("wall_s", TWO, OURS)), ("cpu_ratio", ("cpu_s", TWO, OURS)))
TRIOS = tuple(
    Row(f"trio-{size}", f"annotated trio, {size} records", f"trio-{size}", f"trio-{size}", TO_FLOOR)
    for size in SIZES
)
OTHERS = (
    Row("threads", "two threads against one", "trio-1M", "trio-100k", TO_ONE),
    Row(
        *("nofreq", "consequences without frequencies", "nofreq-1M", "nofreq-20k", TO_FLOOR),
        needs=NO_FREQUENCY,
    ),
    Row(
        *("bare", "neither frequencies nor consequences", "bare-1M", "bare-20k", TO_FLOOR),
        needs=NO_FREQUENCY,
        may_refuse=True,
    ),
    Row("bcf", "annotated trio as BCF", "bcf-1M", "bcf-20k", TO_FLOOR),
    Row("cohort", "one trio out of 500 samples", "cohort-200k", "cohort-2k", TO_FLOOR),
    Row(
        *("panel", "300 genes by index", "trio-5M", "trio-100k"),
        needs=PANEL_ONLY,
    ),
    Row("demo", "demonstration family, warm"),
    Row("help", "raredx --help"),
    Row(
        *("slivar", "the same task by slivar", "trio-1M", "trio-20k"),
        (("speedup", ("cpu_s", SLIVAR, OURS)),),
        needs_slivar=True,
    ),
)
ROWS = {row.name: row for row in (*TRIOS, *OTHERS)}
USUAL = tuple(name for name in ROWS if name != "trio-20k")
QUICK = ("trio-20k", "trio-100k", *(row.name for row in OTHERS))


@dataclass(frozen=True)
class Tools:
    """What is there to be measured."""

    raredx: Path
    bcftools: str | None
    slivar: str | None
    options: frozenset[str]  # of `raredx rank`


def find_tools(raredx: Path) -> Tools:
    """Look for the tools on the PATH, and ask raredx what it can do."""
    options = rank_options(raredx)
    return Tools(raredx, shutil.which("bcftools"), shutil.which("slivar"), options)


def rank_options(raredx: Path) -> frozenset[str]:
    """Read the long options of `raredx rank` from its help."""
    try:
        done = subprocess.run(
            [str(raredx), "rank", "--help"], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BenchError(f"{raredx}: {error.strerror}") from error
    return options_of(done.stdout)


def options_of(text: str) -> frozenset[str]:
    r"""Find the long options that begin a line of a help text.

    >>> sorted(options_of("  -o, --output FILE  As --json.\n  --panel-only  Read less."))
    ['--output', '--panel-only']
    """
    return frozenset(re.findall(r"^\s+(?:-\S, )?(--[a-z-]+)", text, flags=re.MULTILINE))


def commands(row: Row, data: Input | None, tools: Tools, out: Path) -> dict[str, list[str]]:
    """List the commands of a row, by tool."""
    raredx = str(tools.raredx)
    if row.name == "help":
        return {OURS: [raredx, "--help"]}
    if row.name == "demo":
        written = [f"{out}.tsv", "--json", f"{out}.json", "--vcf", f"{out}.vcf.gz"]
        return {OURS: [*rank(raredx, DEMO / "family.ped"), *written, str(DEMO / "family.vcf.gz")]}
    assert data is not None, row.name
    ped = trio_pedigree(data, out) if row.name == "cohort" else data.ped
    more = [row.needs] if row.needs else []
    ours = [*rank(raredx, ped), f"{out}.tsv", "-@", "1", *more, str(data.path)]
    if row.name == "panel":
        ours[ours.index("all")] = str(make_panel(out.with_name("panel-300.txt")))
        return {OURS: ours}
    if row.name == "threads":
        two = [*rank(raredx, ped), f"{out}-two.tsv", "-@", "2", str(data.path)]
        return {OURS: ours, TWO: two, SPIN: [*python_of(tools), "-c", BUSY]}
    if row.name == "slivar":
        slivar = slivar_command(str(tools.slivar), data.path, ped, out)
        return {SLIVAR: slivar, OURS: ours}
    view = [str(tools.bcftools), "view", "-Ou", "-o", os.devnull, str(data.path)]
    return {FLOOR: view, OURS: ours} if tools.bcftools else {OURS: ours}


def rank(raredx: str, ped: Path) -> list[str]:
    """Begin the command that is measured; the output's name comes next."""
    return [raredx, "rank", "--ped", str(ped), "--panel", "all", "-o"]


def python_of(tools: Tools) -> list[str]:
    """Name the interpreter beside the command, or any."""
    beside = tools.raredx.with_name("python")
    return [str(beside) if beside.exists() else "python3"]


def trio_pedigree(data: Input, out: Path) -> Path:
    """Write the pedigree of the trio alone; the other samples are nobody's business."""
    path = out.with_suffix(".ped")
    lines = data.ped.read_text(encoding="utf-8").splitlines()[:3]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def why_not(row: Row, tools: Tools) -> str:
    """Say why a row cannot be measured here; empty where it can.

    >>> tools = Tools(Path("raredx"), None, None, frozenset())
    >>> why_not(ROWS["panel"], tools), why_not(ROWS["bcf"], tools)
    ('no such option: --panel-only', '')
    """
    if row.needs and row.needs not in tools.options:
        return f"no such option: {row.needs}"
    if row.needs_slivar and not tools.slivar:
        return "slivar is not on the PATH"
    return ""


def run_row(
    row: Row,
    tools: Tools,
    workdir: Path,
    rounds: int,
    quick: bool = False,
    run: Callable[[dict[str, list[str]], int], list[dict[str, Measurement]]] = run_rounds,
) -> Document:
    """Measure a row; give what is written to the result.

    Raises
    ------
    BenchError
        If a tool fails, unless the row may be refused; if threads change the result.
    """
    name = row.quick if quick else row.full
    found: Document = {"about": row.about, "input": name}
    reason = why_not(row, tools)
    if reason:
        return {**found, "not_measured": reason}
    data = make_input(name, workdir) if name else None
    out = workdir / "out" / row.name
    out.parent.mkdir(exist_ok=True)
    try:
        done = run(commands(row, data, tools, out), rounds)
    except BenchError as error:
        if row.may_refuse and error.exit_code == REFUSED:
            said = str(error).splitlines()[1].partition(": ")[2]  # without program and path
            return {**found, "not_measured": f"refused: {said.partition(': ')[2] or said}"}
        raise
    if data:
        found |= {"records": data.records, "compressed_mb": data.megabytes}
    raced = [{tool: cost for tool, cost in one.items() if tool != SPIN} for one in done]
    records = data.records if data and row.needs != PANEL_ONLY else 0  # read in full
    found["tools"] = summarise(raced, records)
    found["figures"] = figures_of(row, done, found["tools"])
    found["notes"] = notes_of(row, out, found["figures"])
    found["rounds"] = every_run(done)
    return found


def figures_of(row: Row, rounds: list[dict[str, Measurement]], tools: Document) -> dict[str, float]:
    """Draw ratios and our own figures from the runs."""
    figures = {name: ratio_of(rounds, ratio) for name, ratio in row.ratios}
    figures |= {key: tools[OURS][key] for key in ("cpu_s", "wall_s", "peak_mb")}
    if SPIN in rounds[0]:
        figures["free_cores"] = round(median(r[SPIN].cpu_s / r[SPIN].wall_s for r in rounds), 2)
    return {name: value for name, value in figures.items() if value is not None}


def notes_of(row: Row, out: Path, figures: dict[str, float]) -> list[str]:
    """Say what a figure alone does not; raise where threads change the result."""
    if row.name == "threads":
        one, two = (Path(f"{stem}.tsv").read_bytes() for stem in (out, f"{out}-two"))
        if one != two:
            raise BenchError(f"{out}.tsv and {out}-two.tsv differ: threads change the result")
        return [
            f"the same bytes from both; {figures.get('free_cores', 0):.2f} of 2 cores were free"
        ]
    if row.name == "slivar":
        return [write_differences(Path(f"{out}.tsv"), out)]
    return []

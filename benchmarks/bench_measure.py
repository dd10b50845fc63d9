"""Run commands, and say what they cost: CPU seconds, wall seconds, peak memory; medians and ratios.

Standard library alone: the peak memory of a child as Linux reports it is never below that of the
process that started it, so this process has to stay small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

Document = dict[str, Any]  # a part of the result, as JSON holds it
# A ratio: the measured quantity, and the tools above and below the line.
Ratio = tuple[str, str, str]


@dataclass(frozen=True)
class Measurement:
    """One run of one tool."""

    cpu_s: float  # user and system, with every child that was waited for
    wall_s: float
    peak_mb: float  # largest resident set, in millions of bytes


class BenchError(Exception):
    """A run that cannot be measured, and why."""

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def child_environment() -> dict[str, str]:
    """Let children keep compiled modules, as an installation has them.

    With PYTHONDONTWRITEBYTECODE every start would compile anew; the round that is not counted
    writes what is missing.
    """
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def measure(command: Sequence[str]) -> Measurement:
    """Run a command.

    Raises
    ------
    BenchError
        If it cannot be started or fails, with the end of its messages.
    """
    with tempfile.TemporaryFile() as messages:
        began = time.perf_counter()
        try:
            child = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=messages, env=child_environment()
            )
        except OSError as error:
            raise BenchError(f"{command[0]}: {error.strerror}") from error
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            messages.seek(0)
            last = messages.read().decode(errors="replace").strip().splitlines()[-3:]
            said = f"{' '.join(command)}: exit {child.returncode}\n" + "\n".join(last)
            raise BenchError(said, child.returncode)
    per_mb = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kibibytes here
    peak = usage.ru_maxrss * (1.0 if per_mb == 1e6 else 1.024) / per_mb
    return Measurement(usage.ru_utime + usage.ru_stime, wall, peak)


def run_rounds(
    tools: Mapping[str, list[str]],
    rounds: int,
    run: Callable[[Sequence[str]], Measurement] = measure,
) -> list[dict[str, Measurement]]:
    """Run every tool once a round, after one round that is not counted."""
    for command in tools.values():
        run(command)
    return [{name: run(command) for name, command in tools.items()} for _ in range(rounds)]


def summarise(rounds: Sequence[Mapping[str, Measurement]], records: int) -> dict[str, Document]:
    """Give the medians by tool.

    >>> summary = summarise([{"raredx": Measurement(1.0, 2.0, 10.0)}], records=100)
    >>> summary["raredx"]["records_per_cpu_s"], summary["raredx"]["peak_mb"]
    (100, 10.0)
    """
    tools = {}
    for name in rounds[0]:
        runs = [one[name] for one in rounds]
        cpu = median(run.cpu_s for run in runs)
        tools[name] = {
            "cpu_s": round(cpu, 3),
            "wall_s": round(median(run.wall_s for run in runs), 3),
            "peak_mb": round(median(run.peak_mb for run in runs), 1),
            "records_per_cpu_s": round(records / cpu) if cpu and records else None,
        }
    return tools


def ratio_of(rounds: Sequence[Mapping[str, Measurement]], ratio: Ratio) -> float | None:
    """Give the median of a ratio formed within each round; None where a tool did not run.

    >>> a, b = Measurement(1.0, 2.0, 10.0), Measurement(4.0, 4.0, 20.0)
    >>> ratio_of([{"raredx": a, "bcftools": b}], ("cpu_s", "raredx", "bcftools"))
    0.25
    """
    quantity, above, below = ratio
    if not all(above in one and below in one for one in rounds):
        return None
    values = [
        (float(getattr(one[above], quantity)), float(getattr(one[below], quantity)))
        for one in rounds
    ]
    if not all(lower for _, lower in values):
        return None
    return round(median(upper / lower for upper, lower in values), 3)


def every_run(rounds: Sequence[Mapping[str, Measurement]]) -> list[dict[str, Document]]:
    """Give every single measurement, for the record."""
    return [{name: asdict(run) for name, run in one.items()} for one in rounds]

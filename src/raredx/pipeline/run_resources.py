"""Time and memory of a run: the one part of its record that differs between equal runs."""

from __future__ import annotations

import resource
import sys
import time

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts the largest size of a process (getrusage, Linux and macOS)."""


class RunClock:
    """Measure from here on.

    Examples
    --------
    >>> sorted(RunClock().spent())
    ['cpu_seconds', 'peak_rss_bytes', 'wall_seconds']
    """

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def spent(self) -> dict[str, float | int]:
        """Give wall seconds, CPU seconds of all threads and children, and the largest size.

        The size is that of the process since it began, as the system counts it.
        """
        return {
            "wall_seconds": round(time.perf_counter() - self._wall, 3),
            "cpu_seconds": round(_cpu_seconds() - self._cpu, 3),
            "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT,
        }


def _cpu_seconds() -> float:
    """Seconds of CPU time of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)

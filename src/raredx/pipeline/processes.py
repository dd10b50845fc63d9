"""Spread work over processes, with the results in the order of the work."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Work = TypeVar("Work")
Done = TypeVar("Done")


def in_order(do: Callable[[Work], Done], work: Sequence[Work], n_processes: int) -> Iterator[Done]:
    """Do each piece of work; give the results in its order, whoever does what.

    With one process everything is done here. Otherwise new processes are started, which share
    nothing with this one: threads and open files of a fork would.

    Parameters
    ----------
    do : function
        Of a module's top level, since another process must find it.
    work : sequence
    n_processes : int

    Examples
    --------
    >>> list(in_order(str, [3, 4], 1))
    ['3', '4']
    """
    n_processes = min(n_processes, len(work))
    if n_processes <= 1:
        yield from map(do, work)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(n_processes, mp_context=context)
    try:
        yield from pool.map(do, work)
    finally:
        pool.shutdown(cancel_futures=True)

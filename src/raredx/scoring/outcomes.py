"""Answers to a question of several parts: FAIL outweighs NOT_ASSESSED, which outweighs PASS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.vocabulary import Outcome


def join_outcomes(first: NDArray[np.int8], second: NDArray[np.int8]) -> NDArray[np.int8]:
    """Join two answers: both must pass.

    Parameters
    ----------
    first, second : int8
        `Outcome`, of the same shape.

    Examples
    --------
    >>> answers = np.array([1, 1, -1, -1, 0], np.int8), np.array([1, -1, -1, 0, 1], np.int8)
    >>> join_outcomes(*answers).tolist()
    [1, -1, -1, 0, 0]
    """
    out = np.where((first == Outcome.PASS) & (second == Outcome.PASS), Outcome.PASS, -1)
    fails = (first == Outcome.FAIL) | (second == Outcome.FAIL)
    return np.where(fails, Outcome.FAIL, out).astype(np.int8)

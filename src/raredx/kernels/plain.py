"""Running a kernel in Python, with the arithmetic that its machine code has.

NumPy's scalars overflow and round in their own narrow types. So arrays are copied into arrays
of Python's numbers, integers without bounds and float64, and what the kernel wrote is copied
back. Kernels that a kernel calls are called without this detour.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from raredx.kernels.signature import arrays_of


def names_used(code: types.CodeType) -> set[str]:
    """Names that a function, or one inside it, looks up outside."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= names_used(constant)
    return found


def with_others(
    function: Callable[..., Any], replace: Callable[[Any], Any | None]
) -> Callable[..., Any]:
    """Copy a function, with other objects behind the names that it looks up.

    Parameters
    ----------
    function : callable
        A function of a module, without closure.
    replace : callable
        Gives what takes an object's place, None where it stays.
    """
    own: dict[str, Any] = function.__globals__
    other = dict(own)
    for name in names_used(function.__code__) & own.keys():
        replacement = replace(own[name])
        if replacement is not None:
            other[name] = replacement
    copy = types.FunctionType(function.__code__, other, function.__name__, function.__defaults__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    copy.__doc__ = function.__doc__
    return copy


def can_run(args: tuple[Any, ...]) -> bool:
    """Whether no array shares memory with one that can be written: copies would come apart."""
    arrays = list(arrays_of(args))
    return not any(
        (a.flags.writeable or b.flags.writeable) and np.may_share_memory(a, b)
        for a, b in combinations(arrays, 2)
    )


def run(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Call a function of arrays and scalars on Python's numbers, and copy back what it wrote.

    Examples
    --------
    >>> def double(values, out):
    ...     for i in range(values.size):
    ...         out[i] = values[i] * 2
    >>> out = np.zeros(2, np.int16)
    >>> run(double, (np.array([100, 3], np.int8), out))
    >>> out.tolist()
    [200, 6]
    """
    if not can_run(args):
        return function(*args)
    own = tuple(_as_python(value) for value in args)
    result = function(*own)
    for array, copy in zip(arrays_of(args), arrays_of(own), strict=True):
        if array.flags.writeable:
            written = copy.astype(array.dtype)
            if written.tobytes() != array.tobytes():
                array[...] = written
    return result


def _as_python(value: Any) -> Any:
    """Turn an array, a scalar or a tuple of these into one of Python's numbers."""
    if isinstance(value, np.ndarray):
        return value.astype(object)
    if isinstance(value, tuple):
        return tuple(_as_python(part) for part in value)
    if isinstance(value, np.generic):
        return value.item()
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value

"""Which types do the arguments of a call have? Written so that files can be named by it.

One word for each argument, joined by `-`: `i`, `f`, `b` for an integer, a float and a truth
value of Python or NumPy (which cross as int64, float64 and one byte); `i1C2` for an array of
one-byte signed integers, C-contiguous, of two axes; `A` instead of `C` for any other layout;
`(i,f)` for a tuple.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ITEMS = {
    np.dtype(item): item
    for item in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8")
}
_CONTIGUOUS, _ALIGNED = 0x1, 0x100
"""Bits of `ndarray.flags.num`: NPY_ARRAY_C_CONTIGUOUS and NPY_ARRAY_ALIGNED."""
_WORD = re.compile(r"[biuf][1248][CA][0-9]|[ifb]")


def signature_of(args: tuple[Any, ...]) -> str | None:
    """Write the types of arguments; None where one has no word here.

    Examples
    --------
    >>> signature_of((np.zeros((2, 3), np.int8), np.zeros((4, 2))[:, 0], 1, (0.5, True)))
    'i1C2-f8A1-i-(f,b)'
    >>> signature_of((np.array(["text"]),)) is None
    True
    """
    words = [_word(value) for value in args]
    return "-".join(words) if all(words) else None


def _word(value: Any) -> str:
    """Write one type; empty where there is no word for it."""
    if isinstance(value, np.ndarray):
        item, flags, axes = _ITEMS.get(value.dtype), value.flags.num, value.ndim
        if item is None or not flags & _ALIGNED or axes == 0:
            return ""
        return f"{item}C{axes}" if flags & _CONTIGUOUS else f"{item}A{axes}"
    if isinstance(value, tuple) and value:
        words = [_word(part) for part in value]
        return f"({','.join(words)})" if all(words) else ""
    if isinstance(value, bool | np.bool_):
        return "b"
    if isinstance(value, int | np.signedinteger):
        return "i"
    return "f" if isinstance(value, float | np.float32) else ""


def words_of(signature: str) -> Iterator[str]:
    """Give the words of a signature one by one, with `(` and `)` around those of tuples.

    Examples
    --------
    >>> list(words_of("i1C2-i-(f,b)"))
    ['i1C2', 'i', '(', 'f', 'b', ')']
    """
    for match in re.finditer(rf"{_WORD.pattern}|[()]", signature):
        yield match[0]


def arrays_of(args: tuple[Any, ...]) -> Iterator[NDArray[Any]]:
    """Give every array among arguments, also those inside tuples."""
    for value in args:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, tuple):
            yield from arrays_of(value)


def count_elements(args: tuple[Any, ...]) -> int:
    """Count the elements of every array."""
    return sum(array.size for array in arrays_of(args))

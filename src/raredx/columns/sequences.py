"""Columns of values that are decoded when somebody asks for them.

A run asks for few rows of large tables. `Coded` holds numbers that point into a list of distinct
values; `Cells` holds the text of a column, cut up at first use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Coded(Sequence[T], Generic[T]):
    """A column that points into a list of distinct values.

    Parameters
    ----------
    values : sequence
        Distinct values.
    codes : integer, shape (row,)
        Place of each row's value in `values`.

    Examples
    --------
    >>> column = Coded(("no", "yes"), np.array([1, 1, 0]))
    >>> column[0], column[1:], list(column), len(column), column == ("yes", "yes", "no")
    ('yes', ('yes', 'no'), ['yes', 'yes', 'no'], 3, True)
    """

    __slots__ = ("codes", "values")

    def __init__(self, values: Sequence[T], codes: NDArray[Any]) -> None:
        self.values = values
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[T]:
        return map(self.values.__getitem__, self.codes.tolist())

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[T]: ...
    def __getitem__(self, row: int | slice) -> T | Sequence[T]:
        if isinstance(row, slice):
            return tuple(map(self.values.__getitem__, self.codes[row].tolist()))
        return self.values[int(self.codes[row])]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Coded({list(self)!r})"


class Cells(Sequence[str]):
    r"""A column of text, a separator between the cells.

    Parameters
    ----------
    text : bytes
        UTF-8.
    start, end : int
        Where the column stands in the text.
    separator : bytes
        One byte.

    Examples
    --------
    >>> column = Cells(b"##AA\t\tBb", 2)
    >>> len(column), column[2], list(column), column.upper()[2]
    (3, 'Bb', ['AA', '', 'Bb'], 'BB')
    """

    __slots__ = ("_cells", "_length", "_place", "_separator", "_text")

    def __init__(
        self,
        text: bytes | bytearray,
        start: int = 0,
        end: int | None = None,
        separator: bytes = b"\t",
    ) -> None:
        self._text = text
        self._place = slice(start, len(text) if end is None else end)
        self._separator = separator
        self._length = text.count(separator, start, self._place.stop) + 1
        self._cells: list[str] | None = None

    @property
    def text(self) -> str:
        """The column uncut."""
        return self._text[self._place].decode()

    def cut(self) -> list[str]:
        """Give all cells."""
        if self._cells is None:
            self._cells = self.text.split(self._separator.decode())
        return self._cells

    def upper(self) -> list[str]:
        """Give all cells in upper case."""
        return self.text.upper().split(self._separator.decode())

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return iter(self.cut())

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        return self.cut()[row]

    def __repr__(self) -> str:
        return f"Cells({len(self)} cells)"


def upper_cells(column: Sequence[str]) -> list[str]:
    """Give a column in upper case.

    Examples
    --------
    >>> upper_cells(("a", "Bc"))
    ['A', 'BC']
    """
    return column.upper() if isinstance(column, Cells) else [cell.upper() for cell in column]


def picked(column: Sequence[str], rows: Sequence[int]) -> list[str]:
    r"""Give the cells of some rows.

    Examples
    --------
    >>> picked(Cells(b"a\tb\tc"), [2, 0])
    ['c', 'a']
    """
    cells = column.cut() if isinstance(column, Cells) else column
    return [cells[row] for row in rows]


def among(column: Sequence[T], wanted: Container[T]) -> NDArray[np.bool_]:
    """Say of each row whether its value is among those wanted.

    Examples
    --------
    >>> among(("AA", "BB"), {"BB"}).tolist(), among(Coded("ab", np.array([1, 0])), "b").tolist()
    ([False, True], [True, False])
    """
    if isinstance(column, Coded):
        known = np.array([value in wanted for value in column.values], np.bool_)
        return known[column.codes]  # type: ignore[no-any-return]
    return np.array([value in wanted for value in column], np.bool_)


def ascending(values: NDArray[Any]) -> NDArray[Any]:
    """Give the distinct numbers of an array, ascending.

    `numpy.unique` does the same, and imports masked arrays to do so, a hundredth of a second.

    Examples
    --------
    >>> ascending(np.array([3, 1, 3])).tolist(), ascending(np.empty(0)).tolist()
    ([1, 3], [])
    """
    found: NDArray[Any] = np.sort(values, axis=None)
    first = np.ones(found.size, np.bool_)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


def distinct(column: Sequence[T]) -> int:
    """Count the distinct values of a column.

    Examples
    --------
    >>> distinct(("AA", "BB", "AA")), distinct(Coded("ab", np.array([1, 1])))
    (2, 1)
    """
    return len(set(column.codes.tolist() if isinstance(column, Coded) else column))


def tally(column: Sequence[T]) -> dict[T, int]:
    """Count the rows of each value.

    Examples
    --------
    >>> tally(("AA", "BB", "AA")), tally(Coded("abc", np.array([1, 1, 0])))
    ({'AA': 2, 'BB': 1}, {'a': 1, 'b': 2})
    """
    if isinstance(column, Coded):
        counts = np.bincount(column.codes, minlength=len(column.values)).tolist()
        return {value: n for value, n in zip(column.values, counts, strict=True) if n}
    return dict(Counter(column))

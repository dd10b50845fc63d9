"""Columns that are decoded late are the columns that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.sequences import (
    Cells,
    Coded,
    among,
    ascending,
    distinct,
    picked,
    tally,
    upper_cells,
)

WORDS = st.lists(st.sampled_from(["", "aa", "Aa", "b|c", "ß", "é"]), min_size=1)


def coded(words):
    values = sorted(set(words))
    return Coded(values, np.array([values.index(word) for word in words], np.uint16))


def cells(words):
    text = b"before\n" + "\t".join(words).encode() + b"\nafter"
    return Cells(text, 7, len(text) - 6)


@given(WORDS, st.sampled_from([coded, cells]))
def test_a_late_column_is_its_values(words, make):
    column = make(words)
    assert list(column) == words
    assert len(column) == len(words)
    assert [column[row] for row in range(len(words))] == words
    assert column[-1] == words[-1]
    assert tuple(column[1:]) == tuple(words[1:])
    assert column.index(words[-1]) == words.index(words[-1])
    assert "nowhere" not in column


@given(WORDS)
def test_questions_have_the_same_answers(words):
    wanted = {"aa", ""}
    assert among(coded(words), wanted).tolist() == [word in wanted for word in words]
    assert among(coded(words), wanted).tolist() == among(words, wanted).tolist()
    assert distinct(coded(words)) == distinct(words) == len(set(words))
    assert tally(coded(words)) == tally(words) == {w: words.count(w) for w in words}
    rows = [*range(0, len(words), 2), 0]
    assert picked(cells(words), rows) == picked(words, rows) == [words[row] for row in rows]
    assert upper_cells(cells(words)) == upper_cells(words) == [word.upper() for word in words]


def test_a_coded_column_equals_what_holds_the_same():
    assert coded(["a", "b"]) == ("a", "b") == coded(["a", "b"])
    assert coded(["a", "b"]) != ("a", "c")
    assert coded(["a"]) != 1
    assert hash(coded(["a", "b"])) == hash(("a", "b"))
    assert repr(coded(["a", "b"])) == "Coded(['a', 'b'])"
    assert repr(cells(["a", "b"])) == "Cells(2 cells)"


@pytest.mark.parametrize("wanted", [set(), {"x"}])
def test_no_rows(wanted):
    assert among((), wanted).shape == (0,)
    assert among(Coded((), np.empty(0, np.uint16)), wanted).shape == (0,)


@given(st.lists(st.integers(-5, 5)))
def test_ascending_is_what_numpy_gives(numbers):
    array = np.array(numbers, np.int64)
    np.testing.assert_array_equal(ascending(array), np.unique(array))
    assert array.tolist() == numbers

"""Running kernels in Python, and the words for the types of arguments; nothing is compiled."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import pytest

from raredx.kernels import plain
from raredx.kernels.jit import Kernel, intrinsic_from, kernel
from raredx.kernels.signature import count_elements, signature_of, words_of


class Colour(IntEnum):
    RED = 3


GRID = np.zeros((3, 4), np.int16)

WORDS = [
    ((GRID,), "i2C2"),
    ((GRID[:, 1:],), "i2A2"),
    ((GRID.T,), "i2A2"),
    ((GRID[0],), "i2C1"),
    ((GRID[:, 0],), "i2A1"),
    ((np.zeros(1, bool), np.zeros(1, np.uint8), np.zeros(1, np.float32)), "b1C1-u1C1-f4C1"),
    ((1, True, 0.5), "i-b-f"),
    ((np.int8(1), np.bool_(True), np.float32(0.5), Colour.RED), "i-b-f-i"),
    (((GRID, (1, 0.5)), GRID), "(i2C2,(i,f))-i2C2"),
    ((np.array(["text"]),), None),
    ((np.zeros(2, ">i4"),), None),
    ((np.zeros(2, np.float16),), None),
    ((np.array(5),), None),
    ((np.uint64(5),), None),
    (((),), None),
    ((None,), None),
    ((np.frombuffer(bytes(9), np.int32, 2, 1),), None),
]


@pytest.mark.parametrize(("args", "word"), WORDS, ids=[str(word) for _, word in WORDS])
def test_the_words_of_types(args, word):
    assert signature_of(args) == word


def test_words_come_back_one_by_one():
    assert list(words_of("(i2C2,(i,f))-i2A2-b")) == [
        "(", "i2C2", "(", "i", "f", ")", ")", "i2A2", "b",
    ]  # fmt: skip


def test_read_only_arrays_have_the_words_of_others():
    fixed = GRID.copy()
    fixed.flags.writeable = False
    assert signature_of((fixed,)) == signature_of((GRID,))


def test_elements_of_tuples_count():
    assert count_elements((GRID, 1, (GRID[0], (GRID[0],)))) == 12 + 4 + 4


def add_up(values, out):
    total = 0
    for i in range(values.size):
        total += values[i]
    out[0] = total


def test_small_integers_do_not_overflow():
    out = np.zeros(1, np.int64)
    plain.run(add_up, (np.full(3, 100, np.int8), out))
    assert out[0] == 300


def test_float32_is_added_in_full():
    """0.1 and 0.2 of float32, added as float64: the kernels ask for that by `float(x)`."""
    out = np.zeros(1)
    plain.run(add_up, (np.array([0.1, 0.2], np.float32), out))
    assert out[0] == float(np.float32(0.1)) + float(np.float32(0.2))


def test_arrays_in_tuples_are_written():
    def mark(pair, flag):
        pair[0][1] = 7 if flag else 8

    target = np.zeros(2, np.uint8)
    plain.run(mark, ((target, np.ones(1)), np.bool_(True)))
    assert target.tolist() == [0, 7]


def test_read_only_arrays_stay_as_they_were():
    def spoil(values):
        values[0] = 9

    values = np.zeros(2, np.int8)
    values.flags.writeable = False
    plain.run(spoil, (values,))
    assert values.tolist() == [0, 0]


def test_arrays_that_share_memory_are_not_copied():
    def shift(source, target):
        for i in range(source.size):
            target[i] = source[i] + 1

    row = np.zeros(4, np.int64)
    assert not plain.can_run((row[:-1], row[1:]))
    plain.run(shift, (row[:-1], row[1:]))
    assert row.tolist() == [0, 1, 2, 3]


def test_read_only_arrays_may_share_memory():
    row = np.zeros(4, np.int64)
    row.flags.writeable = False
    assert plain.can_run((row[:-1], row[1:]))


def test_scalars_become_those_of_python():
    seen = plain.run(lambda *args: args, (np.int8(3), np.float32(0.5), Colour.RED, True, (1,)))
    assert seen == (3, 0.5, 3, True, (1,))
    assert [type(value) for value in seen] == [int, float, int, bool, tuple]


@kernel
def outer(values, out):
    """Call two others."""
    for i in range(values.size):
        out[i] = twice(lowest(values[i]))


@kernel
def twice(value):
    return 2 * value


lowest = intrinsic_from("no.such.module", "lowest", lambda value: value & -value)


def test_kernels_call_functions_when_they_run_in_python():
    """No detour over `Kernel` for each element, also for a kernel that is defined later."""
    linked = outer.in_python.__globals__
    assert linked["twice"] is twice.in_python
    assert linked["lowest"](12) == 4
    assert isinstance(outer.function.__globals__["twice"], Kernel)
    out = np.zeros(2, np.int8)
    plain.run(outer.in_python, (np.array([12, 5], np.int8), out))
    assert out.tolist() == [8, 2]


def test_a_kernel_keeps_what_its_function_says_of_itself():
    assert (outer.__name__, outer.__doc__) == ("outer", "Call two others.")
    assert outer.name.endswith(".outer")
    assert lowest(12) == 4


def test_kernels_that_are_never_plain_say_so():
    @kernel(compiled_only=True)
    def scan(values):
        return values[0]

    assert scan.compiled_only
    assert not outer.compiled_only

"""Calls read from lines of text: what each shape means, and that many at once mean the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.readers.line_calls import decode_calls, decode_lines


def test_a_line_that_is_cut_short_has_no_calls():
    assert decode_calls(b"GT:DP\t0/1:8", (0, 2), {})[1] == [-2, -2, -1, -1, -1, -1]


NUMBER = st.one_of(st.just("."), st.integers(0, 10**6).map(str))
GT = st.sampled_from(["0/0", "0/1", "1|0", "1/1", "./.", ".", "./1", "0|.", "1", "0", "0/0/1"])
CALL = st.tuples(
    GT, st.one_of(st.just("."), st.tuples(NUMBER, NUMBER).map(",".join)), NUMBER, NUMBER
)


@given(st.lists(CALL, min_size=1, max_size=4), st.permutations(["AD", "DP", "GQ"]), st.data())
def test_calls_of_any_shape(calls, order, data):
    """Any order of fields, trailing fields left out, as VCF allows."""
    cells = []
    for gt, ad, dp, gq in calls:
        own = {"AD": ad, "DP": dp, "GQ": gq}
        parts = [gt, *(own[name] for name in order)]
        cells.append(":".join(parts[: data.draw(st.integers(1, 4))]))
    text = "\t".join([":".join(["GT", *order]), *cells]).encode()
    for cell, found in zip(cells, decode_calls(text, range(len(cells)), {}), strict=True):
        said = dict(zip(["GT", *order], cell.split(":"), strict=False))
        alleles = said["GT"].replace("|", "/").split("/")
        wanted = [-1 if a == "." else int(a) for a in alleles] + [-2]
        assert found[:2] == (wanted[:2] if len(alleles) < 3 else [-1, -1])
        reads = said.get("AD", ".").split(",")
        reads = reads if len(reads) == 2 else [".", "."]
        values = [said.get("DP", "."), said.get("GQ", "."), *reads]
        assert found[2:] == [-1 if v == "." else float(v) for v in values]


MANY = 40
"""Lines enough to be read at once."""


def one_by_one(texts, columns):
    return [decode_calls(text, columns, {}) for text in texts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"GT:AD:DP:GQ\t0/1:8,9:17:99", [0, 1, 17, 99, 8, 9]),
        (b"GT:AD:DP:GQ:PL\t1|0:8,9:17:99:1,2,3", [1, 0, 17, 99, 8, 9]),
        (b"GQ:DP:AD:GT\t99:17:8,9:1/1", [1, 1, 17, 99, 8, 9]),
        (b"GT:AD:DP:GQ\t1:0,7:7:50", [1, -2, 7, 50, 0, 7]),
        (b"GT:AD:DP:GQ\t.:.:.:.", [-1, -2, -1, -1, -1, -1]),
        (b"GT:AD:DP:GQ\t./.:.,.:0:.", [-1, -1, 0, -1, -1, -1]),
        (b"GT:AD:DP:GQ\t./1:3,.:4:9", [-1, 1, 4, 9, 3, -1]),
        (b"GT:AD:DP:GQ\t0/1:8,9:17:45.5", [0, 1, 17, 45.5, 8, 9]),
        (b"GT:AD:DP:GQ\t0/1:8,9,1:17:99", [0, 1, 17, 99, -1, -1]),
        (b"GT:AD:DP:GQ\t0/1:8:17:99", [0, 1, 17, 99, -1, -1]),
        (b"GT:AD:DP:GQ\t0/1:,9:17:99", [0, 1, 17, 99, -1, 9]),
        (b"GT:AD:DP:GQ\t0/0/1:8,9:17:99", [-1, -1, 17, 99, 8, 9]),
        (b"GT:AD:DP:GQ\t0/10:8,9:17:99", [0, 10, 17, 99, 8, 9]),
        (b"GT:AD:DP:GQ\t0/1", [0, 1, -1, -1, -1, -1]),
        (b"GT:AD:DP:GQ\t", [-1, -2, -1, -1, -1, -1]),
        (b"GT:AD:DP:GQ\t0/1:8,9:-3:99999999999", [0, 1, -3, 99999999999, 8, 9]),
        (b"GT:AD:DP:GQ\t0/1:8,9::x", [0, 1, -1, -1, 8, 9]),
        (b"GT:GT:AD:DP:GQ\t0/1:1/1:8,9:17:99", [0, 1, 17, 99, 8, 9]),
        (b"GT\t0/1", [0, 1, -1, -1, -1, -1]),
        (b"GT:AD:DP:GQ", [-2, -2, -1, -1, -1, -1]),
    ],
)
@pytest.mark.parametrize("n_lines", [1, MANY])
def test_a_shape_means_the_same_alone_and_among_many(text, found, n_lines):
    assert decode_lines([text] * n_lines, (0,))[0].tolist() == [[found]] * n_lines


LINES = st.lists(
    st.tuples(
        st.sampled_from([b"GT:AD:DP:GQ:PL", b"GT:GQ:DP:AD"]),
        st.lists(
            st.sampled_from([
                b"0/1:8,9:17:99:0,1,2", b"1|1:0,30:30:.:9,8,7", b"1:0,7:7:50:3,0", b"./.", b".",
                b"0/0:29:29:79:.", b"0/0:.:.:.:.", b"0/1:1,2,3:6:9:1,2", b"0/1:9:17:8,9",
                b"1/1:.:300:0,300", b".:1:2:.,4", b"0|1:4.5:3:1,2", b"",
            ]),
            max_size=3,
        ),
    ),
    max_size=12,
)  # fmt: skip


@given(LINES, st.sampled_from([(0,), (1, 0), (0, 2)]))
def test_many_lines_are_read_as_each_alone(lines, columns):
    regular = b"GT:AD:DP:GQ:PL\t0/1:8,9:17:99:0,1,2\t0/0:3,0:3:9:0,1,2\t1/1:0,1:1:3:2,1,0"
    texts = [b"\t".join([layout, *calls]) for layout, calls in lines] * 3 + [regular] * MANY
    found, _ = decode_lines(texts, columns)
    assert found.shape == (len(texts), len(columns), 6)
    np.testing.assert_array_equal(found, one_by_one(texts, columns))


def test_nobody_to_read():
    assert decode_lines([b"GT\t0/1"], ())[0].shape == (1, 0, 6)
    assert decode_lines([], (0,))[0].shape == (0, 1, 6)

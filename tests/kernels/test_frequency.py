"""One allele, several sources, a limit for each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from builders import read_table
from raredx.kernels import frequency as kernels
from raredx.vocabulary import Outcome

NUMBER = (
    st.just(float("nan")) | st.sampled_from([0.0, 0.001, 0.01, 1.0]) | st.floats(0, 1, width=32)
)


@st.composite
def sources(draw):
    n_sources, n_variants = draw(st.integers(0, 4)), draw(st.integers(0, 5))
    row = st.lists(NUMBER, min_size=n_sources, max_size=n_sources)
    return draw(row), [draw(row) for _ in range(n_variants)]


@given(sources())
def test_twin(drawn):
    limits = np.array(drawn[0], np.float32)
    af = np.array(drawn[1], np.float32).reshape(len(drawn[1]), len(drawn[0]))
    out = np.full(af.shape[0], 99, np.int8)
    kernels.judge_frequency(af, limits, out)
    expected = [reference.judge_frequency(row, limits.tolist()) for row in af.tolist()]
    assert out.tolist() == expected


TABLE = """
source 1 | limit 1 | source 2 | limit 2 | outcome
0        | 0.001   | 0        | 0.001   | PASS         # no record in either
0.001    | 0.001   | 0        | 0.001   | PASS         # at the limit
0.0011   | 0.001   | 0        | 0.001   | FAIL         # one above is enough
0        | 0.001   | 0.5      | 0.001   | FAIL
nan      | 0.001   | 0.0005   | 0.001   | PASS         # one not read
nan      | 0.001   | 0.5      | 0.001   | FAIL
nan      | 0.001   | nan      | 0.001   | NOT_ASSESSED # none read
0.5      | nan     | 0.0005   | 0.001   | PASS         # a group that is not judged
0.5      | nan     | nan      | 0.001   | NOT_ASSESSED
0.002    | 0.003   | 0.002    | 0.001   | FAIL         # each its own limit
"""


@pytest.mark.parametrize("row", read_table(text=TABLE), ids=lambda row: "-".join(row.values()))
def test_by_hand(row):
    one, limit_one, two, limit_two = (float(cell) for cell in list(row.values())[:4])
    out = np.full(1, 99, np.int8)
    kernels.judge_frequency(
        np.array([[one, two]], np.float32), np.array([limit_one, limit_two], np.float32), out
    )
    assert Outcome(int(out[0])) is Outcome[row["outcome"]]

"""Runs of homozygosity against a twin that looks at whole contigs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_check as reference
from raredx.kernels import roh as kernels
from raredx.kernels.site_calls import AUTOSOMAL, ON_X

GAIN, LOSS, DIP, GAP = 0.9, 4.1, 9.0, 400
MIN_LENGTH, MIN_SITES, MIN_SCORE = 100, 3, 2.5
LIMITS = np.array([GAIN, LOSS, DIP, GAP, MIN_LENGTH, MIN_SITES, MIN_SCORE, 0.01])
SITE = st.tuples(st.integers(1, 500), st.sampled_from([2, 2, 2, 2, 1, 0, -1]))


def find(contigs, *, cut=0, af=None):
    """Run the kernel over one sample's contigs, in one or two batches."""
    rows = [
        (AUTOSOMAL, number, position, code)
        for number, sites in enumerate(contigs, start=1)
        for position, code in sites
    ] + [(AUTOSOMAL, 99, 1, 1)]  # fmt: skip
    table = np.array(rows, np.int64)
    frequency = np.full(len(table), np.nan) if af is None else np.append(af, np.nan)
    state, score = np.zeros((1, kernels.N_RUN_STATE), np.int64), np.zeros((1, 2))
    out, out_n = np.zeros((200, kernels.N_ROH_COLUMNS), np.int64), np.zeros(1, np.int64)
    for part in (slice(0, cut), slice(cut, None)):
        kernels.extend_runs(
            table[part, 3:].astype(np.int8), table[part, :3].copy(), frequency[part], LIMITS,
            state, score, out, out_n,
        )  # fmt: skip
    return out[: out_n[0], 1:6].tolist(), int(state[0, kernels.COVERED])


@st.composite
def contigs(draw):
    """Sorted positions with calls, on up to two contigs."""
    made = []
    for _ in range(draw(st.integers(1, 2))):
        steps = draw(st.lists(SITE, max_size=40))
        positions = np.cumsum([s for s, _ in steps]).tolist()
        made.append([(p, code) for p, (_, code) in zip(positions, steps, strict=True)])
    return made


@given(contigs())
def test_runs_twin(drawn):
    expected, length = [], 0
    for number, sites in enumerate(drawn, start=1):
        carried = [(p, code) for p, code in sites if code > 0]
        length += reference.covered([p for p, _ in carried], GAP)
        steps = [(p, GAIN if code == 2 else -LOSS) for p, code in carried]
        for first, last, score in reference.best_runs(steps, max_dip=DIP, max_gap=GAP):
            codes = [code for _, code in carried[first : last + 1]]
            start, end = carried[first][0], carried[last][0]
            long_enough = end - start + 1 >= MIN_LENGTH and codes.count(2) >= MIN_SITES
            if long_enough and score >= MIN_SCORE - 1e-9:
                expected.append([number, start, end, codes.count(2), codes.count(1)])
    assert find(drawn) == (expected, length)


@given(contigs(), st.integers(0, 80))
def test_batches_change_nothing(drawn, cut):
    assert find(drawn, cut=cut) == find(drawn)


def test_a_few_errors_do_not_end_a_run_and_true_heterozygotes_do():
    sites = [(100 * n, 2) for n in range(1, 60)]
    sites[30] = (sites[30][0], 1)  # one error
    assert find([sites])[0] == [[1, 100, 5900, 58, 1]]
    sites[29:34] = [(p, 1) for p, _ in sites[29:34]]  # five heterozygotes in a row
    assert [run[:3] for run in find([sites])[0]] == [[1, 100, 2900], [1, 3500, 5900]]


def test_an_allele_nearly_everybody_has_tells_little():
    """Twenty homozygotes of a rare allele make a run; of one at 0.99, none."""
    sites = [[(100 * n, 2) for n in range(1, 21)]]
    assert len(find(sites, af=np.full(20, 0.2))[0]) == 1
    assert find(sites, af=np.full(20, 0.99))[0] == []


def test_no_runs_outside_autosomes():
    table = np.array([[ON_X, 23, 100 * n] for n in range(1, 50)], np.int64)
    state, score = np.zeros((1, kernels.N_RUN_STATE), np.int64), np.zeros((1, 2))
    out, out_n = np.zeros((9, kernels.N_ROH_COLUMNS), np.int64), np.zeros(1, np.int64)
    kernels.extend_runs(
        np.full((49, 1), 2, np.int8), table, np.full(49, np.nan), LIMITS, state, score, out, out_n
    )
    assert state.sum() == 0


def test_default_limits_weigh_as_documented():
    """Nine homozygotes make up for two heterozygotes."""
    gain, loss = math.log(0.99 / 0.4), math.log(0.6 / 0.01)
    assert gain == pytest.approx(0.906, abs=1e-3)
    assert loss == pytest.approx(4.094, abs=1e-3)

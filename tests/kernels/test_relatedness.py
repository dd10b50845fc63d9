"""Joint genotypes of two samples, and kinship from them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import reference_check as reference
from raredx.checks.pair_counts import PairCounted
from raredx.kernels import relatedness as kernels
from raredx.kernels.site_calls import AUTOSOMAL, ON_X

GENOTYPE = st.sampled_from([None, 0, 1, 2])
BLOCKS = st.lists(
    st.lists(st.tuples(GENOTYPE, GENOTYPE), min_size=1, max_size=6), min_size=1, max_size=6
)


def count(blocks, *, same_family=True, cut=None):
    """Count two samples over blocks, in one batch or in two."""
    flat = [pair for block in blocks for pair in block]
    codes = np.array([[-1 if g is None else g for g in pair] for pair in flat], np.int8)
    number = np.array([b for b, block in enumerate(blocks) for _ in block], np.int64)
    kind = np.full(len(flat), AUTOSOMAL, np.int8)
    joint = np.zeros((1, kernels.N_JOINT), np.int64)
    before, squares = joint.copy(), np.zeros((1, kernels.N_SQUARES), np.int64)
    pairs, open_block = np.array([[0, 1]]), np.full(1, -1)
    for part in (slice(0, cut), slice(cut, None)) if cut is not None else (slice(None),):
        kernels.count_pairs(
            codes[part], kind[part], number[part], pairs, open_block, joint, before, squares
        )
    kernels.close_block(joint, before, squares)
    return PairCounted(joint[0].reshape(4, 4)[1:, 1:], squares[0], same_family)


@given(BLOCKS, st.booleans())
def test_kinship_twin(blocks, within):
    flat = [pair for block in blocks for pair in block]
    both = [(a, b) for a, b in flat if a is not None and b is not None]
    enough = min(sum(a == 1 for a, _ in both), sum(b == 1 for _, b in both))
    assume(enough)
    counted = count(blocks, same_family=within)
    assert counted.kinship == pytest.approx(
        float(reference.king_robust(flat, within_family=within)), abs=1e-12
    )
    assert counted.standard_error == pytest.approx(reference.block_error(blocks), abs=1e-9)
    alike = [reference.alleles_alike(a, b) for a, b in both if a + b > 0]
    assert counted.ibs == tuple(alike.count(n) for n in range(3))
    informative = sum(1 in pair or set(pair) == {0, 2} for pair in both)
    assert counted.informative == informative


@given(BLOCKS, st.integers(0, 40))
def test_batches_change_nothing(blocks, cut):
    whole, parts = count(blocks), count(blocks, cut=cut)
    assert whole.table.tolist() == parts.table.tolist()
    assert whole.squares.tolist() == parts.squares.tolist()


@given(BLOCKS)
def test_a_sample_is_itself(blocks):
    same = [[(a, a) for a, _ in block] for block in blocks]
    assume(any(a == 1 for block in same for a, _ in block))
    assert count(same).kinship == 0.5
    assert count(same, same_family=False).kinship == 0.5


def test_other_rows_do_not_count():
    joint = np.zeros((1, kernels.N_JOINT), np.int64)
    kernels.count_pairs(
        np.array([[1, 1]], np.int8), np.array([ON_X], np.int8), np.zeros(1, np.int64),
        np.array([[0, 1]]), np.full(1, -1), joint, joint.copy(), np.zeros((1, 3), np.int64),
    )  # fmt: skip
    assert joint.sum() == 0


def test_nothing_in_common():
    counted = count([[(None, 1)]])
    assert math.isnan(counted.kinship)
    assert math.isnan(counted.standard_error)
    assert math.isnan(counted.r0)

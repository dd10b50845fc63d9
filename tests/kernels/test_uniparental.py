"""Uniparental stretches against a twin that looks at whole contigs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_check as reference
from raredx.kernels import uniparental as kernels
from raredx.kernels.site_calls import AUTOSOMAL

LIMITS = np.array([3, 50, 2, 80])
MIN_SITES, MIN_LENGTH, MAX_DIP, MIN_SHARE = 3, 50, 2, 0.8
WORDS = {
    kernels.NOTHING: "unclear", kernels.BIPARENTAL: "neither",
    kernels.WITHOUT_FATHER: "father", kernels.WITHOUT_MOTHER: "mother",
}  # fmt: skip
TRIO = st.tuples(*[st.sampled_from([0, 0, 1, 2, 2])] * 3)
SITE = st.tuples(st.integers(1, 60), TRIO, st.sampled_from([-1, 10, 30]))


@pytest.mark.parametrize(("child", "father", "mother"), list(product((0, 1, 2), repeat=3)))
def test_one_site_twin(child, father, mother):
    said = WORDS[int(kernels.origin_of_site(child, father, mother))]
    assert said == reference.lost_parent(child, father, mother)


def find(sites, *, cut=0):
    """Run the kernel over one trio on one contig, in one or two batches."""
    positions = np.cumsum([s for s, _, _ in sites]).tolist()
    codes = np.array([g for _, g, _ in sites] + [(1, 1, 1)], np.int8)
    table = np.array([(AUTOSOMAL, 5, p) for p in positions] + [(AUTOSOMAL, 99, 1)], np.int64)
    depth = np.array([(d, 0, 0) for _, _, d in sites] + [(-1, 0, 0)], np.int32)
    state = np.zeros((2, kernels.N_UPD_STATE), np.int64)
    out, out_n = np.zeros((99, kernels.N_UPD_COLUMNS), np.int64), np.zeros(1, np.int64)
    for part in (slice(0, cut), slice(cut, None)):
        kernels.extend_segments(
            codes[part], table[part], depth[part], np.array([[0, 1, 2]]), LIMITS, state, out, out_n
        )
    return sorted(out[: out_n[0], 1:].tolist())


@given(st.lists(SITE, max_size=40))
def test_segments_twin(sites):
    positions = np.cumsum([s for s, _, _ in sites]).tolist()
    expected = []
    for side, absent in enumerate(("mother", "father")):
        told = [reference.lost_parent(*genotypes) for _, genotypes, _ in sites]
        steps = [
            (p, 0.0 if t == "unclear" else 1.0 if t == absent else -1.0)
            for p, t in zip(positions, told, strict=True)
        ]
        for first, last, _ in reference.best_runs(steps, max_dip=MAX_DIP):
            own = sites[first : last + 1]
            lacking = told[first : last + 1].count(absent)
            informative = sum(t != "unclear" for t in told[first : last + 1])
            length = positions[last] - positions[first] + 1
            pure = lacking >= MIN_SHARE * informative
            if lacking >= MIN_SITES and length >= MIN_LENGTH and pure:
                giver_het = [g[0] for _, g, _ in own if g[1 + side] == 1]
                depths = [d for _, _, d in own if d >= 0]
                expected.append([
                    side, 5, positions[first], positions[last], lacking, informative,
                    sum(c != 1 for c in giver_het), giver_het.count(1),
                    sum(g[0] == 1 for _, g, _ in own), sum(depths), len(depths),
                ])  # fmt: skip
    assert find(sites) == sorted(expected)


@given(st.lists(SITE, max_size=40), st.integers(0, 41))
def test_batches_change_nothing(sites, cut):
    assert find(sites, cut=cut) == find(sites)


def test_a_biparental_block_ends_a_segment():
    """Mother's alleles only, then both parents', then mother's again."""
    maternal, both = (2, 0, 2), (1, 0, 2)
    sites = [(20, maternal, -1)] * 6 + [(20, both, -1)] * 4 + [(20, maternal, -1)] * 6
    assert [segment[:4] for segment in find(sites)] == [[1, 5, 20, 120], [1, 5, 220, 320]]


def test_one_error_does_not():
    sites = [(20, (2, 0, 2), -1)] * 6 + [(20, (1, 0, 2), -1)] + [(20, (2, 0, 2), -1)] * 6
    assert [segment[:6] for segment in find(sites)] == [[1, 5, 20, 260, 12, 13]]


def test_origins_are_counted_by_contig():
    codes = np.array([(2, 0, 2), (1, 0, 2), (0, 0, 2), (1, 1, 1), (2, -1, 2)], np.int8)
    sites = np.array([(AUTOSOMAL, c, 1) for c in (5, 5, 6, 6, 6)], np.int64)
    out = np.zeros((1, 30, 4), np.int64)
    kernels.count_origins(codes, sites, np.array([[0, 1, 2]]), out)
    assert out[0, 5].tolist() == [0, 1, 1, 0]
    assert out[0, 6].tolist() == [1, 0, 0, 1]

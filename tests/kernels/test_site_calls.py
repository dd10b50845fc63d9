"""Which calls count, and what is counted of them."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_check as reference
from raredx.kernels import site_calls as kernels

PLACES = {
    kernels.OFF: "off", kernels.AUTOSOMAL: "autosome", kernels.OTHER_ALLELE: "indel",
    kernels.ON_X: "X", kernels.ON_Y: "Y", kernels.ON_MT: "MT",
    kernels.PSEUDOAUTOSOMAL: "PAR",
}  # fmt: skip
LIMITS = np.array([20.0, 10.0])


@st.composite
def tables(draw):
    """A few rows and samples, every field drawn."""
    n, m = draw(st.integers(0, 6)), draw(st.integers(1, 3))

    def grid(values, dtype):
        flat = draw(st.lists(st.sampled_from(values), min_size=n * m, max_size=n * m))
        return np.array(flat, dtype).reshape(n, m)

    kind = np.array(draw(st.lists(st.sampled_from(list(PLACES)), min_size=n, max_size=n)), np.int8)
    return {
        "kind": kind,
        "dosage": grid([-1, 0, 1, 2, 3], np.int8),
        "missing": grid([0, 0, 0, 1, 2], np.int8),
        "ploidy": grid([1, 2, 2, 3], np.int8),
        "gq": grid([math.nan, 5.0, 20.0, 60.0], np.float32),
        "depth": grid([-1, 0, 4, 5, 9, 10, 40], np.int32),
    }


def code(table):
    out = np.full(table["dosage"].shape, 99, np.int8)
    kernels.code_calls(
        table["dosage"], table["missing"], table["ploidy"], table["gq"], table["depth"],
        table["kind"], LIMITS, out,
    )  # fmt: skip
    return out


def genotypes(table):
    """The twin's genotypes, row by row."""
    rows = []
    for v, kind in enumerate(table["kind"].tolist()):
        described = bool((table["depth"][v] >= 0).any() or not np.isnan(table["gq"][v]).all())
        rows.append([
            reference.usable_genotype(
                copies=int(table["dosage"][v, i]), missing=int(table["missing"][v, i]),
                ploidy=int(table["ploidy"][v, i]), gq=float(table["gq"][v, i]),
                depth=int(table["depth"][v, i]), place=PLACES[kind], row_is_described=described,
                min_gq=20.0, min_depth=10.0,
            )
            for i in range(table["dosage"].shape[1])
        ])  # fmt: skip
    return rows


@given(tables())
def test_codes_twin(table):
    expected = [[-1 if g is None else g for g in row] for row in genotypes(table)]
    assert code(table).tolist() == expected


@pytest.mark.parametrize(
    ("place", "copies", "ploidy", "gq", "depth", "expected"),
    [
        ("autosome", 1, 2, 60, 40, 1),
        ("autosome", 1, 2, 19, 40, -1),
        ("autosome", 1, 2, 60, 9, -1),
        ("autosome", 1, 2, math.nan, -1, 1),  # a file without GQ and DP
        ("autosome", 1, 1, 60, 40, -1),  # haploid where nobody is
        ("X", 1, 1, 60, 5, 2),
        ("X", 1, 1, 60, 4, -1),
        ("MT", 0, 1, 60, 40, 0),
    ],
)
def test_codes_by_hand(place, copies, ploidy, gq, depth, expected):
    kind = {name: number for number, name in PLACES.items()}[place]
    table = {
        "kind": np.array([kind], np.int8), "dosage": np.array([[copies]], np.int8),
        "missing": np.zeros((1, 1), np.int8), "ploidy": np.array([[ploidy]], np.int8),
        "gq": np.array([[gq]], np.float32), "depth": np.array([[depth]], np.int32),
    }  # fmt: skip
    assert code(table).tolist() == [[expected]]


def test_a_call_filled_in_by_a_merge_is_not_used():
    """Its neighbour has GQ and DP, it has none; in a file without both, calls are used."""
    table = {
        "kind": np.full(2, kernels.AUTOSOMAL, np.int8), "dosage": np.zeros((2, 2), np.int8),
        "missing": np.zeros((2, 2), np.int8), "ploidy": np.full((2, 2), 2, np.int8),
        "gq": np.array([[60, np.nan], [np.nan, np.nan]], np.float32),
        "depth": np.array([[30, -1], [-1, -1]], np.int32),
    }  # fmt: skip
    assert code(table).tolist() == [[0, -1], [0, 0]]


@given(tables(), st.lists(st.booleans(), min_size=6, max_size=6))
def test_counts_twin(table, transitions):
    transition = np.array(transitions[: len(table["kind"])], bool)
    codes = code(table)
    out = np.zeros((codes.shape[1], kernels.N_COUNTS), np.int64)
    kernels.count_calls(
        table["kind"], transition, table["dosage"], table["missing"], table["depth"], codes, out
    )
    for i in range(codes.shape[1]):
        seen = Counter()
        for v, kind in enumerate(table["kind"].tolist()):
            place, g = PLACES[kind], genotypes(table)[v][i]
            called, depth = table["dosage"][v, i] >= 0, int(table["depth"][v, i])
            if place in ("autosome", "indel"):
                seen["sites"] += 1
                seen["missing"] += not called
                seen["half"] += called and table["missing"][v, i] > 0
            if place == "autosome":
                seen[f"genotype {g}"] += 1
                seen["ti" if transition[v] else "tv"] += g in (1, 2)
            if place == "X":
                seen[f"x {g}"] += 1
            if place == "Y" and g == 1:
                seen["y het"] += 1
            elif place == "Y":
                seen["y"] += 1
                seen["y used"] += g is not None
                seen["y alt"] += g == 2
                if depth >= 0 or not called:
                    seen["y depth"] += max(depth, 0)
                    seen["y depth n"] += 1
            for name, places in (("auto", ("autosome", "indel")), ("x", ("X",))):
                if place in places and called and depth >= 0:
                    seen[f"{name} depth"] += depth
                    seen[f"{name} depth n"] += 1
        assert out[i].tolist() == [
            seen[key]
            for key in (
                "sites", "missing", "half", "genotype 0", "genotype 1", "genotype 2", "ti", "tv",
                "x 1", "x 2", "y het", "y", "y used", "y alt", "auto depth", "auto depth n",
                "x depth", "x depth n", "y depth", "y depth n",
            )
        ]  # fmt: skip


READS = st.tuples(st.integers(-1, 60), st.integers(-1, 60))
CALL = st.tuples(
    st.sampled_from([-1, 0, 1, 2]), READS, st.sampled_from([math.nan, 0.0, 0.01, 0.3, 0.955]),
    st.sampled_from([kernels.AUTOSOMAL, kernels.AUTOSOMAL, kernels.ON_X]),
)  # fmt: skip


@given(st.lists(CALL, max_size=20))
def test_reads_twin(calls):
    """One sample: balance of heterozygotes from 20 reads, foreign reads of 10 to 100."""
    bins, out = np.zeros((1, 10, 2), np.int64), np.zeros((1, kernels.N_READ_SUMS))
    kernels.sum_reads(
        np.array([c[3] for c in calls], np.int8), np.array([c[2] for c in calls], np.float64),
        np.array([[c[1][0]] for c in calls], np.int32).reshape(-1, 1),
        np.array([[c[1][1]] for c in calls], np.int32).reshape(-1, 1),
        np.array([[c[0]] for c in calls], np.int8).reshape(-1, 1),
        np.array([20, 10, 100, 0.05, 0.3]), bins, out,
    )  # fmt: skip
    known = [(g, ref, alt, af) for g, (ref, alt), af, kind in calls if kind == kernels.AUTOSOMAL]
    with_reads = [c for c in known if c[1] >= 0 and c[2] >= 0 and c[1] + c[2] > 0]
    balance = [a / (r + a) for g, r, a, _ in with_reads if g == 1 and r + a >= 20]
    hom = [(r / (r + a), af) for g, r, a, af in with_reads if g == 2 and 10 <= r + a <= 100]
    hom = [(share, af) for share, af in hom if share < 0.3]  # more is a heterozygote
    foreign = [share / (1 - af) for share, af in hom if 0.05 <= af <= 0.95]
    expected = [
        sum(balance), len(balance), sum(b < 0.3 for b in balance), sum(foreign), len(foreign),
        sum(share for share, _ in hom), len(hom),
    ]  # fmt: skip
    assert out[0].tolist() == pytest.approx(expected)
    usual = [(g, af) for g, _, _, af in known if g > 0 and 0.05 <= af <= 0.95]
    assert bins[0, 3].tolist() == [sum(u == (g, 0.3) for u in usual) for g in (1, 2)]
    assert bins.sum() == len(usual)

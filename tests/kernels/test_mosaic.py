"""Too few and too many ALT reads, against sums of fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_de_novo as reference
from raredx.kernels.mosaic import mark_excess, mark_shortage

READS = st.none() | st.integers(0, 80)
EXPECTED = st.sampled_from([None, Fraction(1, 2), Fraction(49, 50)])
NAN = math.nan


def share(alt, others, stated):
    """Fraction of ALT reads: from the reads where there are any, otherwise as stated."""
    known = alt is not None and others is not None and alt + others > 0
    return alt / (alt + others) if known else stated


def or_blank(value, blank):
    return blank if value is None else value


def shortage(alt, others, fraction, expected, limits=(0.2, 0.01)):
    out = np.full(1, 9, np.int8)
    mark_shortage(
        np.array([or_blank(alt, -1)], np.int32),
        np.array([or_blank(others, -1)], np.int32),
        np.array([or_blank(fraction, NAN)]),
        np.array([NAN if expected is None else float(expected)]),
        np.array(limits),
        out,
    )
    return {0: False, 1: True}[int(out[0])]


def excess(alt, others, fraction, *, asked=True, limits=(2, 0.02, 0.05, 0.002)):
    """Ask of the father, beside a mother of whom nothing is asked."""
    out = np.full((1, 2), 9, np.int8)
    mark_excess(
        np.array([[or_blank(alt, -1), 9]], np.int32),
        np.array([[or_blank(others, -1), 9]], np.int32),
        np.array([[or_blank(fraction, NAN), 0.5]]),
        np.array([[asked, False]]),
        np.array(limits, np.float64),
        out,
    )
    assert out[0, 1] == 0
    return {0: False, 1: True}[int(out[0, 0])]


@given(READS, READS, st.none() | st.sampled_from([0.0, 0.1, 0.19, 0.2, 0.5]), EXPECTED)
def test_shortage_twin(alt, others, stated, expected):
    fraction = share(alt, others, stated)
    assert shortage(alt, others, fraction, expected) == reference.short_of_reads(
        alt=alt, others=others, fraction=fraction, expected=expected,
        least_fraction=0.2, chance=0.01,
    )  # fmt: skip


@given(READS, READS, st.none() | st.sampled_from([0.0, 0.01, 0.02, 0.3]), st.booleans())
def test_excess_twin(alt, others, stated, asked):
    fraction = share(alt, others, stated)
    wanted = asked and reference.reads_in_reference(
        alt=alt, others=others, fraction=fraction,
        least_reads=2, least_fraction=0.02, chance=0.05, error=Fraction(1, 500),
    )  # fmt: skip
    assert excess(alt, others, fraction, asked=asked) == wanted


@given(st.integers(0, 80), st.integers(1, 80))
def test_fewer_alt_reads_never_unmark_a_call(alt, others):
    if shortage(alt + 1, others, share(alt + 1, others, None), Fraction(1, 2)):
        assert shortage(alt, others, share(alt, others, None), Fraction(1, 2))


@pytest.mark.parametrize(
    ("alt", "others", "expected", "marked"),
    [
        (20, 20, 0.5, False),
        (13, 27, 0.5, False),  # a third of 40 reads: one heterozygote in 50 has as few
        (11, 29, 0.5, True),  # 3 in 1,000
        (3, 12, 0.5, False),  # a fifth, of few reads: not below a fifth, and 1.8 % by chance
        (2, 9, 0.5, True),  # below a fifth
        (0, 1, 0.5, True),
        (120, 180, 0.5, True),  # deep: 40 % is far from a half
        (39, 1, 0.98, False),  # one copy of X, a stray read
        (30, 10, 0.98, True),
        (18, 2, 0.98, False),
        (5, 35, None, False),  # not asked
    ],
)
def test_shortage_by_hand(alt, others, expected, marked):
    assert shortage(alt, others, share(alt, others, None), expected) == marked


def test_shortage_by_fraction_alone():
    """FORMAT/AF without reads: the limit, and no more."""
    assert shortage(None, None, 0.19, 0.5)
    assert not shortage(None, None, 0.2, 0.5)
    assert not shortage(None, None, None, 0.5)


@pytest.mark.parametrize(
    ("alt", "others", "marked"),
    [
        (0, 40, False),
        (1, 39, False),  # 2.5 %, yet one such parent in 13 has a read by error
        (1, 19, True),  # 5 %
        (2, 38, True),
        (2, 100, True),  # below 2 %, but two reads: 1.8 % by error
        (2, 198, False),  # 200 reads: two errors are nothing
        (3, 197, True),
        (4, 36, True),
        (12, 28, True),  # perhaps a heterozygote called wrongly
        (0, 0, False),
    ],
)
def test_excess_by_hand(alt, others, marked):
    assert excess(alt, others, share(alt, others, None)) == marked


def test_excess_by_fraction_alone():
    assert excess(None, None, 0.02)
    assert not excess(None, None, 0.019)
    assert not excess(None, None, None)
    assert not excess(9, 31, 0.225, asked=False)

"""The probability of a new allele against a sum over single chromosomes, in logarithms."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_de_novo as reference
from raredx.kernels.posterior import posterior_de_novo
from reference_de_novo import Evidence

RATE, ERROR, RARE = 4.3e-9, 0.002, 1e-5
PL = st.none() | st.integers(0, 400).map(float)
COUNT = st.integers(0, 60)
SEEN = st.builds(
    Evidence, pl=st.tuples(PL, PL, PL), reads=st.none() | st.tuples(COUNT, COUNT)
)  # fmt: skip
COPIES = st.sampled_from([
    (2, 2, 2),  # autosome, pseudo-autosome
    (2, 1, 2),  # X of a daughter
    (1, 0, 2),  # X of a son
    (1, 1, 0),  # Y
    (1, 1, 2),  # one X, from either parent
    (1, 2, 2),  # one allele called where two are expected
])  # fmt: skip


def kernel_rows(rows):
    """Ask the kernel of rows of (proband, father, mother, copies, frequency, rate, error)."""
    nan = math.nan
    pl = [[[nan if x is None else x for x in p.pl] for p in row[:3]] for row in rows]
    reads = [[p.reads or (-1, -1) for p in row[:3]] for row in rows]
    out = np.full(len(rows), 99.0)
    posterior_de_novo(
        np.array(pl, np.float64).reshape(-1, 3, 3),
        np.array(reads, np.int32).reshape(-1, 3, 2),
        np.array([row[3] for row in rows], np.int8).reshape(-1, 3),
        np.array([[row[4], row[5]] for row in rows], np.float64).reshape(-1, 2),
        rows[0][6] if rows else ERROR,
        out,
    )
    return out.tolist()


def ask(child, father, mother, copies=(2, 2, 2), frequency=RARE, rate=RATE, error=ERROR):
    (found,) = kernel_rows([(child, father, mother, copies, frequency, rate, error)])
    return None if math.isnan(found) else found


def twin(child, father, mother, copies, frequency, rate, error):
    giving = [(who, n) for who, n in ((father, copies[1]), (mother, copies[2])) if n > 0]
    return reference.posterior_de_novo(
        child=child, parents=giving, copies=copies[0], frequency=frequency, rate=rate, error=error
    )


@given(
    SEEN, SEEN, SEEN, COPIES,
    st.sampled_from([1e-5, 1e-3, 0.3, 1 - 1e-5]),
    st.sampled_from([4.3e-9, 9.3e-10, 1e-4]),
    st.sampled_from([0.002, 0.05]),
)  # fmt: skip
def test_twin(child, father, mother, copies, frequency, rate, error):
    wanted = twin(child, father, mother, copies, frequency, rate, error)
    found = ask(child, father, mother, copies, frequency, rate, error)
    assert (found is None) == (wanted is None)
    if wanted is not None:
        assert found == pytest.approx(wanted, rel=1e-6, abs=1e-250)
        assert 0.0 <= found <= 1.0


def reads(alt, others):
    return Evidence(reads=(alt, others))


HET, HOM, CLEAN = reads(20, 20), reads(40, 0), reads(0, 40)
NOTHING = Evidence()


@given(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60),
    COPIES, st.sampled_from([1e-5, 1e-3, 0.1]), st.booleans(),
)  # fmt: skip
def test_more_parental_alt_reads_never_raise_it(alt, others, own, own_others, copies, af, mother):
    """Neither an ALT read more, nor one that takes the place of another."""
    child = reads(own + 1, own_others)
    side = 2 if mother else 1
    if copies[side] == 0:
        return

    def with_reads(a, o):
        seen = [CLEAN, CLEAN]
        seen[side - 1] = reads(a, o)
        return ask(child, *seen, copies, af)

    before = with_reads(alt, others + 1)
    assert with_reads(alt + 1, others + 1) <= before * (1 + 1e-9)
    assert with_reads(alt + 1, others) <= before * (1 + 1e-9)


@given(SEEN, SEEN, SEEN, COPIES, st.integers(1, 100))
def test_a_likelier_carrying_parent_never_raises_it(child, father, mother, copies, drop):
    if None in mother.pl or copies[2] == 0:
        return
    none, half, every = mother.pl
    nearer = replace(mother, pl=(none, max(0.0, half - drop), max(0.0, every - drop)))
    before, after = (ask(child, father, who, copies) for who in (mother, nearer))
    if before is not None:
        assert after <= before * (1 + 1e-9)


@given(SEEN, SEEN, SEEN, COPIES)
def test_a_more_frequent_allele_is_less_likely_new(child, father, mother, copies):
    found = [ask(child, father, mother, copies, af) for af in (1e-5, 1e-4, 1e-3, 0.01, 0.1)]
    if found[0] is not None:
        assert all(b <= a * (1 + 1e-9) for a, b in pairwise(found))


@given(SEEN, SEEN, SEEN)
def test_father_and_mother_are_alike_on_an_autosome(child, father, mother):
    one, other = ask(child, father, mother), ask(child, mother, father)
    assert one == (None if other is None else pytest.approx(other, rel=1e-9, abs=1e-300))


@given(st.lists(st.tuples(SEEN, SEEN, SEEN, COPIES), max_size=6))
def test_rows_do_not_touch_each_other(rows):
    full = [(*row, RARE, RATE, ERROR) for row in rows]
    together = kernel_rows(full)
    alone = [kernel_rows([row])[0] for row in full]
    assert together == pytest.approx(alone, nan_ok=True)


@pytest.mark.parametrize(
    ("child", "father", "mother", "copies"),
    [
        pytest.param(HET, NOTHING, CLEAN, (2, 2, 2), id="nothing of the father"),
        pytest.param(HET, CLEAN, NOTHING, (2, 2, 2), id="nothing of the mother"),
        pytest.param(NOTHING, CLEAN, CLEAN, (2, 2, 2), id="nothing of the proband"),
        pytest.param(HET, reads(0, 0), CLEAN, (2, 2, 2), id="no read of the father"),
        pytest.param(HET, CLEAN, CLEAN, (2, -1, 2), id="father not called"),
        pytest.param(HET, CLEAN, CLEAN, (2, 2, -1), id="mother not called"),
        pytest.param(HOM, CLEAN, CLEAN, (1, 0, -1), id="a son's X, mother not called"),
        pytest.param(HOM, CLEAN, CLEAN, (1, 0, 0), id="no parent gives it"),
        pytest.param(HET, CLEAN, CLEAN, (2, 0, 2), id="one giver of two chromosomes"),
        pytest.param(HET, CLEAN, CLEAN, (0, 2, 2), id="proband not asked"),
        pytest.param(HET, Evidence(pl=(0.0, None, 300.0)), CLEAN, (2, -1, 2), id="PL not called"),
    ],
)
def test_nothing_is_said_from_nothing(child, father, mother, copies):
    assert ask(child, father, mother, copies) is None


def test_a_parent_who_gives_nothing_is_not_asked():
    assert ask(HOM, NOTHING, CLEAN, (1, 0, 2)) == ask(HOM, HET, CLEAN, (1, 0, 2)) > 0.999


def test_pl_come_before_reads():
    doubtful = Evidence(pl=(0.0, 3.0, 30.0), reads=(0, 40))
    assert ask(HET, doubtful, CLEAN) < 0.01 < 0.99 < ask(HET, CLEAN, CLEAN)


def test_pl_without_a_heterozygote_serve_one_copy_only():
    haploid = Evidence(pl=(0.0, None, 500.0))
    assert ask(HOM, NOTHING, haploid, (1, 0, 2)) is None
    assert ask(HOM, haploid, NOTHING, (1, 1, 0)) > 0.999


@pytest.mark.parametrize(
    ("child", "father", "low", "high"),
    [
        (HET, CLEAN, 0.999999, 1.0),  # 40 reads of each, none in the parents
        (HET, reads(0, 10), 0.46, 0.47),  # 2 mu against q / 2^10: a carrier may show no read of 10
        (HET, reads(1, 39), 0.999, 1.0),  # one stray read in 40
        (HET, reads(4, 36), 0.0, 0.02),  # a tenth of the reads: a carrier, or mosaic
        (HET, HET, 0.0, 1e-20),  # the father carries it
        (reads(2, 38), CLEAN, 0.0, 1e-4),  # two reads of 40 in the proband: an error
        (reads(6, 34), CLEAN, 1e-5, 1e-3),  # too many for errors, too few for a heterozygote
        (reads(10, 30), CLEAN, 0.999, 1.0),
    ],
)
def test_by_hand(child, father, low, high):
    assert low <= ask(child, father, CLEAN) <= high


def test_one_row_by_hand():
    """PL of 0 and 30, a certain proband: the sum has three terms that count.

    Neither parent carries: 2 mu. One of them does, heterozygous: 2 q of the population, a half
    passes it on, against a PL of 30; twice.
    """
    parent = Evidence(pl=(0.0, 30.0, 300.0))
    certain = Evidence(pl=(900.0, 0.0, 900.0))
    new, inherited = 2 * RATE, 2 * (2 * RARE) * 0.5 * 1e-3
    assert ask(certain, parent, parent) == pytest.approx(new / (new + inherited), rel=1e-3)


def test_no_rows():
    assert kernel_rows([]) == []

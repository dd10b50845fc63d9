"""Is an allele rare enough for a mode of inheritance?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.scoring.frequency import find_popmax, judge_frequency, source_limits
from raredx.settings import FrequencySettings, RelaxedLimit, read_ruleset
from raredx.vocabulary import Mode, Outcome

DOMINANT = {
    Mode.DE_NOVO,
    Mode.AUTOSOMAL_DOMINANT,
    Mode.X_LINKED_DOMINANT,
    Mode.Y_LINKED,
    Mode.X_LINKED_HET_FEMALE,
}
RECESSIVE = {
    Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET, Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_COMPOUND_HET,
}  # fmt: skip


@pytest.mark.parametrize("mode", Mode, ids=lambda m: m.name)
def test_limit_of_each_mode(mode):
    """Clinical rules 2.3: dominant 0.001, recessive 0.01, mitochondrial 0.001."""
    settings = FrequencySettings(dominant=0.001, recessive=0.01, mitochondrial=0.002)
    limits = source_limits(("gnomad_nfe",), settings)
    kind = 0.001 if mode in DOMINANT else 0.01 if mode in RECESSIVE else 0.002
    assert limits.of(mode).tolist() == [np.float32(kind)]


@pytest.mark.parametrize(
    ("af", "dominant", "recessive"),
    [
        (0.0, "PASS", "PASS"),
        (0.001, "PASS", "PASS"),
        (0.0011, "FAIL", "PASS"),
        (0.01, "FAIL", "PASS"),
        (0.011, "FAIL", "FAIL"),
        (np.nan, "NOT_ASSESSED", "NOT_ASSESSED"),
    ],
)
def test_at_the_limit_passes_and_above_fails(af, dominant, recessive):
    limits = source_limits(("gnomad",), FrequencySettings())
    values = np.array([[af]], np.float32)
    for mode, expected in ((Mode.DE_NOVO, dominant), (Mode.COMPOUND_HET, recessive)):
        assert judge_frequency(values, limits.of(mode)).tolist() == [Outcome[expected]]


def test_no_source_is_never_a_pass():
    limits = source_limits((), FrequencySettings())
    af = np.zeros((2, 0), np.float32)
    assert judge_frequency(af, limits.of(Mode.DE_NOVO)).tolist() == [Outcome.NOT_ASSESSED] * 2
    popmax, source = find_popmax(af, limits)
    assert np.isnan(popmax).all()
    assert source.tolist() == [-1, -1]


RELAXED = FrequencySettings(
    relaxed=(RelaxedLimit(("gnomad_ami", "gnomad_mid"), dominant=0.1, recessive=0.1, in_popmax=False),
             RelaxedLimit(("gnomad_asj",), dominant=0.003, recessive=0.01)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("nfe", "asj", "ami", "outcome"),
    [
        (0.0, 0.0, 0.05, "PASS"),  # one allele in 456 people must not fail
        (0.0, 0.0, 0.11, "FAIL"),
        (0.0, 0.002, 0.0, "PASS"),
        (0.0, 0.004, 0.0, "FAIL"),
        (0.002, 0.0, 0.0, "FAIL"),
    ],
)
def test_small_groups_have_their_own_limits(nfe, asj, ami, outcome):
    limits = source_limits(("gnomad_nfe", "gnomad_asj", "gnomad_ami"), RELAXED)
    af = np.array([[nfe, asj, ami]], np.float32)
    assert judge_frequency(af, limits.of(Mode.AUTOSOMAL_DOMINANT)).tolist() == [Outcome[outcome]]


def test_popmax_leaves_out_what_the_rules_leave_out():
    limits = source_limits(("gnomad_nfe", "gnomad_ami", "gnomad_oth"), FrequencySettings(
        ignored_groups=("oth",), relaxed=RELAXED.relaxed,
    ))  # fmt: skip
    af = np.array([[0.001, 0.05, 0.2], [0.0, 0.0, 0.0], [np.nan, 0.05, 0.2]], np.float32)
    popmax, source = find_popmax(af, limits)
    assert popmax[:2].tolist() == [np.float32(0.001), 0.0]
    assert np.isnan(popmax[2])
    assert source.tolist() == [0, 0, -1]


def test_an_ignored_group_is_not_judged():
    limits = source_limits(("gnomad_nfe", "gnomad_oth"), FrequencySettings(ignored_groups=("oth",)))
    af = np.array([[0.0, 0.9], [np.nan, 0.9]], np.float32)
    found = judge_frequency(af, limits.of(Mode.DE_NOVO)).tolist()
    assert found == [Outcome.PASS, Outcome.NOT_ASSESSED]


@pytest.mark.parametrize(
    ("sources", "judged"),
    [
        (("max_af",), [True]),
        (("gnomad", "max_af"), [True, False]),
        (("gnomad_oth", "max_af"), [False, True]),
    ],
)
def test_a_fallback_counts_only_where_nothing_better_is_declared(sources, judged):
    settings = FrequencySettings(fallback_sources=("max_af",), ignored_groups=("oth",))
    limits = source_limits(sources, settings)
    assert (~np.isnan(limits.dominant)).tolist() == judged
    assert limits.in_popmax.tolist() == judged


def test_loosest_limit_of_each_source():
    limits = source_limits(("gnomad_nfe", "gnomad_ami", "gnomad_oth"), FrequencySettings(
        ignored_groups=("oth",), relaxed=RELAXED.relaxed,
    ))  # fmt: skip
    assert {k: round(v, 6) for k, v in limits.loosest().items()} == {
        "gnomad_nfe": 0.01, "gnomad_ami": 0.1,
    }  # fmt: skip


FRACTIONS = st.just(float("nan")) | st.floats(0, 1, width=32)


@given(st.lists(st.tuples(FRACTIONS, FRACTIONS), min_size=1, max_size=5))
def test_recessive_is_never_stricter_than_dominant(rows):
    limits = source_limits(("gnomad_nfe", "gnomad_ami"), read_ruleset("gel").rules.frequency)
    af = np.array(rows, np.float32)
    dominant = judge_frequency(af, limits.of(Mode.AUTOSOMAL_DOMINANT))
    recessive = judge_frequency(af, limits.of(Mode.AUTOSOMAL_RECESSIVE_HOM))
    assert (recessive >= dominant).all()
    unread = np.isnan(af).all(axis=1)
    assert ((dominant == Outcome.NOT_ASSESSED) == unread).all()


@given(st.lists(st.lists(FRACTIONS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_popmax_is_the_highest_that_was_read(rows):
    limits = source_limits(("a", "b", "c"), FrequencySettings())
    af = np.array(rows, np.float32)
    popmax, source = find_popmax(af, limits)
    for row, top, place in zip(af.tolist(), popmax.tolist(), source.tolist(), strict=True):
        read = [value for value in row if not np.isnan(value)]
        assert (np.isnan(top) and place == -1) if not read else (top == max(read) == row[place])


@pytest.mark.parametrize(
    ("source", "dominant", "recessive"),
    [
        ("gnomad_exomes_nfe", 0.001, 0.01),
        ("gnomad_genomes_afr", 0.001, 0.01),
        ("gnomad_genomes_asj", 0.003, 0.01),
        ("gnomad_genomes_eas", 0.002, 0.01),
        ("gnomad_genomes_sas", 0.002, 0.01),
        ("gnomad_genomes_ami", 0.1, 0.1),
        ("gnomad_genomes_mid", 0.1, 0.1),
    ],
)
def test_bundled_limits(source, dominant, recessive):
    """Clinical rules 2.3."""
    limits = source_limits((source,), read_ruleset("gel").rules.frequency)
    assert limits.dominant.tolist() == [np.float32(dominant)]
    assert limits.recessive.tolist() == [np.float32(recessive)]
    assert limits.mitochondrial.tolist() == [np.float32(0.001)]

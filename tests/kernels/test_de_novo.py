"""The grade of a de novo call against the rules it is made from."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
import reference_de_novo
from raredx.kernels import de_novo as kernels
from raredx.vocabulary import DeNovoGrade

LIMITS = reference.DeNovoLimits(
    high_gq=20, high_depth=10, min_fraction=0.2, max_fraction=0.8, parent_reads=1,
    parent_fraction=0.02, medium_gq=10, medium_depth=6,
)  # fmt: skip
LOOSE = replace(LIMITS, parent_reads=3, parent_fraction=0.1, high_depth=8, max_fraction=0.85)
WORDS = {
    kernels.PROBAND_QUALITY: "low_gq",
    kernels.PROBAND_DEPTH: "low_depth",
    kernels.ALLELE_BALANCE: "allele_balance",
    kernels.PARENTAL_READS: "parental_alt_reads",
    kernels.PARENT_DEPTH: "shallow_parent",
    kernels.PARENT_QUALITY: "parent_low_gq",
    kernels.PARENT_NOT_CALLED: "parent_not_called",
    kernels.READS_UNKNOWN: "reads_unknown",
    kernels.NO_REFERENCE_COPY: "no_reference_copy",
    kernels.CLUSTER: "cluster",
    kernels.UNFILTERED: "filter_not_assessed",
}
COPIES = {"heterozygous": 0, "hemizygous": 1, "two": 2}
RELEVANCE = (1, 0, -1)
FRACTION = st.sampled_from([0.0, 0.01, 0.02, 0.03, 0.19, 0.2, 0.5, 0.8, 0.81, 1.0])
PERSON = st.builds(
    reference.Reads,
    gq=st.none() | st.sampled_from([0, 1, 9, 10, 19, 20, 99]),
    depth=st.none() | st.sampled_from([0, 5, 6, 9, 10, 40]),
    alt_reads=st.none() | st.sampled_from([0, 1, 2, 12]),
    alt_fraction=st.none() | FRACTION,
)
GOOD = reference.Reads(gq=60, depth=40, alt_reads=20, alt_fraction=0.5)
CLEAN = reference.Reads(gq=60, depth=40, alt_reads=0, alt_fraction=0.0)


def in_float32(value):
    return None if value is None else float(np.float32(value))


def ask_kernel(*, proband, father, mother, relevant=(1, 1), copies="heterozygous", limits=LIMITS):
    """Grade one call; give the grade and the words of the reasons."""
    people = (proband, father, mother)
    nan = float("nan")
    out = np.full((1, 2), 99, np.int16)
    kernels.grade_de_novo(
        np.array([[nan if p.gq is None else p.gq for p in people]], np.float32),
        np.array([[-1 if p.depth is None else p.depth for p in people]], np.int32),
        np.array([[-1 if p.alt_reads is None else p.alt_reads for p in people]], np.int32),
        np.array([[nan if p.alt_fraction is None else p.alt_fraction for p in people]], np.float32),
        np.array([COPIES[copies]], np.int8),
        np.array([relevant], np.int8),
        np.array(astuple(limits), np.float32),
        out,
    )
    bits = int(out[0, 1])
    return DeNovoGrade(int(out[0, 0])), {word for bit, word in WORDS.items() if bits & bit}


def ask_twin(*, proband, father, mother, relevant=(1, 1), copies="heterozygous", limits=LIMITS):
    people = [
        replace(person, alt_fraction=in_float32(person.alt_fraction))
        for person in (proband, father, mother)
    ]
    return reference.grade_de_novo(
        proband=people[0],
        parents=[p for p, r in zip(people[1:], relevant, strict=True) if r == 1],
        parent_not_called=-1 in relevant,
        copies=copies,
        limits=reference.DeNovoLimits(*map(in_float32, astuple(limits))),
    )


@given(
    PERSON, PERSON, PERSON,
    st.tuples(st.sampled_from(RELEVANCE), st.sampled_from(RELEVANCE)),
    st.sampled_from(list(COPIES)),
    st.sampled_from([LIMITS, LOOSE]),
)  # fmt: skip
def test_twin(proband, father, mother, relevant, copies, limits):
    asked = {
        "proband": proband, "father": father, "mother": mother, "relevant": relevant,
        "copies": copies, "limits": limits,
    }  # fmt: skip
    assert ask_kernel(**asked) == ask_twin(**asked)


@given(PERSON, PERSON, PERSON, st.integers(1, 4))
def test_rows_do_not_touch_each_other(proband, father, mother, n):
    """A doubtful row between clean ones is graded as it is alone."""
    rows = [(GOOD, CLEAN, CLEAN), (proband, father, mother)] * n
    nan = float("nan")
    columns = [
        [
            [blank if value is None else value for value in (getattr(p, name) for p in row)]
            for row in rows
        ]
        for name, blank in (("gq", nan), ("depth", -1), ("alt_reads", -1), ("alt_fraction", nan))
    ]
    kinds = (np.float32, np.int32, np.int32, np.float32)
    out = np.full((len(rows), 2), 99, np.int16)
    kernels.grade_de_novo(
        *(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)),
        np.zeros(len(rows), np.int8),
        np.ones((len(rows), 2), np.int8),
        np.array(astuple(LIMITS), np.float32),
        out,
    )
    alone = ask_kernel(proband=proband, father=father, mother=mother)[0]
    assert out[:, 0].tolist() == [DeNovoGrade.HIGH, alone] * n


HAND = [
    # proband, father, mother, what differs -> grade, reasons
    (GOOD, CLEAN, CLEAN, "HIGH", set()),
    (replace(GOOD, gq=20, depth=10), CLEAN, CLEAN, "HIGH", set()),
    (replace(GOOD, gq=19), CLEAN, CLEAN, "MEDIUM", {"low_gq"}),
    (replace(GOOD, gq=9), CLEAN, CLEAN, "LOW", {"low_gq"}),
    (replace(GOOD, depth=9), CLEAN, CLEAN, "MEDIUM", {"low_depth"}),
    (replace(GOOD, depth=5), CLEAN, CLEAN, "LOW", {"low_depth"}),
    (replace(GOOD, alt_fraction=0.19), CLEAN, CLEAN, "LOW", {"allele_balance"}),
    (replace(GOOD, alt_fraction=0.20), CLEAN, CLEAN, "HIGH", set()),
    (replace(GOOD, alt_fraction=0.85), CLEAN, CLEAN, "MEDIUM", {"allele_balance"}),
    (GOOD, replace(CLEAN, alt_reads=1, alt_fraction=0.01), CLEAN, "HIGH", set()),
    (
        GOOD, replace(CLEAN, alt_reads=1, alt_fraction=0.01),
        replace(CLEAN, alt_reads=1, alt_fraction=0.01), "LOW", {"parental_alt_reads"},
    ),
    (GOOD, CLEAN, replace(CLEAN, alt_reads=1, alt_fraction=0.1), "LOW", {"parental_alt_reads"}),
    (GOOD, replace(CLEAN, depth=9), CLEAN, "MEDIUM", {"shallow_parent"}),
    (GOOD, replace(CLEAN, depth=5), CLEAN, "LOW", {"shallow_parent"}),
    (GOOD, CLEAN, replace(CLEAN, gq=19), "MEDIUM", {"parent_low_gq"}),
    (GOOD, CLEAN, replace(CLEAN, gq=0), "LOW", {"parent_low_gq"}),
    (replace(GOOD, gq=None), CLEAN, CLEAN, "MEDIUM", {"reads_unknown"}),
    (GOOD, replace(CLEAN, gq=None), CLEAN, "MEDIUM", {"reads_unknown"}),
    (GOOD, CLEAN, replace(CLEAN, depth=None), "MEDIUM", {"reads_unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("proband", "father", "mother", "grade", "reasons"), HAND)
def test_by_hand(proband, father, mother, grade, reasons):
    found = ask_kernel(proband=proband, father=father, mother=mother)
    assert found == (DeNovoGrade[grade], reasons)


@pytest.mark.parametrize(
    ("relevant", "copies", "fraction", "grade", "reasons"),
    [
        ((0, 1), "hemizygous", 1.0, "HIGH", set()),  # a son's X: the father does not matter
        ((1, 1), "heterozygous", 1.0, "MEDIUM", {"allele_balance"}),
        ((1, 1), "two", 1.0, "LOW", {"no_reference_copy"}),
        ((-1, 1), "heterozygous", 0.5, "POSSIBLE", {"parent_not_called"}),
        ((-1, -1), "heterozygous", 0.1, "POSSIBLE", {"parent_not_called", "allele_balance"}),
    ],
)
def test_copies_and_parents(relevant, copies, fraction, grade, reasons):
    found = ask_kernel(
        proband=replace(GOOD, alt_fraction=fraction), father=CLEAN, mother=CLEAN,
        relevant=relevant, copies=copies,
    )  # fmt: skip
    assert found == (DeNovoGrade[grade], reasons)


@pytest.mark.parametrize(
    ("proband", "father"),
    [
        pytest.param(replace(GOOD, depth=None), CLEAN, id="depth of the proband"),
        pytest.param(GOOD, replace(CLEAN, alt_reads=None), id="ALT reads of the father"),
    ],
)
def test_unknown_reads_are_never_high(proband, father):
    """Where reads are missing, the grade is at best medium (docstring of the scoring function)."""
    found = ask_kernel(proband=proband, father=father, mother=CLEAN)
    assert found == (DeNovoGrade.MEDIUM, {"reads_unknown"})


@given(
    st.lists(
        st.tuples(st.sampled_from(DeNovoGrade), st.booleans(), st.booleans()), max_size=5
    ),
    st.sampled_from([0, kernels.PROBAND_DEPTH]),
)  # fmt: skip
def test_surroundings_twin(rows, before):
    graded = np.array([[grade, before] for grade, *_ in rows], np.int16).reshape(-1, 2)
    clustered = np.array([row[1] for row in rows], bool)
    unfiltered = np.array([row[2] for row in rows], bool)
    kernels.doubt_surroundings(clustered, unfiltered, graded)
    for (grade, crowd, blank), (found, bits) in zip(rows, graded.tolist(), strict=True):
        wanted, reasons = reference_de_novo.doubt_surroundings(
            grade=grade, clustered=crowd, filtered=not blank
        )
        assert found == wanted
        assert {word for bit, word in WORDS.items() if bits & ~before & bit} == reasons
        assert bits & before == before

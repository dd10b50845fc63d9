"""Pairs of alleles of one gene: which pairs there are, their phase, and whether they fit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from builders import read_table
from raredx.kernels import compound_het as kernels
from raredx.vocabulary import Affection, Genotype, Outcome, Phase, Sex

ANSWERS = {1: True, 0: False, -1: None}
G = Genotype


@given(st.lists(st.integers(0, 6), max_size=8))
def test_list_pairs_twin(sizes):
    """Genes of every size, empty ones among them."""
    start = np.cumsum([0, *sizes]).astype(np.int64)
    n = sum(size * (size - 1) // 2 for size in sizes)
    first, second = (np.full(n, -9, np.int64) for _ in range(2))
    kernels.list_pairs(start, first, second)
    listed = list(zip(first.tolist(), second.tolist(), strict=True))
    gene_of_row = [gene for gene, size in enumerate(sizes) for _ in range(size)]
    assert len(set(listed)) == len(listed) == n
    assert set(listed) == reference.list_pairs(gene_of_row)


@pytest.mark.parametrize("carried", list(product((1, 0, -1), repeat=4)), ids=str)
def test_phase_twin(carried):
    """All that two called, or uncalled, parents can say about two alleles."""
    names = ("a_father", "a_mother", "b_father", "b_mother")
    given_to_twin = {name: ANSWERS[c] for name, c in zip(names, carried, strict=True)}
    found = Phase(kernels.phase_by_transmission(*carried))
    assert found is reference.phase_by_transmission(**given_to_twin)


PHASES = """
a: father | a: mother | b: father | b: mother | phase
1         | 0         | 0         | 1         | TRANS
0         | 1         | 1         | 0         | TRANS
1         | 0         | 1         | 0         | CIS
0         | 1         | 0         | 1         | CIS
1         | 1         | 0         | 1         | UNKNOWN         # a could come from either
1         | 1         | 1         | 1         | UNKNOWN
0         | 0         | 0         | 1         | UNKNOWN         # a is new, on which haplotype?
0         | 0         | 0         | 0         | UNKNOWN
0         | 0         | -1        | 1         | UNKNOWN         # the same, and the father not called for b
-1        | 1         | -1        | 0         | PROBABLE_TRANS  # mother only
1         | -1        | 0         | -1        | PROBABLE_TRANS  # father only
-1        | 1         | -1        | 1         | UNKNOWN
-1        | 0         | -1        | 0         | UNKNOWN
-1        | -1        | -1        | -1        | UNKNOWN
-1        | 1         | 1         | 0         | PROBABLE_TRANS  # father not called for a
1         | 1         | 0         | -1        | UNKNOWN         # a could come from either
0         | -1        | 1         | 1         | UNKNOWN
"""


@pytest.mark.parametrize("row", read_table(text=PHASES), ids=lambda row: "/".join(row.values()))
def test_phase_by_hand(row):
    *carried, phase = row.values()
    assert Phase(kernels.phase_by_transmission(*map(int, carried))) is Phase[phase]


# Mostly what real families show, and now and then every other code.
GENOTYPES = st.sampled_from([G.REFERENCE, G.HETEROZYGOUS]) | st.sampled_from(G)


@st.composite
def pedigrees(draw):
    """A family of any make and a few alleles of one gene; the proband carries them all."""
    n_members, n_rows = draw(st.integers(1, 5)), draw(st.integers(2, 4))

    def some(codes, n):
        return draw(st.lists(codes, min_size=n, max_size=n))

    proband = st.just(G.HETEROZYGOUS) | st.sampled_from([G.HETEROZYGOUS, G.CARRIER])
    genotype = [[draw(proband), *some(GENOTYPES, n_members - 1)] for _ in range(n_rows)]
    affection = some(st.sampled_from(Affection), n_members)
    sex = some(st.sampled_from(Sex), n_members)
    father, mother = draw(st.permutations([-1, *range(1, n_members), -1]))[:2]
    site = some(st.integers(0, 9), n_rows)
    return genotype, site, draw(st.booleans()), affection, sex, father, mother


def judge(genotype, site, on_x, affection, sex, father, mother):
    """Ask the kernel about every pair of rows."""
    n = len(genotype)
    first, second = zip(*[(a, b) for a in range(n) for b in range(a + 1, n)], strict=True)
    phase, out = (np.full(len(first), 99, np.int8) for _ in range(2))
    kernels.judge_pairs(
        np.array(genotype, np.int8), np.array([(s, on_x) for s in site], np.int64),
        np.array(list(zip(affection, sex, strict=True)), np.int8), np.array([father, mother], np.int16), np.array(first, np.int64),
        np.array(second, np.int64), phase, out,
    )  # fmt: skip
    return {
        (a, b): (Phase(p), Outcome(o)) for a, b, p, o in zip(first, second, phase, out, strict=True)
    }


@settings(max_examples=500)
@given(pedigrees())
def test_pairs_twin(drawn):
    genotype, site, on_x, affection, sex, father, mother = drawn
    for (a, b), found in judge(*drawn).items():
        people = [
            reference.Person(*person)
            for person in zip(affection, genotype[a], genotype[b], sex, strict=True)
        ]
        expected = reference.judge_pair(
            people=people,
            same_site=site[a] == site[b],
            father=None if father < 0 else father,
            mother=None if mother < 0 else mother,
            on_x=on_x,
        )
        assert found == expected


@given(pedigrees())
def test_order_of_the_two_alleles_does_not_matter(drawn):
    genotype, site, *rest = drawn
    forwards = judge(*drawn)
    backwards = judge(genotype[::-1], site[::-1], *rest)
    last = len(genotype) - 1
    assert forwards == {(last - b, last - a): found for (a, b), found in backwards.items()}


@pytest.mark.parametrize(
    ("doubtful", "word"), [(G.CARRIER, "./1"), (G.MISSING, "./.")], ids=lambda v: str(v)
)
def test_healthy_sib_of_unknown_zygosity_leaves_the_pair_open(doubtful, word):
    """`1/1` in a healthy sib excludes, so a call that may be `1/1` leaves the pair open."""
    genotype = [
        [G.HETEROZYGOUS, G.HETEROZYGOUS, G.REFERENCE, doubtful],
        [G.HETEROZYGOUS, G.REFERENCE, G.HETEROZYGOUS, G.REFERENCE],
    ]
    status = [Affection.AFFECTED] + [Affection.UNAFFECTED] * 3
    found = judge(genotype, [0, 1], False, status, [Sex.UNKNOWN] * 4, 1, 2)[0, 1]
    assert found == (Phase.TRANS, Outcome.NOT_ASSESSED)

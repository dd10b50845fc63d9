"""Members one by one, the parents, and how outcomes join."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from builders import read_table
from raredx.kernels import segregation as kernels
from raredx.vocabulary import Affection, Genotype, Mode, Outcome, Region, Sex

WORDS = {
    kernels.CONTRADICTS: "contradicts",
    kernels.CONSISTENT: "consistent",
    kernels.SILENT: "silent",
    -1: "open",
}
WHERE = {
    Mode.DE_NOVO: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL, Region.X, Region.Y),
    Mode.AUTOSOMAL_DOMINANT: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.AUTOSOMAL_RECESSIVE_HOM: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.X_LINKED_RECESSIVE: (Region.X,),
    Mode.X_LINKED_DOMINANT: (Region.X,),
    Mode.X_LINKED_HET_FEMALE: (Region.X,),
    Mode.Y_LINKED: (Region.Y,),
    Mode.MITOCHONDRIAL: (Region.MITOCHONDRIAL,),
}


@st.composite
def families(draw):
    """A fit table and a few variants in a family, every code drawn."""
    n_variants, n_members = draw(st.integers(0, 5)), draw(st.integers(1, 6))

    def codes(kind, n):
        return draw(st.lists(st.sampled_from(kind), min_size=n, max_size=n))

    signs = draw(st.lists(st.sampled_from(list(WORDS)), min_size=81, max_size=81))
    genotype = [codes(Genotype, n_members) for _ in range(n_variants)]
    return signs, genotype, codes(Affection, n_members), codes(Sex, n_members)


@given(families())
def test_members_twin(drawn):
    signs, genotype, affection, sex = drawn
    fit = np.array(signs, np.int8).reshape(3, 3, 9)
    out = np.full(len(genotype), 99, np.int8)
    kernels.judge_members(
        np.array(genotype, np.int8).reshape(len(genotype), len(affection)),
        np.array(affection, np.int8),
        np.array(sex, np.int8),
        fit,
        out,
    )
    said = {
        (a, s, g): WORDS[int(fit[a, s, g + 1])] for a, s, g in product(Affection, Sex, Genotype)
    }
    expected = [
        reference.judge_members(said[key] for key in zip(affection, sex, row, strict=True))
        for row in genotype
    ]
    assert out.tolist() == expected


X_FROM = {"mother": 1, "either": 0, "unknown": -1}


def judge_parents(mode, proband, father, mother, x_from, region):
    columns = [np.array(column, np.int8) for column in (proband, father, mother)]
    out = np.full(len(proband), 99, np.int8)
    kernels.judge_parents(int(mode), *columns, X_FROM[x_from], np.array(region, np.int8), out)
    return out.tolist()


@pytest.mark.parametrize("x_from", X_FROM)
@pytest.mark.parametrize("mode", WHERE, ids=lambda m: m.name)
def test_parents_twin(mode, x_from):
    """Every genotype of proband, father and mother, in every place where the mode exists."""
    asked = list(product(Genotype, Genotype, Genotype, WHERE[mode]))
    proband, father, mother, region = zip(*asked, strict=True)
    expected = [
        reference.judge_parents(mode=mode, proband=p, father=f, mother=m, x_from=x_from, region=r)
        for p, f, m, r in asked
    ]
    found = judge_parents(mode, proband, father, mother, x_from, region)
    wrong = [(*q, f, e) for q, f, e in zip(asked, found, expected, strict=True) if f != e]
    assert wrong == []


PARENTS = """
mode                    | place | child   | proband      | father     | mother       | outcome
de_novo                 | 7     | female  | heterozygous | reference  | reference    | pass
de_novo                 | 7     | female  | heterozygous | missing    | reference    | open
de_novo                 | 7     | female  | heterozygous | partial    | reference    | open
de_novo                 | 7     | female  | heterozygous | reference  | heterozygous | fail
de_novo                 | 7     | female  | heterozygous | missing    | carrier      | fail
de_novo                 | X     | male    | hemizygous   | missing    | reference    | pass
de_novo                 | X     | unknown | hemizygous   | missing    | reference    | pass
de_novo                 | X     | unknown | heterozygous | missing    | reference    | open
de_novo                 | X     | female  | heterozygous | missing    | reference    | open
de_novo                 | Y     | male    | hemizygous   | reference  | missing      | pass
de_novo                 | Y     | male    | hemizygous   | missing    | not_applicable | open
autosomal_dominant      | 7     | female  | heterozygous | reference  | reference    | fail
autosomal_dominant      | 7     | female  | heterozygous | missing    | heterozygous | pass
autosomal_dominant      | 7     | female  | heterozygous | missing    | reference    | open
autosomal_recessive_hom | 7     | female  | homozygous   | heterozygous | heterozygous | pass
autosomal_recessive_hom | 7     | female  | homozygous   | heterozygous | reference  | pass
autosomal_recessive_hom | 7     | female  | homozygous   | reference  | reference    | fail
autosomal_recessive_hom | 7     | female  | homozygous   | heterozygous | missing    | open
x_linked_recessive      | X     | male    | hemizygous   | missing    | reference    | pass # new in the son
x_linked_recessive      | X     | male    | hemizygous   | reference  | missing      | open
x_linked_recessive      | X     | female  | homozygous   | hemizygous | heterozygous | pass
x_linked_recessive      | X     | female  | homozygous   | reference  | reference    | fail
x_linked_dominant       | X     | male    | hemizygous   | hemizygous | reference    | fail # no male-to-male
x_linked_dominant       | X     | female  | heterozygous | hemizygous | reference    | pass
y_linked                | Y     | male    | hemizygous   | hemizygous | not_applicable | pass
y_linked                | Y     | male    | hemizygous   | reference  | not_applicable | fail
mitochondrial           | MT    | female  | hemizygous   | reference  | reference    | pass # unseen in her sample
mitochondrial           | MT    | female  | hemizygous   | hemizygous | missing      | open
de_novo                 | 7     | female  | heterozygous | mosaic     | reference    | fail # he carries it
de_novo                 | 7     | female  | homozygous   | heterozygous | reference  | fail # a parent carries it
de_novo                 | X     | male    | hemizygous   | mosaic     | reference    | fail # an odd call
autosomal_dominant      | 7     | female  | heterozygous | mosaic     | reference    | pass # from his germ cells
autosomal_recessive_hom | 7     | female  | homozygous   | mosaic     | heterozygous | pass
de_novo                 | X     | X0      | hemizygous   | missing    | reference    | open # X from either
de_novo                 | X     | X0      | hemizygous   | reference  | reference    | pass
x_linked_recessive      | X     | X0      | hemizygous   | hemizygous | reference    | pass # his daughter
x_linked_recessive      | X     | X0      | hemizygous   | reference  | heterozygous | pass
x_linked_recessive      | X     | X0      | hemizygous   | reference  | reference    | pass # new in her
x_linked_recessive      | X     | X0      | hemizygous   | missing    | reference    | open
x_linked_dominant       | X     | X0      | hemizygous   | hemizygous | reference    | pass
x_linked_dominant       | X     | X0      | hemizygous   | missing    | reference    | open
x_linked_recessive      | X     | XXY     | homozygous   | hemizygous | heterozygous | pass # X of both
x_linked_recessive      | X     | XXY     | homozygous   | reference  | reference    | fail
x_linked_dominant       | X     | XXY     | heterozygous | hemizygous | reference    | pass # his X too
x_linked_dominant       | X     | XYY     | hemizygous   | hemizygous | reference    | fail # his Y
x_linked_recessive      | X     | XYY     | hemizygous   | hemizygous | reference    | fail
x_linked_recessive      | X     | male    | hemizygous   | hemizygous | reference    | fail # no male-to-male
x_linked_recessive      | X     | male    | hemizygous   | hemizygous | heterozygous | pass
x_linked_recessive      | X     | male    | hemizygous   | hemizygous | missing      | open
x_linked_recessive      | X     | male    | hemizygous   | missing    | reference    | pass
x_linked_recessive      | X     | unknown | hemizygous   | hemizygous | reference    | fail # a son by his call
y_linked                | Y     | XXY     | hemizygous   | hemizygous | not_applicable | pass
x_linked_het_female     | X     | female  | heterozygous | reference  | heterozygous | pass
x_linked_het_female     | X     | female  | heterozygous | hemizygous | reference    | pass
x_linked_het_female     | X     | female  | heterozygous | missing    | heterozygous | pass # she gave it
x_linked_het_female     | X     | female  | heterozygous | missing    | reference    | open
x_linked_het_female     | X     | female  | heterozygous | reference  | reference    | fail # then it is new
x_linked_het_female     | X     | female  | heterozygous | reference  | mosaic       | pass
"""
CHILDREN = {
    "male": "mother", "XYY": "mother", "female": "either", "X0": "either", "XXY": "either",
    "unknown": "unknown",
}  # fmt: skip
"""Whose X a child has."""
PLACES = {"7": Region.AUTOSOMAL, "X": Region.X, "Y": Region.Y, "MT": Region.MITOCHONDRIAL}
OUTCOMES = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "open": Outcome.NOT_ASSESSED}


@pytest.mark.parametrize("row", read_table(text=PARENTS), ids=lambda row: "-".join(row.values()))
def test_parents_by_hand(row):
    codes = [[Genotype[row[name].upper()]] for name in ("proband", "father", "mother")]
    mode, x_from = Mode[row["mode"].upper()], CHILDREN[row["child"]]
    assert judge_parents(mode, *codes, x_from, [PLACES[row["place"]]]) == [OUTCOMES[row["outcome"]]]


def test_combine_twin():
    first, second = zip(*product(Outcome, Outcome), strict=True)
    out = np.full(9, 99, np.int8)
    kernels.combine(np.array(first, np.int8), np.array(second, np.int8), out)
    expected = [reference.combine(a, b) for a, b in zip(first, second, strict=True)]
    assert out.tolist() == expected
    # not assessed, fail, pass: by not assessed, fail, pass
    assert out.reshape(3, 3).tolist() == [[-1, 0, -1], [0, 0, 0], [-1, 0, 1]]


@pytest.mark.parametrize("genotype", Genotype, ids=lambda g: g.name)
def test_both_copies(genotype):
    answer = {True: 1, False: 0, None: -1}[reference.has_no_other_copy(genotype)]
    assert kernels.both_copies(int(genotype)) == answer

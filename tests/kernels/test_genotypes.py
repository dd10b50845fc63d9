"""What a member carries: every call, place and sex against the slow reading."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from builders import call, read_table
from raredx.kernels import genotypes as kernels
from raredx.vocabulary import Genotype, Region, Sex

LIMITS = np.array([0.75, 0.05, 0.95], np.float32)
ALLELES = st.lists(st.sampled_from([None, 0, 1, 2]), min_size=0, max_size=3)
FRACTIONS = st.none() | st.sampled_from([0.0, 0.05, 0.75, 0.95, 1.0]) | st.floats(0, 1, width=32)
CALLS = st.tuples(ALLELES, FRACTIONS, st.sampled_from(Region), st.sampled_from(Sex))


def classify(*, alleles, fraction, region, sex, alt=1):
    """Ask the kernel about one call."""
    copies = alleles.count(alt) if set(alleles) - {None} else -1
    out = np.full((1, 1), 99, np.int8)
    kernels.classify_genotypes(
        np.array([[copies]], np.int8),
        np.array([[alleles.count(None)]], np.int8),
        np.array([[len(alleles)]], np.int8),
        np.array([[np.nan if fraction is None else fraction]], np.float32),
        np.array([region], np.int8),
        np.array([sex], np.int8),
        LIMITS,
        out,
    )
    return Genotype(int(out[0, 0]))


def expected(*, alleles, fraction, region, sex, alt=1):
    exact = None if fraction is None else float(np.float32(fraction))
    hemizygous_from, least, homoplasmy = (float(limit) for limit in LIMITS)
    return reference.genotype_of(
        alleles=alleles, alt=alt, fraction=exact, region=region, sex=sex,
        hemizygous_from=hemizygous_from, least_heteroplasmy=least, homoplasmy=homoplasmy,
    )  # fmt: skip


@given(CALLS, st.sampled_from([1, 2]))
def test_twin(asked, alt):
    names = dict(zip(("alleles", "fraction", "region", "sex"), asked, strict=True))
    assert classify(**names, alt=alt) is expected(**names, alt=alt)


@given(st.lists(CALLS, min_size=1, max_size=6), st.integers(1, 3))
def test_every_row_and_member_is_read_on_its_own(rows, n_members):
    """A matrix of calls says the same as each call alone."""
    alleles, fractions, regions, _ = zip(*rows, strict=True)
    sexes = [Sex(m % 3) for m in range(n_members)]
    copies = [a.count(1) if set(a) - {None} else -1 for a in alleles]

    def wide(column, dtype):
        return np.repeat(np.array(column, dtype)[:, None], n_members, axis=1)

    out = np.full((len(rows), n_members), 99, np.int8)
    kernels.classify_genotypes(
        wide(copies, np.int8),
        wide([a.count(None) for a in alleles], np.int8),
        wide([len(a) for a in alleles], np.int8),
        wide([np.nan if f is None else f for f in fractions], np.float32),
        np.array(regions, np.int8),
        np.array(sexes, np.int8),
        LIMITS,
        out,
    )
    alone = [
        [classify(alleles=a, fraction=f, region=r, sex=s) for s in sexes] for a, f, r, _ in rows
    ]
    assert out.tolist() == alone


TABLE = """
genotype  | 7            | PAR          | X male     | X female     | X unknown sex | Y male     | Y female       | MT
./.       | missing      | missing      | missing    | missing      | missing       | missing    | not_applicable | missing
.         | missing      | missing      | missing    | missing      | missing       | missing    | not_applicable | missing
0/0       | reference    | reference    | reference  | reference    | reference     | reference  | not_applicable | reference
0         | reference    | reference    | reference  | reference    | reference     | reference  | not_applicable | reference
0/2       | reference    | reference    | reference  | reference    | reference     | reference  | not_applicable | reference
./0       | partial      | partial      | partial    | partial      | partial       | partial    | not_applicable | reference # no reads
./0@0.30  | partial      | partial      | partial    | partial      | partial       | partial    | not_applicable | heterozygous
./0@nan   | partial      | partial      | partial    | partial      | partial       | partial    | not_applicable | partial
./1       | carrier      | carrier      | carrier    | carrier      | carrier       | carrier    | not_applicable | homoplasmic # all reads
0/1       | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
1|0       | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
1/2       | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
0/1@0.74  | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
0/1@0.75  | heterozygous | heterozygous | hemizygous | heterozygous | heterozygous  | hemizygous | not_applicable | heterozygous
0/1@0.90  | heterozygous | heterozygous | hemizygous | heterozygous | heterozygous  | hemizygous | not_applicable | heterozygous
0/1@0.04  | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | reference
0/1@0.05  | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
0/1@0.95  | heterozygous | heterozygous | hemizygous | heterozygous | heterozygous  | hemizygous | not_applicable | homoplasmic
0/1@nan   | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
1/1       | homozygous   | homozygous   | hemizygous | homozygous   | homozygous    | hemizygous | not_applicable | homoplasmic
1/1@nan   | homozygous   | homozygous   | hemizygous | homozygous   | homozygous    | hemizygous | not_applicable | homoplasmic
1/1@0.80  | homozygous   | homozygous   | hemizygous | homozygous   | homozygous    | hemizygous | not_applicable | heterozygous
1         | hemizygous   | hemizygous   | hemizygous | hemizygous   | hemizygous    | hemizygous | not_applicable | homoplasmic
"""
WHERE = {
    "7": (Region.AUTOSOMAL, Sex.MALE),
    "PAR": (Region.PSEUDOAUTOSOMAL, Sex.MALE),
    "X male": (Region.X, Sex.MALE),
    "X female": (Region.X, Sex.FEMALE),
    "X unknown sex": (Region.X, Sex.UNKNOWN),
    "Y male": (Region.Y, Sex.MALE),
    "Y female": (Region.Y, Sex.FEMALE),
    "MT": (Region.MITOCHONDRIAL, Sex.FEMALE),
}


@pytest.mark.parametrize("row", read_table(text=TABLE), ids=lambda row: row["genotype"])
@pytest.mark.parametrize("where", WHERE)
def test_hand_table(row, where):
    text = row["genotype"].partition("@")[0].replace("|", "/")
    alleles = [None if a == "." else int(a) for a in text.split("/")]
    fraction = call(genotype=row["genotype"])["alt_fraction"]
    region, sex = WHERE[where]
    found = classify(
        alleles=alleles, fraction=None if np.isnan(fraction) else fraction, region=region, sex=sex
    )
    assert found.name.lower() == row[where].replace("homoplasmic", "hemizygous")


@pytest.mark.parametrize(("fraction", "kind"), [(0.10, "HETEROZYGOUS"), (0.97, "HEMIZYGOUS")])
def test_reads_overrule_a_reference_call_on_mt(fraction, kind):
    """Clinical rules 3.5: the fraction decides, and diploid callers write 0/0 for heteroplasmy."""
    found = classify(alleles=[0, 0], fraction=fraction, region=Region.MITOCHONDRIAL, sex=Sex.FEMALE)
    assert found.name == kind


@pytest.mark.parametrize("genotype", Genotype)
def test_carries(genotype):
    answer = {True: 1, False: 0, None: -1}[reference.carries(genotype)]
    assert kernels.carries(int(genotype)) == answer

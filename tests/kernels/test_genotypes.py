"""What a member carries: every call, place and sex against the slow reading."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from builders import call, read_table
from raredx.columns.family import singleton
from raredx.kernels import genotypes as kernels
from raredx.vocabulary import Genotype, Karyotype, Region, Sex

LIMITS = np.array([0.75, 0.05, 0.95], np.float32)
ALLELES = st.lists(st.sampled_from([None, 0, 1, 2]), min_size=0, max_size=3)
FRACTIONS = st.none() | st.sampled_from([0.0, 0.05, 0.75, 0.95, 1.0]) | st.floats(0, 1, width=32)
PEOPLE = st.tuples(st.sampled_from(Sex), st.sampled_from(Karyotype))
CALLS = st.tuples(ALLELES, FRACTIONS, st.sampled_from(Region), PEOPLE)


def sexes_of(sex, karyotype=Karyotype.UNKNOWN):
    """How a person inherits X, and Y."""
    alone = singleton("S1").pedigree
    person = replace(alone, sex=np.array([sex], np.int8), karyotypes={"S1": karyotype})
    return [int(person.sex_on_x[0]), int(person.sex_on_y[0])]


def classify(*, alleles, fraction, region, person, alt=1):
    """Ask the kernel about one call."""
    copies = alleles.count(alt) if set(alleles) - {None} else -1
    out = np.full((1, 1), 99, np.int8)
    kernels.classify_genotypes(
        np.array([[copies]], np.int8),
        np.array([[alleles.count(None)]], np.int8),
        np.array([[len(alleles)]], np.int8),
        np.array([[np.nan if fraction is None else fraction]], np.float32),
        np.array([region], np.int8),
        np.array([sexes_of(*person)], np.int8),
        LIMITS,
        out,
    )
    return Genotype(int(out[0, 0]))


def expected(*, alleles, fraction, region, person, alt=1):
    exact = None if fraction is None else float(np.float32(fraction))
    hemizygous_from, least, homoplasmy = (float(limit) for limit in LIMITS)
    return reference.genotype_of(
        alleles=alleles, alt=alt, fraction=exact, region=region,
        x_and_y=reference.copies_of_x_and_y(*person), hemizygous_from=hemizygous_from, least_heteroplasmy=least, homoplasmy=homoplasmy,
    )  # fmt: skip


@settings(max_examples=1_000)
@given(CALLS, st.sampled_from([1, 2]))
def test_twin(asked, alt):
    names = dict(zip(("alleles", "fraction", "region", "person"), asked, strict=True))
    assert classify(**names, alt=alt) is expected(**names, alt=alt)


@given(st.lists(CALLS, min_size=1, max_size=6), st.lists(PEOPLE, min_size=1, max_size=3))
def test_every_row_and_member_is_read_on_its_own(rows, people):
    """A matrix of calls says the same as each call alone."""
    alleles, fractions, regions, _ = zip(*rows, strict=True)
    n_members = len(people)
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
        np.array([sexes_of(*person) for person in people], np.int8),
        LIMITS,
        out,
    )
    alone = [
        [classify(alleles=a, fraction=f, region=r, person=p) for p in people] for a, f, r, _ in rows
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
0/0/1     | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
0/1/1     | heterozygous | heterozygous | carrier    | heterozygous | heterozygous  | carrier    | not_applicable | heterozygous
1/1/1     | homozygous   | homozygous   | hemizygous | homozygous   | homozygous    | hemizygous | not_applicable | homoplasmic
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
        alleles=alleles, fraction=None if np.isnan(fraction) else fraction, region=region,
        person=(sex, Karyotype.UNKNOWN),
    )  # fmt: skip
    assert found.name.lower() == row[where].replace("homoplasmic", "hemizygous")


@pytest.mark.parametrize(("fraction", "kind"), [(0.10, "HETEROZYGOUS"), (0.97, "HEMIZYGOUS")])
def test_reads_overrule_a_reference_call_on_mt(fraction, kind):
    """Clinical rules 3.5: the fraction decides, and diploid callers write 0/0 for heteroplasmy."""
    woman = Sex.FEMALE, Karyotype.XX
    found = classify(alleles=[0, 0], fraction=fraction, region=Region.MITOCHONDRIAL, person=woman)
    assert found.name == kind


# The sex is what the PED file says; the karyotype decides on X and Y.
KARYOTYPES = """
karyotype | sex     | genotype | X            | Y              | 7
XX        | female  | 0/1      | heterozygous | not_applicable | heterozygous
XY        | male    | 0/1      | carrier      | carrier        | heterozygous
X0        | female  | 0/1      | carrier      | not_applicable | heterozygous
X0        | female  | 0/1@0.80 | hemizygous   | not_applicable | heterozygous
X0        | female  | 1/1      | hemizygous   | not_applicable | homozygous
XXY       | male    | 0/1      | heterozygous | carrier        | heterozygous
XXY       | male    | 0/1@0.80 | heterozygous | hemizygous     | heterozygous
XXY       | male    | 1/1      | homozygous   | hemizygous     | homozygous
XYY       | male    | 0/1      | carrier      | carrier        | heterozygous # one Y of two
XYY       | male    | 1/1      | hemizygous   | hemizygous     | homozygous
XXX       | female  | 0/1      | heterozygous | not_applicable | heterozygous
XXX       | female  | 0/0/1    | heterozygous | not_applicable | heterozygous
XXX       | female  | 1/1/1    | homozygous   | not_applicable | homozygous
XX        | male    | 0/1      | heterozygous | not_applicable | heterozygous # PED file wrong
XY        | unknown | 1/1      | hemizygous   | hemizygous     | homozygous
"""


@pytest.mark.parametrize("row", read_table(text=KARYOTYPES), ids=lambda row: "-".join(row.values()))
@pytest.mark.parametrize("where", ["X", "Y", "7"])
def test_karyotypes_by_hand(row, where):
    text, _, stated = row["genotype"].partition("@")
    found = classify(
        alleles=[int(allele) for allele in text.split("/")],
        fraction=float(stated) if stated else None,
        region={"X": Region.X, "Y": Region.Y, "7": Region.AUTOSOMAL}[where],
        person=(Sex[row["sex"].upper()], Karyotype[row["karyotype"]]),
    )
    assert found.name.lower() == row[where]


# --- mosaic relatives -----------------------------------------------------------------------------

BELOW, CHANCE = Fraction(1, 5), Fraction(1, 100)


def mark(genotype, alt_reads, depth, region):
    """Ask the kernel about rows of members, the proband first; None unknown."""

    def filled(rows):
        return np.array([[-1 if x is None else x for x in row] for row in rows], np.int32)

    out = np.array(genotype, np.int8)
    limits = np.array([float(BELOW), float(CHANCE)])
    kernels.mark_mosaics(filled(alt_reads), filled(depth), np.array(region, np.int8), limits, out)
    return [[Genotype(state) for state in row] for row in out.tolist()]


def read_again(genotype, alt_reads, depth, region, *, is_proband=False):
    return reference.read_mosaic(
        genotype, alt_reads=alt_reads, depth=depth, region=region, is_proband=is_proband,
        below=BELOW, chance_below=CHANCE,
    )  # fmt: skip


def test_mosaic_twin_of_every_number_of_reads():
    """Every number of ALT reads at every depth to 150, and around a fifth to 2,000."""
    asked = [(alt, depth) for depth in range(151) for alt in range(depth + 1)]
    asked += [
        (alt, depth)
        for depth in (*range(151, 2_000, 13), 1_073, 1_074, 1_075, 1_076, 2_000)
        for alt in {0, 1, depth // 5 - 1, depth // 5, depth // 5 + 1}
    ]
    het, region = Genotype.HETEROZYGOUS, Region.AUTOSOMAL
    found = mark(
        [[Genotype.MISSING, het]] * len(asked), [[None, alt] for alt, _ in asked],
        [[None, depth] for _, depth in asked], [region] * len(asked),
    )  # fmt: skip
    expected = [read_again(het, alt, depth, region) for alt, depth in asked]
    assert [row[1] for row in found] == expected
    assert 0 < expected.count(Genotype.MOSAIC) < len(asked)


MOSAIC_MEMBER = st.tuples(
    st.sampled_from(Genotype) | st.just(Genotype.HETEROZYGOUS),
    st.none() | st.integers(0, 12),
    st.none() | st.integers(0, 60),
)


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(
            st.tuples(
                st.sampled_from(Region), st.lists(MOSAIC_MEMBER, min_size=n, max_size=n)
            ),
            min_size=1, max_size=5,
        )
    )
)  # fmt: skip
def test_mosaic_twin_of_every_code(rows):
    """Every genotype, region and member; the proband is left as called."""
    columns = [list(zip(*members, strict=True)) for _, members in rows]
    genotype, alt_reads, depth = zip(*columns, strict=True)
    expected = [
        [read_again(*member, region, is_proband=place == 0) for place, member in enumerate(members)]
        for region, members in rows
    ]
    assert mark(genotype, alt_reads, depth, [region for region, _ in rows]) == expected


MOSAICS = """
member | place | called       | alt | depth | read as
father | 7     | heterozygous | 3   | 40    | mosaic
father | 7     | heterozygous | 7   | 40    | mosaic       # 17.5 %
father | 7     | heterozygous | 8   | 40    | heterozygous # a fifth is enough
father | 7     | heterozygous | 20  | 40    | heterozygous
father | 7     | heterozygous | 0   | 6     | heterozygous # 1 in 64: chance
father | 7     | heterozygous | 0   | 7     | mosaic       # 1 in 128
father | 7     | heterozygous | 1   | 10    | heterozygous # 11 in 1024: chance
father | 7     | heterozygous | 1   | 11    | mosaic       # 12 in 2048
father | 7     | heterozygous | -   | 40    | heterozygous # reads unknown
father | 7     | heterozygous | 3   | -     | heterozygous
father | 7     | heterozygous | 0   | 0     | heterozygous # no reads
father | 7     | homozygous   | 3   | 40    | homozygous   # another question
father | 7     | reference    | 3   | 40    | reference
father | 7     | carrier      | 3   | 40    | carrier
father | X     | carrier      | 3   | 40    | carrier      # of a man: in doubt anyway
father | PAR   | heterozygous | 3   | 40    | mosaic
mother | X     | heterozygous | 3   | 40    | mosaic
mother | MT    | heterozygous | 3   | 40    | heterozygous # heteroplasmy
proband | 7    | heterozygous | 3   | 40    | heterozygous # never
"""
MOSAIC_PLACES = {
    "7": Region.AUTOSOMAL, "PAR": Region.PSEUDOAUTOSOMAL, "X": Region.X, "MT": Region.MITOCHONDRIAL,
}  # fmt: skip


@pytest.mark.parametrize("row", read_table(text=MOSAICS), ids=lambda row: "-".join(row.values()))
def test_mosaics_by_hand(row):
    column = ["proband", "father", "mother"].index(row["member"])
    genotype, alt_reads, depth = [Genotype.REFERENCE] * 3, [0] * 3, [40] * 3
    genotype[column] = Genotype[row["called"].upper()]
    alt_reads[column] = None if row["alt"] == "-" else int(row["alt"])
    depth[column] = None if row["depth"] == "-" else int(row["depth"])
    found = mark([genotype], [alt_reads], [depth], [MOSAIC_PLACES[row["place"]]])
    genotype[column] = Genotype[row["read as"].upper()]
    assert found == [genotype]


@pytest.mark.parametrize("genotype", Genotype)
def test_carries(genotype):
    answer = {True: 1, False: 0, None: -1}[reference.carries(genotype)]
    assert kernels.carries(int(genotype)) == answer

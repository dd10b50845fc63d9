"""Pairs of alleles of one gene: which pairs there are, their phase, and whether they fit."""

from __future__ import annotations

from dataclasses import astuple
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference_pairs as reference
from builders import read_table
from raredx.kernels import compound_het as kernels
from raredx.vocabulary import Affection, Genotype, Outcome, Phase, PhaseReason, Sex
from reference_pairs import Pair, Person

ANSWERS = {1: True, 0: False, -1: None}
G = Genotype


@given(st.lists(st.integers(0, 6), max_size=8))
def test_list_pairs_twin(sizes):
    """Genes of every size, empty ones among them."""
    start = np.cumsum([0, *sizes]).astype(np.int64)
    n = sum(size * (size - 1) // 2 for size in sizes)
    out = np.full((n, 2), -9, np.int64)
    kernels.list_pairs(start, out)
    listed = [tuple(pair) for pair in out.tolist()]
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


# --- whole pairs, against the twin ----------------------------------------------------------------

READ = 150
PROBAND = st.sampled_from([G.HETEROZYGOUS, G.HETEROZYGOUS, G.CARRIER, G.HOMOZYGOUS])
# Mostly what real families show, and now and then every other code.
GENOTYPES = st.sampled_from([G.REFERENCE, G.HETEROZYGOUS]) | st.sampled_from(G)
PHASED = st.none() | st.tuples(st.integers(0, 2), st.integers(0, 1))
AFFECTION = st.sampled_from([*Affection, Affection.UNAFFECTED])
LAYOUTS = {
    "singleton": [(None, None)],
    "mother only": [(None, 1), (None, None)],
    "trio": [(1, 2), (None, None), (None, None)],
    "trio and two sibs": [(1, 2), (None, None), (None, None), (1, 2), (1, 2)],
    "sibs of parents not sequenced": [(None, None)] * 3,
    "half-sib": [(1, 2), (None, None), (None, None), (1, None)],
    "paternal grandparents": [(1, 2), (3, 4), (None, None), (None, None), (None, None)],
    "sib and grandparents": [(1, 2), (4, 5), (None, None), (1, 2), (None, None), (None, None)],
    "both grandmothers": [(1, 2), (None, 3), (None, 4), (None, None), (None, None)],
    "child of the proband": [(None, None), (None, None), (0, 1)],
}
"""Father and mother of each member; the proband comes first."""


@st.composite
def pairs(draw):
    """Two alleles of one gene in a family of any make; the proband carries both."""
    layout = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))]
    own = draw(
        st.tuples(PROBAND, PROBAND).filter(lambda g: g != (G.HOMOZYGOUS, G.HOMOZYGOUS))
    )  # two homozygous alleles are no pair
    people = []
    for place, (father, mother) in enumerate(layout):
        a, b = own if place == 0 else (draw(GENOTYPES), draw(GENOTYPES))
        affection = Affection.AFFECTED if place == 0 and draw(st.booleans()) else draw(AFFECTION)
        close = place in layout[0] or ((father, mother) == layout[0] and father is not None)
        sex, phased = draw(st.sampled_from(Sex)), (draw(PHASED), draw(PHASED))
        people.append(Person(affection, a, b, sex, father, mother, close, *phased))
    distance = draw(st.sampled_from([1, READ - 1, READ, READ + 1, 10_000]))
    return Pair(people, draw(st.integers(0, 9)) == 0, distance, READ, draw(st.booleans()))


def judge(pair):
    """Ask the kernel about one pair."""
    out = np.full((1, 3), 99, np.int8)
    people = pair.people
    haplotypes = [[(-1, -1) if h is None else h for h in (p.a_phase, p.b_phase)] for p in people]
    members = [
        (p.affection, p.sex, *(-1 if x is None else x for x in (p.father, p.mother)), p.close)
        for p in people
    ]
    first = 1_000
    second = first if pair.same_site else first + pair.distance
    kernels.judge_pairs(
        np.array([[p.a for p in people], [p.b for p in people]], np.int8),
        np.array(haplotypes, np.int32).transpose(1, 0, 2),
        np.array([(7, first, pair.on_x), (7 if pair.same_site else 8, second, pair.on_x)], np.int64),
        np.array(members, np.int64), np.array([(0, 1)], np.int64), pair.read_length, out,
    )  # fmt: skip
    phase, reason, outcome = out[0].tolist()
    return Phase(phase), PhaseReason(reason), Outcome(outcome)


def swapped(pair):
    """Give the same pair, the other allele first."""
    people = []
    for person in pair.people:
        affection, a, b, *rest, a_phase, b_phase = astuple(person)
        people.append(Person(affection, b, a, *rest, b_phase, a_phase))
    return Pair(people, pair.same_site, -pair.distance, pair.read_length, pair.on_x)


@settings(max_examples=3_000)
@given(pairs())
def test_pairs_twin(pair):
    assert judge(pair) == reference.judge_pair(pair)


@given(pairs())
def test_order_of_the_two_alleles_does_not_matter(pair):
    assert judge(swapped(pair)) == judge(pair)


@settings(max_examples=50)
@given(st.lists(pairs().filter(lambda pair: len(pair.people) == 3), min_size=3, max_size=3))
def test_every_pair_is_judged_on_its_own(drawn):
    """Six rows of one family say of three of their pairs what each pair says alone."""
    layout = drawn[0].people
    drawn = [
        Pair(
            [
                Person(
                    who.affection, p.a, p.b, who.sex, who.father, who.mother, who.close,
                    p.a_phase, p.b_phase,
                )
                for who, p in zip(layout, pair.people, strict=True)
            ],
            False, pair.distance, READ, drawn[0].on_x,
        )
        for pair in drawn
    ]  # fmt: skip
    rows = [(pair, allele) for pair in drawn for allele in "ab"]
    genotype = [[getattr(p, allele) for p in pair.people] for pair, allele in rows]
    phases = [
        [getattr(p, f"{allele}_phase") or (-1, -1) for p in pair.people] for pair, allele in rows
    ]
    sites = [
        (row, 100_000 * (row // 2) + (pair.distance if row % 2 else 0), pair.on_x)
        for row, (pair, _) in enumerate(rows)
    ]
    members = [
        (p.affection, p.sex, *(-1 if x is None else x for x in (p.father, p.mother)), p.close)
        for p in layout
    ]
    out = np.full((3, 3), 99, np.int8)
    kernels.judge_pairs(
        np.array(genotype, np.int8), np.array(phases, np.int32), np.array(sites, np.int64),
        np.array(members, np.int64), np.array([(0, 1), (2, 3), (4, 5)], np.int64), READ, out,
    )  # fmt: skip
    assert [tuple(row) for row in out.tolist()] == [judge(pair) for pair in drawn]


# Who the parents of the member are, and what they carry of a and b: nothing told, cis, trans.
OWN_PARENTS = {
    "not sequenced": None,
    "gave both": ((G.HETEROZYGOUS, G.HETEROZYGOUS), (G.REFERENCE, G.REFERENCE)),
    "gave one each": ((G.HETEROZYGOUS, G.REFERENCE), (G.REFERENCE, G.HETEROZYGOUS)),
    "both carry both": ((G.HETEROZYGOUS, G.HETEROZYGOUS), (G.HETEROZYGOUS, G.HETEROZYGOUS)),
}
OWN_READS = {"unphased": (None, None), "one haplotype": ((3, 0), (3, 0)), "two": ((3, 0), (3, 1))}


@pytest.mark.parametrize("status", [Affection.UNAFFECTED, Affection.AFFECTED], ids=["well", "ill"])
@pytest.mark.parametrize("close", [False, True], ids=["distant", "close"])
@pytest.mark.parametrize("own", [(G.HETEROZYGOUS, G.HETEROZYGOUS), (G.HOMOZYGOUS, G.HETEROZYGOUS)],
                         ids=["het and het", "hom and het"])  # fmt: skip
@pytest.mark.parametrize("reads", OWN_READS)
@pytest.mark.parametrize("parents", OWN_PARENTS)
def test_a_member_of_every_genotype(parents, reads, own, close, status):
    """Every genotype of both alleles, in a sib or cousin beside a proband in trans."""
    others = []
    if OWN_PARENTS[parents]:
        others = [Person(Affection.UNKNOWN, a, b) for a, b in OWN_PARENTS[parents]]
    places = (4, 5) if others else (None, None)
    found, expected = {}, {}
    for a, b in product(G, G):
        people = [
            Person(Affection.AFFECTED, *own, Sex.FEMALE, 1, 2),
            Person(Affection.UNKNOWN, G.HETEROZYGOUS, G.REFERENCE),
            Person(Affection.UNKNOWN, own[0] if own[0] is G.HOMOZYGOUS else G.REFERENCE, G.HETEROZYGOUS),
            Person(status, a, b, Sex.FEMALE, *places, close, *OWN_READS[reads]),
            *others,
        ]  # fmt: skip
        pair = Pair(people, same_site=False)
        found[a.name, b.name] = judge(pair)[2].name
        expected[a.name, b.name] = reference.judge_pair(pair)[2].name
    assert {k: (v, expected[k]) for k, v in found.items() if v != expected[k]} == {}


@pytest.mark.parametrize("own", [(G.HETEROZYGOUS, G.HETEROZYGOUS), (G.HOMOZYGOUS, G.HETEROZYGOUS)],
                         ids=["het and het", "hom and het"])  # fmt: skip
@pytest.mark.parametrize("status", list(product(Affection, Affection)), ids=str)
@pytest.mark.parametrize("side", ["father", "mother"])
def test_a_parent_of_every_genotype(side, status, own):
    """Every genotype of both alleles in one parent, every one of b in the other."""
    wrong = {}
    for a, b, other_a, other_b in product(G, G, (G.REFERENCE, G.HETEROZYGOUS), (*G,)):
        asked = Person(status[0], a, b, Sex.UNKNOWN, None, None, True)
        other = Person(status[1], other_a, other_b, Sex.UNKNOWN, None, None, True)
        proband = Person(Affection.AFFECTED, *own, Sex.FEMALE, 1, 2)
        couple = [asked, other] if side == "father" else [other, asked]
        pair = Pair([proband, *couple], same_site=False)
        found, expected = judge(pair), reference.judge_pair(pair)
        if found != expected:
            key = (a.name, b.name, other_a.name, other_b.name)
            wrong[key] = (found[2].name, expected[2].name)
    assert wrong == {}


# --- by hand --------------------------------------------------------------------------------------

WORDS = {
    "0/0": G.REFERENCE, "0/1": G.HETEROZYGOUS, "1/1": G.HOMOZYGOUS, "1": G.HEMIZYGOUS,
    "./1": G.CARRIER, "./0": G.PARTIAL, "./.": G.MISSING, "mosaic": G.MOSAIC,
}  # fmt: skip
STATUS = {"A": Affection.AFFECTED, "U": Affection.UNAFFECTED, "?": Affection.UNKNOWN}
OUTCOMES = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "open": Outcome.NOT_ASSESSED}


def read_person(cell, *, father=None, mother=None, close=False, sex=Sex.UNKNOWN):
    """Read `U 0/1 0/0`: status and the genotypes of a and b, `0/1^A1` with set and haplotype."""
    status, *both = cell.split()
    genotype, phase = [], []
    for text in both:
        word, _, phased = text.partition("^")
        genotype.append(WORDS[word])
        phase.append((ord(phased[0]), int(phased[1])) if phased else None)
    return Person(STATUS[status], *genotype, sex, father, mother, close, *phase)


def read_pair(row):
    """Read a family of proband, father, mother, and one more member; `-` was not sequenced."""
    given_to = {name: row.get(name, "-") for name in ("father", "mother", "other")}
    there = [name for name in given_to if given_to[name] != "-"]
    places = {name: place for place, name in enumerate(there, start=1)}
    father, mother = places.get("father"), places.get("mother")
    kin = row.get("kin", "")
    on_x = row.get("place", "7") == "X"
    sex = {"brother": Sex.MALE, "uncle": Sex.MALE, "sister": Sex.FEMALE}.get(kin, Sex.UNKNOWN)
    people = [read_person(row["proband"], father=father, mother=mother, sex=Sex.FEMALE)]
    for name in there:
        if name == "other":
            sib = kin in ("brother", "sister")
            own = {"father": father, "mother": mother} if sib else {}
            people.append(read_person(row[name], **own, close=sib, sex=sex))
        else:
            own = {"father": places.get("other")} if kin == f"{name}'s father" else {}
            own_sex = Sex.MALE if name == "father" else Sex.FEMALE
            people.append(read_person(row[name], **own, close=True, sex=own_sex))
    apart = row.get("apart", "10000")
    same_site = apart == "0"
    return Pair(people, same_site, int(apart), READ, on_x)


GRADES = """
proband         | father    | mother    | apart | phase          | reason       | outcome
A 0/1 0/1       | U 0/1 0/0 | U 0/0 0/1 | 10000 | TRANS          | TRANSMISSION | pass
A 0/1 0/1       | U 0/1 0/1 | U 0/0 0/0 | 10000 | CIS            | TRANSMISSION | fail
A 0/1 0/1       | -         | -         | 0     | TRANS          | SAME_SITE    | pass # 1/2
A 0/1 0/1       | -         | -         | 10000 | UNKNOWN        | NOTHING      | open
A 0/1 0/1       | -         | U 0/1 0/0 | 10000 | PROBABLE_TRANS | ONE_PARENT   | open
A 0/1 0/1       | -         | U 0/0 0/0 | 10000 | UNKNOWN        | NOTHING      | open
A 0/1^A0 0/1^A1 | -         | -         | 10000 | TRANS_PHASED   | PHASE_SET    | pass
A 0/1^A0 0/1^A0 | -         | -         | 10000 | LIKELY_CIS     | PHASE_SET    | fail
A 0/1^A0 0/1^B1 | -         | -         | 10000 | UNKNOWN        | NOTHING      | open # two sets
A 0/1^A0 0/1    | -         | -         | 10000 | UNKNOWN        | NOTHING      | open
A 0/1^A0 0/1^A1 | -         | U 0/1 0/0 | 10000 | TRANS_PHASED   | PHASE_SET    | pass
A 0/1^A0 0/1^A0 | -         | U 0/1 0/0 | 10000 | UNKNOWN        | CONFLICT     | open # b not from her
A 0/1^A0 0/1^A0 | -         | U 0/0 0/0 | 10000 | LIKELY_CIS     | PHASE_SET    | fail # both from him
A 0/1^A0 0/1^A0 | U 0/1 0/0 | U 0/0 0/1 | 10000 | UNKNOWN        | CONFLICT     | open
A 0/1^A0 0/1^A1 | ? 0/1 0/1 | U 0/0 0/0 | 10000 | UNKNOWN        | CONFLICT     | open
A 0/1^A0 0/1^A1 | U 0/1 0/0 | U 0/0 0/1 | 10000 | TRANS          | TRANSMISSION | pass
A 0/1 0/1       | -         | -         | 150   | LIKELY_CIS     | DISTANCE     | open
A 0/1 0/1       | -         | -         | 151   | UNKNOWN        | NOTHING      | open
A 0/1 0/1       | -         | U 0/1 0/0 | 20    | PROBABLE_TRANS | ONE_PARENT   | open
A 0/1^A0 0/1^A1 | -         | -         | 20    | TRANS_PHASED   | PHASE_SET    | pass
A 0/1 0/1       | U 0/0 0/0 | U 0/0 0/1 | 10000 | UNKNOWN        | NOTHING      | open # a is new
A 0/1 0/1       | U 0/0 0/0 | U 0/0 0/1 | 20    | UNKNOWN        | NOTHING      | open # on either haplotype
A 0/1^A0 0/1^A1 | U 0/0 0/0 | U 0/0 0/1 | 20    | TRANS_PHASED   | PHASE_SET    | pass
A 0/1 0/1       | U 0/0 0/0 | U 0/0 0/0 | 20    | LIKELY_CIS     | DISTANCE     | open # one event
A 1/1 0/1       | U 0/1 0/0 | U 0/1 0/1 | 10000 | TRANS          | HOMOZYGOUS   | pass # she gave both
A 0/1 1/1       | U 0/0 0/1 | U 0/1 0/1 | 10000 | TRANS          | HOMOZYGOUS   | pass
A 1/1 0/1       | -         | -         | 10000 | TRANS          | HOMOZYGOUS   | open # who gave a?
A 1/1 0/1       | U 0/1 0/1 | U 0/0 0/0 | 10000 | TRANS          | HOMOZYGOUS   | open # isodisomy, deletion
A ./1 0/1       | U 0/1 0/0 | U 0/0 0/1 | 10000 | TRANS          | TRANSMISSION | open
A 0/1 0/1       | A 0/1 0/0 | U 0/0 0/1 | 10000 | TRANS          | TRANSMISSION | fail # father ill with a alone
A 0/1 0/1       | U 1/1 0/0 | U 0/0 0/1 | 10000 | TRANS          | TRANSMISSION | fail # healthy with a twice
A 0/1 0/1       | U mosaic 0/0 | U 0/0 0/1 | 10000 | TRANS       | TRANSMISSION | pass # mosaic father gave a
"""


@pytest.mark.parametrize("row", read_table(text=GRADES), ids=lambda row: "-".join(row.values()))
def test_grades_by_hand(row):
    expected = Phase[row["phase"]], PhaseReason[row["reason"]], OUTCOMES[row["outcome"]]
    assert judge(read_pair(row)) == expected


RELATIVES = """
place | proband   | father    | mother    | kin             | other           | outcome
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U 0/1 0/0       | pass
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | A 0/1 0/1       | pass
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | A 0/1 0/0       | fail
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | A 0/1 ./.       | open
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U 0/1 0/1       | fail # in trans in him too
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U ./. 0/0       | open # may be 1/1
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U ./1 0/0       | open # may be 1/1
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U ./0 0/0       | pass # cannot be 1/1
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | U ./0 0/1       | open # may carry both
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | brother         | ? 1/1 1/1       | pass
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U 0/1 0/1       | open # his own two haplotypes
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U 0/1^C0 0/1^C0 | pass # in cis in him
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U 0/1^C0 0/1^C1 | fail
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U 0/1^C0 0/1^D0 | open
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U 1/1 0/0       | fail # homozygous and well
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U mosaic 0/1    | open # in some cells
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U mosaic^C0 0/1^C0 | pass # in cis in those cells
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | U ./1^C0 0/1^C0 | open # or a twice
7     | A 0/1 0/1 | -         | -         | brother         | U 0/1 0/1       | fail # the same haplotypes
7     | A 0/1 0/1 | U 0/1 0/1 | U 0/1 0/0 | brother         | U 0/0 0/0       | fail # father carries both
7     | A 0/1 0/1 | U 0/1^A0 0/1^A0 | U 0/1 0/0 | brother   | U 0/0 0/0       | open # in cis in him
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | sister          | U 1/1 0/0       | fail # a twice, and well
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | sister          | U 1/1 0/1       | fail # the proband's genotype
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | sister          | U 0/1 1/1       | fail # b twice
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | uncle           | U 1/1 mosaic    | fail # a twice
7     | A 1/1 0/1 | U 0/1 0/0 | U ./1 0/1 | sister          | ? 0/0 0/0       | open # in cis, or a twice
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | sister          | U 0/1 0/1       | open # from mother in cis?
7     | A 1/1 0/1 | U 0/1 0/0 | U 0/1 0/1 | sister          | A 1/1 0/0       | fail # ill without b
7     | A 1/1 0/1 | U 0/1 0/1 | U 0/1 0/1 | sister          | ? 0/0 0/0       | fail # one parent has a and b in trans
7     | A 1/1 0/1 | U 0/1 0/1 | A 0/1 0/1 | sister          | ? 0/0 0/0       | open # which parent gave b?
7     | A 1/1 0/1 | U 0/1 0/1 | U mosaic 0/1 | sister       | ? 0/0 0/0       | open
7     | A 1/1 0/1 | U 0/1 0/1 | U 0/1 ./. | sister          | ? 0/0 0/0       | open
7     | A 1/1 0/1 | U 0/1 0/0 | A 0/1 0/1 | sister          | ? 0/0 0/0       | fail # ill, with both in cis
7     | A 1/1 0/1 | U 0/1 0/0 | A 1/1 0/1 | sister          | ? 0/0 0/0       | pass # as the proband
7     | A 1/1 0/1 | U 0/1 0/0 | A ./1 0/1 | sister          | ? 0/0 0/0       | open # one or the other
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | A 0/1^C0 0/1^C0 | fail # ill, in cis in him
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | A 0/1^C0 0/1^C1 | pass
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | A 0/1 0/1       | pass # may be in trans
7     | A 0/1 0/1 | U 0/1 0/0 | U 0/0 0/1 | uncle           | A mosaic^C0 0/1^C0 | fail # as if heterozygous
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | uncle           | A 1 1           | pass # a man on X
X     | A 0/1 0/1 | U 0/0 0/0 | U 0/1 0/1 | brother         | U 0/0 0/0       | fail # she gave both
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | brother         | U 0/0 0/0       | pass # ill with a on his X
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | brother         | A 0/0 1         | pass
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | brother         | A 0/0 0/0       | fail
X     | A 0/1 0/1 | U 1 0/0   | U 0/0 0/1 | brother         | U 0/0 0/0       | fail # well with a on his X
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | brother         | U 0/0 1         | fail
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | brother         | U 0/0 ./1       | open
X     | A 0/1 0/1 | A 1 0/0   | U 0/0 0/1 | sister          | A 0/1 0/0       | fail # a woman needs both
"""


@pytest.mark.parametrize("row", read_table(text=RELATIVES), ids=lambda row: "-".join(row.values()))
def test_relatives_by_hand(row):
    assert judge(read_pair(row))[2] is OUTCOMES[row["outcome"]]


def read_three_generations(father, grandparents, *, own=("0/1", "0/1")):
    """Proband with a called father, a mother without a sample, and the father's parents."""
    people = [
        read_person(f"A {' '.join(own)}", father=1),
        read_person(father, father=2, mother=3, close=True),
        *(read_person(f"? {both}") for both in grandparents),
    ]
    return Pair(people, same_site=False)


@pytest.mark.parametrize(
    ("father", "grandparents", "outcome"),
    [
        ("U 0/1 0/1", ("0/1 0/1", "0/0 0/0"), "open"),  # in cis in him; the mother is not known
        ("U 0/1 0/1", ("0/1 0/0", "0/0 0/1"), "fail"),  # in trans in him, and well
        ("U 0/1 0/1", ("0/1 0/1", "0/1 0/1"), "fail"),  # one of them may be new in the child
        ("U 0/1^A0 0/1^A1", ("0/1 0/1", "0/0 0/0"), "fail"),  # conflict: not known in a parent
        ("U ./1 0/1", ("0/1 0/1", "0/0 0/0"), "open"),  # in cis, unless he has a twice
    ],
)
def test_healthy_father_who_carries_both_is_asked_for_his_own_phase(father, grandparents, outcome):
    """Grandparents phase the father."""
    assert judge(read_three_generations(father, grandparents))[2] is OUTCOMES[outcome]


@pytest.mark.parametrize(
    ("doubtful", "word"), [(G.CARRIER, "./1"), (G.MISSING, "./.")], ids=lambda v: str(v)
)
def test_healthy_sib_of_unknown_zygosity_leaves_the_pair_open(doubtful, word):
    """`1/1` in a healthy sib excludes, so a call that may be `1/1` leaves the pair open."""
    row = {"proband": "A 0/1 0/1", "father": "U 0/1 0/0", "mother": "U 0/0 0/1"}
    pair = read_pair(row | {"kin": "sister", "other": f"U {word} 0/0"})
    assert pair.people[3].a is doubtful
    assert judge(pair) == (Phase.TRANS, PhaseReason.TRANSMISSION, Outcome.NOT_ASSESSED)

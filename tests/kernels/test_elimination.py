"""Genotype elimination against every assignment of copies to everybody."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import reference_pedigree as reference
from builders import read_table
from raredx.kernels import elimination as kernels
from raredx.vocabulary import Outcome, Sex
from reference_pedigree import AUTOSOME, Relative, X, Y

MALE, FEMALE = Sex.MALE, Sex.FEMALE
CALLS = ({0}, {1}, {2}, {1, 2}, {0, 1}, {0, 1, 2})
"""Copies that calls allow: 0/0, 0/1, 1/1, ./1, ./0 and ./. are all there are."""
PHENOTYPES = ({0}, {0, 1}, {1}, {2}, {1, 2}, {0, 1, 2})
"""Copies that fit a phenotype: healthy or ill, dominant, recessive or nothing."""
ODD = ({0, 2}, *CALLS)
"""With a set that no call leaves, and that no narrowing of the others makes."""


def bits(copies):
    return sum(1 << n for n in copies)


def kernel_links(people, where):
    """List the children as the kernel reads them."""
    found = []
    for child, person in enumerate(people):
        kind = {
            AUTOSOME: kernels.AUTOSOMAL,
            X: kernels.SON_ON_X if person.sex is MALE else kernels.DAUGHTER_ON_X,
            Y: kernels.SON_ON_Y,
        }[where]
        has_parents = person.father is not None or person.mother is not None
        if has_parents and not (where == Y and person.sex is FEMALE):
            parents = [-1 if p is None else p for p in (person.father, person.mother)]
            found.append((child, *parents, kind))
    return np.array(found, np.int64).reshape(-1, 4)


def descends(people):
    """Who descends from whom."""
    n = len(people)
    out = np.zeros((n, n), bool)
    for place in range(n):
        out[place, list(reference.ancestors(people, place))] = True
    return out


def judge(people, rows, fitting, where, proband, seen=(), *, random=None):
    """Ask the kernel about several variants of one pedigree; at random in any order of children."""
    links = kernel_links(people, where)
    if random:
        random.shuffle(order := list(range(len(links))))
        links = links[order]
    out = np.full(len(rows), 99, np.int8)
    marks = [kernels.SEEN if place in seen else 0 for place in range(len(people))]
    observed = [[bits(c) | mark for c, mark in zip(row, marks, strict=True)] for row in rows]
    kernels.judge_relatives(
        np.array(observed, np.int64).reshape(len(rows), len(people)),
        np.array([bits(copies) for copies in fitting], np.int64),
        links, descends(people), proband, np.empty((3, len(people)), np.int64), out,
    )  # fmt: skip
    return [Outcome(answer) for answer in out.tolist()]


@st.composite
def trees(draw, *, loops):
    """A small pedigree, parents before children: up to seven people, cousins' marriages too."""
    people = []
    for place in range(draw(st.integers(2, 7))):
        men = [p for p in range(place) if people[p].sex is MALE]
        women = [p for p in range(place) if people[p].sex is FEMALE]
        father = draw(st.sampled_from([None, *men]))
        mother = draw(st.sampled_from([None, *women]))
        people.append(Relative(draw(st.sampled_from([MALE, FEMALE])), father, mother))
    assume(any(p.father is not None or p.mother is not None for p in people))
    assume(loops or not reference.has_loop(people))
    return people


@st.composite
def cases(draw, *, loops, calls=CALLS):
    """A pedigree, a chromosome, two variants and phenotypes; some people have no call."""
    people = draw(trees(loops=loops))
    where = draw(st.sampled_from([AUTOSOME, X, Y]))

    def some(sets, person):
        """Choose among the sets that so many chromosomes can have."""
        most = reference.chromosomes(person.sex, where)
        room = set(range(most + 1))
        possible = [chosen & room for chosen in sets if chosen & room]
        called = st.sampled_from([chosen for chosen in possible if len(chosen) == 1])
        return draw(st.just(room) | st.sampled_from(possible) | called)

    rows = [[some(calls, person) for person in people] for _ in range(2)]
    fitting = [some(PHENOTYPES, person) for person in people]
    anybody = st.integers(0, len(people) - 1)
    seen = draw(st.just([]) | st.lists(anybody, max_size=2))  # mosaic, or `1` on an autosome
    return people, rows, fitting, where, draw(anybody), seen


def expected(people, rows, fitting, where, proband, seen=()):
    return [reference.judge_relatives(people, row, fitting, where, proband, seen) for row in rows]


@settings(max_examples=1_500)
@given(cases(loops=False), st.randoms())
def test_without_loops_as_if_everything_was_tried(case, random):
    assert judge(*case, random=random) == expected(*case)


@settings(max_examples=600)
@given(cases(loops=True, calls=ODD))
def test_with_loops_nothing_possible_is_excluded(case):
    """Sets may stay too large there: then less is excluded, never more.

    The outcome alone could mislead: calls that contradict each other and go unnoticed let
    phenotypes exclude. Hence the question behind it, which is asked up to four times.
    """
    people, rows, fitting, where, proband, seen = case
    for orphan, row in product((None, proband), rows):
        asked = [c & f or c for c, f in zip(row, fitting, strict=True)]
        for allowed in (row, asked):
            sets = np.zeros(len(people), np.int64)
            start = np.array([bits(copies) for copies in allowed], np.int64)
            found = kernels.is_possible(
                start, np.full(len(people), kernels.ANY), kernel_links(people, where),
                -1 if orphan is None else orphan, sets,
            )  # fmt: skip
            if reference.is_possible(people, allowed, where, orphan):
                assert found
    for row, outcome in zip(rows, judge(*case), strict=True):
        twin = reference.judge_relatives(people, row, fitting, where, proband, seen)
        if outcome is Outcome.FAIL:
            asked = [
                c if place in seen else c & f or c
                for place, (c, f) in enumerate(zip(row, fitting, strict=True))
            ]
            assert not reference.is_possible(people, asked, where)
        if outcome is Outcome.NOT_ASSESSED:
            assert twin is Outcome.NOT_ASSESSED


@settings(max_examples=300)
@given(cases(loops=True))
def test_kept_sets_hold_every_genotype_that_is_possible(case):
    """What is left of each set holds all that some assignment gives that person."""
    people, rows, _, where, *_ = case
    start = np.array([bits(copies) for copies in rows[0]], np.int64)
    sets = np.zeros(len(people), np.int64)
    links, free = kernel_links(people, where), np.full(len(people), kernels.ANY)
    if not kernels.is_possible(start, free, links, -1, sets):
        return
    for place, copies in product(range(len(people)), range(3)):
        one = [{copies} & s if p == place else s for p, s in enumerate(rows[0])]
        if one[place] and reference.is_possible(people, one, where):
            assert sets[place] >> copies & 1


@given(cases(loops=True), st.randoms())
def test_order_of_people_does_not_matter(case, random):
    people, rows, fitting, where, proband, seen = case
    order = list(range(len(people)))
    random.shuffle(order)
    new = {old: place for place, old in enumerate(order)} | {None: None}
    moved = [Relative(people[p].sex, new[people[p].father], new[people[p].mother]) for p in order]
    again = judge(
        moved, [[row[p] for p in order] for row in rows], [fitting[p] for p in order], where,
        new[proband], [new[place] for place in seen],
    )  # fmt: skip
    assert again == judge(*case)


@given(cases(loops=True), st.integers(0, 6))
def test_a_call_the_fewer_never_excludes(case, taken):
    """What calls allow, fewer calls allow too; one that shows the allele shows where it is new."""
    people, rows, _, where, proband, seen = case
    place = taken % len(people)
    everything = set(range(reference.chromosomes(people[place].sex, where) + 1))
    fewer = [[everything if p == place else s for p, s in enumerate(row)] for row in rows]
    free = [{0, 1, 2}] * len(people)
    before, after = (judge(people, r, free, where, proband, seen) for r in (rows, fewer))
    assert Outcome.FAIL not in before + after
    for row, one, other in zip(rows, before, after, strict=True):
        if 0 in row[place]:
            assert other is Outcome.PASS or one is Outcome.NOT_ASSESSED


NUCLEAR = [Relative(MALE), Relative(FEMALE), Relative(MALE, 0, 1), Relative(FEMALE, 0, 1)]


@pytest.mark.parametrize("where", [AUTOSOME, X])
def test_every_call_of_two_parents_and_two_children(where):
    """Son and daughter: every set of copies of all four, no phenotype."""
    choices = [[c for c in CALLS if max(c) <= reference.chromosomes(p.sex, where)] for p in NUCLEAR]
    rows = list(product(*choices))
    free = [{0, 1, 2}] * 4
    found = judge(NUCLEAR, rows, free, where, 3)
    twin = expected(NUCLEAR, rows, free, where, 3)
    wrong = [(*row, f, t) for row, f, t in zip(rows, found, twin, strict=True) if f is not t]
    assert wrong == []
    assert {Outcome.PASS, Outcome.NOT_ASSESSED} == set(found)


THREE = [
    Relative(MALE),
    Relative(FEMALE),
    Relative(MALE, 0, 1),
    Relative(FEMALE),
    Relative(FEMALE, 2, 3),
]


@pytest.mark.parametrize("wanted", [{0, 1, 2}, {0}, {0, 1}, {1, 2}, {2}], ids=str)
def test_every_call_of_three_generations(wanted):
    """Paternal grandparents, parents, daughter; a phenotype of the father."""
    rows = list(product(({0}, {1}, {2}, {0, 1, 2}), repeat=5))
    free = {0, 1, 2}
    fitting = [free, free, wanted, free, free]
    found = judge(THREE, rows, fitting, AUTOSOME, 4)
    twin = expected(THREE, rows, fitting, AUTOSOME, 4)
    wrong = [(*row, f, t) for row, f, t in zip(rows, found, twin, strict=True) if f is not t]
    assert wrong == []


# --- by hand --------------------------------------------------------------------------------------

FAMILIES = {
    "trio": "F:M M:F P:F/F/M",
    "son": "F:M M:F P:M/F/M",
    "sibs": "F:M M:F S:M/F/M P:F/F/M",
    "three generations": "GF:M GM:F F:M/GF/GM M:F P:F/F/M",
    "maternal grandfather": "GF:M GM:F M:F/GF/GM F:M P:M/F/M",
    "aunt": "GF:M GM:F F:M/GF/GM A:F/GF/GM M:F P:F/F/M",
    "great-uncle": "GF:M GM:F F:M/GF/GM U:M/GF/GM MF:M M:F G:M/F/M N:F P:M/G/N",
    "half-sibs": "F:M M:F N:F H:F/F/N P:F/F/M",
    "cousins' child": "GF:M GM:F F:M/GF/GM M:F/GF/GM P:F/F/M",
}
"""Name, sex, father and mother: the last family is of a brother and a sister, a loop."""
WORDS = {
    "ref": {0}, "het": {1}, "hom": {2}, "hemi": {1}, "carrier": {1, 2}, "half": {0, 1},
    "lacks": {0}, "carries": {1, 2}, "two": {2}, "not-two": {0, 1},
}  # fmt: skip

ROOM = """
family               | on       | calls                              | phenotypes asked for       | outcome
three generations    | autosome | GF=het M=ref P=het                 | F=lacks                    | fail # obligate carrier, complete AD
three generations    | autosome | GF=het M=ref P=het                 |                            | pass # incomplete
three generations    | autosome | GF=het P=het                       | F=lacks                    | pass # from the mother?
three generations    | autosome | GF=het P=het                       | F=lacks M=lacks            | fail
three generations    | autosome | GF=ref GM=ref M=ref P=het          | F=carries                  | pass # new in F, who is ill
three generations    | autosome | GF=ref GM=ref M=ref P=het          | F=lacks                    | fail # new in P, and so not inherited
three generations    | autosome | GF=ref GM=ref F=het M=ref P=het    | M=lacks                    | pass # new in F, who gave it
three generations    | autosome | GF=ref GM=ref F=carrier M=ref P=het |                           | pass # the same
three generations    | autosome | GF=ref GM=ref F=hom M=ref P=het    |                            | open # twice of none is no new allele
three generations    | autosome | GM=ref F=het M=ref P=het           | GF=lacks                   | pass # new in F
three generations    | autosome | M=ref P=het F=het                  | GF=lacks GM=lacks F=carries | pass # ill, new in F, of healthy parents
three generations    | autosome | M=ref P=het F=het GF=het           | GM=lacks                   | pass
three generations    | autosome | GF=het M=ref P=het F=ref           |                            | pass # new in P: the parents' own rule
three generations    | autosome | GF=ref GM=ref F=het M=het P=ref    |                            | open # M has it too: not new in F alone
three generations    | autosome | GF=ref GM=ref P=het                | M=lacks                    | pass # new in F, perhaps
trio                 | autosome | P=het                              | F=lacks M=lacks            | fail # AD of two healthy parents
trio                 | autosome | P=het                              | F=carries M=lacks          | pass
trio                 | autosome | P=het F=ref M=ref                  | F=lacks M=lacks            | pass # new: for the parents' own rule
trio                 | autosome | P=hom F=het M=ref                  |                            | pass # isodisomy: the same
trio                 | autosome | P=hom M=ref                        | F=not-two                  | pass # the same, father without sample
trio                 | autosome | P=hom                              | F=lacks                    | fail
sibs                 | autosome | P=het F=ref M=het S=hom            |                            | open # sib against parents
sibs                 | autosome | P=hom S=ref                        | F=lacks                    | fail # both parents are het
sibs                 | autosome | P=hom S=ref                        | F=not-two M=not-two        | pass
sibs                 | autosome | P=het F=hom S=carrier              |                            | pass
sibs                 | autosome | P=het F=hom S=ref                  |                            | open
sibs                 | autosome | P=het F=ref M=ref                  | S=carries                  | fail # new in P, so S is ill without it
sibs                 | autosome | P=het F=ref M=ref                  | S=lacks                    | pass
sibs                 | autosome | P=het M=ref                        | S=carries F=lacks          | fail # ill sib of two without it
sibs                 | autosome | P=hom F=het M=het                  | S=not-two                  | pass
sibs                 | autosome | P=hom F=hom M=hom                  | S=not-two                  | fail # healthy, without a call
aunt                 | autosome | P=het F=het GF=ref GM=het          | A=carries                  | pass
aunt                 | autosome | P=het F=het M=ref GF=ref GM=ref    | A=carries                  | fail # new in F, so A lacks it
aunt                 | autosome | P=het F=het M=ref GF=ref GM=ref A=het |                         | open # new twice? a germ line
aunt                 | autosome | P=ref F=ref M=ref GF=ref GM=ref A=het |                         | pass # new in A
aunt                 | autosome | P=het M=het GF=ref GM=ref          | A=carries                  | fail # an ill aunt of two without it
half-sibs            | autosome | P=het H=het M=ref N=ref            | F=lacks                    | fail # he gave it twice
half-sibs            | autosome | P=het H=ref M=ref N=ref            | F=lacks                    | fail
cousins' child       | autosome | P=hom GF=ref                       | GM=lacks                   | fail # nobody to bring it in
cousins' child       | autosome | P=hom GF=ref                       | GM=carries F=not-two       | pass
son                  | X        | P=hemi F=hemi                      | M=lacks                    | fail # a father gives his son no X
son                  | X        | P=hemi F=ref                       | M=carries                  | pass
son                  | X        | P=hemi F=hemi M=ref                |                            | pass # the son's own rule
maternal grandfather | X        | P=hemi GF=hemi                     | M=lacks                    | fail # obligate carrier
maternal grandfather | X        | P=ref GF=hemi                      | M=lacks                    | fail # she has his X
maternal grandfather | X        | P=ref GF=hemi M=ref                |                            | open
trio                 | X        | P=hom M=het                        | F=lacks                    | fail # one X of P is his
trio                 | X        | P=het M=ref                        | F=lacks                    | fail
trio                 | X        | P=ref                              | F=carries                  | fail # his only X is hers
maternal grandfather | X        | P=hemi M=het GF=ref GM=ref F=hemi  |                            | open # F has it too
maternal grandfather | X        | P=hemi M=het GF=ref GM=ref F=ref   |                            | pass # new in M
son                  | Y        | P=hemi M=ref                       | F=lacks                    | fail
son                  | Y        | P=hemi M=ref                       | F=carries                  | pass
three generations    | Y        | GF=ref P=ref                       | F=carries                  | pass # new in F
great-uncle          | Y        | U=hemi G=hemi P=hemi               | GF=lacks                   | fail # he gave both sons his Y
great-uncle          | Y        | U=ref G=hemi P=hemi                |                            | pass # new in G
great-uncle          | Y        | U=ref G=hemi P=hemi                | F=carries                  | pass # new in F, whose brother lacks it
great-uncle          | Y        | U=ref G=hemi P=hemi MF=hemi        |                            | open # not new in G alone
great-uncle          | Y        | U=ref G=hemi P=hemi MF=hemi GF=half F=half |                    | open # the same
great-uncle          | Y        | U=hemi G=hemi P=hemi GF=ref        |                            | open # both his sons have it
"""


def read_people(text):
    """Read `P:F/F/M`: name, sex, father, mother."""
    names, people = [], []
    for person in text.split():
        name, _, rest = person.partition(":")
        sex, *parents = rest.split("/")
        father, mother = (names.index(parent) for parent in parents) if parents else (None, None)
        names.append(name)
        people.append(Relative(MALE if sex == "M" else FEMALE, father, mother))
    return names, people


@pytest.mark.parametrize("row", read_table(text=ROOM), ids=lambda row: "-".join(row.values()))
def test_room_by_hand(row):
    names, people = read_people(FAMILIES[row["family"]])
    free = {name: {0, 1, 2} for name in names}
    called, fitting = (
        free | {name: WORDS[word] for name, word in (cell.split("=") for cell in row[key].split())}
        for key in ("calls", "phenotypes asked for")
    )
    asked = (people, [[called[n] for n in names]], [fitting[n] for n in names], row["on"])
    outcome = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "open": Outcome.NOT_ASSESSED}
    assert judge(*asked, names.index("P")) == [outcome[row["outcome"]]]


def test_a_phenotype_that_the_call_contradicts_is_left_to_the_fit_table():
    """A called healthy father with the allele: his phenotype is not asked here."""
    _, people = read_people(FAMILIES["trio"])
    everything = {0, 1, 2}
    found = judge(people, [[{1}, {0}, {1}]], [{0}, everything, everything], AUTOSOME, 2)
    assert found == [Outcome.PASS]


def test_no_variant_and_no_child():
    _, people = read_people("P:F")
    assert judge(people, [], [{0, 1, 2}], AUTOSOME, 0) == []
    assert judge(people, [[{1}]], [{1, 2}], AUTOSOME, 0) == [Outcome.PASS]

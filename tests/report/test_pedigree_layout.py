"""Pedigree layouts: who stands where in known families, and what holds for any pedigree."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import family, pedigree
from raredx.columns.family import Family, Pedigree
from raredx.errors import InputError
from raredx.readers.pedigree import read_pedigrees
from raredx.report.pedigree_layout import RADIUS, PedigreeLayout, lay_out, reach
from raredx.vocabulary import Sex

TEXT = 44.0
"""Half the width of the texts below a person."""

# Each generation from left to right, `=` between partners side by side.
FAMILIES = {
    "one person": ("P 0 0 M A", ["P"]),
    "trio": (
        """
        P dad mum F A
        dad 0 0 M U
        mum 0 0 F U
        """,
        ["dad=mum", "P"],
    ),
    "mother alone is known": (
        """
        P 0 mum F A
        mum 0 0 F U
        """,
        ["mum", "P"],
    ),
    "siblings in the order of the file": (
        """
        b dad mum M U
        P dad mum F A
        c dad mum ? U
        mum 0 0 F U
        dad 0 0 M U
        """,
        ["dad=mum", "b P c"],
    ),
    "half siblings of both parents": (
        """
        P dad mum F A
        dad 0 0 M U
        mum 0 0 F U
        his_first 0 0 F U
        her_second 0 0 M U
        half dad his_first M U
        other her_second mum F U
        """,
        ["his_first=dad=mum=her_second", "half P other"],
    ),
    "three generations, the aunt with a family of her own": (
        """
        P dad mum M A
        dad pgf pgm M U
        mum mgf mgm F U
        uncle pgf pgm M U
        aunt mgf mgm F A
        her_husband 0 0 M U
        cousin her_husband aunt F U
        pgf 0 0 M U
        pgm 0 0 F U
        mgf 0 0 M U
        mgm 0 0 F U
        """,
        ["pgf=pgm mgf=mgm", "uncle dad=mum her_husband=aunt", "P cousin"],
    ),
    "first cousins: their parents are brother and sister": (
        """
        P dad mum M A
        dad brother w1 M U
        mum h2 sister F U
        brother top1 top2 M U
        sister top1 top2 F U
        w1 0 0 F U
        h2 0 0 M U
        top1 0 0 M U
        top2 0 0 F U
        """,
        ["top1=top2", "brother=w1 h2=sister", "dad=mum", "P"],
    ),
    "uncle and niece: he stands beside her, his line passes his sister's row": (
        """
        P uncle niece M A
        uncle g1 g2 M U
        sister g1 g2 F U
        g1 0 0 M U
        g2 0 0 F U
        husband 0 0 M U
        niece husband sister F U
        """,
        ["g1=g2", "husband=sister", "uncle=niece", "P"],
    ),
    "father and daughter: he stays above her": (
        """
        P dad daughter M A
        dad 0 0 M U
        mum 0 0 F U
        daughter dad mum F U
        """,
        ["dad=mum", "daughter", "P"],
    ),
    "a founder who marries in late stands with the partner": (
        """
        P dad mum F A
        mum a b F U
        a c d M U
        b 0 0 F U
        c 0 0 M U
        d 0 0 F U
        dad 0 0 M U
        """,
        ["c=d", "a=b", "dad=mum", "P"],
    ),
    "two parts: the proband's first": (
        """
        k f2 m2 F U
        f2 0 0 M U
        m2 0 0 F U
        P f1 m1 F A
        f1 0 0 M U
        m1 0 0 F U
        alone 0 0 F U
        """,
        ["f1=m1 f2=m2 alone", "P k"],
    ),
}


def rows_of(layout: PedigreeLayout, names: tuple[str, ...]) -> list[str]:
    """Write the generations as in the table above."""
    rows = []
    for y in sorted({place.y for place in layout.places}):
        row = sorted((place for place in layout.places if place.y == y), key=lambda p: p.x)
        text = names[row[0].member]
        for left, right in pairwise(row):
            pair = {left.member, right.member}
            mates = any(set(m.partners) == pair for m in layout.matings)
            text += ("=" if mates else " ") + names[right.member]
        rows.append(text)
    return rows


@pytest.mark.parametrize("name", FAMILIES)
def test_generations_and_order(name):
    people, expected = FAMILIES[name]
    members = [line.split()[0] for line in people.strip().splitlines()]
    drawn = family(people=people, proband="P" if "P" in members else "")
    assert rows_of(lay_out(drawn), drawn.pedigree.members) == expected


@pytest.mark.parametrize(
    ("name", "related"),
    [
        ("trio", set()),
        ("first cousins: their parents are brother and sister", {("dad", "mum")}),
        (
            "uncle and niece: he stands beside her, his line passes his sister's row",
            {("uncle", "niece")},
        ),
        ("father and daughter: he stays above her", {("dad", "daughter")}),
        ("half siblings of both parents", set()),
    ],
)
def test_related_partners_are_marked(name, related):
    drawn = family(people=FAMILIES[name][0])
    names = drawn.pedigree.members
    found = lay_out(drawn).matings
    assert {tuple(names[p] for p in m.partners) for m in found if m.related} == related


def test_parents_stand_over_the_middle_of_their_children():
    drawn = family(people=FAMILIES["siblings in the order of the file"][0])
    layout = lay_out(drawn)
    x = {drawn.pedigree.members[p.member]: p.x for p in layout.places}
    assert x["P"] == (x["dad"] + x["mum"]) / 2 == (x["b"] + x["c"]) / 2


def test_a_lone_child_hangs_straight_below_its_parents():
    (sibship,) = lay_out(family(people=FAMILIES["trio"][0])).sibships
    assert len(sibship.ways) == 1
    assert len({x for x, _ in sibship.ways[0]}) == 1


# --- what holds for any pedigree -----------------------------------------------------------------


def segments(layout: PedigreeLayout) -> list[tuple[frozenset[int], float, float, float, float]]:
    """Every straight piece of every line, with the parents whose line it is."""
    found = []
    for mating in layout.matings:
        found += [(frozenset(mating.partners), mating.way)]
    for sibship in layout.sibships:
        found += [(frozenset(sibship.parents), way) for way in sibship.ways]
    return [
        (who, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        for who, way in found
        for (x1, y1), (x2, y2) in pairwise(way)
    ]


def is_joined(layout: PedigreeLayout, parents: frozenset[int], sex: list[int]) -> set[int]:
    """Members whose symbols the lines of some parents touch, if these lines hang together."""
    own = {s[1:] for s in segments(layout) if s[0] == parents}
    start = min(own)
    joined, todo = {start}, [start]
    while todo:
        a = todo.pop()
        for b in own - joined:
            if a[0] <= b[2] + 3 and b[0] <= a[2] + 3 and a[1] <= b[3] + 3 and b[1] <= a[3] + 3:
                joined.add(b)
                todo.append(b)
    assert joined == own, "the lines fall apart"
    touched = set()
    for place in layout.places:
        size = reach(sex[place.member]) + 0.6
        for left, top, right, bottom in own:
            beside = left <= place.x + size and right >= place.x - size
            if beside and top <= place.y + size and bottom >= place.y - size:
                touched.add(place.member)
    return touched


def check(drawn: Family) -> PedigreeLayout:
    """Hold a layout against everything that must be true of any."""
    tree = drawn.pedigree
    layout = lay_out(drawn)
    at = {place.member: place for place in layout.places}
    assert [place.member for place in layout.places] == list(range(len(tree.members)))
    assert len({(place.x, place.y) for place in layout.places}) == len(tree.members)
    for a, b in combinations(layout.places, 2):
        assert abs(a.y - b.y) >= 2 * RADIUS + 52 or abs(a.x - b.x) >= 2 * TEXT + 8
        assert a.y == b.y or abs(a.y - b.y) >= 2 * RADIUS + 52
    couples = Counter()
    for child, parents in enumerate(zip(tree.father.tolist(), tree.mother.tolist(), strict=True)):
        known = [p for p in parents if p >= 0]
        for parent in known:
            assert at[child].y > at[parent].y
            assert at[child].generation > at[parent].generation
        if known:
            couples[frozenset(known)] += 1
            assert sum(child in s.children for s in layout.sibships) == 1
    assert {frozenset(s.parents) for s in layout.sibships} == set(couples)
    for sibship in layout.sibships:
        whole = set(sibship.parents) | set(sibship.children)
        assert is_joined(layout, frozenset(sibship.parents), tree.sex.tolist()) == whole
    check_lines(layout)
    for place in layout.places:
        assert TEXT < place.x < layout.width - TEXT
        assert RADIUS < place.y < layout.height - RADIUS
    return layout


def check_lines(layout: PedigreeLayout) -> None:
    """No line through a person or a text, none along that of another couple."""
    lines = segments(layout)
    assert all(left == right or top == bottom for _, left, top, right, bottom in lines)
    for _, left, top, right, bottom in lines:
        for place in layout.places:
            inside = (
                left < place.x + RADIUS - 5
                and right > place.x - RADIUS + 5
                and top < place.y + RADIUS - 6
                and bottom > place.y - RADIUS + 2
            )
            across_text = (
                left < place.x + TEXT
                and right > place.x - TEXT
                and top < place.y + RADIUS + 48
                and bottom > place.y + RADIUS + 6
            )
            assert not inside
            assert not across_text
    for (who, l1, t1, r1, b1), (other, l2, t2, r2, b2) in combinations(lines, 2):
        if who == other:
            continue
        if l1 == r1 and l2 == r2 and abs(l1 - l2) < 2:
            assert b1 <= t2 + 1 or b2 <= t1 + 1, "two lines run along each other"
        if t1 == b1 and t2 == b2 and abs(t1 - t2) < 2:
            assert r1 <= l2 + 1 or r2 <= l1 + 1, "two lines run along each other"


@st.composite
def any_family(draw: st.DrawFn, largest: int = 12) -> Family:
    """Any pedigree in which parents stand before their children: loops, incest, half siblings."""
    n = draw(st.integers(1, largest))
    sex = [draw(st.sampled_from(["M", "F"])) for _ in range(n)]
    lines = []
    for child in range(n):
        men = [m for m in range(child) if sex[m] == "M"]
        women = [m for m in range(child) if sex[m] == "F"]
        has = draw(st.sampled_from(["both", "both", "none", "father", "mother"]))
        father = draw(st.sampled_from(men)) if men and has in ("both", "father") else None
        mother = draw(st.sampled_from(women)) if women and has in ("both", "mother") else None
        parents = ["0" if p is None else f"I{p}" for p in (father, mother)]
        lines.append(
            (child, f"I{child} {' '.join(parents)} {sex[child]} {draw(st.sampled_from('AU?'))}")
        )
    order = draw(st.permutations(lines))
    return family(people="\n".join(text for _, text in order))


@given(any_family())
def test_any_pedigree(drawn):
    assert check(drawn) == lay_out(drawn)


@given(any_family(7), st.randoms(use_true_random=False))
def test_ids_do_not_matter(drawn, random):
    other = [f"{random.random()}-{n}" for n in range(len(drawn.pedigree.members))]
    renamed = replace(drawn, pedigree=replace(drawn.pedigree, members=tuple(other)))
    assert lay_out(renamed) == lay_out(drawn)


def large_family(n: int, seed: int) -> Family:
    """A tree of n members over some generations, with partners who marry in."""
    random = np.random.default_rng(seed)
    father, mother = [-1, -1], [-1, -1]
    sex = [1, 2]
    couples = [(0, 1)]
    while len(sex) < n and couples:
        dad, mum = couples.pop(0)
        for _ in range(int(random.integers(1, 5))):
            child = len(sex)
            father.append(dad), mother.append(mum), sex.append(int(random.integers(1, 3)))
            if random.random() < 0.6 or not couples:
                father.append(-1), mother.append(-1), sex.append(3 - sex[child])
                couples.append((child, child + 1) if sex[child] == 1 else (child + 1, child))
    tree = Pedigree(
        "F", tuple(f"I{i}" for i in range(len(sex))), np.array(father, np.int16),
        np.array(mother, np.int16), np.array(sex, np.int8), np.ones(len(sex), np.int8),
        tuple(range(1, len(sex) + 1)),
    )  # fmt: skip
    return Family(tree, 0, np.arange(len(sex), dtype=np.int16))


@pytest.mark.parametrize("seed", range(8))
def test_a_tree_is_drawn_without_a_crossing(seed):
    """Where partners who marry in bring no family, no two lines need to cross."""
    layout = check(large_family(60, seed))
    assert crossings(layout) == 0


def crossings(layout: PedigreeLayout) -> int:
    """How often a line runs across that of another couple."""
    lines = segments(layout)
    return sum(
        1
        for (who, l1, t1, r1, b1), (other, l2, t2, r2, b2) in combinations(lines, 2)
        if who != other and l1 < r2 and l2 < r1 and t1 < b2 and t2 < b1
    )


def test_sixty_members_in_less_than_fifty_milliseconds():
    drawn = large_family(60, 1)
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        lay_out(drawn)
        best = min(best, time.perf_counter() - start)
    assert best < 0.05


def test_six_hundred_members_are_laid_out_too():
    check_rows = lay_out(large_family(600, 2))
    assert len({(place.x, place.y) for place in check_rows.places}) >= 600


def test_parts_without_a_proband_stand_below_where_they_would_be_too_wide():
    people = "\n".join(f"I{n} 0 0 M U" for n in range(30))
    layout = lay_out(family(people=people))
    assert layout.width < 1300
    assert len({place.y for place in layout.places}) == 4


def test_sexes_have_their_symbols():
    assert [reach(sex) for sex in (Sex.MALE, Sex.FEMALE, Sex.UNKNOWN)] == [15.0, 15.0, 18.0]


# --- real pedigrees ------------------------------------------------------------------------------


def ped_files(folder: Path) -> list[Path]:
    """All PED files beside the checkout."""
    return sorted([*folder.rglob("*.ped"), *folder.rglob("*.fam")])


def test_real_pedigrees(fx_shared):
    """All that can be read; of those of the same shape one."""
    shapes: dict[object, Pedigree] = {}
    n = 0
    for path in ped_files(fx_shared / "data"):
        try:
            found = read_pedigrees(path)
        except InputError:
            continue
        for tree in found:
            n += 1
            shape = (tuple(tree.father), tuple(tree.mother), tuple(tree.sex))
            shapes.setdefault(shape, tree)
    assert n > 2000
    assert len(shapes) > 60
    for tree in shapes.values():
        check(Family(tree, 0, np.zeros(len(tree.members), np.int16)))


def test_a_pedigree_does_not_depend_on_the_proband_alone():
    """Whoever is the proband, everybody has a place."""
    tree = pedigree(people=FAMILIES["half siblings of both parents"][0])
    for proband in range(len(tree.members)):
        check(Family(tree, proband, np.zeros(len(tree.members), np.int16)))

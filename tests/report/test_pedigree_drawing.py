"""Pedigree drawings: standard symbols, words for those who cannot see them, nothing unsafe."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import family
from drawings import parse, words_of
from family_reports import HOSTILE
from raredx.columns.family import Family, Pedigree, singleton
from raredx.report.pedigree_drawing import draw_pedigree, member_words, symbol_path
from raredx.report.vega import FONT_SIZE, SVG, draw, fit, shown, text_width
from raredx.vocabulary import Sex

TRIO = """
P dad mum F A
dad 0 0 M U
mum 0 0 F ?
"""
COUSINS = """
P dad mum M A
dad uncle w1 M U
mum h2 aunt F U
uncle top1 top2 M U
aunt top1 top2 F U
w1 0 0 F U
h2 0 0 M U
top1 0 0 M U
top2 0 0 F U
"""


def paths_of(svg: str) -> dict[str, int]:
    """Outline to the number of paths that have it."""
    found: dict[str, int] = {}
    for outline in re.findall(r' d="([^"]*)"', svg):
        found[outline] = found.get(outline, 0) + 1
    return found


def symbol_of(svg: str, name: str) -> dict[str, str]:
    """What is said of the outline of a member; groups hand theirs down."""
    root = parse(svg)

    def walk(element: ET.Element, above: dict[str, str]) -> dict[str, str] | None:
        own = above | dict(element.attrib)
        title = element.find(f"{{{SVG}}}title")
        is_member = title is not None and (title.text or "").startswith(f"{name}: ")
        if is_member and element.tag.endswith("path"):
            return own
        return next((found for child in element if (found := walk(child, own))), None)

    return walk(root, {}) or {}


def test_words_of_a_trio():
    trio = family(people=TRIO, sequenced=["P", "mum"])
    trio = replace(trio, pedigree=replace(trio.pedigree, deceased=frozenset({"dad"})))
    root = parse(draw_pedigree(trio).svg)
    assert root.get("role") == "img"
    assert root.findtext(f"{{{SVG}}}title") == "Pedigree of family FAM"
    assert root.findtext(f"{{{SVG}}}desc") == (
        "P: proband, affected female, child of dad and mum; "
        "dad: father, unaffected male, deceased, not sequenced; "
        "mum: mother, affection unknown, female."
    )
    assert words_of(root, "text") == [
        "P", "P", "dad", "mum", "?", "I", "II",
        "affected", "affection unknown", "not sequenced", "deceased",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sex", "outline"),
    [
        ("M", "h30v30h-30Z"),
        ("F", "a15,15,0,1,1,30,0a15,15,0,1,1,-30,0Z"),
        ("?", "l18,-18l18,18l-18,18Z"),
    ],
)
@pytest.mark.parametrize(
    ("status", "sequenced", "filled", "dashed", "inner"),
    [
        ("A", True, "1", False, False),
        ("U", True, "0", False, False),
        ("?", True, "0", False, False),
        ("A", False, "0", True, True),
        ("U", False, "0", True, False),
    ],
)
def test_symbols(sex, outline, status, sequenced, filled, dashed, inner):
    """Shape by sex, filled if affected; those not sequenced dashed, and filled inside."""
    drawn = family(people=f"Q 0 0 {sex} {status}", sequenced=["Q"] if sequenced else [])
    svg = draw_pedigree(drawn).svg
    said = symbol_of(svg, "Q")
    assert said["d"].endswith(outline)
    assert said["fill"] == said["stroke"] == "currentColor"
    assert said["fill-opacity"] == filled
    assert ("stroke-dasharray" in said) is dashed
    small = [path for path in paths_of(svg) if re.search("10,0,1,1,20|h20v20|l12,-12", path)]
    assert len(small) == inner
    assert words_of(parse(svg), "text").count("?") == (status == "?")


def test_the_proband_alone_has_an_arrow():
    """A P and the head of an arrow at the lower left of the symbol."""
    trio = family(people=TRIO.replace("P ", "kid "))
    svg = draw_pedigree(trio).svg
    assert words_of(parse(svg), "text").count("P") == 1
    (head,) = [path for path in paths_of(svg) if path.count("L") == 2 and path.endswith("Z")]
    x, y = (float(v) for v in head[1:].split("L")[0].split(","))
    left, middle = (float(v) for v in symbol_of(svg, "kid")["d"][1:].split("a")[0].split(","))
    assert left - 3 < x < left + 3
    assert middle < y < middle + 15


def test_related_partners_have_two_lines():
    drawn = family(people=COUSINS)
    svg = draw_pedigree(drawn).svg
    root = parse(svg)
    assert words_of(root, "text")[-1] == "related partners"
    assert "dad and mum are related" in root.findtext(f"{{{SVG}}}desc")
    trio = draw_pedigree(family(people=TRIO)).svg
    assert "related" not in trio
    level = [re.fullmatch(r"M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)", p) for p in paths_of(svg)]
    lines = [tuple(map(float, m.groups())) for m in level if m and m[2] == m[4]]
    pairs = [(a, b) for a in lines for b in lines if a[0] == b[0] and b[1] - a[1] == 5]
    assert len(pairs) == 2  # between the parents, and in the legend


def test_the_deceased_are_struck_through():
    trio = family(people=TRIO)
    plain = paths_of(draw_pedigree(trio).svg)
    trio = replace(trio, pedigree=replace(trio.pedigree, deceased=frozenset({"mum", "nobody"})))
    struck = [path for path in paths_of(draw_pedigree(trio).svg) if path not in plain]
    strokes = [re.fullmatch(r"M([-\d.]+),([\d.]+)L([-\d.]+),([\d.]+)", path) for path in struck]
    ends = [tuple(map(float, m.groups())) for m in strokes if m]
    assert [(x2 - x1, y2 - y1) for x1, y1, x2, y2 in ends] == [(44, -44), (20, -20)]


def test_labels_stand_below_their_person():
    drawn = draw_pedigree(family(people=COUSINS))
    root = parse(drawn.with_texts({m: [f"GT{m}"] for m in drawn.labels}))
    assert set(drawn.labels) == {line.split()[0] for line in COUSINS.strip().splitlines()}
    place = {}
    for element in root.iter(f"{{{SVG}}}text"):
        title = element.find(f"{{{SVG}}}title")
        name = (element.text or "") + ("" if title is None else title.tail or "")
        moved = re.match(r"translate\(([\d.]+),([\d.]+)\)", element.get("transform", ""))
        if moved:
            place.setdefault(name, (float(moved[1]), float(moved[2])))
        elif name.startswith("GT"):
            place[name] = (float(element.get("x")), float(element.get("y")))
    for member, (x, y) in drawn.labels.items():
        assert place[f"GT{member}"] == (x, y)
        assert place[member] == (x, y - 14)
    assert all(0 < x < drawn.width and 0 < y < drawn.height for x, y in drawn.labels.values())


def test_texts_of_the_caller_are_escaped_and_shortened():
    drawn = draw_pedigree(singleton("S1"))
    root = parse(drawn.with_texts({"S1": ["<b>0/1</b>", "x" * 500, "\x00\u202e"], "other": ["no"]}))
    assert words_of(root, "text")[-3:] == ["<b>0/1</b>", "xxxxxx…xxxxx", "��"]
    assert drawn.with_texts({}) == drawn.svg


@pytest.mark.parametrize("text", [t for t in HOSTILE if t], ids=range(len(HOSTILE) - 1))
def test_hostile_ids(text):
    """Whatever stands in a PED file stays text, in the drawing and in its description."""
    names = (text, f"{text}2", "mum")
    tree = Pedigree(
        text, names, np.array([1, -1, -1], np.int16), np.array([2, -1, -1], np.int16),
        np.array([0, 1, 2], np.int8), np.array([2, 1, 0], np.int8), (1, 2, 3),
    )  # fmt: skip
    drawn = draw_pedigree(Family(tree, 0, np.array([0, -1, -1], np.int16)))
    svg = drawn.svg.replace("http://exa", "").replace("http:/…", "")
    root = parse(svg)
    assert set(drawn.labels) == set(names)
    assert not {"script", "image", "a", "use"} & {e.tag.split("}")[1] for e in root.iter()}
    assert len(svg) < 12_000
    assert max(len(word) for word in words_of(root, "text")) < 20


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_any_text(name, other):
    tree = Pedigree(
        other, (name,), *(np.array([n], np.int16) for n in (-1, -1)),
        *(np.array([n], np.int8) for n in (1, 2)), (1,),
    )  # fmt: skip
    drawn = draw_pedigree(Family(tree, 0, np.array([0], np.int16)))
    ET.fromstring(drawn.with_texts({name: [other]}))


@given(st.text(max_size=400), st.floats(30, 200))
def test_texts_fit(text, width):
    found = fit(text, width)
    assert text_width(found) <= max(width, text_width(shown(text, 3)))


def test_the_same_bytes_each_time():
    drawn = family(people=COUSINS)
    assert draw_pedigree(drawn) == draw_pedigree(drawn)


def test_parts_of_a_family_have_no_numerals_where_rows_are_no_generations():
    people = "\n".join(f"I{n} 0 0 M U" for n in range(30))
    texts = words_of(parse(draw_pedigree(family(people=people)).svg), "text")
    assert "I" not in texts
    assert {f"I{n}" for n in range(30)} <= set(texts)


def test_a_large_family_names_a_hundred_members_in_words():
    people = "\n".join(f"I{n} 0 0 M U" for n in range(120))
    about = parse(draw_pedigree(family(people=people)).svg).findtext(f"{{{SVG}}}desc")
    assert about.endswith("I99: relative, unaffected male; and 20 more.")


def test_relatives_in_words():
    drawn = family(people=COUSINS)
    names = drawn.pedigree.members
    assert member_words(drawn, names.index("aunt")) == (
        "aunt: relative, unaffected female, child of top1 and top2"
    )


def test_small_symbols():
    assert symbol_path(Sex.UNKNOWN, 10, 10, 5) == "M4,10l6,-6l6,6l-6,6Z"


def test_no_drawing_reads_from_a_network():
    """The library may fetch data; here it is told to refuse every address."""
    spec = {"data": [{"name": "x", "url": "http://127.0.0.1:9/x.json"}], "marks": []}
    with pytest.raises(ValueError, match="External data url not allowed"):
        draw(spec, title="t", about="a")


def test_sizes_of_letters():
    assert text_width("") == 0
    assert text_width("中") == FONT_SIZE

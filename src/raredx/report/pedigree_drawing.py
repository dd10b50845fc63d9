"""The pedigree of a family as a drawing with standard symbols.

Squares, circles and diamonds; filled, empty or with a question mark; the arrow of the proband and
the stroke of the deceased: Bennett et al. 2022, doi:10.1002/jgc4.1621. The dashed outline of
those not sequenced is ours, and stands in the legend as every other sign that is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.report.pedigree_generations import parents_of
from raredx.report.pedigree_layout import (
    DIAMOND,
    DOUBLE,
    RADIUS,
    Mating,
    PedigreeLayout,
    Place,
    Point,
    lay_out,
)
from raredx.report.vega import FONT, FONT_SIZE, draw, fit, shown, text_width
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Sex

INK = "currentColor"
LINE = 14
ID_WIDTH = 88.0
"""Longest id below a symbol, in pixels; what is longer is shortened in the middle."""
LEGEND_WIDTH, LEGEND_LINE, LEGEND_MARK = 240.0, 20.0, 26.0
MOST_IN_WORDS = 100
"""How many members the description names."""
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SEX_WORDS = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "person of unknown sex"}
AFFECTION_WORDS = {
    Affection.AFFECTED: "affected", Affection.UNAFFECTED: "unaffected",
    Affection.UNKNOWN: "affection unknown,",
}  # fmt: skip


@dataclass(frozen=True)
class PedigreeDrawing:
    """A pedigree as SVG.

    Attributes
    ----------
    svg : str
        One `svg` element, for a page or, with an XML declaration, for a file.
    width, height : float
        In pixels.
    labels : dict
        Member id to the middle of the base line of a text below the id. There is room for two
        lines, `LINE` pixels apart.
    """

    svg: str
    width: float
    height: float
    labels: dict[str, Point] = field(default_factory=dict)

    def with_texts(self, texts: Mapping[str, Sequence[str]]) -> str:
        """Write texts below the members: their genotypes.

        Parameters
        ----------
        texts : dict
            Member id to lines; two have room. Longer ones are shortened, unknown ids ignored.

        Examples
        --------
        >>> drawing = PedigreeDrawing("<svg></svg>", 9, 9, {"P": (4.0, 8.0)})
        >>> drawing.with_texts({"P": ["0/1"]}).partition("<text ")[2]
        'x="4" y="8">0/1</text></g></svg>'
        """
        lines = []
        for member, (x, y) in self.labels.items():
            for number, line in enumerate(texts.get(member, ())):
                text = escape(fit(line, ID_WIDTH))
                lines.append(f'<text x="{x:g}" y="{y + number * LINE:g}">{text}</text>')
        head = f'<g font-family="{FONT}" font-size="{FONT_SIZE}px" text-anchor="middle"'
        body = f'{head} fill="{INK}">{"".join(lines)}</g>' if lines else ""
        return self.svg.removesuffix("</svg>") + body + "</svg>"


def draw_pedigree(family: Family) -> PedigreeDrawing:
    """Draw the pedigree of a family, seen from its proband.

    Lines and texts have the colour of the text around (`currentColor`), the ground is
    transparent.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> drawing = draw_pedigree(singleton("S1"))
    >>> sorted(drawing.labels), "<title>Pedigree of family S1</title>" in drawing.svg
    (['S1'], True)
    """
    layout = lay_out(family)
    signs = list(_legend_signs(family, layout))
    one_part = len({place.y for place in layout.places}) > 1 and _is_one_part(layout)
    shift = 22.0 if one_part else 0.0
    width = max(layout.width + shift, LEGEND_WIDTH)
    shift += (width - layout.width - shift) / 2
    strokes = list(_strokes(family, layout))
    texts = list(_texts(family, layout))
    rows = {place.generation: place.y for place in layout.places} if one_part else {}
    for generation, y in sorted(rows.items()):
        numeral = ROMAN[generation] if generation < len(ROMAN) else str(generation + 1)
        texts.append({"x": 12 - shift, "y": y + 4, "text": numeral, "align": "center"})
    height = layout.height
    for sign, words, at in _legend_places(signs, width):
        x, y = at[0] - shift, layout.height + at[1]
        strokes += _legend_mark(sign, x, y)
        texts.append({"x": x + LEGEND_MARK, "y": y + 4, "text": words, "align": "left"})
        height = layout.height + at[1] + LEGEND_LINE
    titles = {str(place.member): member_words(family, place.member) for place in layout.places}
    svg = draw(
        _specification(strokes, texts, (width, height), shift),
        title=f"Pedigree of family {shown(family.pedigree.family_id)}",
        about=_in_words(family, layout),
        titles=titles,
    )
    names = family.pedigree.members
    labels = {
        names[place.member]: (place.x + shift, place.y + RADIUS + 16 + LINE)
        for place in layout.places
    }
    return PedigreeDrawing(svg, width, height, labels)


def _is_one_part(layout: PedigreeLayout) -> bool:
    """Whether each generation stands at one height."""
    return len({(p.generation, p.y) for p in layout.places}) == len(
        {p.generation for p in layout.places}
    )


def _specification(
    strokes: list[dict[str, Any]],
    texts: list[dict[str, Any]],
    size: tuple[float, float],
    shift: float,
) -> dict[str, Any]:
    """Write the drawing in Vega: paths, and texts over them."""
    path: dict[str, Any] = {
        name: {"field": name} for name in ("path", "fillOpacity", "strokeWidth")
    }
    path |= {"strokeDash": {"field": "dash"}, "description": {"field": "key"}}
    path |= {"fill": {"value": INK}, "stroke": {"value": INK}, "x": {"value": shift}}
    path |= {"strokeCap": {"field": "cap"}}
    text: dict[str, Any] = {name: {"field": name} for name in ("y", "text", "align")}
    text |= {"x": {"field": "x", "offset": shift}, "fill": {"value": INK}}
    text |= {"font": {"value": FONT}, "fontSize": {"value": FONT_SIZE}}
    text |= {"description": {"field": "key"}}
    return {
        "width": size[0], "height": size[1], "padding": 0, "autosize": "none",
        "data": [{"name": "strokes", "values": strokes}, {"name": "texts", "values": texts}],
        "marks": [
            {"type": "path", "from": {"data": "strokes"}, "encode": {"enter": path}},
            {"type": "text", "from": {"data": "texts"}, "encode": {"enter": text}},
        ],
    }  # fmt: skip


# --- lines and symbols ---------------------------------------------------------------------------


def _stroke(path: str, *, width: float = 1.5, filled: bool = False, key: str = "",
            dashed: bool = False) -> dict[str, Any]:  # fmt: skip
    """Make one path; an empty symbol is filled too, invisibly, so that its title is found."""
    return {"path": path, "strokeWidth": width, "fillOpacity": int(filled), "key": key} | (
        {"dash": [3, 3], "cap": "butt"} if dashed else {"dash": None, "cap": "square"}
    )


def _line(points: Sequence[Point]) -> str:
    """Write a path through points."""
    return "M" + "L".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in points)


def _strokes(family: Family, layout: PedigreeLayout) -> Iterator[dict[str, Any]]:
    """Draw the lines, then each member."""
    for mating in layout.matings:
        for way in _double(mating) if mating.related else (mating.way,):
            yield _stroke(_line(way))
    for sibship in layout.sibships:
        for way in sibship.ways:
            yield _stroke(_line(way))
    for place in layout.places:
        yield from _symbol(family, place)


def _double(mating: Mating) -> Iterator[list[Point]]:
    """Draw a way of level and upright lines as two, side by side."""
    way = mating.way
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(way)]
    normals = [(-math.copysign(dy != 0, dy), math.copysign(dx != 0, dx)) for dx, dy in steps]
    for side in (DOUBLE, -DOUBLE):
        moved = []
        for number, (x, y) in enumerate(way):
            near = {normals[max(number - 1, 0)], normals[min(number, len(normals) - 1)]}
            moved.append((x + side * sum(n[0] for n in near), y + side * sum(n[1] for n in near)))
        yield moved


def symbol_path(sex: int, x: float, y: float, radius: float) -> str:
    """Write the outline of a person: a square, a circle or a diamond.

    Examples
    --------
    >>> symbol_path(Sex.MALE, 10, 10, 5)
    'M5,5h10v10h-10Z'
    """
    if sex == Sex.MALE:
        return f"M{x - radius:g},{y - radius:g}h{2 * radius:g}v{2 * radius:g}h{-2 * radius:g}Z"
    if sex == Sex.FEMALE:
        arc = f"a{radius:g},{radius:g},0,1,1,"
        return f"M{x - radius:g},{y:g}{arc}{2 * radius:g},0{arc}{-2 * radius:g},0Z"
    r = radius * DIAMOND
    return f"M{x - r:g},{y:g}l{r:g},{-r:g}l{r:g},{r:g}l{-r:g},{r:g}Z"


def _symbol(family: Family, place: Place) -> Iterator[dict[str, Any]]:
    """Draw a member with all signs."""
    pedigree, member = family.pedigree, place.member
    sex, x, y = int(pedigree.sex[member]), place.x, place.y
    affected = pedigree.affection[member] == Affection.AFFECTED
    sequenced = family.sample[member] != UNKNOWN_INDEX
    yield _stroke(
        symbol_path(sex, x, y, RADIUS), filled=bool(affected and sequenced), key=str(member),
        dashed=not sequenced,
    )  # fmt: skip
    if affected and not sequenced:
        yield _stroke(symbol_path(sex, x, y, RADIUS - 5), filled=True, key=str(member), width=0)
    if pedigree.members[member] in pedigree.deceased:
        far = RADIUS + 7
        yield _stroke(_line([(x - far, y + far), (x + far, y - far)]))
    if member == family.proband:
        tip = x - RADIUS * (1 if sex == Sex.MALE else 0.85) - 2, y + RADIUS * 0.6
        yield from _arrow((tip[0] - 15, tip[1] + 9), tip)


def _arrow(tail: Point, tip: Point) -> Iterator[dict[str, Any]]:
    """Draw an arrow."""
    length = math.dist(tail, tip)
    dx, dy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length
    back = tip[0] - 7 * dx, tip[1] - 7 * dy
    corners = [(back[0] - 3.5 * dy, back[1] + 3.5 * dx), (back[0] + 3.5 * dy, back[1] - 3.5 * dx)]
    yield _stroke(_line([tail, back]))
    yield _stroke(_line([tip, *corners]) + "Z", filled=True, width=0)


# --- texts ---------------------------------------------------------------------------------------


def _texts(family: Family, layout: PedigreeLayout) -> Iterator[dict[str, Any]]:
    """Write the id below each member, the P of the proband and the question marks."""
    pedigree = family.pedigree
    for place in layout.places:
        member, key = place.member, str(place.member)
        words = {"align": "center", "key": key}
        name = fit(pedigree.members[member], ID_WIDTH)
        yield words | {"x": place.x, "y": place.y + RADIUS + 16, "text": name}
        if pedigree.affection[member] == Affection.UNKNOWN:
            yield words | {"x": place.x, "y": place.y + 4, "text": "?"}
        if member == family.proband:
            yield words | {"x": place.x - RADIUS - 23, "y": place.y + RADIUS + 6, "text": "P"}


def member_words(family: Family, member: int) -> str:
    """Say who a member is.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> member_words(singleton("S1"), 0)
    'S1: proband, affected person of unknown sex'
    """
    pedigree = family.pedigree
    names = pedigree.members
    kind = AFFECTION_WORDS[Affection(int(pedigree.affection[member]))]
    words = [family.role(member), f"{kind} {SEX_WORDS[Sex(int(pedigree.sex[member]))]}"]
    if names[member] in pedigree.deceased:
        words.append("deceased")
    if family.sample[member] == UNKNOWN_INDEX:
        words.append("not sequenced")
    parents = [shown(names[parent], 60) for parent in parents_of(pedigree, member)]
    if parents:
        words.append(f"child of {' and '.join(parents)}")
    return f"{shown(names[member], 200)}: {', '.join(words)}"


def _in_words(family: Family, layout: PedigreeLayout) -> str:
    """Describe the pedigree: the proband first, then in the order of the pedigree."""
    members = range(len(family.pedigree.members))
    order = [family.proband, *(m for m in members if m != family.proband)]
    words = [member_words(family, member) for member in order[:MOST_IN_WORDS]]
    names = family.pedigree.members
    for mating in layout.matings:
        if mating.related:
            pair = " and ".join(shown(names[partner], 60) for partner in mating.partners)
            words.append(f"{pair} are related")
    more = len(order) - MOST_IN_WORDS
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "") + "."


# --- legend --------------------------------------------------------------------------------------


def _legend_signs(family: Family, layout: PedigreeLayout) -> Iterator[tuple[str, str]]:
    """Find the signs that the drawing uses."""
    pedigree = family.pedigree
    used = {
        "affected": bool((pedigree.affection == Affection.AFFECTED).any()),
        "affection unknown": bool((pedigree.affection == Affection.UNKNOWN).any()),
        "sex unknown": bool((pedigree.sex == Sex.UNKNOWN).any()),
        "not sequenced": bool((family.sample == UNKNOWN_INDEX).any()),
        "deceased": not pedigree.deceased.isdisjoint(pedigree.members),
        "related partners": any(mating.related for mating in layout.matings),
    }
    return ((sign, sign) for sign, is_used in used.items() if is_used)


def _legend_places(
    signs: Sequence[tuple[str, str]], width: float
) -> Iterator[tuple[str, str, Point]]:
    """Put the signs side by side, in lines that are no wider than the drawing."""
    x, y = 12.0, 8.0
    for sign, words in signs:
        wide = LEGEND_MARK + text_width(words) + 12
        if x > 12 and x + wide > width:
            x, y = 12.0, y + LEGEND_LINE
        yield sign, words, (x, y)
        x += wide


def _legend_mark(sign: str, x: float, y: float) -> Iterator[dict[str, Any]]:
    """Draw the sign of one entry, its left end at x and its middle at y."""
    middle, radius = x + 11, 6.0
    if sign == "related partners":
        yield _stroke(_line([(x + 2, y - DOUBLE), (x + 20, y - DOUBLE)]))
        yield _stroke(_line([(x + 2, y + DOUBLE), (x + 20, y + DOUBLE)]))
        return
    sex = Sex.UNKNOWN if sign == "sex unknown" else Sex.MALE
    yield _stroke(
        symbol_path(sex, middle, y, radius), filled=sign == "affected",
        dashed=sign == "not sequenced",
    )  # fmt: skip
    if sign == "deceased":
        yield _stroke(_line([(middle - 10, y + 10), (middle + 10, y - 10)]))
    if sign == "affection unknown":
        yield _stroke(_question(middle, y), width=1.2)


def _question(x: float, y: float) -> str:
    """Write a small question mark."""
    return f"M{x - 2:g},{y - 2:g}a2,2,0,1,1,2,2v1M{x:g},{y + 3.4:g}v0.2"

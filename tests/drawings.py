"""Drawings as a page takes them: nothing in them but shapes and words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from raredx.report.vega import SVG

ALLOWED = {
    "svg": {"width", "height", "viewBox", "role"},
    "title": set(), "desc": set(), "line": {"x2", "y2"}, "text": set(), "g": set(),
    "path": {"d", "stroke-dasharray", "stroke-linejoin"},
}  # fmt: skip
PAINT = {"fill", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "text-anchor"}
PAINT |= {"font-family", "font-size", "font-weight", "transform", "opacity", "x", "y"}


def parse(svg: str) -> ET.Element:
    """Parse a drawing, after holding it against what a page can take."""
    assert svg.startswith("<svg xmlns=")
    assert svg.count("http") == 1
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", svg
    )
    root = ET.fromstring(svg)
    for element in root.iter():
        tag = element.tag.removeprefix(f"{{{SVG}}}")
        assert set(element.attrib) <= ALLOWED[tag] | PAINT
        for name in ("fill", "stroke"):
            assert element.get(name, "none") in ("none", "currentColor", "#2f7fc1")
    return root


def words_of(root: ET.Element, tag: str) -> list[str]:
    """Texts of all elements of a kind, without those of their titles."""
    found = []
    for element in root.iter(f"{{{SVG}}}{tag}"):
        title = element.find(f"{{{SVG}}}title")
        found.append((element.text or "") + ("" if title is None else title.tail or ""))
    return found

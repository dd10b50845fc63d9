"""Drawings by Vega and Vega-Lite as SVG that can stand inside a page.

The library draws; here its SVG loses what a page with a strict content security policy, a dark
background or a screen reader cannot use: styles, classes, labels of single marks. No drawing
needs a network, and none may ask for it.

Vega: Satyanarayan et al. 2017, doi:10.1109/TVCG.2016.2599030.
"""

from __future__ import annotations

import importlib
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

SVG = "http://www.w3.org/2000/svg"
FONT, FONT_SIZE = "sans-serif", 11
"""Of all texts, the size in pixels."""
LONGEST = 300
"""More characters of one text are never handed to the library. Our choice."""
_NOT_SHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters, marks that turn the direction of writing, invisible ones, and what XML
does not allow: the library ends the whole process on some of them."""
_KEPT: tuple[str, ...] = (
    "d",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "transform",
    "width",
    "height",
    "viewBox",
)
_KEPT += ("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap")
_KEPT += ("stroke-opacity", "opacity", "text-anchor", "font-family", "font-size", "font-weight")
_INHERITED = {"fill", "stroke", "stroke-width", "stroke-linecap", "text-anchor", "font-family"}
_INHERITED |= {"font-size", "font-weight", "fill-opacity"}
"""What a group can say for all that is in it."""


def shown(text: str, longest: int = LONGEST) -> str:
    """Make a text fit to be shown: one line, nothing invisible in it, not too long.

    Examples
    --------
    >>> shown("P" + chr(0) + "1"), shown("  two   words "), shown("ABCDEFGHIJ", 5)
    ('P�1', 'two words', 'AB…IJ')
    """
    text = _NOT_SHOWN.sub("\ufffd", " ".join(text[: 4 * LONGEST].split()))
    if len(text) <= longest:
        return text
    head = longest // 2
    return f"{text[:head]}…{text[len(text) - (longest - head - 1) :]}"


def fit(text: str, width: float) -> str:
    """Shorten a text in the middle until it is surely no wider, in whatever font.

    Examples
    --------
    >>> fit("NA12878", 88), fit("patient-with-a-long-name", 88)
    ('NA12878', 'patien…-name')
    """
    text = shown(text)
    n = len(text)
    while n > 3 and text_width(shown(text, n)) > width:
        n -= 1
    return shown(text, n)


def text_width(text: str) -> float:
    """Guess how wide a text is at most, in pixels, in whatever font without serifs.

    Examples
    --------
    >>> round(text_width("NA12878"), 1), round(text_width("seizure"), 1)
    (48.8, 46.2)
    """
    em = sum(
        1.0 if unicodedata.east_asian_width(c) in "WF" or c in "MWmw@%…\ufffd" else
        0.72 if c.isupper() else 0.6
        for c in text
    )  # fmt: skip
    return em * FONT_SIZE


def draw(
    specification: Mapping[str, Any],
    *,
    title: str,
    about: str,
    titles: Mapping[str, str] | None = None,
    lite: bool = False,
) -> str:
    """Draw a specification.

    Parameters
    ----------
    specification : dict
        In Vega, or with `lite` in Vega-Lite; data stand in it. Marks may have a description.
    title, about : str
        What the drawing is, and what it shows, in words: for those who cannot see it.
    titles : dict or None
        Description of a mark to the text that is shown over it.

    Returns
    -------
    str
        An `svg` element without style, script, class, id and reference.

    Examples
    --------
    >>> spec = {"width": 9, "height": 9, "padding": 0, "marks": [{"type": "rule", "encode": {
    ...     "enter": {"x2": {"value": 9}, "stroke": {"value": "currentColor"}}}}]}
    >>> print(draw(spec, title="A line", about="It is <level>."))  # doctest: +ELLIPSIS
    <svg ... role="img"><title>A line</title><desc>It is &lt;level&gt;.</desc>...</svg>
    """
    library = importlib.import_module("vl_convert")  # only now: most runs draw nothing
    convert = library.vegalite_to_svg if lite else library.vega_to_svg
    text: str = convert(_clean(specification), allowed_base_urls=[])
    root = _plain(ET.fromstring(text), titles or {})
    for place, (tag, words) in enumerate((("title", title), ("desc", about))):
        element = ET.Element(tag)
        element.text = _NOT_SHOWN.sub("\ufffd", words)
        root.insert(place, element)
    root.attrib = {"xmlns": SVG, **root.attrib, "role": "img"}
    return ET.tostring(root, encoding="unicode")


def _clean(value: Any) -> Any:
    """Clean every text of a specification; lists and objects stay what they are."""
    if isinstance(value, str):
        return _NOT_SHOWN.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _plain(element: ET.Element, titles: Mapping[str, str]) -> ET.Element:
    """Copy an element with what shows, without empty groups and names of namespaces."""
    tag = element.tag.rpartition("}")[2]
    kept = {name: element.attrib[name] for name in _KEPT if name in element.attrib}
    if kept.get("opacity") == "1":
        del kept["opacity"]
    made = ET.Element(tag, kept)
    made.text = element.text
    words = titles.get(element.get("aria-label", ""))
    if words is not None:
        title = ET.SubElement(made, "title")
        title.text, made.text, title.tail = shown(words), None, element.text
    for child in element:
        if child.get("aria-hidden") == "true" and not {"stroke", "fill"} & set(child.attrib):
            continue  # the frame of a group
        inner = _plain(child, titles)
        only_frame = inner.tag == "g" and not len(inner)
        if not only_frame:
            made.append(inner)
    if tag == "g":
        _say_once(made)
    if tag == "g" and len(made) == 1 and made[0].tag == "g" and _is_still(kept):
        return made[0]
    return made


def _say_once(group: ET.Element) -> None:
    """Let a group say what all that is in it have in common."""
    if len(group) < 2:
        return
    for name in sorted(_INHERITED):
        values = {child.get(name) for child in group}
        value = values.pop()
        if not values and value is not None:
            group.set(name, value)
            for child in group:
                del child.attrib[name]


def _is_still(attributes: Mapping[str, str]) -> bool:
    """Whether a group changes nothing of what is in it."""
    return set(attributes) <= {"transform"} and attributes.get("transform") in (
        None, "translate(0,0)",
    )  # fmt: skip

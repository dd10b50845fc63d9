"""How near the terms of a proband come to the diseases of the best genes, as a chart.

A row for each HPO term, a column for each gene in the order of rank. The area of a dot is the
share of the term's information that the best fitting disease of the gene has in common with it;
a ring marks the very term. The share stands beside the dot in per cent, so that nothing depends
on colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from raredx.columns.records import dataclass
from raredx.report.family_report import FamilyReport
from raredx.report.vega import FONT, FONT_SIZE, draw, fit, shown, text_width

GENES, TERMS = 10, 30
"""How many are drawn; the description says how many more there are. Our choice."""
CELL, ROW, HEAD = 76, 26, 30
"""Width of a column, height of a row and of the heading, in pixels."""
TERM_WIDTH = 290.0
"""Longest name of a term, in pixels; what is longer is shortened in the middle."""
KEY = "Area: information in common. Ring: the very term. –: not assessed."
LARGEST = 240
"""Area of the largest dot, in square pixels."""
INK = "currentColor"
DOT = "#2f7fc1"
"""Contrast above 3 : 1 on white and on black (WCAG 2.2, 1.4.11), for all kinds of colour vision."""


@dataclass(frozen=True)
class _Column:
    """A gene: its symbol, the disease that fits best, and term to nearest term and share."""

    gene: str
    disease: str
    fits: dict[str, tuple[str, float]]


def draw_phenotype(report: FamilyReport) -> str:
    """Draw the terms of the proband against the best genes.

    Parameters
    ----------
    report : FamilyReport
        `details[row]["phenotype"]` of its table holds for each term the `nearest` of the disease,
        and the `share`, 0 to 1. A gene without any is drawn as not assessed.

    Returns
    -------
    str
        An `svg` element whose description holds the values in words; empty where no term was
        judged.
    """
    columns = _columns(report)
    terms = list(dict.fromkeys(term for column in columns for term in column.fits))
    if not terms:
        return ""
    titles: dict[str, str] = {}
    cells = list(_cells(columns, terms[:TERMS], titles))
    return draw(
        _specification(columns, terms[:TERMS], cells),
        title=f"HPO terms of {shown(report.about.proband)} against the best genes",
        about=_in_words(columns, terms),
        titles=titles,
        lite=True,
    )


def _columns(report: FamilyReport) -> list[_Column]:
    """Find the best genes, each once, with what their disease has in common with the terms."""
    table = report.table
    found: dict[str, _Column] = {}
    for row, gene in enumerate(table["gene"]):
        if not gene or gene in found or len(found) == GENES:
            continue
        details = table.details[row] if row < len(table.details) else {}
        fits = {
            entry["term"]: (entry["nearest"], float(entry["share"]))
            for entry in details.get("phenotype", ())
        }
        found[gene] = _Column(gene, table["disease"][row] or "", fits)
    return list(found.values())


def _cells(
    columns: Sequence[_Column], terms: Sequence[str], titles: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """Make the cells, and a title for each."""
    for number, column in enumerate(columns):
        for row, term in enumerate(terms):
            key = f"{number}:{row}"
            titles[key] = f"{column.gene}: {_words(term, column.fits.get(term))}"
            nearest, share = column.fits.get(term, ("", -1.0))
            yield {
                "x": (number + 0.5) * CELL, "y": (row + 0.5) * ROW, "key": key,
                "share": max(share, 0.0), "exact": nearest == term and share > 0,
                "said": "" if share > 0 else key,
                "text": f"{100 * share:.0f} %" if share >= 0 else "–",
            }  # fmt: skip


def _specification(
    columns: Sequence[_Column], terms: Sequence[str], cells: list[dict[str, Any]]
) -> dict[str, Any]:
    """Write the chart in Vega-Lite: dots, rings, shares and names as layers over one plane."""
    names = [{"x": -8, "y": (n + 0.5) * ROW, "text": _name(t)} for n, t in enumerate(terms)]
    genes = [
        {"x": (n + 0.5) * CELL, "y": -12, "text": fit(column.gene, CELL - 2)}
        for n, column in enumerate(columns)
    ]
    dots, rings = ([c for c in cells if c[kind]] for kind in ("share", "exact"))
    width, height = CELL * len(columns), ROW * len(terms)
    names_width = max(text_width(_name(term)) for term in terms)
    left = math.ceil(max(text_width(KEY) - width, names_width)) + 12
    place = {
        axis: {"field": axis, "type": "quantitative", "axis": None, "scale": scale}
        for axis, scale in (
            ("x", {"domain": [0, width], "range": [0, width], "nice": False, "zero": False}),
            ("y", {"domain": [0, height], "range": [0, height], "nice": False, "zero": False}),
        )
    }
    key = [{"x": width, "y": height + 14, "text": KEY}]
    said = {"text": {"field": "text"}, "description": {"field": "said"}}
    size = {
        "field": "share", "type": "quantitative", "legend": None,
        "scale": {"domain": [0, 1], "range": [0, LARGEST]},
    }  # fmt: skip
    dot = {"encoding": place | {"size": size, "description": {"field": "key"}}}
    text = {"type": "text", "font": FONT, "fontSize": FONT_SIZE, "color": INK, "baseline": "middle"}
    rules = [{"x": 0, "x2": width, "y": n * ROW} for n in range(len(terms) + 1)]
    return {
        "width": width, "height": height, "background": None,
        "padding": {"left": left, "top": HEAD, "right": 8, "bottom": 26},
        "autosize": {"type": "none"}, "config": {"view": {"stroke": None}},
        "layer": [
            {"data": {"values": rules}, "mark": {"type": "rule", "color": INK, "opacity": 0.2},
             "encoding": place | {"x2": {"field": "x2"}}},
            dot | {"data": {"values": dots}, "mark": _dot(filled=True)},
            dot | {"data": {"values": rings}, "mark": _dot(filled=False)},
            {"data": {"values": cells}, "mark": text | {"align": "left", "dx": -3},
             "encoding": place | said},
            {"data": {"values": names + key}, "mark": text | {"align": "right"},
             "encoding": place | {"text": {"field": "text"}}},
            {"data": {"values": genes}, "encoding": place | {"text": {"field": "text"}},
             "mark": text | {"align": "center", "fontWeight": "bold"}},
        ],
    }  # fmt: skip


def _dot(*, filled: bool) -> dict[str, Any]:
    """Make the mark of a dot, or of the ring around it; left of the middle of its cell."""
    shape = {"type": "point", "shape": "circle", "xOffset": -16, "opacity": 1}
    if filled:
        return shape | {"filled": True, "color": DOT, "strokeWidth": 0}
    return shape | {"filled": False, "color": INK, "strokeWidth": 2}


def _name(term: str) -> str:
    """Name a term without its id, where it has a name."""
    identifier, _, name = term.partition(" ")
    return fit(name or identifier, TERM_WIDTH)


def _words(term: str, fit: tuple[str, float] | None) -> str:
    """Say how near a term comes."""
    if fit is None:
        return f"{term} not assessed"
    nearest, share = fit
    if nearest == term and share > 0:
        return f"{term} {100 * share:.0f} %, the very term"
    return f"{term} {100 * share:.0f} %" + (f", nearest {nearest}" if share > 0 else "")


def _in_words(columns: Sequence[_Column], terms: Sequence[str]) -> str:
    """Write the values of the chart."""
    parts = []
    for column in columns:
        fits = "; ".join(shown(_words(term, column.fits.get(term))) for term in terms[:TERMS])
        disease = f" ({shown(column.disease, 100)})" if column.disease else ""
        parts.append(f"{shown(column.gene, 40)}{disease}: {fits}")
    more = len(terms) - TERMS
    return (
        "Share of each term’s information that the best fitting disease of a gene has in common "
        "with it. "
        + ". ".join(parts)
        + (f". {more} more terms are not drawn." if more > 0 else ".")
    )

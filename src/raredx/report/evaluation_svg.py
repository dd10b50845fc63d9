"""The reliability of probabilities as SVG: a diagram for each kind of event.

What was predicted is on the abscissa, what came true on the ordinate, a mark for each bin with
the 95 % interval and the number of predictions. Calibrated marks lie on the diagonal. The same
evaluation gives the same bytes.
"""

from __future__ import annotations

from raredx.columns.evaluation import Bin, Calibration, Evaluation, Reliability

SIDE, LEFT, TOP, GAP, BELOW = 240, 60, 56, 70, 64
COLOUR = "#0072B2"
TEXT = 'font-family="sans-serif" font-size="12" fill="#222"'
SMALL = 'font-family="sans-serif" font-size="9" fill="#666"'
Point = tuple[float, float]


def evaluation_svg_text(evaluation: Evaluation) -> str:
    """Draw the reliability of an evaluation; without probabilities the drawing says so."""
    calibration = evaluation.calibration
    width = LEFT + max(len(calibration.parts), 1) * (SIDE + GAP)
    height = TOP + SIDE + BELOW
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>Predicted probability against what came true</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_diagrams(calibration),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _diagrams(calibration: Calibration) -> list[str]:
    """Draw a diagram for each kind of event, side by side."""
    if not calibration.parts:
        return [_write((LEFT, TOP), "not assessed: the results have no probabilities", "start")]
    lines = []
    for order, part in enumerate(calibration.parts):
        lines += _diagram(LEFT + order * (SIDE + GAP), part)
    return lines


def _diagram(left: float, part: Reliability) -> list[str]:
    """Draw the axes, the diagonal and the marks of one diagram."""
    middle, bottom = left + SIDE / 2, TOP + SIDE
    lines = [
        _write((middle, TOP - 32), part.name, "middle", 'font-weight="bold"'),
        _write((middle, TOP - 15), f"n {part.n:,}, ECE {part.ece_width:.3f}", "middle"),
    ]
    for step in range(0, 11, 2):
        share = step / 10
        x, y = left + share * SIDE, bottom - share * SIDE
        lines += [
            _rule((left, y), (left + SIDE, y), "#ddd"),
            _rule((x, bottom), (x, bottom + 5)),
            _write((x, bottom + 19), f"{share:g}", "middle"),
            _write((left - 8, y + 4), f"{share:g}", "end"),
        ]
    lines += [
        _rule((left, bottom), (left + SIDE, bottom)),
        _rule((left, TOP), (left, bottom)),
        _rule((left, bottom), (left + SIDE, TOP), "#999", 'stroke-dasharray="4 3"'),
        _write((middle, bottom + 40), "predicted", "middle"),
    ]
    x, y = left - 40, TOP + SIDE / 2
    lines.append(_write((x, y), "came true", "middle", f'transform="rotate(-90 {x:g} {y:g})"'))
    places = [_place(left, b.predicted, b.observed.value) for b in part.bins]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    lines.append(f'<polyline points="{path}" fill="none" stroke="{COLOUR}"/>')
    for one, place in zip(part.bins, places, strict=True):
        lines += _mark(left, one, place)
    return lines


def _mark(left: float, one: Bin, place: Point) -> list[str]:
    """Draw a bin: its interval, its mark, and how many predictions it holds."""
    x, y = place
    low = _place(left, one.predicted, one.observed.low)
    high = _place(left, one.predicted, one.observed.high)
    return [
        _rule(low, high, COLOUR),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOUR}"/>',
        f'<text x="{x + 6:.1f}" y="{y + 12:.1f}" {SMALL}>{one.n:,}</text>',
    ]


def _place(left: float, predicted: float, observed: float) -> Point:
    """Turn two shares into a position on the drawing."""
    return left + predicted * SIDE, TOP + SIDE - observed * SIDE


def _rule(start: Point, end: Point, colour: str = "#222", more: str = "") -> str:
    """Draw a thin line."""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {ends} stroke="{colour}" {more}/>'.replace(" />", "/>")


def _write(place: Point, text: str, anchor: str, more: str = "") -> str:
    """Set a piece of text."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    where = f'x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{anchor}"'
    return f"<text {where} {TEXT} {more}>{text}</text>".replace(" >", ">")

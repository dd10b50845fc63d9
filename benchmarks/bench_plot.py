"""Time and memory against the number of records, as SVG. Standard library alone, like `bench.py`.

The same result gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench_measure import Document

Point = tuple[float, float]
Series = dict[str, list[Point]]

WIDTH, HEIGHT = 860, 360
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 70, 46, 320, 240, 90
# Two of the colours of Okabe and Ito, told apart by everyone; the marks differ too.
STYLES = {"raredx": ("#0072B2", "circle"), "bcftools": ("#D55E00", "square")}
TEXT = 'font-family="sans-serif" font-size="12" fill="#222"'


@dataclass(frozen=True)
class Panel:
    """One diagram: where it stands, what its axes mean, how far they reach."""

    left: float
    title: str
    y_label: str
    x_ticks: list[float]
    y_ticks: list[float]

    def place(self, point: Point) -> Point:
        """Turn a value into a position on the drawing."""
        x = self.left + point[0] / self.x_ticks[-1] * PANEL_WIDTH
        return x, TOP + PANEL_HEIGHT - point[1] / self.y_ticks[-1] * PANEL_HEIGHT


def ticks(highest: float, wanted: int = 5) -> list[float]:
    """Choose round marks from 0 to at least the highest value.

    >>> ticks(4.92), ticks(268.0)
    ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 100.0, 200.0, 300.0])
    """
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    return [round(i * step, 10) for i in range(math.ceil(highest / step - 1e-9) + 1)]


def series_of(rows: dict[str, Document], quantity: str) -> Series:
    """Collect a quantity of the trios of every size, by tool: millions of records, value."""
    found: Series = {name: [] for name in STYLES}
    for name, row in rows.items():
        if name.startswith("trio-"):
            for tool, run in row.get("tools", {}).items():
                found[tool].append((row["records"] / 1e6, run[quantity]))
    return {tool: sorted(points) for tool, points in found.items() if points}


def growth_svg(rows: dict[str, Document]) -> str:
    """Draw CPU seconds and peak memory side by side; empty with fewer than two sizes."""
    lines = []
    wanted = (("cpu_s", "CPU time", "CPU seconds"), ("peak_mb", "Peak memory", "megabytes"))
    for order, (quantity, title, label) in enumerate(wanted):
        series = series_of(rows, quantity)
        if max((len(points) for points in series.values()), default=0) < 2:
            return ""
        points = [point for some in series.values() for point in some]
        x_ticks, y_ticks = (ticks(max(point[axis] for point in points)) for axis in (0, 1))
        left = LEFT + order * (PANEL_WIDTH + GAP)
        lines += draw_panel(Panel(left, title, label, x_ticks, y_ticks), series)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    about = "<title>CPU seconds and peak memory against records, raredx and bcftools</title>"
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    return "\n".join([head, about, ground, *lines, "</svg>"]) + "\n"


def draw_panel(panel: Panel, series: Series) -> list[str]:
    """Draw axes, marks, lines and the legend of one diagram."""
    bottom, right = TOP + PANEL_HEIGHT, panel.left + PANEL_WIDTH
    middle = (panel.left + right) / 2
    lines = [write(middle, TOP - 20, panel.title, "middle", 'font-weight="bold"')]
    for value in panel.x_ticks:
        x, _ = panel.place((value, 0))
        lines += [rule((x, bottom), (x, bottom + 5)), write(x, bottom + 19, f"{value:g}", "middle")]
    for value in panel.y_ticks:
        _, y = panel.place((0, value))
        lines.append(rule((panel.left, y), (right, y), "#ddd"))
        lines.append(write(panel.left - 8, y + 4, f"{value:g}", "end"))
    lines += [
        rule((panel.left, bottom), (right, bottom)),
        rule((panel.left, TOP), (panel.left, bottom)),
    ]
    lines.append(write(middle, bottom + 40, "records (millions)", "middle"))
    across = TOP + PANEL_HEIGHT / 2
    turned = f'transform="rotate(-90 {panel.left - 48:.1f} {across:.1f})"'
    lines.append(write(panel.left - 48, across, panel.y_label, "middle", turned))
    for order, (tool, points) in enumerate(series.items()):
        lines += draw_series(panel, tool, points)
        y = bottom + 62
        x = panel.left + 40 + order * 130
        lines += [mark(tool, (x, y - 4)), write(x + 12, y, tool, "start")]
    return lines


def draw_series(panel: Panel, tool: str, points: Sequence[Point]) -> list[str]:
    """Draw the line of a tool and a mark at every measured size."""
    places = [panel.place(point) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    colour = STYLES[tool][0]
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return [line, *(mark(tool, place) for place in places)]


def mark(tool: str, place: Point) -> str:
    """Draw the mark of a tool."""
    colour, shape = STYLES[tool]
    x, y = place
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'


def rule(start: Point, end: Point, colour: str = "#222") -> str:
    """Draw a thin line."""
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}"/>'


def write(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    """Set a piece of text.

    >>> write(1, 2, "a < b", "end").partition(">")[2]
    'a &lt; b</text>'
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {where} {TEXT} {more}>{text}</text>".replace(" >", ">")

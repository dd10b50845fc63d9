"""Where everything of a pedigree drawing stands, for any pedigree.

Generations one below the other, partners side by side, siblings below their parents. Every
member has one place, and every line runs along or down: one that has to pass a row or go round
a person gets a way of its own, so that nobody is drawn twice. The same pedigree gives the same
layout; nothing depends on fonts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from raredx.columns.family import Family, Pedigree
from raredx.columns.records import dataclass
from raredx.report.pedigree_channels import Channel, find_channel
from raredx.report.pedigree_exits import Exits, exit_place, find_exits, half_width
from raredx.report.pedigree_generations import (
    Couple,
    find_couples,
    find_generations,
    find_parts,
    parents_of,
)
from raredx.report.pedigree_order import order_rows
from raredx.report.pedigree_places import place_rows
from raredx.report.pedigree_rows import Grid, Net, build_grid
from raredx.vocabulary import Sex

RADIUS = 15.0
"""Half the width of a symbol, in pixels."""
DIAMOND = 1.2
"""A diamond is wider by this, to look as large."""
TEXT_DEPTH = 52.0
"""Room below a symbol: the id and two lines for the caller."""
TRACK, ABOVE, MARGIN, BETWEEN = 12.0, 16.0, 14.0, 24.0
"""Pixels between tracks, above symbols, around the drawing, and between parts."""
DOUBLE = 2.5
"""Half the distance of the two lines between related partners, in pixels."""
SHELF = 1_200.0
"""Parts stand side by side up to this width in pixels, or that of the widest. Our choice."""

Point = tuple[float, float]
Way = tuple[Point, ...]


@dataclass(frozen=True)
class Place:
    """Where a member stands: generation, 0 for the oldest of the part, and centre in pixels."""

    member: int
    generation: int
    x: float
    y: float


@dataclass(frozen=True)
class Mating:
    """The line between two partners; double where they are related."""

    partners: tuple[int, int]
    related: bool
    way: Way


@dataclass(frozen=True)
class Sibship:
    """The lines from one or two parents to their children."""

    parents: tuple[int, ...]
    children: tuple[int, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class PedigreeLayout:
    """The layout of a pedigree, in pixels from the upper left corner.

    Attributes
    ----------
    places : tuple of Place
        Of each member, in the order of the pedigree.
    matings : tuple of Mating
    sibships : tuple of Sibship
    width, height : float
    """

    places: tuple[Place, ...]
    matings: tuple[Mating, ...] = ()
    sibships: tuple[Sibship, ...] = ()
    width: float = 0.0
    height: float = 0.0


def reach(sex: int, height: float = 0.0) -> float:
    """How far a symbol reaches to the side at a height, -1 its upper and 1 its lower end.

    Examples
    --------
    >>> reach(Sex.MALE, 0.5), reach(Sex.FEMALE), reach(Sex.UNKNOWN)
    (15.0, 15.0, 18.0)
    """
    if sex == Sex.MALE:
        return RADIUS
    if sex == Sex.FEMALE:
        return RADIUS * math.sqrt(1 - height * height)
    return RADIUS * DIAMOND - RADIUS * abs(height)


def lay_out(family: Family) -> PedigreeLayout:
    """Lay a pedigree out.

    Parameters
    ----------
    family : Family
        Of any pedigree in which nobody is their own ancestor: several generations, half
        siblings, loops, one known parent, several parts.

    Returns
    -------
    PedigreeLayout
        The part of the proband is the first; children stand below their parents, and no two
        members at one place.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> lay_out(singleton("S1")).places
    (Place(member=0, generation=0, x=70.0, y=45.0),)
    """
    pedigree = family.pedigree
    couples = find_couples(pedigree)
    generation = find_generations(pedigree, couples)
    first = _walk_up(pedigree, family.proband)
    parts = find_parts(len(pedigree.members), couples)
    parts.sort(key=lambda part: (family.proband not in part, part[0]))
    drawn = [_Part(pedigree, couples, generation, part, first) for part in parts]
    return _on_shelves(drawn, generation)


def _walk_up(pedigree: Pedigree, proband: int) -> list[int]:
    """Order members by lines of descent: the proband's father's line first."""
    found: dict[int, None] = {}
    for start in (proband, *range(len(pedigree.members))):
        todo = [start]
        while todo:
            member = todo.pop()
            if member not in found:
                found[member] = None
                todo += reversed(parents_of(pedigree, member))
    return list(found)


def _on_shelves(parts: Sequence[_Part], generation: Sequence[int]) -> PedigreeLayout:
    """Put parts side by side, and below each other where they would be too wide."""
    widest = max(SHELF, MARGIN + max(part.width for part in parts))
    shelves: list[list[tuple[float, _Part]]] = []
    at_x = widest
    for part in parts:
        if at_x + part.width > widest:
            shelves.append([])
            at_x = MARGIN
        shelves[-1].append((at_x, part))
        at_x += part.width + BETWEEN
    places: list[Place] = []
    matings: list[Mating] = []
    sibships: list[Sibship] = []
    width, top = 0.0, MARGIN
    for shelf in shelves:
        y, bottom = _heights([part for _, part in shelf], top)
        for left, part in shelf:
            part.y = y
            places += part.places(left, generation)
            matings += part.matings(left)
            sibships += part.sibships(left)
            width = max(width, left + part.width)
        top = bottom + BETWEEN
    places.sort(key=lambda place: place.member)
    height = top - BETWEEN + MARGIN
    return PedigreeLayout(tuple(places), tuple(matings), tuple(sibships), width + MARGIN, height)


def _heights(parts: Sequence[_Part], top: float) -> tuple[list[float], float]:
    """Find the height of each row of a shelf, and that of its lower end."""
    y = top + ABOVE + RADIUS
    found = []
    for row in range(max(len(part.channels) for part in parts)):
        here = [part.channels[row] for part in parts if row < len(part.channels)]
        has_lines = any(row + 1 < len(part.channels) for part in parts)
        lines = TRACK * max(has_lines, *(channel.n_tracks for channel in here))
        found.append(y)
        y += 2 * RADIUS + TEXT_DEPTH + lines + ABOVE
    return found, y - RADIUS - ABOVE


def _moved(way: Sequence[Point], left: float) -> Way:
    return tuple((x + left, y) for x, y in way)


class _Part:
    """The layout of one part: rows, places on them, and the lines between."""

    def __init__(
        self,
        pedigree: Pedigree,
        couples: Sequence[Couple],
        generation: Sequence[int],
        part: Sequence[int],
        first: Sequence[int],
    ) -> None:
        self.sex = pedigree.sex.tolist()
        self.grid: Grid = build_grid(part, couples, generation)
        members = set(part)
        rows = order_rows(self.grid, [member for member in first if member in members])
        self.exits: Exits = find_exits(self.grid, rows)
        self.x = place_rows(self.grid, rows, self.exits)
        self.channels = [
            find_channel(self.grid, self.x, self.exits, row) for row in range(len(rows))
        ]
        self.y: list[float] = []
        self.couples = couples
        self.width = max(
            x + half_width(self.grid, node) + self.exits.width.get((node, 1), 0)
            for node, x in self.x.items()
        )

    def places(self, left: float, generation: Sequence[int]) -> list[Place]:
        """Give the places of the members, where the part begins so far from the left."""
        return [
            Place(node, generation[node], left + x, self._row_y(node))
            for node, x in self.x.items()
            if not self.grid.is_passage(node)
        ]

    def matings(self, left: float) -> list[Mating]:
        """Give the lines between partners."""
        found = []
        for number in self.grid.mates:
            couple = self.couples[number]
            way = _moved(self._mating_way(number), left)
            found.append(Mating((couple.partners[0], couple.partners[1]), couple.related, way))
        return found

    def sibships(self, left: float) -> list[Sibship]:
        """Give the lines from parents to children."""
        found = []
        for number in dict.fromkeys(net.couple for net in self.grid.nets):
            couple = self.couples[number]
            ways = tuple(_moved(way, left) for way in self._sibship_ways(number, couple))
            found.append(Sibship(couple.partners, couple.children, ways))
        return found

    def _row_y(self, node: int) -> float:
        return self.y[self.grid.row[node]]

    def _track_y(self, row: int, track: int) -> float:
        return self.y[row] + RADIUS + TEXT_DEPTH + TRACK * (track + 0.5)

    def _way_out(self, couple: int, node: int) -> list[Point]:
        """Lead from the edge of a symbol to where the line turns down."""
        way = self.exits.ways.get((couple, node))
        if way is None:
            return [(self.x[node], self._row_y(node))]
        y = self._row_y(node) + way.height * RADIUS
        edge = self.x[node] + way.side * reach(self.sex[node], way.height)
        return [(edge, y), (exit_place(self.grid, self.x, self.exits, couple, node), y)]

    def _mating_way(self, couple: int) -> Way:
        """Lead from one partner to the other."""
        one, other = self.grid.mates[couple]
        row = self.grid.row[one]
        points: list[Point] = []
        for net in self.grid.nets:
            if net.couple == couple and net.is_mating:
                channel, below = self.channels[net.row], net.bottom[0]
                points = points or self._way_out(couple, net.top[0])
                if net in channel.track:
                    y = self._track_y(net.row, channel.track[net])
                    points += [(channel.start[net], y), (self.x[below], y)]
                points.append((self.x[below], self._row_y(below)))
        if couple in self.exits.direct:
            towards = 1 if self.x[one] < self.x[other] else -1
            if not points:
                points = [(self.x[one] + towards * reach(self.sex[one]), self._row_y(one))]
            points.append((self.x[other] - towards * reach(self.sex[other]), self._row_y(other)))
        else:
            y = self._track_y(row, self.channels[row].mating[couple])
            start = points or self._way_out(couple, one)
            end = self._way_out(couple, other)[::-1]
            points = [*start, (start[-1][0], y), (end[0][0], y), *end]
        return tuple(points)

    def _sibship_ways(self, number: int, couple: Couple) -> list[Way]:
        """Lead from the parents to all their children, over any passages."""
        found: list[Way] = []
        for net in self.grid.nets:
            if net.couple != number or net.is_mating:
                continue
            channel = self.channels[net.row]
            x = channel.start[net]
            if len(net.top) == 2 and number not in self.exits.direct:
                start = self._track_y(net.row, channel.mating[number])
            elif len(net.top) == 2:
                start = self.y[net.row] + (DOUBLE if couple.related else 0.0)
            else:
                *side, (_, start) = self._way_out(number, net.top[0])
                found += [(point, (x, start)) for point in side]
            found += self._down(net, channel, start)
        return found

    def _down(self, net: Net, channel: Channel, start: float) -> list[Way]:
        """Lead down, along and down again."""
        x = channel.start[net]
        ends = [(self.x[node], self._top(node)) for node in net.bottom]
        if net not in channel.track:
            return [((x, start), ends[0])]
        y = self._track_y(net.row, channel.track[net])
        across = [x, *(end for end, _ in ends)]
        return [
            ((x, start), (x, y)),
            ((min(across), y), (max(across), y)),
            *(((end, y), (end, top)) for end, top in ends),
        ]

    def _top(self, node: int) -> float:
        """Find the height at which a line from above ends."""
        if self.grid.is_passage(node):
            return self._row_y(node)
        return self._row_y(node) - (RADIUS * DIAMOND if self.sex[node] == Sex.UNKNOWN else RADIUS)

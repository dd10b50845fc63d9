"""Where do lines leave a row: between two partners, or beside a person?

Neighbours are joined by a straight line. A mating line to somebody further off, and the line of a
parent whose partner is unknown, leave at the side of the person and turn down there; every one
gets a way of its own, so that none runs along another or through a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from raredx.columns.records import dataclass
from raredx.report.pedigree_order import Cluster
from raredx.report.pedigree_rows import Grid

LEFT, RIGHT = -1, 1
UNIT = 8.0
"""Distance of lines that run side by side; people stand at multiples of it, and lines that turn
down beside them half way between. Our choice."""
PERSON, PASSAGE = 56.0, 16.0
"""Half the width of a person with the texts below, and of a passage. Our choice."""

Key = tuple[int, int]
"""A line that leaves: the couple, and the node at which it does."""


@dataclass(frozen=True)
class Exit:
    """A way out beside a node.

    Attributes
    ----------
    node : int
    side : {-1, 1}
    order : int
        0 is nearest to the node.
    height : float
        Where on the symbol it begins: -1 at its upper end, 1 at its lower end, 0 in the middle.
    """

    node: int
    side: int
    order: int
    height: float


@dataclass(frozen=True)
class Exits:
    """All ways out.

    Attributes
    ----------
    ways : dict
        Couple and node to the way out.
    direct : frozenset of int
        Couples who stand side by side.
    width : dict
        Node and side to the width that the ways out need there.
    """

    ways: dict[Key, Exit] = field(default_factory=dict)
    direct: frozenset[int] = frozenset()
    width: dict[tuple[int, int], float] = field(default_factory=dict)


def half_width(grid: Grid, node: int) -> float:
    """Half the width that a node takes in its row."""
    return PASSAGE if grid.is_passage(node) else PERSON


def exit_place(grid: Grid, x: dict[int, float], exits: Exits, couple: int, node: int) -> float:
    """Abscissa at which a line turns down beside a node; below a passage it goes straight on."""
    way = exits.ways.get((couple, node))
    if way is None:
        return x[node]
    return x[node] + way.side * (half_width(grid, node) + UNIT * (way.order + 0.5))


def find_exits(grid: Grid, rows: Sequence[Sequence[Cluster]]) -> Exits:
    """Find the ways out of all rows.

    Examples
    --------
    >>> from raredx.report.pedigree_generations import Couple
    >>> from raredx.report.pedigree_rows import build_grid
    >>> grid = build_grid([0, 1, 2], [Couple((1, 2), (0,))], [1, 0, 0])
    >>> find_exits(grid, [[[1, 2]], [[0]]]).direct
    frozenset({0})
    >>> grid = build_grid([0, 1], [Couple((1,), (0,))], [1, 0])
    >>> find_exits(grid, [[[1]], [[0]]]).ways
    {(0, 1): Exit(node=1, side=1, order=0, height=0.0)}
    """
    place = {
        node: number
        for row in rows
        for number, node in enumerate(node for cluster in row for node in cluster)
    }
    direct = {n for n, (a, b) in grid.mates.items() if abs(place[a] - place[b]) == 1}
    taken: dict[tuple[int, int], list[Key]] = {}
    busy = set()
    for number in direct:
        one, other = sorted(grid.mates[number], key=lambda node: place[node])
        busy |= {(one, RIGHT), (other, LEFT)}
    for number, (one, other) in grid.mates.items():
        if number not in direct:
            towards = RIGHT if place[one] < place[other] else LEFT
            for node, side in ((one, towards), (other, -towards)):
                if not grid.is_passage(node):
                    taken.setdefault((node, side), []).append((number, node))
    for net in grid.nets:
        node = net.top[0]
        if len(net.top) == 1 and not grid.is_passage(node):
            free = [s for s in (RIGHT, LEFT) if (node, s) not in busy and (node, s) not in taken]
            fewest = min((RIGHT, LEFT), key=lambda s: (len(taken.get((node, s), ())), -s))
            taken.setdefault((node, (free or [fewest])[0]), []).append((net.couple, node))
    ways = {}
    for (node, side), keys in taken.items():
        heights = _heights(len(keys), has_direct=(node, side) in busy)
        for order, (key, height) in enumerate(zip(keys, heights, strict=True)):
            ways[key] = Exit(node, side, order, height)
    width = {beside: UNIT * (len(keys) + (beside in busy)) for beside, keys in taken.items()}
    return Exits(ways, frozenset(direct), width)


def _heights(n: int, *, has_direct: bool) -> list[float]:
    """Where on the symbol lines begin, the one that turns down first at the lowest.

    Examples
    --------
    >>> _heights(1, has_direct=False), _heights(2, has_direct=False), _heights(1, has_direct=True)
    ([0.0], [0.35, -0.35], [0.5])
    """
    if has_direct:
        return [0.7 * (n - order) / (n + 0.4) for order in range(n)]
    return (
        [0.35 * (n - 1) - 0.7 * order for order in range(n)]
        if n < 4
        else [0.7 - 1.4 * order / (n - 1) for order in range(n)]
    )

"""Where on its row does each member stand?

Children are centred below their parents and parents above their children as far as the order
of the row leaves room: the least squares of these wishes under the distances that people need
(isotonic regression, pool adjacent violators; Ayer et al. 1955, doi:10.1214/aoms/1177728423),
row after row, down and up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from raredx.report.pedigree_exits import LEFT, RIGHT, UNIT, Exits, exit_place, half_width
from raredx.report.pedigree_order import Cluster
from raredx.report.pedigree_rows import Grid, Net

ROUNDS = 7
"""How often the rows are gone through. Our choice: more rounds move nothing visibly."""
PASSAGE_WEIGHT = 4.0
"""How much more a line that passes a row wants to be straight. Our choice."""


def place_rows(grid: Grid, rows: Sequence[Sequence[Cluster]], exits: Exits) -> dict[int, float]:
    """Give each node its place on the row, from the left end of the drawing.

    Returns
    -------
    dict
        Node to abscissa, for members a multiple of the unit; the least is half the width of its
        node and of the ways out beside it.

    Examples
    --------
    >>> from raredx.report.pedigree_exits import find_exits
    >>> from raredx.report.pedigree_generations import Couple
    >>> from raredx.report.pedigree_rows import build_grid
    >>> grid = build_grid([0, 1, 2], [Couple((1, 2), (0,))], [1, 0, 0])
    >>> rows = [[[1, 2]], [[0]]]
    >>> place_rows(grid, rows, find_exits(grid, rows))
    {1: 56.0, 2: 168.0, 0: 112.0}
    """
    placing = _Placing(grid, rows, exits)
    numbers = range(len(rows))
    for _ in range(ROUNDS):
        for number in numbers:
            placing.move(number, from_parents=True, from_children=False)
        for number in reversed(numbers):
            placing.move(number, from_parents=False, from_children=True)
    for number in numbers:
        placing.move(number, from_parents=True, from_children=True)
    if len(rows) > 1:
        placing.move(0, from_parents=False, from_children=True)
    for number in numbers:
        placing.round_off(number)
    x = placing.x
    _part_exchanged(grid, x)
    left = min(x[node] - half_width(grid, node) - exits.width.get((node, LEFT), 0) for node in x)
    return {node: at - left for node, at in x.items()}


class _Placing:
    """The places of all nodes while they move, in blocks that stay together."""

    def __init__(self, grid: Grid, rows: Sequence[Sequence[Cluster]], exits: Exits) -> None:
        self.grid, self.exits = grid, exits
        has_parents = {node for net in grid.nets for node in net.bottom}
        self.rows = [list(_blocks(row, has_parents)) for row in rows]
        self.above = [grid.nets_below(number - 1) for number in range(len(rows))]
        self.below = [grid.nets_below(number) for number in range(len(rows))]
        self.x: dict[int, float] = {}
        self.steps: list[list[float]] = []
        for row in self.rows:
            self._measure(row, exits)

    def _measure(self, row: Sequence[Sequence[int]], exits: Exits) -> None:
        """Find how far apart neighbours must stand, and put them so, around the middle."""
        at, before = 0.0, -1
        starts: list[float] = []
        for block in row:
            for number, node in enumerate(block):
                if before >= 0:
                    at += half_width(self.grid, before) + half_width(self.grid, node)
                    at += exits.width.get((before, RIGHT), 0) + exits.width.get((node, LEFT), 0)
                self.x[node] = at
                before = node
                if number == 0:
                    starts.append(at)
        for block in row:
            for node in block:
                self.x[node] -= UNIT * round(at / 2 / UNIT)
        self.steps.append([start - starts[0] for start in starts])

    def middle(self, nodes: Sequence[int]) -> float:
        """Middle of some nodes."""
        return sum([self.x[node] for node in nodes]) / len(nodes)

    def start(self, net: Net) -> float:
        """Where a line comes down."""
        if len(net.top) == 1:
            return exit_place(self.grid, self.x, self.exits, net.couple, net.top[0])
        return self.middle(net.top)

    def move(self, number: int, *, from_parents: bool, from_children: bool) -> None:
        """Move the blocks of a row towards what they are joined to."""
        shifts: dict[int, list[tuple[float, float]]] = {}
        if from_parents:
            for net in self.above[number]:
                shift = self.start(net) - self.middle(net.bottom)
                for node in net.bottom:
                    weight = PASSAGE_WEIGHT if self.grid.is_passage(node) else 1.0
                    shifts.setdefault(node, []).append((shift, weight))
        if from_children:
            for net in self.below[number]:
                shift = self.middle(net.bottom) - self.start(net)
                weight = PASSAGE_WEIGHT if self.grid.is_passage(net.top[0]) else 1.0
                for node in net.top:
                    shifts.setdefault(node, []).append((shift, weight / len(net.top)))
        wanted, weights = [], []
        row = self.rows[number]
        for block, step in zip(row, self.steps[number], strict=True):
            own = [pair for node in block for pair in shifts.get(node, ())]
            weight = sum([w for _, w in own])
            shift = sum([s * w for s, w in own]) / weight if weight else 0.0
            wanted.append(self.x[block[0]] + shift - step)
            weights.append(weight or 0.01)
        for block, step, at in zip(
            row, self.steps[number], _in_order(wanted, weights), strict=True
        ):
            shift = at + step - self.x[block[0]]
            for node in block:
                self.x[node] += shift

    def round_off(self, number: int) -> None:
        """Put the people of a row on multiples of the unit; those in order stay in order."""
        for block, step in zip(self.rows[number], self.steps[number], strict=True):
            free = self.x[block[0]] - step
            shift = UNIT * round(free / UNIT + 1e-6) - free
            for node in block:
                self.x[node] = UNIT * round((self.x[node] + shift) / UNIT)


def _part_exchanged(grid: Grid, x: dict[int, float]) -> None:
    """Move a passage by half a unit where two lines would change places exactly."""
    for row in range(grid.n_rows - 1):
        nets = [net for net in grid.nets_below(row) if grid.is_passage(net.top[0])]
        for one, other in combinations(nets, 2):
            ends = [[x[node] for node in net.bottom] for net in (one, other)]
            if x[one.top[0]] in ends[1] and x[other.top[0]] in ends[0]:
                x[one.top[0]] += UNIT / 2


def _blocks(row: Sequence[Cluster], has_parents: set[int]) -> Iterator[list[int]]:
    """Split a row into what moves as one: partners may draw apart where both have parents."""
    for cluster in row:
        block = [cluster[0]]
        for before, node in pairwise(cluster):
            if before in has_parents and node in has_parents:
                yield block
                block = []
            block.append(node)
        yield block


def _in_order(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Find the ascending values nearest to the wanted ones.

    Examples
    --------
    >>> _in_order([1.0, 5.0, 3.0], [1.0, 1.0, 1.0])
    [1.0, 4.0, 4.0]
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        pool = (value, weight, 1)
        while pools and pools[-1][0] >= pool[0]:
            mean, own, n = pools.pop()
            total = own + pool[1]
            pool = ((mean * own + pool[0] * pool[1]) / total, total, n + pool[2])
        pools.append(pool)
    return [value for value, _, n in pools for _ in range(n)]

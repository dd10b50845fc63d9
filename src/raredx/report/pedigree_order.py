"""In which order do people stand in their row, so that few lines cross?

Partners stand together in clusters. Rows are ordered by the middle of their relatives above and
below, sweep after sweep (Sugiyama et al. 1981, doi:10.1109/TSMC.1981.4308636), and then improved
by exchanging and turning clusters as long as that removes crossings; small families are tried
nearly to the end that way, large ones within a fixed number of steps. No step depends on chance
or time.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence

from raredx.report.pedigree_rows import Grid

Cluster = list[int]
Rows = list[list[Cluster]]

CROSSING, APART, LEFT_FATHER, SIBLINGS, LENGTH = 1.0, 2.0, 0.02, 0.02, 0.003
"""What counts against an order: lines that cross, a place between partners, a mother at the
left, siblings not in the order of the file, and the length of lines. Our choice."""
SWEEPS = 4
STEPS = 16_000
"""How many line ends may be looked at while an order is improved. Our choice: 60 members in less
than 50 ms."""
NEAR = 3
"""In long rows only clusters this near are exchanged."""


def order_rows(grid: Grid, first: Sequence[int]) -> Rows:
    """Order the nodes of each row, in clusters of partners.

    Parameters
    ----------
    grid : Grid
    first : sequence of int
        Members in the order in which they are to be placed as far as nothing else decides.

    Examples
    --------
    >>> from raredx.report.pedigree_generations import Couple
    >>> from raredx.report.pedigree_rows import build_grid
    >>> order_rows(build_grid([0, 1, 2], [Couple((1, 2), (0,))], [1, 0, 0]), [0, 1, 2])
    [[[1, 2]], [[0]]]
    """
    search = _Search(grid)
    rows = _first_rows(grid, first)
    best, least = _copy(rows), search.total(rows)
    for sweep in range(SWEEPS):
        _sweep(grid, rows, down=sweep % 2 == 0)
        cost = search.total(rows)
        if cost < least:
            best, least = _copy(rows), cost
    return search.improve(best)


def _copy(rows: Rows) -> Rows:
    return [[list(cluster) for cluster in row] for row in rows]


def _first_rows(grid: Grid, first: Sequence[int]) -> Rows:
    """Place clusters as a walk down from the oldest meets them."""
    clusters = _clusters(grid)
    own = {node: cluster for cluster in clusters for node in cluster}
    below: dict[int, list[int]] = {}
    for net in grid.nets:
        for node in net.top:
            below.setdefault(node, []).extend(net.bottom)
    rows: Rows = [[] for _ in range(grid.n_rows)]
    placed: set[int] = set()
    rank = {node: number for number, node in enumerate(first)}
    late = len(rank)
    starts = sorted(own, key=lambda node: (grid.row[node], rank.get(node, late), node))
    for start in starts:
        todo = [start]
        while todo:
            cluster = own[todo.pop()]
            if cluster[0] in placed:
                continue
            placed.update(cluster)
            rows[grid.row[cluster[0]]].append(cluster)
            children = [child for node in cluster for child in below.get(node, ())]
            todo += reversed(children)
    return rows


def _clusters(grid: Grid) -> list[Cluster]:
    """Join the nodes of a row that mating lines join, partners side by side."""
    mates: dict[int, list[int]] = {node: [] for node in grid.row}
    for one, other in grid.mates.values():
        mates[one].append(other)
        mates[other].append(one)
    found: list[Cluster] = []
    seen: set[int] = set()
    for node in grid.row:
        if node in seen:
            continue
        together = [node]
        for member in together:  # grows while it is read
            together += [mate for mate in mates[member] if mate not in together]
        seen.update(together)
        found.append(_side_by_side(together, mates))
    pairs = set(grid.mates.values())
    return [
        cluster[::-1] if len(cluster) == 2 and (cluster[1], cluster[0]) in pairs else cluster
        for cluster in found
    ]


def _side_by_side(together: list[int], mates: dict[int, list[int]]) -> Cluster:
    """Order one cluster from the person with most partners outwards, to both sides in turn."""
    hub = max(together, key=lambda node: (len(mates[node]), -node))
    seen = {hub}
    left: Cluster = []
    right: Cluster = []

    def outwards(node: int) -> Cluster:
        line: Cluster = []
        todo = [node]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                line.append(here)
                todo += reversed(mates[here])
        return line

    for mate in mates[hub]:
        side = left if len(left) < len(right) else right
        side += outwards(mate)
    return [*reversed(left), hub, *right]


def _sweep(grid: Grid, rows: Rows, *, down: bool) -> None:
    """Order all rows but the first or the last by the row before."""
    for number in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
        _sort_row(grid, rows, number, by_parents=down)


def _sort_row(grid: Grid, rows: Rows, number: int, *, by_parents: bool) -> None:
    """Order a row by the middle of what its clusters are joined to above, or below."""
    place = _places(rows[number - 1 if by_parents else number + 1])
    wanted: dict[int, list[float]] = {}
    for net in grid.nets_below(number - 1 if by_parents else number):
        ends, others = (net.bottom, net.top) if by_parents else (net.top, net.bottom)
        middle = sum(place[node] for node in others) / len(others)
        for node in ends:
            wanted.setdefault(node, []).append(middle)
    row = rows[number]
    own = _places(row)
    keys = []
    for cluster in row:
        known = [w for node in cluster for w in wanted.get(node, ())]
        keys.append(sum(known) / len(known) if known else own[cluster[0]])
    order = sorted(range(len(row)), key=lambda n: (keys[n], n))
    rows[number] = [_turned(row[n], wanted) for n in order]


def _turned(cluster: Cluster, wanted: dict[int, list[float]]) -> Cluster:
    """Turn a cluster if its ends are joined to what lies on the other side."""
    ends = [wanted.get(node) for node in (cluster[0], cluster[-1])]
    if ends[0] and ends[1]:
        left, right = (sum(end) / len(end) for end in ends if end)
        return cluster[::-1] if left > right else cluster
    return cluster


def _places(row: list[Cluster]) -> dict[int, float]:
    """Place of each node in its row, counted from the middle of the row."""
    nodes = [node for cluster in row for node in cluster]
    middle = (len(nodes) - 1) / 2
    return {node: number - middle for number, node in enumerate(nodes)}


class _Search:
    """The improvement of an order, step by step."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.below = [grid.nets_below(row) for row in range(grid.n_rows)]
        self.ends = [sum(len(net.bottom) for net in nets) for nets in self.below]
        self.mates: list[list[tuple[int, int]]] = [[] for _ in self.below]
        for one, other in grid.mates.values():
            self.mates[grid.row[one]].append((one, other))
        self.left = STEPS

    def total(self, rows: Rows) -> float:
        """Judge an order of all rows; less is better."""
        places = [_places(row) for row in rows]
        lines = sum(self._lines(row, places[row], places[row + 1]) for row in range(len(rows) - 1))
        return lines + sum(self._mates(row, places[row]) for row in range(len(rows)))

    def _lines(self, row: int, above: dict[int, float], under: dict[int, float]) -> float:
        """Judge the lines between two rows, mostly by the pairs that cross."""
        ends: list[tuple[float, float]] = []
        turned = 0
        for net in self.below[row]:
            start = sum([above[node] for node in net.top]) / len(net.top)
            reach = [under[node] for node in net.bottom]
            ends += [(start, end) for end in reach]
            if len(reach) > 1:
                turned += _inversions(reach)
        ends.sort()
        length = sum([abs(start - end) for start, end in ends])
        crossings = _inversions([end for _, end in ends])
        return CROSSING * crossings + SIBLINGS * turned + LENGTH * length

    def _mates(self, row: int, place: dict[int, float]) -> float:
        """Judge the places of partners."""
        cost = 0.0
        for one, other in self.mates[row]:
            step = place[other] - place[one]
            cost += APART * (abs(step) - 1) + (LEFT_FATHER if step < 0 else 0)
        return cost

    def _around(self, rows: Rows, number: int) -> float:
        """Judge everything that the order of one row touches."""
        own = _places(rows[number])
        cost = self._mates(number, own)
        self.left -= 1
        if number > 0:
            cost += self._lines(number - 1, _places(rows[number - 1]), own)
            self.left -= self.ends[number - 1]
        if number + 1 < len(rows):
            cost += self._lines(number, own, _places(rows[number + 1]))
            self.left -= self.ends[number]
        return cost

    def improve(self, rows: Rows) -> Rows:
        """Change the order as long as that helps, or until the steps are used up."""
        while True:
            self._climb(rows)
            least = self.total(rows)
            if least < CROSSING or self.left <= 0:
                return rows
            better = next((r for r in self._jumps(rows) if self.total(r) < least - 1e-9), None)
            if better is None:
                return rows
            rows = better

    def _climb(self, rows: Rows) -> None:
        """Exchange and turn clusters of one row at a time."""
        better = True
        while better and self.left > 0:
            better = False
            for number in range(len(rows)):
                least = self._around(rows, number)
                for changed in _changes(rows[number]):
                    before, rows[number] = rows[number], changed
                    cost = self._around(rows, number)
                    if cost < least - 1e-9:
                        least, better = cost, True
                    else:
                        rows[number] = before
                    if self.left <= 0:
                        return

    def _jumps(self, rows: Rows) -> Iterator[Rows]:
        """Change one row, and order the rows above and below by it: what no single step reaches."""
        for number in range(len(rows)):
            for changed in _changes(rows[number]):
                if self.left <= 0:
                    return
                self.left -= 4 * sum(self.ends)
                jumped = [*rows[:number], changed, *rows[number + 1 :]]
                for above in range(number - 1, -1, -1):
                    _sort_row(self.grid, jumped, above, by_parents=False)
                for under in range(number + 1, len(rows)):
                    _sort_row(self.grid, jumped, under, by_parents=True)
                yield jumped


def _changes(row: list[Cluster]) -> Iterator[list[Cluster]]:
    """Change the order of a row in all small ways, each by itself."""
    yield from _turns(row)
    yield from _exchanges(row)


def _turns(row: list[Cluster]) -> Iterator[list[Cluster]]:
    """Turn one cluster, or exchange two neighbours in it."""
    for number, cluster in enumerate(row):
        variants = [cluster[::-1]] if len(cluster) > 1 else []
        if len(cluster) > 2:
            for at in range(len(cluster) - 1):
                pair = cluster[at : at + 2][::-1]
                variants.append([*cluster[:at], *pair, *cluster[at + 2 :]])
        for variant in variants:
            yield [*row[:number], variant, *row[number + 1 :]]


def _exchanges(row: list[Cluster]) -> Iterator[list[Cluster]]:
    """Exchange two clusters, or move one past others."""
    reach = len(row) if len(row) <= 2 * NEAR + 2 else NEAR
    for number in range(len(row)):
        for other in range(number + 1, min(len(row), number + reach + 1)):
            changed = list(row)
            changed[number], changed[other] = changed[other], changed[number]
            yield changed
            if other > number + 1:
                yield [*row[:number], *row[number + 1 : other + 1], row[number], *row[other + 1 :]]
                yield [*row[:number], row[other], *row[number:other], *row[other + 1 :]]


def _inversions(values: Sequence[float]) -> int:
    """Count the pairs that stand in the wrong order.

    Examples
    --------
    >>> _inversions([1, 3, 2, 0])
    4
    """
    seen: list[float] = []
    found = 0
    for value in values:
        found += len(seen) - bisect_right(seen, value)
        insort(seen, value)
    return found

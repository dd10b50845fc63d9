"""At which height does each line run between two rows?

Between two rows, lines come down from the upper and go down to the lower one; what is not
straight runs along on a track between. Mating lines get the upper tracks, the others are put in
the order in which they cross least, and tracks are shared where lines do not meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from raredx.columns.records import dataclass
from raredx.report.pedigree_exits import UNIT, Exits, exit_place, half_width
from raredx.report.pedigree_rows import Grid, Net

T = TypeVar("T")

OVERLAP = 1000.0
"""What a line counts that would run along another: more than any number of crossings."""
BESIDE = 8.0
"""How far a line may start from the middle between partners. Our choice: texts stay clear."""


@dataclass(frozen=True)
class Channel:
    """The lines between one row and the next.

    Attributes
    ----------
    start : dict
        Net to the abscissa at which it comes down.
    mating : dict
        Couple to the track of a mating line that is not straight, 0 is the uppermost.
    track : dict
        Net to its track; a net that is straight down has none.
    n_tracks : int
    """

    start: dict[Net, float]
    mating: dict[int, int]
    track: dict[Net, int]
    n_tracks: int


def find_channel(grid: Grid, x: dict[int, float], exits: Exits, row: int) -> Channel:
    """Find the tracks below a row.

    Parameters
    ----------
    grid : Grid
    x : dict
        Node to abscissa.
    exits : Exits
    row : int

    Examples
    --------
    >>> from raredx.report.pedigree_exits import find_exits
    >>> from raredx.report.pedigree_generations import Couple
    >>> from raredx.report.pedigree_rows import build_grid
    >>> grid = build_grid([0, 1, 2], [Couple((1, 2), (0,))], [1, 0, 0])
    >>> exits = find_exits(grid, [[[1, 2]], [[0]]])
    >>> channel = find_channel(grid, {1: 56.0, 2: 168.0, 0: 112.0}, exits, 0)
    >>> list(channel.start.values()), channel.n_tracks
    ([112.0], 0)
    """
    nets = grid.nets_below(row)
    spans = {
        number: (
            exit_place(grid, x, exits, number, one), exit_place(grid, x, exits, number, other)
        )
        for number, (one, other) in grid.mates.items()
        if grid.row[one] == row and number not in exits.direct
    }  # fmt: skip
    mating = _share_tracks({n: (min(span), max(span)) for n, span in spans.items()}, list(spans))
    start = _starts(grid, x, exits, nets, spans)
    reach = {}
    for net in nets:
        ends = [start[net], *(x[node] for node in net.bottom)]
        if max(ends) > min(ends):
            reach[net] = (min(ends), max(ends))
    order = _in_few_crossings(list(reach), reach, start, x)
    upper = max(mating.values(), default=-1) + 1
    track = {net: upper + n for net, n in _share_tracks(reach, order).items()}
    return Channel(start, mating, track, max(track.values(), default=upper - 1) + 1)


def _starts(
    grid: Grid,
    x: dict[int, float],
    exits: Exits,
    nets: Sequence[Net],
    spans: dict[int, tuple[float, float]],
) -> dict[Net, float]:
    """Find where each net comes down, away from what other nets have there."""
    found: dict[Net, float] = {}
    others = {node: net for net in nets for node in net.bottom}
    fixed = [(x[node], net) for node, net in others.items()]
    for net in nets:
        if len(net.top) == 1:
            place = exit_place(grid, x, exits, net.couple, net.top[0])
            lone = x[net.bottom[0]] if len(net.bottom) == 1 else place
            movable = not grid.is_passage(net.top[0]) and not net.is_mating
            found[net] = lone if movable and abs(lone - place) <= UNIT / 2 else place
            fixed.append((found[net], net))
    fixed += [(end, net) for net in nets for end in spans.get(net.couple, ())]
    for net in nets:
        if len(net.top) == 1:
            continue
        children = [x[node] for node in net.bottom]
        if net.couple in spans:
            low, high = sorted(spans[net.couple])
            if high - low > 2 * BESIDE:
                low, high = low + BESIDE, high - BESIDE
            middle = sum(children) / len(children)
        else:
            middle = _gap_middle(grid, x, exits, net)
            low, high = middle - BESIDE, middle + BESIDE
        choices = [low + n * UNIT / 2 for n in range(int(2 * (high - low) / UNIT) + 1)]
        choices.sort(key=lambda place: (abs(place - middle), place))
        if len(children) == 1 and low <= children[0] <= high:
            choices.insert(0, children[0])
        free = [
            place
            for place in choices
            if all(other is net or abs(place - at) >= UNIT / 2 for at, other in fixed)
        ]
        found[net] = (free or choices)[0]
        fixed.append((found[net], net))
    return found


def _gap_middle(grid: Grid, x: dict[int, float], exits: Exits, net: Net) -> float:
    """Middle between two neighbours, clear of the ways out beside them."""
    left, right = sorted(net.top, key=lambda node: x[node])
    start = x[left] + half_width(grid, left) + exits.width.get((left, 1), 0)
    end = x[right] - half_width(grid, right) - exits.width.get((right, -1), 0)
    return (start + end) / 2


def _in_few_crossings(
    nets: list[Net],
    reach: dict[Net, tuple[float, float]],
    start: dict[Net, float],
    x: dict[int, float],
) -> list[Net]:
    """Order nets from the uppermost track down, each put in where it crosses least."""

    def cost(upper: Net, lower: Net) -> float:
        (low, high), (left, right) = reach[upper], reach[lower]
        ends = [x[node] for node in upper.bottom]
        crossings = sum(left < end < right for end in ends) + (low < start[lower] < high)
        return crossings + OVERLAP * sum(abs(end - start[lower]) < 1 for end in ends)

    order: list[Net] = []
    for net in nets:
        above = [0.0]  # what it costs to stand below the first, the first two, …
        for other in order:
            above.append(above[-1] + cost(other, net) - cost(net, other))
        best = min(range(len(above)), key=lambda place: (above[place], -place))
        order.insert(best, net)
    return order


def _share_tracks(reach: dict[T, tuple[float, float]], order: Sequence[T]) -> dict[T, int]:
    """Give each line the uppermost track below those before it that it would meet."""
    found: dict[T, int] = {}
    for line in order:
        low, high = reach[line]
        found[line] = 1 + max(
            (
                track
                for other, track in found.items()
                if reach[other][0] <= high + UNIT / 2 and low <= reach[other][1] + UNIT / 2
            ),
            default=-1,
        )
    return found

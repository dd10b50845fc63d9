"""The rows of a pedigree drawing: who stands in them, and what has to pass through.

A line that leads further than to the next row gets a place of its own, a passage, in every row
between, so that it never runs through a person. Partners who cannot share a generation meet at
a passage beside the younger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from raredx.columns.records import dataclass
from raredx.report.pedigree_generations import Couple


@dataclass(frozen=True)
class Net:
    """What one line joins: its ends in a row, and those in the row below.

    Attributes
    ----------
    row : int
    top : tuple of int
        Nodes; the line starts between two partners, or beside one node.
    bottom : tuple of int
        Nodes in the next row.
    couple : int
        Whose line it is.
    is_mating : bool
        Whether it leads one partner down to the other instead of to children.
    """

    row: int
    top: tuple[int, ...]
    bottom: tuple[int, ...]
    couple: int
    is_mating: bool = False


@dataclass(frozen=True)
class Grid:
    """The nodes of one part of a pedigree: members by their index, passages by higher numbers.

    Attributes
    ----------
    row : dict
        Node to its row.
    nets : list of Net
    mates : dict
        Couple to the two nodes of one row that its mating line joins.
    first_passage : int
        Nodes from this number on are passages.
    """

    row: dict[int, int]
    first_passage: int
    nets: list[Net] = field(default_factory=list)
    mates: dict[int, tuple[int, int]] = field(default_factory=dict)

    def is_passage(self, node: int) -> bool:
        """Whether a node is a place that a line passes through."""
        return node >= self.first_passage

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return max(self.row.values()) + 1

    def nets_below(self, row: int) -> list[Net]:
        """Give the lines that lead from a row to the next."""
        return [net for net in self.nets if net.row == row]


def build_grid(part: Sequence[int], couples: Sequence[Couple], generation: Sequence[int]) -> Grid:
    """Put the members of one part into rows, with the passages that their lines need.

    Parameters
    ----------
    part : sequence of int
        Members.
    couples : sequence of Couple
        Those of the whole pedigree; others than of this part are left out.
    generation : sequence of int
        Of every member of the pedigree.

    Examples
    --------
    >>> grid = build_grid([0, 1, 2], [Couple((1, 2), (0,))], [1, 0, 0])
    >>> grid.mates, grid.nets
    ({0: (1, 2)}, [Net(row=0, top=(1, 2), bottom=(0,), couple=0, is_mating=False)])
    """
    grid = Grid({member: generation[member] for member in part}, len(generation))
    here = set(part)
    for number, couple in enumerate(couples):
        if couple.partners[0] not in here:
            continue
        ends = couple.partners
        if len(ends) == 2:
            upper, lower = sorted(ends, key=lambda member: generation[member])
            if generation[upper] < generation[lower]:
                meeting = _lead_mate(grid, number, upper, generation[lower])
                ends = (meeting, lower)
            grid.mates[number] = (ends[0], ends[1])
        row = grid.row[ends[-1]]
        bottom = tuple(_lead_child(grid, number, row, child) for child in couple.children)
        grid.nets.append(Net(row, ends, bottom, number))
    return grid


def _add_passage(grid: Grid, row: int) -> int:
    """Make a passage in a row."""
    node = max(grid.first_passage, max(grid.row) + 1)
    grid.row[node] = row
    return node


def _lead_child(grid: Grid, couple: int, row: int, child: int) -> int:
    """Lead a line from below a row to a child; give its end in the next row."""
    first = last = child
    for between in range(row + 1, grid.row[child]):
        passage = _add_passage(grid, between)
        if last == child:
            first = passage
        else:
            grid.nets.append(Net(between - 1, (last,), (passage,), couple))
        last = passage
    if last != child:
        grid.nets.append(Net(grid.row[last], (last,), (child,), couple))
    return first


def _lead_mate(grid: Grid, couple: int, upper: int, row: int) -> int:
    """Lead a mating line down from the older partner; give the passage in the row of the other."""
    last = upper
    for between in range(grid.row[upper] + 1, row + 1):
        passage = _add_passage(grid, between)
        grid.nets.append(Net(between - 1, (last,), (passage,), couple, is_mating=True))
        last = passage
    return last

"""Print the best candidates of a raredx TSV as a table for a terminal."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

COLUMNS = (
    "rank",
    "tier",
    "score",
    "probability",
    "gene",
    "mode",
    "chrom",
    "pos",
    "consequence",
    "popmax_af",
)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows of a raredx TSV, without its heading."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(rows: list[dict[str, str]], n_ranks: int) -> str:
    """Lay out the rows of the best ranks in columns.

    Examples
    --------
    >>> row = dict.fromkeys(COLUMNS, "1")
    >>> table([row], 1).splitlines()[1].split()
    ['1', '1', '1', '1', '1', '1', '1', '1', '1', '1']
    """
    shown = [COLUMNS] + [
        tuple(row[name] for name in COLUMNS) for row in rows if int(row["rank"]) <= n_ranks
    ]
    widths = [max(len(cells[i]) for cells in shown) for i in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in shown
    )


if __name__ == "__main__":
    print(table(read_rows(Path(sys.argv[1])), int(sys.argv[2])))

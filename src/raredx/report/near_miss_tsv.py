"""Near misses as TSV: heading lines with `##`, one header row, a row for each variant and gene."""

from __future__ import annotations

from raredx.columns.near_misses import NEAR_MISS_FIELDS, NearMissTable
from raredx.report.heading import Heading
from raredx.report.spreadsheet_cells import tsv_cell


def near_misses_text(near: NearMissTable, heading: Heading) -> str:
    r"""Write heading and near misses.

    A line `##raredx_near_misses` for each family says how many were found, of which the nearest
    are listed. Cells are written as those of the candidates.

    Examples
    --------
    >>> from raredx.columns.near_misses import empty_near_misses
    >>> heading = Heading("1", "x", "gel", "1", "", "GRCh38", "CSQ", (), (), "declared")
    >>> near_misses_text(empty_near_misses(), heading).splitlines()[-1].split("\t")[:3]
    ['rank', 'gene', 'hgnc_id']
    """
    names = [field.name for field in NEAR_MISS_FIELDS]
    listed = near["family_id"]
    about = [
        ("raredx_near_misses", f"{family} found {found} listed {listed.count(family)}")
        for family, found in near.found.items()
    ]
    lines = [f"##{key}={' '.join(value.split())}" for key, value in (*heading.lines(), *about)]
    lines.append("\t".join(names))
    lines += [
        "\t".join(map(tsv_cell, row)) for row in zip(*(near[name] for name in names), strict=True)
    ]
    return "\n".join(lines) + "\n"

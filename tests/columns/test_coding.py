"""The table of transcripts: each row as a map of its own."""

from __future__ import annotations

import numpy as np
import pytest

from raredx.columns.coding import CodingTranscripts

EXONS = [[(1001, 1100), (2001, 2300)], [(18900, 18999), (17800, 17999)], [(31, 90)]]


@pytest.fixture
def fx_table():
    """Make a table of three transcripts, the second on the reverse strand."""
    flat = [exon for exons in EXONS for exon in exons]
    return CodingTranscripts(
        transcript=["T0", "T1", "T2"],
        row_of_gene=np.arange(3, dtype=np.int32),
        contig=np.ones(3, np.int8),
        forward=np.array([True, False, True]),
        cds_first=np.array([1051, 17900, 31], np.int32),
        cds_last=np.array([2250, 18950, 90], np.int32),
        exon_start=np.cumsum([0, *map(len, EXONS)]),
        exon_first=np.array([first for first, _ in flat], np.int32),
        exon_last=np.array([last for _, last in flat], np.int32),
    )


@pytest.mark.parametrize(
    ("row", "forward", "start", "stop", "length"),
    [(0, True, 1051, 2250, 300), (1, False, 18950, 17900, 151), (2, True, 31, 90, 60)],
)
def test_the_map_of_a_row(fx_table, row, forward, start, stop, length):
    found = fx_table.map_of(row)
    assert (found.forward, list(found.exons), found.coding_length) == (forward, EXONS[row], length)
    assert (found.coding_base(start), found.coding_base(stop)) == (1, length)


def test_it_shows_its_size(fx_table):
    assert repr(fx_table) == "CodingTranscripts(3 transcripts)"

"""A site batch takes what is declared, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from raredx.columns.sites import SITE_COLUMNS, SiteBatch


def columns(n_sites=2, n_samples=3):
    return {c.name: np.zeros((n_sites, n_samples)[: len(c.axes)], c.dtype) for c in SITE_COLUMNS}


def test_arrays_are_closed():
    given = columns()
    batch = SiteBatch(given)
    assert (len(batch), batch.n_samples) == (2, 3)
    with pytest.raises(ValueError, match="read-only"):
        batch["dosage"][0, 0] = 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gq": np.zeros((2, 3))}, "gq is float64 with 2 axes"),
        ({"position": np.zeros((2, 1), np.int32)}, "position is int32 with 2 axes"),
        ({"af": np.zeros(3, np.float32)}, r"af has shape \(3,\), not \(2,\)"),
        ({"depth": np.zeros((2, 2), np.int32)}, r"depth has shape \(2, 2\), not \(2, 3\)"),
        ({"colour": np.zeros(2)}, "every declared column and no other"),
    ],
    ids=["type", "axes", "rows", "samples", "unknown"],
)
def test_what_does_not_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        SiteBatch(columns() | change)


def test_a_column_cannot_be_left_out():
    given = columns()
    del given["af"]
    with pytest.raises(ValueError, match="every declared column"):
        SiteBatch(given)

"""Called sites as columns: what statistics of samples need, one row for each ALT allele."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import Column
from raredx.columns.records import dataclass

SITE_COLUMNS: tuple[Column, ...] = (
    Column("contig_code", ("site",), "int8", "0 other", "1 to 22, X 23, Y 24, MT 25"),
    Column("position", ("site",), "int32", "-", "POS, 1-based"),
    Column("region", ("site",), "int8", "0 other", "`Region`: how the position is inherited"),
    Column("is_snv", ("site",), "bool", "-", "REF and this ALT are one base each"),
    Column("is_transition", ("site",), "bool", "-", "A<->G or C<->T"),
    Column("biallelic", ("site",), "bool", "-", "the record has one ALT, and it is a sequence"),
    Column("passed", ("site",), "int8", "-1", "`Outcome` of FILTER"),
    Column("af", ("site",), "float32", "NaN", "highest population frequency, a fraction"),
    Column("dosage", ("site", "sample"), "int8", "-1", "copies of this ALT; -1 no call"),
    Column("ploidy", ("site", "sample"), "int8", "0", "alleles in the call, called or not"),
    Column("missing", ("site", "sample"), "int8", "-", "alleles not called"),
    Column("depth", ("site", "sample"), "int32", "-1", "DP, or the sum of AD"),
    Column("gq", ("site", "sample"), "float32", "NaN", "GQ, PHRED-scaled"),
    Column("ref_reads", ("site", "sample"), "int32", "-1", "reads of REF, from AD"),
    Column("alt_reads", ("site", "sample"), "int32", "-1", "reads of this ALT, from AD"),
)
"""Every array of a `SiteBatch`."""


@dataclass(frozen=True)
class SiteBatch:
    """A run of sites in file order; arrays are owned and not writable.

    One row per ALT allele that is a sequence; the arrays are declared in `SITE_COLUMNS`. A
    half-call (`./1`) has its called copies in `dosage` and 1 in `missing`.

    Raises
    ------
    ValueError
        If a column is missing or unknown, or an array has another type or length.

    Examples
    --------
    >>> columns = {c.name: np.zeros((2, 3)[: len(c.axes)], c.dtype) for c in SITE_COLUMNS}
    >>> batch = SiteBatch(columns)
    >>> len(batch), batch.n_samples
    (2, 3)
    """

    columns: Mapping[str, NDArray[Any]]

    def __post_init__(self) -> None:
        """Check every array against its declaration and close it to writing."""
        if set(self.columns) != {c.name for c in SITE_COLUMNS}:
            raise ValueError("a site batch needs every declared column and no other")
        for declared in SITE_COLUMNS:
            array = self.columns[declared.name]
            if array.dtype != np.dtype(declared.dtype) or array.ndim != len(declared.axes):
                raise ValueError(f"{declared.name} is {array.dtype} with {array.ndim} axes")
            shape = (len(self), self.n_samples)[: array.ndim]
            if array.shape != shape:
                raise ValueError(f"{declared.name} has shape {array.shape}, not {shape}")
            array.setflags(write=False)

    def __len__(self) -> int:
        return int(self.columns["position"].shape[0])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    @property
    def n_samples(self) -> int:
        """Samples whose calls the batch holds."""
        return int(self.columns["dosage"].shape[1])

"""What to read of a file, and how."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.gene_codes import GeneCodes
from raredx.columns.records import dataclass
from raredx.readers.annotations import AnnotationSources
from raredx.readers.gate import Gate
from raredx.readers.regions import Interval
from raredx.vocabulary import Assembly

BATCH_ROWS = 4096


@dataclass(frozen=True)
class ReadPlan:
    """What to read and how.

    Attributes
    ----------
    sources : AnnotationSources
    codes : GeneCodes
    assembly : Assembly
    gate : Gate
    samples : tuple of str
        Samples to read, in file order.
    probands : int16, shape (family,)
        Columns of the probands among `samples`.
    regions : tuple of Interval
        Regions to read, sorted and apart; empty for the whole file.
    jumps : tuple of Interval
        What to fetch through the index to read them: the same, with short gaps closed.
    by_index : bool
        Whether to jump there, rather than to read the whole file.
    stretches : tuple of (int, int)
        Where the records of the jumps stand, as virtual offsets, in file order.
    batch_rows : int
    keep_records : bool
        Whether to keep the VCF line of each row.
    """

    sources: AnnotationSources
    codes: GeneCodes
    assembly: Assembly
    gate: Gate
    samples: tuple[str, ...]
    probands: NDArray[np.int16]
    regions: tuple[Interval, ...] = ()
    jumps: tuple[Interval, ...] = ()
    by_index: bool = False
    stretches: tuple[tuple[int, int], ...] = ()
    batch_rows: int = BATCH_ROWS
    keep_records: bool = False

"""Exons of the MANE Select transcripts, as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from raredx.columns.coding_map import CodingMap
from raredx.columns.records import dataclass


@dataclass(frozen=True, eq=False, repr=False)
class CodingTranscripts:
    """MANE Select transcripts on GRCh38, one row each; positions are 1-based, inclusive.

    Attributes
    ----------
    transcript : str, shape (row,)
        Ensembl accession without version.
    row_of_gene : int32, shape (gene,)
        Row of each gene of the gene table, -1 where it has no MANE Select transcript on the
        primary assembly.
    contig : int8, shape (row,)
        X for the genes of the pseudo-autosomal regions.
    forward : bool, shape (row,)
    cds_first, cds_last : int32, shape (row,)
        First and last coding base on the genome, stop codon included.
    exon_start : int64, shape (row + 1,)
    exon_first, exon_last : int32
        Exons of each row, untranslated ones included, in the order of the transcript.
    about : tuple of str
        Source, version and licence, a line each.

    Examples
    --------
    >>> table = CodingTranscripts(
    ...     ["T"], np.zeros(1, np.int32), np.ones(1, np.int8), np.zeros(1, np.bool_),
    ...     np.array([101]), np.array([208]), np.array([0, 2]),
    ...     np.array([205, 101]), np.array([210, 105]),
    ... )
    >>> table.map_of(0).exons, table.map_of(0).coding_base(105)
    ([(205, 210), (101, 105)], 5)
    """

    transcript: Sequence[str]
    row_of_gene: NDArray[np.int32]
    contig: NDArray[np.int8]
    forward: NDArray[np.bool_]
    cds_first: NDArray[np.int32]
    cds_last: NDArray[np.int32]
    exon_start: NDArray[np.int64]
    exon_first: NDArray[np.int32]
    exon_last: NDArray[np.int32]
    about: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"CodingTranscripts({len(self.transcript)} transcripts)"

    def map_of(self, row: int) -> CodingMap:
        """Give the transcript of a row, to ask what lies where."""
        rows = slice(int(self.exon_start[row]), int(self.exon_start[row + 1]))
        firsts, lasts = self.exon_first[rows].tolist(), self.exon_last[rows].tolist()
        return CodingMap(
            bool(self.forward[row]),
            list(zip(firsts, lasts, strict=True)),
            int(self.cds_first[row]),
            int(self.cds_last[row]),
        )

"""Variants as columns: one row for each ALT allele at a site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass

Strings = NDArray[np.object_]
"""One Python string for each row; the empty string where there is none."""


@dataclass(frozen=True)
class Column:
    """What an array of a batch holds: the one declaration, used for checks and documents."""

    name: str
    axes: tuple[str, ...]
    dtype: str
    missing: str
    about: str


VARIANT_COLUMNS: tuple[Column, ...] = (
    Column("site", ("variant",), "int64", "-", "number of the record in the stream, from 0"),
    Column("contig", ("variant",), "object", "-", "CHROM as the file writes it"),
    Column("contig_code", ("variant",), "int8", "0 other", "1 to 22, X 23, Y 24, MT 25"),
    Column("position", ("variant",), "int32", "-", "POS, 1-based"),
    Column("ref", ("variant",), "object", "-", "REF"),
    Column("alt", ("variant",), "object", "-", "this ALT allele"),
    Column("alt_index", ("variant",), "int16", "-", "place of the allele in ALT, from 1"),
    Column("variant_id", ("variant",), "object", "''", "ID"),
    Column("filters", ("variant",), "object", "''", "FILTER, as written"),
    Column("filter_outcome", ("variant",), "int8", "-1", "Outcome of criterion 1"),
    Column("af", ("variant", "source"), "float32", "NaN", "population frequency, a fraction"),
    Column("homozygotes", ("variant",), "int32", "-1", "most homozygotes in a population source"),
    Column("clinvar_class", ("variant",), "int8", "0", "ClinvarClass"),
    Column("clinvar_stars", ("variant",), "int8", "-1", "review stars, 0 to 4"),
    Column("clinvar", ("variant",), "object", "''", "significance, as written"),
    Column("revel", ("variant",), "float32", "NaN", "REVEL, 0 to 1"),
    Column("alphamissense", ("variant",), "float32", "NaN", "AlphaMissense, 0 to 1"),
    Column("cadd", ("variant",), "float32", "NaN", "CADD, PHRED-scaled"),
    Column("spliceai", ("variant",), "float32", "NaN", "largest SpliceAI delta score"),
    Column("alt_dosage", ("variant", "sample"), "int8", "-1", "copies of this ALT; -1 no call"),
    Column("other_dosage", ("variant", "sample"), "int8", "0", "copies of other ALT alleles"),
    Column("missing_alleles", ("variant", "sample"), "int8", "-", "alleles not called"),
    Column("ploidy", ("variant", "sample"), "int8", "0", "alleles in the call, called or not"),
    Column("depth", ("variant", "sample"), "int32", "-1", "DP, or the sum of AD"),
    Column("gq", ("variant", "sample"), "float32", "NaN", "GQ, PHRED-scaled"),
    Column("ref_reads", ("variant", "sample"), "int32", "-1", "reads of REF, from AD"),
    Column("alt_reads", ("variant", "sample"), "int32", "-1", "reads of this ALT, from AD"),
    Column("alt_fraction", ("variant", "sample"), "float32", "NaN", "reads of this ALT over all"),
    Column("genotype_text", ("variant", "sample"), "object", "''", "GT, as written"),
    Column("haplotype", ("variant", "sample"), "int8", "-1", "haplotype with this ALT, 0 or 1"),
    Column("phase_set", ("variant", "sample"), "object", "''", "set within which it counts"),
    Column("pl_ref", ("variant", "sample"), "float32", "NaN", "PL of no copy of this ALT"),
    Column("pl_het", ("variant", "sample"), "float32", "NaN", "PL of one copy beside REF"),
    Column("pl_hom", ("variant", "sample"), "float32", "NaN", "PL of this ALT alone"),
)
"""Every per-variant array of a `VariantBatch`."""


@dataclass(frozen=True)
class TranscriptColumns:
    """Consequences of the variants of a batch, all transcripts, ragged.

    Row `v` of the batch owns entries `start[v]` to `start[v + 1]`.

    Attributes
    ----------
    start : int64, shape (variant + 1,)
    gene : int32
        Gene index; genes that the gene table does not know come after its rows.
    severity : int16
        Place of the worst term in `terms.TERMS`.
    impact : int8
        `Impact` of the worst term.
    consequence, transcript, biotype, hgvs_c, hgvs_p, exon, loftee : object
        Text, empty where the annotation has none.
    mane_select, mane_plus_clinical, canonical : bool
    """

    start: NDArray[np.int64]
    gene: NDArray[np.int32]
    severity: NDArray[np.int16]
    impact: NDArray[np.int8]
    consequence: Strings
    transcript: Strings
    biotype: Strings
    hgvs_c: Strings
    hgvs_p: Strings
    exon: Strings
    loftee: Strings
    mane_select: NDArray[np.bool_]
    mane_plus_clinical: NDArray[np.bool_]
    canonical: NDArray[np.bool_]


@dataclass(frozen=True)
class VariantBatch:
    """A run of variants that passed the reader's gate; arrays are owned and not writable.

    The arrays are declared in `VARIANT_COLUMNS`; `records` holds the VCF line of each row
    where the run asks for it.
    """

    columns: dict[str, NDArray[Any]]
    transcripts: TranscriptColumns
    records: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every array against its declaration and close it to writing."""
        if set(self.columns) != {c.name for c in VARIANT_COLUMNS}:
            raise ValueError("a variant batch needs every declared column and no other")
        for declared in VARIANT_COLUMNS:
            array = self.columns[declared.name]
            if array.dtype != np.dtype(declared.dtype) or array.ndim != len(declared.axes):
                raise ValueError(f"{declared.name} is {array.dtype} with {array.ndim} axes")
            if array.shape[0] != len(self):
                raise ValueError(f"{declared.name} has {array.shape[0]} rows, not {len(self)}")
            array.setflags(write=False)

    def __len__(self) -> int:
        return int(self.columns["site"].shape[0])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def select(self, keep: NDArray[np.bool_]) -> VariantBatch:
        """Keep some rows, with their transcripts and records."""
        rows = np.flatnonzero(keep)
        start = self.transcripts.start
        sizes = (start[1:] - start[:-1])[rows]
        entries = np.concatenate(
            [np.arange(start[r], start[r + 1]) for r in rows] or [np.empty(0, np.int64)]
        )
        kept = {
            f.name: getattr(self.transcripts, f.name)[entries]
            for f in fields(TranscriptColumns)
            if f.name != "start"
        }
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        records = tuple(self.records[r] for r in rows) if self.records else ()
        columns = {name: array[rows] for name, array in self.columns.items()}
        return VariantBatch(columns, TranscriptColumns(start=starts, **kept), records)


def concatenate_batches(batches: Iterable[VariantBatch]) -> VariantBatch:
    """Join batches, in order, into one. At least one batch is needed."""
    parts = list(batches)
    columns = {
        c.name: np.concatenate([part.columns[c.name] for part in parts]) for c in VARIANT_COLUMNS
    }
    starts, offset = [np.zeros(1, np.int64)], 0
    for part in parts:
        starts.append(part.transcripts.start[1:] + offset)
        offset += int(part.transcripts.start[-1])
    joined = {
        f.name: np.concatenate([getattr(part.transcripts, f.name) for part in parts])
        for f in fields(TranscriptColumns)
        if f.name != "start"
    }
    transcripts = TranscriptColumns(start=np.concatenate(starts), **joined)
    return VariantBatch(columns, transcripts, sum((part.records for part in parts), ()))

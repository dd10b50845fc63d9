"""Put sites with several ALT alleles together again where a file holds them split.

A split record writes the other ALT alleles of a call as reference (`bcftools norm -m-`) or as
not called (`vt decompose`). Records of one position and REF tell what they were.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch


def join_split_sites(batch: VariantBatch) -> VariantBatch:
    """Count, for each call, the copies of ALT alleles that other records of the site hold.

    Records are one site where contig, position and REF are the same and ALT is not, where no
    call would then have more alleles than it has room for, and none has two of the ALTs on one
    haplotype of a phase set. Their rows get one site number, so that two alleles of one person
    are in trans; alleles that are not called, or called reference, give way to alleles that
    another record holds; and the fraction of ALT reads is taken of the reads of all alleles.
    """
    columns: dict[str, NDArray[Any]] | None = None
    for rows in _groups(batch):
        if columns is None:
            columns = {name: array.copy() for name, array in batch.columns.items()}
        _join(columns, rows)
    return batch if columns is None else VariantBatch(columns, batch.transcripts, batch.records)


def _groups(batch: VariantBatch) -> list[NDArray[np.int64]]:
    """List the rows of each site that stands in more than one record."""
    places: dict[tuple[str, int, str], list[int]] = {}
    keys = zip(batch["contig"], batch["position"].tolist(), batch["ref"], strict=True)
    for row, key in enumerate(keys):
        places.setdefault(key, []).append(row)
    found = []
    for listed in places.values():
        rows = np.array(listed)
        if len(listed) > 1 and len({*batch["site"][rows].tolist()}) > 1:
            several_alts = len({*batch["alt"][rows]}) == len(listed)
            if several_alts and _has_room(batch, rows) and not _shares_haplotype(batch, rows):
                found.append(rows)
    return found


def _has_room(batch: VariantBatch, rows: NDArray[np.int64]) -> bool:
    """Whether no call has more copies of these alleles than alleles."""
    copies = np.maximum(batch["alt_dosage"][rows], 0).sum(axis=0)
    return bool((copies <= batch["ploidy"][rows].max(axis=0)).all())


def _shares_haplotype(batch: VariantBatch, rows: NDArray[np.int64]) -> bool:
    """Whether any person has two of the alleles on one haplotype: then they are two sites."""
    haplotypes, sets = batch["haplotype"][rows], batch["phase_set"][rows]
    for sample in range(haplotypes.shape[1]):
        known = [
            (sets[n, sample], int(haplotypes[n, sample]))
            for n in range(rows.size)
            if haplotypes[n, sample] >= 0
        ]
        if len(set(known)) < len(known):
            return True
    return False


def _join(columns: dict[str, NDArray[Any]], rows: NDArray[np.int64]) -> None:
    """Rewrite the rows of one site in place."""
    columns["site"][rows] = columns["site"][rows].min()
    copies = np.maximum(columns["alt_dosage"][rows], 0)
    reads = columns["alt_reads"][rows]
    # an allele is missing only if no record holds it, and every record lacks one
    room = columns["ploidy"][rows].max(axis=0) - copies.sum(axis=0)
    never_called = np.minimum(columns["missing_alleles"][rows].min(axis=0), room)
    for place, row in enumerate(rows.tolist()):
        others = copies.sum(axis=0) - copies[place]
        more = np.maximum(others - columns["other_dosage"][row], 0)
        missing = columns["missing_alleles"][row]
        missing[more > 0] = np.minimum(missing, never_called)[more > 0]
        columns["other_dosage"][row] += more.astype(np.int8)
        told = (more > 0) & (missing < columns["ploidy"][row])
        columns["alt_dosage"][row, told & (columns["alt_dosage"][row] < 0)] = 0
        total = columns["ref_reads"][row] + reads.sum(axis=0)
        known = (others > 0) & (reads >= 0).all(axis=0) & (columns["ref_reads"][row] >= 0)
        known &= total > 0
        columns["alt_fraction"][row, known] = (
            columns["alt_reads"][row, known] / total[known]
        ).astype(np.float32)

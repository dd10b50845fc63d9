"""Reads of one ALT allele against the reads of everything else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.scoring.family_calls import FamilyCalls


def trio_samples(calls: FamilyCalls) -> list[int]:
    """Give the batch's columns of proband, father and mother.

    The proband's stands in for a parent who was not sequenced, whose call counts as missing
    wherever it is asked for.
    """
    own = int(calls.samples[0])
    parents = (calls.father, calls.mother)
    return [own, *(int(calls.samples[p]) if p >= 0 else own for p in parents)]


def split_reads(
    batch: VariantBatch, samples: list[int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Count reads of this ALT, and of all other alleles together.

    Where a person carries other ALT alleles their reads are among the others: taken from the
    fraction of ALT reads, or, where that is 0, from the depth.

    Returns
    -------
    (int32, int32), each of shape (variant, len(samples))
        -1 where the reads of this ALT, or those of REF, are not known.
    """
    alt, ref = batch["alt_reads"][:, samples], batch["ref_reads"][:, samples]
    fraction = batch["alt_fraction"][:, samples].astype(np.float64)
    by_fraction = (alt > 0) & (fraction > 0)
    total = np.round(alt / np.where(by_fraction, fraction, 1.0))
    others = np.where(by_fraction, total - alt, ref)
    more = (alt == 0) & (batch["other_dosage"][:, samples] > 0)
    others = np.where(more, np.maximum(ref, batch["depth"][:, samples]), others)
    known = (alt >= 0) & (ref >= 0)
    return (
        np.where(known, alt, -1).astype(np.int32),
        np.where(known, np.maximum(others, 0), -1).astype(np.int32),
    )

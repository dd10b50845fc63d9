"""How far do the reads support a de novo call? Graded, never deleted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.kernels import de_novo as kernels
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.reads import trio_samples
from raredx.settings import DeNovoSettings
from raredx.vocabulary import DeNovoGrade, Genotype, Outcome, Region

REASONS: tuple[tuple[int, str], ...] = (
    (kernels.PARENT_NOT_CALLED, "parent_not_called"),
    (kernels.PARENTAL_READS, "parental_alt_reads"),
    (kernels.PARENT_DEPTH, "shallow_parent"),
    (kernels.PARENT_QUALITY, "parent_low_gq"),
    (kernels.ALLELE_BALANCE, "allele_balance"),
    (kernels.PROBAND_QUALITY, "low_gq"),
    (kernels.PROBAND_DEPTH, "low_depth"),
    (kernels.READS_UNKNOWN, "reads_unknown"),
    (kernels.NO_REFERENCE_COPY, "no_reference_copy"),
    (kernels.CLUSTER, "cluster"),
    (kernels.IMPROBABLE, "low_posterior"),
    (kernels.UNFILTERED, "filter_not_assessed"),
)
"""Bits of the kernel and the words of the report, in the order of the report."""


def grade_de_novo(
    batch: VariantBatch,
    calls: FamilyCalls,
    settings: DeNovoSettings,
    clustered: NDArray[np.bool_],
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Grade every variant as if it were de novo.

    High: Pedersen et al. 2021, doi:10.1038/s41525-021-00227-3 (GQ, allele balance, parental
    ALT reads) with a depth of 10. Medium: the lower confidence of GATK PossibleDeNovo.
    Where reads, qualities or FILTER are missing, the grade is at best medium; among too many
    new alleles close together (`events.find_clusters`) at best low.

    Parameters
    ----------
    clustered : bool, shape (variant,)

    Returns
    -------
    (int8, int16), each of shape (variant,)
        `DeNovoGrade`, and the bits of `REASONS`.
    """
    trio = trio_samples(calls)
    columns = [
        np.ascontiguousarray(batch[name][:, trio])
        for name in ("gq", "depth", "alt_reads", "alt_fraction")
    ]
    proband = calls.proband
    haploid = np.where(proband == Genotype.HEMIZYGOUS, 1, 0)
    haploid = np.where(proband == Genotype.HOMOZYGOUS, 2, haploid).astype(np.int8)
    limits = np.array(
        [
            settings.high_min_gq, settings.high_min_depth, settings.min_alt_fraction,
            settings.max_alt_fraction, settings.max_parental_alt_reads,
            settings.max_parental_alt_fraction, settings.medium_min_gq, settings.medium_min_depth,
        ],
        np.float32,
    )  # fmt: skip
    out = np.zeros((len(batch), 2), np.int16)
    kernels.grade_de_novo(*columns, haploid, parents_matter(calls), limits, out)
    unfiltered = batch["filter_outcome"] == Outcome.NOT_ASSESSED
    kernels.doubt_surroundings(clustered, unfiltered, out)
    return out[:, 0].astype(np.int8), out[:, 1]


def parents_matter(calls: FamilyCalls) -> NDArray[np.int8]:
    """Say for each parent: 1 matters and has a call, 0 does not matter, -1 has no call."""
    out = np.ones((calls.region.size, 2), np.int8)
    for side, column in enumerate((calls.father, calls.mother)):
        genotype = calls.parent(column)
        out[np.isin(genotype, (Genotype.MISSING, Genotype.PARTIAL)), side] = -1
    out[calls.son_on_x, 0] = 0
    out[calls.region == Region.Y, 1] = 0
    return out


def reasons_in_words(bits: int) -> str:
    """Name the reasons for a grade below high.

    Examples
    --------
    >>> reasons_in_words(8 | 1)
    'parental_alt_reads, low_gq'
    """
    return ", ".join(word for bit, word in REASONS if bits & bit)


def doubt_improbable(
    graded: tuple[NDArray[np.int8], NDArray[np.int16]],
    probability: NDArray[np.float64],
    settings: DeNovoSettings,
) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Lower to low what is, by its posterior, more probably inherited or miscalled than new.

    Parameters
    ----------
    graded : (int8, int16), each of shape (variant,)
        As `grade_de_novo` gives them.
    probability : float64, shape (variant,)
        Posterior, NaN where it is not known: then the grade stays.

    Examples
    --------
    >>> graded = np.array([4, 4, 4], np.int8), np.zeros(3, np.int16)
    >>> grade, _ = doubt_improbable(graded, np.array([0.9, 0.1, np.nan]), DeNovoSettings())
    >>> grade.tolist()
    [4, 2, 4]
    """
    grade, doubts = graded
    improbable = probability < settings.min_posterior
    capped = np.where(improbable, np.minimum(grade, DeNovoGrade.LOW), grade)
    return capped.astype(np.int8), doubts | np.where(improbable, kernels.IMPROBABLE, 0).astype(
        np.int16
    )

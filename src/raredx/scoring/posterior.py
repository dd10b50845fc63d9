"""How probable is it that an allele is new? The formula stands in `kernels.posterior`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.kernels import posterior as kernels
from raredx.scoring.de_novo import parents_matter
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.reads import split_reads, trio_samples
from raredx.settings import DeNovoSettings
from raredx.vocabulary import Genotype, Region, Sex

OTHER_BASES = 3
"""A mutated base becomes one of three: the rate to one ALT is a third of the rate of the base."""

_JUDGED = (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL, Region.X, Region.Y)


def de_novo_posterior(
    batch: VariantBatch,
    calls: FamilyCalls,
    popmax: NDArray[np.float32],
    settings: DeNovoSettings,
    error_rate: float,
) -> NDArray[np.float64]:
    """Give the probability that each allele is new in the proband.

    From the PL of a person where they are stated and the call holds no other ALT allele,
    otherwise from the reads.

    Parameters
    ----------
    popmax : float32, shape (variant,)
        Highest population frequency, NaN where none was read.
    error_rate : float
        Share of reads that show the allele by error.

    Returns
    -------
    float64, shape (variant,)
        NaN where a parent who matters has no call, likelihoods or reads; where the proband
        does not carry the allele, or carries two copies (two new ones, or one over a
        deletion: no model); and on MT.
    """
    samples = trio_samples(calls)
    out = np.full(len(batch), np.nan)
    alt, others = split_reads(batch, samples)
    kernels.posterior_de_novo(
        _likelihoods(batch, samples),
        np.ascontiguousarray(np.stack([alt, others], axis=2)),
        copies_of_trio(calls),
        np.stack([_frequency(popmax, settings), _mutation_rate(batch, settings)], axis=1),
        error_rate,
        out,
    )
    return out


def _likelihoods(batch: VariantBatch, samples: list[int]) -> NDArray[np.float64]:
    """Stack PL of no, half and all copies; NaN for calls with other ALT alleles.

    A genotype of two different ALT alleles is none of the three.
    """
    pl = np.stack([batch[n][:, samples] for n in ("pl_ref", "pl_het", "pl_hom")], axis=2)
    pl = pl.astype(np.float64)
    pl[batch["other_dosage"][:, samples] > 0] = np.nan
    return np.ascontiguousarray(pl)


def copies_of_trio(calls: FamilyCalls) -> NDArray[np.int8]:
    """Count the copies of the chromosome in proband, father and mother, as the kernel asks."""
    on_x, on_y = calls.region == Region.X, calls.region == Region.Y
    one_x = calls.son_on_x | (on_x & (calls.sexes[0, 0] == Sex.MALE))
    own = np.where(one_x | on_y | (calls.proband == Genotype.HEMIZYGOUS), 1, 2)
    carried = (Genotype.HETEROZYGOUS, Genotype.HEMIZYGOUS, Genotype.CARRIER)
    own[~np.isin(calls.proband, carried) | ~np.isin(calls.region, _JUDGED)] = 0
    two_x = calls.father >= 0 and calls.sexes[calls.father, 0] == Sex.FEMALE
    father = np.where(on_y | (on_x & (not two_x)), 1, 2)
    whole = np.stack([father, np.full(father.shape, 2)], axis=1)
    matter = parents_matter(calls)
    parents = np.where(matter == 1, whole, matter)
    return np.column_stack([own, parents]).astype(np.int8)


def _frequency(popmax: NDArray[np.float32], settings: DeNovoSettings) -> NDArray[np.float64]:
    """Give each allele a frequency among the parents' population, never quite 0 or 1."""
    known = np.where(np.isnan(popmax), settings.unknown_frequency, popmax).astype(np.float64)
    rarest = settings.rarest_frequency
    return np.clip(known, rarest, 1.0 - rarest)


def _mutation_rate(batch: VariantBatch, settings: DeNovoSettings) -> NDArray[np.float64]:
    """Give the rate of new mutations to each allele, per generation."""
    lengths = [(len(r), len(a)) for r, a in zip(batch["ref"], batch["alt"], strict=True)]
    snv = np.array([size == (1, 1) for size in lengths], bool)
    return np.where(snv, settings.snv_mutation_rate / OTHER_BASES, settings.indel_mutation_rate)

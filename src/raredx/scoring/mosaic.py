"""Who may carry an allele in part of their cells: the proband, a parent, a parent's germline.

Clinical rules 3.4: fewer ALT reads than a heterozygote has, by a limit or by chance; ALT reads
in a parent called without the allele; a new allele that a sibling carries too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.records import dataclass
from raredx.kernels import mosaic as kernels
from raredx.scoring.de_novo import parents_matter
from raredx.scoring.family_calls import CARRIES, FamilyCalls, parent_carries
from raredx.scoring.reads import split_reads, trio_samples
from raredx.settings import MosaicSettings
from raredx.vocabulary import Genotype, Mode, Region

_ONE_COPY = (Region.X, Region.Y)
_TWO_GIVERS = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.X_LINKED_RECESSIVE)
"""Modes in which each parent should have given the allele."""


@dataclass(frozen=True)
class MosaicSigns:
    """Signs of mosaicism in the reads of one family.

    Attributes
    ----------
    proband : bool, shape (variant,)
        Fewer ALT reads than the proband's call promises.
    reads_in_parent : bool, shape (variant, 2)
        Father and mother: called without the allele, with more reads of it than errors give.
    parent : bool, shape (variant, 2)
        Father and mother: called heterozygous with far too few ALT reads.
    giving : bool, shape (variant, 2)
        Whether father and mother could have given the allele at this place.
    """

    proband: NDArray[np.bool_]
    reads_in_parent: NDArray[np.bool_]
    parent: NDArray[np.bool_]
    giving: NDArray[np.bool_]

    def parents_in(self, mode: Mode, variant: int, origin: tuple[int, int]) -> list[bool]:
        """Say for father and mother whether mosaicism is to be thought of under a mode.

        Reads in a parent called without the allele matter where he or she should have given
        it, or where no parent is known to have.

        Parameters
        ----------
        origin : (int, int)
            Whether father and mother carry the allele: 1, 0, -1 not known.
        """
        if mode is Mode.MITOCHONDRIAL:
            return [False, False]
        found = []
        for side in range(2):
            unexplained = mode in _TWO_GIVERS or origin[1 - side] != 1
            sign = self.parent[variant, side] or (
                self.reads_in_parent[variant, side] and unexplained
            )
            found.append(bool(self.giving[variant, side] and sign))
        return found


def find_mosaic_signs(
    batch: VariantBatch, calls: FamilyCalls, settings: MosaicSettings
) -> MosaicSigns:
    """Look for signs of mosaicism in proband and parents."""
    samples = trio_samples(calls)
    alt, others = (np.ascontiguousarray(x) for x in split_reads(batch, samples))
    fraction = np.ascontiguousarray(batch["alt_fraction"][:, samples].astype(np.float64))
    n, giving = len(batch), parents_matter(calls) == 1
    proband, parents = np.zeros(n, np.int8), np.zeros((n, 2), np.int8)
    kernels.mark_shortage(
        np.ascontiguousarray(alt[:, 0]), np.ascontiguousarray(others[:, 0]),
        np.ascontiguousarray(fraction[:, 0]), _promised(batch, calls, giving, settings),
        np.array([_single(settings.proband_fraction), settings.proband_probability]), proband,
    )  # fmt: skip
    genotype = np.stack([calls.parent(calls.father), calls.parent(calls.mother)], axis=1)
    limits = np.array(
        [
            settings.parent_reads, _single(settings.stray_fraction),
            settings.parent_probability, settings.error_rate,
        ],
        np.float64,
    )  # fmt: skip
    kernels.mark_excess(
        np.ascontiguousarray(alt[:, 1:]), np.ascontiguousarray(others[:, 1:]),
        np.ascontiguousarray(fraction[:, 1:]), genotype == Genotype.REFERENCE, limits, parents,
    )  # fmt: skip
    return MosaicSigns(
        proband.astype(bool),
        parents.astype(bool),
        genotype == Genotype.MOSAIC,
        giving,
    )


def _single(limit: float) -> float:
    """Round a limit as the fractions of a batch are: exactly at the limit is not below it."""
    return float(np.float32(limit))


def _promised(
    batch: VariantBatch,
    calls: FamilyCalls,
    giving: NDArray[np.bool_],
    settings: MosaicSettings,
) -> NDArray[np.float64]:
    """Give the share of ALT reads that the proband's call promises; NaN where not asked.

    A half in a heterozygote; all but stray reads in one copy of X or Y, also where a man is
    called heterozygous there. Nothing is promised, and only the fraction counts, where a
    parent carries the allele: an inherited allele is in every cell, and deep reads scatter
    more than a binomial does.
    """
    genotype, region = calls.proband, calls.region
    out = np.full(region.shape, np.nan)
    out[(genotype == Genotype.HETEROZYGOUS) & (region != Region.MITOCHONDRIAL)] = 0.5
    whole = batch["missing_alleles"][:, int(calls.samples[0])] == 0
    single = np.isin(genotype, (Genotype.HEMIZYGOUS, Genotype.CARRIER)) & whole
    out[single & np.isin(region, _ONE_COPY)] = 1.0 - settings.stray_fraction
    for side, parent in enumerate((calls.father, calls.mother)):
        given = giving[:, side] & (parent_carries(calls, parent) == 1)
        out[given & ~np.isnan(out)] = 0.0
    return out


def carrying_siblings(calls: FamilyCalls, variant: int) -> list[str]:
    """Name the full and half siblings of the proband who carry an allele.

    Of an allele that is new in the proband, a shared one points to a parent who carries it
    in part of the germline.
    """
    family = calls.family
    pedigree = family.pedigree
    own = {int(parent) for parent in (family.father, family.mother) if parent >= 0}
    found = []
    for column, member in enumerate(calls.members[1:], start=1):
        theirs = {int(pedigree.father[member]), int(pedigree.mother[member])}
        if own & theirs and calls.genotype[variant, column] in CARRIES:
            found.append(pedigree.members[member])
    return found

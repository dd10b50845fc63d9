"""The genotypes of one family: every member's call, read by sex, karyotype and position."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.kernels import genotypes as genotype_kernels
from raredx.settings import SegregationSettings
from raredx.vocabulary import UNKNOWN_INDEX, Genotype, Karyotype, Region, Sex

CARRIES = (
    Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS, Genotype.CARRIER,
    Genotype.MOSAIC,
)  # fmt: skip
"""Genotypes with at least one copy."""
_CARRIED = np.isin([*Genotype], CARRIES)[np.argsort([*Genotype])]


@dataclass(frozen=True)
class FamilyCalls:
    """The genotypes of the sequenced members of one family.

    Attributes
    ----------
    family : Family
    members : tuple of int
        Member indices, the proband first.
    samples : int16, shape (member,)
        Columns of the batch.
    genotype : int8, shape (variant, member)
        `Genotype`.
    region : int8, shape (variant,)
        `Region`.
    affection, sex : int8, shape (member,)
    sexes : int8, shape (member, 2)
        How each member inherits X, and Y, by karyotype where that is stated: `Sex`.
    father, mother : int
        Columns of the parents among `members`, -1 not sequenced.
    """

    family: Family
    members: tuple[int, ...]
    samples: NDArray[np.int16]
    genotype: NDArray[np.int8]
    region: NDArray[np.int8]
    affection: NDArray[np.int8]
    sex: NDArray[np.int8]
    sexes: NDArray[np.int8]
    father: int
    mother: int

    def parent(self, column: int) -> NDArray[np.int8]:
        """Genotypes of a parent; MISSING throughout for one who was not sequenced."""
        if column < 0:
            return np.full(self.genotype.shape[0], Genotype.MISSING, np.int8)
        return np.ascontiguousarray(self.genotype[:, column])

    @cached_property
    def proband(self) -> NDArray[np.int8]:
        """Genotypes of the proband."""
        return np.ascontiguousarray(self.genotype[:, 0])

    @cached_property
    def carried(self) -> NDArray[np.bool_]:
        """Whether the proband has at least one copy."""
        return np.asarray(_CARRIED[self.proband + 1], bool)

    def select(self, rows: NDArray[np.int64]) -> FamilyCalls:
        """Keep some variants."""
        return replace(self, genotype=self.genotype[rows], region=self.region[rows])

    def lies_in(self, regions: tuple[Region, ...]) -> NDArray[np.bool_]:
        """Whether each variant lies in one of these kinds of region."""
        return np.isin(np.arange(len(Region)), regions)[self.region]

    @property
    def x_from_mother(self) -> int:
        """Whether the proband's X is certainly from the mother.

        1 for a son, 0 for a daughter and for one X without Y (from either parent), -1 where
        the sex is unknown: there a hemizygous call says so.
        """
        return _x_from_mother(self.family)

    @property
    def son_on_x(self) -> NDArray[np.bool_]:
        """Where a father gives the proband nothing: X of a son, or of a hemizygous unknown."""
        return _son_on_x(self.region, self.x_from_mother, self.proband)

    def column_of(self, member: int) -> int:
        """Column of a member of the pedigree, -1 for one who was not sequenced."""
        return self.members.index(member) if member in self.members else UNKNOWN_INDEX


def read_calls(
    batch: VariantBatch, region: NDArray[np.int8], family: Family, settings: SegregationSettings
) -> FamilyCalls:
    """Read the genotypes of a family from a batch."""
    members = tuple(family.sequenced)
    samples, pedigree = family.sample[list(members)], family.pedigree
    sexes = np.stack([pedigree.sex_on_x, pedigree.sex_on_y], axis=1)[list(members)]
    genotype = np.empty((len(batch), len(members)), np.int8)
    limits = (settings.hemizygous_min_alt_fraction, settings.min_heteroplasmy, settings.homoplasmy)
    columns = {
        name: np.ascontiguousarray(batch[name][:, samples])
        for name in (
            "alt_dosage", "missing_alleles", "ploidy", "alt_fraction", "alt_reads", "depth",
        )
    }  # fmt: skip
    genotype_kernels.classify_genotypes(
        columns["alt_dosage"], columns["missing_alleles"], columns["ploidy"],
        columns["alt_fraction"], region, sexes, np.array(limits, np.float32), genotype,
    )  # fmt: skip
    mosaic = (settings.mosaic_max_fraction, settings.mosaic_max_probability)
    genotype_kernels.mark_mosaics(
        columns["alt_reads"], columns["depth"], region, np.array(mosaic, np.float64), genotype
    )
    father = members.index(family.father) if family.father in members else -1
    mother = members.index(family.mother) if family.mother in members else -1
    if father >= 0:
        _silence_irrelevant_father(genotype, region, father, _x_from_mother(family))
    return FamilyCalls(
        family, members, samples, genotype, region, pedigree.affection[list(members)],
        pedigree.sex[list(members)], sexes, father, mother,
    )  # fmt: skip


def _x_from_mother(family: Family) -> int:
    """See `FamilyCalls.x_from_mother`."""
    if family.pedigree.karyotype(family.proband) is Karyotype.X0:
        return 0
    return {Sex.MALE: 1, Sex.FEMALE: 0, Sex.UNKNOWN: -1}[
        Sex(int(family.pedigree.sex_on_x[family.proband]))
    ]


def _son_on_x(
    region: NDArray[np.int8], x_from_mother: int, proband: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """See `FamilyCalls.son_on_x`."""
    hemizygous = (x_from_mother == -1) & (proband == Genotype.HEMIZYGOUS)
    return np.asarray((region == Region.X) & ((x_from_mother == 1) | hemizygous), bool)


def _silence_irrelevant_father(
    genotype: NDArray[np.int8], region: NDArray[np.int8], father: int, x_from_mother: int
) -> None:
    """Silence missing calls of a father where he gives nothing: MT, and X of a son."""
    son_on_x = _son_on_x(region, x_from_mother, genotype[:, 0])
    open_call = np.isin(genotype[:, father], (Genotype.MISSING, Genotype.PARTIAL))
    irrelevant = open_call & ((region == Region.MITOCHONDRIAL) | son_on_x)
    genotype[irrelevant, father] = Genotype.NOT_APPLICABLE


def parent_carries(calls: FamilyCalls, column: int) -> NDArray[np.int8]:
    """Whether a parent carries each variant: 1 yes, 0 no, -1 not known."""
    genotype = calls.parent(column)
    out = np.full(genotype.shape, -1, np.int8)
    out[np.isin(genotype, (Genotype.REFERENCE, Genotype.NOT_APPLICABLE))] = 0
    out[np.isin(genotype, CARRIES)] = 1
    return out

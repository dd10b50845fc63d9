"""Does a variant fit the family? Every mode, for complete and incomplete penetrance.

The fit tables below are the genetics: for each member, by affection and sex, what each
genotype says. The kernels only look them up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.family import Family
from raredx.kernels import genotypes as genotype_kernels
from raredx.kernels import segregation as kernels
from raredx.settings import SegregationSettings
from raredx.vocabulary import Affection, Genotype, Mode, Outcome, Region, Sex

_SIGNS = {"-": kernels.CONTRADICTS, "+": kernels.CONSISTENT, ".": kernels.SILENT, "?": -1}

# Columns: no call, reference, heterozygous, homozygous, hemizygous, carrier of unknown
# zygosity, half-call without the allele, not applicable.
# + consistent, - contradicts, ? left open, . says nothing.
# docs/inheritance.md shows these tables; clinical-rules section 3.2 and its sources.
_CARRIES = "? - + + + + ? ."
_LACKS = "? + - - - - ? ."
_FREE = ". . . . . . . ."
_TWO_COPIES = "? - - + + ? - ."
_NOT_TWO = "? + + - - ? + ."
_FITS: dict[tuple[Mode, bool], dict[tuple[str, str], str]] = {
    (Mode.AUTOSOMAL_DOMINANT, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _LACKS,
    },
    (Mode.AUTOSOMAL_DOMINANT, False): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.AUTOSOMAL_RECESSIVE_HOM, True): {
        ("affected", "any"): _TWO_COPIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.X_LINKED_RECESSIVE, True): {
        ("affected", "any"): _TWO_COPIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.X_LINKED_DOMINANT, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _LACKS,
        # a man called heterozygous on X is a doubtful call, not a carrier
        ("unaffected", "male"): "? + - - - ? ? .",
    },
    (Mode.X_LINKED_DOMINANT, False): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): _NOT_TWO,
    },
    (Mode.Y_LINKED, True): {
        ("affected", "any"): _CARRIES,
        ("affected", "female"): _FREE,
        ("unaffected", "any"): _LACKS,
        ("unaffected", "female"): _FREE,
    },
    (Mode.Y_LINKED, False): {
        ("affected", "any"): _CARRIES,
        ("affected", "female"): _FREE,
        ("unaffected", "any"): _FREE,
    },
    # Hemizygous stands for homoplasmic. A healthy homoplasmic relative (LHON) leaves it open.
    (Mode.MITOCHONDRIAL, True): {
        ("affected", "any"): _CARRIES,
        ("unaffected", "any"): "? + + ? ? + ? .",
    },
}


def fit_table(mode: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Give the fit table of a mode as the kernel reads it.

    Returns
    -------
    int8, shape (affection, sex, genotype + 1)
        Unknown affection says nothing.

    Examples
    --------
    >>> table = fit_table(Mode.AUTOSOMAL_DOMINANT, complete=True)
    >>> table[Affection.AFFECTED, Sex.MALE, Genotype.REFERENCE + 1] == kernels.CONTRADICTS
    np.True_
    """
    table = np.full((3, 3, 8), kernels.SILENT, np.int8)
    rows = _FITS[(mode, complete)]
    for affection in (Affection.AFFECTED, Affection.UNAFFECTED):
        for sex in Sex:
            status = affection.name.lower()
            row = rows.get((status, sex.name.lower()), rows[(status, "any")])
            table[affection, sex] = [_SIGNS[sign] for sign in row.split()]
    return table


def fit_rows() -> list[tuple[Mode, bool, str, str, str]]:
    """List the fit tables as written: mode, complete, affection, sex, signs."""
    return [
        (mode, complete, affection, sex, signs)
        for (mode, complete), rows in _FITS.items()
        for (affection, sex), signs in rows.items()
    ]


@dataclass(frozen=True)
class FamilyCalls:
    """The genotypes of the sequenced members of one family.

    Attributes
    ----------
    members : tuple of int
        Member indices, the proband first.
    samples : int16, shape (member,)
        Columns of the batch.
    genotype : int8, shape (variant, member)
        `Genotype`.
    region : int8, shape (variant,)
        `Region`.
    affection, sex : int8, shape (member,)
    father, mother : int
        Columns of the parents among `members`, -1 not sequenced.
    parents_unaffected : (bool, bool)
        Whether the PED file says that father and mother are unaffected, sequenced or not.
    """

    members: tuple[int, ...]
    samples: NDArray[np.int16]
    genotype: NDArray[np.int8]
    region: NDArray[np.int8]
    affection: NDArray[np.int8]
    sex: NDArray[np.int8]
    father: int
    mother: int
    parents_unaffected: tuple[bool, bool]

    def parent(self, column: int) -> NDArray[np.int8]:
        """Genotypes of a parent; MISSING throughout for one who was not sequenced."""
        if column < 0:
            return np.full(self.genotype.shape[0], Genotype.MISSING, np.int8)
        return np.ascontiguousarray(self.genotype[:, column])

    @property
    def proband(self) -> NDArray[np.int8]:
        """Genotypes of the proband."""
        return np.ascontiguousarray(self.genotype[:, 0])

    @property
    def son_on_x(self) -> NDArray[np.bool_]:
        """Where a father gives the proband nothing: X of a son, or of a hemizygous unknown."""
        return _son_on_x(self.region, Sex(int(self.sex[0])), self.proband)


def read_calls(
    batch: VariantBatch, region: NDArray[np.int8], family: Family, settings: SegregationSettings
) -> FamilyCalls:
    """Read the genotypes of a family from a batch."""
    members = tuple(family.sequenced)
    samples = family.sample[list(members)]
    sex = family.pedigree.sex[list(members)]
    genotype = np.empty((len(batch), len(members)), np.int8)
    limits = (settings.hemizygous_min_alt_fraction, settings.min_heteroplasmy, settings.homoplasmy)
    genotype_kernels.classify_genotypes(
        *(
            np.ascontiguousarray(batch[name][:, samples])
            for name in ("alt_dosage", "missing_alleles", "ploidy", "alt_fraction")
        ),
        region,
        sex,
        np.array(limits, np.float32),
        genotype,
    )
    father = members.index(family.father) if family.father in members else -1
    mother = members.index(family.mother) if family.mother in members else -1
    if father >= 0:
        _silence_irrelevant_father(genotype, region, father, Sex(int(sex[0])))
    return FamilyCalls(
        members, samples, genotype, region, family.pedigree.affection[list(members)], sex,
        father, mother, _unaffected_parents(family),
    )  # fmt: skip


def _unaffected_parents(family: Family) -> tuple[bool, bool]:
    """Say whether father and mother are known to be unaffected."""
    affection = family.pedigree.affection
    father, mother = (
        bool(parent >= 0 and affection[parent] == Affection.UNAFFECTED)
        for parent in (family.father, family.mother)
    )
    return father, mother


def _son_on_x(region: NDArray[np.int8], sex: Sex, proband: NDArray[np.int8]) -> NDArray[np.bool_]:
    """See `FamilyCalls.son_on_x`."""
    hemizygous = (sex is Sex.UNKNOWN) & (proband == Genotype.HEMIZYGOUS)
    return np.asarray((region == Region.X) & ((sex is Sex.MALE) | hemizygous), bool)


def _silence_irrelevant_father(
    genotype: NDArray[np.int8], region: NDArray[np.int8], father: int, sex: Sex
) -> None:
    """Silence missing calls of a father where he gives nothing: MT, and X of a son."""
    son_on_x = _son_on_x(region, sex, genotype[:, 0])
    open_call = np.isin(genotype[:, father], (Genotype.MISSING, Genotype.PARTIAL))
    irrelevant = open_call & ((region == Region.MITOCHONDRIAL) | son_on_x)
    genotype[irrelevant, father] = Genotype.NOT_APPLICABLE


_WHERE: dict[Mode, tuple[Region, ...]] = {
    Mode.AUTOSOMAL_DOMINANT: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.AUTOSOMAL_RECESSIVE_HOM: (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL),
    Mode.X_LINKED_RECESSIVE: (Region.X,),
    Mode.X_LINKED_DOMINANT: (Region.X,),
    Mode.Y_LINKED: (Region.Y,),
    Mode.MITOCHONDRIAL: (Region.MITOCHONDRIAL,),
}
_DE_NOVO_BY: tuple[Mode, ...] = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)


def judge_single(calls: FamilyCalls, mode: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Judge one mode in which one variant is enough.

    Parameters
    ----------
    calls : FamilyCalls
    mode : Mode
        Any but the compound heterozygous ones.
    complete : bool
        Complete penetrance; modes without a table of their own for incomplete penetrance
        give the same for both.

    Returns
    -------
    int8, shape (variant,)
        `Outcome`; FAIL where the mode does not exist at the position.
    """
    if mode is Mode.DE_NOVO:
        out = np.full(calls.region.shape, Outcome.FAIL, np.int8)
        for base in _DE_NOVO_BY:
            here = np.isin(calls.region, _WHERE[base])
            out[here] = _judge(calls, base, mode, complete=True)[here]
        return out
    out = _judge(calls, mode, mode, complete=complete or (mode, False) not in _FITS)
    out[~np.isin(calls.region, _WHERE[mode])] = Outcome.FAIL
    if complete and mode in _DE_NOVO_BY:
        out[_no_parent_can_give(calls)] = Outcome.FAIL
    return out


def _no_parent_can_give(calls: FamilyCalls) -> NDArray[np.bool_]:
    """Whether every parent who could give a dominant allele is unaffected.

    With complete penetrance an unaffected parent does not carry it, called or not: it is
    then new, and not inherited.
    """
    father, mother = calls.parents_unaffected
    both = np.full(calls.region.shape, father and mother)
    both = np.where(calls.region == Region.Y, father, both)
    return np.asarray(np.where(calls.son_on_x, mother, both), bool)


def _judge(calls: FamilyCalls, table: Mode, parents: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Join what the members say under one mode's table with what the parents say."""
    n = calls.region.shape[0]
    members, by_parents, out = (np.empty(n, np.int8) for _ in range(3))
    kernels.judge_members(
        calls.genotype, calls.affection, calls.sex, fit_table(table, complete=complete), members
    )
    kernels.judge_parents(
        int(parents),
        calls.proband,
        calls.parent(calls.father),
        calls.parent(calls.mother),
        int(calls.sex[0]),
        calls.region,
        by_parents,
    )
    kernels.combine(members, by_parents, out)
    # The proband must carry the allele whatever their recorded affection.
    carries = np.isin(
        calls.proband,
        (Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS, Genotype.CARRIER),
    )
    out[~carries] = Outcome.FAIL
    return out


def parent_carries(calls: FamilyCalls, column: int) -> NDArray[np.int8]:
    """Whether a parent carries each variant: 1 yes, 0 no, -1 not known."""
    genotype = calls.parent(column)
    out = np.full(genotype.shape, -1, np.int8)
    out[np.isin(genotype, (Genotype.REFERENCE, Genotype.NOT_APPLICABLE))] = 0
    out[
        np.isin(
            genotype,
            (Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS, Genotype.CARRIER),
        )
    ] = 1
    return out

"""PP1 and BS4: does the allele run with the disease through the family?

A row that the family contradicts is no candidate, so in a ranking BS4 holds for no row; it is
judged all the same, for rows that were chosen in another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from raredx.columns.acmg import Answer, make_criterion
from raredx.columns.batch import VariantBatch
from raredx.columns.family import Family
from raredx.evidence_settings import AcmgSettings
from raredx.kernels import segregation as kernels
from raredx.scoring.acmg_family import PAIRS, FamilyRow, cite
from raredx.scoring.acmg_meioses import count_meioses
from raredx.scoring.family_calls import CARRIES, FamilyCalls
from raredx.scoring.fit_tables import fit_table
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Genotype, Mode, Region

_ONE_ALLELE = (
    Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_HET_FEMALE,
)  # fmt: skip
_TWO_ALLELES = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET)
_CARRIES = frozenset(CARRIES)
_TWO_COPIES = (Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS)
MEIOSES_OF_SIBLING = 2
"""A full sibling shares both alleles of two carrier parents by a chance of one quarter."""
_NEW_BY: dict[Region, Mode] = {
    Region.AUTOSOMAL: Mode.AUTOSOMAL_DOMINANT, Region.PSEUDOAUTOSOMAL: Mode.AUTOSOMAL_DOMINANT,
    Region.X: Mode.X_LINKED_DOMINANT, Region.Y: Mode.Y_LINKED,
}  # fmt: skip


class RelativeJudge:
    """Judges PP1 and BS4 of the rows of one family.

    Parameters
    ----------
    calls : FamilyCalls
    batch : VariantBatch
    settings : AcmgSettings
    """

    def __init__(self, calls: FamilyCalls, batch: VariantBatch, settings: AcmgSettings) -> None:
        self._calls, self._batch, self._settings = calls, batch, settings
        self._relatives = range(1, len(calls.members))
        self._affection = calls.affection.tolist()
        self._sexes = calls.sexes.tolist()
        siblings = [_full_sibling(calls.family, member) for member in calls.members]
        self._affected = [c for c in self._relatives if self._affection[c] == Affection.AFFECTED]
        self._affected_siblings = [c for c in self._affected if siblings[c]]
        self._meioses: dict[tuple[tuple[int, ...], tuple[int, ...], bool], int] = {}

    def judge(self, row: FamilyRow) -> Iterator[Answer]:
        """Judge PP1 and BS4 of a row."""
        if not self._relatives or row.mode is Mode.MITOCHONDRIAL:
            return
        variants = [row.variant] + [row.partner] * (row.partner != UNKNOWN_INDEX)
        genotypes = [self._calls.genotype[variant].tolist() for variant in variants]
        against = self._contradicting(row, genotypes)
        if against:
            told = cite(self._calls, self._batch, variants, against)
            yield make_criterion("BS4", "", f"does not run with the disease: {told}")
            return
        carriers = self._affected_carriers(row, genotypes)
        meioses = self._count(row, carriers, genotypes[0]) if carriers else 0
        scale = (
            ("strong", self._settings.pp1_strong),
            ("moderate", self._settings.pp1_moderate),
            ("supporting", self._settings.pp1_supporting),
        )
        strength = next((name for name, least in scale if meioses >= max(least, 1)), "")
        if strength:
            told = cite(self._calls, self._batch, variants, carriers)
            reason = f"{meioses} informative meioses, affected: {told}"
            yield make_criterion("PP1", strength, reason, {"meioses": meioses})

    def _affected_carriers(self, row: FamilyRow, genotypes: list[list[int]]) -> list[int]:
        """List the affected relatives who carry what the mode asks for; columns of `calls`."""
        if row.mode in _TWO_ALLELES:
            homozygous = row.mode is Mode.AUTOSOMAL_RECESSIVE_HOM
            wanted = frozenset((Genotype.HOMOZYGOUS,)) if homozygous else _CARRIES
            asked = self._affected_siblings
        elif row.mode in _ONE_ALLELE:
            wanted, asked = _CARRIES, self._affected
        else:
            return []
        return [column for column in asked if all(own[column] in wanted for own in genotypes)]

    def _count(self, row: FamilyRow, carriers: list[int], genotypes: list[int]) -> int:
        """Count the informative meioses that join the proband and affected carriers."""
        if row.mode in _TWO_ALLELES:
            return MEIOSES_OF_SIBLING * len(carriers)
        calls = self._calls
        lacking = [c for c in self._relatives if genotypes[c] == Genotype.REFERENCE]
        on_x = bool(calls.region[row.variant] == Region.X)
        key = (tuple(carriers), tuple(lacking), on_x)
        if key not in self._meioses:
            self._meioses[key] = count_meioses(
                calls.family.pedigree,
                calls.members[0],
                {calls.members[column] for column in carriers},
                {calls.members[column] for column in lacking},
                on_x=on_x,
            )
        return self._meioses[key]

    def _contradicting(self, row: FamilyRow, genotypes: list[list[int]]) -> list[int]:
        """List relatives who contradict: affected without the allele, or well with two copies.

        The latter only under complete penetrance.
        """
        mode = row.mode
        if mode in PAIRS:
            return [
                column
                for column in self._affected_siblings
                if any(own[column] == Genotype.REFERENCE for own in genotypes)
            ]
        if mode is Mode.DE_NOVO:
            mode = _NEW_BY.get(Region(int(self._calls.region[row.variant])), mode)
        table = _contradictions(mode)
        place = 1 if mode is Mode.Y_LINKED else 0
        found = []
        for column in self._relatives:
            affection, genotype = self._affection[column], genotypes[0][column]
            if not table[affection][self._sexes[column][place]][genotype + 1]:
                continue
            two = genotype in _TWO_COPIES and row.complete
            if affection == Affection.AFFECTED or two:
                found.append(column)
        return found


@lru_cache(maxsize=64)
def _contradictions(mode: Mode) -> list[list[list[bool]]]:
    """Say which genotypes contradict a mode: by status, sex, and genotype from -1.

    Affected relatives are judged alike under complete and incomplete penetrance.
    """
    contradicts: list[list[list[bool]]] = (
        fit_table(mode, complete=True) == kernels.CONTRADICTS
    ).tolist()
    return contradicts


def _full_sibling(family: Family, member: int) -> bool:
    """Whether a member has both parents of the proband."""
    pedigree = family.pedigree
    own = family.father, family.mother
    return min(own) >= 0 and own == (int(pedigree.father[member]), int(pedigree.mother[member]))

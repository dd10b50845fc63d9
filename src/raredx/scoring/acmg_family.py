"""What the criteria ask of a family, and how they cite its genotypes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows
from raredx.columns.records import dataclass
from raredx.scoring.events import Events
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.tiers import TierResult
from raredx.vocabulary import Mode, Outcome, Phase

PAIRS = (Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET)
"""Modes of two heterozygous variants."""


@dataclass(frozen=True)
class FamilyFacts:
    """What is known of a family's rows before the criteria are asked.

    Attributes
    ----------
    calls : FamilyCalls
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    posterior : float64, shape (variant,)
        Probability that the allele is new, NaN unknown.
    origin : int8, shape (variant, 2)
        Whether father and mother can have given the variant: 1, 0, -1 not known.
    tiers : TierResult
        With the panels of each row.
    events : Events
        Close variants that may be one event.
    relatedness : Outcome
        Whether the samples of the parents were shown to be those of the proband's parents.
    """

    calls: FamilyCalls
    grade: NDArray[np.int8]
    posterior: NDArray[np.float64]
    origin: NDArray[np.int8]
    tiers: TierResult
    events: Events
    relatedness: Outcome = Outcome.NOT_ASSESSED


@dataclass(frozen=True)
class FamilyRow:
    """One row of the candidate table.

    Attributes
    ----------
    number : int
    variant, partner, gene : int
        `partner` is -1 where there is none.
    mode : Mode
    complete : bool
        Complete penetrance.
    phase : Phase
    """

    number: int
    variant: int
    partner: int
    gene: int
    mode: Mode
    complete: bool
    phase: Phase


def family_rows(rows: CandidateRows) -> list[FamilyRow]:
    """Read the rows of a candidate table one by one."""
    columns = (rows.variant, rows.partner, rows.gene, rows.mode, rows.complete, rows.phase)
    cells = zip(*(column.tolist() for column in columns), strict=True)
    return [
        FamilyRow(number, variant, partner, gene, Mode(mode), complete, Phase(phase))
        for number, (variant, partner, gene, mode, complete, phase) in enumerate(cells)
    ]


def cite(
    calls: FamilyCalls, batch: VariantBatch, variants: Iterable[int], columns: Iterable[int]
) -> str:
    """Write the genotypes of members: role, id, and the call of each variant.

    Parameters
    ----------
    variants : iterable of int
    columns : iterable of int
        Columns of `calls`; those of people who were not sequenced, -1, are left out.
    """
    wanted = list(variants)
    told = []
    for column in columns:
        if column < 0:
            continue
        member, sample = calls.members[column], int(calls.samples[column])
        texts = [batch["genotype_text"][variant, sample] or "no call" for variant in wanted]
        role, name = calls.family.role(member), calls.family.pedigree.members[member]
        told.append(f"{role} {name} {' and '.join(texts)}")
    return ", ".join(told)

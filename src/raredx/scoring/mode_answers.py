"""Does each variant fit the family, mode by mode? Every answer, and which of them makes a row."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.inheritance import judge_single
from raredx.scoring.requirements import asked_modes
from raredx.settings import SegregationSettings
from raredx.vocabulary import Mode, Outcome, Region

SINGLE_MODES = (
    Mode.DE_NOVO,
    Mode.AUTOSOMAL_DOMINANT,
    Mode.AUTOSOMAL_RECESSIVE_HOM,
    Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_DOMINANT,
    Mode.Y_LINKED,
    Mode.MITOCHONDRIAL,
    Mode.X_LINKED_HET_FEMALE,
)
INHERITED_DOMINANT = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)


@dataclass(frozen=True)
class ModeAnswers:
    """The answers to the segregation question, for each mode in which one variant is enough.

    Attributes
    ----------
    complete, relaxed : dict
        Mode to `Outcome`, int8, shape (variant,): under complete penetrance; and where an
        unaffected carrier does not exclude, for the modes that are asked so.
    told_elsewhere : dict
        Mode to bool, shape (variant,): another mode's row says the same, so that this mode makes
        none, whatever its answer.
    """

    complete: dict[Mode, NDArray[np.int8]]
    relaxed: dict[Mode, NDArray[np.int8]]
    told_elsewhere: dict[Mode, NDArray[np.bool_]]

    def of(self, mode: Mode) -> NDArray[np.int8]:
        """Answer under complete penetrance, FAIL where another mode tells it."""
        out = self.complete[mode].copy()
        if mode in self.told_elsewhere:
            out[self.told_elsewhere[mode]] = Outcome.FAIL
        return out


def judge_modes(
    calls: FamilyCalls, settings: SegregationSettings, *, relaxes_known: bool = False
) -> ModeAnswers:
    """Ask every mode in which one variant is enough.

    Parameters
    ----------
    calls : FamilyCalls
    settings : SegregationSettings
        Says which modes are asked: the others are FAIL. Says whether incomplete penetrance is
        asked of every dominant mode, or only of the autosomal one, for imprinted genes.
    relaxes_known : bool
        Whether it is asked of every dominant mode for known pathogenic variants.
    """
    incomplete, asked = settings.incomplete_penetrance, asked_modes(settings.modes)
    complete = {
        mode: judge_single(calls, mode, complete=True)
        if mode in asked
        else np.full(calls.region.shape, Outcome.FAIL, np.int8)
        for mode in SINGLE_MODES
    }
    wanted = INHERITED_DOMINANT if incomplete or relaxes_known else (Mode.AUTOSOMAL_DOMINANT,)
    relaxed = {mode: judge_single(calls, mode, complete=False) for mode in wanted if mode in asked}
    # Where a dominant row says de_novo_possible, a second row would say nothing more.
    inherited = _fits(complete[mode] for mode in INHERITED_DOMINANT)
    told = {Mode.DE_NOVO: _parent_not_sequenced(calls) & inherited}
    # The weaker class of women with one copy says nothing that another mode on X does not.
    new = np.where(told[Mode.DE_NOVO], np.int8(Outcome.FAIL), complete[Mode.DE_NOVO])
    better = [new, complete[Mode.X_LINKED_RECESSIVE], complete[Mode.X_LINKED_DOMINANT]]
    if incomplete and Mode.X_LINKED_DOMINANT in relaxed:
        better.append(relaxed[Mode.X_LINKED_DOMINANT])
    told[Mode.X_LINKED_HET_FEMALE] = _fits(better)
    return ModeAnswers(complete, relaxed, told)


def _fits(outcomes: Iterable[NDArray[np.int8]]) -> NDArray[np.bool_]:
    """Whether any of some answers is not FAIL."""
    return np.asarray((np.stack(list(outcomes)) != Outcome.FAIL).any(axis=0), bool)


def _parent_not_sequenced(calls: FamilyCalls) -> NDArray[np.bool_]:
    """Whether a parent of whom a de novo call asks was never sequenced."""
    father = (calls.father < 0) & ~calls.son_on_x
    mother = (calls.mother < 0) & (calls.region != Region.Y)
    return np.asarray(father | mother, bool)

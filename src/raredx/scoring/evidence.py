"""What the questions before segregation found, in the shape of the batch."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import VariantGenes
from raredx.columns.records import dataclass
from raredx.scoring.frequency import (
    FrequencyLimits,
    find_popmax,
    judge_frequency,
    judge_homozygotes,
)
from raredx.scoring.known import known_in_mode
from raredx.scoring.outcomes import join_outcomes
from raredx.vocabulary import Mode


@dataclass(frozen=True)
class Evidence:
    """What the questions before segregation found, in the shape of the batch.

    Attributes
    ----------
    batch : VariantBatch
    genes : VariantGenes
    limits : FrequencyLimits
    known : bool, shape (variant,)
        Known pathogenic and rescued.
    reportable : bool, shape (pair,)
        Rows of `genes` whose consequence, or ClinVar, lets them be candidates.
    near : bool, shape (pair,)
        Rows inside a gene of an applied panel whose consequence no rule names: shown
        untiered where both copies, or a de novo variant, fit the family.
    pairable : bool, shape (pair,), or None
        Rows whose consequence lets them be part of a pair; None where all do.
    """

    batch: VariantBatch
    genes: VariantGenes
    limits: FrequencyLimits
    known: NDArray[np.bool_]
    reportable: NDArray[np.bool_]
    near: NDArray[np.bool_]
    pairable: NDArray[np.bool_] | None = None

    def frequency(self, mode: Mode) -> NDArray[np.int8]:
        """Judge the frequency of every variant under a mode, and its homozygotes where asked."""
        if mode not in self._frequency:
            settings = self.limits.settings
            out = judge_frequency(self.batch["af"], self.limits.of(mode))
            if settings.max_homozygotes:
                counts = judge_homozygotes(self.batch["homozygotes"], mode, settings)
                out = join_outcomes(out, counts)
            out.setflags(write=False)  # it is given again
            self._frequency[mode] = out
        return self._frequency[mode]

    @cached_property
    def _frequency(self) -> dict[Mode, NDArray[np.int8]]:
        return {}

    def known_in(self, mode: Mode) -> NDArray[np.bool_]:
        """Say which known pathogenic variants are rare enough to count as such in a mode."""
        settings = self.limits.settings
        if not settings.known_by_mode:
            return self.known
        popmax, _ = find_popmax(self.batch["af"], self.limits)
        return known_in_mode(self.known, popmax, mode, settings)

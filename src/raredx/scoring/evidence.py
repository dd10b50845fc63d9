"""What the questions before segregation found, in the shape of the batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import VariantGenes
from raredx.columns.records import dataclass
from raredx.scoring.frequency import FrequencyLimits, judge_frequency
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
    """

    batch: VariantBatch
    genes: VariantGenes
    limits: FrequencyLimits
    known: NDArray[np.bool_]
    reportable: NDArray[np.bool_]
    near: NDArray[np.bool_]

    def frequency(self, mode: Mode) -> NDArray[np.int8]:
        """Judge the frequency of every variant under a mode."""
        return judge_frequency(self.batch["af"], self.limits.of(mode))

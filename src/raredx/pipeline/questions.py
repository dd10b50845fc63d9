"""What is asked of one variant alone, before the family: every answer, and what it drops."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.counts import StepCounts
from raredx.columns.genome import MT_CODE
from raredx.columns.records import dataclass
from raredx.pipeline.family import RunContext, frequency_outcome
from raredx.scoring.evidence import Evidence
from raredx.scoring.judged import Judged
from raredx.scoring.row_questions import FAMILY_QUESTIONS, asked_of_family
from raredx.settings import RuleSet
from raredx.vocabulary import Outcome

ASKED = ("filter", "frequency", "consequence", "carried")
"""The questions, in the order in which a variant that fails several is counted."""


@dataclass(frozen=True)
class VariantAnswers:
    """The answers of every variant.

    Attributes
    ----------
    filter, frequency, consequence, carried : int8, shape (variant,)
        `Outcome`. Frequency is held against the loosest limit of any mode; a known pathogenic
        variant passes it, and the consequence question, where it is rescued. Consequence is that
        of any gene; carried, by any proband.
    """

    filter: NDArray[np.int8]
    frequency: NDArray[np.int8]
    consequence: NDArray[np.int8]
    carried: NDArray[np.int8]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which variants fail none."""
        answers = np.stack([getattr(self, name) for name in ASKED])
        return np.asarray((answers != Outcome.FAIL).all(axis=0), bool)

    def count(self, counts: StepCounts) -> None:
        """Count each variant under the first question that it fails."""
        left = np.ones(self.filter.shape, bool)
        for name in ASKED:
            failed = left & (getattr(self, name) == Outcome.FAIL)
            counts.drop(name, int(failed.sum()))
            left &= ~failed


def asked_questions(rules: RuleSet) -> tuple[str, ...]:
    """Name the questions that a rule set asks, in order.

    Examples
    --------
    >>> from raredx.settings import read_ruleset
    >>> asked_questions(read_ruleset("talos").rules)[4:]
    ('call_quality', 'segregation', 'panel', 'consequence_in_mode')
    """
    return ASKED + asked_of_family(rules)


def count_in_families(counts: StepCounts, families: list[Judged], n_variants: int) -> None:
    """Count each variant that no family keeps under the last question that it came to in any."""
    reached = np.zeros(n_variants, np.int8)
    kept = np.zeros(n_variants, bool)
    for judged in families:
        reached = np.maximum(reached, judged.answers.reached)
        kept[judged.rows.variant] = True
    for place, question in enumerate(FAMILY_QUESTIONS):
        counts.drop(question, int((reached[~kept] == place).sum()))


def ask_each_variant(
    evidence: Evidence, context: RunContext, probands: NDArray[np.int16]
) -> VariantAnswers:
    """Ask of each variant what it can answer alone.

    Parameters
    ----------
    evidence : Evidence
    context : RunContext
    probands : int16, shape (family,)
        Columns of the probands.
    """
    batch = evidence.batch
    frequency = frequency_outcome(batch, context.limits)
    frequency[(frequency == Outcome.FAIL) & evidence.known] = Outcome.PASS
    named = np.zeros(len(batch), bool)
    named[evidence.genes.variant[evidence.reportable | evidence.near]] = True
    carried = (batch["alt_dosage"][:, probands] > 0).any(axis=1)
    least = context.rules.segregation.min_heteroplasmy
    by_reads = (batch["alt_fraction"][:, probands] >= np.float32(least)).any(axis=1)
    carried |= by_reads & (batch["contig_code"] == MT_CODE)
    return VariantAnswers(
        batch["filter_outcome"], frequency, named.astype(np.int8), carried.astype(np.int8)
    )

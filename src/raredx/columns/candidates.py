"""Candidates as columns: proband, mode and one variant, or two in one gene."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.sequences import ascending


@dataclass(frozen=True)
class VariantGenes:
    """One row for each variant and gene that its consequences name.

    Attributes
    ----------
    variant : int64
        Row of the batch.
    gene : int32
        Gene code.
    entry : int64
        Transcript entry that describes the variant.
    choice : int8
        `TranscriptChoice` of that entry.
    tier_entry : int64
        Entry on which the consequence was judged: the worst of the MANE transcripts, or
        `entry`.
    consequence_class : int8
        `ConsequenceClass` of `tier_entry`.
    worst_entry : int64
        Entry with the most severe consequence in a coding transcript of the gene.
    other_worse : bool
        Whether a transcript that was not judged has a stronger class.
    """

    variant: NDArray[np.int64]
    gene: NDArray[np.int32]
    entry: NDArray[np.int64]
    choice: NDArray[np.int8]
    tier_entry: NDArray[np.int64]
    consequence_class: NDArray[np.int8]
    worst_entry: NDArray[np.int64]
    other_worse: NDArray[np.bool_]


@dataclass(frozen=True)
class CandidateRows:
    """One row for each candidate and variant.

    Attributes
    ----------
    candidate : int64
        Number of the candidate within the family; partners share it, and so do the variants
        of one de novo event.
    pair : int64
        Row of `VariantGenes`.
    variant, partner : int64
        Row of the batch; -1 where there is no partner.
    gene : int32
    mode : int8
        `Mode`.
    complete : bool
        Complete penetrance.
    imprinted : bool
        Whether the row holds only where the gene is imprinted.
    segregation, frequency : int8
        `Outcome` of the questions, under the mode.
    phase, phase_reason : int8
        `Phase` of a compound heterozygote, and the `PhaseReason` that tells it.
    """

    candidate: NDArray[np.int64]
    pair: NDArray[np.int64]
    variant: NDArray[np.int64]
    partner: NDArray[np.int64]
    gene: NDArray[np.int32]
    mode: NDArray[np.int8]
    complete: NDArray[np.bool_]
    imprinted: NDArray[np.bool_]
    segregation: NDArray[np.int8]
    frequency: NDArray[np.int8]
    phase: NDArray[np.int8]
    phase_reason: NDArray[np.int8]

    def __len__(self) -> int:
        return int(self.candidate.shape[0])

    def select(self, keep: NDArray[np.bool_]) -> CandidateRows:
        """Keep some rows; candidates are numbered anew, in their order."""
        kept = {name: getattr(self, name)[keep] for name in self.__dataclass_fields__}
        kept["candidate"] = np.searchsorted(ascending(kept["candidate"]), kept["candidate"])
        return CandidateRows(**kept)

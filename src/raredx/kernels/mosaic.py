"""Do the reads of a call look as if only part of a person's cells carried the allele?"""

from __future__ import annotations

import math

from raredx.kernels.binomial import at_least, at_most
from raredx.kernels.jit import kernel

LEAST_READS, LEAST_FRACTION, PARENT_CHANCE, ERROR_RATE = 0, 1, 2, 3
"""Places in the `limits` of `mark_excess`."""


@kernel
def mark_shortage(alt_reads, other_reads, alt_fraction, expected, limits, out):
    """Mark calls with fewer ALT reads than their genotype promises.

    alt_reads     (variant,)  reads of this ALT, -1 unknown
    other_reads   (variant,)  reads of every other allele, -1 unknown
    alt_fraction  (variant,)  reads of this ALT over all, NaN unknown
    expected      (variant,)  share of ALT reads that the genotype promises; 0 where only
                              the fraction can mark, NaN where nothing is asked
    limits        (2,)        fraction below which a call is marked, and the largest
                              probability of so few ALT reads by chance
    out           (variant,)  written: 1 marked, 0 not

    Where the reads are unknown the fraction alone can mark; where neither is known nothing
    is marked.
    """
    for v in range(alt_reads.shape[0]):
        out[v] = 0
        if math.isnan(expected[v]):
            continue
        if alt_fraction[v] < limits[0]:
            out[v] = 1
        elif alt_reads[v] >= 0 and other_reads[v] >= 0:
            total = alt_reads[v] + other_reads[v]
            if at_most(alt_reads[v], total, expected[v]) < limits[1]:
                out[v] = 1


@kernel
def mark_excess(alt_reads, other_reads, alt_fraction, asked, limits, out):
    """Mark reference calls with more ALT reads than sequencing errors explain.

    alt_reads     (variant, parent)  reads of this ALT, -1 unknown
    other_reads   (variant, parent)  reads of every other allele, -1 unknown
    alt_fraction  (variant, parent)  reads of this ALT over all, NaN unknown
    asked         (variant, parent)  whether this is a reference call to be looked at
    limits        (4,)               see the names above
    out           (variant, parent)  written: 1 marked, 0 not

    A mark needs the least reads or the least fraction, and a small enough probability of as
    many reads by error alone. Where the reads are unknown the fraction decides.
    """
    for v in range(alt_reads.shape[0]):
        for side in range(alt_reads.shape[1]):
            out[v, side] = 0
            if not asked[v, side]:
                continue
            reads, others = alt_reads[v, side], other_reads[v, side]
            enough = alt_fraction[v, side] >= limits[LEAST_FRACTION]
            if reads < 0 or others < 0:
                out[v, side] = 1 if enough else 0
            elif reads > 0 and (enough or reads >= limits[LEAST_READS]):
                chance = at_least(reads, reads + others, limits[ERROR_RATE])
                out[v, side] = 1 if chance < limits[PARENT_CHANCE] else 0

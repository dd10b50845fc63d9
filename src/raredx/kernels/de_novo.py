"""How far do the reads support that an allele is new in the proband?"""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel
from raredx.vocabulary import DeNovoGrade

POSSIBLE, LOW = int(DeNovoGrade.POSSIBLE), int(DeNovoGrade.LOW)
MEDIUM, HIGH = int(DeNovoGrade.MEDIUM), int(DeNovoGrade.HIGH)

PROBAND_QUALITY, PROBAND_DEPTH, ALLELE_BALANCE, PARENTAL_READS = 1, 2, 4, 8
PARENT_DEPTH, PARENT_QUALITY, PARENT_NOT_CALLED, READS_UNKNOWN, NO_REFERENCE_COPY = (
    16, 32, 64, 128, 256,
)  # fmt: skip
CLUSTER, UNFILTERED, IMPROBABLE = 512, 1024, 2048
"""Bits of the reasons for a grade below high; the last two are not read from the calls."""

HIGH_GQ, HIGH_DEPTH, MIN_FRACTION, MAX_FRACTION, PARENT_READS, PARENT_FRACTION = 0, 1, 2, 3, 4, 5
MEDIUM_GQ, MEDIUM_DEPTH = 6, 7
"""Places in `limits`."""


@kernel
def parent_doubt(gq, depth, alt_reads, alt_fraction, limits, strict):
    """Reasons to doubt that one parent lacks the allele, as bits."""
    doubt = 0
    least_gq = limits[HIGH_GQ] if strict else 1.0
    least_depth = limits[HIGH_DEPTH] if strict else limits[MEDIUM_DEPTH]
    if gq < least_gq:
        doubt |= PARENT_QUALITY
    if 0 <= depth < least_depth:
        doubt |= PARENT_DEPTH
    if alt_fraction > limits[PARENT_FRACTION]:
        doubt |= PARENTAL_READS
    if math.isnan(gq) or depth < 0 or alt_reads < 0 or math.isnan(alt_fraction):
        doubt |= READS_UNKNOWN
    return doubt


@kernel
def doubt_surroundings(clustered, unfiltered, graded):
    """Lower grades for what the calls do not show, in place.

    clustered   (variant,)    whether too many new alleles lie close together: at most low
    unfiltered  (variant,)    whether FILTER says nothing: at most medium
    graded      (variant, 2)  changed: `DeNovoGrade` and the bits of the reasons
    """
    for v in range(graded.shape[0]):
        if clustered[v]:
            graded[v, 0] = min(graded[v, 0], LOW)
            graded[v, 1] |= CLUSTER
        if unfiltered[v]:
            graded[v, 0] = min(graded[v, 0], MEDIUM)
            graded[v, 1] |= UNFILTERED


@kernel
def grade_de_novo(gq, depth, alt_reads, alt_fraction, hemizygous, parents, limits, out):
    """Grade each row as if it were de novo.

    gq            (variant, 3)  of proband, father, mother; NaN unknown
    depth         (variant, 3)  reads, -1 unknown
    alt_reads     (variant, 3)  reads of this ALT, -1 unknown
    alt_fraction  (variant, 3)  reads of this ALT over all, NaN unknown
    hemizygous    (variant,)    0 heterozygous, 1 hemizygous, 2 two copies
    parents       (variant, 2)  whether father and mother matter and have a call:
                                1 yes, 0 does not matter, -1 no call
    limits        (8,)          see the names above
    out           (variant, 2)  written: `DeNovoGrade` and the bits of the reasons
    """
    for v in range(gq.shape[0]):
        strict = weak = 0
        parental_reads = 0
        for side in range(2):
            if parents[v, side] == -1:
                strict |= PARENT_NOT_CALLED
            elif parents[v, side] == 1:
                m = side + 1
                calls = gq[v, m], depth[v, m], alt_reads[v, m], alt_fraction[v, m]
                strict |= parent_doubt(calls[0], calls[1], calls[2], calls[3], limits, True)
                weak |= parent_doubt(calls[0], calls[1], calls[2], calls[3], limits, False)
                parental_reads += max(alt_reads[v, m], 0)
        if parental_reads > limits[PARENT_READS]:
            strict |= PARENTAL_READS
        if parental_reads <= limits[PARENT_READS]:
            weak &= ~PARENTAL_READS
        top = limits[MAX_FRACTION] if hemizygous[v] == 0 else 1.0
        if alt_fraction[v, 0] < limits[MIN_FRACTION] or alt_fraction[v, 0] > top:
            strict |= ALLELE_BALANCE
        if alt_fraction[v, 0] < limits[MIN_FRACTION]:
            weak |= ALLELE_BALANCE
        if gq[v, 0] < limits[HIGH_GQ]:
            strict |= PROBAND_QUALITY
        if gq[v, 0] < limits[MEDIUM_GQ]:
            weak |= PROBAND_QUALITY
        if 0 <= depth[v, 0] < limits[HIGH_DEPTH]:
            strict |= PROBAND_DEPTH
        if 0 <= depth[v, 0] < limits[MEDIUM_DEPTH]:
            weak |= PROBAND_DEPTH
        if math.isnan(gq[v, 0]) or depth[v, 0] < 0 or math.isnan(alt_fraction[v, 0]):
            strict |= READS_UNKNOWN
        if hemizygous[v] == 2:
            strict |= NO_REFERENCE_COPY
            weak |= NO_REFERENCE_COPY
        weak &= ~READS_UNKNOWN
        if strict & PARENT_NOT_CALLED:
            out[v, 0] = POSSIBLE
        elif strict == 0:
            out[v, 0] = HIGH
        elif weak == 0 and not strict & PARENTAL_READS:
            out[v, 0] = MEDIUM
        else:
            out[v, 0] = LOW
        out[v, 1] = strict | weak

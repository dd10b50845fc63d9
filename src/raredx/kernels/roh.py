"""Runs of homozygosity, found while the sites go by."""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel
from raredx.kernels.site_calls import AUTOSOMAL

KIND, CONTIG, POSITION = 0, 1, 2
"""Columns of `sites`."""

RUN_CONTIG, LAST, START, END, HOM, HET, HOM_NOW, HET_NOW, COVERED = range(9)
N_RUN_STATE = 9
"""Columns of `state`: where the sample was last seen carrying, the open run up to its best end
and up to now, and the length covered so far."""
SCORE, BEST = 0, 1
"""Columns of `score`."""
HOM_GAIN, HET_LOSS, MAX_DIP, MAX_GAP, MIN_LENGTH, MIN_SITES, MIN_SCORE, HET_INSIDE = range(8)
"""Places in `limits`."""
N_ROH_COLUMNS = 7
"""Columns of `out`: sample, contig, start, end, homozygous, heterozygous, score in thousandths."""


@kernel
def close_run(i, limits, state, score, out, out_n):
    """Write the open run of a sample, if it is long and sure enough, and begin anew."""
    length = state[i, END] - state[i, START] + 1
    sure = score[i, BEST] >= limits[MIN_SCORE] and state[i, HOM] >= limits[MIN_SITES]
    if sure and length >= limits[MIN_LENGTH]:
        row = out_n[0]
        out[row, 0] = i
        out[row, 1] = state[i, RUN_CONTIG]
        out[row, 2] = state[i, START]
        out[row, 3] = state[i, END]
        out[row, 4] = state[i, HOM]
        out[row, 5] = state[i, HET]
        out[row, 6] = round(score[i, BEST] * 1000)
        out_n[0] += 1
    score[i, SCORE] = 0.0
    score[i, BEST] = 0.0


@kernel
def extend_runs(codes, sites, af, limits, state, score, out, out_n):
    """Extend every sample's run of homozygosity over a batch of sites.

    codes   (site, sample)    from `site_calls.code_calls`
    sites   (site, 3)         kind, contig code, position
    af      (site,)           population frequency, NaN unknown
    limits  (8,)              see the names above
    state   (sample, 9)       read and written: see the names above
    score   (sample, 2)       read and written
    out     (row, 7)          written: finished runs; one row for every MIN_SITES sites and
                              one more for each sample are enough
    out_n   (1,)              added to: rows written

    Only calls that carry ALT count, so that relatives in the file change nothing. A
    homozygote adds HOM_GAIN, or less where the allele is so frequent that homozygotes tell
    little; a heterozygote takes HET_LOSS. A run ends at its best score, once the score has
    fallen by MAX_DIP or to 0, over a gap of MAX_GAP, or with the contig.
    """
    for v in range(sites.shape[0]):
        if sites[v, KIND] != AUTOSOMAL:
            continue
        contig, position = sites[v, CONTIG], sites[v, POSITION]
        gain = limits[HOM_GAIN]
        if af[v] > 0:
            gain = min(gain, math.log((1 - limits[HET_INSIDE]) * (2 - af[v]) / af[v]))
        for i in range(codes.shape[1]):
            code = codes[v, i]
            if code <= 0:
                continue
            gap = position - state[i, LAST]
            if contig != state[i, RUN_CONTIG] or gap < 0 or gap > limits[MAX_GAP]:
                close_run(i, limits, state, score, out, out_n)
                state[i, RUN_CONTIG] = contig
            else:
                state[i, COVERED] += gap
            state[i, LAST] = position
            if code == 2:
                if score[i, SCORE] <= 0.0:
                    state[i, START] = position
                    state[i, HOM_NOW] = 0
                    state[i, HET_NOW] = 0
                state[i, HOM_NOW] += 1
                score[i, SCORE] += gain
                if score[i, SCORE] > score[i, BEST]:
                    score[i, BEST] = score[i, SCORE]
                    state[i, END] = position
                    state[i, HOM] = state[i, HOM_NOW]
                    state[i, HET] = state[i, HET_NOW]
            else:
                state[i, HET_NOW] += 1
                score[i, SCORE] -= limits[HET_LOSS]
                fallen = score[i, BEST] - score[i, SCORE] > limits[MAX_DIP]
                if score[i, SCORE] <= 0.0 or fallen:
                    close_run(i, limits, state, score, out, out_n)

"""Stretches in which a child lacks the alleles of one parent."""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.roh import CONTIG, KIND, POSITION
from raredx.kernels.site_calls import AUTOSOMAL

NOTHING, BIPARENTAL, WITHOUT_FATHER, WITHOUT_MOTHER = 0, 1, 2, 3
"""What one site tells."""

RUN_CONTIG, START, END, SCORE, BEST = range(5)
UNIPARENTAL, INFORMATIVE, HET_TO_HOM, HET_TO_HET, CHILD_HET, DEPTH, DEPTH_N = range(7)
N_NOW = 7
FIRST_BEST, FIRST_NOW, N_UPD_STATE = 5, 12, 19
"""Columns of `state`: five of the open run, then seven counts up to its best end, and the same
seven up to now: sites without the other parent's allele; these and the sites against; the
giving parent heterozygous with the child homozygous and with it heterozygous; the child's
heterozygotes; sum and number of the child's depths."""
MIN_SITES, MIN_LENGTH, MAX_DIP, MIN_PERCENT = 0, 1, 2, 3
"""Places in `limits`."""
N_UPD_COLUMNS = 12
"""Columns of `out`: trio, giver (0 father, 1 mother), contig, start, end, then the seven."""


@kernel
def origin_of_site(child, father, mother):
    """Tell whether a child has alleles of both parents, from genotypes 0, 1, 2."""
    no_father = child != 1 and father != 1 and child != father
    no_mother = child != 1 and mother != 1 and child != mother
    if no_father and no_mother:
        return NOTHING
    if no_father:
        return WITHOUT_FATHER
    if no_mother:
        return WITHOUT_MOTHER
    if child == 1 and abs(father - mother) == 2:
        return BIPARENTAL
    return NOTHING


@kernel
def count_origins(codes, sites, trios, out):
    """Count by contig what the sites of each trio tell.

    codes  (site, sample)      from `site_calls.code_calls`
    sites  (site, 3)           kind, contig code, position
    trios  (trio, 3)           samples of child, father, mother
    out    (trio, contig, 4)   added to: NOTHING, BIPARENTAL, WITHOUT_FATHER, WITHOUT_MOTHER
    """
    for v in range(sites.shape[0]):
        if sites[v, KIND] != AUTOSOMAL:
            continue
        for t in range(trios.shape[0]):
            child, father = codes[v, trios[t, 0]], codes[v, trios[t, 1]]
            mother = codes[v, trios[t, 2]]
            if child >= 0 and father >= 0 and mother >= 0:
                out[t, sites[v, CONTIG], origin_of_site(child, father, mother)] += 1


@kernel
def close_segment(row, limits, state, out, out_n):
    """Write an open run, if it is long and pure enough, and begin anew."""
    best = state[row, FIRST_BEST:FIRST_NOW]
    length = state[row, END] - state[row, START] + 1
    pure = 100 * best[UNIPARENTAL] >= limits[MIN_PERCENT] * best[INFORMATIVE]
    enough = best[UNIPARENTAL] >= limits[MIN_SITES] and length >= limits[MIN_LENGTH]
    if state[row, BEST] > 0 and pure and enough:
        n = out_n[0]
        out[n, 0] = row // 2
        out[n, 1] = row % 2
        out[n, 2] = state[row, RUN_CONTIG]
        out[n, 3] = state[row, START]
        out[n, 4] = state[row, END]
        for k in range(N_NOW):
            out[n, 5 + k] = best[k]
        out_n[0] += 1
    state[row, SCORE] = 0
    state[row, BEST] = 0


@kernel
def note_site(now, told, giver, child, reads):
    """Add one site to the counts of an open run: its genotypes, and the child's depth."""
    if giver == 1:
        now[HET_TO_HET if child == 1 else HET_TO_HOM] += 1
    if child == 1:
        now[CHILD_HET] += 1
    if reads >= 0:
        now[DEPTH] += reads
        now[DEPTH_N] += 1
    if told != NOTHING:
        now[INFORMATIVE] += 1


@kernel
def step_run(row, supports, position, limits, state, out, out_n):
    """Raise or lower the score of an open run by an informative site; close it if it fell."""
    if supports:
        state[row, FIRST_NOW + UNIPARENTAL] += 1
        state[row, SCORE] += 1
        if state[row, SCORE] > state[row, BEST]:
            state[row, BEST] = state[row, SCORE]
            state[row, END] = position
            for k in range(N_NOW):
                state[row, FIRST_BEST + k] = state[row, FIRST_NOW + k]
        return
    state[row, SCORE] -= 1
    if state[row, SCORE] <= 0 or state[row, BEST] - state[row, SCORE] > limits[MAX_DIP]:
        close_segment(row, limits, state, out, out_n)


@kernel
def extend_segments(codes, sites, depth, trios, limits, state, out, out_n):
    """Extend, for every trio and either parent, a stretch with that parent's alleles only.

    codes   (site, sample)   from `site_calls.code_calls`
    sites   (site, 3)        kind, contig code, position
    depth   (site, sample)   -1 unknown
    trios   (trio, 3)        samples of child, father, mother
    limits  (4,)             see the names above
    state   (2 * trio, 19)   read and written: row 2 t is the father's alleles only
    out     (row, 12)        written: finished stretches; one row for every MIN_SITES sites
                             and two more for each trio are enough
    out_n   (1,)             added to: rows written

    A site without the other parent's allele adds one, a site with both parents' alleles or
    without the giver's takes one. A stretch ends at its best score, once the score has fallen
    by more than MAX_DIP or to 0, or with the contig.
    """
    for v in range(sites.shape[0]):
        if sites[v, KIND] != AUTOSOMAL:
            continue
        contig, position = sites[v, CONTIG], sites[v, POSITION]
        for t in range(trios.shape[0]):
            child, father = codes[v, trios[t, 0]], codes[v, trios[t, 1]]
            mother = codes[v, trios[t, 2]]
            if child < 0 or father < 0 or mother < 0:
                continue
            told = origin_of_site(child, father, mother)
            for side in range(2):
                row = 2 * t + side
                if state[row, RUN_CONTIG] != contig:
                    close_segment(row, limits, state, out, out_n)
                    state[row, RUN_CONTIG] = contig
                supports = told == (WITHOUT_MOTHER if side == 0 else WITHOUT_FATHER)
                if state[row, SCORE] <= 0:
                    if not supports:
                        continue
                    state[row, START] = position
                    state[row, FIRST_NOW:] = 0
                giver = father if side == 0 else mother
                note_site(state[row, FIRST_NOW:], told, giver, child, depth[v, trios[t, 0]])
                if told != NOTHING:
                    step_run(row, supports, position, limits, state, out, out_n)

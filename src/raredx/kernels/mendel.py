"""Do parents and child obey Mendel's laws?"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.site_calls import (
    AUTOSOMAL,
    ON_MT,
    ON_X,
    ON_Y,
    OTHER_ALLELE,
    PSEUDOAUTOSOMAL,
)

OTHER_SLOT, PAR_SLOT, SON_SLOT, DAUGHTER_SLOT, Y_SLOT, MT_SLOT = 0, 23, 24, 25, 26, 27
N_SLOTS = 28
"""Where errors are counted: autosomes 1 to 22 by number, alleles that are no SNV (0), the
pseudo-autosomal regions, X as if the child were a son and as if a daughter, Y, MT. Duos
count X in SON_SLOT."""

INFORMATIVE, ERRORS, CHILD_ONLY = 0, 1, 2


@kernel
def judge_trio(child, father, mother):
    """Judge autosomal genotypes: 1 error, 0 none, -1 nothing to see.

    Nothing to see is a site at which nobody carries ALT, or both parents are heterozygous.
    """
    if child + father + mother == 0 or (father == 1 and mother == 1):
        return -1
    low = father // 2 + mother // 2
    high = (father + 1) // 2 + (mother + 1) // 2
    return 0 if low <= child <= high else 1


@kernel
def judge_x(child, father, mother, as_son):
    """Judge genotypes on X, 0 or 2 for a hemizygote: as `judge_trio`.

    A man called heterozygous tells nothing.
    """
    if as_son:
        if child == 1 or mother == 1 or child + mother == 0:
            return -1
        return 1 if child != mother else 0
    if father == 1 or child + father + mother == 0:
        return -1
    low, high = father // 2 + mother // 2, father // 2 + (mother + 1) // 2
    return 0 if low <= child <= high else 1


@kernel
def note_answer(answer, slot, new_in_child, out):
    """Count one answer of `judge_trio` or `judge_x` in a slot of one trio."""
    if answer >= 0:
        out[slot, INFORMATIVE] += 1
    if answer == 1:
        out[slot, ERRORS] += 1
        if new_in_child:
            out[slot, CHILD_ONLY] += 1


@kernel
def count_trios(codes, kind, contig, trios, out):
    """Count informative sites and Mendelian errors of trios.

    codes   (site, sample)   from `site_calls.code_calls`
    kind    (site,)          kind of row
    contig  (site,)          contig code
    trios   (trio, 3)        samples of child, father, mother
    out     (trio, slot, 3)  added to: INFORMATIVE, ERRORS, and CHILD_ONLY for errors in
                             which both parents are reference
    """
    for v in range(kind.size):
        where = kind[v]
        if where not in (AUTOSOMAL, OTHER_ALLELE, PSEUDOAUTOSOMAL, ON_X):
            continue
        slot = contig[v]
        if where == OTHER_ALLELE:
            slot = OTHER_SLOT
        elif where == PSEUDOAUTOSOMAL:
            slot = PAR_SLOT
        for t in range(trios.shape[0]):
            child, father = codes[v, trios[t, 0]], codes[v, trios[t, 1]]
            mother = codes[v, trios[t, 2]]
            new = father == 0 and mother == 0
            if where == ON_X:
                if child >= 0 and mother >= 0:
                    note_answer(judge_x(child, 0, mother, True), SON_SLOT, new, out[t])
                    if father >= 0:
                        answer = judge_x(child, father, mother, False)
                        note_answer(answer, DAUGHTER_SLOT, new, out[t])
            elif child >= 0 and father >= 0 and mother >= 0:
                note_answer(judge_trio(child, father, mother), slot, new, out[t])


@kernel
def count_duos(codes, kind, contig, duos, out):
    """Count sites at which both of a pair are homozygous, and opposite homozygotes.

    codes   (site, sample)  from `site_calls.code_calls`
    kind    (site,)         kind of row
    contig  (site,)         contig code
    duos    (duo, 2)        samples
    out     (duo, slot, 2)  added to: INFORMATIVE (one of them at least has ALT) and ERRORS
    """
    for v in range(kind.size):
        where = kind[v]
        if where == AUTOSOMAL:
            slot = contig[v]
        elif where == PSEUDOAUTOSOMAL:
            slot = PAR_SLOT
        elif where == ON_X:
            slot = SON_SLOT
        elif where == ON_Y:
            slot = Y_SLOT
        elif where == ON_MT:
            slot = MT_SLOT
        else:
            continue
        for d in range(duos.shape[0]):
            a, b = codes[v, duos[d, 0]], codes[v, duos[d, 1]]
            if a in (0, 2) and b in (0, 2) and a + b > 0:
                out[d, slot, INFORMATIVE] += 1
                if a != b:
                    out[d, slot, ERRORS] += 1

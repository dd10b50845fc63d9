"""Pairs of heterozygous alleles in one gene: are they in trans, in everyone they must be?"""

from __future__ import annotations

from raredx.kernels.genotypes import HETEROZYGOUS, MALE, carries
from raredx.kernels.jit import kernel
from raredx.kernels.segregation import FAIL, NOT_ASSESSED, PASS, both_copies
from raredx.vocabulary import Affection, Phase

AFFECTED, UNAFFECTED = int(Affection.AFFECTED), int(Affection.UNAFFECTED)
UNKNOWN, TRANS = int(Phase.UNKNOWN), int(Phase.TRANS)
PROBABLE_TRANS, CIS = int(Phase.PROBABLE_TRANS), int(Phase.CIS)


@kernel
def list_pairs(gene_start, first, second):
    """List every pair of rows of each gene.

    gene_start  (gene + 1,)  offsets of the rows, sorted by gene
    first       (pair,)      written: row
    second      (pair,)      written: later row of the same gene
    """
    pair = 0
    for gene in range(gene_start.size - 1):
        for a in range(gene_start[gene], gene_start[gene + 1]):
            for b in range(a + 1, gene_start[gene + 1]):
                first[pair] = a
                second[pair] = b
                pair += 1


@kernel
def phase_by_transmission(a_father, a_mother, b_father, b_mother):
    """Tell the phase of two alleles from which parent carries which (1, 0, -1 not known).

    Probable: the tested parent carries just one of them, and what is not known of the other
    parent may still put the other one there, and not both.
    """
    a_paternal, a_maternal = a_father == 1 and a_mother == 0, a_mother == 1 and a_father == 0
    b_paternal, b_maternal = b_father == 1 and b_mother == 0, b_mother == 1 and b_father == 0
    if (a_paternal and b_maternal) or (a_maternal and b_paternal):
        return TRANS
    if (a_paternal and b_paternal) or (a_maternal and b_maternal):
        return CIS
    if (a_father == 0 and a_mother == 0) or (b_father == 0 and b_mother == 0):
        return UNKNOWN  # one is new: only reads can tell
    if a_father == -1 or b_father == -1:
        tested_a, tested_b, other_a, other_b = a_mother, b_mother, a_father, b_father
    else:
        tested_a, tested_b, other_a, other_b = a_father, b_father, a_mother, b_mother
    if tested_a == 1 and tested_b == 0 and other_a != 1 and other_b != 0:
        return PROBABLE_TRANS
    if tested_a == 0 and tested_b == 1 and other_a != 0 and other_b != 1:
        return PROBABLE_TRANS
    return UNKNOWN


@kernel
def members_fit_pair(genotype, members, on_x, a, b):
    """Judge a pair over all members: see `judge_pairs`."""
    outcome = PASS
    for m in range(genotype.shape[1]):
        has_a, has_b = carries(genotype[a, m]), carries(genotype[b, m])
        one_is_enough = on_x and members[m, 1] == MALE
        if members[m, 0] == AFFECTED:
            lacks = has_a == 0 and has_b == 0 if one_is_enough else has_a == 0 or has_b == 0
            if lacks:
                return FAIL
            sure = has_a == 1 or has_b == 1 if one_is_enough else has_a == 1 and has_b == 1
            if not sure:
                outcome = NOT_ASSESSED
        elif members[m, 0] == UNAFFECTED:
            if has_a == 1 and has_b == 1:
                return FAIL
            lost_a, lost_b = both_copies(genotype[a, m]), both_copies(genotype[b, m])
            if lost_a == 1 or lost_b == 1:
                return FAIL
            if (has_a == -1 and has_b != 0) or (has_b == -1 and has_a != 0):
                outcome = NOT_ASSESSED
            if lost_a == -1 or lost_b == -1:
                outcome = NOT_ASSESSED
    return outcome


@kernel
def judge_pairs(genotype, sites, members, parents, first, second, out_phase, out):
    """Judge pairs of heterozygous alleles of the proband.

    genotype   (row, member)  `Genotype`; column 0 is the proband
    sites      (row, 2)       record number (two alleles at one site are in trans), and
                              whether the row lies on X outside the pseudo-autosomal regions
    members    (member, 2)    `Affection` and `Sex`
    parents    (2,)           columns of father and mother, -1 not sequenced
    first      (pair,)        row
    second     (pair,)        row of the same gene
    out_phase  (pair,)        written: `Phase`
    out        (pair,)        written: `Outcome`

    In trans passes, in cis fails, anything between is not assessed. Every affected member
    must carry both (on X, a man one); an unaffected member who carries both, or has no other
    copy of either, excludes the pair, and one whose zygosity is open leaves it open.
    """
    for p in range(first.size):
        a, b = first[p], second[p]
        carried = [-1, -1, -1, -1]
        for side in range(2):
            if parents[side] >= 0:
                carried[side] = carries(genotype[a, parents[side]])
                carried[2 + side] = carries(genotype[b, parents[side]])
        if sites[a, 0] == sites[b, 0]:
            phase = TRANS
        else:
            phase = phase_by_transmission(carried[0], carried[1], carried[2], carried[3])
        outcome = members_fit_pair(genotype, members, sites[a, 1] == 1, a, b)
        if phase == CIS:
            outcome = FAIL
        certain = genotype[a, 0] == HETEROZYGOUS and genotype[b, 0] == HETEROZYGOUS
        if outcome == PASS and (phase != TRANS or not certain):
            outcome = NOT_ASSESSED
        out_phase[p] = phase
        out[p] = outcome

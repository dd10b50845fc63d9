"""Does an allele segregate with the disease? Members one by one, then the parents."""

from __future__ import annotations

from raredx.kernels.genotypes import (
    CARRIER,
    HEMIZYGOUS,
    HOMOZYGOUS,
    MISSING,
    ON_X,
    ON_Y,
    carries,
)
from raredx.kernels.jit import kernel
from raredx.vocabulary import Mode, Outcome

FAIL, PASS, NOT_ASSESSED = int(Outcome.FAIL), int(Outcome.PASS), int(Outcome.NOT_ASSESSED)
CONTRADICTS, CONSISTENT, SILENT = 0, 1, 2
"""Entries of a fit table; -1 where the genotype leaves it open."""

DE_NOVO = int(Mode.DE_NOVO)
DOMINANT = int(Mode.AUTOSOMAL_DOMINANT)
X_RECESSIVE = int(Mode.X_LINKED_RECESSIVE)
X_DOMINANT = int(Mode.X_LINKED_DOMINANT)
X_HET_FEMALE = int(Mode.X_LINKED_HET_FEMALE)
Y_LINKED = int(Mode.Y_LINKED)
MITOCHONDRIAL = int(Mode.MITOCHONDRIAL)


@kernel
def judge_members(genotype, affection, sex, fit, out):
    """Hold every member's genotype against a fit table.

    genotype   (variant, member)  `Genotype`
    affection  (member,)          `Affection`
    sex        (member,)          `Sex`
    fit        (3, 3, 9)          by affection, sex and genotype + 1: CONTRADICTS, CONSISTENT,
                                  SILENT, or -1 where the genotype leaves it open
    out        (variant,)         written: `Outcome`; one contradiction fails, one open
                                  member leaves it not assessed
    """
    for v in range(genotype.shape[0]):
        outcome = PASS
        for m in range(genotype.shape[1]):
            answer = fit[affection[m], sex[m], genotype[v, m] + 1]
            if answer == CONTRADICTS:
                outcome = FAIL
                break
            if answer == -1:
                outcome = NOT_ASSESSED
        out[v] = outcome


@kernel
def parents_fit(mode, proband, father, mother, x_from_mother, region):
    """Judge the parents of one carrier: see `judge_parents`."""
    from_father, from_mother = carries(father), carries(mother)
    haploid_x = region == ON_X and proband == HEMIZYGOUS
    only_mother = region == ON_X and (x_from_mother == 1 or (x_from_mother == -1 and haploid_x))
    if mode == MITOCHONDRIAL:
        return NOT_ASSESSED if from_mother == -1 else PASS
    if mode == X_RECESSIVE and only_mother:
        if from_mother == 0 and from_father == 1:
            return FAIL  # a father gives his son no X
        return NOT_ASSESSED if from_mother == -1 else PASS
    if mode == DE_NOVO:
        if from_father == 1 or from_mother == 1:
            return FAIL
        if only_mother:
            from_father = 0
        elif region == ON_Y:
            from_mother = 0
        return PASS if from_father == 0 and from_mother == 0 else NOT_ASSESSED
    if mode == Y_LINKED or only_mother:
        giver = from_father if mode == Y_LINKED else from_mother
        if giver == -1:
            return NOT_ASSESSED
        return PASS if giver == 1 else FAIL
    if from_father == 0 and from_mother == 0:
        # the one X of an X0 woman may be new, as a man's may
        return PASS if mode == X_RECESSIVE and haploid_x else FAIL
    if mode in (DOMINANT, X_DOMINANT, X_HET_FEMALE):
        return PASS if from_father == 1 or from_mother == 1 else NOT_ASSESSED
    return NOT_ASSESSED if from_father == -1 or from_mother == -1 else PASS


@kernel
def judge_parents(mode, proband, father, mother, x_from_mother, region, out):
    """Judge whether the parents can have given, or not given, what the proband carries.

    mode           scalar      `Mode`
    proband        (variant,)  `Genotype` of the proband
    father         (variant,)  `Genotype`, MISSING throughout for a father not sequenced
    mother         (variant,)  the same
    x_from_mother  scalar      whether the proband's X is certainly from the mother: 1 yes (a
                               son), 0 no, -1 unknown sex: yes where the call is hemizygous
    region         (variant,)  `Region`
    out            (variant,)  written: `Outcome`

    De novo asks for two parents without the allele; a call is needed of both, but for a
    son's X of the mother alone, for Y of the father alone.
    The inherited modes ask for a parent who carries it. Homozygous: one parent without it
    still passes (uniparental isodisomy, deletion or null allele: flagged elsewhere), two do
    not. A son's X-linked recessive allele may be new, but for one that his father carries; a
    mitochondrial one may be unseen in the mother's sample.
    """
    for v in range(proband.size):
        out[v] = parents_fit(mode, proband[v], father[v], mother[v], x_from_mother, region[v])


@kernel
def combine(first, second, out):
    """Join two outcomes: any FAIL fails, otherwise any NOT_ASSESSED stays open."""
    for v in range(first.size):
        if first[v] == FAIL or second[v] == FAIL:
            out[v] = FAIL
        elif first[v] == PASS and second[v] == PASS:
            out[v] = PASS
        else:
            out[v] = NOT_ASSESSED


@kernel
def both_copies(genotype):
    """Whether no reference copy is left: 1 yes, 0 no, -1 not known."""
    if genotype in (HOMOZYGOUS, HEMIZYGOUS):
        return 1
    return -1 if genotype in (CARRIER, MISSING) else 0

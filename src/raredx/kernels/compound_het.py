"""Pairs of alleles in one gene: are they in trans, in everyone they must be?"""

from __future__ import annotations

from raredx.kernels.genotypes import (
    CARRIER,
    HOMOZYGOUS,
    MALE,
    MOSAIC,
    carries,
)
from raredx.kernels.jit import kernel
from raredx.kernels.segregation import FAIL, NOT_ASSESSED, PASS, both_copies
from raredx.vocabulary import Affection, Phase, PhaseReason

AFFECTED, UNAFFECTED = int(Affection.AFFECTED), int(Affection.UNAFFECTED)
UNKNOWN, TRANS = int(Phase.UNKNOWN), int(Phase.TRANS)
PROBABLE_TRANS, CIS = int(Phase.PROBABLE_TRANS), int(Phase.CIS)
TRANS_PHASED, LIKELY_CIS = int(Phase.TRANS_PHASED), int(Phase.LIKELY_CIS)
NOTHING, TRANSMISSION = int(PhaseReason.NOTHING), int(PhaseReason.TRANSMISSION)
SAME_SITE, BY_HOMOZYGOUS = int(PhaseReason.SAME_SITE), int(PhaseReason.HOMOZYGOUS)
BY_SET, ONE_PARENT = int(PhaseReason.PHASE_SET), int(PhaseReason.ONE_PARENT)
DISTANCE, CONFLICT = int(PhaseReason.DISTANCE), int(PhaseReason.CONFLICT)

SITE, POSITION, ON_X = 0, 1, 2
"""Columns of `sites`."""
STATUS, SEX, FATHER, MOTHER, CLOSE = 0, 1, 2, 3, 4
"""Columns of `members`."""


@kernel
def list_pairs(gene_start, out):
    """List every pair of rows of each gene.

    gene_start  (gene + 1,)  offsets of the rows, sorted by gene
    out         (pair, 2)    written: row, and a later row of the same gene
    """
    pair = 0
    for gene in range(gene_start.size - 1):
        for a in range(gene_start[gene], gene_start[gene + 1]):
            for b in range(a + 1, gene_start[gene + 1]):
                out[pair, 0] = a
                out[pair, 1] = b
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
def who_gave(genotype, father, mother, row):
    """Which parent can have given one copy of an allele: 1, 0, or -1 not known, for each.

    A parent without another copy gave it, and so the other parent did not.
    """
    by_father = carries(genotype[row, father]) if father >= 0 else -1
    by_mother = carries(genotype[row, mother]) if mother >= 0 else -1
    father_must = father >= 0 and both_copies(genotype[row, father]) == 1
    mother_must = mother >= 0 and both_copies(genotype[row, mother]) == 1
    if father_must and not mother_must:
        return 1, 0
    if mother_must and not father_must:
        return 0, 1
    return by_father, by_mother


@kernel
def phase_in_member(genotype, phases, members, m, a, b):
    """Tell the phase of two alleles in one member, and what told it.

    By transmission from the member's own parents first, then by the member's phase sets;
    where the two disagree, nothing is known.
    """
    father, mother = members[m, FATHER], members[m, MOTHER]
    a_father, a_mother = who_gave(genotype, father, mother, a)
    b_father, b_mother = who_gave(genotype, father, mother, b)
    told = phase_by_transmission(a_father, a_mother, b_father, b_mother)
    read = UNKNOWN
    if phases[a, m, 0] >= 0 and phases[a, m, 0] == phases[b, m, 0]:
        read = LIKELY_CIS if phases[a, m, 1] == phases[b, m, 1] else TRANS_PHASED
    if told in (TRANS, CIS):
        if (told == TRANS and read == LIKELY_CIS) or (told == CIS and read == TRANS_PHASED):
            return UNKNOWN, CONFLICT
        return told, TRANSMISSION
    if told == PROBABLE_TRANS and read == LIKELY_CIS:
        return UNKNOWN, CONFLICT
    if read != UNKNOWN:
        return read, BY_SET
    if told == PROBABLE_TRANS:
        return PROBABLE_TRANS, ONE_PARENT
    return UNKNOWN, NOTHING


@kernel
def is_new(genotype, members, row):
    """Whether both parents of the proband were called and lack an allele."""
    father, mother = members[0, FATHER], members[0, MOTHER]
    if father < 0 or mother < 0:
        return False
    return carries(genotype[row, father]) == 0 and carries(genotype[row, mother]) == 0


@kernel
def phase_in_proband(genotype, phases, sites, members, pair, read_length):
    """Tell the phase of a pair in the proband, and what told it."""
    a, b = pair[0], pair[1]
    if sites[a, SITE] == sites[b, SITE]:
        return TRANS, SAME_SITE
    if genotype[a, 0] == HOMOZYGOUS or genotype[b, 0] == HOMOZYGOUS:
        return TRANS, BY_HOMOZYGOUS
    phase, reason = phase_in_member(genotype, phases, members, 0, a, b)
    if phase != UNKNOWN or reason != NOTHING:
        return phase, reason
    if abs(sites[a, POSITION] - sites[b, POSITION]) > read_length:
        return UNKNOWN, NOTHING
    # where one is new and the other is not, being close says nothing
    alike = is_new(genotype, members, a) == is_new(genotype, members, b)
    return (LIKELY_CIS, DISTANCE) if alike else (UNKNOWN, NOTHING)


@kernel
def gave_both(genotype, members, pair, m):
    """Whether a member is a parent who gave the proband both alleles on one haplotype.

    Told where the proband has two copies of one of them, and the other parent lacks the other.
    """
    father, mother = members[0, FATHER], members[0, MOTHER]
    if m not in (father, mother) or HOMOZYGOUS not in (genotype[pair[0], 0], genotype[pair[1], 0]):
        return False
    single = pair[1] if genotype[pair[0], 0] == HOMOZYGOUS else pair[0]
    other = mother if m == father else father
    return other >= 0 and carries(genotype[single, other]) == 0


@kernel
def phase_in_relative(genotype, phases, sites, members, pair, m):
    """Tell the phase in a relative who carries both: `TRANS`, `CIS` or `UNKNOWN`."""
    a, b = pair[0], pair[1]
    if sites[a, SITE] == sites[b, SITE] or both_copies(genotype[a, m]) == 1:
        return TRANS
    if both_copies(genotype[b, m]) == 1:
        return TRANS
    phase, _ = phase_in_member(genotype, phases, members, m, a, b)
    if phase in (TRANS, TRANS_PHASED):
        return TRANS
    if phase in (CIS, LIKELY_CIS) or gave_both(genotype, members, pair, m):
        return CIS
    return UNKNOWN


@kernel
def unaffected_fits(genotype, phases, sites, members, pair, m):
    """Judge an unaffected member against a pair that is in trans in the proband."""
    a, b = pair[0], pair[1]
    has_a, has_b = carries(genotype[a, m]), carries(genotype[b, m])
    lost_a, lost_b = both_copies(genotype[a, m]), both_copies(genotype[b, m])
    if lost_a == 1 or lost_b == 1:
        return FAIL
    if has_a == 1 and has_b == 1:
        phase = phase_in_relative(genotype, phases, sites, members, pair, m)
        if phase == CIS:
            return PASS if lost_a == 0 and lost_b == 0 else NOT_ASSESSED
        if MOSAIC in (genotype[a, m], genotype[b, m]):
            return NOT_ASSESSED
        homozygous = HOMOZYGOUS in (genotype[a, 0], genotype[b, 0])
        close = members[m, CLOSE] == 1 and not homozygous
        return FAIL if phase == TRANS or close else NOT_ASSESSED
    if (has_a == -1 and has_b != 0) or (has_b == -1 and has_a != 0):
        return NOT_ASSESSED
    return NOT_ASSESSED if lost_a == -1 or lost_b == -1 else PASS


@kernel
def affected_fits(genotype, phases, sites, members, pair, m):
    """Judge an affected member: both alleles in trans; a man has room for one on X."""
    has_a, has_b = carries(genotype[pair[0], m]), carries(genotype[pair[1], m])
    if sites[pair[0], ON_X] == 1 and members[m, SEX] == MALE:
        if has_a == 0 and has_b == 0:
            return FAIL
        return PASS if has_a == 1 or has_b == 1 else NOT_ASSESSED
    if has_a == 0 or has_b == 0:
        return FAIL
    if has_a == -1 or has_b == -1:
        return NOT_ASSESSED
    if m == 0 or phase_in_relative(genotype, phases, sites, members, pair, m) != CIS:
        return PASS
    sure = both_copies(genotype[pair[0], m]) == 0 and both_copies(genotype[pair[1], m]) == 0
    return FAIL if sure else NOT_ASSESSED


@kernel
def healthy_parents_have_one_in_trans(genotype, members, pair):
    """Whether two unaffected parents both carry both, of which the proband has one twice.

    One of them gave the other allele with it; the other parent gave the first alone, and has
    the second on the other haplotype.
    """
    if HOMOZYGOUS not in (genotype[pair[0], 0], genotype[pair[1], 0]):
        return False
    for side in (FATHER, MOTHER):
        parent = members[0, side]
        if parent < 0 or members[parent, STATUS] != UNAFFECTED:
            return False
        for row in pair:
            if carries(genotype[row, parent]) != 1 or genotype[row, parent] == MOSAIC:
                return False
    return True


@kernel
def parents_fit_homozygous(genotype, members, pair):
    """Whether both parents carry the allele that is homozygous in the proband, if one is."""
    if genotype[pair[0], 0] == HOMOZYGOUS:
        row = pair[0]
    elif genotype[pair[1], 0] == HOMOZYGOUS:
        row = pair[1]
    else:
        return PASS
    for side in (FATHER, MOTHER):
        parent = members[0, side]
        if parent < 0 or carries(genotype[row, parent]) != 1:
            return NOT_ASSESSED
    return PASS


@kernel
def members_fit_pair(genotype, phases, sites, members, pair):
    """Judge a pair over all members: see `judge_pairs`."""
    if healthy_parents_have_one_in_trans(genotype, members, pair):
        return FAIL
    outcome = parents_fit_homozygous(genotype, members, pair)
    for m in range(genotype.shape[1]):
        said = PASS
        if members[m, STATUS] == AFFECTED:
            said = affected_fits(genotype, phases, sites, members, pair, m)
        elif members[m, STATUS] == UNAFFECTED:
            said = unaffected_fits(genotype, phases, sites, members, pair, m)
        if said == FAIL:
            return FAIL
        if said == NOT_ASSESSED:
            outcome = NOT_ASSESSED
    return outcome


@kernel
def judge_pairs(genotype, phases, sites, members, pairs, read_length, out):
    """Judge pairs of alleles of the proband.

    genotype     (row, member)     `Genotype`; column 0 is the proband
    phases       (row, member, 2)  phase set as a number, -1 none, and haplotype, 0 or 1
    sites        (row, 3)          record number (two alleles at one site are in trans),
                                   position, and whether the row lies on X outside the
                                   pseudo-autosomal regions
    members      (member, 5)       `Affection`; sex on X; columns of father and mother, -1 not
                                   sequenced; whether a parent or full sibling of the proband
    pairs        (pair, 2)         rows of one gene
    read_length  scalar            bases within which unphased alleles are likely in cis
    out          (pair, 3)         written: `Phase`, `PhaseReason`, `Outcome`

    In trans passes, by transmission or by phase set; in cis fails; anything between is not
    assessed. Every affected member must carry both (on X, a man one), and not in cis. An
    unaffected member who carries both in trans excludes the pair, as does one with no other
    copy of either; one who carries both in cis does not. Where the phase is not known in that
    member, a parent or full sibling excludes a pair of two heterozygous alleles (the
    haplotypes are the proband's own), others leave it open.
    """
    for p in range(pairs.shape[0]):
        pair = pairs[p]
        phase, reason = phase_in_proband(genotype, phases, sites, members, pair, read_length)
        if phase == CIS or (phase == LIKELY_CIS and reason == BY_SET):
            outcome = FAIL
        else:
            outcome = members_fit_pair(genotype, phases, sites, members, pair)
        doubtful = CARRIER in (genotype[pair[0], 0], genotype[pair[1], 0])
        if outcome == PASS and (phase not in (TRANS, TRANS_PHASED) or doubtful):
            outcome = NOT_ASSESSED
        out[p, 0] = phase
        out[p, 1] = reason
        out[p, 2] = outcome

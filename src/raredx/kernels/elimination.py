"""Genotype elimination: which genotypes can relatives have, given everybody else's?

For one allele each member holds a set of possible copy numbers, as bits: 1 for no copy, 2 for
one, 4 for two. A set loses a number that no choice of the others allows, child by child, until
nothing changes (Lange and Goradia 1987, Am J Hum Genet 40:250, on carriers of one allele).
In a pedigree with loops the sets may stay too large, never too small: what is excluded is
excluded with certainty.
"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.segregation import FAIL, NOT_ASSESSED, PASS

ANY = 7
"""Every number of copies."""
ONE_COPY = 2
SEEN = 8
"""Set beside the copies where a call shows the allele, but not how many."""

AUTOSOMAL, SON_ON_X, DAUGHTER_ON_X, SON_ON_Y = 0, 1, 2, 3
"""How a child gets the chromosome; the fourth column of `links`."""


@kernel
def gametes(copies, haploid):
    """List what a parent can give, as bits: 1 nothing, 2 the allele."""
    if haploid:
        return 1 << copies if copies < 2 else 0
    if copies == 1:
        return 3
    return 1 if copies == 0 else 2


@kernel
def narrow_child(sets, child, father, mother, kind):
    """Narrow the sets of one child and its parents; whether anything changed, -1 if empty."""
    kept_child = kept_father = kept_mother = 0
    fathers = sets[father] if father >= 0 else ANY
    mothers = sets[mother] if mother >= 0 else ANY
    for f in range(3):
        if not fathers >> f & 1:
            continue
        given_f = 1 if kind == SON_ON_X else gametes(f, kind != AUTOSOMAL)
        for m in range(3):
            if not mothers >> m & 1:
                continue
            given_m = 1 if kind == SON_ON_Y else gametes(m, False)
            made = 0
            for a in range(2):
                for b in range(2):
                    if given_f >> a & 1 and given_m >> b & 1:
                        made |= 1 << (a + b)
            made &= sets[child]
            if made:
                kept_child |= made
                kept_father |= 1 << f
                kept_mother |= 1 << m
    if kept_child == 0:
        return -1
    changed = kept_child != sets[child]
    sets[child] = kept_child
    if father >= 0:
        changed = changed or kept_father != sets[father]
        sets[father] = kept_father
    if mother >= 0:
        changed = changed or kept_mother != sets[mother]
        sets[mother] = kept_mother
    return 1 if changed else 0


@kernel
def is_possible(start, wanted, links, skip, sets):
    """Whether any assignment may be left; `wanted` narrows every set, `skip` leaves out a child."""
    for person in range(start.size):
        sets[person] = start[person] & wanted[person]
        if sets[person] == 0:
            return False
    changed = 1
    while changed:
        changed = 0
        for link in range(links.shape[0]):
            child = links[link, 0]
            if child == skip:
                continue
            found = narrow_child(sets, child, links[link, 1], links[link, 2], links[link, 3])
            if found == -1:
                return False
            changed |= found
    return True


@kernel
def is_seen(observed):
    """Whether a call shows the allele."""
    return observed & SEEN != 0 or observed & 1 == 0


@kernel
def may_be_new_in(observed, child, descends):
    """Whether nobody but a child and the descendants shows the allele."""
    for person in range(observed.size):
        if is_seen(observed[person]) and person != child and not descends[person, child]:
            return False
    return True


@kernel
def leaves_room(observed, wanted, links, descends, proband, sets):
    """Whether any assignment is left, if need be with the allele new, once, in one relative."""
    if is_possible(observed, wanted, links, -1, sets):
        return True
    for link in range(links.shape[0]):
        child = links[link, 0]
        if child != proband and may_be_new_in(observed, child, descends):
            before = wanted[child]
            wanted[child] = before & ONE_COPY
            found = is_possible(observed, wanted, links, child, sets)
            wanted[child] = before
            if found:
                return True
    return False


@kernel
def judge_relatives(observed, wanted, links, descends, proband, scratch, out):
    """Judge whether the whole pedigree leaves room for a mode.

    observed  (variant, person)  bits of the copies that each call allows, 7 without a call;
                                 SEEN where the allele was seen, and the fit table has judged it
    wanted    (person,)          bits that the phenotype allows under the mode
    links     (child, 4)         child, father and mother (-1 unknown), and how it inherits
    descends  (person, person)   whether the first descends from the second
    proband   scalar             person
    scratch   (3, person)        written
    out       (variant,)         written: FAIL where relatives without a call cannot have a
                                 genotype that fits their phenotype; NOT_ASSESSED where the
                                 calls of relatives contradict each other; otherwise PASS

    Called members are held against the fit table elsewhere: `wanted` counts here only for
    those whose call leaves room. An allele may be new in one relative, but not in the
    proband: that is another mode. Where the calls of the proband and the parents alone break
    Mendel's laws, `judge_parents` says what that means, and the proband's link is left out.
    """
    sets, asked, free = scratch[0], scratch[1], scratch[2]
    free[:] = ANY
    for v in range(observed.shape[0]):
        calls = observed[v]
        for person in range(observed.shape[1]):
            fits = calls[person] & wanted[person]
            asked[person] = wanted[person] if fits and not calls[person] & SEEN else ANY
        if leaves_room(calls, asked, links, descends, proband, sets):
            out[v] = PASS
        elif leaves_room(calls, free, links, descends, proband, sets):
            out[v] = FAIL
        elif is_possible(calls, asked, links, proband, sets):
            out[v] = PASS
        else:
            may = is_possible(calls, free, links, proband, sets)
            out[v] = FAIL if may else NOT_ASSESSED

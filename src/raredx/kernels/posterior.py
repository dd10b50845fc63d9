"""How probable is it that an allele is new in the proband, given the reads of all three?

The sum runs over everything that the genotypes can be. Write f, m, c for the true number of
copies that father, mother and proband have of the allele, D for their reads:

    P(new | D) = sum of P(f) P(m) P(c | f, m) P(D | f, m, c) over f = m = 0, c > 0
                 -----------------------------------------------------------------
                 the same sum over every f, m, c

P(f), P(m): Hardy-Weinberg with the frequency q of the allele; one copy of X or Y in a man:
1 - q and q. P(c | f, m): each parent passes on the allele with probability t = copies / copies
of the chromosome, and it, or what stands in its place, then changes with the mutation rate mu:
a = t (1 - mu) + (1 - t) mu; two alleles come one from each parent, a single one from the one
parent who gives it, or from either with a half each. P(D | ...) = L(f) L(m) L(c), where L is
10 ** (-PL / 10), or from reads: with error rate e, an ALT read has probability e, 1/2, 1 - e
under no, one, two copies of two (e, 1 - e under none, one of one).

The alternatives weighed are thus an allele inherited from a parent whose call is wrong, and a
proband whose call is wrong. Mosaic parents, a mosaic proband (far fewer ALT reads than a half
count as errors), deletions and mis-mapped reads are not in it.

Cartwright et al. 2012, doi:10.2202/1544-6115.1713, and Ramu et al. 2013,
doi:10.1038/nmeth.2611, describe models of this family; the simplifications are ours.
"""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel

NOT_GIVEN, NO_CALL = 0, -1
"""Instead of a number of copies: has no part in it; has, and no call."""


@kernel
def from_likelihoods(pl, copies):
    """Relative likelihoods of no, half, all copies from PL; NaN where one is missing."""
    best = min(pl[0], pl[2])
    if copies == 2:
        best = min(best, pl[1])
    if math.isnan(pl[0] + pl[2]) or (copies == 2 and math.isnan(pl[1])):
        return math.nan, math.nan, math.nan
    half = 10.0 ** ((best - pl[1]) / 10.0) if copies == 2 else 0.0
    return 10.0 ** ((best - pl[0]) / 10.0), half, 10.0 ** ((best - pl[2]) / 10.0)


@kernel
def from_reads(alt, others, copies, error_rate):
    """Relative likelihoods of no, half, all copies from reads; NaN where there are none."""
    if alt < 0 or others < 0 or alt + others == 0:
        return math.nan, math.nan, math.nan
    wrong, right = math.log(error_rate), math.log(1.0 - error_rate)
    none, every = alt * wrong + others * right, alt * right + others * wrong
    half = (alt + others) * math.log(0.5)
    best = max(none, every)
    if copies == 1:
        return math.exp(none - best), 0.0, math.exp(every - best)
    best = max(best, half)
    return math.exp(none - best), math.exp(half - best), math.exp(every - best)


@kernel
def likelihoods_of(pl, reads, copies, error_rate):
    """Relative likelihoods of no, half, all copies for one person, from PL or else from reads."""
    if copies == NOT_GIVEN:
        return 1.0, 1.0, 1.0
    stated = from_likelihoods(pl, copies)
    if math.isnan(stated[0]):
        return from_reads(reads[0], reads[1], copies, error_rate)
    return stated


@kernel
def parent_prior(state, copies, frequency):
    """Give the population probability of no (0), half (1) or all (2) copies in a parent."""
    if copies == NOT_GIVEN:
        return 1.0 if state == 0 else 0.0
    if copies == 1:
        return (1.0 - frequency, 0.0, frequency)[state]
    both, none = frequency * frequency, (1.0 - frequency) * (1.0 - frequency)
    return (none, 2.0 * frequency * (1.0 - frequency), both)[state]


@kernel
def passed_on(state, rate):
    """Probability that what a parent gives is the allele, after mutation."""
    share = state / 2.0
    return share * (1.0 - rate) + (1.0 - share) * rate


@kernel
def child_given_parents(father, mother, copies, rate, child):
    """Probability of the proband's reads, without and with the allele, given the parents.

    father, mother: (state, copies); child: likelihoods of no, half, all copies.
    """
    by_father, by_mother = passed_on(father[0], rate), passed_on(mother[0], rate)
    if copies == 2:
        one = by_father * (1.0 - by_mother) + (1.0 - by_father) * by_mother
        without, both = (1.0 - by_father) * (1.0 - by_mother), by_father * by_mother
        return without * child[0], one * child[1] + both * child[2]
    if mother[1] == NOT_GIVEN:
        given = by_father
    elif father[1] == NOT_GIVEN:
        given = by_mother
    else:
        given = (by_father + by_mother) / 2.0
    return (1.0 - given) * child[0], given * child[2]


@kernel
def weigh(child, father, mother, copies, frequency, rate):
    """Probability of a new allele from the likelihoods of proband, father and mother."""
    total = new = 0.0
    for f in range(3):
        by_father = parent_prior(f, copies[1], frequency) * father[f]
        for m in range(3):
            weight = by_father * parent_prior(m, copies[2], frequency) * mother[m]
            if weight == 0.0:
                continue
            without, carried = child_given_parents(
                (f, copies[1]), (m, copies[2]), copies[0], rate, child
            )
            total += weight * (without + carried)
            if f == 0 and m == 0:
                new += weight * carried
    return new / total if total > 0.0 else math.nan


@kernel
def posterior_de_novo(pl, reads, copies, prior, error_rate, out):
    """Weigh every combination of genotypes of each row.

    pl          (variant, 3, 3)  PL of no, half, all copies of proband, father, mother;
                                 NaN where it does not say so
    reads       (variant, 3, 2)  reads of this ALT, and of all others; -1 unknown
    copies      (variant, 3)     copies of the chromosome, 1 or 2; 0 gives nothing to the
                                 proband (in the proband's place: not asked), -1 has no call
    prior       (variant, 2)     frequency of the allele, mutation rate to it
    error_rate  float            of a read, above 0
    out         (variant,)       written: probability; NaN where anything needed is missing
    """
    for v in range(copies.shape[0]):
        out[v] = math.nan
        own, by_father, by_mother = copies[v, 0], copies[v, 1], copies[v, 2]
        giving = int(by_father > 0) + int(by_mother > 0)
        if own < 1 or giving < own:
            continue
        if by_father == NO_CALL or by_mother == NO_CALL:
            continue
        child = likelihoods_of(pl[v, 0], reads[v, 0], own, error_rate)
        father = likelihoods_of(pl[v, 1], reads[v, 1], by_father, error_rate)
        mother = likelihoods_of(pl[v, 2], reads[v, 2], by_mother, error_rate)
        if not math.isnan(child[0] + father[0] + mother[0]):
            out[v] = weigh(child, father, mother, copies[v], prior[v, 0], prior[v, 1])

"""Which calls can be counted, and what each sample has of them."""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel

UNUSED = -1
"""Code of a call that is missing, in doubt, or of a ploidy that does not belong there."""

OFF, AUTOSOMAL, OTHER_ALLELE, ON_X, ON_Y, ON_MT, PSEUDOAUTOSOMAL = 0, 1, 2, 3, 4, 5, 6
"""Kinds of rows: not used; autosomal SNV; autosomal allele that is no SNV; SNVs elsewhere. On
X and Y outside the pseudo-autosomal and X-transposed regions; the former only on X."""

SITES, MISSING, HALF_CALLED, HOM_REF, HET, HOM_ALT, TRANSITIONS, TRANSVERSIONS = range(8)
X_HET, X_HOM, Y_HET, Y_SITES, Y_USED, Y_ALT = range(8, 14)
AUTO_DEPTH, AUTO_DEPTH_N, X_DEPTH, X_DEPTH_N, Y_DEPTH, Y_DEPTH_N = range(14, 20)
N_COUNTS = 20
"""Columns of `count_calls`."""

BALANCE, BALANCE_N, LOW_BALANCE_N, FOREIGN, FOREIGN_N, REF_SHARE, REF_SHARE_N = range(7)
N_READ_SUMS = 7
"""Columns of `sum_reads`."""


@kernel
def code_calls(dosage, missing, ploidy, gq, depth, kind, limits, out):
    """Reduce each call to 0, 1 or 2 for reference, heterozygous and homozygous, or UNUSED.

    dosage   (site, sample)  copies of the ALT, -1 no call
    missing  (site, sample)  alleles not called
    ploidy   (site, sample)  alleles of the call
    gq       (site, sample)  NaN unknown
    depth    (site, sample)  -1 unknown
    kind     (site,)         see the names above
    limits   (2,)            least GQ, least depth (half of it on X, Y and MT)
    out      (site, sample)  written

    A haploid call counts as homozygous on X, Y and MT, and is not used on autosomes. A call
    with neither GQ nor DP in a row where another has one was filled in by a merge: not used.
    """
    for v in range(dosage.shape[0]):
        haploid = kind[v] in (ON_X, ON_Y, ON_MT)
        least = limits[1] / 2 if haploid else limits[1]
        described = False
        for i in range(dosage.shape[1]):
            if depth[v, i] >= 0 or not math.isnan(gq[v, i]):
                described = True
        for i in range(dosage.shape[1]):
            out[v, i] = UNUSED
            copies = dosage[v, i]
            if copies < 0 or missing[v, i] > 0 or gq[v, i] < limits[0]:
                continue
            if 0 <= depth[v, i] < least:
                continue
            if described and depth[v, i] < 0 and math.isnan(gq[v, i]):
                continue
            if ploidy[v, i] == 2 and copies <= 2:
                out[v, i] = copies
            elif ploidy[v, i] == 1 and haploid:
                out[v, i] = 2 * min(copies, 1)


@kernel
def count_calls(kind, transition, dosage, missing, depth, codes, out):
    """Count each sample's calls.

    kind        (site,)         see the names above
    transition  (site,)         whether the SNV is a transition
    dosage      (site, sample)  copies of the ALT, -1 no call
    missing     (site, sample)  alleles not called
    depth       (site, sample)  -1 unknown
    codes       (site, sample)  from `code_calls`
    out         (sample, 20)    added to: see the names above

    On Y a heterozygote shows reads of elsewhere: such rows do not count for the sample, but
    for Y_HET. A missing call without depth counts as depth 0: nobody read there.
    """
    for v in range(kind.size):
        where = kind[v]
        for i in range(codes.shape[1]):
            code, reads = codes[v, i], depth[v, i]
            if where in (AUTOSOMAL, OTHER_ALLELE):
                out[i, SITES] += 1
                if dosage[v, i] < 0:
                    out[i, MISSING] += 1
                elif missing[v, i] > 0:
                    out[i, HALF_CALLED] += 1
                if reads >= 0 and dosage[v, i] >= 0:
                    out[i, AUTO_DEPTH] += reads
                    out[i, AUTO_DEPTH_N] += 1
                if where == AUTOSOMAL and code >= 0:
                    out[i, HOM_REF + code] += 1
                    if code > 0:
                        out[i, TRANSITIONS if transition[v] else TRANSVERSIONS] += 1
            elif where == ON_X:
                if code == 1:
                    out[i, X_HET] += 1
                elif code == 2:
                    out[i, X_HOM] += 1
                if reads >= 0 and dosage[v, i] >= 0:
                    out[i, X_DEPTH] += reads
                    out[i, X_DEPTH_N] += 1
            elif where == ON_Y and code == 1:
                out[i, Y_HET] += 1
            elif where == ON_Y:
                out[i, Y_SITES] += 1
                if code >= 0:
                    out[i, Y_USED] += 1
                if code > 0:
                    out[i, Y_ALT] += 1
                if reads >= 0 or dosage[v, i] < 0:
                    out[i, Y_DEPTH] += max(reads, 0)
                    out[i, Y_DEPTH_N] += 1


@kernel
def sum_reads(kind, af, ref_reads, alt_reads, codes, limits, out_bins, out):
    """Add up what reads and frequencies tell of each sample, at autosomal SNVs.

    kind       (site,)           see the names above
    af         (site,)           population frequency, NaN unknown
    ref_reads  (site, sample)    -1 unknown
    alt_reads  (site, sample)    -1 unknown
    codes      (site, sample)    from `code_calls`
    limits     (5,)              depth from which balance is read; least and largest depth for
                                 foreign reads; least frequency of either allele; the
                                 fraction of ALT reads below which a heterozygote is low, and
                                 of reference reads from which a homozygote is miscalled
    out_bins   (sample, bin, 2)  added to: heterozygous and homozygous ALT calls, by frequency
    out        (sample, 7)       added to: see the names above
    """
    for v in range(kind.size):
        if kind[v] != AUTOSOMAL:
            continue
        known = limits[3] <= af[v] <= 1 - limits[3]
        for i in range(codes.shape[1]):
            code = codes[v, i]
            if code <= 0:
                continue
            if known:
                bin_number = min(int(af[v] * out_bins.shape[1]), out_bins.shape[1] - 1)
                out_bins[i, bin_number, code - 1] += 1
            total = ref_reads[v, i] + alt_reads[v, i]
            if ref_reads[v, i] < 0 or alt_reads[v, i] < 0 or total == 0:
                continue
            if code == 1 and total >= limits[0]:
                fraction = alt_reads[v, i] / total
                out[i, BALANCE] += fraction
                out[i, BALANCE_N] += 1
                if fraction < limits[4]:
                    out[i, LOW_BALANCE_N] += 1
            share = ref_reads[v, i] / total
            if code == 2 and limits[1] <= total <= limits[2] and share < limits[4]:
                out[i, REF_SHARE] += share
                out[i, REF_SHARE_N] += 1
                if known:
                    out[i, FOREIGN] += share / (1 - af[v])
                    out[i, FOREIGN_N] += 1

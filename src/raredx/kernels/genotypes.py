"""What each member carries of each ALT allele, given sex and how the position is inherited."""

from __future__ import annotations

from raredx.kernels.binomial import at_most
from raredx.kernels.jit import kernel
from raredx.vocabulary import Genotype, Region, Sex

MISSING = int(Genotype.MISSING)
REFERENCE = int(Genotype.REFERENCE)
HETEROZYGOUS = int(Genotype.HETEROZYGOUS)
HOMOZYGOUS = int(Genotype.HOMOZYGOUS)
HEMIZYGOUS = int(Genotype.HEMIZYGOUS)
CARRIER = int(Genotype.CARRIER)
PARTIAL = int(Genotype.PARTIAL)
NOT_APPLICABLE = int(Genotype.NOT_APPLICABLE)
MOSAIC = int(Genotype.MOSAIC)
ON_X, ON_Y, ON_MT = int(Region.X), int(Region.Y), int(Region.MITOCHONDRIAL)
MALE, FEMALE = int(Sex.MALE), int(Sex.FEMALE)


@kernel
def genotype_of(copies, missing, ploidy, fraction, region, sex, limits):
    """Read one call: see `classify_genotypes`."""
    if region == ON_Y and sex == FEMALE:
        return NOT_APPLICABLE
    if copies < 0:
        return MISSING
    if region == ON_MT and fraction == fraction:
        if fraction < limits[1]:
            return REFERENCE
        return HEMIZYGOUS if fraction >= limits[2] else HETEROZYGOUS
    if copies == 0:
        return PARTIAL if missing > 0 else REFERENCE
    if region == ON_MT:
        return HEMIZYGOUS if copies == ploidy else HETEROZYGOUS
    if missing > 0:
        return CARRIER
    if ploidy == 1:
        return HEMIZYGOUS
    if (region in (ON_X, ON_Y)) and sex == MALE:
        if copies == ploidy or fraction >= limits[0]:
            return HEMIZYGOUS
        return CARRIER
    if region == ON_Y:
        return HEMIZYGOUS if copies == ploidy else CARRIER
    return HOMOZYGOUS if copies == ploidy else HETEROZYGOUS


@kernel
def classify_genotypes(
    alt_dosage, missing_alleles, ploidy, alt_fraction, region, sexes, limits, out
):
    """Read every call.

    alt_dosage       (variant, member)  copies of this ALT, -1 not called
    missing_alleles  (variant, member)  alleles of the call that are missing
    ploidy           (variant, member)  alleles of the call
    alt_fraction     (variant, member)  reads of this ALT over all, NaN unknown
    region           (variant,)         `Region`
    sexes            (member, 2)        how each member inherits X, and Y: `Sex`
    limits           (3,)               fraction from which a male heterozygote on X is
                                        hemizygous, least heteroplasmy, homoplasmy
    out              (variant, member)  written: `Genotype`

    A male heterozygote on X below the limit is CARRIER: carried, zygosity in doubt. A haploid
    call is hemizygous wherever it stands. On MT the
    reads decide where there are any: below the least heteroplasmy is REFERENCE.
    """
    for v in range(alt_dosage.shape[0]):
        on_y = 1 if region[v] == ON_Y else 0
        for m in range(alt_dosage.shape[1]):
            out[v, m] = genotype_of(
                alt_dosage[v, m], missing_alleles[v, m], ploidy[v, m], alt_fraction[v, m],
                region[v], sexes[m, on_y], limits,
            )  # fmt: skip


@kernel
def is_far_below_half(alt_reads, depth, limits):
    """Whether so few ALT reads are unlikely in a heterozygote: exact binomial lower tail."""
    if alt_reads < 0 or depth <= 0 or alt_reads >= limits[0] * depth:
        return False
    return at_most(alt_reads, depth, 0.5) < limits[1]


@kernel
def mark_mosaics(alt_reads, depth, region, limits, genotype):
    """Turn heterozygous calls of relatives with far too few ALT reads into MOSAIC, in place.

    alt_reads  (variant, member)  reads of this ALT, -1 unknown
    depth      (variant, member)  reads of all alleles, -1 unknown
    region     (variant,)         `Region`
    limits     (2,)               fraction below which, and probability below which
    genotype   (variant, member)  changed; the proband, column 0, is left as called

    MT is left alone: heteroplasmy is read there.
    """
    for v in range(genotype.shape[0]):
        if region[v] == ON_MT:
            continue
        for m in range(1, genotype.shape[1]):
            if genotype[v, m] == HETEROZYGOUS and is_far_below_half(
                alt_reads[v, m], depth[v, m], limits
            ):
                genotype[v, m] = MOSAIC


@kernel
def carries(genotype):
    """Whether a genotype carries the allele: 1 yes, 0 no, -1 not known."""
    if genotype in (HETEROZYGOUS, HOMOZYGOUS, HEMIZYGOUS, CARRIER, MOSAIC):
        return 1
    if genotype in (REFERENCE, NOT_APPLICABLE):
        return 0
    return -1

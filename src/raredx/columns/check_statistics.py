"""Statistics of samples, pairs and trios that a check counts: one class for each subject."""

from __future__ import annotations

from raredx.columns.records import dataclass
from raredx.vocabulary import Karyotype, Outcome, Sex


@dataclass(frozen=True)
class Answer:
    """One question put to one subject.

    Attributes
    ----------
    question : str
        A key of `QUESTIONS`.
    outcome : Outcome
        NOT_ASSESSED where the data are too few or of the wrong kind.
    reason : str
        Why not assessed; empty otherwise.
    """

    question: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class SampleStats:
    """One sample. Rates are fractions, NaN where nothing was counted.

    A call is usable where it is complete and its GQ and DP are high enough.

    Attributes
    ----------
    sites, missing, half_called : int
        Rows of biallelic autosomal records whose FILTER has not failed; among them calls that
        are missing, and half-calls (`./1`).
    missingness : float
        `missing` over `sites`.
    hom_ref, het, hom_alt : int
        Usable calls at autosomal SNVs.
    het_hom, ti_tv : float
        `het` over `hom_alt`; transitions over transversions carried.
    x_sites, y_sites : int
        On X usable calls that carry ALT; on Y rows at which the sample is not heterozygous.
        SNVs outside the pseudo-autosomal and X-transposed regions.
    x_het_rate : float
        Heterozygous share of `x_sites`.
    y_called_rate, y_alt_rate : float
        Usable calls, and of these those with ALT, over `y_sites`.
    depth_auto, depth_x, depth_y : float
        Mean depth at those rows, NaN without DP.
    sex, karyotype : Sex, Karyotype
        By the calls; UNKNOWN where they do not tell.
    het_balance, low_het_share : float
        Over `balance_sites` heterozygotes of enough depth: mean ALT fraction, and share with
        a fraction below 0.3.
    contamination : float
        Share of foreign reads: reference reads at homozygous ALT calls, over the frequency of
        the reference allele (CHARR), mean over `contamination_sites`.
    ref_reads_at_hom_alt : float
        Mean share of reference reads over `ref_reads_sites`, whatever the frequency.
    n_roh, roh_bp : int
        Runs of homozygosity, and their length.
    covered_bp : int
        Autosomal length between neighbouring variants of the sample, long gaps left out.
    froh : float
        `roh_bp` over `covered_bp`.
    f_af : float
        Inbreeding coefficient by moments, from population frequencies.
    """

    sample: str
    family_id: str
    stated_sex: Sex
    stated_karyotype: Karyotype
    sites: int
    missing: int
    half_called: int
    missingness: float
    hom_ref: int
    het: int
    hom_alt: int
    het_hom: float
    transitions: int
    transversions: int
    ti_tv: float
    x_sites: int
    x_het_rate: float
    y_sites: int
    y_called_rate: float
    y_alt_rate: float
    depth_auto: float
    depth_x: float
    depth_y: float
    sex: Sex
    karyotype: Karyotype
    het_balance: float
    balance_sites: int
    low_het_share: float
    contamination: float
    contamination_sites: int
    ref_reads_at_hom_alt: float
    ref_reads_sites: int
    n_roh: int
    roh_bp: int
    covered_bp: int
    froh: float
    f_af: float
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class PairStats:
    """Two samples, over autosomal biallelic SNVs usable in both.

    Attributes
    ----------
    n_sites : int
        Sites called in both at which at least one of them carries ALT.
    informative : int
        Sites at which one of the two is heterozygous, or they are opposite homozygotes.
    ibs0, ibs1, ibs2, het_het : int
        Sites with 0, 1, 2 alleles alike among `n_sites`, and both heterozygous.
    r0 : float
        `ibs0` over `het_het`; 0 for parent and child, 0.5 for strangers.
    kinship : float
        KING-robust; `estimator` says which of its two forms.
    kinship_corrected : float
        `kinship` with the homozygosity by descent of the two put right, which is what is
        judged; the same where neither has long runs of homozygosity.
    standard_error : float
        Of `kinship`, from blocks of the genome.
    estimator : str
        'within_family' or 'between_family'.
    expected_kinship, expected_kinship_max : float
        By the pedigree: if parents without an id are strangers, and if they are the same
        person for children of one known parent. NaN where the pedigree states nothing.
    relation_expected, relation_inferred : str
        Words; empty where not stated or not assessed.
    """

    first: str
    second: str
    same_family: bool
    n_sites: int
    informative: int
    ibs0: int
    ibs1: int
    ibs2: int
    het_het: int
    r0: float
    kinship: float
    standard_error: float
    estimator: str
    expected_kinship: float
    expected_kinship_max: float
    relation_expected: str
    relation_inferred: str
    answers: tuple[Answer, ...] = ()
    kinship_corrected: float = float("nan")


@dataclass(frozen=True)
class ContigErrors:
    """Mendelian errors on one contig."""

    contig: str
    informative: int
    errors: int

    @property
    def rate(self) -> float:
        """Errors over informative sites, NaN without any.

        Examples
        --------
        >>> ContigErrors("7", 200, 3).rate
        0.015
        """
        return self.errors / self.informative if self.informative else float("nan")


@dataclass(frozen=True)
class DuoStats:
    """A child and one parent: usable calls at which both are homozygous.

    Attributes
    ----------
    role : str
        'father' or 'mother'.
    informative : int
        Both homozygous, at least one for ALT, on autosomes and pseudo-autosomal regions.
    opposite : int
        Opposite homozygotes among them: impossible in parent and child.
    contigs : tuple of ContigErrors
        The same for each autosome.
    line : ContigErrors
        The parent's own line: MT for a mother, Y for a father of a son; X for a father of a
        daughter and for a mother is in `x_line`.
    """

    child: str
    parent: str
    role: str
    informative: int
    opposite: int
    rate: float
    contigs: tuple[ContigErrors, ...]
    line: ContigErrors
    x_line: ContigErrors
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class TrioStats:
    """A child with both parents.

    Attributes
    ----------
    informative : int
        Autosomal SNVs usable in all three at which some genotype of the child would break
        Mendel's laws and somebody carries ALT (parents not both heterozygous).
    errors : int
    contigs : tuple of ContigErrors
        By autosome; pseudo-autosomal sites count under X.
    child_only : int
        Errors in which the child is heterozygous and both parents are reference.
    other : ContigErrors
        The same counts for autosomal indels and other alleles that are not SNVs.
    x : ContigErrors
        X outside the pseudo-autosomal regions, read by the child's sex.
    x_read_as : Sex
    de_novo, de_novo_indels : int
        Candidates whose reads fit in all three.
    de_novo_without_reads : int
        New by genotype, and no AD to judge by.
    de_novo_expected, de_novo_limit : float
        What the file's extent lets expect at most, and the count that is too many.
    """

    child: str
    father: str
    mother: str
    family_id: str
    informative: int
    errors: int
    rate: float
    child_only: int
    contigs: tuple[ContigErrors, ...]
    other: ContigErrors
    x: ContigErrors
    x_read_as: Sex
    de_novo: int
    de_novo_indels: int
    de_novo_without_reads: int
    de_novo_expected: float
    de_novo_limit: float
    answers: tuple[Answer, ...] = ()

"""Settings of the evidence: phenotype, ACMG/AMP criteria, and how all of it adds up."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Fraction = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
PositiveFraction = Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]
Share = Annotated[float, msgspec.Meta(gt=0.0, lt=1.0)]
"""A fraction whose odds are taken."""
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Strength = Literal["supporting", "moderate", "strong", "very_strong"]


class PhenotypeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a disease fits the HPO terms; docs/phenotype.md explains each in its place.

    Those marked "measured" were chosen among few values on the development cases of published
    patients and of ClinVar submissions, their own publication forgotten (decision record 12).
    """

    # Share of a patient's terms that the disease does not bring; phenotype study, section 6
    # (0.5 to 0.7 give the same ranks).
    background: PositiveFraction = 0.6
    # Exponent of a term's frequency in the disease; measured.
    frequency_weight: NotNegative = 0.75
    # Where patients were counted, so many more are taken to exist, with the term in this share of
    # them: 1 of 1 is no obligate feature; measured.
    prior_patients: NotNegative = 4.0
    prior_frequency: PositiveFraction = 0.25
    # Cost of a long profile, for each term of the patient; phenotype study, section 6.
    profile_weight: NotNegative = 0.4
    # Cost of a disease that several genes cause, times the logarithm of their number; measured:
    # 0 to 0.5 give the same ranks.
    shared_gene_weight: NotNegative = 0.25
    # A gene adds up the likelihoods of its diseases; otherwise it has that of the best; measured.
    sum_diseases: bool = True
    # Terms of one patient tell the same twice: the evidence of n terms counts as that of
    # independent_terms x sqrt(n), and never as more than n; measured by the likelihood.
    independent_terms: Positive = 1.5
    # Share of PhenoDigm's similarity in the score; measured: hardly matters, so not used.
    phenodigm_share: Fraction = 0.0
    # Terms that the patient does not have; phenotype study, section 0.4: they do harm.
    excluded_weight: NotNegative = 0.0
    # Most informative terms used; a hundred take a fifth of a second (our choice).
    max_terms: Annotated[int, msgspec.Meta(ge=1)] = 100


class AcmgSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of the ACMG/AMP criteria; docs/acmg.md explains each in its place."""

    # PP3, BP4. One missense tool, chosen before any score is seen (Pejaver 2022,
    # doi:10.1016/j.ajhg.2022.10.013); its intervals stand in scoring/acmg_predictors.py.
    missense_tool: Literal["revel", "alphamissense", "cadd", "none"] = "revel"
    # The strongest BP4 that one predictor may give. The intervals go to very strong, which by
    # itself would be benign: our choice to stop before.
    bp4_max_strength: Strength = "strong"
    # SpliceAI (Walker 2023, doi:10.1016/j.ajhg.2023.06.002): PP3 from, BP4 up to; both inclusive.
    splice_pathogenic: Fraction = 0.2
    splice_benign: Fraction = 0.1

    # Frequencies are fractions. BA1 above (Ghosh 2018, doi:10.1002/humu.23642), BS1 above (no
    # gene's own limit is known here: the fallback of Exomiser's automatic classification).
    ba1: Fraction = 0.05
    bs1: Fraction = 0.015
    # PM2, supporting only (ClinGen SVI 2020): up to, for dominant modes; below, for two copies
    # (Exomiser's automatic classification).
    pm2_dominant: Fraction = 0.0
    pm2_recessive: Fraction = 0.0001
    # BS2: more homozygotes in the population than this (Exomiser's automatic classification).
    bs2_dominant: Count = 5
    bs2_recessive: Count = 2
    # Mitochondrial: BA1 and BS1 from, PM2 below (McCormick 2020, doi:10.1002/humu.24107).
    mt_ba1: Fraction = 0.01
    mt_bs1: Fraction = 0.005
    mt_pm2: Fraction = 0.00002

    # PVS1 (Abou Tayoun 2018, doi:10.1002/humu.23626). Loss of function counts as a mechanism from
    # so many reported (likely) pathogenic losses, if they are more than this share of the gene's;
    # a gene of which nothing is known counts one step less from this pLI (our choice).
    pvs1_min_reported: Count = 3
    pvs1_min_share: Fraction = 0.1
    pvs1_min_pli: Fraction = 0.9
    # Without decay: strong where more than this share of the protein is lost, moderate up to it.
    pvs1_lost_share: Fraction = 0.1

    # PM1: so many reported (likely) pathogenic and no benign missense variants within so many
    # bases (Exomiser). A table that lists no benign ones leaves it open, or gives it at supporting.
    pm1_distance: Count = 25
    pm1_min_reported: Count = 4
    pm1_without_benign: bool = False
    # PP2, BP1, off by default: from this share of the gene's reported variants; PP2 only up to
    # this share of benign ones among its missense (Exomiser). Least number reported: our choice.
    use_pp2_bp1: bool = False
    gene_min_share: Fraction = 0.75
    gene_max_benign_share: Fraction = 0.05
    gene_min_reported: Count = 10

    # PM3, BP2: least ClinVar stars that make the other allele (likely) pathogenic (our choice).
    partner_min_stars: Count = 1
    # PS2, PM6: weakest grade of the reads that counts as de novo (our choice).
    de_novo_min_grade: Literal["high", "medium", "low"] = "medium"
    # PP1: informative meioses for supporting, moderate, strong: by chance 1/8, 1/32, 1/128. The
    # cautious one of the scales in use (ClinGen TP53 expert panel).
    pp1_supporting: Count = 3
    pp1_moderate: Count = 5
    pp1_strong: Count = 7


IN_ORDER = (
    ("splice_benign", "splice_pathogenic"), ("bs1", "ba1"), ("pm2_dominant", "bs1"),
    ("pm2_recessive", "bs1"), ("mt_pm2", "mt_bs1"), ("mt_bs1", "mt_ba1"),
    ("pp1_supporting", "pp1_moderate"), ("pp1_moderate", "pp1_strong"),
)  # fmt: skip
"""Keys of `AcmgSettings`, the first below the second: otherwise criteria would contradict."""


class ScoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of the score, in log10 odds; docs/score.md explains each in its place.

    Those marked "fitted" come from `scripts/fit_score.py` (decision record 15).
    """

    # Share of families that one of their candidates explains. The development families all have
    # an answer in the file, and are fitted with 0.98; a laboratory sets what it finds: 0.25 in
    # the pilot of the 100,000 Genomes Project (doi:10.1056/NEJMoa2035790).
    explained_share: Share = 0.98
    # Odds of one candidate against none, at even odds; fitted.
    prior: float = -5.14
    # Effect, beside missense, which counts 0; the first two fitted. One ACMG point: log10(350) / 8
    # (Tavtigian 2018, doi:10.1038/gim.2017.210), not fitted.
    null_variant: float = 1.56
    in_frame: float = -0.2
    # A row shown without a consequence that counts, a predicted splice effect or ClinVar's word:
    # of ClinVar's reviewed pathogenic variants 1 in 37 is no loss, missense or in-frame change, of
    # a person's variants in genes all but about 1 in 100 are none; our choice from these.
    no_effect: float = -3.0
    acmg_point: float = 0.318
    # Rarity, for each power of ten below 1 in 10,000, and for an allele never seen where one copy
    # is enough; fitted.
    rarity: float = 0.95
    absent: float = 1.5
    # Segregation; fitted but for medium, low, posterior, likely_in_cis and het_female: our choice,
    # the posterior as it is, the others in the order of the fitted ones.
    de_novo_high: float = 0.39
    de_novo_medium: float = 0.2
    de_novo_low: float = -0.5
    de_novo_posterior: float = 1.0
    two_copies: float = 3.19
    phase_open: float = -2.06
    likely_in_cis: float = -2.5
    hemizygous: float = -0.55
    inherited: float = -0.62
    one_copy_open: float = -1.57
    het_female: float = -1.57
    # Gene; fitted but for disputed_gene: our choice.
    known_gene: float = 1.08
    disputed_gene: float = -0.5
    other_mode: float = -1.49
    constraint: float = 0.93
    # Share of diagnoses that lie on the panel applied (Seaby 2023, medRxiv 23287545).
    panel_share: Share = 0.74
    # Phenotype, for each standard deviation above and below the bend; fitted. A gene that HPO
    # does not know counts as one at the bend.
    phenotype_above: float = 0.56
    phenotype_below: float = 0.23
    phenotype_unknown: float = 0.0
    # ClinVar's word on this very variant, as the file has it: as much as four points.
    clinvar: float = 1.27

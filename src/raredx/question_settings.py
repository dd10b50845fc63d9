"""Settings of the questions: FILTER, calls, frequency, consequence, ClinVar, panel, segregation.

The defaults are those of `gel`. A key that is `None` by default is not asked where it is left
out; docs/rulesets.md says which rule set asks it, and where that comes from.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from raredx.evidence_settings import Count, Fraction, NotNegative

ModeName = Literal[
    "de_novo", "autosomal_dominant", "autosomal_recessive_hom", "compound_het",
    "x_linked_recessive", "x_linked_dominant", "x_linked_compound_het", "y_linked",
    "mitochondrial", "x_linked_het_female",
]  # fmt: skip
"""Names of the modes of inheritance, as `vocabulary.MODE_NAMES` has them."""
ALL_MODES: tuple[ModeName, ...] = get_args(ModeName)
KeptGrade = Literal["any", "possible", "low", "medium", "high"]
"""The weakest de novo grade that is enough."""


class QualitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which FILTER values pass, and whether FILTER is asked at all."""

    pass_filters: tuple[str, ...] = ("PASS",)
    judge_filter: bool = True


class CallQualitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a call must show; a figure at its limit passes, one that is missing is not assessed.

    Nothing is asked of nobody, which is the default: then no other key may be set.
    """

    asked_of: Literal["nobody", "proband", "family"] = "nobody"
    min_gq: NotNegative = 0.0
    min_depth: Count = 0
    # What depth is: DP, or the reads of REF and of this ALT in AD.
    depth_counts: Literal["dp", "ad"] = "dp"
    # Of calls that carry the allele.
    min_alt_reads: Count = 0
    # Shares of ALT reads; not asked on MT, where they are the heteroplasmy.
    het_min_alt_fraction: Fraction = 0.0
    het_max_alt_fraction: Fraction = 1.0
    hom_min_alt_fraction: Fraction = 0.0
    ref_max_alt_fraction: Fraction = 1.0
    # Instead of the first two, of a man on X outside the pseudoautosomal regions.
    male_x_min_gq: NotNegative | None = None
    male_x_min_depth: Count | None = None
    # Whether the depth of a known pathogenic variant is not asked; whether calls on MT are.
    depth_spares_known: bool = False
    mitochondrial: bool = True


class RelaxedLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for population groups too small for the general ones."""

    sources: tuple[str, ...]
    dominant: float
    recessive: float
    in_popmax: bool = True


class FrequencySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Largest population frequency that passes, as a fraction, by mode of inheritance."""

    dominant: float = 0.001
    recessive: float = 0.01
    mitochondrial: float = 0.001
    # Instead of those three, for single modes; also instead of `relaxed`.
    by_mode: dict[ModeName, Fraction] = {}
    known_pathogenic: float = 0.05
    # Beside that, of a known pathogenic variant in single modes.
    known_by_mode: dict[ModeName, Fraction] = {}
    # Most homozygotes in a population source, by mode; a mode that is left out is not asked.
    max_homozygotes: dict[ModeName, Count] = {}
    # Judged alone, where one of them is declared; every source where this is empty.
    only_sources: tuple[str, ...] = ()
    fallback_sources: tuple[str, ...] = ()
    ignored_groups: tuple[str, ...] = ()
    relaxed: tuple[RelaxedLimit, ...] = ()


class ConsequenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sequence Ontology terms by class, and where each class is enough."""

    high: tuple[str, ...] = ()
    moderate: tuple[str, ...] = ()
    noncoding_gene: tuple[str, ...] = ()
    min_spliceai: float = 0.2
    # The worst of the MANE transcripts, or of any.
    judged_on: Literal["mane", "any"] = "mane"
    # Whether rows without any of the terms are shown, untiered.
    untiered: bool = True
    # Modes in which a moderate term, or one of a non-coding gene, is enough.
    moderate_modes: tuple[ModeName, ...] = ALL_MODES
    # Elsewhere it is with PM5; and as second allele of a pair from this AlphaMissense score.
    moderate_with_pm5: bool = False
    partner_min_alphamissense: Fraction | None = None
    # A variant with no other term is not paired.
    not_in_pairs: tuple[str, ...] = ()


class KnownPathogenicSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ClinVar classes count as known pathogenic, and what that spares."""

    classes: tuple[str, ...] = ("pathogenic", "likely_pathogenic", "conflicting")
    min_stars: int = 0
    # Whether FILTER, and carriers without the disease, do not exclude such a variant.
    spares_filter: bool = False
    incomplete_penetrance: bool = False
    # Stars from which one of these classes is enough for the second allele of a pair.
    partner_min_stars: Count | None = None


class PanelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an applied panel must say of the gene for a candidate to be kept."""

    required: Literal["none", "amber", "green"] = "none"
    mode_must_fit: bool = False
    # Whether one copy in an affected woman fits a gene on X, whatever its mode.
    x_het_female_fits: bool = False


class SegregationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modes, relatives and penetrance, and how calls on X and MT are read."""

    modes: tuple[ModeName, ...] = ALL_MODES
    relatives: Literal["all", "parents", "none"] = "all"
    use_phase_sets: bool = True
    imprinting: bool = True
    incomplete_penetrance: bool = False
    hemizygous_min_alt_fraction: float = 0.75
    min_heteroplasmy: float = 0.05
    homoplasmy: float = 0.95
    mosaic_max_fraction: float = 0.2
    mosaic_max_probability: float = 0.01
    cis_max_distance: int = 150


class DeNovoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read evidence that grades a de novo call; rates and distances of new mutations."""

    high_min_gq: float = 20.0
    high_min_depth: int = 10
    min_alt_fraction: float = 0.2
    max_alt_fraction: float = 0.8
    max_parental_alt_reads: int = 1
    max_parental_alt_fraction: float = 0.02
    medium_min_gq: float = 20.0
    medium_min_depth: int = 6
    tier1_min_grade: str = "medium"
    # The weakest grade that is kept; that is enough for a moderate term, or one of a non-coding
    # gene; and the least GQ of a parent where either asks for a grade.
    kept_min_grade: KeptGrade = "any"
    moderate_min_grade: KeptGrade = "any"
    parent_min_gq: NotNegative = 0.0
    snv_mutation_rate: float = 1.29e-8
    indel_mutation_rate: float = 9.3e-10
    rarest_frequency: float = 1e-5
    unknown_frequency: float = 1e-3
    min_posterior: float = 0.5
    event_distance: int = 100
    cluster_distance: int = 1000
    cluster_candidates: int = 3


class MosaicSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads that suggest an allele in part of the cells, of the proband or of a parent.

    A relative's heterozygous call is read as mosaic by `segregation.mosaic_max_*` instead.
    """

    proband_fraction: float = 0.2
    proband_probability: float = 0.01
    stray_fraction: float = 0.02
    parent_reads: int = 2
    parent_probability: float = 0.05
    error_rate: float = 0.002


class ProbandSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Call quality below which a candidate is flagged."""

    flag_gq: float = 20.0
    flag_depth: int = 10
    flag_max_het_fraction: float = 0.85

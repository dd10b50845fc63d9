"""The field's terms as enums, and the codes for missing data: their only home.

Enums that cross into kernels are `IntEnum`s; what a user reads is in the `…_NAMES` tables,
which are also the words of the output columns.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

UNKNOWN_INDEX = -1
"""Index of something that is not there: no father, no gene, no transcript."""


class Outcome(IntEnum):
    """The three answers of a question. Missing data is never PASS."""

    NOT_ASSESSED = -1
    FAIL = 0
    PASS = 1


OUTCOME_NAMES = {Outcome.NOT_ASSESSED: "not_assessed", Outcome.FAIL: "fail", Outcome.PASS: "pass"}


class Sex(IntEnum):
    """PED column 5."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2


class Karyotype(IntEnum):
    """Sex chromosomes, where they are known; UNKNOWN leaves it to the sex."""

    UNKNOWN = 0
    XX = 1
    XY = 2
    X0 = 3
    XXY = 4
    XYY = 5
    XXX = 6


class Affection(IntEnum):
    """PED column 6."""

    UNKNOWN = 0
    UNAFFECTED = 1
    AFFECTED = 2


class Assembly(StrEnum):
    """Reference assembly."""

    GRCH37 = "GRCh37"
    GRCH38 = "GRCh38"


class Region(IntEnum):
    """How a position is inherited."""

    OTHER = 0
    AUTOSOMAL = 1
    PSEUDOAUTOSOMAL = 2
    X = 3
    Y = 4
    MITOCHONDRIAL = 5


class Genotype(IntEnum):
    """What one member carries of one ALT allele.

    HEMIZYGOUS stands for one haploid copy; CARRIER for at least one copy with the zygosity
    unknown (`./1`, or a male called heterozygous on X); PARTIAL for a half-call without this
    allele (`./0`); NOT_APPLICABLE for a female on Y; MOSAIC for a relative called heterozygous
    on far too few ALT reads: some cells carry the allele.
    """

    MISSING = -1
    REFERENCE = 0
    HETEROZYGOUS = 1
    HOMOZYGOUS = 2
    HEMIZYGOUS = 3
    CARRIER = 4
    PARTIAL = 5
    NOT_APPLICABLE = 6
    MOSAIC = 7


class Mode(IntEnum):
    """Mode in which a candidate is judged."""

    DE_NOVO = 0
    AUTOSOMAL_DOMINANT = 1
    AUTOSOMAL_RECESSIVE_HOM = 2
    COMPOUND_HET = 3
    X_LINKED_RECESSIVE = 4
    X_LINKED_DOMINANT = 5
    X_LINKED_COMPOUND_HET = 6
    Y_LINKED = 7
    MITOCHONDRIAL = 8
    X_LINKED_HET_FEMALE = 9


MODE_NAMES = {
    Mode.DE_NOVO: "de_novo",
    Mode.AUTOSOMAL_DOMINANT: "autosomal_dominant",
    Mode.AUTOSOMAL_RECESSIVE_HOM: "autosomal_recessive_hom",
    Mode.COMPOUND_HET: "compound_het",
    Mode.X_LINKED_RECESSIVE: "x_linked_recessive",
    Mode.X_LINKED_DOMINANT: "x_linked_dominant",
    Mode.X_LINKED_COMPOUND_HET: "x_linked_compound_het",
    Mode.Y_LINKED: "y_linked",
    Mode.MITOCHONDRIAL: "mitochondrial",
    Mode.X_LINKED_HET_FEMALE: "x_linked_het_female",
}


class Moi(StrEnum):
    """Mode of inheritance of a gene on a panel (GelReportModels `ModeOfInheritance`)."""

    MONOALLELIC = "monoallelic"
    MONOALLELIC_NOT_IMPRINTED = "monoallelic_not_imprinted"
    MONOALLELIC_MATERNALLY_IMPRINTED = "monoallelic_maternally_imprinted"
    MONOALLELIC_PATERNALLY_IMPRINTED = "monoallelic_paternally_imprinted"
    BIALLELIC = "biallelic"
    MONOALLELIC_AND_BIALLELIC = "monoallelic_and_biallelic"
    MONOALLELIC_AND_MORE_SEVERE_BIALLELIC = "monoallelic_and_more_severe_biallelic"
    XLINKED_BIALLELIC = "xlinked_biallelic"
    XLINKED_MONOALLELIC = "xlinked_monoallelic"
    YLINKED = "ylinked"
    MITOCHONDRIAL = "mitochondrial"
    UNKNOWN = "unknown"


class Confidence(IntEnum):
    """PanelApp confidence of a gene on a panel; 3 and 4 are green."""

    NONE = 0
    RED = 1
    AMBER = 2
    GREEN = 3


CONFIDENCE_NAMES = {
    Confidence.NONE: "none",
    Confidence.RED: "red",
    Confidence.AMBER: "amber",
    Confidence.GREEN: "green",
}


class Impact(IntEnum):
    """VEP impact of a consequence, weakest first."""

    UNKNOWN = -1
    MODIFIER = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3


class TranscriptChoice(IntEnum):
    """Why a transcript was chosen to describe a variant, best reason first."""

    MANE_SELECT = 0
    MANE_PLUS_CLINICAL = 1
    CANONICAL = 2
    WORST = 3


TRANSCRIPT_CHOICE_NAMES = {
    TranscriptChoice.MANE_SELECT: "mane_select",
    TranscriptChoice.MANE_PLUS_CLINICAL: "mane_plus_clinical",
    TranscriptChoice.CANONICAL: "canonical",
    TranscriptChoice.WORST: "worst",
}


class DeNovoGrade(IntEnum):
    """How far the reads support a de novo call."""

    NONE = 0
    POSSIBLE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


DE_NOVO_GRADE_NAMES = {
    DeNovoGrade.NONE: "",
    DeNovoGrade.POSSIBLE: "possible",
    DeNovoGrade.LOW: "low",
    DeNovoGrade.MEDIUM: "medium",
    DeNovoGrade.HIGH: "high",
}


class Tier(IntEnum):
    """Genomics England tier; the number sorts."""

    TIER1 = 1
    TIER2 = 2
    TIER3 = 3
    UNTIERED = 9


TIER_NAMES = {Tier.TIER1: "1", Tier.TIER2: "2", Tier.TIER3: "3", Tier.UNTIERED: "untiered"}


class ClinvarClass(IntEnum):
    """ClinVar germline significance, reduced to what rules ask for."""

    NOT_ASSESSED = -1
    ABSENT = 0
    BENIGN = 1
    LIKELY_BENIGN = 2
    UNCERTAIN = 3
    CONFLICTING = 4
    LIKELY_PATHOGENIC = 5
    PATHOGENIC = 6
    OTHER = 7


class ConsequenceClass(IntEnum):
    """What a rule set makes of a consequence; the larger, the stronger."""

    NONE = 0
    NONCODING_GENE = 1
    MODERATE = 2
    HIGH = 3


class Phase(IntEnum):
    """What is known of two alleles of one gene in the proband."""

    UNKNOWN = 0
    TRANS = 1
    PROBABLE_TRANS = 2
    CIS = 3
    TRANS_PHASED = 4
    LIKELY_CIS = 5


PHASE_NAMES = {
    Phase.UNKNOWN: "unknown",
    Phase.TRANS: "in_trans",
    Phase.PROBABLE_TRANS: "probably_in_trans",
    Phase.CIS: "in_cis",
    Phase.TRANS_PHASED: "in_trans_phased",
    Phase.LIKELY_CIS: "likely_in_cis",
}


class PhaseReason(IntEnum):
    """What tells the phase of a pair."""

    NOTHING = 0
    TRANSMISSION = 1
    SAME_SITE = 2
    HOMOZYGOUS = 3
    PHASE_SET = 4
    ONE_PARENT = 5
    DISTANCE = 6
    CONFLICT = 7


PHASE_REASON_NAMES = {
    PhaseReason.NOTHING: "nothing tells",
    PhaseReason.TRANSMISSION: "transmission",
    PhaseReason.SAME_SITE: "two alleles of one site",
    PhaseReason.HOMOZYGOUS: "one of them is homozygous",
    PhaseReason.PHASE_SET: "phase set",
    PhaseReason.ONE_PARENT: "one parent",
    PhaseReason.DISTANCE: "closer than a read is long, unphased",
    PhaseReason.CONFLICT: "transmission and phase set disagree",
}


class GeneValidity(IntEnum):
    """How well a gene's role in a disease is established (ClinGen, GenCC)."""

    NOT_ASSESSED = -1
    REFUTED = 0
    DISPUTED = 1
    LIMITED = 2
    MODERATE = 3
    STRONG = 4
    DEFINITIVE = 5


GENE_VALIDITY_NAMES = {
    GeneValidity.NOT_ASSESSED: "not_assessed",
    GeneValidity.REFUTED: "refuted",
    GeneValidity.DISPUTED: "disputed",
    GeneValidity.LIMITED: "limited",
    GeneValidity.MODERATE: "moderate",
    GeneValidity.STRONG: "strong",
    GeneValidity.DEFINITIVE: "definitive",
}


class ReportedKind(IntEnum):
    """Molecular consequence of a reported variant, as far as criteria ask."""

    OTHER = 0
    MISSENSE = 1
    LOSS = 2
    SPLICE_SITE = 3
    SYNONYMOUS = 4
    IN_FRAME = 5

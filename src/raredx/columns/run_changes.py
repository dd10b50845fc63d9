"""What differs between two runs, and what became of their candidates, each with its cause."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import field
from enum import StrEnum

from raredx.columns.records import dataclass
from raredx.columns.results import OutputField
from raredx.columns.runs import RecordedRun, RunCandidate, RunVariant

ARROW = "->"
"""Between what was and what is."""


class Cause(StrEnum):
    """Why a candidate appeared, vanished or moved."""

    CLINVAR = "clinvar"
    PANEL = "panel"
    FREQUENCY = "frequency"
    RULE = "rule"
    HPO = "hpo"
    GENOTYPE = "genotype"
    PEDIGREE = "pedigree"
    ANNOTATION = "annotation"
    PREDICTOR = "predictor"
    CURATED = "curated"
    REGIONS = "regions"
    VARIANTS = "variants"
    KNOWLEDGE = "knowledge"
    CODE = "code"
    LIBRARIES = "libraries"
    OTHERS = "others"
    SEVERAL = "several"
    UNKNOWN = "unknown"


CAUSE_WORDS = {
    Cause.CLINVAR: "ClinVar",
    Cause.PANEL: "panel",
    Cause.FREQUENCY: "population frequency",
    Cause.RULE: "rule",
    Cause.HPO: "HPO",
    Cause.GENOTYPE: "genotype",
    Cause.PEDIGREE: "pedigree",
    Cause.ANNOTATION: "annotation",
    Cause.PREDICTOR: "predictor",
    Cause.CURATED: "curated criteria",
    Cause.REGIONS: "regions read",
    Cause.VARIANTS: "variant file",
    Cause.KNOWLEDGE: "bundled tables",
    Cause.CODE: "raredx",
    Cause.LIBRARIES: "libraries",
    Cause.OTHERS: "others moved",
    Cause.SEVERAL: "several",
    Cause.UNKNOWN: "not known",
}
"""Causes, for people."""


class Change(StrEnum):
    """What became of a candidate."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    MOVED = "moved"


class Ground(StrEnum):
    """What a cause rests on."""

    COLUMNS = "columns"  # the columns of the candidate in both runs
    NEAR_MISS = "near_miss"  # a row among the near misses of the run that lacks it
    EXPLANATION = "explanation"  # the question that it failed there, asked again
    RECORDS = "records"  # its record in both variant files
    ONLY_DIFFERENCE = "only_difference"  # nothing else differs between the runs
    ORDER = "order"  # who stands above it
    NONE = "none"  # several differences, and nothing tells which


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two runs.

    Attributes
    ----------
    cause : Cause
        What it can be the cause of, by name.
    what : str
        A setting, a panel, a member of the family, a file.
    old, new : str
        Empty where there is none.
    family : str
        The one family that it is about; empty where it is about the run.
    """

    cause: Cause
    what: str
    old: str = ""
    new: str = ""
    family: str = ""

    @property
    def words(self) -> str:
        """Write it.

        Examples
        --------
        >>> Difference(Cause.RULE, "frequency.dominant", "0.001", "0.01").words
        'frequency.dominant: 0.001 -> 0.01'
        """
        return f"{self.what}: {self.old or 'none'} {ARROW} {self.new or 'none'}"


@dataclass(frozen=True)
class WhyNot:
    """A question that kept a variant from being a candidate of a run.

    Attributes
    ----------
    question : str
        `filter`, `frequency`, `consequence`, `carried`, `segregation`, `panel`, `regions`, or
        `file` where the variant is not in it.
    observed, threshold : str
    rule, source : str
        The setting that decided, and where it comes from.
    """

    question: str
    observed: str = ""
    threshold: str = ""
    rule: str = ""
    source: str = ""


WhyNotHook = Callable[[RecordedRun, RunCandidate, RunVariant], tuple[WhyNot, ...]]
"""Asks a run why it has not this candidate of another run, by one of its variants: every question
that keeps it out. None of them where it cannot tell, for instance since its inputs have changed."""


@dataclass(frozen=True)
class AddendChange:
    """How one addend of a score changed.

    Attributes
    ----------
    name : str
    old, new : float
        In log10 odds; NaN not assessed, which counts nothing.
    delta : float
    share : float
        Of the sum of all changes without their signs.
    causes : tuple of Cause
    words : str
        What changed, in words.
    """

    name: str
    old: float
    new: float
    delta: float
    share: float
    causes: tuple[Cause, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a candidate changed.

    Attributes
    ----------
    cause : Cause
        `several` where more than one is behind it, or could be.
    causes : tuple of Cause
        The one, or each of the several.
    certain : bool
        Whether all of `causes` are; otherwise it is one of them, and nothing recorded tells which.
    ground : Ground
    words : str
    """

    cause: Cause
    causes: tuple[Cause, ...]
    certain: bool
    ground: Ground
    words: str


@dataclass(frozen=True)
class CandidateChange:
    """What became of one candidate.

    Attributes
    ----------
    change : Change
    family_id, proband, gene, hgnc_id, mode : str
    variants : tuple of str
        chrom-pos-ref-alt, as the new run writes them; the old one where it vanished.
    rank_old, rank_new : int
        0 where it is no candidate.
    tier_old, tier_new, class_old, class_new : str
        Empty where it is no candidate.
    score_old, score_new : float
        In log10 odds; NaN where it is no candidate.
    reason : Reason
    addends : tuple of AddendChange
        Those that changed, the largest change first.
    """

    change: Change
    family_id: str
    proband: str
    gene: str
    hgnc_id: str
    mode: str
    variants: tuple[str, ...]
    rank_old: int
    rank_new: int
    tier_old: str
    tier_new: str
    class_old: str
    class_new: str
    score_old: float
    score_new: float
    reason: Reason
    addends: tuple[AddendChange, ...] = ()

    @property
    def score_delta(self) -> float:
        """Change of the score; NaN where one run has none."""
        return round(self.score_new - self.score_old, 4) + 0.0


@dataclass(frozen=True)
class RunSide:
    """One of the two runs, as it is told in a comparison."""

    run: str
    raredx: str
    command: str
    candidates: int


@dataclass(frozen=True)
class RunDiff:
    """Two runs compared.

    Attributes
    ----------
    old, new : RunSide
    differences : tuple of Difference
    changes : tuple of CandidateChange
        Appeared, then vanished, then moved; in each by family and rank.
    unchanged : int
        Candidates with the same rank, tier, class and score.
    other_columns : int
        Of these, how many differ in another column.
    """

    old: RunSide
    new: RunSide
    differences: tuple[Difference, ...]
    changes: tuple[CandidateChange, ...] = field(default=())
    unchanged: int = 0
    other_columns: int = 0

    def of(self, change: Change) -> tuple[CandidateChange, ...]:
        """Give the candidates of one group."""
        return tuple(one for one in self.changes if one.change is change)

    def counted(self) -> str:
        """Count the candidates of each group, in words."""
        groups = ", ".join(f"{change.value}: {len(self.of(change))}" for change in Change)
        return f"{groups}, unchanged: {self.unchanged}"


CHANGE_FIELDS: tuple[OutputField, ...] = (
    OutputField("change", "string", "appeared, vanished or moved"),
    OutputField("family_id", "string", "family"),
    OutputField("proband", "string", "proband"),
    OutputField("gene", "string", "approved symbol, or the annotation's name"),
    OutputField("hgnc_id", "string", "HGNC identifier"),
    OutputField("mode", "string", "mode in which the candidate was judged"),
    OutputField("variants", "list", "its variants, chrom-pos-ref-alt"),
    OutputField("rank_old", "integer", "rank in the first run; empty: no candidate there"),
    OutputField("rank_new", "integer", "rank in the second run; empty: no candidate there"),
    OutputField("tier_old", "string", "best tier in the first run"),
    OutputField("tier_new", "string", "best tier in the second run"),
    OutputField("class_old", "string", "proposed ACMG/AMP classes in the first run"),
    OutputField("class_new", "string", "proposed ACMG/AMP classes in the second run"),
    OutputField("score_old", "number", "score in the first run, log10 odds"),
    OutputField("score_new", "number", "score in the second run, log10 odds"),
    OutputField("score_delta", "number", "change of the score"),
    OutputField("cause", "string", "why: one word, `several` for more than one"),
    OutputField("causes", "list", "the cause, or each of the several"),
    OutputField("certain", "string", "yes, or no: one of the causes, nothing recorded tells which"),
    OutputField(
        "ground",
        "string",
        "what the cause rests on: columns, near_miss, explanation, records, only_difference, "
        "order, none",
    ),
    OutputField("why", "string", "the cause in words"),
    OutputField("addends", "list", "changed addends, name=change (share of all change)"),
)
"""Columns of the table of changes, in order."""


def is_number(value: float) -> bool:
    """Whether a number is known."""
    return not math.isnan(value)

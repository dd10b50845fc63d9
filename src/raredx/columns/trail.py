"""The trail of a variant: every question that it was asked, with the answers."""

from __future__ import annotations

from raredx.columns.records import dataclass
from raredx.vocabulary import Outcome


@dataclass(frozen=True)
class Step:
    """One question and its answer.

    Attributes
    ----------
    question : str
    outcome : Outcome
    observed : str
        What the file says.
    threshold : str
        What the question asks for.
    rule, source : str
        The setting that decides, with its rule set, and where it comes from.
    needed : str
        What would have to be different, as a clause; empty where the question did not fail.
    details : tuple of str
        Further lines: each member's answer, each partner.
    drops : bool
        Whether a variant that fails it is dropped; otherwise it decides tier or score alone.
    """

    question: str
    outcome: Outcome
    observed: str
    threshold: str
    rule: str
    source: str
    needed: str = ""
    details: tuple[str, ...] = ()
    drops: bool = True

    def __post_init__(self) -> None:
        if self.needed and self.outcome is not Outcome.FAIL and not self.is_against:
            object.__setattr__(self, "needed", "")

    @property
    def is_against(self) -> bool:
        """Whether it drops the variant; one without a call is not carried, as far as is known."""
        unknown = self.question == "carried" and self.outcome is Outcome.NOT_ASSESSED
        return self.drops and (unknown or self.outcome is Outcome.FAIL)


@dataclass(frozen=True)
class ModeTrail:
    """The questions under one mode of inheritance.

    Attributes
    ----------
    mode : str
    penetrance : str
        `complete` or `incomplete`.
    steps : tuple of Step
        Frequency, segregation and panel.
    note : str
        Why the mode makes no row though nothing fails; otherwise empty.
    kept : bool
        Whether it is a candidate in this mode.
    """

    mode: str
    penetrance: str
    steps: tuple[Step, ...]
    note: str = ""
    kept: bool = False

    @property
    def against(self) -> tuple[Step, ...]:
        """The questions that drop it in this mode."""
        return tuple(step for step in self.steps if step.is_against)


@dataclass(frozen=True)
class TranscriptAnswer:
    """What the annotation says on one transcript.

    Attributes
    ----------
    role : str
        `judged`, `described`, or empty: the transcript that the consequence question is asked
        of, and the one that describes the variant.
    impact : str
        Class under the rule set: `high`, `moderate`, `noncoding_gene` or `none`.
    """

    transcript: str
    biotype: str
    mane: str
    consequence: str
    impact: str
    hgvs_c: str
    hgvs_p: str
    role: str


@dataclass(frozen=True)
class GeneTrail:
    """The questions in one gene that the variant lies in.

    Attributes
    ----------
    panels : tuple of str
        Applied panels that list the gene, with confidence and mode of inheritance; where it is
        green on none, bundled panels on which it is.
    modes : tuple of ModeTrail
        None where the proband does not carry the variant.
    """

    gene: str
    hgnc_id: str
    panels: tuple[str, ...]
    consequence: Step
    transcripts: tuple[TranscriptAnswer, ...]
    modes: tuple[ModeTrail, ...]


@dataclass(frozen=True)
class KeptRow:
    """One row of the candidates that the variant makes."""

    gene: str
    mode: str
    penetrance: str
    tier: str
    score: float
    acmg_class: str
    acmg_criteria: tuple[str, ...]
    partner: str
    flags: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class VariantTrail:
    """Every question that one variant was asked in one family.

    Attributes
    ----------
    variant : str
        chrom-pos-ref-alt, as the file writes it.
    steps : tuple of Step
        What does not depend on gene and mode.
    genes : tuple of GeneTrail
    rows : tuple of KeptRow
        The candidates that it makes; none where it is dropped.
    failed : str
        The question at which the run counts it as dropped; empty where it is kept.
    conclusion : str
        One sentence: what it is, or what would have to be different.
    """

    variant: str
    variant_id: str
    family_id: str
    proband: str
    steps: tuple[Step, ...]
    genes: tuple[GeneTrail, ...]
    rows: tuple[KeptRow, ...]
    failed: str
    conclusion: str

    @property
    def kept(self) -> bool:
        """Whether it is a candidate."""
        return bool(self.rows)


@dataclass(frozen=True)
class Call:
    """The call of one member at a place.

    Attributes
    ----------
    depth : int
        Reads, -1 where the file does not tell; of a reference block the fewest in it, where that
        is told.
    quality : float or None
        Genotype quality; None where the file does not tell.
    """

    name: str
    genotype: str
    depth: int
    quality: float | None

    def words(self) -> str:
        """Write the call.

        Examples
        --------
        >>> Call("S1", "0/0", 31, 99.0).words(), Call("S2", "./.", -1, None).words()
        ('S1: GT 0/0, DP 31, GQ 99', 'S2: GT ./.')
        """
        depth = f", DP {self.depth}" if self.depth >= 0 else ""
        quality = f", GQ {self.quality:g}" if self.quality is not None else ""
        return f"{self.name}: GT {self.genotype}{depth}{quality}"


@dataclass(frozen=True)
class Coverage:
    """One record of the file that spans a place without the allele.

    Attributes
    ----------
    record : str
        What it is, in words.
    is_reference : bool
        Whether it says that nothing but the reference was seen: a block of a gVCF.
    calls : tuple of Call
        Of each member that is read.
    """

    record: str
    is_reference: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Explanation:
    """The answer to one question about a variant.

    Attributes
    ----------
    asked : str
        As the user wrote it.
    found : str
        How it was found in the file, in words.
    trails : tuple of VariantTrail
        One for each allele that was meant and each family.
    gene_overview : tuple of str
        For a gene: what became of its variants, in lines.
    others : tuple of str
        Alleles at or near the place that are not the one asked for.
    coverage : tuple of Coverage
        What the file holds at the place, where the allele is not in it.
    notes : tuple of str
        What differs from a whole run, and what could not be looked at.
    conclusion : str
        One sentence.
    """

    asked: str
    found: str
    trails: tuple[VariantTrail, ...] = ()
    gene_overview: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    notes: tuple[str, ...] = ()
    conclusion: str = ""

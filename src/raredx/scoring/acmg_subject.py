"""What the criteria ask of one variant in one gene, gathered once for all of its rows."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from raredx.columns.batch import TranscriptColumns
from raredx.columns.clinvar import ClinvarTable, changed_bases, trimmed
from raredx.columns.coding import CodingTranscripts
from raredx.columns.coding_map import CodingMap
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genome import MT_CODE
from raredx.columns.records import dataclass
from raredx.scoring.evidence import Evidence
from raredx.scoring.genetic_code import substitution
from raredx.scoring.transcripts import is_coding_biotype
from raredx.vocabulary import Assembly, GeneValidity, Mode, Outcome, TranscriptChoice

LOSS_TERMS = (
    "transcript_ablation", "stop_gained", "frameshift_variant", "splice_donor_variant",
    "splice_acceptor_variant", "start_lost",
)  # fmt: skip
"""Consequences of the PVS1 tree, in the order in which they are asked for."""
SPLICE_TERMS = frozenset({"splice_donor_variant", "splice_acceptor_variant"})
IN_FRAME_TERMS = frozenset(
    {
        "inframe_insertion", "inframe_deletion", "conservative_inframe_insertion",
        "conservative_inframe_deletion", "disruptive_inframe_insertion",
        "disruptive_inframe_deletion",
    }
)  # fmt: skip
_CHANGES_PROTEIN = frozenset(LOSS_TERMS) | IN_FRAME_TERMS | {
    "missense_variant", "stop_lost", "protein_altering_variant", "exon_loss_variant",
    "rare_amino_acid_variant", "incomplete_terminal_codon_variant", "gene_fusion",
    "feature_truncation", "feature_elongation", "transcript_amplification",
}  # fmt: skip


class AcmgReferences:
    """The tables that the criteria look things up in; what is worked out of them is kept.

    Parameters
    ----------
    facts : GeneFacts or None
    clinvar : ClinvarTable or None
        None where there is none for the assembly.
    coding : CodingTranscripts or None
        Counted in GRCh38; not asked on another assembly.
    codes : GeneCodes
    assembly : Assembly
    """

    def __init__(
        self,
        facts: GeneFacts | None,
        clinvar: ClinvarTable | None,
        coding: CodingTranscripts | None,
        codes: GeneCodes,
        assembly: Assembly,
    ) -> None:
        self.facts, self.codes, self.assembly = facts, codes, assembly
        fits = clinvar is not None and clinvar.assembly is assembly
        self.clinvar = clinvar if fits else None
        self.coding = coding if assembly is Assembly.GRCH38 else None
        self._maps: dict[int, CodingMap | None] = {}

    def knows(self, gene: int) -> bool:
        """Whether the tables of genes have a row for a gene."""
        return self.facts is not None and 0 <= gene < len(self.facts.plp)

    def validity(self, gene: int) -> GeneValidity:
        """Give the validity of a gene for any disease."""
        if self.facts is None or not self.knows(gene):
            return GeneValidity.NOT_ASSESSED
        return GeneValidity(int(self.facts.validity[gene]))

    def mechanism(self, gene: int) -> Outcome:
        """Say whether loss of function is a known mechanism of a gene."""
        if self.facts is None or not self.knows(gene):
            return Outcome.NOT_ASSESSED
        return Outcome(int(self.facts.loss_of_function[gene]))

    def allows(self, gene: int, mode: Mode) -> Outcome:
        """Say whether the gene's diseases are inherited in this mode."""
        if self.facts is None or not self.knows(gene) or not self.facts.modes[gene]:
            return Outcome.NOT_ASSESSED
        return Outcome(int(self.facts.modes[gene]) >> int(mode) & 1)

    def reported(self, gene: int) -> tuple[int, int, int]:
        """Count the reported (likely) pathogenic variants of a gene: all, missense, losses."""
        if self.facts is None or not self.knows(gene):
            return 0, 0, 0
        facts = self.facts
        return int(facts.plp[gene]), int(facts.plp_missense[gene]), int(facts.plp_loss[gene])

    def pli(self, gene: int) -> float:
        """Give the intolerance of a gene to loss of function, NaN unknown."""
        table = self.codes.table
        return as_written(table.pli[gene]) if self.codes.in_table(gene) else float("nan")

    def coding_map(self, gene: int) -> CodingMap | None:
        """Give the MANE Select transcript of a gene; None where it has none here."""
        if gene not in self._maps:
            self._maps[gene] = self._make_map(gene)
        return self._maps[gene]

    def _make_map(self, gene: int) -> CodingMap | None:
        coding = self.coding
        if coding is None or not 0 <= gene < len(coding.row_of_gene):
            return None
        row = int(coding.row_of_gene[gene])
        return coding.map_of(row) if row >= 0 else None


@dataclass(frozen=True)
class Subject:
    """One variant in one gene.

    Attributes
    ----------
    variant, gene : int
    symbol : str
    contig, position : int
    ref, alt : str
        Trimmed, in upper case.
    terms : frozenset of str
        Consequences on the transcript that was judged.
    hgvs_c, hgvs_p, exon, loftee : str
        Of that transcript.
    steps_for_transcript : int
        Steps by which PVS1 is lowered for the transcript, 0 or 1.
    spliceai, missense : float
        Scores, NaN unknown; `missense` is of the tool that the settings name.
    map : CodingMap or None
        MANE Select transcript, where that is what was judged.
    """

    variant: int
    gene: int
    symbol: str
    contig: int
    position: int
    ref: str
    alt: str
    terms: frozenset[str]
    hgvs_c: str
    hgvs_p: str
    exon: str
    loftee: str
    steps_for_transcript: int
    spliceai: float
    missense: float
    map: CodingMap | None

    @property
    def on_mt(self) -> bool:
        """Whether the variant is mitochondrial."""
        return self.contig == MT_CODE

    @property
    def is_loss(self) -> bool:
        """Whether the consequence is one of the PVS1 tree."""
        return not self.terms.isdisjoint(LOSS_TERMS)

    @property
    def is_missense(self) -> bool:
        """Whether one residue replaces another, and nothing worse happens."""
        return "missense_variant" in self.terms and not self.is_loss

    @property
    def changes_protein(self) -> bool:
        """Whether the consequence on the protein is more than none."""
        return not self.terms.isdisjoint(_CHANGES_PROTEIN)

    @property
    def is_snv(self) -> bool:
        """Whether one base replaces another."""
        return len(self.ref) == 1 and len(self.alt) == 1

    @cached_property
    def span(self) -> tuple[int, int]:
        """First and last base that changes."""
        return changed_bases(self.position, self.ref, self.alt)

    @cached_property
    def substitution(self) -> tuple[str, int, str] | None:
        """Residue, number and new residue, where the annotation names them."""
        return substitution(self.hgvs_p)

    @cached_property
    def coding_base(self) -> int:
        """First coding base that changes, -1 unknown."""
        return self.map.first_changed(self.span) if self.map is not None else -1


def as_written(score: np.float32) -> float:
    """Give the decimal number that a single-precision score was read from.

    Examples
    --------
    >>> float(np.float32(0.644)) == 0.644, as_written(np.float32(0.644)) == 0.644
    (False, True)
    """
    return float(str(score))


def gather_subject(
    evidence: Evidence, pair: int, references: AcmgReferences, missense_tool: str
) -> Subject:
    """Gather what the criteria ask of one row of `VariantGenes`."""
    genes, batch = evidence.genes, evidence.batch
    variant, gene = int(genes.variant[pair]), int(genes.gene[pair])
    entry, transcripts = int(genes.tier_entry[pair]), batch.transcripts
    position, ref, alt = trimmed(
        int(batch["position"][variant]), batch["ref"][variant], batch["alt"][variant]
    )
    known = missense_tool != "none"
    own_map = references.coding_map(gene)
    chosen = bool(transcripts.mane_select[entry]) or not transcripts.transcript[entry]
    if chosen and own_map is not None:
        steps = 0
    else:
        steps = _transcript_steps(evidence, pair, has_mane=own_map is not None)
        own_map = None
    return Subject(
        variant=variant,
        gene=gene,
        symbol=references.codes.symbol(gene),
        contig=int(batch["contig_code"][variant]),
        position=position,
        ref=ref,
        alt=alt,
        terms=frozenset(str(transcripts.consequence[entry]).split("&")),
        hgvs_c=transcripts.hgvs_c[entry],
        hgvs_p=transcripts.hgvs_p[entry],
        exon=transcripts.exon[entry],
        loftee=transcripts.loftee[entry],
        steps_for_transcript=steps,
        spliceai=as_written(batch["spliceai"][variant]),
        missense=as_written(batch[missense_tool][variant]) if known else float("nan"),
        map=own_map,
    )


def _transcript_steps(evidence: Evidence, pair: int, *, has_mane: bool) -> int:
    """Say by how much PVS1 is lowered for a transcript that is not MANE Select.

    By nothing on MANE Plus Clinical, or on the canonical one of a gene without MANE Select
    here. A transcript chosen only for its severity counts in full where every coding transcript
    of the gene is hit alike, otherwise one step less; so does any other beside MANE Select.
    """
    genes, transcripts = evidence.genes, evidence.batch.transcripts
    entry = int(genes.tier_entry[pair])
    if transcripts.mane_select[entry] or transcripts.mane_plus_clinical[entry]:
        return 0
    if has_mane:
        return 1
    if genes.choice[pair] != TranscriptChoice.WORST:
        return 0
    return 0 if _hit_alike(transcripts, int(genes.variant[pair]), int(genes.gene[pair])) else 1


def _hit_alike(transcripts: TranscriptColumns, variant: int, gene: int) -> bool:
    """Whether every coding transcript of a gene has a consequence of the PVS1 tree."""
    entries = range(int(transcripts.start[variant]), int(transcripts.start[variant + 1]))
    return all(
        not set(str(transcripts.consequence[e]).split("&")).isdisjoint(LOSS_TERMS)
        for e in entries
        if transcripts.gene[e] == gene and is_coding_biotype(transcripts.biotype[e])
    )

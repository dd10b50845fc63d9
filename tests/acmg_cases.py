"""Small genes, reported variants and families on which ACMG/AMP criteria are told apart.

Genes of the test, on chromosome 7 of GRCh38 unless told otherwise; exons in order of the
transcript, the coding part in brackets:

    AAA  forward  1001[1051-1100] 2001-2200 3001-3300 4001[-4101]4500   217 codons, stop included
    BBB  AAA in the mirror: position p of AAA is 20000 - p
    CCC  one exon, 30001-30900 [30101-30700]
    DDD  as AAA from 41001 on, but with a second exon of 18 bases, and the last one [-44100]
    EEE  51001-51100 not coding, 52001[52011-52210], 53001[-53091]
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from builders import (
    Row,
    Transcript,
    batch,
    calls,
    candidate_rows,
    family,
    gene_codes,
    genes,
    trio,
    variant_genes,
)
from raredx.columns.acmg import Assessment, CuratedCriteria
from raredx.columns.candidates import CandidateRows
from raredx.columns.clinvar import ClinvarTable
from raredx.columns.coding import CodingTranscripts
from raredx.columns.family import Family
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.panel import Panel
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg import assess
from raredx.scoring.acmg_family import FamilyFacts
from raredx.scoring.acmg_subject import AcmgReferences
from raredx.scoring.candidates import origin_of
from raredx.scoring.events import find_events
from raredx.scoring.evidence import Evidence
from raredx.scoring.frequency import source_limits
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.tiers import judge_tiers
from raredx.settings import DeNovoSettings, FrequencySettings
from raredx.vocabulary import (
    Assembly,
    ClinvarClass,
    ConsequenceClass,
    DeNovoGrade,
    GeneValidity,
    Mode,
    Outcome,
    ReportedKind,
)

SYMBOLS = ("AAA", "BBB", "CCC", "DDD", "EEE")
EXONS: dict[str, list[tuple[int, int]]] = {
    "AAA": [(1001, 1100), (2001, 2200), (3001, 3300), (4001, 4500)],
    "BBB": [(18900, 18999), (17800, 17999), (16700, 16999), (15500, 15999)],
    "CCC": [(30001, 30900)],
    "DDD": [(41001, 41100), (42001, 42018), (43001, 43300), (44001, 44500)],
    "EEE": [(51001, 51100), (52001, 52210), (53001, 53400)],
}
CODING = {
    "AAA": (1051, 4101), "BBB": (15899, 18949), "CCC": (30101, 30700), "DDD": (41051, 44100),
    "EEE": (52011, 53091),
}  # fmt: skip
MODES = {
    "DN": Mode.DE_NOVO, "AD": Mode.AUTOSOMAL_DOMINANT, "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "CH": Mode.COMPOUND_HET, "XLR": Mode.X_LINKED_RECESSIVE, "XLD": Mode.X_LINKED_DOMINANT,
    "MT": Mode.MITOCHONDRIAL, "XCH": Mode.X_LINKED_COMPOUND_HET,
}  # fmt: skip


def coding_transcripts() -> CodingTranscripts:
    """Make the transcripts of the genes above."""
    flat = [exon for name in SYMBOLS for exon in EXONS[name]]
    return CodingTranscripts(
        transcript=tuple(f"ENST0000000000{n}" for n in range(1, 6)),
        row_of_gene=np.arange(5, dtype=np.int32),
        contig=np.full(5, 7, np.int8),
        forward=np.array([name != "BBB" for name in SYMBOLS]),
        cds_first=np.array([CODING[name][0] for name in SYMBOLS], np.int32),
        cds_last=np.array([CODING[name][1] for name in SYMBOLS], np.int32),
        exon_start=np.cumsum([0, *(len(EXONS[name]) for name in SYMBOLS)]).astype(np.int64),
        exon_first=np.array([first for first, _ in flat], np.int32),
        exon_last=np.array([last for _, last in flat], np.int32),
    )


def gene_facts(**of_aaa: int) -> GeneFacts:
    """Say what is known of AAA; nothing is known of the others."""
    values: dict[str, Any] = {}
    for name, dtype, blank in (
        ("plp", "int32", 0), ("plp_missense", "int32", 0), ("plp_loss", "int32", 0),
        ("validity", "int8", GeneValidity.NOT_ASSESSED),
        ("loss_of_function", "int8", Outcome.NOT_ASSESSED), ("panels", "int16", 0),
        ("modes", "int16", 0),
    ):  # fmt: skip
        values[name] = np.full(5, blank, dtype)
        values[name][0] = of_aaa.get(name, blank)
    return GeneFacts(**values)


LOSS_KNOWN = gene_facts(loss_of_function=Outcome.PASS, validity=GeneValidity.DEFINITIVE)
NOTHING_KNOWN = gene_facts()


@dataclass(frozen=True)
class Reported:
    """One variant of a ClinVar table, on chromosome 7."""

    position: int
    ref: str = "A"
    alt: str = "G"
    clinvar_class: ClinvarClass = ClinvarClass.PATHOGENIC
    stars: int = 2
    kind: ReportedKind = ReportedKind.MISSENSE
    contig: int = 7


def clinvar_table(
    *reported: Reported, complete: bool = False, assembly: Assembly = Assembly.GRCH38
) -> ClinvarTable:
    """Make a ClinVar table."""
    rows = sorted(reported, key=lambda r: (r.contig, r.position))
    return ClinvarTable(
        assembly=assembly,
        date="2024-12-15",
        contig=np.array([r.contig for r in rows], np.int8),
        position=np.array([r.position for r in rows], np.int32),
        ref=[r.ref for r in rows],
        alt=[r.alt for r in rows],
        clinvar_class=np.array([r.clinvar_class for r in rows], np.int8),
        stars=np.array([r.stars for r in rows], np.int8),
        kind=np.array([r.kind for r in rows], np.int8),
        complete=complete,
    )


@dataclass(frozen=True)
class Variant:
    """One variant of the file, in one gene, as the annotation describes it."""

    position: int = 3100
    ref: str = "A"
    alt: str = "G"
    consequence: str = "missense_variant"
    gene: str = "AAA"
    genotypes: tuple[str, ...] = ("0/1", "0/0", "0/1")
    hgvs_p: str = ""
    hgvs_c: str = ""
    exon: str = ""
    loftee: str = ""
    mane: bool = True
    plus_clinical: bool = False
    canonical: bool = False
    transcript: str = "ENST0"
    others: tuple[Transcript, ...] = ()
    contig: str = "chr7"
    af: tuple[float, ...] = (0.01,)
    homozygotes: int = -1
    revel: float = np.nan
    alphamissense: float = np.nan
    cadd: float = np.nan
    spliceai: float = np.nan
    clinvar_class: ClinvarClass = ClinvarClass.ABSENT
    stars: int = -1


@dataclass(frozen=True)
class Case:
    """Everything that the criteria of some rows hang on."""

    variants: tuple[Variant, ...] = (Variant(),)
    rows: tuple[Row, ...] = ()
    mode: str = "AD"
    family: Family | None = None
    facts: GeneFacts | None = LOSS_KNOWN
    clinvar: ClinvarTable | None = None
    assembly: Assembly = Assembly.GRCH38
    sources: tuple[str, ...] = ("gnomad_nfe",)
    panels: tuple[Panel, ...] = ()
    grade: DeNovoGrade = DeNovoGrade.HIGH
    relatedness: Outcome = Outcome.PASS
    settings: AcmgSettings = field(default_factory=AcmgSettings)
    curated: CuratedCriteria = field(default_factory=CuratedCriteria)
    pli: float = np.nan

    def evidence(self) -> Evidence:
        """Lay the variants out as a batch; the first transcript of each is judged."""
        order = self.variants
        entries = [
            [
                Transcript(
                    v.consequence, SYMBOLS.index(v.gene), v.transcript, mane_select=v.mane,
                    mane_plus_clinical=v.plus_clinical, canonical=v.canonical,
                ),
                *v.others,
            ]
            for v in order
        ]  # fmt: skip
        columns = {
            name: [getattr(v, name) for v in order]
            for name in ("position", "ref", "alt", "contig", "af", "homozygotes", "revel",
                         "alphamissense", "cadd", "spliceai", "clinvar_class")
        }  # fmt: skip
        found = batch(
            genotypes=[v.genotypes for v in order], transcripts=entries,
            clinvar_stars=[v.stars for v in order], **columns,
        )  # fmt: skip
        texts = {
            name: np.array(
                [getattr(v, name) for v in order for _ in range(1 + len(v.others))], object
            )
            for name in ("hgvs_p", "hgvs_c", "exon", "loftee")
        }
        found = replace(found, transcripts=replace(found.transcripts, **texts))
        pairs = variant_genes(
            gene=[SYMBOLS.index(v.gene) for v in order],
            consequence_class=[ConsequenceClass.MODERATE] * len(order),
        )
        entry = found.transcripts.start[:-1].copy()
        choice = np.array(
            [0 if v.mane else 1 if v.plus_clinical else 2 if v.canonical else 3 for v in order],
            np.int8,
        )
        pairs = replace(pairs, entry=entry, tier_entry=entry, worst_entry=entry, choice=choice)
        limits = source_limits(self.sources, FrequencySettings())
        none = np.zeros(len(order), bool)
        return Evidence(found, pairs, limits, none, ~none, none)

    def candidate_rows(self) -> CandidateRows:
        """Give the rows: by default one of each variant, in the mode of the case."""
        own = self.rows or tuple(
            Row(variant=n, mode=MODES[self.mode], candidate=n) for n in range(len(self.variants))
        )
        return candidate_rows(
            rows=[replace(r, gene=SYMBOLS.index(self.variants[r.variant].gene)) for r in own]
        )

    def references(self) -> AcmgReferences:
        """Give the tables."""
        table = genes(symbols=SYMBOLS)
        table = replace(table, pli=np.array([self.pli, *[np.nan] * 4], np.float32))
        span = np.array([[1001, 4500], [15500, 18999], [30001, 30900], [41001, 44500],
                         [51001, 53400]], np.int32)  # fmt: skip
        table = replace(table, span_grch38=span)
        codes = gene_codes(table=table)
        return AcmgReferences(self.facts, self.clinvar, coding_transcripts(), codes, self.assembly)

    def family_facts(self, evidence: Evidence, rows: CandidateRows) -> FamilyFacts:
        """Read the genotypes, and tier the rows on the panels of the case."""
        people = self.family or trio()
        found = calls(batch=evidence.batch, family=people)
        n = len(evidence.batch)
        grade, origin = np.full(n, self.grade, np.int8), origin_of(found)
        tiers = judge_tiers(rows, evidence, grade, origin, AppliedPanels(self.panels), "medium")
        events = find_events(rows, evidence.batch, found, DeNovoSettings())
        return FamilyFacts(found, grade, np.full(n, 0.9), origin, tiers, events, self.relatedness)

    def assess(self) -> list[Assessment]:
        """Judge every row."""
        evidence, rows = self.evidence(), self.candidate_rows()
        facts = self.family_facts(evidence, rows)
        return assess(rows, evidence, facts, self.references(), self.settings, self.curated)


def judge(*variants: Variant, **case: Any) -> Assessment:
    """Assess the first row of a case."""
    return Case(variants=variants or (Variant(),), **case).assess()[0]


def labels(found: Assessment, *codes: str) -> list[str]:
    """Labels of some codes."""
    return [c.label for c in found.criteria if c.code in codes]


def opens(found: Assessment, code: str) -> list[str]:
    """Reasons for which a code was left open."""
    return [o.partition(": ")[2] for o in found.not_assessed if o.startswith(f"{code}: ")]


def alone(**columns: Any) -> Family:
    """Make the family of a proband without relatives."""
    return family(people=f"proband 0 0 {columns.get('sex', 'F')} A")

"""Tiny families, batches and panels in memory, so that a test reads like genetics.

Genotypes are written as in a VCF: `0/1`, `./1`, `1`, `1|0`, `0/2`. An `@` adds the fraction of
ALT reads, `0/1@0.40`; without it the fraction is what the genotype promises. A `^` adds a phase
set, `0|1^12`; a phased genotype without one belongs to the set of the whole contig.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from raredx.columns.batch import VARIANT_COLUMNS, TranscriptColumns, VariantBatch
from raredx.columns.candidates import CandidateRows, VariantGenes
from raredx.columns.family import Family, Pedigree
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genes import GeneTable, gene_table
from raredx.columns.genome import contig_code, region_codes
from raredx.columns.panel import Panel, PanelDraft, PanelHeader, PanelRecord, join_panel
from raredx.columns.terms import read_terms
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls, read_calls
from raredx.scoring.frequency import source_limits
from raredx.settings import FrequencySettings, SegregationSettings
from raredx.vocabulary import Affection, Assembly, ClinvarClass, Confidence, Moi, Sex

SEX = {"M": Sex.MALE, "F": Sex.FEMALE, "?": Sex.UNKNOWN}
STATUS = {"A": Affection.AFFECTED, "U": Affection.UNAFFECTED, "?": Affection.UNKNOWN}
PLACES = {
    "7": ("chr7", 117_559_590),
    "PAR1": ("chrX", 1_300_000),
    "X": ("chrX", 154_000_000),
    "Y": ("chrY", 7_000_000),
    "MT": ("chrM", 3_243),
    "other": ("chr7_KI270803v1_alt", 1_000),
}
"""Places of the tables, on GRCh38."""
DEPTH = 40


def read_table(*, text: str) -> list[dict[str, str]]:
    """Read a text table: columns between ` | `, the first line names them, `#` starts a comment."""
    lines = [line.partition("#")[0] for line in text.splitlines()]
    cells = [re.split(r"\s\|\s", f"{line} ") for line in lines if line.strip()]
    header, *rows = ([cell.strip() for cell in line] for line in cells)
    return [dict(zip(header, row, strict=True)) for row in rows]


# --- families ------------------------------------------------------------------------------------


def pedigree(*, people: str, family_id: str = "FAM") -> Pedigree:
    """Make a pedigree from lines of `id father mother sex status`; `0` no parent, `M F ?`, `A U ?`."""
    rows = [line.split() for line in people.strip().splitlines()]
    names = tuple(row[0] for row in rows)
    place = {name: index for index, name in enumerate(names)} | {"0": -1}
    return Pedigree(
        family_id=family_id,
        members=names,
        father=np.array([place[row[1]] for row in rows], np.int16),
        mother=np.array([place[row[2]] for row in rows], np.int16),
        sex=np.array([SEX[row[3]] for row in rows], np.int8),
        affection=np.array([STATUS[row[4]] for row in rows], np.int8),
        line=tuple(range(1, len(rows) + 1)),
    )


def family(*, people: str, sequenced: Sequence[str] | None = None, proband: str = "") -> Family:
    """Join a pedigree to samples, in the order of `sequenced`; by default everyone has one."""
    tree = pedigree(people=people)
    samples = list(tree.members if sequenced is None else sequenced)
    columns = [samples.index(name) if name in samples else -1 for name in tree.members]
    number = tree.members.index(proband) if proband else 0
    return Family(tree, number, np.array(columns, np.int16))


def trio(
    *, sex: str = "F", status: str = "A", father: str = "U", mother: str = "U",
    sequenced: Sequence[str] = ("proband", "father", "mother"),
) -> Family:  # fmt: skip
    """Make a trio: sex and status of the proband, status of the parents."""
    people = f"proband father mother {sex} {status}\nfather 0 0 M {father}\nmother 0 0 F {mother}"
    return family(people=people, sequenced=sequenced)


# --- batches -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Transcript:
    """One consequence entry of a variant."""

    consequence: str = "missense_variant"
    gene: int = 0
    transcript: str = "ENST00000000001"
    biotype: str = "protein_coding"
    mane_select: bool = False
    mane_plus_clinical: bool = False
    canonical: bool = False


def call(*, genotype: str, alt: int = 1) -> dict[str, Any]:
    """Read a genotype for one ALT allele: copies, alleles not called, ploidy, reads."""
    rest, _, stated = genotype.partition("@")
    text, _, phase_set = rest.partition("^")
    alleles = re.split(r"[/|]", text)
    called = [allele for allele in alleles if allele != "."]
    copies = called.count(str(alt))
    fraction = float(stated) if stated else copies / len(called) if called else np.nan
    reads = -1 if np.isnan(fraction) else round(fraction * DEPTH)
    return {
        "alt_dosage": copies if called else -1,
        "other_dosage": sum(allele not in ("0", ".", str(alt)) for allele in alleles),
        "missing_alleles": alleles.count("."),
        "ploidy": len(alleles),
        "depth": DEPTH if called else -1,
        "gq": 60.0 if called else np.nan,
        "ref_reads": -1 if reads < 0 else DEPTH - reads,
        "alt_reads": reads,
        "alt_fraction": np.nan if stated == "nan" else fraction,
        "genotype_text": text,
        **_phase(text, alleles, str(alt), phase_set),
        **dict.fromkeys(("pl_ref", "pl_het", "pl_hom"), np.nan),
    }


def _phase(text: str, alleles: list[str], alt: str, phase_set: str) -> dict[str, Any]:
    """Haplotype and phase set of one ALT allele."""
    if "|" not in text or len(alleles) != 2 or alleles.count(alt) != 1:
        return {"haplotype": -1, "phase_set": ""}
    named = f"PS:{phase_set}" if phase_set else "|"
    return {"haplotype": alleles.index(alt), "phase_set": named}


def batch(
    *,
    genotypes: Sequence[Sequence[str]],
    place: str | Sequence[str] = "7",
    transcripts: Sequence[Sequence[Transcript]] | None = None,
    **columns: Any,
) -> VariantBatch:
    """Make a batch from genotypes, one row per variant and one genotype per sample.

    Other columns are given by name; sites stand 1,000 bases apart unless `position` is given.
    """
    n = len(genotypes)
    places = [place] * n if isinstance(place, str) else list(place)
    alt_index = columns.setdefault("alt_index", [1] * n)
    columns.setdefault("site", list(range(n)))
    defaults: dict[str, Any] = {
        "contig": [PLACES[p][0] for p in places],
        "position": [PLACES[p][1] + 1000 * s for p, s in zip(places, columns["site"], strict=True)],
        "ref": ["A"] * n,
        "alt": ["CGT"[a - 1] for a in alt_index],
        "filters": ["PASS"] * n,
        "filter_outcome": [1] * n,
        "af": [[]] * n,
        "homozygotes": [-1] * n,
        "clinvar_class": [ClinvarClass.ABSENT] * n,
        "clinvar_stars": [-1] * n,
    }
    calls = [
        [call(genotype=g, alt=a) for g in row] for row, a in zip(genotypes, alt_index, strict=True)
    ]
    defaults |= {key: [[c[key] for c in row] for row in calls] for key in call(genotype="0/0")}
    defaults["contig_code"] = [contig_code(c) for c in columns.get("contig", defaults["contig"])]
    values = defaults | columns
    made = {}
    for column in VARIANT_COLUMNS:
        blank = "" if column.dtype == "object" else np.nan
        array = np.array(values.get(column.name, [blank] * n), column.dtype)
        if len(column.axes) == 2:
            array = array.reshape(n, -1) if n else array.reshape(0, 1)
        made[column.name] = array
    return VariantBatch(made, transcript_columns(entries=transcripts or [[]] * n))


def transcript_columns(*, entries: Sequence[Sequence[Transcript]]) -> TranscriptColumns:
    """Lay the entries of each variant out as ragged columns."""
    flat = [entry for own in entries for entry in own]
    terms = [read_terms(entry.consequence) for entry in flat]
    given: dict[str, Any] = {
        f.name: np.array([getattr(e, f.name) for e in flat], object) for f in fields(Transcript)
    }
    for name in ("mane_select", "mane_plus_clinical", "canonical"):
        given[name] = given[name].astype(bool)
    given["gene"] = given["gene"].astype(np.int32)
    given["consequence"] = np.array([t[0] for t in terms], object)
    given["severity"] = np.array([t[1] for t in terms], np.int16)
    given["impact"] = np.array([t[2] for t in terms], np.int8)
    for name in ("hgvs_c", "hgvs_p", "exon", "loftee"):
        given[name] = np.array([""] * len(flat), object)
    start = np.cumsum([0, *(len(own) for own in entries)]).astype(np.int64)
    return TranscriptColumns(start=start, **given)


def calls(
    *, batch: VariantBatch, family: Family, settings: SegregationSettings | None = None
) -> FamilyCalls:
    """Read the genotypes of a family from a batch, on GRCh38."""
    region = region_codes(batch["contig_code"], batch["position"], Assembly.GRCH38)
    return read_calls(batch, region, family, settings or SegregationSettings())


# --- genes and panels ----------------------------------------------------------------------------


def genes(*, symbols: Sequence[str] = ("AAA", "BBB", "CCC"), **columns: Sequence[str]) -> GeneTable:
    """Make a gene table; gene code 0 is the first symbol. Protein-coding unless told otherwise."""
    columns.setdefault("locus_type", ["gene with protein product"] * len(symbols))
    return gene_table(hgnc_id=range(1, len(symbols) + 1), symbol=symbols, **columns)


def gene_codes(*, table: GeneTable | None = None) -> GeneCodes:
    """Make the gene codes of a run."""
    return GeneCodes(table or genes())


@dataclass(frozen=True)
class OnPanel:
    """One gene of a panel."""

    symbol: str
    confidence: Confidence = Confidence.GREEN
    moi: Moi = Moi.MONOALLELIC_AND_BIALLELIC
    lof_mechanism: str = ""


def panel(
    *, rows: Sequence[OnPanel], panel_id: str = "1", name: str = "Panel", version: str = "1.0",
    table: GeneTable | None = None,
) -> Panel:  # fmt: skip
    """Make a panel of genes."""
    records = [
        PanelRecord("gene", "", row.symbol, row.confidence, row.moi, "", row.lof_mechanism)
        for row in rows
    ]
    header = PanelHeader(panel_id=panel_id, name=name, version=version)
    return join_panel(PanelDraft(header, records), table or genes())


# --- evidence and candidates ---------------------------------------------------------------------


def variant_genes(*, gene: Sequence[int], consequence_class: Sequence[int]) -> VariantGenes:
    """Say for each variant which one gene it hits, and how hard."""
    n = len(gene)
    return VariantGenes(
        variant=np.arange(n, dtype=np.int64),
        gene=np.array(gene, np.int32),
        entry=np.zeros(n, np.int64),
        choice=np.zeros(n, np.int8),
        tier_entry=np.zeros(n, np.int64),
        consequence_class=np.array(consequence_class, np.int8),
        worst_entry=np.zeros(n, np.int64),
        other_worse=np.zeros(n, bool),
    )


def evidence(
    *,
    batch: VariantBatch,
    gene: Sequence[int] | None = None,
    consequence_class: Sequence[int] | None = None,
    known: Sequence[bool] | None = None,
    near: Sequence[bool] | None = None,
    sources: tuple[str, ...] = (),
    frequency: FrequencySettings | None = None,
) -> Evidence:
    """Gather evidence: by default every variant is moderate, in gene 0, of unknown frequency."""
    n = len(batch)
    only_near = np.array([False] * n if near is None else near, bool)
    return Evidence(
        batch=batch,
        genes=variant_genes(gene=gene or [0] * n, consequence_class=consequence_class or [2] * n),
        limits=source_limits(sources, frequency or FrequencySettings()),
        known=np.array([False] * n if known is None else known, bool),
        reportable=~only_near,
        near=only_near,
    )


@dataclass(frozen=True)
class Row:
    """One row of a candidate table."""

    variant: int
    mode: int
    candidate: int = 0
    partner: int = -1
    gene: int = 0
    complete: bool = True
    imprinted: bool = False
    segregation: int = 1
    frequency: int = 1
    phase: int = 0
    phase_reason: int = 0
    pair: int = field(default=-1)


def candidate_rows(*, rows: Sequence[Row]) -> CandidateRows:
    """Lay rows out as columns; a variant's row of `VariantGenes` is its own number."""
    columns = {f.name: [getattr(row, f.name) for row in rows] for f in fields(Row)}
    columns["pair"] = [row.variant if row.pair < 0 else row.pair for row in rows]
    kinds = dict.fromkeys(("candidate", "pair", "variant", "partner"), "int64")
    kinds |= dict.fromkeys(("mode", "segregation", "frequency", "phase", "phase_reason"), "int8")
    kinds |= {"gene": "int32", "complete": "bool", "imprinted": "bool"}
    return CandidateRows(**{name: np.array(columns[name], kinds[name]) for name in kinds})

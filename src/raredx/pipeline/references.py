"""The tables that evidence is looked up in: loaded once for a run, ClinVar near its candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import CuratedCriteria
from raredx.columns.batch import VariantBatch
from raredx.columns.clinvar import ClinvarTable, reported_at
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genes import GeneTable
from raredx.columns.ontology import Ontology
from raredx.columns.profiles import without_publication
from raredx.evidence_settings import PhenotypeSettings
from raredx.pipeline.family import EvidenceTables, RunContext
from raredx.pipeline.phenotypes import FamilyPhenotype
from raredx.pipeline.request import RankRequest
from raredx.readers.clinvar_file import read_clinvar_file
from raredx.readers.curated import read_curated
from raredx.readers.knowledge import read_clinvar_table, read_coding_transcripts
from raredx.readers.ontology_cache import read_ontology
from raredx.scoring.acmg_places import places_asked
from raredx.scoring.acmg_subject import AcmgReferences
from raredx.scoring.evidence import Evidence
from raredx.scoring.gene_phenotype import GenePhenotype
from raredx.scoring.phenotype import score_phenotype
from raredx.vocabulary import Assembly, ClinvarClass


def load_ontology(request: RankRequest) -> Ontology:
    """Read HPO, without what a publication says where the request asks for that.

    Raises
    ------
    InputError
        If the file that the request names cannot be read.
    """
    ontology = read_ontology(request.hpo_data)
    return without_publication(ontology, request.forget) if request.forget else ontology


def read_curation(request: RankRequest, table: GeneTable, assembly: Assembly) -> CuratedCriteria:
    """Read what curators say, and look at the ClinVar file: before the long part of a run.

    Raises
    ------
    InputError
        If the ClinVar file or the table of curated criteria cannot be used.
    """
    if request.clinvar is not None:
        read_clinvar_file(request.clinvar, assembly, ())  # its head alone
    if request.curated is None:
        return CuratedCriteria()
    return read_curated(request.curated, table, assembly)


def load_tables(
    request: RankRequest,
    evidence: Evidence,
    facts: GeneFacts,
    curated: CuratedCriteria,
    context: RunContext,
) -> EvidenceTables:
    """Load the tables for the candidates of a run.

    Raises
    ------
    InputError
        If the ClinVar file cannot be used.
    """
    codes, assembly = context.codes, context.assembly
    clinvar: ClinvarTable | None = None
    coding = read_coding_transcripts(codes.table) if assembly is Assembly.GRCH38 else None
    if request.clinvar is not None:
        bare = AcmgReferences(facts, None, coding, codes, assembly)
        places = places_asked(evidence, bare, context.rules.acmg)
        clinvar = read_clinvar_file(request.clinvar, assembly, places)
    elif assembly is Assembly.GRCH38:
        clinvar = read_clinvar_table()
    about = facts.about
    about += clinvar.about if clinvar is not None else ()
    about += coding.about if coding is not None else ()
    references = AcmgReferences(facts, clinvar, coding, codes, assembly)
    return EvidenceTables(references, curated, tuple(dict.fromkeys(about)))


def with_clinvar(
    batch: VariantBatch, table: ClinvarTable, rows: NDArray[np.bool_] | None = None
) -> VariantBatch:
    """Show what a ClinVar file says of variants of which the annotation says nothing.

    Reading the VCF is over by now: a variant that only this file would have rescued is not there.

    Parameters
    ----------
    batch : VariantBatch
    table : ClinvarTable
    rows : bool, shape (variant,), optional
        The variants of which it is asked; otherwise all.
    """
    classes, stars = batch["clinvar_class"].copy(), batch["clinvar_stars"].copy()
    words = batch["clinvar"].copy()
    blank = (classes == ClinvarClass.NOT_ASSESSED) | (classes == ClinvarClass.ABSENT)
    if rows is not None:
        blank &= rows
    for row in np.flatnonzero(blank & (batch["contig_code"] > 0)).tolist():
        found = reported_at(
            table,
            int(batch["contig_code"][row]),
            int(batch["position"][row]),
            batch["ref"][row],
            batch["alt"][row],
        )
        if found < 0 and not table.complete:
            continue
        classes[row] = table.clinvar_class[found] if found >= 0 else ClinvarClass.ABSENT
        if found >= 0:
            stars[row] = table.stars[found]
            words[row] = ClinvarClass(int(table.clinvar_class[found])).name.lower()
    columns = batch.columns | {"clinvar_class": classes, "clinvar_stars": stars, "clinvar": words}
    return replace(batch, columns=columns)


def clinvar_at(request: RankRequest, batch: VariantBatch, assembly: Assembly) -> ClinvarTable:
    """Read what the ClinVar file of a request says of the very variants of a batch.

    Raises
    ------
    InputError
        If the ClinVar file cannot be used.
    """
    assert request.clinvar is not None
    codes, first = batch["contig_code"].tolist(), batch["position"].tolist()
    sizes = [len(ref) for ref in batch["ref"].tolist()]
    places = {
        (code, max(start - _REACH, 1), start + size + _REACH)
        for code, start, size in zip(codes, first, sizes, strict=True)
        if code > 0
    }
    return read_clinvar_file(request.clinvar, assembly, sorted(places))


_REACH = 50
"""Bases within which ClinVar may write the same change otherwise (our choice)."""


def without_predictors(batch: VariantBatch) -> VariantBatch:
    """Take every predictor for missing; for evaluations."""
    blank = {
        name: np.full(len(batch), np.nan, np.float32)
        for name in ("revel", "alphamissense", "cadd", "spliceai")
    }
    return replace(batch, columns=batch.columns | blank)


def phenotype_of(
    found: FamilyPhenotype, ontology: Ontology | None, codes: GeneCodes, settings: PhenotypeSettings
) -> GenePhenotype | None:
    """Score every gene by the terms of a proband; None without a term to judge by."""
    if ontology is None or not found.observed:
        return None
    scores = score_phenotype(ontology, found.observed, found.excluded, settings)
    phenotype = GenePhenotype(ontology, scores, codes)
    return phenotype if phenotype.assessed else None

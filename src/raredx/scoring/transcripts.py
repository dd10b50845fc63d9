"""Which transcript describes a variant in a gene, and what class is its consequence?

MANE Select, then MANE Plus Clinical, canonical, and the worst consequence: the order of
clinical use. The class is judged on the worst of the MANE transcripts that the variant
meets; where it meets none, on the transcript that was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import TranscriptColumns, VariantBatch
from raredx.columns.candidates import VariantGenes
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.terms import canonical_term
from raredx.settings import ConsequenceSettings
from raredx.vocabulary import ConsequenceClass, TranscriptChoice

_CODING = ("protein_coding", "mrna", "coding", "ig_", "tr_")


def is_coding_biotype(biotype: str) -> bool:
    """Whether a transcript of this biotype makes a protein; an annotation without one may.

    Examples
    --------
    >>> [is_coding_biotype(b) for b in ("protein_coding", "", "retained_intron", "IG_V_gene")]
    [True, True, False, True]
    """
    lower = biotype.lower()
    if lower == "protein_coding_cds_not_defined":
        return False
    return not lower or lower.startswith(_CODING)


@dataclass(frozen=True)
class _Terms:
    """The rule set's terms, in canonical spelling."""

    high: frozenset[str]
    moderate: frozenset[str]
    noncoding_gene: frozenset[str]


def judged_terms(settings: ConsequenceSettings, *, noncoding: bool) -> tuple[str, ...]:
    """List every term that a rule could use; those of non-coding genes on request."""
    terms = settings.high + settings.moderate
    return terms + settings.noncoding_gene if noncoding else terms


def choose_transcripts(
    batch: VariantBatch, codes: GeneCodes, settings: ConsequenceSettings
) -> VariantGenes:
    """Choose a transcript for each variant and gene, and judge the consequence.

    Returns
    -------
    VariantGenes
        In the order of the batch, genes of one variant by code.
    """
    terms = _Terms(
        *(
            frozenset(canonical_term(t) for t in group)
            for group in (settings.high, settings.moderate, settings.noncoding_gene)
        )
    )
    transcripts = batch.transcripts
    classes = _classes(transcripts, codes, terms)
    rows = []
    for variant in range(len(batch)):
        start, stop = int(transcripts.start[variant]), int(transcripts.start[variant + 1])
        by_gene: dict[int, list[int]] = {}
        for entry in range(start, stop):
            by_gene.setdefault(int(transcripts.gene[entry]), []).append(entry)
        for gene in sorted(by_gene):
            rows.append((variant, gene, *_choose(by_gene[gene], transcripts, classes)))
    columns = list(zip(*rows, strict=True)) or [()] * 8
    dtypes = ("int64", "int32", "int64", "int8", "int64", "int8", "int64", "bool")
    return VariantGenes(*(np.array(c, d) for c, d in zip(columns, dtypes, strict=True)))


def _classes(transcripts: TranscriptColumns, codes: GeneCodes, terms: _Terms) -> NDArray[np.int8]:
    """Judge the class of every transcript entry."""
    out = np.zeros(transcripts.gene.shape, np.int8)
    known: dict[tuple[str, bool, bool], ConsequenceClass] = {}
    for entry, (text, biotype, gene) in enumerate(
        zip(transcripts.consequence, transcripts.biotype, transcripts.gene.tolist(), strict=True)
    ):
        noncoding_gene = codes.in_table(gene) and not codes.table.is_coding(gene)
        # a biotype that the annotation states counts for more than HGNC's locus type
        coding = is_coding_biotype(biotype) and (bool(biotype) or not noncoding_gene)
        key = (text, coding, noncoding_gene)
        if key not in known:
            known[key] = _class(*key, terms)
        out[entry] = known[key]
    return out


def _class(text: str, coding: bool, noncoding_gene: bool, terms: _Terms) -> ConsequenceClass:
    """Judge the `&`-joined terms of one transcript."""
    names = set(text.split("&"))
    if coding and names & terms.high:
        return ConsequenceClass.HIGH
    if coding and names & terms.moderate:
        return ConsequenceClass.MODERATE
    if noncoding_gene and names & terms.noncoding_gene:
        return ConsequenceClass.NONCODING_GENE
    return ConsequenceClass.NONE


def _choose(
    entries: list[int], transcripts: TranscriptColumns, classes: NDArray[np.int8]
) -> tuple[int, int, int, int, int, bool]:
    """Choose among the entries of one gene: see the fields of `VariantGenes`."""

    def severity(entry: int) -> tuple[bool, int, str]:
        coding = is_coding_biotype(transcripts.biotype[entry])
        return (not coding, int(transcripts.severity[entry]), transcripts.transcript[entry])

    ordered = sorted(entries, key=severity)
    select = [e for e in ordered if transcripts.mane_select[e]]
    plus = [e for e in ordered if transcripts.mane_plus_clinical[e]]
    canonical = [e for e in ordered if transcripts.canonical[e]]
    choice, entry = next(
        (choice, found[0])
        for choice, found in (
            (TranscriptChoice.MANE_SELECT, select),
            (TranscriptChoice.MANE_PLUS_CLINICAL, plus),
            (TranscriptChoice.CANONICAL, canonical),
            (TranscriptChoice.WORST, ordered),
        )
        if found
    )
    judged = select + plus or [entry]
    tier_entry = min(judged, key=lambda e: (-int(classes[e]), judged.index(e)))
    strongest = max(int(classes[e]) for e in ordered)
    return (
        entry,
        int(choice),
        tier_entry,
        int(classes[tier_entry]),
        ordered[0],
        strongest > classes[tier_entry],
    )

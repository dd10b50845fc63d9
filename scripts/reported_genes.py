"""Which gene a reported variant is about, where genes overlap."""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from raredx.columns.clinvar import ClinvarTable, changed_bases
from raredx.columns.coding import CodingTranscripts
from raredx.columns.genes import GeneTable
from raredx.columns.genome import CONTIG_CODES, MT_CODE
from raredx.vocabulary import UNKNOWN_INDEX, Assembly

SPLICE_BASES = 2
"""Bases of an intron at either end that are its splice site."""

SMALL_RNA = frozenset(
    {
        "RNA, micro", "RNA, misc", "RNA, ribosomal", "RNA, small nuclear",
        "RNA, small nucleolar", "RNA, transfer", "RNA, vault", "RNA, Y",
    }
)  # fmt: skip
"""HGNC locus types of short genes without introns, which often lie in an intron of another."""

NEAR_BASES = 500
"""A variant this close to a gene, and in no other, is taken for one of its promoter."""

AROUND = -2
BLOCK = 1 << 14
"""Bases; spans are looked up by block."""


class Fit(IntEnum):
    """How a variant lies in a gene, best first.

    NO_MODEL is for genes of proteins whose MANE Select transcript is on a patch only, or that have
    none; OTHER_TRANSCRIPT for what lies outside that transcript but in the locus of the gene.
    """

    CODING = 0
    SPLICE_SITE = 1
    SMALL_RNA = 2
    NO_MODEL = 3
    UNTRANSLATED = 4
    INTRON = 5
    OTHER_TRANSCRIPT = 6
    OTHER = 7
    NEAR = 8


class Span(NamedTuple):
    """A locus; `row` of its transcript, -1 without, and -2 for the locus around a transcript."""

    first: int
    last: int
    gene: int
    row: int


def assign_genes(table: ClinvarTable, coding: CodingTranscripts, genes: GeneTable) -> np.ndarray:
    """Give the gene index of each variant; -1 where it lies in no gene.

    The best fit decides; among equals the gene with most variants that fit no other as well, then
    the first.
    """
    blocks = span_blocks(coding, genes)
    candidates = [
        best_genes(int(contig), *changed_bases(int(position), ref, alt), blocks, coding, genes)
        for contig, position, ref, alt in zip(
            table.contig, table.position, table.ref, table.alt, strict=True
        )
    ]
    clear = Counter(found[0] for found in candidates if len(found) == 1)
    chosen = [
        min(found, key=lambda gene: (-clear[gene], gene)) if found else UNKNOWN_INDEX
        for found in candidates
    ]
    return np.array(chosen, np.int32)


def span_blocks(coding: CodingTranscripts, genes: GeneTable) -> dict[tuple[int, int], list[Span]]:
    """Genes by contig and block of bases."""
    blocks: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for gene in range(len(genes)):
        row = int(coding.row_of_gene[gene])
        locus = genes.span(gene, Assembly.GRCH38)
        if row >= 0:
            exons = coding.map_of(row).exons
            span = Span(min(exons)[0], max(exons)[1], gene, row)
            add_span(blocks, int(coding.contig[row]), span)
        if locus is not None and locus[0] in CONTIG_CODES:
            span = Span(locus[1], locus[2], gene, AROUND if row >= 0 else UNKNOWN_INDEX)
            add_span(blocks, CONTIG_CODES[locus[0]], span)
    return blocks


def add_span(blocks: dict[tuple[int, int], list[Span]], contig: int, span: Span) -> None:
    around = (span.first - NEAR_BASES) // BLOCK, (span.last + NEAR_BASES) // BLOCK
    for block in range(around[0], around[1] + 1):
        blocks[contig, block].append(span)


def best_genes(
    contig: int,
    first: int,
    last: int,
    blocks: dict[tuple[int, int], list[Span]],
    coding: CodingTranscripts,
    genes: GeneTable,
) -> list[int]:
    """Genes that a change from `first` to `last` fits best."""
    found: dict[int, Fit] = {}
    for block in range(first // BLOCK, last // BLOCK + 1):
        for span in blocks.get((contig, block), ()):
            if span.first - NEAR_BASES <= last and span.last + NEAR_BASES >= first:
                fit = fit_of(contig, first, last, span, coding, genes)
                found[span.gene] = min(fit, found.get(span.gene, fit))
    best = min(found.values(), default=None)
    return sorted(gene for gene, fit in found.items() if fit == best)


def fit_of(
    contig: int, first: int, last: int, span: Span, coding: CodingTranscripts, genes: GeneTable
) -> Fit:
    if span.first > last or span.last < first:
        return Fit.NEAR
    if span.row == AROUND:
        return Fit.OTHER_TRANSCRIPT
    if span.row < 0:
        small = contig == MT_CODE or genes.locus_type[span.gene] in SMALL_RNA
        if small:
            return Fit.SMALL_RNA
        return Fit.NO_MODEL if genes.is_coding(span.gene) else Fit.OTHER
    own_map = coding.map_of(span.row)
    if any(low <= last and high >= first for low, high in own_map.coding_exons()):
        return Fit.CODING
    if any(low <= last and high >= first for low, high in own_map.exons):
        return Fit.UNTRANSLATED
    around = [(low - SPLICE_BASES, high + SPLICE_BASES) for low, high in own_map.exons]
    if any(low <= last and high >= first for low, high in around):
        return Fit.SPLICE_SITE
    return Fit.INTRON


if __name__ == "__main__":
    raise SystemExit("This is a part of build_gene_facts.py.")

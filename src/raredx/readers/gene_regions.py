"""Genes -> the regions of the genome in which their variants stand."""

from __future__ import annotations

from collections.abc import Iterable

from raredx.columns.genes import GeneTable
from raredx.columns.genome import MT_CODE, PSEUDOAUTOSOMAL, X_CODE, Y_CODE, contig_code
from raredx.columns.records import dataclass
from raredx.readers.regions import CHROMOSOMES, WHOLE_CONTIG, Interval, fit_to_chromosomes
from raredx.vocabulary import Assembly

MARGIN = 2000
"""Bases read on either side of a gene; our choice.

Every consequence term that a rule set judges (settings: high, moderate, noncoding_gene) lies
within a transcript or, for splice regions, within 8 bases of an exon inside it
(Ensembl, Calculated variant consequences); upstream and downstream variants, up to 5,000 bases
away, are no terms of a rule. The margin is for what the gene table does not hold: transcripts
of the annotator that are longer at one end, the promoter and first exon, where ClinVar may know
an allele; and the surroundings in which separate new alleles make one another doubtful
(`de_novo.cluster_distance`, 1,000)."""


@dataclass(frozen=True)
class GeneRegions:
    """Where genes lie.

    Attributes
    ----------
    regions : tuple of Interval
        In the order of the chromosomes, under the names of `CHROMOSOMES`; joined where they
        touch.
    n_genes : int
        Genes that have a place.
    without_place : tuple of str
        Symbols of genes whose place in this assembly the table does not hold, sorted.
    """

    regions: tuple[Interval, ...]
    n_genes: int
    without_place: tuple[str, ...]


def gene_regions(table: GeneTable, genes: Iterable[int], assembly: Assembly) -> GeneRegions:
    """Gather the regions of genes, with a margin.

    Mitochondrial genes give the whole mitochondrion: they lie beside one another. Genes of the
    pseudo-autosomal regions stand on X in the table, and give their place on Y too.

    Parameters
    ----------
    table : GeneTable
    genes : iterable of int
        Rows of the table.
    assembly : Assembly

    Examples
    --------
    >>> from raredx.readers.genes import read_gene_table
    >>> table = read_gene_table()
    >>> gene_regions(table, [table.resolve(None, "CFTR").index], Assembly.GRCH38).regions
    (Interval(contig='7', first=117477963, last=117670665),)
    """
    found: list[Interval] = []
    placed, without = 0, []
    for gene in sorted(set(genes)):
        span = table.span(gene, assembly)
        if contig_code(table.chromosome[gene]) == MT_CODE:
            found.append(Interval(CHROMOSOMES[MT_CODE], 1, WHOLE_CONTIG))
        elif span is not None and span[0]:
            place = Interval(span[0], max(1, span[1] - MARGIN), span[2] + MARGIN)
            found += [place, *_on_y(place, assembly)]
        else:
            without.append(table.symbol[gene])
            continue
        placed += 1
    return GeneRegions(tuple(fit_to_chromosomes(found)), placed, tuple(sorted(without)))


def _on_y(place: Interval, assembly: Assembly) -> list[Interval]:
    """Give the place on Y of what lies in a pseudo-autosomal region of X."""
    if contig_code(place.contig) != X_CODE:
        return []
    regions = PSEUDOAUTOSOMAL[assembly]
    found = []
    for (first, last), (first_y, _) in zip(regions[X_CODE], regions[Y_CODE], strict=True):
        inside = max(first, place.first), min(last, place.last)
        if inside[0] <= inside[1]:
            shift = first_y - first
            found.append(Interval(CHROMOSOMES[Y_CODE], inside[0] + shift, inside[1] + shift))
    return found

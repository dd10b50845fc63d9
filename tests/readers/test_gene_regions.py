"""Regions of genes: margin, assemblies, the mitochondrion, both sex chromosomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from raredx.columns.genes import gene_table
from raredx.columns.genome import PSEUDOAUTOSOMAL, X_CODE, Y_CODE
from raredx.readers.gene_regions import MARGIN, gene_regions
from raredx.readers.genes import read_gene_table
from raredx.readers.regions import WHOLE_CONTIG
from raredx.settings import read_ruleset
from raredx.vocabulary import Assembly

GRCH37, GRCH38 = Assembly.GRCH37, Assembly.GRCH38
GENES = (  # symbol, chromosome, GRCh37, GRCh38; 0 where the table has no place
    ("AA", "7", (100_000, 110_000), (200_000, 210_000)),
    ("NEAR", "7", (500_000, 510_000), (214_001, 220_000)),
    ("FAR", "7", (600_000, 610_000), (224_002, 230_000)),
    ("FIRST", "2", (500, 900), (500, 900)),
    ("OLD", "2", (5_000_000, 5_000_100), (0, 0)),
    ("NOWHERE", "", (0, 0), (0, 0)),
    ("MT-X", "MT", (3_307, 4_262), (3_307, 4_262)),
    ("MT-Y", "MT", (0, 0), (0, 0)),
)


def table():
    symbols, chromosomes, old, new = zip(*GENES, strict=True)
    made = gene_table(hgnc_id=range(len(GENES)), symbol=symbols, chromosome=chromosomes)
    spans = {"span_grch37": np.array(old, np.int32), "span_grch38": np.array(new, np.int32)}
    return replace(made, **spans)


def find(names, assembly=GRCH38):
    genes = table()
    return gene_regions(genes, [genes.symbol.index(name) for name in names.split()], assembly)


def written(found):
    return " ".join(f"{r.contig}:{r.first}-{r.last}" for r in found.regions)


@pytest.mark.parametrize(
    ("names", "assembly", "expected"),
    [
        ("AA", GRCH38, "7:198000-212000"),
        ("AA", GRCH37, "7:98000-112000"),
        ("FIRST", GRCH38, "2:1-2900"),  # no base before the first
        ("AA FIRST", GRCH38, "2:1-2900 7:198000-212000"),  # chromosomes in their order
        ("AA NEAR", GRCH38, "7:198000-222000"),  # 212,000 and 212,001 touch
        ("AA NEAR", GRCH37, "7:98000-112000 7:498000-512000"),
        ("NEAR FAR", GRCH38, "7:212001-222000 7:222002-232000"),  # one base between
        ("AA AA", GRCH38, "7:198000-212000"),
        ("MT-X", GRCH38, f"MT:1-{WHOLE_CONTIG}"),
        ("MT-X MT-Y", GRCH38, f"MT:1-{WHOLE_CONTIG}"),  # no locus is needed
        ("OLD", GRCH37, "2:4998000-5002100"),
        ("OLD", GRCH38, ""),
        ("", GRCH38, ""),
    ],
)
def test_regions(names, assembly, expected):
    assert written(find(names, assembly)) == expected


@pytest.mark.parametrize(
    ("names", "assembly", "placed", "without"),
    [
        ("AA NEAR", GRCH38, 2, ()),
        ("AA OLD NOWHERE", GRCH38, 1, ("NOWHERE", "OLD")),
        ("AA OLD NOWHERE", GRCH37, 2, ("NOWHERE",)),
        ("MT-Y", GRCH38, 1, ()),
    ],
)
def test_genes_without_a_place_are_named(names, assembly, placed, without):
    found = find(names, assembly)
    assert (found.n_genes, found.without_place) == (placed, without)


@pytest.mark.parametrize("assembly", Assembly)
@pytest.mark.parametrize(
    ("symbol", "place"), [("SHOX", 0), ("CRLF2", 0), ("IL9R", 1), ("MECP2", None), ("SRY", None)]
)
def test_pseudoautosomal_genes_stand_on_y_too(symbol, place, assembly):
    """Callers may place their variants on either; the shift between X and Y is that of the PAR."""
    genes = read_gene_table()
    found = gene_regions(genes, [genes.resolve(None, symbol).index], assembly).regions
    if place is None:
        assert len(found) == 1
        return
    on_x, on_y = found
    assert (on_x.contig, on_y.contig) == ("X", "Y")
    par = {code: PSEUDOAUTOSOMAL[assembly][code][place] for code in (X_CODE, Y_CODE)}
    shift = par[Y_CODE][0] - par[X_CODE][0]
    assert par[Y_CODE][0] <= on_y.first
    assert on_y.last <= par[Y_CODE][1]
    assert on_y.first - shift == max(on_x.first, par[X_CODE][0])
    assert on_y.last - shift == min(on_x.last, par[X_CODE][1])


def test_a_gene_across_the_end_of_the_region():
    """XG begins in PAR1 and ends outside: only what lies inside stands on Y."""
    genes = read_gene_table()
    on_x, on_y = gene_regions(genes, [genes.resolve(None, "XG").index], GRCH38).regions
    assert on_y.first == on_x.first
    assert on_y.last == 2_781_479 < on_x.last


def test_the_margin_covers_the_surroundings_in_which_alleles_are_doubted():
    assert read_ruleset("gel").rules.de_novo.cluster_distance <= MARGIN

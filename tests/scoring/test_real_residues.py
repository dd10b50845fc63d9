"""Residues of published variants: where the exons put them, and what their codons can be."""

from __future__ import annotations

import csv
import gzip
from collections import Counter

from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import read_coding_transcripts
from raredx.scoring.genetic_code import BaseChange, complement, possible_codons, substitution


def published(path):
    """Give gene, position, bases and protein change of each published single-base variant."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = {
            (r["symbol"], r["pos"], r["ref"], r["alt"], r["hgvs_p"])
            for r in csv.DictReader(stream, delimiter="\t")
            if len(r["ref"]) == len(r["alt"]) == 1 and r["hgvs_p"]
        }
    for symbol, position, ref, alt, hgvs_p in sorted(rows):
        change = substitution(hgvs_p)
        if change is not None:
            yield symbol, int(position), ref, alt, change


def test_published_residues_lie_where_the_exons_put_them(fx_shared):
    """Nearly all are counted in MANE Select; of these every one has a codon that fits."""
    table = read_gene_table()
    coding = read_coding_transcripts(table)
    told = Counter()
    path = fx_shared / "evaluation" / "variants.dev.tsv.gz"
    for symbol, position, ref, alt, (before, number, after) in published(path):
        gene = table.resolve(None, symbol).index
        row = int(coding.row_of_gene[gene]) if gene >= 0 else -1
        base = coding.map_of(row).coding_base(position) if row >= 0 else -1
        told["all"] += 1
        if base < 0 or (base - 1) // 3 + 1 != number:
            continue
        told["same number"] += 1
        if not coding.forward[row]:
            ref, alt = complement(ref), complement(alt)
        change = BaseChange((base - 1) % 3, ref, alt)
        told["codon fits"] += bool(possible_codons(change, (before, after)))
        told["forward" if coding.forward[row] else "reverse"] += 1
    assert told["all"] > 1000
    assert told["same number"] > 0.99 * told["all"]
    assert told["codon fits"] == told["same number"]
    assert min(told["forward"], told["reverse"]) > 500

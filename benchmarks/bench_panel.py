"""A panel of 300 genes for measuring, drawn from the bundled gene table.

python benchmarks/bench_panel.py OUT.txt       one gene symbol to a line
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

GENE_TABLE = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / "genes.tsv.gz"
PANEL_GENES = 300
PRIMARY = {*map(str, range(1, 23)), "X"}  # chromosomes the panel draws from


def choose_genes(
    symbols: Sequence[str], chromosomes: Sequence[str], starts: Sequence[str], wanted: int
) -> list[str]:
    """Choose genes at even distances in the table, of those that have a locus on GRCh38.

    >>> choose_genes(["A", "B", "C", "D", "E"], ["1", "", "X", "2", "3"], list("10345"), 2)
    ['A', 'D']
    """
    rows = zip(symbols, chromosomes, starts, strict=True)
    placed = [symbol for symbol, chrom, start in rows if chrom in PRIMARY and int(start) > 0]
    count = min(wanted, len(placed))
    return [placed[i * len(placed) // count] for i in range(count)]


def make_panel(path: Path, table: Path = GENE_TABLE) -> Path:
    """Write a panel of 300 genes, one symbol to a line, from the bundled gene table.

    Only protein-coding genes, so that the loci have the usual lengths of a clinical panel. The
    table holds one column to a line: `#name`, then a value for each gene.
    """
    wanted = ("symbol", "chromosome", "grch38_start", "locus_type")
    columns = {}
    with gzip.open(table, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, _, values = line.rstrip("\n").partition("\t")
            if name[1:] in wanted:
                columns[name[1:]] = values.split("\t")
    rows = zip(*(columns[name] for name in wanted), strict=True)
    coding = [row[:3] for row in rows if row[3] == "gene with protein product"]
    symbols, chromosomes, starts = zip(*coding, strict=True)
    genes = choose_genes(symbols, chromosomes, starts, PANEL_GENES)
    text = "# 300 genes of the bundled table, for measuring\n" + "\n".join(genes) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


if __name__ == "__main__":
    make_panel(Path(sys.argv[1]))

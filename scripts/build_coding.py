"""Write the bundled exons of the MANE Select transcripts, joined to the bundled gene table.

    python scripts/build_coding.py SHARED_DATA_DIR [OUT]

SHARED_DATA_DIR holds `genes/MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz`. Run it after
`build_genes.py`. Transcripts on patches and alternative loci are left out. The same inputs give
the same bytes. Layout: `readers.packed_columns`.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from raredx.columns.coding import CodingTranscripts
from raredx.columns.genes import GeneTable
from raredx.columns.genome import contig_code
from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import CODING_NAME, encode_coding

OUT = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / CODING_NAME

SOURCE = Path("genes/MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz")
ABOUT = (
    "MANE Select transcripts (NCBI and EMBL-EBI), GRCh38, UCSC bigGenePred as in the Python "
    "package scout-browser 4.115.2; licence: public; Morales et al. 2022, "
    "doi:10.1038/s41586-022-04558-8",
)


class Transcript(NamedTuple):
    """One transcript; 1-based inclusive, exons in the order of the transcript."""

    contig: int
    first: int
    accession: str
    gene: int
    forward: bool
    cds_first: int
    cds_last: int
    exons: tuple[tuple[int, int], ...]


def main() -> None:
    shared = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    genes = read_gene_table()
    found, left_out = read_transcripts(shared / SOURCE, genes)
    packed = encode_coding(coding_table(found, genes), genes)
    out.write_bytes(packed)
    exons = sum(len(transcript.exons) for transcript in found)
    print(f"{out}: {len(found)} transcripts, {exons} exons, {len(packed)} bytes")
    for why, names in left_out.items():
        print(f"left out, {why}: {len(names)} ({', '.join(names)})")


def read_transcripts(path: Path, genes: GeneTable) -> tuple[list[Transcript], dict[str, list[str]]]:
    """Read MANE Select transcripts in the order of the genome, and what is left out, by reason."""
    found: dict[int, Transcript] = {}
    left_out: dict[str, list[str]] = {"not on the primary assembly": [], "no gene": []}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for entry in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if entry["mane_status"] != "MANE Select":
                continue
            contig = contig_code(entry["chrom"])
            gene = find_gene(entry, genes)
            if not contig:
                left_out["not on the primary assembly"].append(entry["symbol"])
            elif gene < 0:
                left_out["no gene"].append(entry["symbol"])
            elif gene in found:
                raise ValueError(f"{entry['symbol']} has two MANE Select transcripts")
            else:
                found[gene] = transcript_of(entry, contig, gene)
    return sorted(found.values()), left_out


def find_gene(entry: dict[str, str], genes: GeneTable) -> int:
    ncbi = entry["ncbi_gene"].removeprefix("GeneID:")
    match = genes.resolve(None, None, entry["ensembl_gene"], ncbi)
    return match.index if match.index >= 0 else genes.resolve(None, entry["symbol"]).index


def transcript_of(entry: dict[str, str], contig: int, gene: int) -> Transcript:
    """Read the exons: starts are relative to that of the transcript, 0-based, half-open."""
    begin = int(entry["txStart"])
    starts = [begin + int(start) for start in entry["blockStarts"].rstrip(",").split(",")]
    sizes = [int(size) for size in entry["blockSizes"].rstrip(",").split(",")]
    exons = [(start + 1, start + size) for start, size in zip(starts, sizes, strict=True)]
    if len(exons) != int(entry["blockCount"]) or exons[-1][1] != int(entry["txEnd"]):
        raise ValueError(f"{entry['ensembl_tx']}: exons do not fill the transcript")
    forward = entry["strand"] == "+"
    return Transcript(
        contig, begin + 1, entry["ensembl_tx"].partition(".")[0], gene, forward,
        int(entry["cdsStart"]) + 1, int(entry["cdsEnd"]),
        tuple(exons if forward else exons[::-1]),
    )  # fmt: skip


def coding_table(found: list[Transcript], genes: GeneTable) -> CodingTranscripts:
    row_of_gene = np.full(len(genes), -1, np.int32)
    row_of_gene[[transcript.gene for transcript in found]] = np.arange(len(found))
    exons = np.array([exon for transcript in found for exon in transcript.exons], np.int32)
    return CodingTranscripts(
        transcript=[transcript.accession for transcript in found],
        row_of_gene=row_of_gene,
        contig=np.array([transcript.contig for transcript in found], np.int8),
        forward=np.array([transcript.forward for transcript in found], np.bool_),
        cds_first=np.array([transcript.cds_first for transcript in found], np.int32),
        cds_last=np.array([transcript.cds_last for transcript in found], np.int32),
        exon_start=np.cumsum([0, *(len(transcript.exons) for transcript in found)]),
        exon_first=exons[:, 0],
        exon_last=exons[:, 1],
        about=ABOUT,
    )


if __name__ == "__main__":
    main()

"""Small VCF files as text, and the batches that raredx reads out of them.

A record is `chrom pos ref alt INFO call call …`, blanks between; a call is `GT` or
`GT:AD:DP:GQ`. Consequences are written by `csq()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam

from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.counts import StepCounts
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genes import GeneTable
from raredx.columns.genome import CONTIG_LENGTHS
from raredx.readers.annotations import AnnotationSources, find_sources
from raredx.readers.consequences import read_layout
from raredx.readers.gate import Gate
from raredx.readers.htslib import catch_messages
from raredx.readers.read_plan import ReadPlan
from raredx.readers.regions import Interval
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly

VEP = "Consequence annotations from Ensembl VEP. Format: "
CSQ_FIELDS = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE",
    "HGVSc", "HGVSp", "HGNC_ID", "MANE_SELECT", "gnomADe_AF", "CLIN_SIG",
)  # fmt: skip
FORMATS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Quality">',
)
COLUMNS = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")
CODES = {23: "X", 24: "Y"}


def info_line(key: str, number: str, kind: str, description: str) -> str:
    return f'##INFO=<ID={key},Number={number},Type={kind},Description="{description}">'


def csq_line(fields: Sequence[str] = CSQ_FIELDS) -> str:
    return info_line("CSQ", ".", "String", VEP + "|".join(fields))


def csq(fields: Sequence[str] = CSQ_FIELDS, **values: str) -> str:
    """Write one entry; fields by name, a missense in AAA by default."""
    entry = {
        "Allele": "T", "Consequence": "missense_variant", "SYMBOL": "AAA", "Gene": "ENSG1",
        "Feature_type": "Transcript", "Feature": "ENST1", "BIOTYPE": "protein_coding",
    } | values  # fmt: skip
    return "|".join(entry.get(name, "") for name in fields)


def contig_lines(
    assembly: Assembly | None = Assembly.GRCH38, *, prefix: str = "chr", mt: str = "chrM"
) -> list[str]:
    """Contigs 1 to 22, X, Y and the mitochondrion with their lengths; no length if no assembly."""
    lengths = CONTIG_LENGTHS[assembly or Assembly.GRCH38] | {25: 16569}
    made = []
    for code, length in lengths.items():
        name = mt if code == 25 else prefix + CODES.get(code, str(code))
        made.append(f"##contig=<ID={name}{f',length={length}' if assembly else ''}>")
    return made


def vcf_text(
    *,
    records: Sequence[str],
    samples: Sequence[str] = ("kid",),
    info: Sequence[str] | None = None,
    formats: Sequence[str] = FORMATS,
    contigs: Sequence[str] | None = None,
) -> str:
    """Write a VCF. A record may carry its FILTER after the ALT as `T;LowQual`, `T;.`."""
    lines = ["##fileformat=VCFv4.2", '##FILTER=<ID=LowQual,Description="Low quality">']
    lines += contig_lines() if contigs is None else contigs
    lines += [csq_line()] if info is None else info
    lines += formats
    lines.append("\t".join([*COLUMNS, *samples]))
    for record in records:
        chrom, pos, ref, alt, about, *calls = record.split()
        alt, _, filters = alt.partition(";")
        keys = ["GT:AD:DP:GQ"] if len(calls) == len(samples) else [calls.pop(0)]
        row = [chrom, pos, ".", ref, alt, "50", filters or "PASS", about, *keys, *calls]
        lines.append("\t".join(row))
    return "\n".join(lines) + "\n"


def compress(path: Path, *, index: bool = True) -> Path:
    """Compress a VCF beside itself, and index it."""
    target = path.with_name(path.name + ".gz")
    pysam.tabix_compress(str(path), str(target), force=True)
    if index:
        pysam.tabix_index(str(target), preset="vcf", force=True)
    return target


OPEN = Gate(
    pass_filters=frozenset({"PASS"}), limits={}, known_limit=1.0, terms=("",), coding_terms=("",),
    trios=((0, -1, -1),),
)  # fmt: skip
"""A gate that lets every record pass whose FILTER passes and that the first sample carries."""


@dataclass(frozen=True)
class ReadFile:
    """What was read from a file."""

    batches: list[VariantBatch]
    counts: StepCounts
    codes: GeneCodes
    sources: AnnotationSources
    unmatched: int

    @property
    def batch(self) -> VariantBatch:
        return concatenate_batches(self.batches)


def read_file(
    path: Path | str,
    *,
    table: GeneTable,
    gate: Gate = OPEN,
    batch_rows: int = 4096,
    regions: tuple[Interval, ...] = (),
    assembly: Assembly = Assembly.GRCH38,
    keep_records: bool = False,
    probands: Sequence[int] = (0,),
    by_index: bool = False,
) -> ReadFile:
    """Read a file as the pipeline does, all samples."""
    with catch_messages() as messages:
        file = VcfFile(str(path), Path(path).name, messages)
        header = file.header
        layout = read_layout({k: v[2] for k, v in header.info.items()}, where=file.name)
        sources = find_sources(header, layout)
        codes = GeneCodes(table)
        plan = ReadPlan(
            sources, codes, assembly, gate, header.samples, np.array(probands, np.int16),
            regions=regions, jumps=regions if by_index else (), by_index=by_index,
            batch_rows=batch_rows, keep_records=keep_records,
        )  # fmt: skip
        stream = VariantStream(file, plan)
        batches = list(stream.batches())
        file.close()
    return ReadFile(batches, stream.counts, codes, sources, stream.n_unmatched_entries)

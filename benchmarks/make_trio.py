"""Write a genome-like VCF of a trio, or of a cohort, for measuring.

    make_trio.py -n 1000000 -o t1m.vcf.gz                      an annotated trio
    make_trio.py -n 1000000 -o t1m.vcf.gz --no-frequencies     CSQ, but no population frequency
    make_trio.py -n 1000000 -o t1m.vcf.gz --no-csq             without CSQ and frequencies
    make_trio.py -n 200000 --samples 500 -o cohort.vcf.gz      the first three are the trio

Beside OUT stand its index, OUT's stem with `.ped`, `.truth.tsv` (the planted answers) and
`.json` (what was asked for, and how many records came of it; written last).

The records depend on the seed and the options alone: every chunk has its own random generator, so
the number of worker processes does not matter. Not modelled: linkage, real genes, structural
variants, reference blocks.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pysam
import pysam.bcftools
from numpy.typing import NDArray

FORMAT_VERSION = 1  # raise it when the records of an unchanged request change
# GRCh38.p14 primary assembly.
CONTIG_LENGTHS = dict(
    zip(
        [f"chr{name}" for name in (*range(1, 23), "X", "Y", "M")],
        (
            *(248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973),
            *(145138636, 138394717, 133797422, 135086622, 133275309, 114364328, 107043718),
            *(101991189, 90338345, 83257441, 80373285, 58617616, 64444167, 46709983, 50818468),
            *(156040895, 57227415, 16569),
        ),
        strict=True,
    )
)
PAR_X = ((10001, 2781479), (155701383, 156030895))
PER_ALLELE = ("Allele", "Consequence", "IMPACT")
TRANSCRIPT_HEAD = ("SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE")
PLACE = (
    *("EXON", "INTRON", "HGVSc", "HGVSp", "cDNA_position", "CDS_position", "Protein_position"),
    *("Amino_acids", "Codons"),
)
SITE = ("Existing_variation", "DISTANCE", "STRAND", "FLAGS", "VARIANT_CLASS")
TRANSCRIPT_TAIL = (
    *("SYMBOL_SOURCE", "HGNC_ID", "CANONICAL", "MANE_SELECT", "MANE_PLUS_CLINICAL", "TSL"),
    *("APPRIS", "CCDS", "ENSP", "SWISSPROT", "TREMBL", "UNIPARC", "GENE_PHENO"),
)
PROTEIN = ("SIFT", "PolyPhen", "DOMAINS", "HGVS_OFFSET")
CLINICAL = ("CLIN_SIG", "SOMATIC", "PHENO", "PUBMED")
GNOMAD_GROUPS = ("AFR", "AMR", "ASJ", "EAS", "FIN", "NFE", "SAS")
FREQUENCIES = (
    *("AF", "AFR_AF", "AMR_AF", "EAS_AF", "EUR_AF", "SAS_AF"),
    *("gnomADe_AF", *(f"gnomADe_{group}_AF" for group in GNOMAD_GROUPS)),
    *("gnomADg_AF", *(f"gnomADg_{group}_AF" for group in GNOMAD_GROUPS)),
    *("MAX_AF", "MAX_AF_POPS"),
)
SCORES = (
    *("CADD_PHRED", "CADD_RAW"),
    *("SpliceAI_pred_DS_AG", "SpliceAI_pred_DS_AL", "SpliceAI_pred_DS_DG", "SpliceAI_pred_DS_DL"),
    *("REVEL", "LoF", "LoF_filter", "LoF_flags"),
)
CSQ_FIELDS = (
    *(*PER_ALLELE, *TRANSCRIPT_HEAD, *PLACE, *SITE, *TRANSCRIPT_TAIL, *PROTEIN),
    *(*FREQUENCIES, *CLINICAL, *SCORES),
)
CODING_TERMS = (
    ("missense_variant", "MODERATE", 0.47),
    ("synonymous_variant", "LOW", 0.45),
    ("frameshift_variant", "HIGH", 0.012),
    ("stop_gained", "HIGH", 0.010),
    ("inframe_deletion", "MODERATE", 0.012),
    ("splice_region_variant&synonymous_variant", "LOW", 0.012),
    ("missense_variant&splice_region_variant", "MODERATE", 0.012),
    ("splice_donor_variant", "HIGH", 0.004),
    ("splice_acceptor_variant", "HIGH", 0.004),
    ("start_lost", "HIGH", 0.001),
    ("stop_lost", "HIGH", 0.001),
    ("stop_retained_variant", "LOW", 0.012),
)
FILTERS = ("PASS", "VQSRTrancheSNP99.90to100.00", "LowQual", "VQSRTrancheINDEL99.00to99.90")
FILTER_LIMITS = (0.93, 0.97, 0.985)
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
BASES = "ACGT"
# How a sample is written; the index is the code used in arrays.
CLASSES = ("0/0", "0/1", "1/1", "phased", "./.", "0", "1", "./1")
MISSING, PHASED, HAPLOID, HALF = 4, 3, 5, 7
POOL = 2048  # rendered calls per class
INTERGENIC, INTRONIC, CODING, EXONIC, FLANKING = range(5)
BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


@dataclass(frozen=True)
class Options:
    """What decides the records."""

    records: int = 100_000
    samples: int = 3
    seed: int = 20240607
    csq: bool = True
    multi: float = 0.03
    star: float = 0.15
    missing: float = 0.006
    denovo: float = 0.0004
    coding: float = 0.04
    proband_sex: int = 1
    haploid_x: bool = True
    spike: int = 5
    level: int = 5
    chunk: int = 20_000
    frequencies: bool = True  # in INFO and in CSQ

    @property
    def csq_fields(self) -> tuple[str, ...]:
        """Name the fields of a CSQ entry."""
        left_out = () if self.frequencies else FREQUENCIES
        return tuple(field for field in CSQ_FIELDS if field not in left_out)

    @property
    def sample_names(self) -> list[str]:
        """The trio first, then unrelated people."""
        return ["proband", "father", "mother", *(f"S{i:04d}" for i in range(3, self.samples))]


@dataclass(frozen=True)
class Planted:
    """One record of a planted answer: which row, which mode, and the trio's classes."""

    row: int
    event: int
    mode: str
    classes: tuple[str, str, str]


@dataclass(frozen=True)
class Chunk:
    """A stretch of a contig and how many records to draw there, start <= position < end."""

    contig: str
    number: int
    records: int
    start: int
    end: int
    planted: tuple[Planted, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """The parts of a CSQ entry that depend on the transcript alone."""

    accession: str
    protein: str
    head: str
    tail: str
    n_exons: int
    coding: bool


@dataclass(frozen=True)
class Gene:
    """An invented gene model."""

    start: int
    end: int
    coding: bool
    symbol: str
    strand: str
    transcripts: tuple[Transcript, ...]


# --------------------------------------------------------------------------------------- BGZF


def bgzf_blocks(data: bytes, level: int) -> bytes:
    """Compress into BGZF blocks of 65,280 bytes, without the end marker."""
    out = []
    for start in range(0, len(data), 65280):
        block = data[start : start + 65280]
        packer = zlib.compressobj(level, zlib.DEFLATED, -15)
        body = packer.compress(block) + packer.flush()
        head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0" + struct.pack("<H", len(body) + 25)
        out.append(head + body + struct.pack("<II", zlib.crc32(block), len(block)))
    return b"".join(out)


# ----------------------------------------------------------------------------- samples' columns


def render_call(kind: str, rng: np.random.Generator, clean: bool = False) -> str:
    """Write GT:AD:DP:GQ:PL of a biallelic call; `clean` calls pass any sensible threshold."""
    depth = max(20 if clean else 1, round(rng.normal(34, 8)))
    if kind in ("0", "1"):
        depth = max(1, depth // 2)
    stray = 0 if clean else int(rng.random() < 0.08)
    quality = int(np.clip(rng.normal(3 * depth if kind in ("0/0", "0") else 90, 15), 3, 99))
    if clean:
        quality = max(quality, 40)
    elif rng.random() < 0.04:
        quality = int(rng.integers(1, 25))
    far = depth * 28
    if kind == "./.":
        depth = int(rng.integers(0, 4))
        return f"./.:{depth},0:{depth}:.:."
    if kind in ("0/0", "0"):
        pl = f"0,{quality},{far}" if kind == "0/0" else f"0,{quality}"
        return f"{kind}:{depth - stray},{stray}:{depth}:{quality}:{pl}"
    if kind in ("1/1", "1"):
        pl = f"{far},{quality},0" if kind == "1/1" else f"{far},0"
        return f"{kind}:{stray},{depth - stray}:{depth}:{quality}:{pl}"
    alt = depth // 2 if clean else int(rng.binomial(depth, 0.48))
    gt = ("0|1" if rng.random() < 0.5 else "1|0") if kind == "phased" else kind
    pl = f"{alt * 29 + 9},0,{(depth - alt) * 29 + 11}"
    return f"{gt}:{depth - alt},{alt}:{depth}:{quality}:{pl}"


@lru_cache(maxsize=1)
def call_pool(seed: int) -> list[str]:
    """Render `POOL` calls of every class; a call's index is class code * POOL + any number."""
    rng = np.random.default_rng([seed, 99])
    return [render_call(kind, rng) for kind in CLASSES for _ in range(POOL)]


# --------------------------------------------------------------------------------------- genes


@lru_cache(maxsize=len(CONTIG_LENGTHS))
def genes_of(contig: str, seed: int) -> tuple[Gene, ...]:
    """Invent the genes of a contig; they cover about half of it."""
    code = list(CONTIG_LENGTHS).index(contig)
    length = CONTIG_LENGTHS[contig]
    rng = np.random.default_rng([seed, 7001, code])
    n = max(3, length // 90_000)
    starts = np.sort(rng.integers(1, length, n))
    lengths = np.clip(rng.lognormal(10.3, 1.2, n), 800, 900_000).astype(int)
    genes = []
    for i, (start, size) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True)):
        coding = bool(rng.random() < 0.55)
        letters = "".join(chr(65 + x) for x in rng.integers(0, 26, int(rng.integers(3, 5))))
        symbol = letters + str(int(rng.integers(1, 30)))
        if not coding and rng.random() < 0.4:
            symbol = f"LINC0{int(rng.integers(1000, 9999))}"
        number = f"{code:02d}{i:04d}"
        hgnc = f"HGNC:{int(rng.integers(5, 50_000))}"
        n_transcripts = int(min(15, 1 + rng.geometric(0.22 if coding else 0.5)))
        transcripts = tuple(
            invent_transcript(rng, number, t, symbol, hgnc, coding) for t in range(n_transcripts)
        )
        end = min(length, start + size)
        genes.append(Gene(start, end, coding, symbol, "1" if i % 2 else "-1", transcripts))
    return tuple(genes)


def invent_transcript(
    rng: np.random.Generator, number: str, order: int, symbol: str, hgnc: str, coding: bool
) -> Transcript:
    first = order == 0
    accession = f"ENST00000{number}{order:02d}"
    if coding and (first or rng.random() < 0.6):
        biotype = "protein_coding"
    elif coding:
        biotype = "nonsense_mediated_decay" if rng.random() < 0.3 else "retained_intron"
    else:
        biotype = "lncRNA"
    translated = biotype == "protein_coding"
    protein = f"ENSP00000{number}{order:02d}" if translated else ""
    mane = f"NM_{int(rng.integers(1000, 999_999)):06d}.{int(rng.integers(1, 6))}"
    tail = (
        *("HGNC", hgnc, "YES" if first else "", mane if coding and first else "", ""),
        str(int(rng.integers(1, 6))),
        "P1" if coding and first else "",
        f"CCDS{int(rng.integers(1000, 90_000))}.1" if translated and order < 3 else "",
        protein,
        f"Q{int(rng.integers(10_000, 99_999))}.117" if translated and first else "",
        "",
        f"UPI{int(rng.integers(10**9, 9 * 10**9)):010X}" if translated else "",
        "1" if rng.random() < 0.25 else "",
    )
    head = f"{symbol}|ENSG00000{number}|Transcript|{accession}|{biotype}"
    return Transcript(
        accession, protein, head, "|".join(tail), int(rng.integers(2, 40)), translated
    )


def gene_at(genes: Sequence[Gene], starts: Sequence[int], position: int) -> Gene | None:
    """Find the gene over a position, looking back at most eight starts."""
    last = bisect_right(starts, position) - 1
    for index in range(last, max(-1, last - 8), -1):
        if genes[index].end >= position:
            return genes[index]
    return None


def coding_gene_near(genes: Sequence[Gene], starts: Sequence[int], position: int) -> Gene:
    """Find the nearest coding gene that starts after a position, else the first of the contig."""
    after = genes[max(0, bisect_right(starts, position) - 1) :]
    return next(gene for gene in (*after, *genes) if gene.coding)


# ------------------------------------------------------------------------------------ the sites


@dataclass(frozen=True)
class Sites:
    """Draws for the records of a chunk; each array has one entry per record."""

    position: NDArray[np.int64]
    af: NDArray[np.float64]  # in the population; 0 where no population carries it
    kind: NDArray[np.float64]
    place: NDArray[np.float64]
    term: NDArray[np.int64]
    bits: NDArray[np.int64]  # 30 random bits for choices that need no distribution
    multi: NDArray[np.bool_]
    star: NDArray[np.bool_]
    length: NDArray[np.int64]
    filter: NDArray[np.int64]
    annotations: NDArray[np.float64]  # (record, 9): the site annotations of a caller
    groups: NDArray[np.float64]  # (record, 8): population frequencies relative to af
    cadd: NDArray[np.float64]


def draw_sites(chunk: Chunk, options: Options, rng: np.random.Generator) -> Sites:
    """Draw where the records lie and what is written at each."""
    n = chunk.records
    # Sorted draws plus 0, 1, 2 … are strictly increasing and stay below the end of the chunk.
    position = np.sort(rng.integers(chunk.start, chunk.end - n, n)) + np.arange(n)
    u = rng.random(n)
    common = rng.beta(1.1, 1.3, n) * 0.95 + 0.03
    uncommon, rare = rng.uniform(0.005, 0.05, n), 10 ** rng.uniform(-4.7, -2.3, n)
    af = np.select([u < 0.84, u < 0.93, u < 0.985], [common, uncommon, rare], 0.0)
    if options.samples > 3:  # a cohort sees many more rare sites
        af = np.where(u < 0.55, 10 ** rng.uniform(-4.5, -2, n), af)
    shares = np.array([share for _, _, share in CODING_TERMS])
    annotations = np.column_stack(
        [
            rng.normal(0, 1, n),  # BaseQRankSum
            rng.choice([3.0103, 0.7918, 1.5490, 4.7712], n),  # ExcessHet
            rng.exponential(2.5, n),  # FS
            np.where(rng.random(n) < 0.9, 60.0, rng.normal(50, 8, n)),  # MQ
            rng.normal(0, 0.4, n),  # MQRankSum
            rng.normal(16, 6, n).clip(0.5, 38),  # QD
            rng.normal(0.2, 0.9, n),  # ReadPosRankSum
            rng.exponential(0.4, n) + 0.4,  # SOR
            rng.normal(5, 4, n),  # VQSLOD
        ]
    )
    return Sites(
        position=position,
        af=af,
        kind=rng.random(n),
        place=rng.random(n),
        term=rng.choice(len(CODING_TERMS), n, p=shares / shares.sum()),
        bits=rng.integers(0, 1 << 30, n),
        multi=rng.random(n) < options.multi,
        star=rng.random(n) < options.star,
        length=np.minimum(rng.geometric(0.35, n), 14),
        filter=np.searchsorted(FILTER_LIMITS, rng.random(n), side="right"),
        annotations=annotations,
        groups=rng.normal(1, 0.35, (n, 8)).clip(0, 3),
        cadd=rng.exponential(5, n),
    )


@dataclass(frozen=True)
class Genotypes:
    """Class code and ALT copies of every call, (record, sample)."""

    code: NDArray[np.int64]
    copies: NDArray[np.int64]
    haploid: NDArray[np.bool_]


def draw_genotypes(
    chunk: Chunk, sites: Sites, options: Options, rng: np.random.Generator
) -> Genotypes:
    """Draw a Mendelian trio in which someone carries, and anyone else from the population."""
    n, samples = chunk.records, options.samples
    p = np.where(sites.af > 0, sites.af, 2e-5)
    father, mother = rng.binomial(2, p), rng.binomial(2, p)
    nobody, paternal = father + mother == 0, rng.random(n) < 0.5
    father, mother = father + (nobody & paternal), mother + (nobody & ~paternal)
    proband = rng.binomial(1, father / 2) + rng.binomial(1, mother / 2)
    apparent = rng.random(n) < options.denovo
    father, mother = np.where(apparent, 0, father), np.where(apparent, 0, mother)
    copies = np.column_stack([np.where(apparent, 1, proband), father, mother])
    if samples > 3:
        copies = np.hstack([copies, rng.binomial(2, p[:, None], (n, samples - 3))])
    phased = rng.random(n) < 0.06
    missing, half = rng.random((n, samples)) < options.missing, rng.random((n, samples)) < 0.0005
    code = np.where(missing, MISSING, np.where(half & (copies > 0), HALF, copies))
    code = np.where((code == 1) & phased[:, None], PHASED, code)
    haploid = haploid_calls(chunk.contig, sites.position, options)
    code = np.where(haploid & (code != MISSING), HAPLOID + (copies > 0), code)
    if chunk.contig == "chrY":
        code[:, ~is_male(options)] = MISSING
    return Genotypes(code, copies, haploid)


def is_male(options: Options) -> NDArray[np.bool_]:
    male = np.arange(options.samples) % 2 == 1
    male[0] = options.proband_sex == 1
    return male


def haploid_calls(contig: str, position: NDArray[np.int64], options: Options) -> NDArray[np.bool_]:
    """Tell which calls are written with one allele, as DRAGEN does for males on X and Y."""
    single = np.full(position.size, contig == "chrY")
    if contig == "chrX" and options.haploid_x:
        single = ~np.logical_or.reduce([(position >= a) & (position <= b) for a, b in PAR_X])
    return single[:, None] & is_male(options)[None, :]


# ------------------------------------------------------------------------------------ the lines


@dataclass
class Allele:
    """A site's alleles as text: one ALT, or two where the site is multi-allelic."""

    ref: str
    alts: list[str]
    variant_class: str

    def vep(self, alt: str) -> str:
        """Name an ALT as VEP does: without the base before it."""
        if len(alt) > len(self.ref):
            return alt[1:]
        return "-" if len(alt) < len(self.ref) else alt


def make_allele(kind: float, length: int, bits: int, two: bool, star: bool) -> Allele:
    ref = BASES[bits & 3]
    first, second = (
        ((bits & 3) + 1 + (bits >> 2) % 3) % 4,
        ((bits & 3) + 1 + (bits + 4 >> 2) % 3) % 4,
    )
    run = "".join(BASES[(bits >> (2 * i)) & 3] for i in range(length))
    if kind > 0.93:
        allele = Allele(ref, [ref + run], "insertion")
    elif kind > 0.86:
        allele = Allele(ref + run, [ref], "deletion")
    else:
        allele = Allele(ref, [BASES[first]], "SNV")
    if two:
        other = BASES[second] if allele.variant_class == "SNV" else ref + run + "TTA"
        allele.alts.append("*" if star else other)
    return allele


def two_allele_calls(codes: Sequence[int], bits: int) -> tuple[list[str], list[int], int]:
    """Write the calls of a site with two ALTs; also the count of each ALT and of alleles."""
    calls, counts, called = [], [0, 0], 0
    for sample, code in enumerate(codes):
        if code == MISSING:
            calls.append("./.:0,0,0:0:.:.")
            continue
        draw = bits >> sample
        pair = {0: (0, 0), 2: ((1, 2), (2, 2), (1, 1))[draw % 3]}.get(
            code, (0, 1 + (draw >> 4 & 1))
        )
        depth = 20 + draw % 30
        reads = [0, 0, 0]
        reads[pair[0]] += depth // 2
        reads[pair[1]] += depth - depth // 2
        likelihoods = [str(200 + (draw >> j) % 900) for j in range(6)]
        likelihoods[pair[1] * (pair[1] + 1) // 2 + pair[0]] = "0"
        called += 2
        for allele in pair:
            if allele:
                counts[allele - 1] += 1
        text = f"{pair[0]}/{pair[1]}:{reads[0]},{reads[1]},{reads[2]}:{depth}:{draw % 90 + 9}:"
        calls.append(text + ",".join(likelihoods))
    return calls, counts, called


def frequency_fields(af: float, groups: Sequence[float], coding: bool) -> tuple[str, str]:
    """Write the `FREQUENCIES` and `CLINICAL` part of a CSQ entry, and the highest frequency."""
    if af == 0:
        return "|" * (len(FREQUENCIES) + len(CLINICAL) - 1), ""
    values = [f"{min(1.0, af * g):.4g}" for g in groups]
    highest = f"{min(1.0, af * max(groups)):.4g}"
    thousand = "|".join(values[:6]) if af > 5e-4 else "|||||"
    exomes = "|".join(values) if coding else "|||||||"
    genomes = f"{af:.4g}|" + "|".join(values[1:])
    significance = "benign" if coding and af > 0.01 else ""
    return f"{thousand}|{exomes}|{genomes}|{highest}|gnomADg_AFR|{significance}|||", highest


def place_of(place: float, gene: Gene | None, options: Options) -> int:
    if gene is None:
        return INTERGENIC
    if gene.coding and place < options.coding:
        return CODING
    if place < options.coding + 0.03:
        return EXONIC
    return FLANKING if place > 0.95 else INTRONIC


@dataclass(frozen=True)
class Annotation:
    """What the CSQ entries of one ALT share."""

    allele: str
    place: int
    term: str
    impact: str
    position: int
    existing: str
    variant_class: str
    frequencies: str
    cadd: str
    bits: int


def csq_entries(annotation: Annotation, gene: Gene | None) -> Iterator[str]:
    """Write one CSQ entry per transcript, or the intergenic one."""
    a = annotation
    if gene is None:
        empty = "|" * (len(TRANSCRIPT_HEAD) + len(PLACE))
        tail = "|" * (len(TRANSCRIPT_TAIL) + len(PROTEIN))
        yield (
            f"{a.allele}|intergenic_variant|MODIFIER{empty}|{a.existing}||||{a.variant_class}"
            f"{tail}|{a.frequencies}|{a.cadd}||||||||"
        )
        return
    for order, tx in enumerate(gene.transcripts):
        term, impact, place, protein, scores = entry_parts(a, tx, order)
        distance = a.position % 5000 if a.place == FLANKING else ""
        yield (
            f"{a.allele}|{term}|{impact}|{tx.head}|{place}|{a.existing}|{distance}|{gene.strand}||"
            f"{a.variant_class}|{tx.tail}|{protein}|{a.frequencies}|{a.cadd}|{scores}"
        )


def entry_parts(a: Annotation, tx: Transcript, order: int) -> tuple[str, str, str, str, str]:
    """Give term, impact and the `PLACE`, `PROTEIN` and last eight `SCORES` fields."""
    number = f"{a.position % tx.n_exons + 1}/{tx.n_exons}"
    base, odd = BASES[a.position & 3], a.bits & 1
    silent, no_protein = "0.00|0.00|0.00|0.00||||", "|||"
    if a.place == CODING and tx.coding:
        residue = (a.position % 3000) + order * 7 + 1
        before, after = AMINO_ACIDS[residue % 20], AMINO_ACIDS[(residue * 7 + 3) % 20]
        c = residue * 3 + 1
        hgvs = (
            f"{tx.accession}.4:c.{c}{base}>{a.allele[:1]}|{tx.protein}.2:p.{before}{residue}{after}"
        )
        codon = f"a{base}g/a{a.allele[:1]}g"
        place = f"{number}||{hgvs}|{c + 199}|{c}|{residue}|{before}/{after}|{codon}"
        sift = "deleterious(0.01)" if odd else "tolerated(0.22)"
        polyphen = "probably_damaging(0.998)" if a.bits & 2 else "benign(0.003)"
        revel = f"{a.bits % 1000 / 1000:.3f}" if a.term.startswith("missense") else ""
        confidence = "HC" if a.impact == "HIGH" else ""
        domains = f"PANTHER:PTHR{residue + 10000}&Pfam:PF{residue:05d}"
        scores = f"0.00|0.00|0.00|0.00|{revel}|{confidence}||"
        return a.term, a.impact, place, f"{sift}|{polyphen}|{domains}|", scores
    if a.place in (CODING, EXONIC):
        utr = "3_prime_UTR_variant" if odd else "5_prime_UTR_variant"
        term = utr if tx.coding else "non_coding_transcript_exon_variant"
        c = a.position % 5000
        place = f"{number}||{tx.accession}.4:n.{c}{base}>{a.allele[:1]}||{c}||||"
        return term, "MODIFIER", place, no_protein, silent
    if a.place == FLANKING:
        term = "upstream_gene_variant" if odd else "downstream_gene_variant"
        return term, "MODIFIER", "|" * (len(PLACE) - 1), no_protein, "|" * 7
    term = "intron_variant" if tx.coding else "intron_variant&non_coding_transcript_variant"
    label = f"{a.position % 4000}+{a.position % 900}{base}>{a.allele[:1]}"
    return term, "MODIFIER", f"|{number}|{tx.accession}.4:c.{label}||||||", no_protein, silent


class ChunkWriter:
    """Turn the draws of one chunk into VCF lines."""

    def __init__(self, chunk: Chunk, options: Options) -> None:
        rng = np.random.default_rng(
            [options.seed, list(CONTIG_LENGTHS).index(chunk.contig), chunk.number]
        )
        self.chunk, self.options = chunk, options
        self.sites = draw_sites(chunk, options, rng)
        self.genotypes = draw_genotypes(chunk, self.sites, options, rng)
        self.pool = call_pool(options.seed)
        pick = rng.integers(0, POOL, self.genotypes.code.shape)
        self.call_index = (self.genotypes.code * POOL + pick).tolist()
        self.spare = rng
        self.genes = genes_of(chunk.contig, options.seed)
        self.starts = [gene.start for gene in self.genes]
        self.planted = {planted.row: planted for planted in chunk.planted}
        self.event_gene: dict[int, Gene] = {}
        self.truth: list[str] = []

    def lines(self) -> Iterator[str]:
        """Yield the lines in order of position."""
        return (self._line(row) for row in range(self.chunk.records))

    def _line(self, row: int) -> str:
        sites, planted = self.sites, self.planted.get(row)
        position, bits = int(sites.position[row]), int(sites.bits[row])
        haploid = self.genotypes.haploid[row]
        two = bool(sites.multi[row]) and not planted and not haploid.any()
        two = two and self.options.samples == 3
        allele = make_allele(
            *(float(sites.kind[row]), int(sites.length[row]), bits, two, bool(sites.star[row]))
        )
        calls, counts, called = self._calls(row, two, planted)
        af = 0.0 if planted else float(sites.af[row])
        gene = gene_at(self.genes, self.starts, position)
        if planted:
            gene = self._gene_of(planted, position)
        info = self._info(row, counts, called)
        if self.options.csq:
            info += self._annotation(row, allele, gene, af, planted)
        depth = 30 * self.options.samples + bits % 30
        quality = f"{sites.annotations[row, 5] * depth:.2f}"
        name = f"rs{bits}" if af > 0.0005 else "."
        verdict = FILTERS[0 if planted else sites.filter[row]]
        if planted:
            change = f"{position}\t{allele.ref}\t{allele.alts[0]}\t{gene.symbol if gene else ''}"
            self.truth.append(
                f"{planted.mode}\t{self.chunk.contig}\t{change}\t{self._term(row)[0]}"
            )
        columns = (
            *(self.chunk.contig, str(position), name, allele.ref, ",".join(allele.alts)),
            *(quality, verdict, info, "GT:AD:DP:GQ:PL", *calls),
        )
        return "\t".join(columns) + "\n"

    def _calls(
        self, row: int, two: bool, planted: Planted | None
    ) -> tuple[list[str], list[int], int]:
        """Give the sample columns, the count of each ALT and the number of called alleles."""
        code, copies = self.genotypes.code[row], self.genotypes.copies[row]
        if two:
            return two_allele_calls(code.tolist(), int(self.sites.bits[row]))
        calls = [self.pool[index] for index in self.call_index[row]]
        if planted:
            calls[:3] = [render_call(kind, self.spare, clean=True) for kind in planted.classes]
            genotypes = [call.partition(":")[0] for call in calls]
            alleles = [a for g in genotypes for a in g.replace("|", "/").split("/") if a != "."]
            return calls, [alleles.count("1")], len(alleles)
        haploid, missing = self.genotypes.haploid[row], code == MISSING
        seen = np.where(haploid, np.minimum(copies, 1), np.where(code == HALF, 1, copies))
        called = np.where(haploid | (code == HALF), 1, 2)
        return calls, [int(seen[~missing].sum())], int(called[~missing].sum())

    def _gene_of(self, planted: Planted, position: int) -> Gene:
        """Give both records of a pair the same coding gene."""
        if planted.event not in self.event_gene:
            gene = coding_gene_near(self.genes, self.starts, position)
            self.event_gene[planted.event] = gene
        return self.event_gene[planted.event]

    def _term(self, row: int) -> tuple[str, str]:
        """Give the coding consequence and impact of a record."""
        if row in self.planted:
            stop = self.sites.bits[row] & 1
            return ("stop_gained", "HIGH") if stop else ("missense_variant", "MODERATE")
        return CODING_TERMS[self.sites.term[row]][:2]

    def _info(self, row: int, counts: Sequence[int], called: int) -> str:
        ac = ",".join(map(str, counts))
        af = ",".join(f"{count / max(1, called):.3f}" for count in counts)
        bits = int(self.sites.bits[row])
        base, excess, fs, mq, mq_rank, qd, read, sor, vqs = self.sites.annotations[row].tolist()
        return (
            f"AC={ac};AF={af};AN={called};BaseQRankSum={base:.3f};"
            f"DP={30 * self.options.samples + bits % 30};ExcessHet={excess};FS={fs:.3f};"
            f"MLEAC={ac};MLEAF={af};MQ={mq:.2f};MQRankSum={mq_rank:.3f};QD={qd:.2f};"
            f"ReadPosRankSum={read:.3f};SOR={sor:.3f};VQSLOD={vqs:.2f};"
            f"culprit={'QD' if bits & 1 else 'MQ'}"
        )

    def _annotation(
        self, row: int, allele: Allele, gene: Gene | None, af: float, planted: Planted | None
    ) -> str:
        """Write population frequencies and CSQ, each ALT with its own."""
        sites = self.sites
        bits = int(sites.bits[row])
        place = CODING if planted else place_of(float(sites.place[row]), gene, self.options)
        term, impact = self._term(row)
        frequencies, highest = frequency_fields(af, sites.groups[row].tolist(), place == CODING)
        text = ""
        if not self.options.frequencies:
            frequencies = "|".join(frequencies.split("|")[-len(CLINICAL) :])
        elif af > 0:
            second = ["." if alt == "*" else "0.0003" for alt in allele.alts[1:]]
            homozygotes = ",".join([str(int(af * af * 76_000)), *["0" for _ in second]])
            text += f";gnomAD_AF={','.join([f'{af:.5g}', *second])}"
            text += f";gnomAD_popmax_AF={','.join([highest, *second])}"
            text += f";gnomAD_nhomalt={homozygotes}"
        cadd = float(sites.cadd[row])
        entries = [
            entry
            for alt in allele.alts
            if alt != "*"
            for entry in csq_entries(
                Annotation(
                    allele=allele.vep(alt),
                    place=place,
                    term=term,
                    impact=impact,
                    position=int(sites.position[row]),
                    existing=f"rs{bits}" if af > 0 else "",
                    variant_class=allele.variant_class,
                    frequencies=frequencies,
                    cadd=f"{cadd:.2f}|{cadd / 7 - 0.3:.6f}",
                    bits=bits,
                ),
                gene,
            )
        ]
        return text + ";CSQ=" + ",".join(entries)


def render_chunk(job: tuple[Chunk, Options]) -> tuple[bytes, int, list[str]]:
    """Render one chunk: compressed blocks, bytes of text, lines of truth."""
    writer = ChunkWriter(*job)
    text = "".join(writer.lines()).encode()
    return bgzf_blocks(text, job[1].level), len(text), writer.truth


# --------------------------------------------------------------------------------- the whole file


def plan(options: Options) -> list[Chunk]:
    """Share the records out over the contigs, and the planted answers over the chunks."""
    total = sum(CONTIG_LENGTHS.values())
    size = (
        options.chunk if options.samples <= 10 else max(500, options.chunk * 4 // options.samples)
    )
    chunks = []
    for contig, length in CONTIG_LENGTHS.items():
        n = round(options.records * length / total * (0.15 if contig == "chrY" else 1))
        low, high = (10_000, length - 20_000) if contig != "chrM" else (50, length - 50)
        if contig == "chrM":
            n = min(45, max(5, options.records // 2000))
        parts = max(1, -(-n // size))
        bounds = np.linspace(low, high, parts + 1).astype(int).tolist()
        counts = np.diff(np.linspace(0, n, parts + 1).astype(int)).tolist()
        chunks += [
            Chunk(contig, i, counts[i], bounds[i], bounds[i + 1]) for i in range(parts) if counts[i]
        ]
    return plant(chunks, options)


def plant(chunks: list[Chunk], options: Options) -> list[Chunk]:
    """Add `spike` answers of each mode; an X-linked one needs a male proband."""
    rng = np.random.default_rng([options.seed, 5])
    roomy = [i for i, c in enumerate(chunks) if c.records > 60]
    autosomal = [i for i in roomy if chunks[i].contig not in ("chrX", "chrY", "chrM")]
    on_x = [i for i in roomy if chunks[i].contig == "chrX"]
    male, carrier = (("1", "0") if options.haploid_x else ("1/1", "0/0")), "0/1"
    modes = {
        "denovo": [("0/1", "0/0", "0/0")],
        "recessive": [("1/1", "0/1", "0/1")],
        "comphet": [("0/1", "0/1", "0/0"), ("0/1", "0/0", "0/1")],
    }
    planted: dict[int, dict[int, Planted]] = {}
    event = 0
    for copy in range(options.spike):
        for mode, trios in modes.items() if autosomal else ():
            index = int(rng.choice(autosomal))
            rows = planted.setdefault(index, {})
            row = int(rng.integers(5, chunks[index].records - 8))
            while any(r in rows for r in range(row, row + len(trios))):
                row = int(rng.integers(5, chunks[index].records - 8))
            for offset, trio in enumerate(trios):
                rows[row + offset] = Planted(row + offset, event, mode, trio)
            event += 1
        if on_x and options.proband_sex == 1:  # the middle of X lies outside the PAR
            index = on_x[len(on_x) // 2]
            row = chunks[index].records // 2 + 3 * copy
            trio = (*male, carrier)
            planted.setdefault(index, {})[row] = Planted(row, event, "xlinked", trio)
            event += 1
    return [
        Chunk(c.contig, c.number, c.records, c.start, c.end, tuple(planted.get(i, {}).values()))
        for i, c in enumerate(chunks)
    ]


def header(options: Options) -> str:
    lines = ["##fileformat=VCFv4.2", "##source=raredx benchmarks/make_trio.py (simulated)"]
    lines += [f'##FILTER=<ID={name},Description="{name}">' for name in FILTERS]
    formats = (
        ("GT", "1", "String"),
        ("AD", "R", "Integer"),
        ("DP", "1", "Integer"),
        ("GQ", "1", "Integer"),
        ("PL", "G", "Integer"),
    )
    info = [
        *((name, "A", "Integer") for name in ("AC", "MLEAC")),
        *((name, "A", "Float") for name in ("AF", "MLEAF")),
        *((name, "1", "Integer") for name in ("AN", "DP")),
        *((name, "1", "Float") for name in ("BaseQRankSum", "ExcessHet", "FS", "MQ")),
        *((name, "1", "Float") for name in ("MQRankSum", "QD", "ReadPosRankSum", "SOR")),
        *(("VQSLOD", "1", "Float"), ("culprit", "1", "String")),
    ]
    if options.csq and options.frequencies:
        info += [(name, "A", "Float") for name in ("gnomAD_AF", "gnomAD_popmax_AF")]
        info += [("gnomAD_nhomalt", "A", "Integer")]
    if options.csq:
        lines.append('##VEP="v112" API="v112" assembly="GRCh38.p14"')
    for section, fields in (("FORMAT", formats), ("INFO", info)):
        lines += [
            f'##{section}=<ID={name},Number={number},Type={kind},Description="{name}">'
            for name, number, kind in fields
        ]
    if options.csq:
        text = "Consequence annotations from Ensembl VEP. Format: " + "|".join(options.csq_fields)
        lines.append(f'##INFO=<ID=CSQ,Number=.,Type=String,Description="{text}">')
    lines += [f"##contig=<ID={c},length={n},assembly=GRCh38>" for c, n in CONTIG_LENGTHS.items()]
    columns = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")
    lines.append("\t".join((*columns, *options.sample_names)))
    return "\n".join(lines) + "\n"


def pedigree(options: Options) -> str:
    lines = [
        f"trio\tproband\tfather\tmother\t{options.proband_sex}\t2",
        "trio\tfather\t0\t0\t1\t1",
        "trio\tmother\t0\t0\t2\t1",
    ]
    male = is_male(options)
    for i, name in enumerate(options.sample_names[3:], 3):
        lines.append(f"{name}\t{name}\t0\t0\t{1 if male[i] else 2}\t1")
    return "\n".join(lines) + "\n"


def rendered(
    chunks: Sequence[Chunk], options: Options, workers: int
) -> Iterable[tuple[bytes, int, list[str]]]:
    """Render the chunks in order, in as many processes as asked for."""
    jobs = [(chunk, options) for chunk in chunks]
    if workers < 2:
        yield from map(render_chunk, jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(render_chunk, jobs)


def request(options: Options) -> dict[str, object]:
    """Describe what the records depend on, to recognise a file made before."""
    asked = asdict(options)
    if asked.pop("frequencies"):  # usual, and unsaid in the notes of files made before
        return {"format_version": FORMAT_VERSION, **asked}
    return {"format_version": FORMAT_VERSION, **asked, "frequencies": False}


def generate(
    out: Path, options: Options, workers: int = 1, bcf: bool = False, csi: bool = False
) -> int:
    """Write the VCF and the files beside it; return the number of records."""
    stem = str(out).removesuffix(".vcf.gz")
    chunks = plan(options)
    truth = ["mode\tchrom\tpos\tref\talt\tgene\tconsequence"]
    with open(out, "wb") as handle:
        handle.write(bgzf_blocks(header(options).encode(), options.level))
        for blocks, _, found in rendered(chunks, options, workers):
            handle.write(blocks)
            truth += found
        handle.write(BGZF_END)
    pysam.tabix_index(str(out), preset="vcf", force=True, csi=csi)
    if bcf:
        pysam.bcftools.view("-Ob", "-o", f"{stem}.bcf", str(out), catch_stdout=False)
        pysam.bcftools.index("-f", f"{stem}.bcf", catch_stdout=False)
    Path(f"{stem}.truth.tsv").write_text("\n".join(truth) + "\n", encoding="utf-8")
    Path(f"{stem}.ped").write_text(pedigree(options), encoding="utf-8")
    n = sum(chunk.records for chunk in chunks)
    note = json.dumps({"request": request(options), "records": n}, indent=1)
    Path(f"{stem}.json").write_text(note + "\n", encoding="utf-8")
    return n


def parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, Options]:
    usual = Options()
    parser = argparse.ArgumentParser(description="Write a simulated trio or cohort VCF.")
    add = parser.add_argument
    add("-n", "--records", type=int, default=usual.records)
    add("-o", "--out", type=Path, required=True, help="ends in .vcf.gz")
    add("--samples", type=int, default=usual.samples)
    add("--seed", type=int, default=usual.seed)
    add("--no-csq", action="store_true", help="neither CSQ nor population frequencies")
    add("--no-frequencies", action="store_true", help="CSQ without population frequencies")
    add("--bcf", action="store_true", help="also write BCF")
    add("--csi", action="store_true", help="index with CSI in place of TBI")
    add("--multi", type=float, default=usual.multi, help="share of multi-allelic sites")
    add("--star", type=float, default=usual.star, help="share of these with * as second ALT")
    add("--missing", type=float, default=usual.missing)
    add("--denovo", type=float, default=usual.denovo, help="share of apparent de novos")
    add("--coding", type=float, default=usual.coding, help="share of coding sites in a coding gene")
    add("--proband-sex", type=int, choices=(1, 2), default=usual.proband_sex)
    add("--no-haploid-x", action="store_true", help="write males on X with two alleles")
    add("--spike", type=int, default=usual.spike, help="planted answers of each mode")
    add("--level", type=int, default=usual.level, help="compression, 1 to 9")
    add("--procs", type=int, default=os.cpu_count() or 1)
    add("--chunk", type=int, default=usual.chunk, help="records per chunk")
    a = parser.parse_args(arguments)
    if not str(a.out).endswith(".vcf.gz"):
        parser.error("--out must end in .vcf.gz")
    same = ("records", "samples", "seed", "multi", "star", "missing", "denovo", "coding")
    values = {name: getattr(a, name) for name in (*same, "proband_sex", "spike", "level", "chunk")}
    kinds = {"csq": not a.no_csq, "frequencies": not a.no_frequencies}
    return a, Options(haploid_x=not a.no_haploid_x, **kinds, **values)


def main(arguments: Sequence[str] | None = None) -> int:
    a, options = parse(arguments)
    a.out.parent.mkdir(parents=True, exist_ok=True)
    n = generate(a.out, options, a.procs, a.bcf, a.csi)
    print(f"{n} records, {a.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write the demonstration family: a simulated trio with published answers in it.

    python scripts/make_demo.py SHARED_DIR [OUT_DIR]

SHARED_DIR holds the source tables (MANE, refGene, HGNC, ClinVar, PanelApp, published cases).
OUT_DIR is `data/demo` unless given. The output is a function of those tables and of `SEED`
alone: run twice, it is the same to the byte.

Facts: genes, transcripts, exon structure and every variant of `ANSWERS` marked as published.
Simulated: the family, its reads, the background variants, their frequencies and all predictor
scores. `data/demo/README.md`, written here as well, says so to the user.
"""

from __future__ import annotations

import csv
import gzip
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pysam

SEED = 20250116
N_GENES = 420
VARIANTS_PER_GENE = 10
SAMPLES = ("proband", "mother", "father")
HPO_TERMS = {
    "HP:0001250": "Seizure",
    "HP:0001263": "Global developmental delay",
    "HP:0000252": "Microcephaly",
    "HP:0001344": "Absent speech",
    "HP:0000733": "Motor stereotypy",
    "HP:0002079": "Hypoplasia of the corpus callosum",
}
# GRCh38.p14 primary assembly, GenBank GCA_000001405.29.
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
PAR_Y = ((10001, 2781479), (56887903, 57217415))
PAR_GENES = ("SHOX", "CSF2RA", "ASMTL", "AKAP17A", "VAMP7")
Y_GENES = ("SRY", "DDX3Y", "UTY", "USP9Y", "KDM5D")
POPULATIONS = ("AFR", "AMR", "EAS", "NFE", "SAS")
AF_FIELDS = [f"gnomAD{s}_{p}AF" for s in "eg" for p in ("", *(f"{p}_" for p in POPULATIONS))]
SPLICE_FIELDS = [f"SpliceAI_pred_DS_{name}" for name in ("AG", "AL", "DG", "DL")]
CSQ_FIELDS = [
    *("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature"),
    *("BIOTYPE", "EXON", "INTRON"),
    *("HGVSc", "HGVSp", "cDNA_position", "CDS_position", "Protein_position", "Amino_acids"),
    *("Codons",),
    *("Existing_variation", "DISTANCE", "STRAND", "FLAGS", "VARIANT_CLASS"),
    *("SYMBOL_SOURCE", "HGNC_ID"),
    *("CANONICAL", "MANE_SELECT", "MANE_PLUS_CLINICAL", "ENSP"),
    *AF_FIELDS,
    *("MAX_AF", "MAX_AF_POPS", "CLIN_SIG", "REVEL", "CADD_PHRED"),
    *SPLICE_FIELDS,
    *("LoF", "LoF_filter", "LoF_flags"),
]
HIGH = {
    *("frameshift_variant", "stop_gained", "splice_donor_variant", "splice_acceptor_variant"),
    *("stop_lost", "start_lost"),
}
MODERATE = {"missense_variant", "inframe_deletion", "inframe_insertion"}
LOW = {"synonymous_variant", "splice_region_variant", "stop_retained_variant"}
BASES = "ACGT"
TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}
TRANSITION_SHARE = 0.68
"""Two transitions to a transversion, as in genomes (DePristo et al. 2011, doi:10.1038/ng.806)."""
READ_ERROR = 0.01
COMPLEMENT = str.maketrans("ACGT", "TGCA")
CODON_AA = dict(
    zip(
        (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)
AA3 = dict(
    zip(
        "ARNDCQEGHILKMFPSTWYV*",
        (
            *("Ala", "Arg", "Asn", "Asp", "Cys", "Gln", "Glu", "Gly", "His", "Ile", "Leu"),
            *("Lys", "Met", "Phe", "Pro", "Ser", "Thr", "Trp", "Tyr", "Val", "Ter"),
        ),
        strict=True,
    )
)


# --------------------------------------------------------------------------------- the answers


@dataclass(frozen=True)
class Answer:
    """One planted variant: where it is, what it does, who carries it, which tier it deserves."""

    label: str
    chrom: str
    position: int
    ref: str
    alt: str
    gene: str
    consequence: str
    mode: str
    tier: str
    reads: tuple[tuple[str, int, int], ...]  # proband, mother, father: GT, ref reads, alt reads
    why: str
    hgvs_c: str = ""  # on the MANE Select transcript; computed where a plain substitution
    hgvs_p: str = ""
    source: str = ""  # case of the published-variant table, or where the fact comes from
    af: float = 0.0  # 0: absent from the population data
    amino_acids: str = ""


HET, REF, HOM = ("0/1", 21, 19), ("0/0", 38, 0), ("1/1", 0, 36)
PARENT = ("0/1", 18, 20)
ANSWERS = (
    Answer(
        *("a", "chr14", 28767732, "C", "CG", "FOXG1", "frameshift_variant", "de_novo", "1"),
        (HET, REF, REF),
        "the main answer: de novo frameshift, green on epilepsy panels (monoallelic), "
        "ClinVar pathogenic, fits every HPO term",
        *("c.460dup", "p.Glu154GlyfsTer301", "FOXG1/PMID_28851325_Case_3"),
    ),
    Answer(
        *("b", "chr2", 15402229, "G", "A", "NBAS", "stop_gained", "compound_het", "1"),
        (HET, PARENT, REF),
        "stop gained from the mother, in trans with the missense of the father",
        *("c.3010C>T", "p.Arg1004Ter", "NBAS/PMID_26541327_Pat_5_FV", 0.00001, "R/*"),
    ),
    Answer(
        *("b", "chr2", 15394320, "A", "G", "NBAS", "missense_variant", "compound_het", "2"),
        (("0/1", 17, 22), REF, ("0/1", 20, 17)),
        "missense from the father, in trans with the stop of the mother; no ClinVar record "
        "in the snapshot, so moderate impact alone gives tier 2",
        *("c.3164T>C", "p.Leu1055Pro", "NBAS/PMID_26541327_Pat_5_FV", 0.0, "L/P"),
    ),
    Answer(
        *("c", "chrX", 70035384, "TG", "T", "EDA", "frameshift_variant", "xlr_hemizygous", "1"),
        (("1", 0, 19), ("0/1", 16, 18), ("0", 20, 0)),
        "hemizygous frameshift in the son of a carrier mother; green, X-linked biallelic",
        *("c.952del", "p.Ala318ProfsTer56", "EDA/PMID_18702659_proband"),
    ),
    Answer(
        *("d", "chr2", 219146736, "G", "A", "NHEJ1", "stop_gained", "homozygous", "1"),
        (HOM, PARENT, ("0/1", 22, 18)),
        "homozygous stop from two carrier parents; green, biallelic",
        *("c.532C>T", "p.Arg178Ter", "NHEJ1/PMID_16439204_P2", 0.0, "R/*"),
    ),
    Answer(
        *("e", "chrM", 3243, "A", "G", "MT-TL1", "non_coding_transcript_exon_variant"),
        *("mitochondrial", "1"),
        (("0/1", 812, 1228), ("0/1", 1694, 252), ("0/0", 1871, 2)),
        "m.3243A>G at 60 % in the proband and 13 % in the mother; green, mitochondrial, "
        "ClinVar pathogenic",
        source="MITOMAP confirmed; ClinVar",
    ),
    Answer(
        *("f", "chr7", 117559590, "ATCT", "A", "CFTR", "inframe_deletion", "homozygous", "1"),
        (HOM, PARENT, PARENT),
        "a founder variant too common for the recessive limit (highest population above 1 %), "
        "kept because ClinVar holds it as pathogenic",
        *("c.1521_1523del", "p.Phe508del", "ClinVar", 0.0069),
    ),
    Answer(
        *("f", "chr1", 100207186, "T", "C", "DBT", "intron_variant", "homozygous", "1"),
        (HOM, ("0/1", 19, 16), PARENT),
        "a deep intronic variant that fails the consequence question, kept because ClinVar "
        "holds it as pathogenic",
        *("c.1018-550A>G", "", "DBT/PMID_9621512_Patient_KM03"),
    ),
    Answer(
        *("g", "chr16", 28482500, "C", "A", "CLN3", "stop_gained", "in_cis", "none"),
        (HET, PARENT, REF),
        "decoy: pathogenic, but in cis with the next row; both came from the mother",
        *("c.883G>T", "p.Glu295Ter", "CLN3/PMID_28542676_SK1", 0.0, "E/*"),
    ),
    Answer(
        *("g", "chr16", 28482173, "C", "T", "CLN3", "missense_variant", "in_cis", "none"),
        (("0/1", 16, 20), ("0/1", 20, 19), REF),
        "decoy: pathogenic, but in cis with the row before; both came from the mother",
        *("c.988G>A", "p.Val330Ile", "CLN3/PMID_28542676_MEH2_GC20465", 0.00001, "V/I"),
    ),
    Answer(
        *("h", "chr1", 46197018, "G", "A", "POMGNT1", "stop_gained", "single_het", "none"),
        (HET, REF, PARENT),
        "decoy: one pathogenic allele of a biallelic gene; the second is not there",
        *("c.187C>T", "p.Arg63Ter", "POMGNT1/PMID_26908613_MOGL2063", 0.0, "R/*"),
    ),
    Answer(
        *("i", "chr12", 125350344, "G", "A", "TMEM132B", "splice_donor_variant", "de_novo", "3"),
        (("0/1", 19, 21), REF, REF),
        "decoy: a convincing de novo splice variant (invented) in a gene on no panel",
        hgvs_c="c.959+1G>A",
        source="simulated",
    ),
    Answer(
        *("j", "chr13", 32398489, "A", "T", "BRCA2", "stop_gained", "common", "none"),
        (HET, REF, PARENT),
        "decoy: a stop in a famous gene, too common for a dominant disease and in an "
        "unaffected parent",
        *("c.9976A>T", "p.Lys3326Ter", "well-known polymorphism", 0.006, "K/*"),
    ),
    Answer(
        *("j", "chr11", 66560624, "C", "T", "ACTN3", "stop_gained", "common", "none"),
        (HOM, PARENT, PARENT),
        "decoy: a homozygous stop that two people in five carry",
        *("c.1729C>T", "p.Arg577Ter", "well-known polymorphism", 0.42, "R/*"),
    ),
)
# Highest population of the answers that are not rare, rounded by hand.
HIGHEST_POPULATION = {"CFTR": ("NFE", 0.0124), "BRCA2": ("NFE", 0.0087), "ACTN3": ("AMR", 0.58)}
# Ubiquitous differences from the rCRS: position, ref, alt, gene, transcript, protein change.
MITOCHONDRIAL_BACKGROUND = (
    (263, "A", "G", "", "", "", ""),
    (750, "A", "G", "MT-RNR1", "ENST00000389680.2", "non_coding_transcript_exon_variant", ""),
    (1438, "A", "G", "MT-RNR1", "ENST00000389680.2", "non_coding_transcript_exon_variant", ""),
    (4769, "A", "G", "MT-ND2", "ENST00000361453.3", "synonymous_variant", "M100"),
    (8860, "A", "G", "MT-ATP6", "ENST00000361899.2", "missense_variant", "T112A"),
    (15326, "A", "G", "MT-CYB", "ENST00000361789.2", "missense_variant", "T194A"),
)


# --------------------------------------------------------------------- transcripts and positions


@dataclass(frozen=True)
class Transcript:
    """One transcript: exons in genomic order, 0-based half-open, as in the source table."""

    accession: str
    symbol: str
    gene_id: str
    hgnc_id: str
    chrom: str
    forward: bool
    exons: tuple[tuple[int, int], ...]
    cds: tuple[int, int]
    protein: str = ""
    refseq: str = ""
    mane: str = ""

    @property
    def coding(self) -> bool:
        """Whether the transcript has a coding sequence."""
        return self.cds[0] < self.cds[1]

    @property
    def exons_5_to_3(self) -> Sequence[tuple[int, int]]:
        """Exons in the order of transcription."""
        return self.exons if self.forward else self.exons[::-1]

    def index(self, position: int) -> int:
        """Count the transcript bases before an exonic 1-based position."""
        before = 0
        for start, end in self.exons_5_to_3:
            if start < position <= end:
                return before + (position - 1 - start if self.forward else end - position)
            before += end - start
        raise ValueError(f"{position} is not exonic in {self.accession}")

    def coordinate(self, position: int) -> str:
        """Give the HGVS coordinate of an exonic position: 12, -7 or *30."""
        index = self.index(position)
        if not self.coding:
            return str(index + 1)
        first, last = self.cds[0] + 1, self.cds[1]
        start, stop = (first, last) if self.forward else (last, first)
        if index < self.index(start):
            return f"-{self.index(start) - index}"
        if index > self.index(stop):
            return f"*{index - self.index(stop)}"
        return str(index - self.index(start) + 1)

    def place(self, position: int) -> Place | None:
        """Say where a 1-based position lies; None outside the transcript."""
        exons, n = self.exons_5_to_3, len(self.exons)
        if not self.exons[0][0] < position <= self.exons[-1][1]:
            return None
        for number, (start, end) in enumerate(exons, 1):
            if start < position <= end:
                edges = [position - start] * (self._has_before(number, n, low=True))
                edges += [end - position + 1] * (self._has_before(number, n, low=False))
                kind = self._exon_kind(position)
                label = self.coordinate(position)
                return Place(kind, f"{number}/{n}", "", label, min(edges, default=999), "")
        return self._intron_place(position)

    def _has_before(self, number: int, n: int, low: bool) -> bool:
        """Tell whether an intron touches the low or the high genomic side of an exon."""
        first_side = low == self.forward
        return number > 1 if first_side else number < n

    def _exon_kind(self, position: int) -> str:
        if not self.coding:
            return "non_coding_transcript_exon_variant"
        if self.cds[0] < position <= self.cds[1]:
            return "coding"
        low = position <= self.cds[0]
        return "5_prime_UTR_variant" if low == self.forward else "3_prime_UTR_variant"

    def _intron_place(self, position: int) -> Place:
        exons, n = self.exons_5_to_3, len(self.exons)
        for number in range(1, n):
            a, b = exons[number - 1], exons[number]
            donor, acceptor = (a[1], b[0] + 1) if self.forward else (a[0] + 1, b[1])
            low, high = sorted((donor, acceptor))
            if low < position < high:
                to_donor, to_acceptor = abs(position - donor), abs(acceptor - position)
                near = to_donor <= to_acceptor
                anchor = self.coordinate(donor if near else acceptor)
                label = anchor + (f"+{to_donor}" if near else f"-{to_acceptor}")
                site = "splice_donor_variant" if near else "splice_acceptor_variant"
                distance = min(to_donor, to_acceptor)
                return Place("intron", "", f"{number}/{n - 1}", label, distance, site)
        raise ValueError(f"{position} lies in no intron of {self.accession}")


@dataclass(frozen=True)
class Place:
    """Where a position lies in a transcript, and how far from the nearest splice site."""

    kind: str
    exon: str
    intron: str
    label: str
    splice_distance: int
    splice_site: str


@dataclass
class Sources:
    """The tables, read once."""

    mane: dict[str, list[Transcript]]
    others: dict[str, list[Transcript]]
    clinvar: dict[tuple[str, int, str, str], dict[str, str]]
    hgnc: dict[str, tuple[str, str]]
    green: set[str]
    on_any_panel: set[str]
    published: dict[tuple[str, int, str, str], set[str]] = field(default_factory=dict)


def read_sources(shared: Path) -> Sources:
    data = shared / "data"
    hgnc = {
        row["Approved symbol"]: (row["HGNC ID"], row["Ensembl gene ID"])
        for row in rows_of(data / "genes" / "hgnc_entries.tsv")
    }
    mane = read_mane(data / "genes" / "MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz", hgnc)
    others = read_refgene(data / "genes" / "hg38.refGene.txt.gz", mane)
    snapshot = data / "annotation" / "clinvar" / "clinvar_20241215.PLP.ge2star.GRCh38.vcf.gz"
    panels = list(rows_of(data / "panels" / "panelapp" / "PanelAppData_combined_core.tsv"))
    published = defaultdict(set)
    for row in rows_of(shared / "evaluation" / "variants.dev.tsv.gz"):
        if row["pos"]:
            key = (row["chrom"], int(row["pos"]), row["ref"], row["alt"])
            published[key].add(f"{row['case_id']} {row['hgvs_c']} {row['hgvs_p']}")
    green = {row["Gene"] for row in panels if row["confidence_level"] in ("3", "4")}
    on_any = {row["Gene"] for row in panels}
    return Sources(mane, others, read_clinvar(snapshot), hgnc, green, on_any, dict(published))


def open_text(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from lines


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(open_text(path), delimiter="\t", quoting=csv.QUOTE_NONE)


def read_mane(path: Path, hgnc: dict[str, tuple[str, str]]) -> dict[str, list[Transcript]]:
    genes = defaultdict(list)
    for row in rows_of(path):
        if row["chrom"] not in CONTIG_LENGTHS or row["symbol"] not in hgnc:
            continue
        start = int(row["txStart"])
        sizes = [int(x) for x in row["blockSizes"].strip(",").split(",")]
        offsets = [int(x) for x in row["blockStarts"].strip(",").split(",")]
        exons = tuple((start + o, start + o + s) for o, s in zip(offsets, sizes, strict=True))
        genes[row["symbol"]].append(
            Transcript(
                accession=row["ensembl_tx"],
                symbol=row["symbol"],
                gene_id=row["ensembl_gene"].partition(".")[0],
                hgnc_id=hgnc[row["symbol"]][0],
                chrom=row["chrom"],
                forward=row["strand"] == "+",
                exons=exons,
                cds=(int(row["cdsStart"]), int(row["cdsEnd"])),
                protein=row["ensembl_prot"],
                refseq=row["refseq_tx"],
                mane=row["mane_status"],
            )
        )
    return dict(genes)


def read_refgene(path: Path, mane: dict[str, list[Transcript]]) -> dict[str, list[Transcript]]:
    """Read RefSeq transcripts other than MANE that overlap the gene's MANE transcript."""
    genes = defaultdict(list)
    for line in open_text(path):
        f = line.rstrip("\n").split("\t")
        name, chrom, symbol = f[1], f[2], f[12]
        if symbol not in mane or mane[symbol][0].chrom != chrom:
            continue
        model = mane[symbol][0]
        known = {t.refseq.partition(".")[0] for t in mane[symbol]}
        overlaps = int(f[4]) < model.exons[-1][1] and model.exons[0][0] < int(f[5])
        if name in known or not overlaps or len(genes[symbol]) == 3:
            continue
        if any(t.accession == name for t in genes[symbol]) or (f[3] == "+") != model.forward:
            continue
        starts, ends = ([int(x) for x in f[i].strip(",").split(",")] for i in (9, 10))
        genes[symbol].append(
            Transcript(
                accession=name,
                symbol=symbol,
                gene_id=model.gene_id,
                hgnc_id=model.hgnc_id,
                chrom=chrom,
                forward=f[3] == "+",
                exons=tuple(zip(starts, ends, strict=True)),
                cds=(int(f[6]), int(f[7])),
            )
        )
    return dict(genes)


def read_clinvar(path: Path) -> dict[tuple[str, int, str, str], dict[str, str]]:
    records = {}
    for line in open_text(path):
        if line.startswith("#"):
            continue
        chrom, position, _, ref, alt, _, _, info = line.rstrip("\n").split("\t")[:8]
        name = "chr" + chrom.replace("MT", "M")
        pairs = dict(item.partition("=")[::2] for item in info.split(";"))
        records[name, int(position), ref, alt] = pairs
    return records


# ------------------------------------------------------------------------------ chance, stable


class Chance:
    """Draws built on `random.random` alone, whose sequence Python keeps for a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def unit(self) -> float:
        """Draw from [0, 1)."""
        return self._random()

    def below(self, n: int) -> int:
        """Draw a whole number below n."""
        return int(self._random() * n)

    def pick(self, items: Sequence[str]) -> str:
        """Draw one item."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[str], n: int) -> list[str]:
        """Draw up to n different items."""
        pool = list(items)
        return [pool.pop(self.below(len(pool))) for _ in range(min(n, len(pool)))]

    def binomial(self, n: int, p: float) -> int:
        """Count successes in n trials."""
        return sum(self._random() < p for _ in range(n))

    def bell(self, mean: float, spread: float) -> float:
        """Draw from a bell-shaped curve (a sum of six draws)."""
        return mean + spread * (sum(self._random() for _ in range(6)) - 3.0) * 1.414


# ------------------------------------------------------------------------------------ the record


@dataclass
class Record:
    """One line of the VCF before it is text."""

    chrom: str
    position: int
    ref: str
    alts: list[str]
    calls: list[str]
    csq: list[str]
    af: list[float | None]
    highest: list[float | None]
    filter: str = "PASS"
    clinvar: dict[str, str] | None = None
    identifier: str = "."

    def line(self, chance: Chance) -> str:
        """Write the record as VCF text, without the newline."""
        counts, called = [0] * len(self.alts), 0
        depth = 0
        for call in self.calls:
            parts = call.split(":")
            alleles = parts[0].replace("|", "/").split("/")
            called += sum(a != "." for a in alleles)
            depth += int(parts[2])
            for a in alleles:
                if a not in ".0":
                    counts[int(a) - 1] += 1
        passed = self.filter == "PASS"
        quality = max(12.0, chance.bell(620 if passed else 70, 160 if passed else 15))
        info = [
            "AC=" + ",".join(map(str, counts)),
            "AF=" + ",".join(f"{c / max(called, 1):.3f}" for c in counts),
            f"AN={called}",
            f"DP={depth}",
            f"FS={abs(chance.bell(1.5 if passed else 40, 1.2)):.2f}",
            f"MQ={60 - abs(chance.bell(0, 0.4)) if passed else chance.bell(38, 4):.1f}",
            f"QD={max(1.1, chance.bell(16 if passed else 2, 4 if passed else 0.4)):.1f}",
        ]
        if any(x is not None for x in self.af):
            info.append("gnomAD_AF=" + ",".join(map(number, self.af)))
            info.append("gnomAD_popmax_AF=" + ",".join(map(number, self.highest)))
        if self.clinvar:
            info += [f"{key}={self.clinvar[key]}" for key in ("CLNSIG", "CLNREVSTAT")]
        if self.csq:
            info.append("CSQ=" + ",".join(self.csq))
        columns = [self.chrom, str(self.position), self.identifier, self.ref, ",".join(self.alts)]
        columns += [f"{quality:.1f}", self.filter, ";".join(info), "GT:AD:DP:GQ:PL", *self.calls]
        return "\t".join(columns)


def number(value: float | None) -> str:
    return "." if value is None else f"{value:.3g}"


def make_call(chance: Chance, gt: str, reads: Sequence[int] | None = None, gq: int = 0) -> str:
    """Write GT:AD:DP:GQ:PL for a genotype; reads are drawn where not given."""
    alleles = gt.replace("|", "/").split("/")
    n_alleles = max([int(a) for a in alleles if a != "."] + [1]) + 1
    n_alleles = max(n_alleles, len(reads) if reads else 0)
    if reads is None:
        depth = max(14, int(chance.bell(36, 6))) // (2 if len(alleles) == 1 else 1)
        reads = draw_reads(chance, alleles, depth, n_alleles)
    if "." in alleles and all(a == "." for a in alleles):
        return f"{gt}:{','.join('0' * len(reads))}:0:.:."
    depth = sum(reads)
    quality = gq or min(99, max(21, int(depth * 2.6 + chance.below(9))))
    pl = likelihoods(alleles, reads, quality)
    return f"{gt}:{','.join(map(str, reads))}:{depth}:{quality}:{pl}"


def draw_reads(chance: Chance, alleles: list[str], depth: int, n_alleles: int) -> list[int]:
    reads = [0] * n_alleles
    present = sorted({int(a) for a in alleles if a != "."}) or [0]
    if "." in alleles:
        present = sorted({0, *present})
    if len(present) == 1:
        reads[present[0]] = depth
        return reads
    reads[present[0]] = min(depth - 8, max(8, chance.binomial(depth, 0.5))) if depth > 16 else 8
    reads[present[1]] = max(depth - reads[present[0]], 6)
    return reads


def likelihoods(alleles: list[str], reads: Sequence[int], quality: int) -> str:
    """Give phred likelihoods of the reads, 0 at the called genotype and GQ at least elsewhere."""
    n_alleles = len(reads)
    called = tuple(sorted(int(a) if a != "." else 0 for a in alleles))
    if len(called) == 1:
        genotypes = [(a,) for a in range(n_alleles)]
    else:
        genotypes = [(a, b) for b in range(n_alleles) for a in range(b + 1)]

    def fit(genotype: tuple[int, ...]) -> float:
        shares = [
            sum(1 - READ_ERROR if i == a else READ_ERROR for a in genotype) / len(genotype)
            for i in range(n_alleles)
        ]
        return sum(n * math.log10(share) for n, share in zip(reads, shares, strict=True))

    best = fit(called)
    return ",".join(
        "0" if g == called else str(max(quality, round(10 * (best - fit(g))))) for g in genotypes
    )


# --------------------------------------------------------------------------------- annotation


@dataclass(frozen=True)
class Change:
    """An allele's effect at its MANE transcript, with what the entries of CSQ share."""

    ref: str
    alt: str
    vep_allele: str
    variant_class: str
    codons: str = ""
    amino_acids: str = ""
    coding_term: str = ""  # the term within a coding sequence
    frequencies: tuple[str, ...] = ()  # AF_FIELDS, MAX_AF, MAX_AF_POPS
    existing: str = ""
    clin_sig: str = ""
    cadd: str = ""
    revel: str = ""
    splice: tuple[str, ...] = ("", "", "", "")


def terms_of(place: Place, change: Change, coding: bool) -> str:
    if place.kind == "intron":
        if place.splice_distance <= 2:
            return place.splice_site
        region = ["splice_region_variant"] * (place.splice_distance <= 8)
        tail = ["intron_variant"] + ["non_coding_transcript_variant"] * (not coding)
        return "&".join(region + tail)
    term = change.coding_term if place.kind == "coding" else place.kind
    edge = place.splice_distance <= 3 and term not in ("stop_gained", "frameshift_variant")
    if not edge:
        return term
    if term in MODERATE:
        return f"{term}&splice_region_variant"
    return f"splice_region_variant&{term}"


def impact_of(consequence: str) -> str:
    terms = set(consequence.split("&"))
    for impact, members in (("HIGH", HIGH), ("MODERATE", MODERATE), ("LOW", LOW)):
        if terms & members:
            return impact
    return "MODIFIER"


def hgvs_c(tx: Transcript, position: int, place: Place, change: Change) -> str:
    """Name the change on a transcript; deletions and insertions by their flanking bases."""
    kind = "c" if tx.coding else "n"
    ref, alt = change.ref, change.alt
    if len(ref) == len(alt) == 1:
        a, b = (ref, alt) if tx.forward else (s.translate(COMPLEMENT) for s in (ref, alt))
        return f"{kind}.{place.label}{a}>{b}"
    first, last = position + 1, position + max(len(ref) - 1, 1)
    if len(alt) > len(ref):
        first, last = position, position + 1
    ends = [tx.place(first), tx.place(last)] if tx.forward else [tx.place(last), tx.place(first)]
    if None in ends:
        return ""
    labels = [end.label for end in ends if end]
    if len(alt) > len(ref):
        inserted = alt[1:] if tx.forward else alt[:0:-1].translate(COMPLEMENT)
        return f"{kind}.{labels[0]}_{labels[1]}ins{inserted}"
    span = labels[0] if labels[0] == labels[1] else "_".join(labels)
    return f"{kind}.{span}del"


def annotate(
    transcripts: Sequence[Transcript],
    position: int,
    change: Change,
    named: tuple[str, str] | None = None,
) -> list[str]:
    """Write one CSQ entry per transcript; `named` is the published HGVS on MANE Select."""
    entries = []
    indel = len(change.ref) != len(change.alt)
    for tx in transcripts:
        place = tx.place(position + indel)
        if place is None:
            continue
        consequence = terms_of(place, change, tx.coding)
        row = dict.fromkeys(CSQ_FIELDS, "")
        select = tx.mane == "MANE Select"
        coding = place.kind == "coding"
        label, protein = hgvs_c(tx, position, place, change), ""
        if coding and change.amino_acids and "/" in change.amino_acids:
            protein = protein_name(change, int(place.label))
        if coding and consequence.startswith("synonymous"):
            protein = f"p.{AA3[change.amino_acids]}{(int(place.label) + 2) // 3}%3D"
        if named and select:
            label, protein = named
        elif named and indel:
            label = ""
        row |= {
            "Allele": change.vep_allele,
            "Consequence": consequence,
            "IMPACT": impact_of(consequence),
            "SYMBOL": tx.symbol,
            "Gene": tx.gene_id,
            "Feature_type": "Transcript",
            "Feature": tx.accession,
            "BIOTYPE": "protein_coding" if tx.coding else "misc_RNA",
            "EXON": place.exon,
            "INTRON": place.intron,
            "HGVSc": f"{tx.accession}:{label}" if label else "",
            "HGVSp": f"{tx.protein}:{protein}" if protein and tx.protein else "",
            "Existing_variation": change.existing,
            "STRAND": "1" if tx.forward else "-1",
            "VARIANT_CLASS": change.variant_class,
            "SYMBOL_SOURCE": "HGNC",
            "HGNC_ID": tx.hgnc_id,
            "CANONICAL": "YES" if select else "",
            "MANE_SELECT": tx.refseq if select else "",
            "MANE_PLUS_CLINICAL": tx.refseq if tx.mane and not select else "",
            "ENSP": tx.protein,
            "CLIN_SIG": change.clin_sig,
            "CADD_PHRED": change.cadd,
        }
        if place.exon:
            row["cDNA_position"] = str(tx.index(position + indel) + 1)
        if coding:
            row["CDS_position"] = place.label
            row["Protein_position"] = str((int(place.label) + 2) // 3)
            row["Amino_acids"], row["Codons"] = change.amino_acids, change.codons
        if "missense_variant" in consequence:
            row["REVEL"] = change.revel
        if row["IMPACT"] == "HIGH":
            row["LoF"] = "HC" if select else ""
        row |= dict(zip([*AF_FIELDS, "MAX_AF", "MAX_AF_POPS"], change.frequencies, strict=False))
        row |= dict(zip(SPLICE_FIELDS, change.splice, strict=True))
        entries.append("|".join(row[name] for name in CSQ_FIELDS))
    return entries


def protein_name(change: Change, coordinate: int) -> str:
    before, after = change.amino_acids.split("/")
    return f"p.{AA3[before]}{(coordinate + 2) // 3}{AA3[after]}"


def frequency_fields(
    chance: Chance, af: float | None, exonic: bool, fixed: tuple[str, float] | None = None
) -> tuple[tuple[str, ...], float | None]:
    """Draw population frequencies around `af`; give the CSQ fields and the highest."""
    if af is None:
        return (), None
    by_population = {p: min(1.0, af * (0.4 + 1.2 * chance.unit())) for p in POPULATIONS}
    if fixed:
        by_population = {p: min(f, fixed[1] * 0.9) for p, f in by_population.items()}
        by_population[fixed[0]] = fixed[1]
    highest = max(POPULATIONS, key=lambda p: (by_population[p], p))
    values = [f"{af:.3g}", *(f"{by_population[p]:.3g}" for p in POPULATIONS)]
    exomes = values if exonic else [""] * len(values)
    source = "gnomADe" if exonic else "gnomADg"
    top = max(by_population[highest], af)
    return (*exomes, *values, f"{top:.3g}", f"{source}_{highest}"), float(f"{top:.3g}")


# --------------------------------------------------------------------------------- the answers


def transcripts_of(sources: Sources, gene: str) -> list[Transcript]:
    return [*sources.mane[gene], *sources.others.get(gene, [])]


def check_answer(answer: Answer, sources: Sources) -> None:
    """Refuse an answer that its sources do not bear out."""
    key = (answer.chrom, answer.position, answer.ref, answer.alt)
    cases = sources.published.get(key, set())
    if "PMID" in answer.source:
        refseq = sources.mane[answer.gene][0].refseq
        protein = answer.hgvs_p.replace("p.", "p.(") + ")" if answer.hgvs_p else "p.?"
        wanted = f"{answer.source} {refseq}:{answer.hgvs_c} "
        if not any(c.startswith(wanted) and c.endswith(protein) for c in cases):
            raise ValueError(f"{answer.gene}: {wanted}{protein} is not among {sorted(cases)}")
    if "ClinVar" in answer.source and key not in sources.clinvar:
        raise ValueError(f"{answer.gene}: {key} is not in the ClinVar snapshot")
    if answer.tier == "3" and answer.gene in sources.on_any_panel:
        raise ValueError(f"{answer.gene} is on a panel")
    if answer.tier in "12" and answer.gene not in sources.green:
        raise ValueError(f"{answer.gene} is green on no panel")
    if answer.gene.startswith("MT-"):
        return
    model = sources.mane[answer.gene][0]
    indel = len(answer.ref) != len(answer.alt)
    where = model.place(answer.position + indel)
    if where is None:
        raise ValueError(f"{answer.gene}: {answer.position} lies outside the transcript")
    found = terms_of(where, Change("", "", "", "", coding_term=answer.consequence), model.coding)
    if answer.consequence != found:
        raise ValueError(f"{answer.gene}: {answer.consequence} is stated, {found} is computed")
    if answer.hgvs_c and len(answer.ref) == len(answer.alt) == 1:
        computed = hgvs_c(model, answer.position, where, Change(answer.ref, answer.alt, "", ""))
        if computed != answer.hgvs_c:
            raise ValueError(f"{answer.gene}: {answer.hgvs_c} is stated, {computed} is computed")


def answer_record(answer: Answer, sources: Sources, chance: Chance) -> Record:
    check_answer(answer, sources)
    key = (answer.chrom, answer.position, answer.ref, answer.alt)
    clinvar = sources.clinvar.get(key)
    rsid = "rs" + clinvar["RS"] if clinvar and "RS" in clinvar else ""
    af = answer.af or None
    mitochondrial = answer.gene.startswith("MT-")
    exonic = answer.consequence != "intron_variant" and not mitochondrial
    fields, highest = frequency_fields(chance, af, exonic, HIGHEST_POPULATION.get(answer.gene))
    inserted, deleted = len(answer.alt) > len(answer.ref), len(answer.alt) < len(answer.ref)
    snv = not inserted and not deleted
    change = Change(
        ref=answer.ref,
        alt=answer.alt,
        vep_allele=answer.alt if snv else (answer.alt[1:] or "-"),
        variant_class="SNV" if snv else "insertion" if inserted else "deletion",
        amino_acids=answer.amino_acids,
        coding_term=answer.consequence,
        frequencies=fields,
        existing=rsid,
        clin_sig=clinvar["CLNSIG"].lower().replace("/", "&") if clinvar else "",
        cadd=f"{chance.bell(32 if exonic else 12, 2):.1f}",
        revel=f"{0.75 + 0.2 * chance.unit():.3f}",
        splice=("0.00",) * 4 if exonic else ("",) * 4,
    )
    if "splice" in answer.consequence:
        change = Change(**{**change.__dict__, "splice": ("0.00", "0.00", "0.04", "0.99")})
    if mitochondrial:
        csq = [mitochondrial_entry(sources, change, "MT-TL1", "ENST00000386347.1", 3230, answer)]
    else:
        named = (answer.hgvs_c, answer.hgvs_p) if answer.hgvs_c else None
        csq = annotate(transcripts_of(sources, answer.gene), answer.position, change, named)
    calls = [make_call(chance, gt, reads) for gt, *reads in answer.reads]
    return Record(
        *(answer.chrom, answer.position, answer.ref, [answer.alt], calls, csq, [af], [highest]),
        clinvar=clinvar,
        identifier=rsid or ".",
    )


def mitochondrial_entry(
    sources: Sources, change: Change, gene: str, tx: str, start: int, where: Answer
) -> str:
    """Write the CSQ entry of a mitochondrial allele on the forward strand."""
    row = dict.fromkeys(CSQ_FIELDS, "")
    hgnc_id, gene_id = sources.hgnc[gene]
    biotype = {"MT-T": "Mt_tRNA", "MT-R": "Mt_rRNA"}.get(gene[:4], "protein_coding")
    coordinate = where.position - start + 1
    kind = "c" if biotype == "protein_coding" else "n"
    row |= {
        "Allele": change.vep_allele,
        "Consequence": where.consequence,
        "IMPACT": impact_of(where.consequence),
        "SYMBOL": gene,
        "Gene": gene_id,
        "Feature_type": "Transcript",
        "Feature": tx,
        "BIOTYPE": biotype,
        "EXON": "1/1",
        "HGVSc": f"{tx}:{kind}.{coordinate}{change.ref}>{change.alt}",
        "cDNA_position": str(coordinate),
        "Amino_acids": change.amino_acids,
        "Existing_variation": change.existing,
        "STRAND": "1",
        "VARIANT_CLASS": "SNV",
        "SYMBOL_SOURCE": "HGNC",
        "HGNC_ID": hgnc_id,
        "CANONICAL": "YES",
        "CLIN_SIG": change.clin_sig,
    }
    row |= dict(zip([*AF_FIELDS, "MAX_AF", "MAX_AF_POPS"], change.frequencies, strict=False))
    return "|".join(row[name] for name in CSQ_FIELDS)


def mitochondrial_background(sources: Sources, chance: Chance) -> list[Record]:
    """Write differences that nearly everyone has from the reference, homoplasmic in all three."""
    # First base of each gene on the rCRS (NC_012920.1).
    starts = {"MT-RNR1": 648, "MT-ND2": 4470, "MT-ATP6": 8527, "MT-CYB": 14747}
    records = []
    for position, ref, alt, gene, tx, consequence, protein in MITOCHONDRIAL_BACKGROUND:
        csq = []
        if gene:
            before, after = protein[:1], protein[-1:] if protein[-1:].isalpha() else ""
            amino_acids = f"{before}/{after}" if after else before
            fields = (*[""] * len(AF_FIELDS), "0.98", "gnomADg_NFE")
            change = Change(ref, alt, alt, "SNV", amino_acids=amino_acids, frequencies=fields)
            place = Answer("", "chrM", position, ref, alt, gene, consequence, "", "", (), "")
            csq = [mitochondrial_entry(sources, change, gene, tx, starts[gene], place)]
        calls = [make_call(chance, "1/1", (0, 1700 + chance.below(500))) for _ in SAMPLES]
        records.append(Record("chrM", position, ref, [alt], calls, csq, [0.98], [0.98]))
    return records


# ------------------------------------------------------------------------------- the background


@dataclass
class Background:
    """Draw background records gene by gene; remembers which positions are taken."""

    sources: Sources
    chance: Chance
    taken: dict[str, set[int]]

    def of_gene(self, gene: str, rare_allowed: bool) -> Iterator[Record]:
        """Yield the background of a gene: common variants, and at most one rare one."""
        model = self.sources.mane[gene][0]
        for number_in_gene in range(VARIANTS_PER_GENE):
            rare = rare_allowed and number_in_gene == 0
            kind = self._kind(rare)
            if kind == "lof" and gene in self.sources.green:
                kind = "missense"
            position = self._position(model, kind)
            if position is None:
                continue
            yield self._record(model, position, kind, rare)

    def _kind(self, rare: bool) -> str:
        u = self.chance.unit()
        if rare:
            return "missense" if u < 0.62 else "synonymous" if u < 0.92 else "lof"
        for kind, share in (("intron", 0.62), ("synonymous", 0.77), ("missense", 0.87)):
            if u < share:
                return kind
        return "utr" if u < 0.96 else "splice_region"

    def _position(self, model: Transcript, kind: str) -> int | None:
        """Choose a free position of the wanted kind, at least 25 bases from any other."""
        taken = self.taken[model.chrom]
        for _ in range(30):
            position = self._try_position(model, kind)
            if position and not any(p in taken for p in range(position - 25, position + 26)):
                taken.add(position)
                return position
        return None

    def _try_position(self, model: Transcript, kind: str) -> int | None:
        chance = self.chance
        if kind in ("synonymous", "missense", "lof"):
            spans = [(max(a, model.cds[0]), min(b, model.cds[1])) for a, b in model.exons]
            spans = [(a + 4, b - 12) for a, b in spans if b - a > 20]
        elif kind == "utr":
            spans = [(a, min(b, model.cds[0])) for a, b in model.exons if a < model.cds[0]]
            spans += [(max(a, model.cds[1]), b) for a, b in model.exons if b > model.cds[1]]
            spans = [(a, b - 12) for a, b in spans if b - a > 20]
        else:
            ends = zip(model.exons, model.exons[1:], strict=False)
            spans = [(a[1], b[0]) for a, b in ends if b[0] - a[1] > 120]
            if kind == "splice_region" and spans:
                a, b = spans[chance.below(len(spans))]
                return a + 3 + chance.below(5) if chance.unit() < 0.5 else b - 7 + chance.below(5)
            spans = [(a + 30, b - 50) for a, b in spans]
        if not spans:
            return None
        start, end = spans[chance.below(len(spans))]
        position = start + 1 + chance.below(end - start)
        if kind == "synonymous" and int(model.coordinate(position)) % 3:
            return None  # only the third base of a codon can be silent
        return position

    def _record(self, model: Transcript, position: int, kind: str, rare: bool) -> Record:
        chance = self.chance
        af: float | None = 0.02 + 0.93 * chance.unit() ** 1.6
        if rare:
            af = None if chance.unit() < 0.25 else 10 ** (-5 + 2.6 * chance.unit())
        exonic = kind in ("synonymous", "missense", "lof")
        alts = self._alleles(model, position, kind)
        ref = alts[0].ref
        afs = [af] + [None if a.alt == "*" else 0.012 for a in alts[1:]]
        csq, highest = [], []
        transcripts = transcripts_of(self.sources, model.symbol)
        for change, f in zip(alts, afs, strict=True):
            fields, top = frequency_fields(chance, f, exonic)
            highest.append(top)
            if change.alt != "*":
                scored = Change(**{**change.__dict__, "frequencies": fields, **self._scores(kind)})
                csq += annotate(transcripts, position, scored)
        two = len(alts) > 1
        calls = self._calls(model, position, af, rare, two)
        reason = "LowQual" if chance.unit() < 0.4 else "VQSRTrancheSNP99.90to100.00"
        failed = chance.unit() < (0.12 if rare else 0.05)
        return Record(
            *(model.chrom, position, ref, [a.alt for a in alts], calls, csq, afs, highest),
            filter=reason if failed else "PASS",
        )

    def _scores(self, kind: str) -> dict[str, object]:
        chance = self.chance
        cadd = {"missense": 18.0, "lof": 33.0, "synonymous": 7.0}.get(kind, 3.0)
        return {
            "cadd": f"{max(0.1, chance.bell(cadd, cadd / 4)):.1f}",
            "revel": f"{0.05 + 0.6 * chance.unit() ** 2:.3f}",
            "splice": ("0.00", "0.00", "0.00", "0.00") if kind != "utr" else ("",) * 4,
        }

    def _alleles(self, model: Transcript, position: int, kind: str) -> list[Change]:
        """Draw the alleles of a site; the first is the one the family is drawn for."""
        chance = self.chance
        if kind in ("synonymous", "missense", "lof"):
            return [self._coding_change(model, position, kind)]
        ref = chance.pick(BASES)
        others = [b for b in BASES if b != ref]
        u = chance.unit()
        if u < 0.07:
            tail = "".join(chance.pick(BASES) for _ in range(1 + chance.below(6)))
            tail += others[chance.below(3)]  # the base before differs: left-aligned
            return [Change(ref + tail, ref, "-", "deletion")]
        if u < 0.13:
            tail = "".join(chance.pick(BASES) for _ in range(1 + chance.below(4)))
            tail += others[chance.below(3)]
            return [Change(ref, ref + tail, tail, "insertion")]
        alt = self._substitute(ref)
        others.remove(alt)
        alleles = [Change(ref, alt, alt, "SNV")]
        if 0.13 <= u < 0.17 and model.chrom not in ("chrX", "chrY"):
            second = "*" if chance.unit() < 0.3 else others.pop(chance.below(2))
            alleles.append(Change(ref, second, second, "SNV"))
        return alleles

    def _substitute(self, ref: str) -> str:
        """Draw another base, transitions more often."""
        if self.chance.unit() < TRANSITION_SHARE:
            return TRANSITION[ref]
        return self.chance.pick([b for b in BASES if b not in (ref, TRANSITION[ref])])

    def _coding_change(self, model: Transcript, position: int, kind: str) -> Change:
        """Draw a codon whose change has the wanted consequence under the genetic code."""
        chance = self.chance
        place = model.place(position)
        if place is None or place.kind != "coding":
            raise ValueError(f"{model.symbol}: {position} is not coding")
        phase = (int(place.label) - 1) % 3
        terms = {
            "synonymous": "synonymous_variant",
            "missense": "missense_variant",
            "lof": "stop_gained",
        }
        for _ in range(5000):
            codon = "".join(chance.pick(BASES) for _ in range(3))
            base = self._substitute(codon[phase])
            changed = codon[:phase] + base + codon[phase + 1 :]
            before, after = CODON_AA[codon], CODON_AA[changed]
            found = "synonymous" if before == after else "lof" if after == "*" else "missense"
            if before == "*" or (found != kind):
                continue
            pair = [codon[phase], base]
            if not model.forward:
                pair = [b.translate(COMPLEMENT) for b in pair]
            shown = [
                c[:phase].lower() + c[phase] + c[phase + 1 :].lower() for c in (codon, changed)
            ]
            amino = before if before == after else f"{before}/{after}"
            codons = "/".join(shown)
            return Change(*pair, pair[1], "SNV", codons, amino, terms[kind])
        raise ValueError(f"{model.symbol}: no {kind} change at {position}")

    def _calls(
        self, model: Transcript, position: int, af: float | None, rare: bool, two: bool
    ) -> list[str]:
        """Draw the family's calls at a site."""
        chance = self.chance
        zone = zone_of(model.chrom, position)
        if rare and zone == "autosomal" and chance.unit() < 0.04:
            return self._false_de_novo()
        haplotypes = self._transmit(zone, af, rare)
        if two:
            return self._two_allele_calls(haplotypes)
        phased = chance.unit() < 0.06
        written_haploid = chance.unit() < 0.5
        calls = []
        for name, alleles in zip(SAMPLES, haplotypes, strict=True):
            calls.append(self._call(name, alleles, phased, written_haploid))
        return calls

    def _call(self, name: str, alleles: Sequence[int], phased: bool, written_haploid: bool) -> str:
        chance = self.chance
        u = chance.unit()
        if not alleles or u < 0.004:
            return make_call(chance, "./.", (0, 0))
        if len(alleles) == 1:
            gt = str(alleles[0]) if written_haploid else f"{alleles[0]}/{alleles[0]}"
            return make_call(chance, gt, self._pad(alleles))
        if sum(alleles) == 1 and u < 0.008 and name != "proband":
            return make_call(chance, "./1")
        if sum(alleles) == 1 and phased:
            # The allele of the father first in the child, the transmitted one first in a parent:
            # one haplotype order along each chromosome.
            return make_call(chance, "|".join(map(str, alleles)))
        low = 5 + chance.below(14) if u > 0.985 else 0
        return make_call(chance, "/".join(map(str, sorted(alleles))), gq=low)

    def _pad(self, alleles: Sequence[int]) -> list[int]:
        depth = max(9, int(self.chance.bell(18, 4)))
        return [0, depth] if alleles[0] else [depth, 0]

    def _false_de_novo(self) -> list[str]:
        """Write an apparent de novo whose reads do not hold up."""
        chance = self.chance
        if chance.unit() < 0.6:
            alt = 2 + chance.below(3)
            reads = (14 + chance.below(12), alt)
            parent = make_call(chance, "0/0")
            return [make_call(chance, "0/1", reads, 4 + chance.below(14)), parent, parent]
        seen = (18 + chance.below(8), 3 + chance.below(3))
        return [
            make_call(chance, "0/1"),
            make_call(chance, "0/0", seen, 6 + chance.below(10)),
            make_call(chance, "0/0"),
        ]

    def _transmit(self, zone: str, af: float | None, rare: bool) -> list[tuple[int, ...]]:
        """Draw haplotypes of proband (father's first), mother and father (transmitted first)."""
        chance = self.chance
        p = af or 0.0
        for _ in range(2000):
            mother = [int(chance.unit() < p) for _ in range(2)]
            father = [int(chance.unit() < p) for _ in range(2)]
            if rare:
                mother, father = ([1, 0], [0, 0]) if chance.unit() < 0.5 else ([0, 0], [1, 0])
                if zone != "autosomal":
                    mother, father = [0, 1], [0, 0]
            if zone == "X":
                family = [(mother[0],), tuple(mother), (father[0],)]
            elif zone == "Y":
                family = [(father[0],), (), (father[0],)]
            else:
                family = [(father[0], mother[0]), tuple(mother), tuple(father)]
            if any(any(alleles) for alleles in family):
                return family
        raise ValueError(f"no carrier drawn at frequency {p}")

    def _two_allele_calls(self, haplotypes: list[tuple[int, ...]]) -> list[str]:
        """Give the mother's untransmitted reference allele the second ALT."""
        chance = self.chance
        child, mother, father = (list(h) for h in haplotypes)
        mother[1] = 2
        texts = ["/".join(map(str, sorted(h))) for h in (child, mother, father)]
        calls = []
        for gt in texts:
            alleles = gt.split("/")
            depth = 30 + chance.below(12)
            calls.append(make_call(chance, gt, draw_reads(chance, alleles, depth, 3)))
        return calls


def zone_of(chrom: str, position: int) -> str:
    for name, regions in (("chrX", PAR_X), ("chrY", PAR_Y)):
        if chrom == name:
            inside = any(a <= position <= b for a, b in regions)
            return "autosomal" if inside else name[3:]
    return "autosomal"


def choose_genes(sources: Sources, chance: Chance) -> list[tuple[str, bool]]:
    """Choose background genes; True where one rare variant may be drawn."""
    answers = {a.gene for a in ANSWERS}
    usable = sorted(
        gene
        for gene, models in sources.mane.items()
        if len(models[0].exons) > 2 and models[0].coding and gene not in answers
    )
    autosomal = [g for g in usable if sources.mane[g][0].chrom not in ("chrX", "chrY")]
    green = [g for g in autosomal if g in sources.green]
    plain = [g for g in autosomal if g not in sources.green]
    x_genes = [g for g in usable if sources.mane[g][0].chrom == "chrX" and g not in PAR_GENES]
    par = [g for g in PAR_GENES if g in sources.mane]
    y_genes = [g for g in Y_GENES if g in sources.mane]
    chosen = chance.sample(green, N_GENES // 2 - 30) + chance.sample(plain, N_GENES // 2 - 10)
    genes = [(g, chance.unit() < 0.6) for g in chosen]
    genes += [(g, False) for g in (*chance.sample(x_genes, 30), *par, *y_genes)]
    return genes + [(a, False) for a in sorted(answers) if a in sources.mane]


# ---------------------------------------------------------------------------------- the files


def header() -> str:
    lines = [
        "##fileformat=VCFv4.2",
        "##source=raredx scripts/make_demo.py (simulated family; see README.md)",
        "##reference=GRCh38",
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##FILTER=<ID=LowQual,Description="Low quality">',
        '##FILTER=<ID=VQSRTrancheSNP99.90to100.00,Description="Recalibration tranche">',
    ]
    info = (
        ("AC", "A", "Integer", "Allele count in the called genotypes"),
        ("AF", "A", "Float", "Allele frequency in the called genotypes"),
        ("AN", "1", "Integer", "Number of called alleles"),
        ("DP", "1", "Integer", "Depth over all samples"),
        ("FS", "1", "Float", "Strand bias, phred-scaled"),
        ("MQ", "1", "Float", "Root mean square mapping quality"),
        ("QD", "1", "Float", "Quality by depth"),
        ("gnomAD_AF", "A", "Float", "Population allele frequency (simulated)"),
        ("gnomAD_popmax_AF", "A", "Float", "Highest population frequency (simulated)"),
        ("CLNSIG", ".", "String", "ClinVar 2024-12-15 clinical significance"),
        ("CLNREVSTAT", ".", "String", "ClinVar 2024-12-15 review status"),
        (
            *("CSQ", ".", "String"),
            "Consequence annotations as from Ensembl VEP (see README.md). Format: "
            + "|".join(CSQ_FIELDS),
        ),
    )
    lines += [f'##INFO=<ID={i},Number={n},Type={t},Description="{d}">' for i, n, t, d in info]
    formats = (
        ("GT", "1", "String", "Genotype"),
        ("AD", "R", "Integer", "Read depth of each allele"),
        ("DP", "1", "Integer", "Read depth"),
        ("GQ", "1", "Integer", "Genotype quality"),
        ("PL", "G", "Integer", "Phred-scaled genotype likelihoods"),
    )
    lines += [f'##FORMAT=<ID={i},Number={n},Type={t},Description="{d}">' for i, n, t, d in formats]
    lines += [
        f"##contig=<ID={name},length={length},assembly=GRCh38>"
        for name, length in CONTIG_LENGTHS.items()
    ]
    columns = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")
    lines.append("\t".join([*columns, *SAMPLES]))
    return "\n".join(lines) + "\n"


def build(sources: Sources) -> list[Record]:
    chance = Chance(SEED)
    taken: dict[str, set[int]] = defaultdict(set)
    for answer in ANSWERS:
        taken[answer.chrom].update(range(answer.position - 60, answer.position + 61))
    records = [answer_record(answer, sources, chance) for answer in ANSWERS]
    records += mitochondrial_background(sources, chance)
    background = Background(sources, chance, taken)
    for gene, rare_allowed in choose_genes(sources, chance):
        records += background.of_gene(gene, rare_allowed)
    order = {name: i for i, name in enumerate(CONTIG_LENGTHS)}
    return sorted(records, key=lambda r: (order[r.chrom], r.position))


def write_vcf(path: Path, records: Sequence[Record]) -> None:
    chance = Chance(SEED + 1)
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(header().encode())
        for record in records:
            out.write((record.line(chance) + "\n").encode())
    pysam.tabix_index(str(path), preset="vcf", force=True)


def write_pedigree(path: Path) -> None:
    terms = ";".join(HPO_TERMS)
    path.write_text(
        f"demo\tproband\tfather\tmother\t1\t2\t{terms}\n"
        "demo\tfather\t0\t0\t1\t1\t.\n"
        "demo\tmother\t0\t0\t2\t1\t.\n",
        encoding="utf-8",
    )


def write_truth(path: Path) -> None:
    lines = ["chrom\tpos\tref\talt\tgene\tmode\texpected_tier\twhy"]
    for a in sorted(ANSWERS, key=lambda a: a.label):
        fields = (a.chrom, str(a.position), a.ref, a.alt, a.gene, a.mode, a.tier, a.why)
        lines.append("\t".join(fields))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


README = """# The demonstration family

A boy with seizures, global developmental delay, microcephaly and absent speech, and his unaffected
parents: `family.vcf.gz` ({records} records, GRCh38), `family.ped` (HPO terms in column 7) and
`truth.tsv` (what is hidden in it, with the tier each variant deserves and why).

**No such family exists.** It holds more answers than any real one, so that every mode of
inheritance can be seen in a single run.

## What is fact

- Genes, HGNC IDs, MANE transcripts with their versions, exons and coding sequences; further RefSeq
  transcripts (no version: the source has none).
- The planted variants below, except TMEM132B: position, alleles, HGVS on the MANE Select
  transcript. ClinVar significance and review status, and dbSNP numbers, from the same snapshot;
  a variant without `CLNSIG` is not in that snapshot (pathogenic or likely pathogenic, two stars
  or more).
- The mitochondrial background (263, 750, 1438, 4769, 8860, 15326: nearly everyone has these).

## What is simulated

- The people, their genotypes, reads and qualities, and that any of these variants occur together.
- Every other background variant. **Their reference bases are not those of the genome**, and codons
  and amino acids are drawn to fit the consequence, so do not normalise or re-annotate this file.
- Population frequencies. Background: drawn. Planted: CFTR, BRCA2 and ACTN3 are rounded by hand to
  about their published size; the others follow the rounded ExAC value of the ClinVar snapshot or
  are absent.
- All predictor scores (REVEL, CADD, SpliceAI, LoF).

Also in the file, to be met before real data do it: records that fail a filter, multi-allelic sites
(some with `*`), half calls (`./1`), missing calls, phased heterozygotes, apparent de novos with
poor reads, and X and Y calls of the males written both as `1` and as `1/1`.

## What is hidden

| | gene | variant | transcript | in the family | tier | source |
|---|---|---|---|---|---|---|
{table}

Tier is that of the variant itself: in the NBAS pair the stop stands in tier 1 and the missense in
tier 2, and the pair shows the better one. `none` means not tiered.

## Sources and licence

- MANE (NCBI and EMBL-EBI), refGene (NCBI, by way of UCSC), HGNC: public data, no restriction.
- ClinVar 2024-12-15 (NCBI): public domain. MITOMAP confirmed list: m.3243A>G.
- Published cases: phenopacket-store, BSD-3-Clause; the PMID stands in the table.
- PanelApp (Genomics England), 2025-26: used to check that genes are, or are not, on a panel.
- HPO, release 2025-01-16 (human-phenotype-ontology.org): six term IDs, unaltered.

The files in this folder are made by `scripts/make_demo.py` and carry the licence of the project.
"""


def write_readme(path: Path, records: int, sources: Sources) -> None:
    rows = []
    for a in sorted(ANSWERS, key=lambda a: a.label):
        refseq = sources.mane[a.gene][0].refseq if a.gene in sources.mane else "-"
        name = a.hgvs_c or (
            f"m.{a.position}{a.ref}>{a.alt}" if a.chrom == "chrM" else "splice donor"
        )
        protein = f" {a.hgvs_p}" if a.hgvs_p else ""
        source = a.source.split("_")[1] if "PMID" in a.source else a.source
        source = f"PMID {source}" if source.isdigit() else source
        cells = (a.label, a.gene, name + protein, refseq, a.mode.replace("_", " "), a.tier, source)
        rows.append("| " + " | ".join(cells) + " |")
    text = README.format(records=f"{records:,}", table="\n".join(rows))
    path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in (1, 2):
        print("usage: make_demo.py SHARED_DIR [OUT_DIR]", file=sys.stderr)
        return 2
    default = Path(__file__).resolve().parents[1] / "data" / "demo"
    out = Path(arguments[1]) if len(arguments) == 2 else default
    out.mkdir(parents=True, exist_ok=True)
    sources = read_sources(Path(arguments[0]))
    records = build(sources)
    write_vcf(out / "family.vcf.gz", records)
    write_pedigree(out / "family.ped")
    write_truth(out / "truth.tsv")
    write_readme(out / "README.md", len(records), sources)
    size = (out / "family.vcf.gz").stat().st_size
    print(f"{len(records)} records, {size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

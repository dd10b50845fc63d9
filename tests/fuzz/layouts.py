"""Headers of generated files: what an annotator declares, contigs, samples and pedigrees.

Everything is drawn from a `random.Random`, so that the same code serves Hypothesis
(`st.randoms`, which shrinks) and long runs (a seeded generator, which is fast).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from vcf_files import contig_lines, info_line

VEP = "Consequence annotations from Ensembl VEP. Format: "
VEP_BASE = ("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature",
            "BIOTYPE", "EXON", "HGVSc", "HGVSp")  # fmt: skip
VEP_FREQUENCIES = ("gnomADe_AF", "gnomADg_AF", "gnomADg_AMI_AF", "MAX_AF")
SPLICE_FIELDS = ("SpliceAI_pred_DS_AG", "SpliceAI_pred_DS_AL", "REVEL", "SpliceAI_pred_DS_DG")
SPLICE_KEYS = (("SpliceAI", ".", "String"), ("SpliceAI", ".", "String"), ("spliceai_max", "A", "Float"),
               ("SpliceAI_DS_max", "1", "String"), ("spliceai_max", "1", "Integer"))  # fmt: skip
ANN_FIELDS = ("Allele", "Annotation", "Annotation_Impact", "Gene_Name", "Gene_ID", "Feature_Type",
              "Feature_ID", "Transcript_BioType", "Rank", "HGVS.c", "HGVS.p")  # fmt: skip
BCSQ_FIELDS = ("Consequence", "gene", "transcript", "biotype", "strand", "amino_acid_change",
               "dna_change")  # fmt: skip
FREQUENCY_KEYS = ("gnomAD_AF", "gnomAD_AF", "gnomAD_AF", "AF_popmax", "EXACAF", "gnomad_ami_AF",
                  "gnomADg_oth_AF", "gnomADe_AF_popmax", "1000G_AF", "gnomAD_AF_afr")  # fmt: skip
DECLARED_AS = (("A", "Float"),) * 12 + (("1", "Float"),) * 8 + (
    (".", "Float"), ("R", "Float"), ("A", "String"), ("1", "String"), (".", "String"),
    ("1", "Integer"), ("0", "Flag"), ("2", "Float"), ("G", "Float"),
)  # fmt: skip
DECOYS = (  # names that begin or end like a frequency and are none
    info_line("XgnomAD_AF", "A", "Float", "no frequency"),
    info_line("gnomAD_AFX", "A", "Float", "no frequency"),
    info_line("gnomAD_AF_nhomalt", "1", "Integer", "no frequency"),
    info_line("gnomAD", "0", "Flag", "no frequency"),
    info_line("AF", "A", "Float", "of the callset"),
    info_line("F", "1", "Float", "inbreeding"),
)
OTHERS = (
    info_line("DB", "0", "Flag", "flag"),
    info_line("DP", "1", "Integer", "depth"),
    info_line("END", "1", "Integer", "end"),
    info_line("SVTYPE", "1", "String", "kind"),
    info_line("OLD_MULTIALLELIC", "1", "String", "split"),
    info_line("NOTE", ".", "String", "text"),
)
SIGNIFICANCE = (
    (), (), ("CLNSIG", ".", "String"), ("CLNSIG", ".", "String"), ("CLNSIG", "A", "String"),
    ("CLNSIG", "1", "Integer"), ("clinvar", "1", "String"),
)  # fmt: skip
FORMAT_LINES = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Quality">',
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
    '##FORMAT=<ID=FT,Number=1,Type=String,Description="Filter">',
    '##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Likelihoods">',
)
LOOKALIKES = ("chrUn_KI270302v1", "chrUn_KI270304v1", "chr1_KI270706v1_random", "chr11", "chr1x",
              "HLA-A*01:01:01:01", "HLA-A*01:01:01:02N", "chr7_KI270803v1_alt")  # fmt: skip
UNDECLARED = ("chrNew", "chrUn_KI270305v1", "chr1_undeclared", "GL000192.1")


@dataclass(frozen=True)
class Layout:
    """What a file declares, for those who write its records.

    Attributes
    ----------
    head : str
        The header, line ends `\\n`.
    samples : tuple of str
    probands : tuple of int
        Columns of the samples whose variants count.
    ped : str
        The pedigree file; empty where there is none.
    request : dict
        Other things that the run is asked for.
    annotations : tuple of (str, str, tuple of str)
        INFO key, kind and fields of each consequence annotation.
    frequencies : tuple of (str, str, str)
        INFO key, Number and Type of each frequency.
    significance : str
        INFO key of the ClinVar significance, or the empty string.
    splice : str
        INFO key of a splice prediction, or the empty string.
    contigs : tuple of str
        Contigs for records, in order; some are not declared.
    """

    head: str
    samples: tuple[str, ...]
    probands: tuple[int, ...]
    ped: str
    request: dict[str, Any]
    annotations: tuple[tuple[str, str, tuple[str, ...]], ...]
    frequencies: tuple[tuple[str, str, str], ...]
    significance: str
    splice: str
    contigs: tuple[str, ...] = field(default=("chr1",))


def make_layout(rng: Random) -> Layout:
    """Draw a header, its samples and their pedigree."""
    annotations, lines = _annotations(rng)
    frequencies = tuple(
        (key, *rng.choice(DECLARED_AS))
        for key in dict.fromkeys(
            rng.choice(FREQUENCY_KEYS) for _ in range(rng.choice((0, 1, 1, 1, 2, 3)))
        )
    )
    significance = rng.choice(SIGNIFICANCE)
    lines += [info_line(key, number, kind, "frequency") for key, number, kind in frequencies]
    splice = rng.choice(SPLICE_KEYS) if rng.random() < 0.3 else ("", "", "")
    if splice[0]:
        lines.append(info_line(*splice, "splice prediction"))
    lines += [line for line in DECOYS if rng.random() < 0.4]
    lines += [line for line in OTHERS if rng.random() < 0.8]
    if significance:
        lines.append(info_line(*significance, "ClinVar"))
    rng.shuffle(lines)
    contig_text, contigs = _contigs(rng)
    samples, probands, ped, request = _family(rng)
    _ask_for_regions(rng, contigs, request)
    if not frequencies:
        request["allow_missing_frequency"] = True
    head = ["##fileformat=VCFv4.2", *_filters(rng), *contig_text, *lines]
    head += [line for line in FORMAT_LINES if "=GT" in line or rng.random() < 0.9]
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples]
    return Layout(
        "\n".join([*head, "\t".join(columns)]) + "\n", samples, probands, ped, request,
        annotations, frequencies, significance[0] if significance else "", splice[0], contigs,
    )  # fmt: skip


def _annotations(rng: Random) -> tuple[tuple[tuple[str, str, tuple[str, ...]], ...], list[str]]:
    """Draw the consequence annotations, and their header lines."""
    kinds = rng.choice((("CSQ",), ("CSQ",), ("CSQ",), ("ANN",), ("BCSQ",), ("CSQ", "ANN"),
                        ("BCSQ", "CSQ"), ("vep",)))  # fmt: skip
    made, lines = [], []
    for key in kinds:
        if key == "ANN":
            fields = ANN_FIELDS
            about = "Functional annotations: '" + " | ".join(fields) + "'"
        elif key == "BCSQ":
            fields = BCSQ_FIELDS
            about = "Local consequence annotation from BCFtools/csq. Format: " + "|".join(fields)
        else:
            fields = VEP_BASE
            if rng.random() < 0.6:
                fields += rng.choice((VEP_FREQUENCIES, VEP_FREQUENCIES[:1], VEP_FREQUENCIES[2:]))
            if rng.random() < 0.4:
                fields += rng.choice((SPLICE_FIELDS, SPLICE_FIELDS[:1]))
            if rng.random() < 0.5:
                fields += ("CLIN_SIG",)
            about = VEP + "|".join(fields)
        made.append((key, key if key in ("ANN", "BCSQ") else "CSQ", fields))
        lines.append(info_line(key, ".", "String", about))
    return tuple(made), lines


def _filters(rng: Random) -> list[str]:
    """Draw the FILTER lines; PASS may be declared or not."""
    names = [name for name in ("PASS", "q10", "LowQual", "a.b") if rng.random() < 0.7]
    return [f'##FILTER=<ID={name},Description="{name}">' for name in names]


def _contigs(rng: Random) -> tuple[list[str], tuple[str, ...]]:
    """Draw contig lines, and the contigs that records may lie on."""
    prefix, mt = rng.choice((("chr", "chrM"), ("chr", "chrM"), ("chr", "chrM"), ("", "MT")))
    lines = contig_lines(prefix=prefix, mt=mt)
    places = [f"{prefix}{name}" for name in ("1", "2", "7", "X", "Y")] + [mt]
    extra = [name for name in LOOKALIKES if rng.random() < 0.5]
    lines += [f"##contig=<ID={name}>" for name in extra if f"<ID={name}," not in "".join(lines)]
    places += extra
    if rng.random() < 0.3:
        places += [name for name in UNDECLARED if rng.random() < 0.5]
    return lines, tuple(dict.fromkeys(places))


def _ask_for_regions(rng: Random, contigs: tuple[str, ...], request: dict[str, Any]) -> None:
    """Ask, now and then, for some regions only, perhaps where there is an index."""
    chance = rng.random()
    if chance < 0.2:
        asked = []
        for _ in range(rng.choice((1, 2, 5))):
            first = rng.choice((1, 90, 100, 101, 104, 1000, 101_000, 200_000))
            last = first + rng.choice((0, 1, 10, 1000, 500_000))
            contig = rng.choice(contigs)
            asked.append(
                contig if rng.random() < 0.3 or ":" in contig else f"{contig}:{first}-{last}"
            )
        request["regions"] = asked
    elif chance < 0.25:
        request |= {"panel": True, "panel_only": True}
    request["index"] = rng.random() < 0.3


FAMILIES = (
    # samples, pedigree, probands
    (("kid", "dad", "mum"), "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1", ("kid",)),
    (("kid", "dad", "mum"), "F kid dad mum 2 2\nF dad 0 0 1 1\nF mum 0 0 2 2", ("kid",)),
    (("kid", "dad", "mum"), "F kid dad mum 0 2\nF dad 0 0 1 1\nF mum 0 0 2 1", ("kid",)),
    (("kid", "mum"), "F kid 0 mum 1 2\nF mum 0 0 2 1", ("kid",)),
    (("kid",), "F kid 0 0 2 2", ("kid",)),
    (("kid", "dad", "mum", "sib"),
     "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\nF sib dad mum 2 1", ("kid",)),
    (("kid", "dad", "mum", "sib"),
     "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\nF sib dad mum 2 2", ("kid",)),
    (("kid", "dad", "mum", "girl", "father", "mother"),
     "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
     "G girl father mother 2 2\nG father 0 0 1 1\nG mother 0 0 2 1", ("kid", "girl")),
    (("kid", "girl"), "F kid 0 0 1 2\nG girl 0 0 2 2", ("kid", "girl")),
)  # fmt: skip


def _family(rng: Random) -> tuple[tuple[str, ...], tuple[int, ...], str, dict[str, Any]]:
    """Draw samples, columns of the probands, the pedigree, and what it asks of the run."""
    members, ped, probands = rng.choice(FAMILIES)
    samples = [*members, *(f"other{n}" for n in range(rng.choice((0, 0, 0, 1, 2, 3))))]
    if rng.random() < 0.6:
        rng.shuffle(samples)
    request: dict[str, Any] = {}
    chance = rng.random()
    if chance < 0.1:
        ped = ""
        request["proband"] = probands[0]
    elif chance < 0.2 and "dad" in samples:
        samples.remove("dad")
        request["allow_unsequenced"] = True
    elif chance < 0.3:
        request["proband"] = probands[0]
    if "proband" in request:
        probands = (request["proband"],)
    request["panel"] = rng.random() < 0.5
    request["near"] = rng.random() < 0.5
    request["ruleset"] = rng.choice(("gel", "gel", "gel", "own"))
    columns = tuple(samples.index(name) for name in probands)
    return tuple(samples), columns, ped.replace(" ", "\t") + "\n" if ped else "", request

"""The answers of the demonstration family as a small file, and what may stand beside it."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raredx.vocabulary import Assembly
from vcf_files import contig_lines

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
SAMPLES = ("proband", "mother", "father")
SEIZURE, DELAY, MICROCEPHALY = "HP:0001250", "HP:0001263", "HP:0000252"
PED = "demo\tproband\tfather\tmother\t1\t2\ndemo\tfather\t0\t0\t1\t1\ndemo\tmother\t0\t0\t2\t1\n"
"""Without HPO terms."""
FOXG1 = "chr14-28767732-C-CG"


def small_vcf(
    folder: Path, *, samples: Sequence[str] = SAMPLES, assembly: Assembly = Assembly.GRCH38
) -> Path:
    """Write the records of the demonstration family's answers and decoys.

    On GRCh37 they lie at the places they have on GRCh38, which only the header tells.
    """
    with (DEMO / "truth.tsv").open(encoding="utf-8") as lines:
        wanted = {(row["chrom"], row["pos"]) for row in csv.DictReader(lines, delimiter="\t")}
    with gzip.open(DEMO / "family.vcf.gz", "rt", encoding="utf-8") as lines:
        text = lines.read().splitlines()
    made = []
    for line in text:
        cells = line.split("\t")
        if line.startswith("##"):
            if not line.startswith(("##contig=", "##reference=", "##assembly=")):
                made.append(line)
        elif line.startswith("#"):
            made += contig_lines(assembly)
            columns = [cells.index(name) for name in samples]
            made.append("\t".join([*cells[:9], *samples]))
        elif (cells[0], cells[1]) in wanted:
            made.append("\t".join([*cells[:9], *(cells[place] for place in columns)]))
    path = folder / f"{'-'.join(samples)}.{assembly.value}.vcf"
    path.write_text("\n".join(made) + "\n", encoding="utf-8")
    return path


def small_ped(folder: Path, terms: str = "", *, sex: str = "1") -> Path:
    """Write the pedigree, with terms in column 7 of the proband."""
    path = folder / "small.ped"
    text = PED.replace("mother\t1\t2", f"mother\t{sex}\t2" + (f"\t{terms}" if terms else ""), 1)
    path.write_text(text, encoding="utf-8")
    return path


def phenopacket(
    observed: Sequence[str] = (SEIZURE, DELAY), excluded: Sequence[str] = (), **parts: Any
) -> dict[str, Any]:
    """Make a phenopacket of the proband; an empty part is left out."""
    features: list[dict[str, Any]] = [{"type": {"id": term, "label": ""}} for term in observed]
    features += [{"type": {"id": term, "label": ""}, "excluded": True} for term in excluded]
    document = {
        "id": "case-1",
        "subject": {"id": "proband", "sex": "MALE"},
        "phenotypicFeatures": features,
        "metaData": {"created": "2024-05-01T00:00:00Z", "createdBy": "laboratory",
                     "resources": [], "phenopacketSchemaVersion": "2.0"},
    } | parts  # fmt: skip
    return {name: part for name, part in document.items() if part is not None}


def write_json(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def clinvar_vcf(folder: Path, *records: str, assembly: str = "GRCh38") -> Path:
    """Write a ClinVar VCF; a record is `chrom pos ref alt significance`, two stars each."""
    lines = [
        "##fileformat=VCFv4.1", "##fileDate=2025-03-09", "##source=ClinVar",
        f"##reference={assembly}", '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]  # fmt: skip
    for number, record in enumerate(records, start=1):
        chrom, pos, ref, alt, significance = record.split()
        about = (
            f"CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;CLNSIG={significance}"
            ";MC=SO:0001583|missense_variant"
        )
        lines.append("\t".join([chrom, pos, str(number), ref, alt, ".", ".", about]))
    path = folder / "clinvar.vcf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def curated_tsv(folder: Path, *lines: str) -> Path:
    """Write curated criteria; a line is `variant code strength comment`."""
    path = folder / "curated.tsv"
    cells = [
        "variant\tcode\tstrength\tcomment",
        *("\t".join(line.split(None, 3)) for line in lines),
    ]
    path.write_text("\n".join(cells) + "\n", encoding="utf-8")
    return path


def read_tsv(text: str) -> list[dict[str, str]]:
    """Give the rows of a table below its heading."""
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))

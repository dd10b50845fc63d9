"""The candidates of a family as interpretations of a phenopacket.

One interpretation for each disease, since a diagnosis names one; in it, once each, the variants
whose best candidate fits that disease best.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from raredx.columns.family import Family
from raredx.columns.genome import contig_code, region_codes
from raredx.columns.results import CandidateTable
from raredx.report.family_report import FamilyReport
from raredx.vocabulary import TIER_NAMES, UNKNOWN_INDEX, Assembly, Region, Sex, Tier

NO_DISEASE = {"id": "MONDO:0000001", "label": "disease"}
"""Root of MONDO: the schema asks a diagnosis for a disease, and none is known to fit."""
ACMG = {
    "pathogenic": "PATHOGENIC",
    "likely_pathogenic": "LIKELY_PATHOGENIC",
    "uncertain": "UNCERTAIN_SIGNIFICANCE",
    "likely_benign": "LIKELY_BENIGN",
    "benign": "BENIGN",
}
"""Names of `AcmgPathogenicityClassification` in the schema."""
HETEROZYGOUS = {"id": "GENO:0000135", "label": "heterozygous"}
HOMOZYGOUS = {"id": "GENO:0000136", "label": "homozygous"}
HEMIZYGOUS = {"id": "GENO:0000134", "label": "hemizygous"}
HOMOPLASMIC = {"id": "GENO:0000602", "label": "homoplasmic"}
HETEROPLASMIC = {"id": "GENO:0000603", "label": "heteroplasmic"}
"""Terms of the Genotype Ontology (GENO)."""
_DISEASE_ID = re.compile(r"[A-Za-z]+:\w+")
_HGNC_ID = re.compile(r"HGNC:[0-9]+")
_SYNTAX = re.compile(r"[^:\s]+:([cgmnrp])\..+")
_EXTENSIONS = ("rank", "tier", "mode", "candidate_id", "acmg_criteria")
_UNTIERED = TIER_NAMES[Tier.UNTIERED]


def interpretations(report: FamilyReport) -> list[dict[str, Any]]:
    """Give the interpretations, in the order of their best candidates.

    Only rows with a tier: what fails a criterion of the tiers is not proposed to others.
    """
    table = report.table
    by_disease: dict[str, dict[str, Any]] = {}
    met: set[tuple[Any, ...]] = set()
    for row in range(len(table)):
        allele = tuple(table[name][row] for name in ("chrom", "pos", "ref", "alt"))
        if allele in met or table["tier"][row] == _UNTIERED:
            continue
        met.add(allele)
        disease = _disease(table, row)
        number = len(by_disease) + 1
        found = by_disease.setdefault(
            disease["id"],
            {
                "id": f"raredx-{number}",
                "progressStatus": "IN_PROGRESS",
                "diagnosis": {"disease": disease, "genomicInterpretations": []},
            },
        )
        found["diagnosis"]["genomicInterpretations"].append(_genomic(report, row))
    return list(by_disease.values())


def n_untiered(table: CandidateTable) -> int:
    """Count the rows that no interpretation holds."""
    return table["tier"].count(_UNTIERED)


def _disease(table: CandidateTable, row: int) -> dict[str, str]:
    """Give the disease of a row, or the stand-in."""
    disease_id, label = table["disease_id"][row] or "", table["disease"][row] or ""
    if label and _DISEASE_ID.fullmatch(disease_id):
        return {"id": disease_id, "label": label}
    return NO_DISEASE


def _genomic(report: FamilyReport, row: int) -> dict[str, Any]:
    """Give the interpretation of one variant."""
    return {
        "subjectOrBiosampleId": report.about.proband,
        "interpretationStatus": "CANDIDATE",
        "variantInterpretation": {
            "acmgPathogenicityClassification": ACMG.get(
                report.table["acmg_class"][row], "NOT_PROVIDED"
            ),
            "therapeuticActionability": "UNKNOWN_ACTIONABILITY",
            "variationDescriptor": _descriptor(report, row),
        },
    }


def _descriptor(report: FamilyReport, row: int) -> dict[str, Any]:
    """Describe one variant."""
    table = report.table
    chrom, pos, ref, alt = (table[name][row] for name in ("chrom", "pos", "ref", "alt"))
    place = f"{chrom}-{pos}-{ref}-{alt}"
    described: dict[str, Any] = {
        "id": f"{report.heading.assembly}-{place}",
        "label": f"{table['gene'][row] or ''} {table['hgvs_c'][row] or place}".strip(),
    }
    if _HGNC_ID.fullmatch(table["hgnc_id"][row] or ""):
        described["geneContext"] = {
            "valueId": table["hgnc_id"][row], "symbol": table["gene"][row],
        }  # fmt: skip
    found = _expressions(table, row)
    if found:
        described["expressions"] = found
    described["vcfRecord"] = _vcf_record(report, row)
    described["extensions"] = [
        {"name": f"raredx_{name}", "value": value}
        for name in _EXTENSIONS
        if (value := _plain(table[name][row]))
    ]
    described["moleculeContext"] = "genomic"
    state = allelic_state(report, row)
    return described | ({"allelicState": state} if state is not None else {})


def _plain(value: Any) -> str:
    """Give the value of an extension, which is text."""
    return ";".join(value) if isinstance(value, list) else str("" if value is None else value)


def _expressions(table: CandidateTable, row: int) -> list[dict[str, str]]:
    """Give the HGVS names that say what they count on; of a gene without protein it is `n.`."""
    found = []
    for name in ("hgvs_c", "hgvs_p"):
        text = table[name][row] or ""
        match = _SYNTAX.fullmatch(text)
        if match is not None:
            found.append({"syntax": f"hgvs.{match[1]}", "value": text})
    return found


def _vcf_record(report: FamilyReport, row: int) -> dict[str, Any]:
    """Give the record as far as the table holds it; 64-bit numbers are text in protobuf's JSON."""
    table = report.table
    record = {
        "genomeAssembly": report.heading.assembly,
        "chrom": table["chrom"][row],
        "pos": str(table["pos"][row]),
        "id": table["variant_id"][row],
        "ref": table["ref"][row],
        "alt": table["alt"][row],
        "filter": table["filter"][row],
    }
    return {key: value for key, value in record.items() if value}


def allelic_state(report: FamilyReport, row: int) -> dict[str, str] | None:
    """Tell the allelic state in the proband; None where the call leaves it open.

    Open are half-calls, and a man called with two alleles, one of them the reference, where he
    has one X or Y. Mitochondrial variants are told by the flags of the row, where the rule set
    says from which fraction of reads on one is homoplasmic.
    """
    table = report.table
    region = _region(report, row)
    if region is Region.MITOCHONDRIAL:
        flags = table["flags"][row] or ()
        states = {"homoplasmic": HOMOPLASMIC, "heteroplasmic": HETEROPLASMIC}
        return next((state for flag, state in states.items() if flag in flags), None)
    called = re.split(r"[/|]", table[f"gt_{report.about.proband}"][row] or "")
    if not all(allele.isdecimal() for allele in called) or set(called) == {"0"}:
        return None
    copies = _copies(report.family, region)
    if len(called) == 1:
        return HEMIZYGOUS
    if len(called) > 2 or copies == 0:
        return None
    if called[0] == called[1]:
        return HOMOZYGOUS if copies == 2 else HEMIZYGOUS if copies == 1 else None
    return HETEROZYGOUS if copies == 2 else None


def _region(report: FamilyReport, row: int) -> Region:
    """Say how the place of a row is inherited."""
    contig = np.array([contig_code(report.table["chrom"][row])], np.int8)
    position = np.array([report.table["pos"][row]], np.int32)
    return Region(int(region_codes(contig, position, Assembly(report.heading.assembly))[0]))


def _copies(family: Family, region: Region) -> int:
    """Count the copies that the proband has of a region; -1 where it cannot be told."""
    if region is Region.X:
        sex = Sex(int(family.pedigree.sex_on_x[family.proband]))
        return {Sex.MALE: 1, Sex.FEMALE: 2}.get(sex, UNKNOWN_INDEX)
    if region is Region.Y:
        sex = Sex(int(family.pedigree.sex_on_y[family.proband]))
        return {Sex.MALE: 1, Sex.FEMALE: 0}.get(sex, UNKNOWN_INDEX)
    return 2

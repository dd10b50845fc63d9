"""What the workbook says of the families, and of where the results come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from raredx.report.family_report import FamilyReport
from raredx.vocabulary import UNKNOWN_INDEX, Karyotype


def family_rows(reports: Sequence[FamilyReport]) -> list[list[str]]:
    """List the members of every family, with a header."""
    rows = [["Family", "Individual", "Role", "Sex", "Affected", "Sequenced", "Father", "Mother",
             "Karyotype"]]  # fmt: skip
    for report in reports:
        pedigree = report.family.pedigree
        parents = {
            name: (_name(report, int(pedigree.father[n])), _name(report, int(pedigree.mother[n])))
            for n, name in enumerate(pedigree.members)
        }
        for member in report.about.members:
            karyotype = pedigree.karyotypes.get(member.individual, Karyotype.UNKNOWN)
            rows.append([
                report.about.family_id,
                member.individual,
                member.role,
                member.sex,
                member.affection,
                "yes" if member.sequenced else "no",
                *parents.get(member.individual, ("", "")),
                karyotype.name if karyotype else "",
            ])  # fmt: skip
    return rows


def _name(report: FamilyReport, member: int) -> str:
    """Name a member; empty where there is none."""
    return report.family.pedigree.members[member] if member != UNKNOWN_INDEX else ""


def phenotype_rows(reports: Sequence[FamilyReport]) -> list[list[str]]:
    """List the HPO terms of every proband, with a header, and the chance that none explains."""
    rows = [["Family", "Proband", "HPO term", "Stated", "Source"]]
    for report in reports:
        about = report.about
        who = [about.family_id, about.proband]
        rows += [[*who, term, "observed", about.phenotype_source] for term in about.observed]
        rows += [[*who, term, "excluded", about.phenotype_source] for term in about.excluded]
        if not about.observed:
            rows.append([*who, "none observed: phenotype not assessed"])
    rows += [[], ["Family", "Proband", "No candidate explains it"]]
    for report in reports:
        none = report.about.none_of_these
        chance = "not assessed" if none is None else f"probability {none:.3g}"
        rows.append([report.about.family_id, report.about.proband, chance])
    return rows


def provenance_rows(reports: Sequence[FamilyReport]) -> list[list[str]]:
    """List what the results were made from: the heading, the inputs, the warnings."""
    families = tuple(report.about for report in reports)
    heading = replace(reports[0].heading, families=families)
    rows = [
        [key.removeprefix("raredx_").replace("_", " "), value] for key, value in heading.lines()
    ]
    document = reports[0].document
    rows += [["warning", str(text)] for text in document.get("warnings", ())]
    rows += [
        ["input", f"{file['role']}: {file['name']}, {file['size']} bytes, sha256 {file['sha256']}"]
        for file in document.get("inputs", ())
    ]
    return rows

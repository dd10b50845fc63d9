"""One family as a GA4GH phenopacket of version 2, in the JSON form of protobuf.

A proband alone is a Phenopacket; with relatives it is a Family, whose proband is one. What is
written can be read again as the phenotype and the pedigree of a run. Which variants stand in it,
and what its dates are: docs/decisions/0017.

Schema: https://phenopacket-schema.readthedocs.io, version 2.0; Jacobsen et al. 2022,
doi:10.1038/s41587-022-01357-4.
"""

from __future__ import annotations

import re
from typing import Any

from raredx.report.family_report import FamilyReport
from raredx.report.json_text import json_text
from raredx.report.phenopacket_interpretations import interpretations
from raredx.report.phenopacket_metadata import meta_data
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Karyotype, Sex

_SEX = {Sex.MALE: "MALE", Sex.FEMALE: "FEMALE"}
_AFFECTION = {Affection.AFFECTED: "AFFECTED", Affection.UNAFFECTED: "UNAFFECTED"}
_TERM = re.compile(r"(HP:\d{7}) +(.+)", re.DOTALL)


def phenopacket_text(report: FamilyReport) -> str:
    """Write the phenopacket of a family.

    Holds of persons what the pedigree and the HPO terms of the run hold, and nothing else; no
    name of a file and no time of writing.
    """
    document = _family(report) if len(report.family.pedigree.members) > 1 else _proband(report)
    return json_text(document)


def _proband(report: FamilyReport) -> dict[str, Any]:
    """Give the phenopacket of the proband."""
    found = interpretations(report)
    features = _features(report)
    packet: dict[str, Any] = {
        "id": report.about.proband,
        "subject": _subject(report, report.family.proband),
    }
    if features:
        packet["phenotypicFeatures"] = features
    if found:
        packet["interpretations"] = found
    return packet | {"metaData": meta_data(report, (features, found))}


def _family(report: FamilyReport) -> dict[str, Any]:
    """Give the family: proband, relatives of whom more is known than a pedigree holds."""
    pedigree = report.family.pedigree
    plain = meta_data(report, ())
    relatives = [
        {"id": name, "subject": _subject(report, member), "metaData": plain}
        for member, name in enumerate(pedigree.members)
        if member != report.family.proband
        and (
            report.family.sample[member] >= 0
            or pedigree.karyotype(member)
            or name in pedigree.deceased
        )
    ]
    family: dict[str, Any] = {"id": pedigree.family_id, "proband": _proband(report)}
    if relatives:
        family["relatives"] = relatives
    persons = [
        _person(report, member) for member in range(len(pedigree.members)) if pedigree.line[member]
    ]  # a parent who is only named is named by the child again
    return family | {"pedigree": {"persons": persons}, "metaData": plain}


def _subject(report: FamilyReport, member: int) -> dict[str, Any]:
    """Give one individual."""
    pedigree = report.family.pedigree
    subject: dict[str, Any] = {
        "id": pedigree.members[member],
        "sex": _SEX.get(Sex(int(pedigree.sex[member])), "UNKNOWN_SEX"),
    }
    if pedigree.members[member] in pedigree.deceased:
        subject["vitalStatus"] = {"status": "DECEASED"}
    karyotype = pedigree.karyotype(member)
    if karyotype:
        subject["karyotypicSex"] = "XO" if karyotype is Karyotype.X0 else karyotype.name
    return subject


def _features(report: FamilyReport) -> list[dict[str, Any]]:
    """Give the HPO terms of the proband, observed ones first."""
    found = []
    for terms, excluded in ((report.about.observed, False), (report.about.excluded, True)):
        for term in terms:
            match = _TERM.fullmatch(term)
            if match is None:
                continue  # not a term of HPO: nothing that a reader could look up
            feature: dict[str, Any] = {"type": {"id": match[1], "label": match[2]}}
            found.append(feature | ({"excluded": True} if excluded else {}))
    return found


def _person(report: FamilyReport, member: int) -> dict[str, Any]:
    """Give one line of the pedigree."""
    pedigree = report.family.pedigree
    person = {"familyId": pedigree.family_id, "individualId": pedigree.members[member]}
    for key, parents in (("paternalId", pedigree.father), ("maternalId", pedigree.mother)):
        parent = int(parents[member])
        if parent != UNKNOWN_INDEX:
            person[key] = pedigree.members[parent]
    sex, affection = Sex(int(pedigree.sex[member])), Affection(int(pedigree.affection[member]))
    return person | {
        "sex": _SEX.get(sex, "UNKNOWN_SEX"),
        "affectedStatus": _AFFECTION.get(affection, "MISSING"),
    }

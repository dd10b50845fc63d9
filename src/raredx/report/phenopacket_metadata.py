"""What a phenopacket says of itself: resources with versions, and a day of creation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from raredx.report.family_report import FamilyReport
from raredx.report.heading import Heading
from raredx.report.knowledge_date import knowledge_date
from raredx.report.phenopacket_interpretations import n_untiered

SCHEMA_VERSION = "2.0"
GENO_RELEASE = "2025-07-25"
"""Release in which phenopacket-store (Danis et al. 2025, doi:10.1016/j.xhgg.2024.100371) cites
the terms of zygosity."""
_RELEASE = re.compile(r"HPO (\S+),")
_RESOURCES: dict[str, tuple[str, str, str, str]] = {
    # prefix: id, name, address, how an identifier becomes one
    "HP": ("hp", "human phenotype ontology", "http://purl.obolibrary.org/obo/hp.owl",
           "http://purl.obolibrary.org/obo/HP_"),
    "HGNC": ("hgnc", "HUGO Gene Nomenclature Committee", "https://www.genenames.org",
             "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:"),
    "GENO": ("geno", "Genotype Ontology", "http://purl.obolibrary.org/obo/geno.owl",
             "http://purl.obolibrary.org/obo/GENO_"),
    "MONDO": ("mondo", "Mondo Disease Ontology", "http://purl.obolibrary.org/obo/mondo.owl",
              "http://purl.obolibrary.org/obo/MONDO_"),
    "OMIM": ("omim", "Online Mendelian Inheritance in Man", "https://www.omim.org",
             "https://www.omim.org/entry/"),
    "ORPHA": ("orpha", "Orphanet", "https://www.orpha.net", "http://www.orpha.net/ORDO/Orphanet_"),
    "DECIPHER": ("decipher", "DECIPHER", "https://www.deciphergenomics.org",
                 "https://www.deciphergenomics.org/syndrome/"),
}  # fmt: skip


def meta_data(report: FamilyReport, parts: tuple[Any, ...]) -> dict[str, Any]:
    """Give the metadata of a packet.

    Parameters
    ----------
    report : FamilyReport
    parts : tuple
        The parts of the packet whose identifiers need a resource; empty for a relative.
    """
    heading = report.heading
    day = f"{knowledge_date(heading).isoformat()}T00:00:00Z"
    by = f"raredx {heading.version}"
    used = {identifier.split(":")[0] for identifier in _identifiers(parts)}
    resources = [
        {"id": name, "name": words, "url": url, "version": _version(prefix, heading),
         "namespacePrefix": prefix, "iriPrefix": iri}
        for prefix, (name, words, url, iri) in _RESOURCES.items()
        if prefix in used
    ]  # fmt: skip
    found: dict[str, Any] = {"created": day, "createdBy": by}
    if resources:
        found["resources"] = resources
    if parts:
        found["updates"] = [{"timestamp": day, "updatedBy": by, "comment": _comment(report)}]
    return found | {"phenopacketSchemaVersion": SCHEMA_VERSION}


def _comment(report: FamilyReport) -> str:
    """Say how to read what the schema has no place for."""
    heading = report.heading
    left = n_untiered(report.table)
    return (
        "dates are the latest release of the knowledge used, not the time of writing; "
        f"interpretations: tiered candidates of rule set {heading.ruleset} "
        f"{heading.ruleset_version}, {left} untiered left out; ACMG classes are proposed, "
        "for a person to confirm; MONDO:0000001 stands where no disease is known"
    )


def _identifiers(part: Any) -> Iterator[str]:
    """Go through every identifier of a term or a gene."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "valueId" or (key == "id" and "label" in part and "vcfRecord" not in part):
                yield str(value)
            else:
                yield from _identifiers(value)
    elif isinstance(part, Iterable) and not isinstance(part, str):
        for item in part:
            yield from _identifiers(item)


def _version(prefix: str, heading: Heading) -> str:
    """Give the version of a resource that the run used."""
    if prefix == "HP":
        match = _RELEASE.match(heading.hpo)
        return match[1] if match else heading.hpo
    if prefix == "HGNC":
        return f"as bundled with raredx {heading.version}"
    if prefix == "MONDO":
        return "any: its root alone is named"
    return GENO_RELEASE if prefix == "GENO" else f"as in {heading.hpo}"

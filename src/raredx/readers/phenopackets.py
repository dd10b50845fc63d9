"""GA4GH phenopackets of version 2, JSON or YAML: one proband, or a family with its pedigree.

Read: proband, sex, karyotype, observed and excluded HPO terms, pedigree, files, publications.
Never read: diseases, interpretations, measurements, biosamples, medical actions. They may name the
disease, the gene or the variant, and a ranking that had seen them would prove nothing.

Schema: https://phenopacket-schema.readthedocs.io, version 2.0; Jacobsen et al. 2022,
doi:10.1038/s41587-022-01357-4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from raredx.columns.family import Pedigree
from raredx.columns.phenopacket import FileLink, Phenopacket
from raredx.columns.records import dataclass
from raredx.errors import InputError, private
from raredx.readers.json_or_yaml import read_document
from raredx.readers.persons import Person
from raredx.readers.phenopacket_pedigree import build_pedigree
from raredx.readers.phenopacket_schema import enum_name, parse_message, stated_version
from raredx.vocabulary import Affection, Karyotype, Sex

_SEX = {"MALE": Sex.MALE, "FEMALE": Sex.FEMALE}
_AFFECTION = {"AFFECTED": Affection.AFFECTED, "UNAFFECTED": Affection.UNAFFECTED}
_KARYOTYPE = {"XO": Karyotype.X0} | {k.name: k for k in Karyotype if k}
_HPO_ID = re.compile(r"(?i:HP)[:_](\d+)")
_PMID = re.compile(r"(?i:PMID[:_ ]\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)(\d{1,9})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FAMILY_KEYS = {"proband", "relatives", "pedigree"}
_SHOWN = 5
"""How many of a kind a note names before it only counts. Our choice."""


@dataclass(frozen=True)
class _Individual:
    """What is read of one individual."""

    name: str
    sex: Sex
    karyotype: Karyotype
    notes: tuple[str, ...]
    deceased: bool = False


def read_phenopacket(path: Path) -> Phenopacket:
    """Read a phenopacket or a family of phenopackets.

    Parameters
    ----------
    path : Path
        JSON or YAML, by its name or, where the name does not tell, by how it begins.

    Returns
    -------
    Phenopacket
        With `pedigree` where the file holds a family that has one. HPO terms are as written;
        a phenopacket without any is read, and has a note.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON or YAML, cut off, too large, a cohort or a list
        of phenopackets; is of version 1; has a key that the schema does not know, or a value
        of the wrong type; names no proband; or holds a pedigree that cannot be.
    """
    where = str(path)
    tree = read_document(path, kind="phenopacket")
    if isinstance(tree, list):
        what = f"is a list of {len(tree)}, not a phenopacket"
        raise InputError(where, what, "Give one phenopacket a file.")
    if not isinstance(tree, dict):
        raise InputError(where, "holds no phenopacket", "Give a phenopacket as JSON or YAML.")
    if "members" in tree:
        raise InputError(where, "is a cohort, not a phenopacket", "Give one family a file.")
    if not _FAMILY_KEYS.intersection(tree):
        found = _packet(parse_message(tree, "Phenopacket", where), where, "")
    else:
        found = _family(parse_message(tree, "Family", where), where)
    proband = tree.get("proband")
    if not stated_version(tree) and not (isinstance(proband, dict) and stated_version(proband)):
        note = "the phenopacket does not state its version: read as version 2"
        found = replace(found, notes=(*found.notes, note))
    return found


def _packet(message: Any, where: str, way: str) -> Phenopacket:
    """Read one phenopacket; `way` leads to it in a family, and ends with a dot."""
    person = _individual(message, where, way)
    terms = _terms(message, where, way)
    notes = list(person.notes)
    others = list(terms["other"].values())
    if others:
        notes.append(f"features that are no HPO terms are not used: {_some(others)}")
    if not terms["observed"]:
        notes.append("the phenopacket states no HPO term that was observed")
    return Phenopacket(
        where=where,
        packet_id=message.id,
        proband=person.name,
        sex=person.sex,
        karyotype=person.karyotype,
        deceased=person.deceased,
        observed=tuple(terms["observed"]),
        excluded=tuple(terms["excluded"]),
        labels=terms["excluded"] | terms["observed"],
        files=tuple(_links(message)),
        publications=tuple(dict.fromkeys(_publications(message))),
        hpo_version=_hpo_version(message),
        notes=tuple(notes),
    )


def _individual(packet: Any, where: str, way: str) -> _Individual:
    """Read the subject of a phenopacket."""
    if not packet.HasField("subject"):
        raise InputError(
            f"{where}: {way.rstrip('.')}" if way else where,
            "has no subject",
            "Give subject.id, the name of the proband's sample in the VCF.",
        )
    subject = packet.subject
    name = _identifier(subject.id, f"{where}: {way}subject.id")
    if not name:
        raise InputError(
            f"{where}: {way}subject",
            "has no id",
            "Give subject.id, the name of the proband's sample in the VCF.",
        )
    sex, stated = enum_name(subject, "sex"), enum_name(subject, "karyotypic_sex")
    notes = []
    if sex == "OTHER_SEX":
        notes.append(f"sex of {private(name)} is OTHER_SEX: taken as unknown")
    if stated not in _KARYOTYPE and stated != "UNKNOWN_KARYOTYPE":
        notes.append(f"karyotypic sex {stated} of {private(name)} is not modelled: not used")
    karyotype = _KARYOTYPE.get(stated, Karyotype.UNKNOWN)
    deceased = enum_name(subject.vital_status, "status") == "DECEASED"
    return _Individual(name, _SEX.get(sex, Sex.UNKNOWN), karyotype, tuple(notes), deceased)


def _identifier(text: str, where: str) -> str:
    """Read an identifier; refuse one that would break a table."""
    if _CONTROL.search(text):
        raise InputError(
            where, f"{private(repr(text[:60]), 'it')} holds a control character", "Correct the id."
        )
    return text.strip()


def _terms(packet: Any, where: str, way: str) -> dict[str, dict[str, str]]:
    """Sort features into observed, excluded and other ones: id to label, in order."""
    found: dict[str, dict[str, str]] = {"observed": {}, "excluded": {}, "other": {}}
    for number, feature in enumerate(packet.phenotypic_features):
        place = f"{where}: {way}phenotypicFeatures[{number}]"
        term = _identifier(feature.type.id, f"{place}.type.id")
        label = re.sub(r"\s+", " ", feature.type.label).strip()[:100]
        if not term:
            raise InputError(place, "has no type.id", "Give the HPO id of the feature.")
        match = _HPO_ID.fullmatch(term)
        if match:
            kind = "excluded" if feature.excluded else "observed"
            found[kind].setdefault(f"HP:{match[1]}", label)
        else:
            found["other"].setdefault(term, f"{term} {label}".strip())
    return found


def _links(message: Any) -> Iterator[FileLink]:
    """Go through the files that a phenopacket or a family points to."""
    for file in message.files:
        attributes = {key.lower(): value for key, value in file.file_attributes.items()}
        assembly = attributes.get("genomeassembly") or attributes.get("genome_assembly") or ""
        yield FileLink(file.uri, assembly, dict(file.individual_to_file_identifiers))


def _publications(message: Any) -> Iterator[str]:
    """Go through the publications cited by a phenopacket or a family, as PMIDs."""
    cited = list(message.meta_data.external_references)
    for feature in getattr(message, "phenotypic_features", ()):
        cited += [evidence.reference for evidence in feature.evidence]
    for reference in cited:
        for text in (reference.id, reference.reference):
            match = _PMID.search(text)
            if match:
                yield f"PMID:{int(match[1])}"


def _hpo_version(packet: Any) -> str:
    """Find the version of HPO among the resources."""
    for resource in packet.meta_data.resources:
        if "hp" in (resource.namespace_prefix.lower(), resource.id.lower()):
            return str(resource.version)[:60]
    return ""


def _family(message: Any, where: str) -> Phenopacket:
    """Read a family: its proband, with pedigree, files and publications of the family."""
    if not message.HasField("proband"):
        raise InputError(
            where, "is a family without a proband", "Give the phenopacket of the proband."
        )
    proband = _packet(message.proband, where, "proband.")
    pedigree, notes = _pedigree(message, proband, where)
    if pedigree is not None:
        at = pedigree.members.index(proband.proband)
        proband = replace(proband, sex=Sex(int(pedigree.sex[at])), karyotype=pedigree.karyotype(at))
    return replace(
        proband,
        packet_id=message.id or proband.packet_id,
        pedigree=pedigree,
        files=(*_links(message), *proband.files),
        publications=tuple(dict.fromkeys((*proband.publications, *_publications(message)))),
        hpo_version=proband.hpo_version or _hpo_version(message),
        notes=(*proband.notes, *notes),
    )


def _pedigree(
    message: Any, proband: Phenopacket, where: str
) -> tuple[Pedigree | None, tuple[str, ...]]:
    """Read the pedigree of a family; None where it has no persons."""
    packets, notes = _relatives(message, proband, where)
    if not message.pedigree.persons:
        others = [name for name in packets if name != proband.proband]
        if others:
            notes.append(f"the family has no pedigree: relatives not used: {_people(others)}")
        return None, tuple(notes)
    persons = [
        _person(entry, packets, f"{where}: pedigree.persons[{number}]")
        for number, entry in enumerate(message.pedigree.persons)
    ]
    named = [person.name for person in persons]
    if proband.proband not in named:
        raise InputError(
            f"{where}: pedigree",
            f"the proband {private(proband.proband, '…')} is not in it: it names {_people(named)}",
            "Correct subject.id of the proband or individualId in the pedigree.",
        )
    left = [name for name in packets if name not in named]
    if left:
        notes.append(f"relatives who are not in the pedigree are not used: {_people(left)}")
    own = named.index(proband.proband)
    if persons[own].affection is Affection.UNKNOWN:
        persons[own] = replace(persons[own], affection=Affection.AFFECTED)
        notes.append(
            f"affected status of the proband {private(proband.proband, '…')} is missing: affected"
        )
    families = list(dict.fromkeys(p.family_id for p in message.pedigree.persons if p.family_id))
    if len(families) > 1:
        notes.append(f"persons of several family ids are taken as one family: {_people(families)}")
    stated = message.pedigree.persons[own].family_id or message.id or proband.proband
    family_id = _identifier(stated, f"{where}: pedigree")
    return build_pedigree(family_id, persons), tuple(notes)


def _relatives(
    message: Any, proband: Phenopacket, where: str
) -> tuple[dict[str, _Individual], list[str]]:
    """Read who has a phenopacket, by id, the proband first; and say what is not used."""
    own = _Individual(proband.proband, proband.sex, proband.karyotype, (), proband.deceased)
    packets = {own.name: own}
    notes: list[str] = []
    described: list[str] = []
    for number, relative in enumerate(message.relatives):
        person = _individual(relative, where, f"relatives[{number}].")
        if person.name in packets:
            raise InputError(
                f"{where}: relatives[{number}].subject.id",
                f"{private(person.name)} has a phenopacket already",
                "Remove one of them.",
            )
        packets[person.name] = person
        notes += person.notes
        if relative.phenotypic_features:
            described.append(person.name)
    if described:
        notes.append(f"phenotypes of relatives are not used: {_people(described)}")
    return packets, notes


def _person(entry: Any, packets: dict[str, _Individual], where: str) -> Person:
    """Read one person; their own phenopacket says more: karyotype, vital status, lacking sex."""
    name, father, mother = (
        _identifier(text, where)
        for text in (entry.individual_id, entry.paternal_id, entry.maternal_id)
    )
    sex = _SEX.get(enum_name(entry, "sex"), Sex.UNKNOWN)
    affection = _AFFECTION.get(enum_name(entry, "affected_status"), Affection.UNKNOWN)
    own = packets.get(name)
    if own is None:
        return Person(where, name, father, mother, sex, affection)
    if sex and own.sex and sex is not own.sex:
        raise InputError(
            where,
            f"{private(name)} is {sex.name.lower()} here and {own.sex.name.lower()} in the "
            f"phenopacket of {private(name, 'the same')}",
            "Correct one of them.",
        )
    return Person(
        where, name, father, mother, sex or own.sex, affection, own.karyotype, own.deceased
    )


def _people(names: list[str]) -> str:
    """Name the first of some people or families, each marked, and count the rest."""
    more = len(names) - _SHOWN
    told = ", ".join(private(name[:80], "one") for name in names[:_SHOWN])
    return f"{told} and {more} more" if more > 0 else told


def _some(names: list[str]) -> str:
    """Name the first of a list, and count the rest."""
    more = len(names) - _SHOWN
    shown = ", ".join(name[:80] for name in names[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown

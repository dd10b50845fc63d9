"""A phenopacket beside a PED file and a VCF, or in place of the PED file: do they say the same?

Nothing is guessed: a proband who is no sample, or is of two sexes, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from raredx.columns.family import Pedigree, singleton
from raredx.columns.genome import assemblies_named
from raredx.columns.phenopacket import Phenopacket
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError, named, private
from raredx.readers.pedigree import SampleList
from raredx.vocabulary import UNKNOWN_INDEX, Affection, Assembly, Karyotype, Sex

_SHOWN = 6


@dataclass(frozen=True)
class JoinedFamily:
    """Pedigrees with what a phenopacket says of its proband.

    Attributes
    ----------
    pedigrees : list of Pedigree
        With the names of the samples as ids.
    proband : str
        Sample of the proband of the phenopacket.
    notes : tuple of str
        Those of the phenopacket among them.
    """

    pedigrees: list[Pedigree]
    proband: str
    notes: tuple[str, ...]


def join_phenopacket(
    packet: Phenopacket,
    pedigrees: Sequence[Pedigree],
    samples: SampleList,
    *,
    proband: str | None = None,
    ped: str = "",
) -> JoinedFamily:
    """Join a phenopacket to the pedigrees of a PED file, or make the pedigree from it.

    Parameters
    ----------
    packet : Phenopacket
    pedigrees : sequence of Pedigree
        Of the PED file; empty where there is none, and the phenopacket stands in.
    samples : SampleList
        Of the VCF.
    proband : str or None
        As named with the run.
    ped : str
        The PED file, for messages.

    Returns
    -------
    JoinedFamily
        Where the PED file does not know the proband's sex, or states no karyotype, that of the
        phenopacket stands. A pedigree of the phenopacket is not used beside a PED file.

    Raises
    ------
    InputError
        If the proband is no sample or in no pedigree, or PED file and phenopacket contradict
        each other about somebody's sex or the proband's karyotype.
    SettingsError
        If the run names another proband, or names none and the PED file has several families.
    """
    own = _proband(packet, samples, proband)
    if not pedigrees:
        notes = packet.notes + _alone(packet, own, samples)
        return JoinedFamily(pedigree_of(packet, samples), own, notes)
    if len(pedigrees) > 1 and proband is None:
        raise SettingsError(
            packet.where,
            f"is of one proband, and {ped} has {len(pedigrees)} families",
            f"Name the proband{private(f' ({own})', '')} to judge that family only.",
        )
    holders = [p for p in pedigrees if own in p.members and own not in p.guests]
    if not holders:
        known = [name for pedigree in pedigrees for name in pedigree.members]
        raise InputError(
            packet.where,
            f"its proband {private(own, '…')} is in no family of {ped} "
            f"(it has {named(known, 'members')})",
            "Correct subject.id, or the id in the PED file.",
        )
    joined = _with_proband(holders[0], packet, own, ped)
    notes = packet.notes + _beside(joined, packet, samples, ped)
    return JoinedFamily([joined if p is holders[0] else p for p in pedigrees], own, notes)


def _proband(packet: Phenopacket, samples: SampleList, named: str | None) -> str:
    """Find the sample of the proband; refuse another proband than the one named with the run."""
    own = packet.sample_name(packet.proband, samples.names, samples.vcf)
    if named is not None and named != own:
        raise SettingsError(
            private(f"proband {named}", "the proband"),
            f"is not that of {packet.where}{private(f', {own}', '')}",
            "Name one of them, or give the phenopacket of the other.",
        )
    if own not in samples.names:
        raise InputError(
            packet.where,
            f"its proband {private(own, '…')} is not a sample of {samples.vcf} "
            f"(it has {samples.described()})",
            "Correct subject.id, or name the sample in files.individualToFileIdentifiers.",
        )
    return own


def pedigree_of(packet: Phenopacket, samples: SampleList) -> list[Pedigree]:
    """Make the pedigree that stands in for a PED file: the one family of a phenopacket.

    Without a pedigree it is the proband alone, affected, with the sex of the phenopacket. Ids
    become names of samples.

    Raises
    ------
    InputError
        If a person is no sample and unsequenced relatives are not allowed, or two persons are
        one sample.

    Examples
    --------
    >>> packet = Phenopacket("case.json", "1", "kid", Sex.FEMALE)
    >>> (family,) = pedigree_of(packet, SampleList(("kid",), "kid.vcf"))
    >>> family.members, family.sex.tolist(), family.affection.tolist()
    (('kid',), [2], [2])
    """
    if packet.pedigree is None:
        own = packet.sample_name(packet.proband, samples.names, samples.vcf)
        karyotypes = {own: packet.karyotype} if packet.karyotype else {}
        alone = replace(
            singleton(own).pedigree,
            sex=np.array([packet.sex], np.int8),
            karyotypes=karyotypes,
            deceased=frozenset({own} if packet.deceased else ()),
            line=(1,),
        )
        return [alone]
    pedigree = _renamed(packet.pedigree, packet, samples)
    for member, name in enumerate(pedigree.members):
        if name in samples.names or not pedigree.line[member] or samples.allow_unsequenced:
            continue
        raise InputError(
            f"{packet.where}: pedigree.persons[{pedigree.line[member] - 1}]",
            f"{private(name)} is not a sample of {samples.vcf} (it has {samples.described()})",
            "Correct the id, add the sample to the VCF, or allow unsequenced relatives.",
        )
    return [pedigree]


def check_assembly(packet: Phenopacket, vcf: str, assembly: Assembly) -> None:
    """Refuse a phenopacket that says another assembly of this very VCF.

    Raises
    ------
    InputError
    """
    for link in packet.files:
        stated = assemblies_named(link.assembly)
        if link.name == PurePath(vcf).name and stated and assembly not in stated:
            raise InputError(
                packet.where,
                f"says that {private(link.name, 'the VCF')} is on {link.assembly}, "
                f"and it is on {assembly}",
                "Correct genomeAssembly, or give the right VCF.",
            )


def _alone(packet: Phenopacket, own: str, samples: SampleList) -> tuple[str, ...]:
    """Say which samples nobody's place in the family is known of."""
    others = [name for name in samples.names if name != own]
    if packet.pedigree is not None or not others:
        return ()
    return (f"the phenopacket has no pedigree: samples not used: {_people(others)}",)


def _renamed(pedigree: Pedigree, packet: Phenopacket, samples: SampleList) -> Pedigree:
    """Give the members the names of their samples."""
    names = {m: packet.sample_name(m, samples.names, samples.vcf) for m in pedigree.members}
    if len(set(names.values())) < len(names):
        taken = list(names.values())
        twice = next(name for name in taken if taken.count(name) > 1)
        both = " and ".join(member for member, name in names.items() if name == twice)
        raise InputError(
            packet.where,
            f"{private(both, 'two persons')} are one sample{private(f', {twice}', '')}",
            "Correct individualToFileIdentifiers.",
        )
    return replace(
        pedigree,
        members=tuple(names.values()),
        karyotypes={names[member]: k for member, k in pedigree.karyotypes.items()},
        deceased=frozenset(names[member] for member in pedigree.deceased),
    )


def _with_proband(pedigree: Pedigree, packet: Phenopacket, own: str, ped: str) -> Pedigree:
    """Hold sex and karyotype of the proband against the PED file, and add what it lacks."""
    at = pedigree.members.index(own)
    where = f"{ped}:{pedigree.line[at]}"
    stated = Sex(int(pedigree.sex[at]))
    if stated and packet.sex and stated is not packet.sex:
        raise InputError(
            packet.where,
            f"{private(own, 'the proband')} is {packet.sex.name.lower()} here and "
            f"{stated.name.lower()} in {where}",
            "Correct the wrong one; a swapped sample shows as this too.",
        )
    karyotype = pedigree.karyotype(at)
    if karyotype and packet.karyotype and karyotype is not packet.karyotype:
        raise InputError(
            packet.where,
            f"karyotype of {private(own, 'the proband')} is {packet.karyotype.name} here and "
            f"{karyotype.name} in {where}",
            "Correct the wrong one.",
        )
    sex = pedigree.sex.copy()
    sex[at] = stated or packet.sex
    added = {own: packet.karyotype} if packet.karyotype is not Karyotype.UNKNOWN else {}
    deceased = pedigree.deceased | ({own} if packet.deceased else frozenset())
    return replace(
        pedigree, sex=sex, karyotypes={**pedigree.karyotypes, **added}, deceased=deceased
    )


def _beside(
    pedigree: Pedigree, packet: Phenopacket, samples: SampleList, ped: str
) -> tuple[str, ...]:
    """Say where a pedigree of the phenopacket differs from that of the PED file."""
    if packet.pedigree is None:
        return ()
    theirs = _renamed(packet.pedigree, packet, samples)
    notes = [f"pedigree of {packet.where} not used: that of {ped} comes first"]
    differ = []
    for other, name in enumerate(theirs.members):
        if name not in pedigree.members:
            continue
        member = pedigree.members.index(name)
        sexes = Sex(int(pedigree.sex[member])), Sex(int(theirs.sex[other]))
        if all(sexes) and sexes[0] is not sexes[1]:
            raise InputError(
                packet.where,
                f"{private(name)} is {sexes[1].name.lower()} here and {sexes[0].name.lower()} in "
                f"{ped}:{pedigree.line[member]}",
                "Correct the wrong one; a swapped sample shows as this too.",
            )
        if _place(pedigree, member) != _place(theirs, other):
            differ.append(name)
    if differ:
        notes.append(f"parents or affected status differ there: {_people(differ)}")
    return tuple(notes)


def _place(pedigree: Pedigree, member: int) -> tuple[str, str, Affection]:
    """Name the parents of a member, with the affected status."""
    names = (*pedigree.members, "")
    parents = (int(pedigree.father[member]), int(pedigree.mother[member]))
    father, mother = (names[p] if p != UNKNOWN_INDEX else "" for p in parents)
    return father, mother, Affection(int(pedigree.affection[member]))


def _people(names: Sequence[str]) -> str:
    """Name the first of some people."""
    return named([re.sub(r"\s+", " ", name)[:60] for name in names], "of them", _SHOWN)

"""Whose variants are judged: families from PED file, phenopacket or samples, and their columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from raredx.columns.anonymous_people import anonymous_packet, anonymous_pedigree
from raredx.columns.family import Family, Pedigree, singleton
from raredx.columns.phenopacket import Phenopacket
from raredx.columns.pseudonyms import Pseudonyms
from raredx.errors import InputError, SettingsError, named, private
from raredx.pipeline.inputs import InputList
from raredx.pipeline.phenopacket_family import check_assembly, join_phenopacket
from raredx.pipeline.request import RankRequest
from raredx.readers.header import VcfHeader
from raredx.readers.pedigree import (
    SampleList,
    choose_families,
    read_karyotype,
    read_pedigrees,
)
from raredx.readers.phenopackets import read_phenopacket
from raredx.readers.phenotype_input import terms_file
from raredx.vocabulary import Assembly, Karyotype


def read_packet(
    request: RankRequest, header: VcfHeader, assembly: Assembly, inputs: InputList
) -> Phenopacket | None:
    """Read the phenopacket of a request, and note the files that HPO terms come from.

    Where the header has pseudonyms, its people have theirs.
    """
    file = terms_file(request.hpo)
    if file is not None:
        inputs.add_file("hpo", file)
    if request.phenopacket is None:
        return None
    packet = read_phenopacket(request.phenopacket)
    if header.pseudonyms is not None:
        packet = anonymous_packet(packet, header.pseudonyms)
    inputs.add_file("phenopacket", request.phenopacket)
    check_assembly(packet, request.vcf_name, assembly)
    return packet


def find_families(
    request: RankRequest, header: VcfHeader, packet: Phenopacket | None, inputs: InputList
) -> tuple[list[Family], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Choose families, the samples to read in file order, name the families left out, and notes.

    The columns of the families count among the samples that are read. Where the header has
    pseudonyms, so have the pedigrees, and whoever the request names goes by them already.
    """
    names, where = header.samples, request.vcf_name
    if not names:
        raise InputError(where, "holds no samples", "Give a VCF with genotypes.")
    if request.ped is None and packet is None:
        if len(names) > 1 and request.proband is None:
            raise InputError(
                where,
                f"has {len(names)} samples, and there is no pedigree",
                "Give a PED file that says who is whose child and who is affected.",
            )
        chosen = request.proband or names[0]
        if chosen not in names:
            raise InputError(
                where,
                f"{private(chosen, 'the proband')} is not a sample",
                f"It has {SampleList(names, where).described()}.",
            )
        alone = singleton(chosen)
        pedigree = with_karyotypes([alone.pedigree], request.karyotypes)[0]
        return [replace(alone, pedigree=pedigree)], (chosen,), (), ()
    known = SampleList(names, where, request.allow_unsequenced)
    pedigrees: list[Pedigree] = []
    proband = request.proband
    notes: tuple[str, ...] = ()
    if request.ped is not None:
        inputs.add_file("ped", request.ped)
        pedigrees = read_ped(request.ped, header.pseudonyms)
    if packet is not None:
        ped = str(request.ped or "")
        joined = join_phenopacket(packet, pedigrees, known, proband=proband, ped=ped)
        pedigrees, proband, notes = joined.pedigrees, joined.proband, joined.notes
    pedigrees = with_karyotypes(pedigrees, request.karyotypes)
    told_by = request.ped or request.phenopacket
    assert told_by is not None
    found = choose_families(pedigrees, known, proband, told_by)
    judged = {family.pedigree.family_id for family in found}
    others = () if proband else tuple(p.family_id for p in pedigrees)
    wanted = {int(column) for family in found for column in family.sample if column >= 0}
    samples = tuple(name for number, name in enumerate(names) if number in wanted)
    place = {number: n for n, number in enumerate(sorted(wanted))}
    families = [
        replace(
            family,
            sample=np.array([place.get(int(column), -1) for column in family.sample], np.int16),
        )
        for family in found
    ]
    return families, samples, tuple(name for name in others if name not in judged), notes


def read_ped(path: Path, pseudonyms: Pseudonyms | None) -> list[Pedigree]:
    """Read a PED file; from here on, its people go by their pseudonyms."""
    pedigrees = read_pedigrees(path)
    if pseudonyms is None:
        return pedigrees
    return [anonymous_pedigree(pedigree, pseudonyms) for pedigree in pedigrees]


def with_karyotypes(pedigrees: list[Pedigree], stated: tuple[str, ...]) -> list[Pedigree]:
    """Add karyotypes stated with the request; they come before those of the PED file."""
    found: dict[str, Karyotype] = {}
    for text in stated:
        name, _, karyotype = text.rpartition("=")
        where = private(f"karyotype {text}", "a karyotype given with the run")
        if not name or not any(name in pedigree.members for pedigree in pedigrees):
            known = [m for pedigree in pedigrees[:3] for m in pedigree.members]
            ids = f"Write ID=XXY; ids: {named(known, 'of them')}."
            mend = ids if known else "Give a PED file with this person."
            raise SettingsError(where, "names nobody of the pedigree", mend)
        try:
            found[name] = read_karyotype(karyotype, where=where)
        except InputError as fault:
            raise SettingsError(fault.where, fault.what, fault.mend) from None
    return [
        replace(
            pedigree,
            karyotypes=pedigree.karyotypes
            | {name: k for name, k in found.items() if name in pedigree.members},
        )
        for pedigree in pedigrees
    ]

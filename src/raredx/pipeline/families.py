"""Whose variants are judged: families from PED file, phenopacket or samples, and their columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from raredx.columns.family import Family, Pedigree, singleton
from raredx.columns.phenopacket import Phenopacket
from raredx.errors import InputError, SettingsError
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


def read_packet(request: RankRequest, assembly: Assembly, inputs: InputList) -> Phenopacket | None:
    """Read the phenopacket of a request, and note the files that HPO terms come from."""
    file = terms_file(request.hpo)
    if file is not None:
        inputs.add_file("hpo", file)
    if request.phenopacket is None:
        return None
    packet = read_phenopacket(request.phenopacket)
    inputs.add_file("phenopacket", request.phenopacket)
    check_assembly(packet, request.vcf_name, assembly)
    return packet


def find_families(
    request: RankRequest, header: VcfHeader, packet: Phenopacket | None, inputs: InputList
) -> tuple[list[Family], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Choose families, the samples to read in file order, name the families left out, and notes.

    The columns of the families count among the samples that are read.
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
            raise InputError(where, f"{chosen} is not a sample", f"It has {', '.join(names[:6])}.")
        alone = singleton(chosen)
        pedigree = with_karyotypes([alone.pedigree], request.karyotypes)[0]
        return [replace(alone, pedigree=pedigree)], (chosen,), (), ()
    known = SampleList(names, where, request.allow_unsequenced)
    pedigrees: list[Pedigree] = []
    proband = request.proband
    notes: tuple[str, ...] = ()
    if request.ped is not None:
        inputs.add_file("ped", request.ped)
        pedigrees = read_pedigrees(request.ped)
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


def with_karyotypes(pedigrees: list[Pedigree], stated: tuple[str, ...]) -> list[Pedigree]:
    """Add karyotypes stated with the request; they come before those of the PED file."""
    found: dict[str, Karyotype] = {}
    for text in stated:
        name, _, karyotype = text.rpartition("=")
        if not name or not any(name in pedigree.members for pedigree in pedigrees):
            known = ", ".join(m for pedigree in pedigrees[:3] for m in pedigree.members[:6])
            raise SettingsError(
                f"karyotype {text}",
                "names nobody of the pedigree",
                f"Write ID=XXY; ids: {known}." if known else "Give a PED file with this person.",
            )
        try:
            found[name] = read_karyotype(karyotype, where=f"karyotype {text}")
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

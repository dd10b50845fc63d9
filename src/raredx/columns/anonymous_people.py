"""Pedigrees and phenopackets whose people go by pseudonyms: made as soon as they are read."""

from __future__ import annotations

from dataclasses import replace

from raredx.columns.family import Pedigree
from raredx.columns.phenopacket import FileLink, Phenopacket
from raredx.columns.pseudonyms import Pseudonyms
from raredx.errors import renamed


def anonymous_pedigree(pedigree: Pedigree, given: Pseudonyms) -> Pedigree:
    """Give a pedigree its pseudonyms; the order of its members stays.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> anonymous_pedigree(singleton("kid1").pedigree, Pseudonyms(b"a key of 16 bytes or more"))
    ... # doctest: +ELLIPSIS
    Pedigree(family_id='F-MDFFNZRN9H', members=('S-5TT5C6CJ9C',), ...)
    """
    return replace(
        pedigree,
        family_id=given.family(pedigree.family_id),
        members=given.samples(pedigree.members),
        hpo_terms={given.sample(name): terms for name, terms in pedigree.hpo_terms.items()},
        karyotypes={given.sample(name): k for name, k in pedigree.karyotypes.items()},
        guests=frozenset(given.samples(pedigree.guests)),
        deceased=frozenset(given.samples(pedigree.deceased)),
    )


def anonymous_packet(packet: Phenopacket, given: Pseudonyms) -> Phenopacket:
    """Give a phenopacket its pseudonyms, in its notes too; its own id is one of a person."""
    pedigree = packet.pedigree
    proband = given.sample(packet.proband)
    files = [
        FileLink(
            link.uri,
            link.assembly,
            {given.sample(name): given.sample(sample) for name, sample in link.sample_of.items()},
        )
        for link in packet.files
    ]
    return replace(
        packet,
        packet_id=given.family(packet.packet_id),
        proband=proband,
        pedigree=None if pedigree is None else anonymous_pedigree(pedigree, given),
        files=tuple(files),
        notes=tuple(anonymous_note(note, given) for note in packet.notes),
    )


def anonymous_note(text: str, given: Pseudonyms) -> str:
    """Give the people who are marked in a text their pseudonyms; nobody else is named."""
    return renamed(text, lambda name: name if given.is_one(name) else given.known(name))

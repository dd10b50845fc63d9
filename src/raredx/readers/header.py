"""What a VCF header declares, and the assembly it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from raredx.columns.genome import CONTIG_LENGTHS, assembly_of, contig_code
from raredx.columns.pseudonyms import Pseudonyms
from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.anonymous_text import anonymous_header, n_left_out
from raredx.vocabulary import Assembly


@dataclass(frozen=True)
class VcfHeader:
    """The declarations of a VCF header.

    Attributes
    ----------
    samples : tuple of str
        Sample names, in file order; their pseudonyms, where there are any.
    contigs : dict
        Contig to length, 0 where the header gives none.
    info : dict
        INFO key to (Number, Type, Description).
    format : dict
        FORMAT key to (Number, Type, Description).
    text : str
        The header as htslib holds it; with pseudonyms, what of it names nobody.
    pseudonyms : Pseudonyms or None
        What stands for the names of the file everywhere but before htslib.
    n_left_out : int
        Lines that are not in `text`, since they may name people or paths.
    """

    samples: tuple[str, ...]
    contigs: dict[str, int]
    info: dict[str, tuple[str, str, str]]
    format: dict[str, tuple[str, str, str]]
    text: str
    pseudonyms: Pseudonyms | None = None
    n_left_out: int = 0

    def real_names(self, samples: Sequence[str]) -> list[str]:
        """Give the names by which htslib knows some samples."""
        if self.pseudonyms is None:
            return list(samples)
        return [self.pseudonyms.real(name) for name in samples]


def read_header(vcf: Any, pseudonyms: Pseudonyms | None = None) -> VcfHeader:
    """Read the header of an open cyvcf2 reader; from here on, samples go by their pseudonyms."""
    declared: dict[str, dict[str, tuple[str, str, str]]] = {"INFO": {}, "FORMAT": {}}
    contigs: dict[str, int] = {}
    for line in vcf.header_iter():
        kind = line["HeaderType"]
        if kind in declared:
            facts = line.info()
            description = facts.get("Description", "").strip('"')
            entry = (facts.get("Number", "."), facts.get("Type", "String"), description)
            declared[kind][facts["ID"]] = entry
        elif kind == "CONTIG":
            extra = line.info(extra=True)
            length = extra.get(b"length", b"0").decode()
            contigs[line["ID"]] = int(length) if length.isdigit() else 0
    found = VcfHeader(
        tuple(vcf.samples), contigs, declared["INFO"], declared["FORMAT"], vcf.raw_header
    )
    if pseudonyms is None:
        return found
    return replace(
        found,
        samples=pseudonyms.samples(found.samples),
        text=anonymous_header(found.text, pseudonyms),
        pseudonyms=pseudonyms,
        n_left_out=n_left_out(found.text),
    )


def decide_assembly(header: VcfHeader, stated: Assembly | None, *, where: str) -> Assembly:
    """Tell the assembly from contig lengths, and hold it against what the user states.

    Raises
    ------
    InputError
        If the header contradicts itself or the user, or nothing tells.
    """
    found, why = assembly_of(header.contigs)
    if found and stated and found is not stated:
        raise InputError(
            where, f"this is {found}, not {stated}: {why}", f"Say {found}, or nothing."
        )
    if found:
        return found
    lengths = {name: n for name, n in header.contigs.items() if n and 1 <= contig_code(name) <= 24}
    known = [set(table.items()) for table in CONTIG_LENGTHS.values()]
    given = {(contig_code(name), length) for name, length in lengths.items()}
    if all(given & table for table in known):
        what = "contig lengths of GRCh37 and of GRCh38 stand in one header"
        raise InputError(where, what, "Give a VCF of one assembly.")
    if lengths:
        name, length = next(iter(lengths.items()))
        what = f"neither GRCh37 nor GRCh38: {name} is {length} long"
        raise InputError(where, what, "Give a VCF of GRCh37 or GRCh38.")
    if stated:
        return stated
    what = "the assembly cannot be told: the header gives no contig lengths"
    raise InputError(where, what, "State the assembly: GRCh37 or GRCh38.")

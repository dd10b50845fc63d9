"""Count what the records of a file are: order, alleles, annotation and REF alleles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from raredx.columns.file_facts import ContigFacts, FileFacts
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genome import CONTIG_LENGTHS, MT_CODE, OTHER_CODE, contig_code
from raredx.columns.mitochondria import MtReference, mt_reference_of_ref
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.consequences import is_variant_allele
from raredx.readers.reference import ReferenceComparison
from raredx.vocabulary import Assembly

INSPECTED = 2048
"""Records that are looked at for annotation, at most: our choice. A share is known to 3 %."""

FORMAT_FIELDS = ("GT", "GQ", "DP", "AD", "PL", "PS")
_ACGTN = frozenset("ACGTNacgtn")


def normalisation_fault(position: int, alleles: Sequence[str]) -> str:
    """Say what keeps REF and ALTs from being normalised; empty where nothing does.

    Alleles are normalised when they do not all end in the same base, and do not all begin with
    the same base unless one of them is a single base (Tan et al. 2015,
    doi:10.1093/bioinformatics/btv112). The reference sequence is not needed to tell.

    Parameters
    ----------
    position : int
        POS; at the first base of a contig alleles may end alike.
    alleles : sequence of str
        REF, then the ALTs that are sequences.

    Examples
    --------
    >>> normalisation_fault(9, ("A", "AT")), normalisation_fault(9, ("CTT", "CT"))
    ('', 'not_trimmed')
    >>> normalisation_fault(9, ("AA", "A"))
    'not_left_aligned'
    >>> normalisation_fault(9, ("AC", "AG")), normalisation_fault(9, ("TA", "T", "TAA"))
    ('not_trimmed', '')
    """
    if len(alleles) < 2 or max(map(len, alleles)) == 1:
        return ""
    if len({allele[-1:].upper() for allele in alleles}) == 1:
        if min(map(len, alleles)) > 1:
            return "not_trimmed"
        return "not_left_aligned" if position > 1 else ""
    same_start = len({allele[:1].upper() for allele in alleles}) == 1
    return "not_trimmed" if same_start and min(map(len, alleles)) > 1 else ""


class RecordFacts:
    """Count the records of a file, one after the other.

    Parameters
    ----------
    probe : AnnotationProbe
    assembly : Assembly
    codes : GeneCodes or None
        Where given, the genes that the consequences name are collected.
    comparison : ReferenceComparison or None
        Where given, each REF is compared with the reference.

    Attributes
    ----------
    facts : FileFacts
        Complete after `finish`.
    """

    def __init__(
        self,
        probe: AnnotationProbe,
        assembly: Assembly,
        codes: GeneCodes | None,
        comparison: ReferenceComparison | None,
    ) -> None:
        self.facts = FileFacts()
        self._probe, self._codes, self._comparison = probe, codes, comparison
        self._lengths = CONTIG_LENGTHS[assembly]
        self._contig, self._position, self._end = "", 0, 0
        self._now = ContigFacts()
        self._code = OTHER_CODE
        self._here: list[tuple[str, list[str]]] = []  # REF and ALTs at the present position
        self._inspected: list[frozenset[str]] = []
        self._stride = 1

    def add(
        self, record: Any, place: tuple[str, int], alleles: tuple[str, list[str]]
    ) -> tuple[int, list[int]]:
        """Count one record; give its contig's code, and which of its ALTs are sequences.

        `place` is CHROM and POS, `alleles` REF and the ALTs: they were read already.
        """
        (contig, position), (ref, alts), facts = place, alleles, self.facts
        if facts.records % self._stride == 0:
            self._inspect(record)
        facts.records += 1
        if contig != self._contig:
            self._begin(contig, position, ref)
        elif position < self._position:
            self._see("out_of_order", position, ref)
        if position == self._position and self._here:
            self._look_for_duplicates(position, ref, alts)
            self._here.append(alleles)
        else:
            self._here = [alleles]
        self._position = position
        now = self._now
        now.records += 1
        if position > now.last_position:
            now.last_position = position
        if position > self._end > 0:
            self._see("beyond_contig", position, ref)
        plain = len(alts) == 1 and len(ref) == 1 and alts[0] in _ACGTN and ref in _ACGTN
        numbers = [1] if plain else self._look_at_alleles(position, ref, alts)
        facts.alleles += len(numbers)
        if self._codes is not None:
            self._probe.add_genes(record.INFO, self._codes, facts.genes)
        if self._comparison is not None:
            self._comparison.add(contig, position, ref)
        if self._code == MT_CODE:
            speaks_for = mt_reference_of_ref(position, ref)
            if speaks_for is not MtReference.UNKNOWN:
                facts.mt_refs[speaks_for] = facts.mt_refs.get(speaks_for, 0) + 1
        return self._code, numbers

    @property
    def place(self) -> str:
        """Contig and position of the record added last."""
        return f"{self._contig}:{self._position}"

    def add_filter(self, filters: Sequence[str]) -> None:
        """Count that FILTER of the record added last does not pass."""
        if filters:
            self._see("filtered", self._position, ";".join(filters))
        else:
            self._see("unfiltered", self._position, "")

    def add_without_genotype(self) -> None:
        """Count the record added last as one without GT."""
        self._see("no_genotype", self._position, "")

    def finish(self) -> FileFacts:
        """Give the facts, complete."""
        facts, probe = self.facts, self._probe
        facts.inspected = len(self._inspected)
        facts.annotated = {k: sum(k in seen for seen in self._inspected) for k in probe.kinds}
        facts.formats = {k: sum(k in seen for seen in self._inspected) for k in FORMAT_FIELDS}
        if self._comparison is not None:
            facts.reference = self._comparison.facts
        return facts

    def _inspect(self, record: Any) -> None:
        """Look for annotation and FORMAT fields; every second look is dropped when full."""
        cells = str(record).rstrip("\n").split("\t", 9)  # record.FORMAT needs what str() unpacks
        formats = cells[8].split(":") if len(cells) > 8 else ()
        self._inspected.append(frozenset(self._probe.look(record.INFO)).union(formats))
        if len(self._inspected) == INSPECTED:
            self._inspected = self._inspected[::2]
            self._stride *= 2

    def _begin(self, contig: str, position: int, ref: str) -> None:
        """Begin a contig, or one again."""
        contigs = self.facts.contigs
        self._contig, self._code = contig, contig_code(contig)
        self._end = self._lengths.get(self._code, 0)
        self._here = []
        if contig in contigs:
            self._see("contig_again", position, ref)
        self._now = contigs.setdefault(contig, ContigFacts())

    def _see(self, kind: str, position: int, about: str) -> None:
        """Count a record of a kind."""
        place = f"{self._contig}:{position}"
        self.facts.kinds[kind].add(f"{place} {about[:40]}" if about else place)

    def _look_at_alleles(self, position: int, ref: str, alts: list[str]) -> list[int]:
        """Count what is unusual of the alleles; say which of the ALTs are sequences."""
        numbers = [n for n, alt in enumerate(alts, 1) if is_variant_allele(alt)]
        about = f"{ref}>{','.join(alts)}"
        if not _ACGTN.issuperset(ref):
            self._see("odd_ref", position, about)
        if len(numbers) > 1:
            self._see("multiallelic", position, about)
        if "*" in alts:
            self._see("star", position, about)
        if len({*alts}) < len(alts):
            self._see("duplicate", position, about)
        if not alts:
            self._see("no_alt", position, about)
        if len(numbers) + ("*" in alts) < len(alts):
            self._see("symbolic", position, about)
        fault = normalisation_fault(position, [ref, *(alts[n - 1] for n in numbers)])
        if fault:
            self._see(fault, position, about)
        return numbers

    def _look_for_duplicates(self, position: int, ref: str, alts: list[str]) -> None:
        """Count a record with an allele that stands already at its position."""
        before = {alt for other, theirs in self._here if other == ref for alt in theirs}
        if any(alt in before and is_variant_allele(alt) for alt in alts):
            self._see("duplicate", position, f"{ref}>{','.join(alts)}")

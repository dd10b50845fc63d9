"""The gate: drops, record by record, only what the exact path is certain to drop.

It looks at FILTER, at the frequency of every allele against the loosest limit of the rule
set, and at whether the record's consequences hold any term that a rule could use. Records
that ClinVar may rescue pass. What it drops is counted under the question that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from raredx.columns.counts import StepCounts
from raredx.columns.genome import LAST_AUTOSOME, MT_CODE, contig_code
from raredx.columns.terms import canonical_term
from raredx.readers.annotations import AnnotationSources
from raredx.readers.consequences import is_variant_allele

_SHORT = (  # text that stands in a term however an annotator spells it: what it covers
    ("frameshift", ("frameshift_variant",)),
    ("missense", ("missense_variant",)),
    ("stop_", ("stop_gained", "stop_lost")),
    ("start_lost", ("start_lost",)),
    ("initiator_codon", ("start_lost",)),
    ("splice_", ("splice_acceptor_variant", "splice_donor_variant", "splice_region_variant",
                 "splice_donor_5th_base_variant", "splice_donor_region_variant")),
    ("protein_altering", ("protein_altering_variant",)),
    ("inframe_", ("inframe_insertion", "inframe_deletion", "protein_altering_variant",
                  "disruptive_inframe_insertion", "conservative_inframe_insertion",
                  "disruptive_inframe_deletion", "conservative_inframe_deletion")),
)  # fmt: skip

_NOT_CALLED = -1
_HET, _HOM_ALT = 1, 3
"""cyvcf2's gt_types; 0 is reference alone, 2 not called or called in part."""


@dataclass(frozen=True)
class Gate:
    """What certainly fails.

    Attributes
    ----------
    pass_filters : frozenset of str
        FILTER values that pass.
    limits : dict
        Population source to the loosest limit of any mode, a fraction; sources that are not
        judged are left out.
    known_limit : float
        Frequency above which a known pathogenic allele is not rescued either.
    terms : tuple of str
        Consequence terms that any rule could use.
    coding_terms : tuple of str
        Those of them that count in any gene; the others count only in a listed one.
    trios : tuple of (int, int, int)
        Columns of proband, father and mother (-1 not sequenced) of each family: a record
        that no proband carries is dropped.
    near : bool
        Whether a record without such a term passes when a proband has both copies of an
        autosome, or carries what neither parent does.
    listed : frozenset of int
        Gene codes that are green or amber on an applied panel.
    """

    pass_filters: frozenset[str]
    limits: dict[str, float]
    known_limit: float
    terms: tuple[str, ...]
    coding_terms: tuple[str, ...]
    trios: tuple[tuple[int, int, int], ...]
    near: bool = False
    listed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class RawTests:
    """The tests that a line of text can fail before it is parsed.

    Attributes
    ----------
    pass_filters : frozenset of str
        FILTER values that pass.
    name : str
        INFO key of the first frequency that is judged; empty where INFO holds none.
    limit, known_limit : float
        Frequency above which an allele is dropped, and above which it is not rescued either.
    rescue : tuple of str
        Texts of which one stands in every record that ClinVar may rescue; empty where the
        file declares no ClinVar significance.
    """

    pass_filters: frozenset[str]
    name: str
    limit: float
    known_limit: float
    rescue: tuple[str, ...]


def fragments(terms: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Shortest texts of which one stands in every record that names one of the terms.

    Examples
    --------
    >>> fragments(("start_lost", "missense_variant", "stop_gained"), "CSQ")
    ('initiator_codon', 'missense', 'start_lost', 'stop_')
    """
    wanted = {canonical_term(term) for term in terms}
    found = {text for text, covered in _SHORT if wanted.intersection(covered)}
    rest = wanted.difference(*(covered for _, covered in _SHORT))
    found |= {term.removesuffix("_variant") for term in rest}
    if kind == "BCSQ" and "non_coding_transcript_exon_variant" in wanted:
        found.add("non_coding")  # all that bcftools says of it
    if kind == "BCSQ":
        found.add("@")  # points to a consequence that stands elsewhere
    return tuple(sorted(f for f in found if not any(g in f for g in found if g != f)))


class GatedRecords:
    """Iterate over the records that pass the gate; counts the others.

    Yields
    ------
    (record, str)
        The cyvcf2 record and its raw consequence text.
    """

    def __init__(self, gate: Gate, sources: AnnotationSources, counts: StepCounts) -> None:
        self._gate = gate
        self._key = sources.layout.key
        self._counts = counts
        self._info_limits = _limits(sources.info.frequencies, gate)
        layout = sources.layout
        self._entry_limits = [
            (layout.index(name), limit, known_limit)
            for name, limit, known_limit in _limits(layout.fields.frequencies, gate)
        ]
        self._last_place = max((place for place, _, _ in self._entry_limits), default=-1)
        self._fragments = fragments(gate.terms, layout.kind)
        self._significance = sources.info.clinvar_significance
        self._entry_significance = bool(layout.fields.clinvar_significance)

    def filter(self, records: Iterable[Any]) -> Iterator[tuple[Any, str]]:
        """Yield what passes; the order is kept.

        The loop runs once for every record of a genome: what most records need comes first,
        in local names, and nothing is called that can be looked at in place.
        """
        pass_filters = self._gate.pass_filters
        name, limit, known_limit = self._info_limits[0] if self._info_limits else ("", 0.0, 0.0)
        n_records = n_common = n_unfiltered = 0
        try:
            for record in records:
                n_records += 1
                filters = record.FILTERS
                if not filters:
                    n_unfiltered += 1
                elif filters[0] not in pass_filters or not pass_filters.issuperset(filters):
                    self.drop("filter", _sequences(record))
                    continue
                info = record.INFO
                if name:
                    value = info.get(name)
                    if value.__class__ is float and value > limit and len(record.ALT) == 1:
                        if value > known_limit or not self.may_be_known(info):
                            n_common += 1
                            continue
                    elif self._is_common(record):
                        continue
                text = self._text_of_interest(record, info)
                if text is not None:
                    self.add_counts(n_records, n_common, n_unfiltered)
                    n_records = n_common = n_unfiltered = 0
                    yield record, text
        finally:
            self.add_counts(n_records, n_common, n_unfiltered)

    def add_counts(self, n_records: int, n_common: int, n_unfiltered: int) -> None:
        """Add records read, alleles dropped as common alone, and records without FILTER."""
        self._counts.records += n_records
        self._counts.common += n_common
        self._counts.unfiltered_records += n_unfiltered

    def raw_tests(self) -> RawTests:
        """Give the first two tests, for a front that reads lines of text."""
        name, limit, known_limit = self._info_limits[0] if self._info_limits else ("", 0.0, 0.0)
        rescue: tuple[str, ...] = (self._significance,) if self._significance else ()
        if self._entry_significance:
            rescue += ("athogenic", "onflicting")
        return RawTests(self._gate.pass_filters, name, limit, known_limit, rescue)

    def _text_of_interest(self, record: Any, info: Any) -> str | None:
        """Give the consequence text of a record that passes; None where it is dropped."""
        try:
            types = record.gt_types
        except Exception:  # cyvcf2 raises a bare Exception for a record without GT
            types = None
        reference = types is not None and not any(types[p] for p, _, _ in self._gate.trios)
        if reference and self._nobody_carries(record):
            return None
        text: str = info.get(self._key) or ""
        if text and types is not None and self._says_nothing(record, text, types):
            return None
        return text

    def _nobody_carries(self, record: Any) -> bool:
        """Whether no proband has a copy of an ALT; counted.

        `gt_types` calls `0/0/1` and `./0` reference: the alleles themselves decide. On MT
        the reads do, later.
        """
        if contig_code(record.CHROM) == MT_CODE:
            return False
        calls = record.genotype.array()
        rows = [calls[proband, :-1].tolist() for proband, _, _ in self._gate.trios]
        if any(max(row) > 0 for row in rows):
            return False
        called = not any(_NOT_CALLED in row for row in rows)
        self._counts.alleles += _sequences(record)
        self._counts.drop("carried", _sequences(record), assessed=called)
        return True

    def _is_common(self, record: Any) -> bool:
        """Whether every allele is too common in one source of INFO, and past rescue; counted."""
        info = record.INFO
        for name, limit, known_limit in self._info_limits:
            value = info.get(name)
            values = value if value.__class__ is tuple else (value,)
            if value is None or len(values) != len(record.ALT):
                continue  # no value, or one that belongs to no single allele
            if any(v.__class__ is not float or v <= limit for v in values):
                continue
            if all(v > known_limit for v in values) or not self.may_be_known(info):
                if len(values) == 1:
                    self._counts.common += 1
                else:
                    self.drop("frequency", len(values))
                return True
            return False
        return False

    def _says_nothing(self, record: Any, text: str, types: Any) -> bool:
        """Whether the consequences hold nothing for any rule, or are too common; counted."""
        named = any(fragment in text for fragment in self._fragments)
        if not (named or self._striking(record, types) or self.may_be_known(record.INFO)):
            self.drop("consequence", _sequences(record))
            return True
        if self._entry_limits and self._common_by_entry(record, text):
            self.drop("frequency", 1)
            return True
        return False

    def drop(self, question: str, n_alleles: int) -> None:
        """Count the alleles of a dropped record under the question that failed."""
        self._counts.alleles += n_alleles
        self._counts.drop(question, n_alleles)

    def may_be_known(self, info: Any) -> bool:
        """Whether ClinVar may call an allele pathogenic, likely pathogenic or conflicting."""
        if self._significance:
            written = info.get(self._significance)
            if written is not None and _may_be_known(str(written)):
                return True
        if not self._entry_significance:
            return False
        text = info.get(self._key) or ""
        return "athogenic" in text or "onflicting" in text

    def _striking(self, record: Any, types: Any) -> bool:
        """Whether a proband has both copies, or an allele that neither parent carries."""
        if not self._gate.near:
            return False
        for proband, father, mother in self._gate.trios:
            if types[proband] == _HOM_ALT:
                return 1 <= contig_code(record.CHROM) <= LAST_AUTOSOME
            parents = father >= 0 and mother >= 0
            if parents and types[proband] == _HET and not types[father] and not types[mother]:
                return True
        return False

    def _common_by_entry(self, record: Any, text: str) -> bool:
        """Whether the first entry of a record with one ALT shows that it is too common."""
        first = text.partition(",")[0].split("|", self._last_place + 1)
        for place, limit, known_limit in self._entry_limits:
            written = first[place] if place < len(first) else ""
            if not written:
                continue
            try:
                value = float(np.float32(max(map(float, written.split("&")))))
            except ValueError:
                continue
            if value > limit and (value > known_limit or not self.may_be_known(record.INFO)):
                return len(record.ALT) == 1 and is_variant_allele(record.ALT[0])
        return False


def _may_be_known(significance: str) -> bool:
    """Whether a class stands there in words, or as code 4 or 5 of old files; or may do so."""
    return any(part in significance for part in ("athogenic", "onflicting", "4", "5"))


def _sequences(record: Any) -> int:
    """Count the ALT alleles that are sequences."""
    return sum(is_variant_allele(alt) for alt in record.ALT)


def _limits(frequencies: dict[str, str], gate: Gate) -> list[tuple[str, float, float]]:
    """Field, loosest limit and limit of rescue, for the sources that are judged."""
    return [
        (name, gate.limits[source], max(gate.limits[source], gate.known_limit))
        for name, source in frequencies.items()
        if source in gate.limits
    ]

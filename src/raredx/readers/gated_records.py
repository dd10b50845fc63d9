"""The records of a file that pass the gate, one by one; the others are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.counts import StepCounts
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genome import LAST_AUTOSOME, MT_CODE, contig_code
from raredx.kernels.scan import COUNTS, UNFILTERED
from raredx.kernels.scan_record import (
    COMMON,
    COMMON_ENTRY,
    COMMON_LISTED,
    FILTERED,
    NOT_CALLED,
    NOT_CARRIED,
    SILENT,
)
from raredx.readers.annotations import AnnotationSources
from raredx.readers.consequences import is_variant_allele
from raredx.readers.gate import ENTRY_WORDS, GENE_ROLES, Gate, RawTests, bare_name, fragments
from raredx.readers.gate_fields import limits_of, says_known, sequences, splice_keys
from raredx.readers.info_fields import read_number

_QUESTIONS = {
    FILTERED: "filter", COMMON_LISTED: "frequency", COMMON_ENTRY: "frequency",
    NOT_CARRIED: "carried", NOT_CALLED: "carried", SILENT: "consequence",
}  # fmt: skip
"""The question that failed, for the fates of a dropped record; `COMMON` is counted apart."""

_NOT_CALLED, _BEYOND = -1, -2
"""Alleles of a call: not called, and beyond its ploidy."""

_CARRIES = (1, 3)
"""cyvcf2's gt_types of calls that hold an ALT; of 0 and 2 the alleles tell."""

_ROUNDED = 1e-6
"""Scores are held in single precision, which may round up to a limit or write one below it."""

_DIPLOID = 2
"""Ploidy above which the alleles tell always: `gt_types` takes `./././.` for a carrier."""


class GatedRecords:
    """Iterate over the records that pass the gate; counts the others.

    Yields
    ------
    (record, str)
        The cyvcf2 record and its raw consequence text.
    """

    def __init__(
        self, gate: Gate, sources: AnnotationSources, counts: StepCounts, codes: GeneCodes
    ) -> None:
        self._gate = gate
        self._key = sources.layout.key
        self._counts = counts
        self._codes, self._layout = codes, sources.layout
        places = sources.layout.place.items()
        self._gene_fields = tuple(sorted(place for role, place in places if role in GENE_ROLES))
        self._last_gene_field = max(self._gene_fields, default=-1)
        self._info_limits = limits_of(sources.info.frequencies, gate)
        layout = sources.layout
        self._entry_limits = [
            (layout.index(name), limit, known_limit)
            for name, limit, known_limit in limits_of(layout.fields.frequencies, gate)
        ]
        self._last_place = max((place for place, _, _ in self._entry_limits), default=-1)
        self._fragments = fragments(gate.terms, layout.kind)
        self._coding = fragments(gate.coding_terms, layout.kind)
        self._splice = splice_keys(sources)
        self._entry_splice = tuple(
            layout.index(name) for name in layout.fields.predictors.get("spliceai", ())
        )
        self._significance = sources.info.clinvar_significance
        self._entry_significance = bool(layout.fields.clinvar_significance)
        self.fates: dict[int, str] = {}
        self._strict = self._wide = None
        self._several = [GatedRecords(g, sources, StepCounts(), codes) for g in gate.several]
        self.fates_of: list[dict[int, str]] = [{} for _ in gate.several]
        if gate.wide is not None:
            self._wide = GatedRecords(gate.wide, sources, StepCounts(), codes)
        if gate.is_open:
            strict = replace(gate, is_open=False, wide=None)
            self._strict = GatedRecords(strict, sources, StepCounts(), codes)

    def sort(self, records: Iterable[Any]) -> Iterator[tuple[Any, str, bool]]:
        """Yield what passes, and what only a wider gate lets pass, with whether it is the former.

        Counts are of what passes, whatever the wider gate says. An open gate yields every record,
        and `fates` then holds the question at which a run drops it; of several gates `fates_of`
        holds that for each.
        """
        if self._strict is not None:
            for record in records:
                self.add_counts(1, 0, not record.FILTERS)
                fate = self._strict.fate_of(record)
                if fate is not None:
                    self.fates[self._counts.records - 1] = fate
                yield record, record.INFO.get(self._key) or "", fate is None
            return
        if self._several:
            for record, text in self.filter(records):
                fates = [gated.fate_of(record) for gated in self._several]
                for known, fate in zip(self.fates_of, fates, strict=True):
                    if fate is not None:
                        known[self._counts.records - 1] = fate
                if None in fates:
                    yield record, text, True
            return
        if self._wide is None:
            for record, text in self.filter(records):
                yield record, text, True
            return
        for record in records:
            found = next(self.filter((record,)), None)
            passes = found is not None
            found = found or next(self._wide.filter((record,)), None)
            if found is not None:
                yield *found, passes

    def fate_of(self, record: Any) -> str | None:
        """Name the question at which a record is dropped; None where it passes."""
        self._counts = StepCounts()
        if next(self.filter((record,)), None) is not None:
            return None
        dropped = (s["question"] for s in self._counts.steps() if s["failed"] or s["not_assessed"])
        return str(next(dropped, ""))

    def filter(self, records: Iterable[Any]) -> Iterator[tuple[Any, str]]:
        """Yield what passes; the order is kept.

        The loop runs once for every record of a genome: what most records need comes first,
        in local names, and nothing is called that can be looked at in place.
        """
        pass_filters, any_filter = self._gate.pass_filters, self._gate.any_filter
        open_on_mt = self._gate.open_on_mt
        name, limit, known_limit = self._info_limits[0] if self._info_limits else ("", 0.0, 0.0)
        n_records = n_common = n_unfiltered = 0
        try:
            for record in records:
                n_records += 1
                filters = record.FILTERS
                if not filters:
                    n_unfiltered += 1
                elif not (pass_filters.issuperset(filters) or any_filter):
                    self.drop("filter", sequences(record))
                    continue
                info = record.INFO
                if name and not (open_on_mt and contig_code(record.CHROM) == MT_CODE):
                    value = info.get(name)
                    if value.__class__ is float and value > limit and len(record.ALT) == 1:
                        if value > known_limit or not self.may_be_known(info):
                            n_common += is_variant_allele(record.ALT[0])
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

    def add_scanned(self, totals: NDArray[np.int64]) -> None:
        """Count what a scan of raw records dropped, under the same questions."""
        counts = self._counts
        by_fate = totals[COUNTS:].reshape(-1, 2)[:, 1].tolist()
        counts.unfiltered_records += int(totals[UNFILTERED])
        counts.common += by_fate[COMMON]
        for fate, question in _QUESTIONS.items():
            counts.alleles += by_fate[fate]
            counts.drop(question, by_fate[fate], assessed=fate != NOT_CALLED)

    def raw_tests(self) -> RawTests:
        """Give the tests, for a front that reads raw records."""
        wide = self._wide
        looser = self if wide is None else wide
        return RawTests(
            self._gate.pass_filters,
            self._gate.any_filter,
            self._gate.open_on_mt,
            tuple(self._info_limits),
            () if wide is None else tuple(wide._info_limits),
            wide is not None,
            self._significance,
            self._key,
            self._entry_significance,
            tuple(looser._entry_limits),
            self._fragments,
            self._coding,
            self._gene_fields,
            self._gene_names,
            self._splice,
            self._entry_splice,
            looser._gate.splice_limit,
            self._gate.trios,
            self._gate.near,
        )

    def _text_of_interest(self, record: Any, info: Any) -> str | None:
        """Give the consequence text of a record that passes; None where it is dropped."""
        try:
            types = record.gt_types
        except Exception:  # cyvcf2 raises a bare Exception for a record without GT
            types = None
        if types is not None:
            carried = any(types[proband] in _CARRIES for proband, _, _ in self._gate.trios)
            if not (carried and record.ploidy <= _DIPLOID) and self._nobody_carries(record):
                return None
        text: str = info.get(self._key) or ""
        if text and types is not None and self._says_nothing(record, text):
            return None
        return text

    def _nobody_carries(self, record: Any) -> bool:
        """Whether no proband has a copy of an ALT; counted.

        `gt_types` calls `0/0/1` reference: the alleles themselves decide. On MT the reads do,
        later.
        """
        if contig_code(record.CHROM) == MT_CODE:
            return False
        calls = record.genotype.array()
        rows = [calls[proband, :-1].tolist() for proband, _, _ in self._gate.trios]
        if any(max(row) > 0 for row in rows):
            return False
        called = not any(_NOT_CALLED in row for row in rows)
        n_sequences = sequences(record)
        self._counts.alleles += n_sequences
        self._counts.drop("carried", n_sequences, assessed=called)
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
                    self._counts.common += sequences(record)
                else:
                    self.drop("frequency", sequences(record))
                return True
            return False
        return False

    def _says_nothing(self, record: Any, text: str) -> bool:
        """Whether the consequences hold nothing for any rule, or are too common; counted."""
        if not self._may_count(record, text):
            self.drop("consequence", sequences(record))
            return True
        asked = not (self._gate.open_on_mt and contig_code(record.CHROM) == MT_CODE)
        if asked and self._entry_limits and self._common_by_entry(record, text):
            self.drop("frequency", 1)
            return True
        return False

    def _may_count(self, record: Any, text: str) -> bool:
        """Whether a coding term stands in the text, ClinVar may rescue, or a listed gene is hit.

        In a listed gene other terms count too, and striking genotypes without any; a high
        splice prediction counts in any gene.
        """
        if any(fragment in text for fragment in self._coding) or self.may_be_known(record.INFO):
            return True
        named = any(fragment in text for fragment in self._fragments)
        if (named or self._striking(record)) and self._names_listed_gene(text):
            return True
        return self._may_splice(record.INFO, text)

    def _may_splice(self, info: Any, text: str) -> bool:
        """Whether SpliceAI gives a score that counts without a term."""
        limit = self._gate.splice_limit - _ROUNDED
        for name, first, last in self._splice:
            written = info.get(name)
            values = written if isinstance(written, tuple) else str(written or "").split(",")
            for value in values:
                if any(read_number(c) >= limit for c in str(value).split("|")[first : last + 1]):
                    return True
        if not self._entry_splice:
            return False
        last = max(self._entry_splice) + 1
        for entry in text.split(","):
            cells = entry.split("|", last)
            for place in self._entry_splice:
                if place < len(cells) and cells[place] and read_number(cells[place]) >= limit:
                    return True
        return False

    def _names_listed_gene(self, text: str) -> bool:
        """Whether a consequence lies in a gene that is green or amber on an applied panel.

        Only names that look like one of theirs are looked up.
        """
        names, listed = self._listed_names, self._gate.listed
        for entry in text.split(","):
            cells = entry.split("|", self._last_gene_field + 1)
            for place in self._gene_fields:
                if place < len(cells) and cells[place] and bare_name(cells[place]) in names:
                    if self._codes.code(*self._layout.gene_names(entry.split("|"))) in listed:
                        return True
                    break
        return False

    @cached_property
    def _listed_names(self) -> frozenset[str]:
        """Names of the listed genes."""
        names = {*"|".join(self._gene_names).upper().split("|")}
        long = {name for name in names if ":" in name or "." in name or name != name.strip()}
        return frozenset((names - long) | {*map(bare_name, long)}) - {""}

    @cached_property
    def _gene_names(self) -> tuple[str, ...]:
        """Every way to write them, `|` between several."""
        return tuple(self._codes.table.names_of(sorted(self._gate.listed)))

    def drop(self, question: str, n_alleles: int) -> None:
        """Count the alleles of a dropped record under the question that failed."""
        self._counts.alleles += n_alleles
        self._counts.drop(question, n_alleles)

    def may_be_known(self, info: Any) -> bool:
        """Whether ClinVar may call an allele pathogenic, likely pathogenic or conflicting."""
        if self._significance:
            written = info.get(self._significance)
            if written is not None and says_known(str(written)):
                return True
        if not self._entry_significance:
            return False
        text = info.get(self._key) or ""
        return any(word in text for word in ENTRY_WORDS)

    def _striking(self, record: Any) -> bool:
        """Whether a proband has every copy of an autosomal ALT, or one that no parent carries."""
        if not self._gate.near:
            return False
        calls = [
            [a for a in row if a != _BEYOND] for row in record.genotype.array()[:, :-1].tolist()
        ]
        autosome = 1 <= contig_code(record.CHROM) <= LAST_AUTOSOME
        for proband, father, mother in self._gate.trios:
            if max(calls[proband], default=0) <= 0:
                continue
            if autosome and len({*calls[proband]}) == 1:
                return True
            if father >= 0 and mother >= 0 and {*calls[father], *calls[mother]} == {0}:
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

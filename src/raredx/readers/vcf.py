"""A VCF or BCF as a stream of fixed-size batches of columns.

This is the one interface behind which the reader may become faster: a gate that drops
records early, samples, regions and threads go in; `VariantBatch`es and counts come out, the
same for any batch size and number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.counts import StepCounts
from raredx.columns.genome import MT_CODE, contig_code
from raredx.columns.records import dataclass
from raredx.readers.annotations import Allele, AnnotationBuilder
from raredx.readers.anonymous_text import AnonymousText
from raredx.readers.consequences import AlleleMatcher, is_variant_allele
from raredx.readers.gated_records import GatedRecords
from raredx.readers.genotypes import NUMERIC_TYPES, GenotypeBuilder, RecordCalls
from raredx.readers.line_sample import LineSample
from raredx.readers.read_plan import ReadPlan
from raredx.readers.transcripts import TranscriptBuilder
from raredx.readers.vcf_file import VcfFile, is_of_the_file
from raredx.vocabulary import Outcome

_SPLIT = "OLD_MULTIALLELIC"
"""INFO key with which vt decompose marks what it split."""
_SITE_NAMES = ("site", "contig", "contig_code", "position", "ref", "alt", "alt_index",
               "variant_id", "filters", "filter_outcome")  # fmt: skip


@dataclass
class _Rows:
    """Builders of the batch that is being filled."""

    plan: ReadPlan
    sites: dict[str, list[Any]] = field(default_factory=lambda: {n: [] for n in _SITE_NAMES})
    records: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = self.plan
        self.genotypes = GenotypeBuilder(len(plan.samples))
        self.annotations = AnnotationBuilder(plan.sources)
        self.transcripts = TranscriptBuilder(plan.sources.layout, plan.codes, plan.assembly)

    def __len__(self) -> int:
        return len(self.sites["site"])

    def close(self) -> VariantBatch:
        """Turn the rows into a batch."""
        sites = self.sites
        columns: dict[str, NDArray[Any]] = {
            "site": np.array(sites["site"], np.int64),
            "contig_code": np.array(sites["contig_code"], np.int8),
            "position": np.array(sites["position"], np.int32),
            "alt_index": np.array(sites["alt_index"], np.int16),
            "filter_outcome": np.array(sites["filter_outcome"], np.int8),
        }
        for name in ("contig", "ref", "alt", "variant_id", "filters"):
            columns[name] = np.array(sites[name], object)
        columns |= self.genotypes.columns() | self.annotations.columns()
        return VariantBatch(columns, self.transcripts.columns(), tuple(self.records))


class VariantStream:
    """The batches of one file under one plan, and the counts of what was dropped."""

    def __init__(self, file: VcfFile, plan: ReadPlan, sample: LineSample | None = None) -> None:
        self._file = file
        self._sample = sample
        self._plan = plan
        self._layout = plan.sources.layout
        self._numeric = frozenset(
            key for key, (_, kind, _) in file.header.format.items() if kind in NUMERIC_TYPES
        )
        self._text = AnonymousText(file.header.pseudonyms, file.header.info, file.header.format)
        self._compounds: dict[bool, dict[tuple[str, int], list[list[str]]]] = {True: {}, False: {}}
        self._near = _Rows(plan)
        self.counts = StepCounts()
        self._gated = GatedRecords(plan.gate, plan.sources, self.counts, plan.codes)
        self.n_unmatched_entries = 0
        self.fates: dict[tuple[int, int], str] = {}

    @property
    def fates_of(self) -> list[dict[int, str]]:
        """Of several gates, the question at which each drops a record, by its number."""
        return self._gated.fates_of

    def batches(self) -> Iterator[VariantBatch]:
        """Yield batches of at least `batch_rows` rows, the last one smaller; never none."""
        plan, counts = self._plan, self.counts
        records = self._file.records(plan, self._gated, self._sample)
        gated = self._gated.sort(records)
        rows = _Rows(plan)
        while True:
            try:
                record, text, passes = next(gated)
                if plan.gate.is_open:
                    self._add_all(record, text, rows, passes=passes)
                elif passes:
                    self._add(record, text, rows)
                else:
                    self._add_near(record, text)
            except StopIteration:
                break
            except Exception as fault:
                if not is_of_the_file(fault):
                    raise
                raise self._file.unreadable(fault, counts.records) from None
            if len(rows) >= plan.batch_rows:
                yield rows.close()
                rows = _Rows(plan)
        if not counts.records and not plan.regions:
            raise self._file.no_records()
        yield rows.close()

    def near_batch(self) -> VariantBatch:
        """Give the alleles that only the wider gate let pass, when the file has been read."""
        return self._near.close()

    def _add_near(self, record: Any, text: str) -> None:
        """Add the alleles of a record that only the wider gate let pass; nothing is counted."""
        numbers = [n for n, alt in enumerate(record.ALT, 1) if is_variant_allele(alt)]
        if not text or not numbers:
            return
        calls = RecordCalls(record, self._numeric, len(self._plan.samples))
        if contig_code(record.CHROM) == MT_CODE or calls.carried_by(self._plan.probands):
            entries = self._entries(record, record.ALT, text, passes=False)
            found = {n: entries[n] for n in numbers if n in entries}
            if found:
                self._add_rows(record, calls, found, self._near)

    def _add_all(self, record: Any, text: str, rows: _Rows, *, passes: bool) -> None:
        """Add every ALT allele of a record, whoever carries it, and say where a run drops it."""
        numbers = [n for n, alt in enumerate(record.ALT, 1) if is_variant_allele(alt)]
        self.counts.alleles += len(numbers)
        if not numbers:
            return
        site = self.counts.records - 1
        calls = RecordCalls(record, self._numeric, len(self._plan.samples))
        entries = self._entries(record, record.ALT, text, passes=passes) if text else {}
        on_mt = contig_code(record.CHROM) == MT_CODE
        carried = on_mt or calls.carried_by(self._plan.probands)
        for number in numbers:
            if not passes:
                self.fates[site, number] = self._gated.fates[site]
            elif text and not carried:
                self.fates[site, number] = "carried"
            elif number not in entries:
                self.fates[site, number] = "consequence"
        self._add_rows(record, calls, {n: entries.get(n, []) for n in numbers}, rows)

    def _add(self, record: Any, text: str, rows: _Rows) -> None:
        """Add the alleles of a record that a proband carries and that have consequences."""
        alts = record.ALT
        numbers = [n for n, alt in enumerate(alts, 1) if is_variant_allele(alt)]
        counts = self.counts
        counts.alleles += len(numbers)
        counts.not_sequence += len(alts) - len(numbers)
        if not text:
            counts.drop("consequence", len(numbers), assessed=False)
        if not text or not numbers:
            return
        calls = RecordCalls(record, self._numeric, len(self._plan.samples))
        on_mt = contig_code(record.CHROM) == MT_CODE  # there the reads decide, later
        if not (on_mt or calls.carried_by(self._plan.probands)):
            uncalled = calls.uncalled_in(self._plan.probands)
            counts.drop("carried", len(numbers), assessed=not uncalled)
            return
        entries = self._entries(record, alts, text)
        found = {n: entries[n] for n in numbers if n in entries}
        counts.drop("consequence", len(numbers) - len(found), assessed=False)
        if found:
            self._add_rows(record, calls, found, rows)

    def _add_rows(
        self, record: Any, calls: RecordCalls, entries: dict[int, list[list[str]]], rows: _Rows
    ) -> None:
        """Add one row for each ALT allele."""
        alts, contig = record.ALT, record.CHROM
        code = contig_code(contig)
        filters = record.FILTERS
        variant_id = self._text.identifier(record.ID or "")
        outcome = Outcome.NOT_ASSESSED
        if filters:
            outcome = Outcome(self._plan.gate.pass_filters.issuperset(filters))
        for number, own in entries.items():
            site = (self.counts.records - 1, contig, code, record.POS, record.REF,
                    alts[number - 1], number, variant_id, ";".join(filters) or ".",
                    outcome)  # fmt: skip
            for name, value in zip(_SITE_NAMES, site, strict=True):
                rows.sites[name].append(value)
            rows.annotations.add_allele(Allele(record.INFO, number, alts), own)
            rows.transcripts.add_variant(own)
            if self._plan.keep_records:
                rows.records.append(self._text.record(str(record).rstrip("\n")))
        rows.genotypes.add_record(
            calls,
            list(entries),
            len(alts),
            stated_first=code == MT_CODE,
            is_split=record.INFO.get(_SPLIT) is not None,
        )

    def _entries(
        self, record: Any, alts: list[str], text: str, *, passes: bool = True
    ) -> dict[int, list[list[str]]]:
        """Give each ALT number its consequence entries.

        Compounds of records that do not pass the gate are kept apart: to those that pass it is as
        if they were not there.
        """
        entries = [entry.split("|") for entry in text.split(",")]
        if self._layout.kind == "BCSQ":
            others = {} if passes else self._compounds[True]
            place = record.CHROM, record.POS
            entries = _follow_pointers(place, entries, self._compounds[passes], others)
        matcher = AlleleMatcher(self._layout, (record.POS, record.REF, alts))
        found: dict[int, list[list[str]]] = {}
        for entry in entries:
            numbers = matcher.numbers(entry)
            self.n_unmatched_entries += passes and not numbers
            for number in numbers:
                found.setdefault(number, []).append(entry)
        return found


def _follow_pointers(
    place: tuple[str, int],
    entries: list[list[str]],
    known: dict[tuple[str, int], list[list[str]]],
    others: dict[tuple[str, int], list[list[str]]],
) -> list[list[str]]:
    """Replace `@position` by the compound consequence that stands there."""
    compounds = [entry for entry in entries if "+" in entry[-1]]
    if compounds:
        known[place] = compounds
        for old in list(known)[:-64]:
            del known[old]
    followed: list[list[str]] = []
    for entry in entries:
        if entry[0].startswith("@") and entry[0][1:].isdigit():
            target = place[0], int(entry[0][1:])
            followed += known.get(target) or others.get(target, [])
        else:
            followed.append(entry)
    return followed

"""A VCF or BCF as batches of called sites, every sample and every record of the file.

Nothing is dropped: the common variants that a ranking has no use for tell most of who a
sample is. The same sites come out for any batch size and number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.sites import SiteBatch
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.genotypes import NUMERIC_TYPES
from raredx.readers.record_facts import RecordFacts
from raredx.readers.regions import Interval
from raredx.readers.site_rows import MISSING, NOT_THERE, SiteRows
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly, Outcome

BATCH_SITES = 4096


@dataclass(frozen=True)
class SitePlan:
    """What to read.

    Attributes
    ----------
    samples : tuple of str
        Samples to read, in file order.
    assembly : Assembly
    probe : AnnotationProbe
        Where population frequencies stand.
    pass_filters : frozenset of str
        FILTER values that pass.
    regions : tuple of Interval
        Regions to read through the index; empty for the whole file.
    batch_sites : int
        Changes no result.
    """

    samples: tuple[str, ...]
    assembly: Assembly
    probe: AnnotationProbe
    pass_filters: frozenset[str] = frozenset({"PASS"})
    regions: tuple[Interval, ...] = ()
    batch_sites: int = BATCH_SITES


class SiteStream:
    """The sites of one file, in batches, while the facts of its records are counted.

    Parameters
    ----------
    file : VcfFile
    plan : SitePlan
    facts : RecordFacts
    """

    def __init__(self, file: VcfFile, plan: SitePlan, facts: RecordFacts) -> None:
        self._file, self._plan, self._facts = file, plan, facts
        declared = file.header.format
        self._numeric = {key for key, (_, kind, _) in declared.items() if kind in NUMERIC_TYPES}
        self._has_depth, self._has_quality = "DP" in self._numeric, "GQ" in self._numeric
        self._none = np.full((len(plan.samples), 1), MISSING, np.int32)
        self._uncalled = np.full((len(plan.samples), 2), NOT_THERE, np.int16)

    def batches(self) -> Iterator[SiteBatch]:
        """Yield batches, the last one smaller; none where no record has a sequence allele.

        Raises
        ------
        InputError
            If the file cannot be read on, or holds no records.
        """
        plan, facts = self._plan, self._facts.facts
        records = self._file.all_records(plan.regions)
        rows = SiteRows(len(plan.samples), plan.assembly)
        while True:
            try:
                record = next(records)
            except StopIteration:
                break
            except Exception as fault:  # cyvcf2 raises a bare Exception for a damaged record
                raise self._file.unreadable(fault, facts.records) from None
            self._add(record, rows)
            if len(rows) >= plan.batch_sites:
                yield rows.close()
                rows = SiteRows(len(plan.samples), plan.assembly)
        if not facts.records and not plan.regions:
            raise self._file.no_records()
        if len(rows):
            yield rows.close()

    def _add(self, record: Any, rows: SiteRows) -> None:
        """Count one record, and add its alleles that are sequences."""
        contig, alts, filters = record.CHROM, record.ALT, record.FILTERS
        place, ref = record.POS, record.REF
        passes = bool(filters) and self._plan.pass_filters.issuperset(filters)
        code, numbers = self._facts.add(record, (contig, place), (ref, alts))
        if not passes:
            self._facts.add_filter(filters)
        if not numbers:
            return
        try:
            genotypes = record.genotype.array()
        except Exception:  # cyvcf2 raises a bare Exception for a record without GT
            genotypes = self._uncalled
            self._facts.add_without_genotype()
        depth = record.format("DP") if self._has_depth else None
        quality = record.format("GQ") if self._has_quality else None
        rows.add_calls(
            genotypes,
            self._none if depth is None else depth,
            self._none if quality is None else quality,
            self._read_counts(record, len(alts)),
        )
        passed = Outcome.PASS if passes else Outcome.FAIL if filters else Outcome.NOT_ASSESSED
        info = record.INFO
        for number in numbers:
            af = self._plan.probe.highest_frequency(info, len(alts), number)
            rows.add_site((code, place), (ref, alts, number), passed, af)

    def _read_counts(self, record: Any, n_alts: int) -> NDArray[Any]:
        """Read AD; otherwise freebayes' RO and AO, or samtools' DP and DV."""
        numeric = self._numeric
        if "AD" in numeric:
            reads = record.format("AD")
            if reads is not None and reads.shape[1] == n_alts + 1:
                return cast("NDArray[Any]", reads)
        if {"RO", "AO"} <= numeric:
            ref, alt = record.format("RO"), record.format("AO")
            if ref is not None and alt is not None and alt.shape[1] == n_alts:
                return np.concatenate([ref[:, :1], alt], axis=1)
        if {"DP", "DV"} <= numeric and n_alts == 1:
            depth, alt = record.format("DP"), record.format("DV")
            if depth is not None and alt is not None:
                known = (depth >= 0) & (alt >= 0)
                return np.concatenate([np.where(known, depth - alt, -1), alt], axis=1)
        return self._none

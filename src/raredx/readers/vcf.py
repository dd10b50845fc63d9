"""A VCF or BCF as a stream of fixed-size batches of columns.

This is the one interface behind which the reader may become faster: a gate that drops
records early, samples, regions and threads go in; `VariantBatch`es and counts come out, the
same for any batch size and number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cyvcf2
import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.counts import StepCounts
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genome import MT_CODE, contig_code
from raredx.errors import InputError
from raredx.readers.annotations import Allele, AnnotationBuilder, AnnotationSources
from raredx.readers.bgzf import DamagedBlockError
from raredx.readers.consequences import AlleleMatcher, is_variant_allele
from raredx.readers.gate import Gate, GatedRecords, fragments
from raredx.readers.genotypes import NUMERIC_TYPES, GenotypeBuilder, RecordCalls
from raredx.readers.header import VcfHeader, read_header
from raredx.readers.htslib import HtslibMessages
from raredx.readers.line_sample import LineSample
from raredx.readers.regions import Interval
from raredx.readers.sieve import Sieve
from raredx.readers.transcripts import TranscriptBuilder
from raredx.vocabulary import Assembly, Outcome

BATCH_ROWS = 4096
_SPLIT = "OLD_MULTIALLELIC"
"""INFO key with which vt decompose marks what it split."""
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_SITE_NAMES = ("site", "contig", "contig_code", "position", "ref", "alt", "alt_index",
               "variant_id", "filters", "filter_outcome")  # fmt: skip


@dataclass(frozen=True)
class ReadPlan:
    """What to read and how.

    Attributes
    ----------
    sources : AnnotationSources
    codes : GeneCodes
    assembly : Assembly
    gate : Gate
    samples : tuple of str
        Samples to read, in file order.
    probands : int16, shape (family,)
        Columns of the probands among `samples`.
    regions : tuple of Interval
        Regions to read through the index; empty for the whole file.
    batch_rows : int
    keep_records : bool
        Whether to keep the VCF line of each row.
    """

    sources: AnnotationSources
    codes: GeneCodes
    assembly: Assembly
    gate: Gate
    samples: tuple[str, ...]
    probands: NDArray[np.int16]
    regions: tuple[Interval, ...] = ()
    batch_rows: int = BATCH_ROWS
    keep_records: bool = False


class VcfFile:
    """An open VCF or BCF.

    Parameters
    ----------
    path : str
        A file, or a descriptor path for a stream.
    name : str
        What to call it in messages.
    messages : HtslibMessages
        Where htslib's complaints are caught.
    threads : int
        Threads that inflate; the result does not depend on it.

    Raises
    ------
    InputError
        If the file is missing, empty, damaged, or no VCF.
    """

    def __init__(self, path: str, name: str, messages: HtslibMessages, threads: int = 1) -> None:
        self.name = name
        self._messages = messages
        self._path = path
        if not path.startswith("/dev/fd/"):
            _check_file(Path(path), name)
        try:
            self._vcf = cyvcf2.VCF(path, lazy=True, threads=threads if threads > 1 else None)
        except Exception as fault:
            raise self._unreadable(fault, "not a VCF or BCF file") from None
        self.header: VcfHeader = read_header(self._vcf)
        self._sieve: Sieve | None = None
        if not path.startswith("/dev/fd/"):
            self._try_first_record()

    def _try_first_record(self) -> None:
        """Refuse a file whose first record cannot be read, before anything else is asked."""
        peek = cyvcf2.VCF(self._path, lazy=True)
        try:
            next(iter(peek), None)
        except Exception as fault:  # cyvcf2 raises a bare Exception for a damaged record
            raise self.unreadable(fault, 0) from None
        finally:
            peek.close()

    def _unreadable(self, fault: Exception, otherwise: str, place: str = "") -> InputError:
        """Put htslib's complaint in words."""
        cause = self._messages.last_error() or otherwise
        if "is not valid bcf or vcf" in str(fault) or isinstance(fault, DamagedBlockError):
            cause = otherwise
        what = f"cannot be read{place}: {cause}"
        return InputError(self.name, what, "Check that the file is complete and a valid VCF.")

    def set_samples(self, samples: tuple[str, ...]) -> None:
        """Read only these samples."""
        if samples != self.header.samples:
            self._vcf.set_samples(list(samples))

    def header_text(self) -> str:
        """Give the header for the samples that are read."""
        return self._sieve.header_text if self._sieve else str(self._vcf.raw_header)

    def contigs(self) -> list[str]:
        """Contig names in the order of the header."""
        return list(self.header.contigs) or list(self._vcf.seqnames)

    def records(
        self,
        regions: tuple[Interval, ...],
        gated: GatedRecords,
        samples: tuple[str, ...],
        sample: LineSample | None = None,
    ) -> Iterator[Any]:
        """Iterate over the records, of the regions if there are any, each record once.

        Text files are sifted first: lines that the gate is certain to drop are counted and
        not parsed. htslib's faults come out as they are: `unreadable` puts them in words.
        The sample sees every record, dropped or not.
        """
        if not regions and Sieve.suits(self._path, gated):
            if sample is not None:
                sample.columns = tuple(self.header.samples.index(name) for name in samples)
            self._sieve = Sieve(self._path, gated, samples, sample)
            return self._sieve.records()
        if sample is None:
            return self.all_records(regions)
        sample.columns = tuple(range(len(samples)))
        return sample.watch(self.all_records(regions))

    def all_records(self, regions: tuple[Interval, ...]) -> Iterator[Any]:
        """Iterate over every record, of the regions if there are any, each record once."""
        return self._regions(regions) if regions else iter(self._vcf)

    def unreadable(self, fault: Exception, n_read: int) -> InputError:
        """Say that the file could not be read on after so many records."""
        place = f" after {n_read} records" if n_read else " at the first record"
        return self._unreadable(fault, str(fault), place)

    def no_records(self) -> InputError:
        """Say that the file holds no variants."""
        return InputError(self.name, "holds no variant records", "Give a VCF with variants.")

    def _regions(self, regions: tuple[Interval, ...]) -> Iterator[Any]:
        """Read region after region; a record that the last one gave is not given again."""
        contig, end = "", 0
        for region in regions:
            if region.contig != contig:
                contig, end = region.contig, 0
            for record in self._vcf(f"{region.contig}:{region.first}-{region.last}"):
                if end < record.POS:
                    yield record
            end = region.last

    def check_index(self) -> None:
        """Refuse regions where there is no index."""
        if not any(Path(f"{self._path}{s}").exists() for s in (".tbi", ".csi")):
            raise InputError(
                self.name,
                "regions need an index (.tbi or .csi), and there is none",
                "Compress with bgzip and index with `tabix -p vcf` or `bcftools index`.",
            )

    def close(self) -> None:
        """Close the file."""
        self._vcf.close()


def _check_file(path: Path, name: str) -> None:
    """Refuse what is no readable file, is empty, or was cut off."""
    try:
        with path.open("rb") as file:
            start = file.read(18)
            file.seek(max(0, path.stat().st_size - len(_BGZF_END)))
            end = file.read()
    except OSError as fault:
        raise InputError(name, fault.strerror or str(fault), "Check the path.") from None
    if not start:
        raise InputError(name, "the file is empty", "Give a VCF with variants.")
    if start.startswith(b"version https://g"):
        raise InputError(name, "a Git LFS pointer, not the file itself", "Run `git lfs pull`.")
    bgzf = start[:2] == b"\x1f\x8b" and len(start) >= 14 and start[12:14] == b"BC"
    if bgzf and end != _BGZF_END:
        raise InputError(
            name, "truncated: the end-of-file block is missing", "Copy or make the file again."
        )


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
        self._compounds: dict[tuple[str, int], list[list[str]]] = {}
        self.counts = StepCounts()
        self._gated = GatedRecords(plan.gate, plan.sources, self.counts)
        self._coding = fragments(plan.gate.coding_terms, self._layout.kind)
        self.n_unmatched_entries = 0

    def batches(self) -> Iterator[VariantBatch]:
        """Yield batches of at least `batch_rows` rows, the last one smaller; never none."""
        plan, counts = self._plan, self.counts
        records = self._file.records(plan.regions, self._gated, plan.samples, self._sample)
        gated = self._gated.filter(records)
        rows = _Rows(plan)
        while True:
            try:
                record, text = next(gated)
            except StopIteration:
                break
            except Exception as fault:  # cyvcf2 raises a bare Exception for a damaged record
                raise self._file.unreadable(fault, counts.records) from None
            self._add(record, text, rows)
            if len(rows) >= plan.batch_rows:
                yield rows.close()
                rows = _Rows(plan)
        if not counts.records and not plan.regions:
            raise self._file.no_records()
        yield rows.close()

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
        if not self._may_count(record, text, entries):
            counts.drop("consequence", len(numbers))
            return
        found = {n: entries[n] for n in numbers if n in entries}
        counts.drop("consequence", len(numbers) - len(found), assessed=False)
        if found:
            self._add_rows(record, calls, found, rows)

    def _may_count(self, record: Any, text: str, entries: dict[int, list[list[str]]]) -> bool:
        """Whether a coding term stands in the text, a listed gene is hit, or ClinVar may rescue."""
        if any(f in text for f in self._coding) or not entries:
            return True
        codes, layout = self._plan.codes, self._layout
        for own in entries.values():
            for entry in own:
                if codes.code(*layout.gene_names(entry)) in self._plan.gate.listed:
                    return True
        return self._gated.may_be_known(record.INFO)

    def _add_rows(
        self, record: Any, calls: RecordCalls, entries: dict[int, list[list[str]]], rows: _Rows
    ) -> None:
        """Add one row for each ALT allele."""
        alts, contig = record.ALT, record.CHROM
        code = contig_code(contig)
        filters = record.FILTERS
        outcome = Outcome.PASS if filters else Outcome.NOT_ASSESSED
        for number, own in entries.items():
            site = (self.counts.records - 1, contig, code, record.POS, record.REF,
                    alts[number - 1], number, record.ID or "", ";".join(filters) or ".",
                    outcome)  # fmt: skip
            for name, value in zip(_SITE_NAMES, site, strict=True):
                rows.sites[name].append(value)
            rows.annotations.add_allele(Allele(record.INFO, number, alts), own)
            rows.transcripts.add_variant(own)
            if self._plan.keep_records:
                rows.records.append(str(record).rstrip("\n"))
        rows.genotypes.add_record(
            calls,
            list(entries),
            len(alts),
            stated_first=code == MT_CODE,
            is_split=record.INFO.get(_SPLIT) is not None,
        )

    def _entries(self, record: Any, alts: list[str], text: str) -> dict[int, list[list[str]]]:
        """Give each ALT number its consequence entries."""
        entries = [entry.split("|") for entry in text.split(",")]
        if self._layout.kind == "BCSQ":
            entries = self._follow_pointers((record.CHROM, record.POS), entries)
        matcher = AlleleMatcher(self._layout, (record.POS, record.REF, alts))
        found: dict[int, list[list[str]]] = {}
        for entry in entries:
            numbers = matcher.numbers(entry)
            self.n_unmatched_entries += not numbers
            for number in numbers:
                found.setdefault(number, []).append(entry)
        return found

    def _follow_pointers(self, place: tuple[str, int], entries: list[list[str]]) -> list[list[str]]:
        """Replace `@position` by the compound consequence that stands there."""
        compounds = [entry for entry in entries if "+" in entry[-1]]
        if compounds:
            self._compounds[place] = compounds
            for old in list(self._compounds)[:-64]:
                del self._compounds[old]
        followed: list[list[str]] = []
        for entry in entries:
            if entry[0].startswith("@") and entry[0][1:].isdigit():
                followed += self._compounds.get((place[0], int(entry[0][1:])), [])
            else:
                followed.append(entry)
        return followed

"""A VCF or BCF file: opened, checked, and read by record, the fastest way that is safe."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import cyvcf2

from raredx.columns.pseudonyms import Pseudonyms
from raredx.errors import InputError
from raredx.readers.anonymous_text import anonymous_header
from raredx.readers.bcf_sieve import BcfSieve
from raredx.readers.bgzf import END_OF_FILE, DamagedBlockError
from raredx.readers.gated_records import GatedRecords
from raredx.readers.header import VcfHeader, read_header
from raredx.readers.htslib import HtslibMessages
from raredx.readers.line_sample import LineSample
from raredx.readers.read_plan import ReadPlan
from raredx.readers.regions import Interval
from raredx.readers.scratch import scratch_file
from raredx.readers.sieve import Sieve, Tell, first_lines


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
        Threads that inflate and scan; the result does not depend on it.
    exact : bool
        Whether every record goes to htslib, without a sieve in front.
    tell : callable or None
        Called while a sieve reads, as `Sieve.records` does.
    pseudonyms : Pseudonyms or None
        What samples are called from here on; htslib alone is given their names.

    Attributes
    ----------
    way : str
        How the records were read, and why, where that is not by the sieve; for the log.

    Raises
    ------
    InputError
        If the file is missing, empty, damaged, or no VCF.
    """

    def __init__(
        self,
        path: str,
        name: str,
        messages: HtslibMessages,
        threads: int = 1,
        *,
        exact: bool = False,
        tell: Tell | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.name = name
        self._messages = messages
        self._path = path
        self._exact = exact
        self._tell = tell
        self.way = ""
        self._threads = threads
        self._digest: Any = None
        self._sieve: Sieve | None = None
        self._samples: tuple[str, ...] | None = None
        self._whole: Any = None
        if not path.startswith("/dev/fd/"):
            _check_file(Path(path), name)
        self._start = self._open_start()
        self.header: VcfHeader = read_header(self._start, pseudonyms)
        if self._start is not self._whole:
            self._try_first_record()

    def _open_start(self) -> Any:
        """Open the header and the first record; of a stream, all of it.

        htslib loads an index that lies beside a file, whether it is asked for or not: so text
        is opened as a file of its own, of two parts.
        """
        start = first_lines(self._path)
        try:
            if not start:
                if self._path.startswith("/dev/fd/"):
                    return self._file
                return cyvcf2.VCF(self._path, lazy=True)
            with scratch_file() as (file, path):
                file.write(start)
                file.flush()
                return cyvcf2.VCF(path, lazy=True)
        except InputError:
            raise
        except Exception as fault:
            raise self._unreadable(fault, "not a VCF or BCF file") from None

    @property
    def _file(self) -> Any:
        """The file as htslib opens it, when it is first asked for."""
        if self._whole is None:
            n = self._threads
            try:
                self._whole = cyvcf2.VCF(self._path, lazy=True, threads=n if n > 1 else None)
            except Exception as fault:
                raise self._unreadable(fault, "not a VCF or BCF file") from None
            if self._samples is not None:
                self._whole.set_samples(self.header.real_names(self._samples))
        return self._whole

    def _try_first_record(self) -> None:
        """Refuse a file whose first record cannot be read, before anything else is asked."""
        try:
            next(iter(self._start), None)
        except Exception as fault:  # cyvcf2 raises a bare Exception for a damaged record
            raise self.unreadable(fault, 0) from None

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
            self._samples = samples
            names = self.header.real_names(samples)
            self._start.set_samples(names)
            if self._whole not in (None, self._start):
                self._whole.set_samples(names)

    def header_text(self) -> str:
        """Give the header for the samples that are read; with pseudonyms, what names nobody."""
        text, pseudonyms = str(self._start.raw_header), self.header.pseudonyms
        return text if pseudonyms is None else anonymous_header(text, pseudonyms)

    def contigs(self) -> list[str]:
        """Contig names in the order of the header."""
        return list(self.header.contigs) or list(self._file.seqnames)

    def records(
        self, plan: ReadPlan, gated: GatedRecords, sample: LineSample | None = None
    ) -> Iterator[Any]:
        """Iterate over the records, of the regions if there are any, each record once.

        Files of VCF text are sifted first: lines that the gate is certain to drop are counted
        and not parsed. htslib's faults come out as they are: `unreadable` puts them in words.
        The sample sees every record, dropped or not.
        """
        if sample is not None:
            sample.columns = tuple(range(len(plan.samples)))
        sieve = None if self._exact else self._find_sieve(plan, gated)
        if sieve is not None:
            if plan.by_index:
                return inside(sieve.jumped(plan.stretches, sample), plan.regions)
            self._digest = hashlib.sha256()
            return inside(
                sieve.records(sample, self._threads, self._digest, self._tell), plan.regions
            )
        found = self.all_records(plan.jumps if plan.by_index else ())
        found = inside(found, plan.regions)
        return found if sample is None else sample.watch(found)

    def _find_sieve(self, plan: ReadPlan, gated: GatedRecords) -> Sieve | None:
        """Give the sieve for this file; None where there is none, or where it would not pay."""
        for kind in (Sieve, BcfSieve):
            if kind.suits(self._path):
                with suppress(DamagedBlockError):  # in the header: htslib may read it all the same
                    sieve = kind(self._path, gated, self.header, plan.samples, plan.regions)
                    ready = sieve.is_ready() if plan.by_index else sieve.pays()
                    self._sieve = sieve if ready else None
                return self._sieve
        stream = self._path.startswith("/dev/fd/")
        cause = "it is a stream" if stream else "it is neither BGZF nor plain text"
        self.way = f"{self.name}: htslib decodes every record, because {cause}; BGZF reads faster"
        return None

    def sha256(self) -> str:
        """Give the hash of the file's bytes where all of them were read; otherwise nothing."""
        return self._digest.hexdigest() if self._digest is not None else ""

    def all_records(self, regions: tuple[Interval, ...]) -> Iterator[Any]:
        """Iterate over every record, of the regions if there are any, each record once."""
        return self._regions(regions) if regions else iter(self._file)

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
            for record in self._file(f"{region.contig}:{region.first}-{region.last}"):
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
        for vcf in {id(vcf): vcf for vcf in (self._start, self._whole) if vcf is not None}.values():
            vcf.close()


def is_of_the_file(fault: Exception) -> bool:
    """Whether a fault lies in the file: cyvcf2 raises a bare Exception for a damaged record."""
    kinds = (DamagedBlockError, UnicodeDecodeError, OSError)
    return type(fault) is Exception or isinstance(fault, kinds)


def inside(records: Iterable[Any], regions: tuple[Interval, ...]) -> Iterator[Any]:
    """Leave the records whose REF overlaps a region; all of them where there is none."""
    if not regions:
        yield from records
        return
    by_contig: dict[str, list[tuple[int, int]]] = {}
    for region in regions:
        by_contig.setdefault(region.contig, []).append((region.last, region.first))
    for record in records:
        known = by_contig.get(record.CHROM, [])
        number = bisect_left(known, (record.POS, 0))
        if number < len(known) and known[number][1] < record.POS + max(len(record.REF), 1):
            yield record


def _check_file(path: Path, name: str) -> None:
    """Refuse what is no readable file, is empty, or was cut off."""
    try:
        with path.open("rb") as file:
            start = file.read(18)
            file.seek(max(0, path.stat().st_size - len(END_OF_FILE)))
            end = file.read()
    except OSError as fault:
        raise InputError(name, fault.strerror or str(fault), "Check the path.") from None
    if not start:
        raise InputError(name, "the file is empty", "Give a VCF with variants.")
    if start.startswith(b"version https://g"):
        raise InputError(name, "a Git LFS pointer, not the file itself", "Run `git lfs pull`.")
    bgzf = start[:2] == b"\x1f\x8b" and len(start) >= 14 and start[12:14] == b"BC"
    if bgzf and end != END_OF_FILE:
        raise InputError(
            name, "truncated: the end-of-file block is missing", "Copy or make the file again."
        )

"""A reference sequence in FASTA: its contigs, and whether a record's REF stands there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType

import pysam
from pysam.utils import SamtoolsError

from raredx.columns.file_facts import EXAMPLES, ReferenceFacts
from raredx.columns.genome import OTHER_CODE, contig_code
from raredx.errors import InputError

_CHUNK = 1 << 20
"""Bases fetched at once; records come in order, so that each is fetched about once."""

_BASES = frozenset("ACGT")


class Reference:
    """An open FASTA file, plain or compressed with bgzip; use as a context manager.

    Without an index one is made in a temporary folder, which takes some 20 s for a genome;
    nothing is written beside the file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If the file is missing or no FASTA file, or compressed with gzip.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._folder = tempfile.TemporaryDirectory(prefix="raredx-")
        try:
            self._fasta = self._open(path)
        except BaseException:
            self._folder.cleanup()
            raise
        names = list(self._fasta.references)
        self.lengths: dict[str, int] = dict(zip(names, self._fasta.lengths, strict=True))
        self._by_code = {contig_code(n): n for n in reversed(names) if contig_code(n) != OTHER_CODE}
        self._chunk = ("", 0, "")

    def _open(self, path: Path) -> pysam.FastaFile:
        """Open the file with its index, or with one of our own."""
        try:
            with path.open("rb") as file:
                start = file.read(18)
        except OSError as fault:
            raise InputError(self.name, fault.strerror or str(fault), "Check the path.") from None
        compressed = start[:2] == b"\x1f\x8b"
        if compressed and start[12:14] != b"BC":
            raise InputError(
                self.name, "compressed with gzip, which cannot be read at a place",
                "Decompress it, or compress it with bgzip.",
            )  # fmt: skip
        if not compressed and not start.startswith(b">"):
            raise InputError(self.name, "not a FASTA file", "Give the reference genome as FASTA.")
        indices = [f"{path}.fai", *([f"{path}.gzi"] if compressed else [])]
        try:
            if not all(Path(index).exists() for index in indices):
                indices = self._index(path, compressed=compressed)
            keywords = {"filepath_index_compressed": indices[1]} if compressed else {}
            return pysam.FastaFile(str(path), filepath_index=indices[0], **keywords)
        except (OSError, ValueError, SamtoolsError):
            raise self._broken() from None

    def _index(self, path: Path, *, compressed: bool) -> list[str]:
        """Make an index in our folder."""
        made = [str(Path(self._folder.name) / "index.fai")]
        options = ["--fai-idx", made[0]]
        if compressed:
            made.append(str(Path(self._folder.name) / "index.gzi"))
            options += ["--gzi-idx", made[1]]
        pysam.faidx(*options, str(path))
        return made

    def __enter__(self) -> Reference:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._fasta.close()
        self._folder.cleanup()

    def contig(self, name: str) -> str:
        """Find the file's name for a contig, with or without `chr`; empty where it has none."""
        if name in self.lengths:
            return name
        return self._by_code.get(contig_code(name), "")

    def bases(self, contig: str, position: int, length: int) -> str:
        """Give the bases at a 1-based position, in capitals; fewer at the end of the contig.

        `contig` is one of the file's own names.
        """
        name, first, text = self._chunk
        start = position - 1 - first
        if name != contig or start < 0 or start + length > len(text):
            first = max(0, position - 1)
            last = min(first + max(_CHUNK, length), self.lengths[contig])
            text = self._fetch(contig, first, last) if first < last else ""
            self._chunk = (contig, first, text)
            start = 0
        return text[start : start + length]

    def _fetch(self, contig: str, first: int, last: int) -> str:
        """Read bases, counted from 0."""
        try:
            bases: str = self._fasta.fetch(contig, first, last)
        except (OSError, ValueError):
            raise self._broken() from None
        return bases.upper()

    def _broken(self) -> InputError:
        """Say that the file does not hold what it should."""
        return InputError(
            self.name,
            "cannot be read as FASTA, or does not fit its index",
            "Check the file, and make its index anew with `samtools faidx`.",
        )


class ReferenceComparison:
    """Compare the REF of one record after the other.

    Attributes
    ----------
    facts : ReferenceFacts
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.facts = ReferenceFacts(reference.name, dict(reference.lengths))
        self._contig = ("", "")  # the record's, and that of the reference

    def add(self, contig: str, position: int, ref: str) -> None:
        """Compare one REF.

        Letters other than A, C, G and T tell nothing; a REF beyond the end is different.
        """
        if contig != self._contig[0]:
            self._contig = (contig, self._reference.contig(contig))
        name, facts = self._contig[1], self.facts
        if not name:
            self._count(facts.unknown, contig)
            return
        there, ref = self._reference.bases(name, position, len(ref)), ref.upper()
        if there != ref:
            if len(there) == len(ref) and not _differs(there, ref):
                self._count(facts.unknown, contig)
                return
            self._count(facts.different, contig)
            if len(facts.examples) < EXAMPLES:
                found = _short(there) if there else "ends before"
                facts.examples.append(f"{contig}:{position} REF {_short(ref)}, reference {found}")
        self._count(facts.compared, contig)

    def _count(self, tally: dict[str, int], contig: str) -> None:
        """Add one record of a contig."""
        tally[contig] = tally.get(contig, 0) + 1


def _differs(there: str, ref: str) -> bool:
    """Whether two alleles differ at a base that both tell."""
    pairs = zip(there, ref, strict=False)
    return any(a != b and a in _BASES and b in _BASES for a, b in pairs)


def _short(allele: str) -> str:
    """Cut a long allele for a message."""
    return allele if len(allele) <= 12 else f"{allele[:9]}…({len(allele)})"

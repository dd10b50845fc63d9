"""A recorded run at rest: its files, what it looked evidence up in, and its candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from typing import Any

from raredx.columns.genome import OTHER_CODE, contig_code
from raredx.columns.records import dataclass

NOT_ASSESSED = "not_assessed"
"""What a cell says of a question that could not be answered."""

AlleleKey = tuple[str, int, str, str]


@dataclass(frozen=True)
class KnowledgeSource:
    """What evidence was looked up in.

    Attributes
    ----------
    name : str
        `hpo`, `clinvar`, `genes`, `coding`, `gene_facts` or `panels`.
    release : str
        Of the source; empty where there is no single one.
    source : str
        `bundled`, or the path of the file that was given instead.
    sha256 : str
        Of a bundled file; empty for a file that was given, which stands among the inputs.
    about : tuple of str
        Sources with version and licence, a line each; empty where the heading of the run has them.
    """

    name: str
    release: str
    source: str
    sha256: str = ""
    about: tuple[str, ...] = ()


class FileState(StrEnum):
    """What became of a file since it was recorded."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True)
class RecordedFile:
    """One input or output, as run.json names it."""

    role: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class FoundFile:
    """A recorded file, and what was found in its place.

    Attributes
    ----------
    record : RecordedFile
    state : FileState
    size : int
        In bytes; -1 where there is no file.
    sha256 : str
        Empty where it was not needed: the size tells already, or there is no file.
    reason : str
        Why it is missing or not assessed.
    """

    record: RecordedFile
    state: FileState
    size: int = -1
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True)
class RecordedRun:
    """A run.json that was read.

    Attributes
    ----------
    path : str
        Where it was read.
    document : dict
        All of it; its keys and their kinds were looked at.
    """

    path: str
    document: Mapping[str, Any]

    @cached_property
    def inputs(self) -> tuple[RecordedFile, ...]:
        """Files that were read."""
        return tuple(RecordedFile(**entry) for entry in self.document["inputs"])

    @cached_property
    def outputs(self) -> tuple[RecordedFile, ...]:
        """Files that were written."""
        return tuple(RecordedFile(**entry) for entry in self.document["outputs"])

    @property
    def heading(self) -> Mapping[str, Any]:
        """The heading of its results."""
        heading: Mapping[str, Any] = self.document["heading"]
        return heading

    @property
    def arguments(self) -> Mapping[str, Any]:
        """The arguments of the run; empty where they were left out."""
        return self.document["arguments"] or {}

    @property
    def hides_names(self) -> bool:
        """Whether pseudonyms stand for names: then paths of inputs and folders are left out."""
        return bool(self.arguments.get("pseudonyms"))

    def first_input(self, role: str) -> RecordedFile | None:
        """Give the first input of a role; None without one."""
        return next((one for one in self.inputs if one.role == role), None)

    def first_output(self, role: str) -> RecordedFile | None:
        """Give the first output of a role; None without one."""
        return next((one for one in self.outputs if one.role == role), None)


def allele_key(chrom: str, pos: int, ref: str, alt: str) -> AlleleKey:
    """Give one key to one change, however it is written.

    `chr` counts for nothing, and bases that REF and ALT share are taken off: first those at the
    end, then those at the start. An insertion or a deletion that could stand elsewhere in a
    repeat is not moved, since that takes the reference.

    Examples
    --------
    >>> allele_key("chr7", 100, "CATCT", "CA") == allele_key("7", 101, "ATCT", "A")
    True
    >>> allele_key("chrM", 3243, "A", "G")
    ('MT', 3243, 'A', 'G')
    """
    ref, alt = ref.upper(), alt.upper()
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    bare = chrom[3:] if chrom[:3].lower() == "chr" else chrom
    if contig_code(chrom) != OTHER_CODE:
        bare = {"M": "MT"}.get(bare.upper(), bare.upper())
    return bare, pos, ref, alt


@dataclass(frozen=True)
class RunVariant:
    """One variant of a candidate, as a table of results has it.

    Attributes
    ----------
    chrom, pos, ref, alt
        As the file writes them.
    cells : dict
        Column name to text, as a TSV prints it; columns that belong to the candidate too.
    genotypes : dict
        Individual to text by column: `gt`, `dp`, `gq`, `ab`.
    curated : frozenset of str
        Codes of the criteria that a curator stated; empty where the table does not tell.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    cells: Mapping[str, str]
    genotypes: Mapping[str, Mapping[str, str]]
    curated: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Write the variant for people."""
        return f"{self.chrom}-{self.pos}-{self.ref}-{self.alt}"

    @cached_property
    def key(self) -> AlleleKey:
        """Its key."""
        return allele_key(self.chrom, self.pos, self.ref, self.alt)


@dataclass(frozen=True)
class RunCandidate:
    """One candidate of a run.

    Attributes
    ----------
    tier : str
        Best tier of its variants.
    acmg_class : str
        Classes of its variants, ` + ` between, in the order of `ordered`.
    addends : dict
        Addend to log10 odds; None not assessed.
    """

    family_id: str
    proband: str
    mode: str
    gene: str
    hgnc_id: str
    rank: int
    score: float
    probability: float
    tier: str
    addends: Mapping[str, float | None]
    variants: tuple[RunVariant, ...] = field(default=())

    @property
    def acmg_class(self) -> str:
        """Proposed classes of its variants."""
        words = [variant.cells.get("acmg_class", "") for variant in self.ordered]
        return " + ".join(words) if any(words) else ""

    @property
    def ordered(self) -> tuple[RunVariant, ...]:
        """Its variants by place: the order of rows depends on what is compared."""
        return tuple(sorted(self.variants, key=lambda variant: variant.key))

    @cached_property
    def key(self) -> tuple[str, str, str, str, frozenset[AlleleKey]]:
        """What makes it the same candidate in another run."""
        gene = self.hgnc_id or self.gene
        return self.family_id, self.proband, self.mode, gene, self.alleles

    @cached_property
    def alleles(self) -> frozenset[AlleleKey]:
        """Keys of its variants."""
        return frozenset(variant.key for variant in self.variants)

    @property
    def name(self) -> str:
        """Write gene, mode and variants for people."""
        variants = " + ".join(variant.name for variant in self.ordered)
        return f"{self.gene or 'no gene'} {self.mode} {variants}"

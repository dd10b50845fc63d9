"""What was counted of the records of a file: their order, alleles, annotation and reference."""

from __future__ import annotations

from dataclasses import field

from raredx.columns.mitochondria import MtReference
from raredx.columns.records import dataclass

EXAMPLES = 5
"""How many places are named of each kind. Our choice: enough to look at."""

RECORD_KINDS: dict[str, str] = {
    "multiallelic": "several ALT alleles that are sequences",
    "star": "ALT `*`, an allele that a deletion upstream has removed",
    "symbolic": "ALT that is no sequence and not `*`: symbolic, breakend",
    "no_alt": "no ALT at all",
    "not_trimmed": "REF and ALT share a base at an end that could be left out",
    "not_left_aligned": "the insertion or deletion can be written further to the left",
    "duplicate": "the same REF and ALT stand at this position already",
    "out_of_order": "the position is smaller than that of the record before",
    "contig_again": "the contig begins anew after another one",
    "beyond_contig": "the position lies beyond the end of the contig in this assembly",
    "odd_ref": "REF holds other letters than A, C, G, T and N",
    "no_genotype": "no GT",
    "unfiltered": "FILTER is `.`",
    "filtered": "FILTER holds something else than PASS",
    "other_contig": "contigs other than 1 to 22, X, Y and MT",
}
"""Kinds of records that are counted, each with its meaning."""


@dataclass
class Seen:
    """How many records are of a kind, and the first of them.

    Examples
    --------
    >>> seen = Seen()
    >>> for place in "abcdefgh":
    ...     seen.add(place)
    >>> seen.n, seen.examples
    (8, ['a', 'b', 'c', 'd', 'e'])
    """

    n: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Count one record."""
        self.n += 1
        if self.n <= EXAMPLES:
            self.examples.append(place)


@dataclass
class ContigFacts:
    """Records of one contig, and its largest position."""

    records: int = 0
    last_position: int = 0


@dataclass
class ReferenceFacts:
    """How the records' REF alleles compare with a reference sequence.

    Attributes
    ----------
    name : str
        The FASTA file; empty where there is none.
    lengths : dict
        Contig of the FASTA file to its length.
    compared, different, unknown : dict
        Records by contig of the VCF: compared, of these different, and not compared (a contig
        or position that the FASTA file lacks, or bases that it does not tell).
    examples : list of str
        The first differences.
    """

    name: str = ""
    lengths: dict[str, int] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)
    different: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Declarations:
    """What the header of a file declares, as far as it bears on a check.

    Attributes
    ----------
    name : str
        What to call the file in messages.
    samples : tuple of str
    contigs : dict
        Contig to length, 0 where the header gives none.
    formats : tuple of str
        FORMAT fields.
    consequences : str
        INFO key of the consequences, empty where there are none to understand.
    annotations : tuple of str
        Kinds of annotation that are declared, as in `FileFacts.annotated`.
    """

    name: str
    samples: tuple[str, ...] = ()
    contigs: dict[str, int] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    consequences: str = ""
    annotations: tuple[str, ...] = ()


@dataclass
class FileFacts:
    """Counts of one file.

    Attributes
    ----------
    records, alleles : int
        Records read, and ALT alleles in them that are sequences.
    kinds : dict
        Kind of `RECORD_KINDS` to what was seen of it.
    contigs : dict
        Contig, as the records write it, to its records.
    inspected : int
        Records that were looked at for annotation and FORMAT fields, evenly spread.
    annotated : dict
        Annotation (`consequence`, `frequency`, `clinvar`, a predictor) to how many of the
        inspected records have a value of it; what the header does not declare is absent.
    formats : dict
        FORMAT field to how many of the inspected records have it.
    genes : set of int
        Gene codes that the consequences name; filled only where panels are given.
    mt_refs : dict
        Mitochondrial reference to how many records' REF speak for it.
    reference : ReferenceFacts

    Examples
    --------
    >>> facts = FileFacts()
    >>> facts.kinds["star"].add("chr1:5 A>*")
    >>> facts.kinds["star"].n, facts.kinds["duplicate"].n
    (1, 0)
    """

    records: int = 0
    alleles: int = 0
    kinds: dict[str, Seen] = field(default_factory=lambda: {kind: Seen() for kind in RECORD_KINDS})
    contigs: dict[str, ContigFacts] = field(default_factory=dict)
    inspected: int = 0
    annotated: dict[str, int] = field(default_factory=dict)
    formats: dict[str, int] = field(default_factory=dict)
    genes: set[int] = field(default_factory=set)
    mt_refs: dict[MtReference, int] = field(default_factory=dict)
    reference: ReferenceFacts = field(default_factory=ReferenceFacts)

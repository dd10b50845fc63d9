"""The gate: drops, record by record, only what the exact path is certain to drop.

It looks at FILTER, at the frequency of every allele against the loosest limit of the rule
set, and at whether the record's consequences hold any term that a rule could use. Records
that ClinVar may rescue pass. What it drops is counted under the question that failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from raredx.columns.records import dataclass
from raredx.columns.terms import canonical_term

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
        Gene codes in which the other terms count too: green or amber on an applied panel, or
        non-coding and known for a disease.
    splice_limit : float
        SpliceAI score from which on a variant inside a gene counts without a term.
    any_filter : bool
        Whether every FILTER passes.
    is_open : bool
        Whether every ALT allele passes, carried or not.
    wide : Gate or None
        A wider gate for near misses: what only it lets pass is read too, and kept apart.
    open_on_mt : bool
        Whether MT is not held against the limits: it has looser ones of its own.
    spared : frozenset of str
        Population sources in which no frequency stands against rescue: those outside popmax.
    several : tuple of Gate
        Gates of several rule sets, of which one must let a record pass; this one is then as loose
        as all of them.
    """

    pass_filters: frozenset[str]
    limits: dict[str, float]
    known_limit: float
    terms: tuple[str, ...]
    coding_terms: tuple[str, ...]
    trios: tuple[tuple[int, int, int], ...]
    near: bool = False
    listed: frozenset[int] = frozenset()
    splice_limit: float = 2.0
    any_filter: bool = False
    is_open: bool = False
    wide: Gate | None = None
    open_on_mt: bool = False
    spared: frozenset[str] = frozenset()
    several: tuple[Gate, ...] = ()


def join_gates(gates: Sequence[Gate]) -> Gate:
    """Make a gate that drops only what each of several, of the same families, drops.

    A population source that one of them does not judge is not judged.
    """
    first = gates[0]
    sources = [s for s in first.limits if all(s in gate.limits for gate in gates)]
    terms = (term for gate in gates for term in gate.terms)
    coding_terms = (term for gate in gates for term in gate.coding_terms)
    return Gate(
        frozenset().union(*(gate.pass_filters for gate in gates)),
        {source: max(gate.limits[source] for gate in gates) for source in sources},
        max(gate.known_limit for gate in gates),
        tuple(dict.fromkeys(terms)),
        tuple(dict.fromkeys(coding_terms)),
        first.trios,
        any(gate.near for gate in gates),
        frozenset().union(*(gate.listed for gate in gates)),
        min(gate.splice_limit for gate in gates),
        any_filter=any(gate.any_filter for gate in gates),
        open_on_mt=any(gate.open_on_mt for gate in gates),
        spared=frozenset().union(*(gate.spared for gate in gates)),
        several=tuple(gates),
    )


@dataclass(frozen=True)
class RawTests:
    """The tests of the gate as plain values, for a front that reads raw records.

    Attributes
    ----------
    pass_filters : frozenset of str
        FILTER values that pass.
    any_filter : bool
        Whether every FILTER passes.
    open_on_mt : bool
        Whether frequencies are not asked on MT.
    frequencies : tuple of (str, float, float)
        INFO keys of frequencies; above which an allele is dropped, and above which it is not
        rescued either.
    wide_frequencies : tuple of (str, float, float)
        The same of the wider gate; empty where there is none.
    is_wide : bool
        Whether there is a wider gate; fields of a consequence and splice predictions then have
        its limits.
    significance : str
        INFO key of ClinVar's significance; empty where there is none.
    key : str
        INFO key of the consequences.
    entry_significance : bool
        Whether the consequences hold ClinVar's significance.
    entry_frequencies : tuple of (int, float, float)
        Fields of a consequence that hold frequencies, with the same limits.
    fragments, coding_fragments : tuple of str
        Texts of which one stands in every record with a term that a rule uses, and with one
        that counts in any gene.
    gene_fields : tuple of int
        Fields of a consequence that name its gene.
    gene_names : tuple of str
        Every name of the listed genes; `|` between.
    splice : tuple of (str, int, int)
        INFO keys that hold SpliceAI, with the first and the last of their fields that do.
    entry_splice : tuple of int
        Fields of a consequence that hold it.
    splice_limit : float
    trios : tuple of (int, int, int)
    near : bool
        As the gate has them.
    """

    pass_filters: frozenset[str]
    any_filter: bool
    open_on_mt: bool
    frequencies: tuple[tuple[str, float, float], ...]
    wide_frequencies: tuple[tuple[str, float, float], ...]
    is_wide: bool
    significance: str
    key: str
    entry_significance: bool
    entry_frequencies: tuple[tuple[int, float, float], ...]
    fragments: tuple[str, ...]
    coding_fragments: tuple[str, ...]
    gene_fields: tuple[int, ...]
    gene_names: tuple[str, ...]
    splice: tuple[tuple[str, int, int], ...]
    entry_splice: tuple[int, ...]
    splice_limit: float
    trios: tuple[tuple[int, int, int], ...]
    near: bool


KNOWN_WORDS = ("athogenic", "onflicting", "4", "5")
"""What stands in ClinVar's field of each record that may be rescued: words, or codes of old files;
a superset is safe."""

GENE_ROLES = frozenset({"hgnc_id", "symbol", "gene_id"})
"""Fields of a consequence that name its gene."""

ENTRY_WORDS = KNOWN_WORDS[:2]
"""What stands in the consequences of each record that may be rescued, where they hold the field."""


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


@cache
def bare_name(name: str) -> str:
    """Leave of a gene's name what all ways of writing it have in common.

    Examples
    --------
    >>> bare_name("HGNC:1100"), bare_name("ensg00000012048.23"), bare_name("Brca1")
    ('1100', 'ENSG00000012048', 'BRCA1')
    """
    return name.partition(".")[0].rpartition(":")[2].strip().upper()

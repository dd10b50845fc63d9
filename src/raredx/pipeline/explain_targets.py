"""Which alleles of a file a question means: as written, written otherwise, or by name."""

from __future__ import annotations

import numpy as np

from raredx.columns.batch import VariantBatch
from raredx.columns.genome import OTHER_CODE, contig_code
from raredx.columns.records import dataclass
from raredx.columns.variant_query import (
    VariantQuery,
    bare_accession,
    comparable,
    is_accession,
    may_be_shifted,
    transcripts_of,
    trimmed,
)
from raredx.pipeline.plan import Plan
from raredx.pipeline.trail_steps import variant_name

TOLD = 8
"""Other alleles at the place that are named (our choice)."""


@dataclass(frozen=True)
class Targets:
    """The alleles that were meant.

    Attributes
    ----------
    rows : list of int
        Rows of the batch.
    how : str
        How they were found, in words.
    others : tuple of str
        Alleles near by that were not meant, in words.
    notes : tuple of str
        What differs from what was asked for.
    """

    rows: list[int]
    how: str
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_targets(query: VariantQuery, window: VariantBatch, plan: Plan) -> Targets:
    """Find the alleles that were meant.

    Parameters
    ----------
    query : VariantQuery
    window : VariantBatch
        Every allele of the places that the query may mean.
    plan : Plan
    """
    if query.kind == "allele":
        return _by_allele(query, window)
    if query.kind == "place":
        return _by_place(query, window)
    if query.kind == "identifier":
        names = [{*text.lower().split(";")} for text in window["variant_id"]]
        rows = [n for n, own in enumerate(names) if query.accession in own]
        return Targets(rows, f"{_alleles(len(rows))} with ID {query.accession}")
    if query.kind == "hgvs":
        return _by_hgvs(query, window, plan)
    rows = rows_of_gene(window, query.gene)
    symbol = plan.read.codes.symbol(query.gene)
    said = "" if symbol.upper() == query.accession.strip().upper() else f" ({query.text.strip()})"
    return Targets(rows, f"{_alleles(len(rows))} of the file in {symbol}{said}")


def _alleles(n: int) -> str:
    return f"{n} allele" if n == 1 else f"{n} alleles"


def rows_of_gene(window: VariantBatch, gene: int) -> list[int]:
    """Give the rows that the annotation puts in a gene."""
    return sorted({*_owners(window)[window.transcripts.gene == gene].tolist()})


def _owners(window: VariantBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give the row of each transcript entry."""
    return np.repeat(np.arange(len(window)), np.diff(window.transcripts.start))


def is_on(contig: str, other: str) -> bool:
    """Whether two names mean one contig.

    Examples
    --------
    >>> is_on("chr7", "7"), is_on("chrUn_1", "chrUn_2"), is_on("HLA-A", "HLA-A")
    (True, False, True)
    """
    code = contig_code(contig)
    return contig == other or (code == contig_code(other) != OTHER_CODE)


def _by_place(query: VariantQuery, window: VariantBatch) -> Targets:
    """Find the alleles whose REF spans a place."""
    rows = [
        n for n in range(len(window))
        if is_on(window["contig"][n], query.contig)
        and window["position"][n] <= query.last
        and query.position <= window["position"][n] + max(len(window["ref"][n]), 1) - 1
    ]  # fmt: skip
    return Targets(rows, f"{_alleles(len(rows))} of the file at this place")


def _by_allele(query: VariantQuery, window: VariantBatch) -> Targets:
    """Find an allele as it stands, or as the same change written otherwise."""
    if query.alt == "*" or query.alt.startswith("<"):
        return Targets([], "", _others(query, window, []))
    wanted = trimmed(query.position, query.ref, query.alt)
    here = [n for n in range(len(window)) if is_on(window["contig"][n], query.contig)]
    sequences = {n: (int(window["position"][n]), window["ref"][n].upper(),
                     window["alt"][n].upper()) for n in here}  # fmt: skip
    exact = [n for n, own in sequences.items() if own == (query.position, query.ref, query.alt)]
    names = ", ".join(variant_name(window, n) for n in exact)
    if exact:
        how = f"in the file as {names}" if query.text.strip() not in names else "in the file"
        return Targets(exact, how, _others(query, window, exact))
    same = [n for n, own in sequences.items() if trimmed(*own) == wanted]
    if same:
        names = ", ".join(variant_name(window, n) for n in same)
        how = f"in the file as {names}: the same change, written otherwise"
        return Targets(same, how, _others(query, window, same))
    known = _bases([(query.position, query.ref), *((p, r) for p, r, _ in sequences.values())])
    shifted = [n for n, own in sequences.items() if may_be_shifted(trimmed(*own), wanted, known)]
    names = ", ".join(variant_name(window, n) for n in shifted)
    how = (
        f"not in the file as written, but {names} changes the same bases further on: the same "
        "allele if the sequence between repeats them"
    )
    return Targets(shifted, how if shifted else "", _others(query, window, shifted))


def _bases(texts: list[tuple[int, str]]) -> dict[int, str]:
    """Give the reference base of each position that some REF tells."""
    return {start + n: base for start, text in texts for n, base in enumerate(text)}


def _others(query: VariantQuery, window: VariantBatch, targets: list[int]) -> tuple[str, ...]:
    """Name the other alleles at the place of an allele."""
    found = [
        f"{variant_name(window, n)} is another allele at this place"
        for n in range(len(window))
        if n not in targets
        and is_on(window["contig"][n], query.contig)
        and window["position"][n] <= query.last
        and query.position <= window["position"][n] + max(len(window["ref"][n]), 1) - 1
    ]
    more = [f"and {len(found) - TOLD} more"] if len(found) > TOLD else []
    return (*found[:TOLD], *more)


def _by_hgvs(query: VariantQuery, window: VariantBatch, plan: Plan) -> Targets:
    """Find the alleles that the annotation names so."""
    transcripts, owner = window.transcripts, _owners(window)
    column = transcripts.hgvs_p if query.change.startswith("p.") else transcripts.hgvs_c
    found: dict[int, str] = {}
    near: dict[int, str] = {}
    versions: set[str] = set()
    residue = _residue(query.change)
    for entry, text in enumerate(column.tolist()):
        if not text:
            continue
        names = _names_of(entry, window, plan)
        bare = {bare_accession(name) for name in names}
        if is_accession(query.accession):
            own = bare_accession(query.accession) in bare
        else:
            own = int(transcripts.gene[entry]) == query.gene
        change = comparable(text.rpartition(":")[2])
        if own and change == query.change:
            found.setdefault(int(owner[entry]), text)
            if is_accession(query.accession):
                versions |= {n for n in names if bare_accession(n) in
                             (bare_accession(query.accession),)}  # fmt: skip
        elif own and residue and _residue(change) == residue:
            near.setdefault(int(owner[entry]), text)
    rows = sorted(found)
    words = ", ".join(f"{variant_name(window, n)} ({found[n]})" for n in rows)
    others = tuple(
        f"{variant_name(window, n)} ({text}) changes the same residue"
        for n, text in sorted(near.items())
        if n not in found
    )
    notes = _version_notes(query, versions)
    if not any(column.tolist()):
        kind = plan.read.sources.layout.key
        notes += (f"{kind} of this file holds no such HGVS names here: ask by place or allele",)
    return Targets(rows, f"annotated so: {words}" if rows else "", others[:TOLD], notes)


def _residue(change: str) -> str:
    """Give the number of the first residue of a change in a protein; empty for others."""
    digits = "".join(c if c.isdigit() else " " for c in change).split()
    return digits[0] if change.startswith("p.") and digits else ""


def _names_of(entry: int, window: VariantBatch, plan: Plan) -> set[str]:
    """Give every name of a transcript entry: its own, its protein's, and MANE's other one."""
    transcripts, table = window.transcripts, plan.read.codes.table
    own = transcripts.transcript[entry]
    names = {own}
    for text in (transcripts.hgvs_c[entry], transcripts.hgvs_p[entry]):
        if ":" in text:
            names.add(text.split(":")[0])
    gene = int(transcripts.gene[entry])
    if plan.read.codes.in_table(gene):
        for column in (table.mane_select_transcripts, table.mane_plus_clinical_transcripts):
            for pair in column[gene].split("|"):
                if bare_accession(own) in transcripts_of(pair):
                    names |= {*pair.split(",")}
    return names


def _version_notes(query: VariantQuery, found: set[str]) -> tuple[str, ...]:
    """Say where the annotation's version of a transcript is not the one asked for."""
    asked = query.accession.upper()
    if "." not in asked or not found or asked in {name.upper() for name in found}:
        return ()
    with_version = sorted(name for name in found if "." in name)
    if not with_version:
        return (f"the annotation names {', '.join(sorted(found))} without a version",)
    return (
        f"asked for {query.accession}; found by {', '.join(with_version)}: numbering may differ "
        "between versions",
    )

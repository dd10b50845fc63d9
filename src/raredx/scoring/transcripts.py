"""Which transcript describes a variant in a gene, and what class is its consequence?

MANE Select, then MANE Plus Clinical, canonical, and the worst consequence: the order of
clinical use. The class is judged on the worst of the MANE transcripts that the variant
meets; where it meets none, on the transcript that was chosen. A rule set may judge it on the
worst of all transcripts instead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import TranscriptColumns, VariantBatch
from raredx.columns.candidates import VariantGenes
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.records import dataclass
from raredx.columns.sequences import ascending
from raredx.columns.terms import canonical_term
from raredx.settings import ConsequenceSettings
from raredx.vocabulary import ConsequenceClass, TranscriptChoice

_CODING = ("protein_coding", "mrna", "coding", "ig_", "tr_")


def is_coding_biotype(biotype: str) -> bool:
    """Whether a transcript of this biotype makes a protein; an annotation without one may.

    Examples
    --------
    >>> [is_coding_biotype(b) for b in ("protein_coding", "", "retained_intron", "IG_V_gene")]
    [True, True, False, True]
    """
    lower = biotype.lower()
    if lower == "protein_coding_cds_not_defined":
        return False
    return not lower or lower.startswith(_CODING)


@dataclass(frozen=True)
class _Terms:
    """The rule set's terms, in canonical spelling."""

    high: frozenset[str]
    moderate: frozenset[str]
    noncoding_gene: frozenset[str]


def judged_terms(settings: ConsequenceSettings, *, noncoding: bool) -> tuple[str, ...]:
    """List every term that a rule could use; those of non-coding genes on request."""
    terms = settings.high + settings.moderate
    return terms + settings.noncoding_gene if noncoding else terms


def choose_transcripts(
    batch: VariantBatch, codes: GeneCodes, settings: ConsequenceSettings
) -> VariantGenes:
    """Choose a transcript for each variant and gene, and judge the consequence.

    Returns
    -------
    VariantGenes
        In the order of the batch, genes of one variant by code.
    """
    transcripts = batch.transcripts
    classes = entry_classes(transcripts, codes, settings)
    groups = _group(transcripts)
    entry, choice = _choose(transcripts, groups)
    if settings.judged_on == "any":
        _, tier_entry = groups.first_where(classes == groups.spread(groups.largest(classes)))
    else:
        tier_entry = _judged_entry(transcripts, classes, groups, entry)
    worst = groups.order[groups.first]
    return VariantGenes(
        variant=groups.variant,
        gene=transcripts.gene[worst],
        entry=entry,
        choice=choice,
        tier_entry=tier_entry,
        consequence_class=classes[tier_entry],
        worst_entry=worst,
        other_worse=groups.largest(classes) > classes[tier_entry],
    )


def ask_each_gene(gene: NDArray[np.int32], holds: Callable[[int], bool]) -> NDArray[np.bool_]:
    """Ask a question of every gene code of a column, once for each gene.

    Examples
    --------
    >>> ask_each_gene(np.array([7, 2, 7], np.int32), lambda gene: gene > 5).tolist()
    [True, False, True]
    """
    genes = ascending(gene)
    answers: NDArray[np.bool_] = np.array([holds(code) for code in genes.tolist()], bool)
    return answers[np.searchsorted(genes, gene)]


@dataclass(frozen=True)
class _Groups:
    """The entries of each variant and gene.

    Attributes
    ----------
    order : int64, shape (entry,)
        Entries by variant and gene; within these coding ones first, by severity and name.
    first : int64, shape (pair,)
        Place in `order` where each variant and gene begins.
    variant : int64, shape (pair,)
    """

    order: NDArray[np.int64]
    first: NDArray[np.int64]
    variant: NDArray[np.int64]

    def largest(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """Find the largest value of each group; one value for each entry is given."""
        found: NDArray[np.int8] = np.maximum.reduceat(values[self.order], self.first)
        return found

    def first_where(self, holds: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Find the first entry of each group where something holds, and whether there is one.

        The entry counts only in groups where there is one.
        """
        n = self.order.size
        places = np.where(holds[self.order], np.arange(n), n)
        found = np.minimum.reduceat(places, self.first)
        return found < n, self.order[np.minimum(found, n - 1)]

    def spread(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """Give each entry the value of its group."""
        out = np.empty(self.order.size, values.dtype)
        out[self.order] = np.repeat(values, np.diff(self.first, append=self.order.size))
        return out


def _group(transcripts: TranscriptColumns) -> _Groups:
    """Sort the entries into groups."""
    biotypes, names = transcripts.biotype.tolist(), transcripts.transcript.tolist()
    noncoding = {biotype: not is_coding_biotype(biotype) for biotype in set(biotypes)}
    rank = {name: number for number, name in enumerate(sorted(set(names)))}
    variant = np.repeat(np.arange(transcripts.start.size - 1), np.diff(transcripts.start))
    order = np.lexsort(  # the last one counts most
        (
            np.array([rank[name] for name in names], np.int64),
            transcripts.severity,
            np.array([noncoding[biotype] for biotype in biotypes], bool),
            transcripts.gene,
            variant,
        )
    )
    pairs = np.column_stack([variant, transcripts.gene])[order]
    begins = np.ones(order.size, bool)
    begins[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    first = np.flatnonzero(begins)
    return _Groups(order, first, pairs[first, 0])


def entry_classes(
    transcripts: TranscriptColumns, codes: GeneCodes, settings: ConsequenceSettings
) -> NDArray[np.int8]:
    """Judge the class of every transcript entry: `ConsequenceClass`, shape (entry,)."""
    terms = _Terms(
        *(
            frozenset(canonical_term(t) for t in group)
            for group in (settings.high, settings.moderate, settings.noncoding_gene)
        )
    )
    noncoding_gene = ask_each_gene(
        transcripts.gene, lambda gene: codes.in_table(gene) and not codes.table.is_coding(gene)
    )
    known = _KnownClasses(terms)
    texts, biotypes = transcripts.consequence.tolist(), transcripts.biotype.tolist()
    keys = zip(texts, biotypes, noncoding_gene.tolist(), strict=True)
    return np.array([known[key] for key in keys], np.int8)


class _KnownClasses(dict[tuple[str, str, bool], int]):
    """Class by consequence, biotype and whether the gene is a non-coding one, judged once each."""

    def __init__(self, terms: _Terms) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, key: tuple[str, str, bool]) -> int:
        text, biotype, noncoding_gene = key
        # a biotype that the annotation states counts for more than HGNC's locus type
        coding = is_coding_biotype(biotype) and (bool(biotype) or not noncoding_gene)
        self[key] = int(_class(text, coding, noncoding_gene, self._terms))
        return self[key]


def _class(text: str, coding: bool, noncoding_gene: bool, terms: _Terms) -> ConsequenceClass:
    """Judge the `&`-joined terms of one transcript."""
    names = set(text.split("&"))
    if coding and names & terms.high:
        return ConsequenceClass.HIGH
    if coding and names & terms.moderate:
        return ConsequenceClass.MODERATE
    if noncoding_gene and names & terms.noncoding_gene:
        return ConsequenceClass.NONCODING_GENE
    return ConsequenceClass.NONE


def _choose(
    transcripts: TranscriptColumns, groups: _Groups
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Choose an entry for each variant and gene, and say why: `TranscriptChoice`."""
    entry = groups.order[groups.first]
    choice = np.full(entry.size, TranscriptChoice.WORST, np.int8)
    for kind, marked in (  # the last that there is counts
        (TranscriptChoice.CANONICAL, transcripts.canonical),
        (TranscriptChoice.MANE_PLUS_CLINICAL, transcripts.mane_plus_clinical),
        (TranscriptChoice.MANE_SELECT, transcripts.mane_select),
    ):
        there, found = groups.first_where(marked)
        entry = np.where(there, found, entry)
        choice[there] = kind
    return entry, choice


def _judged_entry(
    transcripts: TranscriptColumns,
    classes: NDArray[np.int8],
    groups: _Groups,
    entry: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Find the MANE entry with the strongest class; the chosen one where there is no MANE.

    Among equals, MANE Select comes before Plus Clinical.
    """
    strongest = np.full(entry.size, -1, np.int8)
    for marked in (transcripts.mane_select, transcripts.mane_plus_clinical):
        judged = np.where(marked, classes, np.int8(-1))
        best = groups.largest(judged)
        _, found = groups.first_where(judged == groups.spread(best))
        entry = np.where(best > strongest, found, entry)
        strongest = np.maximum(strongest, best)
    return entry

"""The gate: drops, record by record, only what the exact path is certain to drop.

It looks at FILTER, at the frequency of every allele against the loosest limit of the rule
set, and at whether the record's consequences hold any term that a rule could use. Records
that ClinVar may rescue pass. What it drops is counted under the question that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from raredx.columns.counts import StepCounts
from raredx.readers.annotations import AnnotationSources
from raredx.readers.consequences import is_variant_allele

_SHORT = {  # what an annotator may write for a term, where cutting `_variant` is not enough
    "start_lost": ("start_lost", "initiator_codon"),
    "protein_altering": ("protein_altering", "inframe_altering"),
    "non_coding_transcript_exon": ("non_coding",),
}


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
    """

    pass_filters: frozenset[str]
    limits: dict[str, float]
    known_limit: float
    terms: tuple[str, ...]

    def fragments(self) -> tuple[str, ...]:
        """Shortest texts of which one stands in every record that names a term.

        Examples
        --------
        >>> Gate(frozenset(), {}, 0.05, ("start_lost", "missense_variant")).fragments()
        ('initiator_codon', 'missense', 'start_lost')
        """
        found: set[str] = set()
        for term in self.terms:
            short = term.removesuffix("_variant")
            found.update(_SHORT.get(short, (short,)))
        return tuple(sorted(f for f in found if not any(g in f for g in found if g != f)))


class GatedRecords:
    """Iterate over the records that pass the gate; counts the others.

    Yields
    ------
    (record, str)
        The cyvcf2 record and its raw consequence text.
    """

    def __init__(self, gate: Gate, sources: AnnotationSources, counts: StepCounts) -> None:
        self._gate = gate
        self._key = sources.layout.key
        self._counts = counts
        self._info_limits = _limits(sources.info.frequencies, gate)
        layout = sources.layout
        self._entry_limits = [
            (layout.index(name), limit, known_limit)
            for name, limit, known_limit in _limits(layout.fields.frequencies, gate)
        ]
        self._last_place = max((place for place, _, _ in self._entry_limits), default=-1)
        self._fragments = gate.fragments()
        self._significance = sources.info.clinvar_significance

    def filter(self, records: Iterable[Any]) -> Iterator[tuple[Any, str]]:
        """Yield what passes; the order is kept."""
        counts, key, fragments = self._counts, self._key, self._fragments
        pass_filters, info_limits = self._gate.pass_filters, self._info_limits
        for record in records:
            counts.records += 1
            filters = record.FILTERS
            if not filters:
                counts.unfiltered_records += 1
            elif not (len(filters) == 1 and filters[0] in pass_filters):
                self._drop("filter", _sequences(record))
                continue
            info = record.INFO
            common = 0
            for name, limit, _ in info_limits:
                value = info.get(name)
                if value.__class__ is float and value > limit:
                    common = 1
                    break
                if value.__class__ is tuple and all(v is not None and v > limit for v in value):
                    common = len(value)
                    break
            if common and self._certainly_common(info):
                self._drop("frequency", common)
                continue
            text = info.get(key) or ""
            if self._entry_limits and text and self._common_by_entry(record, text):
                self._drop("frequency", 1)
                continue
            if text and not any(f in text for f in fragments) and not self._known(info, text):
                self._drop("consequence", _sequences(record))
                continue
            yield record, text

    def _drop(self, question: str, n_alleles: int) -> None:
        """Count the alleles of a dropped record under the question that failed."""
        self._counts.alleles += n_alleles
        self._counts.drop(question, n_alleles)

    def _certainly_common(self, info: Any) -> bool:
        """Whether a common record is past rescue: too common, or not known to ClinVar."""
        for name, _, known_limit in self._info_limits:
            value = info.get(name)
            values = value if value.__class__ is tuple else (value,)
            if all(v is not None and v > known_limit for v in values):
                return True
        return not self._known(info, info.get(self._key) or "")

    def _known(self, info: Any, text: str) -> bool:
        """Whether ClinVar may call an allele pathogenic, likely pathogenic or conflicting."""
        if self._significance:
            written = info.get(self._significance)
            if written is not None and _may_be_known(str(written)):
                return True
        return "athogenic" in text or "onflicting" in text

    def _common_by_entry(self, record: Any, text: str) -> bool:
        """Whether the first entry of a record with one ALT shows that it is too common."""
        first = text.partition(",")[0].split("|", self._last_place + 1)
        for place, limit, known_limit in self._entry_limits:
            written = first[place] if place < len(first) else ""
            if not written:
                continue
            try:
                value = max(float(word) for word in written.split("&"))
            except ValueError:
                continue
            if value > limit and (value > known_limit or not self._known(record.INFO, text)):
                return len(record.ALT) == 1 and is_variant_allele(record.ALT[0])
        return False


def _may_be_known(significance: str) -> bool:
    """Conservative: a class in words, or the codes 4 and 5 of old files."""
    return any(part in significance for part in ("athogenic", "onflicting", "4", "5"))


def _sequences(record: Any) -> int:
    """Count the ALT alleles that are sequences."""
    return sum(is_variant_allele(alt) for alt in record.ALT)


def _limits(frequencies: dict[str, str], gate: Gate) -> list[tuple[str, float, float]]:
    """Field, loosest limit and limit of rescue, for the sources that are judged."""
    return [
        (name, gate.limits[source], max(gate.limits[source], gate.known_limit))
        for name, source in frequencies.items()
        if source in gate.limits
    ]

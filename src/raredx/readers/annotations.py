"""Population frequencies, ClinVar and predictors of each ALT allele, from INFO and CSQ.

Three states of a frequency are kept apart: a number; 0 where the file declares the source
and the annotated record has no value; NaN where the source cannot be read for this allele
(the record was not annotated, or the value cannot be given to one of several alleles).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.readers.consequences import ConsequenceLayout
from raredx.readers.header import VcfHeader
from raredx.readers.info_fields import (
    FieldNames,
    clinvar_class,
    clinvar_stars,
    find_fields,
    read_number,
)
from raredx.vocabulary import ClinvarClass

PREDICTORS = ("revel", "alphamissense", "cadd", "spliceai")


class Allele(NamedTuple):
    """One ALT allele of a record: its INFO, its number from 1, and all ALTs of the record."""

    info: Any
    number: int
    alts: Sequence[str]


@dataclass(frozen=True)
class AnnotationSources:
    """Where a file keeps what is known of an allele.

    Attributes
    ----------
    info : FieldNames
        Fields of INFO.
    layout : ConsequenceLayout
        Consequence fields.
    frequency_sources : tuple of str
        Population sources, in the order of the columns of `af`.
    per_allele : frozenset of str
        INFO keys with Number=A.
    spliceai_info : str
        INFO key of SpliceAI's own annotation, or the empty string.
    """

    info: FieldNames
    layout: ConsequenceLayout
    frequency_sources: tuple[str, ...]
    per_allele: frozenset[str]
    spliceai_info: str

    @property
    def has_clinvar(self) -> bool:
        """Whether the file declares a ClinVar significance."""
        return bool(self.info.clinvar_significance or self.layout.fields.clinvar_significance)

    @property
    def predictors(self) -> tuple[str, ...]:
        """Predictors that the file declares."""
        declared = set(self.info.predictors) | set(self.layout.fields.predictors)
        if self.spliceai_info:
            declared.add("spliceai")
        return tuple(p for p in PREDICTORS if p in declared)


def find_sources(header: VcfHeader, layout: ConsequenceLayout) -> AnnotationSources:
    """Recognise the sources that a header declares; fields of unknown meaning are left alone."""
    keys = [key for key in header.info if key != layout.key]
    info = find_fields(keys, in_consequences=False)
    sources = {**dict.fromkeys(info.frequencies.values())}
    sources |= dict.fromkeys(layout.fields.frequencies.values())
    raw = next((k for k in keys if k.lower() == "spliceai"), "")
    return AnnotationSources(
        info,
        layout,
        tuple(sorted(sources)),
        frozenset(k for k in keys if header.info[k][0] == "A"),
        raw,
    )


class AnnotationBuilder:
    """Collect the annotation columns of each ALT allele in turn."""

    def __init__(self, sources: AnnotationSources) -> None:
        self._sources = sources
        column = {name: n for n, name in enumerate(sources.frequency_sources)}
        self._info_af = [(k, column[s]) for k, s in sources.info.frequencies.items()]
        fields = sources.layout.fields
        index = sources.layout.index
        self._entry_af = [(index(k), column[s]) for k, s in fields.frequencies.items()]
        self._entry_predictors = {
            p: tuple(index(k) for k in keys) for p, keys in fields.predictors.items()
        }
        self._entry_clinvar = (
            index(fields.clinvar_significance) if fields.clinvar_significance else -1,
            index(fields.clinvar_review) if fields.clinvar_review else -1,
        )
        self._af: list[list[float]] = []
        self._clinvar: list[tuple[int, int, str]] = []
        self._predictors: list[list[float]] = []

    def add_allele(self, allele: Allele, entries: list[list[str]]) -> None:
        """Add what INFO and the allele's own consequence entries say of one ALT allele."""
        self._af.append(self._frequencies(allele, entries))
        self._clinvar.append(self._significance(allele, entries))
        self._predictors.append([self._predict(p, allele, entries) for p in PREDICTORS])

    def _info_value(self, allele: Allele, key: str) -> object:
        """Give the value of an INFO field for one ALT: None missing, NaN not attributable."""
        value = allele.info.get(key)
        if value is None:
            return None
        if isinstance(value, str) and key in self._sources.per_allele:
            value = tuple(value.split(","))
        if isinstance(value, tuple):
            return value[allele.number - 1] if len(value) == len(allele.alts) else math.nan
        return value if len(allele.alts) == 1 else math.nan

    def _frequencies(self, allele: Allele, entries: list[list[str]]) -> list[float]:
        """Read every source: the highest value where several fields share one source."""
        af = [math.nan] * len(self._sources.frequency_sources)
        for key, column in self._info_af:
            value = self._info_value(allele, key)
            known = 0.0 if value in (None, ".", "") else read_number(value)
            if not af[column] >= known:
                af[column] = 0.0 if known < 0 else known  # some recipes write -1 for absent
        if entries:
            for place, column in self._entry_af:
                written = next((e[place] for e in entries if place < len(e) and e[place]), "")
                known = read_number(written) if written not in ("", ".") else 0.0
                if not af[column] >= known:
                    af[column] = known
        return af

    def _significance(self, allele: Allele, entries: list[list[str]]) -> tuple[int, int, str]:
        """Read the ClinVar class, stars and words; INFO before the consequence fields."""
        if not self._sources.has_clinvar:
            return ClinvarClass.NOT_ASSESSED, -1, ""
        names, words, review = self._sources.info, "", ""
        attributable = True
        if names.clinvar_significance:
            value = self._info_value(allele, names.clinvar_significance)
            attributable = not (isinstance(value, float) and value != value)
            if value is not None and attributable:
                words = str(value)
            if words and names.clinvar_review:
                review = str(allele.info.get(names.clinvar_review) or "")
        if not words:
            significance, status = self._entry_clinvar
            words, review = (
                next((e[p] for e in entries if 0 <= p < len(e) and e[p]), "")
                for p in (significance, status)
            )
        words = "" if words == "." else words
        if not words and not attributable:
            return ClinvarClass.NOT_ASSESSED, -1, ""
        return int(clinvar_class(words)), clinvar_stars(review), words

    def _predict(self, predictor: str, allele: Allele, entries: list[list[str]]) -> float:
        """Read the highest score of a predictor for one ALT; NaN where there is none."""
        best = math.nan
        for key in self._sources.info.predictors.get(predictor, ()):
            value = self._info_value(allele, key)
            score = read_number(value) if value is not None else math.nan
            best = score if not best >= score else best
        for place in self._entry_predictors.get(predictor, ()):
            for entry in entries:
                if place < len(entry) and entry[place]:
                    score = read_number(entry[place])
                    best = score if not best >= score else best
        if predictor == "spliceai" and self._sources.spliceai_info:
            score = self._raw_spliceai(allele)
            best = score if not best >= score else best
        return best

    def _raw_spliceai(self, allele: Allele) -> float:
        """Read the largest of the four delta scores that INFO/SpliceAI gives for this ALT."""
        best = math.nan
        for entry in str(allele.info.get(self._sources.spliceai_info) or "").split(","):
            cells = entry.split("|")
            if cells[0] != allele.alts[allele.number - 1]:
                continue
            for cell in cells[2:6]:
                score = read_number(cell)
                best = score if not best >= score else best
        return best

    def columns(self) -> dict[str, NDArray[Any]]:
        """Close what was collected into arrays."""
        n = len(self._af)
        af = np.array(self._af, np.float32).reshape(n, len(self._sources.frequency_sources))
        predictors = np.array(self._predictors, np.float32).reshape(n, len(PREDICTORS))
        classes, stars, words = zip(*self._clinvar, strict=True) if n else ((), (), ())
        return {
            "af": af,
            "clinvar_class": np.array(classes, np.int8),
            "clinvar_stars": np.array(stars, np.int8),
            "clinvar": np.array(words, object),
            **{p: predictors[:, i].copy() for i, p in enumerate(PREDICTORS)},
        }

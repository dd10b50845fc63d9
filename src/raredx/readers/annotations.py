"""Frequencies, homozygotes, ClinVar and predictors of each ALT allele, from INFO and CSQ.

Three states of a frequency are kept apart: a number; 0 where the file declares the source
and the annotated record has no value; NaN where the source cannot be read for this allele
(the record was not annotated, or the value cannot be given to one of several alleles).
So are those of a number of homozygotes, -1 for NaN: but a source that has no count and yet a
frequency of the allele is not known to have none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.readers.consequences import ConsequenceLayout, cell_reader
from raredx.readers.header import VcfHeader
from raredx.readers.info_fields import (
    FieldNames,
    HomozygoteCount,
    clinvar_class,
    clinvar_stars,
    find_fields,
    read_number,
)
from raredx.vocabulary import ClinvarClass

PREDICTORS = ("revel", "alphamissense", "cadd", "spliceai")
UNKNOWN_COUNT = -1
_NO_COUNT = -1.0
"""A field of counts that is empty."""
_MOST = np.iinfo(np.int32).max


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
        self._has_clinvar = sources.has_clinvar
        column = {name: n for n, name in enumerate(sources.frequency_sources)}
        self._info_af = [(k, column[s]) for k, s in sources.info.frequencies.items()]
        fields = sources.layout.fields
        self._entry_af = [column[s] for s in fields.frequencies.values()]
        # in an entry, of the cells that are read: frequencies come first
        self._places = [sources.layout.index(key) for key in fields.frequencies]
        self._entry_predictors = {
            p: tuple(self._cell(k) for k in keys) for p, keys in fields.predictors.items()
        }
        self._entry_clinvar = tuple(
            self._cell(name) if name else -1
            for name in (fields.clinvar_significance, fields.clinvar_review)
        )
        # in INFO and then in the entries, as `_count_values` gives them
        self._info_counts = list(sources.info.homozygotes.items())
        self._entry_counts = [(self._cell(k), c) for k, c in fields.homozygotes.items()]
        self._read_cells = cell_reader(self._places)
        self._counts: list[list[float]] = []
        self._info_known: list[list[float]] = [[] for _ in self._info_af]
        self._cells: list[tuple[str, ...]] = []
        self._annotated: list[bool] = []
        self._clinvar: list[tuple[int, int, str]] = []
        self._predictors: dict[str, list[float]] = {p: [] for p in sources.predictors}

    def _cell(self, name: str) -> int:
        """Have a field of the entries read, and give its place among the cells."""
        self._places.append(self._sources.layout.index(name))
        return len(self._places) - 1

    def add_allele(self, allele: Allele, entries: list[list[str]]) -> None:
        """Add what INFO and the allele's own consequence entries say of one ALT allele."""
        cells = self._distinct_cells(entries)
        first = cells[0] if cells else ("",) * len(self._places)
        if len(cells) > 1:
            first = tuple(next(filter(None, column), "") for column in zip(*cells, strict=True))
        self._cells.append(first)
        self._annotated.append(bool(entries))
        for (key, _), column in zip(self._info_af, self._info_known, strict=True):
            column.append(_known(self._info_value(allele, key)))
        if self._info_counts or self._entry_counts:
            self._counts.append(self._count_values(allele, first, annotated=bool(entries)))
        self._clinvar.append(self._significance(allele, first))
        for predictor, scores in self._predictors.items():
            scores.append(self._predict(predictor, allele, cells))

    def _distinct_cells(self, entries: list[list[str]]) -> list[tuple[str, ...]]:
        """Read the cells of the entries; annotators say the same of an allele in most of them."""
        found: list[tuple[str, ...]] = []
        last = None
        for entry in entries:
            cells = self._read_cells(entry)
            if cells != last:
                found.append(cells)
                last = cells
        return found

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

    def _count_values(
        self, allele: Allele, cells: tuple[str, ...], *, annotated: bool
    ) -> list[float]:
        """Read the homozygotes of one ALT in every field that counts them."""
        info = [_people(self._info_value(allele, k), c) for k, c in self._info_counts]
        if not annotated:
            return info + [math.nan] * len(self._entry_counts)
        return info + [_people(cells[p], c) for p, c in self._entry_counts]

    def _significance(self, allele: Allele, cells: tuple[str, ...]) -> tuple[int, int, str]:
        """Read the ClinVar class, stars and words; INFO before the consequence fields."""
        if not self._has_clinvar:
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
            words, review = (cells[p] if p >= 0 else "" for p in self._entry_clinvar)
        words = "" if words == "." else words
        if not words and not attributable:
            return ClinvarClass.NOT_ASSESSED, -1, ""
        return int(clinvar_class(words)), clinvar_stars(review), words

    def _predict(self, predictor: str, allele: Allele, cells: list[tuple[str, ...]]) -> float:
        """Read the highest score of a predictor for one ALT; NaN where there is none."""
        best = math.nan
        for key in self._sources.info.predictors.get(predictor, ()):
            value = self._info_value(allele, key)
            score = read_number(value) if value is not None else math.nan
            best = higher(best, score)
        for place in self._entry_predictors.get(predictor, ()):
            for row in cells:
                if row[place]:
                    score = read_number(row[place])
                    best = higher(best, score)
        if predictor == "spliceai" and self._sources.spliceai_info:
            score = self._raw_spliceai(allele)
            best = higher(best, score)
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
                best = higher(best, score)
        return best

    def columns(self) -> dict[str, NDArray[Any]]:
        """Close what was collected into arrays."""
        n = len(self._cells)
        unknown = np.full(n, np.nan, np.float32)
        predictors = {p: np.array(scores, np.float32) for p, scores in self._predictors.items()}
        classes, stars, words = zip(*self._clinvar, strict=True) if n else ((), (), ())
        af = self._frequencies()
        return {
            "af": af,
            "homozygotes": self._homozygotes(af),
            "clinvar_class": np.array(classes, np.int8),
            "clinvar_stars": np.array(stars, np.int8),
            "clinvar": np.array(words, object),
            **{p: predictors.get(p, unknown.copy()) for p in PREDICTORS},
        }

    def _frequencies(self) -> NDArray[np.float32]:
        """Gather every source: the highest value where several fields share one source."""
        af = np.full((len(self._sources.frequency_sources), len(self._cells)), np.nan)
        for (_, source), column in zip(self._info_af, self._info_known, strict=True):
            af[source] = np.fmax(af[source], np.array(column, np.float64))
        annotated = np.array(self._annotated, bool)
        written, n_fields = _WrittenFrequencies(), len(self._entry_af)
        values = [written[text] for cells in self._cells for text in cells[:n_fields]]
        fields = np.array(values, np.float64).reshape(len(self._cells), n_fields).T
        for source, known in zip(self._entry_af, fields, strict=True):
            af[source] = np.where(annotated, np.fmax(af[source], known), af[source])
        return np.ascontiguousarray(af.T, np.float32)

    def _homozygotes(self, af: NDArray[np.float32]) -> NDArray[np.int32]:
        """Give the highest count over the sources, -1 where none was read.

        A source without a count has no homozygotes, unless it has a frequency of the allele.
        """
        highest = np.full(len(self._cells), np.nan)
        counted = [c.source for _, c in (*self._info_counts, *self._entry_counts)]
        values = np.array(self._counts, np.float64).reshape(len(self._counts), len(counted)).T
        for source in dict.fromkeys(counted):
            own = values[[name == source for name in counted]]
            known = np.fmax.reduce(own)
            seen = [name.startswith(source) for name in self._sources.frequency_sources]
            absent = ~np.isnan(own).any(axis=0) & ~(af[:, seen] > 0).any(axis=1)
            known[known == _NO_COUNT] = np.nan
            known[absent & np.isnan(known)] = 0.0
            highest = np.fmax(highest, known)
        return np.where(np.isnan(highest), UNKNOWN_COUNT, highest).astype(np.int32)


class _WrittenFrequencies(dict[str, float]):
    """Frequency by its text, each read once."""

    def __missing__(self, text: str) -> float:
        known = self[text] = _known(text)
        return known


def _known(written: object) -> float:
    """Read a frequency of an annotated record: 0 where it has no value, for which some write -1."""
    known = 0.0 if written in (None, ".", "") else read_number(written)
    return 0.0 if known < 0 else known


def _people(written: object, counted: HomozygoteCount) -> float:
    """Read a number of homozygotes: `_NO_COUNT` where there is none, NaN for what is no count."""
    number = _NO_COUNT if written in (None, ".", "") else read_number(written)
    if number < 0:  # some recipes write -1 for a missing count
        return _NO_COUNT
    return float(number // counted.per_person) if number <= _MOST else math.nan


def higher(best: float, score: float) -> float:
    """Give the higher of two scores; one that is missing (NaN) never hides the other.

    Examples
    --------
    >>> higher(0.7, math.nan), higher(math.nan, 0.7), higher(0.2, 0.7)
    (0.7, 0.7, 0.7)
    """
    return score if math.isnan(best) or score > best else best

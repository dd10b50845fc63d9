"""Whether a record has consequences, population frequencies, ClinVar and predictors at all."""

from __future__ import annotations

import math
from typing import Any

from raredx.columns.gene_codes import GeneCodes
from raredx.errors import InputError
from raredx.readers.consequences import ConsequenceLayout, read_layout
from raredx.readers.header import VcfHeader
from raredx.readers.info_fields import FieldNames, find_fields, read_number

CONSEQUENCE, FREQUENCY, CLINVAR = "consequence", "frequency", "clinvar"


def find_layout(header: VcfHeader, *, where: str) -> ConsequenceLayout | None:
    """Find the consequence annotation of a header; None where there is none to understand."""
    try:
        return read_layout({key: facts[2] for key, facts in header.info.items()}, where=where)
    except InputError:
        return None


class AnnotationProbe:
    """What a header declares of annotation, and what a record has of it.

    Attributes
    ----------
    layout : ConsequenceLayout or None
    kinds : tuple of str
        Declared kinds: `consequence`, `frequency`, `clinvar`, and the names of predictors.
    frequency_keys : tuple of (str, bool)
        INFO keys of which `highest_frequency` reads the value, and whether only the first of
        the consequences in it.
    """

    def __init__(self, header: VcfHeader, *, where: str) -> None:
        self.layout = layout = find_layout(header, where=where)
        self._key = layout.key if layout else ""
        keys = [key for key in header.info if key != self._key]
        info = find_fields(keys, in_consequences=False)
        inner = layout.fields if layout else FieldNames()
        only = ((self._key, True),) if inner.frequencies and not info.frequencies else ()
        self.frequency_keys = (*((key, False) for key in info.frequencies), *only)
        self._info_frequencies = tuple(info.frequencies)
        groups: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
            FREQUENCY: (tuple(info.frequencies), tuple(inner.frequencies)),
            CLINVAR: (_listed(info.clinvar_significance), _listed(inner.clinvar_significance)),
        }
        predictors = {**info.predictors, **inner.predictors}
        spliceai = next((key for key in keys if key.lower() == "spliceai"), "")
        if spliceai:
            predictors.setdefault("spliceai", ())
        for name in predictors:
            outer = info.predictors.get(name, ())
            outer += _listed(spliceai) if name == "spliceai" else ()
            groups[name] = (outer, inner.predictors.get(name, ()))
        place = layout.index if layout else (lambda _: -1)
        self._groups = {
            kind: (outer, tuple(place(name) for name in within))
            for kind, (outer, within) in groups.items()
            if outer or within
        }
        self._entry_frequencies = tuple(place(name) for name in inner.frequencies)
        self.kinds = (*((CONSEQUENCE,) if layout else ()), *self._groups)

    def look(self, info: Any) -> set[str]:
        """Give the kinds of annotation that a record has a value of."""
        text = (info.get(self._key) or "") if self._key else ""
        entries = [entry.split("|") for entry in text.split(",")] if text else []
        found = {CONSEQUENCE} if text else set()
        for kind, (outer, within) in self._groups.items():
            if any(info.get(key) not in (None, ".", "") for key in outer) or any(
                0 <= place < len(entry) and entry[place] not in ("", ".")
                for entry in entries
                for place in within
            ):
                found.add(kind)
        return found

    def highest_frequency(self, info: Any, n_alts: int, number: int) -> float:
        """Give the highest population frequency of one ALT; 0 where it is declared and absent.

        NaN where the file declares none, where a list does not fit the ALTs, and where only
        the consequences of several ALTs hold it.
        """
        best = math.nan
        for key in self._info_frequencies:
            value = info.get(key)
            if value.__class__ is tuple:
                value = value[number - 1] if len(value) == n_alts else math.nan
            elif n_alts > 1 and value is not None:
                value = math.nan
            known = value if value.__class__ is float and value >= 0 else _frequency(value)
            if not best >= known:
                best = known
        if self._info_frequencies or not self._entry_frequencies or n_alts > 1:
            return best
        text = info.get(self._key) or ""
        cells = text.partition(",")[0].split("|") if text else []
        for place in self._entry_frequencies:
            known = _frequency(cells[place]) if place < len(cells) else math.nan
            if not best >= known:
                best = known
        return best

    def add_genes(self, info: Any, codes: GeneCodes, genes: set[int]) -> None:
        """Collect the codes of the genes that a record's consequences name."""
        text = info.get(self._key) or ""
        if not text or self.layout is None:
            return
        for entry in text.split(","):
            genes.add(codes.code(*self.layout.gene_names(entry.split("|"))))


def _listed(name: str) -> tuple[str, ...]:
    """Give a tuple of the name, empty without one."""
    return (name,) if name else ()


def _frequency(value: object) -> float:
    """Read a frequency; 0 where there is none, and for -1, which some recipes write for it."""
    known = 0.0 if value in (None, ".", "") else read_number(value)
    return 0.0 if known < 0 else known

"""Fill transcript columns from consequence entries, one variant after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from raredx.columns.batch import TranscriptColumns
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.terms import read_terms
from raredx.readers.consequences import ConsequenceLayout
from raredx.vocabulary import Assembly

_TEXT = ("consequence", "transcript", "biotype", "hgvs_c", "hgvs_p", "exon", "loftee")
_NOT_A_TRANSCRIPT = {"regulatoryfeature", "motiffeature", "intergenic", "intergenic_region"}


class TranscriptBuilder:
    """Collect the entries of each variant in turn, then close them into columns."""

    def __init__(self, layout: ConsequenceLayout, codes: GeneCodes, assembly: Assembly) -> None:
        self._get = layout.value
        self._gene_names = layout.gene_names
        self._kind = layout.kind
        self._codes = codes
        # MANE is defined on GRCh38 only.
        grch38 = assembly is Assembly.GRCH38
        self._select = codes.table.mane_select if grch38 else {}
        self._plus = codes.table.mane_plus_clinical if grch38 else {}
        self._start = [0]
        self._numbers: dict[str, list[int]] = {"gene": [], "severity": [], "impact": []}
        self._marks: dict[str, list[bool]] = {
            "mane_select": [], "mane_plus_clinical": [], "canonical": []
        }  # fmt: skip
        self._text: dict[str, list[str]] = {name: [] for name in _TEXT}

    def add_variant(self, entries: Sequence[Sequence[str]]) -> None:
        """Add the entries of the next variant; there may be none."""
        for entry in entries:
            self._add(entry)
        self._start.append(len(self._numbers["gene"]))

    def _add(self, entry: Sequence[str]) -> None:
        """Add one entry; features that are not transcripts name no gene and are left out."""
        if self._get(entry, "feature_type").lower() in _NOT_A_TRANSCRIPT:
            return
        code = self._codes.code(*self._gene_names(entry))
        if code < 0:
            return
        terms, severity, impact = read_terms(self._get(entry, "consequence"))
        transcript = self._get(entry, "transcript").removeprefix("transcript:")
        self._numbers["gene"].append(code)
        self._numbers["severity"].append(severity)
        self._numbers["impact"].append(impact)
        self._mark(entry, transcript.partition(".")[0])
        text = {
            "consequence": terms,
            "transcript": transcript,
            "biotype": self._get(entry, "biotype"),
            "hgvs_c": self._get(entry, "hgvs_c"),
            "hgvs_p": self._get(entry, "hgvs_p").replace("%3D", "="),
            "exon": self._get(entry, "exon"),
            "loftee": self._get(entry, "loftee"),
        }
        if self._kind == "BCSQ":
            text["hgvs_p"] = self._get(entry, "amino_acid_change")
        for name, value in text.items():
            self._text[name].append(value)

    def _mark(self, entry: Sequence[str], accession: str) -> None:
        """Mark MANE and canonical transcripts, from the annotation or the gene table."""
        mane = self._get(entry, "mane")
        plus = bool(self._get(entry, "mane_plus_clinical")) or "plus" in mane.lower()
        select = bool(self._get(entry, "mane_select")) or (bool(mane) and not plus)
        canonical = self._get(entry, "canonical").upper() in ("YES", "1", "TRUE")
        self._marks["mane_select"].append(select or accession in self._select)
        self._marks["mane_plus_clinical"].append(plus or accession in self._plus)
        self._marks["canonical"].append(canonical)

    def columns(self) -> TranscriptColumns:
        """Close what was collected into arrays."""
        numbers, marks, text = self._numbers, self._marks, self._text
        return TranscriptColumns(
            start=np.array(self._start, np.int64),
            gene=np.array(numbers["gene"], np.int32),
            severity=np.array(numbers["severity"], np.int16),
            impact=np.array(numbers["impact"], np.int8),
            **{name: np.array(text[name], object) for name in _TEXT},
            **{name: np.array(marks[name], bool) for name in marks},
        )

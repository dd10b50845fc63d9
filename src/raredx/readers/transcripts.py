"""Fill transcript columns from consequence entries, one variant after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from raredx.columns.batch import TranscriptColumns
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.terms import read_terms
from raredx.readers.consequences import ConsequenceLayout
from raredx.vocabulary import Assembly

_ROLES = (
    "feature_type", "hgnc_id", "symbol", "gene_id", "consequence", "transcript", "biotype",
    "hgvs_c", "hgvs_p", "amino_acid_change", "exon", "loftee", "mane", "mane_select",
    "mane_plus_clinical", "canonical",
)  # fmt: skip
_COLUMNS = {  # of a row, in order
    "gene": "int32", "consequence": "object", "severity": "int16", "impact": "int8",
    "transcript": "object", "biotype": "object", "hgvs_c": "object", "hgvs_p": "object",
    "exon": "object", "loftee": "object", "mane_select": "bool", "mane_plus_clinical": "bool",
    "canonical": "bool",
}  # fmt: skip
_NOT_A_TRANSCRIPT = {"regulatoryfeature", "motiffeature", "intergenic", "intergenic_region"}
_YES = ("YES", "1", "TRUE")


class TranscriptBuilder:
    """Collect the entries of each variant in turn, then close them into columns."""

    def __init__(self, layout: ConsequenceLayout, codes: GeneCodes, assembly: Assembly) -> None:
        self._read = layout.reader(_ROLES)
        self._is_bcsq = layout.kind == "BCSQ"
        self._codes = codes
        # MANE is defined on GRCh38 only.
        grch38 = assembly is Assembly.GRCH38
        self._select = codes.table.mane_select if grch38 else {}
        self._plus = codes.table.mane_plus_clinical if grch38 else {}
        self._start = [0]
        self._n_entries = 0
        self._values: list[Any] = []  # entry after entry, in the order of _COLUMNS

    def add_variant(self, entries: Sequence[list[str]]) -> None:
        """Add the entries of the next variant; there may be none.

        Features that are not transcripts name no gene and are left out.
        """
        for entry in entries:
            (
                feature_type, hgnc_id, symbol, gene_id, consequence, transcript, biotype, hgvs_c,
                hgvs_p, amino_acid_change, exon, loftee, mane, mane_select, mane_plus, canonical,
            ) = self._read(entry)  # fmt: skip
            if feature_type.lower() in _NOT_A_TRANSCRIPT:
                continue
            code = self._codes.code(hgnc_id, symbol, gene_id)
            if code < 0:
                continue
            transcript = transcript.removeprefix("transcript:")
            accession = transcript.partition(".")[0]
            plus = bool(mane_plus) or "plus" in mane.lower()
            select = bool(mane_select) or (bool(mane) and not plus)
            self._n_entries += 1
            self._values += (
                code, *read_terms(consequence), transcript, biotype, hgvs_c,
                amino_acid_change if self._is_bcsq else hgvs_p.replace("%3D", "="), exon, loftee,
                select or accession in self._select, plus or accession in self._plus,
                canonical.upper() in _YES,
            )  # fmt: skip
        self._start.append(self._n_entries)

    def columns(self) -> TranscriptColumns:
        """Close what was collected into arrays."""
        values, width = self._values, len(_COLUMNS)
        return TranscriptColumns(
            start=np.array(self._start, np.int64),
            **{
                name: np.array(values[place::width], dtype)
                for place, (name, dtype) in enumerate(_COLUMNS.items())
            },
        )

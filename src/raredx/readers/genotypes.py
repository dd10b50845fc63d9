"""Genotype columns of one record after the other: every call kept distinct.

`1/2`, `./1`, `.`, `1`, `1|0`, `*` and `0/2` all differ here: copies of this ALT, copies of
other ALTs, alleles not called, and ploidy are counted apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.readers.phase import PhasedCalls

NUMERIC_TYPES = ("Integer", "Float")
_VECTOR_END = -2147483647
NAMES = (
    "alt_dosage", "other_dosage", "missing_alleles", "ploidy", "depth", "gq", "ref_reads",
    "alt_reads", "alt_fraction", "genotype_text", "haplotype", "phase_set", "pl_ref", "pl_het",
    "pl_hom",
)  # fmt: skip


_LIKELIHOODS = ("pl_ref", "pl_het", "pl_hom")


class RecordCalls:
    """The calls of one record, decoded once for all its ALT alleles.

    Attributes
    ----------
    alleles : int16, shape (sample, ploidy)
        Allele numbers; -1 not called, -2 beyond the ploidy of the call.
    """

    def __init__(self, record: Any, numeric: frozenset[str], n_samples: int) -> None:
        self._record = record
        self._numeric = numeric
        self._n = n_samples
        try:
            array = record.genotype.array()
            self.alleles = array[:, :-1]
            self._phased = array[:, -1].astype(bool)
        except Exception:  # cyvcf2 raises a bare Exception for a record without GT
            self.alleles = np.full((n_samples, 1), -2, np.int16)
            self._phased = np.zeros(n_samples, bool)

    def carried_by(self, columns: NDArray[np.int16]) -> bool:
        """Whether any of these samples carries any ALT allele."""
        return bool((self.alleles[columns] > 0).any())

    def uncalled_in(self, columns: NDArray[np.int16]) -> bool:
        """Whether any of these samples has an allele that was not called."""
        calls = self.alleles[columns]
        return bool((calls == -1).any() or (calls == -2).all(axis=1).any())

    def matrix(self, key: str) -> NDArray[np.float32] | None:
        """Read a numeric FORMAT field as floats, NaN where missing; None where not there."""
        if key not in self._numeric:
            return None
        values = self._record.format(key)
        if values is None or values.dtype.kind not in "if":
            return None
        matrix: NDArray[np.float64] = values.astype(np.float64)
        if values.dtype.kind == "i":
            matrix[values <= _VECTOR_END] = np.nan
        return matrix.astype(np.float32)

    def first_value(self, key: str) -> NDArray[np.float32]:
        """Read the first value of a numeric FORMAT field, shape (sample,); NaN where missing."""
        values = self.matrix(key)
        return values[:, 0] if values is not None else np.full(self._n, np.nan, np.float32)

    def read_counts(self, n_alts: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Count reads of REF, shape (sample,), and of each ALT, shape (sample, ALT); NaN unknown.

        From AD; where that is missing from freebayes' RO and AO, then from samtools' DP, DV.
        """
        n = self._n
        ref, alt = np.full(n, np.nan, np.float32), np.full((n, n_alts), np.nan, np.float32)
        ad = self.matrix("AD")
        if ad is not None and ad.shape[1] == n_alts + 1:
            return ad[:, 0], ad[:, 1:]
        ro, ao = self.matrix("RO"), self.matrix("AO")
        if ro is not None and ao is not None and ao.shape[1] == n_alts:
            return ro[:, 0], ao
        dp, dv = self.matrix("DP"), self.matrix("DV")
        if dp is not None and dv is not None and n_alts == 1:
            return dp[:, 0] - dv[:, 0], dv
        return ref, alt

    def text(self) -> list[str]:
        """Write each sample's GT as it stood; `.` where there is none."""
        written = []
        for row, phased in zip(self.alleles.tolist(), self._phased.tolist(), strict=True):
            calls = ["." if a < 0 else str(a) for a in row if a != -2]
            written.append(("|" if phased else "/").join(calls) or ".")
        return written

    def phases(self) -> PhasedCalls:
        """Read what the record says of haplotypes."""
        keys = frozenset(self._record.FORMAT or ())
        fields = {key: self._strings(key) for key in ("PS", "HP", "PGT", "PID") if key in keys}
        return PhasedCalls(self.alleles, self._phased, fields)

    def _strings(self, key: str) -> list[str]:
        """Read a FORMAT field as text, `.` where missing."""
        values = self._record.format(key)
        if values is None:
            return ["."] * self._n
        if values.dtype.kind in "if":
            first = values[:, 0].tolist()
            return ["." if v <= _VECTOR_END or v != v else str(int(v)) for v in first]
        return [str(v) or "." for v in values.tolist()]

    def likelihoods(self, number: int, n_alts: int) -> NDArray[np.float32]:
        """Give PL of no copy, one copy beside REF, and nothing but this ALT, shape (3, sample).

        From PL, otherwise from GL; NaN where there is neither. A haploid call has no value for
        one copy beside REF. VCF 4.3, section 1.6.2: genotype j/k stands at k(k+1)/2 + j.
        """
        out = np.full((3, self._n), np.nan, np.float32)
        values = self.matrix("PL")
        if values is None:
            stated = self.matrix("GL")
            if stated is None:
                return out
            values = stated * np.float32(-10)
        het = number * (number + 1) // 2
        diploid = values.shape[1] == (n_alts + 1) * (n_alts + 2) // 2
        if diploid:
            out[1], out[2] = values[:, het], values[:, het + number]
        haploid = (self.alleles != -2).sum(axis=1) == 1
        if values.shape[1] > n_alts:
            out[0, diploid | haploid] = values[diploid | haploid, 0]
            out[1, haploid] = np.nan
            out[2, haploid] = values[haploid, number]
        return out


class GenotypeBuilder:
    """Collect genotype columns, one row for each ALT allele."""

    def __init__(self, n_samples: int) -> None:
        self._n = n_samples
        self._rows: dict[str, list[Any]] = {name: [] for name in NAMES}

    def add_record(
        self,
        calls: RecordCalls,
        alt_numbers: list[int],
        n_alts: int,
        *,
        stated_first: bool,
        is_split: bool = False,
    ) -> None:
        """Add a row for each of the record's ALT alleles that is a variant.

        The fraction of ALT reads comes from the read counts, and from FORMAT/AF where there
        are none; `stated_first` turns that round, as mitochondrial callers want it. In a record
        that `is_split` off a site with several ALT alleles (vt decompose), the `.` of a call
        with one allele, or with a GQ above 0, stands for one of the others.
        """
        alleles = calls.alleles
        missing = (alleles == -1).sum(axis=1)
        ploidy = (alleles != -2).sum(axis=1)
        gq = calls.first_value("GQ")
        told = ((missing < ploidy) | (gq > 0)) & is_split
        elsewhere = np.where(told, missing, 0)
        missing = missing - elsewhere
        ref_reads, alt_reads = calls.read_counts(n_alts)
        total = np.column_stack([ref_reads, alt_reads]).sum(axis=1)  # NaN where one is unknown
        depth = calls.first_value("DP")
        depth = np.where(np.isnan(depth) & ~np.isnan(ref_reads), total, depth)
        stated = calls.matrix("AF")
        text, phases = calls.text(), calls.phases()
        for number in alt_numbers:
            haplotype, phase_set = phases.of_allele(number)
            copies = (alleles == number).sum(axis=1)
            others = (alleles > 0).sum(axis=1) - copies
            uncalled = (missing == ploidy) | (ploidy == 0)
            reads = alt_reads[:, number - 1]
            fraction = np.divide(reads, total, out=np.full(self._n, np.nan), where=total > 0)
            if stated is not None and stated.shape[1] == n_alts:
                first, second = fraction, stated[:, number - 1]
                if stated_first:
                    first, second = second, first
                fraction = np.where(np.isnan(first), second, first)
            row = {
                "alt_dosage": np.where(uncalled, -1, copies),
                "other_dosage": others + elsewhere,
                "missing_alleles": missing,
                "ploidy": ploidy,
                "depth": _counts(depth),
                "gq": gq,
                "ref_reads": _counts(ref_reads),
                "alt_reads": _counts(reads),
                "alt_fraction": fraction,
                "genotype_text": text,
                "haplotype": haplotype,
                "phase_set": phase_set,
            } | dict(zip(_LIKELIHOODS, calls.likelihoods(number, n_alts), strict=True))
            for name, values in row.items():
                self._rows[name].append(values)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Close what was collected into arrays, shape (variant, sample)."""
        dtypes = dict.fromkeys(NAMES[:4], "int8") | {
            "depth": "int32", "gq": "float32", "ref_reads": "int32", "alt_reads": "int32",
            "alt_fraction": "float32", "genotype_text": "object", "haplotype": "int8",
            "phase_set": "object", "pl_ref": "float32", "pl_het": "float32", "pl_hom": "float32",
        }  # fmt: skip
        return {
            name: np.array(rows, dtypes[name]).reshape(len(rows), self._n)
            for name, rows in self._rows.items()
        }


def _counts(values: NDArray[Any]) -> NDArray[np.int32]:
    """Turn read counts into integers, -1 where unknown."""
    return np.where(np.isnan(values), -1, values).astype(np.int32)

"""Genotype columns of one record after the other: every call kept distinct.

`1/2`, `./1`, `.`, `1`, `1|0`, `*` and `0/2` all differ here: copies of this ALT, copies of
other ALTs, alleles not called, and ploidy are counted apart. Calls are collected as they
stand, and worked out for all records of one shape together: families are small, and an array
of three numbers is slow.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.readers.phase import PhasedCalls

NUMERIC_TYPES = ("Integer", "Float")
_VECTOR_END = -2147483647
_DTYPES = {
    "alt_dosage": "int8", "other_dosage": "int8", "missing_alleles": "int8", "ploidy": "int8",
    "depth": "int32", "gq": "float32", "ref_reads": "int32", "alt_reads": "int32",
    "alt_fraction": "float32", "genotype_text": "object", "haplotype": "int8",
    "phase_set": "object", "pl_ref": "float32", "pl_het": "float32", "pl_hom": "float32",
}  # fmt: skip


class RecordCalls:
    """The calls of one record, decoded once for all its ALT alleles.

    Attributes
    ----------
    genotypes : int16, shape (sample, ploidy + 1)
        Allele numbers, -1 not called, -2 beyond the ploidy of the call; then whether GT is
        written with `|`.
    alleles : int16, shape (sample, ploidy)
        The allele numbers alone.
    """

    def __init__(self, record: Any, numeric: frozenset[str], n_samples: int) -> None:
        self._record = record
        self._numeric = numeric
        self._n = n_samples
        try:
            self.genotypes = record.genotype.array()
        except Exception:  # cyvcf2 raises a bare Exception for a record without GT
            self.genotypes = np.array([[-2, 0]] * n_samples, np.int16).reshape(-1, 2)
        self.alleles: NDArray[np.int16] = self.genotypes[:, :-1]

    def carried_by(self, columns: NDArray[np.int16]) -> bool:
        """Whether any of these samples carries any ALT allele."""
        return bool((self.alleles[columns] > 0).any())

    def uncalled_in(self, columns: NDArray[np.int16]) -> bool:
        """Whether any of these samples has an allele that was not called."""
        calls = self.alleles[columns]
        return bool((calls == -1).any() or (calls == -2).all(axis=1).any())

    def numbers(self, n_alts: int) -> dict[str, NDArray[Any]]:
        """Read the numeric FORMAT fields that may count, as they stand, shape (sample, value).

        Reads in fields other than AD, and GL, only where AD, and PL, do not serve.
        """
        found = self._found(("GQ", "DP", "AF", "AD", "PL"))
        if "AD" not in found or found["AD"].shape[1] != n_alts + 1:
            found |= self._found(("RO", "AO", "DV"))
        if "PL" not in found:
            found |= self._found(("GL",))
        return found

    def _found(self, keys: tuple[str, ...]) -> dict[str, NDArray[Any]]:
        """Read those of some FORMAT fields that are numeric and there."""
        found = {}
        for key in keys:
            if key in self._numeric:
                values = self._record.format(key)
                if values is not None and values.dtype.kind in "if":
                    found[key] = values
        return found

    def phases(self) -> PhasedCalls | None:
        """Read what the record says of haplotypes; None where it says nothing."""
        keys = self._record.FORMAT or ()
        phased = self.genotypes[:, -1]
        if not (phased.any() or "HP" in keys or "PID" in keys):
            return None
        fields = {key: self._strings(key) for key in ("PS", "HP", "PGT", "PID") if key in keys}
        return PhasedCalls(self.alleles, phased.astype(bool), fields)

    def _strings(self, key: str) -> list[str]:
        """Read a FORMAT field as text, `.` where missing."""
        values = self._record.format(key)
        if values is None:
            return ["."] * self._n
        if values.dtype.kind in "if":
            first = values[:, 0].tolist()
            return ["." if v <= _VECTOR_END or v != v else str(int(v)) for v in first]
        return [str(v) or "." for v in values.tolist()]


@dataclass
class _LikeRecords:
    """Records with the same fields, of the same lengths: their calls make whole arrays.

    Attributes
    ----------
    n_alts : int
    genotypes : list
        Of each record, shape (sample, ploidy + 1).
    numbers : dict
        FORMAT key to the values of each record, shape (sample, value).
    stated_first, is_split : list of bool
        Of each record: see `GenotypeBuilder.add_record`.
    rows : list of int
        Rows of the batch that the records make, one for each ALT allele.
    records, alleles : list of int
        Of each row: which of these records, and the number of its ALT.
    """

    n_alts: int
    genotypes: list[NDArray[np.int16]] = field(default_factory=list)
    numbers: dict[str, list[NDArray[Any]]] = field(default_factory=dict)
    stated_first: list[bool] = field(default_factory=list)
    is_split: list[bool] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    alleles: list[int] = field(default_factory=list)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Work out the columns of these rows, shape (row, sample)."""
        genotypes = _stacked(self.genotypes)
        calls = genotypes[..., :-1]
        record, number = np.array(self.records), np.array(self.alleles)
        gq = self._first("GQ")
        missing, ploidy = (calls == -1).sum(axis=-1), (calls != -2).sum(axis=-1)
        told = ((missing < ploidy) | (gq > 0)) & np.array(self.is_split)[:, None]
        elsewhere = np.where(told, missing, 0)
        missing = missing - elsewhere
        copies = (calls[record] == number[:, None, None]).sum(axis=-1)
        others = (calls > 0).sum(axis=-1)[record] - copies
        uncalled = (missing == ploidy) | (ploidy == 0)
        made = {
            "alt_dosage": np.where(uncalled[record], -1, copies),
            "other_dosage": others + elsewhere[record],
            "missing_alleles": missing[record],
            "ploidy": ploidy[record],
            "gq": gq[record],
            "genotype_text": _texts(genotypes)[record],
        }
        return made | self._reads(record, number) | self._likelihoods(calls, record, number)

    def _matrix(self, key: str) -> NDArray[np.float32] | None:
        """Give a field as floats, shape (record, sample, value), NaN where missing."""
        if key not in self.numbers:
            return None
        values = _stacked(self.numbers[key])
        matrix: NDArray[np.float32] = values.astype(np.float32)
        if values.dtype.kind == "i":
            matrix[values <= _VECTOR_END] = np.nan
        return matrix

    def _first(self, key: str) -> NDArray[np.float32]:
        """Give the first value of a field, shape (record, sample); NaN where missing."""
        values = self._matrix(key)
        return self._unknown() if values is None else values[..., 0]

    def _unknown(self, *shape: int) -> NDArray[np.float32]:
        """Make a number that is missing for each record and sample."""
        n_samples = self.genotypes[0].shape[0]
        return np.full((len(self.genotypes), n_samples, *shape), np.nan, np.float32)

    def _read_counts(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Count reads of REF, (record, sample), and of each ALT, (record, sample, ALT).

        From AD; where that is missing from freebayes' RO and AO, then from samtools' DP, DV.
        """
        n_alts = self.n_alts
        ad = self._matrix("AD")
        if ad is not None and ad.shape[2] == n_alts + 1:
            return ad[..., 0], ad[..., 1:]
        ro, ao = self._matrix("RO"), self._matrix("AO")
        if ro is not None and ao is not None and ao.shape[2] == n_alts:
            return ro[..., 0], ao
        dp, dv = self._matrix("DP"), self._matrix("DV")
        if dp is not None and dv is not None and n_alts == 1:
            return dp[..., 0] - dv[..., 0], dv
        return self._unknown(), self._unknown(n_alts)

    def _reads(self, record: NDArray[np.int64], number: NDArray[np.int64]) -> dict[str, Any]:
        """Work out the depth, the reads, and the fraction of them that show the ALT."""
        ref_reads, alt_reads = self._read_counts()
        total = np.concatenate([ref_reads[..., None], alt_reads], axis=-1).sum(axis=-1)
        depth = self._first("DP")
        depth = np.where(np.isnan(depth) & ~np.isnan(ref_reads), total, depth)
        reads = alt_reads[record, :, number - 1]
        fraction = np.full(reads.shape, np.nan, np.float32)
        total = total[record]  # NaN where one is unknown
        np.divide(reads, total, out=fraction, where=total > 0)
        stated = self._matrix("AF")
        if stated is not None and stated.shape[2] == self.n_alts:
            written = stated[record, :, number - 1]
            stated_first = np.array(self.stated_first)[record, None]
            first = np.where(stated_first, written, fraction)
            second = np.where(stated_first, fraction, written)
            fraction = np.where(np.isnan(first), second, first)
        return {
            "depth": _counts(depth)[record],
            "ref_reads": _counts(ref_reads)[record],
            "alt_reads": _counts(reads),
            "alt_fraction": fraction,
        }

    def _likelihoods(
        self, calls: NDArray[np.int16], record: NDArray[np.int64], number: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float32]]:
        """Give PL of no copy, one copy beside REF, and nothing but this ALT.

        From PL, otherwise from GL; NaN where there is neither. A haploid call has no value for
        one copy beside REF. VCF 4.3, section 1.6.2: genotype j/k stands at k(k+1)/2 + j.
        """
        values = self._matrix("PL")
        if values is None:
            stated = self._matrix("GL")
            values = self._unknown(0) if stated is None else stated * np.float32(-10)
        n_values = values.shape[2]
        none, het, hom = (self._unknown()[record] for _ in range(3))
        diploid = n_values == (self.n_alts + 1) * (self.n_alts + 2) // 2
        if diploid:
            place = number * (number + 1) // 2
            het, hom = values[record, :, place], values[record, :, place + number]
        if n_values > self.n_alts:
            haploid = ((calls != -2).sum(axis=-1) == 1)[record]
            none = np.where(haploid | diploid, values[..., 0][record], none)
            het = np.where(haploid, np.float32(np.nan), het)
            hom = np.where(haploid, values[record, :, number], hom)
        return {"pl_ref": none, "pl_het": het, "pl_hom": hom}


class GenotypeBuilder:
    """Collect genotype columns, one row for each ALT allele."""

    def __init__(self, n_samples: int) -> None:
        self._n = n_samples
        self._n_rows = 0
        self._like: dict[tuple[Any, ...], _LikeRecords] = {}
        self._phases: dict[int, tuple[list[int], list[str]]] = {}  # of the rows that have any

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
        numbers = calls.numbers(n_alts)
        lengths = tuple([(key, values.shape[1]) for key, values in numbers.items()])
        key = (n_alts, calls.genotypes.shape[1], lengths)
        like = self._like.get(key)
        if like is None:
            like = self._like[key] = _LikeRecords(n_alts, numbers={k: [] for k in numbers})
        phases = calls.phases()
        for number in alt_numbers:
            if phases is not None:
                self._phases[self._n_rows] = phases.of_allele(number)
            like.rows.append(self._n_rows)
            like.records.append(len(like.genotypes))
            like.alleles.append(number)
            self._n_rows += 1
        like.genotypes.append(calls.genotypes)
        like.stated_first.append(stated_first)
        like.is_split.append(is_split)
        for name, values in numbers.items():
            like.numbers[name].append(values)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Close what was collected into arrays, shape (variant, sample)."""
        shape = (self._n_rows, self._n)
        columns = {name: np.empty(shape, dtype) for name, dtype in _DTYPES.items()}
        columns["haplotype"][:], columns["phase_set"][:] = -1, ""
        for like in self._like.values():
            if like.rows:
                for name, values in like.columns().items():
                    columns[name][like.rows] = values
        for row, (haplotypes, sets) in self._phases.items():
            columns["haplotype"][row], columns["phase_set"][row] = haplotypes, sets
        return columns


def _stacked(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Put arrays of one shape behind one another: `numpy.stack`, made for many small ones."""
    return np.concatenate(arrays).reshape(len(arrays), *arrays[0].shape)


def _texts(genotypes: NDArray[np.int16]) -> NDArray[np.object_]:
    """Write each GT as it stood, shape (record, sample); `.` where there is none."""
    n_records, n_samples, width = genotypes.shape
    raw = np.ascontiguousarray(genotypes, np.int16).view(f"V{2 * width}").ravel().tolist()
    known = {call: _text(np.frombuffer(call, np.int16).tolist()) for call in set(raw)}
    return np.array([known[call] for call in raw], object).reshape(n_records, n_samples)


def _text(genotype: list[int]) -> str:
    """Write one GT."""
    *alleles, phased = genotype
    calls = ["." if a < 0 else str(a) for a in alleles if a != -2]
    return ("|" if phased else "/").join(calls) or "."


def _counts(values: NDArray[Any]) -> NDArray[np.int32]:
    """Turn read counts into integers, -1 where unknown."""
    return np.where(np.isnan(values), -1, values).astype(np.int32)

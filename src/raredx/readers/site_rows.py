"""Collect called sites, and turn many of them into columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genome import region_codes
from raredx.columns.sites import SiteBatch
from raredx.vocabulary import Assembly

NOT_THERE, NOT_CALLED = -2, -1
"""Allele numbers of a call: beyond its ploidy, and not called."""

_CHANGES = {
    (ref, alt): (True, {ref, alt} in ({"A", "G"}, {"C", "T"}))
    for ref in "ACGT" for alt in "ACGT" if ref != alt
}  # fmt: skip
"""REF and ALT of every single-base change: that it is one, and whether it is a transition."""

MISSING = int(np.iinfo(np.int32).min)
"""What htslib writes for a missing integer."""


Site = tuple[int, int, int, int, bool, bool, bool, int, float]
"""One ALT allele of a record: number of the record in its batch, number of the allele, contig
code, position, whether it is an SNV, a transition, biallelic, FILTER, frequency."""


def describe_site(
    place: tuple[int, int, int], alleles: tuple[str, list[str], int], passed: int, af: float
) -> Site:
    """Describe one ALT of a record.

    Parameters
    ----------
    place : (int, int, int)
        Number of the record in its batch, contig code and position.
    alleles : (str, list of str, int)
        REF, all ALTs, and the number of this one.
    passed : Outcome
        Of FILTER.
    af : float
        Highest population frequency.
    """
    ref, alts, number = alleles
    change = _CHANGES.get((ref, alts[number - 1]))
    if change is None:
        small = len(ref) == 1
        change = _CHANGES.get((ref.upper(), alts[number - 1].upper())) if small else None
    is_snv, is_transition = change or (False, False)
    record, contig, position = place
    return (
        record, number, contig, position, is_snv, is_transition, len(alts) == 1, passed, af,
    )  # fmt: skip


class CallArrays(NamedTuple):
    """The calls of some sites as arrays.

    `alleles`, shape (site, sample, ploidy): allele numbers, -1 not called, -2 beyond the ploidy
    of the call. `depth` and `quality`, shape (site, sample): DP and GQ. `reads`, shape (site,
    sample, allele): AD, REF first; one column only where there is none. In the last three,
    negative or NaN is missing.
    """

    alleles: NDArray[Any]
    depth: NDArray[Any]
    quality: NDArray[Any]
    reads: NDArray[Any]


def site_batch(sites: Sequence[Site], calls: CallArrays, assembly: Assembly) -> SiteBatch:
    """Make a batch of sites and their calls."""
    _, number, contig, position, snv, transition, biallelic, passed, af = zip(*sites, strict=True)
    numbers = np.array(number, np.int64)
    codes, positions = np.array(contig, np.int8), np.array(position, np.int32)
    ploidy = (calls.alleles != NOT_THERE).sum(axis=2)
    missing = (calls.alleles == NOT_CALLED).sum(axis=2)
    copies = (calls.alleles == numbers[:, None, None]).sum(axis=2)
    ref_reads, alt_reads, total = _split_reads(calls.reads, numbers)
    depth = _whole(calls.depth)
    quality = calls.quality.astype(np.float32)
    quality[quality < 0] = np.nan
    columns: dict[str, NDArray[Any]] = {
        "contig_code": codes,
        "position": positions,
        "region": region_codes(codes, positions, assembly),
        "is_snv": np.array(snv, np.bool_),
        "is_transition": np.array(transition, np.bool_),
        "biallelic": np.array(biallelic, np.bool_),
        "passed": np.array(passed, np.int8),
        "af": np.array(af, np.float32),
        "dosage": np.where(missing == ploidy, -1, copies).astype(np.int8),
        "ploidy": ploidy.astype(np.int8),
        "missing": missing.astype(np.int8),
        "depth": np.where((depth < 0) & (total >= 0), total, depth).astype(np.int32),
        "gq": quality,
        "ref_reads": ref_reads,
        "alt_reads": alt_reads,
    }
    return SiteBatch(columns)


class SiteRows:
    """Collect sites; what can be computed for many at once waits until they are closed.

    Parameters
    ----------
    n_samples : int
    assembly : Assembly
    """

    def __init__(self, n_samples: int, assembly: Assembly) -> None:
        self._n, self._assembly = n_samples, assembly
        self._sites: list[Site] = []
        self._genotypes: list[NDArray[Any]] = []
        self._depth: list[NDArray[Any]] = []
        self._quality: list[NDArray[Any]] = []
        self._reads: list[NDArray[Any]] = []

    def __len__(self) -> int:
        return len(self._sites)

    def add_calls(
        self,
        genotypes: NDArray[Any],
        depth: NDArray[Any],
        quality: NDArray[Any],
        reads: NDArray[Any],
    ) -> None:
        """Add what a record says of its samples.

        Parameters
        ----------
        genotypes : int, shape (sample, ploidy + 1)
            Allele numbers, -1 not called, -2 beyond the ploidy of the call; last the phase.
        depth, quality : numbers, shape (sample, any)
            DP and GQ in the first column; negative or NaN where missing.
        reads : int, shape (sample, allele)
            AD, REF first; negative where missing, and one column only where there is none.
        """
        self._genotypes.append(genotypes)
        self._depth.append(depth)
        self._quality.append(quality)
        self._reads.append(reads)

    def add_site(
        self, place: tuple[int, int], alleles: tuple[str, list[str], int], passed: int, af: float
    ) -> None:
        """Add one ALT of the record whose calls were added last.

        `place` is contig code and position; `alleles` REF, all ALTs, and the number of this one.
        """
        where = (len(self._genotypes) - 1, *place)
        self._sites.append(describe_site(where, alleles, passed, af))

    def close(self) -> SiteBatch:
        """Turn what was collected into a batch."""
        alleles = self._stack(self._genotypes, NOT_THERE, drop=1)
        depth = self._stack(self._depth, MISSING)[:, :, 0]
        quality = self._stack(self._quality, MISSING)[:, :, 0]
        reads = self._stack(self._reads, MISSING)
        if len(self._sites) > len(alleles):  # some records have several ALTs
            record = np.array([site[0] for site in self._sites], np.int64)
            alleles, depth = alleles[record], depth[record]
            quality, reads = quality[record], reads[record]
        return site_batch(self._sites, CallArrays(alleles, depth, quality, reads), self._assembly)

    def _stack(self, arrays: list[NDArray[Any]], fill: int, *, drop: int = 0) -> NDArray[Any]:
        """Join arrays without their last columns, shape (record, sample, widest).

        Narrow ones are filled up.
        """
        n, width = len(arrays), arrays[0].shape[1]
        try:
            joined = np.concatenate(arrays)
        except ValueError:  # several widths
            pass
        else:
            return joined.reshape(n, self._n, width)[:, :, : width - drop]
        widest = max(array.shape[1] for array in arrays) - drop
        kind = np.result_type(*{array.dtype for array in arrays})
        out = np.full((n, self._n, widest), fill, kind)
        for number, array in enumerate(arrays):
            width = array.shape[1] - drop
            out[number, :, :width] = array[:, :width]
        return out


def _whole(values: NDArray[Any]) -> NDArray[np.int32]:
    """Turn counts into integers, -1 where missing."""
    known = values >= 0  # false for NaN
    return np.where(known, values, -1).astype(np.int32)


def _split_reads(
    reads: NDArray[Any], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Give the reads of REF, of each row's ALT, and their sum over all alleles; -1 unknown."""
    counts = _whole(reads)
    more = int(numbers.max()) + 1 - counts.shape[2]
    if more > 0:  # a record of so many ALTs has no reads
        counts = np.pad(counts, ((0, 0), (0, 0), (0, more)), constant_values=-1)
    own = np.take_along_axis(counts, numbers[:, None, None], axis=2)[:, :, 0]
    ref = counts[:, :, 0]
    total = np.where(ref >= 0, np.where(counts < 0, 0, counts).sum(axis=2), -1)
    return ref.copy(), own.copy(), total.astype(np.int32)

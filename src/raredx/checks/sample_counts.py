"""What each sample's calls add up to, and the ratios made of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.sites import SiteBatch
from raredx.kernels import site_calls as kernels
from raredx.settings import CheckSettings

NAN = float("nan")
_FREQUENCY_BINS = 100
_LEAST_FREQUENCY = 0.05
"""Of either allele, for what population frequencies are used for (CHARR's limits)."""
_LOW_BALANCE = 0.3
"""Below this fraction of ALT reads a heterozygote is low, and from this fraction of reference
reads on a homozygote is a miscalled heterozygote. Our choice."""


def ratio(above: float, below: float) -> float:
    """Divide; NaN where there is nothing to divide by.

    Examples
    --------
    >>> ratio(1, 4), ratio(1, 0)
    (0.25, nan)
    """
    return float(above) / float(below) if below else NAN


@dataclass(frozen=True)
class Counted:
    """The counts of one sample, by name; see `kernels.site_calls`."""

    calls: NDArray[np.int64]
    reads: NDArray[np.float64]
    bins: NDArray[np.int64]

    def __getitem__(self, column: int) -> int:
        return int(self.calls[column])

    def depth(self, total: int, number: int) -> float:
        """Mean depth of one kind of chromosome."""
        return ratio(self[total], self[number])

    def mean(self, total: int, number: int) -> float:
        """Mean of one read statistic."""
        return ratio(float(self.reads[total]), float(self.reads[number]))


class SampleCounts:
    """Counts of every sample, added to batch by batch."""

    def __init__(self, n_samples: int, settings: CheckSettings) -> None:
        self._calls = np.zeros((n_samples, kernels.N_COUNTS), np.int64)
        self._reads = np.zeros((n_samples, kernels.N_READ_SUMS))
        self._bins = np.zeros((n_samples, _FREQUENCY_BINS, 2), np.int64)
        self._with_af = self._common = self._carried = 0
        self._common_af = settings.common_af
        self._limits = np.array(
            [
                settings.balance_min_depth, settings.min_depth, settings.contamination_max_depth,
                _LEAST_FREQUENCY, _LOW_BALANCE,
            ], np.float64,
        )  # fmt: skip

    def add(self, batch: SiteBatch, kind: NDArray[np.int8], codes: NDArray[np.int8]) -> None:
        """Count a batch."""
        kernels.count_calls(
            kind, batch["is_transition"], batch["dosage"], batch["missing"], batch["depth"],
            codes, self._calls,
        )  # fmt: skip
        af = batch["af"].astype(np.float64)
        kernels.sum_reads(
            kind, af, batch["ref_reads"], batch["alt_reads"], codes, self._limits, self._bins,
            self._reads,
        )  # fmt: skip
        carriers = (codes > 0).sum(axis=1) * (kind == kernels.AUTOSOMAL)
        self._carried += int(carriers.sum())
        self._with_af += int(carriers[~np.isnan(af)].sum())
        self._common += int(carriers[af >= self._common_af].sum())

    def of(self, sample: int) -> Counted:
        """Give the counts of one sample."""
        return Counted(self._calls[sample], self._reads[sample], self._bins[sample])

    @property
    def totals(self) -> NDArray[np.int64]:
        """Counts of all samples together."""
        return np.asarray(self._calls.sum(axis=0))

    @property
    def carried(self) -> tuple[int, int, int]:
        """ALT-carrying calls at autosomal SNVs: all, with a frequency, with a common one."""
        return self._carried, self._with_af, self._common


def inbreeding_by_moments(bins: NDArray[np.int64]) -> float:
    """Estimate F from heterozygous and homozygous ALT calls by population frequency.

    Among calls that carry an allele of frequency p, a share of 2 q (1 - F) / (2 q (1 - F) + p
    + q F) is heterozygous, with q = 1 - p. F is the value at which these shares, added over
    all calls, give the heterozygotes that were seen. Only carriers count, hence it does not
    matter which sites of others the file holds. Our own form of the method of moments.

    Parameters
    ----------
    bins : int64, shape (bin, 2)
        Heterozygous and homozygous ALT calls in bins of equal width from 0 to 1.

    Returns
    -------
    float
        From -1 to 1; NaN without calls.

    Examples
    --------
    >>> bins = np.zeros((100, 2), np.int64)
    >>> bins[50] = [655, 345]
    >>> abs(round(inbreeding_by_moments(bins), 2)) < 0.05
    True
    """
    n = bins.sum(axis=1)
    if not n.sum():
        return NAN
    p = (np.arange(len(bins)) + 0.5) / len(bins)
    q = 1 - p
    observed = bins[:, 0].sum()
    low, high = -1.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        het = 2 * q * (1 - middle)
        expected = (n * het / (het + np.maximum(p + q * middle, 0.0) + 1e-12)).sum()
        low, high = (middle, high) if expected > observed else (low, middle)
    return math.nan if n.sum() < 1 else (low + high) / 2

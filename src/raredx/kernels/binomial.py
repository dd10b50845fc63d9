"""Exact tails of the binomial distribution: how surprising is a number of reads?"""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel

NEGLIGIBLE = 1e-17
"""A term smaller than this share of the sum changes no digit of it."""


@kernel
def probability_of(k, n, p):
    """Probability of exactly `k` of `n`, for p strictly between 0 and 1."""
    ways = math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log(1.0 - p))


@kernel
def sum_down(k, n, p):
    """Sum the probabilities of `k`, `k - 1`, ... 0, which fall from `k` on if k <= n p."""
    term = probability_of(k, n, p)
    total = term
    while k > 0 and term > NEGLIGIBLE * total:
        term *= k / (n - k + 1.0) * (1.0 - p) / p
        total += term
        k -= 1
    return total


@kernel
def at_most(k, n, p):
    """Probability of `k` or fewer of `n`: the lower tail."""
    if k < 0:
        return 0.0
    if k >= n or p <= 0.0:
        return 1.0
    if p >= 1.0:
        return 0.0
    if k <= n * p:
        return min(1.0, sum_down(k, n, p))
    return max(0.0, 1.0 - sum_down(n - k - 1, n, 1.0 - p))


@kernel
def at_least(k, n, p):
    """Probability of `k` or more of `n`: the upper tail."""
    return at_most(n - k, n, 1.0 - p)

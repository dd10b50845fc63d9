"""Exact tails of the binomial distribution: how surprising is a number of reads?"""

from __future__ import annotations

import math

from raredx.kernels.jit import kernel

NEGLIGIBLE = 1e-17
"""A term smaller than this share of the sum changes no digit of it."""


EXACT_FACTORIAL = 20
"""Factorials up to this one are products without rounding."""


@kernel
def log_factorial(n):
    """Logarithm of n!: of the product itself, or by Stirling's series with four terms.

    What the series leaves out is below 1 / (1188 n^9), here 2e-15 (Abramowitz and Stegun 1964,
    6.1.41). `math.lgamma` has no place here: each compiler brings its own.
    """
    if n <= EXACT_FACTORIAL:
        product = 1.0
        for factor in range(2, n + 1):
            product *= factor
        return math.log(product)
    inverse = 1.0 / n
    square = inverse * inverse
    series = 1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))
    return (n + 0.5) * math.log(n) - n + 0.5 * math.log(2.0 * math.pi) + inverse * series


@kernel
def probability_of(k, n, p):
    """Probability of exactly `k` of `n`, for p strictly between 0 and 1."""
    ways = log_factorial(n) - log_factorial(k) - log_factorial(n - k)
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

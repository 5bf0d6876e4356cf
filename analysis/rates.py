"""Rates with honest intervals: Wilson for what was seen, empirical Bayes for what to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Z_95 = 1.959963984540054

_STRENGTHS = np.array([4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 4096.0])
_OWN_STRENGTH = 5.0
"""Cases' worth of the prior once a difference is established: wide enough for any rate, enough to answer the winner's curse."""


class Interval(NamedTuple):
    """A value between its 95 % bounds, each float64 in [0, 1]."""

    value: Floats
    low: Floats
    high: Floats


def wilson(hires: ArrayLike, cases: ArrayLike, z: float = Z_95) -> Interval:
    """Rate with Wilson's score interval. Where there is no case: one half between 0 and 1."""
    k, n = np.asarray(hires, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    some = np.maximum(n, 1.0)
    rate = np.where(n > 0, k / some, 0.5)
    middle = (rate + z * z / (2 * some)) / (1 + z * z / some)
    half = z * np.sqrt(rate * (1 - rate) / some + (z / (2 * some)) ** 2) / (1 + z * z / some)
    low = np.where((k == 0) | (n == 0), 0.0, np.maximum(middle - half, 0.0))
    high = np.where((k == n) | (n == 0), 1.0, np.minimum(middle + half, 1.0))
    return Interval(rate, low, high)


def center_rates(center: Ints, cases: Ints, hires: Ints) -> Floats:
    """float64[groups]: each center's rate drawn towards the rate of all centers, the more so the fewer cases it has."""
    n, k = (np.bincount(center, weight).astype(np.float64) for weight in (cases, hires))
    overall = (k.sum() + 0.5) / (n.sum() + 1.0)
    strength = fitted_strength(k, n, np.full(n.size, overall))
    return np.asarray((k + strength * overall) / (n + strength), dtype=np.float64)


def fitted_strength(hires: Floats, cases: Floats, means: Floats) -> float:
    """Cases' worth of the prior that fits best (beta-binomial likelihood over a fixed grid, in doubling steps)."""
    from scipy.special import betaln

    if cases.size == 0:
        return float(_STRENGTHS[-1])
    a, b = _STRENGTHS[:, None] * means, _STRENGTHS[:, None] * (1 - means)
    fit = (betaln(hires + a, cases - hires + b) - betaln(a, b)).sum(axis=1)
    return float(_STRENGTHS[int(fit.argmax())])


def shrunk(hires: Ints, cases: Ints, means: Floats, doubt: Floats, all_cases: int) -> Interval:
    """What rate to expect of each combination in new cases, with 95 % bounds.

    means: the rate its cases would have by their centers alone, strictly inside (0, 1). doubt: in [0, 1], the weight of "no
    difference at all" (its q-value). A doubted combination is drawn towards its mean as strongly as the spread of all of them
    supports; an established one keeps its own rate, drawn in by a few cases' worth. No mean counts for more than the other
    cases it comes from (all_cases less its own). The bounds leave open, by how well each fits, which of the two holds.
    """
    fitted = max(fitted_strength(hires.astype(np.float64), cases.astype(np.float64), means), _OWN_STRENGTH)
    others = np.maximum(all_cases - cases, 1).astype(np.float64)
    pooled = _posterior(hires, cases, means, 1.0 / (1.0 / fitted + 1.0 / others))
    own = _posterior(hires, cases, means, 1.0 / (1.0 / _OWN_STRENGTH + 1.0 / others))
    value = doubt * pooled.middle + (1 - doubt) * own.middle
    even = np.exp(np.clip(own.fit - pooled.fit, -700.0, 700.0))
    weight = 1.0 / (1.0 + even)
    low, high = (_quantile(pooled, own, weight, at) for at in (0.025, 0.975))
    return Interval(value, np.minimum(low, value), np.maximum(high, value))


class _Posterior(NamedTuple):
    """A beta distribution per combination, its mean, and the log likelihood of the hires under its prior."""

    a: Floats
    b: Floats
    middle: Floats
    fit: Floats


def _posterior(hires: Ints, cases: Ints, means: Floats, strength: Floats) -> _Posterior:
    from scipy.special import betaln

    prior_a, prior_b = strength * means, strength * (1 - means)
    a, b = hires + prior_a, cases - hires + prior_b
    return _Posterior(a, b, a / (a + b), np.asarray(betaln(a, b) - betaln(prior_a, prior_b), dtype=np.float64))


def _quantile(first: _Posterior, second: _Posterior, weight: Floats, at: float) -> Floats:
    """Quantile of the two distributions mixed, by bisection between their own quantiles."""
    from scipy.special import betainc, betaincinv

    one, two = betaincinv(first.a, first.b, at), betaincinv(second.a, second.b, at)
    low, high = np.minimum(one, two), np.maximum(one, two)
    for _ in range(16):
        middle = (low + high) / 2
        below = weight * betainc(first.a, first.b, middle) + (1 - weight) * betainc(second.a, second.b, middle) < at
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2, dtype=np.float64)

"""Exact tests of one group of cases against another, on many tables at once.

Every function takes arrays that broadcast together. A table is: `hires` of `cases` in the group, `all_hires` of `all_cases` in
the group and its comparison together. Given these margins the group's hires are hypergeometric where it makes no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LARGE_VARIANCE = 2_500.0
"""Above this variance of the hires (a spread of 50) the normal limit with continuity correction stands in for the sum."""

_NEGLIGIBLE = 1e-16
_STEPS_AT_ONCE = 24


class Tails(NamedTuple):
    """Chances of at least (`upper`), at most (`lower`) and just (`at`) the hires seen; float64 in [0, 1]."""

    upper: Floats
    lower: Floats
    at: Floats

    def two_sided(self) -> Floats:
        """Twice the smaller tail, at most 1 (the central exact test)."""
        return np.minimum(1.0, 2.0 * np.minimum(self.upper, self.lower))


class _Table(NamedTuple):
    hires: Ints
    cases: Ints
    all_hires: Ints
    all_cases: Ints

    def take(self, where: NDArray[np.bool_]) -> _Table:
        return _Table(*(column[where] for column in self))


def tails(hires: ArrayLike, cases: ArrayLike, all_hires: ArrayLike, all_cases: ArrayLike) -> Tails:
    """Hypergeometric tails of every table; the shape is the broadcast shape of the four margins."""
    columns = np.broadcast_arrays(*(np.asarray(a, dtype=np.int64) for a in (hires, cases, all_hires, all_cases)))
    shape = columns[0].shape
    table = _Table(*(np.ravel(column) for column in columns))
    out = np.empty((3, table.cases.size))
    large = variance(*table) > LARGE_VARIANCE
    out[:, large] = _normal_tails(table.take(large))
    out[:, ~large] = _summed_tails(table.take(~large))
    return Tails(*(row.reshape(shape) for row in out))


def expected(cases: ArrayLike, all_hires: ArrayLike, all_cases: ArrayLike) -> Floats:
    """Hires expected in the group when it makes no difference."""
    total = np.maximum(np.asarray(all_cases, dtype=np.float64), 1.0)
    product: Floats = np.asarray(cases, dtype=np.float64) * np.asarray(all_hires, dtype=np.float64) / total
    return product


def variance(hires: ArrayLike, cases: ArrayLike, all_hires: ArrayLike, all_cases: ArrayLike) -> Floats:
    """Variance of the group's hires when it makes no difference; `hires` only fixes the shape."""
    _, n, k, total = (np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(hires, cases, all_hires, all_cases))
    whole = np.maximum(total, 2.0)
    spread: Floats = (n / whole) * (k / whole) * (total - n) * (total - k) / (whole - 1.0)
    return spread


def log_choose(n: ArrayLike, k: ArrayLike) -> Floats:
    """Natural log of n over k, elementwise."""
    from scipy.special import gammaln

    top, part = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    value: Floats = gammaln(top + 1.0) - gammaln(part + 1.0) - gammaln(top - part + 1.0)
    return value


def _normal_tails(table: _Table) -> Floats:
    from scipy.special import ndtr

    gap = table.hires - expected(table.cases, table.all_hires, table.all_cases)
    spread = np.sqrt(variance(*table))
    upper, lower = ndtr(-(gap - 0.5) / spread), ndtr((gap + 0.5) / spread)
    return np.stack([upper, lower, np.maximum(upper + lower - 1.0, 0.0)])


def _summed_tails(table: _Table) -> Floats:
    k, n, all_k, total = table
    at = np.exp(log_choose(all_k, k) + log_choose(total - all_k, n - k) - log_choose(total, n))
    # The lower tail is the upper tail of the hires missed.
    missed = _Table(n - k, n, total - all_k, total)
    return np.stack([_sum_upwards(table, at), _sum_upwards(missed, at), np.minimum(at, 1.0)])


def _sum_upwards(table: _Table, at: Floats) -> Floats:
    total, rows, term, start = at.copy(), np.arange(at.size), at.copy(), 0
    k, n, all_k, whole = (np.asarray(column, dtype=np.float64)[:, None] for column in table)
    while rows.size:
        x = k + np.arange(start, start + _STEPS_AT_ONCE)
        ratio = np.maximum((all_k - x) * (n - x), 0.0) / ((x + 1.0) * np.maximum(whole - all_k - n + x + 1.0, 1.0))
        terms = term[:, None] * np.cumprod(ratio, axis=1)
        total[rows] += terms.sum(axis=1)
        term, start = terms[:, -1], start + _STEPS_AT_ONCE
        going = (term > _NEGLIGIBLE * total[rows]) | ((ratio[:, -1] >= 1.0) & (term > 0.0))
        rows, term = rows[going], term[going]
        k, n, all_k, whole = (column[going] for column in (k, n, all_k, whole))
    return np.minimum(total, 1.0)

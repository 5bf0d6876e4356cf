"""Comparisons within strata: does a difference survive when like is compared with like?

A stratum is a crossing of center, age band and need. Within each the combination's cases stand against the other cases of the
same stratum; Mantel and Haenszel's method adds the strata up, and stays sound when each holds only a few cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis import exact
from analysis.rates import Z_95

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_EXACT_UP_TO = 4_000


@dataclass(frozen=True)
class Tables:
    """One two-by-two table per stratum: hires of cases with the combination (`k` of `n`), hires of all (`all_k` of `all_n`)."""

    k: Floats
    n: Floats
    all_k: Floats
    all_n: Floats

    def telling(self) -> Tables:
        """The strata that can tell anything: both groups present, and both outcomes."""
        both = (self.n > 0) & (self.n < self.all_n) & (self.all_k > 0) & (self.all_k < self.all_n)
        return Tables(self.k[both], self.n[both], self.all_k[both], self.all_n[both])


@dataclass(frozen=True)
class Stratified:
    """A stratified comparison. Numbers that the data cannot give are None, never NaN or infinity.

    strata: telling strata; odds_ratio, risk_ratio: Mantel-Haenszel estimates; risk_low, risk_high: 95 % bounds of the risk
    ratio; p_value: exact two-sided where the counts allow, else the chi-square with continuity correction; homogeneity_p:
    Breslow-Day with Tarone's correction; e_value, e_value_bound: see `e_value`; against: share of weight in strata that point
    the other way.
    """

    strata: int
    odds_ratio: float | None
    risk_ratio: float | None
    risk_low: float | None
    risk_high: float | None
    p_value: float
    homogeneity_p: float | None
    e_value: float | None
    e_value_bound: float | None
    against: float

    @property
    def direction(self) -> int:
        """1 when the combination goes with more hires within strata, -1 with fewer, 0 when it cannot be told."""
        if self.risk_ratio is None:
            return 0
        return int(np.sign(self.risk_ratio - 1.0))


def tables_of(inside: NDArray[np.bool_], cases: Ints, hires: Ints, cell: Ints) -> Tables:
    """Tables of one combination: inside: bool[u] rows that have it; cases, hires, cell: int64[u]."""
    size = int(cell.max(initial=-1)) + 1
    weights = (hires * inside, cases * inside, hires, cases)
    return Tables(*(np.bincount(cell, w, size).astype(np.float64) for w in weights))


def compare(tables: Tables) -> Stratified:
    """Mantel-Haenszel comparison over the strata."""
    t = tables.telling()
    if t.n.size == 0:
        return Stratified(0, None, None, None, None, 1.0, None, None, None, 0.0)
    ratio, low, high = _risk_ratio(t)
    odds = _odds_ratio(t)
    bound = _nearer_bound(ratio, low, high)
    return Stratified(
        strata=int(t.n.size),
        odds_ratio=odds,
        risk_ratio=ratio,
        risk_low=low,
        risk_high=high,
        p_value=_p_value(t),
        homogeneity_p=_homogeneity(t, odds),
        e_value=None if ratio is None else e_value(ratio),
        e_value_bound=None if bound is None else e_value(bound),
        against=_against(t),
    )


def e_value(risk_ratio: float) -> float:
    """How strongly something unmeasured would have to go with both to explain the ratio away (VanderWeele and Ding 2017)."""
    if risk_ratio <= 0:
        raise ValueError(f"a risk ratio is above 0, not {risk_ratio}")
    ratio = max(risk_ratio, 1.0 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1.0)))


def _split(t: Tables) -> tuple[Floats, Floats, Floats, Floats]:
    others = t.all_n - t.n
    k_others = t.all_k - t.k
    return t.k, t.n - t.k, k_others, others - k_others


def _odds_ratio(t: Tables) -> float | None:
    a, b, c, d = _split(t)
    up, down = float((a * d / t.all_n).sum()), float((b * c / t.all_n).sum())
    return up / down if up > 0 and down > 0 else None


def _risk_ratio(t: Tables) -> tuple[float | None, float | None, float | None]:
    a, _, c, _ = _split(t)
    others = t.all_n - t.n
    up, down = float((a * others / t.all_n).sum()), float((c * t.n / t.all_n).sum())
    if up <= 0 or down <= 0:
        return None, None, None
    spread = (t.n * others * t.all_k - a * c * t.all_n) / t.all_n**2
    error = float(np.sqrt(max(spread.sum(), 0.0) / (up * down)))
    ratio = up / down
    return ratio, float(ratio * np.exp(-Z_95 * error)), float(ratio * np.exp(Z_95 * error))


def _nearer_bound(ratio: float | None, low: float | None, high: float | None) -> float | None:
    if ratio is None or low is None or high is None:
        return None
    return max(low, 1.0) if ratio >= 1.0 else min(high, 1.0)


def _p_value(t: Tables) -> float:
    if t.all_n.sum() <= _EXACT_UP_TO:
        return _exact_p(t)
    from scipy.special import ndtr

    gap = abs(float((t.k - exact.expected(t.n, t.all_k, t.all_n)).sum()))
    spread = float(exact.variance(t.k, t.n, t.all_k, t.all_n).sum())
    return float(min(1.0, 2.0 * ndtr(-max(gap - 0.5, 0.0) / np.sqrt(spread))))


def _exact_p(t: Tables) -> float:
    """The sum of the strata's hypergeometric hires has their convolution as its distribution."""
    chance, least = np.ones(1), 0
    for n, all_k, all_n in zip(t.n.astype(int), t.all_k.astype(int), t.all_n.astype(int), strict=True):
        first, last = max(0, n + all_k - all_n), min(n, all_k)
        k = np.arange(first, last + 1)
        log = exact.log_choose(all_k, k) + exact.log_choose(all_n - all_k, n - k) - exact.log_choose(all_n, n)
        chance, least = np.convolve(chance, np.exp(log)), least + first
    seen = int(t.k.sum()) - least
    return float(min(1.0, 2.0 * min(chance[: seen + 1].sum(), chance[seen:].sum())))


def _homogeneity(t: Tables, odds: float | None) -> float | None:
    if odds is None or t.n.size < 2:
        return None
    from scipy.special import chdtrc

    fitted = _fitted_hires(t, odds)
    others = t.all_n - t.n
    parts = np.stack([fitted, t.all_k - fitted, t.n - fitted, others - t.all_k + fitted])
    spread = 1.0 / (1.0 / np.maximum(parts, 1e-12)).sum(axis=0)
    gap = t.k - fitted
    statistic = float((gap**2 / spread).sum() - gap.sum() ** 2 / spread.sum())
    return float(chdtrc(t.n.size - 1, max(statistic, 0.0)))


def _fitted_hires(t: Tables, odds: float) -> Floats:
    """Hires with the combination that give every stratum the same odds ratio, its margins kept."""
    if abs(odds - 1.0) < 1e-9:
        return exact.expected(t.n, t.all_k, t.all_n)
    square, linear = 1.0 - odds, t.all_n - t.n - t.all_k + odds * (t.n + t.all_k)
    constant = -odds * t.n * t.all_k
    root = np.sqrt(linear**2 - 4 * square * constant)
    fitted: Floats = (-linear + root) / (2 * square)
    return fitted


def _against(t: Tables) -> float:
    gap = t.k - exact.expected(t.n, t.all_k, t.all_n)
    weight = t.n * (t.all_n - t.n) / t.all_n
    opposite = gap * np.sign(gap.sum()) < 0
    return float(weight[opposite].sum() / weight.sum())

"""Time to hire, with dropping out as the competing end: cumulative incidence (Aalen-Johansen) in months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.rates import Z_95

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

OPEN, HIRED, ENDED = 0, 1, 2
"""How a case stands: open (censored), hired, ended otherwise (dropped out, or closed without a hire)."""


@dataclass(frozen=True)
class Incidence:
    """Month by month from 0: month, at_risk, hired, ended int64[t]; share hired by then (95 % bounds), ended otherwise.

    Months with fewer than the threshold at risk are left out, and everything after them (`cut_at`, None when none).
    """

    month: Ints
    at_risk: Ints
    hired: Ints
    ended: Ints
    share_hired: Floats
    low: Floats
    high: Floats
    share_ended: Floats
    cut_at: int | None

    def month_reaching(self, share: float) -> int | None:
        """First month by which this share was hired, None when it is not reached."""
        reached = np.flatnonzero(self.share_hired >= share)
        return int(self.month[reached[0]]) if reached.size else None


def time_to_hire(months: NDArray[Any], status: NDArray[Any], min_at_risk: int = 5) -> Incidence:
    """Cumulative incidence. months: integer[n] from opening to end, or to the last month known when open; status: integer[n].

    ValueError for negative months or an unknown status.
    """
    when, how = np.asarray(months, dtype=np.int64), np.asarray(status, dtype=np.int64)
    if when.size and (when.min() < 0 or how.min() < OPEN or how.max() > ENDED):
        raise ValueError("months count from 0, and a case is open (0), hired (1) or ended otherwise (2)")
    size = int(when.max(initial=-1)) + 1
    hired, ended, gone = (np.bincount(when[chosen], minlength=size) for chosen in (how == HIRED, how == ENDED, how >= 0))
    at_risk = when.size - np.concatenate([[0], np.cumsum(gone)[:-1]]) if size else np.zeros(0, np.int64)
    thin = np.flatnonzero(at_risk < min_at_risk)
    keep = int(thin[0]) if thin.size else size
    return _incidence(at_risk[:keep], hired[:keep], ended[:keep], keep if thin.size else None)


def _incidence(at_risk: Ints, hired: Ints, ended: Ints, cut_at: int | None) -> Incidence:
    n: Floats = at_risk.astype(np.float64)
    left = np.cumprod(1.0 - (hired + ended) / n)
    before: Floats = np.asarray(np.concatenate([[1.0], left[:-1]]) if left.size else left, dtype=np.float64)
    share = np.cumsum(before * hired / n)
    low, high = _bounds(share, _variance(n, hired, ended, before, share))
    month = np.arange(n.size, dtype=np.int64)
    return Incidence(month, at_risk, hired, ended, share, low, high, np.cumsum(before * ended / n), cut_at)


def _variance(n: Floats, hired: Ints, ended: Ints, before: Floats, share: Floats) -> Floats:
    """Marubini and Valsecchi's delta-method variance of the cumulative incidence."""
    both = (hired + ended).astype(np.float64)
    last = n - both
    first = np.where(last > 0, both / (n * np.where(last > 0, last, 1.0)), 0.0)
    second = before**2 * hired * (n - hired) / n**3
    third = before * hired / n**2
    out = np.zeros(n.size)
    for t in range(n.size):
        gap = share[t] - share[: t + 1]
        out[t] = (gap**2 * first[: t + 1]).sum() + second[: t + 1].sum() - 2 * (gap * third[: t + 1]).sum()
    return np.maximum(out, 0.0)


def _bounds(share: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Log-log bounds, which stay inside 0 and 1."""
    inner = (share > 0) & (share < 1)
    safe = np.where(inner, share, 0.5)
    reach = np.exp(np.clip(Z_95 * np.sqrt(variance) / (safe * -np.log(safe)), 0.0, 50.0))
    low, high = np.where(inner, safe**reach, share), np.where(inner, safe ** (1.0 / reach), share)
    return low, high

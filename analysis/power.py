"""What would have to be collected: cases needed to see an effect of a given size."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from analysis import exact

POWER = 0.80
LEVEL = 0.05
MOST_CASES = 1_000_000
EFFECTS = (0.05, 0.10, 0.15, 0.20, 0.30)

_EXACT_UP_TO = 400


@dataclass(frozen=True)
class Needed:
    """Closed cases needed in each group (with and without the combination), and how many not hired are expected among them."""

    base: float
    rate: float
    cases_with: int
    cases_without: int
    not_hired_with: int
    not_hired_without: int


def cases_needed(base: float, rate: float, without_per_with: float = 1.0, power: float = POWER, level: float = LEVEL) -> Needed:
    """Smallest groups that see `rate` against `base` with this power in the exact two-sided test.

    The formula is Casagrande, Pike and Smith's with Fleiss' unequal groups. ValueError for rates outside 0 to 1, equal
    rates, or groups above a million.
    """
    _check(base, rate, without_per_with, power, level)
    n = _formula(base, rate, without_per_with, power, level)
    others = ceil(n * without_per_with)
    if max(n, others) > MOST_CASES:
        raise ValueError(f"a difference of {abs(rate - base):.4f} would need more than {MOST_CASES} cases")
    return Needed(base, rate, n, others, round(n * (1 - rate)), round(others * (1 - base)))


def power_table(
    base: float, effects: tuple[float, ...] = EFFECTS, tests: int = 1, without_per_with: float = 1.0
) -> list[Needed]:
    """Cases needed for each rise above `base` that stays below 1; `tests` combinations tested together share the level."""
    fits = [effect for effect in effects if base + effect < 1.0]
    return [cases_needed(base, base + effect, without_per_with, level=LEVEL / max(tests, 1)) for effect in fits]


def power_of(cases_with: int, cases_without: int, rate: float, base: float, level: float = LEVEL) -> float:
    """Chance that the exact two-sided test sees the difference, over every outcome; ValueError above 400 cases a group."""
    if max(cases_with, cases_without) > _EXACT_UP_TO:
        raise ValueError(f"exact power is summed for at most {_EXACT_UP_TO} cases a group")
    k, others = np.meshgrid(np.arange(cases_with + 1), np.arange(cases_without + 1), indexing="ij")
    seen = exact.tails(k, cases_with, k + others, cases_with + cases_without).two_sided() <= level
    return float(_binomial(cases_with, rate) @ seen @ _binomial(cases_without, base))


def _binomial(n: int, rate: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    from scipy.special import xlog1py, xlogy

    k = np.arange(n + 1)
    chance: np.ndarray[tuple[int], np.dtype[np.float64]] = np.exp(
        exact.log_choose(n, k) + xlogy(k, rate) + xlog1py(n - k, -rate)
    )
    return chance


def _formula(base: float, rate: float, ratio: float, power: float, level: float) -> int:
    from scipy.special import ndtri

    gap = abs(rate - base)
    mean = (rate + ratio * base) / (1 + ratio)
    alpha = float(ndtri(1 - level / 2)) * sqrt((1 + ratio) * mean * (1 - mean))
    beta = float(ndtri(power)) * sqrt(ratio * rate * (1 - rate) + base * (1 - base))
    plain = (alpha + beta) ** 2 / (ratio * gap**2)
    return ceil(plain / 4 * (1 + sqrt(1 + 2 * (ratio + 1) / (ratio * plain * gap))) ** 2)


def _check(base: float, rate: float, ratio: float, power: float, level: float) -> None:
    if not (0 <= base <= 1 and 0 <= rate <= 1) or base == rate:
        raise ValueError(f"two different rates between 0 and 1 are needed, not {base} and {rate}")
    if ratio <= 0 or not 0 < level < 1 or not 0 < power < 1:
        raise ValueError("the group ratio must be above 0, level and power between 0 and 1")

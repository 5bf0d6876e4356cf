"""Figures beside counts of cases, as the policy lets them be told: a rate with its interval gives its counts away."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.disclosure import Policy, shown, shown_part

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from analysis.counting import Counted

    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Figures:
    """What may be told beside cases and hires: nothing where either is hidden, less exactly where they are rounded."""

    cases: int
    hires: int
    policy: Policy
    withheld: bool = False

    @property
    def told(self) -> bool:
        """Whether both counts are shown."""
        return not self.withheld and None not in (
            shown(self.cases, self.policy),
            shown_part(self.hires, self.cases, self.policy),
        )

    def rates(self) -> tuple[float | None, float | None, float | None]:
        """The hire rate and its Wilson bounds, from the counts as they are shown."""
        from analysis.rates import wilson

        if not self.told:
            return None, None, None
        cases, hires = shown(self.cases, self.policy) or 0, shown_part(self.hires, self.cases, self.policy) or 0
        value, low, high = (float(each) for each in wilson(hires, cases))
        return self.number(value), self.number(low), self.number(high)

    def number(self, value: float | None, digits: int = 4) -> float | None:
        """A figure that depends on the counts, None where these are hidden."""
        if value is None or not self.told or not math.isfinite(value):
            return None
        return round(float(value), min(digits, 2) if self.policy.rounding > 1 else digits)

    def chance(self, value: float) -> float | None:
        """An adjusted p-value, rounded up where counts are rounded."""
        if not self.told:
            return None
        return math.ceil(value * 100) / 100 if self.policy.rounding > 1 else round(float(value), 6)


def given_away(counted: Counted, all_cases: int, all_hires: int, policy: Policy) -> tuple[Bools, Bools]:
    """Combinations whose counts would tell those of few people when subtracted from the counts of their parts.

    The cases that have some members of a combination and none of the others follow from the counts of all its parts. Where they
    are few, its cases are not told (first array); where few of them were hired, or few were not, its hires are not (second).
    """
    import numpy as np

    from analysis.counting import proper_parts

    size = counted.size
    few_cases, few_hires = np.zeros(size.size, dtype=bool), np.zeros(size.size, dtype=bool)
    if policy.as_they_are or not size.size:
        return few_cases, few_hires
    parts = proper_parts(counted)
    for many in range(1, int(size.max()) + 1):
        rows = np.flatnonzero(size == many)
        wanted = parts[rows, : 2**many - 2]
        cases = _exactly(counted.cases, wanted, rows, all_cases)
        hires = _exactly(counted.hires, wanted, rows, all_hires)
        few_cases[rows] = _few(cases, policy).any(axis=1)
        few_hires[rows] = (_few(hires, policy) | _few(cases - hires, policy)).any(axis=1)
    return few_cases, few_hires


def _exactly(counts: Any, parts: Any, rows: Any, whole: int) -> Any:
    """int64[r, 2 ** size]: cases with exactly each choice of the members, by inclusion and exclusion."""
    import numpy as np

    found = np.concatenate([np.full((rows.size, 1), whole), counts[parts], counts[rows][:, None]], axis=1)
    number = np.arange(found.shape[1])
    for bit in range(found.shape[1].bit_length() - 1):
        without = number[(number >> bit & 1) == 0]
        found[:, without] -= found[:, without | 1 << bit]
    return found


def _few(counts: Any, policy: Policy) -> Any:
    return (counts > 0) & (counts < policy.threshold)


def percent(value: float | None) -> str:
    """A share for a sentence."""
    return "" if value is None else f"{value * 100:.1f}"


def joined(names: Mapping[str, str], codes: Sequence[str], between: str = " + ") -> str:
    """The members of a combination by name."""
    return between.join(names[code] for code in codes)

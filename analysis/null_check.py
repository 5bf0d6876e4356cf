"""How often do findings this strong come up when outcomes are shuffled within centers?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis import chance
from analysis.combinations import MAX_SIZE, MIN_CASES, SEED
from analysis.counting import Match, count
from analysis.evidence import require_denominator
from analysis.folding import Folded


@dataclass(frozen=True)
class NullCheck:
    """shuffles made; smallest p-value of a productive combination (None where there is none); share of shuffles that hold one
    at least as small; within_centers: whether the `center` stratum was there to shuffle within.
    """

    shuffles: int
    smallest_p: float | None
    share: float
    within_centers: bool
    least: tuple[float, ...] = ()
    """The smallest p-value that each shuffle brought forth; none where nothing was there to hold against shuffles."""

    def as_strong(self, p_value: float) -> int:
        """In how many shuffles something at least as strong as this p-value came up."""
        return sum(each <= p_value * (1 + 1e-9) for each in self.least)


def null_check(
    folded: Folded,
    *,
    max_size: int = MAX_SIZE,
    min_cases: int = MIN_CASES,
    match: Match = "at_least",
    selection: str = "complete",
    shuffles: int = 499,
    seed: int = SEED,
) -> NullCheck:
    """Shuffle outcomes within each center and look as hard as `find` does. Raises what `find` raises.

    A high share beside a named combination says: centers that differ are enough to bring it forth.
    ValueError where the data are too large to shuffle in reasonable time: check a region or a year instead.
    """
    require_denominator(selection, folded.total_cases, folded.total_hires)
    rows = _by_center(folded)
    tests = chance.family(count(folded, max_size, match), folded.by_mask(), min_cases, match)
    if not chance.affordable(tests, rows, shuffles):
        raise ValueError(f"{folded.total_cases} cases are too many to shuffle; ask about a region or a year")
    p = tests.p_values()
    good = chance.productive(tests, tests.tested & (p <= tests.told_apart))
    if not good.any():
        return NullCheck(shuffles, None, 1.0, "center" in folded.strata)
    seen = float(p[good].min())
    least = chance.least_by_chance(tests, rows, rows.cells(), shuffles, seed)
    share = float((least <= seen * (1 + 1e-9)).mean())
    return NullCheck(shuffles, seen, share, "center" in folded.strata, tuple(least.tolist()))


def _by_center(folded: Folded) -> Folded:
    if "center" not in folded.strata:
        return folded.by_mask()
    pairs = np.stack([folded.masks.view(np.int64), folded.strata["center"]])
    distinct, where = np.unique(pairs, axis=1, return_inverse=True)
    size = distinct.shape[1]
    cases, hires = (np.bincount(where.ravel(), w, size).astype(np.int64) for w in (folded.cases, folded.hires))
    return Folded(distinct[0].view(np.uint64), cases, hires, {"center": distinct[1]})

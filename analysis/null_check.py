"""How often do findings this strong come up when outcomes are shuffled within centers?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis import chance
from analysis.combinations import MAX_SIZE, MIN_CASES, SEED
from analysis.counting import Match, count
from analysis.evidence import require_denominator
from analysis.folding import Folded

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class NullCheck:
    """How far from chance within centers each combination is that beats its parts (by mask; none where there is no such),
    and how far the furthest combination of each shuffle. within_centers: whether the `center` stratum was there.
    """

    distance: Mapping[int, float]
    furthest: NDArray[np.float64]
    within_centers: bool

    @property
    def shuffles(self) -> int:
        """How many shuffles were made."""
        return int(self.furthest.size)

    @property
    def strongest(self) -> int | None:
        """The mask of the combination furthest from chance; None where none beats its parts."""
        return max(self.distance, key=lambda mask: (self.distance[mask], -mask), default=None)

    def as_strong(self, mask: int) -> int | None:
        """In how many shuffles some combination came up as far from chance as this one; None for one not judged."""
        distance = self.distance.get(mask)
        return None if distance is None else int((self.furthest >= distance - 1e-9).sum())


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
    """Shuffle outcomes within each center and look among as many combinations as `find` does. Raises what `find` raises.

    Strength is the distance from what each center's own rate lets expect, so that centers that differ do not drown a real
    effect. A high share beside a named combination says: centers that differ, and chance, are enough to bring it forth.
    ValueError where the data are too large to shuffle in reasonable time: check a region or a year instead.
    """
    require_denominator(selection, folded.total_cases, folded.total_hires)
    rows = _by_center(folded)
    tests = chance.family(count(folded, max_size, match), folded.by_mask(), min_cases, match)
    if not chance.affordable(tests, rows, shuffles):
        raise ValueError(f"{folded.total_cases} cases are too many to shuffle; ask about a region or a year")
    good = np.flatnonzero(chance.productive(tests, tests.tested & (tests.p_values() <= 0.05)))
    if good.size == 0:
        return NullCheck({}, np.zeros(shuffles), "center" in folded.strata)
    seen, furthest = chance.furthest_by_chance(tests, rows, rows.cells(), shuffles, seed)
    distance = dict(zip(tests.counted.masks[good].tolist(), np.abs(seen[good]).tolist(), strict=True))
    return NullCheck(distance, furthest, "center" in folded.strata)


def _by_center(folded: Folded) -> Folded:
    if "center" not in folded.strata:
        return folded.by_mask()
    pairs = np.stack([folded.masks.view(np.int64), folded.strata["center"]])
    distinct, where = np.unique(pairs, axis=1, return_inverse=True)
    size = distinct.shape[1]
    cases, hires = (np.bincount(where.ravel(), w, size).astype(np.int64) for w in (folded.cases, folded.hires))
    return Folded(distinct[0].view(np.uint64), cases, hires, {"center": distinct[1]})

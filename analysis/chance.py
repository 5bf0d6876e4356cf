"""What chance alone brings forth among all combinations together: the false-discovery control.

The smallest exact p-value among productive combinations is compared with the smallest that shuffled outcomes give (Westfall
and Young's single-step minimum). Combinations overlap heavily and their tests are coarse at small counts; shuffling knows both,
where a bound such as Benjamini-Yekutieli's must assume the worst. An adjusted value bounds the chance of *any* false claim, and
with it the share of false ones. Where shuffling would take too long (millions of cases, where power is no concern) Bonferroni's
bound stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analysis import exact
from analysis.counting import Counted, Match, having, proper_parts
from analysis.productive import part_level, worst_against_parts
from analysis.shuffles import shuffled_hires
from analysis.strata import compare, tables_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.folding import Folded

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SHUFFLES = 999
_AFFORDABLE = 4e11
_MOST_MASKS = 50_000
_MOST_CELLS = 200_000_000
_MOST_DRAWS = 1e9
_MOST_CASES = 2**24
"""Sums of up to so many cases are exact in float32."""

_CANDIDATES = 64
_AT_ONCE = 1024
_SAME = 1e-9
_PLAIN = 15
_Z_OF = {0.05: 1.6, 0.005: 2.2}
"""Distance in standard deviations that every p-value told apart has at the least."""


@dataclass(frozen=True)
class Family:
    """All combinations tested together, and the closed cases by mask.

    tested: bool[c] those with something to compare with; parts: see `proper_parts`.
    """

    counted: Counted
    parts: Ints
    rows: Folded
    match: Match

    @property
    def all_cases(self) -> int:
        """Closed cases."""
        return self.rows.total_cases

    @property
    def all_hires(self) -> int:
        """Cases that ended in a hire."""
        return self.rows.total_hires

    @cached_property
    def inside(self) -> NDArray[np.float32]:
        """float32[c, m]: 1 where the cases of a mask count for a combination."""
        return having(self.rows.masks, self.counted.masks, self.match).astype(np.float32)

    def by_mask(self, finer: Folded) -> Ints:
        """int64[u]: place of each of these rows' masks among those of `rows`."""
        return np.searchsorted(self.rows.masks, finer.masks).astype(np.int64)

    @property
    def tested(self) -> Bools:
        """Those that some cases have and some have not, in data with both outcomes."""
        mixed = 0 < self.all_hires < self.all_cases
        return (self.counted.cases < self.all_cases) & mixed

    @property
    def size(self) -> int:
        """How many combinations are tested."""
        return int(self.tested.sum())

    @property
    def raises(self) -> Bools:
        """Whether its rate is at or above that of all cases."""
        return self.counted.hires * self.all_cases >= self.counted.cases * self.all_hires

    @property
    def part_level(self) -> float:
        """Level of the test against each part."""
        return part_level(self.all_cases, int((self.counted.size == 1).sum()))

    @property
    def told_apart(self) -> float:
        """P-values above this are far from any claim in a family of this size, and get an adjusted value of 1."""
        return 0.005 if self.size > 500 else 0.05

    def p_values(self) -> Floats:
        """Exact two-sided p-value of each against the cases without it; 1 where nothing can be compared."""
        p = exact.tails(self.counted.hires, self.counted.cases, self.all_hires, self.all_cases).two_sided()
        return np.where(self.tested, p, 1.0)


def family(counted: Counted, rows: Folded, min_cases: int, match: Match) -> Family:
    """The combinations with at least `min_cases` cases."""
    enough = counted.take(np.flatnonzero(counted.cases >= min_cases))
    return Family(enough, proper_parts(enough), rows, match)


def productive(tests: Family, where: Bools) -> Bools:
    """bool[c]: beats each of its parts; only those asked for in `where` are tested, the rest are False."""
    rows = np.flatnonzero(where)
    hires = tests.counted.hires
    part_hires = hires[tests.parts[rows]] if rows.size else np.zeros((0, tests.parts.shape[1]), np.int64)
    worst = worst_against_parts(tests.counted, tests.parts, rows, hires[rows], part_hires, tests.raises[rows], tests.match)
    out = np.zeros(hires.size, dtype=bool)
    out[rows] = worst <= tests.part_level
    return out


def affordable(tests: Family, rows: Folded, times: int) -> bool:
    """Whether shuffling these rows takes seconds rather than hours."""
    masks, cells = tests.rows.masks.size, tests.counted.masks.size * tests.rows.masks.size
    small = masks <= _MOST_MASKS and cells <= _MOST_CELLS and tests.all_cases < _MOST_CASES
    return small and cells * times <= _AFFORDABLE and rows.masks.size * times <= _MOST_DRAWS


def adjusted(tests: Family, p: Floats, best: float, rows: Folded, times: int, seed: int) -> Floats:
    """float64[c]: share of shuffles of all outcomes in which some productive combination is at least as far from chance.

    best: the p-value that matters most; shuffling stops early once chance has plainly reached it (Besag and Clifford 1991).
    """
    near = tests.tested & (p <= tests.told_apart)
    if not affordable(tests, rows, times):
        return np.where(near, np.minimum(1.0, p * max(tests.size, 1)), 1.0)
    least: list[Floats] = []
    for block in _least_by_block(tests, rows, np.zeros(rows.masks.size, np.int64), times, seed):
        least.append(block)
        reached = sum(int((part <= best).sum()) for part in least)
        if _plainly_reached(reached, sum(part.size for part in least)):
            break
    rising = np.sort(np.concatenate(least))
    share = (1.0 + np.searchsorted(rising, p * (1 + 1e-9), side="right")) / (rising.size + 1.0)
    return np.where(near, share, 1.0)


def _least_by_block(tests: Family, rows: Folded, cell: Ints, times: int, seed: int) -> Iterator[Floats]:
    margins = (tests.counted.cases, tests.all_hires, tests.all_cases)
    middle, spread = exact.expected(*margins), np.sqrt(exact.variance(0, *margins))
    for hires in _shuffled(tests, rows, cell, times, seed):
        yield _least_of_block(tests, np.rint(hires).astype(np.int64), (middle, spread))


def _shuffled(tests: Family, rows: Folded, cell: Ints, times: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """float32[c, b] blocks: hires of every combination when outcomes change places within each cell of `rows`."""
    place = tests.by_mask(rows)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    for block in shuffled_hires(rows.cases[order], rows.hires[order], cell[order], times, seed):
        by_mask = block if starts.size == place.size else np.add.reduceat(block, starts, axis=1)
        yield tests.inside @ by_mask.T.astype(np.float32)


def _least_of_block(tests: Family, hires: Ints, normal: tuple[Floats, Floats]) -> Floats:
    near = _Z_OF[tests.told_apart]
    gap = hires - normal[0][:, None]
    row, shuffle = np.nonzero((np.abs(gap) - 0.5 > near * normal[1][:, None]) & tests.tested[:, None])
    k = hires[row, shuffle]
    p = exact.tails(k, tests.counted.cases[row], tests.all_hires, tests.all_cases).two_sided()
    close = p <= tests.told_apart
    row, shuffle, p = row[close], shuffle[close], p[close]
    order = np.lexsort((p, shuffle))
    return _first_productive(tests, hires, row[order], shuffle[order], p[order])


def _first_productive(tests: Family, hires: Ints, row: Ints, shuffle: Ints, p: Floats) -> Floats:
    """float64[b]: smallest p-value of a productive entry in each shuffle; entries come by shuffle, then by rising p-value."""
    least, level = np.ones(hires.shape[1]), tests.part_level
    at = np.flatnonzero(np.diff(shuffle, prepend=-1))
    end = np.append(at[1:], shuffle.size)
    while at.size:
        one, where = row[at], shuffle[at]
        k = hires[one, where]
        raises = k * tests.all_cases >= tests.counted.cases[one] * tests.all_hires
        part_hires = hires[tests.parts[one], where[:, None]]
        good = worst_against_parts(tests.counted, tests.parts, one, k, part_hires, raises, tests.match) <= level
        least[where[good]] = p[at[good]]
        going = ~good & (at + 1 < end)
        at, end = at[going] + 1, end[going]
    return least


@dataclass(frozen=True)
class Remaining:
    """What is left of each combination within cells: signed distance from chance (float64[c]) and its adjusted value."""

    distance: Floats
    adjusted: Floats


def within(tests: Family, rows: Folded, cell: Ints, candidates: Ints, times: int, seed: int) -> Remaining:
    """Compare within cells, over all tested combinations together; only `candidates` are sure to be judged in large data."""
    if affordable(tests, rows, times):
        return _within_by_shuffles(tests, rows, cell, candidates, times, seed)
    return _within_by_bound(tests, rows, cell, candidates[:_CANDIDATES])


def furthest_by_chance(tests: Family, rows: Folded, cell: Ints, times: int, seed: int) -> tuple[Floats, Floats]:
    """Signed distance from chance within cells of every combination (float64[c]), and the largest one, whatever its sign,
    that any combination reaches in each of `times` shuffles within the cells (float64[times]).
    """
    seen, blocks = _furthest_by_block(tests, rows, cell, times, seed)
    return seen, np.concatenate(list(blocks))


def _furthest_by_block(tests: Family, rows: Folded, cell: Ints, times: int, seed: int) -> tuple[Floats, Iterator[Floats]]:
    middle, spread = _moments(tests, rows, cell)
    usable = tests.tested & (spread > 0)
    safe = np.where(usable, spread, 1.0)

    def distance(hires: Floats) -> Floats:
        gap = hires - middle[:, None]
        return np.where(usable[:, None], np.sign(gap) * np.maximum(np.abs(gap) - 0.5, 0.0) / safe[:, None], 0.0)

    blocks = _shuffled(tests, rows, cell, times, seed)
    furthest = (np.abs(distance(hires.astype(np.float64))).max(axis=0, initial=0.0) for hires in blocks)
    return distance(tests.counted.hires[:, None].astype(np.float64))[:, 0], furthest


def _within_by_shuffles(tests: Family, rows: Folded, cell: Ints, candidates: Ints, times: int, seed: int) -> Remaining:
    seen, blocks = _furthest_by_block(tests, rows, cell, times, seed)
    best, most = float(np.abs(seen[candidates]).max(initial=0.0)), np.zeros(0)
    for furthest in blocks:
        most = np.append(most, furthest)
        if _plainly_reached(int((most >= best - _SAME).sum()), most.size):
            break
    further = most.size - np.searchsorted(np.sort(most), np.abs(seen) - _SAME, side="left")
    return Remaining(seen, np.where(seen != 0, (1.0 + further) / (most.size + 1.0), 1.0))


def _plainly_reached(reached: int, made: int) -> bool:
    return reached >= _PLAIN and reached >= 0.1 * made


def _moments(tests: Family, rows: Folded, cell: Ints) -> tuple[Floats, Floats]:
    """Expected hires of every combination and their standard deviation when outcomes change places within cells."""
    from scipy.sparse import csr_array

    number = np.unique(cell, return_inverse=True)[1]
    cases, hires = (np.bincount(number, weight) for weight in (rows.cases, rows.hires))
    where = (number, tests.by_mask(rows))
    by_cell = csr_array((rows.cases.astype(np.float64), where), shape=(cases.size, tests.rows.masks.size))
    middle, spread = np.zeros(len(tests.inside)), np.zeros(len(tests.inside))
    for start in range(0, len(tests.inside), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        n = (by_cell @ tests.inside[part].T.astype(np.float64)).T
        middle[part] = exact.expected(n, hires, cases).sum(axis=1)
        spread[part] = exact.variance(0, n, hires, cases).sum(axis=1)
    return middle, np.sqrt(spread)


def _within_by_bound(tests: Family, rows: Folded, cell: Ints, candidates: Ints) -> Remaining:
    distance, value = np.zeros(tests.counted.masks.size), np.ones(tests.counted.masks.size)
    for row in candidates:
        inside = having(rows.masks, tests.counted.masks[row : row + 1], tests.match)[0]
        tables = tables_of(inside, rows.cases, rows.hires, cell)
        result = compare(tables)
        gap = float((tables.k - exact.expected(tables.n, tables.all_k, tables.all_n)).sum())
        spread = float(np.sqrt(exact.variance(tables.k, tables.n, tables.all_k, tables.all_n).sum()))
        distance[row] = gap / spread if spread > 0 else 0.0
        value[row] = min(1.0, result.p_value * tests.size)
    return Remaining(distance, value)

"""Cases and hires of every combination, counted exactly from folded masks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.kernels import binomial_table, colex_ranks, compiled_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.folding import Folded

    Ints = NDArray[np.int64]
    Masks = NDArray[np.uint64]

Match = Literal["at_least", "exactly"]
MOST_TOGETHER = 4

_RANKS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Counted:
    """Combinations in order of size, then of their items. masks: uint64[c]; size, cases, hires: int64[c]."""

    masks: Masks
    size: Ints
    cases: Ints
    hires: Ints

    def take(self, where: NDArray[Any]) -> Counted:
        """The chosen combinations, in the order chosen."""
        return Counted(self.masks[where], self.size[where], self.cases[where], self.hires[where])


def count(folded: Folded, max_size: int = MOST_TOGETHER, match: Match = "at_least") -> Counted:
    """Every combination of 1 to `max_size` items that at least one case has.

    `at_least`: cases having these items, whatever else; `exactly`: cases having these and no other. ValueError for other sizes.
    """
    check_size(max_size)
    rows = folded.by_mask()
    counted = _count_exactly(rows, max_size) if match == "exactly" else _count_at_least(rows, max_size)
    return counted.take(_reading_order(counted))


def check_size(max_size: int) -> None:
    """ValueError unless combinations of this size can be counted."""
    if isinstance(max_size, bool) or not 1 <= max_size <= MOST_TOGETHER:
        raise ValueError(f"a combination has 1 to {MOST_TOGETHER} members, not {max_size}")


def having(masks: Masks, wanted: Masks, match: Match = "at_least") -> NDArray[np.bool_]:
    """bool[c, u]: whether row u counts for combination c."""
    rows, one = masks[None, :], wanted[:, None]
    return np.asarray(rows == one if match == "exactly" else (rows & one) == one, dtype=bool)


def items_of(mask: int) -> tuple[int, ...]:
    """The items of one mask, rising."""
    return tuple(bit for bit in range(64) if mask >> bit & 1)


def mask_of(items: tuple[int, ...]) -> int:
    """The mask of some items."""
    return sum(1 << item for item in set(items))


def popcount(masks: Masks) -> Ints:
    """Number of items of every mask."""
    return np.bitwise_count(masks).astype(np.int64)


def proper_parts(counted: Counted) -> Ints:
    """int64[c, p]: positions of every proper sub-combination among the counted ones, -1 where there is none."""
    order = np.argsort(counted.masks)
    known = counted.masks[order]
    most = int(counted.size.max(initial=1))
    parts = np.full((counted.masks.size, max(1, 2**most - 2)), -1, dtype=np.int64)
    for size in range(2, most + 1):
        rows = np.flatnonzero(counted.size == size)
        bits = _bits_of(counted.masks[rows], size)
        for column, pattern in enumerate(range(1, 2**size - 1)):
            wanted = _united(bits, pattern)
            place = np.minimum(np.searchsorted(known, wanted), max(known.size - 1, 0))
            parts[rows, column] = np.where(known[place] == wanted, order[place], -1)
    return parts


def _bits_of(masks: Masks, size: int) -> Masks:
    left, bits = masks.copy(), np.empty((masks.size, size), dtype=np.uint64)
    for column in range(size):
        bits[:, column] = left & (~left + np.uint64(1))
        left &= left - np.uint64(1)
    return bits


def _united(bits: Masks, pattern: int) -> Masks:
    chosen = [column for column in range(bits.shape[1]) if pattern >> column & 1]
    united: Masks = np.bitwise_or.reduce(bits[:, chosen], axis=1)
    return united


def _count_exactly(rows: Folded, max_size: int) -> Counted:
    size = popcount(rows.masks)
    fits = (size >= 1) & (size <= max_size)
    return Counted(rows.masks[fits], size[fits], rows.cases[fits], rows.hires[fits])


def _count_at_least(rows: Folded, max_size: int) -> Counted:
    items = np.array(items_of(int(np.bitwise_or.reduce(rows.masks, initial=0))), dtype=np.int64)
    parts = [_count_size(rows, items, size) for size in range(1, min(max_size, items.size) + 1)]
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Counted(nothing.astype(np.uint64), nothing, nothing, nothing)
    return Counted(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _count_size(rows: Folded, items: Ints, size: int) -> tuple[Masks, Ints, Ints, Ints]:
    places = np.array(list(combinations(range(items.size), size)), dtype=np.int64).reshape(-1, size)
    wanted: Masks = np.bitwise_or.reduce(np.uint64(1) << items[places].astype(np.uint64), axis=1)
    kernel = compiled_count(_additions(rows.masks, size), rows.total_cases)
    if kernel is not None:
        ranked = kernel(rows.masks, rows.cases, rows.hires, size)
        counts = ranked[:, colex_ranks(items[places], binomial_table())]
    else:
        counts = _by_ranks(rows, items, size)[:, colex_ranks(places, binomial_table())]
    seen = counts[0] > 0
    return wanted[seen], np.full(int(seen.sum()), size, dtype=np.int64), counts[0][seen], counts[1][seen]


def _additions(masks: Masks, size: int) -> int:
    """How many combinations of this size all rows hold together."""
    return int(np.bincount(popcount(masks), minlength=65) @ binomial_table()[:, size])


def _by_ranks(rows: Folded, items: Ints, size: int) -> Ints:
    """Every row adds its weight to each combination it holds, all rows of equally many items at once."""
    ranked = np.zeros((2, int(binomial_table()[items.size, size])))
    held = popcount(rows.masks)
    for together in range(size, int(held.max(initial=0)) + 1):
        group = np.flatnonzero(held == together)
        columns = np.array(list(combinations(range(together), size)), dtype=np.int64)
        step = max(1, _RANKS_AT_ONCE // len(columns))
        for start in range(0, group.size, step):
            part = group[start : start + step]
            places = np.searchsorted(items, _places_of(rows.masks[part], together))
            ranks = sum(binomial_table()[places[:, column], at + 1] for at, column in enumerate(columns.T))
            for total, weight in zip(ranked, (rows.cases, rows.hires), strict=True):
                total += np.bincount(np.ravel(ranks), np.repeat(weight[part], len(columns)), total.size)
    return np.rint(ranked).astype(np.int64)


def _places_of(masks: Masks, size: int) -> Ints:
    places: Ints = np.bitwise_count(_bits_of(masks, size) - np.uint64(1)).astype(np.int64)
    return places


def _reading_order(counted: Counted) -> Ints:
    most = int(counted.size.max(initial=1))
    places = np.full((counted.masks.size, most), -1, dtype=np.int64)
    for size in range(1, most + 1):
        rows = np.flatnonzero(counted.size == size)
        places[rows, :size] = _places_of(counted.masks[rows], size)
    return np.lexsort((*places.T[::-1], counted.size))

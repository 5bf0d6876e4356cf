"""Combinations that no case has: hints for the next pilot, not recommendations, since nothing is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analysis.counting import Counted, check_size, count, proper_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.folding import Folded


@dataclass(frozen=True)
class Untried:
    """The smallest combinations no case has, every part of each being held by some case; most expected first.

    masks: uint64[c]; size: int64[c]; expected: float64[c] cases there would be if partners came together by chance alone.
    `possible` and `tried` count all combinations of 2 to `max_size` of the items that occur.
    """

    masks: NDArray[np.uint64]
    size: NDArray[np.int64]
    expected: NDArray[np.float64]
    possible: int
    tried: int


def untried(folded: Folded, max_size: int = 3) -> Untried:
    """Read the truth table of all combinations of items that occur. ValueError for a size outside 1 to 4."""
    check_size(max_size)
    seen = count(folded, max_size)
    singles = seen.take(np.flatnonzero(seen.size == 1))
    share = singles.cases / max(folded.total_cases, 1)
    masks, size, expected = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for together in range(2, max_size + 1):
        places = np.array(list(combinations(range(share.size), together)), dtype=np.int64).reshape(-1, together)
        whole = np.bitwise_or.reduce(singles.masks[places], axis=1)
        new = ~np.isin(whole, seen.masks)
        masks.append(whole[new])
        size.append(np.full(int(new.sum()), together, dtype=np.int64))
        expected.append(share[places[new]].prod(axis=1) * folded.total_cases)
    return _smallest(np.concatenate(masks), np.concatenate(size), np.concatenate(expected), int((seen.size > 1).sum()))


def _smallest(masks: NDArray[np.uint64], size: NDArray[np.int64], expected: NDArray[np.float64], tried: int) -> Untried:
    nothing = np.zeros(masks.size, dtype=np.int64)
    holds_another = (proper_parts(Counted(masks, size, nothing, nothing)) >= 0).any(axis=1)
    order = np.lexsort((masks, size, -expected))
    order = order[~holds_another[order]]
    return Untried(masks[order], size[order], expected[order], masks.size + tried, tried)

"""In order: cases in which one partner came before another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.distinct import first_in_case, numbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ordered:
    """first, second: items, rising; cases, hires: int64[p] of cases that met `first` before they met `second`."""

    first: Ints
    second: Ints
    cases: Ints
    hires: Ints


def ordered_pairs(offsets: NDArray[Any], items: NDArray[Any], hired: NDArray[Any]) -> Ordered:
    """Count every pair of different items in order of their first steps.

    offsets: integer[n + 1]; items: integer[s]; hired: bool[n]. The hires mean nothing for success stories; the
    caller leaves them out there.
    """
    case, item = _first_steps(np.asarray(offsets, np.int64), np.asarray(items, np.int64))
    before, after = _pairs_within(case)
    won = np.asarray(hired, dtype=bool)[case[before]] if before.size else np.zeros(0, bool)
    width = int(item.max(initial=-1)) + 1
    pairs, where = numbered(item[before] * width + item[after])
    count = np.bincount(where, minlength=pairs.size)
    hires = np.bincount(where[won], minlength=pairs.size)
    wide = max(width, 1)
    return Ordered(pairs // wide, pairs % wide, count.astype(np.int64), hires.astype(np.int64))


def _first_steps(offsets: Ints, items: Ints) -> tuple[Ints, Ints]:
    case = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    first = first_in_case(case, items)
    return case[first], items[first]


def _pairs_within(case: Ints) -> tuple[Ints, Ints]:
    """Positions (earlier, later) of every two steps of one case; `case` never falls."""
    last = np.searchsorted(case, case, side="right")
    later = last - np.arange(case.size) - 1
    before = np.repeat(np.arange(case.size), later)
    start = np.concatenate([[0], np.cumsum(later)[:-1]]) if case.size else later
    after = before + 1 + np.arange(before.size) - start[before] if before.size else before
    return before, after

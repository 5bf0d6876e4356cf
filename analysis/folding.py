"""Cases folded into distinct masks with counts, so that every later question costs the masks and not the cases.

A mask has one bit per item (partner, partner type or program): bit `i` is set when the case was supported by item `i`.
Only closed cases belong here: hired against not hired or dropped out. Open cases have none yet; the caller leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.distinct import first_in_case, numbered
from analysis.kernels import compiled_fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Masks = NDArray[np.uint64]

MOST_ITEMS = 64


@dataclass(frozen=True)
class Folded:
    """Distinct rows (mask and strata) with how many cases and hires each stands for.

    masks: uint64[u] in rising order; cases, hires: int64[u]; strata: name -> int64[u], e.g. `center`, `age_band`, `need`.
    """

    masks: Masks
    cases: Ints
    hires: Ints
    strata: Mapping[str, Ints] = field(default_factory=dict)

    @property
    def total_cases(self) -> int:
        """Closed cases."""
        return int(self.cases.sum())

    @property
    def total_hires(self) -> int:
        """Cases that ended in a hire."""
        return int(self.hires.sum())

    def by_mask(self) -> Folded:
        """The same cases with the strata forgotten."""
        if not self.strata:
            return self
        masks, where = np.unique(self.masks, return_inverse=True)
        return Folded(masks, _summed(where, self.cases, masks.size), _summed(where, self.hires, masks.size))

    def cells(self, *names: str) -> Ints:
        """int64[u]: one number per crossing of the named strata (all when none is named), counted from 0."""
        cell = np.zeros(self.masks.size, dtype=np.int64)
        for name in names or tuple(self.strata):
            cell = crossed(cell, self.strata[name])
        return cell


@dataclass(frozen=True)
class Coded:
    """Masks made from lists of items, and what did not fit in 64 bits.

    masks: uint64[n]; items: the item behind every bit, most frequent first; left_out: items without a bit; left_out_cases: the
    cases each of them has, in the same order.
    """

    masks: Masks
    items: Ints
    left_out: Ints
    left_out_cases: Ints


def fold(masks: NDArray[Any], hired: NDArray[Any], strata: Mapping[str, NDArray[Any]] | None = None) -> Folded:
    """Fold closed cases. masks: unsigned[n]; hired: bool[n]; strata: name -> integer[n]. ValueError when the lengths differ."""
    keys, won = np.asarray(masks, dtype=np.uint64), np.asarray(hired, dtype=bool)
    columns = {name: np.asarray(values, dtype=np.int64) for name, values in (strata or {}).items()}
    for name, column in {"hired": won, **columns}.items():
        if column.shape != keys.shape:
            raise ValueError(f"{name} has {column.size} values for {keys.size} cases")
    return _fold_strata(keys, won, columns) if columns else _fold_masks(keys, won)


def code_items(case: NDArray[Any], item: NDArray[Any], cases: int, limit: int = MOST_ITEMS, first: Sequence[int] = ()) -> Coded:
    """Masks from pairs (case index, item number), a pair once or more. Quickest where a case's pairs stand in a row.

    The `limit` items with most cases get a bit, ties to the smaller number; those in `first` before all others.
    """
    case, item = np.asarray(case, np.int64), np.asarray(item, np.int64)
    if (case[1:] < case[:-1]).any():
        order = np.argsort(case, kind="stable")
        case, item = case[order], item[order]
    items, number = numbered(item)
    counts = np.bincount(number[first_in_case(case, number)], minlength=items.size)
    chosen = np.lexsort((items, -counts, ~np.isin(items, first)))
    kept, rest = np.split(chosen, [min(limit, MOST_ITEMS)])
    kept = kept[np.lexsort((items[kept], -counts[kept]))]
    bit = np.full(items.size, -1, dtype=np.int64)
    bit[kept] = np.arange(kept.size)
    place = bit[number]
    has_bit = place >= 0
    case, bits = case[has_bit], np.uint64(1) << place[has_bit].astype(np.uint64)
    masks, starts = np.zeros(cases, dtype=np.uint64), np.flatnonzero(np.diff(case, prepend=-1))
    if case.size:
        masks[case[starts]] = np.bitwise_or.reduceat(bits, starts)
    return Coded(masks, items[kept], items[rest], counts[rest].astype(np.int64))


def crossed(first: NDArray[Any], second: NDArray[Any]) -> Ints:
    """One number from 0 for every pair of values that occurs."""
    second_code = numbered(np.asarray(second))[1]
    width = int(second_code.max(initial=0)) + 1
    pair = np.asarray(first, np.int64) * width + second_code
    return numbered(pair)[1]


def _fold_masks(masks: Masks, hired: NDArray[np.bool_]) -> Folded:
    kernel = compiled_fold(masks.size)
    if kernel is not None:
        return Folded(*kernel(masks, hired))
    keys = np.sort(masks)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if keys.size else np.zeros(0, np.int64)
    distinct, cases = keys[starts], np.diff(np.append(starts, keys.size))
    del keys
    won, counts = np.unique(masks[hired], return_counts=True)
    hires = np.zeros(distinct.size, dtype=np.int64)
    hires[np.searchsorted(distinct, won)] = counts
    return Folded(distinct, cases.astype(np.int64), hires)


def _fold_strata(masks: Masks, hired: NDArray[np.bool_], strata: Mapping[str, Ints]) -> Folded:
    mask_code = numbered(masks)[1]
    cell = np.zeros(masks.size, dtype=np.int64)
    for values in strata.values():
        cell = crossed(cell, values)
    row = crossed(mask_code, cell)
    size = int(row.max(initial=-1)) + 1
    first = np.zeros(size, dtype=np.int64)
    first[row[::-1]] = np.arange(masks.size)[::-1]
    cases = np.bincount(row, minlength=size).astype(np.int64)
    hires = np.bincount(row[hired], minlength=size).astype(np.int64)
    return Folded(masks[first], cases, hires, {name: values[first] for name, values in strata.items()})


def _summed(where: NDArray[Any], values: Ints, size: int) -> Ints:
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, where, values)
    return out

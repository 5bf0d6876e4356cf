"""All pairs and triples of 60 partner types with hires, against two ways in DuckDB and fpgrowth.

Every contender answers the same question on the same columns. fpgrowth, which gives supports only, has fewer cases than the
others, for want of memory for more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from analysis.counting import count
from analysis.folding import fold
from benchmarks.harness import Taken, peak_alone, row, take_here
from benchmarks.opponents import combinations_duckdb, combinations_fpgrowth
from benchmarks.rows import COMBINATIONS
from benchmarks.server import Servers

ITEMS, CENTERS, BLOCK = 60, 70, 500_000
MOST, MOST_OF_FPGROWTH, FEWEST = 10_000_000, 1_000_000, 2_000
WARM = 400_000
"""Cases from which compiled loops run: they are loaded before anything is measured."""
OURS, ALONE = "ours", "memory was taken once, in a process of its own that holds the columns"
Columns = tuple[Any, Any]
"""Masks uint64[n] and hired bool[n]."""
Side = Callable[[Any, Any], dict[int, Any]]


def made(cases: int, seed: int = 1) -> Columns:
    """Each center works with its own dozen of 60 partner types, a few of them in most cases."""
    rng = np.random.default_rng(seed)
    reach = np.sort(rng.beta(0.5, 2.0, ITEMS))[::-1]
    own = rng.random((CENTERS, ITEMS)) < 0.15 + 0.6 * reach
    usage = np.where(own, np.clip(1.3 * reach * rng.uniform(0.6, 1.4, (CENTERS, 1)), 0.03, 0.95), 0.004)
    size = rng.zipf(1.6, CENTERS).clip(max=40).astype(float)
    masks, hired = np.zeros(cases, np.uint64), np.zeros(cases, bool)
    for start in range(0, cases, BLOCK):
        part = slice(start, min(start + BLOCK, cases))
        center = rng.choice(CENTERS, part.stop - part.start, p=size / size.sum())
        for item in range(ITEMS):
            has = rng.random(center.size) < usage[center, item]
            masks[part] |= has.astype(np.uint64) << np.uint64(item)
        hired[part] = rng.random(center.size) < 0.5
    return masks, hired


def warm(cases: int) -> Columns:
    """The columns, once compiled loops are loaded."""
    with_hires(*made(WARM))
    return made(cases)


def with_hires(masks: Any, hired: Any) -> dict[int, tuple[int, int]]:
    """Ours: cases and hires of each pair and triple."""
    counted = count(fold(masks, hired), 3)
    wanted = counted.take(counted.size > 1)
    return dict(zip(wanted.masks.tolist(), zip(wanted.cases.tolist(), wanted.hires.tolist(), strict=True), strict=True))


def supports(masks: Any, hired: Any) -> dict[int, int]:
    """Ours beside one that counts no hires: the cases of each pair and triple."""
    return {mask: cases for mask, (cases, _) in with_hires(masks, hired).items()}


def by_fpgrowth(masks: Any, _hired: Any) -> dict[int, int]:
    """Supports only."""
    return combinations_fpgrowth.supports(masks, ITEMS)


DUCKDB = {
    "DuckDB, GROUP BY mask and UNNEST (good)": partial(combinations_duckdb.by_mask, items=ITEMS),
    "DuckDB, self-join (obvious)": partial(combinations_duckdb.by_self_join, items=ITEMS),
}
FPGROWTH = {"mlxtend fpgrowth, supports only": by_fpgrowth}


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """10 million cases at scale 1, a million with fpgrowth."""
    warm(FEWEST)
    most, fewer = (max(FEWEST, round(cases)) for cases in (MOST * scale, MOST_OF_FPGROWTH * min(1.0, scale)))
    return [
        *_rows({OURS: with_hires, **DUCKDB}, most, rounds, ""),
        *_rows({OURS: supports, **FPGROWTH}, fewer, rounds, "fpgrowth counts no hires"),
    ]


def _rows(sides: Mapping[str, Side], cases: int, rounds: int, note: str) -> list[dict[str, Any]]:
    taken, same = _rounds(sides, *made(cases), rounds)
    peaks = {name: peak_alone(partial(warm, cases), side) for name, side in sides.items()}
    spent = {name: [replace(each, peak_mib=peaks[name]) for each in took] for name, took in taken.items()}
    told, size = "; ".join(filter(None, (note, ALONE))), f"{cases:,} cases"
    return [
        row(COMBINATIONS, name, list(zip(spent[OURS], spent[name], strict=True)), same[name], size=size, note=told)
        for name in sides
        if name != OURS
    ]


def _rounds(sides: Mapping[str, Side], masks: Any, hired: Any, rounds: int) -> tuple[dict[str, list[Taken]], dict[str, bool]]:
    """What each side took in each round, who begins changing, and whether it gave our answer every time."""
    taken, same = {name: list[Taken]() for name in sides}, dict.fromkeys(sides, True)
    expected = sides[OURS](masks, hired)
    for number in range(rounds):
        for name in list(sides)[:: 1 if number % 2 else -1]:
            answer, spent = take_here(sides[name], masks, hired)
            same[name] = same[name] and answer == expected
            taken[name].append(spent)
    return taken, {name: right and same[OURS] for name, right in same.items()}

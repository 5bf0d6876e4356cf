"""Compiled loops for data too large for plain NumPy. numba is imported on first need only, and only above a size.

Each getter returns None when the plain path should run: the data are small, or numba is not installed. Both give equal answers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Fold = Callable[[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]
    Count = Callable[[NDArray[Any], NDArray[Any], NDArray[Any], int], NDArray[Any]]

COMPILE_FROM = 300_000
"""Cases from which compiled folding pays: a warm start costs about 0.3 s, a cold one 3 s, once per machine."""

COUNT_FROM = 4_000_000
"""Additions from which compiled counting pays."""

_WORD = 2**32


def compiled_fold(rows: int) -> Fold | None:
    """(masks, hired) -> (distinct masks in rising order, cases, hires)."""
    return _make_fold() if COMPILE_FROM <= rows < _WORD else None


def compiled_count(additions: int, cases: int) -> Count | None:
    """(masks, cases, hires, size) -> int64[2, C(64, size)] cases and hires by colex rank of every combination of that size."""
    return _make_count() if additions >= COUNT_FROM and cases < _WORD else None


def colex_ranks(places: NDArray[Any], binomials: NDArray[Any]) -> NDArray[np.int64]:
    """Rank of combinations given as rising places [c, size]: the sum of C(place, position + 1)."""
    return sum((binomials[places[:, j], j + 1] for j in range(places.shape[1])), np.zeros(len(places), np.int64))


@cache
def binomial_table() -> NDArray[np.int64]:
    """int64[65, 5]: n over k."""
    from math import comb

    return np.array([[comb(n, k) for k in range(5)] for n in range(65)], dtype=np.int64)


@cache
def _make_fold() -> Fold | None:
    try:
        import numba
    except ImportError:
        return None
    insert = numba.njit(cache=True, nogil=True)(_insert)

    def run(masks: NDArray[Any], hired: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        keys, counts = insert(masks, hired)
        order = np.argsort(keys)
        packed = counts[order]
        return keys[order], (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(_WORD - 1)).astype(np.int64)

    return run


def _insert(masks: Any, hired: Any) -> Any:  # pragma: no cover - compiled
    bits = 12
    shift = np.uint64(64 - bits)
    place: Any = 0
    table = np.zeros((1 << bits, 2), np.uint64)
    used = 0
    for row in range(masks.size):
        key = masks[row]
        place = np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> shift)
        while table[place, 1] != 0 and table[place, 0] != key:
            place = (place + 1) & (table.shape[0] - 1)
        if table[place, 1] == 0:
            table[place, 0] = key
            used += 1
        table[place, 1] += (np.uint64(1) << np.uint64(32)) + np.uint64(hired[row])
        if used * 2 > table.shape[0]:
            bits += 1
            shift = np.uint64(64 - bits)
            wider = np.zeros((1 << bits, 2), np.uint64)
            for old in range(table.shape[0]):
                if table[old, 1] != 0:
                    spot = np.int64((table[old, 0] * np.uint64(0x9E3779B97F4A7C15)) >> shift)
                    while wider[spot, 1] != 0:
                        spot = (spot + 1) & (wider.shape[0] - 1)
                    wider[spot] = table[old]
            table = wider
    keys, counts = np.empty(used, np.uint64), np.empty(used, np.uint64)
    out = 0
    for place in range(table.shape[0]):
        if table[place, 1] != 0:
            keys[out], counts[out] = table[place, 0], table[place, 1]
            out += 1
    return keys, counts


@cache
def _make_count() -> Count | None:
    try:
        import numba
    except ImportError:
        return None
    kernels = {
        size: numba.njit(cache=True, nogil=True, boundscheck=False)(body)
        for size, body in ((1, _count_one), (2, _count_two), (3, _count_three), (4, _count_four))
    }

    def run(masks: NDArray[Any], cases: NDArray[Any], hires: NDArray[Any], size: int) -> NDArray[Any]:
        packed = (cases.astype(np.uint64) << np.uint64(32)) + hires.astype(np.uint64)
        both = _in_threads(kernels[size], masks, packed, int(binomial_table()[64, size]))
        return np.stack([(both >> np.uint64(32)).astype(np.int64), (both & np.uint64(_WORD - 1)).astype(np.int64)])

    return run


def _in_threads(kernel: Any, masks: NDArray[Any], packed: NDArray[Any], width: int) -> NDArray[Any]:
    import os
    from concurrent.futures import ThreadPoolExecutor

    workers = max(1, min(8, os.cpu_count() or 1))
    edges = np.linspace(0, masks.size, workers + 1).astype(np.int64)

    def part(i: int) -> NDArray[Any]:
        out = np.zeros(width, np.uint64)
        kernel(masks[edges[i] : edges[i + 1]], packed[edges[i] : edges[i + 1]], binomial_table(), out)
        return out

    with ThreadPoolExecutor(workers) as pool:
        return np.asarray(np.sum(list(pool.map(part, range(workers))), axis=0, dtype=np.uint64))


def _count_one(masks: Any, packed: Any, _binomials: Any, out: Any) -> None:  # pragma: no cover - compiled
    for row in range(masks.size):
        mask, weight = masks[row], packed[row]
        for i in range(64):
            if (mask >> np.uint64(i)) & np.uint64(1):
                out[i] += weight


def _count_two(masks: Any, packed: Any, binomials: Any, out: Any) -> None:  # pragma: no cover - compiled
    places = np.empty(64, np.int64)
    for row in range(masks.size):
        mask, weight = masks[row], packed[row]
        held: Any = 0
        for i in range(64):
            places[held] = i
            held += np.int64((mask >> np.uint64(i)) & np.uint64(1))
            if held == 64:
                break
        for b in range(1, held):
            second = binomials[places[b], 2]
            for a in range(b):
                out[second + places[a]] += weight


def _count_three(masks: Any, packed: Any, binomials: Any, out: Any) -> None:  # pragma: no cover - compiled
    places = np.empty(64, np.int64)
    for row in range(masks.size):
        mask, weight = masks[row], packed[row]
        held: Any = 0
        for i in range(64):
            places[held] = i
            held += np.int64((mask >> np.uint64(i)) & np.uint64(1))
            if held == 64:
                break
        for c in range(2, held):
            third = binomials[places[c], 3]
            for b in range(1, c):
                second = third + binomials[places[b], 2]
                for a in range(b):
                    out[second + places[a]] += weight


def _count_four(masks: Any, packed: Any, binomials: Any, out: Any) -> None:  # pragma: no cover - compiled
    places = np.empty(64, np.int64)
    for row in range(masks.size):
        mask, weight = masks[row], packed[row]
        held: Any = 0
        for i in range(64):
            places[held] = i
            held += np.int64((mask >> np.uint64(i)) & np.uint64(1))
            if held == 64:
                break
        for d in range(3, held):
            fourth = binomials[places[d], 4]
            for c in range(2, d):
                third = fourth + binomials[places[c], 3]
                for b in range(1, c):
                    second = third + binomials[places[b], 2]
                    for a in range(b):
                        out[second + places[a]] += weight

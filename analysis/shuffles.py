"""Outcomes shuffled among cases: what chance alone brings forth, with partners, centers and totals left as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

AT_ONCE = 111
"""Shuffles made together, which bounds the memory."""


def shuffled_hires(cases: Ints, hires: Ints, cell: Ints, times: int, seed: int) -> Iterator[Ints]:
    """int64[b, u] blocks, `times` shuffles in all: hires of every row when outcomes change places within each cell.

    cases, hires, cell: int64[u]. The same seed gives the same shuffles.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(cell, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(cell[order])) + 1) if cell.size else []
    for start in range(0, times, AT_ONCE):
        block = min(AT_ONCE, times - start)
        out = np.zeros((block, cases.size), dtype=np.int64)
        for rows in groups:
            out[:, rows] = _draw(rng, cases[rows], int(hires[rows].sum()), block)
        yield out


def _draw(rng: np.random.Generator, cases: Ints, hires: int, block: int) -> Ints:
    if hires in (0, int(cases.sum())) or cases.size == 1:
        return np.broadcast_to(cases * (hires > 0) if cases.size > 1 else np.array([hires]), (block, cases.size))
    return rng.multivariate_hypergeometric(cases, hires, size=block, method="marginals")

"""The simple method the engine is compared with: Benjamini-Hochberg over exact tests, then beat every part at 0.05."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import hypergeom

from analysis.counting import count, items_of, proper_parts
from analysis.folding import fold

MIN_CASES = 5


def reference_names(masks: Any, hired: Any, items: int, max_size: int) -> tuple[tuple[int, ...], ...]:
    """The combinations it names, smallest p-value first."""
    counted = count(fold(masks, hired), min(max_size, items))
    counted = counted.take(np.flatnonzero((counted.cases >= MIN_CASES) & (counted.cases < len(masks))))
    if counted.masks.size == 0:
        return ()
    p = hypergeom.sf(counted.hires - 1, len(masks), int(hired.sum()), counted.cases)
    parts, q = proper_parts(counted), _benjamini_hochberg(p)
    named = [row for row in np.argsort(p, kind="stable") if q[row] <= 0.05 and _beats(counted, parts[row], row)]
    return tuple(items_of(int(counted.masks[row])) for row in named)


def _beats(counted: Any, parts: Any, row: int) -> bool:
    part = parts[parts >= 0]
    p = hypergeom.sf(counted.hires[row] - 1, counted.cases[part], counted.hires[part], counted.cases[row])
    return bool((p <= 0.05).all())


def _benjamini_hochberg(p: Any) -> Any:
    order = np.argsort(p)
    rising = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty(p.size)
    q[order] = np.minimum.accumulate(rising[::-1])[::-1]
    return q

"""Does a combination beat each of its own parts? Only then do its members add something together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis import exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.counting import Counted, Match

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PART_LEVEL = 0.05
"""Level of the exact test against a part, at up to 100 cases and 6 items."""

_CASES, _ITEMS = 100.0, 6.0


def part_level(all_cases: int, items: int) -> float:
    """The level falls as cases and items grow, or a padded combination would beat its own core by luck.

    Items: with 40 there are more to pad with than with 8. Cases: Good (1982) standardises p-values by the square root
    of n / 100; the power 3/4 used here named the planted pair more often at 1,000 cases and costs nothing at 150.
    """
    return float(PART_LEVEL * min(1.0, (_CASES / max(all_cases, 1)) ** 0.75) * min(1.0, _ITEMS / max(items, 1)))


def worst_against_parts(
    counted: Counted, parts: Ints, rows: Ints, hires: Ints, part_hires: Ints, raises: Bools, match: Match
) -> Floats:
    """float64[e]: the largest one-sided exact p-value of each entry against its parts; 0 where it has none.

    rows: int64[e] positions in `counted`; hires: int64[e]; part_hires: int64[e, p] hires of the parts named in `parts[rows]`;
    raises: bool[e] the direction to beat them in. Where a part has the very same cases the p-value is 1.
    With `at_least` the cases having the part alone are the comparison, with `exactly` the cases having exactly the part.
    """
    part = parts[rows]
    there = part >= 0
    entry = np.nonzero(there)[0]
    n, k = counted.cases[rows][entry], hires[entry]
    n_part, k_part = counted.cases[part[there]], part_hires[there]
    both_n, both_k = (n_part, k_part) if match == "at_least" else (n_part + n, k_part + k)
    tails = exact.tails(k, n, both_k, both_n)
    against = np.where(raises[entry], tails.upper, tails.lower)
    against = np.where(both_n == n, 1.0, against)
    worst = np.zeros(rows.size)
    np.maximum.at(worst, entry, against)
    return worst

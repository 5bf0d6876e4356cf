"""Counting over the columns of all cases, a block of cases at a time: what is in hand stays small, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

CASES = 1 << 18
CELLS = 1 << 24
DENSE = 1 << 22
"""Up to so many different keys are counted in place; beyond, those that come are sorted."""
NO_SUPPORT = ("declined", "not_served")
"""Results of a step that gave the case nothing."""


@dataclass(frozen=True)
class Block:
    """Some cases in a row. `case` counts from the block's first and has one entry for each of its `steps`."""

    cases: slice
    steps: slice
    case: Numbers
    many: int


def blocks(snapshot: Snapshot, cells: int = 1) -> Iterator[Block]:
    """All cases, in blocks small enough for so many `cells` each."""
    import numpy as np

    offsets, size = snapshot.steps.offsets, max(1, min(CASES, CELLS // max(1, cells)))
    for first in range(0, len(offsets) - 1, size):
        last = min(first + size, len(offsets) - 1)
        case = np.repeat(np.arange(last - first), np.diff(offsets[first : last + 1]))
        yield Block(slice(first, last), slice(int(offsets[first]), int(offsets[last])), case, last - first)


def gave_support(snapshot: Snapshot, result: npt.NDArray[np.int8]) -> Mask:
    """Which results of steps gave support; one that is not told did."""
    import numpy as np

    codes = snapshot.codes["step_result"]
    # -1, not told, finds the last entry.
    return np.array([code not in NO_SUPPORT for code in [*codes, ""]])[result]


def cases_handled(snapshot: Snapshot, centers: Sequence[str]) -> int:
    """How many cases some centers handled."""
    import numpy as np

    return int(np.isin(snapshot.cases.center, [snapshot.ids("Center").place(each) for each in centers]).sum())


class Tally:
    """How often each key came: whole numbers from 0, below `width`."""

    def __init__(self, width: int) -> None:
        import numpy as np

        self._dense = np.zeros(width, np.int64) if width <= DENSE else None
        self._parts: list[Any] = []

    def add(self, keys: Numbers) -> None:
        """Count these too."""
        import numpy as np

        if self._dense is not None:
            self._dense += np.bincount(keys, minlength=len(self._dense))
        else:
            self._parts.append(np.unique(keys, return_counts=True))

    def found(self) -> tuple[Numbers, Numbers]:
        """The keys that came, in order, and how often."""
        import numpy as np

        if self._dense is not None:
            keys = np.flatnonzero(self._dense)
            return keys, self._dense[keys]
        if not self._parts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        every, counts = (np.concatenate([part[at] for part in self._parts]) for at in (0, 1))
        keys, place = np.unique(every, return_inverse=True)
        return keys, np.bincount(place, counts, len(keys)).astype(np.int64)

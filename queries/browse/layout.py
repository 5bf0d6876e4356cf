"""Where to draw each node: positions that are the same on every machine and every visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 20251217
# Up to here every pair of nodes may push each other apart; beyond it a sample of them does.
SMALL = 500
ROUNDS = 160
SAMPLED = 4


def positions(count: int, ends: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """For `count` nodes joined by `ends` (pairs of places), x and y of each within -1 and 1."""
    import numpy as np

    if count == 0:
        return []
    joined = np.array(sorted({(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]}), dtype=np.int64).reshape(-1, 2)
    placed = _spring(count, joined) if count <= SMALL else _sampled(count, joined)
    placed -= np.median(placed, axis=0)
    reach = float(np.abs(placed).max()) or 1.0
    return [(round(float(x) / reach, 4), round(float(y) / reach, 4)) for x, y in placed]


def _spring(count: int, joined: NDArray[np.int64]) -> NDArray[np.float64]:
    """Fruchterman and Reingold, with a pull to the middle so that loose parts stay in the picture."""
    import numpy as np

    at = _start(count)
    distance = 1.6 / np.sqrt(count)
    for heat in np.linspace(0.12, 0.002, ROUNDS):
        apart = at[:, None, :] - at[None, :, :]
        gap = np.maximum((apart**2).sum(axis=2), 1e-4)
        push = (apart * (distance**2 / gap)[:, :, None]).sum(axis=1)
        at = _step(at, push + _pulls(at, joined, distance), float(heat))
    return at


def _sampled(count: int, joined: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same for many nodes: each round pushes a node away from a few others, drawn anew, as if they were all."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    at = _start(count)
    distance = 1.6 / np.sqrt(count)
    for heat in np.linspace(0.12, 0.002, ROUNDS):
        push = np.zeros_like(at)
        for others in chance.integers(0, count, size=(SAMPLED, count)):
            apart = at - at[others]
            gap = np.maximum((apart**2).sum(axis=1, keepdims=True), distance**2 / 4)
            push += apart * (distance**2 / gap) * (count / SAMPLED)
        at = _step(at, push + _pulls(at, joined, distance), float(heat))
    return at


def _start(count: int) -> NDArray[np.float64]:
    """A sunflower: even, and no chance in it."""
    import numpy as np

    turns = np.arange(count) * np.pi * (3 - np.sqrt(5))
    reach = np.sqrt((np.arange(count) + 0.5) / count)
    return np.stack([reach * np.cos(turns), reach * np.sin(turns)], axis=1)


def _pulls(at: NDArray[np.float64], joined: NDArray[np.int64], distance: float) -> NDArray[np.float64]:
    import numpy as np

    pulled = -at * 0.6 * distance
    if len(joined):
        apart = at[joined[:, 0]] - at[joined[:, 1]]
        strength = apart * (np.sqrt((apart**2).sum(axis=1, keepdims=True)) / distance)
        np.add.at(pulled, joined[:, 0], -strength)
        np.add.at(pulled, joined[:, 1], strength)
    return pulled


def _step(at: NDArray[np.float64], force: NDArray[np.float64], heat: float) -> NDArray[np.float64]:
    """Moves each node along its force, no further than the heat."""
    import numpy as np

    length = np.maximum(np.sqrt((force**2).sum(axis=1, keepdims=True)), 1e-9)
    moved: NDArray[np.float64] = at + force / length * np.minimum(length, heat)
    return moved

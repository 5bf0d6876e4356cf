"""Where to draw each node: near in hops, near in the picture; the same picture on every visit.

Like parts pull together and all push apart; unless they are too many, every node then moves to where its distances to others
are most like its hops to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 20251217
RULES = "2"
"""Changes with how nodes are placed."""
# Up to here every pair of nodes pushes each other apart; beyond it a sample of them does.
SMALL = 800
ROUNDS = 100
SAMPLED = 5
# Up to here nodes are moved by their hops: to all others in a small picture, else to so many anchors. Beyond, it gains nothing.
MIDDLE = 2_000
ANCHORS = 400
STEPS = 40
TO_THE_MIDDLE = 0.2
# Nearest two nodes of a small picture may come, as a part of its half width.
NEAREST = 0.03


def positions(count: int, ends: Sequence[tuple[int, int]], strengths: Sequence[float]) -> list[tuple[float, float]]:
    """For `count` nodes joined by `ends` (pairs of places) of some strength each, x and y within -1 and 1."""
    import numpy as np

    if count == 0:
        return []
    joined = np.array(ends, dtype=np.int64).reshape(-1, 2)
    at = _settled(count, joined, np.array(strengths, dtype=np.float64))
    if count <= MIDDLE:
        at = _by_hops(at, joined)
    at -= (at.max(axis=0) + at.min(axis=0)) / 2
    at /= float(np.abs(at).max()) or 1.0
    if count <= SMALL:
        at = _apart(at)
        at /= float(np.abs(at).max()) or 1.0
    return [(round(float(x), 4), round(float(y), 4)) for x, y in at]


def _settled(count: int, joined: NDArray[np.int64], strength: Floats) -> Floats:
    """Positions after as many rounds, each moving a node along its force but ever less far."""
    import numpy as np

    mass = np.sqrt(1.0 + np.bincount(joined.ravel(), minlength=count))
    chance = np.random.default_rng(SEED)
    at = _sunflower(count)
    for heat in np.linspace(0.15, 0.003, ROUNDS):
        push = _push_all(at, mass) if count <= SMALL else _push_some(at, mass, chance)
        force = push / count + _pull(at, joined, strength, mass) - TO_THE_MIDDLE * at * mass[:, None]
        length = np.maximum(np.sqrt((force**2).sum(axis=1, keepdims=True)), 1e-9)
        at = at + force / length * np.minimum(length, heat)
    return at


def _sunflower(count: int) -> Floats:
    """Even from the middle outwards, and no chance in it."""
    import numpy as np

    turns = np.arange(count) * np.pi * (3 - np.sqrt(5))
    reach = np.sqrt((np.arange(count) + 0.5) / count)
    return np.stack([reach * np.cos(turns), reach * np.sin(turns)], axis=1)


def _push_all(at: Floats, mass: Floats) -> Floats:
    """Every node away from every other, the more the nearer and the better joined both are."""
    import numpy as np

    square = (at**2).sum(axis=1)
    gap = np.maximum(square[:, None] + square[None, :] - 2 * at @ at.T, 1 / (16 * len(at)))
    weight = mass[None, :] / gap
    pushed: Floats = (at * weight.sum(axis=1, keepdims=True) - weight @ at) * mass[:, None]
    return pushed


def _push_some(at: Floats, mass: Floats, chance: np.random.Generator) -> Floats:
    """The same from a few others, drawn anew each round, as if they were all."""
    import numpy as np

    count = len(at)
    pushed = np.zeros_like(at)
    for others in chance.integers(0, count, size=(SAMPLED, count)):
        apart = at - at[others]
        gap = np.maximum((apart**2).sum(axis=1), 1 / count)
        pushed += apart * (mass * mass[others] / gap)[:, None] * (count / SAMPLED)
    return pushed


def _pull(at: Floats, joined: NDArray[np.int64], strength: Floats, mass: Floats) -> Floats:
    """Both ends of each relationship towards each other, less where both have many."""
    import numpy as np

    pulled = np.zeros_like(at)
    apart = at[joined[:, 0]] - at[joined[:, 1]]
    distance = np.sqrt((apart**2).sum(axis=1)) * np.sqrt(len(at)) / 6
    share = strength / np.minimum(mass[joined[:, 0]], mass[joined[:, 1]])
    force = apart * (share * np.maximum(distance, 0.3))[:, None]
    np.add.at(pulled, joined[:, 0], -force)
    np.add.at(pulled, joined[:, 1], force)
    return pulled


def _by_hops(at: Floats, joined: NDArray[np.int64]) -> Floats:
    """Stress made less, step by step: each node moves to where its anchors and what it is joined to would have it.

    What a few hops apart weighs most. Nodes that no way joins leave each other alone.
    """
    import numpy as np

    count = len(at)
    anchors = np.arange(count)
    if count > SMALL:
        anchors = np.sort(np.random.default_rng(SEED).choice(count, ANCHORS, replace=False))
    hops = _hops(count, joined, anchors)
    weight = np.divide(count / len(anchors), hops**2, out=np.zeros_like(hops), where=hops > 0)
    both = np.concatenate([joined, joined[:, ::-1]]) if count > SMALL else joined[:0]
    heavy = weight.sum(axis=1) + np.bincount(both[:, 0], minlength=count)
    hop = _length_of_a_hop(at, anchors, hops, weight)
    for _ in range(STEPS if heavy.any() else 0):
        moved = np.zeros_like(at)
        stretch = hop * hops / np.maximum(_distances(at, at[anchors]), 1e-9) * weight
        near = hop / np.maximum(np.sqrt(((at[both[:, 0]] - at[both[:, 1]]) ** 2).sum(axis=1)), 1e-9)
        for axis in (0, 1):
            own = at[:, axis]
            moved[:, axis] = own * stretch.sum(axis=1) + (weight - stretch) @ own[anchors]
            pulled = own[both[:, 1]] + (own[both[:, 0]] - own[both[:, 1]]) * near
            moved[:, axis] += np.bincount(both[:, 0], pulled, count)
        held = heavy > 0
        at = at.copy()
        at[held] = moved[held] / heavy[held, None]
    return at


def _hops(count: int, joined: NDArray[np.int64], anchors: NDArray[np.int64]) -> Floats:
    """float[count, anchors]: how many relationships apart; 0 for a node itself and where no way leads."""
    import numpy as np
    from scipy.sparse import coo_array

    both = np.concatenate([joined, joined[:, ::-1]])
    beside = coo_array((np.ones(len(both), np.float32), (both[:, 0], both[:, 1])), (count, count)).tocsr()
    hops = np.zeros((count, len(anchors)))
    seen = np.zeros(hops.shape, np.float32)
    seen[anchors, np.arange(len(anchors))] = 1
    reached, away = seen, 0
    while reached.any():
        away += 1
        reached = ((beside @ reached > 0) & (seen == 0)).astype(np.float32)
        seen += reached
        hops += away * reached
    return hops


def _distances(at: Floats, others: Floats) -> Floats:
    import numpy as np

    found: Floats = np.hypot(at[:, 0, None] - others[None, :, 0], at[:, 1, None] - others[None, :, 1])
    return found


def _length_of_a_hop(at: Floats, anchors: NDArray[np.int64], hops: Floats, weight: Floats) -> float:
    """How long a hop is in the picture as it stands."""
    distance = _distances(at, at[anchors])
    return float((weight * distance * hops).sum() / max((weight * hops**2).sum(), 1e-9))


def _apart(at: Floats) -> Floats:
    """Nodes that lie on each other moved aside."""
    import numpy as np

    for _ in range(40):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + np.eye(len(at)) * 9
        over = np.maximum(NEAREST - distance, 0) / np.maximum(distance, 1e-9)
        if not over.any():
            break
        at = at + (apart * over[:, :, None]).sum(axis=1) * 0.4
    return at

"""Seeded draws that give the same picks on every machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loaders.cohort.tables import Integers, Numbers

NETWORK, COMPANIES, CASES, FAULTS = range(4)
"""What a stream of random numbers is for: each has its own, so that one can change and the others stay."""


def stream(seed: int, purpose: int, block: int = 0) -> np.random.Generator:
    """The random numbers of one block of rows, the same whatever other blocks are made."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(purpose, block))))


def zipf(count: int, slope: float, shift: float = 1.0) -> Numbers:
    """Shares of `count` ranks that fall as a power of the rank; they add up to 1."""
    return shares([(rank + shift) ** -slope for rank in range(count)])


def shares(weights: Numbers | Sequence[float]) -> Numbers:
    """Weights scaled to add up to 1, rounded so that another machine's last bit cannot change a pick."""
    given = np.asarray(weights, dtype=np.float64)
    scaled: Numbers = np.round(given / given.sum(), 9)
    return scaled


def bounds(share: Numbers | Sequence[float]) -> Numbers:
    """Upper bounds in (0, 1] of each pick, for `pick`."""
    upper = np.cumsum(np.asarray(share, dtype=np.float64))
    upper /= upper[-1]
    return upper


def pick(rng: np.random.Generator, upper: Numbers, count: int) -> Integers:
    """`count` picks of a position in `upper`."""
    return np.searchsorted(upper, rng.random(count), side="right").astype(np.int64)


def shuffled(rng: np.random.Generator, count: int) -> Integers:
    """The positions 0 to below `count` in a drawn order."""
    return np.argsort(rng.random(count), kind="stable")


def below(rng: np.random.Generator, limits: Integers | int, count: int) -> Integers:
    """`count` whole numbers from 0 to below each limit, all alike."""
    return np.floor(rng.random(count) * limits).astype(np.int64)

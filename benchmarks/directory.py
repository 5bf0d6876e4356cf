"""A made-up national directory: centers, institutions, programs and industries, with the cost of each step between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

CENTERS, CENTER_PARTNERS = 170, 150
TYPES = ("PARTNERS_WITH", "OFFERS", "OFFERED_BY", "TRAINS_FOR")


@dataclass(frozen=True)
class Directory:
    """Nodes are numbered providers first, then programs, then industries; `kinds` indexes TYPES."""

    providers: int
    programs: int
    industries: int
    starts: Ints
    ends: Ints
    kinds: Ints
    costs: Ints

    @property
    def nodes(self) -> int:
        return self.providers + self.programs + self.industries

    @property
    def first_industry(self) -> int:
        return self.providers + self.programs


def national(
    seed: int, providers: int = 25_000, programs: int = 22_000, industries: int = 600, partners: int = 270_000
) -> Directory:
    """Providers 0 to CENTERS - 1 are job centers with many partners; others' partnerships are mostly near.

    About 1 relationship in 50 between providers runs parallel to another.
    """
    rng = np.random.default_rng(seed)
    first, second = _partnerships(rng, providers, partners)
    program = providers + np.arange(programs)
    owner = (providers * rng.random(programs) ** 1.3).astype(np.int64)
    co_program, co_owner = rng.choice(program, programs // 4), rng.integers(0, providers, programs // 4)
    trained = np.repeat(program, 3)
    industry = providers + programs + (industries * rng.random(len(trained)) ** 1.5).astype(np.int64)
    parts = [
        (first, second, rng.integers(20, 100, len(first))),
        (
            np.concatenate([owner, co_owner]),
            np.concatenate([program, co_program]),
            rng.integers(1, 40, programs + len(co_owner)),
        ),
        (co_program, co_owner, rng.integers(5, 30, len(co_owner))),
        (trained, industry, rng.integers(1, 60, len(trained))),
    ]
    kinds = np.repeat(np.arange(len(TYPES)), [len(part[0]) for part in parts])
    starts, ends, costs = (np.concatenate([part[which] for part in parts]) for which in range(3))
    return Directory(providers, programs, industries, starts, ends, kinds, costs)


def _partnerships(rng: np.random.Generator, providers: int, partners: int) -> tuple[Ints, Ints]:
    center = np.repeat(np.arange(CENTERS), CENTER_PARTNERS)
    first = np.concatenate([center, rng.integers(CENTERS, providers, partners)])
    near = (first + rng.geometric(0.01, len(first))) % providers
    far = (providers * rng.random(len(first)) ** 2).astype(np.int64)
    second = np.where((rng.random(len(first)) < 0.8) & (first >= CENTERS), near, far)
    apart = first != second
    first, second = first[apart], second[apart]
    again = rng.integers(0, len(first), len(first) // 50)
    return np.concatenate([first, first[again]]), np.concatenate([second, second[again]])


def requests(directory: Directory, count: int, seed: int) -> list[tuple[int, int]]:
    """Which center a person comes to, and which industry is wanted."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, CENTERS, count)
    where = directory.first_industry + rng.integers(0, directory.industries, count)
    return list(zip(who.tolist(), where.tolist(), strict=True))

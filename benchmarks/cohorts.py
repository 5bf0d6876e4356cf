"""Cohorts whose truth is known, made directly as arrays: what the combination engine is held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

EIGHT = (0.95, 0.80, 0.50, 0.35, 0.35, 0.25, 0.15, 0.10)
FORTY = tuple(np.round(0.95 * np.exp(-np.arange(40) / 9.0), 4).tolist())
CENTERS = 4
AGE_BANDS = 3


@dataclass(frozen=True)
class Cohort:
    """n cases, one prevalence per partner; cases having all of `planted` are hired at `effect`, all others at `base`.

    confounded: the partner whose use differs between centers together with their base rates; -1 for none.
    """

    name: str
    n: int
    prevalences: tuple[float, ...] = EIGHT
    planted: tuple[int, ...] = ()
    base: float = 0.50
    effect: float = 0.85
    confounded: int = -1

    def at(self, n: int) -> Cohort:
        return replace(self, n=n)

    def draw(self, seed: int) -> tuple[Any, Any, dict[str, Any]]:
        """masks uint64[n], hired bool[n], strata."""
        rng = np.random.default_rng([seed, self.n, len(self.prevalences)])
        center, age = rng.integers(0, CENTERS, self.n), rng.integers(0, AGE_BANDS, self.n)
        chance = np.tile(np.array(self.prevalences), (self.n, 1))
        hire = np.full(self.n, self.base)
        if self.confounded >= 0:
            chance[:, self.confounded] = np.array([0.15, 0.35, 0.60, 0.80])[center]
            hire = np.array([0.30, 0.45, 0.60, 0.75])[center]
        has = rng.random(chance.shape) < chance
        if self.planted:
            hire = np.where(has[:, list(self.planted)].all(axis=1), self.effect, hire)
        bits = np.uint64(1) << np.arange(len(self.prevalences), dtype=np.uint64)
        masks = (has * bits).sum(axis=1, dtype=np.uint64)
        return masks, rng.random(self.n) < hire, {"center": center, "age_band": age}

    def truth(self, items: tuple[int, ...]) -> float:
        """The hire rate of all people the maker could make who have these partners (cohorts without a confounder)."""
        if not self.planted:
            return self.base
        rest = np.prod([self.prevalences[item] for item in self.planted if item not in items])
        return float(self.base + (self.effect - self.base) * rest)

    def is_false(self, items: tuple[int, ...]) -> bool:
        """Whether naming it is wrong: some member adds nothing to the others."""
        return not set(items) <= set(self.planted)


NOTHING = Cohort("no effect", 0)
PAIR = Cohort("planted pair (50 % and 35 % of cases)", 0, planted=(2, 3))
SCARCE_PAIR = Cohort("planted pair, scarce (35 % and 35 %)", 0, planted=(3, 4))
COMMON_PAIR = Cohort("planted pair, one frequent (80 % and 35 %)", 0, planted=(1, 3))
SINGLE = Cohort("planted single partner (35 %)", 0, planted=(3,))
LOWERING = Cohort("pair that lowers hiring (.15 against .50)", 0, planted=(2, 3), effect=0.15)
CONFOUNDED = Cohort("confounder only", 0, confounded=3)
RARE = Cohort("one rare partner (3 %) with a real effect", 0, (*EIGHT[:-1], 0.03), (7,))
THREE_WAY = Cohort("three-way effect (80 %, 50 %, 35 %)", 0, planted=(1, 2, 3))
FORTY_NOTHING = Cohort("40 partners, no effect", 0, FORTY)
FORTY_SINGLE = Cohort("40 partners, one with an effect (29 %)", 0, FORTY, (11,))

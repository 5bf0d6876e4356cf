"""What is planted in a cohort: the rule by which its cases are hired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal, get_args

import numpy as np

from loaders.cohort.draws import shuffled
from loaders.cohort.names import NEEDS, PARTNER_KINDS
from loaders.cohort.network import Lean, Members, Ties
from loaders.cohort.tables import Integers, Numbers

Plan = Literal["none", "pair", "single", "lowering", "confounder", "three_way", "mixed"]
PLANS: tuple[Plan, ...] = get_args(Plan)
AGE_BANDS = ("under_40", "40s", "50s", "60s", "70_plus")

BASE_RATE = 0.50
RAISED, LOWERED = 0.85, 0.15
HARD_CENTER, EASY_CENTER = 0.40, 0.80
TIMES_USED = 8.0
"""How much more weight the easier centers give to the confounded partner kind."""


def logit(rate: float) -> float:
    """Log odds of a rate strictly between 0 and 1."""
    return log(rate / (1 - rate))


@dataclass(frozen=True)
class Effect:
    """Added to the log odds of being hired when every one of the partners has served the case."""

    name: str
    by: Literal["partner_kind", "partner"]
    partners: tuple[str, ...]
    log_odds: float


@dataclass(frozen=True)
class Planted:
    """The log odds of being hired: base + center + age band + need + every effect in full."""

    plan: Plan
    base: float
    center: Numbers
    age: Numbers
    need: Numbers
    effects: tuple[Effect, ...]
    lean: Lean | None


@dataclass(frozen=True)
class Lookup:
    """For each provider position the bits it stands for; for each effect the bits a case must have."""

    of_provider: Integers
    of_effect: tuple[int, ...]
    of_lean: int


def choose_kinds(rng: np.random.Generator) -> list[int]:
    """The eight commonest partner kinds, those four that serve most cases first, each half shuffled."""
    return [int(kind) for half in (0, 4) for kind in half + shuffled(rng, 4)]


def choose_lean(plan: Plan, chosen: Sequence[int], center_share: Numbers) -> Lean | None:
    """The centers that take easier clients: the largest, until they hold three cases in ten."""
    if plan not in ("confounder", "mixed"):
        return None
    easier = int(np.searchsorted(np.cumsum(center_share), 0.3)) + 1
    return Lean(chosen[-1], tuple(range(min(easier, len(center_share) - 1))), TIMES_USED)


def plant(
    plan: Plan, chosen: Sequence[int], lean: Lean | None, members: Members, ties: Ties, rng: np.random.Generator
) -> Planted:
    """The effects of a plan on the chosen kinds."""
    center = np.zeros(members.centers)
    age, need = np.zeros(len(AGE_BANDS)), np.zeros(len(NEEDS))
    base = logit(HARD_CENTER if plan == "confounder" else BASE_RATE)
    if lean is not None:
        center[list(lean.centers)] = logit(EASY_CENTER) - logit(HARD_CENTER)
    if plan == "mixed":
        center += np.round(0.3 * (rng.random((4, members.centers)).sum(axis=0) - 2), 3)
        age += [0.3, 0.1, 0.0, -0.3, -0.8]
        need[[1, 6, 10, 15]] = [-0.1, -0.5, -0.4, -0.3]
    effects = _effects(plan, [PARTNER_KINDS[kind] for kind in chosen], members, ties)
    return Planted(plan, base, center, age, need, effects, lean)


def _effects(plan: Plan, kinds: list[str], members: Members, ties: Ties) -> tuple[Effect, ...]:
    up, down = logit(RAISED) - logit(BASE_RATE), logit(LOWERED) - logit(BASE_RATE)
    if plan == "mixed":
        return (
            Effect("three_way", "partner_kind", tuple(kinds[:3]), 1.5),
            Effect("pair", "partner_kind", tuple(kinds[3:5]), 1.2),
            Effect("lowering", "partner_kind", tuple(kinds[5:7]), -1.2),
            Effect("single", "partner", (_hub(members, ties),), 0.8),
        )
    sizes = {"pair": (2, up), "single": (1, up), "lowering": (2, down), "three_way": (3, up)}
    if plan not in sizes:
        return ()
    size, log_odds = sizes[plan]
    return (Effect(plan, "partner_kind", tuple(kinds[:size]), log_odds),)


def _hub(members: Members, ties: Ties) -> str:
    """The institution that serves most cases over all centers, of the kinds beyond the commonest eight where there is one."""
    use = np.bincount(ties.institution, ties.share * members.center_share[ties.center], minlength=len(members.institution_ids))
    rare = members.institution_kind >= 8
    use[~rare] *= 0 if use[rare].any() else 1
    return str(members.institution_ids[int(np.argmax(use))])


def make_lookup(planted: Planted, members: Members) -> Lookup:
    """A bit for each partner kind, and one for each single partner with an effect."""
    single = [partner for effect in planted.effects if effect.by == "partner" for partner in effect.partners]
    bit = {name: 1 << place for place, name in enumerate([*PARTNER_KINDS, *single])}
    found = np.zeros(members.centers + len(members.institution_ids), dtype=np.int64)
    found[members.centers :] = np.int64(1) << members.institution_kind
    ids = members.institution_ids.to_pylist()
    for partner in single:
        found[members.centers + ids.index(partner)] |= bit[partner]
    needed = tuple(sum(bit[partner] for partner in effect.partners) for effect in planted.effects)
    return Lookup(found, needed, 0 if planted.lean is None else 1 << planted.lean.kind)

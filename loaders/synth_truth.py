"""What is planted in a cohort, and the record of it that is written beside the data and never loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any, Literal, get_args

import numpy as np

from loaders.synth_draws import zipf
from loaders.synth_names import NEEDS, PARTNER_KINDS
from loaders.synth_network import Lean, Members, Ties
from loaders.synth_tables import Flags, Integers, Numbers

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


def choose_kinds(plan: Plan, kinds: int, rng: np.random.Generator) -> list[int]:
    """Partner kinds to plant effects in, of the commonest that are in use."""
    return rng.permutation(min(kinds, 8 if plan in ("mixed", "confounder") else 5)).tolist()


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
            Effect("pair", "partner_kind", tuple(kinds[:2]), 1.2),
            Effect("lowering", "partner_kind", tuple(kinds[2:4]), -1.2),
            Effect("three_way", "partner_kind", tuple(kinds[4:7]), 1.5),
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


@dataclass
class Arms:
    """Closed cases, hires, and the hires to expect, with and without a combination of partners."""

    cases: Integers = field(default_factory=lambda: np.zeros(2, dtype=np.int64))
    hires: Integers = field(default_factory=lambda: np.zeros(2, dtype=np.int64))
    expected: Numbers = field(default_factory=lambda: np.zeros(2))

    def add(self, has: Flags, hired: Flags, chance: Numbers) -> None:
        """Count closed cases: who has the combination, who was hired, the chance each had."""
        arm = 1 - has.astype(np.int64)
        self.cases += np.bincount(arm, minlength=2)
        self.hires += np.bincount(arm, hired, minlength=2).astype(np.int64)
        self.expected += np.bincount(arm, chance, minlength=2)

    def record(self) -> dict[str, dict[str, float | int]]:
        """As written to the truth file."""
        return {
            name: {
                "cases": int(self.cases[arm]),
                "hires": int(self.hires[arm]),
                "expected_hires": round(float(self.expected[arm]), 2),
            }
            for arm, name in enumerate(("with", "without"))
        }


def planted_record(planted: Planted, members: Members) -> dict[str, Any]:
    """The rule by which cases were hired, in words and numbers."""
    centers = members.center_ids.to_pylist()
    return {
        "rule": "log odds of hired = base + center + age_band + main_need + every effect all of whose partners served the case",
        "served": "a step with that provider whose result is completed or ongoing",
        "closed": "outcome hired, not_hired or dropped_out; months to outcome do not depend on the outcome, so that open cases bias nothing",
        "main_need": "the first row of the case in case_needs",
        "base_rate": round(1 / (1 + np.exp(-planted.base)).item(), 4),
        "base_log_odds": round(planted.base, 6),
        "center_log_odds": _told(centers, planted.center),
        "age_band_log_odds": _told(AGE_BANDS, planted.age),
        "main_need_log_odds": _told(NEEDS, planted.need),
    }


def _told(names: Sequence[str], values: Numbers) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(names, values, strict=True) if value}


def effect_records(planted: Planted, arms: Sequence[Arms]) -> list[dict[str, Any]]:
    """Each planted effect beside what came of it."""
    return [
        {
            "name": effect.name,
            "by": effect.by,
            "partners": list(effect.partners),
            "log_odds": round(effect.log_odds, 6),
            "rate_from_base": round(1 / (1 + np.exp(-planted.base - effect.log_odds)).item(), 4),
            "closed_cases": counted.record(),
        }
        for effect, counted in zip(planted.effects, arms, strict=True)
    ]


def confounder_records(planted: Planted, members: Members, strata: Mapping[str, Arms]) -> list[dict[str, Any]]:
    """The partner kind that looks as if it helped, and does not."""
    if planted.lean is None:
        return []
    return [
        {
            "by": "partner_kind",
            "partners": [PARTNER_KINDS[planted.lean.kind]],
            "log_odds": 0.0,
            "easier_centers": [str(members.center_ids[center]) for center in planted.lean.centers],
            "weight_there_times": planted.lean.times,
            "share_of_cases_there": round(float(members.center_share[list(planted.lean.centers)].sum()), 4),
            "closed_cases": {name: counted.record() for name, counted in strata.items()},
        }
    ]


def kind_shares(kinds: int) -> dict[str, float]:
    """Share of a center's partner steps that go to each institution kind, where nothing else is planted."""
    return {PARTNER_KINDS[kind]: round(float(share), 4) for kind, share in enumerate(zipf(kinds, 0.8))}

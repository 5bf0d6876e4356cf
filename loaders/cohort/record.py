"""The record of what was planted and what came of it: written beside the data, never loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loaders.cohort.cases import CLOSING, DROPPED, HIRED, LAST, MONTHS, OUTCOMES, RETAINED, Block
from loaders.cohort.draws import zipf
from loaders.cohort.faults import Spoiled
from loaders.cohort.names import PARTNER_KINDS, UNMET
from loaders.cohort.network import Members
from loaders.cohort.tables import Flags, Integers, Numbers
from loaders.cohort.truth import AGE_BANDS, Planted
from loaders.cohort.world import World

VERSION = 1


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
        self.hires += np.bincount(arm[hired], minlength=2)
        self.expected += np.bincount(arm, chance, minlength=2)

    def record(self) -> dict[str, dict[str, float | int]]:
        """As written to the truth file."""
        arms = zip(("with", "without"), self.cases.tolist(), self.hires.tolist(), self.expected.tolist(), strict=True)
        return {name: {"cases": n, "hires": hires, "expected_hires": round(due, 2)} for name, n, hires, due in arms}


@dataclass
class Counts:
    """What has been written so far, as far as the record tells of it."""

    world: World
    effects: list[Arms] = field(init=False)
    easier: Arms = field(default_factory=Arms)
    others: Arms = field(default_factory=Arms)
    outcomes: Integers = field(default_factory=lambda: np.zeros(len(OUTCOMES), dtype=np.int64))
    used: Flags = field(init=False)
    problems: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Nothing counted yet."""
        self.effects = [Arms() for _ in self.world.planted.effects]
        self.used = np.zeros(len(self.world.ties.center), dtype=bool)

    def add(self, block: Block) -> None:
        """Count one block of cases."""
        self.used[block.used] = True
        self.outcomes += np.bincount(block.outcome, minlength=len(OUTCOMES))
        closed, hired = block.closed, block.outcome == HIRED
        for arms, needed in zip(self.effects, self.world.lookup.of_effect, strict=True):
            arms.add((block.partners[closed] & needed) == needed, hired[closed], block.chance[closed])
        if self.world.planted.lean is not None:
            easy = np.isin(block.center, self.world.planted.lean.centers)
            has = (block.partners & self.world.lookup.of_lean) > 0
            for arms, among in ((self.easier, closed & easy), (self.others, closed & ~easy)):
                arms.add(has[among], hired[among], block.chance[among])

    def add_problems(self, spoiled: Sequence[Spoiled]) -> None:
        """Count wrong cells."""
        self.problems.update(f"{wrong.table}.{wrong.column}: {wrong.problem}" for wrong in spoiled)


def truth_record(world: World, counts: Counts, seed: int, rows: Mapping[str, int]) -> dict[str, Any]:
    """The truth file as a mapping."""
    return {
        "version": VERSION,
        "note": "what was planted in a synthetic dataset; kept beside it, never loaded",
        "seed": seed,
        "plan": world.planted.plan,
        "hiring": _hiring(world.planted, world),
        "effects": _effects(world.planted, counts.effects),
        "confounders": _confounders(world, counts),
        "time": _time(),
        "partner_kind_shares": {PARTNER_KINDS[k]: round(float(share), 4) for k, share in enumerate(zipf(world.kinds, 0.8))},
        "outcomes": dict(zip(OUTCOMES, counts.outcomes.tolist(), strict=True)),
        "rows": dict(rows),
        "gaps": _gaps(world, counts.used),
        "wrong_cells": dict(sorted(counts.problems.items())),
    }


def _hiring(planted: Planted, world: World) -> dict[str, Any]:
    return {
        "rule": "log odds of hired = base + center + age_band + main_need + every effect all of whose partners served the case",
        "served": "a step with that provider whose result is completed or ongoing",
        "closed": "outcome hired, not_hired or dropped_out",
        "main_need": "the first row of the case in case_needs",
        "base_rate": _rate(planted.base),
        "base_log_odds": round(planted.base, 6),
        "center_log_odds": _told(world.members.center_ids.to_pylist(), planted.center),
        "age_band_log_odds": _told(AGE_BANDS, planted.age),
        "main_need_log_odds": _told(world.terms.need_ids.to_pylist(), planted.need),
    }


def _rate(log_odds: float) -> float:
    return round(float(1 / (1 + np.exp(-log_odds))), 4)


def _told(names: Sequence[str], values: Numbers) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(names, values, strict=True) if value}


def _effects(planted: Planted, counted: Sequence[Arms]) -> list[dict[str, Any]]:
    return [
        {
            "name": effect.name,
            "by": effect.by,
            "partners": list(effect.partners),
            "log_odds": round(effect.log_odds, 6),
            "rate_from_base": _rate(planted.base + effect.log_odds),
            "closed_cases": arms.record(),
        }
        for effect, arms in zip(planted.effects, counted, strict=True)
    ]


def _confounders(world: World, counts: Counts) -> list[dict[str, Any]]:
    """The partner kind that looks as if it helped, and does not."""
    lean = world.planted.lean
    if lean is None:
        return []
    return [
        {
            "by": "partner_kind",
            "partners": [PARTNER_KINDS[lean.kind]],
            "log_odds": 0.0,
            "stratum": "center",
            "easier_centers": [str(world.members.center_ids[center]) for center in lean.centers],
            "weight_there_times": lean.times,
            "closed_cases": {"easier_centers": counts.easier.record(), "other_centers": counts.others.record()},
        }
    ]


def _time() -> dict[str, Any]:
    return {
        "first_month": MONTHS[0],
        "last_month": MONTHS[LAST],
        "months_to_outcome": list(CLOSING),
        "note": "months to the outcome do not depend on the outcome or the partners: cases still open bias no rate",
        "dropped_out_among_not_hired": DROPPED,
        "retained_6m_among_hired": RETAINED,
    }


def _gaps(world: World, used: Flags) -> dict[str, Any]:
    """Ties by center and institution, whatever else is missing, all by id."""
    ties, members = world.ties, world.members
    undeclared = np.flatnonzero(used & ~ties.declared)
    idle = np.flatnonzero(~used & ties.declared)
    trained = len(world.terms.industry_ids) - world.terms.untrained
    return {
        "used_without_declaration": _named(members, zip(ties.center[undeclared], ties.institution[undeclared], strict=True)),
        "declared_never_used": _named(
            members, [*ties.never_used, *zip(ties.center[idle], ties.institution[idle], strict=True)]
        ),
        "missing_partner_kinds": [[str(members.center_ids[center]), PARTNER_KINDS[kind]] for center, kind in ties.missing],
        "needs_without_program": [str(world.terms.need_ids[need]) for need in UNMET],
        "industries_without_training": world.terms.industry_ids[trained:].to_pylist(),
    }


def _named(members: Members, pairs: Iterable[tuple[int, int]]) -> list[list[str]]:
    centers, institutions = members.center_ids.to_pylist(), members.institution_ids.to_pylist()
    return sorted([centers[center], institutions[institution]] for center, institution in pairs)

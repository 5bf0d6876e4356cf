"""Cases of a synthetic cohort, a block at a time: who they are, which steps they take, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.schema import load_schema
from loaders.cohort.draws import CASES, below, bounds, pick, stream, zipf
from loaders.cohort.names import NEEDS, STEP_OF_PROGRAM, UNMET
from loaders.cohort.network import Ties
from loaders.cohort.programs import Programs
from loaders.cohort.tables import Flags, Integers, Numbers, Table, coded, flags, integers, numbered, texts
from loaders.cohort.truth import AGE_BANDS, Lookup
from loaders.cohort.world import World

MONTHS = tuple(f"{year}-{month:02d}" for year in range(2022, 2026) for month in range(1, 13))
LAST = len(MONTHS) - 1
STEPS = (0.02, 0.08, 0.14, 0.18, 0.18, 0.15, 0.10, 0.07, 0.04, 0.02, 0.01, 0.01)
"""Shares of cases with 1, 2, … steps."""
CLOSING = (0.02, 0.06, 0.10, 0.13, 0.13, 0.12, 0.10, 0.08, 0.07, 0.05, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.005, 0.005)
"""Shares of cases that close 1, 2, … months after they open, whatever the outcome."""
OWN_STEP = 0.15
"""Share of later steps that the center takes itself."""
DROPPED = 0.3
"""Share of the cases not hired that dropped out."""
RETAINED = 0.72
REASONS = {"none_exists": 0.1, "no_seats": 0.35, "not_eligible": 0.25, "too_far": 0.18, "no_answer": 0.12}
NONE_EXISTS = 0
RESULTS = ("completed", "ongoing", "declined", "not_served")
OUTCOMES = ("hired", "not_hired", "dropped_out", "open")
HIRED, NOT_HIRED, DROPPED_OUT, OPEN = range(4)
AGE_SHARES = (0.05, 0.24, 0.44, 0.24, 0.03)


@dataclass(frozen=True)
class People:
    """Cases before any help: a position in each list per case, -1 for none; `opened` counts months from January 2022."""

    center: Integers
    age: Integers
    sex: Integers
    needs: tuple[Integers, Integers, Integers]
    industry: Integers
    occupation: Integers
    opened: Integers
    months: Integers

    @property
    def closed(self) -> Flags:
        """Cases whose outcome is known by the last month."""
        return self.opened + self.months <= LAST


@dataclass(frozen=True)
class Steps:
    """Steps of all cases in order: `case` by position in the block, `tie` the row of Ties that was used or -1."""

    case: Integers
    place: Integers
    tie: Integers
    provider: Integers
    program: Integers
    need: Integers
    result: Integers
    reason: Integers
    month: Integers
    taken: Flags
    """False for the steps of an open case that lie after the last month."""

    @property
    def served(self) -> Flags:
        """Steps that gave the case something."""
        return self.result <= 1


@dataclass(frozen=True)
class Block:
    """One block of cases: its tables, and what the truth file counts."""

    tables: dict[str, Table]
    closed: Flags
    outcome: Integers
    chance: Numbers
    partners: Integers
    """The bits of Lookup that a case has."""
    center: Integers
    used: Integers
    """Rows of Ties that some case went along."""


def make_block(world: World, seed: int, block: int, first: int, count: int) -> Block:
    """`count` cases numbered from `first`; the same seed and block number give the same cases."""
    rng = stream(seed, CASES, block)
    people = _people(world, rng, count)
    steps = _steps(world, people, rng)
    partners = _partners(world.lookup, steps, count)
    chance = _chance(world, people, partners)
    outcome = _outcome(people, chance, rng)
    ids = numbered(f"{world.prefix}-case-", first + 1, count, 8)
    tables = {
        "cases": _case_table(world, people, outcome, ids, rng),
        "case_needs": _need_table(world, people, ids),
        "case_steps": _step_table(world, steps, ids),
        "case_credentials": _credential_table(world, steps, ids, rng),
    }
    used = np.unique(steps.tie[steps.taken & steps.served & (steps.tie >= 0)])
    return Block(tables, people.closed, outcome, chance, partners, people.center, used)


def _people(world: World, rng: np.random.Generator, count: int) -> People:
    industries, occupations = len(world.terms.industry_ids), len(world.terms.occupation_ids)
    return People(
        center=pick(rng, bounds(world.members.center_share), count),
        age=pick(rng, bounds(AGE_SHARES), count),
        sex=pick(rng, bounds([0.5, 0.46, 0.04]), count),
        needs=_needs(rng, count),
        industry=pick(rng, bounds(zipf(industries, 0.7)), count),
        occupation=pick(rng, bounds(zipf(occupations, 0.6)), count),
        opened=below(rng, len(MONTHS), count),
        months=1 + pick(rng, bounds(CLOSING), count),
    )


def _needs(rng: np.random.Generator, count: int) -> tuple[Integers, Integers, Integers]:
    """One to three different needs of each case."""
    upper = bounds(zipf(len(NEEDS), 0.8))
    main, second, third = (pick(rng, upper, count) for _ in range(3))
    second[(second == main) | (rng.random(count) < 0.35)] = -1
    third[(third == main) | (third == second) | (rng.random(count) < 0.65)] = -1
    return main, second, third


def _steps(world: World, people: People, rng: np.random.Generator) -> Steps:
    number = 1 + pick(rng, bounds(STEPS), len(people.center))
    case = np.repeat(np.arange(len(number)), number)
    place = np.arange(len(case)) - np.repeat(np.cumsum(number) - number, number)
    own = (rng.random(len(case)) < OWN_STEP) | (place == 0)
    tie = _ties(world.ties, people.center[case], own, rng)
    provider = np.where(own, people.center[case], world.members.centers + world.ties.institution[tie])
    needs = tuple(need[case] for need in people.needs)
    program = _program(world.programs, provider, needs, rng)
    month = people.opened[case] + people.months[case] * place // number[case]
    taken = month <= LAST
    result = _result(people, case, place, taken, rng)
    need = _need_of(world.programs.need[program], needs)
    reason = _reason(result, need, rng)
    nobody = reason == NONE_EXISTS
    return Steps(
        case,
        place,
        np.where(own | nobody, -1, tie),
        np.where(nobody, -1, provider),
        np.where(nobody, -1, program),
        need,
        result,
        reason,
        month,
        taken,
    )


def _ties(ties: Ties, center: Integers, own: Flags, rng: np.random.Generator) -> Integers:
    """For each step a row of Ties of its center; its own steps get row 0, which nobody reads."""
    starts = np.searchsorted(ties.center, np.arange(int(ties.center[-1]) + 1))
    upper = np.concatenate([bounds(share) for share in np.split(ties.share, starts[1:])]) + ties.center
    found = np.zeros(len(center), dtype=np.int64)
    away = ~own
    aim = center[away] + rng.random(np.count_nonzero(away))
    found[away] = np.minimum(np.searchsorted(upper, aim, side="right"), len(upper) - 1)
    return found


def _program(programs: Programs, provider: Integers, needs: tuple[Integers, ...], rng: np.random.Generator) -> Integers:
    """A program of the provider: of two drawn ones the second, where only that answers a need of the case."""
    first, second = (programs.first[provider] + below(rng, programs.count[provider], len(provider)) for _ in range(2))
    fits = [np.logical_or.reduce([programs.need[drawn] == need for need in needs]) for drawn in (first, second)]
    return np.where(fits[1] & ~fits[0], second, first)


def _need_of(answered: Integers, needs: tuple[Integers, ...]) -> Integers:
    """The need of the case that the program answers, else the case's main need."""
    return np.where((answered == needs[1]) | (answered == needs[2]), answered, needs[0])


def _result(people: People, case: Integers, place: Integers, taken: Flags, rng: np.random.Generator) -> Integers:
    result = np.array([0, 2, 3])[pick(rng, bounds([0.94, 0.02, 0.04]), len(case))]
    result[place == 0] = 0
    going = ~people.closed[case] & taken & ~np.append(taken[1:] & (place[1:] > 0), False)
    result[going & (result == 0)] = 1
    return result


def _reason(result: Integers, need: Integers, rng: np.random.Generator) -> Integers:
    """Why a step was not served; for a need that no program answers, always because none exists."""
    drawn = pick(rng, bounds(list(REASONS.values())), len(result))
    return np.where(result == 3, np.where(np.isin(need, UNMET), NONE_EXISTS, drawn), -1)


def _partners(lookup: Lookup, steps: Steps, count: int) -> Integers:
    bits = np.where(steps.served, lookup.of_provider[steps.provider], 0)
    return np.bitwise_or.reduceat(bits, np.searchsorted(steps.case, np.arange(count)))


def _chance(world: World, people: People, partners: Integers) -> Numbers:
    """The chance of being hired, rounded so that another machine's last bit cannot change an outcome."""
    planted = world.planted
    odds = planted.base + planted.center[people.center] + planted.age[people.age] + planted.need[people.needs[0]]
    for effect, needed in zip(planted.effects, world.lookup.of_effect, strict=True):
        odds = odds + effect.log_odds * ((partners & needed) == needed)
    chance: Numbers = np.round(1 / (1 + np.exp(-odds)), 9)
    return chance


def _outcome(people: People, chance: Numbers, rng: np.random.Generator) -> Integers:
    hired = rng.random(len(chance)) < chance
    dropped = rng.random(len(chance)) < DROPPED
    closed = np.where(hired, HIRED, np.where(dropped, DROPPED_OUT, NOT_HIRED))
    return np.where(people.closed, closed, OPEN)


def _case_table(world: World, people: People, outcome: Integers, ids: pa.Array, rng: np.random.Generator) -> Table:
    months, terms = texts(MONTHS), world.terms
    return {
        "id": ids,
        "center_id": coded(people.center, world.members.center_ids),
        "age_band": coded(people.age, texts(AGE_BANDS)),
        "sex": coded(np.where(people.sex > 1, -1, people.sex), texts(["f", "m"])),
        "prior_industry_id": coded(people.industry, terms.industry_ids),
        "prior_occupation_id": coded(people.occupation, terms.occupation_ids),
        "opened_month": coded(people.opened, months),
        "outcome": coded(outcome, texts(OUTCOMES)),
        "outcome_month": coded(np.where(people.closed, people.opened + people.months, -1), months),
        **_jobs(world, people, outcome == HIRED, rng),
    }


def _jobs(world: World, people: People, hired: Flags, rng: np.random.Generator) -> Table:
    """Where the hired went: often a known company, often the industry or occupation they came from."""
    count = len(hired)
    u = rng.random(count)
    company = np.where(
        hired & (rng.random(count) < 0.6), np.floor(len(world.companies.industry) * u * u * u).astype(np.int64), -1
    )
    other = pick(rng, bounds(zipf(len(world.terms.industry_ids), 0.7)), count)
    free = np.where(rng.random(count) < 0.4, people.industry, other)
    industry = np.where(company < 0, free, world.companies.industry[company])
    changed = pick(rng, bounds(zipf(len(world.terms.occupation_ids), 0.6)), count)
    occupation = np.where(rng.random(count) < 0.5, people.occupation, changed)
    early = hired & (people.opened + people.months + 6 <= LAST)
    return {
        "hired_industry_id": coded(np.where(hired, industry, -1), world.terms.industry_ids),
        "hired_occupation_id": coded(np.where(hired, occupation, -1), world.terms.occupation_ids),
        "hired_company_id": world.companies.ids(company),
        "retained_6m": flags(rng.random(count) < RETAINED, ~early),
    }


def _need_table(world: World, people: People, ids: pa.Array) -> Table:
    """Needs of each case, the main one first."""
    needs = np.stack(people.needs, axis=1).ravel()
    case = np.repeat(np.arange(len(ids)), 3)
    told = needs >= 0
    return {"case_id": coded(case[told], ids), "need_id": coded(needs[told], world.terms.need_ids)}


def _step_table(world: World, steps: Steps, ids: pa.Array) -> Table:
    kinds = list(load_schema().vocabularies["program_kind"])
    step_kinds = list(load_schema().vocabularies["step_kind"])
    step_of = np.array([step_kinds.index(STEP_OF_PROGRAM.get(kind, kind)) for kind in kinds])
    kind = np.where(steps.program < 0, step_kinds.index("other"), step_of[world.programs.kind[steps.program]])
    taken = steps.taken
    return {
        "case_id": coded(steps.case[taken], ids),
        "order": integers(steps.place[taken] + 1),
        "provider_id": coded(steps.provider[taken], world.members.provider_ids),
        "program_id": coded(steps.program[taken], world.programs.ids),
        "need_id": coded(steps.need[taken], world.terms.need_ids),
        "kind": coded(kind[taken], texts(step_kinds)),
        "result": coded(steps.result[taken], texts(RESULTS)),
        "reason": coded(steps.reason[taken], texts(REASONS)),
        "month": coded(steps.month[taken], texts(MONTHS)),
    }


def _credential_table(world: World, steps: Steps, ids: pa.Array, rng: np.random.Generator) -> Table:
    """Half of the completed courses that award a credential lead to it; the first time counts."""
    credential = np.where(steps.program < 0, -1, world.programs.credential[steps.program])
    won = np.flatnonzero(steps.taken & (steps.result == 0) & (credential >= 0) & (rng.random(len(credential)) < 0.5))
    key = steps.case[won] * len(world.terms.credential_ids) + credential[won]
    first = won[np.sort(np.unique(key, return_index=True)[1])]
    return {
        "case_id": coded(steps.case[first], ids),
        "credential_id": coded(credential[first], world.terms.credential_ids),
        "month": coded(steps.month[first], texts(MONTHS)),
        "held_before": flags(np.zeros(len(first), dtype=bool)),
    }

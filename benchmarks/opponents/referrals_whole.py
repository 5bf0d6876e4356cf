"""Referral paths as `referrals_api`, with all that ours tells of each: costs, seats, evidence, sources, and alternates.

What a service would have worked out beforehand is given here too: all there is to tell of a step is a `Step` in Neo4j.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, LiteralString, cast

import neo4j
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.opponents.listening import serve
from benchmarks.opponents.referrals_cypher import (
    AROUND,
    FEW,
    HOPS,
    MANY,
    STEPS,
    K,
    Triple,
    chains,
    chosen,
    numbers,
    order,
    with_driver,
)

TOLD = json.loads(Path(os.environ["REFERRALS"]).read_text("utf-8"))
TRIPLES: list[Triple] = [(start, type_, end) for start, type_, end in TOLD["triples"]]
PLACES: dict[str, dict[str, int]] = TOLD["places"]
LABEL = {place: label for each in PLACES.values() for label, place in each.items()}
WORDS: dict[str, dict[str, str]] = TOLD["words"]
CRITERIA: list[str] = TOLD["criteria"]
STATEMENTS: dict[tuple[frozenset[str], bool], str] = {}
SERVED = ("Partner", "Program", "Company")
"""How labels of what may be full begin; the role of a node follows."""
ENOUGH = 12
"""Ways between two places asked for at first: more than a path has places, so that one is free unless steps stand twice."""
Row = dict[str, Any]
Pair = tuple[int, ...]
"""Two places."""
Way = tuple[int, list[int], int | None]
"""Cost, edges, and the place between."""
Place = tuple[int, int]
"""Of a path, and of a step in it."""


class Source(BaseModel):
    """Where a fact stands."""

    dataset_id: str
    locator: str


class Words(BaseModel):
    """In both languages."""

    ko: str
    en: str


class Seats(BaseModel):
    """Of the program or company that a step leads to."""

    state: str | None
    left: int | None


class Evidence(BaseModel):
    """Cases that took a step."""

    cases: int | None
    hired: int | None


class Step(BaseModel):
    """One step of a path."""

    step: int
    from_id: str
    from_name: str
    relationship: str
    relationship_id: str | None
    to_id: str
    to_name: str
    code: str
    label: Words
    seats: Seats
    date: str | None
    evidence: Evidence
    cost: dict[str, int]
    sources: list[Source]


class Alternate(BaseModel):
    """What to do where a step is full."""

    step: int
    if_full_id: str
    if_full_name: str
    node_ids: list[str]
    names: list[str]
    cost: dict[str, int]
    sources: list[Source]


class Referral(BaseModel):
    """One path."""

    rank: int
    cost: dict[str, int]
    undominated: bool | None
    steps: list[Step]
    alternates: list[Alternate]


class Referrals(BaseModel):
    """The answer."""

    paths: list[Referral]


app = FastAPI(lifespan=with_driver(os.environ["NEO4J_URL"]))


@app.get("/api/referrals")
async def referrals(need: str, target: str) -> Referrals:
    """The K best paths that differ, and what to do where a step of them is full."""
    async with app.state.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        asked = Asked(session, need, target)
        found = await asked.best()
        instead = await asked.instead(found)
        edges = {edge for row in found for edge in row["edges"]} | {edge for other in instead.values() for edge in other}
        [told] = await asked.rows(STEPS, edges=sorted(edges))
    steps = {step["edge"]: step for step in told["steps"]}
    return Referrals(paths=[_path(rank, row["edges"], instead, steps) for rank, row in enumerate(found)])


class Asked:
    """One request, and what Neo4j is asked for it."""

    def __init__(self, session: neo4j.AsyncSession, need: str, target: str) -> None:
        self._session, self._source, self._targets = session, PLACES[need]["Need"], PLACES[target]
        self._found, self._most = list[Row](), FEW

    async def rows(self, cypher: str, **told: Any) -> list[Row]:
        """A statement's rows."""
        result = await self._session.run(cast(LiteralString, cypher), told)
        return await result.data()

    async def best(self) -> list[Row]:
        """The K best paths that differ."""
        found = list[Row]()
        for self._most in (FEW, MANY):
            self._found = await self._paths(self._most)
            found = chosen(self._found)
            if len(found) == K or len(self._found) < FEW:
                break
        return found

    async def _paths(self, most: int, without: int | None = None) -> list[Row]:
        """The best of each pattern, in order."""
        ends, asked = frozenset(self._targets), without is not None
        if (ends, asked) not in STATEMENTS:
            STATEMENTS[ends, asked] = numbers(chains(TRIPLES, "Need", ends), ends, asked)
        told = {"source": self._source, "targets": self._targets, "most": most, "without": without}
        return sorted(await self.rows(STATEMENTS[ends, asked], **told), key=order)

    async def instead(self, found: Sequence[Row]) -> dict[Place, list[int]]:
        """For the place of a path and that of a step of it that may be full: the way to go instead, where there is one."""
        full = [
            (rank, step)
            for rank, row in enumerate(found)
            for step, place in enumerate(row["places"][1:])
            if LABEL[place].startswith(SERVED)
        ]
        ways = await self._around({tuple(found[rank]["places"][step : step + 3 : 2]) for rank, step in full}, ENOUGH)
        other = dict[Place, list[int]]()
        for rank, step in full:
            way = await self._substitute(found[rank], step, ways) or await self._without(found[rank]["places"][step + 1])
            if way is not None:
                other[rank, step] = way
        return other

    async def _around(self, pairs: Iterable[Pair], most: int) -> dict[Pair, list[Way]]:
        """The best ways of one and of two steps from one place to another."""
        return {tuple(row["pair"]): row["ways"] for row in await self.rows(AROUND, pairs=sorted(pairs), most=most)}

    async def _substitute(self, row: Row, step: int, ways: dict[Pair, list[Way]]) -> list[int] | None:
        """The same path with something else in the place of a step, or nothing."""
        pair, edges = (row["places"][step], row["places"][step + 2]), row["edges"]
        room, met = HOPS - (len(edges) - 2), {*row["places"], *self._targets.values()}
        for most in (ENOUGH, MANY):
            known = ways.get(pair, []) if most == ENOUGH else (await self._around([pair], MANY))[pair]
            for _, way, place in known:
                if len(way) <= room and place not in met:
                    return [*edges[:step], *way, *edges[step + 2 :]]
            if len(known) < ENOUGH:
                break
        return None

    async def _without(self, place: int) -> list[int] | None:
        """The best path that does without a place: among those found, or asked for."""
        known = next((row for row in self._found if place not in row["places"]), None)
        if known is None or order(known) > self._known_to:
            known = next(iter(await self._paths(1, place)), None)
        return known and known["edges"]

    @cached_property
    def _known_to(self) -> tuple[Any, ...]:
        """Up to where no path is missing from those found: the last of the first pattern that has more than was asked for."""
        last, many = dict[tuple[str, ...], Row](), Counter[tuple[str, ...]]()
        for row in self._found:
            pattern = tuple(map(LABEL.__getitem__, row["places"]))
            last[pattern] = row
            many[pattern] += 1
        return min((order(last[each]) for each in last if many[each] >= self._most), default=(inf,))


def _path(at: int, edges: Sequence[int], instead: dict[Place, list[int]], steps: dict[int, Row]) -> Referral:
    told = [_step(number, steps[edge]) for number, edge in enumerate(edges, start=1)]
    others = [_alternate(step.step, step, instead[at, step.step - 1], steps) for step in told if (at, step.step - 1) in instead]
    return Referral(rank=at + 1, cost=_cost(edges, steps), undominated=None, steps=told, alternates=others)


def _step(number: int, told: Row) -> Step:
    return Step(
        step=number, from_id=told["from_id"], from_name=told["from_name"], relationship=told["relationship"],
        relationship_id=told.get("link"), to_id=told["to_id"], to_name=told["to_name"], code=told["code"],
        label=Words(**WORDS[told["code"]]), seats=Seats(state=told.get("state"), left=told.get("left")),
        date=told.get("date"), evidence=Evidence(cases=told.get("cases"), hired=told.get("hired")),
        cost=dict(zip(CRITERIA, told["costs"], strict=True)), sources=_sources(told["sources"]),
    )  # fmt: skip


def _alternate(number: int, full: Step, edges: Sequence[int], steps: dict[int, Row]) -> Alternate:
    way, first = [steps[edge] for edge in edges], steps[edges[0]]
    return Alternate(
        step=number, if_full_id=full.to_id, if_full_name=full.to_name,
        node_ids=[first["from_id"], *(step["to_id"] for step in way)],
        names=[first["from_name"], *(step["to_name"] for step in way)],
        cost=_cost(edges, steps), sources=_sources(sorted({source for step in way for source in step["sources"]})),
    )  # fmt: skip


def _cost(edges: Sequence[int], steps: dict[int, Row]) -> dict[str, int]:
    each = zip(*(steps[edge]["costs"] for edge in edges), strict=True)
    return {"steps": len(edges)} | dict(zip(CRITERIA, map(sum, each), strict=True))


def _sources(told: Iterable[str]) -> list[Source]:
    apart = (each.partition("#") for each in told)
    return [Source(dataset_id=dataset, locator=locator) for dataset, _, locator in apart]


if __name__ == "__main__":
    serve(app)

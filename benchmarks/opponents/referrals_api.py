"""Referral paths served by FastAPI, pydantic models and the official driver, asking Neo4j once for each request.

NEO4J_URL is the database, REFERRALS a JSON file: {"triples": [[label, type, label]], "places": {id: {label: place}}}.
With PLAIN the statement is the one that one would write at first.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, LiteralString, cast

import neo4j
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.opponents.listening import serve
from benchmarks.opponents.referrals_cypher import FEW, MANY, K, Triple, chains, chosen, order, plain, statement, with_driver

TOLD = json.loads(Path(os.environ["REFERRALS"]).read_text("utf-8"))
TRIPLES: list[Triple] = [(start, type_, end) for start, type_, end in TOLD["triples"]]
PLACES: dict[str, dict[str, int]] = TOLD["places"]
PLAIN = bool(os.environ.get("PLAIN"))
STATEMENTS: dict[frozenset[str], str] = {}


class Step(BaseModel):
    """One step of a path."""

    from_id: str
    from_name: str
    relationship: str
    label: str
    to_id: str
    to_name: str


class Way(BaseModel):
    """One path."""

    rank: int
    cost: int
    steps: list[Step]


class Referrals(BaseModel):
    """The answer."""

    paths: list[Way]


app = FastAPI(lifespan=with_driver(os.environ["NEO4J_URL"]))


@app.get("/api/referrals")
async def referrals(need: str, target: str) -> Referrals:
    """The K best paths that differ."""
    targets = PLACES[target]
    ends = frozenset(targets)
    if ends not in STATEMENTS:
        STATEMENTS[ends] = plain() if PLAIN else statement(chains(TRIPLES, "Need", ends), ends)
    async with app.state.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        for most in (FEW, MANY):
            told = {"source": PLACES[need]["Need"], "targets": list(targets.values()) if PLAIN else targets, "most": most}
            result = await session.run(cast(LiteralString, STATEMENTS[ends]), told)
            rows = await result.data()
            found = chosen(sorted(rows, key=order))
            if len(found) == K or len(rows) < FEW:
                break
    return Referrals(paths=[_path(rank, row) for rank, row in enumerate(found, start=1)])


def _path(rank: int, row: dict[str, Any]) -> Way:
    ids, names = row["ids"], row["names"]
    steps = [
        Step(
            from_id=ids[at], from_name=names[at], relationship=fact, label=step, to_id=ids[at + 1], to_name=names[at + 1]
        )
        for at, (fact, step) in enumerate(zip(row["facts"], row["steps"], strict=True))
    ]  # fmt: skip
    return Way(rank=rank, cost=row["cost"], steps=steps)


if __name__ == "__main__":
    serve(app)

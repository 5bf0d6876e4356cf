"""Finished nodes and relationships into Neo4j by UNWIND, constraints first; CREATE where nothing is there yet, or MERGE.

Written well: one statement per kind and type, rows as lists, no property maps, the official driver with its Rust extension.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import neo4j
import polars as pl

from benchmarks.server import empty
from graph.schema import load_schema


def load(frames: str, url: str, batch: int, verb: str) -> dict[str, int]:
    """Constraints, batches of `batch` rows in a transaction each, counts."""
    parts = json.loads((Path(frames) / "frames.json").read_text("utf-8"))
    with neo4j.GraphDatabase.driver(url) as driver, driver.session() as session:
        for kind in (part["kind"] for part in parts if "kind" in part):
            session.run(f"CREATE CONSTRAINT FOR (n:{kind}) REQUIRE n.id IS UNIQUE").consume()
        for part in parts:
            frame = pl.read_parquet(Path(frames) / part["file"])
            statement = statement_of(part, frame.columns, verb)
            for first in range(0, frame.height, batch):
                rows = [list(row) for row in frame.slice(first, batch).iter_rows()]
                session.run(statement, rows=rows).consume()
        return counts(session)


def statement_of(part: dict[str, Any], columns: list[str], verb: str) -> str:
    """How a batch of one kind or type is written."""
    if "kind" in part:
        told = ", ".join(f"n.{name} = row[{i}]" for i, name in enumerate(columns) if name != "id")
        return f"UNWIND $rows AS row {verb} (n:{part['kind']} {{id: row[{columns.index('id')}]}}) SET {told}"
    start, end = part["ends"]
    apart = load_schema().relationships[part["type"]].key
    key = f" {{{', '.join(f'{name}: row[{columns.index(name)}]' for name in apart)}}}" if apart else ""
    told = ", ".join(f"r.{name} = row[{i}]" for i, name in enumerate(columns) if i > 1 and name not in apart)
    ends = f"MATCH (s:{start} {{id: row[0]}}) MATCH (e:{end} {{id: row[1]}})"
    return f"UNWIND $rows AS row {ends} {verb} (s)-[r:{part['type']}{key}]->(e) SET {told}"


def counts(session: neo4j.Session) -> dict[str, int]:
    """How many of each kind and type the server holds."""
    kinds = session.run("MATCH (n) RETURN labels(n)[0] AS name, count(n) AS found").data()
    types = session.run("MATCH ()-[r]->() RETURN type(r) AS name, count(r) AS found").data()
    return {record["name"]: record["found"] for record in kinds + types}


def cleared(_frames: str, url: str, _batch: int, _verb: str) -> None:
    """Nothing on the server."""
    empty(url)

"""The script one finds in tutorials: py2neo, one statement for each row, each in a transaction of its own."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import py2neo

from benchmarks.opponents.load_unwind import statement_of
from benchmarks.server import empty


def load(frames: str, url: str) -> dict[str, int]:
    """Constraints, then row by row, then counts."""
    graph = py2neo.Graph(url.replace("neo4j://", "bolt://"))
    parts = json.loads((Path(frames) / "frames.json").read_text("utf-8"))
    for part in parts:
        if "kind" in part:
            graph.run(f"CREATE CONSTRAINT FOR (n:{part['kind']}) REQUIRE n.id IS UNIQUE")
    for part in parts:
        frame = pl.read_parquet(Path(frames) / part["file"])
        statement = statement_of(part, frame.columns, "MERGE").replace("UNWIND $rows AS row", "WITH $row AS row")
        for row in frame.iter_rows():
            graph.run(statement, row=list(row))
    kinds = graph.run("MATCH (n) RETURN labels(n)[0] AS name, count(n) AS found").data()
    types = graph.run("MATCH ()-[r]->() RETURN type(r) AS name, count(r) AS found").data()
    return {record["name"]: record["found"] for record in kinds + types}


def cleared(_frames: str, url: str) -> None:
    """Nothing on the server."""
    empty(url)

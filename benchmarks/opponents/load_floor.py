"""No load: finished rows created in an empty Neo4j by two writers, no constraint, nothing looked up, checked, marked or kept.

Ends of relationships are found by their place on the server, which takes no index. What this takes, a load through Cypher that
leaves the server as it is can hardly go below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, LiteralString, cast

import neo4j
import polars as pl

from benchmarks.opponents.load_unwind import counts
from benchmarks.server import empty
from graph.schema import load_schema
from graph.statements import create_nodes, create_relationships

BATCH, WRITERS = 10_000, 2


def load(frames: str, url: str) -> dict[str, int]:
    """Nodes, relationships, counts."""
    parts = json.loads((Path(frames) / "frames.json").read_text("utf-8"))
    places: dict[str, pl.DataFrame] = {}
    with neo4j.GraphDatabase.driver(url) as driver, ThreadPoolExecutor(WRITERS) as pool:

        def create(told: tuple[str, list[list[Any]]]) -> pl.DataFrame | None:
            with driver.session() as session:
                records = session.run(cast(LiteralString, told[0]), rows=told[1]).data()
            return pl.DataFrame(records[0], schema={"ids": pl.String, "places": pl.Int64}) if records else None

        for part in parts:
            frame = pl.read_parquet(Path(frames) / part["file"])
            if "kind" in part:
                statement = create_nodes(load_schema(), part["kind"])
                made = [each for each in pool.map(create, _batches(statement, frame)) if each is not None]
                places[part["kind"]] = pl.concat(made)
            else:
                statement = create_relationships(load_schema(), part["type"])
                list(pool.map(create, _batches(statement, _by_place(frame, part["ends"], places))))
        with driver.session() as session:
            return counts(session)


def _batches(statement: str, frame: pl.DataFrame) -> Iterator[tuple[str, list[list[Any]]]]:
    for first in range(0, frame.height, BATCH):
        yield statement, [list(row) for row in frame.slice(first, BATCH).iter_rows()]


def _by_place(frame: pl.DataFrame, ends: list[str], places: dict[str, pl.DataFrame]) -> pl.DataFrame:
    told = (places[kind] for kind in ends)
    return frame.with_columns(
        pl.col(side).replace_strict(known["ids"], known["places"]) for side, known in zip(("start", "end"), told, strict=True)
    )


def cleared(_frames: str, url: str) -> None:
    """Nothing on the server."""
    empty(url)

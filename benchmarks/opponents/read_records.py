"""Whole kinds and types read the usual way: one record per row, through the official driver with its Rust extension."""

from __future__ import annotations

import neo4j
import polars as pl

from graph.frames import polars_type, relationship_columns
from graph.schema import ColumnType, load_schema


def read(url: str, kinds: tuple[str, ...], types: tuple[tuple[str, str, str], ...]) -> dict[str, pl.DataFrame]:
    """Frames from records."""
    schema, told = load_schema(), dict[str, pl.DataFrame]()
    with neo4j.GraphDatabase.driver(url) as driver, driver.session() as session:
        for kind in kinds:
            properties = schema.node_properties(kind)
            returned = ", ".join(f"n.{name}" for name in properties)
            told[kind] = _frame(session, f"MATCH (n:{kind}) RETURN {returned}", properties)
        for start, type_, end in types:
            columns = relationship_columns(schema, type_)
            returned = ", ".join(["s.id", "e.id", *(f"r.{name}" for name in list(columns)[2:])])
            told[type_] = _frame(session, f"MATCH (s:{start})-[r:{type_}]->(e:{end}) RETURN {returned}", columns)
    return told


def _frame(session: neo4j.Session, statement: str, columns: dict[str, ColumnType]) -> pl.DataFrame:
    rows = [record.values() for record in session.run(statement)]
    return pl.DataFrame(rows, schema={name: polars_type(type_) for name, type_ in columns.items()}, orient="row")

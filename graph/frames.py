"""The network as frames: one per node kind, one per relationship type and the kinds it joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.schema import ColumnType, Schema

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType


@dataclass(frozen=True)
class NodeFrame:
    """All nodes of one kind: a column for each of `Schema.node_properties(kind)`, sorted by id."""

    kind: str
    frame: pl.DataFrame


@dataclass(frozen=True)
class RelationshipFrame:
    """All relationships of one type between two kinds: `start`, `end`, then `Schema.relationship_properties(type)`, sorted."""

    type: str
    start_kind: str
    end_kind: str
    frame: pl.DataFrame


def polars_type(type_: ColumnType) -> PolarsDataType:
    """Int64 for integer, Boolean for boolean, String for all others."""
    import polars as pl

    return {"integer": pl.Int64, "boolean": pl.Boolean}.get(type_, pl.String)


def empty(properties: Mapping[str, ColumnType]) -> pl.DataFrame:
    """A frame with these columns and no row."""
    import polars as pl

    return pl.DataFrame(schema={name: polars_type(type_) for name, type_ in properties.items()})


def no_nodes(schema: Schema, kind: str) -> NodeFrame:
    """The frame of a kind that has no node."""
    return NodeFrame(kind, empty(schema.node_properties(kind)))


def no_relationships(schema: Schema, name: str, start: str, end: str) -> RelationshipFrame:
    """The frame of a type that joins no two nodes of these kinds."""
    return RelationshipFrame(name, start, end, empty(relationship_columns(schema, name)))


def relationship_columns(schema: Schema, name: str) -> dict[str, ColumnType]:
    """The columns of a type's frame and their types: `start`, `end`, then its properties."""
    ends: dict[str, ColumnType] = {"start": "id", "end": "id"}
    return ends | schema.relationship_properties(name)

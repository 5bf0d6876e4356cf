"""What a load must change on a server: the difference between what is there and what shall be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph import neo4j_columns, statements
from graph.schema import Schema
from graph.store import NodeFrame, RelationshipFrame

if TYPE_CHECKING:
    import polars as pl

    from graph.neo4j_columns import Run


@dataclass(frozen=True)
class Change:
    """One statement, and the rows to run it for."""

    name: str
    statement: str
    rows: pl.DataFrame


def into_empty(frames: Iterator[NodeFrame | RelationshipFrame], schema: Schema) -> Iterator[Change]:
    """Everything, frame by frame."""
    for part in frames:
        yield _merge(part, part.frame, schema)


def against(run: Run, frames: Iterator[NodeFrame | RelationshipFrame], schema: Schema, reopening: bool) -> Iterator[Change]:
    """Only what differs. What vanished goes first, so that nothing new meets an old bearer of its id."""
    wanted = {_key(part): part for part in frames}
    gone: list[Change] = []
    closed_nodes: list[Change] = []
    come: list[Change] = []
    for kind in schema.nodes:
        there = neo4j_columns.nodes(run, schema, kind)
        part = wanted.get((kind,)) or NodeFrame(kind, there.clear())
        vanished = there.select("id").join(part.frame.select("id"), on="id", how="anti")
        person = schema.tables[schema.nodes[kind].table].person
        statement = statements.delete_nodes(kind) if person else statements.close_nodes(kind)
        (gone if person else closed_nodes).append(Change(kind, statement, vanished))
        come += _come(part, there, ["id"], schema, reopening)
    for name, start, end in _pairs(schema):
        there = neo4j_columns.relationships(run, schema, name, start, end)
        known = wanted.get((name, start, end)) or RelationshipFrame(name, start, end, there.clear())
        identity = ["start", "end", *(["id"] if schema.relationships[name].keyed else [])]
        vanished = there.select(identity).join(known.frame.select(identity), on=identity, how="anti")
        gone.append(Change(name, _end_of_relationship(schema, name, start, end), vanished))
        come += _come(known, there, identity, schema, reopening)
    yield from (change for change in [*gone, *closed_nodes, *come] if change.rows.height)


def _come(
    part: NodeFrame | RelationshipFrame, there: pl.DataFrame, identity: list[str], schema: Schema, reopening: bool
) -> list[Change]:
    """What is new or differs. `there` tells which are new, as only those can have been closed."""
    differs = part.frame.join(there, on=part.frame.columns, how="anti", nulls_equal=True)
    changes = [_merge(part, differs, schema)]
    if reopening:
        new = differs.select(identity).join(there.select(identity), on=identity, how="anti")
        changes.insert(0, Change(_key(part)[0], _reopen(part, schema), new))
    return changes


def _pairs(schema: Schema) -> Iterator[tuple[str, str, str]]:
    for name in schema.relationships:
        for start, end in schema.relationship_ends(name):
            yield name, start, end


def _key(part: NodeFrame | RelationshipFrame) -> tuple[str, ...]:
    return (part.kind,) if isinstance(part, NodeFrame) else (part.type, part.start_kind, part.end_kind)


def _merge(part: NodeFrame | RelationshipFrame, rows: pl.DataFrame, schema: Schema) -> Change:
    if isinstance(part, NodeFrame):
        return Change(part.kind, statements.merge_nodes(schema, part.kind), rows)
    return Change(part.type, statements.merge_relationships(schema, part.type, part.start_kind, part.end_kind), rows)


def _reopen(part: NodeFrame | RelationshipFrame, schema: Schema) -> str:
    if isinstance(part, NodeFrame):
        return statements.reopen_nodes(part.kind)
    return statements.drop_closed_relationships(schema, part.type, part.start_kind, part.end_kind)


def _end_of_relationship(schema: Schema, name: str, start: str, end: str) -> str:
    person = any(schema.tables[schema.nodes[kind].table].person for kind in (start, end))
    end_it = statements.delete_relationships if person else statements.close_relationships
    return end_it(schema, name, start, end)

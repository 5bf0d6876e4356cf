"""What a load must change on a server: the difference between what is there and what shall be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph import statements
from graph.frames import NodeFrame, RelationshipFrame, no_nodes, no_relationships
from graph.schema import Schema

if TYPE_CHECKING:
    import polars as pl

    from graph.neo4j_columns import ServerColumns

Part = NodeFrame | RelationshipFrame


@dataclass(frozen=True)
class Change:
    """One statement, and the rows to run it for. With `ends`, their start and end are to be told by place (see Places)."""

    name: str
    statement: str
    rows: pl.DataFrame
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class Held:
    """What a server holds: `counts` by kind and type, and whether anything was closed that may have to come back."""

    counts: Mapping[str, int]
    closed: bool

    @property
    def nothing(self) -> bool:
        """Whether no node or relationship of ours is there, closed or not."""
        return not self.closed and not any(self.counts.values())


def into_empty(frames: Iterator[Part], schema: Schema) -> Iterator[Change]:
    """Everything, frame by frame: nothing is looked for, as nothing is there."""
    for part in frames:
        if isinstance(part, NodeFrame):
            yield Change(part.kind, statements.create_nodes(schema, part.kind), part.frame)
        else:
            statement = statements.create_relationships(schema, part.type)
            yield Change(part.type, statement, part.frame, (part.start_kind, part.end_kind))


class Places:
    """Where the server put the nodes that this load made, by kind: relationships then need no index to find their ends."""

    def __init__(self) -> None:
        self._told: dict[str, list[pl.DataFrame]] = {}

    def take(self, change: Change, records: list[dict[str, Any]]) -> None:
        """Remember what creating nodes told."""
        import polars as pl

        for told in records:
            frame = pl.DataFrame(told, schema={"ids": pl.String, "places": pl.Int64})
            self._told.setdefault(change.name, []).append(frame)

    def resolved(self, change: Change) -> pl.DataFrame:
        """The change's rows as its statement wants them."""
        import polars as pl

        if change.ends is None:
            return change.rows
        start, end = (pl.concat(self._told[kind]) for kind in change.ends)
        return change.rows.with_columns(
            pl.col("start").replace_strict(start["ids"], start["places"]),
            pl.col("end").replace_strict(end["ids"], end["places"]),
        )


def against(server: ServerColumns, frames: Iterator[Part], schema: Schema, held: Held) -> Iterator[Change]:
    """Only what differs. What vanished goes first, so that nothing new meets an old bearer of its id."""
    gone: list[Change] = []
    come: list[Change] = []
    for part in _every_part(frames, schema):
        there = _there(server, part) if held.counts[_name(part)] else part.frame.clear()
        identity = _identity(part, schema)
        vanished = there.select(identity).join(part.frame.select(identity), on=identity, how="anti", nulls_equal=True)
        gone.append(Change(_name(part), _end(part, schema), vanished))
        come += _come(part, there, held.closed, schema)
    yield from (change for change in [*reversed(gone), *come] if change.rows.height)


def _every_part(frames: Iterator[Part], schema: Schema) -> Iterator[Part]:
    """The frames in the schema's order, those without a row too."""
    wanted = {_key(part): part for part in frames}
    for kind in schema.nodes:
        yield wanted.get((kind,)) or no_nodes(schema, kind)
    for name in schema.relationships:
        for start, end in schema.relationship_ends(name):
            yield wanted.get((name, start, end)) or no_relationships(schema, name, start, end)


def _come(part: Part, there: pl.DataFrame, closed: bool, schema: Schema) -> list[Change]:
    """What is new or differs; what is new may have been closed before."""
    differs = part.frame.join(there, on=part.frame.columns, how="anti", nulls_equal=True)
    changes = [_merge(part, differs, schema)]
    if closed:
        identity = _identity(part, schema)
        new = differs.select(identity).join(there.select(identity), on=identity, how="anti")
        changes.insert(0, Change(_name(part), _reopen(part, schema), new))
    return changes


def _name(part: Part) -> str:
    return part.kind if isinstance(part, NodeFrame) else part.type


def _key(part: Part) -> tuple[str, ...]:
    return (part.kind,) if isinstance(part, NodeFrame) else (part.type, part.start_kind, part.end_kind)


def _identity(part: Part, schema: Schema) -> list[str]:
    if isinstance(part, NodeFrame):
        return ["id"]
    return schema.relationships[part.type].identity


def _there(server: ServerColumns, part: Part) -> pl.DataFrame:
    return server.nodes(part.kind) if isinstance(part, NodeFrame) else server.relationships(*_ends(part))


def _merge(part: Part, rows: pl.DataFrame, schema: Schema) -> Change:
    if isinstance(part, NodeFrame):
        return Change(part.kind, statements.merge_nodes(schema, part.kind), rows)
    return Change(part.type, statements.merge_relationships(schema, *_ends(part)), rows)


def _reopen(part: Part, schema: Schema) -> str:
    if isinstance(part, NodeFrame):
        return statements.reopen_nodes(part.kind)
    return statements.drop_closed_relationships(schema, *_ends(part))


def _end(part: Part, schema: Schema) -> str:
    """What is told of a person is deleted, as people may withdraw; anything else is closed."""
    if isinstance(part, NodeFrame):
        return statements.delete_nodes(part.kind) if _person(part.kind, schema) else statements.close_nodes(part.kind)
    person = _person(part.start_kind, schema) or _person(part.end_kind, schema)
    ending = statements.delete_relationships if person else statements.close_relationships
    return ending(schema, *_ends(part))


def _person(kind: str, schema: Schema) -> bool:
    return schema.tables[schema.nodes[kind].table].person


def _ends(part: RelationshipFrame) -> tuple[str, str, str]:
    return part.type, part.start_kind, part.end_kind

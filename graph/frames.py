"""The network as frames: one per node kind, one per relationship type and the kinds it joins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from graph.schema import ColumnType, Schema

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl
    from polars._typing import PolarsDataType


@dataclass(frozen=True)
class NodeFrame:
    """Nodes of one kind, all of them or a slice: a column for each of `Schema.node_properties(kind)`, sorted by id."""

    kind: str
    frame: pl.DataFrame


@dataclass(frozen=True)
class RelationshipFrame:
    """Relationships of one type between two kinds, all of them or a slice: `start`, `end`, then
    `Schema.relationship_properties(type)`, sorted.
    """

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


def whole(frames: Iterator[NodeFrame | RelationshipFrame], schema: Schema) -> Iterator[NodeFrame | RelationshipFrame]:
    """Frames with their slices put together: one for each kind, and one for each type and the kinds it joins."""
    import polars as pl

    for _, parts in groupby(frames, key=lambda part: part.kind if isinstance(part, NodeFrame) else part.type):
        by_ends: dict[tuple[str, str], list[NodeFrame | RelationshipFrame]] = {}
        for part in parts:
            ends = ("", "") if isinstance(part, NodeFrame) else (part.start_kind, part.end_kind)
            by_ends.setdefault(ends, []).append(part)
        for _, same in sorted(by_ends.items(), key=lambda item: item[0]):
            yield same[0] if len(same) == 1 else _sorted(same[0], pl.concat([part.frame for part in same]), schema)


def _sorted(part: NodeFrame | RelationshipFrame, frame: pl.DataFrame, schema: Schema) -> NodeFrame | RelationshipFrame:
    order = ["id"] if isinstance(part, NodeFrame) else schema.relationships[part.type].identity
    return replace(part, frame=frame.sort(order))


def utf8(values: pl.Series) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of texts (none of them null) end to end, and where each begins, with the end of the last."""
    import numpy as np
    import polars as pl

    told = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    if not len(told):
        return np.zeros(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, offsets, text = told.buffers()
    begins = np.frombuffer(offsets, dtype=np.int64)[told.offset : told.offset + len(told) + 1]
    held = np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)
    return held[begins[0] : begins[-1]], begins - begins[0]


def is_sorted(frame: pl.DataFrame, columns: Sequence[str], strictly: bool = False) -> bool:
    """Whether the rows stand in rising order of the columns; False where one of them holds a null."""
    import polars as pl

    if any(frame[column].null_count() for column in columns):
        return False
    if len(columns) == 1 and not strictly:
        return frame[columns[0]].is_sorted()
    *firsts, last = ((pl.col(column).slice(1), pl.col(column).slice(0, pl.len() - 1)) for column in columns)
    rises = last[0] > last[1] if strictly else last[0] >= last[1]
    for now, before in reversed(firsts):
        rises = (now > before) | ((now == before) & rises)
    return frame.height < 2 or bool(frame.select(rises.all()).item())


def rises(parts: Iterable[pl.DataFrame], columns: Sequence[str]) -> bool:
    """Whether the rows of all parts, which hold these columns only, rise strictly, no cell of them unfilled."""
    last: tuple[object, ...] = ()
    for keys in parts:
        if not is_sorted(keys, columns, strictly=True) or (keys.height and not last < keys.row(0)):
            return False
        last = keys.row(-1) if keys.height else last
    return True


class NotInRuns(ValueError):
    """Equal values of a column do not stand together."""


def by_runs(parts: Iterable[pl.DataFrame], column: str) -> Iterator[pl.DataFrame]:
    """The same rows, cut only where the value of a column changes; NotInRuns where the column does not rise."""
    import polars as pl

    kept: pl.DataFrame | None = None
    for part in parts:
        rows = part if kept is None else pl.concat([kept, part])
        if not is_sorted(rows, [column]):
            raise NotInRuns(column)
        begins = int(rows[column].search_sorted(rows[column][-1])) if rows.height else 0
        kept = rows.slice(begins)
        if begins:
            yield rows.slice(0, begins)
    if kept is not None and kept.height:
        yield kept

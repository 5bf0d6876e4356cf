"""Does every reference point at something? Asked of all datasets together, as one may lean on another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.frames import is_sorted
from graph.schema import Column, Schema
from graph.store import DanglingReference

if TYPE_CHECKING:
    import polars as pl

    from graph.contents import Held

NAMED = 5
MANY = 1_000_000


@dataclass(frozen=True)
class Dangling:
    """One column of one dataset's table whose values point nowhere."""

    dataset_id: str
    table: str
    column: str
    ids: tuple[str, ...]


def ids_by_table(datasets: Sequence[Held], schema: Schema) -> dict[str, pl.Series]:
    """The ids that the datasets hold, by table."""
    import polars as pl

    found: dict[str, pl.Series] = {}
    for node in schema.nodes.values():
        parts = [held.tables.column(node.table, "id") for held in datasets if node.table in held.tables]
        if parts:
            found[node.table] = marked(pl.concat(parts))
    return found


def marked(ids: pl.Series) -> pl.Series:
    """The same ids, marked as sorted if they are: asked once, as it takes a look at all of them."""
    return ids.set_sorted() if len(ids) >= MANY and ids.is_sorted() else ids


def refuse_dangling(datasets: Sequence[Held], schema: Schema) -> None:
    """DanglingReference that names where the references stand, when a dataset points at ids that none holds."""
    leaning = [held for held in datasets if not held.closed]
    known = ids_by_table(datasets, schema) if leaning else {}
    found = [dangling for held in leaning for dangling in _dangling(held, schema, known)]
    if found:
        where = "; ".join(f"{d.dataset_id}/{d.table}.{d.column}: {', '.join(d.ids)}" for d in found[:NAMED])
        raise DanglingReference(
            f"가리키는 대상이 없어지는 참조가 있어 적재하지 않았습니다: {where}. 해당 데이터세트를 함께 고쳐 적재해 주세요.",
            f"Refused, as these references would point nowhere: {where}; "
            "load a corrected version of those datasets in the same call.",
        )


def _dangling(held: Held, schema: Schema, known: Mapping[str, pl.Series]) -> Iterator[Dangling]:
    for name in held.tables:
        columns = referring(schema.tables[name].columns.values(), known)
        for column, ids in missing(held.tables.parts(name, list(columns)), columns).items():
            if len(ids):
                yield Dangling(held.card.id, name, column, tuple(ids.head(NAMED).to_list()))


def referring(columns: Iterable[Column], known: Mapping[str, pl.Series]) -> dict[str, list[pl.Series]]:
    """Of columns that refer to ids, the ids known of each table they may refer to."""
    return {
        column.name: [known[table] for table in column.refers_to if table in known] for column in columns if column.refers_to
    }


def missing(parts: Iterable[pl.DataFrame], columns: Mapping[str, Sequence[pl.Series]]) -> dict[str, pl.Series]:
    """By column of a table that comes in parts, the values that are among none of the ids it refers to, sorted."""
    import polars as pl

    found = {column: [pl.Series(column, [], dtype=pl.String)] for column in columns}
    for part in parts if columns else ():
        rising = [column for column in columns if is_sorted(part, [column])]
        in_runs = pl.col(rising).filter(pl.col(rising).ne_missing(pl.col(rising).shift(1)))
        distinct = part.select(in_runs.implode(), pl.exclude(rising).drop_nulls().unique().implode())
        for column, ids in columns.items():
            found[column].append(_unknown(distinct[column][0], ids))
    return {column: pl.concat(values).unique().sort() for column, values in found.items()}


def _unknown(values: pl.Series, known: Sequence[pl.Series]) -> pl.Series:
    for ids in known:
        if len(values):
            near = _near(ids, values)
            if len(near) > 2 * len(values):  # the smaller side goes into the hash table
                near = near.filter(near.is_in(values.implode()))
            # In most large tables of people every one of them comes in its turn.
            values = values.clear() if values.equals(near) else values.filter(~values.is_in(near.implode()))
    return values


def _near(ids: pl.Series, values: pl.Series) -> pl.Series:
    """The ids that may be among the values: of very many sorted ones, those between the least and the greatest value."""
    if len(ids) < MANY or not ids.flags["SORTED_ASC"]:
        return ids
    first = int(ids.search_sorted(str(values.min())))
    return ids.slice(first, int(ids.search_sorted(str(values.max()), side="right")) - first)

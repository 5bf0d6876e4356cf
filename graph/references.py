"""Does every reference point at something? Asked of all datasets together, as one may lean on another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
            found[node.table] = _marked(pl.concat(parts))
    return found


def _marked(ids: pl.Series) -> pl.Series:
    """The same ids, marked as sorted if they are: asked once, as it takes a look at all of them."""
    return ids.set_sorted() if len(ids) >= MANY and ids.is_sorted() else ids


def refuse_dangling(datasets: Sequence[Held], schema: Schema) -> None:
    """DanglingReference that names where the references stand, when a dataset points at ids that none holds."""
    known = ids_by_table(datasets, schema)
    found = [dangling for held in datasets for dangling in _dangling(held, schema, known)]
    if found:
        where = "; ".join(f"{d.dataset_id}/{d.table}.{d.column}: {', '.join(d.ids)}" for d in found[:NAMED])
        raise DanglingReference(
            f"가리키는 대상이 없어지는 참조가 있어 적재하지 않았습니다: {where}. 해당 데이터세트를 함께 고쳐 적재해 주세요.",
            f"Refused, as these references would point nowhere: {where}; "
            "load a corrected version of those datasets in the same call.",
        )


def _dangling(held: Held, schema: Schema, known: Mapping[str, pl.Series]) -> list[Dangling]:
    found = []
    for name in held.tables:
        for column in schema.tables[name].columns.values():
            missing = _missing(held.tables.parts(name, [column.name]), column, known) if column.refers_to else None
            if missing is not None and len(missing):
                found.append(Dangling(held.card.id, name, column.name, tuple(missing.head(NAMED).to_list())))
    return found


def _missing(parts: Iterable[pl.DataFrame], column: Column, known: Mapping[str, pl.Series]) -> pl.Series:
    """The values that are no id of the tables the column refers to, sorted."""
    import polars as pl

    found = [pl.Series(column.name, [], dtype=pl.String)]
    for part in parts:
        missing = part[column.name].drop_nulls().unique()
        for table in column.refers_to:
            if table in known and len(missing):
                missing = missing.filter(~missing.is_in(_near(known[table], missing).implode()))
        found.append(missing)
    return pl.concat(found).unique().sort()


def _near(ids: pl.Series, values: pl.Series) -> pl.Series:
    """The ids that may be among the values: of very many sorted ones, those between the least and the greatest value."""
    if len(ids) < MANY or not ids.flags["SORTED_ASC"]:
        return ids
    among = values.sort()
    first = int(ids.search_sorted(among[0]))
    return ids.slice(first, int(ids.search_sorted(among[-1], side="right")) - first)

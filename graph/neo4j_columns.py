"""Reading a whole kind or type from a server as columns: one record carries a page of values, not one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graph import statements
from graph.frames import empty, relationship_columns
from graph.schema import ColumnType, Schema

if TYPE_CHECKING:
    import polars as pl

PAGE = 20_000
"""Nodes to a page."""
Run = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
"""Runs a statement and gives its records."""


class ServerColumns:
    """Reads the columns of one state of a server: where pages end is looked up once for each kind."""

    def __init__(self, run: Run, schema: Schema) -> None:
        self._run, self._schema = run, schema
        self._pages: dict[str, list[dict[str, str]]] = {}

    def nodes(self, kind: str) -> pl.DataFrame:
        """All nodes of a kind, a column for each of its properties."""
        return self._paged(kind, statements.collect_nodes(self._schema, kind), self._schema.node_properties(kind))

    def relationships(self, name: str, start: str, end: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then its properties."""
        # A center has many cases and a case has one center: pages are cut along the people.
        along = "e" if self._schema.tables[self._schema.nodes[end].table].person else "s"
        statement = statements.collect_relationships(self._schema, name, start, end, along)
        return self._paged(end if along == "e" else start, statement, relationship_columns(self._schema, name))

    def _paged(self, kind: str, statement: str, properties: Mapping[str, ColumnType]) -> pl.DataFrame:
        import polars as pl

        if kind not in self._pages:
            self._pages[kind] = list(_pages(self._run, kind))
        pages = [self._run(statement, limits | {"none": statements.NO_TEXT})[0] for limits in self._pages[kind]]
        return pl.concat([empty(properties), *(_frame(page, properties) for page in pages)])


def _pages(run: Run, kind: str) -> Iterator[dict[str, str]]:
    after: str | None = ""
    while after is not None:
        last = run(statements.page_of_ids(kind), {"after": after, "page": PAGE})[0]["last"]
        if last is not None:
            yield {"after": after, "last": last}
        after = last


def _frame(record: Mapping[str, Any], properties: Mapping[str, ColumnType]) -> pl.DataFrame:
    import polars as pl

    renamed = {"start": "start_id", "end": "end_id"} if "start_id" in record else {}
    return pl.DataFrame([_series(name, record[renamed.get(name, name)], type_) for name, type_ in properties.items()])


def _series(name: str, values: list[Any], type_: ColumnType) -> pl.Series:
    import polars as pl

    if type_ == "boolean":
        return pl.Series(name, values, dtype=pl.Int8).replace(-1, None).cast(pl.Boolean)
    if type_ == "integer":
        return pl.Series(name, values, dtype=pl.Int64).replace(statements.NO_INTEGER, None)
    return pl.Series(name, values, dtype=pl.String).replace(statements.NO_TEXT, None)

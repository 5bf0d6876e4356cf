"""Reading a whole kind or type from a server as columns: one record carries a page of rows, not one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graph import statements
from graph.frames import empty, polars_type, relationship_columns
from graph.schema import ColumnType, Schema

if TYPE_CHECKING:
    import polars as pl

PAGE = 5_000
"""Nodes to a page."""
READERS = 2
"""Pages under way at once: the server makes one while another is read."""
Run = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
"""Runs a statement and gives its records."""


class ServerColumns:
    """Reads the columns of one state of a server: where pages end, and nodes stand, is looked up once for each kind.

    Pages that are several are read by `beside`, where it is given: it must bear to be called at once.
    """

    def __init__(self, run: Run, schema: Schema, beside: Run | None = None) -> None:
        self._run, self._schema, self._beside = run, schema, beside
        self._ids: dict[str, list[pl.DataFrame]] = {}

    def nodes(self, kind: str) -> pl.DataFrame:
        """All nodes of a kind, a column for each of its properties."""
        properties = self._schema.node_properties(kind)
        return _concat(properties, self._paged(kind, statements.collect_nodes(self._schema, kind), properties))

    def relationships(self, name: str, start: str, end: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then its properties."""
        # A center has many cases and a case has one center: pages are cut along the people.
        along = "e" if self._schema.tables[self._schema.nodes[end].table].person else "s"
        statement = statements.collect_relationships(self._schema, name, start, end, along)
        places: dict[str, ColumnType] = {"start": "integer", "end": "integer"}
        told = places | self._schema.relationship_properties(name)
        found = self._paged(end if along == "e" else start, statement, told)
        named = [self._named(start, "start"), self._named(end, "end")]
        return _concat(relationship_columns(self._schema, name), [page.with_columns(named) for page in found])

    def _paged(self, kind: str, statement: str, told: Mapping[str, ColumnType]) -> list[pl.DataFrame]:
        last = [ids["ids"][-1] for ids in self._ids_of(kind)]
        limits = [{"after": after, "last": until} for after, until in pairwise(["", *last])]
        run, readers = (self._beside, READERS) if self._beside and len(limits) > 1 else (self._run, 1)
        with ThreadPoolExecutor(readers) as pool:
            return list(pool.map(lambda page: _frame(run(statement, page)[0]["rows"], told), limits))

    def _named(self, kind: str, side: str) -> pl.Expr:
        """The ids of the nodes at the places that a page tells for one side."""
        import polars as pl

        known = pl.concat([_no_ids(), *self._ids_of(kind)])
        return pl.col(side).replace_strict(known["places"], known["ids"], return_dtype=pl.String)

    def _ids_of(self, kind: str) -> list[pl.DataFrame]:
        if kind not in self._ids:
            self._ids[kind] = list(_pages(self._run, kind))
        return self._ids[kind]


def _pages(run: Run, kind: str) -> Iterator[pl.DataFrame]:
    """Ids in rising order and the places of their nodes, a page at a time."""
    after = ""
    while True:
        told = run(statements.page_of_ids(kind), {"after": after, "page": PAGE})[0]
        if not told["ids"]:
            return
        yield _ids(told)
        after = told["ids"][-1]


def _frame(rows: list[list[Any]], properties: Mapping[str, ColumnType]) -> pl.DataFrame:
    import polars as pl

    columns = zip(*rows, strict=True) if rows else [()] * len(properties)
    types = {name: polars_type(type_) for name, type_ in properties.items()}
    return pl.DataFrame([pl.Series(name, held, types[name]) for name, held in zip(types, columns, strict=True)])


def _concat(properties: Mapping[str, ColumnType], pages: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([empty(properties), *pages])


def _ids(told: Mapping[str, Any]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame({name: told[name] for name in ("ids", "places")}, schema={"ids": pl.String, "places": pl.Int64})


def _no_ids() -> pl.DataFrame:
    return _ids({"ids": [], "places": []})

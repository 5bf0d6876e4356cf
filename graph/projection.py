"""Checked tables into nodes and relationships, as the schema says; lazily, one frame at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from graph.dataset import Scanned
from graph.frames import NodeFrame, RelationshipFrame, is_sorted, polars_type
from graph.schema import SOURCES, ColumnType, RelationshipSource, RelationshipType, Schema, Table
from graph.store import ConflictingFact, DanglingReference

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import Dataset, DatasetCard

KeptIds = Mapping[str, "pl.Series"]
"""Node kind to its ids, sorted."""
Wanted = Mapping[str, Collection[str]]
"""Node kinds and relationship types to the properties that are asked for."""


def project(
    datasets: Sequence[Dataset], schema: Schema, rows: int | None = None, wanted: Wanted | None = None
) -> Iterator[NodeFrame | RelationshipFrame]:
    """Every node kind, then every relationship type between two kinds; empty frames are left out.

    With `rows`, stored tables with more rows than that are read by so many at a time: their nodes come in several frames, ids
    rising from one to the next, and their relationships in several frames for the same two kinds. With `wanted`, only those
    kinds, types and properties are read; ids, ends and `dataset_id` always are. In both cases relationships rise by their
    start only, as stored tables mostly do already.

    Raises ConflictingFact where two datasets contradict each other and DanglingReference where an id is nowhere.
    """
    ordered = sorted(datasets, key=lambda dataset: dataset.card.id)
    ids: dict[str, pl.Series] = {}
    for kind in schema.nodes:
        yield from _kind(ordered, schema, kind, ids, rows, _among(wanted, kind))
    for relationship in schema.relationships.values():
        if wanted is None or relationship.name in wanted:
            yield from _relationships(ordered, schema, relationship, ids, rows, _among(wanted, relationship.name))


def _among(wanted: Wanted | None, name: str) -> Collection[str] | None:
    return None if wanted is None else wanted.get(name, ())


def _kind(
    datasets: Sequence[Dataset],
    schema: Schema,
    kind: str,
    ids: dict[str, pl.Series],
    rows: int | None,
    wanted: Collection[str] | None,
) -> Iterator[NodeFrame]:
    import polars as pl

    passed: list[pl.Series] = []
    for frame in _nodes(datasets, schema, kind, rows, wanted):
        if frame.height:
            _refuse_shared_ids(kind, frame["id"], ids)
            passed.append(frame["id"])
            yield NodeFrame(kind, frame)
    if passed:
        ids[kind] = passed[0] if len(passed) == 1 else pl.concat(passed)


def source_row(card: DatasetCard) -> pl.DataFrame:
    """The row of table `sources` that stands for a dataset."""
    import polars as pl

    told = asdict(card) | {"locator": "dataset.yaml"}
    types = {name: polars_type(column.type) for name, column in SOURCES.columns.items()}
    return pl.DataFrame({name: [told[name]] for name in SOURCES.columns}, schema=types)


def _nodes(
    datasets: Sequence[Dataset], schema: Schema, kind: str, rows: int | None, wanted: Collection[str] | None
) -> Iterator[pl.DataFrame]:
    import polars as pl

    table = schema.tables[schema.nodes[kind].table]
    holders = [dataset for dataset in datasets if _holds(dataset, table.name)]
    if len(holders) == 1:
        for piece in _pieces(holders[0], table.name, rows):
            yield _sorted(_node_rows(piece, holders[0].card, table, schema, wanted), ["id"])
    elif holders:
        parts = [_node_rows(_lazy(dataset, table.name), dataset.card, table, schema, wanted) for dataset in holders]
        yield _sorted(_merged(pl.concat(parts), kind, table.person), ["id"])


def _lazy(dataset: Dataset, table: str) -> pl.LazyFrame:
    """A table of a dataset, of which only the columns asked for are read where it is stored."""
    if table == SOURCES.name:
        return source_row(dataset.card).lazy()
    if isinstance(dataset.tables, Scanned):
        return dataset.tables.scan(table)
    return dataset.tables[table].lazy()


def _pieces(dataset: Dataset, table: str, rows: int | None) -> Iterator[pl.LazyFrame]:
    """A table in slices of so many rows where it is stored; in memory already, as a whole."""
    if rows is None or table == SOURCES.name or not isinstance(dataset.tables, Scanned):
        yield _lazy(dataset, table)
        return
    for start in range(0, dataset.tables.height(table), rows):
        yield dataset.tables.scan(table).slice(start, rows)


def _holds(dataset: Dataset, table: str) -> bool:
    return table == SOURCES.name or table in dataset.tables


def _node_rows(
    rows: pl.LazyFrame, card: DatasetCard, table: Table, schema: Schema, wanted: Collection[str] | None
) -> pl.DataFrame:
    import polars as pl

    names = {name: schema.renames.get(name, name) for name in table.columns}
    columns = [pl.col(name).alias(new) for name, new in names.items() if wanted is None or name == "id" or new in wanted]
    return rows.select(*columns, pl.lit(card.id).alias("dataset_id")).collect()


def _merged(rows: pl.DataFrame, kind: str, person: bool) -> pl.DataFrame:
    """One row for each id. The first dataset that names a node gives its `dataset_id` and `locator`."""
    import polars as pl

    twice = rows.filter(pl.col("id").is_duplicated())
    if not twice.height:
        return rows
    if person:
        raise _conflict(twice, kind, "id")
    told = [name for name in rows.columns if name not in ("id", "dataset_id", "locator")]
    firsts = [name for name in ("dataset_id", "locator") if name in rows.columns]
    by_id = twice.group_by("id", maintain_order=True)
    contradictions = by_id.agg(pl.col(told).drop_nulls().n_unique() > 1)
    for name in told:
        if contradictions[name].any():
            ids = contradictions.filter(pl.col(name))["id"]
            raise _conflict(twice.filter(pl.col("id") == ids[0], pl.col(name).is_not_null()), kind, name)
    first = by_id.agg(pl.col(told).drop_nulls().first(), pl.col(firsts).first())
    return pl.concat([rows.filter(~pl.col("id").is_duplicated()), first.select(rows.columns)])


def _conflict(rows: pl.DataFrame, kind: str, column: str) -> ConflictingFact:
    names = " · ".join(rows["dataset_id"].unique(maintain_order=True).head(2).to_list())
    who = rows["id"][0]
    return ConflictingFact(
        f"두 데이터세트가 같은 항목을 다르게 적었습니다: {kind} {who}, 열 {column} ({names}). 한쪽을 고치거나 빼 주세요.",
        f"Two datasets disagree on {kind} {who}, column {column} ({names}); correct one of them or leave it out.",
    )


def _refuse_shared_ids(kind: str, ids: pl.Series, others: KeptIds) -> None:
    for other, held in others.items():
        # The smaller side goes into the hash table: a million cases against fifteen networks stays cheap.
        few, many = (ids, held) if len(ids) < len(held) else (held, ids)
        shared = few.filter(few.is_in(many.filter(many.is_in(few.implode())).implode()))
        if len(shared):
            raise ConflictingFact(
                f"식별자 {shared[0]}이(가) {other}와(과) {kind}에 함께 쓰였습니다. 식별자는 전체에서 하나뿐이어야 합니다.",
                f"The id {shared[0]} is used by a {other} and a {kind}; an id must be unique over all kinds.",
            )


def _relationships(
    datasets: Sequence[Dataset],
    schema: Schema,
    relationship: RelationshipType,
    ids: KeptIds,
    rows: int | None,
    wanted: Collection[str] | None,
) -> Iterator[RelationshipFrame]:
    """In one frame for each two kinds, unless a stored table is read in slices: then each slice gives its own."""
    import polars as pl

    pieces: dict[tuple[str, str], list[pl.DataFrame]] = {}
    order = relationship.identity if wanted is None else ["start"]
    for source in relationship.sources:
        sliced = _is_sliced(datasets, source.table, rows)
        for found in _source_rows(datasets, schema, relationship, source, rows, wanted):
            for pair, piece in _split(found, schema.source_ends(source), ids, source):
                if sliced:
                    yield RelationshipFrame(relationship.name, *pair, _sorted(piece, ["start"]))
                else:
                    pieces.setdefault(pair, []).append(piece)
    for (start, end), parts in sorted(pieces.items(), key=lambda item: item[0]):
        frame = parts[0] if len(parts) == 1 else pl.concat(parts)
        yield RelationshipFrame(relationship.name, start, end, _sorted(frame, order))


def _is_sliced(datasets: Sequence[Dataset], table: str, rows: int | None) -> bool:
    holders = [dataset.tables for dataset in datasets if table in dataset.tables]
    return rows is not None and len(holders) == 1 and isinstance(holders[0], Scanned) and holders[0].height(table) > rows


def _source_rows(
    datasets: Sequence[Dataset],
    schema: Schema,
    relationship: RelationshipType,
    source: RelationshipSource,
    rows: int | None,
    wanted: Collection[str] | None,
) -> Iterator[pl.DataFrame]:
    import polars as pl

    holders = [dataset for dataset in datasets if source.table in dataset.tables]
    if len(holders) == 1:
        for piece in _pieces(holders[0], source.table, rows):
            yield _stated(piece, holders[0].card, schema, relationship, source, wanted)
    elif holders:
        told = [_lazy(dataset, source.table) for dataset in holders]
        parts = [
            _stated(table, dataset.card, schema, relationship, source, wanted)
            for dataset, table in zip(holders, told, strict=True)
        ]
        # A column of a node is one fact however many datasets tell it; a row of its own table is a statement of its dataset.
        of_a_node = "id" in (source.start, source.end)
        every = pl.concat(parts)
        own = bool(relationship.key) and not of_a_node
        yield every if own else every.unique(["start", "end"], keep="first", maintain_order=True)


def _stated(
    rows: pl.LazyFrame,
    card: DatasetCard,
    schema: Schema,
    relationship: RelationshipType,
    source: RelationshipSource,
    wanted: Collection[str] | None,
) -> pl.DataFrame:
    import polars as pl

    table = schema.tables[source.table]
    told = pl.all_horizontal(
        pl.col(source.start).is_not_null(),
        pl.col(source.end).is_not_null(),
        *(pl.col(column).is_in(codes) for column, codes in source.where.items()),
    )
    properties = schema.relationship_properties(relationship.name).items()
    return (
        rows.filter(told)
        .select(
            pl.col(source.start).alias("start"),
            pl.col(source.end).alias("end"),
            *(
                _property(name, kind, card, table, source, schema)
                for name, kind in properties
                if wanted is None or name == "dataset_id" or name in wanted
            ),
        )
        .collect()
    )


def _property(
    name: str, kind: ColumnType, card: DatasetCard, table: Table, source: RelationshipSource, schema: Schema
) -> pl.Expr:
    import polars as pl

    if name == "id":
        key = [pl.col(column).cast(pl.String).fill_null("") for column in table.key]
        return pl.concat_str([pl.lit(f"{card.id}|{table.name}"), *key], separator="|").alias(name)
    if name == "dataset_id":
        return pl.lit(card.id).alias(name)
    if name in source.constants:
        return pl.lit(source.constants[name]).alias(name)
    column = next((kept for kept in (*source.keeps, "locator") if schema.renames.get(kept, kept) == name), None)
    if column is None:
        return pl.lit(None, dtype=polars_type(kind)).alias(name)
    return pl.col(column).alias(name)


def _split(
    rows: pl.DataFrame, pairs: Sequence[tuple[str, str]], ids: KeptIds, source: RelationshipSource
) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    """The rows by the kinds their ends are of; every row must find its kinds."""
    if not rows.height:
        return
    if len(pairs) == 1:
        yield pairs[0], rows
        return
    found = 0
    for start, end in pairs:
        piece = rows
        for side, kind, kinds in (("start", start, {s for s, _ in pairs}), ("end", end, {e for _, e in pairs})):
            if len(kinds) > 1:
                piece = _of_kind(piece, side, ids.get(kind))
        found += piece.height
        if piece.height:
            yield (start, end), piece
    if found != rows.height:
        raise DanglingReference(
            f"표 {source.table}에 대상의 종류가 맞지 않는 행이 있습니다({source.start}, {source.end}).",
            f"Table {source.table} has rows whose {source.start} or {source.end} is of a kind it may not point at.",
        )


def _of_kind(rows: pl.DataFrame, side: str, ids: pl.Series | None) -> pl.DataFrame:
    import polars as pl

    return rows.clear() if ids is None else rows.filter(pl.col(side).is_in(ids.implode()))


def _sorted(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Sorted by columns, without sorting what already is: tables are stored in key order, which rises by the end at times."""
    if is_sorted(frame, columns):
        return frame
    first, *rest = columns
    rises = bool(rest) and is_sorted(frame, rest)
    return frame.sort(first, maintain_order=True) if rises else frame.sort(columns)

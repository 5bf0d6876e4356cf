"""The model of `schema.yaml` as typed values: vocabularies, tables, node kinds, relationship types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from graph.declared import declared_in

SCHEMA_FILE = Path(__file__).with_name("schema.yaml")

ColumnType = Literal["id", "text", "integer", "boolean", "day", "month"]
ID = "id"


@dataclass(frozen=True)
class Label:
    """One thing's name in both languages."""

    ko: str
    en: str


@dataclass(frozen=True)
class Column:
    """One column of a table. `refers_to` names the tables whose `id` it may hold; `code` names its vocabulary."""

    name: str
    type: ColumnType
    label: Label
    required: bool = False
    code: str | None = None
    refers_to: tuple[str, ...] = ()
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True)
class Table:
    """One table of a dataset. `person` marks rows about people: no text beyond codes and ids is let in."""

    name: str
    label: Label
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    person: bool = False


@dataclass(frozen=True)
class NodeKind:
    """One label of the graph, one node per row of its table."""

    name: str
    table: str
    label: Label
    caption: str
    colour: str


@dataclass(frozen=True)
class RelationshipSource:
    """The rows of one table that become relationships: `start` and `end` are columns, `where` filters by code."""

    table: str
    start: str
    end: str
    keeps: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]


@dataclass(frozen=True)
class RelationshipType:
    """One relationship type. `key` names the properties that tell two between the same nodes apart; empty where one is all."""

    name: str
    label: Label
    sources: tuple[RelationshipSource, ...]
    key: tuple[str, ...]

    @property
    def identity(self) -> list[str]:
        """The columns of a frame by which each is one: its ends, and what tells it apart."""
        return ["start", "end", *self.key]

    @property
    def has_id(self) -> bool:
        """Whether each carries an `id` of its own."""
        return self.key == (ID,)


@dataclass(frozen=True)
class Schema:
    """The whole declaration."""

    vocabularies: Mapping[str, Mapping[str, Label]]
    tables: Mapping[str, Table]
    nodes: Mapping[str, NodeKind]
    relationships: Mapping[str, RelationshipType]
    renames: Mapping[str, str]

    def kind_of_table(self, table: str) -> NodeKind:
        """The node kind whose rows a table holds; KeyError for a table that only holds relationships."""
        return next(kind for kind in self.nodes.values() if kind.table == table)

    def node_properties(self, kind: str) -> dict[str, ColumnType]:
        """Property name to type of every property that nodes of a kind carry, `id` first."""
        columns = self.tables[self.nodes[kind].table].columns.values()
        return {self.renames.get(column.name, column.name): column.type for column in columns} | {"dataset_id": "text"}

    def relationship_properties(self, name: str) -> dict[str, ColumnType]:
        """Property name to type of every property that relationships of a type carry."""
        relationship = self.relationships[name]
        found: dict[str, ColumnType] = {ID: "id"} if relationship.has_id else {}
        for source in relationship.sources:
            columns = self.tables[source.table].columns
            for kept in source.keeps:
                found[self.renames.get(kept, kept)] = columns[kept].type if kept in columns else "text"
        return found | {"dataset_id": "text", "locator": "text"}

    def relationship_ends(self, name: str) -> list[tuple[str, str]]:
        """Every (start kind, end kind) a relationship type may join, sorted."""
        return sorted({pair for source in self.relationships[name].sources for pair in self.source_ends(source)})

    def source_ends(self, source: RelationshipSource) -> list[tuple[str, str]]:
        """Every (start kind, end kind) that the rows of one source may join, sorted."""
        starts, stops = self._kinds(source.table, source.start), self._kinds(source.table, source.end)
        stops &= self._kinds_let_in(source, stops)
        return sorted((start, end) for start in starts for end in stops)

    def _kinds(self, table: str, column: str) -> set[str]:
        if column == "id":
            return {self.kind_of_table(table).name}
        return {self.kind_of_table(other).name for other in self.tables[table].columns[column].refers_to}

    def _kinds_let_in(self, source: RelationshipSource, kinds: set[str]) -> set[str]:
        """`target_kind` narrows what `target_id` refers to: its codes are node kinds in lower case."""
        wanted = source.where.get("target_kind")
        return kinds if wanted is None else {kind for kind in kinds if kind.lower() in wanted}


# Every row can say where in its source it stands; a dataset is a source of its own.
LOCATOR = Column("locator", "text", Label("출처 위치", "locator"))
SOURCES = Table(
    "sources",
    Label("출처", "source"),
    ("id",),
    {
        column.name: column
        for column in (
            Column("id", "id", Label("식별자", "identifier"), required=True),
            Column("title", "text", Label("제목", "title"), required=True),
            Column("publisher", "text", Label("발행처", "publisher")),
            Column("published_on", "day", Label("발행일", "published on")),
            Column("selection", "text", Label("수록 기준", "selection"), required=True, code="selection"),
            Column("disclosure", "text", Label("공개 수준", "disclosure"), required=True, code="disclosure"),
            Column("synthetic", "boolean", Label("합성 데이터", "synthetic"), required=True),
            Column("note", "text", Label("설명", "note")),
            LOCATOR,
        )
    },
)


@cache
def load_schema() -> Schema:
    """The schema of `schema.yaml`, read once per process."""
    return parse_schema(declared_in(SCHEMA_FILE))


def parse_schema(declared: Mapping[str, Any]) -> Schema:
    """A schema from its declaration; KeyError names what is missing."""
    tables = {name: _table(name, table) for name, table in declared["tables"].items()}
    return Schema(
        vocabularies={
            name: {str(code): Label(**label) for code, label in codes.items()}
            for name, codes in declared["vocabularies"].items()
        },
        tables=tables | {SOURCES.name: SOURCES},
        nodes={name: _node(name, node) for name, node in declared["nodes"].items()},
        relationships={
            name: _relationship(name, kind, declared["renames"]) for name, kind in declared["relationships"].items()
        },
        renames=declared["renames"],
    )


def _table(name: str, declared: Mapping[str, Any]) -> Table:
    columns = {column: _column(column, given) for column, given in declared["columns"].items()}
    label = Label(declared["ko"], name.replace("_", " "))
    return Table(name, label, tuple(declared["key"]), columns | {LOCATOR.name: LOCATOR}, declared.get("person", False))


def _column(name: str, given: Mapping[str, Any]) -> Column:
    label = Label(given.get("ko", "식별자"), name.replace("_", " "))
    kind: ColumnType = "id" if "refers_to" in given else given.get("type", "text")
    known = {key: given[key] for key in ("required", "code", "min", "max") if key in given}
    return Column(name, kind, label, refers_to=tuple(given.get("refers_to", ())), **known)


def _node(name: str, declared: Mapping[str, Any]) -> NodeKind:
    label = Label(declared["ko"], declared["en"])
    return NodeKind(name, declared["table"], label, declared["caption"], declared["colour"])


def _relationship(name: str, declared: Mapping[str, Any], renames: Mapping[str, str]) -> RelationshipType:
    label = Label(declared["ko"], name.replace("_", " ").lower())
    columns = [ID] if declared.get("id") else declared.get("told_apart_by", [])
    key = tuple(renames.get(column, column) for column in columns)
    return RelationshipType(name, label, tuple(_source(source) for source in declared["from"]), key)


def _source(declared: Mapping[str, Any]) -> RelationshipSource:
    return RelationshipSource(
        table=declared["table"],
        start=declared["start"],
        end=declared["end"],
        keeps=tuple(declared.get("keeps", ())),
        where={column: tuple(codes) for column, codes in declared.get("where", {}).items()},
        constants=declared.get("constants", {}),
    )

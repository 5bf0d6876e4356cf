"""One node with all that is told about it, and what stands next to it, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.schema import Label, load_schema
from graph.store import Value
from queries.browse import statements
from queries.browse.held import holds, kinds_held
from queries.telling.nodes import nodes_with

if TYPE_CHECKING:
    from graph.store import Reader

# Not facts about the thing itself: they say where the facts come from.
PROVENANCE = frozenset({"locator", "dataset_id"})
DIRECTIONS = ("out", "in")


class UnknownEntityError(LookupError):
    """No node has that id, or it is a case that is not shown one by one."""


@dataclass(frozen=True)
class Fact:
    """One property: `value` as kept; `shown` when a code or a node's name says it better; `refers_to` is that node's id."""

    property: str
    label: Label
    value: Value
    shown: Label | None = None
    refers_to: str | None = None


@dataclass(frozen=True)
class SourceCard:
    """A dataset as it describes itself."""

    dataset_id: str
    title: str
    publisher: str | None
    published_on: str | None
    selection: str
    disclosure: str
    synthetic: bool


@dataclass(frozen=True)
class AdjacentCount:
    """How many relationships of one type and direction lead to nodes of one kind."""

    relationship: str
    direction: str
    kind: str
    count: int


@dataclass(frozen=True)
class Entity:
    """One node. Every fact of it stands at `locator` of the dataset of `source`."""

    id: str
    kind: str
    name: str
    facts: tuple[Fact, ...]
    source: SourceCard
    locator: str
    adjacent: tuple[AdjacentCount, ...]


@dataclass(frozen=True)
class Adjacent:
    """A node next to another, and the relationship that makes it so, with the relationship's own source."""

    id: str
    kind: str
    name: str
    relationship: str
    direction: str
    facts: tuple[Fact, ...]
    dataset_id: str
    locator: str


@dataclass(frozen=True)
class AdjacentPage:
    """One page of what is adjacent; `total` counts all pages."""

    items: tuple[Adjacent, ...]
    page: int
    per_page: int
    total: int


def entity(reader: Reader, entity_id: str) -> Entity:
    """The node of that id; UnknownEntityError when there is none to show."""
    kind, properties = _find(reader, entity_id)
    node_kind = load_schema().nodes[kind]
    return Entity(
        id=entity_id,
        kind=kind,
        name=str(properties[node_kind.caption]),
        facts=tuple(_node_facts(reader, kind, properties)),
        source=source_card(reader, str(properties["dataset_id"])),
        locator=str(properties["locator"]),
        adjacent=tuple(_counts(reader, entity_id, kind)),
    )


def adjacent(
    reader: Reader, entity_id: str, page: int = 1, per_page: int = 25, relationship: str | None = None
) -> AdjacentPage:
    """One page of the nodes next to a node, in the schema's order, then by name; UnknownEntityError as `entity`.

    `page` counts from 1; `relationship` keeps one type only.
    """
    kind, _ = _find(reader, entity_id)
    counts = [count for count in _counts(reader, entity_id, kind) if relationship in (None, count.relationship)]
    total = sum(count.count for count in counts)
    items: list[Adjacent] = []
    skip = (page - 1) * per_page
    for count in counts:
        room = per_page - len(items)
        if skip < count.count and room > 0:
            items += _page(reader, entity_id, kind, count, skip, room)
        skip = max(0, skip - count.count)
    return AdjacentPage(tuple(items), page, per_page, total)


def shown_datasets(reader: Reader, kind: str) -> list[str]:
    """The datasets whose nodes of a kind may be shown one by one; empty for a kind without people, where all may."""
    if not load_schema().tables[load_schema().nodes[kind].table].person:
        return []
    published = [str(card["id"]) for card in cards(reader) if card.get("disclosure") == "published"]
    return published or [""]


def cards(reader: Reader) -> list[dict[str, Any]]:
    """The datasets of a generation, each as its card's fields with `hash` and `rows`."""
    return [dict(dataset) for dataset in reader.generation.datasets]


def source_card(reader: Reader, dataset_id: str) -> SourceCard:
    """The card of one dataset of the reader's generation; KeyError for another."""
    found = {str(card["id"]): card for card in cards(reader)}[dataset_id]
    return SourceCard(
        dataset_id=dataset_id,
        title=found["title"],
        publisher=found.get("publisher"),
        published_on=found.get("published_on"),
        selection=found["selection"],
        disclosure=found.get("disclosure", "protected"),
        synthetic=bool(found.get("synthetic")),
    )


def captions(reader: Reader, ids: Iterable[str], kinds: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Kind and name of each id that is a node with a name, of some kinds where these are told."""
    held = [kind.name for kind in kinds_held(reader) if kind.caption != "id" and (not kinds or kind.name in kinds)]
    return {id_: (node.kind, node.caption) for id_, node in nodes_with(reader, map(str, ids), held).items()}


def _find(reader: Reader, entity_id: str) -> tuple[str, dict[str, Value]]:
    """Kind and properties of a node; a case of a protected dataset is as good as absent."""
    for kind in (each.name for each in kinds_held(reader)):
        rows = reader.query(statements.one_node(kind), {"id": entity_id}).rows
        if rows:
            properties = dict(zip(load_schema().node_properties(kind), rows[0], strict=True))
            allowed = shown_datasets(reader, kind)
            if not allowed or properties["dataset_id"] in allowed:
                return kind, properties
    raise UnknownEntityError(entity_id)


def _node_facts(reader: Reader, kind: str, properties: dict[str, Value]) -> list[Fact]:
    table = load_schema().tables[load_schema().nodes[kind].table]
    columns = {load_schema().renames.get(name, name): column for name, column in table.columns.items()}
    told = [name for name, value in properties.items() if value is not None and name not in PROVENANCE]
    named = captions(reader, [str(properties[name]) for name in told if columns[name].refers_to])
    return [fact(name, columns[name].label, properties[name], columns[name].code, named) for name in told]


def fact(name: str, label: Label, value: Value, code: str | None, named: dict[str, tuple[str, str]]) -> Fact:
    """A property as a reader understands it: its code in words, or the name of the node it refers to."""
    if code is not None:
        return Fact(name, label, value, load_schema().vocabularies[code].get(str(value)))
    if isinstance(value, str) and value in named:
        return Fact(name, label, value, Label(named[value][1], named[value][1]), value)
    return Fact(name, label, value)


def _counts(reader: Reader, entity_id: str, kind: str) -> list[AdjacentCount]:
    found = []
    for name, direction, other in statements.pairs(kind):
        if not (holds(reader, name) and holds(reader, other)):
            continue
        allowed = shown_datasets(reader, other) or shown_datasets(reader, kind)
        statement = statements.count_adjacent(kind, name, direction, other)
        count = _number(reader.query(statement, {"id": entity_id, "datasets": allowed}).rows[0][0])
        found += [AdjacentCount(name, direction, other, count)] if count else []
    return found


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _page(reader: Reader, entity_id: str, kind: str, count: AdjacentCount, skip: int, limit: int) -> list[Adjacent]:
    other = load_schema().nodes[count.kind]
    statement = statements.page_of_adjacent(kind, count.relationship, count.direction, other, skip, limit)
    allowed = shown_datasets(reader, other.name) or shown_datasets(reader, kind)
    rows = reader.query(statement, {"id": entity_id, "datasets": allowed}).rows
    names = tuple(load_schema().relationship_properties(count.relationship))
    return [_adjacent(reader, count, row[0], row[1], dict(zip(names, row[2:], strict=True))) for row in rows]


def _adjacent(reader: Reader, count: AdjacentCount, other_id: Value, name: Value, told: dict[str, Value]) -> Adjacent:
    return Adjacent(
        id=str(other_id),
        kind=count.kind,
        name=str(name),
        relationship=count.relationship,
        direction=count.direction,
        facts=tuple(_relationship_facts(reader, count.relationship, told)),
        dataset_id=str(told["dataset_id"]),
        locator=str(told["locator"]),
    )


def _relationship_facts(reader: Reader, relationship: str, told: dict[str, Value]) -> list[Fact]:
    columns = _relationship_columns(relationship)
    facts = [(name, value) for name, value in told.items() if value is not None and name not in PROVENANCE | {"id"}]
    named = captions(reader, [str(value) for name, value in facts if name in columns and columns[name][2]])
    found = []
    for name, value in facts:
        label, code, _ = columns.get(name, (Label(name, name), None, ()))
        found.append(fact(name, label, value, code, named))
    return found


def _relationship_columns(relationship: str) -> dict[str, tuple[Label, str | None, Sequence[str]]]:
    """Label, vocabulary and what it refers to, of each property a relationship keeps from its tables."""
    schema = load_schema()
    found: dict[str, tuple[Label, str | None, Sequence[str]]] = {}
    for source in reversed(schema.relationships[relationship].sources):
        for name in source.keeps:
            column = schema.tables[source.table].columns.get(name)
            if column is not None:
                found[schema.renames.get(name, name)] = (column.label, column.code, column.refers_to)
    return found

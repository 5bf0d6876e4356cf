"""Every statement that the schema implies: tables and constraints, loading, closing, and reading back."""

from __future__ import annotations

from graph.schema import ColumnType, Schema

LADYBUG_TYPES: dict[ColumnType, str] = {"integer": "INT64", "boolean": "BOOLEAN"}


def ladybug_tables(schema: Schema) -> list[str]:
    """The embedded engine's node and relationship tables, nodes first."""
    return [_node_table(schema, kind) for kind in schema.nodes] + [_rel_table(schema, name) for name in schema.relationships]


def ladybug_copy_nodes(kind: str, frame: str) -> str:
    """Load the columns of the Python variable `frame` into a node table."""
    return f"COPY {kind} FROM {frame}"


def ladybug_copy_relationships(name: str, start: str, end: str, frame: str) -> str:
    """Load the columns of the Python variable `frame`, the ends first, into a relationship table."""
    return f"COPY {name} FROM {frame} (from='{start}', to='{end}')"


def count_nodes(kind: str) -> str:
    """How many nodes of a kind there are."""
    return f"MATCH (n:{kind}) RETURN count(n) AS found"


def count_relationships(name: str) -> str:
    """How many relationships of a type there are."""
    return f"MATCH ()-[r:{name}]->() RETURN count(r) AS found"


def read_nodes(schema: Schema, kind: str) -> str:
    """All nodes of a kind, a column for each property."""
    told = ", ".join(f"n.{name} AS {name}" for name in schema.node_properties(kind))
    return f"MATCH (n:{kind}) RETURN {told} ORDER BY id"


def read_relationships(schema: Schema, name: str, start: str, end: str) -> str:
    """All relationships of a type between two kinds: start_id, end_id, then a column for each property."""
    told = ", ".join(f"r.{name} AS {name}" for name in schema.relationship_properties(name))
    return f"MATCH (s:{start})-[r:{name}]->(e:{end}) RETURN s.id AS start_id, e.id AS end_id, {told} ORDER BY start_id, end_id"


def _node_table(schema: Schema, kind: str) -> str:
    columns = ", ".join(f"{name} {_ladybug(type_)}" for name, type_ in schema.node_properties(kind).items())
    return f"CREATE NODE TABLE {kind}({columns}, PRIMARY KEY(id))"


def _rel_table(schema: Schema, name: str) -> str:
    ends = ", ".join(f"FROM {start} TO {end}" for start, end in schema.relationship_ends(name))
    columns = ", ".join(f"{column} {_ladybug(type_)}" for column, type_ in schema.relationship_properties(name).items())
    return f"CREATE REL TABLE {name}({ends}, {columns})"


def _ladybug(type_: ColumnType) -> str:
    return LADYBUG_TYPES.get(type_, "STRING")

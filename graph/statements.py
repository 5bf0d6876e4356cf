"""Every statement that the schema implies: tables and constraints, loading, closing, and reading back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from graph.schema import ColumnType, Schema

ONE_WAY = " WITH (storage_direction='fwd')"
LADYBUG_TYPES: dict[ColumnType, str] = {"integer": "INT64", "boolean": "BOOLEAN"}


def ladybug_tables(schema: Schema, one_way: Collection[str] = ()) -> list[str]:
    """The embedded engine's node and relationship tables, nodes first; types `one_way` are kept at their start only."""
    types = [_rel_table(schema, name) + (ONE_WAY if name in one_way else "") for name in schema.relationships]
    return [_node_table(schema, kind) for kind in schema.nodes] + types


def one_way_types(schema: Schema, rows: Mapping[str, int], many: int) -> frozenset[str]:
    """Types that lead from people to what they have in common, from tables of more than so many rows."""
    return frozenset(
        name
        for name, relationship in schema.relationships.items()
        if all(schema.tables[schema.nodes[start].table].person for start, _ in schema.relationship_ends(name))
        and sum(rows.get(table, 0) for table in {source.table for source in relationship.sources}) > many
    )


def ladybug_copy_nodes(kind: str, frame: str) -> str:
    """Load the columns of the Python variable `frame`, or of `ladybug_files`, into a node table."""
    return f"COPY {kind} FROM {frame}"


def ladybug_files(paths: list[str]) -> str:
    """Parquet files as what a COPY reads from; it takes each path for a pattern."""
    literal = (re.sub(r"([*?[])", r"[\1]", path) for path in paths)
    quoted = (path.replace("\\", "\\\\").replace("'", "\\'") for path in literal)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"


def ladybug_copy_relationships(name: str, start: str, end: str, frame: str) -> str:
    """Load the columns of the Python variable `frame` or of `ladybug_files`, the ends first, into a relationship table."""
    return f"COPY {name} FROM {frame} (from='{start}', to='{end}')"


def count_all(schema: Schema) -> str:
    """How many there are of each kind and type, a row for each that there is, in one statement: a server plans each anew."""
    kinds = [f"MATCH (n:{kind}) RETURN '{kind}' AS name, count(n) AS found" for kind in schema.nodes]
    types = [f"MATCH ()-[r:{name}]->() RETURN '{name}' AS name, count(r) AS found" for name in schema.relationships]
    return " UNION ALL ".join(kinds + types)


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


# The server keeps more than one generation's worth: what vanished is closed, and a load leaves notes for itself.
# None of these nodes has an `id`, so no question that asks by id meets them.

LOCK_LOADS = "MERGE (l:LoadLock {name: 'load'}) SET l.taken = timestamp()"
TAKE_FENCES = (
    "UNWIND range(0, $fences - 1) AS n MERGE (f:LoadLock {name: 'fence-' + n}) SET f += {load: $load, taken: timestamp()}"
)
# Set before it is asked: whoever holds the fence until its commit has seen the last load that took it.
ASK_FENCE = (
    "MATCH (f:LoadLock {name: 'fence-' + $fence}) SET f.taken = timestamp() WITH f WHERE f.load = $load "
    "RETURN EXISTS { MATCH (:Batch {key: $key}) } AS found"
)
READ_STATE = "MATCH (g:Generation {slot: 'current'}) RETURN g.generation_id AS id, g.state AS state, g.record AS record"
READ_STATE_ID = "MATCH (g:Generation {slot: 'current'}) RETURN g.generation_id AS id, g.state AS state"
BEGIN_BATCHES = "MERGE (g:Generation {slot: 'current'}) SET g.state = 'loading'"
PUBLISH = "MERGE (g:Generation {slot: 'current'}) SET g.state = 'published', g.generation_id = $id, g.record = $record"
MARK_BATCH = "CREATE (b:Batch {key: $key})"
FORGET_BATCHES = "MATCH (b:Batch) DELETE b"
COUNT_CLOSED = "RETURN COUNT { MATCH (:Closed) } + COUNT { MATCH ()-[:CLOSED]->() } AS found"
NOTHING = "RETURN 1 AS nothing"
CONSTRAINTS = "SHOW CONSTRAINTS YIELD name RETURN collect(name) AS names"
INDEX_CLOSED = "CREATE INDEX pumasi_closed IF NOT EXISTS FOR (n:Closed) ON (n.closed_kind, n.closed_id)"
AWAIT_INDEXES = "CALL db.awaitIndexes(300)"
LOAD_NOTES = {"LoadLock": "name", "Generation": "slot", "Batch": "key"}


def load_constraints() -> dict[str, str]:
    """By name: uniqueness of the notes that loads leave for each other."""
    return _unique({k: f"FOR (n:{k}) REQUIRE n.{name}" for k, name in LOAD_NOTES.items()})


def neo4j_constraints(schema: Schema) -> dict[str, str]:
    """By name: uniqueness of every id, which is also the index that loading looks nodes up by, and of the notes of loads."""
    keyed = [name for name, relationship in schema.relationships.items() if relationship.has_id]
    told = {kind: f"FOR (n:{kind}) REQUIRE n.id" for kind in schema.nodes}
    return load_constraints() | _unique(told | {name: f"FOR ()-[r:{name}]-() REQUIRE r.id" for name in keyed})


def _unique(told: dict[str, str]) -> dict[str, str]:
    return {f"pumasi_{n}": f"CREATE CONSTRAINT pumasi_{n} IF NOT EXISTS {what} IS UNIQUE" for n, what in told.items()}


def merge_nodes(schema: Schema, kind: str) -> str:
    """Write $rows, each a list of the node's properties in declared order."""
    told = _assignments("n", list(schema.node_properties(kind)), 0, ("id",))
    return f"UNWIND $rows AS row MERGE (n:{kind} {{id: row[0]}}) SET {told}"


def create_nodes(schema: Schema, kind: str) -> str:
    """Write $rows where no node of the kind is yet; tells where the server put each id."""
    told = _values(list(schema.node_properties(kind)), 0)
    return f"UNWIND $rows AS row CREATE (n:{kind} {{{told}}}) RETURN collect(row[0]) AS ids, collect(id(n)) AS places"


def create_relationships(schema: Schema, name: str) -> str:
    """Write $rows, whose ends are places on the server: found without an index, which is most of the work of a load."""
    told = _values(list(schema.relationship_properties(name)), 2)
    ends = "MATCH (s) WHERE id(s) = row[0] MATCH (e) WHERE id(e) = row[1]"
    return f"UNWIND $rows AS row {ends} CREATE (s)-[:{name} {{{told}}}]->(e)"


def delete_nodes(kind: str) -> str:
    """Delete the nodes whose ids are in $rows, with all their relationships: people who withdrew."""
    return f"UNWIND $rows AS row MATCH (n:{kind} {{id: row[0]}}) DETACH DELETE n"


def close_nodes(kind: str) -> str:
    """Take the nodes whose ids are in $rows out of their kind, kept as :Closed."""
    return (
        f"UNWIND $rows AS row MATCH (n:{kind} {{id: row[0]}}) "
        f"SET n:Closed, n.closed_kind = '{kind}', n.closed_id = n.id, n.closed_on = $generation REMOVE n:{kind}, n.id"
    )


def reopen_nodes(kind: str) -> str:
    """Give closed nodes whose ids are in $rows their kind again."""
    return (
        f"UNWIND $rows AS row MATCH (n:Closed {{closed_kind: '{kind}', closed_id: row[0]}}) "
        f"SET n:{kind}, n.id = n.closed_id REMOVE n:Closed, n.closed_kind, n.closed_id, n.closed_on"
    )


def merge_relationships(schema: Schema, name: str, start: str, end: str) -> str:
    """Write $rows, each a list of start, end, then the properties in declared order."""
    properties = list(schema.relationship_properties(name))
    told = _assignments("r", properties, 2, schema.relationships[name].key)
    return f"UNWIND $rows AS row {_ends(start, end)} MERGE (s)-[r:{name}{_identity(schema, name, properties)}]->(e) SET {told}"


def delete_relationships(schema: Schema, name: str, start: str, end: str) -> str:
    """Delete the relationships in $rows (start, end, and what tells them apart): what was told of a person."""
    return f"UNWIND $rows AS row {_ends(start, end)} MATCH (s)-[r:{name}{_identity(schema, name)}]->(e) DELETE r"


def close_relationships(schema: Schema, name: str, start: str, end: str) -> str:
    """Take the relationships in $rows (start, end, and what tells them apart) out of their type, kept as CLOSED."""
    return (
        f"UNWIND $rows AS row {_ends(start, end)} MATCH (s)-[r:{name}{_identity(schema, name)}]->(e) "
        f"CREATE (s)-[c:CLOSED]->(e) SET c = properties(r), c.closed_type = '{name}', c.closed_on = $generation DELETE r"
    )


def drop_closed_relationships(schema: Schema, name: str, start: str, end: str) -> str:
    """Forget that the relationships in $rows were closed: they are back."""
    same = "".join(f" AND c.{key} = row[{place}]" for place, key in enumerate(schema.relationships[name].key, start=2))
    return f"UNWIND $rows AS row {_ends(start, end)} MATCH (s)-[c:CLOSED]->(e) WHERE c.closed_type = '{name}'{same} DELETE c"


def page_of_ids(kind: str) -> str:
    """The next $page nodes of a kind after the id $after: their ids, and where the server keeps each."""
    told = "RETURN collect(id) AS ids, collect(place) AS places"
    return f"MATCH (n:{kind}) WHERE n.id > $after WITH n.id AS id, id(n) AS place ORDER BY id LIMIT $page {told}"


def collect_nodes(schema: Schema, kind: str) -> str:
    """The nodes with $after < id <= $last as one list of rows, each with the properties in declared order."""
    # A server walks all properties of a node for each one it is asked for; `properties` walks them once.
    told = _told("told", list(schema.node_properties(kind)))
    return f"MATCH (n:{kind}) WHERE n.id > $after AND n.id <= $last WITH properties(n) AS told RETURN collect([{told}]) AS rows"


def collect_relationships(schema: Schema, name: str, start: str, end: str, paged: str) -> str:
    """The relationships whose end `paged` (s or e) has $after < id <= $last as one list of rows: places of ends, properties."""
    told = _told("told", list(schema.relationship_properties(name)))
    return (
        f"MATCH (s:{start})-[r:{name}]->(e:{end}) WHERE {paged}.id > $after AND {paged}.id <= $last "
        f"WITH id(s) AS s, id(e) AS e, properties(r) AS told RETURN collect([s, e, {told}]) AS rows"
    )


def _ends(start: str, end: str) -> str:
    return f"MATCH (s:{start} {{id: row[0]}}) MATCH (e:{end} {{id: row[1]}})"


def _identity(schema: Schema, name: str, told: Sequence[str] | None = None) -> str:
    """What tells a relationship apart from others between its ends, which stand before the properties `told` in a row."""
    key = schema.relationships[name].key
    listed = ", ".join(f"{each}: row[{(told or key).index(each) + 2}]" for each in key)
    return f" {{{listed}}}" if key else ""


def _assignments(variable: str, properties: list[str], shift: int, but: Collection[str]) -> str:
    return ", ".join(f"{variable}.{name} = row[{i + shift}]" for i, name in enumerate(properties) if name not in but)


def _values(properties: list[str], shift: int) -> str:
    return ", ".join(f"{name}: row[{i + shift}]" for i, name in enumerate(properties))


def _told(variable: str, properties: list[str]) -> str:
    return ", ".join(f"{variable}.{name}" for name in properties)

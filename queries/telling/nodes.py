"""Looking nodes up by id or name, with one generated statement per kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.schema import load_schema
from graph.store import Reader
from queries.answer import DrawnNode

BY_ID = (
    "UNWIND $ids AS wanted MATCH (node:{kind}) WHERE node.id = wanted "
    "RETURN DISTINCT node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 100000"
)
BY_NAME = (
    "MATCH (node:{kind}) WHERE node.{caption} = $name "
    "RETURN node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 2"
)
ALL = "MATCH (node:{kind}) RETURN node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 5000"


def nodes_with(reader: Reader, ids: Iterable[str], kinds: Sequence[str]) -> dict[str, DrawnNode]:
    """The nodes of some ids among some kinds, by id; an id no kind holds is left out."""
    wanted = sorted(set(ids))
    found: dict[str, DrawnNode] = {}
    for kind in kinds if wanted else ():
        found |= {node.id: node for node in _nodes(reader, BY_ID, kind, ids=wanted)}
    return found


def nodes_named(reader: Reader, name: str, kinds: Sequence[str]) -> list[DrawnNode]:
    """The nodes of exactly this name, at most two of a kind."""
    return [node for kind in kinds for node in _nodes(reader, BY_NAME, kind, name=name)]


def first_nodes(reader: Reader, kinds: Sequence[str]) -> list[DrawnNode]:
    """The nodes of some kinds, at most 5,000 of each, by id."""
    return [node for kind in kinds for node in _nodes(reader, ALL, kind)]


def _nodes(reader: Reader, statement: str, kind: str, **params: str | Sequence[str]) -> list[DrawnNode]:
    cypher = statement.format(kind=kind, caption=load_schema().nodes[kind].caption)
    rows = reader.query(cypher, params).rows
    return [DrawnNode(str(node_id), kind, str(caption)) for node_id, caption in rows]

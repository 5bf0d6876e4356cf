"""Looking nodes up by id or name, with one generated statement per kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from weakref import WeakKeyDictionary

from graph.schema import load_schema
from graph.store import Reader
from queries.answer import DrawnNode

BY_ID = (
    "UNWIND $ids AS wanted MATCH (node:{kind}) WHERE node.id = wanted "
    "RETURN DISTINCT node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 100000000"
)
BY_NAME = (
    "MATCH (node:{kind}) WHERE node.{caption} = $name "
    "RETURN node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 2"
)
ALL = "MATCH (node:{kind}) RETURN node.id AS node_id, node.{caption} AS caption ORDER BY node_id LIMIT 5000"

MOST_KNOWN = 20_000
KNOWN: WeakKeyDictionary[Reader, dict[tuple[str, str], DrawnNode | None]] = WeakKeyDictionary()
"""What a reader was asked before, by kind and id: its generation does not change. None is a node that is not there."""

Find = Callable[[str, str], DrawnNode | None]
Absent = Callable[[str, str], bool]
UNTOLD: tuple[frozenset[str], Find, Absent] = frozenset(), lambda _kind, _id: None, lambda _kind, _id: False
FINDERS: WeakKeyDictionary[Reader, tuple[frozenset[str], Find, Absent]] = WeakKeyDictionary()


def know(reader: Reader, kinds: Iterable[str], find: Find, absent: Absent) -> None:
    """Ask the engine less from now on of this reader's generation.

    `find(kind, id)` knows every node of some kinds; of the others, `absent(kind, id)` knows which are not there.
    """
    FINDERS[reader] = frozenset(kinds), find, absent


def is_known(reader: Reader) -> bool:
    """Whether the engine is already asked less of this reader's generation."""
    return reader in FINDERS


def nodes_with(reader: Reader, ids: Iterable[str], kinds: Sequence[str]) -> dict[str, DrawnNode]:
    """The nodes of some ids among some kinds, by id; an id no kind holds is left out."""
    wanted, found = sorted(set(ids)), dict[str, DrawnNode]()
    whole, find, absent = FINDERS.get(reader, UNTOLD)
    for kind in kinds:
        if kind in whole:
            held = {id_: find(kind, id_) for id_ in wanted}
        else:
            perhaps = [id_ for id_ in wanted if not absent(kind, id_)]
            held = _remembered(reader, kind, perhaps) if perhaps else {}
        found |= {id_: node for id_, node in held.items() if node is not None}
    return found


def known_of(reader: Reader) -> list[list[str | None]]:
    """What a reader was asked before: kind, id, and caption, None where there is no such node."""
    return [[kind, id_, None if node is None else node.caption] for (kind, id_), node in KNOWN.get(reader, {}).items()]


def know_again(reader: Reader, known: Iterable[Sequence[str | None]]) -> None:
    """What another reader of the same generation was asked before is not asked again of this one."""
    KNOWN[reader] = {
        (str(kind), str(id_)): None if caption is None else DrawnNode(str(id_), str(kind), caption)
        for kind, id_, caption in known
    }


def _remembered(reader: Reader, kind: str, wanted: Sequence[str]) -> dict[str, DrawnNode | None]:
    """The nodes of some ids of one kind in their order, asked for once; None for one that is not there."""
    known = KNOWN.setdefault(reader, {})
    if len(known) > MOST_KNOWN:
        known = KNOWN[reader] = {}
    unknown = [id_ for id_ in wanted if (kind, id_) not in known]
    asked = {node.id: node for node in _nodes(reader, BY_ID, kind, ids=unknown)} if unknown else {}
    known |= {(kind, id_): asked.get(id_) for id_ in unknown}
    return {id_: known[kind, id_] for id_ in wanted}


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

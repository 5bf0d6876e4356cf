"""A generation as a networkx graph, for notebooks and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graph.frames import NodeFrame, RelationshipFrame
from graph.read_back import read_frames
from graph.schema import Schema, load_schema

if TYPE_CHECKING:
    import networkx as nx

    from graph.store import Reader


def to_networkx(reader: Reader, schema: Schema | None = None) -> nx.MultiDiGraph[str]:
    """Every node by its id with `node_kind` and properties (some have a `kind`); every relationship with `type` and properties.

    An edge's key is its type, followed by what tells it apart where two of a type may run between the same nodes. Nulls
    are left out.
    """
    import networkx as nx

    schema = schema or load_schema()
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(generation=reader.generation.id)
    for part in read_frames(reader, schema):
        if isinstance(part, NodeFrame):
            for row in part.frame.iter_rows(named=True):
                graph.add_node(row["id"], **(_told(row) | {"node_kind": part.kind}))
        else:
            _add_edges(graph, part, schema.relationships[part.type].key)
    return graph


def _add_edges(graph: nx.MultiDiGraph[str], part: RelationshipFrame, key: Sequence[str]) -> None:
    for row in part.frame.iter_rows(named=True):
        start, end = row.pop("start"), row.pop("end")
        named = " ".join([part.type, *(str(row[name]) for name in key)])
        graph.add_edge(start, end, key=named, type=part.type, **_told(row))


def _told(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}

"""What a face may draw of an answer: the relationships its header declares, between the nodes its rows name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.store import Reader
from queries.answer import Drawing, DrawnRelationship
from queries.catalog import Question
from queries.telling.nodes import nodes_with

MOST_DRAWN = 2000


def draw(reader: Reader, question: Question, rows: Sequence[tuple[Any, ...]]) -> Drawing:
    """The drawing of an answer's rows, at most 2,000 relationships; an id that no kind holds is not drawn."""
    names = [column.name for column in question.columns]
    kinds = sorted({kind for column in question.columns for kind in column.kinds})
    wanted: dict[DrawnRelationship, None] = {}
    for row in rows:
        values = dict(zip(names, row, strict=True))
        for line in question.draws:
            kind = values.get(line.type, line.type)
            wanted |= {
                DrawnRelationship(a, kind, b): None for a in _ids(values[line.start]) for b in _ids(values[line.end]) if kind
            }
    return drawing_of(reader, list(wanted)[:MOST_DRAWN], kinds)


def drawing_of(reader: Reader, relationships: Sequence[DrawnRelationship], kinds: Sequence[str]) -> Drawing:
    """Relationships with the nodes at their ends, captioned; a relationship that lacks an end is left out."""
    ids = dict.fromkeys(end for each in relationships for end in (each.start_id, each.end_id))
    nodes = nodes_with(reader, ids, kinds)
    kept = tuple(each for each in relationships if each.start_id in nodes and each.end_id in nodes)
    return Drawing(tuple(nodes[node_id] for node_id in ids if node_id in nodes), kept)


def _ids(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)

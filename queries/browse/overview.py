"""The networks at a glance: who leads each, how many are in it, what it won."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.schema import load_schema
from queries.answer import DrawnNode
from queries.browse import statements
from queries.browse.held import holds

if TYPE_CHECKING:
    from graph.store import Reader


@dataclass(frozen=True)
class NetworkLine:
    """One network. `members` counts everyone in it, those who lead it too."""

    id: str
    name: str
    year: int | None
    award: str | None
    leads: tuple[DrawnNode, ...]
    members: int


def networks(reader: Reader, limit: int = 200) -> list[NetworkLine]:
    """The first `limit` networks, newest year first, then by id."""
    if not holds(reader, "Network"):
        return []
    leads, members = _joined(reader, "LEADS"), _joined(reader, "MEMBER_OF")
    found = []
    for node_id, name, year, award in reader.query(statements.networks(limit), {}).rows:
        who = {node.id: node for node in (*leads.get(str(node_id), ()), *members.get(str(node_id), ()))}
        found.append(
            NetworkLine(
                str(node_id),
                str(name),
                year if isinstance(year, int) else None,
                None if award is None else str(award),
                tuple(leads.get(str(node_id), ())),
                len(who),
            )
        )
    return found


def _joined(reader: Reader, relationship: str) -> dict[str, list[DrawnNode]]:
    found: dict[str, list[DrawnNode]] = {}
    for network, node in _ends(reader, relationship):
        found.setdefault(network, []).append(node)
    return found


def _ends(reader: Reader, relationship: str) -> Iterator[tuple[str, DrawnNode]]:
    for start, _ in load_schema().relationship_ends(relationship) if holds(reader, relationship) else ():
        kind = load_schema().nodes[start]
        for node_id, caption, network in reader.query(statements.in_networks(kind, relationship), {}).rows:
            yield str(network), DrawnNode(str(node_id), start, str(caption))

"""What a generation holds, so that no statement asks for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.schema import NodeKind, load_schema

if TYPE_CHECKING:
    from graph.store import Reader


def holds(reader: Reader, name: str) -> bool:
    """Whether a generation has any node of a kind, or relationship of a type.

    A kind that a newer schema declares is unknown to the engine of a generation published before.
    """
    return reader.generation.counts.get(name, 0) > 0


def kinds_held(reader: Reader) -> list[NodeKind]:
    """The kinds of which there is a node, in the schema's order."""
    return [kind for kind in load_schema().nodes.values() if holds(reader, kind.name)]

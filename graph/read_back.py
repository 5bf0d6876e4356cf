"""A generation read back from its engine, frame by frame: for hashes, for graphs in memory, for snapshots of a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graph.frames import NodeFrame, RelationshipFrame
from graph.schema import Schema

if TYPE_CHECKING:
    from graph.snapshot import Snapshot
    from graph.store import Reader


def read_frames(reader: Reader, schema: Schema) -> Iterator[NodeFrame | RelationshipFrame]:
    """All nodes by kind, then all relationships by type and ends, sorted as `projection.project` sorts them."""
    for kind in schema.nodes:
        if kind in reader.generation.counts:
            nodes = reader.nodes(kind)
            yield NodeFrame(kind, nodes.sort("id"))
    for name, relationship in schema.relationships.items():
        order = relationship.identity
        for start, end in schema.relationship_ends(name) if name in reader.generation.counts else ():
            found = reader.relationships(name, start, end)
            if found.height:
                yield RelationshipFrame(name, start, end, found.sort(order))


def snapshot_of(reader: Reader, folder: Path, schema: Schema) -> Snapshot:
    """The snapshot in a folder; built there from the engine first where there is none."""
    import os
    from threading import get_ident

    from graph.snapshot import Snapshot, SnapshotWriter, open_snapshot

    found = open_snapshot(folder)
    if found is not None:
        return found
    building = folder.with_name(f".building-{folder.name}-{os.getpid()}-{get_ident()}")
    try:
        with SnapshotWriter(building, schema) as writer:
            for part in read_frames(reader, schema):
                writer.take(part)
            writer.finish()
        building.rename(folder)
    except OSError:  # another was first with the same columns, or the load that ran here put its own in this place
        if (there := open_snapshot(folder)) is None and not building.exists():
            raise
        return there or Snapshot(building)
    return Snapshot(folder)

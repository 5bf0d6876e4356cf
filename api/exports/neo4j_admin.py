"""The whole network as the CSV files of `neo4j-admin database import full`, for loads too large for Bolt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from graph.frames import NodeFrame, RelationshipFrame
from graph.schema import ColumnType, load_schema

if TYPE_CHECKING:
    import polars as pl

ARGUMENTS = "import.args"
_TYPES: dict[ColumnType, str] = {"integer": "long", "boolean": "boolean"}


def write_import_files(frames: Iterable[NodeFrame | RelationshipFrame], folder: Path) -> Path:
    """Write one CSV per node kind and relationship ends, and an argument file.

    Returns the argument file: `neo4j-admin database import full @import.args neo4j`, run in the folder, reads them all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--multiline-fields=true"]
    for frame in frames:
        if isinstance(frame, NodeFrame):
            arguments.append(f"--nodes={frame.kind}={_write_nodes(frame, folder)}")
        else:
            arguments.append(f"--relationships={frame.type}={_write_relationships(frame, folder)}")
    file = folder / ARGUMENTS
    file.write_text("\n".join(arguments) + "\n", encoding="utf-8")
    return file


def _write_nodes(nodes: NodeFrame, folder: Path) -> str:
    types = load_schema().node_properties(nodes.kind)
    # `id:ID` makes the id the key of the import and keeps it as a property.
    headers = {name: "id:ID" if name == "id" else _header(name, types[name]) for name in nodes.frame.columns}
    return _write(nodes.frame.rename(headers), folder / f"{nodes.kind}.csv")


def _write_relationships(relationships: RelationshipFrame, folder: Path) -> str:
    types = load_schema().relationship_properties(relationships.type)
    ends = {"start": ":START_ID", "end": ":END_ID"}
    headers = {name: ends.get(name) or _header(name, types[name]) for name in relationships.frame.columns}
    name = f"{relationships.type}-{relationships.start_kind}-{relationships.end_kind}.csv"
    return _write(relationships.frame.rename(headers), folder / name)


def _header(name: str, kind: ColumnType) -> str:
    return f"{name}:{_TYPES.get(kind, 'string')}"


def _write(frame: pl.DataFrame, path: Path) -> str:
    frame.write_csv(path, quote_style="necessary")
    return path.name

"""The whole network as the CSV files of `neo4j-admin database import full`, for loads too large for Bolt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from graph.frames import NodeFrame, RelationshipFrame
from graph.generations import record_of
from graph.schema import ColumnType, load_schema
from graph.statements import neo4j_constraints

if TYPE_CHECKING:
    import polars as pl

    from graph.store import Generation

ARGUMENTS, SCHEMA = "import.args", "schema.cypher"
_TYPES: dict[ColumnType, str] = {"integer": "long", "boolean": "boolean"}


def write_import_files(
    frames: Iterable[NodeFrame | RelationshipFrame], folder: Path, generation: Generation | None = None
) -> Path:
    """Write one CSV per node kind and relationship ends, an argument file, and constraints to run on the server once it is up.

    Returns the argument file: `neo4j-admin database import full @import.args neo4j`, run in the folder, reads them all. With a
    generation, its record goes along, so that the imported server is a store that answers from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arguments: dict[str, None] = {}
    written: set[str] = set()
    multiline = False
    for frame in frames:
        multiline = multiline or _breaks_lines(frame.frame)
        arguments[
            _write_nodes(frame, folder, written) if isinstance(frame, NodeFrame) else _write_ties(frame, folder, written)
        ] = None
    if generation is not None:
        arguments[_write_record(generation, folder)] = None
    # The community edition's importer makes no constraints.
    (folder / SCHEMA).write_text(";\n".join(neo4j_constraints(load_schema()).values()) + ";\n", encoding="utf-8")
    file = folder / ARGUMENTS
    # The option of one value stands last: one of many would take the database's name, which follows, for a file of its own.
    # Where no text breaks a line, the tool may cut the files anywhere, and is done with a fifth less work.
    lines = [*arguments, f"--multiline-fields={str(multiline).lower()}"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _breaks_lines(frame: pl.DataFrame) -> bool:
    import polars as pl

    return any(frame[name].str.contains_any(["\n", "\r"]).any() for name in frame.columns if frame[name].dtype == pl.String)


def _write_record(generation: Generation, folder: Path) -> str:
    import polars as pl

    told = {"slot": "current", "state": "published", "generation_id": generation.id}
    told["record"] = record_of(generation).replace("\n", "")
    pl.DataFrame({f"{name}:string": [value] for name, value in told.items()}).write_csv(folder / "Generation.csv")
    return "--nodes=Generation=./Generation.csv"


def _write_nodes(nodes: NodeFrame, folder: Path, written: set[str]) -> str:
    types = load_schema().node_properties(nodes.kind)
    # `id:ID` makes the id the key of the import and keeps it as a property.
    headers = {name: "id:ID" if name == "id" else _header(name, types[name]) for name in nodes.frame.columns}
    name = _write(nodes.frame.rename(headers), folder, f"{nodes.kind}.csv", written)
    return f"--nodes={nodes.kind}=./{name}"


def _write_ties(ties: RelationshipFrame, folder: Path, written: set[str]) -> str:
    types = load_schema().relationship_properties(ties.type)
    ends = {"start": ":START_ID", "end": ":END_ID"}
    headers = {name: ends.get(name) or _header(name, types[name]) for name in ties.frame.columns}
    name = f"{ties.type}-{ties.start_kind}-{ties.end_kind}.csv"
    return f"--relationships={ties.type}=./{_write(ties.frame.rename(headers), folder, name, written)}"


def _header(name: str, kind: ColumnType) -> str:
    return f"{name}:{_TYPES.get(kind, 'string')}"


def _write(frame: pl.DataFrame, folder: Path, name: str, written: set[str]) -> str:
    """A slice goes behind the one before it."""
    with (folder / name).open("ab" if name in written else "wb") as file:
        frame.write_csv(file, include_header=name not in written, quote_style="necessary")
    written.add(name)
    return name

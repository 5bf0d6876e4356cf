"""A network into Neo4j by its own import tool, from the files of `export neo4j-admin`, against the online load."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, compare
from benchmarks.load import BOLT_CASES, cases_at, made
from benchmarks.rows import IMPORT
from benchmarks.server import Servers

NOTE = "both check the tables; ours writes files and imports them, and makes no constraints, keeps no tables and no snapshot"


def run(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """One made-up network; the graphs of both servers are compared by hash after each round, outside of the times."""
    from benchmarks.ours import checked_and_published, cleared

    bolt = servers.neo4j()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        cohort = made(root / "made", cases_at(BOLT_CASES, scale))
        imported, home = str(root / "imported"), str(root / "home")
        return [
            compare(
                IMPORT,
                "online load",
                Contender(checked_and_imported, (cohort.tables, imported), before=removed),
                Contender(checked_and_published, (cohort.tables, home, bolt.url), bolt.pid, cleared),
                rounds,
                size=cohort.size,
                note=NOTE,
                same=lambda ours, _: hash_of_imported(ours) == hash_of(bolt.url, home),
            )
        ]


def checked_and_imported(tables: str, home: str) -> str:
    """Read, check, refuse, project, write files, import. Gives the home of the server that can be started on it."""
    from api.exports.neo4j_admin import write_import_files
    from graph.contents import generation_id
    from graph.neo4j_server import import_files
    from graph.projection import project
    from graph.schema import load_schema
    from graph.store import Generation
    from loaders.folder import check_folder

    dataset = check_folder(Path(tables), {}).dataset
    assert dataset is not None
    counts: dict[str, int] = dict.fromkeys([*load_schema().nodes, *load_schema().relationships], 1)
    generation = Generation(generation_id({dataset.card.id: "imported"}), "", (), counts)
    arguments = write_import_files(project([dataset], load_schema()), Path(home) / "files", generation)
    import_files(Path(home), arguments)
    return home


def removed(_tables: str, home: str) -> None:
    """Nothing imported."""
    shutil.rmtree(home, ignore_errors=True)


def hash_of_imported(home: str) -> str:
    """The hash of the graph that a server started on it holds."""
    from graph import neo4j_server

    server = neo4j_server.start(Path(home), bolt_port=0, owner=os.getpid())
    try:
        return hash_of(server.url, home)
    finally:
        neo4j_server.stop(Path(home))


def hash_of(url: str, home: str) -> str:
    """The hash of the graph of a server."""
    from graph.graph_hash import graph_hash
    from graph.stores import open_store

    store = open_store(url, Path(home))
    try:
        return graph_hash(store.reader())
    finally:
        store.close()

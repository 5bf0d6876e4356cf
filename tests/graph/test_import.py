"""The files of `pumasi export neo4j-admin`, really imported by Neo4j's own tool into a server of their own."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from neo4j import GraphDatabase

from api.exports.neo4j_admin import write_import_files
from graph import neo4j_server
from graph.frames import NodeFrame
from graph.schema import load_schema
from graph.statements import neo4j_constraints
from graph.store import Generation, StoreError
from graph.stores import open_store
from graph.workspace import Workspace

from .conftest import Bench
from .made import few_kinds


@pytest.mark.neo4j
def test_the_imported_server_is_the_store_that_a_load_makes(embedded: Bench, tmp_path: Path, neo4j_url: str) -> None:
    imported, old, new = tmp_path / "imported", few_kinds(0, 30), few_kinds(1, 30)
    generation = embedded.load(old)
    arguments = write_import_files(embedded.workspace.frames(generation), tmp_path / "files", generation)
    neo4j_server.import_files(imported, arguments, wait=120)
    server = neo4j_server.start(imported, bolt_port=0, heap_mib=512, owner=os.getpid())
    try:
        with GraphDatabase.driver(server.url) as driver:
            for statement in (arguments.parent / "schema.cypher").read_text("utf-8").split(";\n")[:-1]:
                driver.execute_query(statement)
        again = Bench(embedded.home, server.url, open_store(server.url, embedded.home), Workspace(embedded.home))
        with closing(again.store.reader()) as reader:
            assert reader.generation == generation
            names = {row[0] for row in reader.query("SHOW CONSTRAINTS YIELD name RETURN name", {}).rows}
        assert names == set(neo4j_constraints(load_schema()))
        assert again.hash() == embedded.hash()
        with pytest.raises(StoreError, match="stop it first"):
            neo4j_server.import_files(imported, arguments)
        assert again.load(old).unchanged
        changed = again.load(new)
        assert embedded.load(new).id == changed.id
        assert again.hash() == embedded.hash()
        again.store.close()
    finally:
        neo4j_server.stop(imported)


@pytest.mark.parametrize(("name", "told"), [("서울", "false"), ("서울\n강원", "true"), ("서울\r강원", "true")])
def test_only_texts_that_break_lines_keep_the_import_from_cutting_files_anywhere(name: str, told: str, tmp_path: Path) -> None:
    region = dict.fromkeys(load_schema().node_properties("Region")) | {"id": "r", "name": name}
    frame = pl.DataFrame([region], schema=dict.fromkeys(region, pl.String))
    arguments = write_import_files([NodeFrame("Region", frame)], tmp_path, Generation("g", "", (), {}))
    assert arguments.read_text("utf-8").splitlines()[-1] == f"--multiline-fields={told}"
    assert len((tmp_path / "Generation.csv").read_text("utf-8").splitlines()) == 2


@pytest.mark.neo4j
def test_files_that_neo4j_refuses_are_told_in_one_line(tmp_path: Path, neo4j_url: str) -> None:
    arguments = tmp_path / "import.args"
    arguments.write_text("--nodes=Region=no-such-file.csv\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"did not import the files; export them again \([^\n]+\)"):
        neo4j_server.import_files(tmp_path / "home", arguments, wait=60)

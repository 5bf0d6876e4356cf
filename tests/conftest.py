"""What tests of every floor share: the press release checked, and a reader of it on each engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph.ladybug_store import LadybugReader
from graph.stores import open_store
from graph.workspace import Workspace

if TYPE_CHECKING:
    from graph.dataset import Dataset
    from graph.store import Reader, Store

ROOT = Path(__file__).parents[1]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that a reader runs from now on."""
    statements: list[str] = []
    query = LadybugReader.query

    def counted(self: LadybugReader, cypher: str, params: Any) -> Any:
        statements.append(cypher)
        return query(self, cypher, params)

    monkeypatch.setattr(LadybugReader, "query", counted)
    return statements


@pytest.fixture(scope="session")
def moel() -> Dataset:
    """The press release, checked."""
    from loaders.folder import check_folder

    checked = check_folder(ROOT / "data" / "moel-2025", {})
    assert checked.dataset is not None, checked.report.to_json()
    return checked.dataset


@pytest.fixture(scope="session")
def ladybug_store(moel: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The embedded engine, loaded with the press release."""
    home = tmp_path_factory.mktemp("home")
    store = open_store("ladybug:", home)
    Workspace(home).publish([moel], store)
    return store


@pytest.fixture(scope="session")
def ladybug_reader(ladybug_store: Store) -> Iterator[Reader]:
    reader = ladybug_store.reader()
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real Neo4j for the whole test run: the one PUMASI_TEST_NEO4J names, else one of our own on a free port."""
    given = os.environ.get("PUMASI_TEST_NEO4J")
    if given:
        yield given
        return
    from graph import neo4j_server
    from graph.store import StoreError

    home = tmp_path_factory.mktemp("neo4j")
    try:
        url = neo4j_server.start(home, bolt_port=0, heap_mib=768, owner=os.getpid()).url
    except StoreError as refused:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Neo4j: {refused}")
        pytest.skip(f"no Neo4j: {refused}")
    yield url
    neo4j_server.stop(home)


@pytest.fixture(scope="session")
def neo4j_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace from which the press release is loaded into Neo4j."""
    return tmp_path_factory.mktemp("home-of-neo4j")


@pytest.fixture
def neo4j_store(neo4j_url: str, neo4j_home: Path, moel: Dataset) -> Iterator[Store]:
    """The server, holding the press release alone: other tests may have put something else there."""
    from neo4j import GraphDatabase

    store = open_store(neo4j_url, neo4j_home)
    now = store.current()
    if now is not None and [dataset["id"] for dataset in now.datasets] != [moel.card.id]:
        with GraphDatabase.driver(neo4j_url) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")
    Workspace(neo4j_home).publish([moel], store)
    yield store
    store.close()


@pytest.fixture
def neo4j_reader(neo4j_store: Store) -> Iterator[Reader]:
    reader = neo4j_store.reader()
    yield reader
    reader.close()


@pytest.fixture(params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def reader(request: pytest.FixtureRequest) -> Reader:
    """The press release on each engine in turn."""
    found: Reader = request.getfixturevalue(f"{request.param}_reader")
    return found

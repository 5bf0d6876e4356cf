"""A workspace and a store for each engine. The server is emptied before each test, as it holds one network at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph.dataset import Dataset
from graph.graph_hash import graph_hash
from graph.store import Generation, Reader, Store
from graph.stores import open_store
from graph.workspace import Workspace

ENGINES = ["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)]


@dataclass
class Bench:
    """One workspace with one store."""

    home: Path
    url: str
    store: Store
    workspace: Workspace

    def load(self, *datasets: Dataset) -> Generation:
        return self.workspace.publish(datasets, self.store)

    def hash(self) -> str:
        reader: Reader = self.store.reader()
        try:
            return graph_hash(reader)
        finally:
            reader.close()


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """An empty workspace on each engine in turn."""
    url = "ladybug:" if request.param == "ladybug" else request.getfixturevalue("empty_neo4j")
    store = open_store(url, tmp_path)
    yield Bench(tmp_path, url, store, Workspace(tmp_path))
    store.close()


@pytest.fixture
def empty_neo4j(neo4j_url: str) -> str:
    """The server without a node."""
    with GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    return neo4j_url


@pytest.fixture
def embedded(tmp_path: Path) -> Bench:
    """An empty workspace on the embedded engine."""
    home = tmp_path / "embedded"
    return Bench(home, "ladybug:", open_store("ladybug:", home), Workspace(home))


@pytest.fixture
def embedded_again(tmp_path: Path) -> Bench:
    """A second one, to compare with."""
    home = tmp_path / "again"
    return Bench(home, "ladybug:", open_store("ladybug:", home), Workspace(home))

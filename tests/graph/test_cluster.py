"""More than one address: who is asked for what, and what happens when one of them dies in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph import statements
from graph.dataset import Dataset
from graph.frames import NodeFrame
from graph.neo4j_store import Neo4jStore
from graph.projection import project
from graph.schema import load_schema
from graph.store import LoadInProgress, StoreError
from graph.workspace import Workspace

from .conftest import Bench
from .made import few_kinds
from .proxies import BEGIN, COMMIT, Cluster, Message, cluster_before

pytestmark = pytest.mark.neo4j
ROOT = Path(__file__).parents[2]
OLD, NEW = few_kinds(0, 8), few_kinds(1, 10)
SIZES = pytest.mark.parametrize("limit", [10_000, 1], ids=["one transaction", "batches"])


@pytest.fixture
def cluster(empty_neo4j: str) -> Iterator[Cluster]:
    with cluster_before(empty_neo4j) as cluster:
        yield cluster


def bench_on(cluster: Cluster, home: Path, limit: int, retry: float = 20) -> Bench:
    store = Neo4jStore(cluster.url, home, batch=100, one_transaction=limit, retry=retry)
    return Bench(home, cluster.url, store, Workspace(home))


def told(dataset: Dataset) -> list[str]:
    """Every node and relationship that a server is to hold."""
    found = []
    for part in project([dataset], load_schema()):
        name = part.kind if isinstance(part, NodeFrame) else part.type
        found += [_line(name, row.pop("start", None), row.pop("end", None), row) for row in part.frame.to_dicts()]
    return sorted(found)


def held(bench: Bench) -> list[str]:
    """Every node and relationship that a server holds, by way of a reader."""
    reader = bench.store.reader()
    nodes = "MATCH (n) WHERE n.id IS NOT NULL RETURN labels(n)[0], null AS s, null AS e, properties(n)"
    ties = "MATCH (s)-[r]->(e) WHERE type(r) <> 'CLOSED' RETURN type(r), s.id, e.id, properties(r)"
    return sorted(_line(*row) for statement in (nodes, ties) for row in reader.query(statement, {}).rows)  # type: ignore[arg-type]


def _line(name: str, start: str | None, end: str | None, properties: dict[str, object]) -> str:
    known = {key: value for key, value in sorted(properties.items()) if value is not None}
    return repr((name, start, end, known))


class Nth:
    """Says yes to so-manieth statement with a part, or to the commit that ends its transaction."""

    def __init__(self, number: int, part: str, commit: bool = False) -> None:
        self.left, self.part, self.commit = number, part, commit

    def __call__(self, message: Message) -> bool:
        here = self.part in message.statement
        self.left -= here
        return self.left == 0 and (message.tag == COMMIT if self.commit else here)


def dying(cluster: Cluster, when: str) -> None:
    """The writer is to die in a load of CaseFiles, at one of four points."""
    assert cluster.writer is not None
    how, commit = {
        "before it is asked": ("fatal", False),
        "before it answers": ("loses", False),
        "before the commit": ("fatal", True),
        "after the commit": ("loses", True),
    }[when]
    setattr(cluster.writer, how, Nth(1, "(n:CaseFile {", commit))


@SIZES
def test_a_load_goes_to_the_writer_and_questions_go_to_the_others(cluster: Cluster, tmp_path: Path, limit: int) -> None:
    bench = bench_on(cluster, tmp_path, limit)
    bench.load(OLD)
    writer, *readers = cluster.proxies
    assert not any(message.told.get("bookmarks") for reader in readers for message in reader.begun("r")), "one may be late"
    assert held(bench) == told(OLD)
    assert writer.begun("w")
    assert not writer.begun("r")
    assert any(reader.begun("r") for reader in readers) and not any(reader.begun("w") for reader in readers)
    assert writer.ran("CREATE (n:CaseFile") == 1
    assert not any(reader.ran("CREATE ") or reader.ran("MERGE") for reader in readers)
    assert sum(reader.ran("-[r]->(e)") for reader in readers) == 1
    bench.store.close()


@SIZES
def test_a_reader_after_a_load_asks_for_a_member_that_has_it(cluster: Cluster, tmp_path: Path, limit: int) -> None:
    bench = bench_on(cluster, tmp_path, limit)
    bench.load(OLD)
    seen = [len(proxy.messages) for proxy in cluster.proxies]
    reader = bench.store.reader()
    reader.query("MATCH (c:CaseFile) RETURN count(c) AS found", {})
    begun = [m for proxy, n in zip(cluster.proxies, seen, strict=True) for m in proxy.messages[n:] if m.tag == BEGIN]
    assert len(begun) == 2
    own = cluster.proxies[0].bookmarks
    assert all(set(message.told["bookmarks"]) <= set(own[-4:]) for message in begun)
    assert all(message.told["bookmarks"] for message in begun)
    bench.store.close()


@pytest.mark.parametrize("how", ["fatal", "loses"])
def test_a_member_that_dies_in_the_middle_of_a_read_is_replaced(cluster: Cluster, tmp_path: Path, how: str) -> None:
    bench = bench_on(cluster, tmp_path, 10_000)
    bench.load(OLD)
    first_to_be_asked = Nth(1, "-[r]->(e)")
    for proxy in cluster.readers:
        setattr(proxy, how, first_to_be_asked)
    assert held(bench) == told(OLD)
    assert [proxy.alive for proxy in cluster.proxies].count(False) == 1
    assert cluster.proxies[0].alive
    bench.store.close()


@SIZES
@pytest.mark.parametrize("when", ["before it answers", "before the commit", "after the commit"])
def test_a_load_goes_on_where_another_member_takes_writes(cluster: Cluster, tmp_path: Path, limit: int, when: str) -> None:
    bench = bench_on(cluster, tmp_path, limit)
    dying(cluster, when)
    generation = bench.load(NEW)
    assert not cluster.proxies[0].alive
    assert cluster.proxies[1].ran("LoadLock") > 0
    assert generation == bench.store.current()
    assert held(bench) == told(NEW)
    bench.store.close()


@SIZES
@pytest.mark.parametrize("when", ["before it is asked", "after the commit"])
def test_where_nobody_takes_writes_a_load_ends_in_one_line_and_the_next_one_heals(
    cluster: Cluster, tmp_path: Path, limit: int, when: str
) -> None:
    bench = bench_on(cluster, tmp_path, limit, retry=1)
    bench.load(OLD)
    before = bench.store.current()
    dying(cluster, when)
    cluster.elects = False
    with pytest.raises(StoreError, match=r"^Neo4j\([^\n]+ \| Neo4j at [^\n]+$"):
        bench.load(NEW)
    if limit == 1:
        with pytest.raises(LoadInProgress):
            bench.store.reader()
    elif when == "after the commit":
        assert held(bench) == told(NEW)
    else:
        assert (bench.store.current(), held(bench)) == (before, told(OLD))
    cluster.elect()
    bench.load(NEW)
    assert held(bench) == told(NEW)
    bench.store.close()


def test_a_load_that_another_one_overtook_stops(cluster: Cluster, tmp_path: Path, empty_neo4j: str) -> None:
    bench = bench_on(cluster, tmp_path, 1)
    bench.load(OLD)

    def overtaken(what: str, done: int, total: int) -> None:
        if what == "CaseFile":
            driver.execute_query(statements.TAKE_FENCES, fences=2, load="another")

    with GraphDatabase.driver(empty_neo4j) as driver:
        with pytest.raises(LoadInProgress, match="Another load began"):
            bench.workspace.publish([NEW], bench.store, overtaken)
        marks = driver.execute_query("MATCH (b:Batch) RETURN count(b) AS found").records[0]["found"]
    assert marks > 0
    bench.load(NEW)
    assert held(bench) == told(NEW)
    bench.store.close()


@SIZES
def test_when_all_members_die_in_a_load_it_ends_in_one_line(cluster: Cluster, tmp_path: Path, limit: int) -> None:
    bench = bench_on(cluster, tmp_path, limit, retry=1)
    bench.load(OLD)
    reader = bench.store.reader()
    assert cluster.writer is not None
    cluster.writer.fatal = lambda message: "(n:CaseFile {" in message.statement and cluster.die() is None
    with pytest.raises(StoreError, match=r"^Neo4j\([^\n]+ \| Neo4j at [^\n]+$"):
        bench.load(NEW)
    with pytest.raises(StoreError, match=r"^Neo4j\([^\n]+ \| Neo4j at [^\n]+$"):
        reader.query("MATCH (c:CaseFile) RETURN count(c) AS found", {})
    bench.store.close()


def test_a_command_tells_that_nobody_answers_in_one_line(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url
    cluster.die()
    environment = os.environ | {"PUMASI_STORE": url, "PUMASI_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "api.cli", "load", str(ROOT / "data" / "moel-2025")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert " | Neo4j at 127.0.0.1" in done.stderr

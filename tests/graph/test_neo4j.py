"""What only a server has: batches, closing and reopening, connections, and starting one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from neo4j import GraphDatabase
from neo4j.exceptions import IncompleteCommit

from graph import neo4j_columns, neo4j_server, neo4j_store
from graph.neo4j_store import Neo4jReader, Neo4jStore
from graph.schema import load_schema
from graph.statements import neo4j_constraints
from graph.store import ReplacedGeneration, StoreError
from graph.workspace import Workspace

from .conftest import Bench
from .made import card, dataset_of, made_dataset, shuffled, without_cases

ROOT = Path(__file__).parents[2]


def bench_of(url: str, home: Path, **settings: int) -> Bench:
    store = Neo4jStore(url, home, **settings)  # type: ignore[arg-type]
    return Bench(home, url, store, Workspace(home))


@pytest.mark.neo4j
@pytest.mark.parametrize(("batch", "limit"), [(1, 10_000), (7, 1), (500, 1), (5000, 10_000)])
def test_the_size_of_batches_changes_nothing(empty_neo4j: str, tmp_path: Path, embedded: Bench, batch: int, limit: int) -> None:
    dataset = made_dataset(cases=15)
    server = bench_of(empty_neo4j, tmp_path / "server", batch=batch, one_transaction=limit)
    server.load(shuffled(dataset, batch))
    embedded.load(dataset)
    assert server.hash() == embedded.hash()
    server.store.close()


@pytest.mark.neo4j
@pytest.mark.parametrize("limit", [1, 10_000])
def test_a_load_into_an_empty_server_leaves_every_constraint(empty_neo4j: str, tmp_path: Path, limit: int) -> None:
    told = "SHOW CONSTRAINTS YIELD name RETURN collect(name) AS names"
    with GraphDatabase.driver(empty_neo4j) as driver:
        for name in driver.execute_query(told).records[0]["names"]:
            driver.execute_query(f"DROP CONSTRAINT {name}")
        server = bench_of(empty_neo4j, tmp_path, batch=40, one_transaction=limit)
        server.load(made_dataset(cases=15))
        assert set(driver.execute_query(told).records[0]["names"]) == set(neo4j_constraints(load_schema()))
    server.store.close()


@pytest.mark.neo4j
def test_people_who_withdraw_are_deleted_and_other_facts_are_closed_and_come_back(empty_neo4j: str, tmp_path: Path) -> None:
    whole = made_dataset(cases=20)
    server = bench_of(empty_neo4j, tmp_path)
    server.load(whole)
    before = server.hash()
    server.load(dataset_of({"regions": whole.tables["regions"].to_dicts()}, card("made")))
    with GraphDatabase.driver(empty_neo4j) as driver:
        closed = driver.execute_query("MATCH (n:Closed) RETURN n.closed_kind AS kind, count(n) AS found ORDER BY kind").records
        kept = {row["kind"]: row["found"] for row in closed}
        assert "CaseFile" not in kept
        assert kept["Institution"] == 20
        assert driver.execute_query("MATCH (n) WHERE n.id STARTS WITH 'made-cases' RETURN count(n) AS found").records[0][0] == 0
        types = driver.execute_query("MATCH ()-[r:CLOSED]->() RETURN collect(DISTINCT r.closed_type) AS types").records[0][0]
        assert {"PARTNERS_WITH", "OFFERS"} <= set(types)
        assert not {"HANDLED", "SUPPORTED_BY", "HAS_NEED"} & set(types)
        server.load(whole)
        assert server.hash() == before
        assert driver.execute_query("MATCH (n:Closed) RETURN count(n) AS found").records[0][0] == 0
        assert driver.execute_query("MATCH ()-[r:CLOSED]->() RETURN count(r) AS found").records[0][0] == 0
    server.store.close()


@pytest.mark.neo4j
def test_a_small_correction_writes_only_what_differs(empty_neo4j: str, tmp_path: Path) -> None:
    server = bench_of(empty_neo4j, tmp_path)
    whole = made_dataset(cases=40)
    server.load(whole)
    written: dict[str, int] = {}
    corrected = without_cases(whole, {"made-cases-000007"})
    server.workspace.publish([corrected], server.store, lambda what, done, total: written.update({what: total}))
    assert written.pop("CaseFile") == 1
    assert sum(written.values()) < 30
    server.store.close()


@pytest.mark.neo4j
def test_a_commit_whose_answer_was_lost_is_looked_up(
    empty_neo4j: str, tmp_path: Path, embedded: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    asked = count()
    plain = neo4j_store.neo4j.Session.execute_write

    def losing(session: Any, work: Any, *args: Any) -> Any:
        found = plain(session, work, *args)
        if next(asked) % 2 == 0:
            lost.append("after the commit")
            raise IncompleteCommit("the connection broke")
        return found

    monkeypatch.setattr(neo4j_store.neo4j.Session, "execute_write", losing)
    server = bench_of(empty_neo4j, tmp_path / "server", batch=40, one_transaction=1)
    server.load(made_dataset(cases=15))
    embedded.load(made_dataset(cases=15))
    assert len(lost) > 40
    assert server.hash() == embedded.hash()
    server.store.close()


@pytest.mark.neo4j
def test_the_snapshot_of_the_load_is_the_one_collected_from_the_server(empty_neo4j: str, tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    server = bench_of(empty_neo4j, home)
    server.load(made_dataset(cases=50))
    server.store.close()
    for place in (home, elsewhere):
        store = Neo4jStore(empty_neo4j, place)
        store.reader().snapshot()
        store.close()
    kept, collected = ({p.name: p.read_bytes() for p in place.glob("generations/*/snapshot/*")} for place in (home, elsewhere))
    assert len(kept) > 50
    assert kept == collected


@pytest.mark.neo4j
def test_columns_read_in_many_pages_are_those_of_the_embedded_engine(
    empty_neo4j: str, tmp_path: Path, embedded: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_columns, "PAGE", 4)
    dataset = made_dataset(cases=30)
    server = bench_of(empty_neo4j, tmp_path / "server")
    for bench in (server, embedded):
        bench.load(dataset)
    pages = [count(), count()]
    for asked, name in zip(pages, ("_beside", "_within"), strict=True):
        monkeypatch.setattr(Neo4jReader, name, _counting(getattr(Neo4jReader, name), asked))
    assert server.hash() == embedded.hash()
    beside, transactions = map(next, pages)
    assert 8 < beside < transactions
    server.store.close()


def _counting(work: Any, asked: Iterator[int]) -> Any:
    def counted(*told: Any) -> Any:
        next(asked)
        return work(*told)

    return counted


@pytest.mark.neo4j
def test_no_page_is_of_another_generation_than_the_readers(
    empty_neo4j: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neo4j_columns, "PAGE", 4)
    server = bench_of(empty_neo4j, tmp_path)
    server.load(made_dataset(cases=30))
    reader, asked, beside = server.store.reader(), count(), Neo4jReader._beside

    def overtaken(*told: Any) -> Any:
        if next(asked) == 3:
            server.load(made_dataset(cases=31))
        return beside(*told)

    monkeypatch.setattr(Neo4jReader, "_beside", overtaken)
    with pytest.raises(ReplacedGeneration):
        reader.nodes("CaseFile")
    server.store.close()


@pytest.mark.neo4j
def test_the_server_is_started_once_and_stops_when_told(tmp_path: Path, neo4j_url: str) -> None:
    taken = int(neo4j_url.rsplit(":", 1)[1])
    with pytest.raises(StoreError, match=f"Port {taken} cannot be used"):
        neo4j_server.start(tmp_path, bolt_port=taken)
    assert neo4j_server.status(tmp_path) is None
    assert neo4j_server.stop(tmp_path) is False


@pytest.mark.neo4j
def test_no_server_outlives_its_owner(tmp_path: Path) -> None:
    told = "import sys, os; from pathlib import Path; from graph import neo4j_server as n"
    told += "; home = Path(sys.argv[1]); s = n.start(home, 0, heap_mib=512, owner=os.getpid())"
    told += "; print(s.pid, s.url, n.start(home) == s)"
    ran = subprocess.run([sys.executable, "-c", told, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True)
    pid, url, same = ran.stdout.split()
    assert same == "True"
    deadline = time.monotonic() + 90
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=2)
    assert neo4j_server.status(tmp_path) is None


def test_two_programs_that_begin_at_once_fetch_jars_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0

    def build(_: str) -> SimpleNamespace:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.05)
        inside -= 1
        return SimpleNamespace(all_jars=[Path("a.jar")])

    monkeypatch.setattr("jgo.build", build)
    with ThreadPoolExecutor(4) as beside:
        assert list(beside.map(neo4j_server.jars, ["g:a"] * 4)) == [["a.jar"]] * 4
    assert most == 1


def test_the_packages_a_server_needs_are_named_when_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_server, "NEEDED", ("no_such_package",))
    with pytest.raises(StoreError, match=r"no_such_package.*pip install"):
        neo4j_server.start(tmp_path, bolt_port=0)


def test_the_compose_file_runs_the_same_neo4j_on_this_machine_alone() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert services["neo4j"]["image"] == f"neo4j:{neo4j_server.VERSION}-community"
    for service in services.values():
        assert service["healthcheck"]["test"]
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert services["console"]["depends_on"]["neo4j"]["condition"] == "service_healthy"
    for name, key in (("neo4j", "NEO4J_AUTH"), ("console", "PUMASI_NEO4J_PASSWORD")):
        assert "${NEO4J_PASSWORD:?" in services[name]["environment"][key]


def test_the_image_runs_the_console_without_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "FROM python:3.12-slim" in lines
    assert lines.index("USER pumasi") < next(i for i, line in enumerate(lines) if line.startswith("CMD"))
    assert not any(line.startswith("USER root") for line in lines)


def test_credentials_come_from_the_address_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Told(Neo4jStore):
        def __init__(self, url: str, home: Path, auth: tuple[str, str] | None = None) -> None:
            told.append((url, auth))

    monkeypatch.setattr(neo4j_store, "Neo4jStore", Told)
    neo4j_store.open_neo4j("neo4j://host:7687", tmp_path)
    neo4j_store.open_neo4j("bolt+s://me:p%40ss@host", tmp_path)
    monkeypatch.setenv("PUMASI_NEO4J_PASSWORD", "secret")
    neo4j_store.open_neo4j("neo4j://host", tmp_path)
    assert told == [("neo4j://host:7687", None), ("bolt+s://host", ("me", "p@ss")), ("neo4j://host", ("neo4j", "secret"))]
    assert os.environ["PUMASI_NEO4J_PASSWORD"] == "secret"

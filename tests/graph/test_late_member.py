"""A member of a cluster that has not got the last load: two servers that hold the same database, one of them left behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from neo4j import GraphDatabase

from graph import neo4j_server, statements
from graph.neo4j_store import Neo4jStore
from graph.store import LoadInProgress
from graph.workspace import Workspace

from .conftest import Bench
from .made import few_kinds
from .proxies import Cluster, cluster_before
from .test_cluster import held, told

pytestmark = [
    pytest.mark.neo4j,
    pytest.mark.skipif(os.environ.get("PUMASI_FAULTS") != "long", reason="waits two minutes for a member; `make faults` does"),
]
OLD, NEW = few_kinds(0, 8), few_kinds(1, 10)


def started(home: Path) -> str:
    return neo4j_server.start(home, bolt_port=0, heap_mib=384, owner=os.getpid()).url


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """The first address writes to one server; both others read from a copy that nothing is copied to any more."""
    ahead, behind = tmp_path / "ahead", tmp_path / "behind"
    store = Neo4jStore(started(ahead), tmp_path / "home")
    Workspace(tmp_path / "home").publish([OLD], store)
    store.close()
    neo4j_server.stop(ahead)
    shutil.copytree(ahead, behind)
    late = urlsplit(started(behind))
    with cluster_before(started(ahead)) as cluster:
        for proxy in cluster.proxies[1:]:
            proxy.server = (str(late.hostname), int(late.port or 0))
        yield cluster
    neo4j_server.stop(ahead)
    neo4j_server.stop(behind)


def test_a_member_left_behind_holds_up_no_load_and_never_answers_as_before(cluster: Cluster, tmp_path: Path) -> None:
    home = tmp_path / "home"
    # In batches, as those look at the server most often.
    bench = Bench(home, cluster.url, Neo4jStore(cluster.url, home, one_transaction=1, retry=1), Workspace(home))
    assert held(bench) == told(OLD)
    generation = bench.load(NEW)
    assert bench.store.current(to_change=True).id == generation.id  # type: ignore[union-attr]
    with GraphDatabase.driver(f"bolt://{cluster.proxies[1].address}") as driver:
        assert generation.id not in str(driver.execute_query(statements.READ_STATE_ID).records)
    with pytest.raises(LoadInProgress, match="ask again"):
        bench.store.reader()
    bench.store.close()

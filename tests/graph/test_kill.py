"""A load that is killed leaves the old generation or the new one, and the next load needs no help."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from graph.dataset import Dataset
from graph.graph_hash import graph_hash
from graph.store import NoGeneration

from .conftest import Bench
from .made import made_dataset

ROOT = Path(__file__).parents[2]
LONG = os.environ.get("PUMASI_FAULTS") == "long"
KILLS = {"ladybug": 200 if LONG else 20, "neo4j": 40 if LONG else 4}
LOAD = """
import pickle, sys
from contextlib import closing
from pathlib import Path
from graph.stores import open_store
from graph.workspace import Workspace
import polars, graph.projection, graph.snapshot
home, url, version = sys.argv[1:]
dataset = pickle.loads(Path(version).read_bytes())
store = open_store(url, Path(home))
print("ready", flush=True)
Workspace(Path(home)).publish([dataset], store)
print("done", flush=True)
"""


def started(bench: Bench, version: Path) -> subprocess.Popen[bytes]:
    """A load in a process of its own, at the point where it begins."""
    command = [sys.executable, "-c", LOAD, str(bench.home), bench.url, str(version)]
    child = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    return child


def ended(child: subprocess.Popen[bytes]) -> None:
    assert child.stdout is not None
    child.wait()
    child.stdout.close()


def seen(bench: Bench) -> tuple[str, str]:
    """Id and hash of what is published, read by one reader: a server may finish a commit whose client was killed
    just after it asked for it, so a reader may be told that its generation was replaced; then the next one must read."""
    for last in (False, True):
        try:
            with closing(bench.store.reader()) as reader:
                return reader.generation.id, graph_hash(reader)
        except NoGeneration:
            if last:
                raise
    raise AssertionError


def test_a_killed_load_leaves_the_old_generation_or_the_new_one(bench: Bench, tmp_path: Path) -> None:
    chance = random.Random(7)
    versions: list[tuple[Dataset, Path, str, str]] = []
    for seed in (0, 1):
        dataset, path = made_dataset(seed=seed, cases=300), tmp_path / f"{seed}.pickle"
        path.write_bytes(pickle.dumps(dataset))
        generation = bench.load(dataset)
        versions.append((dataset, path, generation.id, bench.hash()))
    begun = time.monotonic()
    ended(started(bench, versions[0][1]))
    window = time.monotonic() - begun
    left: list[str] = []
    for turn in range(KILLS[bench.store.engine]):
        old, new = versions[turn % 2], versions[(turn + 1) % 2]
        bench.load(old[0])
        if bench.store.engine == "ladybug":  # else the file of the other one is still there, and only pointed at
            bench.workspace.prune(keep=1)
        child = started(bench, new[1])
        time.sleep(chance.random() * window)
        child.kill()
        ended(child)
        now = seen(bench)
        assert now in [(old[2], old[3]), (new[2], new[3])]
        left.append("new" if now[0] == new[2] else "old")
        assert bench.load(new[0]).id == new[2]
        assert bench.hash() == new[3]
        assert not list((bench.home / "generations").glob(".*"))
    assert "old" in left


@pytest.mark.neo4j
def test_a_load_in_batches_that_was_cut_off_is_told_and_healed_by_the_next(empty_neo4j: str, tmp_path: Path) -> None:
    from graph.neo4j_store import Neo4jStore
    from graph.store import LoadInProgress
    from graph.workspace import Workspace

    store = Neo4jStore(empty_neo4j, tmp_path, batch=50, one_transaction=100)
    bench = Bench(tmp_path, empty_neo4j, store, Workspace(tmp_path))
    bench.load(made_dataset(cases=60))
    first = bench.hash()
    rows = 0

    def stop_half_way(what: str, done: int, total: int) -> None:
        nonlocal rows
        rows += 1
        if rows > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.workspace.publish([made_dataset(seed=2, cases=60)], store, stop_half_way)
    with pytest.raises(LoadInProgress, match="cut off"):
        store.reader()
    assert bench.load(made_dataset(cases=60)).id
    assert bench.hash() == first
    store.close()

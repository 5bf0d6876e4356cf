"""Our side of the loads and reads. Imported before the clock starts, as the opponents are."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import neo4j  # noqa: F401 - so that its import is in nobody's time
import polars as pl

from benchmarks.server import empty
from graph.snapshot import SnapshotWriter  # noqa: F401 - likewise
from graph.stores import open_store
from graph.workspace import Workspace
from loaders.folder import check_folder

Types = tuple[tuple[str, str, str], ...]
"""Start kind, relationship type, end kind."""


def checked_and_published(tables: str, home: str, url: str) -> dict[str, int]:
    """Everything included: read, check, refuse, keep, project, load, verify, snapshot, switch. Gives the counts."""
    dataset = check_folder(Path(tables), {}).dataset
    assert dataset is not None
    store = open_store(url, Path(home))
    datasets = [dataset]
    del dataset
    published = Workspace(Path(home)).publish(datasets, store)
    store.close()
    return {name: count for name, count in published.counts.items() if count}


def cleared(_tables: str, home: str, url: str) -> None:
    """No workspace, and nothing on the server."""
    shutil.rmtree(home, ignore_errors=True)
    if not url.startswith("ladybug:"):
        empty(url)


def collected(home: str, url: str, kinds: tuple[str, ...], types: Types) -> dict[str, pl.DataFrame]:
    """Whole kinds and types by the reader's columns."""
    store = open_store(url, Path(home))
    reader = store.reader()
    read = {kind: reader.nodes(kind) for kind in kinds}
    read |= {type_: reader.relationships(type_, start, end) for start, type_, end in types}
    store.close()
    return read


def fingerprint(frame: pl.DataFrame) -> tuple[int, str]:
    """How many rows, and a hash of all their values that owes nothing to their order."""
    hashes = frame.select(sorted(frame.columns)).hash_rows(seed=1).sort().to_numpy()
    return frame.height, hashlib.blake2b(hashes.tobytes(), digest_size=10).hexdigest()

"""How much work a load does, counted rather than timed: what it reads, what it copies, and that slices change nothing."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import ladybug
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from graph import ladybug_store, snapshot, workspace
from graph.contents import StoredTables
from graph.frames import NodeFrame, whole
from graph.graph_hash import graph_hash
from graph.ladybug_store import LadybugStore
from graph.projection import project
from graph.schema import load_schema
from graph.snapshot import SnapshotWriter, wanted_columns
from graph.store import StoreError
from graph.workspace import Workspace

from .made import made_dataset


def home_of(root: Path, cases: int = 120) -> Path:
    Workspace(root).publish([made_dataset(seed=3, cases=cases)], LadybugStore(root))
    return root


def held_in(home: Path) -> list[str]:
    """The generations and checked tables of a home, those half built too."""
    return sorted(str(path.relative_to(home)) for path in [*home.glob("generations/*"), *home.glob("datasets/*/*")])


def snapshot_files(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.glob("generations/*/snapshot/*")}


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "SLICE", 37)
    monkeypatch.setattr(ladybug_store, "FEW", 20)
    monkeypatch.setattr(snapshot, "FEW", 5)


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    told: list[str] = []
    execute = ladybug.Connection.execute

    def counted(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        if isinstance(query, str) and query.startswith("COPY "):
            told.append(query)
        return execute(self, query, *more, **named)

    monkeypatch.setattr(ladybug.Connection, "execute", counted)
    yield told


def test_a_load_in_slices_publishes_the_same_network_and_the_same_snapshot(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    at_once = home_of(tmp_path / "at_once")
    request.getfixturevalue("small_slices")
    sliced = home_of(tmp_path / "sliced")
    with closing(LadybugStore(at_once).reader()) as one, closing(LadybugStore(sliced).reader()) as other:
        assert one.generation.counts == other.generation.counts
        assert graph_hash(one) == graph_hash(other)
    assert snapshot_files(at_once) == snapshot_files(sliced)
    assert not list(sliced.rglob("parts")), "staged files were left behind"


@pytest.mark.usefixtures("small_slices")
def test_every_two_kinds_take_one_copy_however_many_slices_there_are(tmp_path: Path, copies: list[str]) -> None:
    home = home_of(tmp_path)
    dataset = next(iter(Workspace(home)._held(LadybugStore(home).current()).values())).dataset()
    parts = list(project([dataset], load_schema()))
    assert len(copies) == len(parts)
    assert len(list(project([dataset], load_schema(), rows=37))) > len(parts)


@pytest.mark.usefixtures("small_slices")
def test_very_many_rows_are_copied_in_parts_and_kept_at_the_people_only(
    tmp_path: Path, copies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    both_ways = home_of(tmp_path / "both")
    copied = len(copies)
    monkeypatch.setattr(ladybug_store, "MANY", 100)
    monkeypatch.setattr(ladybug_store, "PART", 60)
    handed: list[int] = []
    run = ladybug_store.Copy.run
    monkeypatch.setattr(ladybug_store.Copy, "run", lambda self, connection: handed.append(self.rows) or run(self, connection))
    renewed: list[Path] = []
    renew = ladybug_store.Building.renew
    monkeypatch.setattr(ladybug_store.Building, "renew", lambda self: renewed.append(self._path) or renew(self))
    in_parts = home_of(tmp_path / "parts")
    assert len(renewed) == sum(rows >= 60 for rows in handed) > 3, "the engine gives memory back only when its file is closed"
    assert len(copies) - copied == len(handed) > copied
    assert max(handed) < 60 + 37, "a part is what was waited for and one slice more"
    with closing(LadybugStore(both_ways).reader()) as one, closing(LadybugStore(in_parts).reader()) as other:
        assert one.generation.counts == other.generation.counts
        assert graph_hash(one) == graph_hash(other)
        with pytest.raises(StoreError, match="Neo4j"):
            other.query("MATCH (n:Institution)-[s:SUPPORTED_BY]-(c:CaseFile) RETURN count(s) AS found", {})
    assert snapshot_files(both_ways) == snapshot_files(in_parts)


def test_a_load_bounds_what_the_engine_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[int] = []
    opened = ladybug_store._opened
    monkeypatch.setattr(
        ladybug_store, "_opened", lambda path, **told: pools.append(told.get("buffer_pool_size", 0)) or opened(path, **told)
    )
    home_of(tmp_path, 20)
    assert pools and all(0 < pool <= 3 << 30 for pool in pools)


def test_steps_of_a_snapshot_are_put_in_order_for_some_cases_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = snapshot_files(home_of(tmp_path / "at_once"))
    monkeypatch.setattr(snapshot, "CASES", 11)
    monkeypatch.setattr(snapshot, "FEW", 5)
    merged: list[int] = []
    merge = snapshot._merged_steps

    def counted(parts: Any) -> Any:
        case, columns = merge(parts)
        merged.append(len(set(case.tolist())))
        return case, columns

    monkeypatch.setattr(snapshot, "_merged_steps", counted)
    assert snapshot_files(home_of(tmp_path / "some")) == at_once
    assert len(merged) > 10 and max(merged) <= 11


def test_an_array_written_in_parts_is_the_file_numpy_would_write(tmp_path: Path) -> None:
    for parts in ([np.arange(5, dtype=np.int32), np.arange(3, dtype=np.int32)], [np.zeros(0, dtype=np.int8)]):
        np.save(tmp_path / "whole.npy", np.concatenate(parts))
        with snapshot.ArrayFile(tmp_path / "parts.npy") as file:
            for part in parts:
                file.append(part)
        assert (tmp_path / "parts.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


@pytest.mark.usefixtures("small_slices")
def test_no_more_than_a_slice_of_a_table_is_in_memory_and_each_row_is_projected_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_of(tmp_path)
    held = next(iter(Workspace(home)._held(LadybugStore(home).current()).values()))
    monkeypatch.setattr(StoredTables, "__getitem__", lambda *_: pytest.fail("a whole table was read"))
    rows: Counter[str] = Counter()
    for part in project([held.dataset()], load_schema(), rows=37):
        assert part.frame.height <= 37
        rows[part.kind if isinstance(part, NodeFrame) else part.type] += part.frame.height
    counts = LadybugStore(home).current().counts  # type: ignore[union-attr]
    assert rows == {name: count for name, count in counts.items() if count}


def test_slices_put_together_are_the_whole_frames(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    dataset = next(iter(Workspace(home)._held(LadybugStore(home).current()).values())).dataset()
    at_once = list(project([dataset], load_schema()))
    together = list(whole(project([dataset], load_schema(), rows=50), load_schema()))
    assert len(at_once) == len(together)
    for one, other in zip(at_once, together, strict=True):
        order = [name for name in ("start", "end", "id") if name in one.frame.columns]
        assert_frame_equal(one.frame.sort(order), other.frame.sort(order))


def test_the_columns_a_snapshot_holds_are_all_it_needs(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    dataset = next(iter(Workspace(home)._held(LadybugStore(home).current()).values())).dataset()
    with SnapshotWriter(tmp_path / "lean", load_schema()) as writer:
        for part in project([dataset], load_schema(), wanted=wanted_columns(load_schema())):
            assert "locator" not in part.frame.columns
            writer.take(part)
        writer.finish()
    assert {path.name: path.read_bytes() for path in (tmp_path / "lean").iterdir()} == snapshot_files(home)


def test_a_snapshot_sorts_nothing_that_lies_in_order_and_looks_a_person_up_only_where_some_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_of(tmp_path)
    held = next(iter(Workspace(home)._held(LadybugStore(home).current()).values()))
    people = held.tables.column("cases", "id")
    among: list[tuple[pl.Series, int]] = []
    look = snapshot._looked_up
    monkeypatch.setattr(snapshot, "_looked_up", lambda ids, places: among.append((ids, places.height)) or look(ids, places))
    monkeypatch.setattr(pl.DataFrame, "sort", lambda *_, **__: pytest.fail("rows that lie in order were sorted"))
    with SnapshotWriter(tmp_path / "sliced", load_schema()) as writer:
        for part in project([held.dataset()], load_schema(), rows=37, wanted=wanted_columns(load_schema())):
            writer.take(part)
        writer.finish()
    assert {path.name: path.read_bytes() for path in (tmp_path / "sliced").iterdir()} == snapshot_files(home)
    looked_up = [(ids, height) for ids, height in among if ids.is_in(people.implode()).any()]
    assert looked_up and all(ids.is_unique().all() and len(ids) < height <= 37 for ids, height in looked_up)


def test_a_snapshot_is_written_beside_the_last_copies_but_for_its_description(tmp_path: Path) -> None:
    home = home_of(tmp_path)
    dataset = next(iter(Workspace(home)._held(LadybugStore(home).current()).values())).dataset()
    with SnapshotWriter(tmp_path / "early", load_schema()) as writer:
        for part in project([dataset], load_schema()):
            writer.take(part)
        writer._wait()
        early = {path.name for path in (tmp_path / "early").iterdir()}
        writer.finish()
    assert early | {"snapshot.json"} == snapshot_files(home).keys() > early


def test_what_goes_wrong_while_a_frame_is_encoded_ends_the_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_of(tmp_path)
    before, held = LadybugStore(home).current(), held_in(home)

    def failing(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(SnapshotWriter, "_take", failing)
    with pytest.raises(OSError, match="no space left"):
        Workspace(home).publish([made_dataset(seed=4, cases=120)], LadybugStore(home))
    assert LadybugStore(home).current() == before
    assert held_in(home) == held


def test_an_interrupted_load_leaves_the_old_generation_and_nothing_half_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_of(tmp_path)
    before, held = LadybugStore(home).current(), held_in(home)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ladybug_store, "FEW", 20)
        patched.setattr(ladybug_store, "_stoppable", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Workspace(home).publish([made_dataset(seed=4, cases=120)], LadybugStore(home))
    assert LadybugStore(home).current() == before
    assert held_in(home) == held
    again = Workspace(home).publish([made_dataset(seed=4, cases=120)], LadybugStore(home))
    assert LadybugStore(home).current().id == again.id  # type: ignore[union-attr]
    assert not list(home.glob("generations/.*"))


def test_an_interrupt_stops_the_statement_the_engine_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    class Endless:
        def execute(self, _statement: str) -> None:
            # As a terminal does: to the thread that waits, not to this one.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            assert stopped.wait(20), "nobody stopped the engine"

        def interrupt(self) -> None:
            stopped.set()

    # Where a shell started the tests beside itself, it had them ignore what a terminal sends.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            ladybug_store._stoppable(Endless(), "COPY")
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_list_of_datasets_is_let_go_of_once_its_tables_are_kept(tmp_path: Path) -> None:
    datasets = [made_dataset(seed=5, cases=20)]
    Workspace(tmp_path).publish(datasets, LadybugStore(tmp_path))
    assert datasets == []


def test_a_path_that_looks_like_a_pattern_is_loaded_from(tmp_path: Path, small_slices: None) -> None:
    home = home_of(tmp_path / "it's [a] *home*?", 60)
    with closing(LadybugStore(home).reader()) as reader:
        assert reader.query("MATCH (c:CaseFile) RETURN count(c) AS cases", {}).rows == [(60,)]


def test_texts_end_to_end_are_their_bytes_and_where_each_begins() -> None:
    from graph.frames import utf8

    for values in (["a", "", "한글"], [], ["long enough to lie outside its view"] * 2, [""]):
        text, begins = utf8(pl.Series(values, dtype=pl.String))
        assert text.tobytes() == "".join(values).encode()
        assert [len(value.encode()) for value in values] == [int(b - a) for a, b in pairwise(begins)]

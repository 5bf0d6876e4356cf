"""The embedded engine: each generation is a database file of its own, read-only once it is published."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import ladybug

from graph import statements
from graph.frames import NodeFrame, RelationshipFrame
from graph.generations import Generations, no_generation
from graph.lock import only_one
from graph.schema import Schema, load_schema
from graph.store import Engine, Generation, Progress, Rows, StoreError, Value

if TYPE_CHECKING:
    import polars as pl

    from graph.snapshot import Snapshot

DATABASE = "graph.lbdb"
CHECKPOINT = "CHECKPOINT"
MIB = 1 << 20
FEW = 50_000
"""Rows that are handed to the engine as they are; more are handed over in a file."""
MANY = 2_000_000
"""Rows of a table of people beyond which its relationships are kept at their start only.

The engine holds all relationships of up to 131,072 nodes in one piece, and builds and rewrites it in memory. All the steps of
a nation lie at fewer providers than that: kept at that end too, they would have to be in memory at once. At their start each
part touches pieces of its own. Read from the other end they are scanned.
"""
ONE_WAY_REFUSAL = re.compile("storage (direction|type)")
"""Stands in what the engine says of a pattern that needs the end that is not kept."""
PART = 5_000_000
"""Rows from which on no more are waited for before they are copied; the memory that takes is then given back.

Into a type that has rows already, the checkpoint writes what is copied once more, for a third of the time: few parts are quick.
"""
LOAD_POOL = 3072 * MIB
"""The most memory the engine may use for pages and intermediate results of a load, in bytes; it is not taken until needed."""
READER_POOL = 1024 * MIB
"""The most memory a reader may use for pages and intermediate results, in bytes; it is not taken until needed."""


class LadybugStore:
    """Generations as database files below `root`."""

    engine: Engine = "ladybug"

    def __init__(self, root: Path, schema: Schema | None = None) -> None:
        self.root = root
        self.generations = Generations(root)
        self._schema = schema or load_schema()

    def current(self, to_change: bool = False) -> Generation | None:  # noqa: ARG002 - a disk is never late
        """The published generation, None before the first load."""
        now = self.generations.current_id()
        return None if now is None else self.generations.read(now)

    def publish(self, generation: Generation, frames: Iterator[NodeFrame | RelationshipFrame], progress: Progress) -> None:
        """Build a database file beside the old one and switch to it; a generation still kept is only pointed at."""
        with only_one(self.root / "store.lock"):
            if not self._database(generation.id).exists():
                staged = self.generations.stage(generation.id) / DATABASE
                _remove_database(staged)
                one_way = statements.one_way_types(self._schema, _rows_by_table(generation), MANY)
                counts = _build(staged, self._schema, frames, one_way, progress)
                self.generations.adopt(replace(generation, counts=counts))
            self.generations.switch(generation.id)

    def reader(self, generation_id: str | None = None) -> LadybugReader:
        """A reader of the current generation, or of a kept one; NoGeneration when there is none such."""
        wanted = generation_id or self.generations.current_id()
        if wanted is None:
            raise no_generation()
        if not self._database(wanted).exists():
            raise no_generation(wanted)
        current = wanted == self.generations.current_id()
        return LadybugReader(self._database(wanted), replace(self.generations.read(wanted), current=current), self._schema)

    def close(self) -> None:
        """Nothing stays open between readers."""

    def _database(self, generation_id: str) -> Path:
        return self.generations.path(generation_id) / DATABASE


class LadybugReader:
    """Answers from one database file. Each query takes a connection of its own, so threads never share one."""

    engine: Engine = "ladybug"

    def __init__(self, path: Path, generation: Generation, schema: Schema) -> None:
        self._schema = schema
        self.generation = generation
        self._folder = path.parent
        self._database = _opened(
            path, read_only=True, buffer_pool_size=READER_POOL, max_num_threads=min(4, os.cpu_count() or 1)
        )
        self._lock = Lock()
        self._closed = False

    def query(self, cypher: str, params: Mapping[str, Value]) -> Rows:
        """Rows of a read-only statement; StoreError when the engine refuses it."""
        with self._connection() as connection, self._refusals():
            result = connection.execute(cypher, parameters=dict(params))
            try:
                return Rows(tuple(result.get_column_names()), [tuple(row) for row in result.get_all()])
            finally:
                result.close()

    def nodes(self, kind: str) -> pl.DataFrame:
        """All nodes of a kind, a column for each property."""
        return self._frame(statements.read_nodes(self._schema, kind))

    def relationships(self, type: str, start_kind: str, end_kind: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then a column for each property."""
        frame = self._frame(statements.read_relationships(self._schema, type, start_kind, end_kind))
        return frame.rename({"start_id": "start", "end_id": "end"})

    def snapshot(self) -> Snapshot:
        """The generation's cases and ids as memory-mapped columns."""
        from graph.read_back import snapshot_of

        return snapshot_of(self, self._folder / "snapshot", self._schema)

    def close(self) -> None:
        """Let go of the file and the memory; a query still running ends first in its own thread."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._database.close()

    def _frame(self, cypher: str) -> pl.DataFrame:
        with self._connection() as connection, self._refusals():
            result = connection.execute(cypher)
            try:
                frame: pl.DataFrame = result.get_as_pl()
                return frame
            finally:
                result.close()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the engine refuses, in one line; of a generation that an earlier program made, in words that help."""
        try:
            with _one_line():
                yield
        except StoreError as refused:
            from graph.contents import of_this_schema

            if ONE_WAY_REFUSAL.search(refused.en):
                raise StoreError(
                    "사례가 아주 많은 자료에서는 내장 저장소가 이 질문에 답하지 못합니다. Neo4j 저장소를 써 주세요.",
                    "With so very many cases the embedded engine cannot answer this question; use a Neo4j store.",
                ) from refused
            if of_this_schema(self.generation):
                raise
            raise StoreError(
                "이 상태는 예전 판 프로그램이 만든 것이라 이 질문에 답할 수 없습니다. 자료를 다시 적재해 주세요.",
                "An earlier version of the program made this generation and it cannot answer this; load the datasets again.",
            ) from refused

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """A connection of its own for each query: one that lives on keeps the memory of every statement it ever ran."""
        with self._lock:
            if self._closed:
                raise StoreError(
                    "이미 닫힌 연결입니다.",
                    "This reader is closed; open another one.",
                )
            connection = ladybug.Connection(self._database)
        try:
            yield connection
        finally:
            connection.close()


def _rows_by_table(generation: Generation) -> Counter[str]:
    rows: Counter[str] = Counter()
    for dataset in generation.datasets:
        rows.update(dataset.get("rows", {}))
    return rows


def _build(
    path: Path,
    schema: Schema,
    frames: Iterator[NodeFrame | RelationshipFrame],
    one_way: Collection[str],
    progress: Progress,
) -> dict[str, int]:
    building = Building(path)
    try:
        for statement in statements.ladybug_tables(schema, one_way):
            building.connection.execute(statement)
        counts = _fill(building, path.with_name("parts"), frames, progress)
        progress("verify", 0, 1)
        _verify(building.connection, schema, counts)
        progress("verify", 1, 1)
        building.connection.execute(CHECKPOINT)
    finally:
        building.close()
        shutil.rmtree(path.with_name("parts"), ignore_errors=True)
    return counts


class Building:
    """The file of a generation while it is filled; `connection` is another one after `renew`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        # No checkpoint but to bound memory: a file that is not whole is thrown away, so nothing else is gained by one.
        self._database = _opened(self._path, auto_checkpoint=False, buffer_pool_size=LOAD_POOL)
        self.connection = ladybug.Connection(self._database)

    def renew(self) -> None:
        """Give back the memory of what was copied. Even after a checkpoint the engine holds some until the file is closed."""
        with _one_line():
            _stoppable(self.connection, CHECKPOINT)
        self.close()
        _give_back()
        self._open()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
        self._database.close()


def _fill(
    building: Building, folder: Path, frames: Iterator[NodeFrame | RelationshipFrame], progress: Progress
) -> dict[str, int]:
    """Every kind and type with one COPY for each two kinds it joins and each part of very many rows."""
    counts: Counter[str] = Counter()
    for name, parts in groupby(frames, key=_name):
        copies: dict[tuple[str, ...], Copy] = {}
        total = 0
        for part in parts:
            ends = () if isinstance(part, NodeFrame) else (part.start_kind, part.end_kind)
            copy = copies.setdefault(ends, Copy(name, ends, folder))
            copy.take(part.frame)
            total += part.frame.height
            progress(name, counts[name], total)
            del part
            if copy.rows >= PART:
                counts[name] += copies.pop(ends).run(building.connection)
                building.renew()
        for _, copy in sorted(copies.items()):
            counts[name] += copy.run(building.connection)
            progress(name, counts[name], total)
    return dict(sorted(counts.items()))


def _name(part: NodeFrame | RelationshipFrame) -> str:
    return part.kind if isinstance(part, NodeFrame) else part.type


class Copy:
    """One COPY in the making. From a file the engine takes a large frame with half the memory."""

    def __init__(self, name: str, ends: tuple[str, ...], folder: Path) -> None:
        self.rows = 0
        self._name, self._ends, self._folder = name, ends, folder
        self._frames: list[pl.DataFrame] = []
        self._files: list[Path] = []

    def take(self, frame: pl.DataFrame) -> None:
        """Keep a small frame, and write a large one to a file."""
        self.rows += frame.height
        self._frames.append(frame)
        if sum(kept.height for kept in self._frames) > FEW:
            self._write()

    def run(self, connection: Any) -> int:
        """Load all that was taken, and remove its files; gives how many rows that was."""
        import polars as pl

        with _one_line():
            if self._files:
                self._write()
                _stoppable(connection, self._statement(statements.ladybug_files(list(map(str, self._files)))))
                for file in self._files:
                    file.unlink()
            else:
                columns = pl.concat(self._frames)  # noqa: F841 - the engine reads this variable by its name
                connection.execute(self._statement("columns"))
        return self.rows

    def _write(self) -> None:
        import polars as pl

        if self._frames:
            self._folder.mkdir(exist_ok=True)
            file = self._folder / f"{'-'.join((self._name, *self._ends))}.{len(self._files)}.parquet"
            pl.concat(self._frames).write_parquet(file, compression="lz4", statistics=False)
            self._files.append(file)
            self._frames = []

    def _statement(self, columns: str) -> str:
        if not self._ends:
            return statements.ladybug_copy_nodes(self._name, columns)
        start, end = self._ends
        return statements.ladybug_copy_relationships(self._name, start, end, columns)


def _give_back() -> None:
    """Return freed memory to the system: the C library keeps gigabytes that the engine's threads are done with.

    Where there is no malloc_trim(3), as on macOS, nothing is returned.
    """
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _stoppable(connection: Any, statement: str) -> None:
    """Run a long statement beside this thread, which so can be interrupted: the engine is then stopped too."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(connection.execute, statement)
        try:
            running.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _verify(connection: Any, schema: Schema, counts: Mapping[str, int]) -> None:
    there = dict(connection.execute(statements.count_all(schema)).get_all())
    for name in (*schema.nodes, *schema.relationships):
        found = there.get(name, 0)
        if found != counts.get(name, 0):
            raise StoreError(
                f"적재 검증에 실패했습니다({name}): {counts.get(name, 0)}건을 넣었으나 {found}건이 있습니다. "
                "이전 세대를 그대로 둡니다.",
                f"The load did not verify: {counts.get(name, 0)} {name} went in, {found} are there; the old generation stays.",
            )


def _opened(path: Path, **settings: Any) -> Any:
    try:
        return ladybug.Database(str(path), **settings)
    except (RuntimeError, OSError) as refused:
        raise StoreError(
            "그래프 파일을 열 수 없습니다.",
            f"Cannot open the graph file {path.name}: {_first_line(refused)}",
        ) from refused


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except (RuntimeError, OverflowError, TypeError, ValueError) as refused:
        raise StoreError(
            "그래프 엔진이 요청을 거절했습니다.",
            f"The graph engine refused: {_first_line(refused)}",
        ) from refused


def _first_line(refused: Exception) -> str:
    return (str(refused).strip().splitlines() or [type(refused).__name__])[0]


def _remove_database(path: Path) -> None:
    for leftover in path.parent.glob(path.name + "*"):
        leftover.unlink()

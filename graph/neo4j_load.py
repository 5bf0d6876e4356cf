"""One load into a server: in one transaction, or in batches; done again from the start where a member of a cluster goes away.

Two loads never mix. A load holds a lock while it runs; the lock ends with its connection, so every batch also shows the load's
name at a fence, which a later load has put its own name on before it looks at what the server holds.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import uuid4

from graph import neo4j_changes, statements
from graph.frames import NodeFrame, whole
from graph.generations import record_of
from graph.neo4j_changes import Change, Held, Part, Places
from graph.neo4j_columns import Run, ServerColumns
from graph.schema import Schema
from graph.store import Generation, LoadInProgress, Progress, StoreError

if TYPE_CHECKING:
    import polars as pl

WRITERS = 2
"""Batches under way at once in a load into an empty server; differences are written one batch after the other."""
INTO_EMPTY = 20_000
"""The most rows that one transaction puts into an empty server: no reader loses anything, and writers work side by side."""
Batch = list[list[Any]]
"""Rows that one statement takes."""
Write = Callable[[str, str, dict[str, Any]], list[dict[str, Any]]]
"""Runs a statement as a batch with a name, and gives its records."""
T = TypeVar("T")


class Server(Protocol):
    """What a load needs of a store."""

    def change(self, work: Callable[[Run], T]) -> T:
        """Work in one write transaction; it may be done twice."""

    def constrain(self) -> None:
        """Make the constraints that are missing."""


class Replayed:
    """Frames that can be taken again from the first, until told to forget."""

    def __init__(self, frames: Iterator[Part]) -> None:
        self._source, self._seen, self._keeping = frames, list[Part](), True

    def __iter__(self) -> Iterator[Part]:
        """All frames."""
        yield from tuple(self._seen)
        for part in self._source:
            if self._keeping:
                self._seen.append(part)
            yield part

    def forget(self) -> None:
        """Keep nothing from here on: these frames will not be asked for again."""
        self._keeping = False
        self._seen.clear()

    def put_together(self, schema: Schema) -> Replayed:
        """The same frames, the slices of each in one; these here are not to be used any more."""
        self._seen, seen = [], self._seen
        return Replayed(whole(chain(seen, self._source), schema))


class Load:
    """Changes a server into a generation. `batch` is rows to a statement, `one_transaction` the most that one changes."""

    def __init__(
        self,
        server: Server,
        schema: Schema,
        generation: Generation,
        frames: Iterator[Part],
        progress: Progress,
        batch: int,
        one_transaction: int,
    ) -> None:
        self._server, self._schema, self._generation, self._progress = server, schema, generation, progress
        self._frames, self._batch, self._one_transaction = Replayed(frames), batch, one_transaction
        self._name = uuid4().hex
        self._counts: Counter[str] = Counter()
        self._begun = self._done = False
        self._refused: Exception | None = None

    def under_lock(self, lease: Run) -> None:
        """Load within a write transaction. Done again, it begins with what is there then, and ends where all is done."""
        lease(statements.LOCK_LOADS, {})
        if self._refused is not None:
            raise self._refused
        if self._done or (self._begun and self._is_published(lease)):
            return
        self._begun = True
        self._server.change(lambda run: run(statements.TAKE_FENCES, {"fences": WRITERS, "load": self._name}))
        self._counts.clear()
        held = held_by(lease, self._schema)
        if not held.nothing:
            self._server.constrain()
        changes, first, total = self._changes(held, lease), list[Change](), 0
        most = min(self._one_transaction, INTO_EMPTY) if held.nothing else self._one_transaction
        for change in changes:
            first.append(change)
            total += change.rows.height
            if total > most:
                self._once(chain(first, changes), WRITERS if held.nothing else 1)
                return
        if held.nothing:
            self._server.constrain()
        self._apply(iter(first), lambda _, statement, told: lease(statement, told), 1)
        verify(lease, self._schema, self._counts)
        lease(statements.PUBLISH, self._published())
        lease(statements.FORGET_BATCHES, {})

    def _is_published(self, lease: Run) -> bool:
        """Whether an attempt before this one was committed, and only the answer lost."""
        there = [(state["id"], state["state"]) for state in lease(statements.READ_STATE_ID, {})]
        return there == [(self._generation.id, "published")]

    def _published(self) -> dict[str, str]:
        counted = replace(self._generation, counts=dict(sorted(self._counts.items())))
        return {"id": counted.id, "record": record_of(counted)}

    def _changes(self, held: Held, lease: Run) -> Iterator[Change]:
        if held.nothing:
            return neo4j_changes.into_empty(_counted(iter(self._frames), self._counts), self._schema)
        self._frames = self._frames.put_together(self._schema)
        frames = _counted(iter(self._frames), self._counts)
        return neo4j_changes.against(ServerColumns(lease, self._schema), frames, self._schema, held)

    def _once(self, changes: Iterator[Change], writers: int) -> None:
        """Load in batches. Each is tried again by itself, so the whole is not, even where the lock was lost."""
        self._frames.forget()
        try:
            self._in_batches(changes, writers)
        except Exception as refused:
            self._refused = refused
            raise
        self._done = True

    def _in_batches(self, changes: Iterator[Change], writers: int) -> None:
        self._write("begin|0", statements.BEGIN_BATCHES, {})
        self._apply(changes, self._write, writers)
        # Nothing was looked up by id in an empty server, and an index is made of all ids in less time than of one by one.
        self._server.constrain()
        self._server.change(lambda run: verify(run, self._schema, self._counts))
        self._write("publish|0", statements.PUBLISH, self._published())
        self._server.change(lambda run: run(statements.FORGET_BATCHES, {}))

    def _write(self, key: str, statement: str, told: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a statement in one transaction, once at most: a marker stands beside what it wrote."""
        found: list[dict[str, Any]] = []
        marker = {"fence": int(key.rpartition("|")[2]) % WRITERS, "load": self._name, "key": f"{self._name}|{key}"}

        def transaction(run: Run) -> None:
            marked = run(statements.ASK_FENCE, marker)
            if not marked:
                raise _overtaken()
            if not marked[0]["found"]:
                run(statements.MARK_BATCH, {"key": marker["key"]})
                found[:] = run(statement, told)

        self._server.change(transaction)
        return found

    def _apply(self, changes: Iterator[Change], write: Write, writers: int) -> None:
        """Each change when the one before it has ended, its batches by so many writers at once."""
        places = Places()
        with ThreadPoolExecutor(writers) as pool:
            for number, change in enumerate(changes):
                rows, done = places.resolved(change), 0
                parts = (rows.slice(start, self._batch) for start in range(0, rows.height, self._batch))
                batches = ((f"{number}|{i}", part) for i, part in enumerate(parts))

                def written(key: str, batch: Batch, statement: str = change.statement) -> list[dict[str, Any]]:
                    return write(key, statement, {"rows": batch, "generation": self._generation.id})

                for records, size in _ahead(pool, written, batches, writers):
                    places.take(change, records)
                    done += size
                    self._progress(change.name, done, rows.height)


def held_by(run: Run, schema: Schema) -> Held:
    """What a server holds."""
    return Held(_counts(run, schema), bool(run(statements.COUNT_CLOSED, {})[0]["found"]))


def verify(run: Run, schema: Schema, counts: Mapping[str, int]) -> None:
    """StoreError where the server does not hold what was loaded."""
    for name, found in _counts(run, schema).items():
        if found != counts.get(name, 0):
            raise StoreError(
                f"적재 검증에 실패했습니다({name}): {counts.get(name, 0)}건이어야 하는데 {found}건입니다. 다시 적재해 주세요.",
                f"The load did not verify: {found} {name} where {counts.get(name, 0)} belong; load again.",
            )


def _counts(run: Run, schema: Schema) -> dict[str, int]:
    found = {row["name"]: row["found"] for row in run(statements.count_all(schema), {})}
    return dict.fromkeys([*schema.nodes, *schema.relationships], 0) | found


def _counted(frames: Iterator[Part], counts: Counter[str]) -> Iterator[Part]:
    for part in frames:
        counts[part.kind if isinstance(part, NodeFrame) else part.type] += part.frame.height
        yield part


def _ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[str, Batch], list[dict[str, Any]]],
    batches: Iterator[tuple[str, pl.DataFrame]],
    writers: int,
) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """What came of each batch, in order, and its rows; while the server works, one batch more is made ready."""
    waiting: deque[tuple[Future[list[dict[str, Any]]], int]] = deque()
    for key, part in batches:
        waiting.append((pool.submit(work, key, [list(row) for row in part.iter_rows()]), part.height))
        if len(waiting) > writers:
            future, size = waiting.popleft()
            yield future.result(), size
    for future, size in waiting:
        yield future.result(), size


def _overtaken() -> LoadInProgress:
    return LoadInProgress(
        "서버와 연결이 끊긴 사이 다른 적재가 시작되어 이 적재를 멈췄습니다. 그 적재가 끝난 뒤 다시 적재해 주세요.",
        "Another load began while the server was out of reach, so this one stopped; load again when that one ends.",
    )

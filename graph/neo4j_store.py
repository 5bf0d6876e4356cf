"""The server engine: one published generation on a Neo4j server, cluster or Aura, changed by difference.

A load that changes no more than `one_transaction` rows is one transaction, so readers see the old generation or the new one. A
larger load runs in batches; while it does, and after one that was cut off, readers are told so rather than given a mixture.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import uuid4

import neo4j
from neo4j.exceptions import ConstraintError, DriverError, IncompleteCommit, Neo4jError

from graph import neo4j_changes, statements
from graph.frames import NodeFrame, RelationshipFrame, whole
from graph.generations import Generations, generation_from, no_generation, record_of
from graph.neo4j_changes import Change, Held, Places
from graph.neo4j_columns import Run, ServerColumns
from graph.schema import Schema, load_schema
from graph.store import (
    Engine,
    Generation,
    LoadInProgress,
    Progress,
    ReplacedGeneration,
    Rows,
    StoreError,
    Value,
)

if TYPE_CHECKING:
    import polars as pl

    from graph.snapshot import Snapshot

BATCH = 5_000
ONE_TRANSACTION = 200_000
ATTEMPTS = 3
WRITERS = 2
"""Batches under way at once in a load into an empty server; differences are written one batch after the other."""
Batch = list[list[Any]]
"""Rows that one statement takes."""
Write = Callable[[str, str, dict[str, Any]], list[dict[str, Any]]]
"""Runs a statement as a batch with a name, and gives its records."""
T = TypeVar("T")


def open_neo4j(url: str, home: Path) -> Neo4jStore:
    """The store at an address. Who asks comes from the address or from PUMASI_NEO4J_USER and PUMASI_NEO4J_PASSWORD."""
    parts = urlsplit(url)
    user = parts.username or os.environ.get("PUMASI_NEO4J_USER", "neo4j")
    password = parts.password or os.environ.get("PUMASI_NEO4J_PASSWORD")
    address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Neo4jStore(address, home, auth=(unquote(user), unquote(password)) if password else None)


class Neo4jStore:
    """One server. `batch` is rows to a statement, `one_transaction` the most rows that a single transaction changes."""

    engine: Engine = "neo4j"

    def __init__(
        self,
        url: str,
        home: Path,
        auth: tuple[str, str] | None = None,
        batch: int = BATCH,
        one_transaction: int = ONE_TRANSACTION,
        schema: Schema | None = None,
    ) -> None:
        self._url, self._batch, self._one_transaction = url, batch, one_transaction
        self._schema = schema or load_schema()
        self._generations = Generations(home)
        self._database = os.environ.get("PUMASI_NEO4J_DATABASE")
        self._reached = False
        with _one_line(url):
            self._driver = neo4j.GraphDatabase.driver(url, auth=auth, notifications_min_severity="OFF")
        # Whoever shares the store sees its own loads, whichever member of a cluster answers.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def current(self) -> Generation | None:
        """The published generation. Its id is empty while a load in batches runs, or after one that was cut off."""
        state = self._state()
        if state is None or not state["record"]:
            return None
        generation = generation_from(state["record"])
        return replace(generation, current=True) if state["state"] == "published" else replace(generation, id="")

    def publish(self, generation: Generation, frames: Iterator[NodeFrame | RelationshipFrame], progress: Progress) -> None:
        """Change the server into a generation; a second load waits until the first has ended."""
        with _one_line(self._url):
            self._constrain()
            with self._session() as session, session.begin_transaction() as lease:
                lease.run(statements.LOCK_LOADS).consume()
                self._load(generation, frames, lease, progress)

    def reader(self, generation_id: str | None = None) -> Neo4jReader:
        """A reader of the published generation; NoGeneration for another one, as a server keeps only that."""
        state = self._state()
        if state is None:
            raise no_generation()
        if state["state"] != "published":
            raise _loading()
        generation = replace(generation_from(state["record"]), current=True)
        if generation_id not in (None, generation.id):
            raise no_generation(generation_id)
        return Neo4jReader(self._read, generation, self._schema, self._generations)

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    def _constrain(self) -> None:
        wanted = statements.neo4j_constraints(self._schema)
        with self._session() as session:
            there = set(session.run(statements.CONSTRAINTS).data()[0]["names"])
            missing = [statement for name, statement in wanted.items() if name not in there]
            if missing:
                for statement in [*missing, statements.INDEX_CLOSED, statements.AWAIT_INDEXES]:
                    session.run(statement).consume()

    def _load(
        self,
        generation: Generation,
        frames: Iterator[NodeFrame | RelationshipFrame],
        lease: neo4j.Transaction,
        progress: Progress,
    ) -> None:
        counts: Counter[str] = Counter()
        held = _held(_runner(lease), self._schema)
        changes = self._changes(_counted(frames, counts), held, lease)
        first, total = [], 0
        for change in changes:
            first.append(change)
            total += change.rows.height
            if total > self._one_transaction:
                writers = WRITERS if held.nothing else 1
                self._in_batches(generation, chain(first, changes), counts, writers, progress)
                return
        self._apply(iter(first), generation, lambda _, statement, told: lease.run(statement, told).data(), 1, progress)
        _verify(_runner(lease), self._schema, counts)
        _publish(lease, replace(generation, counts=dict(sorted(counts.items()))))
        self._commit(lease, generation)

    def _changes(
        self, frames: Iterator[NodeFrame | RelationshipFrame], held: Held, lease: neo4j.Transaction
    ) -> Iterator[Change]:
        if held.nothing:
            return neo4j_changes.into_empty(frames, self._schema)
        return neo4j_changes.against(ServerColumns(_runner(lease), self._schema), whole(frames), self._schema, held)

    def _commit(self, lease: neo4j.Transaction, generation: Generation) -> None:
        """Where the answer to a commit is lost, what the server holds tells whether it happened."""
        try:
            lease.commit()
        except IncompleteCommit:
            state = self._state()
            if state is None or state["id"] != generation.id:
                raise

    def _in_batches(
        self, generation: Generation, changes: Iterator[Change], counts: Mapping[str, int], writers: int, progress: Progress
    ) -> None:
        load = uuid4().hex  # markers left by a load that was cut off are of another name

        def write(key: str, statement: str, told: dict[str, Any]) -> list[dict[str, Any]]:
            return self._write(f"{load}|{key}", statement, told)

        write("begin", statements.BEGIN_BATCHES, {})
        self._apply(changes, generation, write, writers, progress)
        with self._session() as session:
            _verify(_runner(session), self._schema, counts)
        told = {"id": generation.id, "record": record_of(replace(generation, counts=dict(sorted(counts.items()))))}
        write("publish", statements.PUBLISH, told)
        self._write("", statements.FORGET_BATCHES, {})

    def _apply(self, changes: Iterator[Change], generation: Generation, write: Write, writers: int, progress: Progress) -> None:
        """Each change when the one before it has ended, its batches by so many writers at once."""
        places = Places()
        with ThreadPoolExecutor(writers) as pool:
            for number, change in enumerate(changes):
                rows, done = places.resolved(change), 0
                parts = (rows.slice(start, self._batch) for start in range(0, rows.height, self._batch))
                batches = ((f"{number}|{i}", part) for i, part in enumerate(parts))

                def written(key: str, batch: Batch, statement: str = change.statement) -> list[dict[str, Any]]:
                    return write(key, statement, {"rows": batch, "generation": generation.id})

                for records, size in _ahead(pool, written, batches, writers):
                    places.take(change, records)
                    done += size
                    progress(change.name, done, rows.height)

    def _write(self, key: str, statement: str, told: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a statement in one transaction; without a key it may happen twice.

        With one, a marker stands beside what it wrote: it happens once at most, and a commit without an answer is looked up.
        """
        found: list[dict[str, Any]] = []

        def transaction(tx: neo4j.ManagedTransaction) -> None:
            if key:
                tx.run(statements.MARK_BATCH, key=key).consume()
            found[:] = tx.run(statement, told).data()

        for attempt in range(ATTEMPTS):
            try:
                with self._session() as session:
                    session.execute_write(transaction)
                return found
            except (IncompleteCommit, ConstraintError) as lost:
                if key and self._read(lambda tx: _rows(tx, statements.FIND_BATCH, {"key": key}).rows[0][0]):
                    return found
                if attempt == ATTEMPTS - 1 or isinstance(lost, ConstraintError):
                    raise
        return found

    def _state(self) -> dict[str, Any] | None:
        import json

        found = self._read(lambda tx: tx.run(statements.READ_STATE).data())
        if not found:
            return None
        state: dict[str, Any] = found[0]
        return state | {"record": json.loads(state["record"]) if state["record"] else None}

    def _read(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with _one_line(self._url), self._session() as session:
            return session.execute_read(work)

    def _session(self) -> neo4j.Session:
        if not self._reached:  # a server that was never there is told at once, one that went away is waited for
            self._driver.verify_connectivity()
            self._reached = True
        return self._driver.session(database=self._database, bookmark_manager=self._bookmarks)


class Neo4jReader:
    """Answers from the published generation, and says so when it has been replaced."""

    engine: Engine = "neo4j"

    def __init__(
        self,
        read: Callable[[Callable[[neo4j.ManagedTransaction], Any]], Any],
        generation: Generation,
        schema: Schema,
        generations: Generations,
    ) -> None:
        self.generation = generation
        self._read, self._schema, self._generations = read, schema, generations

    def query(self, cypher: str, params: Mapping[str, Value]) -> Rows:
        """Rows of a read-only statement; NoGeneration when a load has replaced the reader's generation meanwhile."""
        rows: Rows = self._within(lambda tx: _rows(tx, cypher, params))
        return rows

    def nodes(self, kind: str) -> pl.DataFrame:
        """All nodes of a kind, a column for each property."""
        found: pl.DataFrame = self._within(lambda tx: ServerColumns(_runner(tx), self._schema).nodes(kind))
        return found

    def relationships(self, type: str, start_kind: str, end_kind: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then a column for each property."""
        found: pl.DataFrame = self._within(
            lambda tx: ServerColumns(_runner(tx), self._schema).relationships(type, start_kind, end_kind)
        )
        return found

    def snapshot(self) -> Snapshot:
        """The columns kept by the load where it ran here, else the server's, collected once and kept."""
        from graph.read_back import snapshot_of

        folder = self._generations.path(self.generation.id) / "snapshot"
        folder.parent.mkdir(parents=True, exist_ok=True)
        return snapshot_of(self, folder, self._schema)

    def close(self) -> None:
        """Connections belong to the store."""

    def _within(self, work: Callable[[neo4j.ManagedTransaction], Any]) -> Any:
        """Work in one transaction between two looks at what is published: nothing was replaced in between."""

        def transaction(tx: neo4j.ManagedTransaction) -> Any:
            self._refuse_another_generation(tx)
            found = work(tx)
            self._refuse_another_generation(tx)
            return found

        return self._read(transaction)

    def _refuse_another_generation(self, tx: neo4j.ManagedTransaction) -> None:
        state = tx.run(statements.READ_STATE_ID).single()
        if state is None or state["state"] != "published":
            raise _loading()
        if state["id"] != self.generation.id:
            raise ReplacedGeneration(
                "그사이 새 데이터가 적재되었습니다. 다시 물어봐 주세요.",
                f"Generation {self.generation.id} was replaced meanwhile; ask again with a new reader.",
            )


def _rows(tx: neo4j.ManagedTransaction, cypher: str, params: Mapping[str, Value]) -> Rows:
    result = tx.run(cypher, dict(params))
    return Rows(tuple(result.keys()), [tuple(record.values()) for record in result])


def _runner(tx: neo4j.Transaction | neo4j.ManagedTransaction | neo4j.Session) -> Run:
    return lambda statement, told: tx.run(statement, dict(told)).data()


def _publish(tx: neo4j.Transaction, generation: Generation) -> None:
    tx.run(statements.PUBLISH, id=generation.id, record=record_of(generation)).consume()
    tx.run(statements.FORGET_BATCHES).consume()


def _counted(frames: Iterator[NodeFrame | RelationshipFrame], counts: Counter[str]) -> Iterator[NodeFrame | RelationshipFrame]:
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


def _held(run: Run, schema: Schema) -> Held:
    return Held(_counts(run, schema), bool(run(statements.COUNT_CLOSED, {})[0]["found"]))


def _counts(run: Run, schema: Schema) -> dict[str, int]:
    found = {row["name"]: row["found"] for row in run(statements.count_all(schema), {})}
    return dict.fromkeys([*schema.nodes, *schema.relationships], 0) | found


def _verify(run: Run, schema: Schema, counts: Mapping[str, int]) -> None:
    for name, found in _counts(run, schema).items():
        if found != counts.get(name, 0):
            raise StoreError(
                f"적재 검증에 실패했습니다({name}): {counts.get(name, 0)}건이어야 하는데 {found}건입니다. 다시 적재해 주세요.",
                f"The load did not verify: {found} {name} where {counts.get(name, 0)} belong; load again.",
            )


def _loading() -> LoadInProgress:
    return LoadInProgress(
        "서버에 적재가 진행 중이거나 중단되었습니다. 적재가 끝난 뒤 다시 물어보거나, 중단되었다면 다시 적재해 주세요.",
        "A load in batches runs on the server, or was cut off; ask again when it ends, or run it again.",
    )


@contextmanager
def _one_line(url: str) -> Iterator[None]:
    try:
        yield
    except (Neo4jError, DriverError, OSError, ValueError) as refused:
        told = (str(getattr(refused, "message", None) or refused).strip().splitlines() or [type(refused).__name__])[0][:300]
        raise StoreError(
            f"Neo4j({urlsplit(url).netloc})가 요청을 처리하지 못했습니다. 주소와 서버 상태를 확인해 주세요.",
            f"Neo4j at {urlsplit(url).netloc}: {told}",
        ) from refused

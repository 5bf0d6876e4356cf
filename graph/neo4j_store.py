"""The server engine: one published generation on a Neo4j server, cluster or Aura, changed by difference.

A load that changes no more than `one_transaction` rows is one transaction, so readers see the old generation or the new one. A
larger load runs in batches; while it does, and after one that was cut off, readers are told so rather than given a mixture.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import neo4j
from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError

from graph import neo4j_changes, statements
from graph.frames import NodeFrame, RelationshipFrame, whole
from graph.generations import Generations, generation_from, no_generation, record_of
from graph.neo4j_changes import Change, Held
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
        changes = self._changes(_counted(whole(frames), counts), lease)
        first, total = [], 0
        for change in changes:
            first.append(change)
            total += change.rows.height
            if total > self._one_transaction:
                self._in_batches(generation, chain(first, changes), counts, progress)
                return
        for _, change, rows in _batches(first, self._batch, progress):
            lease.run(change.statement, rows=rows, generation=generation.id).consume()
        _verify(_runner(lease), self._schema, counts)
        _publish(lease, replace(generation, counts=dict(sorted(counts.items()))))
        self._commit(lease, generation)

    def _changes(self, frames: Iterator[NodeFrame | RelationshipFrame], lease: neo4j.Transaction) -> Iterator[Change]:
        run = _runner(lease)
        closed = bool(run(statements.COUNT_CLOSED, {})[0]["found"])
        held = _counts(run, self._schema)
        if not any(held.values()) and not closed:
            return neo4j_changes.into_empty(frames, self._schema)
        return neo4j_changes.against(ServerColumns(run, self._schema), frames, self._schema, Held(held, closed))

    def _commit(self, lease: neo4j.Transaction, generation: Generation) -> None:
        """Where the answer to a commit is lost, what the server holds tells whether it happened."""
        try:
            lease.commit()
        except IncompleteCommit:
            state = self._state()
            if state is None or state["id"] != generation.id:
                raise

    def _in_batches(
        self, generation: Generation, changes: Iterator[Change], counts: Mapping[str, int], progress: Progress
    ) -> None:
        self._write("begin", [(statements.BEGIN_BATCHES, {})])
        for number, change, rows in _batches(changes, self._batch, progress):
            told = {"rows": rows, "generation": generation.id}
            self._write(f"{generation.id}|{number}", [(change.statement, told)])
        with self._session() as session:
            _verify(_runner(session), self._schema, counts)
        told = {"id": generation.id, "record": record_of(replace(generation, counts=dict(sorted(counts.items()))))}
        self._write("publish", [(statements.PUBLISH, told)])
        self._write("end", [(statements.FORGET_BATCHES, {})], marked=False)

    def _write(self, key: str, work: list[tuple[str, dict[str, Any]]], marked: bool = True) -> None:
        """Run statements in one transaction with a marker, which tells whether a commit without an answer happened."""

        def transaction(tx: neo4j.ManagedTransaction) -> None:
            for statement, told in work:
                tx.run(statement, told).consume()
            if marked:
                tx.run(statements.MARK_BATCH, key=key).consume()

        for attempt in range(ATTEMPTS):
            try:
                with self._session() as session:
                    session.execute_write(transaction)
                return
            except IncompleteCommit:
                if marked and self._read(lambda tx: _rows(tx, statements.FIND_BATCH, {"key": key}).rows[0][0]):
                    return
                if attempt == ATTEMPTS - 1:
                    raise

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


def _batches(
    changes: Iterator[Change] | list[Change], size: int, progress: Progress
) -> Iterator[tuple[int, Change, list[list[Any]]]]:
    """Numbered slices of the changes' rows, as lists that the driver can send."""
    number = 0
    for change in changes:
        total = change.rows.height
        for start in range(0, total, size):
            yield number, change, [list(row) for row in change.rows.slice(start, size).iter_rows()]
            number += 1
            progress(change.name, min(start + size, total), total)


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

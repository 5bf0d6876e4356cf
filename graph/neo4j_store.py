"""The server engine: one published generation on a Neo4j server, cluster or Aura, changed by difference.

A load that changes no more than `one_transaction` rows is one transaction, so readers see the old generation or the new one. A
larger load runs in batches; while it does, and after one that was cut off, readers are told so rather than given a mixture.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import neo4j
from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError

from graph import statements
from graph.generations import Generations, generation_from, no_generation
from graph.neo4j_columns import Run, ServerColumns
from graph.neo4j_load import Load
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

    from graph.frames import NodeFrame, RelationshipFrame
    from graph.snapshot import Snapshot

BATCH = 5_000
ONE_TRANSACTION = 200_000
ATTEMPTS = 3
"""How often a transaction is done whose commit found no answer."""
RETRY = 30.0
"""Seconds for which a member of a cluster that went away is waited for."""
BOOKMARK_TIMEOUT = "Neo.TransientError.Transaction.BookmarkTimeout"
T = TypeVar("T")
Records = list[dict[str, Any]]
# Where nobody listens to the driver's log, Python would print its warnings beside our one line.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


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
        retry: float = RETRY,
        schema: Schema | None = None,
    ) -> None:
        self._url, self._batch, self._one_transaction = url, batch, one_transaction
        self._schema = schema or load_schema()
        self._generations = Generations(home)
        self._database = os.environ.get("PUMASI_NEO4J_DATABASE")
        self._reached = False
        with _one_line(url):
            self._driver = neo4j.GraphDatabase.driver(
                url, auth=auth, notifications_min_severity="OFF", max_transaction_retry_time=retry
            )
        # Whoever shares the store sees its own loads, whichever member of a cluster answers.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def current(self, to_change: bool = False) -> Generation | None:
        """The published generation. Its id is empty while a load in batches runs, or after one that was cut off.

        A member that reads may be late by a load of somebody else: `to_change` asks the one that takes writes.
        """
        state = self._state(self.change if to_change else self.look)
        if state is None or not state["record"]:
            return None
        generation = generation_from(state["record"])
        return replace(generation, current=True) if state["state"] == "published" else replace(generation, id="")

    def publish(self, generation: Generation, frames: Iterator[NodeFrame | RelationshipFrame], progress: Progress) -> None:
        """Change the server into a generation; a second load waits until the first has ended."""
        self._make(statements.load_constraints())
        load = Load(self, self._schema, generation, frames, progress, self._batch, self._one_transaction)
        self.change(load.under_lock)

    def reader(self, generation_id: str | None = None) -> Neo4jReader:
        """A reader of the published generation; NoGeneration for another one, as a server keeps only that."""
        state = self._state(self.look)
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

    def constrain(self) -> None:
        """Make what constraints and indexes are missing, in one transaction, and wait for them."""
        self._make(statements.neo4j_constraints(self._schema), statements.INDEX_CLOSED)

    def _make(self, wanted: Mapping[str, str], *more: str) -> None:
        # Asked of the member that takes writes: another may be late by what this very load wrote.
        there = set(self.change(lambda run: run(statements.CONSTRAINTS, {}))[0]["names"])
        missing = [statement for name, statement in wanted.items() if name not in there]
        if missing:
            self.change(lambda run: [run(statement, {}) for statement in (*missing, *more)])
            self.change(lambda run: run(statements.AWAIT_INDEXES, {}))

    def change(self, work: Callable[[Run], T]) -> T:
        """Work in one write transaction, at whichever member takes writes now; tried again where that one goes away.

        It may be done twice, as the answer to a commit can be lost: `work` must bear that.
        """
        attempt = 1
        with _one_line(self._url):
            while True:
                try:
                    with self._session() as session:
                        return session.execute_write(lambda tx: work(_runner(tx)))
                except IncompleteCommit:
                    if attempt == ATTEMPTS:
                        raise
                attempt += 1

    def look(self, work: Callable[[Run], T]) -> T:
        """Work in one read transaction, at a member that need not be the one that takes writes."""
        return self._read(lambda tx: work(_runner(tx)))

    def _state(self, ask: Callable[[Callable[[Run], Records]], Records]) -> dict[str, Any] | None:
        import json

        found = ask(lambda run: run(statements.READ_STATE, {}))
        if not found:
            return None
        state = found[0]
        return state | {"record": json.loads(state["record"]) if state["record"] else None}

    def _read(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with _one_line(self._url), self._session() as session:
            return session.execute_read(work)

    def _session(self) -> neo4j.Session:
        if not self._reached:
            self._reach()
        return self._driver.session(database=self._database, bookmark_manager=self._bookmarks)

    def _reach(self) -> None:
        """Learn the database's name. A server that was never there is told at once, one that went away is waited for.

        Without the name, a driver may ask the address that it was given for each transaction, and stop where that one is gone.
        """
        with self._driver.session(database=self._database, default_access_mode=neo4j.READ_ACCESS) as session:
            self._database = session.run(statements.NOTHING).consume().database
        self._reached = True


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
        found: pl.DataFrame = self._within(lambda tx: self._columns(tx).nodes(kind))
        return found

    def relationships(self, type: str, start_kind: str, end_kind: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then a column for each property."""
        found: pl.DataFrame = self._within(lambda tx: self._columns(tx).relationships(type, start_kind, end_kind))
        return found

    def snapshot(self) -> Snapshot:
        """The columns kept by the load where it ran here, else the server's, collected once and kept."""
        from graph.read_back import snapshot_of

        folder = self._generations.path(self.generation.id) / "snapshot"
        folder.parent.mkdir(parents=True, exist_ok=True)
        return snapshot_of(self, folder, self._schema)

    def close(self) -> None:
        """Connections belong to the store."""

    def _columns(self, tx: neo4j.ManagedTransaction) -> ServerColumns:
        return ServerColumns(_runner(tx), self._schema, self._beside)

    def _beside(self, statement: str, told: Mapping[str, Any]) -> Records:
        """Records of a statement in a transaction of its own, which other such may run beside."""
        found: Records = self._within(lambda tx: _runner(tx)(statement, told))
        return found

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
    def run(statement: str, told: Mapping[str, Any]) -> Records:
        result = tx.run(statement, dict(told))
        names = result.keys()
        # Not `data()`: it looks into every value of every list for nodes to take apart, and ours hold none.
        return [dict(zip(names, record.values(), strict=True)) for record in result]

    return run


def _loading() -> LoadInProgress:
    return LoadInProgress(
        "서버에 적재가 진행 중이거나 중단되었습니다. 적재가 끝난 뒤 다시 물어보거나, 중단되었다면 다시 적재해 주세요.",
        "A load in batches runs on the server, or was cut off; ask again when it ends, or run it again.",
    )


def _late() -> LoadInProgress:
    return LoadInProgress(
        "방금 적재한 내용이 클러스터의 이 서버에는 아직 오지 않았습니다. 잠시 뒤 다시 물어봐 주세요.",
        "This member of the cluster has not yet got what was just loaded; ask again in a while.",
    )


@contextmanager
def _one_line(url: str) -> Iterator[None]:
    try:
        yield
    except (Neo4jError, DriverError, OSError, ValueError) as refused:
        if getattr(refused, "code", "") == BOOKMARK_TIMEOUT:
            raise _late() from refused
        told = (str(getattr(refused, "message", None) or refused).strip().splitlines() or [type(refused).__name__])[0][:300]
        raise StoreError(
            f"Neo4j({urlsplit(url).netloc})가 요청을 처리하지 못했습니다. 주소와 서버 상태를 확인해 주세요.",
            f"Neo4j at {urlsplit(url).netloc}: {told}",
        ) from refused

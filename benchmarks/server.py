"""One real Neo4j for all benchmarks that need one, started when first asked for and emptied between them."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from graph import neo4j_server


@dataclass(frozen=True)
class Bolt:
    """Where it answers, and its process where it is ours."""

    url: str
    pid: int | None


class Servers:
    """Use as a context: the server ends with it. With `url`, a server that runs already; what it holds is deleted."""

    def __init__(self, url: str | None = None) -> None:
        self._bolt = Bolt(url, None) if url else None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def anew(self) -> Bolt:
        """A server that never held anything, where it is ours to start: emptying it takes half as long as filling it."""
        if self._home is not None:
            self._stop(self._home)
        return self.neo4j()

    def _stop(self, home: tempfile.TemporaryDirectory[str]) -> None:
        neo4j_server.stop(Path(home.name))
        home.cleanup()
        self._home = self._bolt = None

    def neo4j(self) -> Bolt:
        """The server, empty."""
        if self._bolt is None:
            self._home = tempfile.TemporaryDirectory()
            server = neo4j_server.start(Path(self._home.name), bolt_port=0, heap_mib=2048, owner=os.getpid())
            self._bolt = Bolt(server.url, server.pid)
        empty(self._bolt.url)
        return self._bolt

    def __enter__(self) -> Servers:
        """Start nothing yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop what was started; leave a given server empty."""
        if self._home is not None:
            self._stop(self._home)
        elif self._bolt is not None:
            empty(self._bolt.url)


def empty(url: str) -> None:
    """Delete every node, relationship, constraint and index of a server."""
    import neo4j

    with neo4j.GraphDatabase.driver(url) as driver, driver.session() as session:
        # Relationships first: the few nodes that most of them lead to would take them all into one transaction.
        for each in ("()-[n]->()", "(n)"):
            session.run(f"MATCH {each} CALL (n) {{ DELETE n }} IN TRANSACTIONS OF 20000 ROWS").consume()
        for record in session.run("SHOW CONSTRAINTS YIELD name").data():
            session.run(f"DROP CONSTRAINT `{record['name']}`").consume()
        for record in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").data():
            session.run(f"DROP INDEX `{record['name']}` IF EXISTS").consume()

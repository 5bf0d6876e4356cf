"""Neo4j by URL: the directory loaded by UNWIND into an empty database, the same fixed-hop Cypher as for Ladybug."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import neo4j
import numpy as np

from benchmarks.directory import TYPES, Directory
from benchmarks.opponents.paths_cypher import PATTERNS, UNION, Found, best
from benchmarks.opponents.paths_ladybug import _ENDS

_BATCH = 20_000


class Neo4j:
    """`variants` are the ways to ask; the benchmark lets the fastest one compete."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        user = (parts.username, parts.password or "") if parts.username else None
        self._driver = neo4j.GraphDatabase.driver(f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}", auth=user)
        self._session = self._driver.session()
        self.variants = {"one union": self._by_union, "one statement per pattern": self._by_each}

    def _by_union(self, source: int, target: int) -> Found:
        return best(self._rows(UNION, source, target))

    def _by_each(self, source: int, target: int) -> Found:
        return best([row for pattern in PATTERNS for row in self._rows(pattern.statement(), source, target)])

    def _rows(self, statement: str, source: int, target: int) -> list[list[int]]:
        return [list(record) for record in self._session.run(statement, source=source, target=target)]

    def load(self, directory: Directory) -> None:
        """Put the directory into it."""
        bounds = np.cumsum([0, directory.providers, directory.programs, directory.industries])
        for kind, first, last in zip(("Provider", "Program", "Industry"), bounds, bounds[1:], strict=False):
            self._session.run(f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{kind}) REQUIRE n.id IS UNIQUE").consume()
            self._batches(f"UNWIND $rows AS row CREATE (:{kind} {{id: row}})", np.arange(first, last).tolist())
        for number, kind in enumerate(TYPES):
            of = np.flatnonzero(directory.kinds == number)
            rows = np.stack([directory.starts[of], directory.ends[of], directory.costs[of], of], axis=1).tolist()
            start, end = _ENDS[kind]
            self._batches(
                f"UNWIND $rows AS row MATCH (a:{start} {{id: row[0]}}), (b:{end} {{id: row[1]}}) "
                f"CREATE (a)-[:{kind} {{cost: row[2], edge: row[3]}}]->(b)",
                rows,
            )

    def _batches(self, statement: str, rows: list[Any]) -> None:
        for first in range(0, len(rows), _BATCH):
            self._session.run(statement, rows=rows[first : first + _BATCH]).consume()

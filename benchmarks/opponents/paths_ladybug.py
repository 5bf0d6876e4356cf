"""Ladybug: the directory loaded by COPY, fixed-hop Cypher prepared once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ladybug
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.directory import TYPES, Directory
from benchmarks.opponents.paths_cypher import PATTERNS, UNION, Found, best

_ENDS = {
    "PARTNERS_WITH": ("Provider", "Provider"),
    "OFFERS": ("Provider", "Program"),
    "OFFERED_BY": ("Program", "Provider"),
    "TRAINS_FOR": ("Program", "Industry"),
}


class Ladybug:
    """`variants` are the ways to ask; the benchmark lets the fastest one compete."""

    def __init__(self, directory: Directory) -> None:
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._database = ladybug.Database(str(folder / "paths.lbdb"))
        self._connection = ladybug.Connection(self._database)
        _load(self._connection, directory, folder)
        self._union = self._connection.prepare(UNION)
        self._each = [self._connection.prepare(pattern.statement()) for pattern in PATTERNS]
        self.variants = {"one union": self._by_union, "one statement per pattern": self._by_each}

    def _by_union(self, source: int, target: int) -> Found:
        return best(self._rows(self._union, source, target))

    def _by_each(self, source: int, target: int) -> Found:
        return best([row for statement in self._each for row in self._rows(statement, source, target)])

    def _rows(self, statement: Any, source: int, target: int) -> list[list[int]]:
        result = self._connection.execute(statement, {"source": source, "target": target})
        rows: list[list[int]] = result.get_all()
        result.close()
        return rows


def _load(connection: ladybug.Connection, directory: Directory, folder: Path) -> None:
    bounds = np.cumsum([0, directory.providers, directory.programs, directory.industries])
    for kind, first, last in zip(("Provider", "Program", "Industry"), bounds, bounds[1:], strict=False):
        connection.execute(f"CREATE NODE TABLE {kind}(id INT64 PRIMARY KEY)")
        _copy(connection, kind, {"id": np.arange(first, last)}, folder)
    for number, kind in enumerate(TYPES):
        of = directory.kinds == number
        start, end = _ENDS[kind]
        connection.execute(f"CREATE REL TABLE {kind}(FROM {start} TO {end}, cost INT64, edge INT64)")
        columns = {
            "from": directory.starts[of],
            "to": directory.ends[of],
            "cost": directory.costs[of],
            "edge": np.flatnonzero(of),
        }
        _copy(connection, kind, columns, folder)


def _copy(connection: ladybug.Connection, kind: str, columns: dict[str, Any], folder: Path) -> None:
    file = folder / f"{kind}.parquet"
    pq.write_table(pa.table(columns), file)
    connection.execute(f"COPY {kind} FROM '{file}'")

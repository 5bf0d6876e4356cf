"""Rows of a question's statements and the nodes it named, kept with the answers of a generation.

Many parameters change what is made of the rows, not the statements that fetch them: asked with another one of those, a question
starts no engine. A file holds the rows of one question by a hash of each statement and its parameters, under a name made of the
question and the program; it goes with its generation.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graph.put import put
from graph.store import Rows
from queries.telling.nodes import know_again, known_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from graph.snapshot import Snapshot
    from graph.store import Engine, Generation, Reader, Value

DECIMAL = "decimal"
SNAPSHOT = "snapshot"
LARGEST = 1 << 20
"""Letters of a question's rows; beyond that no more are kept."""


class RowsReader:
    """A reader of one generation that opens the engine when it is first needed: for a statement whose rows are not kept."""

    engine: Engine = "ladybug"

    def __init__(self, file: Path, generation: Generation, opening: Callable[[], Reader]) -> None:
        """`file` lies two folders below the generation's own."""
        self.generation = generation
        self._file, self._opening = file, opening
        kept = _kept_in(file)
        self._rows, self._before = kept["rows"], len(kept["rows"]) + len(kept["nodes"])
        know_again(self, kept["nodes"])

    @cached_property
    def _reader(self) -> Reader:
        return self._opening()

    def query(self, cypher: str, params: Mapping[str, Value]) -> Rows:
        """Rows of a read-only statement, as the engine gives them or gave them before; StoreError when it refuses it."""
        asked = hashlib.blake2b(json.dumps([cypher, sorted(params.items())]).encode(), digest_size=16).hexdigest()
        if asked in self._rows:
            columns, rows = self._rows[asked]
            return Rows(tuple(columns), [tuple(row) for row in rows])
        found = self._reader.query(cypher, params)
        if _told_whole(found.rows):
            self._rows[asked] = [list(found.columns), found.rows]
        return found

    def nodes(self, kind: str) -> pl.DataFrame:
        """As the engine's own reader."""
        return self._reader.nodes(kind)

    def relationships(self, type: str, start_kind: str, end_kind: str) -> pl.DataFrame:
        """As the engine's own reader."""
        return self._reader.relationships(type, start_kind, end_kind)

    def snapshot(self) -> Snapshot:
        """The generation's own, which needs no engine where it is there."""
        from graph.snapshot import open_snapshot

        return open_snapshot(self._file.parents[2] / SNAPSHOT) or self._reader.snapshot()

    def keep(self) -> None:
        """Write down what was asked of the engine, where there is room and leave to write."""
        nodes = known_of(self)
        if len(self._rows) + len(nodes) == self._before:
            return
        text = _written({"rows": self._rows, "nodes": nodes})
        if len(text) > LARGEST:
            return
        with suppress(OSError):
            put(self._file, text)

    def close(self) -> None:
        """Let go of the engine, where it was started."""
        if "_reader" in self.__dict__:
            self._reader.close()


def _kept_in(file: Path) -> dict[str, Any]:
    """What was kept; nothing where it cannot be read any more."""
    with suppress(OSError, ValueError, ArithmeticError, AttributeError, TypeError, KeyError):
        told = _read(file.read_text(encoding="utf-8"))
        if all(len(each) == 2 for each in told["rows"].values()) and all(len(node) == 3 for node in told["nodes"]):
            return {"rows": told["rows"], "nodes": told["nodes"]}
    return {"rows": {}, "nodes": []}


def _told_whole(rows: list[tuple[Any, ...]]) -> bool:
    """Whether rows come back from a file as they are."""
    with suppress(TypeError, ValueError, ArithmeticError):
        return repr([tuple(row) for row in _read(_written(rows))]) == repr(rows)
    return False


def _written(told: Any) -> str:
    """As JSON; the engine sums whole numbers to decimals."""

    def decimal(value: Any) -> dict[str, str]:
        if type(value).__name__ != "Decimal":
            raise TypeError
        return {DECIMAL: str(value)}

    return json.dumps(told, ensure_ascii=False, default=decimal)


def _read(text: str) -> Any:
    def decimal(told: dict[str, Any]) -> Any:
        if DECIMAL not in told:
            return told
        from decimal import Decimal

        return Decimal(str(told[DECIMAL]))

    return json.loads(text, object_hook=decimal)

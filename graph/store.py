"""The store contract: what an engine must do to keep the network. `ladybug_store` and `neo4j_store` keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from graph.wording import in_both

if TYPE_CHECKING:
    import polars as pl

    from graph.frames import NodeFrame, RelationshipFrame
    from graph.snapshot import Snapshot

Engine = Literal["ladybug", "neo4j"]
Scalar = str | int | float | bool | None
Value = Scalar | Sequence[Scalar]
Progress = Callable[[str, int, int], None]
"""Called with what is being loaded, rows done and rows in all."""


@dataclass(frozen=True)
class Generation:
    """One published state of the network. `id` is the content hash of all its datasets, so equal content has an equal id."""

    id: str
    created_at: str
    datasets: tuple[Mapping[str, Any], ...]
    """One mapping for each dataset, sorted by id: the fields of its card, its content `hash`, and `rows` by table."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Nodes by kind and relationships by type."""
    current: bool = field(default=False, compare=False)
    """Whether it is the one that answers now; set where generations are listed."""
    unchanged: bool = field(default=False, compare=False)
    """Set on what a load returns when the same content was already published, so nothing was done."""


@dataclass(frozen=True)
class Rows:
    """A query's result."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]


class Reader(Protocol):
    """Answers from one generation, however many loads happen meanwhile. Safe to use from several threads."""

    engine: Engine
    generation: Generation

    def query(self, cypher: str, params: Mapping[str, Value]) -> Rows:
        """Rows of a read-only statement; StoreError when the engine refuses it."""

    def nodes(self, kind: str) -> pl.DataFrame:
        """All nodes of a kind, a column for each property, in columns from end to end."""

    def relationships(self, type: str, start_kind: str, end_kind: str) -> pl.DataFrame:
        """All relationships of a type between two kinds: `start`, `end`, then a column for each property."""

    def snapshot(self) -> Snapshot:
        """The generation's cases and ids as memory-mapped columns."""

    def close(self) -> None:
        """Let go of the engine's resources."""


class Store(Protocol):
    """Keeps generations on one engine."""

    engine: Engine

    def current(self, to_change: bool = False) -> Generation | None:
        """The published generation, None before the first load. `to_change` asks where loads are written, never a late copy."""

    def publish(self, generation: Generation, frames: Iterator[NodeFrame | RelationshipFrame], progress: Progress) -> None:
        """Load a generation, nodes before relationships, and make it current: all of it or nothing."""

    def reader(self, generation_id: str | None = None) -> Reader:
        """A reader of the current generation, or of a kept one; NoGeneration when there is none such."""

    def close(self) -> None:
        """Let go of the engine's resources."""


class StoreError(Exception):
    """An engine refused or could not be reached; the message is one line that says what to do, in Korean and English."""

    def __init__(self, ko: str, en: str = "") -> None:
        super().__init__(in_both(ko, en) if en else ko)
        self.ko, self.en = ko, en or ko


class NoGeneration(StoreError):
    """Nothing is published yet, or not under that id."""


class ReplacedGeneration(NoGeneration):
    """A load replaced the reader's generation while it was answering; a new reader answers."""


class ConflictingFact(StoreError):
    """Two datasets say different things of the same node."""


class DanglingReference(StoreError):
    """A row points at an id that no dataset holds."""


class LoadInProgress(StoreError):
    """Another load holds the workspace."""

"""A checked dataset: what loaders hand over and the graph keeps as its system of record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

KnownIds: TypeAlias = "Mapping[str, pl.Series]"
"""Table name to the ids that other datasets of the workspace already hold."""


@dataclass(frozen=True)
class DatasetCard:
    """What a dataset says of itself (`dataset.yaml`). Days are ISO text."""

    id: str
    title: str
    selection: str
    publisher: str | None = None
    published_on: str | None = None
    disclosure: str = "protected"
    synthetic: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Dataset:
    """One dataset's tables, checked.

    Each frame holds every column its table declares, in declared order: Int64 for integer, Boolean for boolean, String for all
    others, null where a cell was empty; `locator` is never null. Tables with no row are left out. `closed` says that all its
    references were found within itself, so that no other dataset's coming or going leaves one of them pointing nowhere.
    """

    card: DatasetCard
    tables: Mapping[str, pl.DataFrame]
    closed: bool = False


@runtime_checkable
class Scanned(Protocol):
    """Tables that lie on disk: any part of one can be read without the rest of it."""

    def scan(self, table: str) -> pl.LazyFrame:
        """The table's rows, in key order; KeyError when the dataset has none."""

    def height(self, table: str) -> int:
        """How many rows a table has."""

    def parts(self, table: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Columns of a table's rows in the same order, a part in memory at a time."""

    def write(self, table: str, file: Path) -> None:
        """Write the table's rows, in the same order, to a Parquet file."""

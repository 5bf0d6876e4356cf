"""A table after its cells were checked, and the outcome of checking a whole folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import Dataset
    from graph.schema import Table
    from loaders.raw import RawTable
    from loaders.report import Report

Piece: TypeAlias = "pl.DataFrame | bytes"
"""Rows of a table; those of a large one are packed as Parquet, in a tenth of the memory."""


@dataclass(frozen=True)
class CheckedTable:
    """One table with typed cells: a column for each declared one, null where empty, refused or not given."""

    raw: RawTable
    """Without its cells."""
    declared: Table
    pieces: tuple[Piece, ...]
    given: frozenset[str]

    @property
    def whole(self) -> bool:
        """False when ids may be missing, so that nothing can be said of what refers to them."""
        return self.raw.whole and "id" in self.given

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.raw.lines)

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        """Some columns of all rows."""
        import polars as pl

        return pl.concat([_columns(piece, names) for piece in self.pieces])

    def column(self, name: str) -> pl.Series:
        """One column of all rows."""
        return self.select([name])[name]

    def parts(self, *names: str) -> Iterator[CheckedTable]:
        """The table piece by piece, one of them unpacked at a time; all columns, or those named."""
        start = 0
        for piece in self.pieces:
            frame = _columns(piece, names or list(self.declared.columns))
            lines = self.raw.lines.slice(start, frame.height)
            yield replace(self, raw=replace(self.raw, lines=lines), pieces=(frame,))
            start += frame.height


def packed(frame: pl.DataFrame) -> bytes:
    """Rows as the bytes of a Parquet file."""
    held = BytesIO()
    frame.write_parquet(held, compression="lz4", statistics=False)
    return held.getvalue()


def _columns(piece: Piece, names: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    return pl.read_parquet(piece, columns=list(names)) if isinstance(piece, bytes) else piece.select(names)


class CheckedTables(Mapping[str, "pl.DataFrame"]):
    """The tables of a checked dataset, each whole when asked for, or as far as it is scanned."""

    def __init__(self, tables: Mapping[str, CheckedTable]) -> None:
        self._tables = tables

    def __getitem__(self, table: str) -> pl.DataFrame:
        """All rows of a table."""
        return self._tables[table].select(list(self._tables[table].declared.columns))

    def scan(self, table: str) -> pl.LazyFrame:
        """A table's rows as they stand in its file, read as far as they are asked for."""
        import polars as pl

        return pl.concat(
            [pl.scan_parquet(piece) if isinstance(piece, bytes) else piece.lazy() for piece in self._tables[table].pieces]
        )

    def parts(self, table: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Columns of a table's rows as they stand in its file, one piece of it unpacked at a time."""
        return (_columns(piece, columns) for piece in self._tables[table].pieces)

    def height(self, table: str) -> int:
        """How many rows a table has."""
        return self._tables[table].height

    def __contains__(self, table: object) -> bool:
        """Whether the dataset has rows in a table; a Mapping would read it to find out."""
        return table in self._tables

    def __iter__(self) -> Iterator[str]:
        """The names of the tables that have rows."""
        return iter(self._tables)

    def __len__(self) -> int:
        """How many tables have rows."""
        return len(self._tables)


@dataclass(frozen=True)
class Checked:
    """What came of a check: the dataset when nothing was refused, and the report in any case."""

    dataset: Dataset | None
    report: Report

"""A table after its cells were checked, and the outcome of checking a whole folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from graph.rows_file import ROWS, RowsFile

if TYPE_CHECKING:
    import polars as pl

    from graph.dataset import Dataset
    from graph.schema import Table
    from loaders.raw import RawTable
    from loaders.report import Report


@dataclass(frozen=True)
class Packed:
    """Some rows of a large table, all of which are packed as one Parquet file, in a tenth of the memory."""

    file: bytes
    first: int
    height: int

    def lazy(self) -> pl.LazyFrame:
        """These rows, unpacked as far as they are asked for."""
        import polars as pl

        return pl.scan_parquet(self.file).slice(self.first, self.height)

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        """Some columns of these rows."""
        return self.lazy().select(names).collect()


Piece: TypeAlias = "pl.DataFrame | Packed"
"""Rows of a table."""


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

        return pl.concat([piece.select(names) for piece in self.pieces])

    def column(self, name: str) -> pl.Series:
        """One column of all rows."""
        return self.select([name])[name]

    def parts(self, *names: str) -> Iterator[CheckedTable]:
        """The table piece by piece, one of them unpacked at a time; all columns, or those named."""
        start = 0
        for piece in self.pieces:
            frame = piece.select(names or list(self.declared.columns))
            lines = self.raw.lines.slice(start, frame.height)
            yield replace(self, raw=replace(self.raw, lines=lines), pieces=(frame,))
            start += frame.height


class Packing:
    """Packs the rows of a table as they come, by a thread of its own while the next are checked. Use as a context manager."""

    def __init__(self) -> None:
        self._held = BytesIO()
        self._file = RowsFile(self._held)
        self._heights: list[int] = []
        self._first: list[pl.DataFrame] = []
        self._packing: Future[None] | None = None
        self._beside = ThreadPoolExecutor(1, "packing")

    def __enter__(self) -> Packing:
        """Ready for rows."""
        return self

    def __exit__(self, *_: object) -> None:
        """No rows come any more."""
        self._beside.shutdown()

    def append(self, rows: pl.DataFrame) -> None:
        """Take the next rows, once those before them are packed; the first are packed when others follow."""
        self._heights.append(rows.height)
        self._first.append(rows)
        while len(self._heights) > 1 and self._first:
            self._wait()
            self._packing = self._beside.submit(self._file.append, self._first.pop(0))

    def _wait(self) -> None:
        if self._packing is not None:
            self._packing.result()

    def pieces(self) -> tuple[Piece, ...]:
        """All rows as they came; asked for at the end."""
        self._wait()
        self._file.close()
        file, ends = self._held.getvalue(), accumulate(self._heights)
        packed = (Packed(file, end - height, height) for end, height in zip(ends, self._heights, strict=True))
        return tuple(self._first or packed)


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

        return pl.concat([piece.lazy() for piece in self._tables[table].pieces])

    def write(self, table: str, file: Path) -> None:
        """Write a table's rows, as they stand in its file, to a Parquet file."""
        first = self._tables[table].pieces[0]
        if isinstance(first, Packed):
            file.write_bytes(first.file)
        else:
            self.scan(table).sink_parquet(file, compression="lz4", row_group_size=ROWS)

    def parts(self, table: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """Columns of a table's rows as they stand in its file, one piece of it unpacked at a time."""
        return (piece.select(columns) for piece in self._tables[table].pieces)

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

"""Columns of a synthetic dataset and the files they are written to, one block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FileFormat = Literal["csv", "parquet"]
Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Table = Mapping[str, pa.Array]

# One block's case ids still fit a Parquet dictionary page of this many bytes, so that steps repeat a code, not an id.
DICTIONARY_PAGE = 4 << 20


def texts(values: Iterable[str | None]) -> pa.Array:
    """A text column from its cells; None is an empty cell."""
    return pa.array(list(values), pa.string())


def integers(values: Integers, empty: Flags | None = None) -> pa.Array:
    """An integer column; cells flagged in `empty` are empty."""
    return pa.array(values, pa.int64(), mask=empty)


def flags(values: Flags, empty: Flags | None = None) -> pa.Array:
    """A yes/no column; cells flagged in `empty` are empty."""
    return pa.array(values, pa.bool_(), mask=empty)


def coded(picks: Integers, values: pa.Array) -> pa.Array:
    """A text column of picks from `values`; a pick below zero is an empty cell."""
    return pa.DictionaryArray.from_arrays(pa.array(picks.astype(np.int32), mask=picks < 0), values)


def numbered(prefix: str, first: int, count: int, width: int) -> pa.Array:
    """The texts `prefix` + number for `count` numbers from `first`, padded with zeros to `width` digits."""
    return numbers_as_text(prefix, np.arange(first, first + count), width)


def numbers_as_text(prefix: str, numbers: Integers, width: int) -> pa.Array:
    """The texts `prefix` + number, padded with zeros to `width` digits."""
    digits = pa.array(numbers, pa.int64()).cast(pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_lpad(digits, width, "0"), "")


class TableFiles:
    """The files of one dataset folder, opened when a table's first rows come. Use as a context manager."""

    def __init__(self, directory: Path, file_format: FileFormat) -> None:
        """Files go to `directory`, which must exist."""
        self.directory = directory
        self.file_format = file_format
        self.rows: dict[str, int] = {}
        self._open = ExitStack()
        self._parquet: dict[str, pq.ParquetWriter] = {}
        self._csv: dict[str, IO[bytes]] = {}

    def __enter__(self) -> TableFiles:
        """Ready to write."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every file."""
        self._open.close()

    def write(self, name: str, table: Table) -> None:
        """Append rows to a table's file; a table without any row gets no file."""
        batch = pa.table(dict(table))
        if batch.num_rows:
            append = self._append_csv if self.file_format == "csv" else self._append_parquet
            append(name, batch)
            self.rows[name] = self.rows.get(name, 0) + batch.num_rows

    def _append_parquet(self, name: str, batch: pa.Table) -> None:
        if name not in self._parquet:
            path = self.directory / f"{name}.parquet"
            # Without Arrow's own schema the coded columns read back as plain text.
            writer = pq.ParquetWriter(path, batch.schema, store_schema=False, dictionary_pagesize_limit=DICTIONARY_PAGE)
            self._parquet[name] = self._open.enter_context(writer)
        self._parquet[name].write_table(batch)

    def _append_csv(self, name: str, batch: pa.Table) -> None:
        import polars as pl

        first = name not in self._csv
        if first:
            self._csv[name] = self._open.enter_context((self.directory / f"{name}.csv").open("wb"))
        # Decoded in Arrow: Polars would keep every code it has ever seen.
        frame = pl.DataFrame({column: pl.from_arrow(_plain(batch[column])) for column in batch.column_names})
        frame.write_csv(self._csv[name], include_header=first)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column

"""Parquet files as raw tables: the same columns as CSV, for datasets of national size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from loaders.raw import SLICE, RawTable, UnreadableSlice, ahead, raw_table

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    import pyarrow as pa

    from loaders.report import Findings

MOST_CELLS = 2_000_000_000
LARGEST_UNPACKED = 32 * 1024**3
LARGEST_WHOLE = 1e15
"""Whole numbers up to here are told exactly by a float; a float that is no number stands for an empty cell."""


def read_parquet(path: Path, name: str, findings: Findings) -> Iterable[RawTable] | None:
    """The table in a Parquet file, its rows numbered from 1; None with a refusal when it cannot be read.

    A large one comes in slices, read as they are asked for; UnreadableSlice where that fails. Arrow reads them, as it
    reports a damaged file as an error (polars panics on some), and checks every text's encoding.
    """
    import polars as pl
    import pyarrow as pa

    try:
        if not _is_moderate(path):
            findings.add("zip_bomb", path.name)
            return None
        if _can_be_sliced(path):
            return ahead(_slices(path, name))
        return _raw(name, path.name, pl.DataFrame(_read_plain(path))).slices()
    except (pl.exceptions.PolarsError, pa.ArrowException, ValueError, OSError):
        findings.add("unreadable_file", path.name)
        return None


def _can_be_sliced(path: Path) -> bool:
    """True for a large file whose every cell can be read without the rest of its column."""
    import pyarrow.parquet as pq
    import pyarrow.types as types

    about = pq.read_schema(path)
    by_itself = not any(types.is_floating(kind) or types.is_timestamp(kind) for kind in about.types)
    return by_itself and all(name.strip() for name in about.names) and pq.read_metadata(path).num_rows > SLICE


def _slices(path: Path, name: str) -> Iterator[RawTable]:
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = 1
    try:
        with pq.ParquetFile(path, memory_map=False) as file:
            for batch in file.iter_batches(SLICE):
                frame = pl.DataFrame(_plain(pa.Table.from_batches([batch])))
                yield _raw(name, path.name, frame, first)
                first += frame.height
    except (pl.exceptions.PolarsError, pa.ArrowException, ValueError, OSError) as damaged:
        raise UnreadableSlice(path.name) from damaged


def _read_plain(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return _plain(pq.read_table(path, memory_map=False, partitioning=None))


def _plain(table: pa.Table) -> pa.Table:
    """The columns, each of plain values and without remarks; ValueError where one is not plain."""
    import pyarrow as pa

    table.validate(full=True)
    if not all(_is_plain(kind) for kind in table.schema.types) or len(set(table.column_names)) < table.num_columns:
        raise ValueError(", ".join(table.column_names))
    return pa.Table.from_arrays(table.columns, names=table.column_names)


def _is_plain(kind: pa.DataType) -> bool:
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    plain = (
        types.is_string,
        types.is_large_string,
        types.is_string_view,
        types.is_integer,
        types.is_floating,
        types.is_boolean,
    )
    if types.is_timestamp(kind):
        return kind.tz is None
    return any(is_kind(kind) for is_kind in (*plain, types.is_date, types.is_null))


def _is_moderate(path: Path) -> bool:
    """True when the file's own description of itself is of a size that can be held."""
    import pyarrow.parquet as pq

    about = pq.read_metadata(path)
    unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    return bool(about.num_rows * about.num_columns <= MOST_CELLS and unpacked <= LARGEST_UNPACKED)


def _raw(name: str, file: str, frame: pl.DataFrame, first: int = 1) -> RawTable:
    import polars as pl

    header = list(frame.columns)
    texts = pl.DataFrame([_text(column).alias(str(at)) for at, column in enumerate(frame.iter_columns())])
    return raw_table(name, file, header, 0, texts, pl.int_range(first, first + frame.height, eager=True))


def _text(column: pl.Series) -> pl.Series:
    """A column's values as a CSV file would hold them."""
    import polars as pl

    if column.dtype.is_float():
        told = column.fill_nan(None)
        whole = ((told == told.floor()) & (told.abs() < LARGEST_WHOLE)).all()
        return told.cast(pl.Int64).cast(pl.String) if whole else told.cast(pl.String)
    if column.dtype == pl.Datetime:
        return column.dt.strftime("%Y-%m-%d") if (column.dt.time() == pl.time(0)).all() else column.cast(pl.String)
    return column.cast(pl.String)

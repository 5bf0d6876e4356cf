"""Parquet files as raw tables: the same columns as CSV, for datasets of national size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loaders.raw import RawTable, raw_table, tidied

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from loaders.report import Findings

MOST_CELLS = 2_000_000_000
LARGEST_UNPACKED = 32 * 1024**3


def read_parquet(path: Path, name: str, findings: Findings) -> RawTable | None:
    """The table in a Parquet file, its rows numbered from 1; None with a refusal when it cannot be read."""
    import polars as pl
    import pyarrow as pa

    try:
        if not _is_moderate(path):
            findings.add("zip_bomb", path.name)
            return None
        # Read from memory: a file replaced while it is read must not pull the pages away from under the reader.
        frame = pl.read_parquet(path.read_bytes())
    except (pl.exceptions.PolarsError, pa.ArrowException, ValueError):
        findings.add("unreadable_file", path.name)
        return None
    nested = [name for name, kind in frame.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object)]
    if nested:
        findings.add("unreadable_file", path.name)
        return None
    return _raw(name, path.name, frame)


def _is_moderate(path: Path) -> bool:
    """True when the file's own description of itself is of a size that can be held."""
    import pyarrow.parquet as pq

    about = pq.read_metadata(path)
    unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    return bool(about.num_rows * about.num_columns <= MOST_CELLS and unpacked <= LARGEST_UNPACKED)


def _raw(name: str, file: str, frame: pl.DataFrame) -> RawTable:
    import polars as pl

    header = list(frame.columns)
    texts = pl.DataFrame([_text(column).alias(str(at)) for at, column in enumerate(frame.iter_columns())])
    return raw_table(name, file, header, 0, tidied(texts), pl.int_range(1, frame.height + 1, eager=True))


def _text(column: pl.Series) -> pl.Series:
    """A column's values as a CSV file would hold them."""
    import polars as pl

    if column.dtype.is_float():
        whole = (column == column.floor()).all()
        return column.cast(pl.Int64, strict=False).cast(pl.String) if whole else column.cast(pl.String)
    if column.dtype == pl.Datetime:
        return column.dt.strftime("%Y-%m-%d") if (column.dt.time() == pl.time(0)).all() else column.cast(pl.String)
    return column.cast(pl.String)

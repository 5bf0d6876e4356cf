"""Rows of a large table into one Parquet file as they come, however many there will be."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

ROWS = 500_000
"""Most rows in a group of a file: what is read of it at once."""


class RowsFile:
    """A Parquet file, on disk or in memory, whose rows are appended to. Use as a context manager.

    Arrow writes it: half the work of polars, which would also need all rows at once.
    """

    def __init__(self, place: Path | IO[bytes]) -> None:
        self._place = place
        self._writer: Any = None

    def __enter__(self) -> RowsFile:
        """Ready for rows; at least some must come, as they tell the columns."""
        return self

    def append(self, rows: pl.DataFrame) -> None:
        """Write the next rows, always of the same columns."""
        import pyarrow.parquet as pq

        table = rows.to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._place, table.schema, compression="lz4", write_statistics=False)
        self._writer.write_table(table, row_group_size=ROWS)

    def __exit__(self, *_: object) -> None:
        """Whole, or given up."""
        self.close()

    def close(self) -> None:
        """Write what tells where everything lies."""
        if self._writer is not None:
            self._writer.close()

"""A table as it stands in its file: text cells and the line each row stands on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


SLICE = 500_000
"""Rows of a table that are checked at once; of more, memory is taken anew for every step, which costs as much as the checks."""


class UnreadableSlice(Exception):
    """A part of a table's file cannot be read; the parts before it could."""


def ahead(slices: Iterator[RawTable]) -> Iterator[RawTable]:
    """The same slices, the next one read by a thread of its own while one is checked."""
    with ThreadPoolExecutor(1, "reading") as beside:
        coming = beside.submit(next, slices, None)
        while (found := coming.result()) is not None:
            coming = beside.submit(next, slices, None)
            yield found


@dataclass(frozen=True)
class RawTable:
    """One table as read, before any check of its content.

    `frame` has a String column for each header cell, named "0", "1", …, null where a cell is empty. `distinct` holds the values
    of each column once, as lists in one row, in any order and without null: several checks ask for them. `lines` holds the
    file's own line of each row. `whole` is False when some rows could not be read, so that ids may be missing.
    """

    name: str
    file: str
    header: tuple[str, ...]
    header_line: int
    frame: pl.DataFrame
    distinct: pl.DataFrame
    lines: pl.Series
    whole: bool = True

    def slices(self) -> Iterator[RawTable]:
        """The table in parts of at most `SLICE` rows; one part for a table without rows."""
        if self.frame.height <= SLICE:
            yield self
            return
        for start in range(0, self.frame.height, SLICE):
            frame = self.frame.slice(start, SLICE)
            yield replace(self, frame=frame, distinct=_distinct(frame), lines=self.lines.slice(start, SLICE))

    def without_cells(self) -> RawTable:
        """The same table, its cells no longer held."""
        return replace(self, frame=self.frame.clear(), distinct=self.distinct.clear())


def raw_table(
    name: str, file: str, header: list[str], header_line: int, frame: pl.DataFrame, lines: pl.Series, whole: bool = True
) -> RawTable:
    """A raw table of tidy cells, without blank rows and without unnamed empty columns; header cells lose outer spaces."""
    import polars as pl

    frame, distinct = _tidied(frame)
    names = [cell.strip() for cell in header]
    kept = [str(i) for i, name in enumerate(names) if name or frame[str(i)].null_count() < frame.height]
    frame, distinct = (held.select(kept).rename({old: str(new) for new, old in enumerate(kept)}) for held in (frame, distinct))
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series() if kept else pl.Series([True] * frame.height)
    if blank.any():
        frame, lines = frame.filter(~blank), lines.filter(~blank)
    return RawTable(name, file, tuple(names[int(i)] for i in kept), header_line, frame, distinct, lines, whole)


def _tidied(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Text cells without outer spaces and with composed Hangul, empty ones null, and their distinct values.

    Columns of plain codes are left alone; their distinct values tell which those are.
    """
    import polars as pl

    distinct = _distinct(frame)
    if not frame.width:
        return frame, distinct
    untidy = distinct.select(pl.all().explode().str.contains(r"^$|[^!-~]").any()).row(0, named=True)
    names = [name for name, found in untidy.items() if found]
    text = pl.col(names).str.normalize("NFC").str.strip_chars()
    frame = frame.with_columns(pl.when(text == "").then(None).otherwise(text).name.keep())
    return frame, distinct.with_columns(_distinct(frame.select(names)))


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Equal values of a column that rises stand together; only in others they have to be looked for."""
    import polars as pl

    rising = [column.name for column in frame.iter_columns() if column.is_sorted()]
    begins = pl.col(rising).filter(pl.col(rising).ne_missing(pl.col(rising).shift(1)))
    return frame.select(begins.drop_nulls().implode(), pl.exclude(rising).drop_nulls().unique().implode()).select(frame.columns)

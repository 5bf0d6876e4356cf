"""A table as it stands in its file: text cells and the line each row stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


SLICE = 1_000_000
"""Rows of a table that are checked at once."""


class UnreadableSlice(Exception):
    """A part of a table's file cannot be read; the parts before it could."""


@dataclass(frozen=True)
class RawTable:
    """One table as read, before any check of its content.

    `frame` has a String column for each header cell, named "0", "1", …, null where a cell is empty. `lines` holds the
    file's own line of each row. `whole` is False when some rows could not be read, so that ids may be missing.
    """

    name: str
    file: str
    header: tuple[str, ...]
    header_line: int
    frame: pl.DataFrame
    lines: pl.Series
    whole: bool = True

    @cached_property
    def distinct(self) -> pl.DataFrame:
        """The distinct values of each column as lists in one row, in any order, without null: several checks ask for them."""
        import polars as pl

        return self.frame.select(pl.all().drop_nulls().unique().implode())

    def slices(self) -> Iterator[RawTable]:
        """The table in parts of at most `SLICE` rows; one part for a table without rows."""
        for start in range(0, max(self.frame.height, 1), SLICE):
            yield replace(self, frame=self.frame.slice(start, SLICE), lines=self.lines.slice(start, SLICE))


def raw_table(
    name: str, file: str, header: list[str], header_line: int, frame: pl.DataFrame, lines: pl.Series, whole: bool = True
) -> RawTable:
    """A raw table without blank rows and without unnamed empty columns; header cells lose outer spaces."""
    import polars as pl

    names = [cell.strip() for cell in header]
    kept = [str(i) for i, name in enumerate(names) if name or frame[str(i)].null_count() < frame.height]
    frame = frame.select(kept).rename({old: str(new) for new, old in enumerate(kept)})
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series() if kept else pl.Series([True] * frame.height)
    if blank.any():
        frame, lines = frame.filter(~blank), lines.filter(~blank)
    return RawTable(name, file, tuple(names[int(i)] for i in kept), header_line, frame, lines, whole)


def tidied(frame: pl.DataFrame) -> pl.DataFrame:
    """Text cells without outer spaces and with composed Hangul; empty ones are null. Columns of plain codes are left alone."""
    import polars as pl

    if not frame.width:
        return frame
    untidy = frame.select(pl.all().str.contains(r"^$|[^!-~]").any()).row(0, named=True)
    text = pl.col([name for name, found in untidy.items() if found]).str.normalize("NFC").str.strip_chars()
    return frame.with_columns(pl.when(text == "").then(None).otherwise(text).name.keep())

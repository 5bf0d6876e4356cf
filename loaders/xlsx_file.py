"""XLSX files: each sheet is a table, and a sheet named `dataset` is the card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from graph.schema import ColumnType, Table, load_schema
from loaders.card import Entry
from loaders.raw import RawTable, raw_table
from loaders.xlsx_guard import guarded

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from loaders.report import Findings
    from loaders.xlsx_guard import SheetFormula

CARD_SHEET = "dataset"
EXPLANATIONS = frozenset({"설명", "안내", "표지", "참고", "readme", "notes", "about"})
"""Sheets for people, that hold no table; so does every sheet whose name begins with an underscore."""

Sheet = tuple[str, list[list[Any]]]


def read_xlsx(path: Path, findings: Findings) -> Iterator[Sheet]:
    """Each sheet that may be a table or the card: its name and its rows from the first one; refuses what cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    formulas = guarded(path, findings)
    if formulas is None:
        return
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                if name.lower() not in EXPLANATIONS and not name.startswith("_"):
                    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                    _refuse_formulas(path.name, name, rows, formulas, findings)
                    yield name, rows
    except (CalamineError, OSError, ValueError):
        findings.add("unreadable_file", path.name)


def _refuse_formulas(
    file: str, sheet: str, rows: list[list[Any]], formulas: Sequence[SheetFormula], findings: Findings
) -> None:
    header = rows[0] if rows else []
    for cell in formulas:
        if cell.sheet == sheet:
            name = str(header[cell.column - 1]).strip() if cell.column <= len(header) else ""
            known = any(name in table.columns for table in load_schema().tables.values())
            findings.add("formula_cell", place(file, sheet), cell.row, name if known else f"#{cell.column}")


def place(file: str, sheet: str) -> str:
    """How refusals and locators name a sheet."""
    return f"{file}/{sheet}"


def is_blank(rows: list[list[Any]]) -> bool:
    """True when a sheet holds nothing."""
    return not any(_text(cell, "text") for row in rows for cell in row)


def sheet_table(file: str, sheet: str, rows: list[list[Any]], name: str, findings: Findings) -> RawTable | None:
    """The table on a sheet, its cells as the text a CSV file would hold; the first row that is not blank is the header."""
    start = next((at for at, row in enumerate(rows) if any(_text(cell, "text") for cell in row)), None)
    if start is None:
        findings.add("empty_file", place(file, sheet))
        return None
    header = [_text(cell, "text") for cell in rows[start]]
    frame = _frame(rows[start + 1 :], header, load_schema().tables[name])
    return raw_table(name, place(file, sheet), header, start + 1, frame, _lines(start + 2, frame.height))


def _lines(first: int, height: int) -> pl.Series:
    import polars as pl

    return pl.int_range(first, first + height, eager=True)


def _frame(rows: list[list[Any]], header: list[str], table: Table) -> pl.DataFrame:
    import polars as pl

    columns = {}
    for at, name in enumerate(header):
        kind: ColumnType = table.columns[name.strip()].type if name.strip() in table.columns else "text"
        columns[str(at)] = pl.Series([_text(row[at], kind) for row in rows], dtype=pl.String)
    return pl.DataFrame(columns)


def _text(cell: Any, kind: ColumnType) -> str:
    writer = next((write for types, write in WRITERS if isinstance(cell, types)), _plain)
    return writer(cell, kind)


def _plain(cell: Any, _: ColumnType) -> str:
    return str(cell)


def _moment(cell: datetime, kind: ColumnType) -> str:
    return _day(cell.date(), kind) if cell.time() == time() else cell.isoformat(sep=" ")


def _day(cell: date, kind: ColumnType) -> str:
    """A day; in a month's column the first of a month is that month, as a spreadsheet turns 2025-03 into such a day."""
    return f"{cell:%Y-%m}" if kind == "month" and cell.day == 1 else cell.isoformat()


def _number(cell: float, _: ColumnType) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)


WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, ColumnType], str]], ...] = (
    (str, _plain),
    (bool, lambda cell, _: "true" if cell else "false"),
    (float, _number),
    (datetime, _moment),
    (date, _day),
    ((time, timedelta), _plain),
)


def card_entries(rows: list[list[Any]]) -> list[Entry]:
    """The entries of a card's sheet: a name and a value in the first two cells of each row."""
    entries = []
    for line, row in enumerate(rows, start=1):
        cells = [_text(cell, "text").strip() for cell in row[:2]]
        if len(cells) == 2 and cells[0] and cells != ["key", "value"]:
            entries.append(Entry(cells[0], cells[1], line))
    return entries

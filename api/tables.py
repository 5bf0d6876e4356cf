"""A table as every page shows it: sorted by any column, page by page, names in place of ids, an interval beside its figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from api.console import UNORDERED, Language, shown
from queries.answer import AnswerColumn, Bilingual

MOST_ROWS = 50
"""Rows of a table on one page; the files to download have them all."""
MAIN = ""
"""The name of a page's main table: its order stands in the address as `sort`."""
EMPTY: tuple[Any, ...] = (None, "", [], ())


@dataclass(frozen=True)
class Listing:
    """What a page lists, as it stands on the page and in a file. `name` tells it from the page's other tables.

    A column `x_name` with `x_id` beside it is shown as a link to that node.
    """

    name: str
    title: Bilingual
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Cell:
    """One cell: its value, and where it leads. `links` pairs an id with the name to show for it; `interval` its two ends."""

    value: Any
    links: tuple[tuple[str, str], ...] = ()
    in_order: bool = False
    interval: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Asked:
    """How a table is to be shown: sorted by a column (`-name` for descending), which page of it, and with every column."""

    sort: str = ""
    page: int = 1
    lang: Language = "ko"
    whole: bool = False


@dataclass(frozen=True)
class TableView:
    """The columns that are shown and one page of their cells. `total` counts the rows of all pages."""

    title: Bilingual
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sort: str
    total: int
    page: int = 1
    pages: int = 1
    name: str = MAIN
    intervals: frozenset[str] = field(default=frozenset())
    """Columns whose cells hold an interval."""
    sortable: bool = True
    whole: bool = True
    more: int = 0
    """Columns that are shown only when every one is asked for."""

    def param(self, word: str) -> str:
        """What `sort` or `page` of this table is called in the address."""
        return f"{word}_{self.name}" if self.name else word

    @property
    def region(self) -> str:
        """The id of the part of the page that holds it."""
        return f"table-{self.name}" if self.name else "answer"


def table_view(
    listing: Listing,
    captions: Mapping[str, str],
    asked: Asked,
    hides: frozenset[str] = frozenset(),
    first: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> TableView:
    """A listing made ready for its page; a page past the last is the last.

    `hides` names columns the page does not show; those that hold nothing at all are not shown either. Where `first` names
    columns, these come first, and the rest only when every column is asked for.
    """
    columns, merged, folded = listing.columns, _named_by(listing.columns), _intervals(listing.columns)
    ends = {name for both in folded.values() for name in both}
    hidden = {*hides, *merged.values(), *ends, *_empty(columns, listing.rows)}
    kept, more = _kept([column for column in columns if column.name not in hidden], first, asked.whole)
    pages = max(1, -(-len(listing.rows) // most))
    page = min(max(1, asked.page), pages)
    ordered = sorted_rows(columns, listing.rows, asked, captions)[(page - 1) * most : page * most]
    records = [dict(zip((column.name for column in columns), row, strict=True)) for row in ordered]
    rows = tuple(tuple(_cell(column, record, merged, folded, captions) for column in kept) for record in records)
    return TableView(
        listing.title,
        kept,
        rows,
        asked.sort,
        len(listing.rows),
        page,
        pages,
        listing.name,
        frozenset(folded),
        True,
        asked.whole,
        more,
    )


def _kept(columns: Sequence[AnswerColumn], first: Sequence[str], whole: bool) -> tuple[tuple[AnswerColumn, ...], int]:
    """The columns to show, and how many are shown only on request."""
    leading = sorted((column for column in columns if column.name in first), key=lambda column: first.index(column.name))
    rest = [column for column in columns if column.name not in first] if leading else []
    return (*(leading or columns), *(rest if whole else ())), len(rest)


def sorted_rows(
    columns: Sequence[AnswerColumn], rows: Sequence[tuple[Any, ...]], asked: Asked, captions: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    """Rows in the order of one column as a reader sees it; the unknown last, and the order they came in where equal."""
    names = [column.name for column in columns]
    wanted = asked.sort.removeprefix("-")
    if wanted not in names:
        return list(rows)
    place = names.index(wanted)

    def order(row: tuple[Any, ...]) -> tuple[int, float, str]:
        value = row[place]
        if isinstance(value, int | float):
            return (0, float(value), "")
        called = [captions.get(str(each), str(each)) for each in several(value)]
        return (1, 0.0, shown(called, asked.lang, columns[place].vocabularies))

    known = sorted((row for row in rows if row[place] not in EMPTY), key=order, reverse=asked.sort.startswith("-"))
    return known + [row for row in rows if row[place] in EMPTY]


def several(value: Any) -> list[str]:
    """A cell's values as text: none, one, or those of a list."""
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _named_by(columns: Sequence[AnswerColumn]) -> dict[str, str]:
    """For each column of names, the column of ids beside it: `network_name` of `network_id`, `leads` of `lead_ids`."""
    names = {column.name for column in columns}
    pairs = [(f"{name.removesuffix('_id')}_name", name) for name in names if name.endswith("_id")]
    pairs += [
        (f"{name.removesuffix('_ids')}{ending}", name) for name in names if name.endswith("_ids") for ending in ("s", "_names")
    ]
    counts = {column.name for column in columns if column.type in ("integer", "cases", "number")}
    return {name: ids for name, ids in pairs if name in names - counts}


def _intervals(columns: Sequence[AnswerColumn]) -> dict[str, tuple[str, str]]:
    """For each figure, the columns of its interval, which stand right after it."""
    found = {}
    for (figure, low), high in zip(pairwise(columns), columns[2:], strict=False):
        if figure.type == "number" and low.name.endswith("_low") and high.name.endswith("_high"):
            found[figure.name] = (low.name, high.name)
    return found


def _empty(columns: Sequence[AnswerColumn], rows: Sequence[tuple[Any, ...]]) -> set[str]:
    return {column.name for place, column in enumerate(columns) if rows and all(row[place] in EMPTY for row in rows)}


def _cell(
    column: AnswerColumn,
    record: Mapping[str, Any],
    merged: Mapping[str, str],
    folded: Mapping[str, tuple[str, str]],
    captions: Mapping[str, str],
) -> Cell:
    value = record[column.name]
    beside = record.get(merged.get(column.name, ""))
    if column.name in folded:
        low, high = (record[end] for end in folded[column.name])
        return Cell(value, interval=None if low is None or high is None else (low, high))
    if isinstance(beside, str) and value is not None:
        return Cell(value, ((beside, str(value)),))
    held = several(beside) if isinstance(beside, list | tuple) else several(value)
    if column.type == "set<case>":
        return Cell(value, tuple((each, each) for each in held))
    if (column.kinds or beside) and all(each in captions for each in held):
        in_order = column.type == "list<text>" and column.name not in UNORDERED
        return Cell(value, tuple((each, captions[each]) for each in held), in_order)
    return Cell(value)

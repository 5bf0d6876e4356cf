"""Cells: text to typed columns, each distinct value checked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from graph.schema import LOCATOR, Column, Table, load_schema
from loaders.near import near
from loaders.text import CONTROL_SHAPE, ID_SHAPE, LONGEST_TEXT

if TYPE_CHECKING:
    import polars as pl

    from loaders.raw import RawTable
    from loaders.report import Findings

DAY_SHAPE = r"^(19|20|21)\d\d-\d\d-\d\d$"
MONTH_SHAPE = r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$"
DAY_LIKE = r"^\d{4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}"
WHOLE_SHAPE = r"^[+-]?\d{1,18}(\.0+)?$"
YES = ("true", "1", "yes", "y", "예")
NO = ("false", "0", "no", "n", "아니요", "아니오")
# Where a row about a person may come from: file names, and places with numbers.
PLACE_WORDS = (
    "본문|부록|붙임|별첨|표|행|줄|쪽|면|단락|문단|lines?|pages?|rows?|pp?|l|and|body|annex|appendix|table|sheet|paragraph"
)
FILE_PLACE = r"[A-Za-z0-9_./가-힣\-]+\.(csv|xlsx|parquet|txt|pdf|hwpx?)(/[A-Za-z_]+)?"
NUMBERED_PLACE = rf"({PLACE_WORDS}|제|[A-Za-z]{{0,3}})\d[\d\-–~]*(행|줄|쪽|면|번|째|열|[a-z])?"
PLACES_SHAPE = rf"^(?i:{FILE_PLACE}|{NUMBERED_PLACE}|{PLACE_WORDS}|[\s.,;:()~–+&/#-])*$"

Fault = tuple[str, "pl.Series", Callable[[str], Mapping[str, object]]]
"""A code, a mask over the distinct values, and the words the refusal of a value needs."""


def typed_column(raw: RawTable, series: pl.Series, column: Column, table: Table, findings: Findings) -> pl.Series:
    """A column's cells in its declared type, null where empty or refused; refuses each bad cell."""
    distinct = series.drop_nulls().unique()
    refused = distinct.clear()
    for code, mask, words in _faults(distinct, column, table):
        bad = distinct.filter(mask & ~distinct.is_in(refused.implode()))
        if bad.len():
            refuse_cells(code, raw, series, series.is_in(bad.implode()), column.name, findings, words)
            refused = refused.append(bad)
    if column.required and series.null_count():
        refuse_cells("missing_value", raw, series, series.is_null(), column.name, findings)
    return converted(series.set(series.is_in(refused.implode()), None) if refused.len() else series, column)


def refuse_cells(
    code: str,
    raw: RawTable,
    shown: pl.Series | None,
    rows: pl.Series,
    column: str,
    findings: Findings,
    words: Callable[[str], Mapping[str, object]] = lambda _: {},
) -> None:
    """Refuse the cells of one column on the rows marked; `shown` are the values to mask beside them."""
    at = rows.fill_null(value=False).arg_true()
    listed = at.head(max(findings.room(raw.file), 0))
    findings.count(raw.file, at.len() - listed.len())
    for row in listed.to_list():
        value = None if shown is None else shown[row]
        value = None if value is None else str(value)
        findings.add(code, raw.file, raw.lines[row], column, value, **words(value or ""))


def _faults(distinct: pl.Series, column: Column, table: Table) -> Iterator[Fault]:
    yield "too_long", distinct.str.len_chars() > LONGEST_TEXT, lambda _: {"limit": LONGEST_TEXT}
    yield "control_character", distinct.str.contains(CONTROL_SHAPE), lambda _: {}
    if column.code:
        yield _vocabulary_fault(distinct, column.code)
    elif column.type == "id":
        yield "bad_id", ~distinct.str.contains(ID_SHAPE), lambda _: {}
    elif column.type == "integer":
        yield from _number_faults(distinct, column)
    elif column.type == "day":
        yield "bad_day", ~_is_day(distinct), lambda _: {}
    elif column.type == "month":
        yield "day_where_month", distinct.str.contains(DAY_LIKE), lambda _: {}
        yield "bad_month", ~distinct.str.contains(MONTH_SHAPE), lambda _: {}
    elif column.type == "boolean":
        yield "bad_yes_no", ~distinct.str.to_lowercase().is_in([*YES, *NO]), lambda _: {}
    elif table.person and column.name == LOCATOR.name:
        yield "free_text", ~distinct.str.contains(PLACES_SHAPE), lambda _: {}


def _vocabulary_fault(distinct: pl.Series, name: str) -> Fault:
    codes = load_schema().vocabularies[name]
    accepted = ", ".join(codes)
    return "not_in_vocabulary", ~distinct.is_in(list(codes)), lambda v: {"near": near(v, codes), "accepted": accepted}


def _number_faults(distinct: pl.Series, column: Column) -> Iterator[Fault]:
    whole = distinct.str.contains(WHOLE_SHAPE)
    yield "not_a_whole_number", ~whole, lambda _: {}
    numbers = _numbers(distinct.set(~whole, None))
    low, high = column.min, column.max
    outside = numbers < low if low is not None else numbers != numbers
    if high is not None:
        outside |= numbers > high
    yield "out_of_range", outside.fill_null(value=False), lambda _: {"low": low, "high": high}


def _is_day(distinct: pl.Series) -> pl.Series:
    return distinct.str.contains(DAY_SHAPE) & distinct.str.to_date("%Y-%m-%d", strict=False).is_not_null()


def _numbers(series: pl.Series) -> pl.Series:
    import polars as pl

    return series.str.replace(r"\.0+$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)


def converted(series: pl.Series, column: Column) -> pl.Series:
    """Sound text cells as Int64, Boolean or String."""
    if column.type == "integer":
        return _numbers(series)
    if column.type == "boolean":
        return series.str.to_lowercase().is_in(list(YES))
    return series

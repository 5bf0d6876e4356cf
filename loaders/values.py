"""Cells: text to typed columns, each distinct value checked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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

Words = Callable[[str], Mapping[str, object]]


@dataclass(frozen=True)
class CellCheck:
    """One thing a cell can be refused for: `broken` marks the bad among text values, `words` fill the refusal of one value."""

    code: str
    broken: Callable[[pl.Expr], pl.Expr]
    words: Words = lambda _: {}


def sound_cells(raw: RawTable, texts: pl.DataFrame, table: Table, findings: Findings) -> pl.DataFrame:
    """A table's text cells with the bad ones refused and emptied. All columns are screened at once."""
    if not texts.width:
        return texts
    checks = {name: cell_checks(table.columns[name], table) for name in texts.columns}
    screens = [_screened(str(raw.header.index(name)), checks[name]).alias(name) for name in texts.columns]
    suspects = raw.distinct.select(screens).row(0, named=True)
    for column in (table.columns[name] for name in texts.columns):
        if column.required and texts[column.name].null_count():
            refuse_cells("missing_value", raw, None, texts[column.name].is_null(), column.name, findings)
    cleaned = [_cleaned(raw, texts[name], checks[name], findings) for name, suspect in suspects.items() if suspect]
    return texts.with_columns(cleaned)


def _screened(place: str, checks: Sequence[CellCheck]) -> pl.Expr:
    """Whether a column holds a bad value. The distinct values come in any order, so only this one word of them is used."""
    import polars as pl

    distinct = pl.col(place).explode()
    return pl.any_horizontal(check.broken(distinct).any() for check in checks)


def _cleaned(raw: RawTable, cells: pl.Series, checks: Sequence[CellCheck], findings: Findings) -> pl.Series:
    import polars as pl

    sound = cells
    for check in checks:
        distinct = sound.drop_nulls().unique()
        bad = distinct.filter(distinct.to_frame().select(check.broken(pl.all())).to_series())
        if bad.len():
            rows = sound.is_in(bad.implode())
            refuse_cells(check.code, raw, cells, rows, cells.name, findings, check.words)
            sound = sound.set(rows.fill_null(value=False), None)
    return sound


def refuse_cells(
    code: str,
    raw: RawTable,
    shown: pl.Series | None,
    rows: pl.Series,
    column: str,
    findings: Findings,
    words: Words = lambda _: {},
) -> None:
    """Refuse the cells of one column on the rows marked; `shown` are the values to mask beside them."""
    at = rows.fill_null(value=False).arg_true()
    listed = at.head(max(findings.room(raw.file), 0))
    findings.count(raw.file, at.len() - listed.len())
    for row in listed.to_list():
        value = None if shown is None else shown[row]
        value = None if value is None else str(value)
        findings.add(code, raw.file, raw.lines[row], column, value, **words(value or ""))


def cell_checks(column: Column, table: Table) -> list[CellCheck]:
    """What is checked of the text cells of a column, in order."""
    checks = [
        CellCheck("too_long", lambda v: v.str.len_chars() > LONGEST_TEXT, lambda _: {"limit": LONGEST_TEXT}),
        CellCheck("control_character", lambda v: v.str.contains(CONTROL_SHAPE)),
    ]
    if column.code:
        return [*checks, _vocabulary_check(column.code)]
    if column.name == LOCATOR.name and table.person:
        return [*checks, CellCheck("free_text", lambda v: ~v.str.contains(PLACES_SHAPE))]
    return [*checks, *TYPE_CHECKS.get(column.type, ()), *_range_check(column)]


def _vocabulary_check(name: str) -> CellCheck:
    codes = load_schema().vocabularies[name]
    accepted = ", ".join(codes)
    return CellCheck(
        "not_in_vocabulary", lambda v: ~v.is_in(list(codes)), lambda v: {"near": near(v, codes), "accepted": accepted}
    )


def _range_check(column: Column) -> list[CellCheck]:
    low, high = column.min, column.max
    if column.type != "integer" or low is None or high is None:
        return []
    words = {"low": low, "high": high}
    return [CellCheck("out_of_range", lambda v: ~_numbers(v).is_between(low, high).fill_null(value=True), lambda _: words)]


def _is_no_day(values: pl.Expr) -> pl.Expr:
    return ~values.str.contains(DAY_SHAPE) | values.str.to_date("%Y-%m-%d", strict=False).is_null()


TYPE_CHECKS: dict[str, tuple[CellCheck, ...]] = {
    "id": (CellCheck("bad_id", lambda v: ~v.str.contains(ID_SHAPE)),),
    "integer": (CellCheck("not_a_whole_number", lambda v: ~v.str.contains(WHOLE_SHAPE)),),
    "day": (CellCheck("bad_day", _is_no_day),),
    "month": (
        CellCheck("day_where_month", lambda v: v.str.contains(DAY_LIKE)),
        CellCheck("bad_month", lambda v: ~v.str.contains(MONTH_SHAPE)),
    ),
    "boolean": (CellCheck("bad_yes_no", lambda v: ~v.str.to_lowercase().is_in([*YES, *NO])),),
}


def _numbers(values: pl.Expr) -> pl.Expr:
    import polars as pl

    return values.str.replace(r"\.0+$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)


def typed(values: pl.Expr, column: Column) -> pl.Expr:
    """Sound text cells as Int64, Boolean or String."""
    if column.type == "integer":
        return _numbers(values)
    if column.type == "boolean":
        return values.str.to_lowercase().is_in(list(YES))
    return values

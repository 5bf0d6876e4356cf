"""Direct identifiers of people, found by shape in any cell: numbers, addresses and (in `person_names`) names.

A resident registration number is known by its shape alone: numbers issued since 2020 carry no checksum.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from graph.schema import Column, Table
from loaders.columns import column_place
from loaders.person_names import NAME_HINT, is_bare_name, names_a_person
from loaders.values import refuse_cells

if TYPE_CHECKING:
    import polars as pl

    from loaders.raw import RawTable
    from loaders.report import Findings

CellKind = Literal["text", "remark", "person_id", "code"]
"""What a cell is for: a text that may name an institution, a remark, the id of a person's case, or any other id or code."""

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－ー─", "-") | dict.fromkeys("○◯⭕⚪●•∘◦", "○"))
DATE = r"(?P<date>\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
AREA = r"(?:1[016-9]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d?)"
PHONE = rf"(?<![0-9A-Za-z])(?:\+?82[-\s.)]*0?|0){AREA}[-)\s.]{{1,3}}\d{{3,4}}[-\s.]{{1,3}}\d{{4}}(?!\d)"
LICENCE_AREAS = "서울|부산|경기|강원|충북|충남|전북|전남|경북|경남|제주|대구|인천|광주|대전|울산"

SEPARATED_RESIDENT = re.compile(rf"(?<!\d)(?:19|20)?{DATE}\s?[-\s._/~·,]{{1,3}}\s?[1-8]\d{{6}}(?!\d)")
JOINED_RESIDENT = re.compile(rf"(?<![0-9A-Za-z])[A-Za-z]*{DATE}[1-8]\d{{6}}(?![0-9A-Za-z])")
MASKED_RESIDENT = re.compile(rf"(?<!\d){DATE}\s?-\s?(?:[1-8][*xX○]{{2,6}}|[*xX○]{{7}}|[1-8]\d{{1,5}}[*xX○]{{1,5}})")
ACCOUNT = re.compile(r"(?<![0-9A-Za-z\-])\d{3,6}(?:-\d{1,8}){2,3}(?![0-9\-])")
ACCOUNT_SHAPES = """
    6-2-6 3-2-6 3-3-6 4-3-6 3-4-4-2 3-6-2-3 4-2-7 3-6-5 4-4-4 4-4-4-1 4-4-4-4 3-2-6-1 3-2-7 3-4-6 3-2-5-1 6-2-5-1 3-5-6 3-2-4-3
"""
ACCOUNT_GROUPS = frozenset(tuple(map(int, shape.split("-"))) for shape in ACCOUNT_SHAPES.split())
OTHERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email_address", re.compile(r"[A-Za-z0-9._%+\-]+\s?@\s?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    ("driver_licence", re.compile(r"(?<!\d)(?:1[1-9]|2[0-8])-\d\d-\d{6}-\d\d(?!\d)")),
    ("driver_licence", re.compile(rf"(?:{LICENCE_AREAS})[\s-]?\d\d-\d{{6}}-\d\d(?!\d)")),
    ("driver_licence", re.compile(r"면허\D{0,10}\d{12}(?!\d)")),
    (
        "phone_number",
        re.compile(PHONE),
    ),
    ("phone_number", re.compile(r"(?<![0-9A-Za-z])(?:\+?82-?)?0?1[016-9][2-9]\d{6,7}(?![0-9A-Za-z])(?<=\d{11})")),
    ("phone_number", re.compile(r"\+82\s?-?1[016-9]\d{7,8}(?!\d)")),
    ("phone_number", re.compile(r"(?i)(?:전화|연락처|휴대폰|핸드폰|☎|tel|phone|h\.?p\.?)\D{0,8}0\d{8,10}(?!\d)")),
    ("account_number", re.compile(r"(?i)(?:계좌|은행|뱅크|account)[^\d\n]{0,12}\d(?:-?\d){9,15}(?!\d)")),
    ("passport_number", re.compile(r"(?i)(?:여권|passport)[^0-9\n]{0,12}[A-Z]{1,2}\d{7,8}(?!\d)")),
)
PASSPORT = re.compile(r"(?<![0-9A-Za-z])[MSROD](?:[1-9]\d{7}|\d{3}[A-Z]\d{4})(?![0-9A-Za-z])")

# A cell that matches none of these holds no number worth a closer look; polars runs this over whole columns.
NUMBER_HINT = "|".join(
    (
        r"\d{6}[^0-9A-Za-z가-힣]{0,4}[1-8][\d*xX○●•◯]{2}[\d*xX○●•◯]{4}",
        r"\d{6}[^0-9A-Za-z가-힣]{1,4}[*xX○●•◯]{7}",
        r"[0+8][0-9 )\-.+]{1,7}[-)\s.–—]{1,3}\d{3,4}[-\s.–—]{1,3}\d{4}",
        r"(^|[^0-9A-Za-z])(\+?82-?)?0?1[016-9]\d{7,8}($|[^0-9A-Za-z])",
        r"@",
        r"\d{2,6}[-–—‐‑−]\d{1,8}[-–—‐‑−]\d{1,8}",
        r"(^|[^0-9A-Za-z])[MSROD]([1-9]\d{7}|\d{3}[A-Z]\d{4})($|[^0-9A-Za-z])",
        r"(?i)계좌|은행|뱅크|account|여권|passport|면허|전화|연락처|휴대폰|핸드폰|☎|tel|phone",
        r"[０-９＠①-⑨⓪]",
        r"[\p{Nd}--0-9]{6}",
    )
)
HINT = f"{NUMBER_HINT}|{NAME_HINT}"


def is_identifying(text: str, kind: CellKind = "text") -> bool:
    """True when a text holds a direct identifier of a person."""
    return identifier_in(text, kind) is not None


def identifier_in(text: str, kind: CellKind = "text") -> str | None:
    """The code of the first direct identifier in a text, or None."""
    plain = unicodedata.normalize("NFKC", text).translate(DASHES)
    return next(_codes(plain, kind), None)


def _codes(text: str, kind: CellKind) -> Iterator[str]:
    if _has_resident_number(text):
        yield "resident_number"
    for code, pattern in OTHERS:
        if pattern.search(text):
            yield code
    if any(_is_account(found.group()) for found in ACCOUNT.finditer(text)):
        yield "account_number"
    if kind != "code" and PASSPORT.search(text):
        yield "passport_number"
    if names_a_person(text) or (kind in ("remark", "person_id") and is_bare_name(text)):
        yield "person_name"


def _has_resident_number(text: str) -> bool:
    patterns = (SEPARATED_RESIDENT, JOINED_RESIDENT, MASKED_RESIDENT)
    return any(_is_date(found["date"]) for pattern in patterns for found in pattern.finditer(text))


def _is_date(digits: str) -> bool:
    """True for YYMMDD that is a day of 1900 to 2099."""
    month, day = int(digits[2:4]), int(digits[4:6])
    return any(day <= monthrange(century + int(digits[:2]), month)[1] for century in (1900, 2000))


def _is_account(text: str) -> bool:
    groups = text.split("-")
    years = [len(group) == 4 and group[:2] in ("19", "20") for group in groups]
    return tuple(map(len, groups)) in ACCOUNT_GROUPS and not years[0] and not any(a and b for a, b in pairwise(years))


def refuse_identifiers(raw: RawTable, table: Table, findings: Findings) -> None:
    """Refuse every cell of a table, in undeclared columns too, that holds a direct identifier."""
    for name in _suspect_columns(raw.distinct):
        place, cells = int(name), raw.frame[name]
        codes = _codes_by_value(cells, cell_kind(table.columns.get(raw.header[place]), table))
        for code in sorted(set(codes.values())):
            rows = cells.is_in([value for value, found in codes.items() if found == code])
            refuse_cells(code, raw, cells, rows, column_place(raw, table, place), findings)


def _suspect_columns(distinct: pl.DataFrame) -> list[str]:
    """The columns with a cell worth a closer look, all screened at once."""
    import polars as pl

    if not distinct.width:
        return []
    hinted = distinct.select(pl.all().explode().str.contains(HINT).any())
    return [name for name, suspect in hinted.row(0, named=True).items() if suspect]


def _codes_by_value(cells: pl.Series, kind: CellKind) -> dict[str, str]:
    """Each distinct value that holds an identifier, with its code."""
    distinct = cells.drop_nulls().unique()
    suspects = distinct.filter(distinct.str.contains(HINT)).to_list()
    codes = ((value, identifier_in(value, kind)) for value in suspects)
    return {value: code for value, code in codes if code is not None}


def cell_kind(column: Column | None, table: Table) -> CellKind:
    """What the cells of a column are for; an undeclared column is taken for remarks."""
    if column is None or column.name in ("note", "award", "unit"):
        return "remark"
    if table.person and (column.name == "case_id" or (table.name == "cases" and column.name == "id")):
        return "person_id"
    return "text" if column.type == "text" and column.code is None else "code"

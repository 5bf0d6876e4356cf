"""The empty tables for people to fill in: CSV files, a card, and one workbook with explanations and drop-down lists."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graph.schema import SOURCES, Column, Label, Table, load_schema
from loaders.card import CARD_FILE, KEYS, REQUIRED
from loaders.xlsx_file import CARD_SHEET

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

WORKBOOK_FILE = "pumasi-template.xlsx"
WORKBOOK_FOLDER = "xlsx"
CODES_SHEET = "_codes"
EXPLANATION_SHEET = "설명"
LAST_ROW = 9_999
"""Rows of a sheet that carry the drop-down lists, counted from 0."""
CARD_EXAMPLE = {
    "id": ("my-network-2026", "자료의 식별자(글자, 숫자, 한글, . _ : -)", "the dataset's identifier"),
    "title": ("우리 지역 중장년 고용네트워크 2026", "자료의 제목", "its title"),
    "publisher": ("", "자료를 만든 곳", "who made it"),
    "published_on": ("", "만든 날(2026-01-31처럼)", "the day it was made"),
    "selection": (
        "sample",
        "사례를 어떻게 모았나: complete 전수, sample 표본, success_stories 성공 사례만",
        "how cases were chosen: complete, sample or success_stories",
    ),
    "disclosure": (
        "protected",
        "공개 수준: protected 보호(기본), published 이미 공개된 자료",
        "protected (default) or published",
    ),
    "synthetic": ("false", "합성 자료이면 true", "true for made-up data"),
    "note": ("", "설명", "a remark"),
}
TYPE_WORDS = {
    "id": Label("식별자(글자, 숫자, 한글과 . _ : -, 80자까지)", "identifier: letters, digits, Hangul and . _ : -, up to 80"),
    "text": Label("글", "text"),
    "integer": Label("정수(쉼표·단위 없이)", "whole number, digits only"),
    "boolean": Label("true 또는 false", "true or false"),
    "day": Label("날짜(2026-01-31처럼)", "day such as 2026-01-31"),
    "month": Label("연월(2026-01처럼, 날짜 없이)", "month such as 2026-01, no day"),
}
OPENING_LINES = (
    ("품앗이 빈 표", "Pumasi: the empty tables"),
    (
        "시트 하나가 표 하나입니다. 필요한 시트만 채우고 나머지는 비워 두어도 됩니다.",
        "Each sheet is one table; fill in those you need and leave the others empty.",
    ),
    ("첫 행의 열 이름은 바꾸지 마세요. * 표시는 꼭 채울 열입니다.", "Leave the first row as it is; * marks a required column."),
    (
        "이름, 주민등록번호, 전화번호처럼 사람을 알아볼 수 있는 값은 어느 칸에도 적지 마세요.",
        "Write no name, resident number, phone number or other identifier of a person in any cell.",
    ),
    (
        "사례는 코드와 연월만 적습니다. 날짜와 자유로운 글은 받지 않습니다.",
        "Cases hold codes and months only: no days, no free text.",
    ),
    (
        "dataset 시트의 보기를 내 자료에 맞게 고친 뒤 pumasi check 파일이름으로 확인하세요.",
        "Edit the dataset sheet, then check the file with `pumasi check FILE`.",
    ),
)


def write_template(directory: Path) -> list[Path]:
    """Write the empty tables: a CSV file each with the card, and the workbook in `xlsx/`; the folder is made where missing.

    Gives the files written. FileExistsError, naming the file, where one is there already: nothing is overwritten.
    """
    files = [directory / CARD_FILE, *(directory / f"{table.name}.csv" for table in _tables())]
    workbook = directory / WORKBOOK_FOLDER / WORKBOOK_FILE
    for path in (*files, workbook):
        if path.exists():
            raise FileExistsError(
                f"{path.name} 파일이 이미 있어 빈 표를 만들지 않았습니다. 비어 있는 폴더를 정해 주세요. · "
                f"{path.name} is already there, so no tables were written. Choose an empty folder."
            )
    workbook.parent.mkdir(parents=True, exist_ok=True)
    files[0].write_text(_card_example(), encoding="utf-8")
    for path, table in zip(files[1:], _tables(), strict=True):
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerow(table.columns)
    _write_workbook(workbook)
    return [*files, workbook]


def _tables() -> list[Table]:
    return [table for table in load_schema().tables.values() if table.name != SOURCES.name]


def _card_example() -> str:
    lines = ["# 자료를 소개하는 카드입니다. 값을 고쳐 주세요. | The dataset's card: edit the values."]
    for key in KEYS:
        value, korean, english = CARD_EXAMPLE[key]
        lines += [f"# {korean} | {english}{' (필수 | required)' if key in REQUIRED else ''}", f"{key}: {value}".rstrip()]
    return "\n".join(lines) + "\n"


def _write_workbook(path: Path) -> None:
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        _write_explanations(book)
        _write_card_sheet(book)
        lists = _code_ranges()
        for table in _tables():
            _write_table_sheet(book, table, lists)
        _write_codes(book)


def _write_explanations(book: Workbook) -> None:
    sheet = book.add_worksheet(EXPLANATION_SHEET)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 70)
    for row, (korean, english) in enumerate(OPENING_LINES):
        sheet.write_string(row, 0, f"{korean} | {english}", bold if row == 0 else None)
    start = len(OPENING_LINES) + 1
    sheet.write_row(start, 0, ["표 | table", "열 | column", "설명", "explanation"], bold)
    for row, line in enumerate(_explanations(), start=start + 1):
        sheet.write_row(row, 0, line, wrap)
    sheet.freeze_panes(start + 1, 0)


def _explanations() -> Iterator[tuple[str, str, str, str]]:
    for table in _tables():
        for column in table.columns.values():
            words = explained(column)
            yield f"{table.name} ({table.label.ko})", column.name + ("*" if column.required else ""), words.ko, words.en


def explained(column: Column) -> Label:
    """What to write into a column, in both languages."""
    korean, english = [column.label.ko], [column.label.en]
    if column.required:
        korean.append("꼭 채웁니다")
        english.append("required")
    if column.code:
        codes = load_schema().vocabularies[column.code]
        korean.append("고르는 값: " + ", ".join(f"{code}={label.ko}" for code, label in codes.items()))
        english.append("one of: " + ", ".join(f"{code}={label.en}" for code, label in codes.items()))
    elif column.refers_to:
        korean.append(f"{', '.join(column.refers_to)} 표의 id")
        english.append(f"an id of {', '.join(column.refers_to)}")
    else:
        korean.append(TYPE_WORDS[column.type].ko)
        english.append(TYPE_WORDS[column.type].en)
    if column.min is not None or column.max is not None:
        korean.append(f"{column.min}부터 {column.max}까지")
        english.append(f"{column.min} to {column.max}")
    return Label(". ".join(korean) + ".", "; ".join(english) + ".")


def _write_card_sheet(book: Workbook) -> None:
    sheet = book.add_worksheet(CARD_SHEET)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 3, 50)
    for row, key in enumerate(KEYS):
        value, korean, english = CARD_EXAMPLE[key]
        sheet.write_row(row, 0, [key, value, korean, english])
        vocabulary = SOURCES.columns[key].code
        if vocabulary:
            codes = list(load_schema().vocabularies[vocabulary])
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": codes})


def _write_table_sheet(book: Workbook, table: Table, lists: dict[str, str]) -> None:
    sheet = book.add_worksheet(table.name)
    bold, required = book.add_format({"bold": True}), book.add_format({"bold": True, "bg_color": "#FFF2CC"})
    text = book.add_format({"num_format": "@"})
    for at, column in enumerate(table.columns.values()):
        words = explained(column)
        sheet.write_string(0, at, column.name, required if column.required else bold)
        sheet.write_comment(0, at, f"{words.ko}\n{words.en}", {"width": 320, "height": 140})
        # Every column but numbers is text, so that a spreadsheet turns neither a month nor a code into something else.
        sheet.set_column(at, at, max(12, len(column.name) + 4), None if column.type == "integer" else text)
        _restrict(sheet, at, column, lists)
    sheet.freeze_panes(1, 0)


def _restrict(sheet: Worksheet, at: int, column: Column, lists: dict[str, str]) -> None:
    """Drop-down lists for codes, and a range for numbers."""
    if column.code:
        sheet.data_validation(1, at, LAST_ROW, at, {"validate": "list", "source": lists[column.code], "ignore_blank": True})
    elif column.type == "integer" and column.min is not None and column.max is not None:
        limits = {"validate": "integer", "criteria": "between", "minimum": column.min, "maximum": column.max}
        sheet.data_validation(1, at, LAST_ROW, at, limits)
    elif column.type == "boolean":
        sheet.data_validation(1, at, LAST_ROW, at, {"validate": "list", "source": ["true", "false"]})


def _code_ranges() -> dict[str, str]:
    """Where each vocabulary stands on the sheet of codes, as a spreadsheet writes it."""
    from xlsxwriter.utility import xl_range_abs

    vocabularies = load_schema().vocabularies.items()
    return {name: f"={CODES_SHEET}!{xl_range_abs(1, at, len(codes), at)}" for at, (name, codes) in enumerate(vocabularies)}


def _write_codes(book: Workbook) -> None:
    sheet = book.add_worksheet(CODES_SHEET)
    for at, (name, codes) in enumerate(load_schema().vocabularies.items()):
        sheet.write_column(0, at, [name, *codes])
    sheet.hide()

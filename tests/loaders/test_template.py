from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph.schema import SOURCES, load_schema
from loaders.folder import check_folder
from loaders.template import EXPLANATION_SHEET, WORKBOOK_FILE, WORKBOOK_FOLDER, write_template
from loaders.xlsx_file import EXPLANATIONS

TABLES = load_schema().tables.keys() - {SOURCES.name}


def test_the_empty_tables_say_that_they_are_empty(tmp_path: Path) -> None:
    write_template(tmp_path / "new")
    for path in (tmp_path / "new", tmp_path / "new" / WORKBOOK_FOLDER / WORKBOOK_FILE):
        report = check_folder(path, {}).report
        assert [refusal.code for refusal in report.refusals] == ["no_rows"]
        assert report.tables.keys() == TABLES


def test_a_template_with_one_row_filled_in_is_accepted(tmp_path: Path) -> None:
    write_template(tmp_path)
    with (tmp_path / "needs.csv").open("a", encoding="utf-8") as stream:
        stream.write("need1,직무 능력 부족,,,\n")
    checked = check_folder(tmp_path, {})
    assert checked.dataset is not None, checked.report.refusals
    assert checked.dataset.tables["needs"]["name"].to_list() == ["직무 능력 부족"]


def test_a_workbook_with_one_row_filled_in_is_accepted(tmp_path: Path) -> None:
    write_template(tmp_path)
    path = tmp_path / WORKBOOK_FOLDER / WORKBOOK_FILE
    book = load_workbook(path)
    for column, cell in enumerate(["p1", "울산고용센터", "employment_center"], start=1):
        book["centers"].cell(2, column, cell)
    book.save(path)
    checked = check_folder(path, {})
    assert checked.dataset is not None, checked.report.refusals
    assert checked.dataset.tables["centers"].height == 1


def test_every_vocabulary_is_a_drop_down_list_of_its_codes(tmp_path: Path) -> None:
    write_template(tmp_path)
    book = load_workbook(tmp_path / WORKBOOK_FOLDER / WORKBOOK_FILE)
    schema = load_schema()
    for name in TABLES:
        lists = {str(rule.sqref).split(":")[0][:-1]: rule for rule in book[name].data_validations.dataValidation}
        for at, column in enumerate(schema.tables[name].columns.values(), start=1):
            if column.code:
                letter = book[name].cell(1, at).column_letter
                sheet, area = lists[letter].formula1.split("!")
                assert [row[0].value for row in book[sheet][area]] == list(schema.vocabularies[column.code])


def test_every_column_is_explained_in_korean_and_english(tmp_path: Path) -> None:
    write_template(tmp_path)
    book = load_workbook(tmp_path / WORKBOOK_FOLDER / WORKBOOK_FILE)
    explained = {(row[0], str(row[1]).rstrip("*")) for row in book[EXPLANATION_SHEET].iter_rows(values_only=True)}
    for name in TABLES:
        table = load_schema().tables[name]
        assert [cell.value for cell in book[name][1]] == list(table.columns)
        assert all(cell.comment and "\n" in cell.comment.text for cell in book[name][1])
        assert {(f"{name} ({table.label.ko})", column) for column in table.columns} <= explained


def test_the_sheet_of_explanations_is_passed_by_when_read() -> None:
    assert EXPLANATION_SHEET in EXPLANATIONS


def test_filled_in_tables_are_never_overwritten(tmp_path: Path) -> None:
    write_template(tmp_path)
    (tmp_path / "needs.csv").write_text("id,name\nneed1,직무 능력\n", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_template(tmp_path)
    assert "need1" in (tmp_path / "needs.csv").read_text(encoding="utf-8")

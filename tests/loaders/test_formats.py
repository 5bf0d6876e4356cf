from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from xlsxwriter import Workbook

from graph.dataset import Dataset
from graph.schema import LOCATOR, load_schema
from loaders.folder import check_folder
from tests.loaders.folders import CARD, GOOD, as_frame, write_csv_folder, write_parquet_folder, write_workbook


def accepted(path: Path) -> Dataset:
    checked = check_folder(path, {})
    assert checked.dataset is not None, checked.report.refusals
    return checked.dataset


def without_places(dataset: Dataset) -> dict[str, list[dict[str, object]]]:
    return {name: frame.drop(LOCATOR.name).to_dicts() for name, frame in dataset.tables.items()}


def refused(path: Path) -> list[tuple[str, str, int | None, str | None]]:
    checked = check_folder(path, {})
    assert checked.dataset is None
    return [(r.code, r.file, r.line, r.column) for r in checked.report.refusals]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_every_encoding_gives_the_same_frames(encoding: str, tmp_path: Path) -> None:
    plain = accepted(write_csv_folder(tmp_path / "plain", GOOD))
    other = accepted(write_csv_folder(tmp_path / "other", GOOD, encoding))
    assert plain.tables.keys() == other.tables.keys()
    assert all(plain.tables[name].equals(other.tables[name]) for name in plain.tables)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_every_line_end_gives_the_same_frames(end: str, tmp_path: Path) -> None:
    plain = accepted(write_csv_folder(tmp_path / "plain", GOOD))
    other = accepted(write_csv_folder(tmp_path / "other", {name: text.replace("\n", end) for name, text in GOOD.items()}))
    assert all(plain.tables[name].equals(other.tables[name]) for name in plain.tables)


def test_a_file_read_by_records_equals_the_same_file_read_by_columns(tmp_path: Path) -> None:
    quoted = {
        name: "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()) + "\n"
        for name, text in GOOD.items()
    }
    plain, other = accepted(write_csv_folder(tmp_path / "plain", GOOD)), accepted(write_csv_folder(tmp_path / "other", quoted))
    assert all(plain.tables[name].equals(other.tables[name]) for name in plain.tables)


def test_xlsx_and_parquet_give_the_rows_of_csv(tmp_path: Path) -> None:
    expected = without_places(accepted(write_csv_folder(tmp_path / "csv", GOOD)))
    assert without_places(accepted(write_workbook(tmp_path / "book.xlsx", GOOD))) == expected
    assert without_places(accepted(write_parquet_folder(tmp_path / "parquet", GOOD))) == expected


def test_parquet_may_hold_typed_columns(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "typed", GOOD)
    expected = without_places(accepted(folder))
    for name in ("openings", "memberships", "cases"):
        (folder / f"{name}.csv").unlink()
    openings = as_frame(GOOD["openings"]).with_columns(pl.col("openings").cast(pl.Int32), pl.col("year").cast(pl.Float64))
    openings.write_parquet(folder / "openings.parquet")
    days = pl.col("valid_from", "valid_to").str.to_date()
    as_frame(GOOD["memberships"]).with_columns(days, pl.col("role").cast(pl.Categorical)).write_parquet(
        folder / "memberships.parquet"
    )
    retained = pl.col("retained_6m").replace_strict({"true": True}, return_dtype=pl.Boolean)
    as_frame(GOOD["cases"]).with_columns(retained).write_parquet(folder / "cases.parquet")
    assert without_places(accepted(folder)) == expected


def test_frames_hold_every_declared_column_in_order_and_in_its_type(tmp_path: Path) -> None:
    types = {"integer": pl.Int64, "boolean": pl.Boolean}
    for name, frame in accepted(write_csv_folder(tmp_path / "good", GOOD)).tables.items():
        columns = load_schema().tables[name].columns.values()
        assert frame.schema == {column.name: types.get(column.type, pl.String) for column in columns}
        assert frame[LOCATOR.name].null_count() == 0


def test_a_row_without_a_locator_is_given_its_place_in_the_file(tmp_path: Path) -> None:
    text = 'id,name,note,kind,locator\ni1,"두\n줄",,foundation,\n\ni2,가,"설명, 둘",other,p. 4\ni3,나,,other,\n'
    frame = accepted(write_csv_folder(tmp_path / "places", {"institutions": text})).tables["institutions"]
    assert frame[LOCATOR.name].to_list() == ["institutions.csv:2", "p. 4", "institutions.csv:6"]
    book = accepted(write_workbook(tmp_path / "book.xlsx", {"needs": GOOD["needs"]}))
    assert book.tables["needs"][LOCATOR.name].to_list() == ["book.xlsx/needs:2"]


def test_spaces_around_a_cell_and_decomposed_hangul_are_evened_out(tmp_path: Path) -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", " id , name\n need1 ,\u3000직무 능력 \n")
    frame = accepted(write_csv_folder(tmp_path / "spaces", {"needs": text})).tables["needs"]
    assert frame.select("id", "name").row(0) == ("need1", "직무 능력")


def test_a_cell_that_begins_like_a_formula_is_text_in_csv(tmp_path: Path) -> None:
    text = "id,name\nn1,=1+1\nn2,+x\nn3,-y\nn4,@z\n"
    assert accepted(write_csv_folder(tmp_path / "signs", {"needs": text})).tables["needs"]["name"].to_list() == [
        "=1+1",
        "+x",
        "-y",
        "@z",
    ]


def test_trailing_empty_columns_and_rows_are_passed_by(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "tail", {"needs": "id,name,,\nneed1,직무 능력,,\n,,,\n\n"})
    assert accepted(folder).tables["needs"].height == 1


def test_a_utf8_file_with_one_broken_byte_is_not_taken_for_cp949(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "broken", {})
    (folder / "needs.csv").write_bytes("id,name\nn1,직무 능력 부족\nn2,경력 단절\n".encode()[:-2] + b"\n")
    assert refused(folder) == [("bad_encoding", "needs.csv", 3, None)]


# workbooks


def workbook(path: Path, fill: dict[str, list[list[object]]]) -> Path:
    with Workbook(path) as book:
        book.add_worksheet("dataset").write_column(0, 0, ["id", "title", "selection"])
        book.get_worksheet_by_name("dataset").write_column(0, 1, ["small", "작은 자료", "complete"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in fill.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(rows):
                for column, cell in enumerate(line):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return path


CENTER: dict[str, list[list[object]]] = {"centers": [["id", "name", "kind"], ["c1", "울산고용센터", "employment_center"]]}


def test_numbers_and_dates_of_a_workbook_become_the_text_their_column_expects(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "center_id", "outcome", "opened_month", "retained_6m"],
        [101, "c1", "hired", dt.date(2025, 3, 1), True],
    ]
    programs: list[list[object]] = [
        ["id", "name", "kind", "hours", "valid_from"],
        ["t1", 3.5, "training", 40, dt.date(2025, 3, 2)],
    ]
    tables = accepted(workbook(tmp_path / "book.xlsx", {**CENTER, "cases": rows, "programs": programs})).tables
    assert tables["cases"].select("id", "opened_month", "retained_6m").row(0) == ("101", "2025-03", True)
    assert tables["programs"].select("name", "hours", "valid_from").row(0) == ("3.5", 40, "2025-03-02")


def test_a_day_in_a_case_s_month_is_refused_in_a_workbook_too(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "center_id", "outcome", "opened_month"], ["p1", "c1", "open", dt.date(2025, 3, 14)]]
    path = workbook(tmp_path / "book.xlsx", {**CENTER, "cases": rows})
    assert refused(path) == [("day_where_month", "book.xlsx/cases", 2, "opened_month")]


def test_a_formula_is_refused_by_its_row_and_column(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "name", "note"], ["n1", "가", None], ["n2", "=CONCATENATE(1,2)", None]]
    rows[0] = ["id", "name"]
    path = workbook(tmp_path / "book.xlsx", {"needs": [row[:2] for row in rows]})
    assert ("formula_cell", "book.xlsx/needs", 3, "name") in refused(path)


def test_a_refusal_names_the_sheet_s_own_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [[None], ["id", "name", "kind"], [None], ["c1", "울산고용센터", "office"]]
    assert refused(workbook(tmp_path / "book.xlsx", {"centers": rows})) == [
        ("not_in_vocabulary", "book.xlsx/centers", 4, "kind")
    ]


def test_an_unknown_sheet_is_refused_and_a_sheet_of_explanations_is_not(tmp_path: Path) -> None:
    explanation: list[list[object]] = [["무엇이든"]]
    accepted(workbook(tmp_path / "book.xlsx", {**CENTER, "설명": explanation, "_codes": explanation, "Sheet1": []}))
    path = workbook(tmp_path / "other.xlsx", {**CENTER, "cases2": explanation})
    assert refused(path) == [("unknown_table", "other.xlsx/cases2", None, None)]


def test_the_same_table_in_two_files_is_refused(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "twice", {"needs": GOOD["needs"]})
    as_frame(GOOD["needs"]).write_parquet(folder / "needs.parquet")
    assert refused(folder) == [("duplicate_table", "needs.parquet", None, None)]


def test_a_folder_may_mix_formats(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "mixed", GOOD)
    expected = without_places(accepted(folder))
    (folder / "needs.csv").unlink()
    (folder / "credentials.csv").unlink()
    as_frame(GOOD["needs"]).write_parquet(folder / "needs.parquet")
    with Workbook(folder / "자격.xlsx") as book:
        book.add_worksheet("credentials").write_column(0, 0, ["id", "craft"])
        book.get_worksheet_by_name("credentials").write_column(0, 1, ["name", "용접기능사"])
    assert without_places(accepted(folder)) == expected


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "bomb.xlsx", {"needs": GOOD["needs"]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.xml", b"0" * 64 * 1024**2)
    assert refused(path)[0][:2] == ("zip_bomb", "bomb.xlsx")


def test_a_falsely_declared_size_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "liar.xlsx", {"needs": GOOD["needs"]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/liar.xml", b"0" * 8 * 1024**2)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 8 * 1024**2), struct.pack("<I", 100)))
    assert refused(path)[0][:2] == ("unreadable_file", "liar.xlsx")


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "entities.xlsx", {"needs": GOOD["needs"]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/extra.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>')
    assert refused(path)[0][:2] == ("unreadable_file", "entities.xlsx")


def test_a_single_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with Workbook(path) as book:
        book.add_worksheet("needs").write_string(1_048_575, 16_383, "x")
    assert refused(path)[0][:2] == ("file_too_large", "far.xlsx")


@pytest.mark.parametrize("name", ["broken.xlsx", "needs.parquet"])
def test_a_damaged_file_is_refused(name: str, tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "damaged", {"industries": GOOD["industries"]})
    (folder / name).write_bytes(b"PK\x03\x04 but no archive")
    assert refused(folder) == [("unreadable_file", name, None, None)]


def test_openpyxl_s_own_files_are_read(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "book.xlsx", GOOD)
    expected = without_places(accepted(path))
    load_workbook(path).save(tmp_path / "again.xlsx")
    assert without_places(accepted(tmp_path / "again.xlsx")) == expected


def test_a_card_on_a_sheet_is_checked_like_a_file(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "book.xlsx", {"needs": GOOD["needs"]}, CARD.replace("complete", "all"))
    assert refused(path) == [("not_in_vocabulary", "book.xlsx/dataset", 3, "selection")]


def test_an_infinite_number_of_a_parquet_file_is_refused_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "floats", {name: GOOD[name] for name in ("networks", "industries")})
    demands = {"network_id": ["n1", "n1"], "industry_id": ["C", "C31"], "measure": ["found", "found"]}
    pl.DataFrame({**demands, "companies": [float("inf"), 2.0]}).write_parquet(folder / "demands.parquet")
    assert refused(folder) == [("not_a_whole_number", "demands.parquet", 1, "companies")]
    pl.DataFrame({**demands, "companies": [float("nan"), 2.0]}).write_parquet(folder / "demands.parquet")
    assert accepted(folder).tables["demands"]["companies"].to_list() == [None, 2]


def test_nested_parquet_columns_are_refused(tmp_path: Path) -> None:
    folder = write_csv_folder(tmp_path / "nested", {})
    pl.DataFrame({"id": ["n1"], "name": [["가", "나"]]}).write_parquet(folder / "needs.parquet")
    assert refused(folder) == [("unreadable_file", "needs.parquet", None, None)]

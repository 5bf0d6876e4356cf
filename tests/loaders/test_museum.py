"""A museum of bad files: each piece is the small sound dataset with one thing wrong, and is refused for exactly that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from loaders.folder import check_folder
from loaders.refusals import load_reasons
from tests.loaders.folders import CARD, GOOD, write_csv_folder

Place = tuple[str, str, int | None, str | None]
Piece = tuple[dict[str, str | bytes | None], Place]


def changed(table: str, old: str, new: str, code: str, line: int, column: str | None) -> Piece:
    """One text of one table replaced by another."""
    assert old in GOOD[table], (table, old)
    return {f"{table}.csv": GOOD[table].replace(old, new, 1)}, (code, f"{table}.csv", line, column)


def added(table: str, row: str, code: str, column: str | None, *more: tuple[str, str]) -> Piece:
    """One row added at the end of a table; `more` adds rows to others."""
    files: dict[str, str | bytes | None] = {f"{table}.csv": GOOD[table] + row + "\n"}
    for other, text in more:
        files[f"{other}.csv"] = GOOD[other] + text + "\n"
    return files, (code, f"{table}.csv", GOOD[table].count("\n") + 1, column)


def card(text: str, code: str, line: int | None, column: str | None = None) -> Piece:
    return {"dataset.yaml": text}, (code, "dataset.yaml", line, column)


def file(name: str, content: str | bytes | None, code: str, line: int | None = None, column: str | None = None) -> Piece:
    return {name: content}, (code, name, line, column)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nid: *b\n"
CYCLE = GOOD["regions"].replace("kr,대한민국,", "kr,대한민국,kr")
PIECES: dict[str, Piece] = {
    # the folder and its card
    "no card": file("dataset.yaml", None, "missing_card"),
    "an alias bomb": card(BOMB, "bad_card", 1),
    "an anchor alone": card(CARD.replace("작은", "&a 작은"), "bad_card", 2),
    "a tag": card(CARD.replace("작은 자료", "!!python/object/apply:os.system [ls]"), "bad_card", 2),
    "nested values": card(CARD + "note: [a, b]\n", "bad_card", 5),
    "deep nesting": card("[" * 20_000, "bad_card", 1),
    "a list for a card": card("- id\n- title\n", "bad_card", 1),
    "broken yaml": card(CARD + 'note: "open\n', "bad_card", 6),
    "a huge card": card(CARD + "note: " + "x" * 70_000, "file_too_large", None),
    "an unknown entry": card(CARD + "titel: x\n", "unknown_card_key", 5),
    "an entry twice": card(CARD + "title: x\n", "duplicate_column", 5, "title"),
    "no title": card(CARD.replace("title: 작은 자료\n", ""), "missing_card_value", None, "title"),
    "an empty title": card(CARD.replace("작은 자료", ""), "missing_card_value", None, "title"),
    "an id with a space": card(CARD.replace("id: small", "id: very small"), "bad_id", 1, "id"),
    "an unknown selection": card(CARD.replace("complete", "completed"), "not_in_vocabulary", 3, "selection"),
    "a card's impossible day": card(CARD.replace("12-17", "02-30"), "bad_day", 4, "published_on"),
    "a card's odd boolean": card(CARD + "synthetic: perhaps\n", "bad_yes_no", 5, "synthetic"),
    "a phone number in the card": card(CARD + "publisher: 담당 052-123-4567\n", "phone_number", 5, "publisher"),
    "a misspelt table": file("centres.csv", GOOD["centers"], "unknown_table"),
    "an old spreadsheet": file("cases.xls", b"\xd0\xcf\x11\xe0", "unknown_format"),
    # shapes of files
    "an empty file": file("openings.csv", "", "empty_file"),
    "a file of spaces": file("openings.csv", " \n\n", "empty_file"),
    "a byte of no encoding": file(
        "openings.csv", GOOD["openings"].encode() + "co1,용접".encode() + b"\xff\xfe,1,2\n", "bad_encoding", 3
    ),
    "sixteen-bit text": file("openings.csv", GOOD["openings"].encode("utf-16"), "bad_encoding", 1),
    "a NUL byte": file("openings.csv", GOOD["openings"].encode() + b"co1,wel\0der,1,2024\n", "nul_byte", 3),
    "an open quote": file(
        "openings.csv", GOOD["openings"] + 'co1,"welder,1,2024\nco1,welder,1,2023\n', "unterminated_quote", 3
    ),
    "an open quote met by another": file(
        "networks.csv", GOOD["networks"] + 'n2,"가,2024,\nn3,나,2024,"금"\nn4,다,2024,\n', "unterminated_quote", 3
    ),
    "a row too short": file("openings.csv", GOOD["openings"] + "co1,welder,1\n", "ragged_row", 3),
    "a row too long": file("openings.csv", GOOD["openings"] + "co1,welder,1,2024,\n", "ragged_row", 3),
    "a ragged row after a cell of two lines": file(
        "networks.csv", GOOD["networks"] + 'n2,"두\n줄",2024,\nn3,나\n', "ragged_row", 5
    ),
    "semicolons": file("openings.csv", GOOD["openings"].replace(",", ";"), "wrong_separator", 1),
    "a column twice": file(
        "openings.csv", "company_id,year,occupation_id,year\nco1,2025,welder,2025\n", "duplicate_column", 1, "year"
    ),
    "an undeclared column": file("openings.csv", "company_id,occupation_id,memo\nco1,welder,x\n", "unknown_column", 1, "memo"),
    "a Korean column": file("openings.csv", "company_id,occupation_id,연도\nco1,welder,2025\n", "unknown_column", 1, "연도"),
    "an unnamed column": file("openings.csv", "company_id,occupation_id,\nco1,welder,x\n", "unknown_column", 1, "#3"),
    "a name where a column should be": file(
        "openings.csv", "company_id,occupation_id,홍길동\nco1,welder,x\n", "unknown_column", 1, "#3"
    ),
    "a required column missing": file("openings.csv", "company_id,year\nco1,2025\n", "missing_column", 1, "occupation_id"),
    # cells
    "a required cell empty": changed("centers", "c1,울산고용센터", "c1,", "missing_value", 2, "name"),
    "an id with a slash": added("needs", "a/b,다른 어려움", "bad_id", "id"),
    "an id too long": added("needs", "x" * 81 + ",다른 어려움", "bad_id", "id"),
    "a text too long": changed("institutions", "설명", "가" * 4001, "too_long", 2, "note"),
    "a bell": changed("institutions", "설명", "설\a명", "control_character", 2, "note"),
    "a zero-width space": changed("institutions", "설명", "설\u200b명", "control_character", 2, "note"),
    "a broken letter": changed("institutions", "설명", "설\ufffd명", "control_character", 2, "note"),
    "a carriage return in a cell": changed("institutions", "설명", '"설\r명"', "control_character", 2, "note"),
    "a word outside its vocabulary": changed("centers", "career_center", "carrer_center", "not_in_vocabulary", 3, "kind"),
    "a label instead of a code": changed("cases", "50s", "50대", "not_in_vocabulary", 2, "age_band"),
    "half a company": changed("demands", "28", "28.5", "not_a_whole_number", 2, "companies"),
    "a number with a comma": changed("demands", "28", '"2,800"', "not_a_whole_number", 2, "companies"),
    "not a number": changed("demands", "28", "NaN", "not_a_whole_number", 2, "companies"),
    "less than nothing": changed("demands", "28", "-1", "out_of_range", 2, "companies"),
    "a year out of range": changed("demands", "2025", "20255", "out_of_range", 2, "year"),
    "a number beyond all numbers": changed("demands", "28", "9" * 30, "not_a_whole_number", 2, "companies"),
    "a day with dots": changed("memberships", "2025-01-01", "2025.01.01", "bad_day", 2, "valid_from"),
    "an impossible day": changed("memberships", "2025-01-01", "2025-02-29", "bad_day", 2, "valid_from"),
    "a thirteenth month": changed("cases", "2025-02", "2025-13", "bad_month", 3, "opened_month"),
    "a day of a case": changed("cases", "2025-02", "2025-02-14", "day_where_month", 3, "opened_month"),
    "neither yes nor no": changed("cases", "co1,true", "co1,maybe", "bad_yes_no", 2, "retained_6m"),
    "a story for a locator": file(
        "case_needs.csv", "case_id,need_id,locator\np1,need1,우울증으로 상담\np2,need1,p. 3\n", "free_text", 2, "locator"
    ),
    # rows and relations
    "an id twice": added("needs", "need1,다른 어려움", "duplicate_id", "id"),
    "a key twice": added("case_needs", "p1,need1", "duplicate_key", "case_id"),
    "a key twice written differently": added("case_steps", "p1,02,c1,,,counselling,completed,,", "duplicate_key", "case_id"),
    "an id in two kinds": added("needs", "welder,다른 어려움", "id_in_two_kinds", "id"),
    "a dangling region": changed(
        "centers", "employment_center,ulsan", "employment_center,ulsna", "dangling_reference", 2, "region_id"
    ),
    "a reference to another kind": changed(
        "centers", "employment_center,ulsan", "employment_center,i1", "dangling_reference", 2, "region_id"
    ),
    "a target of the wrong kind": changed(
        "program_targets", "need,need1", "occupation,need1", "target_kind_mismatch", 2, "target_id"
    ),
    "its own parent": (
        {"regions.csv": CYCLE},
        ("parent_cycle", "regions.csv", 2, "parent_id"),
    ),
    "a partnership with itself": changed("partnerships", "c1,i2", "c1,c1", "self_reference", 2, "second_id"),
    "an end before its start": changed("memberships", "2025-12-31", "2024-12-31", "ends_before_start", 2, "valid_to"),
    "an outcome before the case": changed("cases", "2025-03", "2024-12", "outcome_before_opening", 2, "outcome_month"),
    "ages reversed": changed("programs", "40,65", "65,40", "ages_reversed", 2, "min_age"),
    "more seats left than seats": changed("programs", "20,3", "20,30", "too_many_seats_available", 2, "seats_available"),
    "a step by nobody": changed("case_steps", "p1,1,c1", "p1,1,", "step_without_provider", 2, "provider_id"),
    "a reason without need": changed(
        "case_steps", "completed,,2025-01", "completed,no_seats,2025-01", "reason_without_not_served", 2, "reason"
    ),
    "hired and still open": changed("cases", "open,,,,", "open,,C31,,", "hired_without_outcome", 3, "hired_industry_id"),
    "retained and still open": changed("cases", "open,,,,", "open,,,,false", "hired_without_outcome", 3, "retained_6m"),
    # direct identifiers
    "a resident number": changed("institutions", "설명", "800101-1234567", "resident_number", 2, "note"),
    "a resident number for an id": added("cases", "8001011234567,c1,50s,,,open,,,,", "resident_number", "id"),
    "a foreigner's number in full width": changed(
        "institutions", "설명", "８００１０１－５２３４５６７", "resident_number", 2, "note"
    ),
    "a mobile number": changed("institutions", "설명", "연락은 010-1234-5678", "phone_number", 2, "note"),
    "a landline": changed("institutions", "설명", "052) 123-4567", "phone_number", 2, "note"),
    "an e-mail": changed("institutions", "설명", "hong@example.org", "email_address", 2, "note"),
    "a bank account": changed("institutions", "설명", "110-123-456789", "account_number", 2, "note"),
    "a passport": changed("institutions", "설명", "여권 M12345678", "passport_number", 2, "note"),
    "a driver's licence": changed("institutions", "설명", "11-12-123456-12", "driver_licence", 2, "note"),
    "a person with an honorific": changed("institutions", "설명", "홍길동 씨가 맡음", "person_name", 2, "note"),
    "a masked person": changed("institutions", "설명", "김○○ 취업", "person_name", 2, "note"),
    "nothing but a person": changed("institutions", "설명", "홍길동", "person_name", 2, "note"),
    "a person for a case": added("cases", "홍길동,c1,50s,,,open,,,,", "person_name", "id"),
    "a person in a header": file(
        "openings.csv", "company_id,occupation_id,홍길동 씨\nco1,welder,\n", "unknown_column", 1, "#3"
    ),
}


def lay_out(folder: Path, files: Mapping[str, str | bytes | None]) -> Path:
    write_csv_folder(folder, GOOD)
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_the_dataset_without_a_fault_is_accepted(tmp_path: Path) -> None:
    checked = check_folder(lay_out(tmp_path / "good", {}), {})
    assert checked.report.refusals == ()
    assert checked.dataset is not None
    assert checked.dataset.tables.keys() == GOOD.keys()


@pytest.mark.parametrize("name", PIECES)
def test_each_bad_file_is_refused_for_exactly_what_is_wrong(name: str, tmp_path: Path) -> None:
    files, expected = PIECES[name]
    checked = check_folder(lay_out(tmp_path / "piece", files), {})
    assert [(r.code, r.file, r.line, r.column) for r in checked.report.refusals] == [expected]
    assert checked.dataset is None
    written = json.dumps(checked.report.to_json(), ensure_ascii=False)
    assert "{" not in checked.report.summary.ko and "None" not in checked.report.summary.ko, written


def test_the_museum_shows_every_reason_that_a_folder_of_text_can_give() -> None:
    # The others need a workbook, a second dataset or a special path, and have tests of their own.
    elsewhere = {"not_found", "unreadable_file", "zip_bomb", "no_tables", "no_rows", "duplicate_table", "formula_cell"}
    elsewhere |= {"id_held_elsewhere"}
    assert {code for _, (code, *_) in PIECES.values()} == load_reasons().keys() - elsewhere


def test_refusals_go_on_after_the_first_so_that_one_check_shows_all(tmp_path: Path) -> None:
    files = {
        "centers.csv": GOOD["centers"].replace("career_center", "office"),
        "cases.csv": GOOD["cases"].replace("50s", "50"),
        "memberships.csv": GOOD["memberships"].replace("2025-01-01", "x"),
    }
    refusals = check_folder(lay_out(tmp_path / "three", files), {}).report.refusals
    assert [(r.file, r.code) for r in refusals] == [
        ("cases.csv", "not_in_vocabulary"),
        ("centers.csv", "not_in_vocabulary"),
        ("memberships.csv", "bad_day"),
    ]


def test_a_near_word_is_offered(tmp_path: Path) -> None:
    files = {"centers.csv": GOOD["centers"].replace("career_center", "carrer_center"), "centres.csv": GOOD["centers"]}
    refusals = check_folder(lay_out(tmp_path / "near", files), {}).report.refusals
    assert "혹시 ‘career_center’인가요?" in refusals[0].message.ko
    assert "Did you mean centers?" in refusals[1].message.en


def test_a_near_id_is_offered_for_a_dangling_reference(tmp_path: Path) -> None:
    files = {"centers.csv": GOOD["centers"].replace("employment_center,ulsan", "employment_center,ulsna")}
    (refusal,) = check_folder(lay_out(tmp_path / "near", files), {}).report.refusals
    assert "Did you mean ulsan?" in refusal.message.en


def test_at_most_a_hundred_refusals_of_a_file_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(f"x{i},어려움 {i},nowhere\n" for i in range(250))
    checked = check_folder(lay_out(tmp_path / "many", {"credentials.csv": "id,name,parent_id\ncraft,용접기능사,\n" + rows}), {})
    assert len(checked.report.refusals) == 100
    assert checked.report.rest == {"credentials.csv": 150}
    assert checked.report.refused == 250


def test_ids_of_other_datasets_may_be_referred_to_and_described_again(tmp_path: Path) -> None:
    tables = {name: GOOD[name] for name in ("institutions", "needs")}
    known = {"regions": pl.Series(["ulsan"]), "needs": pl.Series(["need1"])}
    assert check_folder(write_csv_folder(tmp_path / "second", tables), known).report.ok


@pytest.mark.parametrize(("table", "column_of"), [("credentials", "needs"), ("cases", "cases")])
def test_an_id_of_another_dataset_names_nothing_else_and_nobody_again(tmp_path: Path, table: str, column_of: str) -> None:
    known = {table: pl.Series([GOOD[column_of].splitlines()[1].split(",")[0]])}
    report = check_folder(write_csv_folder(tmp_path / "second", GOOD), known).report
    assert ("id_held_elsewhere", f"{column_of}.csv", 2, "id") in [(r.code, r.file, r.line, r.column) for r in report.refusals]


def test_a_reference_into_a_table_that_could_not_be_read_is_left_unjudged(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {"industries.csv": b"id,name\nC,\xff\xfe\xfd\n"}
    report = check_folder(lay_out(tmp_path / "unread", files), {}).report
    assert [r.code for r in report.refusals] == ["bad_encoding"]


def test_files_that_are_no_tables_are_passed_by(tmp_path: Path) -> None:
    folder = lay_out(
        tmp_path / "more", {"README.md": "읽어 보세요", "picture.png": b"\x89PNG", ".hidden.csv": "x", "~$book.xlsx": b"x"}
    )
    (folder / "drafts").mkdir()
    assert check_folder(folder, {}).report.ok


def test_a_missing_path_is_one_clear_refusal(tmp_path: Path) -> None:
    report = check_folder(tmp_path / "nowhere", {}).report
    assert [r.code for r in report.refusals] == ["not_found"]
    assert "nowhere" in report.summary.ko


def test_a_folder_without_tables_says_how_to_begin(tmp_path: Path) -> None:
    codes = [r.code for r in check_folder(write_csv_folder(tmp_path / "bare", {}), {}).report.refusals]
    assert codes == ["no_tables"]


def test_a_table_with_only_a_header_is_left_out(tmp_path: Path) -> None:
    checked = check_folder(lay_out(tmp_path / "header", {"openings.csv": "company_id,occupation_id\n"}), {})
    assert checked.dataset is not None
    assert "openings" not in checked.dataset.tables
    assert checked.report.tables["openings"] == 0


def test_values_are_never_shown_whole(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {"cases.csv": GOOD["cases"].replace("50s", "fifty-something")}
    (refusal,) = check_folder(lay_out(tmp_path / "mask", files), {}).report.refusals
    assert refusal.shown == "f•••"


def test_the_page_of_refusals_is_made_from_the_list() -> None:
    from loaders.refusals import reasons_page

    assert (Path(__file__).parents[2] / "docs" / "refusals.md").read_text(encoding="utf-8") == reasons_page()


@pytest.mark.parametrize("name", ["홍길동.csv", "상담 010-1234-5678.xlsx", "김○○ 사례.xls"])
def test_a_file_named_after_a_person_is_refused_without_telling_its_name(name: str, tmp_path: Path) -> None:
    report = check_folder(lay_out(tmp_path / "named", {name: b"id\n"}), {}).report
    assert [r.code for r in report.refusals] in (["person_name"], ["phone_number"])
    assert Path(name).stem not in json.dumps(report.to_json(), ensure_ascii=False)

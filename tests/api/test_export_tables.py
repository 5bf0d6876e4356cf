import csv
import io

import openpyxl
import pytest

from api.exports.tables import answer_as_csv, answer_as_xlsx, cell
from queries.answer import Answer, AnswerColumn, Bilingual, SourceLine

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")', "보통 이름", '"quoted", name', "두 줄\n이름"]


def an_answer(values: list[object]) -> Answer:
    words = Bilingual("답", "answer")
    columns = (AnswerColumn("name", "text", Bilingual("이름", "name")),)
    rows = tuple((value,) for value in values)
    return Answer("q", {}, words, "E0", words, 3, columns, rows, (words,), (SourceLine("d", "L1"),), "g", "MATCH")


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_no_cell_begins_with_a_formula_character(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_csv_reads_back_with_formulas_neutralised() -> None:
    rows = list(csv.reader(io.StringIO(answer_as_csv(an_answer(HOSTILE)).removeprefix("\ufeff"))))
    assert rows[0] == ["name"]
    assert [row[0].removeprefix("'") for row in rows[1:]] == HOSTILE
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t")) for row in rows)


def test_xlsx_holds_no_formula_and_says_what_it_rests_on() -> None:
    book = openpyxl.load_workbook(io.BytesIO(answer_as_xlsx(an_answer(HOSTILE))))
    cells = [sheet_cell for row in book["답"].iter_rows() for sheet_cell in row]
    assert [one.value for one in cells][1].startswith("'=")
    assert all(one.data_type == "s" for one in cells)
    basis = {row[0].value: row[1].value for row in book["근거"].iter_rows()}
    assert basis["사례 수"] == "3"
    assert basis["출처"] == "d L1"


def test_numbers_stay_numbers_and_lists_are_joined() -> None:
    assert [cell(value) for value in (3, 0.5, None, True, ["가", "나"], -2)] == [3, 0.5, "", "true", "가; 나", -2]

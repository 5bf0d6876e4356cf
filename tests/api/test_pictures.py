from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.disclosure import PLANNER
from api.pictures import VIEWS, flow, matrix, rows
from api.pictures.words import Words
from queries import browse
from queries.ask import ask
from queries.catalog import load_catalog

if TYPE_CHECKING:
    from graph.store import Reader
    from queries.answer import Answer


def asked(reader: Reader, name: str, **params: object) -> tuple[Answer, Words]:
    answer = ask(reader, name, params, PLANNER)
    ids = {str(value) for row in answer.rows for value in row if isinstance(value, str)}
    return answer, Words({id_: name for id_, (_, name) in browse.captions(reader, ids).items()}, "ko")


def test_every_view_belongs_to_a_question() -> None:
    assert VIEWS.keys() <= load_catalog().questions.keys()
    for name, view in VIEWS.items():
        question = load_catalog().question(name)
        assert all(switch.param in question.params for switch in view.switches)
        columns = {column.name for column in question.columns}
        assert view.hides <= columns and set(view.first) <= columns


def test_every_state_has_a_sign_of_its_own_vocabulary() -> None:
    from graph.schema import load_schema

    for vocabulary, signs in matrix.SIGNS.items():
        assert {code for code, _, _ in signs} == set(load_schema().vocabularies[vocabulary])
        assert len({(sign, tone) for _, sign, tone in signs}) == len(signs)


def test_a_matrix_shows_the_states_of_its_answer(ladybug_reader: Reader) -> None:
    answer, words = asked(ladybug_reader, "partnership_gaps", by="kind", top=20000)
    picture = matrix.partnerships(answer, words)
    assert picture is not None
    told = {(record["center_id"], record["partner_kind"]) for record in answer.records()}
    assert len(picture.cells) + picture.left_out == len(told)
    assert all(0 <= cell.row < len(picture.rows) and 0 <= cell.column < len(picture.columns) for cell in picture.cells)


def test_a_flow_loses_no_case_between_its_steps(ladybug_reader: Reader) -> None:
    answer, words = asked(ladybug_reader, "case_journeys")
    picture = flow.journeys(answer, words)
    assert picture is not None
    assert sum(box.cases for box in picture.boxes if box.step == 0) == picture.cases
    assert picture.cases == sum(record["cases"] for record in answer.records() if record["steps"])


def test_success_stories_are_drawn_without_a_rate(ladybug_reader: Reader) -> None:
    answer, words = asked(ladybug_reader, "partner_combinations")
    picture = rows.combinations(answer, words)
    assert picture is not None
    assert picture.scale_title == ""
    assert all(row.low is row.middle is row.expected is None for row in picture.rows)
    assert [row.amount for row in picture.rows] == [record["cases"] for record in answer.records()][: len(picture.rows)]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_an_empty_answer_has_no_picture(ladybug_reader: Reader, name: str) -> None:
    from dataclasses import replace

    from tests.api.test_http import NEEDED

    answer, words = asked(ladybug_reader, name, **NEEDED.get(name, {}))
    assert VIEWS[name].make(replace(answer, rows=()), words) is None


def test_a_function_chosen_shows_that_function_alone(ladybug_reader: Reader) -> None:
    every, words = asked(ladybug_reader, "partnership_gaps", top=20000)
    chosen, _ = asked(ladybug_reader, "partnership_gaps", functions=["training"], top=20000)
    whole, part = matrix.partnerships(every, words), matrix.partnerships(chosen, words)
    assert whole is not None and part is not None
    assert "훈련" in part.small_title and "훈련" not in whole.small_title
    known = {(record["center_id"], record["partner_kind"]): record["state"] for record in chosen.records()}
    assert len(part.cells) + part.left_out == len(known)


def test_the_null_check_stands_in_the_row_it_speaks_of(ladybug_reader: Reader) -> None:
    from dataclasses import replace

    answer, words = asked(ladybug_reader, "partner_combinations")
    places = [column.name for column in answer.columns].index("null_hits")
    told = tuple((*row[:places], 3, 499, *row[places + 2 :]) if number == 1 else row for number, row in enumerate(answer.rows))
    picture = rows.combinations(replace(answer, rows=told), words)
    plain = rows.combinations(answer, words)
    assert picture is not None and plain is not None
    assert [row.chance for row in picture.rows][:3] == ["", "499번 중 3번", ""]
    assert picture.has_chances and not plain.has_chances
    assert picture.width > plain.width

"""The names beside an answer's ids: a column's kinds are all that have to be looked through for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.answers import answer_view
from api.tables import Asked, several
from queries import browse
from queries.ask import ask
from queries.catalog import load_catalog

if TYPE_CHECKING:
    from graph.store import Reader

OPEN = [each.name for each in load_catalog() if not any(param.required for param in each.params.values())]


@pytest.mark.parametrize("name", OPEN)
def test_an_answers_names_are_those_that_all_kinds_together_have(ladybug_reader: Reader, name: str) -> None:
    answer = ask(ladybug_reader, name, {})
    view = answer_view(ladybug_reader, answer, answer.sentence, Asked())
    places = [place for place, column in enumerate(view.answer.columns) if column.kinds]
    ids = {each for row in view.answer.rows for place in places for each in several(row[place])}
    assert view.captions == {id_: caption for id_, (_, caption) in browse.captions(ladybug_reader, ids).items()}


def test_a_row_of_partners_has_its_partner_named(ladybug_reader: Reader) -> None:
    answer = ask(ladybug_reader, "partner_reach", {})
    view = answer_view(ladybug_reader, answer, answer.sentence, Asked())
    assert {record["partner_id"] for record in answer.records()} <= set(view.captions)

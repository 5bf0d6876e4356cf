"""Above a number of rows the embedded engine keeps what leads from people at its start only: the answers must not show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from analysis.disclosure import PUBLISHED
from graph import ladybug_store
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.catalog import Question, load_catalog
from tests.graph.made import made_dataset
from tests.queries.asked import combinations

if TYPE_CHECKING:
    from graph.store import Reader


@pytest.fixture(scope="module")
def one_way_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = tmp_path_factory.mktemp("one-way")
    store = open_store("ladybug:", home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ladybug_store, "MANY", 0)
        Workspace(home).publish([made_dataset()], store)
    reader = store.reader()
    yield reader
    reader.close()


@pytest.mark.parametrize("question", list(load_catalog()), ids=lambda question: question.name)
def test_what_is_kept_one_way_answers_as_what_is_kept_both_ways(
    question: Question, one_way_reader: Reader, made_reader: Reader
):
    for params in combinations(question, made_reader, 6):
        answers = [ask(reader, question.name, params, PUBLISHED).to_json() for reader in (one_way_reader, made_reader)]
        assert json.dumps(answers[0], ensure_ascii=False) == json.dumps(answers[1], ensure_ascii=False), params

"""What holds for every question of the catalog, those still to be written included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from analysis.disclosure import PUBLIC, PUBLISHED
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.catalog import Question, load_catalog
from tests.graph.made import made_dataset
from tests.queries.asked import combinations

if TYPE_CHECKING:
    from pathlib import Path

    from graph.store import Reader

QUESTIONS = [pytest.param(question, id=question.name) for question in load_catalog()]
PARAMETER_SETS = 15


@pytest.fixture(scope="module")
def made_on_neo4j(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The made-up network on the server, in place of whatever it held."""
    _empty(neo4j_url)
    home = tmp_path_factory.mktemp("made-on-neo4j")
    store = open_store(neo4j_url, home)
    Workspace(home).publish([made_dataset()], store)
    reader = store.reader()
    yield reader
    reader.close()
    store.close()
    _empty(neo4j_url)


def _empty(url: str) -> None:
    from neo4j import GraphDatabase

    with GraphDatabase.driver(url) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")


def _as_text(reader: Reader, question: Question, params: dict[str, object]) -> str:
    answer = ask(reader, question.name, params, PUBLISHED).to_json()
    return json.dumps({**answer, "cypher": "", "generation": ""}, ensure_ascii=False)


@pytest.mark.neo4j
@pytest.mark.parametrize("question", QUESTIONS)
def test_both_engines_answer_the_press_release_alike(question, ladybug_reader, neo4j_reader):
    for params in combinations(question, ladybug_reader, PARAMETER_SETS):
        assert _as_text(ladybug_reader, question, params) == _as_text(neo4j_reader, question, params), params


@pytest.mark.neo4j
@pytest.mark.parametrize("question", QUESTIONS)
def test_both_engines_answer_a_made_up_network_alike(question, made_reader, made_on_neo4j):
    for params in combinations(question, made_reader, PARAMETER_SETS):
        assert _as_text(made_reader, question, params) == _as_text(made_on_neo4j, question, params), params


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_statement_binds_against_the_schema_without_data(question, bare_connection):
    for statement in question.statements.values():
        bare_connection.execute(f"EXPLAIN {statement.text}", {name: _example(question, name) for name in statement.params})


def _example(question: Question, name: str) -> object:
    param = question.params.get(name)
    if param is None:
        return True if name == "published" else ["some id"]
    return {"integer": 1, "number": 0.5, "boolean": True, "list<text>": ["some id"]}.get(param.type, "some id")


def test_binding_refuses_a_misspelt_label_and_property(bare_connection):
    for wrong in ("MATCH (c:Centre) RETURN c.id AS center_id", "MATCH (c:Center) RETURN c.nmae AS name"):
        with pytest.raises(RuntimeError, match="Binder exception"):
            bare_connection.execute(f"EXPLAIN {wrong}")


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_key_tells_rows_apart_and_asking_again_gives_the_same_bytes(question, made_reader):
    for params in combinations(question, made_reader, 8):
        answer = ask(made_reader, question.name, params, PUBLISHED)
        keys = [tuple(row[name] for name in question.key) for row in answer.records()]
        assert len(keys) == len(set(keys))
        again = ask(made_reader, question.name, dict(reversed(params.items())), PUBLISHED)
        assert json.dumps(again.to_json()) == json.dumps(answer.to_json())


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_drawn_hangs_together_and_its_sentence_is_whole(question, ladybug_reader):
    for params in combinations(question, ladybug_reader, 8):
        answer = ask(ladybug_reader, question.name, params)
        ids = {node.id for node in answer.graph.nodes}
        assert all({line.start_id, line.end_id} <= ids for line in answer.graph.relationships)
        assert all(words and "{" not in words and "None" not in words for words in (answer.sentence.ko, answer.sentence.en))


@pytest.mark.parametrize("question", QUESTIONS)
def test_protected_data_shows_no_small_count_and_no_case(question, made_reader):
    for policy, least in ((None, 5), (PUBLIC, 10)):
        for params in combinations(question, made_reader, 8):
            answer = ask(made_reader, question.name, params, policy)
            counts = [row[column.name] for column in answer.columns if column.type == "cases" for row in answer.records()]
            zero = {0} if policy is None else set()
            assert all(count is None or count >= least or count in zero for count in [*counts, answer.n])
            text = json.dumps(answer.to_json()["rows"]) + json.dumps(answer.to_json()["sources"])
            assert "made-cases-" not in text
            assert "made#case" not in text


@pytest.mark.parametrize("question", QUESTIONS)
def test_success_stories_never_rise_above_observed_counts(question, ladybug_reader):
    for params in combinations(question, ladybug_reader, 4):
        answer = ask(ladybug_reader, question.name, params)
        assert answer.evidence in ("E0", "E1")
        if answer.n is not None:
            assert any("success stories" in note.en for note in answer.notes)


@pytest.fixture(scope="module")
def bare_connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The schema's tables on Ladybug, with nothing in them."""
    import ladybug

    from graph.schema import load_schema
    from graph.statements import ladybug_tables

    path: Path = tmp_path_factory.mktemp("bare") / "graph.lbdb"
    database = ladybug.Database(str(path))
    connection = ladybug.Connection(database)
    for statement in ladybug_tables(load_schema()):
        connection.execute(statement)
    yield connection
    connection.close()
    database.close()

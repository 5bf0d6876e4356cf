from __future__ import annotations

import json

import pytest

from analysis.disclosure import PLANNER, PUBLIC
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import QuestionError, ask
from queries.catalog import load_catalog
from tests.contract import ANSWER_KEYS
from tests.graph.made import card, dataset_of, made_dataset


@pytest.fixture
def published(tmp_path):
    """Loads datasets into a workspace of their own and gives a reader of them."""
    readers = []

    def load(*datasets):
        home = tmp_path / str(len(readers))
        store = open_store("ladybug:", home)
        Workspace(home).publish(list(datasets), store)
        readers.append(store.reader())
        return readers[-1]

    yield load
    for reader in readers:
        reader.close()


@pytest.mark.parametrize(
    ("name", "params", "code", "words"),
    [
        ("network_overveiw", {}, "unknown_question", "network_overview"),
        ("network_overview", {"network": "x"}, "unknown_param", "networks"),
        ("network_overview", {"top": "0"}, "bad_value", "1~1000"),
        ("network_overview", {"top": "1001"}, "bad_value", "1 to 1000"),
        ("network_overview", {"top": "ten"}, "bad_value", "ten"),
        ("network_overview", {"top": "1e3"}, "bad_value", "1e3"),
        ("network_overview", {"top": ["1", "2"]}, "bad_value", "one value"),
        ("network_overview", {"top": True}, "bad_value", "integer"),
        ("network_overview", {"measure": "fuond"}, "bad_value", "found"),
        ("network_overview", {"networks": ["net-ulsna"]}, "unknown_id", "net-ulsan"),
        ("network_overview", {"networks": "x' OR 1=1 //"}, "unknown_id", "x' OR"),
        ("network_overview", {"networks": "울산\u0000"}, "bad_value", "�"),
        ("network_overview", {"networks": "가" * 201}, "bad_value", "200"),
        ("network_overview", {"networks": ["x"] * 501}, "bad_value", "500"),
        ("center_profile", {}, "missing_param", "center_id"),
        ("center_profile", {"center_id": ""}, "missing_param", "center_id"),
        ("center_profile", {"center_id": "울산고용센타"}, "unknown_id", "울산고용센터(center-ulsan)"),
        ("center_profile", {"center_id": "inst-semas"}, "unknown_id", "center_id"),
        ("partner_reach", {"kinds": ["employers"]}, "bad_value", "employers_federation"),
        ("case_journeys", {"by": "step"}, "bad_value", "step_kind"),
        ("collaboration_paths", {"first_id": "center-ulsan", "second_id": "center-ulsan"}, "bad_value", "different"),
        (
            "collaboration_paths",
            {"first_id": "center-ulsan", "second_id": "center-seoul", "max_hops": 5},
            "bad_value",
            "1 to 4",
        ),
        ("collaboration_paths", {"first_id": "center-ulsan", "second_id": "center-seoul", "k": "51"}, "bad_value", "1 to 50"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(ladybug_reader, name, params, code, words):
    with pytest.raises(QuestionError) as refused:
        ask(ladybug_reader, name, params)
    assert refused.value.code == code
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "\x00" not in str(refused.value)


def test_text_from_a_command_line_means_what_values_mean(ladybug_reader):
    as_text = {"networks": ["net-ulsan", "net-seoul", "net-ulsan"], "top": "5", "measure": "발굴"}
    as_values = {"networks": ["net-seoul", "net-ulsan"], "top": 5, "measure": "found"}
    assert ask(ladybug_reader, "network_overview", as_text) == ask(ladybug_reader, "network_overview", as_values)


def test_a_name_stands_for_its_id_where_only_one_node_has_it(ladybug_reader):
    by_name = ask(ladybug_reader, "center_profile", {"center_id": "울산고용센터"})
    assert by_name == ask(ladybug_reader, "center_profile", {"center_id": "center-ulsan"})
    assert by_name.params == {"center_id": "center-ulsan", "as_of": ""}
    assert by_name.sentence.ko.startswith("울산고용센터는 ")


def test_a_name_that_several_nodes_have_asks_for_the_id(published):
    centers = [{"id": f"c{i}", "name": "같은 이름", "kind": "career_center"} for i in (1, 2)]
    reader = published(dataset_of({"centers": centers}, card()))
    with pytest.raises(QuestionError, match=r"같은 이름\(c1\), 같은 이름\(c2\)"):
        ask(reader, "center_profile", {"center_id": "같은 이름"})


def test_an_empty_network_gets_an_answer_that_says_so(published):
    reader = published(dataset_of({"regions": [{"id": "r", "name": "지역"}]}, card()))
    for name in ("network_overview", "partner_reach", "case_journeys", "company_demand"):
        answer = ask(reader, name)
        assert (answer.rows, answer.evidence) == ((), "E0")
        assert answer.sentence == load_catalog().question(name).none


def test_every_fact_of_the_press_release_names_lines_of_its_source(ladybug_reader):
    answer = ask(ladybug_reader, "company_demand")
    assert answer.sources
    assert all(source.dataset_id == "moel-2025" and source.locator.startswith("L") for source in answer.sources)
    assert all(row["sources"] for row in answer.records())


def test_many_sources_are_cut_at_200_and_the_answer_says_so(published):
    reader = published(made_dataset(cases=900, disclosure="published"))
    answer = ask(reader, "partner_reach")
    assert len(answer.sources) == 200
    assert any("first 200" in note.en for note in answer.notes)


def test_success_stories_are_called_that_only_where_cases_are_told(ladybug_reader):
    about_cases = ask(ladybug_reader, "case_journeys")
    assert (about_cases.evidence, about_cases.n) == ("E1", 17)
    assert "잘된 사례" in about_cases.notes[0].ko
    told = ask(ladybug_reader, "company_demand")
    assert (told.evidence, told.n) == ("E0", None)
    assert not any("success" in note.en for note in told.notes)


def test_synthetic_data_is_labelled_on_every_answer(published):
    reader = published(made_dataset(synthetic=True))
    for name in ("network_overview", "company_demand"):
        assert "합성" in ask(reader, name).notes[0].ko


def test_one_protected_dataset_protects_the_whole(published):
    opened, closed = made_dataset("opened", disclosure="published"), made_dataset("closed")
    assert ask(published(opened), "case_journeys", policy=PUBLIC).records()[0]["case_ids"]
    answer = ask(published(opened, closed), "case_journeys", policy=PUBLIC)
    assert not any(row["case_ids"] or row["case_sources"] for row in answer.records())


def test_published_data_is_shown_as_it_is_to_the_public_too(ladybug_reader):
    assert ask(ladybug_reader, "case_journeys", policy=PUBLIC) == ask(ladybug_reader, "case_journeys", policy=PLANNER)


def test_subtracting_the_answers_of_overlapping_filters_gives_no_small_count(made_reader):
    """Every pair of answers to nested filters: what their n differ by is never the count of a hidden cell."""
    from graph.schema import load_schema

    kinds = [*load_schema().vocabularies["institution_kind"], *load_schema().vocabularies["center_kind"]]
    for policy in (PLANNER, PUBLIC):
        asked = {kind: ask(made_reader, "partner_reach", {"kinds": [kind]}, policy) for kind in kinds}
        hides = {kind for kind, answer in asked.items() if any(row["supported"] is None for row in answer.records())}
        assert hides
        assert all(asked[kind].n is None for kind in hides)
        for kind in hides:
            both = ask(made_reader, "partner_reach", {"kinds": [kind, "career_center", "employment_center"]}, policy)
            assert both.n is None


def test_rows_with_hidden_counts_stand_in_the_order_of_their_key(made_reader):
    rows = ask(made_reader, "partner_reach").records()
    hidden = [row["partner_id"] for row in rows if row["supported"] is None]
    assert len(hidden) > 2
    assert hidden == sorted(hidden)
    assert [row["partner_id"] for row in rows][-len(hidden) :] == hidden


def test_an_answer_is_json_of_the_contract(ladybug_reader):
    answer = json.loads(json.dumps(ask(ladybug_reader, "network_overview").to_json(), ensure_ascii=False))
    assert set(answer) >= ANSWER_KEYS
    assert set(answer["sentence"]) == {"ko", "en"}
    assert set(answer["rows"][0]) == {column["name"] for column in answer["columns"]}
    assert set(answer["graph"]) == {"nodes", "relationships"}

"""Answers for a day, answers of an old generation, and answers about nothing."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from analysis.disclosure import PUBLISHED
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.catalog import Question, load_catalog
from queries.errors import QuestionError
from tests.graph.made import card, dataset_of, made_dataset
from tests.queries.asked import combinations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.store import Reader

QUESTIONS = [pytest.param(question, id=question.name) for question in load_catalog()]


def _whole(reader: Reader, question: Question, **more: str) -> dict[str, object]:
    given = next(iter(combinations(question, reader, 1)))
    return ask(reader, question.name, {**given, **more}, PUBLISHED).to_json()


def test_fifteen_networks_in_2025_and_none_before(reader):
    assert len(ask(reader, "network_overview", {"as_of": "2025-06-01"}).rows) == 15
    assert len(ask(reader, "network_overview", {"as_of": "2026-01-01"}).rows) == 15
    assert len(ask(reader, "network_overview").rows) == 15


def test_the_programs_planned_for_2026_appear_on_its_first_day(reader):
    def offered(day: str) -> set[str]:
        rows = ask(reader, "institution_profile", {"institution_id": "inst-moel", "as_of": day}).records()
        return {row["entity_id"] for row in rows if row["relationship"] == "OFFERS"}

    planned = offered("2026-01-01") - offered("2025-12-31")
    assert planned == {
        "prog-network-expansion",
        "prog-hard-to-fill-incentive",
        "prog-tomorrow-package",
        "prog-career-support-2026",
        "prog-early-career-design",
        "prog-retiree-services",
    }
    assert offered("") == offered("2026-01-01") | {"prog-results-meeting"}


def test_a_program_is_gone_after_its_last_day(reader):
    def meeting(day: str) -> int:
        rows = ask(reader, "institution_profile", {"institution_id": "inst-moel", "as_of": day}).records()
        return sum(row["entity_id"] == "prog-results-meeting" for row in rows)

    assert [meeting(day) for day in ("2025-12-16", "2025-12-17", "2025-12-18")] == [0, 1, 0]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_day_before_everything_gets_a_sentence_and_no_error(question, ladybug_reader):
    answer = _whole(ladybug_reader, question, as_of="1900-01-01")
    assert answer["rows"] == []
    assert "1900-01-01에 유효한 사실이 없습니다" in answer["sentence"]["ko"]  # type: ignore[index]
    assert "2025-01-01" in answer["sentence"]["en"]  # type: ignore[index]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_day_that_is_none_is_refused_in_one_line(question, ladybug_reader):
    for wrong in ("2026-02-30", "2026", "어제", "2026-1-1", "20260101", "2026-01-01T00:00"):
        with pytest.raises(QuestionError, match="as_of") as refused:
            _whole(ladybug_reader, question, as_of=wrong)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_catalog_gives_every_question_a_day(question):
    assert question.params["as_of"].type == "day"
    assert question.params["as_of"].default == ""


def test_what_a_day_leaves_out_is_what_its_dates_leave_out(made_reader):
    tables = {name: frame.to_dicts() for name, frame in made_dataset().tables.items()}

    def holds(row: dict[str, str], day: str) -> bool:
        return (row["valid_from"] or day) <= day <= (row["valid_to"] or day)

    for day in ("2020-06-01", "2022-06-15", "2024-01-01", "2025-12-31"):
        programs = {row["id"] for row in tables["programs"] if holds(row, day)}
        for row in ask(made_reader, "partner_reach", {"as_of": day, "top": 1000}, PUBLISHED).records():
            partner = row["partner_id"]
            joined = {r["network_id"] for r in tables["memberships"] if r["member_id"] == partner and holds(r, day)}
            offered = {r["id"] for r in tables["programs"] if r["provider_id"] == partner} & programs
            shared = {r["program_id"] for r in tables["program_providers"] if r["provider_id"] == partner} & programs
            assert row["networks"] == len(joined)
            assert row["programs"] == len(offered | shared)


def test_an_old_generation_gives_the_bytes_it_gave(moel, tmp_path):
    store, workspace = open_store("ladybug:", tmp_path), Workspace(tmp_path)
    first = workspace.publish([moel], store)
    with closing(store.reader()) as reader:
        before = {question.name: json.dumps(_whole(reader, question), ensure_ascii=False) for question in load_catalog()}
    rows = {"regions": [{"id": "reg-new", "name": "새 지역"}], "needs": [{"id": "need-new", "name": "새 애로사항"}]}
    later = workspace.publish([dataset_of(rows, card("later", disclosure="published"))], store)
    assert later.id != first.id
    with closing(store.reader(first.id)) as reader:
        assert {
            question.name: json.dumps(_whole(reader, question), ensure_ascii=False) for question in load_catalog()
        } == before


@pytest.fixture(scope="module")
def one_region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A network that holds one region and nothing else."""
    home = tmp_path_factory.mktemp("one-region")
    store = open_store("ladybug:", home)
    Workspace(home).publish([dataset_of({"regions": [{"id": "r", "name": "어느 곳"}]}, card())], store)
    with closing(store.reader()) as reader:
        yield reader


@pytest.mark.parametrize(
    "question", [param for param in QUESTIONS if not any(p.required for p in param.values[0].params.values())]
)
def test_a_network_of_one_region_gets_clear_answers(question, one_region):
    for params in ({}, {"as_of": "2025-01-01"}):
        answer = ask(one_region, question.name, params)
        assert answer.rows == ()
        assert answer.evidence == "E0"
        assert answer.sentence.ko
        assert "None" not in answer.sentence.ko + answer.sentence.en


@pytest.mark.parametrize(
    ("question", "param", "wrong", "near"),
    [
        ("need_gaps", "needs", "경력단졀", "경력 단절"),
        ("need_gaps", "regions", "서울특별사", "서울특별시"),
        ("need_gaps", "age_bands", "50대s", "50s"),
        ("industry_gaps", "industries", "조선업계", "조선업"),
        ("partnership_gaps", "centers", "울산고용센타", "울산고용센터"),
        ("partnership_gaps", "states", "unknwon", "unknown"),
        ("bridges", "networks", "net-ulsam", "net-ulsan"),
    ],
)
def test_what_is_not_known_is_answered_with_what_is_near(ladybug_reader, question, param, wrong, near):
    with pytest.raises(QuestionError) as refused:
        ask(ladybug_reader, question, {param: [wrong]})
    assert refused.value.param == param
    assert near in str(refused.value)

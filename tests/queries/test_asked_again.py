"""What a question costs the second time, counted in statements and not in seconds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from analysis import goals
from api.loading import load_folders
from graph.store import Reader
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.catalog import load_catalog
from queries.referral import person, search
from queries.telling.nodes import nodes_with

PRESS_RELEASE = Path(__file__).parents[2] / "data" / "moel-2025"
PERSON = {"need": ["need-career-break"], "region": "reg-incheon", "age_band": "40s", "target": ["프리랜서 강사"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    load_folders([PRESS_RELEASE], Workspace(home), open_store("ladybug:", home), lambda *_: None)
    return home


@pytest.fixture
def reader(home: Path) -> Iterator[Reader]:
    reader = open_store("ladybug:", home).reader()
    yield reader
    reader.close()


def targets(reader: Reader) -> list[str]:
    return [str(row[0]) for row in reader.query("MATCH (node:Occupation) RETURN node.id AS id ORDER BY id LIMIT 20", {}).rows]


def test_the_next_person_is_referred_without_a_statement(reader: Reader, asked: list[str]) -> None:
    ask(reader, "referral_paths", PERSON | {"target": targets(reader)[:1]})
    asked.clear()
    for target in targets(reader)[1:6]:
        asked.clear()
        ask(reader, "referral_paths", PERSON | {"target": [target]})
        assert asked == []


def test_the_next_need_for_a_target_is_one_search_and_no_remaining_distance(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Counter[str]()

    def counted(module: Any, name: str) -> None:
        whole = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, **named: done.update([name]) or whole(*given, **named))

    counted(goals, "rows_within")
    counted(goals, "remaining_within")
    counted(search, "ranked_paths")
    counted(search, "best_paths")
    person = {"target": ["occ-freelance-instructor"], "weight_steps": 1, "weight_seats": 1}
    first = ask(reader, "referral_paths", person | {"need": ["need-career-break"]})
    assert done == {"rows_within": 1, "ranked_paths": 1}
    assert any(row["part"] == "alternate" for row in first.records())
    done.clear()
    ask(reader, "referral_paths", person | {"need": ["need-caring-duties"]})
    assert done["rows_within"] == done["remaining_within"] == 0
    assert done["ranked_paths"] == 1


def test_why_a_need_leads_nowhere_is_told_from_tables_that_are_kept(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    done = Counter[str]()

    def counted(module: Any, name: str) -> None:
        whole = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, **named: done.update([name]) or whole(*given, **named))

    counted(person, "steps_from")
    counted(search, "ranked_paths")
    lost = {"need": ["need-age-barrier"], "weight_steps": 1, "max_age_days": 91}
    first = ask(reader, "referral_paths", lost | {"target": ["버스 운전기사"]})
    assert {row["part"] for row in first.records()} >= {"closed", "opener"}
    assert done == {"steps_from": 2, "ranked_paths": 1}
    done.clear()
    second = ask(reader, "referral_paths", lost | {"target": ["occ-nursing-aide"]})
    assert {row["part"] for row in second.records()} >= {"closed", "opener"}
    assert not done


def test_the_first_day_of_the_data_is_asked_for_once(reader: Reader, asked: list[str]) -> None:
    ask(reader, "referral_paths", PERSON | {"target": [], "as_of": "2025-12-01"})
    asked.clear()
    ask(reader, "referral_paths", PERSON | {"target": [], "as_of": "2025-12-02"})
    assert asked == []


def test_what_was_looked_up_is_remembered_and_so_is_what_is_not_there(home: Path, asked: list[str]) -> None:
    reader = open_store("ladybug:", home).reader()
    first = nodes_with(reader, ["center-ulsan", "nobody"], ["Center", "Institution"])
    assert list(first) == ["center-ulsan"]
    asked.clear()
    assert nodes_with(reader, ["nobody", "center-ulsan"], ["Center", "Institution"]) == first
    assert asked == []
    assert list(nodes_with(reader, ["center-ulsan", "center-gumi"], ["Center"])) == ["center-gumi", "center-ulsan"]
    assert len(asked) == 1
    reader.close()
    other = open_store("ladybug:", home).reader()
    asked.clear()
    assert nodes_with(other, ["center-ulsan"], ["Center"]) == first
    assert len(asked) == 1, "another reader asks for itself"
    other.close()


def test_names_found_in_the_directory_are_those_the_engine_tells(home: Path) -> None:
    taught, plain = open_store("ladybug:", home).reader(), open_store("ladybug:", home).reader()
    ask(taught, "referral_paths", PERSON)
    kinds = ["Need", "Program", "Center", "Institution", "Network", "Industry", "Occupation", "Credential", "Company"]
    ids = [str(row[0]) for kind in kinds for row in plain.query(f"MATCH (n:{kind}) RETURN n.id AS id LIMIT 500", {}).rows]
    assert nodes_with(taught, [*ids, "nobody"], kinds) == nodes_with(plain, [*ids, "nobody"], kinds)
    taught.close()
    plain.close()


@pytest.mark.parametrize(
    "name", [question.name for question in load_catalog() if not any(param.required for param in question.params.values())]
)
def test_an_answer_as_json_holds_every_field_of_it(name: str, reader: Reader) -> None:
    answer = ask(reader, name, {})
    whole = asdict(answer)
    told = answer.to_json()
    assert told.keys() == whole.keys()
    assert [{key: each[key] for key in ("name", "type", "label")} for each in whole["columns"]] == told["columns"]
    assert [list(record.values()) for record in told["rows"]] == [list(row) for row in whole["rows"]]
    for field in whole.keys() - {"columns", "rows"}:
        assert told[field] == (list(whole[field]) if isinstance(whole[field], tuple) else _listed(whole[field])), field


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: list(each) if isinstance(each, tuple) else each for key, each in value.items()}
    return value

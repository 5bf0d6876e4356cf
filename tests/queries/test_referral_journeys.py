"""The journeys the press release tells, looked for as paths in a network that has forgotten every case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from graph.dataset import Dataset
from graph.schema import load_schema
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask

if TYPE_CHECKING:
    from graph.store import Reader

FOUND = {
    "case-incheon-north-1": {"prog-digital-tutor", "prog-practitioner-mentoring"},
    "case-incheon-north-3": {"prog-gyeonggi-bus"},
    "case-daegu-1": {"prog-daegu-hospital-practice"},
}
"""Cases whose journey is among the paths, with the programs it leads through."""
UNTOLD_WORK = "the source tells no occupation that the person reached"
UNTOLD_TRAINING = "the source tells of no program that trains for the occupation, so no fact but the case leads there"
CANNOT_BE = {
    "case-incheon-north-2": UNTOLD_WORK,
    "case-incheon-north-4": UNTOLD_TRAINING,
    "case-incheon-north-5": UNTOLD_WORK,
    "case-seoul-gwanak-1": UNTOLD_WORK,
    "case-seoul-gwanak-2": UNTOLD_TRAINING,
    "case-seoul-gwanak-3": UNTOLD_WORK,
    "case-seoul-1": UNTOLD_TRAINING,
    "case-seoul-2": UNTOLD_WORK,
    "case-seoul-3": UNTOLD_TRAINING,
    "case-daegu-2": UNTOLD_WORK,
    "case-daegu-3": UNTOLD_TRAINING,
    "case-daegu-4": UNTOLD_WORK,
    "case-cheonan-1": UNTOLD_TRAINING,
    "case-cheonan-2": UNTOLD_TRAINING,
}
"""Cases whose journey cannot be found, and why."""


@pytest.fixture(scope="module")
def without_people(moel: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The press release's network alone: no case, no need of one, no step."""
    tables = {name: table for name, table in moel.tables.items() if not load_schema().tables[name].person}
    home = tmp_path_factory.mktemp("network-alone")
    store = open_store("ladybug:", home)
    Workspace(home).publish([Dataset(moel.card, tables)], store)
    reader = store.reader()
    yield reader
    reader.close()


def told_of(moel: Dataset) -> dict[str, dict[str, Any]]:
    """Each case with its needs, the programs it used, and where it was handled."""
    tables = {name: moel.tables[name].to_dicts() for name in ("cases", "case_needs", "case_steps", "centers")}
    region = {row["id"]: row["region_id"] for row in tables["centers"]}
    return {
        row["id"]: row
        | {
            "needs": [each["need_id"] for each in tables["case_needs"] if each["case_id"] == row["id"]],
            "programs": {each["program_id"] for each in tables["case_steps"] if each["case_id"] == row["id"]} - {None},
            "region": region[row["center_id"]],
        }
        for row in tables["cases"]
    }


def journey(reader: Reader, case: dict[str, Any]) -> set[str]:
    """The programs the person used that lie on paths from a need of theirs to the occupation they reached."""
    met: set[str] = set()
    for need in case["needs"]:
        asked = {"need": [need], "target": [case["hired_occupation_id"]], "region": case["region"], "k": 20}
        answer = ask(reader, "referral_paths", asked | {"age_band": case["age_band"] or ""})
        met |= {row["to_id"] for row in answer.records() if row["part"] == "path"} & case["programs"]
    return met


def test_every_case_is_either_found_or_has_a_reason(moel: Dataset) -> None:
    cases = told_of(moel)
    assert sorted({**FOUND, **CANNOT_BE}) == sorted(cases)
    assert not FOUND.keys() & CANNOT_BE.keys()


@pytest.mark.parametrize("case", FOUND)
def test_the_journey_from_the_need_to_the_work_is_among_the_paths_of_the_network_alone(without_people, moel, case) -> None:
    assert journey(without_people, told_of(moel)[case]) == FOUND[case]


@pytest.mark.parametrize("case", CANNOT_BE)
def test_a_journey_is_given_up_only_for_the_reason_that_is_named(without_people, moel, case) -> None:
    told = told_of(moel)[case]
    if CANNOT_BE[case] == UNTOLD_WORK:
        assert told["hired_occupation_id"] is None
        return
    targets = moel.tables["program_targets"].to_dicts()
    trained = {row["target_id"] for row in targets if row["target_kind"] == "occupation"}
    assert told["hired_occupation_id"] not in trained
    assert journey(without_people, told) == set()


def test_the_network_alone_holds_no_case(without_people: Reader) -> None:
    answer = ask(without_people, "referral_paths", {"need": ["need-career-break"]})
    assert answer.n is None
    assert {row["cases"] for row in answer.records()} <= {None}
    assert answer.evidence == "E0"

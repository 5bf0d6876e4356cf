from __future__ import annotations

import json

import pytest

from queries.catalog import load_catalog
from tests.queries.golden_answers import ASKED, FOLDER, golden

FIRST_QUESTIONS = {
    "network_overview",
    "partner_reach",
    "collaboration_paths",
    "case_journeys",
    "center_profile",
    "institution_profile",
    "company_demand",
}


@pytest.mark.parametrize("name", ASKED)
def test_the_press_release_gives_the_answer_checked_by_hand(reader, name):
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert golden(reader, name) == kept


def test_each_of_the_first_questions_has_a_golden_answer():
    assert {question for question, _ in ASKED.values()} >= FIRST_QUESTIONS
    assert {question.name for question in load_catalog()} >= FIRST_QUESTIONS


def test_the_golden_answers_say_what_the_text_says():
    """Figures read off the press release itself, by its lines."""
    overview = {row["network_id"]: row for row in json.loads((FOLDER / "network_overview.json").read_text())["rows"]}
    assert len(overview) == 15  # line 9
    companies = {network: row["companies"] for network, row in overview.items() if row["companies"] is not None}
    assert companies == {"net-seoul-gwanak": 28, "net-incheon-north": 30, "net-ulsan": 35}  # lines 111, 120, 129
    cases = {network: row["cases"] for network, row in overview.items() if row["cases"]}
    assert cases == {  # lines 146-150, 154-156, 160-162, 39 and 167-169, 43
        "net-incheon-north": 5,
        "net-seoul-gwanak": 3,
        "net-seoul": 3,
        "net-daegu": 4,
        "net-cheonan": 2,
    }
    assert overview["net-daegu"]["career_center_ids"] == ["career-daegu", "career-dalgubeol", "career-gyeongbuk-kef"]  # line 95
    demand = json.loads((FOLDER / "company_demand.json").read_text())["rows"]
    ulsan = {row["industry_name"]: row["companies"] for row in demand if row["network_id"] == "net-ulsan"}
    assert sum(ulsan.values()) == 35
    assert ulsan["조선업"] == 7

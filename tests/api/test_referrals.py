from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.dataset import Dataset
from queries.ask import ask
from tests.api.conftest import asking, loaded
from tests.api.test_http import problem
from tests.contract import ANSWER_KEYS
from tests.graph.made import card, dataset_of

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from graph.store import Reader

TUTOR = "/api/referrals?need=need-career-break&need=need-caring-duties&region=reg-incheon&age_band=40s&k=5&target=프리랜서 강사"
COSTS = {"steps", "handovers", "distance", "waiting", "seats_unknown", "evidence_cost"}


def told(client: httpx.Client, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert {"paths", "why_not"} | ANSWER_KEYS <= found.keys()
    return found


def test_the_paths_of_a_journey_the_press_release_tells(client: httpx.Client) -> None:
    found = told(client, TUTOR)
    assert [[step["to_id"] for step in path["steps"]] for path in found["paths"]] == [
        ["prog-practitioner-mentoring", "occ-freelance-instructor"],
        ["prog-digital-tutor", "occ-freelance-instructor"],
    ]
    assert [path["rank"] for path in found["paths"]] == [1, 2]
    assert found["why_not"] is None
    first = found["paths"][0]["steps"][0]
    assert (first["relationship"], first["label"]["ko"]) == ("ADDRESSES", "이 애로사항을 해소하는 프로그램")
    assert first["sources"] == [{"dataset_id": "moel-2025", "locator": "L35; L146"}]
    assert first["seats"] == {"state": "unknown", "left": None}
    assert first["evidence"] == {"cases": 1, "hired": 1}


def test_a_path_costs_what_its_steps_cost_and_has_an_alternate_for_a_full_step(client: httpx.Client) -> None:
    for path in told(client, "/api/referrals?need=need-job-loss&region=reg-seoul&k=50&max_steps=8")["paths"]:
        assert path["cost"].keys() == COSTS
        assert path["cost"]["steps"] == len(path["steps"])
        for name in COSTS - {"steps"}:
            assert path["cost"][name] == sum(step["cost"][name] for step in path["steps"])
        for alternate in path["alternates"]:
            full = path["steps"][alternate["step"] - 1]
            assert alternate["if_full_id"] == full["to_id"]
            assert full["to_id"] not in alternate["node_ids"][1:-1]
            assert alternate["cost"]["steps"] == len(alternate["node_ids"]) - 1
            assert alternate["sources"]
        ends = [path["steps"][0]["from_id"], *(step["to_id"] for step in path["steps"])]
        assert len(ends) == len(set(ends))
        assert all(step["sources"] for step in path["steps"])


def test_the_question_gives_the_same_paths_as_rows(client: httpx.Client, ladybug_reader: Reader) -> None:
    found = told(client, TUTOR)
    answer = ask(ladybug_reader, "referral_paths", {name: value for name, value in found["params"].items() if value != ""})
    assert answer.to_json()["rows"] == found["rows"]
    steps = [row for row in answer.records() if row["part"] == "path"]
    assert len(steps) == sum(len(path["steps"]) for path in found["paths"])


@pytest.mark.parametrize(
    ("address", "code", "near"),
    [
        ("need=need-career-brake", "unknown-id", "need-career-break"),
        ("need=need-job-loss&region=인천", "unknown-id", "reg-incheon"),
        ("need=need-job-loss&age_band=50", "bad-value", "50s"),
        ("need=need-job-loss&k=0", "bad-value", None),
        ("need=need-job-loss&k=10000", "bad-value", None),
        ("need=need-job-loss&as_of=2025-02-30", "bad-value", None),
        ("need=need-job-loss&regoin=reg-seoul", "unknown-param", "region"),
        ("need=need-job-loss&weight_steps=-1", "bad-value", None),
        ("need=need-job-loss&region=reg-seoul&region=reg-busan", "bad-parameter", None),
        ("region=reg-seoul", "missing-param", None),
        ("need=", "missing-param", None),
    ],
)
def test_what_cannot_be_asked_gets_one_clear_problem(client: httpx.Client, address: str, code: str, near: str | None) -> None:
    found = problem(client, f"/api/referrals?{address}", 400)
    assert found["type"].endswith(code)
    assert near is None or near in str(found["near"])


def test_before_the_first_day_nothing_is_valid_and_the_answer_says_so(client: httpx.Client) -> None:
    found = told(client, "/api/referrals?need=need-job-loss&as_of=1900-01-01")
    assert found["paths"] == []
    assert found["why_not"] == {"reason": "none_exists", "needs": []}
    assert "2025-01-01" in found["sentence"]["ko"]


def test_a_program_too_far_away_is_the_reason_and_one_nearer_would_open_a_path(client: httpx.Client) -> None:
    found = told(
        client, "/api/referrals?need=need-missing-credential&region=reg-incheon-bupyeong&max_distance=1&target=버스 운전기사"
    )
    assert (found["paths"], found["why_not"]["reason"]) == ([], "too_far")
    need = found["why_not"]["needs"][0]
    assert [(step["to_id"], step["reason"]) for step in need["closed"]] == [("prog-gyeonggi-bus", "too_far")]
    assert need["way"]["node_ids"] == ["need-missing-credential", "prog-gyeonggi-bus", "occ-bus-driver"]
    assert {"kind": "program", "from_id": "need-missing-credential", "to_id": "occ-bus-driver"}.items() <= need["openers"][
        0
    ].items()
    assert "너무 멂" in found["sentence"]["ko"]


def test_a_need_without_a_path_is_told_beside_the_paths_of_another(client: httpx.Client) -> None:
    found = told(client, "/api/referrals?need=need-career-change&need=need-age-barrier&target=버스 운전기사")
    assert {path["steps"][0]["from_id"] for path in found["paths"]} == {"need-career-change"}
    assert [need["need_id"] for need in found["why_not"]["needs"]] == ["need-age-barrier"]
    assert any("나이 장벽" in note["ko"] for note in found["notes"])


def test_only_a_longer_path_is_told_as_such(client: httpx.Client) -> None:
    found = told(client, "/api/referrals?need=need-financial-hardship&target=버스 운전기사&max_steps=4")
    assert (found["paths"], found["why_not"]["reason"]) == ([], None)
    assert any("단계까지 늘리면" in note["ko"] for note in found["notes"])


def everything_closed(**changed: Any) -> Dataset:
    """One program from one need to one occupation, closed for somebody by one reason."""
    program = {"id": "prog", "name": "과정", "kind": "training", "status": "open", "region_id": "reg", "provider_id": "inst"}
    program |= {"seats_available": 3, "seats_updated_on": "2026-01-10"} | changed
    targets = [("need", "need"), ("occupation", "occ")]
    return dataset_of(
        {
            "regions": [{"id": id_, "name": id_} for id_ in ("reg", "far")],
            "needs": [{"id": "need", "name": "애로"}],
            "occupations": [{"id": "occ", "name": "직업"}],
            "institutions": [{"id": "inst", "name": "기관", "kind": "other"}],
            "programs": [program],
            "program_targets": [{"program_id": "prog", "target_kind": kind, "target_id": id_} for kind, id_ in targets],
        },
        card(published_on="2026-01-15"),
    )


@pytest.mark.parametrize(
    ("changed", "asked", "reason"),
    [
        ({}, "", None),
        ({"status": "closed"}, "", "none_exists"),
        ({"status": "planned", "valid_from": "2027-01-01"}, "", "none_exists"),
        ({"status": "planned", "valid_from": "2026-01-01"}, "&as_of=2026-01-20", None),
        ({"valid_to": "2025-12-31"}, "&as_of=2026-01-20", "none_exists"),
        ({"min_age": 60}, "&age_band=50s", "not_eligible"),
        ({"max_age": 49}, "&age_band=50s", "not_eligible"),
        ({"max_age": 50}, "&age_band=50s", None),
        ({"seats_available": 0}, "", "no_seats"),
        ({"seats_available": 0, "seats_updated_on": "2025-01-10"}, "", None),
        ({"seats_available": None}, "&seats=known", "no_answer"),
        ({"seats_updated_on": "2025-01-10"}, "&seats=known", "no_answer"),
        ({}, "&region=far&max_distance=1", "too_far"),
        ({}, "&region=far", None),
        ({"region_id": None, "provider_id": None}, "&region=far&max_distance=1", None),
    ],
)
def test_each_reason_closes_a_step_and_no_other_does(
    tmp_path: Path, changed: dict[str, Any], asked: str, reason: str | None
) -> None:
    with asking(loaded(tmp_path, everything_closed(**changed))) as client:
        found = told(client, f"/api/referrals?need=need{asked}")
    assert bool(found["paths"]) == (reason is None)
    assert (found["why_not"] or {}).get("reason") == reason


def test_an_empty_directory_has_no_path_and_no_trouble(tmp_path: Path) -> None:
    empty = dataset_of({"needs": [{"id": "need", "name": "애로"}]}, card())
    with asking(loaded(tmp_path, empty)) as client:
        found = told(client, "/api/referrals?need=need")
        assert (found["paths"], found["why_not"]["reason"]) == ([], "none_exists")
        assert client.get("/api/questions/referral_paths").status_code == 200


def test_protected_counts_stay_hidden_and_the_answer_says_so(protected_client: httpx.Client) -> None:
    found = told(protected_client, "/api/referrals?need=made-needs-000001&need=made-needs-000002&k=50")
    assert found["paths"]
    counts = [step["evidence"]["cases"] for path in found["paths"] for step in path["steps"]]
    assert all(count is None or count == 0 or count >= 5 for count in counts)
    assert any("사례 수는" in note["ko"] for note in found["notes"])

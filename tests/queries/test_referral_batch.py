from __future__ import annotations

import csv
import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph.stores import open_store
from graph.workspace import Workspace
from queries.referral.batch import COLUMNS, NO_PATH, NO_SEAT, BatchError, assign_batch, assign_file, read_requests
from tests.graph.made import card, dataset_of

if TYPE_CHECKING:
    from graph.store import Reader

NEEDS, WORK = [f"need-{i}" for i in range(3)], [f"occ-{i}" for i in range(3)]
PROGRAMS = {  # seats left, needs, occupations, minimum age
    "prog-a": (1, [0, 1], [0, 1], None),
    "prog-b": (1, [0], [0, 1], None),
    "prog-c": (2, [1, 2], [1, 2], 60),
    "prog-d": (0, [0, 1, 2], [0, 1, 2], None),
    "prog-e": (None, [2], [2], None),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A directory with few seats."""
    rows: dict[str, list[dict[str, Any]]] = {
        "needs": [{"id": id_, "name": f"애로 {id_}"} for id_ in NEEDS],
        "occupations": [{"id": id_, "name": f"직업 {id_}"} for id_ in WORK],
        "institutions": [{"id": "inst", "name": "기관", "kind": "other"}],
        "programs": [
            {
                "id": id_, "name": f"과정 {id_}", "kind": "training", "provider_id": "inst", "min_age": age, "status": "open",
                "seats_available": seats, "seats_updated_on": None if seats is None else "2026-01-10",
            }
            for id_, (seats, _, _, age) in PROGRAMS.items()
        ],
        "program_targets": [
            {"program_id": id_, "target_kind": kind, "target_id": ids[place]}
            for id_, (_, needs, work, _) in PROGRAMS.items()
            for kind, ids, places in (("need", NEEDS, needs), ("occupation", WORK, work))
            for place in places
        ],
    }  # fmt: skip
    home = tmp_path_factory.mktemp("seats")
    store = open_store("ladybug:", home)
    Workspace(home).publish([dataset_of(rows, card("seats", published_on="2026-01-15"))], store)
    found = store.reader()
    yield found
    found.close()


def request(id_: str, need: int, work: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "need": [NEEDS[need]], "target": [WORK[work]], "max_steps": 2, **more}


def programs_for(asked: dict[str, Any]) -> list[str]:
    """Programs that lead from the need to the work in two steps and take the person."""
    need, work = NEEDS.index(asked["need"][0]), WORK.index(asked["target"][0])
    young = asked.get("age_band") == "40s"
    return [
        id_
        for id_, (seats, needs, works, age) in PROGRAMS.items()
        if need in needs and work in works and seats != 0 and not (young and age)
    ]


def most_served(requests: list[dict[str, Any]]) -> int:
    """By trying every way to hand out the seats."""
    best = 0
    for given in itertools.product(*[[None, *programs_for(each)] for each in requests]):
        fits = all(seats is None or given.count(id_) <= seats for id_, (seats, *_) in PROGRAMS.items())
        best = max(best, sum(each is not None for each in given)) if fits else best
    return best


@pytest.mark.parametrize("seed", range(12))
def test_as_many_are_served_as_trying_every_way_finds(reader: Reader, seed: int) -> None:
    chance = random.Random(seed)
    requests = [
        request(f"r{i}", chance.randrange(3), chance.randrange(3), age_band=chance.choice(["40s", "60s"])) for i in range(5)
    ]
    batch = assign_batch(reader, requests)
    assert batch.regret.best.served == most_served(requests) == sum(row["served"] for row in batch.rows)
    taken = [each for row in batch.rows for each in row["path_ids"] if each in PROGRAMS]
    assert all(seats is None or taken.count(id_) <= seats for id_, (seats, *_) in PROGRAMS.items())
    for asked, row in zip(requests, batch.rows, strict=True):
        assert set(row["path_ids"]) & set(PROGRAMS) <= set(programs_for(asked))
        assert row["note"] == NO_PATH if not programs_for(asked) else row["served"] or row["note"] == NO_SEAT


def test_in_order_of_arrival_one_request_less_is_served_and_the_answer_says_so(reader: Reader) -> None:
    # The first may go to a or b, the second to a alone: greed gives the first a.
    requests = [request("first", 0, 0), request("second", 1, 0)]
    batch = assign_batch(reader, requests)
    assert (batch.regret.best.served, batch.regret.greedy.served, batch.regret.served) == (2, 1, 1)
    assert batch.sentence.ko == "요청 2건 가운데 2건을 연계할 수 있습니다. 들어온 순서대로 하면 1건입니다."
    assert [row["path_ids"][1] for row in batch.rows] == ["prog-b", "prog-a"]


def test_a_program_of_unknown_seats_holds_nobody_back_and_is_said_to_be_unknown(reader: Reader) -> None:
    batch = assign_batch(reader, [request(f"r{i}", 2, 2, age_band="40s") for i in range(4)])
    assert batch.regret.best.served == 4
    assert {row["seats_unknown"] for row in batch.rows} == {1}
    assert all("모르는" in row["note"] for row in batch.rows)


def test_a_file_of_requests_comes_back_as_a_file_of_referrals(reader: Reader, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(
        f"id,need,target,age_band\n가,{NEEDS[0]};{NEEDS[1]},직업 occ-0,60대\n=1+1,{NEEDS[2]},{WORK[0]},\n", encoding="utf-8-sig"
    )
    batch = assign_file(reader, source, target)
    with target.open(encoding="utf-8-sig", newline="") as told:
        rows = list(csv.DictReader(told))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["id"], rows[0]["served"], rows[0]["path"].split(" → ")[-1]) == ("가", "예", "직업 occ-0")
    assert rows[1]["id"] == "'=1+1"
    assert len(batch.rows) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,need,regoin\n1,need-0,\n", "region"),
        ("need\nneed-0\n", "id 열과 need 열"),
        ("", "id 열과 need 열"),
        ("id,need\n1,need-0\n1,need-0\n", "3번째 줄"),
        ("id,need\n,need-0\n", "2번째 줄"),
        ("id,need\n1,need-0,x\n", "2번째 줄"),
        ("id,need,k\n1,need-0,3\n", "'k' 열"),
    ],
)
def test_a_bad_file_gets_one_line_that_says_where(text: str, said: str) -> None:
    with pytest.raises(BatchError) as wrong:
        read_requests(io.StringIO(text, newline=""))
    assert said in wrong.value.ko
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"need": ["need-9"]}, "1번째 요청(r0): 'need'"),
        ({"age_band": "55"}, "1번째 요청(r0): 'age_band'"),
        ({"need": []}, "need"),
    ],
)
def test_a_request_that_cannot_be_asked_is_named(reader: Reader, bad: dict[str, Any], said: str) -> None:
    with pytest.raises(BatchError) as wrong:
        assign_batch(reader, [request("r0", 0, 0) | bad])
    assert said in wrong.value.ko


def test_no_request_is_no_trouble(reader: Reader) -> None:
    assert assign_batch(reader, []).rows == ()

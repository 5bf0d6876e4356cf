from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from api import jobs, pace
from api.jobs import Job, Jobs
from api.pace import Pace
from api.steps import counted, stage_of, step_name
from graph.schema import load_schema
from loaders.folder import check_folder


def test_every_step_of_a_load_is_told_in_words() -> None:
    schema = load_schema()
    steps = [*schema.nodes, *schema.relationships, *schema.tables, *(f"{name}.csv" for name in schema.tables)]
    for step in steps:
        told = step_name(step)
        assert step not in told.ko and not re.search(r"[A-Za-z_]{3,}", told.ko), told
        assert "_" not in told.en
    assert step_name("cases.csv") != step_name("cases") != step_name("CaseFile")
    assert "우리 자료.xlsx" in step_name("우리 자료.xlsx").ko


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock says, to be set."""
    now = [100.0]
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])
    return now


def test_a_rate_and_an_estimate_follow_what_was_counted(now: list[float]) -> None:
    job = Job("id", "load")
    told = job.pace
    assert (job.doing, told.rate, told.seconds_left, job.percent) == (None, None, None, 0)
    told.tell("cases", 1_000, 10_000)
    now[0] += 2
    assert told.rate is None
    told.tell("cases", 5_000, 10_000)
    assert (told.rate, told.seconds_left, job.percent) == (2_000, 3, 50)
    told.tell("keep", 0, 10)
    now[0] += 5
    assert (told.rate, told.seconds_left) == (None, None)


def test_a_long_step_that_tells_nothing_is_expected_to_go_as_fast_as_those_before_it(now: list[float]) -> None:
    told = Pace()
    for step, rows, seconds in (("keep", 1, 60), ("CaseFile", 1_000, 2), ("HANDLED", 1_000, 6)):
        told.tell(step, 0, rows)
        now[0] += seconds
        told.tell(step, rows, rows)
    told.tell("SUPPORTED_BY", 0, 2_500)
    assert (told.rate, told.seconds_left) == (250, 10)
    now[0] += 4
    assert told.seconds_left == 6
    now[0] += 7
    assert told.rate == 250 and told.seconds_left is None, "nobody knows how much longer it takes than was expected"


def test_files_are_counted_on_by_their_size(now: list[float], tmp_path: Path) -> None:
    for name, size in (("dataset.yaml", 100), ("cases.csv", 3_000), ("needs.csv", 900)):
        (tmp_path / name).write_bytes(b"x" * size)
    steps: list[tuple[str, int, int]] = []
    check_folder(tmp_path, {}, lambda *step: steps.append(step))
    assert steps == [("cases.csv", 0, 4_000), ("dataset.yaml", 3_000, 4_000), ("needs.csv", 3_100, 4_000), ("together", 0, 1)]
    told = Pace()
    for step in steps[:3]:
        now[0] += 2
        told.tell(*step)
    assert (told.rate, counted(told.step, 12_345_678)) == (775, "12.3 MB")


def test_one_piece_of_work_at_a_time() -> None:
    work, go_on = Jobs(), threading.Event()
    started = work.start("load", lambda job, progress: (progress("cases", 1, 2), go_on.wait(10)))  # type: ignore[arg-type]
    with pytest.raises(jobs.Problem):
        work.start("check", lambda job, progress: None)
    assert work.running("load") is started
    go_on.set()
    work.wait()
    assert started.state == "done"


def test_every_step_of_a_load_belongs_to_a_part_of_it() -> None:
    assert [stage_of(step) for step in ("centers.csv", "cases", "together", "keep", "Center", "OFFERS", "verify")] == [
        0, 0, 0, 1, 1, 1, 2,
    ]  # fmt: skip

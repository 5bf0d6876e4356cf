from __future__ import annotations

import re
import threading

import pytest

from api import jobs
from api.jobs import Job, Jobs
from api.steps import stage_of, step_name
from graph.schema import load_schema


def test_every_step_of_a_load_is_told_in_words() -> None:
    schema = load_schema()
    steps = [*schema.nodes, *schema.relationships, *schema.tables, *(f"{name}.csv" for name in schema.tables)]
    for step in steps:
        told = step_name(step)
        assert step not in told.ko and not re.search(r"[A-Za-z_]{3,}", told.ko), told
        assert "_" not in told.en
    assert step_name("cases.csv") != step_name("cases") != step_name("CaseFile")
    assert "우리 자료.xlsx" in step_name("우리 자료.xlsx").ko


def test_a_rate_and_an_estimate_follow_the_counts_of_the_present_step(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: now[0])
    job = Job("id", "load")
    assert (job.doing, job.rate, job.seconds_left, job.percent) == (None, None, None, 0)
    job.progress("cases", 1_000, 10_000)
    now[0] += 2
    assert job.rate is None
    job.progress("cases", 5_000, 10_000)
    assert (job.rate, job.seconds_left, job.percent) == (2_000, 3, 50)
    job.progress("CaseFile", 0, 10)
    now[0] += 5
    assert (job.rate, job.seconds_left) == (None, None)


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

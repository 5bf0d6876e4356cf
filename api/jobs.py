"""Long work that a page starts and watches: one piece at a time, in a thread of its own."""

from __future__ import annotations

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TYPE_CHECKING, Literal

from api.pace import Pace
from api.problems import Problem, of_failure, of_store
from api.steps import counted, stage_of, step_name
from graph.store import StoreError
from queries.answer import Bilingual

if TYPE_CHECKING:
    from graph.schema import Label
    from graph.store import Generation, Progress
    from loaders.report import Report

REMEMBERED = 20
BUSY = Bilingual("다른 작업이 진행 중입니다. 끝난 뒤 다시 시도해 주세요.", "Other work is under way; try again when it ends.")
UNKNOWN = Bilingual(
    "그런 작업이 없습니다. 자료 화면에서 다시 시작해 주세요.", "There is no such work; start again from the data page."
)
State = Literal["running", "done", "failed"]


@dataclass
class Job:
    """One piece of work and how far it is. `reports` and `generation` are what came of it, `problem` why it failed."""

    id: str
    what: str
    state: State = "running"
    reports: tuple[Report, ...] = ()
    generation: Generation | None = None
    problem: Problem | None = None
    pace: Pace = field(default_factory=Pace)

    @property
    def doing(self) -> Label | None:
        """The present step in words, None before the first."""
        return step_name(self.pace.step) if self.pace.step else None

    @property
    def stage(self) -> int:
        """Which part of a load the present step belongs to."""
        return stage_of(self.pace.step)

    @property
    def percent(self) -> int:
        """How much of the present step is done."""
        return min(100, 100 * self.pace.done // self.pace.total) if self.pace.total else 0

    def counted(self, number: int) -> str:
        """A number of what the present step counts."""
        return counted(self.pace.step, number)


Work = Callable[[Job, "Progress"], None]


class Jobs:
    """The work of one app; the last pieces are remembered until the app stops."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()
        self._threads: list[Thread] = []

    def start(self, what: str, work: Work) -> Job:
        """Begin a piece of work; Problem while another runs."""
        with self._lock:
            if any(job.state == "running" for job in self._jobs.values()):
                raise Problem(409, "busy", BUSY, BUSY)
            job = Job(secrets.token_urlsafe(9), what)
            self._jobs[job.id] = job
            while len(self._jobs) > REMEMBERED:
                self._jobs.popitem(last=False)
        thread = Thread(target=_run, args=(job, work), name=f"pumasi-{what}")
        self._threads = [*(each for each in self._threads if each.is_alive()), thread]
        thread.start()
        return job

    def running(self, what: str) -> Job | None:
        """The work of that name that is under way."""
        with self._lock:
            return next((job for job in self._jobs.values() if job.what == what and job.state == "running"), None)

    def find(self, job_id: str) -> Job:
        """A piece of work; Problem when it is not remembered."""
        with self._lock:
            if job_id not in self._jobs:
                raise Problem(404, "unknown-job", UNKNOWN, UNKNOWN)
            return self._jobs[job_id]

    def wait(self) -> None:
        """Until nothing runs."""
        for thread in self._threads:
            thread.join()


def _run(job: Job, work: Work) -> None:
    try:
        work(job, job.pace.tell)
    except Problem as problem:
        job.problem, job.state = problem, "failed"
    except StoreError as refused:
        job.problem, job.state = of_store(refused), "failed"
    except Exception as fault:
        logging.getLogger(__name__).exception("work on %s failed", job.what)
        job.problem, job.state = of_failure(fault), "failed"
    else:
        job.state = "done"

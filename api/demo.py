"""The practice workspace: made-up cases in which the statistics have something to find, apart from the real data."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from api.jobs import Job, Jobs
from graph.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    from api.settings import Settings
    from graph.store import Progress, Store
    from loaders.cohort.truth import Plan

DEMO = "/demo"
CASES, SEED = 2_000, 1
PLAN: Plan = "pair"


class Demo:
    """An app of its own below `/demo`, made when the first request comes so that starting costs nothing."""

    def __init__(self, settings: Settings, create: Callable[[Settings], FastAPI]) -> None:
        home = settings.home / "demo"
        self._settings = replace(settings, home=home, store=f"ladybug:{home}/", demo=True)
        self._create = create
        self._app: FastAPI | None = None
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        with self._lock:
            if self._app is None:
                _forget_earlier(self._settings.home)
                self._app = self._create(self._settings)
        await self._app(scope, receive, send)

    def close(self) -> None:
        """Let go of what the app holds; a server tells only the outermost app that it stops."""
        if self._app is not None:
            self._app.state.jobs.wait()
            self._app.state.readers.close()
            self._app.state.store.close()


def _forget_earlier(home: Path) -> None:
    """Practice data that an earlier version of the program made is made anew."""
    from graph.contents import of_this_schema

    if any(generation.current and not of_this_schema(generation) for generation in Workspace(home).generations()):
        shutil.rmtree(home, ignore_errors=True)


def make_demo(app: FastAPI) -> Job:
    """The work that makes the practice data, begun if it is not under way."""
    jobs: Jobs = app.state.jobs
    settings: Settings = app.state.settings
    store: Store = app.state.store
    return jobs.running("demo") or jobs.start("demo", lambda job, progress: _make(job, settings.home, store, progress))


def _make(job: Job, home: Path, store: Store, progress: Progress) -> None:
    from api.loading import load_folders
    from loaders.cohort.write import write_cohort

    folder = home / "source" / "practice"
    try:
        write_cohort(folder, CASES, SEED, plan=PLAN, progress=progress)
        loaded = load_folders([folder], Workspace(home), store, progress)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
    job.reports, job.generation = loaded.reports, loaded.generation

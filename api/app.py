"""The application: every address over one store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from api.cached import AnswerCache
from api.console import problem_page
from api.demo import DEMO, Demo
from api.description import describe
from api.headers import HeadAsGet, NotModified, SecurityHeaders, not_modified
from api.jobs import Jobs
from api.problems import tell_problems
from api.readers import Readers
from api.routers import browse, data, listings, pages, questions, referrals, service
from api.settings import Settings
from api.uploads import clear
from graph.generations import Generations
from graph.stores import open_store

if TYPE_CHECKING:
    from graph.store import Store

LARGEST_BODY = 64 * 1024
"""Bytes of a request, wherever an address does not say otherwise."""
STATIC = Path(__file__).with_name("static")


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app of some settings (the environment's unless told). StoreError for an address that is no store."""
    settings = settings or Settings.from_environment()
    store = open_store(settings.store, settings.home)
    readers, jobs, demo = Readers(store), Jobs(), Demo(settings, create_app)
    app = FastAPI(
        title="품앗이 | Pumasi",
        version="0.1.0",
        description="지역 고용 네트워크에 묻고 답을 받습니다. | Ask a regional employment network and get honest answers.",
        docs_url=None,
        redoc_url=None,
        max_body_size=LARGEST_BODY,
        lifespan=_closing(readers, store, jobs, demo),
    )
    app.state.settings, app.state.store, app.state.readers, app.state.jobs = settings, store, readers, jobs
    clear(settings)
    for module in (questions, referrals, browse, service, data, listings, pages):
        app.include_router(module.router)
    if not settings.demo:
        app.mount(DEMO, demo, name="demo")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AnswerCache, current=current_id(store), blocking=store.engine == "neo4j")
    app.add_middleware(HeadAsGet)
    tell_problems(app, problem_page)
    app.add_exception_handler(NotModified, _not_modified)
    describe(app)
    return app


def _closing(readers: Readers, store: Store, jobs: Jobs, demo: Demo) -> Any:
    @asynccontextmanager
    async def closing(_: FastAPI) -> AsyncIterator[None]:
        yield
        jobs.wait()
        demo.close()
        readers.close()
        store.close()

    return closing


def current_id(store: Store) -> Callable[[], str | None]:
    """What tells the id of the current generation, the pointer's text alone on the embedded engine."""
    generations = getattr(store, "generations", None)
    if isinstance(generations, Generations):
        return generations.current_id
    return lambda: now.id if (now := store.current()) is not None else None


def _not_modified(_: Request, outcome: Exception) -> Response:
    assert isinstance(outcome, NotModified)
    return not_modified(outcome.tag)

"""The application: every address over one store."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
from api.headers import ANSWERED_FROM, HeadAsGet, NotModified, SecurityHeaders, not_modified
from api.jobs import Jobs
from api.problems import tell_problems
from api.readers import Readers, current_id
from api.routers import browse, data, listings, pages, questions, referrals, service
from api.settings import Settings
from api.uploads import clear
from graph.stores import open_store

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from graph.store import Store

LARGEST_BODY = 64 * 1024
"""Bytes of a request, wherever an address does not say otherwise."""
STATIC = Path(__file__).with_name("static")


class OwnFiles(StaticFiles):
    """The console's own files: the same as long as the program runs, so that each is read and compressed once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        scope[ANSWERED_FROM] = ""
        found = await super().get_response(path, scope)
        return not_modified(found.headers["ETag"]) if found.status_code == 304 else found


class Cached(FastAPI):
    """The framework behind a cache: what was answered before on a store's generation does not reach it."""

    def __init__(self, store: Store, **told: Any) -> None:
        """As the framework is made."""
        super().__init__(**told)
        self._cache = HeadAsGet(AnswerCache(super().__call__, current_id(store), blocking=store.engine == "neo4j"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._cache(scope, receive, send)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app of some settings (the environment's unless told). StoreError for an address that is no store."""
    settings = settings or Settings.from_environment()
    store = open_store(settings.store, settings.home)
    readers, jobs, demo = Readers(store), Jobs(), Demo(settings, create_app)
    app = Cached(
        store,
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
    app.mount("/static", OwnFiles(directory=STATIC), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(SecurityHeaders)
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


def _not_modified(_: Request, outcome: Exception) -> Response:
    assert isinstance(outcome, NotModified)
    return not_modified(outcome.tag)

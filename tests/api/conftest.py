"""The service as its users meet it: a test client, and a real server with a real browser."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from api.app import create_app
from api.demo import CASES, PLAN, SEED
from api.settings import Settings
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ahead import SHARED
from queries.kept import OncePerGeneration
from queries.referral.person import Kept
from tests.api.hostile import hostile_dataset
from tests.graph.made import made_dataset

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser

    from graph.dataset import Dataset

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def settings_of(home: Path, **told: str) -> Settings:
    return Settings.from_environment({"PUMASI_HOME": str(home), **told})


def loaded(home: Path, *datasets: Dataset) -> Path:
    """A workspace on the embedded engine that holds these datasets."""
    Workspace(home).publish(list(datasets), open_store("ladybug:", home))
    return home


@contextmanager
def serving(home: Path, **told: str) -> Iterator[str]:
    """A real server of a workspace on a free port; gives its address."""
    with serving_app(create_app(settings_of(home, **told))) as address:
        yield address


@contextmanager
def serving_app(app: FastAPI) -> Iterator[str]:
    """A real server of an app."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def asking(home: Path, **told: str) -> Iterator[httpx.Client]:
    """A client of such a server."""
    with serving(home, **told) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def home(moel: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("served"), moel)


@pytest.fixture(scope="session")
def client(home: Path) -> Iterator[httpx.Client]:
    """The press release, served."""
    with asking(home) as client:
        yield client


@pytest.fixture(autouse=True)
def without_cookies(request: pytest.FixtureRequest) -> Iterator[None]:
    """The language one test has chosen is not that of the next."""
    clients = [request.getfixturevalue(name) for name in ("client", "protected_client") if name in request.fixturenames]
    yield
    for client in clients:
        client.cookies.clear()


@pytest.fixture(scope="session")
def protected_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A made-up network with protected cases, served."""
    with asking(loaded(tmp_path_factory.mktemp("protected"), made_dataset())) as client:
        yield client


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("hostile"), hostile_dataset())


@pytest.fixture(scope="session")
def demo_home(moel: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The press release, and beside it the practice data made."""
    from loaders.cohort.write import write_cohort
    from loaders.folder import check_folder

    home = loaded(tmp_path_factory.mktemp("with-demo"), moel)
    folder = tmp_path_factory.mktemp("practice") / "practice"
    write_cohort(folder, CASES, SEED, plan=PLAN)
    made = check_folder(folder, {}).dataset
    assert made is not None
    loaded(home / "demo", made)
    return home


@pytest.fixture(scope="session")
def demo_address(demo_home: Path) -> Iterator[str]:
    with serving(demo_home) as address:
        yield f"{address}/demo"


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_address(hostile_home: Path) -> Iterator[str]:
    with serving(hostile_home) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, else Playwright's own."""
    from playwright.sync_api import Error, sync_playwright

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=found, args=flags)
        except Error as refused:
            if os.environ.get("CI") == "true":
                pytest.fail(f"no Chromium: {refused.message}")
            pytest.skip(f"no Chromium: {refused.message.splitlines()[0]}")
        yield opened
        opened.close()


def forget_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that questions share is in memory: another test may have asked about the same content."""
    for each in SHARED:
        if isinstance(each, OncePerGeneration):
            each.forget()
    for name in ("DIRECTORIES", "DAYS"):
        monkeypatch.setattr(f"queries.referral.person.{name}", Kept(1))

"""A load that replaces the generation while a question is being answered is nobody's error: the question is asked again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import cli
from api.app import create_app
from api.readers import Readers
from graph.store import Generation, ReplacedGeneration, Rows, Store, Value
from graph.workspace import Workspace
from tests.api.conftest import asking, loaded, serving_app, settings_of
from tests.graph.made import made_dataset


class Replaced:
    """A reader whose generation is replaced by a load just when it is asked, as a server does it."""

    def __init__(self, reader: Any, replace: Callable[[], None]) -> None:
        self._reader, self._replace = reader, replace

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def query(self, cypher: str, params: Mapping[str, Value]) -> Rows:
        self._replace()
        raise ReplacedGeneration("그사이 새 데이터가 적재되었습니다.", "Replaced meanwhile.")


class Replacing:
    """A store that hands out such readers `times` over, then plain ones."""

    def __init__(self, store: Store, home: Path, times: int) -> None:
        self._store, self._home, self.left, self.opened = store, home, times, 0

    def current(self) -> Generation | None:
        return self._store.current()

    def reader(self, generation_id: str | None = None) -> Any:
        self.opened += 1
        reader = self._store.reader(generation_id)
        if self.left <= 0:
            return reader
        self.left -= 1
        return Replaced(reader, self._load)

    def _load(self) -> None:
        Workspace(self._home).publish([made_dataset("more", seed=self.opened)], self._store)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return loaded(tmp_path, made_dataset("base"))


@contextmanager
def served(home: Path, times: int) -> Iterator[tuple[httpx.Client, Replacing]]:
    app = create_app(settings_of(home))
    store = Replacing(app.state.store, home, times)
    app.state.readers = Readers(store)  # type: ignore[arg-type]
    with serving_app(app) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client, store


@pytest.mark.parametrize(
    "address", ["/", "/network", "/q/partner_reach", "/api/questions/partner_reach", "/api/search?q=a", "/console/networks.csv"]
)
def test_a_request_is_answered_from_the_generation_that_replaced_its_own(home: Path, address: str) -> None:
    with served(home, times=1) as (client, store):
        before = store.current()
        answer = client.get(address)
        now = store.current()
    assert answer.status_code == 200, answer.text
    assert before is not None and now is not None and before.id != now.id
    assert store.opened == 2
    if address.startswith("/api"):
        assert answer.json()["generation"] == now.id


def test_a_request_is_not_asked_a_third_time(home: Path) -> None:
    with served(home, times=2) as (client, store):
        answer = client.get("/api/questions/partner_reach")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["type"].endswith("load-in-progress")
        assert answer.headers["content-type"] == "application/problem+json"
        assert store.opened == 2
        assert client.get("/api/questions/partner_reach").status_code == 200


def test_a_command_runs_once_more(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    runs: list[list[str]] = []

    def run(arguments: list[str]) -> None:
        runs.append(arguments)
        if len(runs) == 1:
            raise ReplacedGeneration("그사이 새 데이터가 적재되었습니다.", "Replaced meanwhile.")

    monkeypatch.setattr(cli, "_run", run)
    monkeypatch.setattr("sys.argv", ["pumasi", "ask", "partner_reach"])
    cli.main()
    assert runs == [["ask", "partner_reach"]] * 2
    assert capsys.readouterr().err == ""


@pytest.fixture
def on_neo4j(neo4j_store: Store, neo4j_url: str, neo4j_home: Path) -> Iterator[tuple[httpx.Client, Workspace, Store]]:
    with asking(neo4j_home, PUMASI_STORE=neo4j_url) as client:
        yield client, Workspace(neo4j_home), neo4j_store


@pytest.mark.neo4j
def test_the_console_answers_on_a_server_while_loads_replace_its_generation(
    on_neo4j: tuple[httpx.Client, Workspace, Store],
) -> None:
    client, workspace, store = on_neo4j
    for address in ("/", "/network", "/e/center-ulsan", "/q/partnership_gaps", "/data", "/console/network/nodes.csv"):
        assert client.get(address).status_code == 200, address
    told: list[tuple[str, int | str]] = []
    stop = threading.Event()

    def ask() -> None:
        top = 0
        while not stop.is_set():
            top += 1
            for address in (f"/q/partner_reach?top={top}", f"/api/questions/network_overview?top={top}", "/e/center-ulsan"):
                answer = client.get(address)
                told.append((address, answer.status_code if answer.is_success else answer.text))

    asking_thread = threading.Thread(target=ask)
    asking_thread.start()
    try:
        workspace.publish([made_dataset("more")], store)
        answered = len(told)  # the next replacement waits for an answer of this one: twice in one request is told as 503
        while len(told) < answered + 6:
            time.sleep(0.05)
        workspace.withdraw("more", store)
    finally:
        stop.set()
        asking_thread.join()
    assert len(told) > 3
    assert [each for each in told if each[1] != 200] == []

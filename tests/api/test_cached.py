import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from api import app as the_app
from api import cached
from api.cached import AnswerCache
from api.headers import ANSWERED_FROM, SECURITY
from graph.generations import Generations
from graph.stores import open_store
from graph.workspace import Workspace
from tests.api.conftest import loaded, serving
from tests.graph.made import made_dataset

ROOT = Path(__file__).parents[2]
ADDRESSES = (
    "/",
    "/q/network_overview",
    "/q/network_overview?top=3&sort=-members",
    "/network",
    "/console/network.bin?",
    "/console/looks.css",
    "/static/network.js",
    "/api/questions/network_overview",
    "/api/questions/partner_reach?top=5",
    "/api/questions/network_overview.csv",
    "/api/network",
    "/api/search?q=a",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return loaded(tmp_path / "home", made_dataset())


@pytest.fixture
def caches(monkeypatch: pytest.MonkeyPatch) -> list[AnswerCache]:
    """Every cache made from now on."""
    made: list[AnswerCache] = []

    class Noted(AnswerCache):
        def __init__(self, *told: Any, **named: Any) -> None:
            super().__init__(*told, **named)
            made.append(self)

    monkeypatch.setattr(the_app, "AnswerCache", Noted)
    return made


@pytest.fixture
def client(home: Path, caches: list[AnswerCache]) -> Iterator[httpx.Client]:
    with serving(home) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def told(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    """The headers, but those that the server adds of its own."""
    return [each for each in response.headers.raw if each[0].lower() not in (b"date", b"server", b"transfer-encoding")]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_an_answer_is_sent_again_as_it_was_and_asks_the_engine_nothing(
    client: httpx.Client, asked: list[str], address: str, coding: str
) -> None:
    first = client.get(address, headers={"Accept-Encoding": coding})
    assert first.status_code == 200
    asked.clear()
    again = client.get(address, headers={"Accept-Encoding": coding})
    assert not asked
    assert (again.status_code, told(again), again.content) == (200, told(first), first.content)
    assert all(again.headers[name] == value for name, value in SECURITY.items())
    other = client.get(address, headers={"Accept-Encoding": "identity" if coding == "gzip" else "gzip"})
    assert other.content == first.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_holds_an_answer_is_told_so_in_the_same_words_from_the_cache_and_without(
    client: httpx.Client, asked: list[str], caches: list[AnswerCache], address: str
) -> None:
    tag = client.get(address).headers["etag"]
    asked.clear()
    kept = client.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (kept.status_code, kept.content) == (304, b"")
    assert not asked
    caches[0]._kept.clear()
    made = client.get(address, headers={"If-None-Match": tag})
    assert made.status_code == 304
    again = client.get(address, headers={"If-None-Match": tag})
    assert told(kept) == told(made) == told(again)
    assert client.get(address).status_code == 200, "a tag alone is no answer"
    assert client.get(address, headers={"If-None-Match": '"something else"'}).status_code == 200


def test_an_answer_given_before_does_not_reach_the_framework(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(ADDRESSES[0])
    monkeypatch.setattr(Starlette, "__call__", lambda *_: pytest.fail("the framework was asked"))
    assert client.get(ADDRESSES[0]).content == first.content
    assert client.get(ADDRESSES[0], headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_pointer_is_read_once_for_each_generation_and_a_switch_is_noticed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = Generations(tmp_path), Generations(tmp_path)
    read: list[str] = []
    read_text = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, *told: read.append(self.name) or read_text(self, *told))
    assert ours.current_id() is None
    ids = ["a" * 16, "b" * 16] * 20
    for id_ in ids:
        theirs.switch(id_)
        assert [ours.current_id() for _ in range(3)] == [id_] * 3
    assert read == ["current"] * len(ids)


def test_a_head_has_the_headers_of_the_answer_and_no_body(client: httpx.Client) -> None:
    made = client.head("/api/questions/network_overview")
    kept = client.head("/api/questions/network_overview")
    whole = client.get("/api/questions/network_overview")
    assert made.status_code == kept.status_code == 200
    assert made.content == kept.content == b""
    assert told(made) == told(kept) == told(whole)
    assert len(whole.content) > 1000
    assert client.head("/api/questions/nothing").status_code == 404


def test_a_choice_of_language_is_nobody_elses(client: httpx.Client) -> None:
    korean = client.get("/q/network_overview")
    chosen = client.get("/q/network_overview?lang=en")
    assert "set-cookie" in chosen.headers
    assert "set-cookie" in client.get("/q/network_overview?lang=en").headers
    english = client.get("/q/network_overview")
    assert 'lang="en"' in english.text
    client.cookies.clear()
    assert client.get("/q/network_overview").text == korean.text
    assert "set-cookie" not in client.get("/q/network_overview").headers
    assert "cookie" in korean.headers["vary"].lower()


def test_a_new_generation_is_answered_from_at_once(home: Path, client: httpx.Client) -> None:
    before = client.get("/api/questions/network_overview")
    client.get("/api/questions/network_overview")
    old = Workspace(home).generations()[0].id
    store = open_store("ladybug:", home)
    now = _load_press_release(home)
    after = client.get("/api/questions/network_overview")
    assert after.json()["generation"] == now != before.json()["generation"]
    assert client.get("/api/questions/network_overview", headers={"If-None-Match": before.headers["etag"]}).status_code == 200
    Workspace(home).switch_to(old, store)
    assert client.get("/api/questions/network_overview").json() == before.json()


def _load_press_release(home: Path) -> str:
    from api.loading import load_folders

    done = load_folders([ROOT / "data" / "moel-2025"], Workspace(home), open_store("ladybug:", home), lambda *_: None)
    assert done.generation
    return done.generation.id


def test_what_is_refused_fails_or_is_told_to_one_person_is_never_kept(client: httpx.Client, caches: list[AnswerCache]) -> None:
    for address in (
        "/api/questions/nothing",
        "/api/questions/network_overview?top=many",
        "/nothing",
        "/healthz",
        "/readyz",
        "/data",
    ):
        client.get(address)
    client.get("/api/questions/network_overview", headers={"Authorization": "Bearer x"})
    client.get("/q/network_overview?lang=ko")
    client.post("/api/questions/network_overview")
    assert not caches[0]._kept
    client.get("/api/questions/network_overview")
    assert len(caches[0]._kept) == 1


class Stub:
    """An app that answers with its own number of calls, from the generation it is told."""

    def __init__(self) -> None:
        self.now, self.calls, self.size, self.meanwhile = "a", 0, 10, ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        scope[ANSWERED_FROM] = self.now
        self.now = self.meanwhile or self.now
        tag = f'"{scope[ANSWERED_FROM]}{scope["path"]}"'.encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"etag", tag)]})
        await send({"type": "http.response.body", "body": b"x" * self.size, "more_body": True})
        await send({"type": "http.response.body", "body": str(self.calls).encode()})


def get(cache: AnswerCache, path: str, **headers: str) -> bytes:
    body: list[bytes] = []

    async def send(message: Any) -> None:
        body.append(message.get("body", b""))

    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": sent}
    with ThreadPoolExecutor(1) as beside:  # in this thread a browser's driver may have a loop of its own
        beside.submit(asyncio.run, cache(scope, None, send)).result()  # type: ignore[arg-type]
    return b"".join(body)


def test_an_answer_from_a_generation_that_was_replaced_meanwhile_is_not_kept() -> None:
    app = Stub()
    cache = AnswerCache(app, lambda: app.now)
    app.meanwhile = "b"
    assert get(cache, "/x").endswith(b"1")
    assert get(cache, "/x").endswith(b"2"), "the first was of a, and b is current"
    assert get(cache, "/x").endswith(b"2"), "the second was of b"
    app.now = "a"
    assert get(cache, "/x").endswith(b"3"), "nothing of b is sent while a is current"


def test_what_is_kept_takes_no_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "MEMORY", 20_000)
    monkeypatch.setattr(cached, "LARGEST", 5_000)
    app = Stub()
    cache = AnswerCache(app, lambda: app.now)
    app.size = 3_000
    for place in range(50):
        get(cache, f"/{place}")
        assert cache.size <= 20_000
    assert 3 <= len(cache._kept) <= 6
    assert cache.size == sum(entry.size + cached._size(key) for key, entry in cache._kept.items())
    calls = app.calls
    get(cache, "/49")
    assert app.calls == calls
    app.size = 6_000
    get(cache, "/large")
    get(cache, "/large")
    assert app.calls == calls + 2


def test_a_store_that_cannot_tell_its_generation_leaves_the_answer_to_the_app() -> None:
    def broken() -> str:
        raise OSError("gone")

    app = Stub()
    cache = AnswerCache(app, broken)
    assert get(cache, "/x") != get(cache, "/x")

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.demo import CASES
from graph.stores import open_store
from graph.workspace import Workspace
from tests.api.conftest import asking
from tests.graph.made import made_dataset


@pytest.fixture(scope="module")
def opened(demo_home: Path) -> Iterator[httpx.Client]:
    with asking(demo_home) as client:
        yield client


def test_the_practice_data_is_made_when_first_opened_and_not_before(tmp_path: Path) -> None:
    with asking(tmp_path) as client:
        assert client.get("/healthz").status_code == 200
        assert not (tmp_path / "demo").exists()
        started = client.get("/demo/")
        assert started.status_code == 303
        address = started.headers["location"]
        assert client.get("/demo/").headers["location"] == address
        assert "연습용 자료 만들기" in client.get(address).text
        for _ in range(1200):
            if client.get("/demo/readyz").status_code == 200:
                break
            time.sleep(0.05)
        assert client.get("/demo/").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert not (tmp_path / "demo" / "source").exists()


def test_every_page_of_it_says_that_it_is_made_up_and_stays_below_its_address(opened: httpx.Client) -> None:
    import re

    for place in ("/", "/network", "/q/partner_outcomes", "/search?q=%EC%84%BC%ED%84%B0", "/data", "/docs", "/q/nobody"):
        page = opened.get(f"/demo{place}").text
        assert 'class="practice"' in page
        links = set(re.findall(r'(?:href|action|hx-get|data-source)="(/[^"]*)"', page)) - {"/"}
        assert all(link.startswith(("/demo/", "/static/", "/console/looks.css")) for link in links), links
        assert 'class="practice"' not in opened.get(place).text


def test_practice_data_of_an_earlier_program_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "demo"
    with monkeypatch.context() as earlier:
        earlier.setattr("graph.contents._schema_hash", lambda: "earlier")
        Workspace(home).publish([made_dataset(cases=3)], open_store("ladybug:", home))
    with asking(tmp_path) as client:
        assert client.get("/demo/").status_code == 303
        assert not Workspace(home).generations()


def test_it_takes_no_data(opened: httpx.Client) -> None:
    answer = opened.post("/demo/data", files=[("files", ("a.csv", b"id\n"))], headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 403


def test_its_statistics_find_the_pair_that_was_planted(opened: httpx.Client) -> None:
    told = opened.get("/demo/api/questions/partner_combinations").json()
    assert told["n"] > CASES / 2
    first = told["rows"][0]
    assert set(first["partners"]) == {"municipality", "employers_federation"}
    assert first["evidence"] >= "E2"


def test_what_the_data_says_of_itself_is_told_in_the_language_of_the_page(opened: httpx.Client) -> None:
    dataset = opened.get("/demo/api/questions/network_overview").json()["sources"][0]["dataset_id"]
    for lang, said, unsaid in (("ko", "실제 사람", "No real person"), ("en", "No real person", "실제 사람")):
        picked = opened.get(f"/demo/network?pick={dataset}&lang={lang}").text.partition('id="summary"')[2].partition("</dl>")[0]
        assert said in picked and unsaid not in picked

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np
import pytest

from api.routers.pages import ROWS_BELOW
from api.tables import MOST_ROWS
from graph.schema import load_schema
from queries.catalog import load_catalog
from tests.api.conftest import asking
from tests.api.hostile import IDS, NAMES
from tests.api.test_http import NEEDED, PAGES

SCRIPTS = ("/static/",)
ALLOWED_ATTRIBUTES = ("hx-get", "hx-target", "hx-select", "hx-swap", "hx-push-url", "hx-trigger")


class Page(HTMLParser):
    """What a browser would make of a page, as far as these tests care."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.rows: Counter[str] = Counter()
        """Rows of each table, by the id of its caption."""
        self._table = ""
        self._drawing = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._drawing = tag == "svg" or self._drawing
        self.tags.append(("svg:title" if tag == "title" and self._drawing else tag, dict(attrs)))
        if tag == "caption":
            self._table = str(dict(attrs).get("id"))
        self.rows[self._table] += tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        self._drawing = self._drawing and tag != "svg"

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(client: httpx.Client, address: str) -> Page:
    answer = client.get(address)
    assert answer.headers["content-type"] == "text/html; charset=utf-8", address
    return Page(answer.text)


def hold_to_policy(page: Page) -> None:
    """Nothing that the content security policy would have to stop."""
    for tag, attributes in page.tags:
        assert tag not in ("style", "iframe", "object", "base"), tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert not str(attributes.get("href", "")).lower().startswith(("javascript:", "data:", "http"))
        if tag == "script":
            assert str(attributes.get("src")).startswith(SCRIPTS)


@pytest.fixture(scope="module")
def hostile(hostile_home: Path) -> Iterator[httpx.Client]:
    with asking(hostile_home) as client:
        yield client


EVERY_PAGE = (*PAGES, *(f"/q/{name}" for name in load_catalog().questions), "/nothing", "/e/nobody", "/q/nobody")


@pytest.mark.parametrize("address", EVERY_PAGE)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_page_is_whole(client: httpx.Client, address: str, lang: str) -> None:
    given = NEEDED.get(address.removeprefix("/q/"), {})
    page = Page(client.get(address, params={**httpx.URL(address).params, **given, "lang": lang}).text)
    client.cookies.clear()
    assert page.all("html") == [{"lang": lang}]
    for tag in ("title", "main", "header", "footer", "h1"):
        assert len(page.all(tag)) == 1, tag
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert len(page.all("caption")) == len(page.all("table"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for field in [*page.all("select"), *page.all("input")]:
        assert field.get("type") in ("checkbox", "hidden") or "aria-label" in field or field.get("id") in labelled
    hold_to_policy(page)


def test_a_choice_of_language_is_kept(client: httpx.Client) -> None:
    assert "Ask the regional" in client.get("/?lang=en").text
    assert "Ask the regional" in client.get("/").text
    assert "물어보세요" in client.get("/?lang=ko").text
    client.cookies.clear()
    assert "물어보세요" in client.get("/").text


def test_home_shows_the_questions_the_data_and_the_fifteen_networks(client: httpx.Client) -> None:
    page = page_of(client, "/")
    addresses = {attributes["href"] for attributes in page.all("a")}
    assert {f"/q/{question.name}" for question in load_catalog()} <= addresses
    assert all(question.asks.ko in page.text for question in load_catalog())
    assert "네트워크 15곳" in page.text
    assert "성공 사례만" in page.text
    assert "취업률: 취업하지 못한 사례가 자료에 없습니다." in page.text


def test_a_page_says_what_its_json_says(client: httpx.Client) -> None:
    for name in load_catalog().questions:
        told = client.get(f"/api/questions/{name}", params=NEEDED.get(name, {})).json()
        page = Page(client.get(f"/q/{name}", params=NEEDED.get(name, {})).text)
        assert told["sentence"]["ko"] in page.text
        assert told["evidence_reason"]["ko"] in page.text
        assert told["cypher"].strip() in page.text
        assert all(note["ko"] in page.text for note in told["notes"])
        assert all(source["locator"] in page.text for source in told["sources"])
        assert page.rows["answer-caption"] == (min(len(told["rows"]), MOST_ROWS) + 1 if told["rows"] else 0), name


def test_a_table_is_sorted_by_the_column_asked_for(client: httpx.Client) -> None:
    rows = client.get("/api/questions/network_overview").json()["rows"]
    for sort, reverse in (("members", False), ("-members", True)):
        page = page_of(client, f"/q/network_overview?sort={sort}")
        wanted = [row["network_name"] for row in sorted(rows, key=lambda row: row["members"], reverse=reverse)]
        places = [page.text.index(name, page.text.index("줄")) for name in wanted]
        assert places == sorted(places)
        assert [each["aria-sort"] for each in page.all("th") if "aria-sort" in each] == [
            "descending" if reverse else "ascending"
        ]


def test_a_page_keeps_its_whole_view_in_its_address(client: httpx.Client) -> None:
    page = page_of(client, "/q/collaboration_paths?first_id=center-ulsan&second_id=노사발전재단&max_hops=2&lang=en")
    client.cookies.clear()
    chosen = [attributes["value"] for attributes in page.all("option") if "selected" in attributes]
    assert chosen[0] == "center-ulsan"
    assert any(attributes.get("name") == "max_hops" and attributes["value"] == "2" for attributes in page.all("input"))
    downloads = [str(each["href"]) for each in page.all("a") if "/api/questions/collaboration_paths" in str(each["href"])]
    assert len(downloads) == 3
    assert all(client.get(address).status_code == 200 for address in downloads)


def test_a_question_that_needs_more_shows_its_form_and_a_bad_one_says_what_is_wrong(client: httpx.Client) -> None:
    assert "위에서 조건을 고르면" in client.get("/q/center_profile").text
    refused = client.get("/q/collaboration_paths?first_id=center-ulsan&max_hops=99&second_id=center-seoul")
    assert refused.status_code == 400
    page = Page(refused.text)
    assert any(attributes.get("role") == "alert" for _, attributes in page.tags)
    assert any(attributes.get("name") == "max_hops" and attributes["value"] == "99" for attributes in page.all("input"))


def test_the_network_without_a_picture_is_tables_of_the_same(client: httpx.Client) -> None:
    told = client.get("/api/network?around=center-ulsan").json()
    page = page_of(client, "/network?around=center-ulsan")
    assert all(node["caption"] in page.text for node in told["nodes"])
    assert sum(tag == "tr" for tag, _ in page.tags) == len(told["nodes"]) + len(told["relationships"]) + 2


def test_every_link_of_the_main_pages_leads_somewhere(client: httpx.Client) -> None:
    found = {str(each["href"]) for address in PAGES for each in page_of(client, address).all("a")} - {"/demo/"}
    for address in sorted(found)[::3]:
        assert client.get(address).status_code == 200, address


def test_hostile_names_stand_as_text_on_every_page(hostile: httpx.Client) -> None:
    around = page_of(hostile, "/e/net?per_page=200")
    numbers = range(1, len(NAMES) // ROWS_BELOW + 2)
    network = [page_of(hostile, f"/network?page_nodes={number}&page_relationships={number}") for number in numbers]
    for pages in ([around], network):
        for page in pages:
            hold_to_policy(page)
        assert all(name in "".join(page.text for page in pages) for name in NAMES)
    reach = [page_of(hostile, f"/q/partner_reach?page={number}") for number in (1, 2, 3)]
    for page in reach:
        hold_to_policy(page)
    assert all(name in "".join(page.text for page in reach) for name in NAMES)
    assert not page_of(hostile, "/").all("svg")
    for id_, name in zip(IDS[:40], NAMES[:40], strict=True):
        entity = page_of(hostile, f"/e/{id_}")
        hold_to_policy(entity)
        assert entity.text.count(name) >= 5
        sought = page_of(hostile, f"/search?q={quote(name[:200])}")
        hold_to_policy(sought)
        assert [each["value"] for each in sought.all("input") if each.get("id") == "q"] == [name[:200]]


@pytest.mark.parametrize("text", NAMES[:20])
def test_hostile_parameters_stand_as_text_in_refusals(client: httpx.Client, text: str) -> None:
    for address, param in (
        ("/q/center_profile", "center_id"),
        ("/q/network_overview", text),
        ("/network", "around"),
        ("/search", "kind"),
    ):
        answer = client.get(address, params={param: text})
        assert answer.status_code in (400, 404)
        hold_to_policy(Page(answer.text))
    hold_to_policy(page_of(client, f"/e/{quote(text, safe='')}"))


def test_the_columns_that_a_browser_draws_hold_the_network_that_the_api_tells(client: httpx.Client) -> None:
    asked = "kinds=Network&kinds=Center&kinds=Institution&kinds=Program"
    raw, told = client.get(f"/console/network.bin?{asked}&size=programs").content, client.get(f"/api/network?{asked}").json()
    begin = 4 + int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4:begin])
    columns, nodes, ties = {}, head["nodes"], head["ties"]
    for name, kind, count in (
        ("x", "<f4", nodes), ("y", "<f4", nodes), ("size", "<u4", nodes), ("cases", "<u4", ties),
        ("id", "<u4", nodes), ("caption", "<u4", nodes), ("relationships", "<u2", 2 * head["relationships"]),
        ("ties", "<u2", 2 * ties), ("kind", "u1", nodes),
    ):  # fmt: skip
        assert begin % np.dtype(kind).itemsize == 0, name
        columns[name] = np.frombuffer(raw, kind, count, begin)
        begin += columns[name].nbytes
    names = {}
    for name in ("id", "caption"):
        ends = (begin + 2 * columns[name]).tolist()
        names[name] = [raw[start:end].decode("utf-16-le") for start, end in pairwise([begin, *ends])]
        begin = ends[-1]
        assert names[name] == [node[name] for node in told["nodes"]]
    assert begin == len(raw)
    np.testing.assert_allclose(columns["x"], [node["x"] for node in told["nodes"]], rtol=1e-6)
    np.testing.assert_allclose(columns["y"], [node["y"] for node in told["nodes"]], rtol=1e-6)
    assert columns["size"].tolist() == [node["programs"] for node in told["nodes"]]
    for name in ("x", "y"):
        reach, ends = head["extent"][name], [columns[name].min(), columns[name].max()]
        np.testing.assert_allclose([reach["middle"] + side * reach["length"] / 2 for side in (-1, 1)], ends, rtol=1e-5)
    assert head["most"] == {"size": max(columns["size"].max(), 1), "cases": max([1, *columns["cases"]])}
    declared = load_schema().nodes
    assert [head["colours"][kind] for kind in columns["kind"]] == [declared[node["kind"]].colour for node in told["nodes"]]
    for name in ("relationships", "ties"):
        ends = [names["id"][place] for place in columns[name]]
        assert list(zip(ends[::2], ends[1::2], strict=True)) == [(each["start_id"], each["end_id"]) for each in told[name]]
        assert told[name]
    assert columns["cases"].tolist() == [tie["cases"] for tie in told["ties"]]

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.headers import CONTENT_SECURITY_POLICY
from graph.stores import open_store
from graph.workspace import Workspace
from queries.catalog import load_catalog
from tests.api.conftest import asking, loaded
from tests.contract import ANSWER_KEYS
from tests.graph.made import made_dataset

NEEDED = {
    "center_profile": {"center_id": "center-ulsan"},
    "institution_profile": {"institution_id": "노사발전재단"},
    "collaboration_paths": {"first_id": "울산고용센터", "second_id": "서울고용센터"},
}
PAGES = (
    "/",
    "/search?q=경총",
    "/network",
    "/data",
    "/docs",
    "/e/center-ulsan",
    "/network?around=center-ulsan&pick=center-ulsan",
)
SERVED = (
    "/api/questions", "/api/questions/network_overview", "/api/questions/network_overview.csv", "/api/search?q=울산",
    "/api/entities/center-ulsan", "/api/entities/center-ulsan/adjacent", "/api/network", "/api/generations",
    "/healthz", "/readyz", "/openapi.json", *PAGES,
)  # fmt: skip


def problem(client: httpx.Client, address: str, status: int) -> dict[str, Any]:
    """The problem an address is answered with, held to RFC 9457."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= told.keys()
    assert told["status"] == status
    assert told["instance"] == answer.request.url.path
    assert told["messages"]["ko"] in told["detail"]
    assert told["messages"]["en"] in told["detail"]
    assert "Traceback" not in answer.text
    return told


@pytest.mark.parametrize("address", SERVED)
def test_every_address_answers_with_security_headers(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_the_questions_are_told_with_their_parameters(client: httpx.Client) -> None:
    told = {each["name"]: each for each in client.get("/api/questions").json()["questions"]}
    assert told.keys() == load_catalog().questions.keys()
    needed = {param["name"] for param in told["collaboration_paths"]["params"] if param["required"]}
    assert needed == {"first_id", "second_id"}


@pytest.mark.parametrize("name", sorted(load_catalog().questions))
def test_every_question_is_answered_as_the_contract_says(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/api/questions/{name}", params=NEEDED.get(name, {}))
    assert answer.status_code == 200, answer.text
    told = json.loads(answer.text, parse_constant=lambda word: pytest.fail(word))
    assert told.keys() >= ANSWER_KEYS
    assert told["question"] == name
    assert {"ko", "en"} == told["sentence"].keys()
    assert all(row.keys() == {column["name"] for column in told["columns"]} for row in told["rows"])
    assert client.get(f"/q/{name}", params=NEEDED.get(name, {})).status_code == 200


def test_a_question_as_csv_and_xlsx_is_a_file(client: httpx.Client) -> None:
    csv = client.get("/api/questions/network_overview.csv")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.headers["content-disposition"] == 'attachment; filename="network_overview.csv"'
    assert len(csv.text.strip().splitlines()) == 16
    assert client.get("/api/questions/network_overview.xlsx").content.startswith(b"PK")


def test_a_list_is_given_by_repeating_its_name(client: httpx.Client) -> None:
    networks = [row["network_id"] for row in client.get("/api/questions/network_overview").json()["rows"]][:2]
    rows = client.get("/api/questions/network_overview", params={"networks": networks}).json()["rows"]
    assert [row["network_id"] for row in rows] == networks


def test_what_cannot_be_asked_is_told_as_a_problem(client: httpx.Client) -> None:
    near = problem(client, "/api/questions/network_overviews", 404)["near"]
    assert "network_overview" in near
    unknown = problem(client, "/api/questions/network_overview?regoin=x", 400)
    assert unknown["errors"][0]["param"] == "regoin"
    assert problem(client, "/api/questions/collaboration_paths", 400)["type"].endswith("missing-param")
    twice = "/api/questions/collaboration_paths?first_id=a&first_id=b&second_id=c"
    assert problem(client, twice, 400)["errors"][0]["param"] == "first_id"


@pytest.mark.parametrize(
    ("address", "param"),
    [
        ("/api/search", "q"),
        ("/api/search?q=a&limit=0", "limit"),
        ("/api/search?q=a&limit=zehn", "limit"),
        ("/api/search?q=a&kind=Unicorn", "kind"),
        ("/api/search?q=a&extra=1", "extra"),
        ("/api/search?q=" + "가" * 201, "q"),
        ("/api/network?kinds=Unicorn", "kinds"),
        ("/api/network?hops=4", "hops"),
        ("/api/network?limit=1000000000", "limit"),
        ("/api/entities/center-ulsan?deep=1", "deep"),
        ("/api/entities/center-ulsan/adjacent?page=0", "page"),
        ("/api/entities/center-ulsan/adjacent?per_page=201", "per_page"),
    ],
)
def test_a_bad_parameter_is_named(client: httpx.Client, address: str, param: str) -> None:
    assert param in [error["param"] for error in problem(client, address, 400)["errors"]]


@pytest.mark.parametrize(
    "address", ["/api/nothing", "/api/entities/nobody", "/api/entities/nobody/adjacent", "/api/network?around=nobody"]
)
def test_what_is_not_there_is_told_so(client: httpx.Client, address: str) -> None:
    problem(client, address, 404)


def test_only_reading_is_allowed(client: httpx.Client) -> None:
    answer = client.post("/api/search?q=a")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_makes_the_service_fail(client: httpx.Client, first: str, second: str) -> None:
    for address in ("/api/search", "/api/network", "/api/questions/collaboration_paths", "/q/collaboration_paths", "/search"):
        params = {"q": first, "around": second, "first_id": first, "second_id": second, first: second}
        assert client.get(address, params=params).status_code in (200, 400, 404)
    for told in (first, second):
        quoted = "".join(f"%{byte:02X}" for byte in told.encode("utf-8", "surrogatepass"))
        assert client.get(f"/api/entities/{quoted}").status_code in (200, 307, 400, 404)


def test_an_answer_that_the_browser_holds_is_not_sent_again(client: httpx.Client) -> None:
    for address in ("/api/questions/network_overview", "/api/network", "/api/search?q=울산", "/q/network_overview", "/"):
        tag = client.get(address).headers["etag"]
        again = client.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "default-src 'none'" in again.headers["content-security-policy"]
    assert client.get("/api/search?q=울산").headers["etag"] != client.get("/api/search?q=인천").headers["etag"]
    korean, english = (client.get("/", params={"lang": lang}).headers["etag"] for lang in ("ko", "en"))
    assert korean != english
    client.cookies.clear()


def test_search_finds_what_is_typed(client: httpx.Client) -> None:
    for typed, name in (("울산양산경총", "울산양산경영자총협회"), ("ㅇㅅㄱㅇㅅㅌ", "울산고용센터")):
        assert client.get("/api/search", params={"q": typed}).json()["results"][0]["name"] == name


def test_an_entity_is_told_with_its_source_and_its_neighbours_page_by_page(client: httpx.Client) -> None:
    told = client.get("/api/entities/center-ulsan").json()
    assert (told["name"], told["kind"], told["source"]["dataset_id"]) == ("울산고용센터", "Center", "moel-2025")
    assert told["locator"]
    total = sum(each["count"] for each in told["adjacent"])
    page = client.get("/api/entities/center-ulsan/adjacent?page=2&per_page=5").json()
    assert (page["total"], page["page"], len(page["items"])) == (total, 2, 5)
    assert all(each["locator"] and each["direction"] in ("in", "out") for each in page["items"])


def test_the_description_tells_every_question_and_names_no_outside_host(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()
    assert {f"/api/questions/{name}" for name in load_catalog().questions} <= told["paths"].keys()
    assert "HTTPValidationError" not in json.dumps(told)
    assert "/network" not in told["paths"]
    for page in PAGES:
        text = client.get(page).text
        assert "http://" not in text.replace("http://127.0.0.1", "")
        assert "https://" not in text


def test_generations_are_listed_with_their_datasets(client: httpx.Client) -> None:
    told = client.get("/api/generations").json()["generations"]
    assert [each["current"] for each in told] == [True]
    assert told[0]["datasets"][0]["id"] == "moel-2025"
    assert told[0]["id"] == client.get("/readyz").json()["generation"]


def test_a_protected_case_is_nowhere(protected_client: httpx.Client) -> None:
    for address in (
        "/api/entities/made-cases-000001",
        "/api/entities/made-cases-000001/adjacent",
        "/api/network?around=made-cases-000001",
    ):
        problem(protected_client, address, 404)
    for address in (
        "/api/network",
        "/api/entities/made-centers-000001/adjacent?per_page=200",
    ):
        assert "made-cases-" not in protected_client.get(address).text
    assert protected_client.get("/api/search?q=made-cases-000001").json()["results"] == []
    for address in ("/", "/network", "/e/made-centers-000001", "/q/case_journeys", "/q/partner_reach", "/q/network_overview"):
        assert "made-cases-" not in protected_client.get(address).text


def test_few_people_are_not_counted_out_in_the_list_of_generations(tmp_path: Path) -> None:
    with asking(loaded(tmp_path, made_dataset(cases=3))) as client:
        told = client.get("/api/generations").json()["generations"][0]
        assert not any(name in told["datasets"][0]["rows"] for name in ("cases", "case_steps", "case_needs"))
        assert not {"CaseFile", "HANDLED", "SUPPORTED_BY"} & told["counts"].keys()


def test_before_anything_is_loaded_each_face_says_what_to_do(tmp_path: Path) -> None:
    with asking(tmp_path) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        for address in ("/readyz", "/api/questions/network_overview", "/api/search?q=a", "/api/network"):
            assert "pumasi load" in problem(client, address, 503)["detail"]
        assert "pumasi load" in client.get("/").text
        assert client.get("/q/network_overview").status_code == 503
        assert client.get("/api/generations").json() == {"generations": []}


def test_a_new_generation_answers_without_a_restart_and_each_request_from_one(tmp_path: Path) -> None:
    rows_of: dict[str, set[int]] = {}
    with asking(loaded(tmp_path, made_dataset("base"))) as client:
        done = threading.Event()

        def ask_on() -> None:
            while not done.is_set():
                told = client.get("/api/questions/network_overview").json()
                rows_of.setdefault(told["generation"], set()).add(len(told["rows"]))

        askers = [threading.Thread(target=ask_on) for _ in range(2)]
        for asker in askers:
            asker.start()
        try:
            new = Workspace(tmp_path).publish([made_dataset("more", seed=1)], open_store("ladybug:", tmp_path))
            assert client.get("/readyz").json()["generation"] == new.id
            assert client.get("/api/search?q=more-networks-000001").json()["results"][0]["id"] == "more-networks-000001"
        finally:
            done.set()
            for asker in askers:
                asker.join()
    assert len(rows_of) == 2
    assert sorted(map(len, rows_of.values())) == [1, 1]


def test_a_fault_of_ours_shows_no_traceback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("queries.browse.search", fail)
    with asking(home) as client:
        client.headers["Connection"] = "close"
        told = problem(client, "/api/search?q=a", 500)
        assert "secret" not in json.dumps(told)
        page = client.get("/search?q=a")
        assert page.status_code == 500
        assert "secret" not in page.text
        assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("address", [*SERVED, "/nothing", "/api/questions/nobody", "/static/console.css"])
def test_head_is_answered_as_get_without_a_body(client: httpx.Client, address: str) -> None:
    told, head = client.get(address), client.head(address)
    assert head.status_code == told.status_code
    assert head.content == b""
    assert head.headers["content-type"] == told.headers["content-type"]
    assert head.headers.get("etag") == told.headers.get("etag")

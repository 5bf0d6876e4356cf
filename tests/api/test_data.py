from __future__ import annotations

import http.client
import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graph.stores import open_store
from graph.workspace import Workspace
from loaders.cohort.write import write_cohort
from tests.api.conftest import asking, forget_what_is_shared, loaded
from tests.graph.made import made_dataset

MOEL = Path(__file__).parents[2] / "data" / "moel-2025"
OWN = {"Sec-Fetch-Site": "same-origin"}
Files = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[httpx.Client]:
    with asking(tmp_path / "home") as client:
        yield client


def files_of(folder: Path, changes: dict[str, bytes] | None = None) -> Files:
    kept = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix in (".csv", ".yaml")}
    return [("files", (f"{folder.name}/{name}", content)) for name, content in (kept | (changes or {})).items()]


def sent(client: httpx.Client, files: Files, what: str = "load", **headers: str) -> httpx.Response:
    headers = OWN | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/data", data={"what": what}, files=files, headers=headers)


def ended(client: httpx.Client, answer: httpx.Response) -> str:
    """The page of the work once it has ended."""
    assert answer.status_code == 303, answer.text
    for _ in range(600):
        page = client.get(answer.headers["location"]).text
        if "hx-trigger" not in page.partition('id="job"')[2].partition(">")[0]:
            return page
        time.sleep(0.05)
    raise AssertionError("the work does not end")


def nothing_left(home: Path) -> bool:
    return not any((home / "uploads").rglob("*"))


def test_a_folder_is_loaded_and_answers_at_once(empty: httpx.Client, tmp_path: Path) -> None:
    page = ended(empty, sent(empty, files_of(MOEL)))
    assert "이제 이 자료로 답합니다." in page
    assert len(empty.get("/api/questions/network_overview").json()["rows"]) == 15
    assert nothing_left(tmp_path / "home")


def test_a_large_folder_works_out_what_questions_share_before_the_work_ends(
    empty: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_what_is_shared(monkeypatch)
    monkeypatch.setattr("api.ahead.MOST", 100)
    assert "이제 이 자료로 답합니다." in ended(empty, sent(empty, files_of(MOEL)))
    kept = {file.name.partition("-")[0] for file in (tmp_path / "home").glob("generations/*/kept/*.npz")}
    assert {"hires", "needs", "partners", "places", "names", "referrals"} <= kept
    assert empty.get("/api/questions/partner_reach").status_code == 200


def test_a_folder_that_is_only_checked_is_not_loaded(empty: httpx.Client, tmp_path: Path) -> None:
    page = ended(empty, sent(empty, files_of(MOEL), "check"))
    assert "이상이 없습니다" in page
    assert empty.get("/readyz").status_code == 503
    assert nothing_left(tmp_path / "home")


def test_a_bad_row_is_told_with_its_place_and_nothing_is_loaded(empty: httpx.Client, tmp_path: Path) -> None:
    lines = (MOEL / "regions.csv").read_text(encoding="utf-8").splitlines()
    wrong = "\n".join([*lines, "region-x,홍길동 900101-1234567,,,,L1"]).encode()
    page = ended(empty, sent(empty, files_of(MOEL, {"regions.csv": wrong})))
    assert "regions.csv" in page
    assert str(len(lines) + 1) in page
    assert "900101-1234567" not in page
    assert empty.get("/readyz").status_code == 503
    assert nothing_left(tmp_path / "home")


def test_synthetic_data_is_not_mixed_with_real(empty: httpx.Client, tmp_path: Path) -> None:
    ended(empty, sent(empty, files_of(MOEL)))
    write_cohort(tmp_path / "made", 50, 1)
    page = ended(empty, sent(empty, files_of(tmp_path / "made")))
    assert "섞을 수 없습니다" in page
    assert empty.get("/api/generations").json()["generations"][0]["datasets"][0]["id"] == "moel-2025"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Host": "evil.example"}, 403),
    ],
)
def test_another_site_can_neither_load_nor_go_back(
    empty: httpx.Client, tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    for address, files in (("/data", files_of(MOEL)), ("/data/generations/0123456789ab", None)):
        assert empty.post(address, files=files, headers=headers).status_code == status
    assert empty.get("/readyz").status_code == 503
    assert not (tmp_path / "home" / "uploads").exists()


def test_the_public_console_loads_nothing_for_a_caller_behind_a_proxy(tmp_path: Path) -> None:
    with asking(tmp_path, PUMASI_AUDIENCE="public") as client:
        client.headers["X-Forwarded-For"] = "203.0.113.9"
        refused = sent(client, files_of(MOEL))
        assert refused.status_code == 403
        assert "담당자용" in refused.text
        assert "multipart" not in client.get("/data").text


@pytest.mark.parametrize("name", ["../../escape.csv", "..", "/etc/passwd.csv", "a\\..\\b.csv", "x" * 300 + ".csv", "a\nb.csv"])
def test_a_name_cannot_lead_out_of_the_folder(empty: httpx.Client, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if "home" not in path.parts}
    answer = sent(empty, [("files", (name, b"id,name\n"))])
    if answer.status_code == 303:
        ended(empty, answer)
    else:
        assert answer.status_code == 400
    assert {path for path in tmp_path.rglob("*") if "home" not in path.parts} == before
    assert nothing_left(tmp_path / "home")


def test_no_file_two_of_a_name_and_too_many_bytes_are_refused(empty: httpx.Client, tmp_path: Path) -> None:
    assert sent(empty, [("files", ("", b""))]).status_code == 400
    assert sent(empty, [("files", ("a.csv", b"id\n")), ("files", ("sub/a.csv", b"id\n"))]).status_code == 400
    plain = http.client.HTTPConnection(empty.base_url.host, empty.base_url.port, timeout=20)
    plain.putrequest("POST", "/data")
    for name, value in {**OWN, "Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(10**12)}.items():
        plain.putheader(name, value)
    plain.endheaders()
    assert plain.getresponse().status == 413
    plain.close()
    assert nothing_left(tmp_path / "home")


def test_one_can_go_back_to_an_earlier_state(tmp_path: Path) -> None:
    home = loaded(tmp_path, made_dataset("base"))
    first = Workspace(home).generations()[0].id
    second = Workspace(home).publish([made_dataset("more", seed=1)], open_store("ladybug:", home)).id
    with asking(home) as client:
        assert client.get("/readyz").json()["generation"] == second
        page = client.get("/data").text
        assert f'action="/data/generations/{first}"' in page
        assert f'action="/data/generations/{second}"' not in page
        ended(client, client.post(f"/data/generations/{first}", headers=OWN))
        assert client.get("/readyz").json()["generation"] == first
        unknown = client.post("/data/generations/ffffffffffff", headers=OWN)
        assert unknown.status_code == 404
        assert "보관되어 있지 않습니다" in unknown.text
        assert client.get("/readyz").json()["generation"] == first


def test_the_templates_hold_every_table(client: httpx.Client) -> None:
    book = zipfile.ZipFile(io.BytesIO(client.get("/data/template.xlsx").content))
    assert "xl/workbook.xml" in book.namelist()
    tables = zipfile.ZipFile(io.BytesIO(client.get("/data/template.zip").content))
    assert {"dataset.yaml", "cases.csv", "case_steps.csv"} <= set(tables.namelist())
    assert client.get("/data/template.exe").status_code == 400

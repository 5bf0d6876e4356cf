from __future__ import annotations

import csv
import io
from urllib.parse import quote

import httpx
import openpyxl
import pytest

from api.exports.tables import cell
from api.grouping import ABOUT
from api.tables import Asked, Listing, table_view
from queries.answer import AnswerColumn, Bilingual
from queries.catalog import load_catalog
from tests.api.hostile import NAMES
from tests.api.test_pages import Page, hostile, page_of

__all__ = ["hostile"]
WORDS = Bilingual("표", "table")


def read(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def files_on(page: Page) -> list[str]:
    return [str(each["href"]) for each in page.all("a") if ".csv" in str(each["href"]) or ".xlsx" in str(each["href"])]


@pytest.mark.parametrize(
    "address", ["/", "/e/center-ulsan", "/network?around=center-ulsan", "/q/partner_reach", "/q/partner_combinations"]
)
def test_every_table_of_a_page_is_sorted_by_its_heads_and_has_its_files(client: httpx.Client, address: str) -> None:
    page = page_of(client, address)
    assert len(page.all("table")) == len(files_on(page)) / 2 > 0
    heads = [str(each["href"]) for each in page.all("a") if "sort" in str(each["href"])]
    columns = sum(tag == "th" and attributes.get("scope") == "col" for tag, attributes in page.tags)
    assert len(heads) == columns
    for file in files_on(page):
        assert client.get(file).status_code == 200, file
    for head in heads:
        sorted_page = page_of(client, head)
        assert [each["aria-sort"] for each in sorted_page.all("th") if "aria-sort" in each] == ["ascending"], head
    scrolls = [attributes for tag, attributes in page.tags if attributes.get("role") == "region"]
    assert all(attributes["tabindex"] == "0" for attributes in scrolls)
    assert len(scrolls) >= len(page.all("table"))


def test_the_files_of_the_network_hold_what_its_picture_holds(client: httpx.Client) -> None:
    told = client.get("/api/network?around=center-ulsan").json()
    nodes = read(client.get("/console/network/nodes.csv?around=center-ulsan"))
    assert {each["node_id"] for each in nodes} == {each["id"] for each in told["nodes"]}
    lines = read(client.get("/console/network/relationships.csv?around=center-ulsan"))
    assert {(each["start_id"], each["end_id"]) for each in lines} == {
        (each["start_id"], each["end_id"]) for each in told["relationships"]
    }
    ties = read(client.get("/console/network/ties.csv?around=center-ulsan"))
    assert sorted(int(each["cases"]) for each in ties) == sorted(each["cases"] for each in told["ties"])


def test_neighbours_are_sorted_over_all_pages_and_the_file_has_every_one(client: httpx.Client) -> None:
    whole = client.get("/api/entities/center-ulsan/adjacent?per_page=200").json()
    names = sorted(each["name"] for each in whole["items"])
    assert len(names) > 5
    first = page_of(client, "/e/center-ulsan?sort=adjacent_name&per_page=5")
    places = [first.text.index(name, first.text.index("자세히")) for name in names[:5]]
    assert places == sorted(places)
    rows = read(client.get("/console/entity/adjacent.csv?id=center-ulsan"))
    assert sorted(each["adjacent_name"] for each in rows) == names
    kept = read(client.get("/console/entity/adjacent.csv?id=center-ulsan&relationship=LEADS"))
    assert 0 < len(kept) < len(rows)


def test_kept_states_are_a_table_to_sort_and_to_download(client: httpx.Client) -> None:
    kept = client.get("/api/generations").json()["generations"]
    rows = read(client.get("/console/generations.csv"))
    assert [each["generation"] for each in rows] == [each["id"] for each in kept]
    sorted_page = page_of(client, "/data?sort_generations=-created_at")
    assert [each["aria-sort"] for each in sorted_page.all("th") if "aria-sort" in each] == ["descending"]


def test_an_english_page_tells_relationships_in_english(client: httpx.Client) -> None:
    paths = page_of(client, "/q/collaboration_paths?first_id=center-ulsan&second_id=노사발전재단&lang=en")
    assert "operates" in paths.text
    assert "제공(운영)" not in paths.text
    profile = page_of(client, "/q/institution_profile?institution_id=노사발전재단&lang=en")
    client.cookies.clear()
    assert "has part" in profile.text.split("The Cypher used")[0] and "HAS_PART" not in profile.text.split("The Cypher used")[0]


def test_a_workbook_speaks_the_language_of_its_page(client: httpx.Client) -> None:
    for lang, sheet, head, kind in (
        ("ko", "답", "기관 종류", "경영자총협회"),
        ("en", "answer", "kind of partner", "employers' federation"),
    ):
        page = page_of(client, f"/q/partnership_gaps?lang={lang}")
        address = next(file for file in files_on(page) if ".xlsx" in file)
        client.cookies.clear()
        rows = list(openpyxl.load_workbook(io.BytesIO(client.get(address).content))[sheet].iter_rows(values_only=True))
        assert head in rows[0]
        assert kind in {row[rows[0].index(head)] for row in rows[1:]}


def test_no_name_runs_in_a_spreadsheet(hostile: httpx.Client) -> None:
    for address in ("/console/network/nodes", "/console/entity/adjacent", "/console/entity/facts", "/console/networks"):
        query = "?id=net" if "entity" in address else ""
        for row in read(hostile.get(f"{address}.csv{query}")):
            assert not any(str(value).startswith(("=", "+", "-", "@", "\t", "\r")) for value in row.values())
        book = openpyxl.load_workbook(io.BytesIO(hostile.get(f"{address}.xlsx{query}").content))
        assert all(each.data_type != "f" for sheet in book for row in sheet.iter_rows() for each in row)
    held = {row["adjacent_name"] for row in read(hostile.get("/console/entity/adjacent.csv?id=net"))}
    assert {cell(name) for name in NAMES} <= held


def test_a_file_of_nothing_known_is_refused_on_a_page(client: httpx.Client) -> None:
    for address, status in (
        ("/console/entity/facts.csv?id=nobody", 404),
        ("/console/entity/facts.exe?id=center-ulsan", 400),
        ("/console/network/people.csv", 400),
        ("/console/entity/facts.csv", 400),
        (f"/data/jobs/{quote('없음')}/refusals.csv", 404),
    ):
        assert client.get(address).status_code == status, address


def made(rows: list[tuple[object, ...]]) -> Listing:
    types = {"name": "text", "rate": "number", "rate_low": "number", "rate_high": "number", "nothing": "text"}
    return Listing("", WORDS, tuple(AnswerColumn(name, type_, WORDS) for name, type_ in types.items()), tuple(rows))


def test_an_interval_stands_in_the_cell_of_its_figure_and_empty_columns_are_left_out() -> None:
    view = table_view(made([("가", 0.5, 0.25, 0.75, None), ("나", None, None, None, None)]), {}, Asked())
    assert [column.name for column in view.columns] == ["name", "rate"]
    assert [row[1].interval for row in view.rows] == [(0.25, 0.75), None]


@pytest.mark.parametrize(("sort", "order"), [("rate", "나가다"), ("-rate", "가나다"), ("-name", "다나가"), ("none", "다가나")])
def test_rows_are_ordered_by_a_column_with_the_unknown_last(sort: str, order: str) -> None:
    rows = [("다", None, None, None, None), ("가", 0.9, 0.8, 1.0, None), ("나", 0.1, 0.0, 0.2, None)]
    assert "".join(row[0].value for row in table_view(made(rows), {}, Asked(sort)).rows) == order


def test_a_workbook_says_in_words_what_its_page_says(client: httpx.Client) -> None:
    for lang, relationship, truth in (("ko", "제공", {"예", "아니요"}), ("en", "offers", {"yes", "no"})):
        profile = client.get(f"/api/questions/center_profile.xlsx?center_id=center-ulsan&lang={lang}")
        rows = list(openpyxl.load_workbook(io.BytesIO(profile.content)).worksheets[0].iter_rows(values_only=True))
        assert any(relationship in row for row in rows)
        assert not any(str(cell).isupper() for row in rows for cell in row if cell and "_" in str(cell))
        ties = client.get(f"/api/questions/declared_versus_observed.xlsx?lang={lang}")
        head, *rows = openpyxl.load_workbook(io.BytesIO(ties.content)).worksheets[0].iter_rows(values_only=True)
        place = head.index("같은 네트워크 참여" if lang == "ko" else "in one network")
        assert {row[place] for row in rows} == truth


def test_the_page_of_a_node_leads_to_the_questions_about_it(client: httpx.Client) -> None:
    for kind, questions in ABOUT.items():
        for name, param in questions:
            assert kind in load_catalog().question(name).params[param].kinds
    page = page_of(client, "/e/center-ulsan")
    asked = [str(each["href"]) for each in page.all("a") if str(each.get("href", "")).endswith("=center-ulsan")]
    assert "/q/center_profile?center_id=center-ulsan" in asked
    assert "꼭 필요: 도착하는 곳" in page_of(client, "/q/collaboration_paths?first_id=center-ulsan").text

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from queries.catalog import load_catalog
from tests.api.conftest import serving
from tests.api.test_browser import DESK, PHONE, drawn, hold_to_axe, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
MOEL = Path(__file__).parents[2] / "data" / "moel-2025"
PICTURED = (
    "partner_combinations", "partner_outcomes", "partnership_gaps", "need_gaps", "industry_gaps", "case_journeys",
    "time_to_hire", "referral_paths", "bridges", "declared_versus_observed", "never_tried",
)  # fmt: skip


@pytest.fixture
def empty_address(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path / "home") as address:
        yield address


def pick(page: Page, node: str, link: str) -> None:
    """Pick a node as a click on it does, then press a link of its panel."""
    page.goto(page.url.partition("#")[0] + ("&" if "?" in page.url else "?") + f"pick={node}")
    page.get_by_role("link", name=link).click()
    page.wait_for_load_state("networkidle")


def test_two_picked_nodes_show_the_path_between_them_and_the_link_can_be_shared(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/network")
        pick(page, "center-ulsan", "여기서 출발하는 경로")
        page.goto(page.url.replace("pick=center-ulsan", "").partition("#")[0])
        pick(page, "inst-ulsan-yangsan-kef", "여기로 오는 경로")
        drawn(page)
        assert int(page.get_attribute("#picture", "data-way") or 0) >= 2
        sentence = page.locator("#paths .sentence").inner_text()
        assert "울산고용센터" in sentence
        shared = page.url
        page.go_back()
        page.wait_for_load_state("networkidle")
        assert page.locator("#paths .sentence").count() == 0
        with opened(browser, address) as fresh:
            fresh.goto(shared)
            assert fresh.locator("#paths .sentence").inner_text() == sentence
            assert fresh.locator(".ways li").count() >= 1


def test_moving_through_time_changes_what_is_drawn(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/network")
        assert drawn(page) > 0
        before = page.locator(".rests").inner_text()
        slider = page.locator("#as-of-slider")
        slider.focus()
        slider.press("Home")
        page.wait_for_url("**as_of=20**")
        page.wait_for_function("text => document.querySelector('.rests').innerText !== text", arg=before)
        assert drawn(page) > 0
        page.select_option("#f-layer", "observed")
        page.wait_for_url("**layer=observed**")
        page.wait_for_function("() => document.querySelector('.rests').innerText.includes('적힌 관계 0개')")


def test_a_good_folder_is_loaded_in_the_browser(browser: Browser, empty_address: str) -> None:
    with opened(browser, empty_address) as page:
        page.goto("/data")
        hold_to_axe(page)
        page.set_input_files("#f-folder", MOEL)
        page.get_by_role("button", name="검사하고 올리기").click()
        page.wait_for_selector("text=이제 이 자료로 답합니다.", timeout=60_000)
        hold_to_axe(page)
        page.get_by_role("link", name="처음 화면에서 물어보기").click()
        assert "네트워크 15곳" in page.locator("main").inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_bad_file_is_told_row_by_row(browser: Browser, empty_address: str, tmp_path: Path, scripts: bool) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "dataset.yaml").write_text("id: bad\ntitle: 시험\nselection: sample\n", encoding="utf-8")
    (folder / "regions.csv").write_text("id,name\nr1,서울\nr1,부산\n", encoding="utf-8")
    with opened(browser, empty_address, java_script_enabled=scripts) as page:
        page.goto("/data")
        page.set_input_files("#f-files", sorted(folder.iterdir()))
        page.get_by_role("button", name="검사하고 올리기").click()
        page.wait_for_selector("table >> text=regions.csv", timeout=60_000)
        assert page.locator("tbody tr").count() >= 1
        if scripts:
            hold_to_axe(page)


def places(prefix: str) -> list[str]:
    return [f"{prefix}/q/{name}" for name in PICTURED if name in load_catalog().questions]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_picture_is_accessible_and_stands_beside_its_table(browser: Browser, demo_address: str, lang: str) -> None:
    home = demo_address.removesuffix("/demo")
    with opened(browser, home) as page:
        for place in ("/data", "/demo/", "/demo/network", *places("/demo"), *places("")):
            page.goto(f"{place}?lang={lang}")
            page.wait_for_load_state("networkidle")
            hold_to_axe(page)
            if place.startswith("/demo/q/"):
                assert page.locator("figure.picture-of").count() == 1, place
                assert page.locator("#answer-caption").count() == 1, place
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        for place in ("/data", "/demo/", *places("/demo")):
            page.goto(place)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place


def test_a_printed_page_has_the_answer_and_not_the_controls(browser: Browser, demo_address: str) -> None:
    with opened(browser, demo_address.removesuffix("/demo"), DESK) as page:
        page.goto("/demo/q/partner_combinations")
        page.emulate_media(media="print")
        assert not page.locator("details.conditions").is_visible()
        assert page.locator(".sentence").is_visible()
        assert page.locator("figure.picture-of svg").is_visible()
        assert len(page.pdf(format="A4")) > 10_000

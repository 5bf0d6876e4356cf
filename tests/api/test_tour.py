from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.api.test_browser import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
TOUR = Path(__file__).parents[2] / "docs" / "tour.md"
MOST_CLICKS = 3
QUOTED = re.compile(r"`([^`]+)`")


def ways() -> list[tuple[list[str], str]]:
    """For each line of the tour's table: what is pressed, and what must then be seen."""
    lines = [line for line in TOUR.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(QUOTED.findall(press), QUOTED.findall(shows)[-1]) for _, press, shows in cells]


def test_the_tour_asks_what_the_three_kinds_of_reader_ask() -> None:
    assert len(ways()) >= 10
    assert all(1 <= len(pressed) <= MOST_CLICKS for pressed, _ in ways())


def test_every_picture_of_the_tour_is_there() -> None:
    found = re.findall(r"\]\((screenshots/[^)]+)\)", TOUR.read_text(encoding="utf-8"))
    assert len(found) >= 5
    assert all((TOUR.parent / picture).exists() for picture in found)


def test_every_way_of_the_tour_leads_where_it_says(browser: Browser, demo_address: str) -> None:
    home = demo_address.removesuffix("/demo")
    for pressed, seen in ways():
        with opened(browser, home) as page:
            page.goto("/")
            for words in pressed:
                page.locator("a, button, summary").filter(has_text=words).first.click()
                page.wait_for_load_state("networkidle")
            assert seen in page.locator("main").inner_text() + "".join(page.locator("main svg text").all_text_contents()), (
                pressed
            )

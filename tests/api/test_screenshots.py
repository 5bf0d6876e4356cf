from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.api.test_browser import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
WINDOW = {"width": 1160, "height": 800}
LIGHT = 150_000
"""No picture of the documents is larger, in bytes."""
COLOURS = 256
SHOWN = ("home", "network", "combinations", "gaps", "referral", "data")
SHOTS = {
    "home": "/",
    "network": "/network",
    "combinations": "/demo/q/partner_combinations",
    "outcomes": "/demo/q/partner_outcomes",
    "gaps": "/demo/q/partnership_gaps",
    "journeys": "/demo/q/case_journeys",
    "referral": "/q/referral_paths?k=3",
    "entity": "/e/center-ulsan",
    "search": "/search?q=경총",
    "paths": "/q/collaboration_paths?first_id=center-ulsan&second_id=노사발전재단",
    "data": "/data",
}


def in_few_colours(file: Path) -> None:
    """The same picture with a palette, as a page has few colours: less than half as heavy."""
    from PIL import Image

    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_screenshots_of_every_page_are_taken(browser: Browser, demo_address: str, lang: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("PUMASI_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(browser, demo_address.removesuffix("/demo"), WINDOW) as page:
        for name, place in SHOTS.items():
            page.goto(f"{place}{'&' if '?' in place else '?'}lang={lang}")
            page.wait_for_load_state("networkidle")
            if name == "network":
                page.wait_for_selector("#picture[data-drawn]")
                page.evaluate("document.querySelector('.map').scrollIntoView()")
                page.wait_for_timeout(400)
            if page.locator("figure.picture-of").count():
                page.evaluate("document.querySelector('#answer').scrollIntoView()")
            file = folder / f"{name}.{lang}.png"
            page.screenshot(path=file)
            in_few_colours(file)
            assert 10_000 < file.stat().st_size < (LIGHT if name in SHOWN else 2 * LIGHT), name

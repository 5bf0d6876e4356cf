from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from queries.catalog import load_catalog
from tests.api.test_http import NEEDED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextmanager
def opened(browser: Browser, address: str, viewport: dict[str, int] = DESK, **told: Any) -> Iterator[Page]:
    """A page that fails the test when it asks another host, logs an error or throws."""
    context = browser.new_context(base_url=address, viewport=viewport, **told)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else wrong.append(request.url)
    )
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    yield page
    context.close()
    assert wrong == []


def hold_to_axe(page: Page) -> None:
    """No violation of the accessibility rules. The checker is run beside the page's own scripts, which the policy allows."""
    found = page.evaluate(AXE.read_text(encoding="utf-8") + ";axe.run(document, {resultTypes: ['violations']})")
    told = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found["violations"]]
    assert told == []


def drawn(page: Page) -> int:
    """How many nodes the picture holds, once it is drawn."""
    page.wait_for_selector("#picture[data-drawn]", timeout=30_000)
    return int(page.get_attribute("#picture", "data-drawn") or 0)


def painted(page: Page) -> bool:
    """Whether the picture shows anything but its background."""
    # An empty one compresses to some two kilobytes.
    return len(page.locator("#picture").screenshot()) > 8_000


def test_a_planner_gets_from_the_home_page_to_the_picture(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/")
        page.get_by_role("link", name=load_catalog().question("network_overview").asks.ko).click()
        page.wait_for_url("**/q/network_overview")
        assert page.locator(".sentence").inner_text().startswith("네트워크 15개")
        page.get_by_role("link", name="울산고용센터").click()
        page.wait_for_url("**/e/center-ulsan")
        page.get_by_role("link", name="그림으로 보기").click()
        page.wait_for_url("**/network?around=center-ulsan**")
        assert drawn(page) > 5
        assert painted(page)
        page.go_back()
        assert page.locator("h1").inner_text() == "울산고용센터"


def test_the_form_of_a_question_answers_in_place_and_keeps_the_address(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/q/collaboration_paths")
        page.select_option("#f-first_id", label="울산고용센터")
        page.select_option("#f-second_id", label="울산양산경영자총협회")
        page.get_by_role("button", name="답 보기").click()
        page.wait_for_selector("#answer .sentence")
        assert "first_id=center-ulsan" in page.url
        sentence = page.locator(".sentence").inner_text()
        page.locator("#answer thead a").first.click()
        page.wait_for_url("**sort=**")
        page.wait_for_selector("#answer th[aria-sort]")
        shared = page.url
        with opened(browser, address) as fresh:
            fresh.goto(shared)
            assert fresh.locator(".sentence").inner_text() == sentence


def test_search_suggests_while_one_types(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/")
        page.locator("#q").press_sequentially("ㅇㅅㄱㅇㅅㅌ")
        page.wait_for_selector("#suggested a")
        assert "울산고용센터" in page.locator("#suggested").inner_text()


def test_the_picture_follows_its_filters_and_a_click_tells_about_a_node(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/network")
        before = drawn(page)
        page.get_by_role("checkbox", name="프로그램").uncheck()
        page.wait_for_url("**kinds=**")
        page.wait_for_selector(f"#picture[data-drawn]:not([data-drawn='{before}'])")
        assert drawn(page) < before
        page.goto("/network?kinds=Network&kinds=Center")
        drawn(page)
        page.wait_for_timeout(300)
        box = page.locator("#picture").bounding_box()
        assert box is not None
        for step in range(1, 400):
            page.mouse.move(box["x"] + (step % 20) * box["width"] / 20, box["y"] + (step // 20) * box["height"] / 20)
            if page.locator("#picture.pointing").count():
                break
        page.mouse.down()
        page.mouse.up()
        page.wait_for_selector("#panel #summary")
        assert "pick=" in page.url
        picked = page.locator("#panel h2").inner_text()
        page.reload()
        assert page.locator("#panel h2").inner_text() == picked


def test_the_picture_is_drawn_again_when_one_goes_back_to_it(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/network")
        before = drawn(page)
        page.get_by_role("checkbox", name="프로그램").uncheck()
        page.wait_for_selector(f"#picture[data-drawn]:not([data-drawn='{before}'])")
        page.go_back()
        page.wait_for_selector(f"#picture[data-drawn='{before}']")
        page.wait_for_timeout(300)
        assert painted(page)


def test_the_first_drawing_has_each_node_where_the_picture_has_it(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.add_init_script(FIRST_DRAWING)
        page.goto("/network")
        assert page.wait_for_function("() => window.firstDots").json_value() == drawn(page)
        page.wait_for_timeout(300)
        # Where the first drawing has a dot of a colour, so has the picture.
        shares = page.evaluate(SAME_COLOURS, base64.b64encode(page.locator("#picture").screenshot()).decode())
        assert min(shares) > 0.9


def test_the_first_drawing_waits_for_few_answers_and_takes_few_strokes(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.add_init_script(FIRST_DRAWING + FIRST_WORK)
        page.goto("/network")
        asked = {place.rpartition("/")[2] for place in page.wait_for_function("() => window.firstAsked").json_value()}
        assert asked <= {"looks.css", "icon.svg", "network.js", "network.bin"}
        # Hundreds of relationships; for each a stroke of its own, a national network would wait for seconds.
        assert 0 < page.evaluate("window.firstStrokes") < 20


FIRST_DRAWING = """
new MutationObserver(() => {
  const picture = document.getElementById("picture");
  if (!picture?.dataset.shown || window.firstDots) return;
  const canvas = picture.querySelector("canvas");
  window.firstDots = Number(picture.dataset.shown);
  window.firstPixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}).observe(document, { subtree: true, attributes: true });
"""
FIRST_WORK = """
window.strokes = 0;
const stroke = CanvasRenderingContext2D.prototype.stroke;
CanvasRenderingContext2D.prototype.stroke = function (...path) { window.strokes += 1; return stroke.apply(this, path); };
new MutationObserver(() => {
  if (!document.getElementById("picture")?.dataset.shown || window.firstAsked) return;
  window.firstStrokes = window.strokes;
  window.firstAsked = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
}).observe(document, { subtree: true, attributes: true });
"""
SAME_COLOURS = """async (told) => {
  const raw = Uint8Array.from(atob(told), letter => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([raw], { type: "image/png" }));
  const paper = new OffscreenCanvas(image.width, image.height).getContext("2d");
  paper.drawImage(image, 0, 0);
  const [first, then] = [window.firstPixels, paper.getImageData(0, 0, image.width, image.height)];
  const colours = [...document.querySelectorAll("form input:checked + .kind")].map(mark => {
    const code = getComputedStyle(mark).getPropertyValue("--kind").trim();
    return [1, 3, 5].map(at => parseInt(code.slice(at, at + 2), 16));
  });
  return colours.map(colour => {
    const is = (pixels, x, y, slack) => colour.every((part, at) =>
      Math.abs(pixels.data[4 * (y * pixels.width + x) + at] - part) <= slack);
    let [dots, same] = [0, 0];
    for (let y = 2; y < first.height - 2; y += 1) for (let x = 2; x < first.width - 2; x += 1) {
      const inside = [[0, 0], [2, 0], [-2, 0], [0, 2], [0, -2]].every(([right, down]) => is(first, x + right, y + down, 0));
      if (inside) { dots += 1; same += is(then, x + 1, y + 1, 24) ? 1 : 0; }
    }
    return dots ? same / dots : 1;
  });
}"""

EVERY_PAGE = (
    "/",
    "/search?q=경총",
    "/search",
    "/network",
    "/network?around=center-ulsan&pick=center-ulsan",
    "/docs",
    "/e/center-ulsan",
    "/e/moel-2025",
)


def test_no_page_breaks_a_rule_of_accessibility_or_leaves_the_screen(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        for place in (*EVERY_PAGE, *_questions()):
            page.goto(place)
            page.wait_for_load_state("networkidle")
            hold_to_axe(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        for place in (*EVERY_PAGE, *_questions()):
            page.goto(place)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place


def _questions() -> list[str]:
    given = {name: "&".join(f"{key}={value}" for key, value in params.items()) for name, params in NEEDED.items()}
    return [f"/q/{question.name}?{given.get(question.name, '')}" for question in load_catalog()]


def test_without_scripts_everything_but_the_picture_works(browser: Browser, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as page:
        page.goto("/")
        page.locator("#q").fill("울산양산경총")
        page.locator(".big-search button").click()
        page.get_by_role("link", name="울산양산경영자총협회", exact=True).click()
        assert page.locator("h1").inner_text() == "울산양산경영자총협회"
        page.goto("/q/partner_reach")
        page.locator("details.conditions > summary").click()
        page.get_by_label("경영자총협회", exact=True).check()
        page.get_by_role("button", name="답 보기").click()
        assert "kinds=employers_federation" in page.url
        assert page.locator("#answer tbody tr").count() > 2
        page.goto("/network")
        page.locator("details.tables summary").click()
        assert page.get_by_role("link", name="울산고용센터").count() > 0


@pytest.mark.parametrize(
    "place", ["/", "/network", "/e/net?per_page=200", "/q/partner_reach", "/search?q=<script>", "/e/bad-2"]
)
def test_hostile_names_run_nowhere(browser: Browser, hostile_address: str, place: str) -> None:
    with opened(browser, hostile_address) as page:
        page.goto(place)
        if place == "/network":
            assert drawn(page) > 100
        page.wait_for_load_state("networkidle")
        assert "hacked" not in page.title() or "<" in page.title()
        hold_to_axe(page)


@pytest.mark.parametrize(
    "place", ["/", "/q/network_overview", "/q/partnership_gaps", "/q/partner_combinations", "/e/center-ulsan", "/search?q=경총"]
)
def test_a_page_without_the_picture_is_light(browser: Browser, address: str, place: str) -> None:
    with opened(browser, address) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(place)
        page.wait_for_load_state("networkidle")
        assert len(answers) <= 10
        sizes = [answer.request.sizes() for answer in answers]
        assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < 100_000


NAMES_WRITTEN = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.written.push([text, x, x + this.measureText(text).width, this.canvas.width / window.devicePixelRatio]);
  return write.call(this, text, x, y);
};
"""


@pytest.mark.parametrize("place", ["/network", "/network?around=center-ulsan&pick=center-ulsan"])
@pytest.mark.parametrize("wide", [390, 1280])
def test_no_name_in_the_picture_is_cut_at_its_edge(browser: Browser, address: str, place: str, wide: int) -> None:
    with opened(browser, address, {"width": wide, "height": 844}) as page:
        page.add_init_script(NAMES_WRITTEN)
        page.goto(place)
        drawn(page)
        page.wait_for_timeout(300)
        written = page.evaluate("window.written")
        assert written
        assert [name for name, left, right, width in written if left < 0 or right > width + 1] == []


def test_a_phone_shows_the_picture_before_what_it_may_be_asked_for(browser: Browser, address: str) -> None:
    with opened(browser, address, {"width": 390, "height": 844}) as page:
        page.goto("/network")
        before = drawn(page)
        box = page.locator("#picture").bounding_box()
        assert box is not None and box["y"] < 480
        assert "센터" in page.locator(".legend").inner_text()
        page.locator(".filters > summary").click()
        page.get_by_role("checkbox", name="프로그램").uncheck()
        page.wait_for_selector(f"#picture[data-drawn]:not([data-drawn='{before}'])")
        assert page.get_by_role("checkbox", name="프로그램").is_visible()

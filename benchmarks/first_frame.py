"""How soon the network's picture is there, beside the same graph as pyvis draws it by default, and vis-network at given places.

Both pages are opened in one run of one Chromium, each in a fresh tab. Counted is the time from asking for the page to the first
frame that shows the whole graph: every node in its colour where it stays, and every relationship. The frame has been painted:
the clock is read in the frame's callback after it. A new tab opens a window of the browser, whose own pages load for a second
and take both cores; on every side that is waited for first, and a page is asked for nothing while it is on its way.

For pyvis it is the first frame after its physics has settled, which is when its page takes away the bar and shows the network.
The picture is of one size on every side that gives it one, the console's in a window 1,280 wide.
Of a large network the console first shows a drawing that does not answer the pointer; when the picture that does is there is
taken beside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.browser import Beside
from benchmarks.harness import Taken
from benchmarks.running import ROOT, Running, ours, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SEED = 7
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-unsafe-swiftshader"]
LONGEST = 600_000
"""Milliseconds that a page is waited for."""
REST = 1_500
"""Milliseconds after which a new tab's window has begun, before the page is asked for; the same for every side."""
TOLD = """name => new Promise(done => {
  const look = () => { if (window[name]) done(window.shownAt); else setTimeout(look, 20); };
  look();
})"""
HOOK = "drawGraph();"
VIS = """<!doctype html><meta charset="utf-8"><title>vis-network</title><script>SCRIPT</script>
<div id="picture" style="width: 792px; height: 640px"></div><script>
const network = new vis.Network(document.getElementById("picture"), DATA, {
  physics: false, layout: { improvedLayout: false }, edges: { smooth: false }, nodes: { shape: "dot", size: 5 },
});
network.once("afterDrawing", () => requestAnimationFrame(() => { window.shownAt = performance.now(); }));
</script>
"""
CONSOLE_CLOCK = """
const painted = name => requestAnimationFrame(() => requestAnimationFrame(() => { window[name] = performance.now(); }));
const noted = new Set();
new MutationObserver(() => {
  const told = document.getElementById("picture")?.dataset ?? {};
  for (const [name, is] of [["shownAt", told.shown || told.drawn], ["readyAt", told.drawn]]) {
    if (is && !noted.has(name)) { noted.add(name); painted(name); }
  }
}).observe(document, { subtree: true, attributes: true });
"""
"""The picture notes what it shows before that is painted: the first callback comes before that frame, the second after."""
CLOCK = """
network.once('stabilizationIterationsDone', () => requestAnimationFrame(() => { window.shownAt = performance.now(); }));
"""


def made_network(nodes: int) -> tuple[int, int, list[int], list[tuple[int, int]]]:
    """How many centers and institutions, the institution of each program, and the partnerships: center and institution.

    The centers, institutions and programs are so many nodes, with twice as many relationships.
    """
    import random

    chance = random.Random(SEED)
    centers, institutions = nodes // 20, nodes * 9 // 20
    provider = [chance.randrange(institutions) for _ in range(nodes - centers - institutions)]
    pairs = {(chance.randrange(centers), chance.randrange(institutions)) for _ in range(4 * nodes)}
    return centers, institutions, provider, sorted(pairs)[: 2 * nodes - len(provider)]


def made_ends(nodes: int) -> list[tuple[int, int]]:
    """The same network's relationships as pairs of places: centers first, then institutions, then programs."""
    centers, institutions, provider, partnerships = made_network(nodes)
    offers = [(centers + institution, centers + institutions + program) for program, institution in enumerate(provider)]
    return offers + [(center, centers + institution) for center, institution in partnerships]


def dataset_folder(folder: Path, nodes: int) -> Path:
    """The made-up network as a dataset."""
    centers, institutions, provider, partnerships = made_network(nodes)
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text("id: made\ntitle: made\nselection: sample\nsynthetic: true\n", encoding="utf-8")
    write(folder / "centers.csv", "id,name,kind", (f"c{n},센터 {n},employment_center" for n in range(centers)))
    write(folder / "institutions.csv", "id,name,kind", (f"i{n},기관 {n},other" for n in range(institutions)))
    programs = (f"p{n},과정 {n},training,i{institution}" for n, institution in enumerate(provider))
    write(folder / "programs.csv", "id,name,kind,provider_id", programs)
    lines = (f"c{center},i{institution},referral" for center, institution in partnerships)
    write(folder / "partnerships.csv", "first_id,second_id,kind", lines)
    return folder


def write(file: Path, head: str, lines: Iterator[str]) -> None:
    """One table."""
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def home_of(folder: Path, nodes: int) -> Path:
    """A workspace that holds such a dataset."""
    from api.loading import load_folders
    from graph.stores import open_store
    from graph.workspace import Workspace, quiet

    home = folder / "home"
    loaded = load_folders([dataset_folder(folder / "made", nodes)], Workspace(home), open_store("ladybug:", home), quiet)
    assert loaded.generation is not None, [report.to_json() for report in loaded.reports]
    return home


@contextmanager
def served(home: Path) -> Iterator[tuple[Running, str]]:
    """The console of a workspace, in a process of its own as a user has it, and its address."""
    with running(*ours(home)) as server:
        yield server, f"http://{server.host}:{server.port}"


def drawn(address: str, nodes: int) -> dict[str, Any]:
    """The nodes and relationships that the console draws."""
    import httpx

    asked = f"{address}/api/network?limit={nodes}&kinds=Center&kinds=Institution&kinds=Program"
    told: dict[str, Any] = httpx.get(asked, trust_env=False, timeout=120).json()
    return told


def vis_page(address: str, folder: Path, nodes: int) -> Path:
    """The same graph at the same places as vis-network draws it: its script inside, no physics, straight lines."""
    import pyvis

    told = drawn(address, nodes)
    points = [
        {"id": node["id"], "label": node["caption"], "x": 8_000 * node["x"], "y": -8_000 * node["y"]} for node in told["nodes"]
    ]
    lines = [{"from": each["start_id"], "to": each["end_id"]} for each in told["relationships"]]
    script = next(Path(pyvis.__file__).parent.glob("lib/vis-9.1*/vis-network.min.js")).read_text(encoding="utf-8")
    data = json.dumps({"nodes": points, "edges": lines}, ensure_ascii=False)
    file = folder / "vis.html"
    file.write_text(VIS.replace("SCRIPT", script).replace("DATA", data), encoding="utf-8")
    return file


def floor_page(address: str, folder: Path, nodes: int) -> Path:
    """A page of nothing but a canvas with as many dots and lines at the same places, which it holds as numbers."""
    told = drawn(address, nodes)
    place = {node["id"]: at for at, node in enumerate(told["nodes"])}
    kinds = sorted({node["kind"] for node in told["nodes"]})
    data = {
        "dots": [[round(node["x"], 4), round(node["y"], 4), kinds.index(node["kind"])] for node in told["nodes"]],
        "lines": [[place[each["start_id"]], place[each["end_id"]]] for each in told["relationships"]],
    }
    file = folder / "floor.html"
    page = (ROOT / "benchmarks" / "opponents" / "first_frame_floor.html").read_text(encoding="utf-8")
    file.write_text(page.replace("DATA", json.dumps(data, separators=(",", ":"))), encoding="utf-8")
    return file


def pyvis_page(address: str, folder: Path, nodes: int) -> Path:
    """The same graph as pyvis writes it by default, with its script inside; only a clock is added to its page."""
    from pyvis.network import Network

    told = drawn(address, nodes)
    picture = Network(cdn_resources="in_line")
    for node in told["nodes"]:
        picture.add_node(node["id"], label=node["caption"])
    for each in told["relationships"]:
        picture.add_edge(each["start_id"], each["end_id"])
    print(f"{len(told['nodes'])} nodes, {len(told['relationships'])} relationships")
    page = picture.generate_html(notebook=False)
    assert page.count(HOOK) == 1
    file = folder / "pyvis.html"
    file.write_text(page.replace(HOOK, HOOK + CLOCK), encoding="utf-8")
    return file


class Shown(NamedTuple):
    """One visit of the console: what took from asking for the page to the frame that shows all, and seconds until the one
    that answers the pointer. CPU and memory are of all until then."""

    taken: Taken
    ready_s: float


@contextmanager
def visit(
    browser: Browser, address: str, last: str, clock: str = "", server: int | None = None
) -> Iterator[tuple[Page, Beside]]:
    """A page with nothing kept from an earlier visit, once it has told the time of the name `last`, and what it took."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(LONGEST)
    page.add_init_script(clock)
    if address.startswith("file:"):
        page.route("http*://**", lambda route: route.abort())
    page.wait_for_timeout(REST)
    beside = Beside(server)
    page.goto(address, wait_until="commit")
    page.evaluate(TOLD, last)
    yield page, beside
    context.close()


def console_shown(browser: Browser, server: Running, address: str, nodes: int) -> Shown:
    """One visit of the console."""
    with visit(browser, f"{address}/network?limit={nodes}", "readyAt", CONSOLE_CLOCK, server.pid) as (page, beside):
        taken = beside.taken(page.evaluate("window.shownAt") / 1e3)
        found = Shown(taken, page.evaluate("window.readyAt") / 1e3)
        told = [page.get_attribute("#picture", name) for name in ("data-shown", "data-drawn")]
    assert {int(count) for count in told if count} == {nodes}
    return found


def page_shown(browser: Browser, file: Path, clock: str = "") -> Taken:
    """What took from asking for a file's page to its network, by its own clock or one that is put in."""
    with visit(browser, file.as_uri(), "shownAt", clock) as (page, beside):
        return beside.taken(page.evaluate("window.shownAt") / 1e3)

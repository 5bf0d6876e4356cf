"""The first frame of the network's picture through its own benchmark, brought into the common shape."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.first_frame import FLAGS, console_times, home_of, page_time, pyvis_page, served, vis_page
from benchmarks.harness import Taken, row
from benchmarks.rows import FIRST_FRAME, FIRST_FRAME_LARGE
from benchmarks.server import Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NODES, LARGE, FEWEST = 1_000, 20_000, 60
Page = Callable[[str, Path, int], Path]


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """1,000 and 20,000 nodes at scale 1."""
    from playwright.sync_api import sync_playwright

    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        against = (
            (FIRST_FRAME, "pyvis default", NODES, pyvis_page, '"shape": "dot"'),
            (FIRST_FRAME_LARGE, "vis-network with the same positions", LARGE, vis_page, '"label": '),
        )
        rows = [
            _row(browser, work, opponent, max(FEWEST, round(nodes * scale)), rounds, page, mark)
            for work, opponent, nodes, page, mark in against
        ]
        browser.close()
    return rows


def _row(browser: Browser, work: str, opponent: str, nodes: int, rounds: int, page: Page, mark: str) -> dict[str, Any]:
    """`mark` stands in the opponent's page once for each node. The first visit, which works the layout out, is told beside."""
    with tempfile.TemporaryDirectory() as folder, served(home_of(Path(folder), nodes)) as address:
        first = console_times(browser, address, nodes).shown / 1e3
        theirs = page(address, Path(folder), nodes)
        shown = theirs.read_text(encoding="utf-8").count(mark)
        taken, ready = [], []
        for _ in range(rounds):
            ours = console_times(browser, address, nodes)
            taken.append((Taken(ours.shown / 1e3), Taken(page_time(browser, theirs) / 1e3)))
            ready.append(ours.ready / 1e3)
    note = (
        "counted to the painted frame with every node in its colour and every relationship, on both sides; the console's"
        f" picture answers the pointer after {statistics.median(ready):.2f} s; layout kept on the server: the first visit"
        f" ever, which works it out, took {first:.2f} s; CPU and memory not taken"
    )
    size = f"{nodes:,} nodes, about twice as many relationships"
    return row(work, opponent, taken, shown == nodes, size=size, note=note)

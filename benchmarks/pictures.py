"""The first frame of the network's picture through its own benchmark, brought into the common shape."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.first_frame import (
    CONSOLE_CLOCK,
    FLAGS,
    console_shown,
    floor_page,
    home_of,
    page_shown,
    pyvis_page,
    served,
    vis_page,
)
from benchmarks.harness import Taken, row
from benchmarks.rows import FIRST_FRAME, FIRST_FRAME_FLOOR, FIRST_FRAME_LARGE
from benchmarks.server import Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOWEST = (
    "a file that holds the places as numbers: no server, style sheet, text, table or name on it; dots are squares of one size,"
    " lines of one colour; the same browser, wait and clock"
)
NODES, LARGE, FEWEST = 1_000, 20_000, 60
Pair = tuple[Taken, Taken]
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
            each
            for work, opponent, nodes, page, mark in against
            for each in _rows(browser, work, opponent, max(FEWEST, round(nodes * scale)), rounds, page, mark)
        ]
        browser.close()
    return rows


def _rows(browser: Browser, work: str, opponent: str, nodes: int, rounds: int, page: Page, mark: str) -> list[dict[str, Any]]:
    """`mark` stands in the opponent's page once for each node. The first visit, which works the layout out, is told beside."""
    with tempfile.TemporaryDirectory() as folder, served(home_of(Path(folder), nodes)) as (server, address):
        first = console_shown(browser, server, address, nodes).taken.wall_s
        theirs = page(address, Path(folder), nodes)
        shown = theirs.read_text(encoding="utf-8").count(mark)
        lowest = floor_page(address, Path(folder), nodes) if work == FIRST_FRAME_LARGE else None
        taken, floors, ready = list[Pair](), list[Pair](), list[float]()
        for _ in range(rounds):
            ours = console_shown(browser, server, address, nodes)
            other = page_shown(browser, theirs)
            taken.append((ours.taken, other))
            if lowest is not None:
                floors.append((page_shown(browser, lowest, CONSOLE_CLOCK), other))
            ready.append(ours.ready_s)
    note = (
        "counted to the painted frame with every node in its colour and every relationship, on both sides, in a tab whose"
        " window has begun; the console's picture answers the pointer after"
        f" {statistics.median(ready):.2f} s; layout kept on the server: the first visit ever, which works it out, took"
        f" {first:.2f} s; CPU is the browser's and our server's, of the console until it answers the pointer; memory is that of"
        " the process that draws the page"
    )
    size = f"{nodes:,} nodes, about twice as many relationships"
    rows = [row(work, opponent, taken, shown == nodes, size=size, note=note)]
    if floors:
        rows.append(row(FIRST_FRAME_FLOOR, opponent, floors, shown == nodes, size=size, note=LOWEST))
    return rows

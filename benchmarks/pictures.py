"""The first frame of the network's picture through its own benchmark, brought into the common shape."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.first_frame import FLAGS, console_time, home_of, pyvis_page, pyvis_time, served
from benchmarks.harness import Taken, row
from benchmarks.rows import FIRST_FRAME
from benchmarks.server import Servers

NODES, FEWEST = 1_000, 60


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """1,000 nodes at scale 1. The first visit, which works the layout out, is made before the rounds and told beside them."""
    from playwright.sync_api import sync_playwright

    nodes = max(FEWEST, round(NODES * scale))
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(home_of(Path(folder), nodes)) as address,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        first = console_time(browser, address, nodes) / 1e3
        page = pyvis_page(address, Path(folder), nodes)
        shown = page.read_text(encoding="utf-8").count('"shape": "dot"')
        taken = []
        for _ in range(rounds):
            ours, theirs = console_time(browser, address, nodes), pyvis_time(browser, page)
            taken.append((Taken(ours / 1e3), Taken(theirs / 1e3)))
        browser.close()
    note = f"layout kept on the server: the first visit ever, which works it out, took {first:.2f} s; CPU and memory not taken"
    return [
        row(
            FIRST_FRAME,
            "pyvis default",
            taken,
            shown == nodes,
            size=f"{nodes:,} nodes, about twice as many relationships",
            note=note,
        )
    ]

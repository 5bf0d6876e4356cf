"""Everything measured side by side: `python -m benchmarks [--scale S] [--only NAME ...] [--rounds 5]`.

Writes the raw figures of each benchmark to OUT/benchmarks/NAME.json and the page OUT/benchmarks.md from all that are there.
PUMASI_BENCH_FOLDER keeps the largest networks between runs, as making and loading them takes the better part of an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.page import verdict, write
from benchmarks.server import Servers
from graph import neo4j_server

Run = Callable[[float, int, Servers], list[dict[str, Any]]]
BENCHMARKS = {
    "cold-cli": "cold_cli.run",
    "load": "load.run",
    "load-server": "load.run_with_server",
    "load-whole": "load.run_whole",
    "bulk-read": "bulk_read.run",
    "import": "imported.run",
    "snapshot": "columns.run",
    "first-frame": "pictures.run",
    "combinations": "combinations.run",
    "paths": "paths.run",
    "layout": "layout.run",
    "gaps": "gaps.run",
    "gaps-server": "gaps.run_with_server",
    "growth": "growth.run",
    "serving": "serving.run",
    "referral-api": "referral_api.run",
}
"""Imported when they run: a measured process imports this module first and should hold no more than it needs."""
PACKAGES = ("ladybug", "neo4j", "neo4j-rust-ext", "py2neo", "polars", "duckdb", "pandas", "networkx", "numpy", "mlxtend")
DOCS = Path(__file__).parents[1] / "docs"


def versions() -> dict[str, str]:
    """Of everything that competes."""
    return {"Python": platform.python_version(), "Neo4j": neo4j_server.VERSION} | {name: version(name) for name in PACKAGES}


def run_of(name: str) -> Run:
    """A benchmark's function, imported now."""
    module, function = BENCHMARKS[name].split(".")
    found: Run = getattr(import_module(f"benchmarks.{module}"), function)
    return found


def measure(name: str, scale: float, rounds: int, servers: Servers) -> dict[str, Any]:
    """One benchmark's raw figures, with what they were taken on."""
    before, memory = os.getloadavg()[0], os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    rows = run_of(name)(scale, rounds, servers)
    return {
        "benchmark": name,
        "taken_on": datetime.now(UTC).date().isoformat(),
        "scale": scale,
        "rounds": rounds,
        "machine": {"cores": os.cpu_count(), "memory_gib": round(memory / 2**30)},
        "load_average": [before, os.getloadavg()[0]],
        "versions": versions(),
        "rows": rows,
    }


def main(argv: list[str] | None = None) -> int:
    """Measure, write, and say each verdict; 1 when an answer was wrong."""
    chosen = _arguments(argv)
    folder = chosen.out / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    right = True
    with Servers(chosen.neo4j) as servers:
        for name in chosen.only or BENCHMARKS:
            result = measure(name, chosen.scale, chosen.rounds, servers)
            (folder / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
            write(folder, chosen.out / "benchmarks.md")
            for row in result["rows"]:
                right = right and row["answers_equal"]
                ratio = f"{row['ratio']['median']:.2f}x" if row["ratio"] else "-"
                print(f"{row['work']} | {row['opponent']}: {ratio}, {verdict(row)}", flush=True)
    return 0 if right else 1


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against peers, side by side")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=list(BENCHMARKS), metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--neo4j", metavar="URL", help="a running Neo4j; EVERYTHING it holds is deleted (default: start one)")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of benchmarks.md and benchmarks/")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())

"""A question on the press release answered by a command, cold: the interpreter's start and every import counted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, compare
from benchmarks.rows import CLI, CLI_AGAIN
from benchmarks.server import Servers

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "data" / "moel-2025"
OPPONENTS = {
    "pandas + networkx script (obvious)": "cli_pandas.py",
    "csv module script (good)": "cli_csv.py",
}
THEIRS = "the script gives rows only: no sources, evidence, notes or drawing"
FIRST = "the tables are loaded; no answer is kept, so the engine starts and answers"
AGAIN = "the same question was asked of this generation before, by another process, and its answer kept"
TOLD = (
    "network_id",
    "network_name",
    "year",
    "award",
    "lead_ids",
    "career_center_ids",
    "members",
    "programs",
    "companies",
    "cases",
)


def asked(home: str) -> list[dict[str, Any]]:
    """The rows of `pumasi ask network_overview --format json`."""
    command = [str(Path(sys.executable).with_name("pumasi")), "ask", "network_overview", "--format", "json"]
    answer = json.loads(_output(command, {"PUMASI_HOME": home, "PUMASI_STORE": "ladybug:"}))
    return [{name: row[name] for name in TOLD} for row in answer["rows"]]


def forget(home: str) -> None:
    """Remove the answers that were kept."""
    for folder in Path(home).glob("generations/*/answers"):
        shutil.rmtree(folder)


def scripted(script: str) -> list[dict[str, Any]]:
    """The rows of a script over the CSV files."""
    rows: list[dict[str, Any]] = json.loads(
        _output([sys.executable, str(ROOT / "benchmarks" / "opponents" / script), str(TABLES)])
    )
    return rows


def _output(command: list[str], more: dict[str, str] | None = None) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, env=os.environ | (more or {})).stdout


def run(_scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """The press release has one size, whatever the scale."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [str(Path(sys.executable).with_name("pumasi")), "load", str(TABLES)],
            check=True,
            capture_output=True,
            env=os.environ | {"PUMASI_HOME": home, "PUMASI_STORE": "ladybug:"},
        )
        return [
            compare(
                work,
                name,
                Contender(asked, (home,), before=before),
                Contender(scripted, (script,)),
                rounds,
                size="XS: the press release, 15 networks, 17 cases",
                note=f"{note}; {THEIRS}",
            )
            for work, before, note in ((CLI, forget, FIRST), (CLI_AGAIN, asked, AGAIN))
            for name, script in OPPONENTS.items()
        ]

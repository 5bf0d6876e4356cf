"""A question on the press release answered by a command, cold: the interpreter's start and every import counted."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, compare
from benchmarks.rows import CLI, CLI_AHEAD, CLI_ENGINE, CLI_FLOOR
from benchmarks.server import Servers

ROOT = Path(__file__).parents[1]
TABLES = ROOT / "data" / "moel-2025"
OPPONENTS = {
    "pandas + networkx script (obvious)": "cli_pandas.py",
    "csv module script (good)": "cli_csv.py",
}
LOWEST = "nothing is asked of the catalog, and no answer made"
THEIRS = "the script gives rows only: no sources, evidence, notes or drawing"
NEVER_ASKED = ("--top", "100")
"""A parameter that changes no row here, but that no kept answer was given to."""
FIRST = "asked with a parameter that nobody asked with before; the rows that its statements gave were kept by the load"
ENGINE = "nothing is kept, as for a parameter of a statement or after a large load: the engine starts and answers"
AHEAD = "asked without parameters for the first time; the load of a small network answers that ahead, in the load's time"
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


def asked(home: str, *params: str) -> list[dict[str, Any]]:
    """The rows of `pumasi ask network_overview --format json`, with parameters where some are told."""
    command = [str(Path(sys.executable).with_name("pumasi")), "ask", "network_overview", "--format", "json", *params]
    answer = json.loads(_output(command, {"PUMASI_HOME": home, "PUMASI_STORE": "ladybug:"}))
    return [{name: row[name] for name in TOLD} for row in answer["rows"]]


def forget_answers(home: str, *_params: str) -> None:
    """Remove the answers that were kept; the rows that they were made from stay, as a load leaves them."""
    for answer in Path(home).glob("generations/*/answers/*.json"):
        answer.unlink()


def forget_all(home: str, *_params: str) -> None:
    """Remove everything that was kept for the command line."""
    for folder in Path(home).glob("generations/*/answers"):
        shutil.rmtree(folder)


def scripted(script: str) -> list[dict[str, Any]]:
    """The rows of a script over the CSV files."""
    rows: list[dict[str, Any]] = json.loads(
        _output([sys.executable, str(ROOT / "benchmarks" / "opponents" / script), str(TABLES)])
    )
    return rows


def counted(home: str) -> int:
    """How many networks the engine counts in a process of its own that does nothing else."""
    floor = ROOT / "benchmarks" / "opponents" / "cli_floor.py"
    return int(_output([sys.executable, str(floor), home]))


def _output(command: list[str], more: dict[str, str] | None = None) -> bytes:
    """Both sides run as a user's Python does, which keeps what it compiles."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, check=True, capture_output=True, env=environment | (more or {})).stdout


def loaded(home: Path) -> float:
    """The press release loaded as a user does; gives the seconds of CPU that took, answers given ahead included."""
    before = _children()
    _output(
        [str(Path(sys.executable).with_name("pumasi")), "load", str(TABLES)], {"PUMASI_HOME": str(home), "PUMASI_STORE": ""}
    )
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(_scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """The press release has one size, whatever the scale."""
    with tempfile.TemporaryDirectory() as folder:
        home, new, forgetful = (Path(folder) / name for name in ("home", "new", "forgetful"))
        ahead = f"{AHEAD}: {loaded(home):.1f} s of CPU in all"
        for copy in (new, forgetful):
            shutil.copytree(home, copy)
        sides = (
            (CLI, Contender(asked, (str(new), *NEVER_ASKED), before=forget_answers), FIRST),
            (CLI_ENGINE, Contender(asked, (str(forgetful), *NEVER_ASKED), before=forget_all), ENGINE),
            (CLI_AHEAD, Contender(asked, (str(home),)), ahead),
        )
        size = "XS: the press release, 15 networks, 17 cases"
        script, file = next(iter(OPPONENTS.items()))
        lowest, theirs = Contender(counted, (str(home),)), Contender(scripted, (file,))
        return [
            *(
                compare(work, name, side, Contender(scripted, (file,)), rounds, size=size, note=f"{note}; {THEIRS}")
                for work, side, note in sides
                for name, file in OPPONENTS.items()
            ),
            compare(
                CLI_FLOOR, script, lowest, theirs, rounds, size=size, note=LOWEST, same=lambda ours, rows: ours == len(rows)
            ),
        ]

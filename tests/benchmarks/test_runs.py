"""Each benchmark at a hundredth of its size, so that none rots: right answers, whole figures. Who is faster means nothing."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import BENCHMARKS
from benchmarks.rows import WANTED

ROOT = Path(__file__).parents[2]
SCALE = "0.01"
NUMBERS = {"wall_s", "cpu_s", "peak_mib"}


def measured(name: str, out: Path, *more: str) -> list[dict[str, Any]]:
    # As `make bench` runs it, in a process of its own.
    command = [sys.executable, "-m", "benchmarks", "--only", name, "--scale", SCALE, "--rounds", "1", "--out", str(out), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    result = json.loads((out / "benchmarks" / f"{name}.json").read_text("utf-8"))
    assert {"benchmark", "taken_on", "scale", "rounds", "machine", "load_average", "versions", "rows"} <= result.keys()
    assert set(result["machine"]) == {"cores", "memory_gib"}
    assert not re.search(r"(?<![\w.])/\w+/\w+", json.dumps(result)), "a path of this machine in the figures"
    return result["rows"]


def check(rows: list[dict[str, Any]], opponents: int) -> None:
    named = {(each.work, each.opponent) for each in WANTED}
    assert len(rows) == opponents
    for row in rows:
        assert (row["work"], row["opponent"]) in named
        assert row["answers_equal"] is True, row
        assert 0 < row["ratio"]["min"] <= row["ratio"]["median"] <= row["ratio"]["max"]
        assert set(row["ours"]) == set(row["theirs"]) == NUMBERS
        assert None not in [*row["ours"].values(), *row["theirs"].values()], row["work"]
        assert row["size"]
        assert len(row["rounds"]) == 1


def test_the_cold_command_answers_as_the_scripts_do(tmp_path: Path) -> None:
    check(measured("cold-cli", tmp_path), 7)
    assert "cold CLI answer" in (tmp_path / "benchmarks.md").read_text("utf-8")


def test_a_checked_load_holds_what_a_raw_copy_holds(tmp_path: Path) -> None:
    check(measured("load", tmp_path), 1)


def test_every_contender_counts_the_same_combinations(tmp_path: Path) -> None:
    check(measured("combinations", tmp_path), 3)


def test_every_benchmark_can_be_imported() -> None:
    from benchmarks.__main__ import run_of

    assert all(callable(run_of(name)) for name in BENCHMARKS)


def test_a_snapshot_counts_what_the_tables_hold(tmp_path: Path) -> None:
    check(measured("snapshot", tmp_path), 1)


@pytest.mark.browser
def test_both_pictures_show_every_node(tmp_path: Path) -> None:
    check(measured("first-frame", tmp_path), 3)


def test_every_contender_counts_the_same_gaps(tmp_path: Path) -> None:
    check(measured("gaps", tmp_path), 4)


@pytest.mark.skipif(shutil.which("sfdp") is None, reason="graphviz is not installed")
def test_our_places_have_no_more_stress_than_those_of_sfdp(tmp_path: Path) -> None:
    check(measured("layout", tmp_path), 1)


def test_without_graphviz_the_layout_is_told_as_not_measured(monkeypatch, capsys) -> None:
    from benchmarks import layout

    monkeypatch.setattr("benchmarks.layout.shutil.which", lambda _: None)
    assert layout.run(0.03, 1, None) == []
    assert "not measured: graphviz missing" in capsys.readouterr().out


def test_the_floor_sends_what_the_cache_sends(tmp_path: Path) -> None:
    check(measured("serving", tmp_path), 2)

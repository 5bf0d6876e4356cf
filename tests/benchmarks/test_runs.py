"""Each benchmark at its smallest, so that none rots: right answers, whole figures. Who is faster here means nothing."""

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
NUMBERS = {"wall_s", "cpu_s", "peak_mib"}


def measured(name: str, scale: str, out: Path, *more: str) -> list[dict[str, Any]]:
    # As `make bench` runs it, in a process of its own.
    command = [sys.executable, "-m", "benchmarks", "--only", name, "--scale", scale, "--rounds", "1", "--out", str(out), *more]
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
        assert row["size"]
        assert len(row["rounds"]) == 1


def test_the_cold_command_answers_as_the_scripts_do(tmp_path: Path) -> None:
    check(measured("cold-cli", "0.001", tmp_path), 7)
    assert "cold CLI answer" in (tmp_path / "benchmarks.md").read_text("utf-8")


def test_a_checked_load_holds_what_a_raw_copy_holds(tmp_path: Path) -> None:
    check(measured("load", "0.0002", tmp_path), 1)


@pytest.mark.neo4j
def test_every_load_into_a_server_holds_the_same(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("load-server", "0.0002", tmp_path, "--neo4j", neo4j_url), 6)
    check(measured("load-whole", "0.0002", tmp_path, "--neo4j", neo4j_url), 2)


def test_collected_columns_hold_what_records_hold(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("bulk-read", "0.001", tmp_path, "--neo4j", neo4j_url), 2)
    assert "the most that there is to win" in (tmp_path / "benchmarks.md").read_text("utf-8")


# `import` has no case here: it starts Java twice more and boots a second server, a minute and more on two busy cores, for steps
# that tests/graph/test_import.py takes for real (write the files, import them, start on them, compare by hash).


def test_every_contender_counts_the_same_combinations(tmp_path: Path) -> None:
    rows = measured("combinations", "0.0002", tmp_path)
    check(rows, 3)
    assert all(row[side]["cpu_s"] for row in rows for side in ("ours", "theirs"))


@pytest.mark.neo4j
def test_every_contender_finds_the_same_paths(tmp_path: Path, neo4j_url: str) -> None:
    rows = measured("paths", "0.001", tmp_path, "--neo4j", neo4j_url)
    check(rows, 5)
    assert all(row[side]["cpu_s"] for row in rows for side in ("ours", "theirs"))


def test_every_benchmark_can_be_imported() -> None:
    from benchmarks.__main__ import run_of

    assert all(callable(run_of(name)) for name in BENCHMARKS)


def test_a_snapshot_counts_what_the_tables_hold(tmp_path: Path) -> None:
    check(measured("snapshot", "0.00002", tmp_path), 1)


@pytest.mark.browser
def test_both_pictures_show_every_node(tmp_path: Path) -> None:
    check(measured("first-frame", "0.06", tmp_path), 3)


def test_every_contender_counts_the_same_gaps(tmp_path: Path) -> None:
    check(measured("gaps", "0.0002", tmp_path), 4)


@pytest.mark.neo4j
def test_cypher_over_bolt_counts_the_same_gaps(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("gaps-server", "0.005", tmp_path, "--neo4j", neo4j_url), 1)


@pytest.mark.skipif(shutil.which("sfdp") is None, reason="graphviz is not installed")
def test_our_places_have_no_more_stress_than_those_of_sfdp(tmp_path: Path) -> None:
    check(measured("layout", "0.03", tmp_path), 1)


def test_without_graphviz_the_layout_is_told_as_not_measured(monkeypatch, capsys) -> None:
    from benchmarks import layout

    monkeypatch.setattr("benchmarks.layout.shutil.which", lambda _: None)
    assert layout.run(0.03, 1, None) == []
    assert "not measured: graphviz missing" in capsys.readouterr().out


def test_the_floor_sends_what_the_cache_sends(tmp_path: Path) -> None:
    check(measured("serving", "0.015", tmp_path), 2)


@pytest.mark.neo4j
def test_a_service_on_cypher_refers_as_ours_does(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("referral-api", "0.02", tmp_path, "--neo4j", neo4j_url), 6)

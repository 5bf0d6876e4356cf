"""The benchmarks that need a Neo4j, like those beside: right answers, whole figures."""

from pathlib import Path

import pytest

from tests.benchmarks.test_runs import check, measured

pytestmark = pytest.mark.neo4j


def test_every_load_into_a_server_holds_the_same(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("load-server", tmp_path, "--neo4j", neo4j_url), 6)
    check(measured("load-whole", tmp_path, "--neo4j", neo4j_url), 2)


def test_collected_columns_hold_what_records_hold(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("bulk-read", tmp_path, "--neo4j", neo4j_url), 2)
    assert "the most that there is to win" in (tmp_path / "benchmarks.md").read_text("utf-8")


def test_an_import_and_an_online_load_make_the_same_graph(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("import", tmp_path, "--neo4j", neo4j_url), 1)


def test_every_contender_finds_the_same_paths(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("paths", tmp_path, "--neo4j", neo4j_url), 5)


def test_cypher_over_bolt_counts_the_same_gaps(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("gaps-server", tmp_path, "--neo4j", neo4j_url), 1)


def test_a_service_on_cypher_refers_as_ours_does(tmp_path: Path, neo4j_url: str) -> None:
    check(measured("referral-api", tmp_path, "--neo4j", neo4j_url), 7)

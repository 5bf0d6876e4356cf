"""Combinations and referral paths through their own benchmarks, brought into the common shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from analysis.goals import Goals
from analysis.multigraph import Multigraph
from benchmarks import combinations, paths
from benchmarks.directory import national, requests
from benchmarks.harness import Taken, row
from benchmarks.opponents.paths_cypher import HOPS, K
from benchmarks.rows import COMBINATIONS, PATHS
from benchmarks.server import Servers

DUCKDB = {
    "DuckDB, GROUP BY mask and UNNEST (good)": "duckdb, group by mask and unnest",
    "DuckDB, self-join (obvious)": "duckdb, self-join",
}
FPGROWTH = "mlxtend fpgrowth (supports only)"
SUPPORTS_ONLY = "mlxtend fpgrowth, supports only"
UNTAKEN = "memory not taken"


def run_combinations(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """All pairs and triples: 10 million cases at scale 1, a million with fpgrowth, for want of memory for more."""
    combinations.ours(*combinations.made(2_000))
    found, rows = None, []
    cases = max(2_000, round(10_000_000 * scale))
    try:
        found = combinations.in_full(cases, rounds)
    except SystemExit as differs:
        rows += [wrong(COMBINATIONS, name, f"{cases:,} cases", differs) for name in DUCKDB]
    if found is not None:
        rows += full_rows(found)
    return rows + _with_fpgrowth(max(2_000, round(1_000_000 * min(1.0, scale))), rounds)


def full_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of `combinations.in_full`."""
    note = f"our peak memory is {found['peak_memory_over_columns']:.2f} times the columns; {UNTAKEN} of the others"
    return [_of_seconds(name, theirs, found, note) for name, theirs in DUCKDB.items()]


def fpgrowth_row(found: dict[str, Any]) -> dict[str, Any]:
    """The row of `combinations.with_fpgrowth`."""
    return _of_seconds(SUPPORTS_ONLY, FPGROWTH, found, f"fpgrowth counts no hires; {UNTAKEN}")


def _with_fpgrowth(cases: int, rounds: int) -> list[dict[str, Any]]:
    try:
        return [fpgrowth_row(combinations.with_fpgrowth(cases, rounds))]
    except SystemExit as differs:
        return [wrong(COMBINATIONS, SUPPORTS_ONLY, f"{cases:,} cases", differs)]


def _of_seconds(name: str, theirs: str, found: dict[str, Any], note: str) -> dict[str, Any]:
    spent = (
        [Taken(*each) for each in zip(found["seconds"][side], found["cpu_seconds"][side], strict=True)]
        for side in ("pumasi", theirs)
    )
    return row(COMBINATIONS, name, list(zip(*spent, strict=True)), True, size=f"{found['cases']:,} cases", note=note)


def run_paths(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """47,600 nodes at scale 1; every request is answered by both sides and compared."""
    share = min(1.0, scale)
    directory = national(1, max(2_500, round(25_000 * share)), max(1_000, round(22_000 * share)), 600, round(270_000 * share))
    graph = Multigraph(directory.nodes, directory.starts, directory.ends, directory.costs)
    ours = paths.Ours(graph, Goals(graph))
    asks = requests(directory, max(2, round(10 * share)), 2)
    ours.warm(*asks[0])
    size = f"{directory.nodes:,} nodes, {graph.edges:,} relationships"
    rows = _networkx(ours, directory, asks, rounds, size)
    more = requests(directory, 10 * len(asks), 2)
    full = sum(len(ours.warm(*ask, HOPS)) == K for ask in more)
    names = {"ladybug": "Ladybug, fixed-hop Cypher, warm target", "neo4j": "Neo4j, fixed-hop Cypher, warm target"}
    server = servers.neo4j()
    for opponent in paths.cypher_opponents(directory, server.url):
        name = names[opponent.name]
        note = f"at most {HOPS} steps; {paths.ASSUMES}"
        pid = server.pid if opponent.name == "neo4j" else None
        measured = partial(_against_cypher, ours, opponent, more, rounds, full, pid)
        rows += _held(name, measured, size, {0: (name, note)})
    return rows


def _against_cypher(*told: Any) -> list[dict[str, Any]]:
    return [paths.against_cypher(*told)]


def _networkx(ours: paths.Ours, directory: Any, asks: list[tuple[int, int]], rounds: int, size: str) -> list[dict[str, Any]]:
    notes = {
        0: ("networkx, warm target", paths.ASSUMES),
        1: ("networkx, new target", "the first request for a target"),
        2: ("networkx, new weights", "the first request under other weights"),
    }
    return _held("networkx, warm target", lambda: paths.against_networkx(ours, directory, asks, rounds), size, notes)


def _held(
    first: str, measure: Callable[[], list[dict[str, Any]]], size: str, names: dict[int, tuple[str, str]]
) -> list[dict[str, Any]]:
    try:
        results = measure()
    except SystemExit as differs:
        return [wrong(PATHS, first, size, differs)]
    rows = []
    for place, result in enumerate(results):
        name, note = names[place]
        taken = [
            (Taken(each["ours_s"], each["ours_cpu_s"]), Taken(each["theirs_s"], each["theirs_cpu_s"]))
            for each in result["rounds"]
        ]
        told = f"{size}; {result['requests']} requests"
        rows.append(row(PATHS, name, taken, True, size=told, note=f"{note}; {UNTAKEN}"))
    return rows


def wrong(work: str, opponent: str, size: str, differs: SystemExit) -> dict[str, Any]:
    """The row of an opponent whose answer is not ours."""
    return row(work, opponent, [], False, size=size, note=str(differs)[:200])

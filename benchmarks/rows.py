"""What is to be measured, against whom, and by how much we want to win: the one list of it.

`least` is how many times as long the opponent must take, at the least; below 1, how much faster it may be. None: shown without
a target. A benchmark looks its targets up here, and whatever has no figure yet is listed as not measured.
"""

from __future__ import annotations

from dataclasses import dataclass

LOAD = "checked load, tables to published generation"
LOAD_BOLT = "load into Neo4j over Bolt, tables to published generation"
SNAPSHOT = "columnar snapshot"
GAPS = "gaps, all regions, L"
GAPS_SERVED = "gaps, all regions, M"
GAPS_ANEW = "gaps, all regions, L, counted anew"
FIRST_FRAME = "first frame of the picture"
FIRST_FRAME_LARGE = "first frame, 20,000 nodes"
FIRST_FRAME_FLOOR = "first frame, 20,000 nodes, floor: a canvas of so many lines and squares on a page of nothing else"
LAYOUT = "layout, 10,000 nodes"
IMPORT = "export neo4j-admin, really imported and equal"
READ = "bulk read from Neo4j, collected columns"
LOAD_FLOOR = "checked load, floor: raw COPY into the embedded engine of finished rows, nothing checked or kept"
LOAD_BOLT_FLOOR = "load into Neo4j over Bolt, floor: finished rows created by two writers, nothing checked or kept"
READ_FLOOR = "bulk read from Neo4j, floor: the server takes up the same properties and sends one number"
CLI = "cold CLI answer, press release"
CLI_ENGINE = "cold CLI answer, press release, where the engine has to start"
CLI_FLOOR = "cold CLI, floor: the interpreter starts, the engine opens the network and counts"
CLI_AHEAD = "cold CLI answer, press release, answered ahead by the load"
UNWIND = "Neo4j, UNWIND of 10,000 with constraints (good)"
UNWIND_WHOLE = "Neo4j, UNWIND of 10,000 with constraints, all of it (good)"
REFERRAL = "referral endpoint, CPU per request, cache miss"
REFERRAL_WHOLE = "referral endpoint, CPU per request, cache miss, all that ours tells of paths"
REFERRAL_FLOOR = "referral endpoint, floor: FastAPI with the same parameters sends the bytes of one answer, nothing searched"
REFERRAL_UNSEARCHED = "referral endpoint, floor: our own service tells each request what was found for one, nothing searched"
HIT = "cache hit or 304"
TAIL = "99th percentile at 80 % load of one core"
COMBINATIONS = "combinations, all pairs and triples of 60 partner types"
PATHS = "referral paths, k=5"

FLOOR = "none, it is a floor"

GROWTH = {work: f"growth of {work}, 10^4 to 10^7 cases" for work in ("load", "combinations", "gaps")}


@dataclass(frozen=True)
class Wanted:
    """One row of the table."""

    work: str
    opponent: str
    least: float | None
    target: str


def times(work: str, opponent: str, least: float) -> Wanted:
    """A row where the opponent is to take at least so many times as long."""
    return Wanted(work, opponent, least, f"at least {least:g}x")


def within(work: str, opponent: str, most: float) -> Wanted:
    """A row where we may take at most so many times as long as the opponent."""
    return Wanted(work, opponent, 1 / most, f"within {most:g}x of its time")


def shown(work: str, opponent: str) -> Wanted:
    """A row without a target."""
    return Wanted(work, opponent, None, "none")


def floor(work: str, opponent: str) -> Wanted:
    """A row where nothing of ours is measured, but what nobody could go below: its ratio is the most that there is to win."""
    return Wanted(work, opponent, None, FLOOR)


WANTED = (
    within(CLI, "pandas + networkx script (obvious)", 0.25),
    shown(CLI, "csv module script (good)"),
    within(CLI_ENGINE, "pandas + networkx script (obvious)", 0.25),
    shown(CLI_ENGINE, "csv module script (good)"),
    floor(CLI_FLOOR, "pandas + networkx script (obvious)"),
    within(CLI_AHEAD, "pandas + networkx script (obvious)", 0.25),
    shown(CLI_AHEAD, "csv module script (good)"),
    times(LOAD, UNWIND, 20),
    times(LOAD, UNWIND_WHOLE, 20),
    times(LOAD, "Neo4j, py2neo row by row (obvious)", 300),
    floor(LOAD_FLOOR, UNWIND),
    floor(LOAD_FLOOR, UNWIND_WHOLE),
    within(LOAD, "Ladybug, raw COPY of the same rows as Parquet", 1.5),
    within(SNAPSHOT, "DuckDB CREATE TABLE AS of the same files", 1.5),
    times(LOAD_BOLT, "row at a time", 200),
    times(LOAD_BOLT, "UNWIND MERGE of 1,000", 1.5),
    floor(LOAD_BOLT_FLOOR, "row at a time"),
    times(IMPORT, "online load", 2),
    times(READ, "record loop with rust-ext", 25),
    floor(READ_FLOOR, "record loop with rust-ext"),
    times(COMBINATIONS, "DuckDB, GROUP BY mask and UNNEST (good)", 2.5),
    times(COMBINATIONS, "DuckDB, self-join (obvious)", 15),
    times(COMBINATIONS, "mlxtend fpgrowth, supports only", 100),
    times(PATHS, "networkx, warm target", 500),
    times(PATHS, "networkx, new target", 1),
    times(PATHS, "networkx, new weights", 1),
    times(PATHS, "Ladybug, fixed-hop Cypher, warm target", 20),
    times(PATHS, "Neo4j, fixed-hop Cypher, warm target", 20),
    times(GAPS, "DuckDB SQL, whole-number keys (good)", 10),
    times(GAPS, "DuckDB SQL, tables as they are (obvious)", 10),
    times(GAPS, "pandas, whole-number keys and categories", 10),
    times(GAPS_SERVED, "Cypher over Bolt", 200),
    shown(GAPS_ANEW, "DuckDB SQL, whole-number keys (good)"),
    times(REFERRAL_WHOLE, "FastAPI + pydantic + driver + Cypher (good)", 30),
    times(REFERRAL, "FastAPI + pydantic + driver + Cypher (good)", 30),
    floor(REFERRAL_FLOOR, "FastAPI + pydantic + driver + Cypher (good)"),
    floor(REFERRAL_UNSEARCHED, "FastAPI + pydantic + driver + Cypher (good)"),
    times(REFERRAL, "FastAPI + pydantic + driver + Cypher (obvious)", 30),
    shown(REFERRAL, "the same, without the CPU of its Neo4j"),
    shown(REFERRAL, "the same, where no path leads, which only ours explains"),
    within(HIT, "raw ASGI floor", 1.5),
    within(TAIL, "raw ASGI floor", 3),
    times(FIRST_FRAME, "pyvis default", 40),
    times(FIRST_FRAME_LARGE, "vis-network with the same positions", 10),
    floor(FIRST_FRAME_FLOOR, "vis-network with the same positions"),
    times(LAYOUT, "graphviz sfdp at equal stress", 4),
    *(within(work, "straight line in log-log, as exponent", 1.1) for work in GROWTH.values()),
)


NAMED = {(row.work, row.opponent): row for row in WANTED}


def wanted(work: str, opponent: str) -> Wanted:
    """The row of this work against this opponent; KeyError when the list does not name it."""
    if not is_wanted(work, opponent):
        raise KeyError(f"benchmarks/rows.py names no row of {work!r} against {opponent!r}")
    return NAMED[work, opponent]


def is_wanted(work: str, opponent: str) -> bool:
    """Whether the list names a row of this work against this opponent."""
    return (work, opponent) in NAMED

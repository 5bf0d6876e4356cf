"""Every case, step and hand-over read back from a Neo4j: collected columns against a loop over records."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Contender, compare
from benchmarks.load import BOLT_CASES, cases_at, made
from benchmarks.rows import READ, READ_FLOOR
from benchmarks.server import Servers

if TYPE_CHECKING:
    import polars as pl

NODES = ("CaseFile",)
RELATIONSHIPS = (("CaseFile", "SUPPORTED_BY", "Institution"), ("Center", "HANDLED", "CaseFile"))
OPPONENT = "record loop with rust-ext"
SPARED = "connecting is in both times, the comparison of all values in neither"
ONE_SESSION = "nothing of ours; one session, which others could at best divide by the server's cores; only rows are compared"


def run(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """One made-up network, loaded once; then our columns, and what no columns can go below."""
    from benchmarks.opponents import read_floor, read_records
    from benchmarks.ours import checked_and_published, collected

    bolt = servers.neo4j()
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        cohort = made(Path(folder) / "made", cases_at(BOLT_CASES, scale))
        checked_and_published(cohort.tables, home, bolt.url)
        size = f"{cohort.cases:,} cases and what supported them, of {cohort.rows:,} nodes and relationships"
        records = Contender(read_records.read, (bolt.url, NODES, RELATIONSHIPS), bolt.pid)
        columns = Contender(collected, (home, bolt.url, NODES, RELATIONSHIPS), bolt.pid)
        least = Contender(read_floor.read, (bolt.url, NODES, RELATIONSHIPS), bolt.pid)
        return [
            compare(READ, OPPONENT, columns, records, rounds, size=size, note=SPARED, same=same_values),
            compare(READ_FLOOR, OPPONENT, least, records, rounds, size=size, note=ONE_SESSION, same=same_heights),
        ]


def same_values(ours: dict[str, pl.DataFrame], theirs: dict[str, pl.DataFrame]) -> bool:
    """Whether both read the same rows, in whatever order."""
    from benchmarks.ours import fingerprint

    read = ({name: fingerprint(frame) for name, frame in side.items()} for side in (ours, theirs))
    return next(read) == next(read)


def same_heights(ours: dict[str, int], theirs: dict[str, pl.DataFrame]) -> bool:
    """Whether as many rows were taken up as were read."""
    return ours == {name: frame.height for name, frame in theirs.items()}

"""Every case, step and hand-over read back from a Neo4j: collected columns against a loop over records."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Contender, compare
from benchmarks.load import BOLT_CASES, cases_at, made
from benchmarks.rows import READ
from benchmarks.server import Servers

if TYPE_CHECKING:
    import polars as pl

NODES = ("CaseFile",)
RELATIONSHIPS = (("CaseFile", "SUPPORTED_BY", "Institution"), ("Center", "HANDLED", "CaseFile"))


def run(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """One made-up network, loaded once."""
    from benchmarks.opponents import read_records
    from benchmarks.ours import checked_and_published, collected

    bolt = servers.neo4j()
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        cohort = made(Path(folder) / "made", cases_at(BOLT_CASES, scale))
        checked_and_published(cohort.tables, home, bolt.url)
        return [
            compare(
                READ,
                "record loop with rust-ext",
                Contender(collected, (home, bolt.url, NODES, RELATIONSHIPS), bolt.pid),
                Contender(read_records.read, (bolt.url, NODES, RELATIONSHIPS), bolt.pid),
                rounds,
                size=f"{cohort.cases:,} cases and what supported them, of {cohort.rows:,} nodes and relationships",
                note="connecting is in both times, the comparison of all values in neither",
                same=same_values,
            )
        ]


def same_values(ours: dict[str, pl.DataFrame], theirs: dict[str, pl.DataFrame]) -> bool:
    """Whether both read the same rows, in whatever order."""
    from benchmarks.ours import fingerprint

    read = ({name: fingerprint(frame) for name, frame in side.items()} for side in (ours, theirs))
    return next(read) == next(read)

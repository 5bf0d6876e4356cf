"""What the gap questions count, for every region at once, against DuckDB, pandas and Cypher over Bolt.

For each region and need: the cases, those served, those not served for each of five reasons or one not told, those of which
nothing is told. For each region and industry: the cases hired, the companies with openings, and their openings. The programs,
which are few and read by all sides alike, are left out.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ladybug  # noqa: F401 - so that its import is in nobody's time
import numpy as np  # noqa: F401 - likewise

from benchmarks.harness import Contender, Taken, compare, equal, row, take, work_folder
from benchmarks.load import BOLT_CASES, cases_at
from benchmarks.rows import GAPS, GAPS_ANEW, GAPS_SERVED
from benchmarks.server import Servers, empty
from graph.stores import open_store
from queries.kept import FOLDER, kept_rows
from queries.ties.hires import hires
from queries.ties.needs import need_counts

LARGE, MIDDLE = 10_000_000, 1_000_000
GOOD = "DuckDB SQL, whole-number keys (good)"


def counted(home: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Ours, from a generation on disk to every count."""
    reader = open_store("ladybug:", Path(home)).reader()
    told: dict[tuple[str, ...], tuple[int, ...]] = {
        ("need", region, need): tuple(counts[:-1]) for region, need, _, *counts in need_counts(reader).rows(defaultdict(str))
    }
    told |= {("hired", region, industry): (cases,) for industry, region, cases in hires(reader)}
    for industry, region, companies, openings, *_ in kept_rows(reader, "industry_gaps", "openings"):
        told["openings", region, industry] = (companies, openings)
    reader.close()
    return told


def forgotten(home: str) -> None:
    """No counts that an earlier round left beside the snapshot."""
    for generation in Path(home, "generations").iterdir():
        shutil.rmtree(generation / FOLDER, ignore_errors=True)


def published(folder: Path, cases: int, url: str = "ladybug:") -> str:
    """A made-up network on an engine: its tables lie in `folder`/tables, its workspace is given."""
    from graph.workspace import Workspace
    from loaders.cohort.write import write_cohort
    from loaders.folder import check_folder

    home = folder / url.partition(":")[0]
    if url == "ladybug:" and open_store(url, home).current() is not None:
        return str(home)
    if not (folder / "tables").exists():
        write_cohort(folder / "tables", cases, seed=1, file_format="parquet")
    dataset = check_folder(folder / "tables", {}).dataset
    assert dataset is not None
    store = open_store(url, home)
    Workspace(home).publish([dataset], store)
    store.close()
    return str(home)


def _aside(work: Callable[..., Any], *args: Any) -> Any:
    """Done in a process of its own, whose memory is given back."""
    return take(Contender(work, args))[0]


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """10 million cases at scale 1, on the embedded engine."""
    from benchmarks.opponents import gaps_duckdb, gaps_pandas, gaps_tables

    cases = cases_at(LARGE, scale)
    with work_folder(f"gaps-{cases}") as folder:
        home, place = _aside(published, folder, cases), f"{folder}/opponents"
        if not Path(place).exists():
            _aside(gaps_tables.make, f"{folder}/tables", place)
        _, first = take(Contender(counted, (home,), before=forgotten))
        size = f"{cases:,} cases"
        note = f"ours reads the counts kept with the generation; the first to ask, for all after it, took {first.wall_s:.2f} s"
        ours, good = Contender(counted, (home,)), Contender(gaps_duckdb.good, (place,))
        anew = Contender(counted, (home,), before=forgotten)
        rest = (
            ("DuckDB SQL, tables as they are (obvious)", Contender(gaps_duckdb.obvious, (place,))),
            ("pandas, whole-number keys and categories", Contender(gaps_pandas.counted, (place,))),
        )
        return [
            *(compare(GAPS, name, ours, theirs, rounds, size=size, note=note) for name, theirs in ((GOOD, good), *rest)),
            compare(
                GAPS_ANEW, GOOD, anew, good, rounds, size=size, note="nothing kept: from the columns, openings by the engine"
            ),
        ]


def run_with_server(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """A million cases at scale 1; the server answers for a tenth of them, and its time is stretched by the cases."""
    from benchmarks.opponents import gaps_cypher

    bolt = servers.neo4j()
    empty(bolt.url)
    with tempfile.TemporaryDirectory() as folder:
        cases, part = cases_at(MIDDLE, scale), cases_at(BOLT_CASES, scale)
        home, slice_home = _aside(published, Path(folder, "whole"), cases), _aside(published, Path(folder, "slice"), part)
        _aside(published, Path(folder, "slice"), part, bolt.url)
        expected, _ = take(Contender(counted, (slice_home,)))
        take(Contender(counted, (home,)))
        taken: list[tuple[Taken, Taken]] = []
        alike = True
        for _ in range(rounds):
            answer, theirs = take(Contender(gaps_cypher.counted, (bolt.url,), bolt.pid))
            alike = alike and equal(expected, answer)
            taken.append((take(Contender(counted, (home,)))[1], theirs))
    note = f"the server counts {part:,} cases, extrapolated per case; ours reads the counts kept with the generation"
    return [row(GAPS_SERVED, "Cypher over Bolt", taken, alike, size=f"{cases:,} cases", note=note, stretch=cases / part)]

"""Loads of the same made-up network: from checked tables to a published generation, and into a Neo4j over Bolt.

What opponents are spared: they read the finished nodes and relationships from Parquet, so they check nothing, look up nothing
in the schema, and keep no tables, no hashes and no snapshot.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import Contender, Taken, equal, row, take
from benchmarks.rows import LOAD, LOAD_BOLT
from benchmarks.server import Servers

CASES, BOLT_CASES, SMALLEST, SLICE = 1_000_000, 100_000, 20, 20
SPARED = "the opponent writes finished rows and checks nothing"


@dataclass(frozen=True)
class Made:
    """A made-up dataset: the folder of its tables, that of its finished nodes and relationships, and how many those are."""

    tables: str
    frames: str
    cases: int
    rows: int

    @property
    def size(self) -> str:
        return f"{self.cases:,} cases, {self.rows:,} nodes and relationships"


def made(folder: Path, cases: int, size: str | None = None) -> Made:
    """Tables as Parquet, and the nodes and relationships they come to."""
    from graph.contents import height_of
    from graph.frames import NodeFrame
    from graph.ladybug_store import MANY
    from graph.projection import project
    from graph.schema import load_schema
    from graph.statements import one_way_types
    from loaders.cohort.write import write_cohort
    from loaders.folder import check_folder

    tables, frames = folder / "tables", folder / "frames"
    write_cohort(tables, cases, seed=1, size=size, file_format="parquet")
    dataset = check_folder(tables, {}).dataset
    assert dataset is not None
    frames.mkdir()
    listed = []
    for number, part in enumerate(project([dataset], load_schema())):
        part.frame.write_parquet(frames / f"{number}.parquet", compression="lz4")
        named: dict[str, Any]
        if isinstance(part, NodeFrame):
            named = {"kind": part.kind}
        else:
            named = {"type": part.type, "ends": (part.start_kind, part.end_kind)}
        listed.append(named | {"file": f"{number}.parquet", "rows": part.frame.height})
    (frames / "frames.json").write_text(json.dumps(listed), "utf-8")
    rows = {table: height_of(dataset, table) for table in dataset.tables}
    (frames / "one_way.json").write_text(json.dumps(sorted(one_way_types(load_schema(), rows, MANY))), "utf-8")
    return Made(str(tables), str(frames), cases, sum(each["rows"] for each in listed))


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """Against raw COPY, a million cases at scale 1."""
    from benchmarks.opponents import load_copy
    from benchmarks.ours import checked_and_published, cleared

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        large = made(root / "large", cases_at(CASES, scale))
        copied = Contender(load_copy.load, (large.frames, str(root / "raw")), before=load_copy.cleared)
        ours = Contender(checked_and_published, (large.tables, str(root / "home"), "ladybug:"), before=cleared)
        return against(LOAD, [("Ladybug, raw COPY of the same rows as Parquet", copied, None)], ours, large, rounds)


def run_with_server(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """Against Neo4j, a million cases at scale 1: it takes 100,000 in batches and a slice row by row, extrapolated per row."""
    with tempfile.TemporaryDirectory() as folder:
        return _with_server(Path(folder), scale, rounds, servers)


def _with_server(root: Path, scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    from benchmarks.opponents import load_py2neo, load_unwind
    from benchmarks.ours import checked_and_published, cleared

    bolt = servers.neo4j()
    home = str(root / "home")
    small = made(root / "small", SLICE, "xs")
    middle, large = (made(root / name, cases_at(cases, scale)) for name, cases in (("middle", BOLT_CASES), ("large", CASES)))

    def unwind(what: Made, batch: int, verb: str) -> Contender:
        return Contender(load_unwind.load, (what.frames, bolt.url, batch, verb), bolt.pid, load_unwind.cleared)

    embedded = Contender(checked_and_published, (large.tables, home, "ladybug:"), before=cleared)
    served = Contender(checked_and_published, (middle.tables, home, bolt.url), bolt.pid, cleared)
    py2neo = Contender(load_py2neo.load, (small.frames, bolt.url), bolt.pid, load_py2neo.cleared)
    merged, single = unwind(middle, 1_000, "MERGE"), unwind(small, 1, "MERGE")
    return [
        *against(
            LOAD,
            [
                ("Neo4j, UNWIND of 10,000 with constraints (good)", unwind(middle, 10_000, "CREATE"), middle),
                ("Neo4j, py2neo row by row (obvious)", py2neo, small),
            ],
            embedded,
            large,
            rounds,
        ),
        *against(
            LOAD_BOLT,
            [("UNWIND MERGE of 1,000", merged, None), ("row at a time", single, small)],
            served,
            middle,
            rounds,
        ),
    ]


def against(
    work: str, opponents: list[tuple[str, Contender, Made | None]], ours: Contender, of: Made, rounds: int
) -> list[dict[str, Any]]:
    """A row for each opponent, all held to the counts of what they load; one that does a part only is stretched by its rows."""
    taken: dict[str, list[tuple[Taken, Taken]]] = {name: [] for name, _, _ in opponents}
    alike = dict.fromkeys(taken, True)
    for number in range(rounds):
        sides = [("", ours), *((name, opponent) for name, opponent, _ in opponents)]
        got = {name: take(side) for name, side in (sides if number % 2 else sides[::-1])}
        answer, spent = got[""]
        for name, _, part in opponents:
            right = equal(answer, expected(of)) and equal(got[name][0], expected(part or of))
            alike[name] = alike[name] and right
            taken[name].append((spent, got[name][1]))
    return [
        row(
            work,
            name,
            taken[name],
            alike[name],
            size=of.size,
            note=SPARED if part is None else f"{SPARED}; measured on {part.size} and extrapolated per row",
            stretch=1.0 if part is None else of.rows / part.rows,
        )
        for name, _, part in opponents
    ]


def expected(of: Made) -> dict[str, int]:
    """How many of each kind and type there must be."""
    counts: dict[str, int] = {}
    for each in json.loads((Path(of.frames) / "frames.json").read_text("utf-8")):
        name = each.get("kind") or each["type"]
        counts[name] = counts.get(name, 0) + each["rows"]
    return counts


def cases_at(full: int, scale: float) -> int:
    """How many at a scale."""
    return max(SMALLEST, round(full * scale))

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

from benchmarks.harness import Contender, Taken, equal, row, take, together
from benchmarks.rows import LOAD, LOAD_BOLT, LOAD_BOLT_FLOOR, LOAD_FLOOR, UNWIND, UNWIND_WHOLE, is_wanted
from benchmarks.server import Servers

CASES, BOLT_CASES, SMALLEST, SLICE = 1_000_000, 100_000, 20, 20
SPARED = "the opponent writes finished rows and checks nothing"


Opponent = tuple[str, Contender, "Made | None"]
"""Its name, what it does, and the part that it does, None for all of it."""


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
        return against({LOAD: ours}, [("Ladybug, raw COPY of the same rows as Parquet", copied, None)], large, rounds)


def run_with_server(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """Against Neo4j, a million cases at scale 1: it takes 100,000 in batches and a slice row by row, extrapolated per row."""
    with tempfile.TemporaryDirectory() as folder:
        return _with_server(Path(folder), scale, rounds, servers)


def run_whole(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """Against Neo4j, which takes all of it in batches, nothing extrapolated: a million cases at scale 1."""
    from benchmarks.opponents import load_copy, load_unwind
    from benchmarks.ours import checked_and_published, cleared

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        large = made(root / "large", cases_at(CASES, scale))
        copied = Contender(load_copy.load, (large.frames, str(root / "raw")), before=load_copy.cleared)
        ours = Contender(checked_and_published, (large.tables, str(root / "home"), "ladybug:"), before=cleared)

        def one_round(number: int) -> list[dict[str, Any]]:
            bolt = servers.anew()
            all_of_it = Contender(load_unwind.load, (large.frames, bolt.url, 10_000, "CREATE"), bolt.pid, load_unwind.cleared)
            return against({LOAD: ours, LOAD_FLOOR: copied}, [(UNWIND_WHOLE, all_of_it, None)], large, 1, number)

        return [together(rows) for rows in zip(*map(one_round, range(rounds)), strict=True)]


def _with_server(root: Path, scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    from benchmarks.opponents import load_copy, load_floor, load_py2neo, load_unwind
    from benchmarks.ours import checked_and_published, cleared

    bolt = servers.neo4j()
    home = str(root / "home")
    small = made(root / "small", SLICE, "xs")
    middle, large = (made(root / name, cases_at(cases, scale)) for name, cases in (("middle", BOLT_CASES), ("large", CASES)))

    def unwind(what: Made, batch: int, verb: str) -> Contender:
        return Contender(load_unwind.load, (what.frames, bolt.url, batch, verb), bolt.pid, load_unwind.cleared)

    embedded = Contender(checked_and_published, (large.tables, home, "ladybug:"), before=cleared)
    copied = Contender(load_copy.load, (large.frames, str(root / "raw")), before=load_copy.cleared)
    served = Contender(checked_and_published, (middle.tables, home, bolt.url), bolt.pid, cleared)
    created = Contender(load_floor.load, (middle.frames, bolt.url), bolt.pid, load_floor.cleared)
    py2neo = Contender(load_py2neo.load, (small.frames, bolt.url), bolt.pid, load_py2neo.cleared)
    batches: Opponent = (UNWIND, unwind(middle, 10_000, "CREATE"), middle)
    rows: Opponent = ("Neo4j, py2neo row by row (obvious)", py2neo, small)
    merged: Opponent = ("UNWIND MERGE of 1,000", unwind(middle, 1_000, "MERGE"), None)
    single: Opponent = ("row at a time", unwind(small, 1, "MERGE"), small)
    return [
        *against({LOAD: embedded, LOAD_FLOOR: copied}, [batches, rows], large, rounds),
        *against({LOAD_BOLT: served, LOAD_BOLT_FLOOR: created}, [merged, single], middle, rounds),
    ]


def against(
    sides: dict[str, Contender], opponents: list[Opponent], of: Made, rounds: int, first: int = 0
) -> list[dict[str, Any]]:
    """A row for each that is wanted of our sides, by their work, and the opponents, all held to the counts of what they load.

    An opponent that does a part only is stretched by its rows. `first` is the number of the first of these rounds.
    """
    pairs = [(work, opponent) for work in sides for opponent in opponents if is_wanted(work, opponent[0])]
    taken: dict[tuple[str, str], list[tuple[Taken, Taken]]] = {(work, opponent[0]): [] for work, opponent in pairs}
    alike = dict.fromkeys(taken, True)
    for number in range(first, first + rounds):
        every = [*sides.items(), *((name, opponent) for name, opponent, _ in opponents)]
        got = {name: take(side) for name, side in (every if number % 2 else every[::-1])}
        for work, (name, _, part) in pairs:
            right = equal(got[work][0], expected(of)) and equal(got[name][0], expected(part or of))
            alike[work, name] = alike[work, name] and right
            taken[work, name].append((got[work][1], got[name][1]))
    return [
        row(
            work,
            name,
            taken[work, name],
            alike[work, name],
            size=of.size,
            note=SPARED if part is None else f"{SPARED}; measured on {part.size} and extrapolated per row",
            stretch=1.0 if part is None else of.rows / part.rows,
        )
        for work, (name, _, part) in pairs
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

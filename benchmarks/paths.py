"""k=5 weighted loopless paths on a made-up national directory, measured against networkx and fixed-hop Cypher.

Every answer is compared before any time counts: the same five costs as networkx (which ranks ties its own way), the same paths,
edge by edge, as Cypher. The ratios assume what a referral service has: few targets (600 industries), asked for again and again
under shared weights, so that the remaining distances to a target are known. What the first request for a target pays is
measured beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from analysis.goals import Goals
from analysis.multigraph import Multigraph
from analysis.paths import best_paths
from benchmarks.directory import Directory, national, requests
from benchmarks.harness import Taken, peak_alone, row, take_here
from benchmarks.opponents.paths_cypher import HOPS, K
from benchmarks.opponents.paths_ladybug import Ladybug
from benchmarks.opponents.paths_neo4j import Neo4j
from benchmarks.opponents.paths_networkx import Networkx
from benchmarks.rows import PATHS
from benchmarks.server import Servers

ASSUMES = "few targets (600), asked again under shared weights: the remaining distances to the target are already known"
LADYBUG, NEO4J = "Ladybug, fixed-hop Cypher, warm target", "Neo4j, fixed-hop Cypher, warm target"
ALONE = "memory was taken once, in a process of its own"
Sizes = tuple[int, int, int, int]
"""Providers, programs, industries and partnerships."""
Asks = list[tuple[int, int]]
Ask = Callable[[int, int], Any]


@dataclass(frozen=True)
class Ours:
    """Our side: warm asks with the target's distances kept, first touches with none of them."""

    graph: Multigraph
    goals: Goals

    @classmethod
    def of(cls, directory: Directory) -> Ours:
        """Of a directory, nothing kept yet."""
        graph = Multigraph(directory.nodes, directory.starts, directory.ends, directory.costs)
        return cls(graph, Goals(graph))

    def warm_within(self, source: int, target: int) -> list[tuple[int, tuple[int, ...]]]:
        """Cost and edges of the best paths of at most HOPS steps, as Cypher gives them."""
        found = best_paths(self.graph, [source], self.goals.goal([target]), K, max_steps=HOPS)
        return [(path.cost, path.edges) for path in found]

    def warm(self, source: int, target: int) -> list[int]:
        """The costs of the best paths."""
        return [path.cost for path in best_paths(self.graph, [source], self.goals.goal([target]), K)]

    def new_target(self, source: int, target: int) -> list[int]:
        """The same, with the edges laid out and nothing known of the target."""
        goals = Goals(self.graph)
        goals._walks.update(self.goals._walks)
        return [path.cost for path in best_paths(self.graph, [source], goals.goal([target]), K)]

    def new_weights(self, source: int, target: int) -> list[int]:
        """The same, with nothing known of these weights."""
        return [path.cost for path in best_paths(self.graph, [source], Goals(self.graph).goal([target]), K)]


def run(scale: float, rounds: int, servers: Servers) -> list[dict[str, Any]]:
    """47,600 nodes at scale 1; every request is answered by both sides and compared."""
    share = min(1.0, scale)
    sizes = (max(2_500, round(25_000 * share)), max(1_000, round(22_000 * share)), 600, round(270_000 * share))
    directory = national(1, *sizes)
    ours = Ours.of(directory)
    few = max(2, round(10 * share))
    asks, more = (requests(directory, count, 2) for count in (few, 10 * few))
    for each in asks:
        ours.warm(*each)
    size = f"{directory.nodes:,} nodes, {ours.graph.edges:,} relationships"
    return [
        *_against_networkx(ours, Networkx(directory), sizes, asks, rounds, f"{size}; {len(asks)} requests"),
        *_against_cypher(ours, directory, sizes, more, rounds, f"{size}; {len(more)} requests", servers),
    ]


def _against_networkx(ours: Ours, networkx: Networkx, sizes: Sizes, asks: Asks, rounds: int, size: str) -> list[dict[str, Any]]:
    peak = peak_alone(partial(ready_networkx, sizes), partial(ask_all, asks))
    compared = (
        ("networkx, warm target", "warm", ASSUMES),
        ("networkx, new target", "new_target", "the first request for a target"),
        ("networkx, new weights", "new_weights", "the first request under other weights"),
    )
    rows = []
    for name, how, note in compared:
        taken, same = _rounds(asks, rounds, getattr(ours, how), networkx.costs)
        told = _with_peaks(taken, peak_alone(partial(ready_ours, sizes, how), partial(ask_all, asks)), peak)
        rows.append(row(PATHS, name, told, same, size=size, note=f"{note}; {ALONE}"))
    return rows


def _against_cypher(
    ours: Ours, directory: Directory, sizes: Sizes, asks: Asks, rounds: int, size: str, servers: Servers
) -> list[dict[str, Any]]:
    """The quicker way to ask on the first requests competes; both sides look for paths of at most HOPS steps."""
    for each in asks:
        ours.warm_within(*each)
    mine = peak_alone(partial(ready_ours, sizes, "warm_within"), partial(ask_all, asks))
    server = servers.neo4j()
    neo4j = Neo4j(server.url)
    neo4j.load(directory)
    ladybug = Ladybug(directory)
    compared = (
        (LADYBUG, ladybug.variants, None, partial(ready_ladybug, sizes)),
        (NEO4J, neo4j.variants, server.pid, partial(ready_neo4j, server.url)),
    )
    rows = []
    for name, variants, pid, ready in compared:
        chosen = min(variants, key=partial(_quickest, variants, asks[:5]))
        taken, same = _rounds(asks, rounds, ours.warm_within, variants[chosen], pid)
        told = _with_peaks(taken, mine, peak_alone(partial(ready, chosen), partial(ask_all, asks)))
        note = f"at most {HOPS} steps; asked by {chosen}; {ASSUMES}; {ALONE}"
        rows.append(row(PATHS, name, told, same, size=size, note=note))
    return rows


def _quickest(variants: dict[str, Ask], asks: Asks, name: str) -> float:
    return min(sum(take_here(variants[name], *each)[1].wall_s for each in asks) for _ in range(3))


def _rounds(
    asks: Asks, rounds: int, ours: Ask, theirs: Ask, server: int | None = None
) -> tuple[list[tuple[Taken, Taken]], bool]:
    """Each round asks every request of both sides in turn; the answers must agree every time.

    `server` is the process whose CPU time is the opponent's too.
    """
    told, same = [], True
    for number in range(rounds):
        spent = {ours: list[Taken](), theirs: list[Taken]()}
        for place, each in enumerate(asks):
            order = (ours, theirs) if (number + place) % 2 else (theirs, ours)
            got = {side: take_here(side, *each, server=server if side is theirs else None) for side in order}
            same = same and got[ours][0] == got[theirs][0]
            for side, (_, taken) in got.items():
                spent[side].append(taken)
        told.append((_sum(spent[ours]), _sum(spent[theirs])))
    return told, same


def _sum(taken: Sequence[Taken]) -> Taken:
    return Taken(sum(each.wall_s for each in taken), sum(each.cpu_s or 0.0 for each in taken))


def _with_peaks(taken: Sequence[tuple[Taken, Taken]], ours: float, theirs: float) -> list[tuple[Taken, Taken]]:
    return [(replace(mine, peak_mib=ours), replace(other, peak_mib=theirs)) for mine, other in taken]


def ask_all(asks: Asks, side: Ask) -> None:
    """Every request once."""
    for each in asks:
        side(*each)


def ready_ours(sizes: Sizes, how: str) -> tuple[Ask]:
    """Our side of a directory of these sizes."""
    return (getattr(Ours.of(national(1, *sizes)), how),)


def ready_networkx(sizes: Sizes) -> tuple[Ask]:
    """networkx, its graph built."""
    return (Networkx(national(1, *sizes)).costs,)


def ready_ladybug(sizes: Sizes, variant: str) -> tuple[Ask]:
    """Ladybug, the directory loaded."""
    return (Ladybug(national(1, *sizes)).variants[variant],)


def ready_neo4j(url: str, variant: str) -> tuple[Ask]:
    """A client of a Neo4j that holds the directory already."""
    return (Neo4j(url).variants[variant],)

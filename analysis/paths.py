"""The k best loopless paths of a directed multigraph, from several sources to one of several targets.

A path leaves one source, meets no other source, and ends at the first target it meets. Paths are ranked by cost, then by
number of steps, then by their edge numbers, so the same graph and request give the same list everywhere.

Three searches share that one order, each taking over where the one before runs out of patience: best first over partial paths,
aimed by the remaining lengths that the goal keeps (unmasked, yet still a lower bound under any mask); the same aimed at
the masked graph; and Lawler's partition of the path set, whose effort is polynomial in the worst case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from itertools import islice

from analysis.goals import Goal, Onward
from analysis.multigraph import BoolArray, Multigraph
from analysis.partition import Partition
from analysis.path_request import NOTHING, Fan, Full, OutOfPatienceError, Partial, Request

LEAST_PATIENCE, MOST_PATIENCE, EDGES_PER_PARTIAL = 50, 2_000, 300
"""Working out the remaining lengths over so many edges takes about as long as opening one partial path."""


@dataclass(frozen=True)
class Path:
    """A loopless path: its nodes, its edges (one fewer), its weighted cost, and where asked for its cost by criterion."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    cost: int
    costs: tuple[int, ...] = ()


def best_paths(
    graph: Multigraph,
    sources: Iterable[int],
    goal: Goal,
    k: int,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
    full: Full = NOTHING,
) -> list[Path]:
    """The k best loopless paths, fewer where there are fewer. A source that is a target is a path of no steps.

    The masks hold one boolean per edge and per node: what this person, on this day, may use; `full` is
    an edge and a node that are closed besides. Raises ValueError for k < 1,
    max_steps < 0, a source outside the graph, a mask of another size, or a goal of another graph.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    return list(islice(ranked_paths(graph, sources, goal, allowed_edges, allowed_nodes, max_steps, full=full), k))


def ranked_paths(
    graph: Multigraph,
    sources: Iterable[int],
    goal: Goal,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
    patience: int | None = None,
    full: Full = NOTHING,
) -> Iterator[Path]:
    """All loopless paths one by one, best first, worked out as far as they are read.

    `patience` is how many partial paths each search may open per path found before the next one takes over; it changes the
    time, never the list. Unless told, it is what aiming anew at the masked graph would take.
    """
    if patience is None:
        patience = min(MOST_PATIENCE, LEAST_PATIENCE + graph.edges // EDGES_PER_PARTIAL)
    request = Request(graph, sources, goal, allowed_edges, allowed_nodes, max_steps, patience, full)
    return _ranked(request)


def _ranked(request: Request) -> Iterator[Path]:
    told = 0
    for search in (_shared, _masked, _partitioned):
        try:
            for total, edges, nodes in islice(search(request), told, None):
                told += 1
                yield Path(nodes, edges, total >> request.goal.graph.shift)
        except OutOfPatienceError:
            continue
        return


def _shared(request: Request) -> Iterator[Partial]:
    return _best_first(request, request.goal.onward(request.max_steps))


def _masked(request: Request) -> Iterator[Partial]:
    if request.edge_open is None and request.node_open is None:
        raise OutOfPatienceError
    return _best_first(request, request.own)


def _partitioned(request: Request) -> Iterator[Partial]:
    return Partition(request).ranked()


def _best_first(request: Request, onward: Onward) -> Iterator[Partial]:
    """Open the most promising partial path until it is whole; every path not told yet extends one of the heap.

    Of the ways on from a partial path only the best waits in the heap; once it is taken, the next best takes its place.
    """
    nothing: Fan = (0, iter(()))
    heap = [(*start, nothing) for start in request.starts(onward)]
    targets, opened, limit = request.goal.targets, 0, request.patience
    while heap:
        total, edges, nodes, siblings = heap[0]
        follow = request.next_of(edges[:-1], nodes[:-1], siblings)
        if follow is None:
            heappop(heap)
        else:
            heapreplace(heap, follow)
        if nodes[-1] in targets:
            limit += request.patience
            yield total, edges, nodes
            continue
        first = request.next_of(edges, nodes, request.fan((total, edges, nodes), onward))
        if first is not None:
            heappush(heap, first)
        opened += 1
        if opened > limit:
            raise OutOfPatienceError

"""The k best loopless paths of a directed multigraph, from several sources to one of several targets.

A path leaves one source, meets no other source, and ends at the first target it meets. Paths are ranked by cost, then by
number of steps, then by their edge numbers, so the same graph and request give the same list everywhere.

Three searches share that one order, each taking over where the one before runs out of patience: best first over partial paths,
aimed by the remaining lengths that the goal keeps (unmasked, yet still a lower bound under any mask); the same aimed at
the masked graph; and Lawler's partition of the path set, whose effort is polynomial in the worst case.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush, heapreplace
from itertools import islice
from threading import Lock

import numpy as np

from analysis.multigraph import UNREACHABLE, BoolArray, IntArray, Multigraph, remaining_lengths, remaining_within

Partial = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Least length of any completion, edges so far, nodes so far."""
Fan = Iterator[tuple[int, int, int]]
"""Ways on from a partial path, the best first: least length of any completion, edge, end."""
Rows = list[memoryview]
"""Remaining lengths by steps left; the last row holds for any more."""
_WIDE = 32
"""Edges of a node above which arrays are faster than a plain loop."""


@dataclass(frozen=True)
class Path:
    """A loopless path: its nodes, its edges (one fewer), its weighted cost, and where asked for its cost by criterion."""

    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    cost: int
    costs: tuple[int, ...] = ()


@dataclass(eq=False)
class Goal:
    """A target set under one weighting, with the remaining length from every node. Made by `Goals.goal`."""

    graph: Multigraph
    targets: frozenset[int]
    lengths: IntArray
    remaining: IntArray
    _within: dict[int, list[IntArray]] = field(default_factory=dict)

    def rows(self, max_steps: int | None) -> list[IntArray]:
        """Remaining lengths, kept: one row, or one per number of steps left where `max_steps` bounds the path."""
        if max_steps is None:
            return [self.remaining]
        if max_steps not in self._within:
            self._within[max_steps] = self.aim(max_steps, None)
        return self._within[max_steps]

    def aim(self, max_steps: int | None, allowed: BoolArray | None) -> list[IntArray]:
        """Remaining lengths over the allowed edges only, worked out anew."""
        targets = sorted(self.targets)
        if max_steps is None:
            return [remaining_lengths(self.graph, targets, self.lengths, allowed)]
        return remaining_within(self.graph, targets, self.lengths, allowed, max_steps)

    @cached_property
    def walk(self) -> Walk:
        """The edges as a search reads them."""
        return Walk.of(self.graph, self.lengths)

    @property
    def nbytes(self) -> int:
        """Memory of its rows in bytes."""
        return self.remaining.nbytes * (1 + sum(map(len, self._within.values())))


@dataclass(frozen=True, eq=False)
class Walk:
    """Edges in order of their start: offsets by node, then end, length and edge number of each."""

    offsets: memoryview
    ends: memoryview
    lengths: memoryview
    edges: memoryview

    @classmethod
    def of(cls, graph: Multigraph, lengths: IntArray) -> Walk:
        """Lay the graph's edges out under one weighting."""
        out = graph.outgoing
        arrays = (out.offsets, graph.ends[out.edges], lengths[out.edges], out.edges)
        return cls(*(array.data for array in arrays))


class Goals:
    """The goals of one graph, worked out once each and kept while they fit into `memory` bytes (least lately used goes first).

    Worth its memory where targets are few and weights are shared; a new target or weighting costs one backward search.
    """

    def __init__(self, graph: Multigraph, memory: int = 256 << 20) -> None:
        """Start with no goal kept."""
        self.graph = graph
        self._memory = memory
        self._kept: OrderedDict[tuple[frozenset[int], tuple[int, ...]], Goal] = OrderedDict()
        self._walks: OrderedDict[tuple[int, ...], tuple[IntArray, Walk]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many goals are kept."""
        return len(self._kept)

    def goal(self, targets: Iterable[int], weights: Sequence[int] | None = None) -> Goal:
        """The goal of reaching any of `targets`; ValueError for a node outside the graph or weights that do not fit."""
        chosen = frozenset(self.graph.checked_nodes(targets, "targets"))
        key = (chosen, tuple(self.graph.checked_weights(weights).tolist()))
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        return self._keep(key)

    def _keep(self, key: tuple[frozenset[int], tuple[int, ...]]) -> Goal:
        targets, weights = key
        lengths, walk = self._weighted(weights)
        goal = Goal(self.graph, targets, lengths, remaining_lengths(self.graph, sorted(targets), lengths, None))
        goal.walk = walk
        with self._lock:
            self._kept[key] = goal
            while len(self._kept) > 1 and sum(each.nbytes for each in self._kept.values()) > self._memory:
                self._kept.popitem(last=False)
        return goal

    def _weighted(self, weights: tuple[int, ...]) -> tuple[IntArray, Walk]:
        with self._lock:
            if weights not in self._walks:
                lengths = self.graph.lengths(weights)
                self._walks[weights] = (lengths, Walk.of(self.graph, lengths))
            while len(self._walks) > 8:
                self._walks.popitem(last=False)
            return self._walks[weights]


def best_paths(
    graph: Multigraph,
    sources: Iterable[int],
    goal: Goal,
    k: int,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
) -> list[Path]:
    """The k best loopless paths, fewer where there are fewer. A source that is a target is a path of no steps.

    The masks hold one boolean per edge and per node: what this person, on this day, may use. Raises ValueError for k < 1,
    max_steps < 0, a source outside the graph, a mask of another size, or a goal of another graph.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    return list(islice(ranked_paths(graph, sources, goal, allowed_edges, allowed_nodes, max_steps), k))


def ranked_paths(
    graph: Multigraph,
    sources: Iterable[int],
    goal: Goal,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
    patience: int = 2_000,
) -> Iterator[Path]:
    """All loopless paths one by one, best first, worked out as far as they are read.

    `patience` is how many partial paths each search may open per path found before the next one takes over; it changes the
    time, never the list.
    """
    request = _Request(graph, sources, goal, allowed_edges, allowed_nodes, max_steps, patience)
    return request.ranked()


class _OutOfPatienceError(Exception):
    """The search opened more partial paths than it may."""


class _Request:
    """One question for paths: what may be walked, and how far the goal is."""

    def __init__(
        self,
        graph: Multigraph,
        sources: Iterable[int],
        goal: Goal,
        allowed_edges: BoolArray | None,
        allowed_nodes: BoolArray | None,
        max_steps: int | None,
        patience: int,
    ) -> None:
        if goal.graph is not graph:
            raise ValueError("the goal belongs to another graph")
        if max_steps is not None and max_steps < 0:
            raise ValueError(f"max_steps must not be negative, not {max_steps}")
        self.goal, self.walk, self.patience = goal, goal.walk, patience
        self.allowed = (graph.checked_mask(allowed_edges, graph.edges), graph.checked_mask(allowed_nodes, graph.nodes))
        self.edge_open, self.node_open = (None if mask is None else mask.data for mask in self.allowed)
        # A loopless path has fewer steps than the graph has nodes, so a wider bound bounds nothing.
        self.max_steps = None if max_steps is None or max_steps >= graph.nodes - 1 else max_steps
        given = graph.checked_nodes(sources, "sources")
        self.sources = [node for node in given if self.node_open is None or self.node_open[node]]
        self.closed = frozenset(self.sources)

    def ranked(self) -> Iterator[Path]:
        told = 0
        for search in (self._shared, self._masked, self._partitioned):
            try:
                for total, edges, nodes in islice(search(), told, None):
                    told += 1
                    yield Path(nodes, edges, total >> self.goal.graph.shift)
            except _OutOfPatienceError:
                continue
            return

    def _shared(self) -> Iterator[Partial]:
        return self._best_first(_views(self.goal.rows(self.max_steps)))

    def _masked(self) -> Iterator[Partial]:
        if self.edge_open is None and self.node_open is None:
            raise _OutOfPatienceError
        return self._best_first(self.own_rows)

    @cached_property
    def own_rows(self) -> Rows:
        """Remaining lengths under this request's masks."""
        open_edges = self.goal.graph.open_edges(*self.allowed)
        if open_edges is None:
            return _views(self.goal.rows(self.max_steps))
        return _views(self.goal.aim(self.max_steps, open_edges))

    def _best_first(self, rows: Rows) -> Iterator[Partial]:
        """Open the most promising partial path until it is whole; every path not told yet extends one of the heap.

        Of the ways on from a partial path only the best waits in the heap; once it is taken, the next best takes its place.
        """
        heap: list[tuple[int, tuple[int, ...], tuple[int, ...], Fan]] = [(*start, iter(())) for start in self.starts(rows)]
        targets, opened, limit = self.goal.targets, 0, self.patience
        while heap:
            total, edges, nodes, siblings = heap[0]
            follow = self._next_of(edges[:-1], nodes[:-1], siblings)
            if follow is None:
                heappop(heap)
            else:
                heapreplace(heap, follow)
            if nodes[-1] in targets:
                limit += self.patience
                yield total, edges, nodes
                continue
            first = self._next_of(edges, nodes, self.fan((total, edges, nodes), rows))
            if first is not None:
                heappush(heap, first)
            opened += 1
            if opened > limit:
                raise _OutOfPatienceError

    def _next_of(
        self, edges: tuple[int, ...], nodes: tuple[int, ...], fan: Fan
    ) -> tuple[int, tuple[int, ...], tuple[int, ...], Fan] | None:
        """The best way on from the fan that is open and makes no loop, and the rest of the fan."""
        edge_open, node_open, closed = self.edge_open, self.node_open, self.closed
        for total, edge, end in fan:
            if total >= UNREACHABLE or end in nodes or end in closed:
                continue
            if (node_open is None or node_open[end]) and (edge_open is None or edge_open[edge]):
                return total, (*edges, edge), (*nodes, end), fan
        return None

    def starts(self, rows: Rows) -> list[Partial]:
        """The paths of no steps, one for each source that can reach a target."""
        row = rows[-1]
        found: list[Partial] = [(row[node], (), (node,)) for node in self.sources if row[node] < UNREACHABLE]
        heapify(found)
        return found

    def fan(self, partial: Partial, rows: Rows) -> Fan:
        """All ways on by one step, open or not, the best first: least length of any completion, edge, end."""
        total, edges, nodes = partial
        here, there = self.rows_at(len(edges), rows)
        if there is None:
            return iter(())
        walk, node = self.walk, nodes[-1]
        first, last, gone = walk.offsets[node], walk.offsets[node + 1], total - here[node]
        if last - first > _WIDE:
            return _wide_fan(walk, there, slice(first, last), gone)
        steps = zip(walk.lengths[first:last], walk.edges[first:last], walk.ends[first:last], strict=True)
        return iter(sorted([(gone + length + there[end], edge, end) for length, edge, end in steps]))

    def extend(self, partial: Partial, rows: Rows) -> list[Partial]:
        """The partial paths that are one step longer and can still reach a target, the best first."""
        _, edges, nodes = partial
        fan, found = self.fan(partial, rows), []
        while (longer := self._next_of(edges, nodes, fan)) is not None:
            found.append(longer[:3])
        return found

    def rows_at(self, steps: int, rows: Rows) -> tuple[memoryview, memoryview | None]:
        if self.max_steps is None:
            return rows[0], rows[0]
        left, last = self.max_steps - steps, len(rows) - 1
        return rows[min(left, last)], rows[min(left - 1, last)] if left else None

    def _partitioned(self) -> Iterator[Partial]:
        return _Partition(self).ranked()


def _wide_fan(walk: Walk, there: memoryview, place: slice, gone: int) -> Fan:
    """The same fan by arrays, for a node so busy that they pay; edges stand in order, so a stable sort settles ties."""
    ends = np.asarray(walk.ends[place])
    totals = np.asarray(walk.lengths[place]) + np.asarray(there)[ends] + gone
    order = np.argsort(totals, kind="stable")
    parts = (totals[order], np.asarray(walk.edges[place])[order], ends[order])
    return zip(*(part.tolist() for part in parts), strict=True)


def _views(rows: Sequence[IntArray]) -> Rows:
    return [row.data for row in rows]


@dataclass(frozen=True)
class _Space:
    """All paths that begin with the first `depth` steps of some path and go on by an edge that is not `spent`."""

    depth: int
    spent: frozenset[int]
    openings: list[Partial]


class _Partition:
    """Lawler's search: the best path of a space splits what is left of it into spaces of its own, none overlapping."""

    def __init__(self, request: _Request) -> None:
        self.request = request
        self.rows = request.own_rows
        self._heap: list[tuple[int, tuple[int, ...], tuple[int, ...], _Space, bool]] = []

    def ranked(self) -> Iterator[Partial]:
        starts = self.request.starts(self.rows)
        targets = self.request.goal.targets
        yield from sorted(start for start in starts if start[2][-1] in targets)
        self._roots = [start for start in starts if start[2][-1] not in targets]
        self._add(0, frozenset(), self._roots)
        while self._heap:
            total, edges, nodes, space, whole = heappop(self._heap)
            if whole:
                yield total, edges, nodes
                self._split((total, edges, nodes), space)
            else:
                best = self._best(space.openings)
                if best is not None:
                    heappush(self._heap, (*best, space, True))

    def _add(self, depth: int, spent: frozenset[int], partials: Iterable[Partial]) -> None:
        openings = [
            longer for partial in partials for longer in self.request.extend(partial, self.rows) if longer[1][-1] not in spent
        ]
        if openings:
            heapify(openings)
            # Until it is searched, a space waits under the least that any of its paths can cost.
            heappush(self._heap, (*openings[0], _Space(depth, spent, openings), False))

    def _split(self, path: Partial, space: _Space) -> None:
        _, edges, nodes = path
        for depth in range(space.depth, len(edges)):
            spent = space.spent if depth == space.depth else frozenset()
            partials = self._roots if depth == 0 else [self._aimed(edges[:depth], nodes[: depth + 1], self.rows)]
            self._add(depth, spent | {edges[depth]}, partials)

    def _aimed(self, edges: tuple[int, ...], nodes: tuple[int, ...], rows: Rows) -> Partial:
        lengths = self.request.goal.lengths
        gone = sum(int(lengths[edge]) for edge in edges)
        here, _ = self.request.rows_at(len(edges), rows)
        return min(gone + here[nodes[-1]], UNREACHABLE), edges, nodes

    def _best(self, openings: list[Partial]) -> Partial | None:
        try:
            return self._search(list(openings), self.rows, self.request.patience)
        except _OutOfPatienceError:
            rows = self._rows_without(openings[0][2][:-1])
        anew = [self._aimed(edges, nodes, rows) for _, edges, nodes in openings]
        heap = [partial for partial in anew if partial[0] < UNREACHABLE]
        heapify(heap)
        return self._search(heap, rows, None)

    def _rows_without(self, passed: tuple[int, ...]) -> Rows:
        """Remaining lengths for a path that has passed these nodes and may not come back to them."""
        goal, request = self.request.goal, self.request
        allowed = goal.graph.open_edges(*request.allowed)
        barred = [*passed, *request.sources]
        open_ends = _all_but(goal.graph.nodes, barred)[goal.graph.ends]
        return _views(goal.aim(request.max_steps, open_ends if allowed is None else allowed & open_ends))

    def _search(self, heap: list[Partial], rows: Rows, patience: int | None) -> Partial | None:
        """A*: a way to a node that is neither shorter nor of fewer steps than one opened before is not opened."""
        settled: dict[int, list[tuple[int, int]]] = {}
        targets, opened = self.request.goal.targets, 0
        while heap:
            best = heappop(heap)
            if best[2][-1] in targets:
                return best
            if self._settle(best, rows, settled):
                continue
            for longer in self.request.extend(best, rows):
                heappush(heap, longer)
            opened += 1
            if patience is not None and opened > patience:
                raise _OutOfPatienceError
        return None

    def _settle(self, partial: Partial, rows: Rows, settled: dict[int, list[tuple[int, int]]]) -> bool:
        """Whether an earlier way to the same node is as good in length and steps; if not, remember this one."""
        total, edges, nodes = partial
        here, _ = self.request.rows_at(len(edges), rows)
        gone, steps = total - here[nodes[-1]], len(edges)
        before = settled.setdefault(nodes[-1], [])
        # Without a bound on steps the remaining length hangs on the node alone, so ways to it come shortest first.
        if before and (self.request.max_steps is None or any(g <= gone and s <= steps for g, s in before)):
            return True
        before.append((gone, steps))
        return False


def _all_but(size: int, without: Iterable[int]) -> BoolArray:
    mask = np.ones(size, np.bool_)
    mask[list(without)] = False
    return mask

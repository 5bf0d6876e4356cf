"""What to do where a step of a path is full: another way round it, or the best path that does without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np

from analysis.goals import Goal
from analysis.multigraph import BoolArray, IntArray, Multigraph
from analysis.path_request import Full
from analysis.paths import Path

Way = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Length, edges, and the nodes between them."""
Sorted = tuple[Sequence[int], ...]
"""Lengths, the edges of each step, and the node between; the best first. Nothing at all where there is no way."""
FEW = 24
"""Edges at one end up to which looking up those at the other one by one is quicker than joining arrays."""


@dataclass(frozen=True)
class Alternate:
    """What to do if step `step` (from 0) of a path is full.

    `substitute` keeps every other node of the path: another edge, or one other node, in its place. `elsewhere` is the best
    path that does without the full step. Either is None where there is none.
    """

    step: int
    substitute: Path | None
    elsewhere: Path | None


@dataclass(frozen=True, eq=False)
class Detours:
    """The open ways of one and of two steps between two nodes, worked out once for each two however often they are asked for.

    Paths for one request differ little, so that most of their alternates lie between the same nodes.
    """

    goal: Goal
    edges: BoolArray | None = None
    nodes: BoolArray | None = None
    _straight: dict[tuple[int, int], list[Way]] = field(default_factory=dict)
    _around: dict[tuple[int, int], Sorted] = field(default_factory=dict)

    def straight(self, start: int, end: int) -> Iterator[Way]:
        """The open ways of one step, the best first, ties by edge."""
        if (start, end) not in self._straight:
            self._straight[start, end] = self._one_step(start, end)
        return iter(self._straight[start, end])

    def around(self, start: int, end: int) -> Iterator[Way]:
        """The open ways of two steps, the best first, ties by edges."""
        if (start, end) not in self._around:
            few = self._few_steps(start, end)
            self._around[start, end] = self._two_steps(start, end) if few is None else few
        for total, first, second, middle in zip(*self._around[start, end], strict=True):
            yield total, (first, second), (middle,)

    def _one_step(self, start: int, end: int) -> list[Way]:
        lengths, direct = self.goal.lengths.data, self.goal.graph.pairs.between(start, end)
        return sorted((lengths[edge], (edge,), ()) for edge in direct if self._is_open(edge))

    def _is_open(self, edge: int) -> bool:
        return self._open_edges is None or bool(self._open_edges[edge])

    @cached_property
    def _open_edges(self) -> memoryview | None:
        return None if self.edges is None else self.edges.data

    def _few_steps(self, start: int, end: int) -> Sorted | None:
        """Those of two steps where either end has few edges, gone through one by one; None where both have many."""
        graph, lengths = self.goal.graph, self.goal.lengths.data
        leaving, arriving = graph.outgoing.place(start), graph.pairs.at(end)
        between, fewer_leave = graph.pairs.between, leaving.stop - leaving.start < arriving.stop - arriving.start
        middles = graph.outgoing_ends[leaving] if fewer_leave else graph.pairs.starts[arriving]
        if len(middles) > FEW:
            return None
        found = [
            (lengths[first] + lengths[second], first, second, middle)
            for middle in dict.fromkeys(middles.tolist())
            if self.nodes is None or self.nodes[middle]
            for first in between(start, middle)
            if self._is_open(first)
            for second in between(middle, end)
            if self._is_open(second)
        ]
        return tuple(zip(*sorted(found), strict=True))

    def _two_steps(self, start: int, end: int) -> Sorted:
        graph, lengths = self.goal.graph, self.goal.lengths
        first, second = _joined(graph, start, end)
        middles = graph.ends[first]
        if self.edges is not None or self.nodes is not None:
            edges_open = True if self.edges is None else self.edges[first] & self.edges[second]
            kept = np.flatnonzero(edges_open if self.nodes is None else edges_open & self.nodes[middles])
            first, second, middles = first[kept], second[kept], middles[kept]
        total = lengths[first] + lengths[second]
        order = np.lexsort((second, first, total))
        return tuple(part[order].data for part in (total, first, second, middles))


def full_at(path: Path, step: int) -> Full:
    """What is closed where a step is full."""
    return (path.edges[step], None) if step == len(path.edges) - 1 else (None, path.nodes[step + 1])


def substitute(path: Path, step: int, detours: Detours, max_steps: int | None = None) -> Path | None:
    """The best way of one or two steps around a full one, no longer than the path may be; None where there is none."""
    goal, last = detours.goal, step == len(path.edges) - 1
    after = step + 1 if last else step + 2
    kept_edges, kept_nodes = path.edges[after:], path.nodes[after:]
    room = 2 if max_steps is None else max_steps - step - len(kept_edges)
    full, ends = full_at(path, step)[0], (path.nodes[step], path.nodes[after])
    straight = (way for way in detours.straight(*ends) if full not in way[1])
    around = (way for way in detours.around(*ends) if way[2][0] not in path.nodes and way[2][0] not in goal.targets)
    best = min([*islice(straight, room >= 1), *islice(around, room >= 2)], default=None)
    if best is None:
        return None
    _, way, middle = best
    whole = (*path.edges[:step], *way, *kept_edges)
    total = sum(map(goal.lengths.data.__getitem__, whole))
    return Path((*path.nodes[: step + 1], *middle, *kept_nodes), whole, total >> goal.graph.shift)


def _joined(graph: Multigraph, start: int, end: int) -> tuple[IntArray, IntArray]:
    """Each edge from `start` with each edge on from where it ends to `end`."""
    leaving, middles, (arriving, starts) = graph.leaving(start)[0], graph.ends_of(start), graph.pairs.arriving(end)
    found, at = middles.equal(starts)
    return leaving[middles.places[at]], arriving[found]

"""What to do where a step of a path is full: another way round it, or the best path that does without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from analysis.goals import Goal
from analysis.multigraph import BoolArray, IntArray
from analysis.path_request import Full
from analysis.paths import Path

Way = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Length, edges, and the nodes between them."""
Sorted = tuple[IntArray, ...]
"""Lengths, the edges of each step, and the node between; the best first."""


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
    _straight: dict[tuple[int, int], Sorted] = field(default_factory=dict)
    _around: dict[tuple[int, int], Sorted] = field(default_factory=dict)

    def straight(self, start: int, end: int) -> Iterator[Way]:
        """The open ways of one step, the best first, ties by edge."""
        if (start, end) not in self._straight:
            self._straight[start, end] = self._one_step(start, end)
        for total, edge in zip(*(part.data for part in self._straight[start, end]), strict=True):
            yield total, (edge,), ()

    def around(self, start: int, end: int) -> Iterator[Way]:
        """The open ways of two steps, the best first, ties by edges."""
        if (start, end) not in self._around:
            self._around[start, end] = self._two_steps(start, end)
        for total, first, second, middle in zip(*(part.data for part in self._around[start, end]), strict=True):
            yield total, (first, second), (middle,)

    def _one_step(self, start: int, end: int) -> Sorted:
        direct = self.goal.graph.pairs.between(start, end)
        direct = direct if self.edges is None else direct[self.edges[direct]]
        lengths = self.goal.lengths[direct]
        order = lengths.argsort(kind="stable")
        return lengths[order], direct[order]

    def _two_steps(self, start: int, end: int) -> Sorted:
        graph, lengths = self.goal.graph, self.goal.lengths
        first, second = _joined(*graph.leaving(start), *graph.pairs.arriving(end))
        middles = graph.ends[first]
        if self.edges is not None or self.nodes is not None:
            edges_open = True if self.edges is None else self.edges[first] & self.edges[second]
            kept = np.flatnonzero(edges_open if self.nodes is None else edges_open & self.nodes[middles])
            first, second, middles = first[kept], second[kept], middles[kept]
        total = lengths[first] + lengths[second]
        # They stand in the order of their edges, which settles ties.
        order = total.argsort(kind="stable")
        return total[order], first[order], second[order], middles[order]


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
    total = sum(int(goal.lengths[edge]) for edge in whole)
    return Path((*path.nodes[: step + 1], *middle, *kept_nodes), whole, total >> goal.graph.shift)


def _joined(leaving: IntArray, middles: IntArray, arriving: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    """Each edge to a middle with each edge on from there; those arriving stand in the order of their starts."""
    if not len(starts):
        return starts, starts
    place = starts.searchsorted(middles)
    (joined,) = (starts.take(place, mode="clip") == middles).nonzero()
    place = place[joined]
    many = starts.searchsorted(middles[joined], "right") - place
    within = np.arange(many.sum()) - (many.cumsum() - many).repeat(many)
    return leaving[joined].repeat(many), arriving[place.repeat(many) + within]

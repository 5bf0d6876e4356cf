"""Lawler's partition of all paths of a request into spaces: slower than best first, but never more than polynomial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from analysis.goals import Onward
from analysis.multigraph import UNREACHABLE, BoolArray
from analysis.path_request import OutOfPatienceError, Partial, Request


@dataclass(frozen=True)
class _Space:
    """All paths that begin with the first `depth` steps of some path and go on by an edge that is not `spent`."""

    depth: int
    spent: frozenset[int]
    openings: list[Partial]


class Partition:
    """Lawler's search: the best path of a space splits what is left of it into spaces of its own, none overlapping."""

    def __init__(self, request: Request) -> None:
        """Nothing is searched until `ranked` is read."""
        self.request = request
        self.onward = request.own
        self._heap: list[tuple[int, tuple[int, ...], tuple[int, ...], _Space, bool]] = []

    def ranked(self) -> Iterator[Partial]:
        """All paths, best first."""
        starts = self.request.starts(self.onward)
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
            longer for partial in partials for longer in self.request.extend(partial, self.onward) if longer[1][-1] not in spent
        ]
        if openings:
            heapify(openings)
            # Until it is searched, a space waits under the least that any of its paths can cost.
            heappush(self._heap, (*openings[0], _Space(depth, spent, openings), False))

    def _split(self, path: Partial, space: _Space) -> None:
        _, edges, nodes = path
        for depth in range(space.depth, len(edges)):
            spent = space.spent if depth == space.depth else frozenset()
            partials = self._roots if depth == 0 else [self._aimed(edges[:depth], nodes[: depth + 1], self.onward)]
            self._add(depth, spent | {edges[depth]}, partials)

    def _aimed(self, edges: tuple[int, ...], nodes: tuple[int, ...], onward: Onward) -> Partial:
        lengths = self.request.goal.lengths
        gone = sum(int(lengths[edge]) for edge in edges)
        return min(gone + onward.left(nodes[-1], len(edges)), UNREACHABLE), edges, nodes

    def _best(self, openings: list[Partial]) -> Partial | None:
        try:
            return self._search(list(openings), self.onward, self.request.patience)
        except OutOfPatienceError:
            onward = self._without(openings[0][2][:-1])
        anew = [self._aimed(edges, nodes, onward) for _, edges, nodes in openings]
        heap = [partial for partial in anew if partial[0] < UNREACHABLE]
        heapify(heap)
        return self._search(heap, onward, None)

    def _without(self, passed: tuple[int, ...]) -> Onward:
        """The ways on for a path that has passed these nodes and may not come back to them."""
        goal, request = self.request.goal, self.request
        allowed = goal.graph.open_edges(*request.allowed)
        barred = [*passed, *request.closed]
        open_ends = _all_but(goal.graph.nodes, barred)[goal.graph.ends]
        return goal.onward_over(request.max_steps, open_ends if allowed is None else allowed & open_ends)

    def _search(self, heap: list[Partial], onward: Onward, patience: int | None) -> Partial | None:
        """A*: a way to a node that is neither shorter nor of fewer steps than one opened before is not opened."""
        settled: dict[int, list[tuple[int, int]]] = {}
        targets, opened = self.request.goal.targets, 0
        while heap:
            best = heappop(heap)
            if best[2][-1] in targets:
                return best
            if self._settle(best, onward, settled):
                continue
            for longer in self.request.extend(best, onward):
                heappush(heap, longer)
            opened += 1
            if patience is not None and opened > patience:
                raise OutOfPatienceError
        return None

    def _settle(self, partial: Partial, onward: Onward, settled: dict[int, list[tuple[int, int]]]) -> bool:
        """Whether an earlier way to the same node is as good in length and steps; if not, remember this one."""
        total, edges, nodes = partial
        gone, steps = total - onward.left(nodes[-1], len(edges)), len(edges)
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

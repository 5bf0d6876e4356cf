"""One request for paths, and the moves every search over its partial paths makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from heapq import heapify

import numpy as np

from analysis.goals import Goal, Walk
from analysis.multigraph import UNREACHABLE, BoolArray, IntArray, Multigraph

Partial = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Least length of any completion, edges so far, nodes so far."""
Fan = Iterator[tuple[int, int, int]]
"""Ways on from a partial path, the best first: least length of any completion, edge, end."""
Rows = list[memoryview]
"""Remaining lengths by steps left; the last row holds for any more."""
WIDE = 32
"""Edges of a node above which arrays are faster than a plain loop."""


class OutOfPatienceError(Exception):
    """The search opened more partial paths than it may."""


class Request:
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
        """Check it; ValueError where it does not fit the graph."""
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

    @cached_property
    def own_rows(self) -> Rows:
        """Remaining lengths under this request's masks."""
        open_edges = self.goal.graph.open_edges(*self.allowed)
        if open_edges is None:
            return views(self.goal.rows(self.max_steps))
        return views(self.goal.aim(self.max_steps, open_edges))

    def next_of(
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
        if last - first > WIDE:
            return _wide_fan(walk, there, slice(first, last), gone)
        steps = zip(walk.lengths[first:last], walk.edges[first:last], walk.ends[first:last], strict=True)
        return iter(sorted([(gone + length + there[end], edge, end) for length, edge, end in steps]))

    def extend(self, partial: Partial, rows: Rows) -> list[Partial]:
        """The partial paths that are one step longer and can still reach a target, the best first."""
        _, edges, nodes = partial
        fan, found = self.fan(partial, rows), []
        while (longer := self.next_of(edges, nodes, fan)) is not None:
            found.append(longer[:3])
        return found

    def rows_at(self, steps: int, rows: Rows) -> tuple[memoryview, memoryview | None]:
        """Remaining lengths after so many steps, and after one more; None where no more may follow."""
        if self.max_steps is None:
            return rows[0], rows[0]
        left, last = self.max_steps - steps, len(rows) - 1
        return rows[min(left, last)], rows[min(left - 1, last)] if left else None


def _wide_fan(walk: Walk, there: memoryview, place: slice, gone: int) -> Fan:
    """The same fan by arrays, for a node so busy that they pay; edges stand in order, so a stable sort settles ties."""
    ends = np.asarray(walk.ends[place])
    totals = np.asarray(walk.lengths[place]) + np.asarray(there)[ends] + gone
    order = np.argsort(totals, kind="stable")
    parts = (totals[order], np.asarray(walk.edges[place])[order], ends[order])
    return zip(*(part.tolist() for part in parts), strict=True)


def views(rows: Sequence[IntArray]) -> Rows:
    """The rows as searches read them: a number at a time."""
    return [row.data for row in rows]

"""One request for paths, and the moves every search over its partial paths makes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from heapq import heapify

from analysis.goals import Goal, Onward, Ways
from analysis.multigraph import BoolArray, Multigraph

Partial = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Least length of any completion, edges so far, nodes so far."""
Fan = tuple[int, Ways]
"""Ways on from a partial path that are not taken yet, after the length it has gone."""
Full = tuple[int | None, int | None]
"""An edge and a node, either None, that no path may take."""
NOTHING: Full = (None, None)


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
        full: Full = NOTHING,
    ) -> None:
        """Check it; ValueError where it does not fit the graph."""
        if goal.graph is not graph:
            raise ValueError("the goal belongs to another graph")
        if max_steps is not None and max_steps < 0:
            raise ValueError(f"max_steps must not be negative, not {max_steps}")
        self.goal, self.patience, self.full = goal, patience, full
        self.allowed = (graph.checked_mask(allowed_edges, graph.edges), graph.checked_mask(allowed_nodes, graph.nodes))
        self.edge_open, self.node_open = (None if mask is None else mask.data for mask in self.allowed)
        # A loopless path has fewer steps than the graph has nodes, so a wider bound bounds nothing.
        self.max_steps = None if max_steps is None or max_steps >= graph.nodes - 1 else max_steps
        given = graph.checked_nodes(sources, "sources")
        self.sources = [node for node in given if node != full[1] and (self.node_open is None or self.node_open[node])]
        self.closed = frozenset(self.sources if full[1] is None else [*self.sources, full[1]])

    @cached_property
    def own(self) -> Onward:
        """The ways on under this request's masks."""
        open_edges = self.goal.graph.open_edges(*self.allowed)
        return self.goal.onward(self.max_steps) if open_edges is None else self.goal.onward_over(self.max_steps, open_edges)

    def next_of(
        self, edges: tuple[int, ...], nodes: tuple[int, ...], fan: Fan
    ) -> tuple[int, tuple[int, ...], tuple[int, ...], Fan] | None:
        """The best way on from the fan that is open and makes no loop, and the rest of the fan."""
        edge_open, node_open, closed, full = self.edge_open, self.node_open, self.closed, self.full[0]
        gone, ways = fan
        for length, edge, end in ways:
            if end in nodes or end in closed or edge == full:
                continue
            if (node_open is None or node_open[end]) and (edge_open is None or edge_open[edge]):
                return gone + length, (*edges, edge), (*nodes, end), fan
        return None

    def starts(self, onward: Onward) -> list[Partial]:
        """The paths of no steps, one for each source that can reach a target."""
        found: list[Partial] = []
        for node in self.sources:
            best = (0,) if node in self.goal.targets else next(onward.ways(node, 0), None)
            if best is not None:
                found.append((best[0], (), (node,)))
        heapify(found)
        return found

    def fan(self, partial: Partial, onward: Onward) -> Fan:
        """All ways on by one step, open or not, the best first."""
        _, edges, nodes = partial
        lengths = self.goal.lengths.data
        return sum(lengths[edge] for edge in edges), onward.ways(nodes[-1], len(edges))

    def extend(self, partial: Partial, onward: Onward) -> list[Partial]:
        """The partial paths that are one step longer and can still reach a target, the best first."""
        _, edges, nodes = partial
        fan, found = self.fan(partial, onward), []
        while (longer := self.next_of(edges, nodes, fan)) is not None:
            found.append(longer[:3])
        return found

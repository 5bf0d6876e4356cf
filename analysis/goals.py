"""The target sets of one graph, each with the remaining length from every node: what makes a search for paths quick."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from analysis.multigraph import BoolArray, IntArray, Multigraph, remaining_lengths, remaining_within


@dataclass(eq=False)
class Goal:
    """A target set under one weighting, with the remaining length from every node. Made by `Goals.goal`."""

    graph: Multigraph
    targets: frozenset[int]
    lengths: IntArray
    held: int = 1
    """How many rows of one number for each node are kept, or room for them."""
    _within: dict[int, list[IntArray]] = field(default_factory=dict)

    def rows(self, max_steps: int | None) -> list[IntArray]:
        """Remaining lengths, kept: one row, or one per number of steps left where `max_steps` bounds the path."""
        if max_steps is None:
            return [self.remaining]
        if max_steps not in self._within:
            self._within[max_steps] = self.aim(max_steps, None)
            self.held += len(self._within[max_steps])
        return self._within[max_steps]

    def aim(self, max_steps: int | None, allowed: BoolArray | None) -> list[IntArray]:
        """Remaining lengths over the allowed edges only, worked out anew."""
        targets = sorted(self.targets)
        if max_steps is None:
            return [remaining_lengths(self.graph, targets, self.lengths, allowed)]
        return remaining_within(self.graph, targets, self.lengths, allowed, max_steps)

    @cached_property
    def remaining(self) -> IntArray:
        """Length of the shortest way from every node to the nearest target, worked out when it is first asked for."""
        return remaining_lengths(self.graph, sorted(self.targets), self.lengths, None)

    @cached_property
    def walk(self) -> Walk:
        """The edges as a search reads them."""
        return Walk.of(self.graph, self.lengths)


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
        arrays = (out.offsets, graph.outgoing_ends, lengths[out.edges], out.edges)
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
        goal = Goal(self.graph, targets, lengths)
        goal.walk = walk
        with self._lock:
            self._kept[key] = goal
            while len(self._kept) > 1 and 8 * self.graph.nodes * sum(each.held for each in self._kept.values()) > self._memory:
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

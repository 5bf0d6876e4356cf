"""The target sets of one graph, each with the remaining length from every node: what makes a search for paths quick."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock

import numpy as np

from analysis.multigraph import (
    UNREACHABLE,
    BoolArray,
    Further,
    IntArray,
    Multigraph,
    Row,
    Sought,
    StepsOn,
    remaining_lengths,
    remaining_within,
    rows_within,
)

WIDE = 32
"""Edges of a node above which arrays are faster than a plain loop."""
SELDOM = 4
"""One goal in so many kept may be new before their memory is added up again, which goes over all of them."""
STEPS_KEPT = 32
"""For how many nodes of one weighting the steps on from where their edges end are kept: those that paths start from."""
OBJECTS = 5
"""How many times the room of a number in an array one in a tuple takes, counted high."""
Lengths = Row | Further | memoryview
"""Remaining lengths by node."""
Ways = Iterator[tuple[int, int, int]]
"""Ways on from a node, the best first: length to the goal that way, edge, end."""


@dataclass(eq=False)
class Goal:
    """A target set under one weighting, with the remaining length from every node. Made by `Goals.goal`."""

    graph: Multigraph
    targets: frozenset[int]
    lengths: IntArray
    _onward: dict[int | None, Onward] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """How many numbers are kept, or room for them."""
        return self.graph.nodes * ("remaining" in self.__dict__) + sum(onward.held for onward in list(self._onward.values()))

    def onward(self, max_steps: int | None) -> Onward:
        """The ways on under no mask, kept; each path takes at most `max_steps` steps."""
        if max_steps not in self._onward:
            self._onward[max_steps] = Onward(self.walk, self._rows(max_steps), max_steps)
        return self._onward[max_steps]

    def onward_over(self, max_steps: int | None, allowed: BoolArray) -> Onward:
        """The ways on over the allowed edges only, worked out anew."""
        return Onward(self.walk, [row.data for row in self.aim(max_steps, allowed)], max_steps)

    def _rows(self, max_steps: int | None) -> Sequence[Lengths]:
        if max_steps is None:
            return [self.remaining.data]
        # How far a source is its best way on tells, so the last row is not needed, and of the one before what it meets alone.
        rows = rows_within(self.graph, sorted(self.targets), self.lengths, max(0, max_steps - 2))
        return [*rows, Further(self.graph, self.lengths, rows[-1])] if 1 < max_steps == len(rows) + 1 else rows

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
    further: Callable[[int], StepsOn]
    """From a node: the steps on from where its edges end; kept for the nodes asked for last."""
    ends_of: Callable[[int], Sought]

    @classmethod
    def of(cls, graph: Multigraph, lengths: IntArray) -> Walk:
        """Lay the graph's edges out under one weighting."""
        out = graph.outgoing
        further = lru_cache(STEPS_KEPT)(lambda node: StepsOn.of(graph, lengths, graph.ends_of(node)))
        return cls(out.offsets.data, graph.outgoing_ends.data, lengths[out.edges].data, out.edges.data, further, graph.ends_of)


class Onward:
    """From each node the ways on to a goal, worked out when they are first asked for and kept.

    `rows` holds remaining lengths by steps left, the last one for any more; they may leave masks out of account.
    """

    def __init__(self, walk: Walk, rows: Sequence[Lengths], max_steps: int | None) -> None:
        """Nothing is worked out yet."""
        self._walk, self._rows, self._max_steps = walk, rows, max_steps
        self._kept: dict[tuple[int, int], tuple[Sequence[int], ...]] = {}
        self.held = sum(2 * len(row.nodes) for row in rows if isinstance(row, Row))

    def left(self, node: int, steps: int) -> int:
        """The remaining length from a node at least one step on a path's way, after so many steps."""
        if self._max_steps is None:
            return int(self._rows[0][node])
        return int(self._rows[min(self._max_steps - steps, len(self._rows) - 1)][node])

    def ways(self, node: int, steps: int) -> Ways:
        """All ways on by one step after so many, open or not, ties by edge; none where no more step may follow."""
        if self._max_steps is None:
            place = 0
        elif steps >= self._max_steps:
            return iter(())
        else:
            place = min(self._max_steps - steps - 1, len(self._rows) - 1)
        kept = self._kept.get((node, place))
        if kept is None:
            kept = self._kept[node, place] = self._sorted(node, self._rows[place])
        return zip(*kept, strict=True)

    def _sorted(self, node: int, there: Lengths) -> tuple[Sequence[int], ...]:
        walk = self._walk
        first, last = walk.offsets[node], walk.offsets[node + 1]
        if isinstance(there, Further):
            return self._sorted_of_all(slice(first, last), there.before(walk.further(node)))
        if last - first > WIDE:
            if isinstance(there, Row):
                return self._sorted_by_arrays(slice(first, last), *walk.ends_of(node).met(there))
            return self._sorted_of_all(slice(first, last), np.asarray(there)[np.asarray(walk.ends[first:last])])
        steps = zip(walk.lengths[first:last], walk.edges[first:last], walk.ends[first:last], strict=True)
        found = [(length + left, edge, end) for length, edge, end in steps if (left := there[end]) < UNREACHABLE]
        self.held += 3 * OBJECTS * len(found)
        return tuple(zip(*sorted(found), strict=True))

    def _sorted_of_all(self, place: slice, left: IntArray) -> tuple[Sequence[int], ...]:
        (near,) = (left < UNREACHABLE).nonzero()
        return self._sorted_by_arrays(place, near, left[near])

    def _sorted_by_arrays(self, place: slice, near: IntArray, left: IntArray) -> tuple[Sequence[int], ...]:
        """The same for a node so busy that arrays pay; edges stand in order, so their places settle ties."""
        walk = self._walk
        totals = np.asarray(walk.lengths[place])[near] + left
        order = np.lexsort((near, totals))
        self.held += 3 * len(order)
        parts = (totals, np.asarray(walk.edges[place])[near], np.asarray(walk.ends[place])[near])
        return tuple(part[order].data for part in parts)


class Goals:
    """The goals of one graph, worked out once each and kept while they fit into `memory` bytes (least lately used goes first).

    Worth its memory where targets are few and weights are shared; a new target or weighting costs one backward search.
    """

    def __init__(self, graph: Multigraph, memory: int = 256 << 20) -> None:
        """Start with no goal kept."""
        self.graph = graph
        self._memory = memory
        self._kept: OrderedDict[tuple[frozenset[int], tuple[int, ...]], Goal] = OrderedDict()
        self._unchecked = 0
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
            self._unchecked += 1
            if self._unchecked > len(self._kept) // SELDOM:
                self._drop()
        return goal

    def _drop(self) -> None:
        """Go back to the memory allowed."""
        self._unchecked = 0
        held = 8 * sum(each.held for each in self._kept.values())
        while len(self._kept) > 1 and held > self._memory:
            held -= 8 * self._kept.popitem(last=False)[1].held

    def _weighted(self, weights: tuple[int, ...]) -> tuple[IntArray, Walk]:
        with self._lock:
            if weights not in self._walks:
                lengths = self.graph.lengths(weights)
                self._walks[weights] = (lengths, Walk.of(self.graph, lengths))
            while len(self._walks) > 8:
                self._walks.popitem(last=False)
            return self._walks[weights]

"""A directed multigraph as arrays: nodes and edges are numbers, parallel edges stay distinct, costs are whole numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.distinct import once

if TYPE_CHECKING:
    from scipy.sparse import csr_array

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

UNREACHABLE = 1 << 61
FEW_EDGES = 8
"""Up to this part of all edges, taking them one by one is quicker than taking all."""
SHARED = ("outgoing", "outgoing_ends", "incoming", "pairs", "ends_of")
"""What does not hang on costs."""
BUSY = 64
"""Of how many nodes the ends of their edges stay in order."""
_EXACT = 1 << 53  # a float64 counts whole numbers exactly up to here


@dataclass(frozen=True)
class Adjacency:
    """Edges grouped by one of their ends: those of node n stand at `edges[offsets[n]:offsets[n + 1]]`, in edge order."""

    offsets: IntArray
    edges: IntArray

    @classmethod
    def by(cls, keys: IntArray, nodes: int) -> Adjacency:
        """Group the edges by `keys`, the node of each edge."""
        counts = np.bincount(keys, minlength=nodes)
        return cls(np.concatenate(([0], np.cumsum(counts))).astype(np.int64), np.argsort(keys, kind="stable").astype(np.int64))

    def place(self, node: int) -> slice:
        """Where the edges of one node stand."""
        return slice(self._view[node], self._view[node + 1])

    @cached_property
    def _view(self) -> memoryview:
        return self.offsets.data

    def at(self, nodes: IntArray, most: int) -> IntArray | None:
        """The edges of some nodes, node by node; None where there are more than `most`."""
        first = self.offsets[nodes]
        many = self.offsets[nodes + 1] - first
        total = int(many.sum())
        if total > most:
            return None
        return self.edges[np.repeat(first - np.cumsum(many) + many, many) + np.arange(total)]


@dataclass(frozen=True, eq=False)
class Multigraph:
    """`nodes` nodes, and edges from `starts` to `ends` with `costs` of shape (edges,) or (edges, criteria).

    Costs are whole numbers >= 0 (scale kilometres or days to the unit that matters), so that sums are exact, ties are real
    ties and two machines rank alike. Raises ValueError for shapes that do not fit, ends outside the graph, or such costs.
    """

    nodes: int
    starts: IntArray
    ends: IntArray
    costs: IntArray

    def __init__(self, nodes: int, starts: ArrayLike, ends: ArrayLike, costs: ArrayLike) -> None:
        """Check the arrays and keep them as int64."""
        object.__setattr__(self, "nodes", int(nodes))
        object.__setattr__(self, "starts", _whole(starts, "starts"))
        object.__setattr__(self, "ends", _whole(ends, "ends"))
        object.__setattr__(self, "costs", _columns(_whole(costs, "costs")))
        self._check()

    def _check(self) -> None:
        if self.nodes < 0:
            raise ValueError(f"a graph cannot have {self.nodes} nodes")
        if not self.starts.shape == self.ends.shape == self.costs.shape[:1]:
            raise ValueError(f"starts {self.starts.shape}, ends {self.ends.shape} and costs {self.costs.shape} do not fit")
        for name, ends in (("starts", self.starts), ("ends", self.ends)):
            if ends.size and not (ends.min() >= 0 and ends.max() < self.nodes):
                raise ValueError(f"{name} name nodes outside 0..{self.nodes - 1}")
        if self.costs.size and self.costs.min() < 0:
            raise ValueError("costs must not be negative")

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.starts)

    @property
    def criteria(self) -> int:
        """How many costs each edge has."""
        return int(self.costs.shape[1])

    @cached_property
    def outgoing(self) -> Adjacency:
        """The edges that leave each node."""
        return Adjacency.by(self.starts, self.nodes)

    @cached_property
    def incoming(self) -> Adjacency:
        """The edges that enter each node."""
        return Adjacency.by(self.ends, self.nodes)

    @cached_property
    def outgoing_ends(self) -> IntArray:
        """The end of each edge, in the order of `outgoing.edges`."""
        return self.ends[self.outgoing.edges]

    def leaving(self, node: int) -> tuple[IntArray, IntArray]:
        """The edges that leave a node, and their ends, in edge order."""
        place = self.outgoing.place(node)
        return self.outgoing.edges[place], self.outgoing_ends[place]

    def costs_along(self, edges: Sequence[int]) -> tuple[int, ...]:
        """The costs of a few edges by criterion, summed up: quicker by plain numbers than by arrays."""
        told, width = self._told_costs, self.criteria
        each = [told[edge * width : (edge + 1) * width] for edge in edges]
        return tuple(map(sum, zip(*each, strict=True))) if each else (0,) * width

    @cached_property
    def _told_costs(self) -> memoryview:
        """The costs, edge after edge."""
        return np.ascontiguousarray(self.costs).reshape(-1).data

    def arriving(self, nodes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """The edges that enter some nodes, node by node, their starts, and how many there are of each node."""
        first = self.incoming.offsets[nodes]
        many = self.incoming.offsets[nodes + 1] - first
        place = first - np.cumsum(many) + many
        # Those of one node stand side by side, and need not be gathered.
        at = self.pairs.at(int(nodes[0])) if len(nodes) == 1 else np.repeat(place, many) + np.arange(many.sum())
        return self.pairs.order[at], self.pairs.starts[at], many

    @cached_property
    def ends_of(self) -> Callable[[int], Sought]:
        """Where the edges that leave a node end, in edge order; kept for the nodes asked for last."""
        return lru_cache(BUSY)(lambda node: Sought.of(self.leaving(node)[1]))

    @cached_property
    def reversed(self) -> Multigraph:
        """The same edges, each turned round."""
        other = Multigraph(self.nodes, self.ends, self.starts, self.costs)
        other.__dict__.update(outgoing=self.incoming, incoming=self.outgoing)
        return other

    @cached_property
    def pairs(self) -> Pairs:
        """The edges turned round and grouped by (end, start): what a search towards a goal walks on."""
        return Pairs.of(self)

    def with_costs(self, costs: ArrayLike) -> Multigraph:
        """The same edges under other costs; how they are grouped is worked out once for both."""
        other = Multigraph(self.nodes, self.starts, self.ends, costs)
        other.__dict__.update({name: getattr(self, name) for name in SHARED})
        return other

    @cached_property
    def _blank_rows(self) -> list[IntArray]:
        return []

    @contextmanager
    def blank_row(self) -> Iterator[IntArray]:
        """UNREACHABLE for each node, to be left as it was found; made once and lent, as making it takes long."""
        try:  # Another thread may take the last one between a look and the taking.
            row = self._blank_rows.pop()
        except IndexError:
            row = np.full(self.nodes, UNREACHABLE)
        yield row
        self._blank_rows.append(row)

    @cached_property
    def shift(self) -> int:
        """Bits that hold the number of steps of a loopless path, below its cost."""
        return max(1, self.nodes).bit_length()

    def lengths(self, weights: Sequence[int] | None = None) -> IntArray:
        """Cost and step of each edge in one whole number, `cost << shift | 1`: the cheaper first, then the fewer steps.

        `weights` has one whole number >= 0 per criterion (default: all 1; all 0 counts steps only). Always positive, so a
        loop never comes free. Raises ValueError where the costs are too large to be summed exactly.
        """
        cost = self.costs @ self.checked_weights(weights)
        if cost.size and int(cost.max()) >= _EXACT >> self.shift:
            raise ValueError("costs are too large to be summed exactly; use a coarser unit")
        return (cost << self.shift) | 1

    def checked_weights(self, weights: Sequence[int] | None) -> IntArray:
        """The weights as an array of shape (criteria,); ValueError where they do not fit."""
        chosen = np.ones(self.criteria, np.int64) if weights is None else _whole(weights, "weights")
        if chosen.shape != (self.criteria,) or (chosen.size and chosen.min() < 0):
            raise ValueError(f"weights need {self.criteria} whole numbers >= 0")
        return chosen

    def checked_nodes(self, nodes: Iterable[int], what: str) -> list[int]:
        """The nodes, each once and sorted; ValueError for one outside the graph."""
        chosen = sorted({int(node) for node in nodes})
        if chosen and not 0 <= chosen[0] <= chosen[-1] < self.nodes:
            raise ValueError(f"{what} name nodes outside 0..{self.nodes - 1}")
        return chosen

    def open_edges(self, edges: BoolArray | None, nodes: BoolArray | None) -> BoolArray | None:
        """One mask of shape (edges,) for both: an edge is open if it may be walked and both its ends are open."""
        edges, nodes = self.checked_mask(edges, self.edges), self.checked_mask(nodes, self.nodes)
        if nodes is None:
            return edges
        both: BoolArray = nodes[self.starts] & nodes[self.ends]
        return both if edges is None else both & edges

    def checked_mask(self, mask: BoolArray | None, size: int) -> BoolArray | None:
        """The mask, contiguous; ValueError where it is not one boolean for each of `size` things."""
        if mask is None:
            return None
        if mask.shape != (size,) or mask.dtype != np.bool_:
            raise ValueError(f"a mask needs {size} booleans, this one has shape {mask.shape} of {mask.dtype}")
        return np.ascontiguousarray(mask)


@dataclass(frozen=True)
class Pairs:
    """Edges sorted by (end, start); `firsts` is where each pair begins, `indptr` and `indices` the pairs in CSR form."""

    order: IntArray
    firsts: IntArray
    indptr: IntArray
    indices: IntArray
    starts: IntArray
    """The start of each edge, in the order of `order`."""

    @classmethod
    def of(cls, graph: Multigraph) -> Pairs:
        """Sort the graph's edges once."""
        order = np.lexsort((graph.starts, graph.ends))
        starts, ends = graph.starts[order], graph.ends[order]
        new = np.ones(graph.edges, np.bool_)
        new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
        firsts = np.flatnonzero(new)
        indptr = np.concatenate(([0], np.cumsum(np.bincount(ends[firsts], minlength=graph.nodes))))
        return cls(order, firsts, indptr, starts[firsts], starts)

    def arriving(self, node: int) -> tuple[IntArray, IntArray]:
        """The edges that enter a node, and their starts, in the order of these."""
        place = self.at(node)
        return self.order[place], self.starts[place]

    def between(self, start: int, end: int) -> Sequence[int]:
        """The edges from one node to another, in their order."""
        place, (order, starts, *_) = self.at(end), self._views
        first = bisect_left(starts, start, place.start, place.stop)
        return order[first : bisect_right(starts, start, first, place.stop)]

    def at(self, node: int) -> slice:
        """Where the edges that enter a node stand."""
        _, _, indptr, firsts = self._views
        first, last = indptr[node], indptr[node + 1]
        if first == last:
            return slice(0, 0)
        return slice(firsts[first], firsts[last] if last < len(firsts) else len(self.order))

    @cached_property
    def _views(self) -> tuple[memoryview, ...]:
        """What is looked up for single nodes, as plain numbers."""
        return self.order.data, self.starts.data, self.indptr.data, self.firsts.data

    def matrix(self, lengths: NDArray[np.float64]) -> csr_array[Any]:
        """The shortest edge of each pair, from end to start, as a sparse matrix of shape (nodes, nodes)."""
        from scipy.sparse import csr_array

        nodes = len(self.indptr) - 1
        data = np.minimum.reduceat(lengths[self.order], self.firsts) if len(self.firsts) else np.empty(0)
        return csr_array((data, self.indices, self.indptr), shape=(nodes, nodes))


def remaining_lengths(graph: Multigraph, targets: Sequence[int], lengths: IntArray, allowed: BoolArray | None) -> IntArray:
    """Length of the shortest way from every node to the nearest target, shape (nodes,); UNREACHABLE where there is none."""
    from scipy.sparse.csgraph import dijkstra

    if not targets:
        return np.full(graph.nodes, UNREACHABLE)
    walked = lengths.astype(np.float64)
    if allowed is not None:
        walked[~allowed] = np.inf
    found = dijkstra(graph.pairs.matrix(walked), indices=list(targets), min_only=True)
    return _as_whole(found)


def _as_whole(found: NDArray[np.float64]) -> IntArray:
    reached = np.isfinite(found)
    whole = np.full(found.shape, UNREACHABLE)
    whole[reached] = found[reached].astype(np.int64)
    if reached.any() and whole[reached].max() >= _EXACT:
        raise ValueError("costs are too large to be summed exactly; use a coarser unit")
    return whole


def remaining_within(
    graph: Multigraph, targets: Sequence[int], lengths: IntArray, allowed: BoolArray | None, steps: int
) -> list[IntArray]:
    """Like `remaining_lengths`, but row s counts ways of at most s steps; stops early once more steps change nothing.

    A row is worked out from the nodes that the one before brought nearer, and from all edges at once where these are many.
    """
    walked = lengths if allowed is None else np.where(allowed, lengths, UNREACHABLE)
    rows = [np.full(graph.nodes, UNREACHABLE)]
    nearer = np.asarray(targets, np.int64)
    rows[0][nearer] = 0
    for _ in range(min(steps, graph.nodes) if graph.edges else 0):
        row = rows[-1].copy()
        arriving = graph.incoming.at(nearer, graph.edges // FEW_EDGES)
        if arriving is None:
            _one_step_back(graph, walked, row)
        else:
            np.minimum.at(row, graph.starts[arriving], walked[arriving] + row[graph.ends[arriving]])
        nearer = np.flatnonzero(row < rows[-1])
        if not len(nearer):
            break
        rows.append(row)
    return rows


@dataclass(frozen=True, eq=False)
class Row:
    """Remaining lengths of the nodes that have one, in the order of their numbers; any other is UNREACHABLE."""

    nodes: IntArray
    lengths: IntArray

    def __getitem__(self, node: int) -> int:
        """The remaining length of one node."""
        place = bisect_left(self._nodes, node)
        return self._lengths[place] if place < len(self._nodes) and self._nodes[place] == node else UNREACHABLE

    def at(self, sought: Sought) -> IntArray:
        """The remaining lengths of some nodes, as these were given."""
        found = np.full(len(sought.nodes), UNREACHABLE)
        places, lengths = sought.met(self)
        found[places] = lengths
        return found

    @cached_property
    def _nodes(self) -> memoryview:
        return self.nodes.data

    @cached_property
    def _lengths(self) -> memoryview:
        return self.lengths.data


@dataclass(frozen=True, eq=False)
class Sought:
    """Some nodes in rising order, and the place of each among them as they were given: for a row of few to be looked up in.

    That is quicker than laying the row out for all nodes, which a cache of the processor does not hold.
    """

    nodes: IntArray
    places: IntArray

    @classmethod
    def of(cls, nodes: IntArray) -> Sought:
        """Put them in order."""
        order = nodes.argsort(kind="stable")
        return cls(nodes[order], order)

    def met(self, row: Row) -> tuple[IntArray, IntArray]:
        """The places of those that have a remaining length, in no order, and these."""
        if len(row.nodes) > len(self.nodes):
            first = row.nodes.searchsorted(self.nodes)
            (found,) = (row.nodes.take(first, mode="clip") == self.nodes).nonzero()
            return self.places[found], row.lengths[first[found]]
        found, at = self.equal(row.nodes)
        return self.places[at], row.lengths[found]

    def equal(self, others: IntArray) -> tuple[IntArray, IntArray]:
        """Which of some other nodes are which of these, a pair for each two that are equal; the places are those here."""
        if not len(self.nodes):
            return self.places, self.places
        first = self.nodes.searchsorted(others)
        (found,) = (self.nodes.take(first, mode="clip") == others).nonzero()
        first = first[found]
        many = self.nodes.searchsorted(others[found], "right") - first
        within = np.arange(many.sum()) - (many.cumsum() - many).repeat(many)
        return found.repeat(many), first.repeat(many) + within


@dataclass(frozen=True, eq=False)
class StepsOn:
    """The edges that leave some nodes: for each the place of its start among the nodes, its end and its length."""

    nodes: Sought
    places: IntArray
    ends: Sought
    lengths: IntArray

    @classmethod
    def of(cls, graph: Multigraph, lengths: IntArray, nodes: Sought) -> StepsOn:
        """Gather them."""
        many = graph.outgoing.offsets[nodes.nodes + 1] - graph.outgoing.offsets[nodes.nodes]
        leaving = graph.outgoing.at(nodes.nodes, int(many.sum()))
        assert leaving is not None
        return cls(nodes, nodes.places.repeat(many), Sought.of(graph.ends[leaving]), lengths[leaving])


@dataclass(frozen=True, eq=False)
class Further:
    """The row of one step more than another, worked out for the nodes it is asked for: few of those that it reaches."""

    graph: Multigraph
    lengths: IntArray
    row: Row

    def __getitem__(self, node: int) -> int:
        """The remaining length of one node."""
        return int(self.at(np.array([node]))[0])

    def at(self, nodes: IntArray) -> IntArray:
        """The remaining lengths of some nodes."""
        return self.before(StepsOn.of(self.graph, self.lengths, Sought.of(nodes)))

    def before(self, steps: StepsOn) -> IntArray:
        """The remaining lengths of nodes whose steps on are at hand, as these were given."""
        found = self.row.at(steps.nodes)
        on, left = steps.ends.met(self.row)
        np.minimum.at(found, steps.places[on], steps.lengths[on] + left)
        return found


def rows_within(graph: Multigraph, targets: Sequence[int], lengths: IntArray, steps: int) -> list[Row]:
    """The rows of `remaining_within` over all edges, in a time that hangs on the nodes they reach and not on the graph."""
    with graph.blank_row() as row:
        nodes = nearer = once(np.asarray(targets, np.int64))
        row[nodes] = 0
        rows = [Row(nodes, row[nodes])]
        for _ in range(min(steps, graph.nodes)):
            nearer = _brought_nearer(graph, lengths, row, nearer)
            if not len(nearer):
                break
            nodes = once(np.concatenate((nodes, nearer)))
            rows.append(Row(nodes, row[nodes]))
        row[nodes] = UNREACHABLE
    return rows


def _brought_nearer(graph: Multigraph, lengths: IntArray, row: IntArray, nearer: IntArray) -> IntArray:
    """Bring the nodes before some one step nearer; gives those that are nearer now."""
    arriving, starts, many = graph.arriving(nearer)
    through = lengths[arriving] + row[nearer].repeat(many)
    better = through < row[starts]
    np.minimum.at(row, starts[better], through[better])
    return once(starts[better])


def _one_step_back(graph: Multigraph, walked: IntArray, row: IntArray) -> None:
    """Bring every node of a row one step nearer, over all edges."""
    out = graph.outgoing
    leaving = np.flatnonzero(np.diff(out.offsets))
    best = np.minimum.reduceat(walked[out.edges] + row[graph.outgoing_ends], out.offsets[leaving])
    row[leaving] = np.minimum(row[leaving], best)


def _whole(values: ArrayLike, name: str) -> IntArray:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, not {array.dtype}")
    return np.ascontiguousarray(array, np.int64)


def _columns(costs: IntArray) -> IntArray:
    if costs.ndim > 2:
        raise ValueError(f"costs need shape (edges,) or (edges, criteria), not {costs.shape}")
    return costs if costs.ndim == 2 else costs.reshape(-1, 1)

"""Paths that no other path beats on every criterion, and choices of paths that differ from one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from analysis.goals import Goal, Goals, Walk
from analysis.multigraph import UNREACHABLE, BoolArray, Multigraph
from analysis.paths import Path, ranked_paths

Costs = tuple[int, ...]
Label = tuple[Costs, tuple[int, ...], tuple[int, ...], Costs]
"""Least cost of any completion by criterion and in steps, edges so far, nodes so far, cost so far by criterion and in steps."""


@dataclass(frozen=True)
class Chosen:
    """Paths found; `complete` is False where the search reached its bound: each path stands, but some may be missing."""

    paths: tuple[Path, ...]
    complete: bool


def pareto_paths(
    goals: Goals,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    criteria: Sequence[int] | None = None,
    weights: Sequence[int] | None = None,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
    most_labels: int = 100_000,
) -> Chosen:
    """The loopless paths to the nearest targets that no other path equals or beats on all `criteria` (columns of the costs).

    Of paths with equal costs the one with fewer steps, then lower edge numbers, stands for all. `Path.costs` follows
    `criteria`; paths come in the order of their weighted cost (default weights: all 1). At most `most_labels` partial paths
    are opened. Raises ValueError as `best_paths` does, and for criteria that the graph does not have.
    """
    graph = goals.graph
    columns = _checked_criteria(graph, criteria)
    weighing = _checked_weights(weights, len(columns))
    search = _Labels(goals, columns, sources, targets, (allowed_edges, allowed_nodes), max_steps)
    complete = search.run(most_labels)
    paths = [Path(nodes, edges, _dot(costs, weighing), costs[:-1]) for _, edges, nodes, costs in search.found]
    paths.sort(key=lambda path: (path.cost, len(path.edges), path.edges, path.nodes))
    return Chosen(tuple(paths), complete)


class _Labels:
    """Label setting aimed by the least that each criterion can still cost (Mandow and Pérez de la Cruz' NAMOA*)."""

    def __init__(
        self,
        goals: Goals,
        columns: Sequence[int],
        sources: Iterable[int],
        targets: Iterable[int],
        masks: tuple[BoolArray | None, BoolArray | None],
        max_steps: int | None,
    ) -> None:
        graph = goals.graph
        if max_steps is not None and max_steps < 0:
            raise ValueError(f"max_steps must not be negative, not {max_steps}")
        self.targets, self.max_steps = frozenset(graph.checked_nodes(targets, "targets")), max_steps
        self.closed = frozenset(graph.checked_nodes(sources, "sources"))
        self.edge_open, self.node_open = graph.checked_mask(masks[0], graph.edges), graph.checked_mask(masks[1], graph.nodes)
        unit = [tuple(int(column == each) for each in range(graph.criteria)) for column in columns]
        aims = [goals.goal(self.targets, weights) for weights in unit]
        steps = goals.goal(self.targets, (0,) * graph.criteria)
        self.remaining = [goal.remaining.data for goal in aims] + [steps.remaining.data]
        self.shifts = [graph.shift] * len(aims) + [0]
        self.walk: Walk = steps.walk
        self.costs: list[memoryview] = [graph.costs[:, column].data for column in columns]
        self.found: list[Label] = []
        self._kept: dict[int, list[Costs]] = {}

    def run(self, most_labels: int) -> bool:
        """Fill `found`; False where the bound on labels ended the search."""
        nothing = (0,) * len(self.remaining)
        heap: list[Label] = [
            (self._least(nothing, node), (), (node,), nothing) for node in self.closed if self._may_enter(node)
        ]
        heapify(heap)
        for _ in range(most_labels):
            if not heap:
                return True
            label = heappop(heap)
            if self._beaten_at_goal(label[0]) or not self._keep(label):
                continue
            if label[2][-1] in self.targets:
                self.found.append(label)
                continue
            for longer in self._extend(label):
                heappush(heap, longer)
        return not heap

    def _may_enter(self, node: int) -> bool:
        return self.remaining[-1][node] < UNREACHABLE and (self.node_open is None or bool(self.node_open[node]))

    def _least(self, gone: Costs, node: int) -> Costs:
        return tuple(cost + (row[node] >> shift) for cost, row, shift in zip(gone, self.remaining, self.shifts, strict=True))

    def _extend(self, label: Label) -> list[Label]:
        _, edges, nodes, gone = label
        walk, found = self.walk, []
        for place in range(walk.offsets[nodes[-1]], walk.offsets[nodes[-1] + 1]):
            edge, end = walk.edges[place], walk.ends[place]
            if end in nodes or end in self.closed or not self._may_enter(end):
                continue
            if self.edge_open is not None and not self.edge_open[edge]:
                continue
            costs = (*(cost + column[edge] for cost, column in zip(gone, self.costs, strict=False)), gone[-1] + 1)
            least = self._least(costs, end)
            if (self.max_steps is None or least[-1] <= self.max_steps) and not self._beaten_at_goal(least):
                found.append((least, (*edges, edge), (*nodes, end), costs))
        return found

    def _beaten_at_goal(self, least: Costs) -> bool:
        return any(_no_worse(label[0][:-1], least[:-1]) for label in self.found)

    def _keep(self, label: Label) -> bool:
        """Whether no label kept at the same node is as good; steps count only where they are bounded."""
        costs = label[3] if self.max_steps is not None else label[3][:-1]
        kept = self._kept.setdefault(label[2][-1], [])
        if any(_no_worse(other, costs) for other in kept):
            return False
        kept.append(costs)
        return True


def diverse_paths(
    graph: Multigraph,
    sources: Iterable[int],
    goal: Goal,
    k: int,
    *,
    most_shared: float = 0.5,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
    look_at: int = 2_000,
) -> Chosen:
    """Up to k paths, best first, each sharing at most `most_shared` of its inner nodes with every one chosen before it.

    The first is the best path; each next one is the best that differs enough. `complete` is False where the first `look_at`
    paths did not hold k such paths and more paths follow. Raises ValueError as `best_paths` does.
    """
    ranked = ranked_paths(graph, sources, goal, allowed_edges, allowed_nodes, max_steps)
    return choose_diverse(ranked, k, most_shared=most_shared, look_at=look_at)


def choose_diverse(ranked: Iterable[Path], k: int, *, most_shared: float = 0.5, look_at: int = 2_000) -> Chosen:
    """The same choice among paths already ranked, such as those of `pareto_paths`."""
    if k < 1 or look_at < 1:
        raise ValueError(f"k and look_at must be at least 1, not {k} and {look_at}")
    if not 0 <= most_shared <= 1:
        raise ValueError(f"most_shared must lie between 0 and 1, not {most_shared}")
    chosen: list[Path] = []
    for seen, path in enumerate(ranked):
        if seen == look_at:
            return Chosen(tuple(chosen), False)
        if all(shared(path, other) <= most_shared for other in chosen):
            chosen.append(path)
        if len(chosen) == k:
            break
    return Chosen(tuple(chosen), True)


def shared(first: Path, second: Path) -> float:
    """The share, 0 to 1, of the shorter path's inner nodes that the other passes too.

    Parallel edges between the same nodes count as the same way. Paths without inner nodes share everything where they join
    the same two nodes, else nothing.
    """
    inner = set(first.nodes[1:-1]), set(second.nodes[1:-1])
    least = min(map(len, inner))
    if least == 0:
        return float(first.nodes == second.nodes)
    return len(inner[0] & inner[1]) / least


def _checked_criteria(graph: Multigraph, criteria: Sequence[int] | None) -> tuple[int, ...]:
    chosen = tuple(range(graph.criteria)) if criteria is None else tuple(criteria)
    if not chosen or any(not 0 <= column < graph.criteria for column in chosen):
        raise ValueError(f"criteria must name columns 0..{graph.criteria - 1} of the costs")
    return chosen


def _checked_weights(weights: Sequence[int] | None, criteria: int) -> tuple[int, ...]:
    chosen = (1,) * criteria if weights is None else tuple(weights)
    if len(chosen) != criteria or any(weight < 0 for weight in chosen):
        raise ValueError(f"weights need {criteria} numbers >= 0")
    return chosen


def _dot(costs: Costs, weights: Sequence[int]) -> int:
    return sum(cost * weight for cost, weight in zip(costs, weights, strict=False))


def _no_worse(first: Costs, second: Costs) -> bool:
    return all(a <= b for a, b in zip(first, second, strict=True))

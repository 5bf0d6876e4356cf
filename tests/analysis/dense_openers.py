"""The single edges that would open a path, worked out over all nodes: slow, and held against enumeration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.goals import Goal
from analysis.multigraph import UNREACHABLE, BoolArray, IntArray, Multigraph, remaining_lengths, remaining_within


def _leads(goal: Goal, sources: list[int], allowed: BoolArray, max_steps: int | None) -> bool:
    row = goal.aim(max_steps, allowed)[-1]
    return bool((row[sources] < UNREACHABLE).any())

    return bool((row[sources] < UNREACHABLE).any())


@dataclass(frozen=True)
class Opener:
    """A candidate that alone would open a path, and that path's cost and steps."""

    candidate: int
    cost: int
    steps: int


def openers(
    goal: Goal,
    sources: Iterable[int],
    starts: ArrayLike,
    ends: ArrayLike,
    costs: ArrayLike,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
) -> list[Opener]:
    """Which one candidate edge, added, would open a path, best path first; none where a path is open already.

    `starts`, `ends` and the weighted `costs` of the candidates have shape (candidates,). A program to be founded is the
    candidate edge from the need it would address to the industry it would train for.
    """
    graph = goal.graph
    sources = graph.checked_nodes(sources, "sources")
    allowed = graph.open_edges(allowed_edges, allowed_nodes)
    sources = sources if allowed_nodes is None else [node for node in sources if allowed_nodes[node]]
    candidates = Multigraph(graph.nodes, starts, ends, costs)
    if not sources or not goal.targets or _leads(goal, sources, _full(allowed, graph.edges), max_steps):
        return []
    added = (candidates.costs[:, 0] << graph.shift) | 1
    totals = _joined(goal, sources, candidates, added, allowed, max_steps)
    if allowed_nodes is not None:
        totals[~(allowed_nodes[candidates.starts] & allowed_nodes[candidates.ends])] = UNREACHABLE
    ranked = np.lexsort((np.arange(len(totals)), totals))
    steps = (1 << graph.shift) - 1
    return [
        Opener(int(each), int(totals[each]) >> graph.shift, int(totals[each]) & steps)
        for each in ranked
        if totals[each] < UNREACHABLE
    ]


def _full(allowed: BoolArray | None, size: int) -> BoolArray:
    return np.ones(size, np.bool_) if allowed is None else allowed


def _joined(
    goal: Goal,
    sources: Sequence[int],
    candidates: Multigraph,
    added: IntArray,
    allowed: BoolArray | None,
    max_steps: int | None,
) -> IntArray:
    """Length of the best walk from a source over each candidate to a target, UNREACHABLE where there is none."""
    onward = goal.aim(None if max_steps is None else max(0, max_steps - 1), allowed)
    back = goal.graph.reversed
    if max_steps is None:
        hither = [remaining_lengths(back, sources, goal.lengths, allowed)]
    else:
        hither = remaining_within(back, sources, goal.lengths, allowed, max(0, max_steps - 1))
    best = np.full(candidates.edges, UNREACHABLE)
    for before in range(1 if max_steps is None else max_steps):
        first = hither[min(before, len(hither) - 1)]
        second = onward[0 if max_steps is None else min(max_steps - 1 - before, len(onward) - 1)]
        best = np.minimum(best, first[candidates.starts] + added + second[candidates.ends])
    capped: IntArray = np.minimum(best, UNREACHABLE)
    return capped

"""How many steps nodes are apart: a table from one start, worked out once, tells where no way leads and what is near."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.distinct import once
from analysis.multigraph import BoolArray, IntArray, Multigraph

Steps = NDArray[np.signedinteger]
"""Steps to each node, shape (nodes,), NOWHERE where no way leads."""
NOWHERE = -1
FEW_NODES = 64
"""Up to this part of all nodes, sorting those just met is quicker than looking through all."""


@dataclass(frozen=True)
class Ahead:
    """Steps from the same start to every node: over all edges, and over those that are open."""

    over_all: Steps
    over_open: Steps


def steps_from(graph: Multigraph, sources: Iterable[int], allowed: BoolArray | None = None) -> Steps:
    """The fewest steps from the nearest source to every node, in one byte each unless some node is more than 127 away."""
    steps = np.full(graph.nodes, NOWHERE, np.int32)
    met, deepest = once(np.array(list(sources), np.int64)), 0
    steps[met] = 0
    while len(met):
        leaving = graph.outgoing.at(met, graph.edges)
        assert leaving is not None
        ends = graph.ends[leaving if allowed is None else leaving[allowed[leaving]]]
        ends = ends[steps[ends] == NOWHERE]
        deepest += 1
        steps[ends] = deepest
        met = once(ends) if len(ends) < graph.nodes // FEW_NODES else np.flatnonzero(steps == deepest)
    return steps.astype(np.int8) if deepest <= np.iinfo(np.int8).max else steps


def fewest(steps: Steps, targets: Sequence[int]) -> int | None:
    """The steps to the nearest target; None where no way leads to any."""
    reached = steps[np.asarray(targets, np.int64)]
    reached = reached[reached != NOWHERE]
    return int(reached.min()) if len(reached) else None


def corridor(graph: Multigraph, steps: Steps, targets: Sequence[int], most: int) -> IntArray:
    """The edges, in order, on ways of at most `most` steps to a target; `steps` are those from where the ways start."""
    return _in_order(list(_back(graph, steps, targets, most, None)))


def narrow_corridor(
    graph: Multigraph, steps: Steps, targets: Sequence[int], most: int, allowed: BoolArray | None, most_edges: int
) -> IntArray | None:
    """Those of them that are allowed, or None, without looking further, as soon as there are more than `most_edges`."""
    found, count = list[IntArray](), 0
    for edges in _back(graph, steps, targets, most, allowed):
        found.append(edges)
        count += len(edges)
        if count > most_edges:
            return None
    return _in_order(found)


def _in_order(parts: Sequence[IntArray]) -> IntArray:
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def _back(graph: Multigraph, steps: Steps, targets: Sequence[int], most: int, allowed: BoolArray | None) -> Iterator[IntArray]:
    """The edges on ways short enough, those to a target first, then those one step before and so on, each once."""
    seen = np.zeros(graph.nodes, np.bool_)
    before = once(np.asarray(targets, np.int64))
    seen[before] = True
    for gone in range(1, most + 1):
        arriving = graph.incoming.at(before, graph.edges)
        assert arriving is not None
        arriving = arriving if allowed is None else arriving[allowed[arriving]]
        near = steps[graph.starts[arriving]]
        arriving = arriving[(near != NOWHERE) & (near <= most - gone)]
        if not len(arriving):
            return
        yield arriving
        starts = graph.starts[arriving]
        before = once(starts[~seen[starts]])
        seen[before] = True


def nearest_before(
    graph: Multigraph, targets: Sequence[int], wanted: BoolArray, allowed: BoolArray | None, most: int, enough: int
) -> tuple[IntArray, IntArray]:
    """The `enough` wanted nodes nearest before a target, at most `most` steps, ties by number; and their steps."""
    seen = np.zeros(graph.nodes, np.bool_)
    before = once(np.asarray(targets, np.int64))
    nodes = [before[wanted[before]]]
    seen[before] = True
    for _ in range(most):
        if sum(map(len, nodes)) >= enough or not len(before):
            break
        arriving = graph.incoming.at(before, graph.edges)
        assert arriving is not None
        starts = graph.starts[arriving if allowed is None else arriving[allowed[arriving]]]
        before = once(starts[~seen[starts]])
        seen[before] = True
        nodes.append(before[wanted[before]])
    steps = np.repeat(np.arange(len(nodes)), [len(each) for each in nodes])
    return np.concatenate(nodes)[:enough], steps[:enough]

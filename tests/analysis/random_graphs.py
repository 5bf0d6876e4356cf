"""Small random multigraphs, and every loopless path of one by plain recursion: the oracle for what searches find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from analysis.multigraph import BoolArray, Multigraph


@dataclass(frozen=True)
class Setting:
    """A graph with who asks for what under which masks."""

    graph: Multigraph
    sources: list[int]
    targets: list[int]
    edges: BoolArray | None
    nodes: BoolArray | None
    max_steps: int | None


@st.composite
def settings_of(draw: st.DrawFn, criteria: int = 1, most_nodes: int = 6, most_edges: int = 14) -> Setting:
    """Parallel edges, self loops, zero costs, ties, several sources and targets, masks and bounds all occur often."""
    nodes = draw(st.integers(1, most_nodes))
    node = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, *[st.integers(0, 4)] * criteria), max_size=most_edges))
    table = np.array(edges, np.int64).reshape(len(edges), 2 + criteria)
    graph = Multigraph(nodes, table[:, 0], table[:, 1], table[:, 2:])
    some = st.lists(node, max_size=3)
    mask = draw(st.none() | st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    open_nodes = draw(st.none() | st.lists(st.sampled_from([True, True, True, False]), min_size=nodes, max_size=nodes))
    return Setting(
        graph,
        draw(some),
        draw(some),
        None if mask is None else np.array(mask, np.bool_),
        None if open_nodes is None else np.array(open_nodes, np.bool_),
        draw(st.none() | st.integers(0, 5)),
    )


def every_path(setting: Setting) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Nodes and edges of each path that leaves a source, meets no other source and ends at the first target it meets."""
    for source in sorted(set(setting.sources)):
        if setting.nodes is None or setting.nodes[source]:
            yield from _onward(setting, (source,), ())


def _onward(
    setting: Setting, nodes: tuple[int, ...], edges: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    if nodes[-1] in setting.targets:
        yield nodes, edges
        return
    if setting.max_steps is not None and len(edges) == setting.max_steps:
        return
    graph = setting.graph
    for edge in range(graph.edges):
        end = int(graph.ends[edge])
        walkable = (setting.edges is None or setting.edges[edge]) and (setting.nodes is None or setting.nodes[end])
        if graph.starts[edge] == nodes[-1] and walkable and end not in nodes and end not in setting.sources:
            yield from _onward(setting, (*nodes, end), (*edges, edge))


def costs_of(graph: Multigraph, edges: tuple[int, ...]) -> tuple[int, ...]:
    """The path's cost by criterion."""
    return tuple(int(sum(graph.costs[edge, which] for edge in edges)) for which in range(graph.criteria))

"""networkx: shortest_simple_paths, unbounded, as a reader of its manual would call it."""

from __future__ import annotations

from itertools import islice

import networkx as nx

from benchmarks.directory import Directory

K = 5


class Networkx:
    """The function knows no parallel edges, so each parallel edge gets a node of its own halfway; the costs stay the same."""

    def __init__(self, directory: Directory) -> None:
        self._graph: nx.DiGraph[int] = nx.DiGraph()
        self._graph.add_nodes_from(range(directory.nodes))
        halfway = directory.nodes
        for start, end, cost in zip(directory.starts.tolist(), directory.ends.tolist(), directory.costs.tolist(), strict=True):
            if self._graph.has_edge(start, end):
                self._graph.add_edge(start, halfway, weight=cost)
                start, cost, halfway = halfway, 0, halfway + 1
            self._graph.add_edge(start, end, weight=cost)

    def costs(self, source: int, target: int) -> list[int]:
        """The costs of the k best paths; none where there is no path."""
        try:
            found = list(islice(nx.shortest_simple_paths(self._graph, source, target, weight="weight"), K))
        except nx.NetworkXNoPath:
            return []
        return [int(nx.path_weight(self._graph, path, "weight")) for path in found]

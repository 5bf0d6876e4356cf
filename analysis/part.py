"""Some edges of a graph as a graph of their own, and its paths as paths of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.distinct import once
from analysis.multigraph import IntArray, Multigraph
from analysis.paths import Path


@dataclass(frozen=True, eq=False)
class Part:
    """`graph` numbers anew, in order, the `edges` and `nodes` of the whole; so its paths are ranked as they are there."""

    graph: Multigraph
    edges: IntArray
    nodes: IntArray

    @classmethod
    def of(cls, whole: Multigraph, edges: IntArray, nodes: Iterable[int], costs: ArrayLike) -> Part:
        """Some edges under other costs, with their ends and some nodes besides."""
        starts, ends = whole.starts[edges], whole.ends[edges]
        kept = once(np.concatenate((starts, ends, np.array([*nodes], np.int64))))
        return cls(Multigraph(len(kept), np.searchsorted(kept, starts), np.searchsorted(kept, ends), costs), edges, kept)

    def numbers(self, nodes: Sequence[int]) -> list[int]:
        """The numbers here of some of its nodes."""
        found: list[int] = np.searchsorted(self.nodes, nodes).tolist()
        return found

    def path(self, found: Path) -> Path:
        """One of its paths, in the numbers of the whole."""
        nodes, edges = self.nodes[list(found.nodes)], self.edges[list(found.edges)]
        return replace(found, nodes=tuple(nodes.tolist()), edges=tuple(edges.tolist()))

"""What a network loses if one partner leaves: single points of failure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.multigraph import BoolArray, Multigraph

if TYPE_CHECKING:
    import networkx as nx

_ROOT = -1


@dataclass(frozen=True)
class Loss:
    """What is gone with one node: members cut off from every lead, needs no reached provider serves, (source, target) pairs."""

    node: int
    members: tuple[int, ...] = ()
    needs: tuple[int, ...] = ()
    paths: tuple[tuple[int, int], ...] = ()

    @property
    def size(self) -> int:
        """How many things are lost."""
        return len(self.members) + len(self.needs) + len(self.paths)


def lost_without(
    graph: Multigraph,
    roots: Iterable[int],
    watched: Iterable[int],
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
) -> dict[int, tuple[int, ...]]:
    """For each node that costs any: the watched nodes that a root reaches, but no root reaches without that node.

    A watched node is not listed under itself. One pass over the dominator tree, however many nodes there are. Raises
    ValueError for nodes outside the graph or masks of another size.
    """
    import networkx as nx

    reached = _rooted(graph, graph.checked_nodes(roots, "roots"), allowed_edges, allowed_nodes)
    above = nx.immediate_dominators(reached, _ROOT)
    lost: dict[int, list[int]] = {}
    for node in graph.checked_nodes(watched, "watched"):
        before = above.get(node, _ROOT)
        while before is not None and before != _ROOT:
            lost.setdefault(before, []).append(node)
            before = above[before]
    return {node: tuple(lost[node]) for node in sorted(lost)}


def pairs_lost(
    graph: Multigraph,
    sources: Iterable[int],
    targets: Iterable[int],
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
) -> dict[int, tuple[tuple[int, int], ...]]:
    """For each node between them: the (source, target) pairs that have a path, but none without that node."""
    chosen = graph.checked_nodes(targets, "targets")
    lost: dict[int, list[tuple[int, int]]] = {}
    for source in graph.checked_nodes(sources, "sources"):
        without = lost_without(graph, [source], chosen, allowed_edges=allowed_edges, allowed_nodes=allowed_nodes)
        for node, ends in without.items():
            if node != source:
                lost.setdefault(node, []).extend((source, end) for end in ends)
    return {node: tuple(lost[node]) for node in sorted(lost)}


def disruption(
    nodes: int,
    ties: tuple[ArrayLike, ArrayLike],
    leads: Iterable[int],
    members: Iterable[int],
    *,
    serves: tuple[ArrayLike, ArrayLike] = ((), ()),
    referrals: Multigraph | None = None,
    referred: tuple[Iterable[int], Iterable[int]] = ((), ()),
) -> list[Loss]:
    """What one network loses without each of its members: the worst first, then by number, without those that cost nothing.

    `ties` joins members both ways, `serves` leads from provider to need; a need is served while some provider that a lead
    reaches serves it. `referrals`, on the same node numbers, holds the paths, and `referred` their sources and targets.
    """
    partners = sorted({int(member) for member in members} | {int(lead) for lead in leads})
    network, needs = _network(nodes, ties, serves)
    lost = lost_without(network, leads, [*partners, *needs])
    pairs = pairs_lost(referrals, *referred) if referrals is not None else {}
    losses = [_loss(node, lost.get(node, ()), needs, pairs.get(node, ())) for node in partners]
    return sorted((loss for loss in losses if loss.size), key=lambda loss: (-loss.size, loss.node))


def _loss(node: int, lost: tuple[int, ...], needs: frozenset[int], pairs: tuple[tuple[int, int], ...]) -> Loss:
    return Loss(node, tuple(n for n in lost if n not in needs), tuple(n for n in lost if n in needs), pairs)


def _network(
    nodes: int, ties: tuple[ArrayLike, ArrayLike], serves: tuple[ArrayLike, ArrayLike]
) -> tuple[Multigraph, frozenset[int]]:
    first, second, provider, need = (np.asarray(each, np.int64).reshape(-1) for each in (*ties, *serves))
    starts, ends = np.concatenate([first, second, provider]), np.concatenate([second, first, need])
    return Multigraph(nodes, starts, ends, np.zeros(len(starts), np.int64)), frozenset(need.tolist())


def _rooted(
    graph: Multigraph, roots: list[int], allowed_edges: BoolArray | None, allowed_nodes: BoolArray | None
) -> nx.DiGraph[int]:
    """The open part of the graph with one more node that leads to every open root."""
    import networkx as nx

    walked = graph.open_edges(allowed_edges, allowed_nodes)
    starts, ends = (each if walked is None else each[walked] for each in (graph.starts, graph.ends))
    network: nx.DiGraph[int] = nx.DiGraph()
    network.add_node(_ROOT)
    network.add_edges_from((_ROOT, root) for root in roots if allowed_nodes is None or allowed_nodes[root])
    network.add_edges_from(zip(starts.tolist(), ends.tolist(), strict=True))
    return network

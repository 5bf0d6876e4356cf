"""The network as GEXF or GraphML, for Gephi, yEd and other graph tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


def write_gexf(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write GEXF 1.2."""
    import networkx as nx

    nx.write_gexf(_keys_apart(graph), path)


def write_graphml(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write GraphML."""
    import networkx as nx

    nx.write_graphml(_keys_apart(graph), path)


def _keys_apart(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Both formats call a relationship's own key `id`, so the property of that name gives way to it."""
    plain = graph.copy()
    for _, _, data in plain.edges(data=True):
        data.pop("id", None)
    return plain

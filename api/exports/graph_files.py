"""The network as GEXF or GraphML, for Gephi, yEd and other graph tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx


def write_gexf(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write GEXF 1.2; empty properties are left out, as the format knows no null."""
    import networkx as nx

    nx.write_gexf(_without_nulls(graph), path)


def write_graphml(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write GraphML; empty properties are left out, as the format knows no null."""
    import networkx as nx

    nx.write_graphml(_without_nulls(graph), path)


def _without_nulls(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    plain = graph.copy()
    for _, data in plain.nodes(data=True):
        _drop_nulls(data)
    for _, _, data in plain.edges(data=True):
        _drop_nulls(data)
        # Both formats keep the relationship's key as the `id` of the element.
        data.pop("id", None)
    return plain


def _drop_nulls(data: dict[str, object]) -> None:
    for name in [name for name, value in data.items() if value is None]:
        del data[name]

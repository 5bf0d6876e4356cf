"""The network as one offline HTML file, drawn with pyvis."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.schema import load_schema

if TYPE_CHECKING:
    import networkx as nx

# pyvis names outside hosts even with its libraries in line; nothing in the file may fetch.
_OUTSIDE_TAGS = re.compile(r"<link\b[^>]*href=[\"']https?:[^>]*>|<script\b[^>]*src=[\"']https?:[^>]*>\s*</script>", re.S)
_ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)")
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def write_picture(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write the network as one HTML file that names no outside host; names are shown as text, never run."""
    from pyvis.network import Network

    page = Network(height="95vh", width="100%", directed=True, cdn_resources="in_line")
    page.toggle_physics(False)
    _draw(graph, page)
    path.write_text(_offline(page.generate_html(notebook=False)), encoding="utf-8")


def _draw(graph: nx.MultiDiGraph[str], page: Any) -> None:
    import networkx as nx

    kinds = load_schema().nodes
    places = nx.spring_layout(nx.Graph(graph), seed=1, iterations=60)
    for node, data in graph.nodes(data=True):
        kind = kinds[data["node_kind"]]
        x, y = places[node]
        caption = str(data.get(kind.caption) or node)
        page.add_node(node, label=caption, title=f"{kind.label.ko}: {caption}", color=kind.colour, x=x * 2000, y=y * 2000)
    for start, end, data in graph.edges(data=True):
        page.add_edge(start, end, title=data["type"])


def _offline(html: str) -> str:
    """The page without its outside tags; addresses left in licence comments no longer read as links."""
    inside = _ADDRESS.sub(lambda found: found.group().replace("://", ": //"), _OUTSIDE_TAGS.sub("", html))
    return inside.replace(
        "<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>품앗이</title>', 1
    )

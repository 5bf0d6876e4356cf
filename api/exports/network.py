"""The whole network to files, in the format asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graph.wording import in_both

if TYPE_CHECKING:
    import networkx as nx

    from graph.store import Reader
    from graph.workspace import Workspace


def export_network(format: str, path: Path, workspace: Workspace, reader: Reader) -> str:
    """Write a generation as pyvis, gexf, graphml, hsds or neo4j-admin; returns one line about what was written.

    Cases of protected datasets leave only as `neo4j-admin`, which is the operator's way to another server of his own.
    """
    if format == "neo4j-admin":
        from api.exports.neo4j_admin import write_import_files

        arguments = write_import_files(workspace.frames(reader.generation), path, reader.generation)
        return f"{path}: cd {path} && neo4j-admin database import full @{arguments.name} neo4j"
    graph = _without_protected_cases(reader)
    _write(format, graph, path)
    nodes, relationships = f"{graph.number_of_nodes():,}", f"{graph.number_of_edges():,}"
    told = in_both(f"노드 {nodes}개, 관계 {relationships}개", f"{nodes} nodes, {relationships} relationships")
    return f"{path}: {told}"


def _write(format: str, graph: nx.MultiDiGraph[str], path: Path) -> None:
    if format == "pyvis":
        from api.exports.picture import write_picture as write
    elif format == "hsds":
        from api.exports.hsds import write_hsds as write
    elif format == "gexf":
        from api.exports.graph_files import write_gexf as write
    else:
        from api.exports.graph_files import write_graphml as write
    write(graph, path)


def _without_protected_cases(reader: Reader) -> nx.MultiDiGraph[str]:
    from graph.as_networkx import to_networkx

    graph = to_networkx(reader)
    protected = {str(told["id"]) for told in reader.generation.datasets if told["disclosure"] != "published"}
    cases = [
        node for node, data in graph.nodes(data=True) if data["node_kind"] == "CaseFile" and data["dataset_id"] in protected
    ]
    graph.remove_nodes_from(cases)
    return graph

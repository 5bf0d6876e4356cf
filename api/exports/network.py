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
    """Write a generation as pyvis, gexf, graphml, hsds or neo4j-admin; returns what was written, or what to run next.

    Cases of protected datasets leave only as `neo4j-admin`, which is the operator's way to another server of his own.
    """
    if format == "neo4j-admin":
        from api.exports.neo4j_admin import write_import_files

        arguments = write_import_files(workspace.frames(reader.generation), path, reader.generation)
        return _import_steps(path, arguments.name)
    graph = _without_protected_cases(reader)
    _write(format, graph, path)
    nodes, relationships = f"{graph.number_of_nodes():,}", f"{graph.number_of_edges():,}"
    told = in_both(f"노드 {nodes}개, 관계 {relationships}개", f"{nodes} nodes, {relationships} relationships")
    return f"{path}: {told}"


def _import_steps(path: Path, arguments: str) -> str:
    """What to run next, in order: the tool makes no constraints in Neo4j's free edition, so they come after it."""
    from api.exports.neo4j_admin import SCHEMA

    steps = (
        (
            "Neo4j를 끈 채 가져옵니다",
            "with Neo4j stopped, import",
            f"cd {path} && neo4j-admin database import full @{arguments} neo4j",
        ),
        (
            "Neo4j를 켠 다음 제약 조건을 만듭니다",
            "then start Neo4j and make the constraints",
            f"cypher-shell -f {path / SCHEMA}",
        ),
    )
    told = [f"{n}. {in_both(ko, en)}:\n   {command}" for n, (ko, en, command) in enumerate(steps, 1)]
    return "\n".join([f"{path}: {in_both('이어서 할 일', 'what to run next')}", *told])


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

"""Programs and their providers as Open Referral HSDS 3.1 services, for referral directories."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

# HSDS wants UUIDs; a name-based one keeps the same thing's id the same in every export.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "pumasi")
_STATUS = {"open": "active", "planned": "inactive", "closed": "defunct", None: "active"}


def write_hsds(graph: nx.MultiDiGraph[str], path: Path) -> None:
    """Write one JSON page of HSDS `service` objects, each with its organization, ages and capacity where known."""
    services = [_service(graph, node, data) for node, data in sorted(graph.nodes.items()) if data["node_kind"] == "Program"]
    page = {
        "total_items": len(services),
        "total_pages": 1,
        "page_number": 1,
        "size": len(services),
        "first_page": True,
        "last_page": True,
        "empty": not services,
        "contents": services,
    }
    path.write_text(json.dumps(page, ensure_ascii=False, indent=1), encoding="utf-8")


def _service(graph: nx.MultiDiGraph[str], program: str, data: dict[str, Any]) -> dict[str, Any]:
    known = {
        "id": _uuid(program),
        "name": data["name"],
        "status": _STATUS[data.get("status")],
        "description": data.get("note"),
        "minimum_age": data.get("min_age"),
        "maximum_age": data.get("max_age"),
        "last_modified": data.get("seats_updated_on"),
        "organization": _organization(graph, data.get("provider_id")),
        "capacities": _capacities(program, data),
        "attributes": [_attribute(program, data)],
    }
    return {name: value for name, value in known.items() if value not in (None, [])}


def _organization(graph: nx.MultiDiGraph[str], provider: str | None) -> dict[str, Any] | None:
    if provider is None:
        return None
    data = graph.nodes[provider]
    return {"id": _uuid(provider), "name": data["name"], "description": data.get("note") or data["name"]}


def _capacities(program: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    if data.get("seats_available") is None:
        return []
    capacity = {"id": _uuid(f"{program} seats"), "available": data["seats_available"], "updated": data.get("seats_updated_on")}
    unit = {"id": _uuid("unit seat"), "name": "자리"}
    return [capacity | {"maximum": data.get("seats"), "unit": unit}]


def _attribute(program: str, data: dict[str, Any]) -> dict[str, Any]:
    """Where the program stands in our source, so that the fact can be traced after the export."""
    return {
        "id": _uuid(f"{program} source"),
        "link_id": _uuid(program),
        "link_entity": "service",
        "label": "source",
        "value": f"{data['dataset_id']} {data['locator']}",
    }


def _uuid(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))

"""The graph of some datasets by the plainest reading of the schema: dicts and loops, nothing shared with the projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import yaml

from graph.dataset import Dataset
from graph.schema import SCHEMA_FILE

Nodes = dict[tuple[str, str], dict[str, Any]]
Relationship = tuple[str, str, str, str, str]


def graph_of(datasets: Sequence[Dataset]) -> tuple[Nodes, dict[Relationship, dict[str, Any]]]:
    """Nodes by (kind, id); relationships by (type, start kind, start, end kind, end) and, under `id`, told apart."""
    declared = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))
    ordered = sorted(datasets, key=lambda d: d.card.id)
    nodes = _nodes_of(ordered, declared)
    kind_of = {id_: kind for kind, id_ in nodes}
    found: dict[Any, dict[str, Any]] = {}
    for name, relationship in declared["relationships"].items():
        for source in relationship["from"]:
            for dataset in ordered:
                for row in _rows(dataset, source["table"]):
                    if all(row[column] in codes for column, codes in source.get("where", {}).items()):
                        _relate(found, declared, name, source, dataset.card.id, row, kind_of)
    return nodes, found


def _nodes_of(datasets: Sequence[Dataset], declared: dict[str, Any]) -> Nodes:
    nodes: Nodes = {}
    for dataset in datasets:
        for kind, node in declared["nodes"].items():
            for row in _rows(dataset, node["table"]):
                told = {_renamed(name, declared): value for name, value in row.items()} | {"dataset_id": dataset.card.id}
                held = nodes.setdefault((kind, row["id"]), dict.fromkeys(told))
                for name, value in told.items():
                    held[name] = value if held[name] is None else held[name]
    return nodes


def _relate(
    found: dict[Any, dict[str, Any]],
    declared: dict[str, Any],
    name: str,
    source: dict[str, Any],
    dataset_id: str,
    row: dict[str, Any],
    kind_of: dict[str, str],
) -> None:
    start, end = row[source["start"]], row[source["end"]]
    if start is None or end is None:
        return
    told = {"dataset_id": dataset_id, "locator": row["locator"]}
    for kept in (k for other in declared["relationships"][name]["from"] for k in other.get("keeps", [])):
        told[_renamed(kept, declared)] = None
    for kept in source.get("keeps", []):
        told[_renamed(kept, declared)] = source.get("constants", {}).get(kept, row.get(kept))
    identity: tuple[Any, ...] = (name, kind_of[start], start, kind_of[end], end)
    apart = declared["relationships"][name].get("told_apart_by", [])
    identity += tuple(told[_renamed(column, declared)] for column in apart)
    if declared["relationships"][name].get("id"):
        key = declared["tables"][source["table"]]["key"]
        told["id"] = "|".join([dataset_id, source["table"], *("" if row[k] is None else str(row[k]) for k in key)])
        told_twice = any(known[:5] == identity and f"|{source['table']}|" in known[5] for known in found if len(known) == 6)
        if told_twice and "id" in (source["start"], source["end"]):
            return
        identity += (told["id"],)
    found.setdefault(identity, told)


def _rows(dataset: Dataset, table: str) -> list[dict[str, Any]]:
    if table == "sources":
        return [asdict(dataset.card) | {"locator": "dataset.yaml"}]
    return dataset.tables[table].to_dicts() if table in dataset.tables else []


def _renamed(name: str, declared: dict[str, Any]) -> str:
    return str(declared["renames"].get(name, name))

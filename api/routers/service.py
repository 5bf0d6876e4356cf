"""Whether the service lives, what it answers from, and how it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from api.requests import OneReader, TheSettings, a_router
from graph.schema import load_schema
from graph.store import Generation

router = a_router(tags=["service"])


@router.get("/healthz", summary="살아 있는지 | alive")
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="답할 준비가 됐는지 | ready")
def ready(reader: OneReader) -> dict[str, str]:
    """A generation is loaded and its store answers."""
    reader.query("MATCH (item:Source) RETURN count(item) AS sources ORDER BY sources LIMIT 1", {})
    return {"status": "ready", "engine": reader.engine, "generation": reader.generation.id}


@router.get("/api/generations", summary="자료의 세대 | generations of the data")
def generations(request: Request, settings: TheSettings) -> dict[str, Any]:
    """Every kept generation, newest first, with the datasets it is made of."""
    from graph.workspace import Workspace

    current = request.app.state.store.current()
    kept = Workspace(settings.home).generations()
    known = {each.id for each in kept}
    every = [*([current] if current is not None and current.id not in known else []), *kept]
    return {
        "generations": [
            {
                "id": each.id,
                "created_at": each.created_at,
                "current": current is not None and each.id == current.id,
                "datasets": [_without_people(dataset) for dataset in each.datasets],
                "counts": _counts(each),
            }
            for each in every
        ]
    }


def _without_people(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """A dataset's card; rows about people are counted only where they are published."""
    if dataset["disclosure"] == "published":
        return dict(dataset)
    tables = load_schema().tables
    return dict(dataset) | {"rows": {name: rows for name, rows in dataset["rows"].items() if not tables[name].person}}


def _counts(generation: Generation) -> dict[str, int]:
    """Nodes by kind and relationships by type, those about people only where every dataset is published."""
    if all(dataset["disclosure"] == "published" for dataset in generation.datasets):
        return dict(generation.counts)
    schema = load_schema()
    people = {kind.name for kind in schema.nodes.values() if schema.tables[kind.table].person}
    people |= {
        name for name, kind in schema.relationships.items() if any(schema.tables[each.table].person for each in kind.sources)
    }
    return {name: count for name, count in generation.counts.items() if name not in people}

"""Whether the service lives, what it answers from, and how it is called."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.requests import OneReader, TheSettings

router = APIRouter(tags=["service"])


@router.get("/healthz", summary="살아 있는지 · alive")
def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="답할 준비가 됐는지 · ready")
def ready(reader: OneReader) -> dict[str, str]:
    """A generation is loaded and its store answers."""
    reader.query("MATCH (item:Source) RETURN count(item) AS sources ORDER BY sources LIMIT 1", {})
    return {"status": "ready", "engine": reader.engine, "generation": reader.generation.id}


@router.get("/api/generations", summary="자료의 세대 · generations of the data")
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
                "datasets": [dict(dataset) for dataset in each.datasets],
                "counts": dict(each.counts),
            }
            for each in every
        ]
    }

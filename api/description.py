"""The API's description (`/openapi.json`), with an address of its own for every question of the catalog."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI

from api.problems import MEDIA_TYPE
from graph.wording import in_both
from queries.catalog import Question, load_catalog
from queries.language.header import Param

GENERIC = "/api/questions/{name}"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "example": "urn:pumasi:problem:unknown-question"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "messages": {"type": "object", "properties": {"ko": {"type": "string"}, "en": {"type": "string"}}},
        "errors": {"type": "array", "items": {"type": "object"}},
        "near": {"type": "array", "items": {"type": "string"}},
    },
}


def describe(app: FastAPI) -> None:
    """Makes the app describe itself as below."""
    plain = app.openapi

    @cache
    def description() -> dict[str, Any]:
        told = plain()
        _tell_problems(told)
        for question in load_catalog():
            told["paths"][f"/api/questions/{question.name}"] = {"get": _question(question, told["paths"][GENERIC]["get"])}
        return told

    app.openapi = description  # type: ignore[method-assign]  # the way FastAPI documents to change its description


def _tell_problems(told: dict[str, Any]) -> None:
    schemas = told.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    words = {
        "description": "거절한 까닭 | why it was refused",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in told["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = words


def _question(question: Question, generic: dict[str, Any]) -> dict[str, Any]:
    return {
        "tags": ["questions"],
        "summary": in_both(question.title.ko, question.title.en),
        "description": in_both(question.asks.ko, question.asks.en),
        "operationId": f"ask_{question.name}",
        "parameters": [_param(param) for param in question.params.values()],
        "responses": generic["responses"],
    }


def _param(param: Param) -> dict[str, Any]:
    many = param.type.startswith("list")
    plain = {"integer": "integer", "number": "number", "boolean": "boolean"}.get(param.type, "string")
    one: dict[str, Any] = {"type": plain}
    one |= {"enum": list(param.choices)} if param.choices else {}
    one |= {key: bound for key, bound in (("minimum", param.low), ("maximum", param.high)) if bound is not None}
    schema = {"type": "array", "items": one} if many else one
    if not param.required:
        schema["default"] = param.default
    words = in_both(param.explanation.ko, param.explanation.en)
    return {"name": param.name, "in": "query", "required": param.required, "description": words, "schema": schema}

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
PARAMS = {
    "name": in_both("질문 이름", "the question's name"),
    "entity_id": in_both("노드의 식별자", "the node's id"),
    "limit": in_both("많아야 몇 개", "at most so many"),
    "page": in_both("몇째 쪽", "which page, from 1"),
    "per_page": in_both("한 쪽에 몇 개", "how many on a page"),
    "hops": in_both("몇 단계까지", "how many steps away"),
}
"""What parameters mean that need no more than a few words."""
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
        _tell_params(told)
        for question in load_catalog():
            told["paths"][f"/api/questions/{question.name}"] = {"get": _question(question, told["paths"][GENERIC]["get"])}
        return told

    app.openapi = description  # type: ignore[method-assign]  # the way FastAPI documents to change its description


def _tell_params(told: dict[str, Any]) -> None:
    every = (operation for path in told["paths"].values() for operation in path.values())
    for param in (param for operation in every for param in operation.get("parameters", ())):
        if "description" not in param | param["schema"] and param["name"] in PARAMS:
            param["description"] = PARAMS[param["name"]]


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

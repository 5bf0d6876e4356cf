"""The questions as JSON and as files for a spreadsheet."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import Request, Response

from analysis.disclosure import POLICIES
from api.downloads import CSV, XLSX, download
from api.exports.tables import answer_as_csv, answer_as_xlsx
from api.headers import entity_tag
from api.requests import OneReader, TheSettings, a_router, as_json, question_params
from graph.store import Reader
from queries.answer import Answer
from queries.ask import ask
from queries.catalog import Question, load_catalog
from queries.language.header import Param

router = a_router(tags=["questions"])
OWN = frozenset({"lang"})
"""What a workbook takes besides the question's parameters."""


@router.get("/api/questions", summary="질문 목록 | the questions")
def questions() -> dict[str, Any]:
    """Every question with its parameters and columns."""
    return {"questions": [describe(question) for question in load_catalog()]}


@router.get("/api/questions/{name}.csv", summary="답을 CSV로 | the answer as CSV", response_class=Response)
def as_csv(request: Request, name: str, reader: OneReader, settings: TheSettings) -> Response:
    """The answer's table in UTF-8; a cell that a spreadsheet would run as a formula is neutralised."""
    tag, answer = _answer(request, name, reader, settings)
    return download(answer_as_csv(answer).encode(), CSV, f"{name}.csv", tag)


@router.get("/api/questions/{name}.xlsx", summary="답을 XLSX로 | the answer as XLSX", response_class=Response)
def as_xlsx(request: Request, name: str, reader: OneReader, settings: TheSettings) -> Response:
    """The answer's table in words, and on a second sheet what it rests on; `lang=en` for English."""
    tag, answer = _answer(request, name, reader, settings, OWN)
    lang = "en" if request.query_params.get("lang") == "en" else "ko"
    return download(answer_as_xlsx(answer, lang), XLSX, f"{name}.xlsx", tag)


@router.get("/api/questions/{name}", summary="질문에 답합니다 | the answer to a question", response_model=dict[str, Any])
def answer(request: Request, name: str, reader: OneReader, settings: TheSettings) -> Response:
    """The Answer, with the parameters that the question declares."""
    tag, found = _answer(request, name, reader, settings)
    return as_json(found.to_json(), {"ETag": tag})


def _answer(
    request: Request, name: str, reader: Reader, settings: TheSettings, own: frozenset[str] = frozenset()
) -> tuple[str, Answer]:
    question = load_catalog().question(name)
    tag = entity_tag(request, reader.generation.id, settings.audience)
    params = question_params(question, request.query_params, own)
    return tag, ask(reader, name, params, POLICIES[settings.audience])


def describe(question: Question) -> dict[str, Any]:
    """A question as the catalog shows it."""
    return {
        "name": question.name,
        "title": asdict(question.title),
        "asks": asdict(question.asks),
        "params": [_describe_param(param) for param in question.params.values()],
        "columns": [asdict(column) for column in question.columns],
        "href": f"/api/questions/{question.name}",
    }


def _describe_param(param: Param) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": param.name,
        "type": param.type,
        "explanation": asdict(param.explanation),
        "required": param.required,
        "choices": list(param.choices),
        "kinds": list(param.kinds),
        "minimum": param.low,
        "maximum": param.high,
    }
    return told if param.required else told | {"default": param.default}

"""What every address needs of a request: one generation's reader, the audience, and the parameters of a question."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

from api.problems import BAD_PARAMETER, Problem
from api.readers import Readers
from api.settings import Settings
from graph.store import Reader, ReplacedGeneration
from queries.answer import Bilingual
from queries.catalog import Question


def settings_of(request: Request) -> Settings:
    """The settings of the running app."""
    settings: Settings = request.app.state.settings
    return settings


def a_reader(request: Request) -> Iterator[Reader]:
    """The reader that answers this request, all of it."""
    readers: Readers = request.app.state.readers
    with readers.lend() as reader:
        yield reader


class AskAgain(APIRoute):
    """An address that is answered anew, once, where a load replaced the generation while it was being answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, called again with a new reader."""
        handle = super().get_route_handler()

        async def handle_again(request: Request) -> Response:
            try:
                return await handle(request)
            except ReplacedGeneration:
                return await handle(request)

        return handle_again


class AsItIs(APIRoute):
    """An address whose function reads the request by itself: the framework, which would do so before, has nothing to do."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function, in a thread."""

        async def handle(request: Request) -> Response:
            answer: Response = await run_in_threadpool(self.endpoint, request)
            return answer

        return handle


class AskAgainAsItIs(AskAgain, AsItIs):
    """Both."""


def a_router(**told: Any) -> APIRouter:
    """The addresses of one module."""
    return APIRouter(**{"route_class": AskAgain, **told})


def as_json(told: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """An object of texts, numbers, lists and objects, written at once: the framework would go over every value before."""
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(text, media_type="application/json", headers=dict(headers))


OneReader = Annotated[Reader, Depends(a_reader)]
TheSettings = Annotated[Settings, Depends(settings_of)]


def question_params(question: Question, told: QueryParams, reserved: frozenset[str] = frozenset()) -> Mapping[str, Any]:
    """The parameters of a question as an address or a form gives them; Problem when one stands twice that cannot.

    An empty field of a form is as good as not given; `reserved` names are the page's own and left out.
    """
    given, every = dict[str, Any](), dict[str, list[str]]()
    for name, value in told.multi_items():
        every.setdefault(name, []).extend([value] if value.strip() else [])
    for name, values in sorted(every.items()):
        if name in reserved:
            continue
        declared = question.params.get(name)
        if declared is not None and declared.type.startswith("list"):
            given[name] = values
        elif len(values) > 1:
            raise _twice(name)
        elif values or declared is None:
            given[name] = values[0] if values else ""
    return given


def _twice(name: str) -> Problem:
    words = Bilingual(f"'{name}' 값은 하나만 적어 주세요.", f"'{name}' takes one value.")
    return Problem(400, "bad-parameter", BAD_PARAMETER, words, [{"param": name, "ko": words.ko, "en": words.en}])

"""Every error as one `application/problem+json` object (RFC 9457) or one console page; never a traceback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.headers import SECURITY
from graph.store import LoadInProgress, NoGeneration, ReplacedGeneration, StoreError
from graph.wording import in_both
from queries.answer import Bilingual
from queries.browse import UnknownEntityError
from queries.errors import QuestionError

MEDIA_TYPE = "application/problem+json"
LONGEST_SHOWN = 60
RETRY_AFTER = 5
"""Seconds after which a question may be asked again while a load changes what answers."""


class Problem(Exception):
    """What went wrong, as a reader of the API or the console is told it.

    `code` ends the problem's type, `errors` lists what is wrong with each parameter, `near` what may have been meant,
    `retry_after` the seconds after which it may have gone.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: Bilingual,
        detail: Bilingual,
        errors: Sequence[Mapping[str, Any]] = (),
        near: Sequence[str] = (),
        retry_after: int | None = None,
    ) -> None:
        """The problem, not yet told."""
        super().__init__(detail.en)
        self.retry_after = retry_after
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.near = tuple(errors), tuple(near)

    def to_json(self, instance: str) -> dict[str, Any]:
        """The problem's object; `instance` is the path that was asked for."""
        told = {
            "type": f"urn:pumasi:problem:{self.code}",
            "title": _both(self.title),
            "status": self.status,
            "detail": _both(self.detail),
            "instance": instance,
            "messages": {"ko": self.detail.ko, "en": self.detail.en},
        }
        return told | {key: list(value) for key, value in (("errors", self.errors), ("near", self.near)) if value}


def _both(words: Bilingual) -> str:
    return in_both(words.ko, words.en)


def shown(value: object) -> str:
    """What a user sent, cut to a length that can be read."""
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


BAD_PARAMETER = Bilingual("요청을 이해할 수 없습니다", "The request cannot be understood")
NOT_FOUND = Bilingual("찾을 수 없습니다", "Not found")
NOT_READY = Bilingual("아직 답할 수 없습니다", "Not ready to answer")
FAILED = Bilingual("문제가 생겼습니다", "Something went wrong")


def of_question(error: QuestionError) -> Problem:
    """A question that cannot be asked as it was."""
    missing = error.code == "unknown_question"
    errors = [] if error.param is None else [{"param": error.param, "ko": error.message.ko, "en": error.message.en}]
    title = NOT_FOUND if missing else BAD_PARAMETER
    return Problem(404 if missing else 400, error.code.replace("_", "-"), title, error.message, errors, error.near)


def of_entity(error: UnknownEntityError) -> Problem:
    """An id that names nothing to show."""
    asked = shown(error.args[0])
    detail = Bilingual(
        f"'{asked}'에 해당하는 항목이 없거나, 하나씩 보여 드리지 않는 사례입니다. 이름으로 검색해 보세요.",
        f"Nothing is called '{asked}', or it is a case that is not shown one by one. Try searching by name.",
    )
    return Problem(404, "unknown-entity", NOT_FOUND, detail)


def of_store(error: StoreError) -> Problem:
    """A store that is empty, is being changed, or cannot be reached."""
    if isinstance(error, LoadInProgress | ReplacedGeneration):
        detail = Bilingual(error.ko, error.en)
        return Problem(503, "load-in-progress", NOT_READY, detail, retry_after=RETRY_AFTER)
    if isinstance(error, NoGeneration):
        detail = Bilingual(
            "올린 자료가 없습니다. `pumasi load 폴더`로 자료를 먼저 올려 주세요.",
            "No data is loaded. Load some first with `pumasi load DIR`.",
        )
        return Problem(503, "no-generation", NOT_READY, detail)
    return Problem(503, "store-unavailable", NOT_READY, Bilingual(error.ko, error.en))


def of_validation(error: RequestValidationError) -> Problem:
    """Parameters that are unknown, missing or out of bounds."""
    errors = [_parameter_error(each) for each in error.errors()]
    detail = Bilingual(" ".join(each["ko"] for each in errors), " ".join(each["en"] for each in errors))
    return Problem(400, "bad-parameter", BAD_PARAMETER, detail, errors)


def _parameter_error(error: Mapping[str, Any]) -> dict[str, str]:
    name, bounds = shown(error["loc"][-1] if len(error["loc"]) < 3 else error["loc"][1]), error.get("ctx", {})
    ko, en = SAID.get(error["type"], SAID[""])
    values = {
        "name": name,
        "limit": next(iter(bounds.values()), ""),
        "given": shown(bounds.get("given", error.get("input", ""))),
    }
    return {"param": name, "ko": ko.format(**values), "en": en.format(**values)}


SAID = {
    "extra_forbidden": ("'{name}'라는 조건은 없습니다.", "There is no parameter '{name}'."),
    "missing": ("'{name}' 값이 필요합니다.", "'{name}' is needed."),
    "int_parsing": ("'{name}'에는 정수가 와야 합니다('{given}').", "'{name}' is a whole number, not '{given}'."),
    "greater_than_equal": ("'{name}' 값은 {limit} 이상이어야 합니다.", "'{name}' is {limit} or more."),
    "less_than_equal": ("'{name}' 값은 {limit} 이하여야 합니다.", "'{name}' is {limit} or less."),
    "string_too_long": ("'{name}' 값이 너무 깁니다(최대 {limit}자).", "'{name}' is too long ({limit} letters at most)."),
    "string_too_short": ("'{name}' 값이 비어 있습니다.", "'{name}' is empty."),
    "literal_error": (
        "'{name}'에 쓸 수 없는 값입니다: '{given}'. 쓸 수 있는 값: {limit}.",
        "'{name}' cannot be '{given}', only {limit}.",
    ),
    "unknown_code": (
        "'{name}'에 '{given}'라는 값은 없습니다. 쓸 수 있는 값: {limit}.",
        "'{name}' has no '{given}', only {limit}.",
    ),
    "": ("'{name}' 값을 이해할 수 없습니다.", "'{name}' cannot be understood."),
}


def of_status(error: HTTPException) -> Problem:
    """What the framework refuses: an unknown address, a method that is not allowed."""
    if error.status_code == 404:
        detail = Bilingual(
            "그런 주소가 없습니다. 처음 화면에서 다시 찾아 주세요.", "There is no such address. Start again from the home page."
        )
        return Problem(404, "unknown-address", NOT_FOUND, detail)
    if error.status_code == 405:
        detail = Bilingual("이 주소는 읽기(GET)만 됩니다.", "This address can only be read (GET).")
        return Problem(405, "method-not-allowed", BAD_PARAMETER, detail)
    if error.status_code == 413:
        detail = Bilingual(
            "보낸 자료가 너무 큽니다. 큰 자료는 서버에서 `pumasi load 폴더`로 올려 주세요.",
            "What was sent is too large; load large data on the server with `pumasi load DIR`.",
        )
        return Problem(413, "too-large", BAD_PARAMETER, detail)
    words = Bilingual("요청을 처리할 수 없습니다.", "The request cannot be served.")
    return Problem(error.status_code, "refused", BAD_PARAMETER, words)


def of_failure(_: Exception) -> Problem:
    """A fault of ours; what it was stands in the server's log."""
    detail = Bilingual(
        "서버에서 예상하지 못한 문제가 생겼습니다. 잠시 뒤 다시 시도해 주세요.",
        "The server met a problem it did not expect. Please try again in a moment.",
    )
    return Problem(500, "failure", FAILED, detail)


Page = Callable[[Request, Problem], Response]
TOLD: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (Problem, lambda problem: problem),
    (QuestionError, of_question),
    (UnknownEntityError, of_entity),
    (StoreError, of_store),
    (RequestValidationError, of_validation),
    (HTTPException, of_status),
    (Exception, of_failure),
)


def tell_problems(app: FastAPI, page: Page) -> None:
    """Answers every exception of an app: programs get an object, people the console's `page`."""
    for kind, told in TOLD:
        app.add_exception_handler(kind, _handler(told, page))


def _handler(told: Callable[[Any], Problem], page: Page) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        problem = told(error)
        response = page(request, problem) if for_people(request) else as_json(request, problem)
        # A fault of ours is answered outside the middleware that sets these elsewhere.
        response.headers.update({**SECURITY, "Cache-Control": "no-store"})
        if problem.retry_after is not None:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response

    return handle


def for_people(request: Request) -> bool:
    """Whether an address belongs to the console."""
    path = request.url.path.removeprefix(str(request.scope.get("root_path", "")))
    return not path.startswith(("/api/", "/healthz", "/readyz", "/openapi.json"))


def as_json(request: Request, problem: Problem) -> Response:
    """A problem as RFC 9457 has it."""
    return JSONResponse(problem.to_json(request.url.path), status_code=problem.status, media_type=MEDIA_TYPE)

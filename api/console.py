"""The console's pages: templates, the language of a request, and how a value is shown to a planner."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MultiDict

from api.forms import choice_name, field_help, field_name, is_rare
from api.headers import COOKIE
from api.problems import Problem
from api.program import program_fingerprint
from graph.schema import load_schema
from graph.wording import in_one
from queries.answer import AnswerColumn
from queries.catalog import load_catalog
from queries.language.header import Param
from queries.vocabulary import RELATIONSHIPS, relationship_label

if TYPE_CHECKING:
    from queries.browse import Fact

HERE = Path(__file__).parent
Language = Literal["ko", "en"]
UNORDERED = frozenset({"partners", "explained_by"})
"""Lists whose order means nothing: what a combination is made of."""
SHARES = frozenset(
    {"rate", "shrunk_rate", "expected_rate", "reach", "share_low", "share_high", "share_hired", "share_ended", "null_share"}
)
"""Figures that people write as percentages."""
DIFFERENCES = frozenset({"effect"})
"""Differences between percentages."""
WHOLE = "전체"
"""What an answer calls everyone together."""
UNKNOWN = "—"
IN_ORDER = " → "


def language(request: Request) -> Language:
    """Korean unless the address or an earlier choice says English."""
    told = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return "en" if told == "en" else "ko"


def page(request: Request, template: str, status: int = 200, tag: str | None = None, **values: Any) -> Response:
    """A page in the request's language; a choice of language in the address is remembered."""
    context = _context(request) | values
    response = HTMLResponse(environment().get_template(template).render(context), status_code=status)
    response.headers["Vary"] = "Cookie"
    response.headers["Cache-Control"] = "no-cache"
    if tag is not None:
        response.headers["ETag"] = tag
    if request.query_params.get("lang") in ("ko", "en"):
        response.set_cookie(COOKIE, language(request), max_age=31_536_000, samesite="lax", httponly=True)
    return response


def problem_page(request: Request, problem: Problem) -> Response:
    """A problem as a person is told it."""
    return page(request, "problem.html", problem.status, problem=problem)


@cache
def environment() -> Environment:
    """The templates; everything in them is escaped, and a name that is not given is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "schema": load_schema(),
        "catalog": load_catalog(),
        "version": program_fingerprint()[:12],
        "has_vendor": _has_vendor,
    }
    made.globals |= {"UNKNOWN": UNKNOWN}
    made.tests["rare"] = is_rare
    made.filters["bool"] = bool
    return made


def _has_vendor(name: str) -> bool:
    """Whether the browser library was installed; every page but the picture works without."""
    return (HERE / "static" / "vendor" / name).exists()


@dataclass(frozen=True)
class Speech:
    """How a page speaks in one language; its methods are the words of the templates."""

    lang: Language

    def t(self, ko: str, en: str) -> str:
        """The one of two wordings."""
        return en if self.lang == "en" else ko

    def words(self, label: Any) -> str:
        """A label in the page's language, or text that a dataset says of itself in both."""
        return in_one(label, self.lang) if isinstance(label, str) else cast(str, getattr(label, self.lang))

    def show(self, value: Any, told: AnswerColumn | Param | None = None) -> str:
        """A value in words, as its column or parameter tells; a year is not a quantity."""
        if told is None:
            return shown(value, self.lang)
        if told.name.endswith("year"):
            return UNKNOWN if value is None else str(value)
        if value == WHOLE and told.name == "category_name":
            return self.words(choice_name("all"))
        if told.name in RELATIONSHIPS and value:
            return self.relationship(str(value))
        if told.name in SHARES | DIFFERENCES and isinstance(value, int | float):
            return f"{100 * value:+.1f}%p" if told.name in DIFFERENCES else f"{100 * value:.1f}%"
        return shown(value, self.lang, told.vocabularies, _between(told))

    def said(self, fact: Fact) -> str:
        """A fact's value in words; a year or a code is no quantity."""
        if fact.shown:
            return self.words(fact.shown)
        if fact.property == "aliases":
            return ", ".join(each.strip() for each in str(fact.value).split(";"))
        if fact.property in ("publisher", "note"):
            return self.words(str(fact.value))
        return str(fact.value) if fact.property in ("year", "id", "code") else self.show(fact.value)

    def relationship(self, name: str) -> str:
        """A relationship in words; a name that is none, as it is."""
        return relationship_label(name, self.lang)

    def interval(self, ends: Sequence[float], told: AnswerColumn) -> str:
        """The two ends of a figure's interval."""
        return "~".join(self.show(end, told).removesuffix("%p").removesuffix("%") for end in ends)

    def choice(self, code: str, param: Param) -> str:
        """A choice in words."""
        label = shown(code, self.lang, param.vocabularies)
        return self.words(choice_name(code)) if label == code else label

    def field(self, param: Param) -> str:
        """A field's short name."""
        return self.words(field_name(param))

    def help(self, param: Param) -> str:
        """What is to be known of a field."""
        return self.words(field_help(param))

    def heading(self, column: AnswerColumn) -> str:
        """A column's label; where the page shows names for ids, it does not say they are ids."""
        return self.plain(column.label) if column.kinds else self.words(column.label)

    def plain(self, label: Any) -> str:
        """A label without the word that says that ids are meant."""
        words = self.words(label)
        return re.sub(r"\s*(식별자|\(ids\)|\bids?)$", "", words) or words


def _between(told: AnswerColumn | Param) -> str:
    if told.name in UNORDERED:
        return " + "
    return IN_ORDER if told.type == "list<text>" else ", "


def _context(request: Request) -> dict[str, Any]:
    speech = Speech(language(request))

    def here(**changes: Any) -> str:
        return changed_url(request, changes)

    def with_lang(query: str) -> str:
        """A query that asks for English where the page is in English."""
        return query if speech.lang == "ko" or "lang=" in query else f"{query}{'&' if query else '?'}lang={speech.lang}"

    root = root_of(request)

    def entity_address(entity_id: str) -> str:
        return root + entity_url(entity_id)

    told = {"request": request, "path": request.url.path, "lang": speech.lang, "here": here, "with_lang": with_lang}
    told |= {"root": root, "demo": request.app.state.settings.demo, "entity_url": entity_address}
    return told | {
        name: getattr(speech, name)
        for name in ("t", "words", "show", "said", "relationship", "interval", "choice", "field", "help", "heading")
    }


def root_of(request: Request) -> str:
    """What every address of this app begins with: empty, unless it is mounted below another."""
    return str(request.scope.get("root_path", ""))


def changed_url(request: Request, changes: Mapping[str, Any]) -> str:
    """The address of this page with some parameters set, or taken out where None."""
    params = MultiDict(request.query_params.multi_items())
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = str(value)
    query = urlencode(params.multi_items())
    return f"{quote(request.url.path)}?{query}" if query else quote(request.url.path)


def entity_url(entity_id: str) -> str:
    """The page of a node."""
    return f"/e/{quote(entity_id, safe='')}"


def shown(value: Any, lang: Language, vocabularies: Sequence[str] = (), between: str = ", ") -> str:
    """A value in words: codes by their label, numbers with thousands separated, nothing as a dash."""
    if value is None or value == "" or value == []:
        return UNKNOWN
    if isinstance(value, bool):
        return {"ko": ("아니요", "예"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list | tuple):
        return between.join(shown(each, lang, vocabularies) for each in value)
    known = (load_schema().vocabularies[name].get(str(value)) for name in vocabularies)
    label = next((each for each in known if each), None)
    return cast(str, getattr(label, lang)) if label else str(value)

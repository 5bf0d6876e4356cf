"""The planners' console: one page for home, a question, a node, a search, the network, and the API's description."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from analysis.disclosure import POLICIES
from api import listings
from api.answers import answer_view, choices
from api.console import HERE, Speech, language, page, root_of
from api.demo import make_demo
from api.forms import field_name
from api.grouping import ABOUT, grouped
from api.headers import entity_tag
from api.mapping import SIZES, NetworkPageParams, in_columns, path_kinds, shown_network
from api.params import EntityPageParams, HomeParams, SearchPageParams
from api.pictures import VIEWS, columns_of
from api.pictures.words import Words
from api.problems import Problem, of_question
from api.requests import OneReader, TheSettings, a_router, question_params
from api.selection import can_and_cannot
from api.tables import Asked as Shown
from api.tables import TableView, table_view
from graph.schema import load_schema
from graph.store import NoGeneration, Reader, ReplacedGeneration
from queries import browse
from queries.answer import Bilingual
from queries.ask import ask
from queries.catalog import Question, load_catalog
from queries.errors import QuestionError

router = a_router(include_in_schema=False)
STYLES = HERE / "static" / "console.css"
PAGE_OWN = frozenset({"lang", "sort", "page", "columns", "sort_power"})
COMPARED = frozenset({"partner_combinations", "partner_outcomes"})
"""Questions whose honest answer may be that there are too few cases."""
MOST_LISTED = 500
"""Options of a choice."""
WHOLE, ROWS_BELOW = 100, 25
"""Rows up to which a table below the picture stands whole, and how many of a longer one are on a page: the picture waits until
the page is read."""
MOST_SORTED = 2_000
"""Neighbours of a node that are put in another order than the usual one."""


@router.get("/")
def home(request: Request, asked: Annotated[HomeParams, Query()]) -> Response:
    """What is loaded, what can be asked, the networks; a page of its own while nothing is loaded."""
    try:
        with request.app.state.readers.lend() as reader:
            return _home(request, reader, asked)
    except ReplacedGeneration:
        raise
    except NoGeneration:
        if request.app.state.settings.demo:
            return RedirectResponse(f"{root_of(request)}/data/jobs/{make_demo(request.app).id}", status_code=303)
        return page(request, "empty.html", 503)


def _home(request: Request, reader: Reader, asked: HomeParams) -> Response:
    tag = entity_tag(request, reader.generation.id, language(request))
    cards, lines = browse.cards(reader), listings.networks(browse.networks(reader))
    shown = Shown(asked.sort, asked.page, language(request))
    return page(
        request, "home.html", tag=tag, generation=reader.generation, cards=cards, networks=table_view(lines, {}, shown),
        groups=grouped(load_catalog()), claims=can_and_cannot(cards),
    )  # fmt: skip


@router.get("/q/{name}")
def question(request: Request, name: str, reader: OneReader, settings: TheSettings) -> Response:
    """A question's form, and its answer once every parameter that must be given is."""
    asked = load_catalog().question(name)
    tag = entity_tag(request, reader.generation.id, settings.audience, language(request))
    api_query = urlencode([each for each in request.query_params.multi_items() if each[0] not in PAGE_OWN])
    values: dict[str, Any] = {
        "api_query": f"?{api_query}" if api_query else "",
        "question": asked,
        "choices": choices(reader, asked),
        "view": None,
        "problem": None,
        "shape": VIEWS.get(name),
        "picture": None,
        "power": None,
        "missing": [],
    }
    told = request.query_params
    try:
        given = question_params(asked, told, PAGE_OWN)
        missing = [param for name, param in asked.params.items() if param.required and not given.get(name)]
        values |= {"given": given, "missing": missing}
        if not missing:
            answer = ask(reader, name, given, POLICIES[settings.audience])
            whole = told.get("columns") == "all"
            shown = Shown(told.get("sort", ""), _page(told.get("page", "")), language(request), whole)
            view = answer_view(reader, answer, asked.title, shown, *columns_of(name, language(request)))
            told_apart = {str(record.get("evidence")) for record in answer.records()} & {"E2", "E3", "E4"}
            words = Words(view.captions, language(request))
            if name in COMPARED and not told_apart:
                order = Shown(told.get("sort_power", ""), lang=language(request))
                values["power"] = table_view(listings.power(), {}, order)
            values |= {"view": view, "picture": VIEWS[name].make(answer, words) if name in VIEWS else None}
    except (QuestionError, Problem) as refused:
        problem = _in_field_names(of_question(refused), asked) if isinstance(refused, QuestionError) else refused
        values |= {"problem": problem, "given": _as_sent(request, asked)}
        return page(request, "question.html", problem.status, **values)
    return page(request, "question.html", tag=tag, **values)


def _in_field_names(problem: Problem, asked: Question) -> Problem:
    """The same, with the fields of the form called as the form calls them."""
    detail = problem.detail
    for name, param in asked.params.items():
        field = field_name(param)
        detail = Bilingual(detail.ko.replace(f"'{name}'", f"'{field.ko}'"), detail.en.replace(f"'{name}'", f"'{field.en}'"))
    return Problem(problem.status, problem.code, problem.title, detail, problem.errors, problem.near)


def _page(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 1


def _as_sent(request: Request, asked: Question) -> dict[str, Any]:
    """What was sent, so that a form can be mended rather than filled again."""
    told = request.query_params
    lists = {name for name, param in asked.params.items() if param.type.startswith("list")}
    return {name: told.getlist(name) if name in lists else told[name] for name in asked.params if name in told}


@router.get("/search")
def search(request: Request, reader: OneReader, asked: Annotated[SearchPageParams, Query()]) -> Response:
    """What a text may mean."""
    tag = entity_tag(request, reader.generation.id, language(request))
    found = browse.search(reader, asked.q, 50, asked.kind)
    return page(request, "search.html", tag=tag, asked=asked, found=found)


@router.get("/e/{entity_id:path}")
def entity(request: Request, reader: OneReader, entity_id: str, asked: Annotated[EntityPageParams, Query()]) -> Response:
    """One node: each fact with its source, and what is next to it."""
    tag = entity_tag(request, reader.generation.id, language(request))
    found = browse.entity(reader, entity_id)
    speech = Speech(language(request))
    facts = table_view(listings.facts(found, speech), {}, Shown(asked.sort_facts, lang=speech.lang))
    around = _around(reader, entity_id, asked, speech)
    return page(
        request, "entity.html", tag=tag, entity=found, asked=asked, facts=facts, around=around, most=listings.MOST_ROWS,
        about=[(load_catalog().question(name), param) for name, param in ABOUT.get(found.kind, ())],
    )  # fmt: skip


def _around(reader: Reader, entity_id: str, asked: EntityPageParams, speech: Speech) -> TableView:
    """One page of what is adjacent, in the order asked for where there is not too much of it."""
    first = browse.adjacent(reader, entity_id, asked.page, asked.per_page, asked.relationship)
    pages = max(1, -(-first.total // asked.per_page))
    if asked.sort and first.total <= MOST_SORTED:
        every = browse.adjacent(reader, entity_id, 1, MOST_SORTED, asked.relationship)
        listing = listings.adjacent(every.items, listings.titles(reader), speech)
        return table_view(listing, {}, Shown(asked.sort, asked.page, speech.lang), most=asked.per_page)
    view = table_view(listings.adjacent(first.items, listings.titles(reader), speech), {}, Shown(), most=asked.per_page)
    return replace(view, total=first.total, page=asked.page, pages=pages, sortable=first.total <= MOST_SORTED)


@router.get("/network")
def network(
    request: Request, reader: OneReader, settings: TheSettings, asked: Annotated[NetworkPageParams, Query()]
) -> Response:
    """The picture of the network, its filters, and the same as tables."""
    tag = entity_tag(request, reader.generation.id, settings.audience, language(request))
    wanted = asked.usual()
    drawn = shown_network(reader, settings, wanted)
    named = [each for each in (asked.around, asked.first, asked.second) if each]
    speech, orders = Speech(language(request)), asked.orders()
    tables = [
        table_view(each, {}, Shown(*orders[each.name], speech.lang), most=WHOLE if len(each.rows) <= WHOLE else ROWS_BELOW)
        for each in listings.drawn(drawn.picture, speech)
        if each.rows
    ]
    return page(
        request, "network.html", tag=tag, asked=wanted, picture=drawn.picture, paths=drawn.paths, sizes=SIZES,
        picked=browse.entity(reader, asked.pick) if asked.pick else None, path_kinds=path_kinds(),
        regions=_options(reader, "Region"), networks=browse.networks(reader), tables=tables,
        is_ordered=any(sort or page > 1 for sort, page in orders.values()),
        days=browse.days(reader), columns_url="/console/network.bin?" + request.url.query,
        named=browse.captions(reader, named),
    )  # fmt: skip


@router.get("/console/network.bin")
def network_columns(
    request: Request, reader: OneReader, settings: TheSettings, asked: Annotated[NetworkPageParams, Query()]
) -> Response:
    """What the network's page draws, in columns."""
    tag = entity_tag(request, reader.generation.id, settings.audience)
    told = in_columns(shown_network(reader, settings, asked.usual()), asked.size)
    return Response(told, media_type="application/octet-stream", headers={"ETag": tag, "Cache-Control": "no-cache"})


def _options(reader: Reader, kind: str) -> list[browse.Found]:
    return browse.all_of(reader, [kind], MOST_LISTED)


@router.get("/docs")
def docs(request: Request, _: Annotated[HomeParams, Query()]) -> Response:
    """The API for people, made from its own description."""
    tag = entity_tag(request, "", language(request))
    return page(request, "docs.html", tag=tag, api=request.app.openapi(), resolve=_resolved)


def _resolved(schema: dict[str, Any]) -> str:
    """A parameter's type in a few words."""
    options = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    one = options[0]
    inner = one.get("items", {})
    name = f"list<{inner.get('type', 'string')}>" if one.get("type") == "array" else str(one.get("type", "string"))
    values: Iterable[Any] = one.get("enum") or inner.get("enum") or ()
    return f"{name} ({', '.join(map(str, values))})" if values else name


@router.get("/console/looks.css")
def looks(request: Request) -> Response:
    """The console's stylesheet and the colours of the kinds in one, as a page shows nothing before it has both."""
    return Response(_looks(), media_type="text/css", headers={"ETag": entity_tag(request, "")})


@cache
def _looks() -> str:
    rules = [f".kind-{kind.name}{{--kind:{kind.colour}}}" for kind in load_schema().nodes.values()]
    return "\n".join([STYLES.read_text("utf-8"), *rules, ""])


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """Browsers ask for it by this name."""
    return Response(status_code=308, headers={"Location": str(request.url_for("static", path="icon.svg").path)})

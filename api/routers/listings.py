"""The files of the tables that stand on pages besides answers, each at the parameters of its page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from api import listings
from api.console import Speech, language
from api.downloads import Ending, listing_file
from api.mapping import NetworkPageParams, shown_network
from api.params import EntityTableParams, HomeParams
from api.requests import OneReader, TheSettings, a_router
from graph.workspace import Workspace
from queries import browse

router = a_router(include_in_schema=False)


@router.get("/console/network/{table}.{ending}")
def network(
    request: Request, table: Literal["nodes", "relationships", "ties"], ending: Ending, reader: OneReader,
    settings: TheSettings, asked: Annotated[NetworkPageParams, Query()],
) -> Response:  # fmt: skip
    """What the picture holds, at the address of its page."""
    lang = language(request)
    drawn = listings.drawn(shown_network(reader, settings, asked.usual()).picture, Speech(lang))
    listing = next(each for each in drawn if each.name == table)
    return listing_file(listing, ending, f"network-{table}", lang, reader.generation)


@router.get("/console/entity/{table}.{ending}")
def entity(
    request: Request, table: Literal["facts", "adjacent"], ending: Ending, reader: OneReader,
    asked: Annotated[EntityTableParams, Query()],
) -> Response:  # fmt: skip
    """What is told of one node, or what stands next to it."""
    lang = language(request)
    found = browse.entity(reader, asked.id)
    if table == "facts":
        listing = listings.facts(found, Speech(lang))
    else:
        around = browse.adjacent(reader, asked.id, 1, listings.MOST_ROWS, asked.relationship)
        listing = listings.adjacent(around.items, listings.titles(reader), Speech(lang))
    return listing_file(listing, ending, f"{found.name}-{table}".replace("/", "-"), lang, reader.generation)


@router.get("/console/networks.{ending}")
def networks(request: Request, ending: Ending, reader: OneReader, _: Annotated[HomeParams, Query()]) -> Response:
    """The networks of the home page."""
    return listing_file(listings.networks(browse.networks(reader)), ending, "networks", language(request), reader.generation)


@router.get("/console/generations.{ending}")
def generations(request: Request, ending: Ending, settings: TheSettings, _: Annotated[HomeParams, Query()]) -> Response:
    """The states that are kept."""
    lang, current = language(request), request.app.state.store.current()
    kept = listings.generations(Workspace(settings.home).generations(), current.id if current else "", Speech(lang))
    return listing_file(kept, ending, "generations", lang)


@router.get("/console/power.{ending}")
def power(request: Request, ending: Ending, _: Annotated[HomeParams, Query()]) -> Response:
    """How many cases it takes to see a difference; the same for every dataset."""
    return listing_file(listings.power(), ending, "power", language(request))


@router.get("/data/jobs/{job_id}/refusals.{ending}")
def refusals(request: Request, job_id: str, ending: Ending, _: Annotated[HomeParams, Query()]) -> Response:
    """What a check refused, to be mended beside the tables."""
    lang = language(request)
    found = [each for report in request.app.state.jobs.find(job_id).reports for each in report.refusals]
    return listing_file(listings.refusals(found, Speech(lang)), ending, "refusals", lang)

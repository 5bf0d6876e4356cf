"""Looking around: search, one node, what is next to it, the network to draw."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from analysis.disclosure import POLICIES
from api.headers import entity_tag
from api.requests import OneReader, TheSettings, a_router
from api.settings import Settings
from graph.schema import load_schema
from graph.store import Reader
from queries import browse
from queries.browse.picture import MOST_HOPS, MOST_NODES

router = a_router(tags=["network"])
DAY = r"^(\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$"
Code = Annotated[str, Field(max_length=200)]


def _told(values: list[str]) -> list[str]:
    """A form sends an empty field for "all"."""
    return [value for value in values if value]


def _kinds(values: list[str]) -> list[str]:
    return _known(_told(values), tuple(load_schema().nodes))


def _relationships(values: list[str]) -> list[str]:
    return _known(_told(values), tuple(load_schema().relationships))


def _known(values: list[str], known: tuple[str, ...]) -> list[str]:
    if unknown := [value for value in values if value not in known]:
        raise PydanticCustomError("unknown_code", "{given}", {"limit": ", ".join(known), "given": unknown[0]})
    return values


Codes = Annotated[list[Code], AfterValidator(_told)]
Kinds = Annotated[list[Code], AfterValidator(_kinds)]
RelationshipTypes = Annotated[list[Code], AfterValidator(_relationships)]


class Strict(BaseModel):
    """Parameters of an address; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")


class SearchParams(Strict):
    """What is searched for."""

    q: str = Field(max_length=200, description="이름, 줄임말, 초성 | a name, an abbreviation, or initial consonants")
    kind: Kinds = Field([], description="이 종류만 | these kinds only")
    limit: int = Field(20, ge=1, le=100)


class AdjacentParams(Strict):
    """Which page."""

    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(25, ge=1, le=200)
    relationship: Code | None = Field(None, description="이 관계만 | this relationship type only")


class NetworkParams(Strict):
    """What to keep of the network; nothing given keeps all."""

    kinds: Kinds = Field([], description="노드 종류 | kinds of node")
    relationships: RelationshipTypes = Field([], description="관계 종류 | relationship types")
    regions: Codes = Field([], description="지역 | regions, with the regions within them")
    networks: Codes = Field([], description="네트워크와 그 참여자 | networks and who is in them")
    around: Code | None = Field(None, description="이 노드 둘레 | the neighbourhood of this node")
    hops: int = Field(1, ge=1, le=MOST_HOPS)
    limit: int = Field(2_000, ge=1, le=MOST_NODES)
    as_of: str = Field("", pattern=DAY, description="이 날에 유효한 것만(2026-01-31처럼) | only what holds on this day")
    layer: Literal["both", "declared", "observed"] = Field(
        "both", description="출처에 적힌 관계(declared), 사례에서 보인 관계(observed) | told by sources, seen in cases"
    )

    def filter(self) -> browse.NetworkFilter:
        """The same for the network."""
        told = self.model_dump()
        return browse.NetworkFilter(
            **{each.name: told[each.name] for each in fields(browse.NetworkFilter) if each.name in told}
        )


@router.get("/api/search", summary="이름으로 찾기 | find by name")
def search(request: Request, response: Response, reader: OneReader, asked: Annotated[SearchParams, Query()]) -> dict[str, Any]:
    """The nodes that a text may mean, best first: exact, begun, by initial consonants, abbreviated, misspelt."""
    response.headers["ETag"] = entity_tag(request, reader.generation.id)
    found = browse.search(reader, asked.q, asked.limit, asked.kind)
    results = [asdict(each) | {"href": f"/api/entities/{each.id}"} for each in found]
    return {"q": asked.q, "results": results, "generation": reader.generation.id}


@router.get("/api/entities/{entity_id:path}/adjacent", summary="맞닿은 노드 | what is next to a node")
def adjacent(
    request: Request, response: Response, reader: OneReader, entity_id: str, asked: Annotated[AdjacentParams, Query()]
) -> dict[str, Any]:
    """One page of adjacent nodes, each with the relationship, its direction, its properties and its source."""
    response.headers["ETag"] = entity_tag(request, reader.generation.id)
    page = browse.adjacent(reader, entity_id, asked.page, asked.per_page, asked.relationship)
    return {"id": entity_id, "generation": reader.generation.id, **asdict(page)}


@router.get("/api/entities/{entity_id:path}", summary="노드 하나 | one node")
def entity(
    request: Request, response: Response, reader: OneReader, entity_id: str, _: Annotated[Strict, Query()]
) -> dict[str, Any]:
    """A node with every fact told of it, its source, and how many nodes are next to it by relationship."""
    response.headers["ETag"] = entity_tag(request, reader.generation.id)
    found = browse.entity(reader, entity_id)
    return {**asdict(found), "label": asdict(load_schema().nodes[found.kind].label), "generation": reader.generation.id}


@router.get("/api/network", summary="그릴 네트워크 | the network to draw")
def network(
    request: Request,
    response: Response,
    reader: OneReader,
    settings: TheSettings,
    asked: Annotated[NetworkParams, Query()],
) -> dict[str, Any]:
    """Nodes with their places, relationships told by sources, ties seen in cases.

    Cases are drawn one by one only where their dataset is published.
    """
    response.headers["ETag"] = entity_tag(request, reader.generation.id, settings.audience)
    return {**asdict(network_of(reader, settings, asked.filter())), "generation": reader.generation.id}


def network_of(reader: Reader, settings: Settings, wanted: browse.NetworkFilter) -> browse.Picture:
    """The part of the network that a filter keeps, as the audience may see it."""
    return browse.network(reader, wanted, POLICIES[settings.audience])

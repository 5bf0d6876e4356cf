"""What the addresses of pages take: the same for a page and for the files of its tables."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.routers.browse import AdjacentParams, Code, Kinds, Strict

Sort = Annotated[str, Field(max_length=60)]
"""A column to sort by, `-name` for descending; a name that is none leaves the order as it is."""
Language = Annotated[str, Field(pattern="^(ko|en)$")]


class HomeParams(Strict):
    """A page that takes a language, and the order of its table."""

    lang: Language | None = None
    sort: Sort = ""
    page: int = Field(1, ge=1, le=1_000_000)


class SearchPageParams(Strict):
    """A search may be empty: the page then shows its field."""

    lang: Language | None = None
    q: str = Field("", max_length=200)
    kind: Kinds = Field([])


class EntityPageParams(AdjacentParams):
    """Which page of what is adjacent, and in which order."""

    lang: Language | None = None
    sort: Sort = ""
    sort_facts: Sort = ""


class EntityTableParams(EntityPageParams):
    """The tables of which node."""

    id: Code

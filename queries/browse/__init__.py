"""Looking around without a question: names, one node, what is next to it, the picture."""

from queries.browse.entities import (
    Adjacent,
    AdjacentPage,
    Entity,
    Fact,
    UnknownEntityError,
    SourceCard,
    adjacent,
    captions,
    cards,
    entity,
    source_card,
)
from queries.browse.network import LeftOut, NetworkFilter, Picture, PlacedNode, network
from queries.browse.search import Found, search

__all__ = [
    "Adjacent",
    "AdjacentPage",
    "Entity",
    "Fact",
    "Found",
    "LeftOut",
    "NetworkFilter",
    "UnknownEntityError",
    "Picture",
    "PlacedNode",
    "SourceCard",
    "adjacent",
    "captions",
    "cards",
    "entity",
    "network",
    "search",
    "source_card",
]

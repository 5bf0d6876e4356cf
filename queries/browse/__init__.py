"""Looking around without a question: names, one node, what is next to it, the picture."""

from queries.browse.entities import (
    Adjacent,
    AdjacentPage,
    Entity,
    Fact,
    SourceCard,
    UnknownEntityError,
    adjacent,
    captions,
    cards,
    entity,
    source_card,
)
from queries.browse.index import Found, all_of, search
from queries.browse.observed import Tie
from queries.browse.overview import NetworkLine, networks
from queries.browse.picture import LeftOut, NetworkFilter, Picture, PlacedNode, PlacedRelationship, days, network

__all__ = [
    "Adjacent",
    "AdjacentPage",
    "Entity",
    "Fact",
    "Found",
    "LeftOut",
    "NetworkFilter",
    "NetworkLine",
    "Picture",
    "PlacedNode",
    "PlacedRelationship",
    "SourceCard",
    "Tie",
    "UnknownEntityError",
    "adjacent",
    "all_of",
    "captions",
    "cards",
    "days",
    "entity",
    "network",
    "networks",
    "search",
    "source_card",
]

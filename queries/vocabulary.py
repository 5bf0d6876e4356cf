"""Codes in words."""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import Label, load_schema

UNKNOWN = Label("알 수 없음", "unknown")
SEEN_FROM_THE_END = {"HAS_PART": Label("소속 기관", "has part")}
"""What an answer calls a relationship that it tells from its other end."""
RELATIONSHIPS = frozenset({"relationship", "tie"})
"""Columns that hold the names of relationships."""


def label(code: str, vocabularies: Sequence[str], language: str) -> str:
    """The label of a code in the first vocabulary that holds it, in `ko` or `en`; text that is no code as it is."""
    known = load_schema().vocabularies
    found = next((known[name][code] for name in vocabularies if code in known[name]), None)
    if found is None and code == "unknown" and vocabularies:
        found = UNKNOWN
    return code if found is None else str(getattr(found, language))


def relationship_label(name: str, language: str) -> str:
    """A relationship in words, in `ko` or `en`; a name that is none, as it is."""
    known = load_schema().relationships.get(name)
    found = known.label if known else SEEN_FROM_THE_END.get(name)
    return name if found is None else str(getattr(found, language))

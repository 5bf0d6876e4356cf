"""Codes in words."""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import Label, load_schema

UNKNOWN = Label("알 수 없음", "unknown")


def label(code: str, vocabularies: Sequence[str], language: str) -> str:
    """The label of a code in the first vocabulary that holds it, in `ko` or `en`; text that is no code as it is."""
    known = load_schema().vocabularies
    found = next((known[name][code] for name in vocabularies if code in known[name]), None)
    if found is None and code == "unknown" and vocabularies:
        found = UNKNOWN
    return code if found is None else str(getattr(found, language))

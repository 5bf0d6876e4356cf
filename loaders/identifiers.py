"""Direct identifiers of people."""

from __future__ import annotations


def names_a_person(text: str) -> bool:
    return False


def is_identifying(text: str) -> bool:
    return False

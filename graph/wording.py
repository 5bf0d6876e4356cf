"""How a line says the same in two languages: Korean first, then English, always parted alike."""

from __future__ import annotations

SEPARATOR = " | "


def in_both(ko: str, en: str) -> str:
    """One line in both languages."""
    return f"{ko}{SEPARATOR}{en}"

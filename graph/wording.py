"""How a line says the same in two languages: Korean first, then English, always parted alike."""

from __future__ import annotations

SEPARATOR = " | "


def in_both(ko: str, en: str) -> str:
    """One line in both languages."""
    return f"{ko}{SEPARATOR}{en}"


def in_one(text: str, language: str) -> str:
    """The part of such a line in `ko` or `en`; text in one language as it is."""
    ko, separator, en = text.partition(SEPARATOR)
    return en if separator and language == "en" else ko

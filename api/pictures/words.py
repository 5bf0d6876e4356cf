"""How a picture names what it shows: ids by the name of their node, codes by their label, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.console import Language, shown
from queries.answer import Answer, AnswerColumn

LONGEST = 22
LATIN = 0.55
"""How wide a Latin letter is, measured in Korean ones."""


@dataclass(frozen=True)
class Words:
    """The names of an answer's nodes, and the language of the page."""

    captions: Mapping[str, str]
    lang: Language

    def t(self, ko: str, en: str) -> str:
        """The one of two wordings."""
        return en if self.lang == "en" else ko

    def name(self, value: Any, column: AnswerColumn) -> str:
        """One value of a column in words."""
        return self.captions.get(str(value)) or shown(value, self.lang, column.vocabularies)

    def names(self, values: Sequence[Any], column: AnswerColumn) -> list[str]:
        """Several values of a column in words."""
        return [self.name(each, column) for each in values]

    def head(self, name: str) -> str:
        """A name as long as a slanted head has room for."""
        return cut(name, 13)

    def count(self, value: float | None) -> str:
        """A number, or a dash where it is not told."""
        return shown(value, self.lang)


def column_of(answer: Answer, name: str) -> AnswerColumn:
    """A column by name; KeyError when the answer has none such."""
    return {column.name: column for column in answer.columns}[name]


def cut(text: str, longest: float = LONGEST) -> str:
    """A name as long as a picture has room for, in Korean letters; the table has it whole."""
    if letters(text) <= longest:
        return text
    ends = (end for end in range(len(text), 0, -1) if letters(text[:end]) <= longest - 1)
    return f"{text[: next(ends, 0)].rstrip()}…"


def letters(text: str) -> float:
    """How many Korean letters a text is as wide as."""
    return sum(LATIN if each.isascii() else 1.0 for each in text)


def percent(value: float | None) -> str:
    """A share as people write it."""
    return "" if value is None else f"{100 * value:.1f}%"

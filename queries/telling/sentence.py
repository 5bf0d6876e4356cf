"""Sentences for an answer: templates filled with numbers, names and the right 조사."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PARTICLES = {
    "을": ("을", "를"),
    "이": ("이", "가"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "아": ("아", "야"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
    "이나": ("이나", "나"),
    "이며": ("이며", "며"),
}
"""The form after a final consonant, and the form after a vowel, under the first of the two."""

# How a digit and a Latin letter end when they are read aloud in Korean: "" a vowel, "ㄹ" that consonant, "x" another.
DIGIT_ENDS = dict(zip("0123456789", ("x", "ㄹ", "", "x", "", "", "x", "ㄹ", "ㄹ", ""), strict=True))
LETTER_ENDS = {"l": "ㄹ", "r": "ㄹ", "m": "x", "n": "x"}
# Inside a Latin word a closing stop is heard as a final consonant: 잡(job), 북(book), 룩(look), 핏(fit).
WORD_ENDS = LETTER_ENDS | {"b": "x", "c": "x", "k": "x", "p": "x", "t": "x", "g": "x"}


@dataclass(frozen=True)
class Hidden:
    """A count that the disclosure policy keeps back. Why it does is not told either, as that would narrow the count down."""


def particle(word: str, pair: str) -> str:
    """The form of a 조사 (`을/를`, either half or both) that follows a word."""
    after_consonant, after_vowel = PARTICLES[_first_form(pair)]
    end = final_sound(word)
    if after_consonant == "으로" and end == "ㄹ":
        return after_vowel
    return after_consonant if end else after_vowel


def _first_form(pair: str) -> str:
    half = pair.split("/")[0]
    return next(first for first, forms in PARTICLES.items() if half in forms)


def final_sound(word: str) -> str:
    """How a word ends when read in Korean: "" after a vowel, "ㄹ", or "x" for any other consonant.

    A closing bracket or mark is passed over, as it is not read.
    """
    spoken = [letter for letter in word if letter.isalnum()]
    if not spoken:
        return ""
    last = spoken[-1]
    if "가" <= last <= "힣":
        return _syllable_end(last)
    if last.isdigit():
        return _number_end("".join(spoken))
    return _latin_end(word, last.lower())


def _syllable_end(syllable: str) -> str:
    final = (ord(syllable) - 0xAC00) % 28
    return "ㄹ" if final == 8 else "x" if final else ""


def _number_end(spoken: str) -> str:
    zeros = len(spoken) - len(spoken.rstrip("0"))
    digits = spoken[len(spoken.rstrip("0123456789")) :]
    # 10 십, 100 백, 1000 천, 10000 만 all end in a consonant; 10^12 is 조, a vowel.
    if zeros and digits.strip("0"):
        return "" if 12 <= zeros < 16 else "x"
    return DIGIT_ENDS.get(spoken[-1], "")


def _latin_end(word: str, last: str) -> str:
    tail = word.rstrip(")]}」』’”\"' .,!?")
    acronym = len(tail) < 2 or tail[-2:].isupper() or not tail[-2].isascii() or not tail[-2].isalpha()
    return (LETTER_ENDS if acronym else WORD_ENDS).get(last, "")


def number(value: float) -> str:
    """A number with thousands separated; a fraction to two places at most."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


class _Korean(string.Formatter):
    """`{name:을/를}` adds the 조사 that the value calls for, `{name:건}` what is counted."""

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:  # noqa: ARG002 - string.Formatter gives it
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Hidden):
            return "수 비공개"
        shown = self.show(value)
        return shown + (particle(shown, format_spec) if "/" in format_spec else format_spec)

    def show(self, value: Any) -> str:
        """A value in words."""
        if value is None:
            return "알 수 없음"
        if isinstance(value, bool):
            return "예" if value else "아니요"
        if isinstance(value, (list, tuple)):
            return ", ".join(self.show(each) for each in value)
        return number(value) if isinstance(value, (int, float)) else str(value)


class _English(_Korean):
    """`{rows:network/networks}` adds the noun the number calls for."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, _, many = format_spec.partition("/")
        shown = "an undisclosed number of" if isinstance(value, Hidden) else self.show(value)
        return f"{shown} {one if value == 1 else many}".strip()

    def show(self, value: Any) -> str:
        if value is None:
            return "unknown"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return super().show(value)


def say_korean(template: str, values: Mapping[str, Any]) -> str:
    """A Korean sentence from its template; KeyError names a value that is missing."""
    return _Korean().vformat(template, (), values)


def say_english(template: str, values: Mapping[str, Any]) -> str:
    """An English sentence from its template; KeyError names a value that is missing."""
    return _English().vformat(template, (), values)


def names_used(template: str) -> set[str]:
    """The values a template asks for; ValueError when its braces do not match."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}

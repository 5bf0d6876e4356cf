"""How Korean names are compared: spacing, 초성, abbreviations, slips of one letter; pure text, no graph."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from graph.declared import declared_in

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST, LAST, PER_INITIAL, PER_VOWEL = 0xAC00, 0xD7A3, 588, 28

# A keyboard joins two consonants typed in a row into one cluster.
CLUSTERS = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
NAMES_FILE = Path(__file__).with_name("names.yaml")
# Longer than any real name or question; what lies beyond is not compared.
LONGEST = 200
LETTERS = 16_384
"""How many letters stay made plain: all syllables there are."""


@dataclass(frozen=True)
class Wordings:
    """What `names.yaml` holds."""

    spellings: dict[str, str]
    abbreviations: dict[str, str]
    places: frozenset[str]


@cache
def wordings() -> Wordings:
    """The wordings of `names.yaml`, read once per process."""
    told = declared_in(NAMES_FILE)
    return Wordings(told["spellings"], told["abbreviations"], frozenset(told["places"].split()))


def compact(text: str) -> str:
    """A name without what people write differently: spaces, punctuation, case, width, decomposed letters, known spellings."""
    kept = "".join(map(_plain, unicodedata.normalize("NFC", text[:LONGEST])))
    for variant, spelling in wordings().spellings.items():
        kept = kept.replace(variant, spelling)
    return kept


@lru_cache(LETTERS)
def _plain(letter: str) -> str:
    """A letter as it is compared: full-width forms become plain ones, the letters of 초성 stay as they are."""
    narrow = CLUSTERS.get(letter, letter) if "㄰" <= letter <= "㆏" else unicodedata.normalize("NFKC", letter)
    return "".join(each for each in narrow.casefold() if each.isalnum() or each == "+")


def has_initials(asked: str) -> bool:
    """Whether a question holds a consonant that stands for a whole syllable."""
    return any(letter in INITIALS for letter in asked)


def initials_pattern(asked: str) -> str:
    """A regular expression where a consonant stands for any syllable that begins with it."""
    return "".join(_syllables_of(letter) for letter in asked)


def _syllables_of(letter: str) -> str:
    if letter not in INITIALS:
        return re.escape(letter)
    start = FIRST + INITIALS.index(letter) * PER_INITIAL
    return f"[{chr(start)}-{chr(start + PER_INITIAL - 1)}{letter}]"


def spelt_out(asked: str) -> list[str]:
    """The question with its abbreviations written in full, one reading for each that occurs and one with all."""
    known = wordings().abbreviations
    found = [short for short in known if short in asked and known[short] not in asked]
    longest = [short for short in found if not any(short != other and short in other for other in found)]
    together = asked
    for short in longest:
        together = together.replace(short, known[short])
    return sorted({*(asked.replace(short, known[short]) for short in longest), together} - {asked})


def subsequence_pattern(asked: str, anchored: bool) -> str:
    """A regular expression that finds the letters of a question in order within one line, without backtracking."""
    links = "".join(f"[^\\n{re.escape(letter)}]*{re.escape(letter)}" for letter in asked[1:])
    return ("^" if anchored else "") + re.escape(asked[:1]) + links


@cache
def letters(syllable: str) -> tuple[str, ...]:
    """The letters (자모) of one syllable as initial, vowel and final; any other character alone."""
    if not FIRST <= ord(syllable) <= LAST:
        return (syllable,)
    initial, rest = divmod(ord(syllable) - FIRST, PER_INITIAL)
    vowel, final = divmod(rest, PER_VOWEL)
    return (INITIALS[initial], chr(0x314F + vowel), chr(0x11A7 + final) if final else "")


def in_letters(text: str) -> str:
    """A name written letter by letter."""
    return "".join("".join(letters(syllable)) for syllable in text)


def one_letter_apart(first: str, second: str) -> bool:
    """Whether two syllables differ in one letter only."""
    left, right = letters(first), letters(second)
    return len(left) == len(right) == 3 and sum(a != b for a, b in zip(left, right, strict=True)) == 1


def place_of(name: str) -> str | None:
    """The city or province a name begins with."""
    return next((name[:size] for size in (3, 2) if name[:size] in wordings().places), None)


def is_slip(asked: str, name: str) -> bool:
    """Whether a question is a part of a name but for slips: a letter wrong in a syllable, a syllable missing or one too many.

    One slip is allowed, two from five syllables on. Another place is never a slip: 양산고용센터 is not 울산고용센터 misspelt.
    """
    if len(asked) < 3 or place_of(asked) not in (None, place_of(name)):
        return False
    return _slips(asked, name) <= (1 if len(asked) < 5 else 2)


def _slips(asked: str, name: str) -> int:
    """Least slips to find a question within a name, starting and ending anywhere in it."""
    too_many = len(asked) + 1
    above = [0] * (len(name) + 1)
    for row, letter in enumerate(asked, start=1):
        # A question's first syllable is never the one too many: a name is recognised by how it begins.
        line = [too_many if row == 1 else above[0] + 1]
        for column, other in enumerate(name, start=1):
            cost = 0 if letter == other else 1 if one_letter_apart(letter, other) else too_many
            extra = too_many if row == 1 else above[column] + 1
            line.append(min(above[column - 1] + cost, extra, line[-1] + 1, too_many))
        above = line
    return min(above)

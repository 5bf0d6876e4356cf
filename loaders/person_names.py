"""Persons' names in Korean text. Institutions, places and job words look much like names, so a name needs a sign beside it:
씨 or 님, a title, a label such as 성명, masking (김○○), or a remark or case id that holds nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path

WORDS_FILE = Path(__file__).with_suffix(".yaml")


def _listed() -> dict[str, list[str]]:
    import yaml

    return {name: words.split() for name, words in yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8")).items()}


_WORDS = _listed()
SURNAMES, FIRST, SECOND = ("".join(_WORDS[name]) for name in ("surnames", "first", "second"))
LONG_SURNAMES, TITLES = ("|".join(_WORDS[name]) for name in ("long_surnames", "titles"))
LABELS, FIRM_LABELS = ("|".join(_WORDS[name]) for name in ("labels", "firm_labels"))
NOT_NAMES = frozenset(_WORDS["not_names"])

END = r"(?![가-힣])"
PARTICLE = r"(?=(?:[은는이가을를의도와과께만]|에게|께서|으로|로|부터|까지|처럼)?(?![가-힣]))"
START = r"(?<![가-힣])"
NAME = rf"(?P<name>(?:[{SURNAMES}]|{LONG_SURNAMES})[{FIRST}][{SECOND}])"
MASK = "[○〇*＊]"

WITH_HONORIFIC = re.compile(rf"{START}{NAME}\s?(?:씨|님|선생님|어르신|여사|옹){PARTICLE}")
SHORT_WITH_HONORIFIC = re.compile(rf"{START}[{SURNAMES}](?:[{SECOND}]|\s?[모某])?\s?씨{PARTICLE}")
WITH_TITLE = re.compile(rf"{START}{NAME}\s(?:{TITLES}){PARTICLE}")
LABELLED = re.compile(rf"{START}(?:(?:{LABELS})\s?:\s?|(?:{FIRM_LABELS})\s){NAME}{END}")
MASKED = re.compile(
    rf"(?<![가-힣A-Za-z0-9])[{SURNAMES}](?:"
    rf"{MASK}{{2,3}}(?![가-힣])|{MASK}{{2}}(?=[은는이가을를의도와과씨님군양])|○{END}|[○〇*＊OX][{SECOND}](?![가-힣A-Za-z])"
    r"|(?:OO|XX|oo|xx)(?![A-Za-z가-힣])|(?:OO|XX|oo|xx|00)\s?(?:씨|님|군|양))"
)
ROMANISED = re.compile(r"\b(?:Mr|Mrs|Ms)\.?\s[A-Z][a-z]+|\b[A-Z][a-z]{1,5}\s[A-Z][a-z]{1,6}-[A-Za-z][a-z]{1,6}\b")
BARE = re.compile(NAME)
WORDS = re.compile(r"[^가-힣]+")

# What polars looks for over whole columns before a cell is examined more closely.
NAME_HINT = "|".join(
    (
        r"씨|님|선생|어르신|여사|옹",
        rf"[가-힣]{{3,4}}\s({TITLES})",
        rf"{FIRM_LABELS}|({LABELS})\s?[:：]",
        r"[가-힣][○◯〇●•∘◦⭕⚪*＊]|[가-힣](OO|XX|oo|xx|ＯＯ|00|[OX][가-힣])",
        r"Mrs?\.?\s|Ms\.?\s|[A-Z][a-z]+\s[A-Z][a-z]+-",
        r"^[^가-힣]*[가-힣]{3,4}([^가-힣]+[가-힣]{3,4})*[^가-힣]*$",
    )
)


def names_a_person(text: str) -> bool:
    """True when a text names a person beside a sign that it is a person."""
    named = (found["name"] for pattern in (WITH_HONORIFIC, WITH_TITLE, LABELLED) for found in pattern.finditer(text))
    if any(name not in NOT_NAMES for name in named):
        return True
    return any(pattern.search(text) for pattern in (SHORT_WITH_HONORIFIC, MASKED, ROMANISED))


def is_bare_name(text: str) -> bool:
    """True when the Korean words of a text are persons' names and nothing else."""
    words = [word for word in WORDS.split(text) if word]
    return bool(words) and all(BARE.fullmatch(word) and word not in NOT_NAMES for word in words)

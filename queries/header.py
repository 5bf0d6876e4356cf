"""The header of a question file: what the question declares of itself, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.schema import load_schema
from graph.store import Value
from queries.answer import AnswerColumn, Bilingual
from queries.errors import CatalogError
from queries.sentence import names_used

REQUIRED = object()
"""The default of a parameter that must be given."""
COLUMN_TYPES = {
    "text",
    "integer",
    "number",
    "boolean",
    "cases",
    "list<text>",
    "set<text>",
    "set<source>",
    "set<case>",
    "set<case_source>",
}
PARAM = re.compile(
    r"(?P<name>[a-z]\w*)\s+(?P<type>text|integer|number|boolean|list<text>|choice\([^)]*\))(?:\s+(?P<low>-?\d+)\.\.(?P<high>-?\d+))?"
    r"(?:\s+of\s+(?P<kinds>\w+(?:\s*,\s*\w+)*))?(?:\s+in\s+(?P<vocabulary>\w+))?"
    r"(?:\s*=\s*(?P<default>\[[^\]]*\]|\"[^\"]*\"|\S+))?\s{2,}(?P<words>.+)"
)
COLUMN = re.compile(
    r"(?P<name>[a-z]\w*)\s+(?P<type>\w+(?:<\w+>)?)(?:\s+within\s+(?P<within>\w+))?(?:\s+of\s+(?P<kinds>\w+(?:\s*,\s*\w+)*))?"
    r"(?:\s+in\s+(?P<vocabulary>\w+))?\s+\"(?P<ko>[^\"]+)\"\s+\"(?P<en>[^\"]+)\""
)
DRAW = re.compile(r"(?P<start>\w+)\s*-\[(?P<type>\w+)\]->\s*(?P<end>\w+)")


@dataclass(frozen=True)
class Param:
    """A parameter. An integer may have bounds; text may hold ids of `kinds`, or codes of a vocabulary (its `choices`)."""

    name: str
    type: str
    explanation: Bilingual
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    vocabulary: str | None = None
    low: int | None = None
    high: int | None = None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED


@dataclass(frozen=True)
class Draw:
    """A relationship to draw for each row: two columns of ids, and a type or the column that holds it."""

    start: str
    type: str
    end: str


@dataclass
class Header:
    """Everything a header says. `within` tells which count another count is a part of."""

    title: Bilingual | None = None
    asks: Bilingual | None = None
    params: dict[str, Param] = field(default_factory=dict)
    columns: list[AnswerColumn] = field(default_factory=list)
    within: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    rows: str = "facts"
    draws: list[Draw] = field(default_factory=list)
    evidence: str | None = None
    says: Bilingual | None = None
    none: Bilingual | None = None
    notes: list[Bilingual] = field(default_factory=list)


def parse_header(file: str, lines: Sequence[tuple[int, str]]) -> Header:
    """A header from its numbered lines (each starts with `//`); CatalogError names the first bad one."""
    header = Header()
    for number, line in lines:
        word, colon, rest = line.removeprefix("//").strip().partition(":")
        reader = READERS.get(word.strip())
        if not colon or reader is None:
            raise CatalogError(
                file, number, f"a header line is one of {', '.join(READERS)}, followed by a colon: {line.strip()}"
            )
        try:
            reader(header, rest.strip())
        except ValueError as problem:
            raise CatalogError(file, number, str(problem)) from None
    _complete(file, header, lines[0][0] if lines else 1)
    return header


def _complete(file: str, header: Header, line: int) -> None:
    told: dict[str, object] = {"title": header.title, "asks": header.asks, "returns": header.columns, "key": header.key}
    told |= {"evidence": header.evidence, "says": header.says, "none": header.none}
    for word, value in told.items():
        if not value:
            raise CatalogError(file, line, f"the header lacks `// {word}:`")
    names = [column.name for column in header.columns]
    unknown = [name for name in (*header.key, *header.within.values()) if name not in names]
    unknown += [name for draw in header.draws for name in (draw.start, draw.end) if name not in names]
    unknown += [draw.type for draw in header.draws if draw.type not in load_schema().relationships and draw.type not in names]
    if unknown or len(names) != len(set(names)):
        raise CatalogError(file, line, f"not a returned column, or returned twice: {', '.join(unknown or names)}")
    kinds = {column.name: column.kinds for column in header.columns}
    nameless = [name for draw in header.draws for name in (draw.start, draw.end) if not kinds[name]]
    if nameless:
        raise CatalogError(file, line, f"a drawn column says whose ids it holds: `{nameless[0]} … of Kind`")
    _templates(file, header, line)


def _templates(file: str, header: Header, line: int) -> None:
    known = {"rows", "n"} | {f"first.{column.name}" for column in header.columns} | {f"param.{name}" for name in header.params}
    for words in (header.says, header.none):
        for template in (words.ko, words.en) if words else ():
            unknown = names_used(template) - known
            if unknown or (words is header.none and any(name.startswith("first.") for name in names_used(template))):
                raise CatalogError(file, line, f"a sentence names what it cannot know: {', '.join(sorted(unknown)) or 'first'}")


def bilingual(text: str) -> Bilingual:
    """Korean and English on the two sides of a bar; ValueError when one is missing."""
    ko, bar, en = (part.strip() for part in text.partition("|"))
    if not (ko and bar and en):
        raise ValueError(f"write Korean | English, not: {text}")
    return Bilingual(ko, en)


def _read_param(header: Header, text: str) -> None:
    match = PARAM.fullmatch(text)
    if match is None:
        raise ValueError(f"a parameter is `name type [low..high] [of Kind] [in vocabulary] [= default]  ko | en`, not: {text}")
    given = match.groupdict()
    choices = _choices(given["type"], given["vocabulary"])
    param = Param(
        name=given["name"],
        type=given["type"].partition("(")[0],
        explanation=bilingual(given["words"]),
        choices=choices,
        kinds=_kinds(given["kinds"]),
        vocabulary=given["vocabulary"],
        low=None if given["low"] is None else int(given["low"]),
        high=None if given["high"] is None else int(given["high"]),
    )
    if param.name in header.params:
        raise ValueError(f"the parameter {param.name} is declared twice")
    default = REQUIRED if given["default"] is None else _default(param, given["default"])
    header.params[param.name] = Param(**{**vars(param), "default": default})


def _choices(declared: str, vocabulary: str | None) -> tuple[str, ...]:
    if vocabulary is not None:
        return tuple(_vocabulary(vocabulary))
    inside = declared.partition("(")[2].removesuffix(")")
    return tuple(choice.strip() for choice in inside.split(",") if choice.strip())


def _vocabulary(name: str) -> Sequence[str]:
    found = load_schema().vocabularies.get(name)
    if found is None:
        raise ValueError(f"schema.yaml has no vocabulary {name}")
    return list(found)


def _kinds(text: str | None) -> tuple[str, ...]:
    kinds = tuple(kind.strip() for kind in (text or "").split(",") if kind.strip())
    unknown = [kind for kind in kinds if kind not in load_schema().nodes]
    if unknown:
        raise ValueError(f"schema.yaml has no node {', '.join(unknown)}")
    return kinds


def _default(param: Param, text: str) -> Value:
    bare = param.type in ("text", "choice") and not text.startswith('"')
    value: Value = text if bare else json.loads(text)
    expected: dict[str, type | tuple[type, ...]] = {
        "integer": int, "number": (int, float), "boolean": bool, "list<text>": list, "text": str, "choice": str,
    }  # fmt: skip
    if not isinstance(value, expected[param.type]) or (param.type == "choice" and value not in param.choices):
        raise ValueError(f"the default of {param.name} is no {param.type}: {text}")
    return value


def _read_column(header: Header, text: str) -> None:
    match = COLUMN.fullmatch(text)
    if match is None or match["type"] not in COLUMN_TYPES:
        raise ValueError(f'a column is `name type [within column] [of Kind] [in vocabulary] "ko" "en"`, not: {text}')
    if match["vocabulary"]:
        _vocabulary(match["vocabulary"])
    label = Bilingual(match["ko"], match["en"])
    header.columns.append(AnswerColumn(match["name"], match["type"], label, _kinds(match["kinds"]), match["vocabulary"]))
    if match["within"]:
        header.within[match["name"]] = match["within"]


def _read_draws(header: Header, text: str) -> None:
    for part in text.split(","):
        match = DRAW.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"a drawing is `column -[TYPE or column]-> column`, not: {part.strip()}")
        header.draws.append(Draw(**match.groupdict()))


def _read_key(header: Header, text: str) -> None:
    header.key = tuple(name.strip() for name in text.split(","))


def _one_of(word: str, known: Sequence[str]) -> Callable[[Header, str], None]:
    def read(header: Header, text: str) -> None:
        if text not in known:
            raise ValueError(f"{word} is one of {', '.join(known)}, not: {text}")
        setattr(header, word, text)

    return read


def _words(word: str) -> Callable[[Header, str], None]:
    return lambda header, text: setattr(header, word, bilingual(text))


READERS: dict[str, Callable[[Header, str], None]] = {
    "title": _words("title"),
    "asks": _words("asks"),
    "param": _read_param,
    "returns": _read_column,
    "key": _read_key,
    "rows": _one_of("rows", ("facts", "groups", "cases")),
    "draws": _read_draws,
    "evidence": _one_of("evidence", ("told", "observed")),
    "says": _words("says"),
    "none": _words("none"),
    "note": lambda header, text: header.notes.append(bilingual(text)),
}

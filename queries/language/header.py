"""The header of a question file: what the question declares of itself, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.schema import load_schema
from graph.store import Value
from queries.answer import AnswerColumn, Bilingual
from queries.errors import CatalogError
from queries.telling.sentence import names_used

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
    r"(?P<name>[a-z]\w*)\s+(?P<type>text|day|integer|number|boolean|list<text>|choice\([^)]*\))(?:\s+(?P<low>-?\d+)\.\.(?P<high>-?\d+))?"
    r"(?:\s+of\s+(?P<kinds>\w+(?:\s*,\s*\w+)*))?(?:\s+in\s+(?P<vocabularies>\w+(?:\s*,\s*\w+)*))?"
    r"(?:\s*=\s*(?P<default>\[[^\]]*\]|\"[^\"]*\"|\S+))?\s{2,}(?P<words>.+)"
)
COLUMN = re.compile(
    r"(?P<name>[a-z]\w*)\s+(?P<type>\w+(?:<\w+>)?)(?:\s+within\s+(?P<within>\w+))?(?:\s+of\s+(?P<kinds>\w+(?:\s*,\s*\w+)*))?"
    r"(?:\s+in\s+(?P<vocabularies>\w+(?:\s*,\s*\w+)*))?\s+\"(?P<ko>[^\"]+)\"\s+\"(?P<en>[^\"]+)\""
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
    vocabularies: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED


AS_OF = Param(
    "as_of",
    "day",
    Bilingual(
        "이 날에 유효한 사실만(2026-01-01처럼). 비우면 날짜를 가리지 않습니다",
        "only facts valid on that day, such as 2026-01-01; empty means any day",
    ),
    default="",
)
"""A parameter every question takes: the day on which facts must be valid."""


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
    tables: str | None = None
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
    unknown = [name for name in (*header.key, *header.within.values(), *filter(None, [header.tables])) if name not in names]
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
            unknown = {name for name in names_used(template) - known if not name.startswith("words.")}
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
    vocabularies = _vocabularies(given["vocabularies"])
    param = Param(
        name=given["name"],
        type=given["type"].partition("(")[0],
        explanation=bilingual(given["words"]),
        choices=_choices(given["type"], vocabularies),
        kinds=_kinds(given["kinds"]),
        vocabularies=vocabularies,
        low=None if given["low"] is None else int(given["low"]),
        high=None if given["high"] is None else int(given["high"]),
    )
    if param.name in header.params:
        raise ValueError(f"the parameter {param.name} is declared twice")
    default = REQUIRED if given["default"] is None else _default(param, given["default"])
    header.params[param.name] = Param(**{**vars(param), "default": default})


def _choices(declared: str, vocabularies: Sequence[str]) -> tuple[str, ...]:
    inside = declared.partition("(")[2].removesuffix(")")
    codes = [code for name in vocabularies for code in load_schema().vocabularies[name]]
    return tuple(dict.fromkeys([*_names(inside), *codes]))


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _vocabularies(text: str | None) -> tuple[str, ...]:
    return _declared(text, load_schema().vocabularies, "vocabulary")


def _kinds(text: str | None) -> tuple[str, ...]:
    return _declared(text, load_schema().nodes, "node")


def _declared(text: str | None, known: Mapping[str, object], what: str) -> tuple[str, ...]:
    names = _names(text)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"schema.yaml has no {what} {', '.join(unknown)}")
    return names


def _default(param: Param, text: str) -> Value:
    bare = param.type in ("text", "choice") and not text.startswith('"')
    value: Value = text if bare else json.loads(text)
    expected: dict[str, type | tuple[type, ...]] = {
        "integer": int, "number": (int, float), "boolean": bool, "list<text>": list, "text": str, "day": str, "choice": str,
    }  # fmt: skip
    if not isinstance(value, expected[param.type]) or (param.type == "choice" and value not in param.choices):
        raise ValueError(f"the default of {param.name} is no {param.type}: {text}")
    return value


def _read_column(header: Header, text: str) -> None:
    match = COLUMN.fullmatch(text)
    if match is None or match["type"] not in COLUMN_TYPES:
        raise ValueError(f'a column is `name type [within column] [of Kind] [in vocabulary] "ko" "en"`, not: {text}')
    label = Bilingual(match["ko"], match["en"])
    held = _kinds(match["kinds"]), _vocabularies(match["vocabularies"])
    header.columns.append(AnswerColumn(match["name"], match["type"], label, *held))
    if match["within"]:
        header.within[match["name"]] = match["within"]


def _read_draws(header: Header, text: str) -> None:
    for part in text.split(","):
        match = DRAW.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"a drawing is `column -[TYPE or column]-> column`, not: {part.strip()}")
        header.draws.append(Draw(**match.groupdict()))


def _read_key(header: Header, text: str) -> None:
    header.key = _names(text)


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
    "tables": lambda header, text: setattr(header, "tables", text),
    "draws": _read_draws,
    "evidence": _one_of("evidence", ("told", "observed")),
    "says": _words("says"),
    "none": _words("none"),
    "note": lambda header, text: header.notes.append(bilingual(text)),
}

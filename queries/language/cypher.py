"""Cypher as far as the rules need it: tokens, clauses, and what a RETURN returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<comment>//[^\n]*|/\*.*?\*/) | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<param>\$\w+) | (?P<number>\d+(?:\.\d+)?) | (?P<name>[^\W\d]\w*|`[^`]+`) | (?P<symbol><=|>=|<>|\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)
CLAUSES = ("OPTIONAL MATCH", "ORDER BY", "UNION ALL", "MATCH", "WHERE", "WITH", "RETURN", "LIMIT", "SKIP", "UNWIND", "UNION")
KEYWORDS = {"IN", "AND", "OR", "NOT", "XOR", "WHERE", "MATCH", "WHEN", "THEN", "ELSE", "WITH", "RETURN", "BY", "AS", "CASE"}
"""Words that may stand before a bracket without being a function."""
AGGREGATES = {"count", "collect", "sum", "min", "max", "avg"}


@dataclass(frozen=True)
class Token:
    """One word of a statement. `kind` is text, param, number, name or symbol; `line` counts from 1 in its file."""

    kind: str
    text: str
    line: int
    depth: int

    @property
    def word(self) -> str:
        """The token in upper case, to compare with keywords."""
        return self.text.upper()


@dataclass(frozen=True)
class Clause:
    """One clause: its keyword in upper case and the tokens that follow it."""

    keyword: str
    line: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Returned:
    """One item of a RETURN or WITH: the expression, and its alias if it has one."""

    expression: tuple[Token, ...]
    alias: str | None
    line: int

    @property
    def aggregate(self) -> bool:
        """Whether the expression holds an aggregate."""
        return any(token.text.lower() in AGGREGATES for token in calls(self.expression))


@dataclass(frozen=True)
class Statement:
    """One Cypher statement of a question file. `key` names the columns that tell its rows apart."""

    name: str
    text: str
    line: int
    key: tuple[str, ...] = ()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Every token but blanks and comments."""
        return tuple(_tokens(self.text, self.line))

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses at the top level, in order."""
        return tuple(_clauses(self.tokens))

    @cached_property
    def branches(self) -> tuple[tuple[Clause, ...], ...]:
        """The clauses of each branch between UNIONs."""
        found: list[list[Clause]] = [[]]
        for clause in self.clauses:
            if clause.keyword.startswith("UNION"):
                found.append([])
            else:
                found[-1].append(clause)
        return tuple(tuple(branch) for branch in found)

    @cached_property
    def params(self) -> frozenset[str]:
        """The parameters it uses, without the dollar sign."""
        return frozenset(token.text[1:] for token in self.tokens if token.kind == "param")

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names its patterns bind."""
        return frozenset(_pattern_variables(self.tokens))

    @cached_property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The columns each branch returns; a missing alias shows as an empty name."""
        finals = [last(branch, "RETURN") for branch in self.branches]
        return tuple(tuple(item.alias or "" for item in returned(final)) if final else () for final in finals)


def _tokens(text: str, line: int) -> Iterator[Token]:
    depth = 0
    for match in TOKEN.finditer(text):
        kind, word = str(match.lastgroup), match.group()
        if word in ")]}" and kind == "symbol":
            depth -= 1
        if kind not in ("space", "comment"):
            yield Token(kind, word, line, depth)
        if word in ("(", "[", "{"):
            depth += 1
        line += word.count("\n")


def _clauses(tokens: Sequence[Token]) -> Iterator[Clause]:
    starts = list(_clause_starts(tokens))
    for (start, keyword), (stop, _) in zip(starts, [*starts[1:], (len(tokens), "")], strict=True):
        yield Clause(keyword, tokens[start].line, tuple(tokens[start + len(keyword.split()) : stop]))


def _clause_starts(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    index = 0
    while index < len(tokens):
        keyword = _keyword_at(tokens, index)
        if keyword:
            yield index, keyword
        index += len(keyword.split()) or 1


def _keyword_at(tokens: Sequence[Token], index: int) -> str:
    token = tokens[index]
    before = tokens[index - 1].word if index else ""
    if token.kind != "name" or token.depth or before in (".", ":", "|", "STARTS", "ENDS"):
        return ""
    words = [other.word for other in tokens[index : index + 2]]
    return next((keyword for keyword in CLAUSES if words[: len(keyword.split())] == keyword.split()), "")


def _pattern_variables(tokens: Sequence[Token]) -> Iterator[str]:
    for before, bracket, name, after in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        called = before.kind == "name" and before.word not in ("MATCH", "WHERE", "AND", "OR", "NOT", "EXISTS")
        if bracket.text in ("(", "[") and name.kind == "name" and after.text in (":", ")", "]", "{", "*") and not called:
            yield name.text


def last(clauses: Sequence[Clause], keyword: str) -> Clause | None:
    """The last clause with a keyword, if there is one."""
    return next((clause for clause in reversed(clauses) if clause.keyword == keyword), None)


def returned(clause: Clause) -> list[Returned]:
    """The items of a RETURN or WITH, without a leading DISTINCT."""
    tokens = clause.tokens[1:] if clause.tokens and clause.tokens[0].word == "DISTINCT" else clause.tokens
    return [_item(part, clause.line) for part in split(tokens)]


def _item(part: Sequence[Token], line: int) -> Returned:
    where = part[0].line if part else line
    if len(part) > 2 and part[-2].word == "AS":
        return Returned(tuple(part[:-2]), part[-1].text, where)
    passed_on = len(part) == 1 and part[0].kind == "name"
    return Returned(tuple(part), part[0].text if passed_on else None, where)


def split(tokens: Sequence[Token], by: str = ",") -> list[list[Token]]:
    """Tokens divided at the commas of their own level."""
    level = min((token.depth for token in tokens), default=0)
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == by and token.depth == level:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def calls(tokens: Sequence[Token]) -> list[Token]:
    """The names of the functions that are called."""
    return [name for name, after in pairwise(tokens) if name.kind == "name" and after.text == "(" and name.word not in KEYWORDS]

"""What a statement must keep to, so that both engines give the same rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from graph.schema import load_schema
from queries.language.cypher import Clause, Statement, Token, calls, last, returned, split

Finding = tuple[int, str]
Rule = Callable[[Statement], Iterator[Finding]]

MOST_HOPS = 4
RESERVED = {"case", "end", "order", "group", "table", "column", "desc", "default"}
SAME_FUNCTIONS = {
    "count",
    "collect",
    "sum",
    "min",
    "max",
    "avg",
    "size",
    "coalesce",
    "abs",
    "exists",
    "tolower",
    "lower",
    "upper",
    "toupper",
}
WRITES = {
    "CREATE",
    "MERGE",
    "DELETE",
    "DETACH",
    "SET",
    "REMOVE",
    "DROP",
    "ALTER",
    "LOAD",
    "COPY",
    "EXPORT",
    "IMPORT",
    "INSTALL",
    "ATTACH",
}
NOT_SHARED = {
    "CALL",
    "FOREACH",
    "SHORTESTPATH",
    "ALLSHORTESTPATHS",
    "REDUCE",
    "TOSTRING",
    "APOC",
    "USING",
    "PROFILE",
    "EXPLAIN",
}
VALID = (
    "( $as_of = '' OR ( coalesce ( {0} . valid_from , $as_of ) <= $as_of AND coalesce ( {0} . valid_to , $as_of ) >= $as_of ) )"
)
START = "valid_from"
SNAKE = re.compile(r"[a-z][a-z0-9_]*\Z")


def findings(statement: Statement, rules: Sequence[Rule]) -> list[Finding]:
    """Everything a statement does against the rules: line and message, in the order of the lines."""
    return sorted(finding for rule in rules for finding in rule(statement))


def scalar_columns(statement: Statement) -> Iterator[Finding]:
    """Rule 1: scalar columns only, each named in snake_case."""
    for branch in statement.branches:
        final = last(branch, "RETURN")
        for item in returned(final) if final else ():
            if item.alias is None or not SNAKE.match(item.alias):
                yield item.line, "a returned column needs a name: AS snake_case (rule 1)"
            if len(item.expression) == 1 and item.expression[0].text in statement.variables:
                yield item.line, f"`{item.expression[0].text}` is a node or relationship; return its properties (rule 1)"


def aliases_are_new(statement: Statement) -> Iterator[Finding]:
    """Rule 2: an alias never equals a variable."""
    for before, token in zip(statement.tokens, statement.tokens[1:], strict=False):
        if before.word == "AS" and token.text in statement.variables:
            yield token.line, f"the alias `{token.text}` is also a variable; name it otherwise (rule 2)"


def repeated_types_are_guarded(statement: Statement) -> Iterator[Finding]:
    """Rule 3: one engine lets a relationship repeat in a pattern and the other does not."""
    for branch in statement.branches:
        for clause, after in zip(branch, [*branch[1:], None], strict=True):
            if clause.keyword.endswith("MATCH") and _repeats(clause) and not _guards(after):
                yield clause.line, "the pattern uses a relationship type twice; guard it: first.id < second.id (rule 3)"


def _repeats(clause: Clause) -> bool:
    relationships = [_types(clause.tokens, index) for index, token in enumerate(clause.tokens) if token.text == "["]
    counted = Counter(name for types in relationships for name in types)
    return any(times > 1 for times in counted.values()) or ("" in counted and len(relationships) > 1)


def _types(tokens: Sequence[Token], start: int, bracket: str = "[") -> set[str]:
    inside: list[str] = []
    for token in tokens[start + 1 :]:
        if token.text in ("]" if bracket == "[" else ")", "{", "*"):
            break
        inside.append(token.text)
    return set("".join(inside).partition(":")[2].replace(":", "").split("|"))


def _guards(where: Clause | None) -> bool:
    if where is None or where.keyword != "WHERE":
        return False
    texts = [token.text for token in where.tokens]
    windows = (texts[start : start + 7] for start in range(len(texts) - 6))
    return any(w[1] == w[5] == "." and w[3] in ("<", "<>") and w[2] == w[6] and w[0] != w[4] for w in windows)


def params_are_never_null(statement: Statement) -> Iterator[Finding]:
    """Rule 4: an optional filter is a list, never null."""
    for token, first, second in zip(statement.tokens, statement.tokens[1:], statement.tokens[2:], strict=False):
        if token.kind == "param" and first.word == "IS" and second.word in ("NULL", "NOT"):
            yield token.line, f"{token.text} is never null; make it a list: size({token.text}) = 0 OR … (rule 4)"


def rows_are_ordered(statement: Statement) -> Iterator[Finding]:
    """Rule 5: a total order and a limit, wherever rows are returned."""
    for branch in statement.branches:
        final = last(branch, "RETURN")
        if final is None:
            yield statement.line, "the statement returns nothing (rule 5)"
        elif not all(item.aggregate for item in returned(final)):
            yield from _final_order(statement, branch, final)
        yield from _inner_orders(branch)


def _final_order(statement: Statement, branch: Sequence[Clause], final: Clause) -> Iterator[Finding]:
    after = branch[branch.index(final) :]
    order, limit = last(after, "ORDER BY"), last(after, "LIMIT")
    if limit is None or order is None:
        yield final.line, "RETURN needs an ORDER BY and a LIMIT (rule 5)"
    if order is None:
        return
    columns = [item.alias for item in returned(final)]
    keys = [_ordered_by(part) for part in split(order.tokens)]
    for key in keys:
        if key not in columns:
            yield order.line, f"ORDER BY names returned columns only; `{key}` is none (rule 5)"
    missing = [name for name in statement.key if name not in keys]
    if missing or not statement.key:
        yield order.line, f"the order is not total: ORDER BY lacks the key {', '.join(missing) or '(none declared)'} (rule 5)"


def _ordered_by(part: Sequence[Token]) -> str:
    """The column a key orders by; `coalesce(column, -1)` puts rows without a value where both engines agree."""
    texts = [token.text for token in part if token.word not in ("ASC", "DESC")]
    return texts[2] if texts[:2] == ["coalesce", "("] and len(texts) > 3 and texts[3] == "," else " ".join(texts)


def _inner_orders(branch: Sequence[Clause]) -> Iterator[Finding]:
    for before, order, after in zip(branch, branch[1:], branch[2:], strict=False):
        if before.keyword == "WITH" and order.keyword == "ORDER BY" and after.keyword not in ("LIMIT", "SKIP"):
            yield order.line, "WITH … ORDER BY needs a LIMIT, or the order is lost (rule 5)"


def hops_are_bounded(statement: Statement) -> Iterator[Finding]:
    """Rule 6: a pattern of variable length names both ends of its length, at most four."""
    depth = 0
    for index, token in enumerate(statement.tokens):
        depth += {"[": 1, "]": -1}.get(token.text, 0)
        if token.text == "*" and depth and _length_of(statement.tokens[index + 1 :]) not in range(1, MOST_HOPS + 1):
            yield token.line, f"bound the hops, at most {MOST_HOPS}: *1..{MOST_HOPS} (rule 6)"


def _length_of(after: Sequence[Token]) -> int:
    texts = [token.text for token in after[:3]]
    if len(texts) == 3 and texts[0].isdigit() and texts[1] == ".." and texts[2].isdigit():
        return int(texts[2])
    return int(texts[0]) if texts and texts[0].isdigit() and texts[1] != ".." else 0


def only_reads(statement: Statement) -> Iterator[Finding]:
    """A question only reads, whatever the engine."""
    for token in _keywords(statement.tokens, WRITES):
        yield token.line, f"`{token.text}` is not used here: a question only reads (rule 7)"


def only_shared_constructs(statement: Statement) -> Iterator[Finding]:
    """Rule 7: nothing that only one engine has, or that the two answer differently."""
    tokens = statement.tokens
    for token in _keywords(tokens, NOT_SHARED):
        yield token.line, f"`{token.text}` is not the same on both engines (rule 7)"
    for token in calls(tokens):
        if token.word not in NOT_SHARED | WRITES and token.text.lower() not in SAME_FUNCTIONS:
            yield token.line, f"the function {token.text}() is not known to be the same on both engines (rule 7)"
    yield from _sums(tokens)
    yield from _brackets(tokens)


def _sums(tokens: Sequence[Token]) -> Iterator[Finding]:
    for name, bracket, inside in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if name.word == "SUM" and bracket.text == "(" and inside.word not in ("COALESCE", "CASE"):
            yield name.line, "a sum over nothing is null on one engine and 0 on the other: sum(coalesce(…, 0)) (rule 7)"


def _keywords(tokens: Sequence[Token], words: set[str]) -> Iterator[Token]:
    previous = ""
    for token in tokens:
        if token.kind == "name" and token.word in words and previous not in (".", ":", "|", "AS"):
            yield token
        previous = token.word


def _brackets(tokens: Sequence[Token]) -> Iterator[Finding]:
    for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if first.text == "[" and second.kind == "name" and third.word == "IN":
            yield first.line, "list comprehensions differ between the engines (rule 7)"
        if first.kind == "name" and second.text == "{" and (third.text == "." or third.text == "}"):
            yield first.line, "map projections differ between the engines (rule 7)"


def no_reserved_names(statement: Statement) -> Iterator[Finding]:
    """Rule 8: names that one engine keeps for itself."""
    for before, token in zip(statement.tokens, statement.tokens[1:], strict=False):
        named = before.word == "AS" or before.text == "." or token.text in statement.variables
        if token.kind == "name" and named and token.text.lower() in RESERVED:
            yield token.line, f"`{token.text}` is a reserved word; name it otherwise (rule 8)"


@cache
def dated_kinds() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The relationship types and the node kinds whose facts say from when to when they are valid."""
    schema = load_schema()
    links = tuple(name for name in schema.relationships if START in schema.relationship_properties(name))
    return links, tuple(kind for kind in schema.nodes if START in schema.node_properties(kind))


def dated_facts_are_filtered(statement: Statement) -> Iterator[Finding]:
    """Rule 11: a pattern of a dated relationship or node keeps to what is valid on $as_of, written out in its WHERE.

    `($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))`. A program
    that a case used is a thing of the past, and not filtered.
    """
    links, kinds = ({*each} for each in dated_kinds())
    for branch in statement.branches:
        for clause, after in zip(branch, [*branch[1:], None], strict=True):
            if clause.keyword.endswith("MATCH"):
                filtered = "" if after is None or after.keyword != "WHERE" else " ".join(token.text for token in after.tokens)
                for line, name in _dated_variables(clause, links, kinds):
                    if not name or VALID.format(name) not in filtered:
                        yield (
                            line,
                            f"filter {name or 'what is dated'} by the day it is valid on, see docs/questions.md (rule 11)",
                        )


def _dated_variables(clause: Clause, links: set[str], kinds: set[str]) -> Iterator[tuple[int, str]]:
    """Line and variable of every dated relationship and node of a pattern; no variable for one that has no name."""
    tokens = clause.tokens
    for index, token in enumerate(tokens):
        if token.text not in ("[", "("):
            continue
        named = tokens[index + 1].kind == "name" if index + 1 < len(tokens) else False
        types, dated = _types(tokens, index, token.text), links if token.text == "[" else kinds
        if types & dated and not (token.text == "(" and _used_by_a_case(tokens, index)):
            yield token.line, tokens[index + 1].text if named else ""


def _used_by_a_case(tokens: Sequence[Token], node: int) -> bool:
    before = [token.text for token in tokens[max(0, node - 7) : node]]
    return "USED" in before


PORTABLE: tuple[Rule, ...] = (
    scalar_columns,
    aliases_are_new,
    repeated_types_are_guarded,
    params_are_never_null,
    rows_are_ordered,
    hops_are_bounded,
    only_reads,
    only_shared_constructs,
    no_reserved_names,
    dated_facts_are_filtered,
)
"""The rules for a file that runs on both engines. Rule 9 (declared = used) is the catalog's; rule 10 (binding) is a test."""

READ_ONLY: tuple[Rule, ...] = (scalar_columns, rows_are_ordered, hops_are_bounded, only_reads)
"""The rules for a variant that runs on one engine."""

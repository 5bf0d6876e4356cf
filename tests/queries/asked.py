"""Parameters to ask a question with, made from what it declares and from the ids a generation holds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from queries.telling.nodes import first_nodes

if TYPE_CHECKING:
    from graph.store import Reader
    from queries.catalog import Question
    from queries.language.header import Param


def combinations(question: Question, reader: Reader, many: int) -> list[dict[str, Any]]:
    """Different parameter sets for a question: the defaults first where it has them, the rest drawn with a fixed seed."""
    chance = random.Random(question.name)
    ids = {param.name: [node.id for node in first_nodes(reader, param.kinds)] for param in question.params.values()}
    found: dict[str, dict[str, Any]] = {}
    for attempt in range(many * 4):
        given = {p.name: _value(p, ids[p.name], chance) for p in question.params.values() if attempt or p.required}
        if len(found) < many and len({v for v in given.values() if isinstance(v, str)}) == sum(
            isinstance(v, str) for v in given.values()
        ):
            found[repr(sorted(given.items()))] = given
    return list(found.values())


def _value(param: Param, ids: list[str], chance: random.Random) -> Any:
    if param.type == "list<text>":
        known = ids or list(param.choices)
        return chance.sample(known, min(len(known), chance.choice([0, 0, 1, 1, 2, 5])))
    if param.type == "integer":
        return chance.randint(param.low or 0, min(param.high or 50, (param.low or 0) + 60))
    if param.type == "day":
        return chance.choice(["", "", "2022-06-15", "2025-06-01", "2026-01-01"])
    if param.type == "boolean":
        return chance.random() < 0.5
    return chance.choice(ids or list(param.choices))

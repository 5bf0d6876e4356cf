"""One center or institution: what sources tell of it, and what its cases show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from queries.answer import Drawing, DrawnRelationship
from queries.asking import Asking, Outcome
from queries.telling.drawing import drawing_of

Row = tuple[Any, ...]
KINDS = ("Center", "Institution", "Network", "Program", "Region", "Figure")
OF_CASES = ("handled", "supported_by", "has_need")
TOWARDS = {"about", "has_part"}
"""Parts whose relationships lead to the one the profile is of, not away from it."""
TYPES = {"has_part": "part_of"}


def profile(asking: Asking, subject: str, towards: set[str] = TOWARDS) -> Outcome:
    """The profile of the node that parameter `subject` names: facts first, then what its cases show, most cases first."""
    parts = [part for part in asking.question.statements if part != "n"]
    facts = [(part, row) for part in parts if part not in OF_CASES for row in asking.rows(part)]
    observed = [row for part in OF_CASES if part in parts for row in _observed(asking, part)]
    rows = [_fact(part, row) for part, row in facts]
    n = int(asking.rows("n")[0][0])
    words = {
        "networks": len({row[0] for part, row in facts if part in ("leads", "member_of")}),
        "programs": len({row[0] for part, row in facts if part == "offers"}),
    }
    drawing = _drawing(asking, str(asking.params[subject]), facts, towards)
    return Outcome(rows + observed, n, grade=None if n else "E0", words=words, drawing=drawing)


def _fact(part: str, row: Row) -> Row:
    entity_id, name, kind, detail, amount, fact_id, source = row
    return part.upper(), entity_id, name, kind or None, detail or None, amount, None, fact_id, [source], []


def _observed(asking: Asking, part: str) -> Iterator[Row]:
    for fact_id, entity_id, name, kind, cases, sources in sorted(asking.rows(part), key=lambda row: (-row[4], row[0])):
        yield part.upper(), entity_id or None, name or None, kind or None, None, None, cases, fact_id, [], sources


def _drawing(asking: Asking, subject: str, facts: list[tuple[str, Row]], towards: set[str]) -> Drawing:
    drawn: dict[DrawnRelationship, None] = {}
    for part, row in facts:
        start, end = (row[0], subject) if part in towards else (subject, row[0])
        drawn[DrawnRelationship(start, TYPES.get(part, part).upper(), end)] = None
    return drawing_of(asking.reader, list(drawn), KINDS)

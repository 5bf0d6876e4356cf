"""One center or institution: what sources tell of it, and what its cases show."""

from __future__ import annotations

from typing import Any

from queries.answer import Drawing, DrawnRelationship
from queries.asking import Asking, Outcome
from queries.telling.drawing import drawing_of
from queries.ties.shown import shown_by_cases

Row = tuple[Any, ...]
KINDS = ("Center", "Institution", "Network", "Program", "Region", "Figure")
OF_CASES = ("handled", "supported_by", "has_need")
NAMES = ("partner_names", "need_names")
TOWARDS = {"about", "has_part"}
"""Parts whose relationships lead to the one the profile is of, not away from it."""
TYPES = {"has_part": "part_of"}


def profile(asking: Asking, subject: str, towards: set[str] = TOWARDS) -> Outcome:
    """The profile of the node that parameter `subject` names: facts first, then what its cases show, most cases first."""
    fact_parts = [part for part in asking.question.statements if part not in (*OF_CASES, *NAMES, "n")]
    facts = [(part, row) for part in fact_parts for row in asking.rows(part)]
    observed, n = _by_statements(asking) if asking.policy.as_they_are else _by_columns(asking, str(asking.params[subject]))
    rows = [_fact(part, row) for part, row in facts]
    rows += [_observed(part, row) for part in OF_CASES if part in observed for row in _most_first(observed[part])]
    words = {
        "networks": len({row[0] for part, row in facts if part in ("leads", "member_of")}),
        "programs": len({row[0] for part, row in facts if part == "offers"}),
    }
    drawing = _drawing(asking, str(asking.params[subject]), facts, towards)
    return Outcome(rows, n, grade=None if n else "E0", words=words, drawing=drawing)


def _by_statements(asking: Asking) -> tuple[dict[str, list[Row]], int]:
    """What the cases show, each count with the lines of its cases, and how many cases there are."""
    found = {part: asking.rows(part) for part in OF_CASES if part in asking.question.statements}
    return found, int(asking.rows("n")[0][0])


def _by_columns(asking: Asking, subject: str) -> tuple[dict[str, list[Row]], int]:
    """The same counts without the lines, which protected cases do not show: in a time and room that many cases allow."""
    shown = shown_by_cases(asking.reader.snapshot(), subject)
    needs, found = dict(asking.rows("need_names")), dict[str, list[Row]]()
    found["has_need"] = [(need, need, needs[need], "", cases, []) for need, cases in shown.needs.items()]
    if "handled" in asking.question.statements:
        partners = {id_: told for id_, *told in asking.rows("partner_names")}
        found["handled"] = [(code, "", "", code, cases, []) for code, cases in shown.outcomes.items()]
        found["supported_by"] = [(id_, id_, *partners[id_], cases, []) for id_, cases in shown.partners.items()]
    else:
        found["supported_by"] = [(code, "", "", code, cases, []) for code, cases in shown.functions.items()]
    return found, shown.cases


def _most_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row[4], row[0]))


def _fact(part: str, row: Row) -> Row:
    entity_id, name, kind, detail, amount, fact_id, source = row
    return part.upper(), entity_id, name, kind or None, detail or None, amount, None, fact_id, [source], []


def _observed(part: str, row: Row) -> Row:
    fact_id, entity_id, name, kind, cases, sources = row
    return part.upper(), entity_id or None, name or None, kind or None, None, None, cases, fact_id, [], sources


def _drawing(asking: Asking, subject: str, facts: list[tuple[str, Row]], towards: set[str]) -> Drawing:
    drawn: dict[DrawnRelationship, None] = {}
    for part, row in facts:
        start, end = (row[0], subject) if part in towards else (subject, row[0])
        drawn[DrawnRelationship(start, TYPES.get(part, part).upper(), end)] = None
    return drawing_of(asking.reader, list(drawn), KINDS)

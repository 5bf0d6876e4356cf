"""Journeys of cases: the steps of each case in order, and how many cases share an order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, cast

from graph.schema import load_schema
from queries.answer import DrawnNode
from queries.asking import Asking, Outcome

ARROW = " → "
Journey = tuple[str, ...]


def answer(asking: Asking) -> Outcome:
    """One row for each journey, the most common first. A step told twice in a row counts once."""
    by, top = str(asking.params["by"]), cast(int, asking.params["top"])
    cases = {row[0]: row[1:] for row in asking.rows("cases")}
    journeys, names = _journeys(asking, cases, by)
    shared: dict[Journey, list[str]] = defaultdict(list)
    for case_id, journey in journeys.items():
        shared[journey].append(case_id)
    order = sorted(shared, key=lambda journey: (-len(shared[journey]), len(journey), journey))
    rows = [_row(journey, shared[journey], cases, names) for journey in order[:top]]
    return Outcome(rows, n=len(journeys))


def _journeys(asking: Asking, cases: Mapping[str, Any], by: str) -> tuple[dict[str, Journey], dict[str, str]]:
    """The journey of each case that has a step, and the name of each step."""
    taken: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for case_id, _, _, kind, partner_id, partner_name, partner_kind in asking.rows("steps"):
        if case_id in cases:
            code = {"step_kind": kind, "partner_kind": partner_kind, "partner": partner_id}[by]
            names[code] = partner_name if by == "partner" else _label(code)
            if by == "partner":
                asking.named[code] = DrawnNode(code, "", partner_name)
            if taken[case_id][-1:] != [code]:
                taken[case_id].append(code)
    return {case_id: tuple(steps) for case_id, steps in taken.items()}, names


def _label(code: str) -> str:
    vocabularies = (load_schema().vocabularies[name] for name in ("step_kind", "center_kind", "institution_kind"))
    return next((words[code].ko for words in vocabularies if code in words), code)


def _row(journey: Journey, case_ids: list[str], cases: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Any, ...]:
    outcomes = Counter(cases[case_id][0] for case_id in case_ids)
    sources = [cases[case_id][1] for case_id in case_ids]
    steps = [names[code] for code in journey]
    return ARROW.join(journey), list(journey), steps, len(journey), len(case_ids), outcomes["hired"], case_ids, sources

"""Journeys of cases: the steps of each case in order, and how many cases share an order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, cast

from queries.answer import DrawnNode
from queries.asking import Asking, Outcome
from queries.vocabulary import label

ARROW = " → "
UNKNOWN = "unknown"
"""The step of a case whose partner or program the source does not name: it is a step all the same."""
Journey = tuple[str, ...]


def answer(asking: Asking) -> Outcome:
    """One row for each journey, the most common first, unknown ones last. A step told twice in a row counts once."""
    cases = {row[0]: row[1:] for row in asking.rows("cases")}
    taken = _taken(asking, str(asking.params["by"]))
    shared: dict[Journey, list[str]] = defaultdict(list)
    for case_id in sorted(cases.keys() & taken.keys()):
        shared[_journey(taken[case_id])].append(case_id)
    order = sorted(shared, key=lambda journey: (journey == (UNKNOWN,), -len(shared[journey]), len(journey), journey))
    rows = [_row(asking, journey, shared[journey], cases) for journey in order[: cast(int, asking.params["top"])]]
    return Outcome(rows, n=sum(map(len, shared.values())))


def _taken(asking: Asking, by: str) -> dict[str, dict[int, str]]:
    """What each step of each case was, by case and place in it. One step may name a partner, a program or both."""
    taken: dict[str, dict[int, str]] = defaultdict(dict)
    for case_id, place, _, kind, partner_id, name, partner_kind in asking.rows("supported"):
        taken[case_id][place] = {"step_kind": kind, "partner_kind": partner_kind, "partner": partner_id}.get(by, UNKNOWN)
        asking.named[partner_id] = DrawnNode(partner_id, "", name)
    for case_id, place, _, kind, program_id, name in asking.rows("used"):
        code = {"step_kind": kind, "program": program_id}.get(by, UNKNOWN)
        taken[case_id][place] = code if by == "program" else taken[case_id].get(place, code)
        asking.named[program_id] = DrawnNode(program_id, "", name)
    return taken


def _journey(steps: Mapping[int, str]) -> Journey:
    codes = [steps[place] for place in sorted(steps)]
    return tuple(code for before, code in zip(["", *codes], codes, strict=False) if code != before)


def _row(asking: Asking, journey: Journey, case_ids: list[str], cases: Mapping[str, Any]) -> tuple[Any, ...]:
    outcomes = Counter(cases[case_id][0] for case_id in case_ids)
    sources = [cases[case_id][1] for case_id in case_ids]
    names = [_name(asking, code) for code in journey]
    return ARROW.join(journey), list(journey), names, len(journey), len(case_ids), outcomes["hired"], case_ids, sources


def _name(asking: Asking, code: str) -> str:
    if code in asking.named:
        return asking.named[code].caption
    return label(code, ("step_kind", "center_kind", "institution_kind"), "ko")

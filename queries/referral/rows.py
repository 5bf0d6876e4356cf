"""Referral paths, their alternates and what keeps them closed, as the rows of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from operator import itemgetter
from typing import Any

from analysis.disclosure import Policy, shown, shown_part
from analysis.paths import Path
from analysis.why_not import WhyNot
from queries.answer import Drawing, DrawnNode, DrawnRelationship
from queries.referral.directory import Edge, Fact
from queries.referral.person import CRITERIA, REASONS, SEATS, Day
from queries.referral.search import Chosen, Opener, Search, costs_of, if_full

Row = tuple[Any, ...]
COLUMNS = (
    "part", "path", "step", "from_id", "from_name", "relationship", "to_id", "to_name", "label", "instead_ids", "instead",
    "reason", "seats_state", "seats_left", "date", "cases", "hired", *CRITERIA[1:],
    "undominated", "relationship_id", "sources",
)  # fmt: skip

NOTHING: dict[str, Any] = dict.fromkeys(COLUMNS) | {"sources": []}
IN_ORDER: Callable[[dict[str, Any]], Row] = itemgetter(*COLUMNS)


def row(**told: Any) -> Row:
    """A row of the answer: what is told, and nothing in the other columns."""
    return IN_ORDER(NOTHING | told)


def path_rows(search: Search, policy: Policy, rank: int, chosen: Chosen) -> list[Row]:
    """One row for each step of a path."""
    return [
        row(part="path", path=rank, step=step, undominated=chosen.undominated, **step_told(search.day, policy, edge))
        for step, edge in enumerate(chosen.path.edges, start=1)
    ]


def alternate_rows(search: Search, rank: int, path: Path) -> list[Row]:
    """One row for each step that may be full and has an alternate: what it leads to, and the way to go instead."""
    found = []
    for each in if_full(search, path):
        instead = each.substitute or each.elsewhere
        assert instead is not None
        told = ends_told(search.day, path.edges[each.step]) | way_told(search.day, instead)
        found.append(row(part="alternate", path=rank, step=each.step + 1, **told))
    return found


def closed_rows(search: Search, number: int, source: int, why: WhyNot) -> list[Row]:
    """A row for the need that leads nowhere, with the way that needs fewest steps opened, then one for each of those steps."""
    day = search.day
    need, way = day.directory.node(source), {} if why.path is None else way_told(day, why.path)
    reason = REASONS[why.reasons[0]] if why.reasons else None if why.fewest_steps else "none_exists"
    first = {"instead_ids": way.get("instead_ids"), "instead": way.get("instead"), "reason": reason}
    found = [row(part="closed", path=number, step=0, from_id=need.id, from_name=need.name, **first)]
    for step, (edge, code) in enumerate(zip(why.closed, why.reasons, strict=True), start=1):
        told = ends_told(day, edge) | served_told(day, edge) | {"reason": REASONS[code]}
        found.append(row(part="closed", path=number, step=step, **told))
    return found


def opener_rows(search: Search, number: int, found: Sequence[Opener]) -> list[Row]:
    """One row for each single thing that would open a path."""
    node = search.day.directory.node
    return [
        row(
            part="opener", path=number, step=place, from_id=node(each.start).id, from_name=node(each.start).name,
            to_id=node(each.end).id, to_name=node(each.end).name, label=f"new_{each.kind}",
            relationship="PARTNERS_WITH" if each.kind == "partnership" else None,
        )
        for place, each in enumerate(found, start=1)
    ]  # fmt: skip


def ends_told(day: Day, edge: int) -> dict[str, Any]:
    """What a step is: its ends, its relationship, and where that stands."""
    step, fact = _of(day, edge)
    start, end = day.directory.node(step.start), day.directory.node(step.end)
    return {
        "from_id": start.id, "from_name": start.name, "relationship": fact.type, "to_id": end.id, "to_name": end.name,
        "label": step.step, "relationship_id": fact.link_id or None, "sources": _stands(day, (edge,)),
    }  # fmt: skip


def served_told(day: Day, edge: int) -> dict[str, Any]:
    """The seats and the date of a step."""
    step, fact = _of(day, edge)
    program = day.directory.program(step.end)
    if program is None:
        return {"date": fact.valid_from}
    state = SEATS[day.seats[step.end]]
    return {
        "seats_state": state,
        "seats_left": None if state == "unknown" else program.seats,
        "date": program.seats_on or program.valid_from or fact.valid_from,
    }


def step_told(day: Day, policy: Policy, edge: int) -> dict[str, Any]:
    """All there is to tell of a step that may be taken. Counts are told as the policy has them."""
    costs = dict(zip(CRITERIA[1:], day.goals.graph.costs[edge, 1:].tolist(), strict=True))
    cases, hired = int(day.counts.cases[edge]), int(day.counts.hired[edge])
    counted = {} if cases < 0 else {"cases": shown(cases, policy), "hired": shown_part(hired, cases, policy)}
    return ends_told(day, edge) | served_told(day, edge) | counted | costs


def way_told(day: Day, path: Path) -> dict[str, Any]:
    """A whole path in one row: its nodes by id and by name, its cost, and where its steps stand."""
    nodes = [day.directory.node(number) for number in path.nodes]
    costs = dict(zip(CRITERIA[1:], costs_of(day, path)[1:], strict=True))
    names = {"instead_ids": [node.id for node in nodes], "instead": [node.name for node in nodes]}
    return names | costs | {"sources": _stands(day, path.edges)}


def drawing_of_paths(day: Day, paths: Sequence[Chosen]) -> Drawing:
    """The relationships of some paths, each in the direction its source tells it, and the nodes at their ends."""
    facts = [_of(day, edge)[1] for chosen in paths for edge in chosen.path.edges]
    met = [day.directory.node(number) for chosen in paths for number in chosen.path.nodes]
    # Each once by its texts, which are compared faster than what is made of them.
    nodes = dict.fromkeys((node.id, node.kind, node.name) for node in met)
    told = dict.fromkeys((fact.start_id, fact.type, fact.end_id) for fact in facts)
    return Drawing(tuple(starmap(DrawnNode, nodes)), tuple(starmap(DrawnRelationship, told)))


def _of(day: Day, edge: int) -> tuple[Edge, Fact]:
    step = day.directory.edge(edge)
    return step, day.directory.fact(step.fact)


def _stands(day: Day, edges: Iterable[int]) -> list[str]:
    """Where some steps stand, and the programs they lead to: seats and dates are told there."""
    directory, found = day.directory, set[str]()
    for edge in edges:
        step, fact = _of(day, edge)
        found.add(fact.source)
        end = directory.node(step.end)
        if end.kind == "Program":
            found.add(end.source)
    return sorted(found - {""})

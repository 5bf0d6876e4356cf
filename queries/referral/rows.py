"""Referral paths, their alternates and what keeps them closed, as the rows of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap
from operator import itemgetter
from typing import Any

from analysis.paths import Path
from analysis.why_not import WhyNot
from queries.answer import Drawing, DrawnNode
from queries.referral.person import CRITERIA, REASONS, Day
from queries.referral.search import Chosen, Opener, Search, costs_of, if_full

Row = tuple[Any, ...]
COLUMNS = (
    "part", "path", "step", "from_id", "from_name", "relationship", "to_id", "to_name", "label", "instead_ids", "instead",
    "reason", "seats_state", "seats_left", "date", "cases", "hired", *CRITERIA[1:],
    "undominated", "relationship_id", "sources",
)  # fmt: skip

ENDS, SERVED = COLUMNS[3:9], COLUMNS[12:15]
NO_WAY, NOT_SERVED, NOT_COUNTED = (None, None), (None, None, None), (None, None)
"""What stands in columns that a row does not fill."""
NOTHING: dict[str, Any] = dict.fromkeys(COLUMNS) | {"sources": []}
IN_ORDER: Callable[[dict[str, Any]], Row] = itemgetter(*COLUMNS)


def row(**told: Any) -> Row:
    """A row of the answer: what is told, and nothing in the other columns."""
    return IN_ORDER(NOTHING | told)


def path_rows(search: Search, rank: int, chosen: Chosen) -> list[Row]:
    """One row for each step of a path."""
    told, undominated = search.day.told.step, chosen.undominated
    return [
        (
            "path", rank, step, *each.ends, *NO_WAY, None, *each.served, *each.counted, *each.costs, undominated,
            each.relationship_id, each.sources,
        )
        for step, each in enumerate(map(told, chosen.path.edges), start=1)
    ]  # fmt: skip


def alternate_rows(search: Search, rank: int, path: Path) -> list[Row]:
    """One row for each step that may be full and has an alternate: what it leads to, and the way to go instead."""
    found, day = list[Row](), search.day
    for each in if_full(search, path):
        instead = each.substitute or each.elsewhere
        assert instead is not None
        full, way = day.told.step(path.edges[each.step]), way_told(day, instead)
        costs, sources = costs_of(day, instead)[1:], day.told.all_stand(instead.edges)
        found.append((
            "alternate", rank, each.step + 1, *full.ends, *way, None, *NOT_SERVED, *NOT_COUNTED, *costs, None,
            full.relationship_id, sources,
        ))  # fmt: skip
    return found


def closed_rows(search: Search, number: int, source: int, why: WhyNot) -> list[Row]:
    """A row for the need that leads nowhere, with the way that needs fewest steps opened, then one for each of those steps."""
    day = search.day
    need, way = day.directory.node(source), (None, None) if why.path is None else way_told(day, why.path)
    reason = REASONS[why.reasons[0]] if why.reasons else None if why.fewest_steps else "none_exists"
    first = dict(zip(("instead_ids", "instead"), way, strict=True)) | {"reason": reason}
    found = [row(part="closed", path=number, step=0, from_id=need.id, from_name=need.name, **first)]
    for step, (edge, code) in enumerate(zip(why.closed, why.reasons, strict=True), start=1):
        each = day.told.step(edge)
        told = dict(zip((*ENDS, *SERVED), (*each.ends, *each.served), strict=True)) | {"reason": REASONS[code]}
        stands = {"relationship_id": each.relationship_id, "sources": each.sources}
        found.append(row(part="closed", path=number, step=step, **told, **stands))
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


def way_told(day: Day, path: Path) -> tuple[list[str], list[str]]:
    """The nodes of a whole path by id and by name."""
    nodes = list(map(day.directory.node, path.nodes))
    return [node.id for node in nodes], [node.name for node in nodes]


def drawing_of_paths(day: Day, paths: Sequence[Chosen]) -> Drawing:
    """The relationships of some paths, each in the direction its source tells it, and the nodes at their ends."""
    met = [day.directory.node(number) for chosen in paths for number in chosen.path.nodes]
    drawn = [day.told.step(edge).drawn for edge in dict.fromkeys(edge for chosen in paths for edge in chosen.path.edges)]
    # Each once by its texts, which are compared faster than what is made of them.
    nodes = dict.fromkeys((node.id, node.kind, node.name) for node in met)
    told = {(each.start_id, each.type, each.end_id): each for each in drawn}
    return Drawing(tuple(starmap(DrawnNode, nodes)), tuple(told.values()))

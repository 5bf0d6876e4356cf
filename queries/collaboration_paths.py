"""Paths between two members: the relationships around both are fetched, the paths are found in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from analysis.simple_paths import Steps, simple_paths
from graph.schema import load_schema
from queries.answer import Bilingual, DrawnNode, DrawnRelationship
from queries.asking import Asking, Outcome
from queries.errors import QuestionError
from queries.telling.drawing import drawing_of
from queries.telling.nodes import nodes_with
from queries.telling.sentence import say_english, say_korean
from queries.vocabulary import label

KINDS = ("Center", "Institution", "Network", "Program")
VOCABULARIES = {"MEMBER_OF": ("member_role",), "PARTNERS_WITH": ("partnership_kind",), "OFFERS": ("provider_role",)}


@dataclass(frozen=True, order=True)
class Link:
    """One relationship, with what tells it from others between the same nodes."""

    type: str
    start_id: str
    end_id: str
    link_id: str
    detail: str
    source: str

    @property
    def words(self) -> str:
        """What it is, in Korean: the relationship and its kind or role."""
        name = load_schema().relationships[self.type].label.ko
        detail = label(self.detail, VOCABULARIES.get(self.type, ()), "ko")
        return f"{name}({detail})" if detail not in ("", name) else name


def answer(asking: Asking) -> Outcome:
    """One row for each step of the k shortest paths."""
    first, second = str(asking.params["first_id"]), str(asking.params["second_id"])
    max_hops, k = cast(int, asking.params["max_hops"]), cast(int, asking.params["k"])
    if first == second:
        words = Bilingual("서로 다른 두 곳을 골라 주세요.", "Please choose two different members.")
        raise QuestionError("bad_value", words, "second_id")
    links = _links_around(asking, {first, second}, (max_hops + 1) // 2)
    paths = simple_paths([(link.start_id, link.end_id) for link in links], first, second, max_hops, k)
    used = [links[step.link] for path in paths for step in path]
    nodes = nodes_with(asking.reader, {end for link in used for end in (link.start_id, link.end_id)}, KINDS)
    rows = [row for place, path in enumerate(paths, start=1) for row in _rows(place, first, path, links, nodes)]
    drawn = dict.fromkeys(DrawnRelationship(link.start_id, link.type, link.end_id) for link in used)
    return Outcome(rows, drawing=drawing_of(asking.reader, list(drawn), KINDS), sentence=_sentence(asking, paths))


def _links_around(asking: Asking, near: set[str], rounds: int) -> list[Link]:
    """Every relationship within some rounds of either end, in a settled order."""
    found: set[Link] = set()
    seen: set[str] = set()
    for _ in range(rounds):
        fresh = {link for part in asking.question.statements for link in _links(asking, part, sorted(near - seen))}
        found |= fresh
        seen |= near
        near = {end for link in fresh for end in (link.start_id, link.end_id)}
    return sorted(found)


def _links(asking: Asking, part: str, near: Sequence[str]) -> list[Link]:
    return [Link(part.upper(), *(text or "" for text in row)) for row in asking.rows(part, near=near)] if near else []


def _rows(place: int, first: str, path: Steps, links: Sequence[Link], nodes: dict[str, DrawnNode]) -> list[tuple[Any, ...]]:
    rows, here = [], first
    for number, step in enumerate(path, start=1):
        link = links[step.link]
        names = nodes[here].caption, nodes[step.to].caption
        direction = "forward" if step.forward else "backward"
        told = (link.type, step.to, names[1], direction, link.words, link.link_id or None, [link.source])
        rows.append((place, number, here, names[0], *told))
        here = step.to
    return rows


def _sentence(asking: Asking, paths: Sequence[Steps]) -> Bilingual | None:
    if not paths:
        return None
    names = {name: asking.named[str(asking.params[name])].caption for name in ("first_id", "second_id")}
    values = names | {"paths": len(paths), "hops": len(paths[0])}
    ko = "{first_id:과/와} {second_id:을/를} 잇는 경로 {paths}개를 찾았습니다. 가장 짧은 경로는 {hops}단계입니다."
    en = "Found {paths:path/paths} between {first_id} and {second_id}; the shortest takes {hops:step/steps}."
    return Bilingual(say_korean(ko, values), say_english(en, values))

"""What pages list besides answers, each as one table for the page and for its files: facts, neighbours, networks, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from api.console import Speech
from api.tables import MAIN, Listing
from graph.schema import load_schema
from queries import browse
from queries.answer import AnswerColumn, Bilingual

if TYPE_CHECKING:
    from graph.store import Generation, Reader
    from loaders.report import Refusal
    from queries.browse import Adjacent, Entity, NetworkLine, Picture

SOURCE = (("dataset_id", "text", "자료", "dataset"), ("dataset_name", "text", "출처", "source"))
LOCATOR = ("locator", "text", "출처 속 위치", "where in it")
Row = tuple[Any, ...]
MOST_ROWS = 100_000
"""Rows of a file of neighbours; a center may have more cases than a spreadsheet can hold."""


def titles(reader: Reader) -> dict[str, str]:
    """The titles of the datasets, by id."""
    return {str(card["id"]): str(card["title"]) for card in browse.cards(reader)}


def _listing(name: str, ko: str, en: str, columns: Iterable[Sequence[str]], rows: Iterable[Row]) -> Listing:
    told = tuple(AnswerColumn(each, type_, Bilingual(label, english)) for each, type_, label, english in columns)
    return Listing(name, Bilingual(ko, en), told, tuple(rows))


def facts(entity: Entity, speech: Speech) -> Listing:
    """Each fact of one node and where it stands."""
    source = (entity.source.dataset_id, entity.source.title, entity.locator)
    columns = (
        ("fact", "text", "항목", "fact"), ("value_id", "text", "식별자", "id"),
        ("value_name", "text", "내용", "value"), *SOURCE, LOCATOR,
    )  # fmt: skip
    rows = (
        (speech.plain(each.label) if each.refers_to else speech.words(each.label), each.refers_to, speech.said(each), *source)
        for each in sorted(entity.facts, key=lambda fact: fact.property == "id")
    )
    return _listing("facts", "알려진 사실과 출처", "What is told, and where", columns, rows)


def adjacent(items: Iterable[Adjacent], titles: Mapping[str, str], speech: Speech) -> Listing:
    """What stands next to a node, how, and where that is told."""
    columns = (
        ("relationship", "text", "관계", "relationship"), ("adjacent_id", "text", "식별자", "id"),
        ("adjacent_name", "text", "이름", "name"), ("kind", "text", "종류", "kind"), ("details", "text", "자세히", "details"),
        *SOURCE, LOCATOR,
    )  # fmt: skip
    rows = (
        (
            _directed(each, speech), each.id, each.name, speech.words(load_schema().nodes[each.kind].label),
            ", ".join(f"{speech.plain(fact.label)}: {speech.said(fact)}" for fact in each.facts), each.dataset_id,
            titles.get(each.dataset_id, each.dataset_id), each.locator,
        )
        for each in items
    )  # fmt: skip
    return _listing(MAIN, "이어진 것과 관계, 관계의 출처", "Connections, how, and where each is told", columns, rows)


def _directed(each: Adjacent, speech: Speech) -> str:
    label = speech.words(load_schema().relationships[each.relationship].label)
    return f"{label} →" if each.direction == "out" else f"← {label}"


def networks(lines: Iterable[NetworkLine]) -> Listing:
    """The networks with who leads them."""
    columns = (
        ("network_id", "text", "식별자", "id"), ("network_name", "text", "네트워크", "network"),
        ("lead_ids", "list<text>", "식별자", "ids"), ("leads", "set<text>", "주관", "led by"),
        ("members", "integer", "참여 기관 수", "members"), ("award", "text", "수상", "award"),
    )  # fmt: skip
    rows = (
        (each.id, each.name, [lead.id for lead in each.leads], [lead.caption for lead in each.leads], each.members, each.award)
        for each in lines
    )
    ko, en = "네트워크와 주관 센터, 참여 기관 수, 수상", "Networks with who leads them, how many take part, and awards"
    return _listing(MAIN, ko, en, columns, rows)


def drawn(picture: Picture, speech: Speech) -> list[Listing]:
    """What a picture of the network holds: its nodes, the relationships told, the ties seen in cases."""
    names = {node.id: node.caption for node in picture.nodes}
    return [_nodes(picture, speech), _relationships(picture, names, speech), _ties(picture, names)]


def _nodes(picture: Picture, speech: Speech) -> Listing:
    columns = (
        ("node_id", "text", "식별자", "id"), ("node_name", "text", "이름", "name"), ("kind", "text", "종류", "kind"),
        ("degree", "integer", "관계 수", "relationships"), ("programs", "integer", "프로그램 수", "programs"),
        ("cases", "cases", "사례 수", "cases"),
    )  # fmt: skip
    rows = (
        (each.id, each.caption, speech.words(load_schema().nodes[each.kind].label), each.degree, each.programs, each.cases)
        for each in sorted(picture.nodes, key=lambda node: -node.degree)
    )
    return _listing("nodes", "그림에 있는 점", "What the picture's dots are", columns, rows)


def _relationships(picture: Picture, names: Mapping[str, str], speech: Speech) -> Listing:
    columns = (
        ("start_id", "text", "식별자", "id"), ("start_name", "text", "에서", "from"),
        ("relationship", "text", "관계", "relationship"), ("end_id", "text", "식별자", "id"), ("end_name", "text", "로", "to"),
    )  # fmt: skip
    rows = (
        (
            each.start_id, names[each.start_id], speech.words(load_schema().relationships[each.type].label), each.end_id,
            names[each.end_id],
        )
        for each in picture.relationships
    )  # fmt: skip
    return _listing("relationships", "그림에 있는 선: 출처에 적힌 관계", "Lines: relationships told by sources", columns, rows)


def _ties(picture: Picture, names: Mapping[str, str]) -> Listing:
    columns = (
        ("start_id", "text", "식별자", "id"), ("start_name", "text", "한쪽", "one"), ("end_id", "text", "식별자", "id"),
        ("end_name", "text", "다른 쪽", "the other"), ("cases", "cases", "사례 수", "cases"),
    )  # fmt: skip
    rows = (
        (each.start_id, names[each.start_id], each.end_id, names[each.end_id], each.cases)
        for each in sorted(picture.ties, key=lambda tie: -tie.cases)
    )
    return _listing("ties", "그림에 있는 선: 사례에서 함께한 사이", "Lines: seen together in cases", columns, rows)


def generations(kept: Iterable[Generation], current: str, speech: Speech) -> Listing:
    """The states that are kept, newest first, and which of them answers."""
    columns = (
        ("created_at", "text", "올린 때(UTC)", "loaded (UTC)"), ("datasets", "set<text>", "담긴 자료", "datasets"),
        ("generation", "text", "상태 번호", "number"), ("answers", "text", "답하는 상태", "answers now"),
    )  # fmt: skip
    now, before = speech.t("지금 이 상태로 답합니다", "answers now"), speech.t("보관됨", "kept")
    rows = (
        (
            each.created_at[:16].replace("T", " "), [str(card["title"]) for card in each.datasets], each.id,
            now if each.id == current else before,
        )
        for each in kept
    )  # fmt: skip
    return _listing("generations", "보관된 상태, 새것부터", "Kept states, newest first", columns, rows)


def power() -> Listing:
    """What it takes to see a small, a middling and a large difference from an even chance."""
    from analysis.power import power_table

    columns = (
        ("effect", "number", "차이", "difference"), ("cases_with", "integer", "지원을 받은 사례", "cases with the support"),
        ("cases_without", "integer", "받지 않은 사례", "cases without"),
        ("not_hired", "integer", "그 가운데 취업하지 않은 사례", "of these, not hired"),
    )  # fmt: skip
    rows = (
        (round(each.rate - each.base, 4), each.cases_with, each.cases_without, each.not_hired_with + each.not_hired_without)
        for each in power_table(0.5, (0.1, 0.2, 0.35))
    )
    ko = "기본 취업률 50%로 가정하고, 양쪽 사례 수가 같으며, 80% 확률로 알아볼 때"
    return _listing("power", ko, "Assuming a base rate of 50%, equal groups and 80% power", columns, rows)


def refusals(found: Iterable[Refusal], speech: Speech) -> Listing:
    """What a check refused, line by line."""
    columns = (
        ("file", "text", "파일", "file"), ("line", "integer", "줄", "line"), ("column", "text", "열", "column"),
        ("shown", "text", "값(가림)", "value (masked)"), ("message", "text", "무엇이 문제인지", "what is wrong"),
        ("action", "text", "어떻게 고치는지", "what to do"),
    )  # fmt: skip
    rows = (
        (each.file, each.line, each.column, each.shown, speech.words(each.message), speech.words(each.action)) for each in found
    )
    return _listing(MAIN, "맞지 않는 곳", "Things to mend", columns, rows)

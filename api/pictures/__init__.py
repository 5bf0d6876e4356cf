"""Answers as pictures: which question has one, and what it needs. Every picture stands beside the table of the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.pictures import curves, flow, matrix, paths, rows
from api.pictures.words import Words
from queries.answer import Answer, Bilingual

Make = Callable[[Answer, Words], Any]


@dataclass(frozen=True)
class Switch:
    """A parameter that a picture offers as links beside each other; `values` pairs a value with its words."""

    param: str
    title: Bilingual
    values: tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True)
class View:
    """How a question is shown: its picture's template and what that is given, switches, and columns not shown as text."""

    template: str
    make: Make
    switches: tuple[Switch, ...] = ()
    hides: frozenset[str] = frozenset()
    asks_first: bool = False
    """Whether its form stands open until something is chosen."""


BY = Switch(
    "by",
    Bilingual("무엇별로", "by"),
    (
        ("partner_kind", Bilingual("기관 종류", "kind of partner")),
        ("partner", Bilingual("기관", "partner")),
        ("program", Bilingual("프로그램", "program")),
    ),
)
MATCH = Switch(
    "match",
    Bilingual("세는 방법", "count"),
    (("at_least", Bilingual("적어도 이 조합", "at least these")), ("exactly", Bilingual("꼭 이 조합만", "exactly these"))),
)
NULL_CHECK = Switch(
    "null_check",
    Bilingual("우연 검사", "null check"),
    (("false", Bilingual("하지 않음", "off")), ("true", Bilingual("함께 보기", "beside the finding"))),
)
STEP = Switch(
    "by",
    Bilingual("한 단계를", "a step is"),
    (
        ("step_kind", Bilingual("지원 종류로", "a kind of support")),
        ("partner_kind", Bilingual("기관 종류로", "a kind of partner")),
        ("partner", Bilingual("기관으로", "a partner")),
    ),
)
ALL_BY = Switch(
    "by",
    Bilingual("무엇별로", "by"),
    (
        ("all", Bilingual("전체", "all together")),
        ("partner_kind", Bilingual("기관 종류", "kind of partner")),
        ("center", Bilingual("센터", "center")),
    ),
)
SAME = frozenset({"combination"})
VIEWS: Mapping[str, View] = {
    "partner_combinations": View("picture_rows.html", rows.combinations, (MATCH, BY, NULL_CHECK), SAME),
    "partner_outcomes": View("picture_rows.html", rows.outcomes, (BY,)),
    "never_tried": View("picture_rows.html", rows.untried, (), SAME),
    "partner_reach": View("picture_rows.html", rows.reach),
    "bridges": View("picture_rows.html", rows.bridges),
    "declared_versus_observed": View("picture_rows.html", rows.findings),
    "company_demand": View("picture_rows.html", rows.demand),
    "partnership_gaps": View("picture_matrix.html", matrix.partnerships),
    "need_gaps": View("picture_matrix.html", matrix.needs),
    "industry_gaps": View("picture_matrix.html", matrix.industries),
    "case_journeys": View("picture_flow.html", flow.journeys, (STEP,), frozenset({"journey"})),
    "time_to_hire": View("picture_curves.html", curves.hires, (ALL_BY,)),
    "referral_paths": View("picture_referral.html", paths.referrals, asks_first=True),
    "collaboration_paths": View("picture_paths.html", paths.collaboration),
}
"""A question that is not named here is shown as its table alone."""


def hidden_columns(name: str) -> frozenset[str]:
    """Columns that repeat for programs what the page shows in words."""
    return VIEWS[name].hides if name in VIEWS else frozenset()

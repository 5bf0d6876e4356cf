"""Answers as pictures: which question has one, and what it needs. Every picture stands beside the table of the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.forms import FIELDS, choice_name
from api.pictures import curves, flow, matrix, paths, rows
from api.pictures.words import Words
from graph.schema import load_schema
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
    first: tuple[str, ...] = ()
    """Columns that stand first in the table; the others are shown when every column is asked for."""
    asks_first: bool = False
    """Whether its form stands open until something is chosen."""


def _switch(param: str, *codes: str, **named: Bilingual) -> Switch:
    """A switch between choices, called as the form calls them unless `named` otherwise."""
    return Switch(param, FIELDS[param], tuple((code, named.get(code) or choice_name(code)) for code in codes))


def _codes(param: str, vocabulary: str) -> Switch:
    """A switch between all and each code of a vocabulary."""
    labels = load_schema().vocabularies[vocabulary]
    each = tuple((code, Bilingual(label.ko, label.en)) for code, label in labels.items())
    return Switch(param, FIELDS[param], (("", Bilingual("모두", "all")), *each))


BY = _switch("by", "partner_kind", "partner", "program")
MATCH = _switch("match", "at_least", "exactly")
NULL_CHECK = _switch(
    "null_check", "false", "true", false=Bilingual("하지 않음", "off"), true=Bilingual("함께 보기", "beside the finding")
)
STEP = _switch("by", "step_kind", "partner_kind", "partner")
ALL_BY = _switch("by", "all", "partner_kind", "center")
FUNCTION = _codes("functions", "step_kind")
SAME = frozenset({"combination"})
MACHINE = frozenset({"relationship_id", "demand_id", "fact_id", "tie"})
"""Columns for programs: ids of relationships, which no page leads to."""
JUDGED = ("evidence", "reason")
VIEWS: Mapping[str, View] = {
    "partner_combinations": View(
        "picture_rows.html",
        rows.combinations,
        (MATCH, BY, NULL_CHECK),
        SAME,
        ("partners", "cases", "hires", "rate", "shrunk_rate", *JUDGED, "null_hits", "null_shuffles"),
    ),
    "partner_outcomes": View(
        "picture_rows.html",
        rows.outcomes,
        (BY,),
        frozenset({"partner_name"}),
        ("partner", "cases", "reach", "rate", "effect", "removal_effect", "shapley", *JUDGED),
    ),
    "never_tried": View("picture_rows.html", rows.untried, (), SAME),
    "partner_reach": View(
        "picture_rows.html",
        rows.reach,
        first=("partner_name", "kind", "region_id", "networks", "programs", "supported", "handled"),
    ),
    "bridges": View(
        "picture_rows.html",
        rows.bridges,
        first=(
            "finding",
            "network_name",
            "partner_name",
            "kind",
            "cases",
            "betweenness",
            "cut_off",
            "needs_lost",
            "paths_lost",
        ),
    ),
    "declared_versus_observed": View("picture_rows.html", rows.findings),
    "company_demand": View("picture_rows.html", rows.demand),
    "partnership_gaps": View(
        "picture_matrix.html",
        matrix.partnerships,
        (FUNCTION,),
        first=("center_name", "partner_kind", "function", "state", "cases", "partner_ids", "peers", "peers_with", "peer_ids"),
    ),
    "need_gaps": View(
        "picture_matrix.html",
        matrix.needs,
        first=("region_name", "need_name", "state", "cases", "served", "programs", "programs_with_seats", "program_ids"),
    ),
    "industry_gaps": View(
        "picture_matrix.html",
        matrix.industries,
        first=("industry_name", "region_name", "state", "companies", "openings", "hired", "programs", "program_ids"),
    ),
    "case_journeys": View("picture_flow.html", flow.journeys, (STEP,), frozenset({"journey"})),
    "time_to_hire": View("picture_curves.html", curves.hires, (ALL_BY,), frozenset({"category"})),
    "referral_paths": View(
        "picture_referral.html",
        paths.referrals,
        asks_first=True,
        first=(
            "part",
            "path",
            "step",
            "from_name",
            "label",
            "to_name",
            "instead",
            "reason",
            "seats_state",
            "seats_left",
            "date",
            "cases",
        ),
    ),
    "collaboration_paths": View("picture_paths.html", paths.collaboration, hides=frozenset({"relationship", "direction"})),
}
"""A question that is not named here is shown as its table alone."""


def columns_of(name: str, lang: str = "ko") -> tuple[frozenset[str], tuple[str, ...]]:
    """Columns of a question that its page does not show, and those it shows first.

    A relationship told in Korean words stands in its own column; in English the relationship itself is shown instead.
    """
    view = VIEWS.get(name)
    hides = view.hides if view else frozenset()
    if lang == "en" and "relationship" in hides:
        hides = hides - {"relationship"} | {"label"}
    return hides | MACHINE, view.first if view else ()

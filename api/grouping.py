"""The questions as planners meet them on the home page: grouped by what they are about, most important first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from queries.answer import Bilingual
from queries.catalog import Question

GROUPS = (
    (
        "outcomes",
        Bilingual("협력과 성과", "Partnerships and results"),
        ("partner_combinations", "partner_outcomes", "time_to_hire", "case_journeys", "partner_reach", "never_tried"),
    ),
    (
        "gaps",
        Bilingual("공백", "Gaps"),
        ("partnership_gaps", "need_gaps", "industry_gaps", "declared_versus_observed", "company_demand"),
    ),
    ("referrals", Bilingual("연계", "Referrals"), ("referral_paths", "collaboration_paths", "bridges")),
    (
        "network",
        Bilingual("네트워크 살펴보기", "A look at the network"),
        ("network_overview", "center_profile", "institution_profile"),
    ),
)
ABOUT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Center": (("center_profile", "center_id"), ("partnership_gaps", "centers"), ("collaboration_paths", "first_id")),
    "Institution": (("institution_profile", "institution_id"), ("collaboration_paths", "first_id")),
    "Network": (("network_overview", "networks"), ("bridges", "networks"), ("company_demand", "networks")),
    "Need": (("referral_paths", "need"), ("need_gaps", "needs"), ("case_journeys", "needs")),
    "Industry": (("referral_paths", "target"), ("industry_gaps", "industries"), ("company_demand", "industries")),
    "Occupation": (("referral_paths", "target"),),
    "Credential": (("referral_paths", "target"),),
    "Company": (("referral_paths", "target"),),
    "Region": (("need_gaps", "regions"), ("industry_gaps", "regions"), ("partner_reach", "regions")),
}
"""For each kind of node the questions that its page leads to, each with the parameter that takes the node."""
MORE = ("more", Bilingual("더 보기", "More"))


@dataclass(frozen=True)
class Group:
    """Questions that belong together. `id` is its anchor on the home page."""

    id: str
    title: Bilingual
    questions: tuple[Question, ...]


def grouped(catalog: Iterable[Question]) -> list[Group]:
    """Every question of a catalog in exactly one group; those no group names come last."""
    left = {question.name: question for question in catalog}
    found = [Group(id_, title, tuple(left.pop(name) for name in names if name in left)) for id_, title, names in GROUPS]
    return [group for group in (*found, Group(*MORE, tuple(left.values()))) if group.questions]

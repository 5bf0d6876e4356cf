"""The questions as planners meet them on the home page: grouped by what they are about, most important first."""

from __future__ import annotations

from collections.abc import Iterable
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

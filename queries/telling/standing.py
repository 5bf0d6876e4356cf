"""What a generation's datasets allow an answer to say: whether cases may be shown as they are, and how sure it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.disclosure import PUBLISHED, Policy
from graph.store import Generation
from queries.answer import Bilingual

SUCCESS_ONLY = Bilingual(
    "이 자료는 잘된 사례만 골라 모은 것입니다. 그래서 취업률이나 효과는 이 자료로 알 수 없습니다.",
    "This data holds success stories only, so it cannot tell a hire rate or an effect.",
)
PARTLY_SUCCESS = Bilingual(
    "성공 사례만 모은 자료가 섞여 있습니다. 사례 수를 취업률이나 효과로 읽지 마세요.",
    "Some of the data holds success stories only; do not read counts of cases as hire rates or effects.",
)
SYNTHETIC = Bilingual(
    "연습용으로 만든 합성 자료입니다. 실제 사람이나 기관의 기록이 아닙니다.",
    "This is synthetic data made for practice; it records no real person or institution.",
)
REASONS = {
    "E0": Bilingual("출처에 적힌 사실을 옮긴 것입니다.", "These facts are told by a source."),
    "E1": Bilingual(
        "사례에서 관찰하여 센 것입니다. 효과를 뜻하지 않습니다.", "Observed in cases and counted; this does not mean an effect."
    ),
}


@dataclass(frozen=True)
class Standing:
    """What the datasets of a generation declare, taken together."""

    published: bool
    """Every dataset is declared `published`; one that is protected makes the whole protected."""
    synthetic: bool
    success_stories: bool
    """Some cases come from a dataset of success stories."""
    only_success_stories: bool

    def policy(self, asked: Policy) -> Policy:
        """The disclosure policy in force for a reader's own policy."""
        return PUBLISHED if self.published else asked

    def notes(self, about_cases: bool) -> list[Bilingual]:
        """What a reader must know of the data before reading an answer."""
        found = [SYNTHETIC] if self.synthetic else []
        if about_cases and self.success_stories:
            found.append(SUCCESS_ONLY if self.only_success_stories else PARTLY_SUCCESS)
        return found

    def at_most(self, grade: str) -> str:
        """A grade of evidence, held at E1 where only success stories speak."""
        return min(grade, "E1") if self.success_stories else grade


def standing(generation: Generation) -> Standing:
    """The standing of a generation."""
    cards = list(generation.datasets)
    with_cases = [card for card in cards if _rows(card).get("cases")]
    stories = [card["selection"] == "success_stories" for card in with_cases]
    return Standing(
        published=all(card["disclosure"] == "published" for card in cards),
        synthetic=any(card["synthetic"] for card in cards),
        success_stories=any(stories),
        only_success_stories=bool(stories) and all(stories),
    )


def _rows(card: Mapping[str, Any]) -> Mapping[str, int]:
    rows: Mapping[str, int] = card.get("rows", {})
    return rows

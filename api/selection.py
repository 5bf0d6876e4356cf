"""What the loaded data can tell and what it cannot, from what its datasets declare of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from queries.answer import Bilingual

ALWAYS = (
    Bilingual("어떤 기관과 센터가 함께 일하는지, 무엇을 제공하는지", "Who works with whom, and what they offer"),
    Bilingual("각 사실이 출처의 어디에 적혀 있는지", "Where in its source each fact stands"),
    Bilingual("자료에 담긴 사례가 어떤 순서로 도움을 받았는지", "In which order the cases in the data were helped"),
)
NEVER = Bilingual(
    "출처에 없는 협력이 정말 없는지: 적혀 있지 않다고 해서 없는 것은 아닙니다.",
    "Whether a partnership that no source mentions exists: not told is not the same as absent.",
)
STORIES = (
    Bilingual("취업률: 취업하지 못한 사례가 자료에 없습니다.", "Hire rates: the data holds nobody who was not hired."),
    Bilingual("어떤 기관이나 조합이 취업에 효과가 있었는지", "Which partners or combinations had an effect on hiring"),
)
RATES = Bilingual(
    "사례 수에 맞는 구간을 붙인 취업률과, 우연을 걸러 낸 조합 비교", "Hire rates with intervals, and combinations beyond chance"
)
CAUSES = Bilingual(
    "무엇이 취업의 원인인지: 기록의 비교만으로는 알 수 없습니다.", "What caused a hire: comparing records alone cannot tell."
)
COLLECT = (
    Bilingual(
        "취업하지 못했거나 중단한 사람을 포함한 전체 사례", "Every case, also of those who were not hired or dropped out"
    ),
    Bilingual(
        "사례마다 도운 기관·프로그램과 순서, 시작한 달과 결과가 나온 달",
        "For each case who helped, with what, in which order, and the months",
    ),
    Bilingual("연계를 요청했으나 이루어지지 않은 경우와 그 까닭", "Referrals that were asked for and did not happen, and why"),
)


@dataclass(frozen=True)
class Claims:
    """What can be told, what cannot, and what to collect to tell more."""

    can: tuple[Bilingual, ...]
    cannot: tuple[Bilingual, ...]
    collect: tuple[Bilingual, ...]


def can_and_cannot(cards: Iterable[Mapping[str, Any]]) -> Claims:
    """The claims of some datasets together; only success stories among the cases rule out rates."""
    with_cases = [card for card in cards if card.get("rows", {}).get("cases")]
    if any(card["selection"] != "success_stories" for card in with_cases):
        return Claims((*ALWAYS, RATES), (NEVER, CAUSES), COLLECT[2:])
    return Claims(ALWAYS, (*STORIES, NEVER), COLLECT)

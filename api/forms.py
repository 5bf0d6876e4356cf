"""How a question's form speaks: a short name for each field and each choice; what is to be known of it stands below, small."""

from __future__ import annotations

import re
from collections.abc import Mapping

from queries.answer import Bilingual
from queries.language.header import Param

FIELDS: Mapping[str, Bilingual] = {
    "age_band": Bilingual("나이대", "Age band"),
    "age_bands": Bilingual("나이대", "Age bands"),
    "as_of": Bilingual("기준일", "As of"),
    "attribution": Bilingual("기여 배분도 보기", "Show attribution too"),
    "by": Bilingual("무엇별로", "By"),
    "center_id": Bilingual("센터", "Center"),
    "centers": Bilingual("센터", "Centers"),
    "datasets": Bilingual("자료", "Datasets"),
    "findings": Bilingual("결과 종류", "Kinds of finding"),
    "first_id": Bilingual("시작하는 곳", "From"),
    "functions": Bilingual("기능", "Functions"),
    "in_order": Bilingual("앞뒤 순서 따지기", "In order"),
    "industries": Bilingual("산업", "Industries"),
    "institution_id": Bilingual("기관", "Institution"),
    "k": Bilingual("경로 수", "Number of paths"),
    "kinds": Bilingual("기관 종류", "Kinds of partner"),
    "match": Bilingual("세는 방법", "Count"),
    "max_age_days": Bilingual("자리 수의 유효 기간(일)", "Seats count for (days)"),
    "max_distance": Bilingual("갈 수 있는 거리", "Farthest distance"),
    "max_hops": Bilingual("거쳐 갈 관계 수", "Longest path"),
    "max_size": Bilingual("함께 볼 곳 수", "Members of a combination"),
    "max_steps": Bilingual("단계 수", "Longest path"),
    "measure": Bilingual("기업을 센 기준", "Companies counted"),
    "measures": Bilingual("기업을 센 기준", "Companies counted"),
    "min_cases": Bilingual("최소 사례 수", "Fewest cases"),
    "need": Bilingual("애로사항", "Needs"),
    "needs": Bilingual("애로사항", "Needs"),
    "networks": Bilingual("네트워크", "Networks"),
    "null_check": Bilingual("우연 검사", "Null check"),
    "outcomes": Bilingual("사례의 결과", "Outcomes"),
    "partners": Bilingual("이곳이 든 것만", "Only with these"),
    "peers": Bilingual("비슷한 센터 수", "Number of peers"),
    "prior_occupation": Bilingual("전에 하던 일", "Earlier occupation"),
    "reach": Bilingual("닿는 거리", "Within reach"),
    "region": Bilingual("사는 지역", "Region"),
    "regions": Bilingual("지역", "Regions"),
    "seats": Bilingual("자리 확인", "Seats"),
    "second_id": Bilingual("도착하는 곳", "To"),
    "states": Bilingual("상태", "States"),
    "target": Bilingual("가려는 곳", "Target"),
    "top": Bilingual("최대 행 수", "Rows to show"),
    "weight_distance": Bilingual("거리의 비중", "Weight of distance"),
    "weight_evidence": Bilingual("드문 경로의 비중", "Weight of rare steps"),
    "weight_handovers": Bilingual("넘겨주는 횟수의 비중", "Weight of hand-overs"),
    "weight_seats": Bilingual("자리를 모르는 것의 비중", "Weight of unknown seats"),
    "weight_waiting": Bilingual("기다리는 기간의 비중", "Weight of waiting"),
    "weight_steps": Bilingual("단계 수의 비중", "Weight of steps"),
    "years": Bilingual("시작한 해", "Years opened"),
}
CHOICES: Mapping[str, Bilingual] = {
    "all": Bilingual("전체", "all together"),
    "any": Bilingual("자리를 모르는 프로그램도", "unknown seats too"),
    "at_least": Bilingual("적어도 이 조합", "at least these"),
    "center": Bilingual("센터", "center"),
    "exactly": Bilingual("꼭 이 조합만", "exactly these"),
    "function": Bilingual("기관 종류와 기능", "kind of partner and function"),
    "kind": Bilingual("기관 종류", "kind of partner"),
    "known": Bilingual("자리를 확인한 프로그램만", "known seats only"),
    "partner": Bilingual("기관", "partner"),
    "partner_kind": Bilingual("기관 종류", "kind of partner"),
    "program": Bilingual("프로그램", "program"),
    "province": Bilingual("같은 시·도", "the same province"),
    "region": Bilingual("같은 지역과 그 위아래 지역", "the same region, those above and below it"),
    "step_kind": Bilingual("지원 종류", "kind of support"),
}
"""The choices that are no code of the vocabularies."""

RARELY = frozenset(
    {
        "as_of", "attribution", "by", "datasets", "in_order", "k", "match", "max_age_days", "max_distance", "max_hops",
        "max_size", "max_steps", "measure", "min_cases", "null_check", "partners", "peers", "reach", "seats", "top",
        "weight_distance", "weight_evidence", "weight_handovers", "weight_seats", "weight_steps",
        "weight_waiting",
    }
)  # fmt: skip
"""Fields that stand folded away: most answers need none of them, or the page offers them beside its picture."""


def is_rare(param: Param) -> bool:
    """Whether a field stands folded away; what must be given never does."""
    return param.name in RARELY and not param.required


def field_name(param: Param) -> Bilingual:
    """What a field is called; a parameter without a name of its own is called by its explanation."""
    return FIELDS.get(param.name, param.explanation)


def field_help(param: Param) -> Bilingual:
    """What is to be known of a field, in words alone: where the explanation names the codes of choices, these are left out."""
    codes = "|".join(map(re.escape, param.choices))
    plain = re.sub(rf"\s*\(({codes})\)", "", param.explanation.ko) if codes else param.explanation.ko
    return Bilingual(plain, param.explanation.en)


def choice_name(code: str) -> Bilingual:
    """What a choice is called; a code without a name as it is."""
    return CHOICES.get(code, Bilingual(code, code))

"""Grades of evidence and the reasons for them in words; the codes are those of `analysis.evidence`."""

from __future__ import annotations

from collections.abc import Iterable

from queries.answer import Bilingual
from queries.telling.sentence import particle
from queries.vocabulary import label

NO_DENOMINATOR = "no_denominator"
"""E1: no closed case ended without a hire, though the data was not selected for success."""
IN_FULL = {
    "E2": Bilingual(
        "우연으로 보기 어렵고 일부만으로는 나오지 않는 차이입니다. 원인이라는 뜻은 아닙니다.",
        "Beyond chance, and more than its parts show; this does not mean it is the cause.",
    ),
    "E3": Bilingual(
        "우연으로 보기 어렵고, 비슷한 사례끼리 견주어도 남는 차이입니다. 적히지 않은 다른 까닭이 있을 수는 있습니다.",
        "Beyond chance, and it stands when like is compared with like; something not recorded may still lie behind it.",
    ),
    "E4": Bilingual(
        "비교하도록 설계된 자료에서 확인한 차이입니다.", "A difference shown by a comparison that was designed as such."
    ),
}
WARNINGS = {
    "not_within_strata": Bilingual(
        "주의: 센터 등이 같은 사례끼리 견주면 이 차이가 확인되지 않습니다. "
        "협력 때문이 아니라 센터나 사람이 달라서 생긴 차이일 수 있습니다.",
        "Warning: the difference is not confirmed once like is compared with like; it may come from the centers or the people.",
    ),
    "reversed": Bilingual(
        "주의: 방향이 반대인 집단이 적지 않습니다. 전체 차이를 그대로 믿지 마세요.",
        "Warning: in strata that weigh enough it points the other way; do not take the overall difference at face value.",
    ),
    "strata_too_thin": Bilingual(
        "주의: 비슷한 사례끼리 견주기에는 사례가 모자랍니다.", "Warning: there are too few cases to compare like with like."
    ),
    "not_stratified": Bilingual("주의: 비슷한 사례끼리 견주지 않은 결과입니다.", "Warning: like was not compared with like."),
}
STRATA = {
    "center": Bilingual("담당 센터", "center"),
    "age_band": Bilingual("나이대", "age band"),
    "need": Bilingual("애로사항", "need"),
}


def reasons_note(rows: Iterable[tuple[str, str]]) -> list[Bilingual]:
    """What the grades in the rows mean; rows: grade and reason code."""
    found = sorted(set(rows))
    if not found:
        return []
    ko, en = (
        "; ".join(f"{grade} {label(reason, ('evidence_reason',), language)}" for grade, reason in found)
        for language in ("ko", "en")
    )
    return [Bilingual(f"증거 등급의 까닭: {ko}.", f"Why each grade: {en}.")]


def compared_within(names: Iterable[str]) -> Bilingual:
    """What cases were alike in when like was compared with like."""
    told = [STRATA[name] for name in names]
    ko, en = "·".join(words.ko for words in told), " and ".join(words.en for words in told)
    return Bilingual(
        f"비슷한 사례란 {ko}{particle(ko, '이/가')} 같은 사례입니다.",
        f"Like is compared with like within the same {en}.",
    )

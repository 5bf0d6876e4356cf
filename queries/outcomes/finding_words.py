"""What is said of combinations of partners: the first finding with its numbers, or plainly that there is no evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.disclosure import shown, shown_part
from queries.answer import Bilingual
from queries.asking import Asking
from queries.outcomes.case_masks import KINDS
from queries.outcomes.evidence_words import WARNINGS
from queries.outcomes.told_figures import Figures, percent
from queries.telling.sentence import particle
from queries.vocabulary import label

if TYPE_CHECKING:
    from analysis.folding import Folded
    from analysis.null_check import NullCheck


def sentence_of(
    asking: Asking, names: Sequence[str], codes: Sequence[str], seen: Figures, raises: bool, reason: str, further: int,
    between: str = " + ",
) -> Bilingual:  # fmt: skip
    """The first finding with cases, rate and interval where these may be told, its warning, and how many more there are."""
    ko, en = (
        between.join(names),
        between.join(english_name(asking, code, name) for code, name in zip(codes, names, strict=True)),
    )
    exactly = asking.params["match"] == "exactly"
    only, only_en = ("만", "exactly ") if exactly else (particle(ko, "을/를"), "")
    more, more_en = ("더", "more") if raises else ("덜", "fewer")
    rate_ko, rate_en = _counts(asking, seen)
    said = Bilingual(
        f"'{ko}'{only} 이용한 사례가 {more} 취업했습니다{rate_ko}.", f"Cases with {only_en}'{en}' had {more_en} hires{rate_en}."
    )
    tail = WARNINGS.get(
        reason, Bilingual("비슷한 사례끼리 견주어도 그렇습니다.", "So they do when like is compared with like.")
    )
    rest = Bilingual(f" 이 밖에 발견 {further}가지가 더 있습니다.", f" {further} more named.") if further else Bilingual("", "")
    return Bilingual(f"{said.ko} {tail.ko}{rest.ko}", f"{said.en} {tail.en}{rest.en}")


def _counts(asking: Asking, seen: Figures) -> tuple[str, str]:
    rate, low, high = seen.rates()
    cases = shown(seen.cases, asking.policy)
    hires = shown_part(seen.hires, seen.cases, asking.policy)
    if rate is None or cases is None or hires is None:
        return "(수는 비공개)", " (counts not disclosed)"
    between = f"{percent(low)}~{percent(high)}%"
    return (
        f"(사례 {cases:,}건 가운데 {hires:,}건, {percent(rate)}%, 95% 구간 {between})",
        f" ({hires:,} of {cases:,} cases, {percent(rate)}%, 95% interval {between.replace('~', ' to ')})",
    )


def english_name(asking: Asking, code: str, name: str) -> str:
    """What an item is called in English: kinds have a label, partners their own name."""
    return label(code, KINDS, "en") if asking.params["by"] == "partner_kind" else name


def no_evidence(tested: int, cases: int, asking: Asking, what: Bilingual | None = None) -> Bilingual:
    """That nothing stands out, over how many combinations and cases."""
    told, what = shown(cases, asking.policy), what or Bilingual("조합", "combinations")
    ko, en = ("", "") if told is None else (f"(끝난 사례 {told:,}건)", f" ({told:,} closed cases)")
    return Bilingual(
        f"취업과 관련 있다고 볼 근거가 있는 {what.ko}{particle(what.ko, '이/가')} 없습니다. "
        f"{tested:,}가지를 시험했지만 우연을 넘는 차이가 나오지 않았습니다{ko}.",
        f"No evidence: of {tested:,} {what.en} tested, none differs from the rest by more than chance makes{en}.",
    )


def shuffled(folded: Folded, asked: Mapping[str, Any], shuffles: int) -> NullCheck | None:
    """How often findings this strong come up when outcomes are shuffled within centers; None where there is too much of it."""
    from analysis.null_check import null_check

    try:
        return null_check(folded, **asked, shuffles=shuffles)
    except ValueError:
        return None


def shuffled_note(found: NullCheck | None) -> list[Bilingual]:
    """What the shuffles say of the strongest finding."""
    if found is None:
        return [
            Bilingual(
                "사례나 조합이 너무 많아 뒤섞어 보지 못했습니다. 지역이나 연도를 골라 다시 물어 주세요.",
                "There are too many cases or combinations to shuffle; ask about a region or a year.",
            )
        ]
    times = None if found.strongest is None else found.as_strong(found.strongest)
    if times is None:
        return [
            Bilingual("뒤섞어 견줄 만큼 강한 발견이 없습니다.", "There is no finding strong enough to hold against shuffles.")
        ]
    ko, en = _share(times / found.shuffles, found.shuffles)
    return [
        Bilingual(
            f"결과를 같은 센터 안에서 {found.shuffles}번 뒤섞었더니 이만큼 강한 발견이 {ko}에서 나왔습니다.",
            f"Findings this strong appear in {en} of {found.shuffles} shuffles of the outcomes within centers.",
        )
    ]


def _share(share: float, shuffles: int) -> tuple[str, str]:
    if share == 0:
        least = f"{100 / shuffles:.1f}"
        return f"{least}% 미만", f"under {least}%"
    return f"{share * 100:.1f}%", f"{share * 100:.1f}%"

"""What an answer says when the data holds nobody who was not hired: why no rate is given, and what to collect to have one."""

from __future__ import annotations

from typing import Any

from analysis.disclosure import shown
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Support
from queries.outcomes.evidence_words import NO_DENOMINATOR, reasons_note
from queries.outcomes.pooling import STORIES, Pool
from queries.vocabulary import label

EFFECTS = (0.10, 0.20, 0.35)
BASE = 0.50
"""The hire rate assumed where none is known; it asks for the most cases, so plans made with it are on the safe side."""
NO_RATE = Bilingual(
    "취업하지 않은 사람이 자료에 없어서 취업률, 효과, 순위를 계산하지 않았습니다. 사례 수와 취업 수만 적힌 대로 보여 드립니다.",
    "Nobody who was not hired is in the data, so no rate, effect or ranking is computed; cases and hires are shown as told.",
)
# In Korean in words, for planners; in English by the names of tables and columns, for whoever fills them in.
COLLECT = Bilingual(
    "효과를 알려면 이렇게 모아 주세요. "
    "(1) 사례: 같은 기간에 시작한 모든 사람을 결과와 관계없이 한 줄씩. 취업뿐 아니라 미취업, 중단, 진행 중도 넣고 "
    "담당 센터, 나이대, 시작한 달, 결과, 결과가 나온 달을 채웁니다. "
    "(2) 사례의 애로사항: 사람마다 전부. "
    "(3) 사례의 지원 단계: 전부와 도운 곳, 프로그램, 달, 결과. 본인이 거절했거나 제공하지 못한 것도 적습니다. "
    "(4) 자료 카드의 수록 기준: 전수.",
    "To know an effect, collect: (1) cases: everyone who started in the same period, one row each whatever the outcome "
    "(hired, not_hired, dropped_out, open), with center_id, age_band, opened_month, outcome, outcome_month; "
    "(2) case_needs: all needs of each; (3) case_steps: all steps with provider_id, program_id, month and result, declined "
    "and not_served ones too; (4) selection: complete in dataset.yaml.",
)


CLOSED = Bilingual(
    "끝난 사례(취업, 미취업, 중단)만 셉니다. 진행 중인 사례는 아직 결과를 몰라 뺐습니다.",
    "Only closed cases (hired, not hired, dropped out) are counted; open ones have no outcome yet.",
)


def unable(pool: Pool, support: Support) -> str | None:
    """The reason code why no rate can be computed, None where one can."""
    if pool.selection == STORIES:
        return "success_stories"
    return NO_DENOMINATOR if support.without_others() else None


def guard_notes(asking: Asking, support: Support) -> list[Bilingual]:
    """Why there is no rate, what to collect, and how much of it."""
    return [NO_RATE, COLLECT, *_missing(asking, support), *_power()]


def guard_outcome(asking: Asking, pool: Pool, support: Support, reason: str, rows: list[Any]) -> Outcome:
    """Rows of counts alone, as an answer that says first what this data cannot tell."""
    words = [label(reason, ("evidence_reason",), language) for language in ("ko", "en")]
    notes = [*pool.notes, *guard_notes(asking, support), *reasons_note([("E1", reason)] if rows else [])]
    return Outcome(
        rows, n=support.cases, grade="E1", reason=Bilingual(f"{words[0]}.", f"{words[1]}."), notes=notes,
        standing=pool.standing,
        sentence=_sentence(asking, support, len(rows)),
    )  # fmt: skip


def _sentence(asking: Asking, support: Support, many: int) -> Bilingual:
    told = shown(support.cases, asking.policy)
    ko, en = ("", "") if told is None else (f"(사례 {told:,}건)", f" ({told:,} cases)")
    if not many:
        return Bilingual(
            f"취업하지 않은 사람이 자료에 없어 이 자료로는 알 수 없습니다{ko}. 무엇을 모아야 하는지 아래에 적었습니다.",
            f"This data cannot tell: nobody who was not hired is in it{en}. What to collect is listed below.",
        )
    return Bilingual(
        f"취업하지 않은 사람이 자료에 없어 어느 쪽이 취업에 도움이 되었는지는 알 수 없습니다. 적힌 {many}가지를 사례가 많은 "
        f"순서로만 보여 드립니다{ko}.",
        f"This data cannot tell what led to hires: nobody who was not hired is in it. The {many} that are told are listed by "
        f"their number of cases only{en}.",
    )


def _missing(asking: Asking, support: Support) -> list[Bilingual]:
    """What the records at hand lack, counted; only where cases may be counted one by one."""
    if not asking.policy.as_they_are:
        return []
    snapshot, place = asking.reader.snapshot(), support.place
    cases, outcomes = snapshot.cases, snapshot.codes["outcome"]
    unhired = int(sum((cases.outcome[place] == outcomes.index(code)).sum() for code in ("not_hired", "dropped_out")))
    opened, aged = int((cases.opened_month[place] >= 0).sum()), int((cases.age_band[place] >= 0).sum())
    return [
        Bilingual(
            f"지금 자료: 사례 {len(place):,}건 가운데 취업 {support.hires:,}건, 미취업·중단 {unhired:,}건, "
            f"시작한 달이 적힌 사례 {opened:,}건, 나이대가 적힌 사례 {aged:,}건.",
            f"At hand: of {len(place):,} cases, {support.hires:,} hired, {unhired:,} not hired or dropped out, "
            f"{opened:,} with the month they began, {aged:,} with an age band.",
        )
    ]


def _power() -> list[Bilingual]:
    from analysis.power import power_table

    found = [Bilingual(
        f"필요한 사례 수(센터 한 곳에서 따로 견줄 때, 기본 취업률 {BASE:.0%}로 가정, 양쪽 수가 같고 80% 확률로 알아볼 수):",
        f"Cases needed (compared within one center, assuming a base rate of {BASE:.0%}, equal groups, 80% power):",
    )]  # fmt: skip
    for each in power_table(BASE, EFFECTS):
        points = round((each.rate - each.base) * 100)
        with_it, without = each.cases_with, each.cases_without
        unhired = each.not_hired_with + each.not_hired_without
        found.append(
            Bilingual(
                f"{points:+d}%p 차이: 그 조합의 지원을 받은 사례 {with_it:,}건과 받지 않은 사례 {without:,}건. "
                f"그 가운데 취업하지 않은 사례가 {unhired:,}건쯤 있어야 합니다.",
                f"{points:+d} points: {with_it:,} cases with the combination and {without:,} without, "
                f"about {unhired:,} of them not hired.",
            )
        )
    return found

"""Each partner's reach beside what came of the cases it reached: never the one without the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Masked, Support, asked_items, left_out_note, masked, names_of, supported
from queries.outcomes.evidence_words import IN_FULL, compared_within, reasons_note
from queries.outcomes.finding_words import english_name
from queries.outcomes.pooling import Pool, pooled
from queries.outcomes.survivorship import CLOSED, guard_outcome, unable
from queries.outcomes.told_figures import Figures, given_away

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from analysis.attribution import Attribution
    from analysis.combinations import Findings

    Floats = npt.NDArray[np.float64]

USUAL_CASES = 5
MOST_SHARED = 10
"""Attribution is shared among so many partners, those with most cases."""
NO_SHARES = (None,) * 6
ATTRIBUTION = Bilingual(
    f"제거 효과와 섀플리 값은 사례가 많은 {MOST_SHARED}곳까지만 계산했습니다. "
    "제거 효과는 대부분 그 기관을 얼마나 자주 이용했는지(범위)를 따라가므로 효과의 순위로 읽지 마세요.",
    f"Removal effect and Shapley value are computed for the {MOST_SHARED} with most cases. Removal mostly follows how often "
    "a partner is met (its reach); do not read it as a ranking by effect.",
)


def answer(asking: Asking) -> Outcome:
    """One row for each partner, the widest reach first."""
    pool = pooled(asking.reader.generation, cast(list[str], asking.params["datasets"]))
    by = str(asking.params["by"])
    support = supported(asking, pool, by)
    if not support.cases or not support.item.size:
        return Outcome([], n=support.cases, notes=pool.notes, standing=pool.standing)
    found = masked(asking, support, asked_items(asking, by))
    reason = unable(pool, support)
    return _told_only(asking, pool, support, found, reason) if reason else _judged(asking, pool, support, found)


def _least(asking: Asking, usual: int) -> int:
    return max(cast(int, asking.params["min_cases"]) or usual, asking.policy.threshold)


def _told_only(asking: Asking, pool: Pool, support: Support, found: Masked, reason: str) -> Outcome:
    from analysis.counting import count

    counted = count(found.folded, 1)
    places = [row for row in range(counted.cases.size) if counted.cases[row] >= _least(asking, 1)]
    codes = [found.codes[int(mask).bit_length() - 1] for mask in counted.masks]
    names = names_of(asking, codes, str(asking.params["by"]))
    rows = []
    for row in _asked(asking, codes, sorted(places, key=lambda row: (-int(counted.cases[row]), codes[row]))):
        seen = Figures(int(counted.cases[row]), int(counted.hires[row]), asking.policy)
        empty = (*(None,) * 12, "E1", reason, *NO_SHARES)
        rows.append((codes[row], names[codes[row]], seen.cases, seen.hires, seen.number(seen.cases / support.cases), *empty))
    outcome = guard_outcome(asking, pool, support, reason, rows)
    return replace(outcome, notes=[*outcome.notes, *left_out_note(found.left_out)])


def _asked(asking: Asking, codes: list[str], order: list[int]) -> list[int]:
    asked = asked_items(asking, str(asking.params["by"]))
    return [row for row in order if not asking.params["partners"] or codes[row] in asked][: cast(int, asking.params["top"])]


def _judged(asking: Asking, pool: Pool, support: Support, found: Masked) -> Outcome:
    from analysis.combinations import find
    from analysis.counting import Counted

    findings = find(found.folded, max_size=1, min_cases=_least(asking, USUAL_CASES), shuffles=support.shuffles)
    counted = Counted(findings.masks, findings.size, findings.cases, findings.hires)
    few, few_hires = given_away(counted, support.cases, support.hires, asking.policy)
    codes = [found.codes[int(mask).bit_length() - 1] for mask in findings.masks]
    names, expected = names_of(asking, codes, str(asking.params["by"])), _expected(found, findings)
    shares = _shares(support, found) if asking.params["attribution"] else {}
    places = sorted((row for row in range(len(codes)) if not few[row]), key=lambda row: (-int(findings.cases[row]), codes[row]))
    shown = _asked(asking, codes, places)
    rows = []
    for row in shown:
        seen = Figures(int(findings.cases[row]), int(findings.hires[row]), asking.policy, bool(few_hires[row]))
        told = _figures(seen, findings, row, float(expected[row]), support.cases)
        share = tuple(seen.number(each) for each in shares.get(codes[row], NO_SHARES))
        rows.append((codes[row], names[codes[row]], seen.cases, None if seen.withheld else seen.hires, *told, *share))
    named = [row for row in range(findings.named) if not few[row]]
    notes = [*pool.notes, CLOSED, *left_out_note(found.left_out), compared_within(found.compared_within)]
    notes += [
        *reasons_note((findings.evidence[row], findings.reasons[row].value) for row in shown),
        *([ATTRIBUTION] if shares else []),
    ]
    grade = findings.evidence[named[0]] if named else "E1"
    return Outcome(
        rows, n=support.cases, grade=grade, reason=IN_FULL.get(grade), notes=notes, standing=pool.standing,
        sentence=_sentence(asking, names, [codes[row] for row in named], len(rows)) if rows else None,
    )  # fmt: skip


def _figures(seen: Figures, found: Findings, row: int, expected: float, all_cases: int) -> tuple[Any, ...]:
    hoped = [float(each[row]) for each in (found.shrunk_rate, found.shrunk_low, found.shrunk_high)]
    return (
        seen.number(seen.cases / all_cases),
        *seen.rates(),
        *(seen.number(each) for each in hoped),
        seen.number(expected),
        *(seen.number(each - expected) for each in hoped),
        seen.chance(float(found.q_value[row])),
        ("raises" if found.raises[row] else "lowers") if seen.told or row < found.named else None,
        found.evidence[row],
        found.reasons[row].value,
    )


def _expected(found: Masked, findings: Findings) -> Floats:
    """The rate each partner's cases would have by the centers that handled them."""
    import numpy as np

    from analysis.counting import having
    from analysis.rates import center_rates

    folded = found.folded
    code = np.unique(folded.strata["center"], return_inverse=True)[1].astype(np.int64)
    hoped = folded.cases * center_rates(code, folded.cases, folded.hires)[code]
    inside = having(folded.masks, findings.masks)
    return np.asarray((inside @ hoped) / np.maximum(inside @ folded.cases, 1), dtype=np.float64)


def _shares(support: Support, found: Masked) -> dict[str, tuple[float, ...]]:
    """Removal effect and Shapley value with their bands, by partner; both only of those with most cases."""
    import numpy as np

    from analysis.attribution import removal_effect, shapley

    most = found.codes[:MOST_SHARED]
    bit = {code: place for place, code in enumerate(most)}
    place = np.array([bit.get(code, -1) for code in support.codes], dtype=np.int64)[support.item]
    kept = place >= 0
    offsets = np.searchsorted(support.case[kept], np.arange(support.cases + 1))
    removed = removal_effect(offsets, place[kept], support.hired)
    shared = shapley(found.folded, np.arange(len(most)))
    return {code: (*_band(removed, at), *_band(shared, at)) for code, at in bit.items()}


def _band(found: Attribution, item: int) -> tuple[float, float, float]:
    at = found.items.tolist().index(item)
    return float(found.score.value[at]), float(found.score.low[at]), float(found.score.high[at])


def _sentence(asking: Asking, names: dict[str, str], named: list[str], many: int) -> Bilingual:
    if not named:
        return Bilingual(
            f"협력기관 {many}곳을 범위가 넓은 순서로 보여 드립니다. 취업과 관련 있다고 볼 근거가 있는 곳은 없습니다.",
            f"Showing {many} partners by reach. No evidence that any of them goes with hires.",
        )
    told = ", ".join(f"'{names[code]}'" for code in named)
    english = ", ".join(f"'{english_name(asking, code, names[code])}'" for code in named)
    return Bilingual(
        f"협력기관 {many}곳을 범위가 넓은 순서로 보여 드립니다. 우연을 넘는 차이가 있는 곳은 {told}입니다. "
        "효과와 범위를 나란히 보세요.",
        f"Showing {many} partners by reach. Beyond chance: {english}. Read effect beside reach.",
    )

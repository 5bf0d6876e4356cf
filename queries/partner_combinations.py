"""Which partners together go with hires: every combination judged, and told no further than data and policy allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Masked, Support, asked_items, case_ids, left_out_note, masked, names_of, supported
from queries.outcomes.evidence_words import IN_FULL, compared_within, reasons_note
from queries.outcomes.finding_words import no_evidence, sentence_of, shuffled, shuffled_note
from queries.outcomes.in_order import ordered_outcome
from queries.outcomes.pooling import Pool, pooled
from queries.outcomes.survivorship import CLOSED, guard_outcome, unable
from queries.outcomes.told_figures import Figures, given_away

if TYPE_CHECKING:
    from analysis.combinations import Findings
    from analysis.counting import Counted, Match
    from analysis.null_check import NullCheck

USUAL_CASES = 5
FEWEST_TOLD = 1
NO_FIGURES = (None,) * 6
MOST_LISTED = 1000
"""Ids of cases are listed for combinations of at most so many."""


def answer(asking: Asking) -> Outcome:
    """One row for each combination: what is named as a finding first, then those furthest from chance."""
    params = asking.params
    pool = pooled(asking.reader.generation, cast(list[str], params["datasets"]))
    support = supported(asking, pool, str(params["by"]))
    reason = unable(pool, support)
    if not support.cases or not support.item.size:
        return Outcome([], n=support.cases, notes=pool.notes, standing=pool.standing)
    if params["in_order"]:
        return ordered_outcome(asking, pool, support, reason)
    if reason:
        return _told_only(asking, pool, support, reason)
    return _judged(asking, pool, support)


def least_cases(asking: Asking, usual: int = USUAL_CASES) -> int:
    """The fewest cases a combination needs: as asked, and never below what may be shown."""
    return max(cast(int, asking.params["min_cases"]) or usual, asking.policy.threshold)


def _told_only(asking: Asking, pool: Pool, support: Support, reason: str) -> Outcome:
    """Counts as they are told, most cases first: no rate, no test, no ranking by effect."""
    import numpy as np

    from analysis.counting import count

    found = masked(asking, support, asked_items(asking, str(asking.params["by"])), strata=False)
    counted = count(found.folded, cast(int, asking.params["max_size"]), cast("Match", asking.params["match"]))
    few, few_hires = _given_away(asking, counted, support)
    enough = np.flatnonzero((counted.cases >= least_cases(asking, FEWEST_TOLD)) & ~few)
    order = enough[np.lexsort((enough, -counted.cases[enough]))]
    rows = _Rows(asking, support, found, counted, few_hires)
    shown = [row for row in order.tolist() if rows.wanted(row)][: cast(int, asking.params["top"])]
    told = [rows.told(row, (*NO_FIGURES, None, None, None, None, "", "E1", reason, *(None,) * 6)) for row in shown]
    outcome = guard_outcome(asking, pool, support, reason, told)
    return replace(outcome, notes=[*outcome.notes, *left_out_note(found.left_out)])


def _judged(asking: Asking, pool: Pool, support: Support) -> Outcome:
    from analysis.combinations import find
    from analysis.counting import Counted

    params = asking.params
    found = masked(asking, support, asked_items(asking, str(params["by"])))
    match = cast("Match", params["match"])
    asked: dict[str, Any] = {"max_size": params["max_size"], "min_cases": least_cases(asking), "match": match}
    findings = find(found.folded, **asked, shuffles=support.shuffles)
    counted = Counted(findings.masks, findings.size, findings.cases, findings.hires)
    few, few_hires = _given_away(asking, counted, support)
    rows = _Rows(asking, support, found, counted, few_hires)
    check = shuffled(found.folded, asked, support.shuffles // 2) if params["null_check"] else None
    kept = rows.in_order([row for row in range(len(findings.masks)) if not few[row]], findings.named)
    shown = kept[: cast(int, params["top"])]
    told = [rows.told(row, (*_figures(rows, findings, row), *_by_chance(rows, findings, row, check))) for row in shown]
    named = [row for row in kept if row < findings.named]
    notes = [*pool.notes, CLOSED, *left_out_note(found.left_out), compared_within(found.compared_within)]
    notes += reasons_note((findings.evidence[row], findings.reasons[row].value) for row in shown)
    notes += _withheld(int(few.sum())) + (shuffled_note(check) if params["null_check"] else [])
    return Outcome(
        told, n=support.cases, grade=findings.evidence[named[0]] if named else "E1",
        reason=IN_FULL.get(findings.evidence[named[0]]) if named else None, notes=notes, standing=pool.standing,
        sentence=_sentence(asking, support, rows, findings, named) if told else None,
    )  # fmt: skip


def _given_away(asking: Asking, counted: Counted, support: Support) -> tuple[Any, Any]:
    if asking.params["match"] == "exactly":
        few = counted.cases < 0
        return few, few.copy()
    return given_away(counted, support.cases, support.hires, asking.policy)


class _Rows:
    """Rows of the answer from places in the counted combinations."""

    def __init__(self, asking: Asking, support: Support, found: Masked, counted: Counted, few_hires: Any) -> None:
        self.asking, self.support, self.found, self.counted, self.few_hires = asking, support, found, counted, few_hires
        self.asked = set(asked_items(asking, str(asking.params["by"])))
        self.names = names_of(asking, found.codes, str(asking.params["by"]))
        self.sources: dict[str, str] = {}

    def codes(self, row: int) -> list[str]:
        """The ids or kinds of a combination, the most frequent first."""
        mask = int(self.counted.masks[row])
        return [code for bit, code in enumerate(self.found.codes) if mask >> bit & 1]

    def wanted(self, row: int) -> bool:
        """Whether it holds all partners asked for."""
        return not self.asked or self.asked <= set(self.codes(row))

    def in_order(self, places: Sequence[int], named: int) -> list[int]:
        """Those wanted: the named ones, then as they come; where figures are hidden by id, as a place would tell of them."""
        wanted = [row for row in places if self.wanted(row)]
        told = [row for row in wanted if row < named or self.figures(row).told]
        return told + sorted(set(wanted) - set(told), key=self.name)

    def figures(self, row: int) -> Figures:
        """What may be told beside its counts."""
        cases, hires = int(self.counted.cases[row]), int(self.counted.hires[row])
        return Figures(cases, hires, self.asking.policy, bool(self.few_hires[row]))

    def name(self, row: int) -> str:
        """Its id."""
        return "+".join(self.codes(row))

    def told(self, row: int, rest: Sequence[Any]) -> tuple[Any, ...]:
        """The whole row, `rest` standing between the counts and the cases."""
        codes, seen = self.codes(row), self.figures(row)
        ids = self._case_ids(row)
        hires = None if seen.withheld else seen.hires
        return (
            self.name(row), codes, [self.names[code] for code in codes], len(codes), seen.cases, hires, *rest[:6], *rest[6:],
            ids, self._sources(ids),
        )  # fmt: skip

    def _case_ids(self, row: int) -> list[str]:
        if not self.asking.policy.as_they_are or self.counted.cases[row] > MOST_LISTED:
            return []
        return case_ids(self.asking, self.support, self.found.masks, int(self.counted.masks[row]), self._exactly)

    @property
    def _exactly(self) -> bool:
        return self.asking.params["match"] == "exactly"

    def _sources(self, ids: Sequence[str]) -> list[str]:
        unknown = [each for each in ids if each not in self.sources]
        if unknown:
            self.sources |= {str(id_): str(source) for id_, source in self.asking.rows("told", case_ids=unknown)}
        return [self.sources[each] for each in ids]


def _figures(rows: _Rows, found: Findings, row: int) -> tuple[Any, ...]:
    seen = rows.figures(row)
    within = found.stratified.get(row)
    explained = int(found.explained_by[row])
    says = seen.told or row < found.named
    return (
        *seen.rates(),
        *(seen.number(float(each[row])) for each in (found.shrunk_rate, found.shrunk_low, found.shrunk_high)),
        seen.chance(float(found.q_value[row])),
        ("raises" if found.raises[row] else "lowers") if says else None,
        bool(found.productive[row]) if says else None,
        bool(found.minimal[row]),
        rows.name(explained) if explained >= 0 else "",
        found.evidence[row],
        found.reasons[row].value,
        *(seen.number(each, 3) for each in _within(within)),
    )


def _by_chance(rows: _Rows, found: Findings, row: int, check: NullCheck | None) -> tuple[int | None, int | None]:
    """In how many shuffles something as strong came up, and of how many; for what beats its parts only."""
    times = None if check is None else check.as_strong(int(found.masks[row]))
    if check is None or times is None:
        return None, None
    share = rows.figures(row).chance(times / check.shuffles)
    return (None, None) if share is None else (round(share * check.shuffles), check.shuffles)


def _within(result: Any) -> tuple[float | None, ...]:
    if result is None:
        return None, None, None, None
    return result.odds_ratio, result.homogeneity_p, result.e_value, result.e_value_bound


def _sentence(asking: Asking, support: Support, rows: _Rows, found: Findings, named: Sequence[int]) -> Bilingual:
    if not named:
        return no_evidence(found.tested, support.cases, asking)
    first = named[0]
    codes = rows.codes(first)
    return sentence_of(
        asking, [rows.names[code] for code in codes], codes, rows.figures(first), bool(found.raises[first]),
        found.reasons[first].value, len(named) - 1,
    )  # fmt: skip


def _withheld(many: int) -> list[Bilingual]:
    if not many:
        return []
    return [
        Bilingual(
            "다른 조합의 사례 수에서 빼면 몇 사람 되지 않는 수가 드러나는 조합은 적지 않았습니다.",
            "Combinations whose counts, subtracted from others, would tell those of a few people are not listed.",
        )
    ]

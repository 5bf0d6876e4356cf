"""How many months until a hire, with ending otherwise as the competing end, told only while enough cases are at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from analysis.disclosure import Policy, shown
from graph.snapshot import Snapshot
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Support, names_of, supported
from queries.outcomes.finding_words import english_name
from queries.outcomes.pooling import pooled
from queries.outcomes.survivorship import guard_outcome, unable
from queries.outcomes.told_figures import percent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from analysis.time_to_hire import Incidence

    Numbers = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

ALL = "all"
OBSERVED = "observed"
LEAST_AT_RISK = 5


@dataclass(frozen=True)
class _Followed:
    """months, status int64[n] of the cases whose course is known, with their support."""

    months: Numbers
    status: Numbers
    support: Support


def answer(asking: Asking) -> Outcome:
    """One row for each group and month: the share hired and the share ended otherwise by then."""
    pool = pooled(asking.reader.generation, cast(list[str], asking.params["datasets"]))
    support = supported(asking, pool, "partner_kind", all_cases=True)
    closed = supported(asking, pool, "partner_kind")
    reason = unable(pool, closed)
    if reason:
        return guard_outcome(asking, pool, closed, reason, [])
    followed = _followed(asking.reader.snapshot(), support)
    rows = list(_rows(asking, followed))[: cast(int, asking.params["top"])]
    n = len(followed.months)
    notes = [*pool.notes, *_left_out(support.cases - n, asking.policy)]
    words = _words(asking, rows) if rows else {}
    return Outcome(rows, n=n, grade="E1" if n else None, notes=notes, standing=pool.standing, words=words)


def _words(asking: Asking, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """The last that is told of the largest group: the share hired with its interval."""
    code, name, months, _, *shares = next(row for row in reversed(rows) if row[0] == rows[0][0])
    largest = Bilingual("", "")
    if code != ALL:
        largest = Bilingual(
            f"사례가 가장 많은 '{name}'에서는 ", f" of '{english_name(asking, code, name)}', the largest group,"
        )
    told = dict(zip(("share", "low", "high"), map(percent, shares), strict=False))
    return {"months": months, "largest_ko": largest.ko, "largest_en": largest.en, **told}


def _followed(snapshot: Snapshot, support: Support) -> _Followed:
    """Open cases are followed to the last month that the data tells of."""
    import numpy as np

    from analysis.time_to_hire import ENDED, HIRED, OPEN

    place, cases = support.place, snapshot.cases
    opened, ended = (np.asarray(column[place], np.int64) for column in (cases.opened_month, cases.outcome_month))
    is_open = cases.outcome[place] == snapshot.codes["outcome"].index("open")
    last = max(int(column.max(initial=-1)) for column in (cases.opened_month, cases.outcome_month))
    until = np.where(is_open & (ended < 0), last, ended)
    known = (opened >= 0) & (until >= opened)
    status = np.where(is_open, OPEN, np.where(support.hired, HIRED, ENDED))
    number = np.cumsum(known) - 1
    kept = known[support.case]
    within = replace(
        support, place=place[known], hired=support.hired[known], case=number[support.case[kept]], item=support.item[kept]
    )
    return _Followed((until - opened)[known], status[known].astype(np.int64), within)


def _groups(asking: Asking, followed: _Followed) -> Iterator[tuple[str, str, Bools]]:
    import numpy as np

    support, snapshot = followed.support, asking.reader.snapshot()
    everyone = np.ones(support.cases, dtype=bool)
    if asking.params["by"] == "partner_kind":
        for item in np.unique(support.item).tolist():
            has = np.zeros(support.cases, dtype=bool)
            has[support.case[support.item == item]] = True
            code = support.codes[item]
            yield code, names_of(asking, [code], "partner_kind")[code], has
    elif asking.params["by"] == "center":
        ids, center = snapshot.ids("Center"), snapshot.cases.center[support.place]
        found = {ids[place]: center == place for place in np.unique(center).tolist() if place >= 0}
        names = names_of(asking, list(found), "center")
        for code, has in found.items():
            yield code, names[code], has
    else:
        yield ALL, "전체", everyone


def _rows(asking: Asking, followed: _Followed) -> Iterator[tuple[Any, ...]]:
    from analysis.time_to_hire import time_to_hire

    least = max(asking.policy.threshold, LEAST_AT_RISK)
    groups = sorted(_groups(asking, followed), key=lambda group: (-int(group[2].sum()), group[0]))
    for code, name, has in groups:
        curve = time_to_hire(followed.months[has], followed.status[has], least)
        for month in _told_months(curve, asking.policy):
            at_risk = int(curve.at_risk[month])
            shares = (curve.share_hired, curve.low, curve.high, curve.share_ended)
            yield code, name, month, at_risk, *(_share(each[month], asking.policy) for each in shares), "E1", OBSERVED


def _told_months(curve: Incidence, policy: Policy) -> list[int]:
    """The months to tell: since the last one told, nobody or enough people were hired, ended otherwise and left unknown."""
    if policy.as_they_are:
        return [int(month) for month in curve.month]
    told, since = [], [0, 0, 0]
    for month in range(curve.month.size):
        gone = int(curve.at_risk[month - 1] - curve.at_risk[month]) if month else 0
        before = int(curve.hired[month - 1] + curve.ended[month - 1]) if month else 0
        since = [since[0] + int(curve.hired[month]), since[1] + int(curve.ended[month]), since[2] + gone - before]
        if all(each == 0 or each >= policy.threshold for each in since):
            told.append(month)
            since = [0, 0, 0]
    return told


def _share(value: Any, policy: Policy) -> float:
    return round(float(value), 2 if policy.rounding > 1 else 4)


def _left_out(many: int, policy: Policy) -> list[Bilingual]:
    if not many:
        return []
    told = shown(many, policy)
    ko, en = ("일부 사례", "Some cases") if told is None else (f"사례 {told:,}건", f"{told:,} cases")
    return [
        Bilingual(
            f"{ko}은 시작한 달이나 결과가 나온 달이 적혀 있지 않거나 앞뒤가 맞지 않아 뺐습니다.".replace("사례은", "사례는"),
            f"{en} are left out: the month they began or ended is not told, or out of order.",
        )
    ]

"""Pairs of partners in order: does it matter which came first? Cases with both are compared, one order with the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Support, asked_items, case_ids_at, names_of
from queries.outcomes.evidence_words import IN_FULL, reasons_note
from queries.outcomes.finding_words import no_evidence, sentence_of
from queries.outcomes.pooling import Pool
from queries.outcomes.survivorship import CLOSED, guard_outcome
from queries.outcomes.told_figures import Figures

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from analysis.evidence import Reason
    from analysis.strata import Stratified

    Numbers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

ARROW = " → "
USUAL_CASES = 5
MOST_LISTED = 1000
NOTE = Bilingual(
    "앞뒤 순서는 두 곳을 모두 이용한 사례끼리만 견줍니다. "
    "순서는 사람의 형편에 따라 정해지는 일이 많으므로 순서를 바꾸면 결과가 바뀐다는 뜻은 아닙니다.",
    "An order is compared with the other order among cases that had both. Orders often follow from people's situations: "
    "this does not mean that changing the order changes the outcome.",
)


@dataclass(frozen=True)
class _Orders:
    """Each order told of two items beside the other order: int64[p] each; q float64[p]; raises bool[p]."""

    first: Numbers
    second: Numbers
    cases: Numbers
    hires: Numbers
    other_cases: Numbers
    other_hires: Numbers
    q: Floats
    tested: npt.NDArray[np.bool_]

    @property
    def raises(self) -> npt.NDArray[np.bool_]:
        """Whether its rate is at or above that of the other order."""
        return self.hires * self.other_cases >= self.other_hires * self.cases


def ordered_outcome(asking: Asking, pool: Pool, support: Support, unable: str | None) -> Outcome:
    """One row for each order of two partners; only counts where `unable` names why nothing can be compared."""
    import numpy as np

    usual = cast(int, asking.params["min_cases"]) or (1 if unable else USUAL_CASES)
    orders = _orders(support, max(usual, asking.policy.threshold))
    far = -orders.cases if unable else np.where(_named(orders), -1.0, orders.q)
    order = np.lexsort((orders.second, orders.first, -orders.cases, far))
    asked = set(asked_items(asking, str(asking.params["by"])))
    members = [{support.codes[int(orders.first[row])], support.codes[int(orders.second[row])]} for row in order]
    shown = [int(row) for row, held in zip(order, members, strict=True) if asked <= held][: cast(int, asking.params["top"])]
    codes = sorted({support.codes[int(item)] for row in shown for item in (orders.first[row], orders.second[row])})
    judged = _Judged(asking, support, orders, names_of(asking, codes, str(asking.params["by"])), unable)
    rows = [judged.row(row) for row in shown]
    if unable:
        return guard_outcome(asking, pool, support, unable, rows)
    named = [row for row in shown if judged.named(row)]
    notes = [*pool.notes, CLOSED, NOTE, *reasons_note(judged.graded(row) for row in shown)]
    return Outcome(
        rows, n=support.cases, grade=judged.graded(named[0])[0] if named else "E1", notes=notes, standing=pool.standing,
        reason=IN_FULL.get(judged.graded(named[0])[0]) if named else None,
        sentence=judged.sentence(named) if rows else None,
    )  # fmt: skip


def _orders(support: Support, least: int) -> _Orders:
    """Both orders of two items, where at least one has enough cases; the exact test adjusted for all by Bonferroni's bound."""
    import numpy as np

    from analysis import exact
    from analysis.sequences import ordered_pairs

    offsets = np.searchsorted(support.case, np.arange(support.cases + 1))
    found = ordered_pairs(offsets, support.item, support.hired)
    width = max(1, len(support.codes))
    keys, back = found.first * width + found.second, found.second * width + found.first
    place = np.minimum(np.searchsorted(keys, back), max(0, len(keys) - 1))
    there = keys[place] == back if len(keys) else np.zeros(0, bool)
    other_cases, other_hires = (np.where(there, counts[place], 0) for counts in (found.cases, found.hires))
    both, hired = found.cases + other_cases, found.hires + other_hires
    tested = (found.cases >= least) & (other_cases >= least) & (hired > 0) & (hired < both)
    p = exact.tails(found.hires, found.cases, hired, both).two_sided()
    q = np.where(tested, np.minimum(1.0, p * max(1, int(tested.sum()) // 2)), 1.0)
    enough = found.cases >= least
    columns: tuple[Any, ...] = (found.first, found.second, found.cases, found.hires, other_cases, other_hires, q, tested)
    return _Orders(*(column[enough] for column in columns))


def _named(orders: _Orders) -> npt.NDArray[np.bool_]:
    from analysis.combinations import LEVEL

    return orders.tested & (orders.q <= LEVEL) & orders.raises


@dataclass
class _Judged:
    asking: Asking
    support: Support
    orders: _Orders
    names: dict[str, str]
    unable: str | None

    def named(self, row: int) -> bool:
        """Whether this order is a finding."""
        return self.unable is None and bool(_named(self.orders)[row])

    def codes(self, row: int) -> list[str]:
        """First and second."""
        return [self.support.codes[int(each[row])] for each in (self.orders.first, self.orders.second)]

    def figures(self, row: int) -> Figures:
        """What may be told: nothing where the other order, which follows by subtraction, is too small."""
        orders, policy = self.orders, self.asking.policy
        other = Figures(int(orders.other_cases[row]), int(orders.other_hires[row]), policy)
        few = not policy.as_they_are and orders.other_cases[row] > 0 and not other.told
        return Figures(int(orders.cases[row]), int(orders.hires[row]), policy, bool(few))

    def graded(self, row: int) -> tuple[str, str]:
        """Grade and reason code."""
        from analysis.combinations import LEVEL
        from analysis.evidence import Reason, grade

        if self.unable:
            return "E1", self.unable
        if self.named(row):
            reason = self._within(row)[1]
        elif not self.orders.tested[row]:
            reason = Reason.NO_COMPARISON
        else:
            reason = Reason.EXPLAINED if self.orders.q[row] <= LEVEL else Reason.NOT_ABOVE_CHANCE
        return grade(reason), reason.value

    def _within(self, row: int) -> tuple[Stratified, Reason]:
        """The two orders compared within centers."""
        import numpy as np

        from analysis.combinations import LEVEL
        from analysis.evidence import Reason
        from analysis.strata import compare, tables_of

        first, second = self._first_steps(int(self.orders.first[row])), self._first_steps(int(self.orders.second[row]))
        both = (first >= 0) & (second >= 0)
        center = np.asarray(self.asking.reader.snapshot().cases.center[self.support.place], np.int64)
        cell = np.unique(center[both], return_inverse=True)[1].astype(np.int64)
        ones, hired = np.ones(int(both.sum()), np.int64), self.support.hired[both].astype(np.int64)
        result = compare(tables_of((first < second)[both], ones, hired, cell))
        if result.strata == 0:
            return result, Reason.STRATA_TOO_THIN
        stands = result.direction > 0 and result.p_value <= LEVEL
        return result, Reason.WITHIN_STRATA if stands else Reason.NOT_WITHIN_STRATA

    def _first_steps(self, item: int) -> Any:
        """int64[cases]: where a case first met an item, -1 where it did not."""
        import numpy as np

        at = np.flatnonzero(self.support.item == item)[::-1]
        found = np.full(self.support.cases, -1, dtype=np.int64)
        found[self.support.case[at]] = at
        return found

    def row(self, row: int) -> tuple[Any, ...]:
        """A row of the answer."""
        codes, seen = self.codes(row), self.figures(row)
        ids = self._case_ids(row, seen)
        sources = [str(source) for _, source in self.asking.rows("told", case_ids=ids)] if ids else []
        return (
            ARROW.join(codes), codes, [self.names[code] for code in codes], 2,
            None if seen.withheld else seen.cases, None if seen.withheld else seen.hires, *self._compared(row, seen),
            ids, sources,
        )  # fmt: skip

    def _compared(self, row: int, seen: Figures) -> tuple[Any, ...]:
        grade, reason = self.graded(row)
        if self.unable:
            return (*(None,) * 10, "", grade, reason, *(None,) * 6)
        named = self.named(row)
        within = self._within(row)[0] if named else None
        told = (within.odds_ratio, within.homogeneity_p, within.e_value, within.e_value_bound) if within else (None,) * 4
        explained = ARROW.join(reversed(self.codes(row))) if reason == "explained" else ""
        return (
            *seen.rates(), *(seen.number(each) for each in self._shrunk(row)), seen.chance(float(self.orders.q[row])),
            "raises" if self.orders.raises[row] else "lowers", named, named, explained, grade, reason,
            *(seen.number(each, 3) for each in told), None, None,
        )  # fmt: skip

    def _shrunk(self, row: int) -> tuple[float, ...]:
        """The rate to expect, drawn towards that of the two orders together."""
        import numpy as np

        from analysis.rates import shrunk

        orders = self.orders
        both, hired = orders.cases[row] + orders.other_cases[row], orders.hires[row] + orders.other_hires[row]
        mean = np.array([(hired + 0.5) / (both + 1.0)])
        one = slice(row, row + 1)
        return tuple(float(each[0]) for each in shrunk(orders.hires[one], orders.cases[one], mean, orders.q[one], int(both)))

    def _case_ids(self, row: int, seen: Figures) -> list[str]:
        if not self.asking.policy.as_they_are or seen.cases > MOST_LISTED:
            return []
        first, second = self._first_steps(int(self.orders.first[row])), self._first_steps(int(self.orders.second[row]))
        return case_ids_at(self.asking, self.support, (first >= 0) & (second >= 0) & (first < second))

    def sentence(self, named: list[int]) -> Bilingual:
        """The first finding, or that there is none."""
        if not named:
            tested = int(self.orders.tested.sum()) // 2
            return no_evidence(tested, self.support.cases, self.asking, Bilingual("앞뒤 순서", "orders"))
        row, codes = named[0], self.codes(named[0])
        names, reason = [self.names[code] for code in codes], self.graded(row)[1]
        return sentence_of(self.asking, names, codes, self.figures(row), True, reason, len(named) - 1, between=ARROW)

"""Which combinations of partners go with hires, answered so that chance and padding are not mistaken for effects.

How a combination comes to be named (E2):

1. All combinations with enough cases are tested against the cases without them, exactly and in both directions.
2. Their p-values are adjusted for being many by shuffling outcomes (`analysis.chance`).
3. A combination must beat every one of its own parts (`analysis.productive`).
4. The one furthest from chance is named first. Then the cases are split by it, and what still stands out within both halves is
   named next, until nothing does. So a pair is named once, not once more with every frequent partner added.

A named combination reaches E3 when it stands out within strata too, again among all combinations together, and not reversed.
The level is 0.03, below the customary 0.05, so that 300 runs without any effect show a claim in at most 5 % with room to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis import chance, exact
from analysis.counting import Counted, Match, count, having
from analysis.evidence import Reason, grade, require_denominator
from analysis.folding import Folded
from analysis.rates import Interval, center_rates, shrunk, wilson
from analysis.strata import Stratified, compare, tables_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVEL = 0.03
MIN_CASES = 5
MAX_SIZE = 3
SEED = 20251217
MOST_NAMED = 8

_REVERSED_WEIGHT = 0.35
_UNEVEN = 0.05
_WORD = 2**32 - 1


@dataclass(frozen=True)
class Findings:
    """Every combination with enough cases, named ones first, then by p-value, size and items. All arrays are of length c.

    masks uint64; size, cases, hires int64; rate and its Wilson bounds; shrunk_rate and its bounds; p_value exact and two-sided;
    q_value adjusted for all tested together (for a named one: in the step that named it); raises bool (False: lowers);
    productive, minimal bool; explained_by int64 (row of the named combination that explains it, -1 where none);
    reasons: why each has its grade; stratified: row -> comparison within all strata crossed, for the named ones;
    by_stratum: row -> name of stratum -> comparison; tested: number of combinations tested; all_cases, all_hires: closed cases.
    """

    masks: NDArray[np.uint64]
    size: Ints
    cases: Ints
    hires: Ints
    rate: Floats
    rate_low: Floats
    rate_high: Floats
    shrunk_rate: Floats
    shrunk_low: Floats
    shrunk_high: Floats
    p_value: Floats
    q_value: Floats
    raises: Bools
    productive: Bools
    minimal: Bools
    explained_by: Ints
    reasons: tuple[Reason, ...]
    stratified: dict[int, Stratified]
    by_stratum: dict[int, dict[str, Stratified]]
    tested: int
    all_cases: int
    all_hires: int

    @property
    def evidence(self) -> tuple[str, ...]:
        """E1 to E4 of every row."""
        return tuple(grade(reason) for reason in self.reasons)

    @property
    def named(self) -> int:
        """How many are named: rows 0 to named - 1. None means: no evidence."""
        return int(self.minimal.sum())


@dataclass(frozen=True)
class _Asked:
    match: Match
    level: float
    shuffles: int
    seed: int


@dataclass(frozen=True)
class _Named:
    rows: list[int]
    q_value: Floats
    productive: Bools


def find(
    folded: Folded,
    *,
    max_size: int = MAX_SIZE,
    min_cases: int = MIN_CASES,
    match: Match = "at_least",
    selection: str = "complete",
    by_design: bool = False,
    level: float = LEVEL,
    shuffles: int = chance.SHUFFLES,
    seed: int = SEED,
) -> Findings:
    """Judge every combination of 1 to `max_size` items that at least `min_cases` closed cases have.

    Stratum `center`, where given, also steadies the shrunk rates. NoDenominatorError for success stories and where all were
    hired; ValueError for a size outside 1 to 4 or fewer than one case.
    """
    if min_cases < 1:
        raise ValueError(f"at least one case is needed, not {min_cases}")
    rows = folded.by_mask()
    counted = count(rows, max_size, match)
    require_denominator(selection, folded.total_cases, folded.total_hires)
    tests = chance.family(counted, rows, min_cases, match)
    asked = _Asked(match, level, shuffles, seed)
    p = tests.p_values()
    named = _name(tests, rows, p, asked)
    return _findings(folded, tests, p, named, asked, by_design)


def _name(tests: chance.Family, rows: Folded, p: Floats, asked: _Asked) -> _Named:
    if tests.size == 0:
        return _Named([], np.ones(p.size), np.zeros(p.size, dtype=bool))
    productive = chance.productive(tests, tests.tested & (p <= 0.05))
    order = _by_strength(tests, p)
    candidates = order[productive[order]]
    best = float(p[candidates[0]]) if candidates.size else 1.0
    q = chance.adjusted(tests, p, best, rows, asked.shuffles, asked.seed)
    named = [int(row) for row in candidates[:1] if q[row] <= asked.level]
    while named and len(named) < MOST_NAMED:
        further, value = _next(tests, rows, candidates, named, asked)
        if further is None:
            break
        q[further] = max(value, float(q[named].max()))
        named.append(further)
    return _Named(named, q, productive)


def _by_strength(tests: chance.Family, p: Floats) -> Ints:
    """Rows by p-value; where it is too small to be told from 0, by distance from chance; then the smaller, then by items."""
    margins = (tests.counted.cases, tests.all_hires, tests.all_cases)
    gap = np.abs(tests.counted.hires - exact.expected(*margins))
    distance = gap / np.sqrt(np.maximum(exact.variance(0, *margins), 1e-12))
    return np.lexsort((tests.counted.masks, tests.counted.size, np.where(p > 0, 0.0, -distance), p))


def _next(tests: chance.Family, rows: Folded, candidates: Ints, named: list[int], asked: _Asked) -> tuple[int | None, float]:
    """What still stands out most once the cases are split by the combinations named before."""
    others = candidates[~np.isin(candidates, named)]
    if others.size == 0:
        return None, 1.0
    has = having(rows.masks, tests.counted.masks[named], asked.match)
    cell = np.unique((1 << np.arange(len(named))) @ has, return_inverse=True)[1].astype(np.int64)
    left = chance.within(tests, rows, cell, others, asked.shuffles, asked.seed + len(named))
    same_way = (left.distance > 0) == tests.raises
    others = others[(left.adjusted[others] <= asked.level) & same_way[others]]
    if others.size == 0:
        return None, 1.0
    best = int(others[np.argmax(np.abs(left.distance[others]))])
    return best, float(left.adjusted[best])


def _findings(folded: Folded, tests: chance.Family, p: Floats, named: _Named, asked: _Asked, by_design: bool) -> Findings:
    overall, apart = _compare_within(folded, tests, named.rows, asked)
    reasons = _reasons(tests, named, asked, by_design, _stratified_reasons(folded, tests, named.rows, overall, asked))
    rest = _by_strength(tests, p)
    order = np.concatenate([np.array(named.rows, dtype=np.int64), rest[~np.isin(rest, named.rows)]])
    counted = tests.counted.take(order)
    seen = wilson(counted.hires, counted.cases)
    hoped = _shrink(folded, counted, named.q_value[order], asked.match)
    return Findings(
        masks=counted.masks,
        size=counted.size,
        cases=counted.cases,
        hires=counted.hires,
        rate=seen.value,
        rate_low=seen.low,
        rate_high=seen.high,
        shrunk_rate=hoped.value,
        shrunk_low=hoped.low,
        shrunk_high=hoped.high,
        p_value=p[order],
        q_value=named.q_value[order],
        raises=tests.raises[order],
        productive=named.productive[order],
        minimal=np.arange(order.size) < len(named.rows),
        explained_by=_explained_by(counted, [reasons[row] for row in order], len(named.rows)),
        reasons=tuple(reasons[row] for row in order),
        stratified=dict(enumerate(overall)),
        by_stratum=dict(enumerate(apart)),
        tested=tests.size,
        all_cases=tests.all_cases,
        all_hires=tests.all_hires,
    )


def _compare_within(
    folded: Folded, tests: chance.Family, named: list[int], asked: _Asked
) -> tuple[list[Stratified], list[dict[str, Stratified]]]:
    if not folded.strata:
        return [], []
    overall, apart = [], []
    for row in named:
        inside = having(folded.masks, tests.counted.masks[row : row + 1], asked.match)[0]
        overall.append(compare(tables_of(inside, folded.cases, folded.hires, folded.cells())))
        apart.append(
            {name: compare(tables_of(inside, folded.cases, folded.hires, folded.cells(name))) for name in folded.strata}
        )
    return overall, apart


def _stratified_reasons(
    folded: Folded, tests: chance.Family, named: list[int], overall: list[Stratified], asked: _Asked
) -> list[Reason]:
    if not overall:
        return [Reason.NOT_STRATIFIED] * len(named)
    left = chance.within(tests, folded, folded.cells(), np.array(named), asked.shuffles, asked.seed + 100)
    return [
        _stratified_reason(result, 1 if tests.raises[row] else -1, float(left.adjusted[row]) <= asked.level)
        for row, result in zip(named, overall, strict=True)
    ]


def _stratified_reason(result: Stratified, direction: int, stands_out: bool) -> Reason:
    if result.strata == 0:
        return Reason.STRATA_TOO_THIN
    uneven = result.homogeneity_p is not None and result.homogeneity_p < _UNEVEN
    if uneven and result.against > _REVERSED_WEIGHT:
        return Reason.REVERSED
    if not stands_out or result.direction == -direction:
        return Reason.NOT_WITHIN_STRATA
    return Reason.WITHIN_STRATA


def _reasons(tests: chance.Family, named: _Named, asked: _Asked, by_design: bool, within: list[Reason]) -> list[Reason]:
    reasons = []
    for comparable, q, productive in zip(tests.tested.tolist(), named.q_value.tolist(), named.productive.tolist(), strict=True):
        if not comparable:
            reasons.append(Reason.NO_COMPARISON)
        elif q > asked.level:
            reasons.append(Reason.NOT_ABOVE_CHANCE)
        else:
            reasons.append(Reason.EXPLAINED if productive else Reason.NOT_PRODUCTIVE)
    for row, reason in zip(named.rows, within, strict=True):
        reasons[row] = Reason.BY_DESIGN if by_design else reason
    return reasons


def _explained_by(counted: Counted, reasons: list[Reason], named: int) -> Ints:
    out = np.full(counted.masks.size, -1, dtype=np.int64)
    shared = np.bitwise_count(counted.masks[:, None] & counted.masks[None, :named])
    explained = [i for i, reason in enumerate(reasons) if reason in (Reason.EXPLAINED, Reason.NOT_PRODUCTIVE)]
    if named:
        out[explained] = shared[explained].argmax(axis=1)
    return out


def _shrink(folded: Folded, counted: Counted, doubt: Floats, match: Match) -> Interval:
    least = 0.5 / (folded.total_cases + 1.0)
    means = np.clip(_means_by_center(folded, counted, match), least, 1.0 - least)
    return shrunk(counted.hires, counted.cases, means, doubt, folded.total_cases)


def _means_by_center(folded: Folded, counted: Counted, match: Match) -> Floats:
    """The rate each combination's cases would have by their centers alone."""
    center = folded.strata.get("center", np.zeros(folded.masks.size, dtype=np.int64))
    code = np.unique(center, return_inverse=True)[1].astype(np.int64)
    hoped = folded.cases * center_rates(code, folded.cases, folded.hires)[code]
    masks, where = np.unique(folded.masks, return_inverse=True)
    scale = min(1000.0, _WORD / (folded.total_cases + masks.size + 1.0))
    weights = np.rint(np.bincount(where, hoped, masks.size) * scale).astype(np.int64) + 1
    sums = count(Folded(masks, weights, np.zeros_like(weights)), int(counted.size.max(initial=1)), match)
    order = np.argsort(sums.masks)
    place = order[np.searchsorted(sums.masks[order], counted.masks)]
    return np.asarray(sums.cases[place] / scale / np.maximum(counted.cases, 1), dtype=np.float64)

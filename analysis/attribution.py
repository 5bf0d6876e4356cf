"""Shares of success told off to partners. Mostly these measure exposure, so exposure always comes with them.

With no effect at all, a partner seen in 95 % of cases has a removal effect near .95: that number says how often the partner is
there, not what it does. These figures are descriptions (E1) and never a ranking by effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.distinct import numbered, once
from analysis.evidence import require_denominator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.folding import Folded

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST_PARTNERS = 16
REPEATS = 200
SEED = 20251217


@dataclass(frozen=True)
class Band:
    """A figure per partner with the 2.5 and 97.5 % points of its bootstrap; float64[m] each."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Attribution:
    """items int64[m]; exposure: share of cases with the partner; score: the method's figure, never shown without exposure."""

    items: Ints
    exposure: Band
    score: Band


def shapley(
    folded: Folded, items: NDArray[Any], *, selection: str = "complete", repeats: int = REPEATS, seed: int = SEED
) -> Attribution:
    """Exact Shapley value of every partner's marginal contribution to the hire rate, over the coalitions that cases show.

    The worth of a coalition is the hire rate of the cases having exactly it; of one that no case shows, that of its largest
    parts that cases do show, weighted by their cases. Negative values are kept. At most 16 partners: ValueError above.
    """
    chosen = _checked(folded, items, selection)
    coalition = _coalitions(folded, chosen)
    return _banded(folded, chosen, coalition, _shapley_of, repeats, seed)


def removal_effect(
    offsets: NDArray[Any],
    steps: NDArray[Any],
    hired: NDArray[Any],
    *,
    selection: str = "complete",
    repeats: int = REPEATS,
    seed: int = SEED,
) -> Attribution:
    """Markov removal effect: by how much the chance to reach a hire falls when a partner is taken out of the chain of steps.

    offsets: integer[n + 1], steps: integer[s] item of every step in order, hired: bool[n].
    """
    won = np.asarray(hired, dtype=bool)
    require_denominator(selection, won.size, int(won.sum()))
    items, code = numbered(np.asarray(steps, dtype=np.int64))
    case = np.repeat(np.arange(won.size), np.diff(offsets))
    chain = _Chain(case, code, won, items.size)
    rng = np.random.default_rng(seed)
    whole = np.ones(won.size)
    draws = [
        rng.multinomial(won.size, np.full(won.size, 1.0 / won.size)).astype(float) for _ in range(repeats if won.size else 0)
    ]
    return Attribution(
        items,
        _band(chain.exposure(whole), [chain.exposure(w) for w in draws]),
        _band(chain.removal(whole), [chain.removal(w) for w in draws]),
    )


class _Chain:
    """First-order transitions of all cases: start 0, items 1 to m, hired m + 1, not hired m + 2."""

    def __init__(self, case: Ints, code: Ints, hired: NDArray[np.bool_], items: int) -> None:
        self.case, self.items = case, items
        n = hired.size
        row = np.concatenate([np.arange(n), case, np.arange(n)])
        state = np.concatenate([np.zeros(n, np.int64), code + 1, np.where(hired, items + 1, items + 2)])
        order = np.argsort(row, kind="stable")
        row, state = row[order], state[order]
        same = row[1:] == row[:-1]
        self.row, self.source, self.target = row[1:][same], state[:-1][same], state[1:][same]
        seen = once(case * items + code, nearly_rising=True) if items else np.zeros(0, np.int64)
        self.seen_case, self.seen_item = (seen // max(items, 1), seen % max(items, 1))

    def exposure(self, weight: Floats) -> Floats:
        seen = np.bincount(self.seen_item, weight[self.seen_case], self.items)
        return np.asarray(seen / max(float(weight.sum()), 1.0), dtype=np.float64)

    def removal(self, weight: Floats) -> Floats:
        size = self.items + 3
        flow = np.bincount(self.source * size + self.target, weight[self.row], size * size).reshape(size, size)
        steps = flow / np.maximum(flow.sum(axis=1, keepdims=True), 1.0)
        whole = self._reach(steps, None)
        if whole <= 0:
            return np.zeros(self.items)
        return np.array([1.0 - self._reach(steps, item + 1) / whole for item in range(self.items)])

    def _reach(self, steps: Floats, without: int | None) -> float:
        inner = steps[: self.items + 1, : self.items + 1].copy()
        if without is not None:
            inner[:, without] = 0.0
        to_hire = steps[: self.items + 1, self.items + 1]
        # Least squares, because a loop without exit makes the system singular; its cases reach nothing.
        solved = np.linalg.lstsq(np.eye(self.items + 1) - inner, to_hire, rcond=None)[0]
        return float(solved[0])


def _checked(folded: Folded, items: NDArray[Any], selection: str) -> Ints:
    require_denominator(selection, folded.total_cases, folded.total_hires)
    chosen = np.asarray(items, dtype=np.int64)
    if chosen.size > MOST_PARTNERS:
        raise ValueError(
            f"exact Shapley values need at most {MOST_PARTNERS} partners, not {chosen.size}; choose the most frequent"
        )
    return chosen


def _coalitions(folded: Folded, chosen: Ints) -> Ints:
    out = np.zeros(folded.masks.size, dtype=np.int64)
    for place, item in enumerate(chosen.tolist()):
        out |= ((folded.masks >> np.uint64(item)) & np.uint64(1)).astype(np.int64) << place
    return out


def _banded(folded: Folded, chosen: Ints, coalition: Ints, score: Any, repeats: int, seed: int) -> Attribution:
    size = 1 << chosen.size
    cases, hires = (np.bincount(coalition, w, size).astype(np.float64) for w in (folded.cases, folded.hires))
    total = int(cases.sum())
    rng = np.random.default_rng(seed)
    cells = np.concatenate([hires, cases - hires]) / max(total, 1)
    draws = rng.multinomial(total, cells, size=repeats).astype(float) if total else np.zeros((0, 2 * size))
    again = [(draw[:size] + draw[size:], draw[:size]) for draw in draws]
    exposure = _band(_exposure_of(cases, chosen.size), [_exposure_of(n, chosen.size) for n, _ in again])
    return Attribution(chosen, exposure, _band(score(cases, hires, chosen.size), [score(n, k, chosen.size) for n, k in again]))


def _exposure_of(cases: Floats, partners: int) -> Floats:
    number = np.arange(cases.size)
    has = [cases[(number >> place & 1).astype(bool)].sum() for place in range(partners)]
    return np.array(has, dtype=float) / max(float(cases.sum()), 1.0)


def _shapley_of(cases: Floats, hires: Floats, partners: int) -> Floats:
    from math import factorial

    worth = _worth(cases, hires, partners)
    number = np.arange(worth.size)
    size = np.bitwise_count(number.astype(np.uint64)).astype(int)
    share = np.array([factorial(s) * factorial(partners - s - 1) for s in range(partners)]) / factorial(partners)
    out = np.zeros(partners)
    for place in range(partners):
        without = number[(number >> place & 1) == 0]
        out[place] = (share[size[without]] * (worth[without | 1 << place] - worth[without])).sum()
    return out


def _worth(cases: Floats, hires: Floats, partners: int) -> Floats:
    n, k = cases.copy(), hires.copy()
    number = np.arange(n.size)
    size = np.bitwise_count(number.astype(np.uint64))
    for together in range(1, partners + 1):
        empty = number[(size == together) & (cases == 0)]
        for place in range(partners):
            has = empty[(empty >> place & 1).astype(bool)]
            part = has & ~(1 << place)
            n[has] += n[part]
            k[has] += k[part]
    overall = hires.sum() / max(cases.sum(), 1.0)
    return np.where(n > 0, k / np.maximum(n, 1e-300), overall)


def _band(value: Floats, again: list[Floats]) -> Band:
    if not again or value.size == 0:
        return Band(value, value, value)
    low, high = np.quantile(np.stack(again), [0.025, 0.975], axis=0)
    return Band(value, np.minimum(low, value), np.maximum(high, value))

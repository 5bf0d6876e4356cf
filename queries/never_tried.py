"""Combinations of partner kinds that no case has: a truth table, with how many cases chance alone would have brought."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

from analysis.disclosure import Policy
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.outcomes.case_masks import Masked, Support, masked, names_of, supported
from queries.outcomes.pooling import pooled

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

KIND = "partner_kind"


@dataclass(frozen=True)
class _Table:
    """Kinds that the network has, partners of each, cases of each by center (too few to tell: 0), and all cases by center."""

    codes: list[str]
    partners: dict[str, int]
    met: dict[str, npt.NDArray[np.float64]]
    cases: npt.NDArray[np.int64]


def answer(asking: Asking) -> Outcome:
    """One row for each smallest combination without a case, that which chance would most likely have brought first."""
    wanted = cast(list[str], asking.params["datasets"])
    every = tuple(card["id"] for card in asking.reader.generation.datasets if not wanted or card["id"] in wanted)
    # Use is not outcome: cases that were selected in different ways may be searched together.
    pool = replace(pooled(asking.reader.generation, wanted), datasets=every)
    support = supported(asking, pool, KIND, all_cases=True)
    if not support.cases:
        return Outcome([], n=0)
    found = masked(asking, support, strata=False)
    table = _table(asking, support, found)
    missing = _missing(found, table, cast(int, asking.params["max_size"]), asking.policy)
    rows = sorted((_row(asking, table, members) for members in missing), key=lambda row: (-row[4], row[3], -row[6], row[0]))
    notes = [_rarely(asking.policy)] if asking.policy.hide_zeros else []
    return Outcome(rows[: cast(int, asking.params["top"])], n=support.cases, grade="E1", notes=notes)


def _table(asking: Asking, support: Support, found: Masked) -> _Table:
    import numpy as np

    partners = {str(kind): int(many) for kind, many in asking.rows("known")}
    center = np.asarray(asking.reader.snapshot().cases.center[support.place], np.int64)
    width = int(center.max(initial=-1)) + 1
    has = [(found.masks >> np.uint64(bit)) & np.uint64(1) for bit in range(len(found.codes))]
    met = np.array([np.bincount(center, each, width) for each in has]).reshape(len(has), width)
    met = np.where(met >= max(1, asking.policy.threshold), met, 0.0)
    return _Table(sorted(partners), partners, dict(zip(found.codes, met, strict=True)), np.bincount(center, minlength=width))


def _missing(found: Masked, table: _Table, max_size: int, policy: Policy) -> list[tuple[str, ...]]:
    """The smallest combinations without a case (or, where zeros are hidden, with too few to tell)."""
    from analysis.counting import count

    counted = count(found.folded, max_size)
    least = policy.threshold if policy.hide_zeros else 1
    tried = {
        frozenset(code for bit, code in enumerate(found.codes) if int(mask) >> bit & 1)
        for mask in counted.masks[counted.cases >= least].tolist()
    }
    missing: list[frozenset[str]] = []
    for size in range(1, max_size + 1):
        fresh = [frozenset(members) for members in combinations(table.codes, size)]
        missing += [
            members
            for members in fresh
            if members not in tried and all(members - {one} in tried for one in members if size > 1)
        ]
    return [tuple(sorted(members)) for members in missing]


def _row(asking: Asking, table: _Table, members: tuple[str, ...]) -> tuple[Any, ...]:
    import numpy as np

    names = names_of(asking, members, KIND)
    together = np.array([table.met.get(code, np.zeros(table.cases.size)) for code in members])
    cases = np.maximum(table.cases, 1)
    expected = float((cases * np.prod(together / cases, axis=0)).sum())
    return (
        "+".join(members), list(members), [names[code] for code in members], len(members),
        round(expected, 0 if asking.policy.rounding > 1 else 1), int((together > 0).all(axis=0).sum()),
        sum(table.partners[code] for code in members),
    )  # fmt: skip


def _rarely(policy: Policy) -> Bilingual:
    return Bilingual(
        f"사례가 {policy.threshold}건보다 적은 조합도 해 보지 않은 조합에 함께 넣었습니다.",
        f"Combinations with fewer than {policy.threshold} cases stand among those never tried.",
    )

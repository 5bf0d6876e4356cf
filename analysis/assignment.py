"""Many requests at once under a limited number of seats: the best assignment, and what first come, first served loses to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class Option:
    """One path a request could take: its cost (whole, >= 0) and the programs in which it takes one seat each."""

    cost: int
    programs: tuple[int, ...]


@dataclass(frozen=True)
class Assignment:
    """For each request the number of its chosen option, None where it gets none; how many are served, and their total cost."""

    chosen: tuple[int | None, ...]
    served: int
    cost: int


@dataclass(frozen=True)
class Regret:
    """The best assignment beside the greedy one, and what greed loses: requests; or cost, None where it serves fewer."""

    best: Assignment
    greedy: Assignment
    served: int
    cost: int | None


Requests = Sequence[Sequence[Option]]


def assign(requests: Requests, seats: Mapping[int, int]) -> Assignment:
    """Serve as many requests as the seats allow, and at the least total cost among all ways to serve that many.

    A program that `seats` does not name has no limit. Where every option takes at most one seat this is a minimum-cost flow;
    where paths take several it is the integer program that the flow is a case of. Both are solved to the proven optimum.
    Raises ValueError for negative costs or seats, RuntimeError where the solver stops without an optimum.
    """
    _check(requests, seats)
    owners = np.array([who for who, options in enumerate(requests) for _ in options], np.int64)
    if not len(owners):
        return Assignment((None,) * len(requests), 0, 0)
    flat = [option for options in requests for option in options]
    costs = np.array([option.cost for option in flat], np.float64)
    limits, most = _limits(flat, owners, len(requests), seats)
    served = round(-_solve(-np.ones(len(flat)), limits, most, None)[1])
    taken, _ = _solve(costs, limits, most, served)
    return _assignment(requests, {int(owners[place]): int(place) for place in np.flatnonzero(taken)}, owners)


def assign_greedily(requests: Requests, seats: Mapping[int, int]) -> Assignment:
    """Serve the requests in order of arrival, each by the cheapest of its options that still has its seats."""
    _check(requests, seats)
    left = dict(seats)
    chosen: list[int | None] = []
    for options in requests:
        free = [(option.cost, number) for number, option in enumerate(options) if _fits(option, left)]
        number = min(free)[1] if free else None
        chosen.append(number)
        if number is not None:
            for program in options[number].programs:
                if program in left:
                    left[program] -= 1
    return _told(requests, chosen)


def regret(requests: Requests, seats: Mapping[int, int]) -> Regret:
    """What serving in order of arrival loses against the best assignment: requests left unserved, or cost."""
    best, greedy = assign(requests, seats), assign_greedily(requests, seats)
    lost = best.served - greedy.served
    return Regret(best, greedy, lost, None if lost else greedy.cost - best.cost)


def _fits(option: Option, left: Mapping[int, int]) -> bool:
    return all(left.get(program, len(option.programs)) >= option.programs.count(program) for program in option.programs)


def _told(requests: Requests, chosen: Sequence[int | None]) -> Assignment:
    costs = [requests[who][number].cost for who, number in enumerate(chosen) if number is not None]
    return Assignment(tuple(chosen), len(costs), sum(costs))


def _assignment(requests: Requests, taken: Mapping[int, int], owners: NDArray[np.int64]) -> Assignment:
    firsts = np.searchsorted(owners, np.arange(len(requests)))
    return _told(requests, [taken[who] - int(firsts[who]) if who in taken else None for who in range(len(requests))])


def _limits(
    flat: Sequence[Option], owners: NDArray[np.int64], requests: int, seats: Mapping[int, int]
) -> tuple[csr_array[Any], NDArray[np.float64]]:
    """One row per request (at most one option) and per program with seats, one column per option."""
    from scipy.sparse import coo_array

    rows = {program: requests + place for place, program in enumerate(sorted(seats))}
    taken = [(rows[program], column) for column, option in enumerate(flat) for program in option.programs if program in rows]
    row = np.concatenate([owners, np.array([each[0] for each in taken], np.int64)])
    column = np.concatenate([np.arange(len(flat)), np.array([each[1] for each in taken], np.int64)])
    matrix = coo_array((np.ones(len(row)), (row, column)), shape=(requests + len(rows), len(flat))).tocsr()
    return matrix, np.concatenate([np.ones(requests), np.array([seats[program] for program in sorted(seats)], np.float64)])


def _solve(
    costs: NDArray[np.float64], limits: csr_array[Any], most: NDArray[np.float64], served: int | None
) -> tuple[NDArray[np.bool_], float]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    rules = [LinearConstraint(limits, -np.inf, most)]
    if served is not None:
        rules.append(LinearConstraint(np.ones((1, len(costs))), served, served))
    found = milp(
        costs, constraints=rules, integrality=np.ones(len(costs), np.int64), bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0}
    )
    if not found.success:
        raise RuntimeError(f"the assignment was not solved: {found.message}")
    return found.x > 0.5, float(found.fun)


def _check(requests: Requests, seats: Mapping[int, int]) -> None:
    if any(option.cost < 0 for options in requests for option in options):
        raise ValueError("costs must not be negative")
    if any(left < 0 for left in seats.values()):
        raise ValueError("seats must not be negative")

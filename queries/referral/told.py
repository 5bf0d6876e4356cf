"""What an answer tells of each step on one day: made from the directory when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from analysis.disclosure import shown, shown_part
from queries.answer import DrawnRelationship

if TYPE_CHECKING:
    from analysis.disclosure import Policy
    from analysis.multigraph import Multigraph
    from queries.referral.directory import Directory, Ints
    from queries.referral.evidence import Counts

SEATS = ("no_seats", "unknown", "available")
MOST_TOLD = 16_384
"""Of how many steps what is told of them stays made for each day, some 10 MB."""


class StepTold(NamedTuple):
    """A step as an answer has it, in parts that stand side by side in its rows."""

    ends: tuple[str, ...]
    """Id and name of its start, its relationship, id and name of its end, and what it is called."""
    served: tuple[str | None, int | None, str | None]
    """State of the seats, how many are left, and the date."""
    counted: tuple[int | None, int | None]
    """Cases that took it and those hired, as the policy has them."""
    costs: tuple[int, ...]
    """By criterion, steps left out."""
    relationship_id: str | None
    sources: tuple[str, ...]
    drawn: DrawnRelationship
    """In the direction its source tells it."""


class StepsTold:
    """Of the steps of a directory by number, on one day and under one policy: `costs` and `seats` are that day's."""

    def __init__(self, directory: Directory, counts: Counts, costs: Multigraph, seats: Ints, policy: Policy) -> None:
        """Nothing is made yet."""
        self._directory, self._costs, self._policy = directory, costs, policy
        self._cases, self._hired, self._seats = counts.cases.data, counts.hired.data, seats.data
        self.step, self.stands = lru_cache(MOST_TOLD)(self._step), lru_cache(MOST_TOLD)(self._stands)

    def _step(self, edge: int) -> StepTold:
        """All there is to tell of a step."""
        step = self._directory.edge(edge)
        start, end, fact = self._directory.node(step.start), self._directory.node(step.end), self._directory.fact(step.fact)
        ends = (start.id, start.name, fact.type, end.id, end.name, step.step)
        served, costs = self._served(step.end, fact.valid_from), self._costs.costs_along((edge,))[1:]
        drawn = DrawnRelationship(fact.start_id, fact.type, fact.end_id)
        return StepTold(ends, served, self._counted(edge), costs, fact.link_id or None, self.stands(edge), drawn)

    def _served(self, node: int, since: str | None) -> tuple[str | None, int | None, str | None]:
        """The seats at a step's end, and the date of the step."""
        program = self._directory.program(node)
        if program is None:
            return None, None, since
        state = SEATS[self._seats[node]]
        return state, None if state == "unknown" else program.seats, program.seats_on or program.valid_from or since

    def _counted(self, edge: int) -> tuple[int | None, int | None]:
        cases, hired = self._cases[edge], self._hired[edge]
        return (None, None) if cases < 0 else (shown(cases, self._policy), shown_part(hired, cases, self._policy))

    def _stands(self, edge: int) -> tuple[str, ...]:
        """Where a step stands, and the program it leads to: seats and dates are told there."""
        step = self._directory.edge(edge)
        end, source = self._directory.node(step.end), self._directory.fact(step.fact).source
        return tuple(sorted({source, end.source if end.kind == "Program" else ""} - {""}))

    def all_stand(self, edges: Iterable[int]) -> tuple[str, ...]:
        """Where some steps stand, taken together."""
        return tuple(sorted({each for edge in edges for each in self.stands(edge)}))

"""The k best paths of a person that differ from one another, what to do where a step is full, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analysis.alternates import Alternate, Detours, full_at, substitute
from analysis.goals import Goal, Goals
from analysis.pareto import Chosen as Front
from analysis.pareto import choose_diverse, pareto_paths
from analysis.part import Part
from analysis.paths import Path, best_paths, ranked_paths
from analysis.steps import NOWHERE, Ahead, Steps, fewest, narrow_corridor, nearest_before
from analysis.why_not import WhyNot, why_not
from queries.referral.directory import PARTNERS, TRAINED
from queries.referral.person import CRITERIA, Day

MOST_LABELS = 20_000
MOST_SHARED = 0.7
"""The share of inner nodes that a path may have in common with one before it: one of three may differ."""
LOOK_ON = 50
"""How many of the best paths are looked through for one without a full step, before one is searched for."""
LOOK_AT = 500
"""How many paths beyond those that none beats are looked at for ones that differ."""
NEAREST = 30
"""How many partners on either side are tried for a partnership that would open a path."""
MOST_OPENERS = 3
MANY_TIMES = 20
"""How many times as many steps as lie on ways short enough there must be for those to be looked at alone."""
EVEN = (1,) * len(CRITERIA)
SERVED = frozenset({"Program", "Company", *PARTNERS})
"""What may be full."""
Costs = tuple[int, ...]


class Ranked:
    """Paths in their order, each worked out once however often it is read."""

    def __init__(self, paths: Iterator[Path]) -> None:
        """Nothing is worked out yet."""
        self._paths, self._told = paths, list[Path]()

    def __iter__(self) -> Iterator[Path]:
        """The paths worked out before, then the rest."""
        yield from self._told
        place = len(self._told)
        while place < len(self._told) or self._one_more():
            yield self._told[place]
            place += 1

    def _one_more(self) -> bool:
        path = next(self._paths, None)
        if path is not None:
            self._told.append(path)
        return path is not None


@dataclass(frozen=True, eq=False)
class Search:
    """What a person may walk: `reasons` closes edges, `sources` and `targets` are nodes, `weights` may be None."""

    day: Day
    reasons: NDArray[np.int8]
    sources: Sequence[int]
    targets: Sequence[int]
    k: int
    max_steps: int
    weights: tuple[int, ...] | None = None

    _ranked: dict[tuple[int, ...], Ranked] = field(default_factory=dict)

    @cached_property
    def open(self) -> NDArray[np.bool_]:
        """The edges that may be walked."""
        return self.day.open_by(self.reasons)

    @cached_property
    def goal(self) -> Goal:
        """The goal under the weights, all alike where none are asked for."""
        return self.day.goals.goal(self.targets, self.weights or EVEN)

    @cached_property
    def detours(self) -> Detours:
        """The open ways around a full step."""
        return Detours(self.goal, self.open)

    def steps_from(self, *sources: int) -> Steps:
        """How many open steps every node is from the nearest source."""
        return self.day.steps_from(sources, self.reasons)

    def ranked(self, sources: Sequence[int]) -> Ranked:
        """All paths from some nodes, best first."""
        key = tuple(sources)
        if key not in self._ranked:
            every = ranked_paths(self.day.goals.graph, sources, self.goal, self.open, None, self.max_steps)
            self._ranked[key] = Ranked(every)
        return self._ranked[key]


@dataclass(frozen=True)
class Chosen:
    """A path, its cost by criterion, and whether no other path beats it on every side (None where that was not asked)."""

    path: Path
    costs: Costs
    undominated: bool | None


@dataclass(frozen=True)
class Opener:
    """What, if it were there, would open a path: a partnership between two partners, or a program from a need to work."""

    kind: str
    start: int
    end: int
    steps: int


def best(search: Search) -> tuple[list[Chosen], bool]:
    """The k best paths, and whether the search was complete.

    With weights they are the best by weighted cost. Without, those that no other path equals or beats on every criterion come
    first, and where they are fewer than k, the next best by plain sum. Each differs from any before it (MOST_SHARED).
    """
    if known_lost(search):
        return [], True
    rest = search.ranked(search.sources)
    if search.weights is not None:
        chosen = choose_diverse(rest, search.k, most_shared=MOST_SHARED, look_at=LOOK_AT)
        return [Chosen(path, costs_of(search.day, path), None) for path in chosen.paths], chosen.complete
    front = unbeaten(search)
    every, most = chain(front.paths, rest), len(front.paths) + LOOK_AT
    chosen = choose_diverse(every, search.k, most_shared=MOST_SHARED, look_at=most)
    ends = [path.costs for path in front.paths]
    return [_judged(search.day, path, ends) for path in chosen.paths], front.complete and chosen.complete


def unbeaten(search: Search) -> Front:
    """The paths that no other equals or beats on every criterion, looked for among the steps that lie on a way short enough.

    Where these are few of a nation's, that is quicker than working out what is left from every node; where they are many, the
    goals over all steps are worked out once and kept.
    """
    goals, sources, targets = search.day.goals, search.sources, search.targets
    few, steps = goals.graph.edges // MANY_TIMES, search.steps_from(*sources)
    edges = narrow_corridor(goals.graph, steps, targets, search.max_steps, search.open, few)
    paths = partial(pareto_paths, weights=EVEN, max_steps=search.max_steps, most_labels=MOST_LABELS)
    if edges is None:
        return paths(goals, sources, targets, allowed_edges=search.open)
    part = Part.of(goals.graph, edges, [*sources, *targets], goals.graph.costs[edges])
    found = paths(Goals(part.graph), part.numbers(sources), part.numbers(targets))
    return replace(found, paths=tuple(map(part.path, found.paths)))


def _judged(day: Day, path: Path, front: Iterable[Costs]) -> Chosen:
    costs = costs_of(day, path)
    beaten = any(other != costs and all(a <= b for a, b in zip(other, costs, strict=True)) for other in front)
    return Chosen(path, costs, not beaten)


def costs_of(day: Day, path: Path) -> Costs:
    """A path's cost by criterion."""
    return day.goals.graph.costs_along(path.edges)


def if_full(search: Search, path: Path) -> Iterator[Alternate]:
    """What to do if the program or partner that a step leads to is full, where there is something to do.

    The best path without it (`elsewhere`) is looked for only where nothing else can stand in that place (`substitute`).
    """
    place = search.day.directory.node
    for step, node in enumerate(path.nodes[1:]):
        if place(node).kind in SERVED:
            instead = substitute(path, step, search.detours, search.max_steps)
            elsewhere = None if instead else _elsewhere(search, path, step)
            if instead or elsewhere:
                yield Alternate(step, instead, elsewhere)


def _elsewhere(search: Search, path: Path, step: int) -> Path | None:
    """The best path without a full step: among those ranked already where it stands there, else by a search of its own."""
    edge, node = full = full_at(path, step)
    ranked = search.ranked(path.nodes[:1])
    for seen, other in enumerate(ranked):
        if seen == LOOK_ON:
            break
        if node not in other.nodes and edge not in other.edges:
            return other
    else:
        return None
    found = best_paths(
        search.day.goals.graph, path.nodes[:1], search.goal, 1, allowed_edges=search.open, max_steps=search.max_steps, full=full
    )
    return found[0] if found else None


def leads(search: Search, source: int) -> bool:
    """Whether any open path leads from one node to a target."""
    near = fewest(search.steps_from(source), search.targets)
    return near is not None and near <= search.max_steps


def known_lost(search: Search) -> bool:
    """Whether it is known already that no open path leads from any of the sources."""
    return all(search.day.is_walked(source, search.reasons) and not leads(search, source) for source in search.sources)


def closed_to(search: Search, source: int) -> WhyNot:
    """Which steps keep one node from the targets."""
    graph, ahead = search.day.goals.graph, Ahead(search.day.steps_from([source]), search.steps_from(source))
    return why_not(graph, [source], search.targets, search.reasons, max_steps=search.max_steps, ahead=ahead)


def would_open(search: Search, source: int, asked: Sequence[int]) -> list[Opener]:
    """The single partnerships and programs that would open a path from one node that has none, the shortest paths first.

    Few of each kind; a new program would train for one of the targets `asked` for by name.
    """
    found = [Opener("partnership", *each) for each in _partnerships(search, source)]
    node = search.day.directory.node
    if node(source).kind == "Need":
        trained = [number for number in asked if node(number).role == TRAINED]
        found += [Opener("program", source, number, 1) for number in trained[:MOST_OPENERS]]
    return found


def _partnerships(search: Search, source: int) -> Iterator[tuple[int, int, int]]:
    """Partners the person can reach, beside partners from which a target can be reached, the nearest of both; and the steps."""
    directory, most = search.day.directory, search.max_steps
    steps = search.steps_from(source)[directory.partners]
    reached = np.flatnonzero((steps != NOWHERE) & (steps <= most))
    near = reached[np.argsort(steps[reached], kind="stable")][:NEAREST]
    if not len(near):
        return
    hither, there = directory.partners[near], steps[near].astype(np.int64)
    farthest = most - 1 - int(there[0])
    onward, left = nearest_before(search.day.goals.graph, search.targets, directory.is_partner, search.open, farthest, NEAREST)
    total = there[:, np.newaxis] + 1 + left
    rows, columns = np.nonzero((total <= most) & (hither[:, np.newaxis] != onward))
    best = np.argsort(total[rows, columns], kind="stable")[:MOST_OPENERS]
    for row, column in zip(rows[best].tolist(), columns[best].tolist(), strict=True):
        yield int(hither[row]), int(onward[column]), int(total[row, column])

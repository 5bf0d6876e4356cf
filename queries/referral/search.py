"""The k best paths of a person that differ from one another, what to do where a step is full, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from analysis.goals import Goal
from analysis.multigraph import UNREACHABLE, remaining_within
from analysis.pareto import choose_diverse, pareto_paths
from analysis.paths import Path, best_paths, ranked_paths
from analysis.referral import Alternate, WhyNot, full_at, openers, substitute, why_not
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
MOST_NEW_PROGRAMS = 20
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
    rest = search.ranked(search.sources)
    if search.weights is not None:
        chosen = choose_diverse(rest, search.k, most_shared=MOST_SHARED, look_at=LOOK_AT)
        return [Chosen(path, costs_of(search.day, path), None) for path in chosen.paths], chosen.complete
    front = pareto_paths(
        search.day.goals, search.sources, search.targets, weights=EVEN, allowed_edges=search.open, max_steps=search.max_steps,
        most_labels=MOST_LABELS,
    )  # fmt: skip
    every, most = chain(front.paths, rest), len(front.paths) + LOOK_AT
    chosen = choose_diverse(every, search.k, most_shared=MOST_SHARED, look_at=most)
    ends = [costs_of(search.day, path) for path in front.paths]
    return [_judged(search.day, path, ends) for path in chosen.paths], front.complete and chosen.complete


def _judged(day: Day, path: Path, front: Iterable[Costs]) -> Chosen:
    costs = costs_of(day, path)
    beaten = any(other != costs and all(a <= b for a, b in zip(other, costs, strict=True)) for other in front)
    return Chosen(path, costs, not beaten)


def costs_of(day: Day, path: Path) -> Costs:
    """A path's cost by criterion."""
    return tuple(day.goals.graph.costs[list(path.edges)].sum(axis=0).tolist()) if path.edges else (0,) * len(CRITERIA)


def if_full(search: Search, path: Path) -> Iterator[Alternate]:
    """What to do if the program or partner that a step leads to is full, where there is something to do.

    The best path without it (`elsewhere`) is looked for only where nothing else can stand in that place (`substitute`).
    """
    places = search.day.directory.nodes
    for step, node in enumerate(path.nodes[1:]):
        if places[node].kind in SERVED:
            instead = substitute(path, step, search.goal, allowed_edges=search.open, max_steps=search.max_steps)
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
    graph = search.day.goals.graph
    return bool(best_paths(graph, [source], search.goal, 1, allowed_edges=search.open, max_steps=search.max_steps))


def closed_to(search: Search, source: int) -> WhyNot:
    """Which steps keep one node from the targets."""
    return why_not(search.day.goals.graph, [source], search.targets, search.reasons, max_steps=search.max_steps)


def would_open(search: Search, source: int, asked: Sequence[int]) -> list[Opener]:
    """The single partnerships and programs that would open a path from one node, the shortest paths first, few of each kind.

    A new program would train for one of the targets `asked` for by name.
    """
    pairs = [("partnership", *pair) for pair in _partnerships(search, source)]
    need = search.day.directory.nodes[source]
    if need.kind == "Need":
        trained = [number for number in asked if search.day.directory.nodes[number].role == TRAINED]
        pairs += [("program", source, number) for number in trained[:MOST_NEW_PROGRAMS]]
    starts, ends = [pair[1] for pair in pairs], [pair[2] for pair in pairs]
    goal = search.day.goals.goal(search.targets, (0,) * len(CRITERIA))
    found = openers(
        goal, [source], np.array(starts, np.int64), np.array(ends, np.int64), np.zeros(len(pairs), np.int64),
        allowed_edges=search.open, max_steps=search.max_steps,
    )  # fmt: skip
    opening = [Opener(*pairs[each.candidate], each.steps) for each in found]
    return [each for kind in ("partnership", "program") for each in [one for one in opening if one.kind == kind][:MOST_OPENERS]]


def _partnerships(search: Search, source: int) -> Iterator[tuple[int, int]]:
    """Partners that the person can reach, beside partners from which a target can be reached, the nearest of both."""
    graph, goal = search.day.goals.graph, search.day.goals.goal(search.targets, (0,) * len(CRITERIA))
    # One farther than the most steps of a path opens none.
    hither = remaining_within(graph.reversed, [source], goal.lengths, search.open, search.max_steps)[-1]
    onward = remaining_within(graph, search.targets, goal.lengths, search.open, search.max_steps)[-1]
    partners = search.day.directory.partners
    near = [_nearest(partners, lengths) for lengths in (hither, onward)]
    return ((first, second) for first, second in product(*near) if first != second)


def _nearest(nodes: NDArray[np.int64], lengths: NDArray[np.int64]) -> list[int]:
    reached = nodes[lengths[nodes] < UNREACHABLE]
    nearest: list[int] = reached[np.argsort(lengths[reached], kind="stable")][:NEAREST].tolist()
    return nearest

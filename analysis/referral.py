"""What if a step of a path is full, and why is there no path at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.goals import Goal, Goals
from analysis.multigraph import UNREACHABLE, BoolArray, IntArray, Multigraph, remaining_lengths, remaining_within
from analysis.path_request import Full
from analysis.paths import Path, best_paths
from analysis.steps import Ahead, Steps, corridor, fewest, steps_from

Codes = NDArray[np.integer]
Way = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Length, edges, and the nodes between them."""
OPEN = 0


@dataclass(frozen=True)
class Alternate:
    """What to do if step `step` (from 0) of a path is full.

    `substitute` keeps every other node of the path: another edge, or one other node, in its place. `elsewhere` is the best
    path that does without the full step. Either is None where there is none.
    """

    step: int
    substitute: Path | None
    elsewhere: Path | None


def alternates(
    path: Path,
    goal: Goal,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
) -> tuple[Alternate, ...]:
    """An alternate for each step of the path, from the path's own source.

    A full step is closed with the node it leads to (the program or partner that has no seat), except the last one, where
    the target stays open and only that edge is closed.
    """
    found = []
    for step in range(len(path.edges)):
        instead = substitute(path, step, goal, allowed_edges=allowed_edges, allowed_nodes=allowed_nodes, max_steps=max_steps)
        elsewhere = best_paths(
            goal.graph, [path.nodes[0]], goal, 1, allowed_edges=allowed_edges, allowed_nodes=allowed_nodes,
            max_steps=max_steps, full=full_at(path, step),
        )  # fmt: skip
        found.append(Alternate(step, instead, elsewhere[0] if elsewhere else None))
    return tuple(found)


def full_at(path: Path, step: int) -> Full:
    """What is closed where a step is full."""
    return (path.edges[step], None) if step == len(path.edges) - 1 else (None, path.nodes[step + 1])


def substitute(
    path: Path,
    step: int,
    goal: Goal,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
) -> Path | None:
    """The best way of one or two steps around a full one, no longer than the path may be; None where there is none."""
    last = step == len(path.edges) - 1
    after = step + 1 if last else step + 2
    kept_edges, kept_nodes = path.edges[after:], path.nodes[after:]
    room = 2 if max_steps is None else max_steps - step - len(kept_edges)
    barred, (full, _) = goal.targets.union(path.nodes), full_at(path, step)
    ends = path.nodes[step], path.nodes[after]
    straight = (way for way in _straight(goal, *ends, allowed_edges) if full not in way[1])
    around = (way for way in _around(goal, *ends, allowed_edges, allowed_nodes) if barred.isdisjoint(way[2]))
    best = min([*islice(straight, room >= 1), *islice(around, room >= 2)], default=None)
    if best is None:
        return None
    _, way, middle = best
    whole = (*path.edges[:step], *way, *kept_edges)
    total = sum(int(goal.lengths[edge]) for edge in whole)
    return Path((*path.nodes[: step + 1], *middle, *kept_nodes), whole, total >> goal.graph.shift)


def _straight(goal: Goal, start: int, end: int, edges: BoolArray | None) -> Iterator[Way]:
    """The open ways of one step, the best first."""
    leaving, ends = goal.graph.leaving(start)
    direct = leaving[ends == end]
    direct = direct if edges is None else direct[edges[direct]]
    direct = direct[np.argsort(goal.lengths[direct], kind="stable")]
    for total, edge in zip(goal.lengths[direct].tolist(), direct.tolist(), strict=True):
        yield total, (edge,), ()


def _around(goal: Goal, start: int, end: int, edges: BoolArray | None, nodes: BoolArray | None) -> Iterator[Way]:
    """The open ways of two steps, the best first."""
    graph = goal.graph
    first, second = _two_steps(*graph.leaving(start), *graph.pairs.arriving(end))
    if edges is not None:
        first, second = (each[edges[first] & edges[second]] for each in (first, second))
    middles, total = graph.ends[first], goal.lengths[first] + goal.lengths[second]
    # They stand in the order of their edges, which settles ties. Few are read.
    for place in total.argsort(kind="stable").tolist():
        if nodes is None or nodes[middles[place]]:
            yield total[place].item(), (first[place].item(), second[place].item()), (middles[place].item(),)


def _two_steps(leaving: IntArray, middles: IntArray, arriving: IntArray, starts: IntArray) -> tuple[IntArray, IntArray]:
    """Each edge to a middle with each edge on from there; those arriving stand in the order of their starts."""
    if not len(starts):
        return starts, starts
    place = starts.searchsorted(middles)
    (joined,) = (starts.take(place, mode="clip") == middles).nonzero()
    place = place[joined]
    many = starts.searchsorted(middles[joined], "right") - place
    within = np.arange(many.sum()) - (many.cumsum() - many).repeat(many)
    return leaving[joined].repeat(many), arriving[place.repeat(many) + within]


@dataclass(frozen=True)
class WhyNot:
    """Why no open path leads from the sources to the targets.

    `path` is the way with the fewest closed edges, then the fewest steps: `closed` are those edges and `reasons` their codes.
    It is None where none would lead there even if every edge were open: what is missing does not exist. `enough` holds each
    smallest set of reasons that, lifted everywhere, would open a path. `fewest_steps` is the length of the shortest open
    path where only the bound on steps stands in the way.
    """

    path: Path | None
    closed: tuple[int, ...]
    reasons: tuple[int, ...]
    enough: tuple[tuple[int, ...], ...]
    fewest_steps: int | None


def why_not(
    graph: Multigraph,
    sources: Iterable[int],
    targets: Iterable[int],
    reasons: Codes,
    *,
    max_steps: int | None = None,
    ahead: Ahead | None = None,
) -> WhyNot:
    """Which closed edges keep the sources from the targets; `reasons` has one code per edge, 0 where it is open.

    The path's cost is the number of closed edges on it, 0 where an open path exists after all. `ahead` holds the steps from the
    sources, where they are known.
    """
    if reasons.shape != (graph.edges,):
        raise ValueError(f"reasons need {graph.edges} codes, one per edge, not {reasons.shape}")
    sources, targets = graph.checked_nodes(sources, "sources"), graph.checked_nodes(targets, "targets")
    ahead = ahead or Ahead(steps_from(graph, sources), steps_from(graph, sources, reasons == OPEN))
    path, enough = _fewest_closed(graph, sources, targets, reasons, max_steps, ahead.over_all)
    closed = tuple(edge for edge in path.edges if reasons[edge] != OPEN) if path else ()
    needed = fewest(ahead.over_open, targets) if max_steps is not None and (closed or not path) else None
    return WhyNot(path, closed, tuple(int(reasons[edge]) for edge in closed), enough, needed)


def _fewest_closed(
    graph: Multigraph, sources: list[int], targets: list[int], reasons: Codes, max_steps: int | None, steps: Steps
) -> tuple[Path | None, tuple[tuple[int, ...], ...]]:
    """The path with fewest closed edges and the sets of reasons that would be enough, looked for among edges that may serve."""
    most = graph.nodes if max_steps is None else max_steps
    near = fewest(steps, targets)
    if near is None or near > most:
        return None, ()
    edges = corridor(graph, steps, targets, most)
    part, nodes = graph.part(edges, [*sources, *targets], (reasons[edges] != OPEN).astype(np.int64))
    goal = Goals(part).goal(np.searchsorted(nodes, targets).tolist())
    begin: list[int] = np.searchsorted(nodes, sources).tolist()
    found = best_paths(part, begin, goal, 1, max_steps=max_steps)
    if not found:
        return None, ()
    path = Path(tuple(nodes[list(found[0].nodes)].tolist()), tuple(edges[list(found[0].edges)].tolist()), found[0].cost)
    return path, _enough(begin, goal, reasons[edges], max_steps) if path.cost else ()


def _enough(sources: list[int], goal: Goal, reasons: Codes, max_steps: int | None) -> tuple[tuple[int, ...], ...]:
    codes = sorted({int(code) for code in np.unique(reasons)} - {OPEN})
    for size in range(1, len(codes) + 1):
        sets = [
            lifted
            for lifted in combinations(codes, size)
            if _leads(goal, sources, np.isin(reasons, (OPEN, *lifted)), max_steps)
        ]
        if sets:
            return tuple(sets)
    return ()


def _leads(goal: Goal, sources: list[int], allowed: BoolArray, max_steps: int | None) -> bool:
    row = goal.aim(max_steps, allowed)[-1]
    return bool((row[sources] < UNREACHABLE).any())


@dataclass(frozen=True)
class Opener:
    """A candidate that alone would open a path, and that path's cost and steps."""

    candidate: int
    cost: int
    steps: int


def openers(
    goal: Goal,
    sources: Iterable[int],
    starts: ArrayLike,
    ends: ArrayLike,
    costs: ArrayLike,
    *,
    allowed_edges: BoolArray | None = None,
    allowed_nodes: BoolArray | None = None,
    max_steps: int | None = None,
) -> list[Opener]:
    """Which one candidate edge, added, would open a path, best path first; none where a path is open already.

    `starts`, `ends` and the weighted `costs` of the candidates have shape (candidates,). A program to be founded is the
    candidate edge from the need it would address to the industry it would train for.
    """
    graph = goal.graph
    sources = graph.checked_nodes(sources, "sources")
    allowed = graph.open_edges(allowed_edges, allowed_nodes)
    sources = sources if allowed_nodes is None else [node for node in sources if allowed_nodes[node]]
    candidates = Multigraph(graph.nodes, starts, ends, costs)
    if not sources or not goal.targets or _leads(goal, sources, _full(allowed, graph.edges), max_steps):
        return []
    added = (candidates.costs[:, 0] << graph.shift) | 1
    totals = _joined(goal, sources, candidates, added, allowed, max_steps)
    if allowed_nodes is not None:
        totals[~(allowed_nodes[candidates.starts] & allowed_nodes[candidates.ends])] = UNREACHABLE
    ranked = np.lexsort((np.arange(len(totals)), totals))
    steps = (1 << graph.shift) - 1
    return [
        Opener(int(each), int(totals[each]) >> graph.shift, int(totals[each]) & steps)
        for each in ranked
        if totals[each] < UNREACHABLE
    ]


def _full(allowed: BoolArray | None, size: int) -> BoolArray:
    return np.ones(size, np.bool_) if allowed is None else allowed


def _joined(
    goal: Goal,
    sources: Sequence[int],
    candidates: Multigraph,
    added: IntArray,
    allowed: BoolArray | None,
    max_steps: int | None,
) -> IntArray:
    """Length of the best walk from a source over each candidate to a target, UNREACHABLE where there is none."""
    onward = goal.aim(None if max_steps is None else max(0, max_steps - 1), allowed)
    back = goal.graph.reversed
    if max_steps is None:
        hither = [remaining_lengths(back, sources, goal.lengths, allowed)]
    else:
        hither = remaining_within(back, sources, goal.lengths, allowed, max(0, max_steps - 1))
    best = np.full(candidates.edges, UNREACHABLE)
    for before in range(1 if max_steps is None else max_steps):
        first = hither[min(before, len(hither) - 1)]
        second = onward[0 if max_steps is None else min(max_steps - 1 - before, len(onward) - 1)]
        best = np.minimum(best, first[candidates.starts] + added + second[candidates.ends])
    capped: IntArray = np.minimum(best, UNREACHABLE)
    return capped

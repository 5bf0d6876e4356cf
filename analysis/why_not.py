"""Why no path leads to a goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.goals import Goals
from analysis.multigraph import Multigraph
from analysis.part import Part
from analysis.paths import Path, best_paths
from analysis.steps import Ahead, Steps, corridor, fewest, steps_from

Codes = NDArray[np.integer]
OPEN = 0


@dataclass(frozen=True)
class WhyNot:
    """Why no open path leads from the sources to the targets.

    `path` is the way with the fewest closed edges, then the fewest steps: `closed` are those edges and `reasons` their codes.
    It is None where none would lead there even if every edge were open: what is missing does not exist. `fewest_steps` is the
    length of the shortest open path where only the bound on steps stands in the way.
    """

    path: Path | None
    closed: tuple[int, ...]
    reasons: tuple[int, ...]
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
    path = _fewest_closed(graph, sources, targets, reasons, max_steps, ahead.over_all)
    closed = tuple(edge for edge in path.edges if reasons[edge] != OPEN) if path else ()
    needed = fewest(ahead.over_open, targets) if max_steps is not None and (closed or not path) else None
    return WhyNot(path, closed, tuple(int(reasons[edge]) for edge in closed), needed)


def _fewest_closed(
    graph: Multigraph, sources: list[int], targets: list[int], reasons: Codes, max_steps: int | None, steps: Steps
) -> Path | None:
    """The path with fewest closed edges, looked for among edges that may serve."""
    most = graph.nodes if max_steps is None else max_steps
    near = fewest(steps, targets)
    if near is None or near > most:
        return None
    edges = corridor(graph, steps, targets, most)
    part = Part.of(graph, edges, [*sources, *targets], (reasons[edges] != OPEN).astype(np.int64))
    goal = Goals(part.graph).goal(part.numbers(targets))
    found = best_paths(part.graph, part.numbers(sources), goal, 1, max_steps=max_steps)
    return part.path(found[0]) if found else None

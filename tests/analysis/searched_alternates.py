"""Alternates of a path, each by a search of its own: slow, and held against enumeration."""

from __future__ import annotations

from analysis.alternates import Alternate, Detours, full_at, substitute
from analysis.paths import Path, best_paths


def alternates(path: Path, detours: Detours, max_steps: int | None = None) -> tuple[Alternate, ...]:
    """An alternate for each step of the path, from the path's own source.

    A full step is closed with the node it leads to (the program or partner that has no seat), except the last one, where
    the target stays open and only that edge is closed.
    """
    found = []
    for step in range(len(path.edges)):
        elsewhere = best_paths(
            detours.goal.graph, [path.nodes[0]], detours.goal, 1, allowed_edges=detours.edges, allowed_nodes=detours.nodes,
            max_steps=max_steps, full=full_at(path, step),
        )  # fmt: skip
        found.append(Alternate(step, substitute(path, step, detours, max_steps), elsewhere[0] if elsewhere else None))
    return tuple(found)

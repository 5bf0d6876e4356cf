"""The shortest loopless paths between two nodes of a small multigraph, every one of them, in a settled order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, order=True)
class Step:
    """One relationship of a path: the node it leads to, its place among those given, whether it is walked in its direction."""

    to: str
    link: int
    forward: bool


Steps = tuple[Step, ...]


def simple_paths(links: Iterable[tuple[str, str]], first: str, second: str, max_hops: int, k: int) -> list[Steps]:
    """The first k loopless paths of at most `max_hops` steps, shortest first, then by the nodes and relationships they take.

    Relationships are walked both ways; two between the same nodes make two paths. No path leads from a node to itself.
    """
    around = _around(links)
    left = _distances(around, second, max_hops)
    by_length = (path for hops in range(1, max_hops + 1) for path in _walk(around, left, (first,), (), second, hops))
    return list(islice(by_length, k))


def _around(links: Iterable[tuple[str, str]]) -> dict[str, list[Step]]:
    around: dict[str, list[Step]] = {}
    for place, (start, end) in enumerate(links):
        if start != end:
            around.setdefault(start, []).append(Step(end, place, True))
            around.setdefault(end, []).append(Step(start, place, False))
    return {node: sorted(steps) for node, steps in around.items()}


def _distances(around: Mapping[str, list[Step]], target: str, most: int) -> dict[str, int]:
    found, frontier = {target: 0}, [target]
    for hops in range(1, most + 1):
        frontier = list({step.to: None for node in frontier for step in around.get(node, ()) if step.to not in found})
        found |= dict.fromkeys(frontier, hops)
    return found


def _walk(
    around: Mapping[str, list[Step]], left: Mapping[str, int], seen: tuple[str, ...], taken: Steps, target: str, hops: int
) -> Iterator[Steps]:
    if seen[-1] == target:
        if hops == 0 and taken:
            yield taken
        return
    for step in around.get(seen[-1], ()):
        if left.get(step.to, hops) < hops and step.to not in seen:
            yield from _walk(around, left, (*seen, step.to), (*taken, step), target, hops - 1)

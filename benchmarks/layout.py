"""A network placed on the plane, against graphviz' sfdp; a picture with more stress is no picture as good."""

from __future__ import annotations

import random
import shutil
from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.csgraph import dijkstra

from benchmarks.first_frame import SEED, made_ends
from benchmarks.harness import Contender, Taken, row, take
from benchmarks.rows import LAYOUT
from benchmarks.server import Servers
from queries.browse.layout import positions

NODES, FEWEST = 10_000, 300
FROM = 300
"""Nodes from which the stress is taken, to all others."""
OPPONENT = "graphviz sfdp at equal stress"
Places = list[tuple[float, float]]


def placed(count: int, ends: list[tuple[int, int]]) -> Places:
    """Ours, as a generation's picture is placed."""
    return positions(count, ends, [1.0] * len(ends))


def stress(at: Places, ends: list[tuple[int, int]]) -> float:
    """Mean over pairs that a way joins of ((distance drawn, scaled best, less hops) / hops) squared; less is better."""
    place, joined = np.array(at), np.array(ends)
    some = np.sort(random.Random(SEED).sample(range(len(at)), min(FROM, len(at))))
    beside = sparse.coo_array((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), (len(at), len(at))).tocsr()
    hops = dijkstra(beside, directed=False, indices=some, unweighted=True)
    apart = np.hypot(*(place[some, axis][:, None] - place[None, :, axis] for axis in (0, 1)))
    known = np.isfinite(hops) & (hops > 0)
    ratio = apart[known] / hops[known]
    return float(((ratio * ratio.sum() / (ratio**2).sum() - 1) ** 2).mean())


def run(scale: float, rounds: int, _servers: Servers) -> list[dict[str, Any]]:
    """10,000 nodes at scale 1; no row where graphviz is not installed."""
    from benchmarks.opponents import layout_sfdp

    command = shutil.which("sfdp")
    if command is None:
        print(f"{LAYOUT} | {OPPONENT}: not measured: graphviz missing")
        return []
    count = max(FEWEST, round(NODES * scale))
    ends = made_ends(count)
    taken: list[tuple[Taken, Taken]] = []
    as_good, told = True, (0.0, 0.0)
    for number in range(rounds):
        sides = [(0, Contender(placed, (count, ends))), (1, Contender(layout_sfdp.placed, (command, count, ends)))]
        got = {side: take(contender) for side, contender in (sides if number % 2 else sides[::-1])}
        told = (stress(got[0][0], ends), stress(got[1][0], ends))
        as_good = as_good and told[0] <= told[1]
        taken.append((got[0][1], got[1][1]))
    note = f"stress {told[0]:.4f}, sfdp's {told[1]:.4f}; more stress than sfdp's would count as wrong"
    size = f"{count:,} nodes, {len(ends):,} relationships"
    return [row(LAYOUT, OPPONENT, taken, as_good, size=size, note=note)]

"""Who stands between whom: Gould and Fernandez' brokerage roles, Burt's constraint, betweenness."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

_BLOCK = 32
"""Sources at a time: what is known of these ways stays near the processor."""
_ROWS = 256
"""Rows of a product at a time: all of it would be as large as every pair of nodes."""
_FEW_ROWS = 2
"""Up to this part of all rows, taking them out is quicker than multiplying with all."""
ROLES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")


@dataclass(frozen=True, eq=False)
class Brokerage:
    """For each node and role how often it brokers: a -> broker -> c, where a has no tie to c. Shape (nodes, 5), as ROLES.

    Coordinator: all three in one group. Consultant (itinerant broker): a and c in one group, the broker in another.
    Gatekeeper: broker and c in one group, a in another. Representative: a and broker in one group, c in another. Liaison:
    three groups. `expected`: the mean count if the other nodes' groups were shuffled, the ties and the node's own group kept.
    """

    counts: NDArray[np.int64]
    expected: NDArray[np.float64]


def brokerage(nodes: int, starts: ArrayLike, ends: ArrayLike, groups: ArrayLike, *, count_parallel: bool = False) -> Brokerage:
    """Brokerage of every node of a directed multigraph; `groups` holds a whole number per node.

    As in the paper, parallel edges are one tie and self loops none. With `count_parallel` a two-step way counts once for each
    pair of its hand-overs, so busy ways weigh more. Raises ValueError for shapes that do not fit or ends outside the graph.
    """
    first, second, group = (np.asarray(each, np.int64) for each in (starts, ends, groups))
    _check(nodes, first, second, group)
    ties = _matrix(nodes, first, second)
    known = ties.sign()
    weighed = ties if count_parallel else known
    inside, across = _split(weighed, group)
    near = _split(known, group)[0]
    consultant = _same(across, group) - _closed(across, across, near)
    liaison = _open(across, across, known) - consultant
    counts = np.stack(
        [_open(inside, inside, known), consultant, _open(across, inside, known), _open(inside, across, known), liaison], axis=1
    )
    return Brokerage(counts, _expected(counts.sum(axis=1), group))


def _open(into: csr_array[Any], out: csr_array[Any], known: csr_array[Any]) -> NDArray[np.int64]:
    """Ways a -> b -> c by b, without those that return to a and those where a has a tie to c."""
    return _column_sums(into) * _row_sums(out) - _column_sums(into.multiply(out.T)) - _closed(into, out, known)


def _closed(into: csr_array[Any], out: csr_array[Any], known: csr_array[Any]) -> NDArray[np.int64]:
    back, found = out.T.tocsr(), np.zeros(known.shape[0], np.int64)
    for part in _by_rows(lambda rows: _column_sums(into[rows].multiply(known[rows] @ back)), len(found)):
        found += part
    return found


def _by_rows(work: Callable[[slice], NDArray[Any]], nodes: int, block: int = _ROWS) -> Iterator[NDArray[Any]]:
    """Some work for a block of rows at a time, and for so many blocks at once as there are cores; in order."""
    blocks = [slice(first, first + block) for first in range(0, nodes, block)]
    with ThreadPoolExecutor(os.cpu_count()) as beside:  # sparse products and array work leave the interpreter to others
        yield from beside.map(work, blocks)


def _same(across: csr_array[Any], group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ways a -> b -> c by b where a and c, not b, share a group; without those that return to a."""
    from scipy.sparse import csr_array as sparse

    names, place = np.unique(group, return_inverse=True)
    member = sparse((np.ones(len(group), np.int64), (np.arange(len(group)), place)), shape=(len(group), len(names)))
    both = (across.T @ member).multiply(across @ member)
    # A way that returns to a always joins one group; where parallel ties count, it has as many forms as pairs of ties.
    return _row_sums(both) - _column_sums(across.multiply(across.T))


def _column_sums(matrix: csr_array[Any]) -> NDArray[np.int64]:
    return np.asarray(matrix.sum(axis=0), np.int64).ravel()


def _row_sums(matrix: csr_array[Any]) -> NDArray[np.int64]:
    return np.asarray(matrix.sum(axis=1), np.int64).ravel()


def _matrix(nodes: int, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> csr_array[Any]:
    from scipy.sparse import coo_array

    apart = starts != ends
    ones = np.ones(int(apart.sum()), np.int64)
    return coo_array((ones, (starts[apart], ends[apart])), shape=(nodes, nodes)).tocsr()


def _split(ties: csr_array[Any], group: NDArray[np.int64]) -> tuple[csr_array[Any], csr_array[Any]]:
    """The ties inside a group, and those across groups."""
    from scipy.sparse import coo_array

    flat = ties.tocoo()
    same = group[flat.row] == group[flat.col]
    parts = [coo_array((flat.data[mask], (flat.row[mask], flat.col[mask])), shape=flat.shape).tocsr() for mask in (same, ~same)]
    return parts[0], parts[1]


def _expected(ways: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each open way of the node falls into a role by the groups of two others, drawn without replacement."""
    nodes = len(group)
    pairs = float(max(1, (nodes - 1) * (nodes - 2)))
    _, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    own = sizes[place] - 1.0
    others = nodes - 1.0 - own
    same_elsewhere = (sizes * (sizes - 1.0)).sum() - sizes[place] * own
    chances = [own * (own - 1), same_elsewhere, others * own, own * others, others * (others - 1) - same_elsewhere]
    return np.stack([ways * chance / pairs for chance in chances], axis=1)


def constraint(nodes: int, starts: ArrayLike, ends: ArrayLike) -> list[float | None]:
    """Burt's constraint of each node over its ties in both directions, parallel edges as weight; None without a tie."""
    ties = _checked_matrix(nodes, starts, ends)
    both = (ties + ties.T).tocsr()
    totals = _row_sums(both)
    share = both.multiply(1 / np.maximum(totals, 1)[:, None]).tocsr()
    known = both.sign()

    def squared(rows: slice) -> NDArray[Any]:
        invested = (share[rows] + share[rows] @ share).multiply(known[rows])
        return np.asarray(invested.power(2).sum(axis=1)).ravel()

    found = np.concatenate([np.zeros(0), *_by_rows(squared, nodes)])
    return [float(value) if total else None for value, total in zip(found, totals, strict=True)]


def betweenness(nodes: int, starts: ArrayLike, ends: ArrayLike) -> list[float]:
    """Over all ordered pairs, the share of their shortest ways that pass each node, summed; parallel edges are one tie.

    Brandes' algorithm, level by level, for a block of sources at a time, and so many blocks at once as there are cores.
    """
    ties = _checked_matrix(nodes, starts, ends).sign().astype(np.float64)
    onward, back, total = ties.T.tocsc(), ties.tocsc(), np.zeros(nodes)
    for passing in _by_rows(lambda rows: _passing(onward, back, np.arange(nodes)[rows]), nodes, _BLOCK):
        total += passing
    return [float(value) for value in total]


def _passing(onward: csc_array[Any], back: csc_array[Any], sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each node the share of the shortest ways from some sources that pass it."""
    ways, levels = _shortest_ways(onward, sources)
    passing = np.zeros_like(ways)
    for level in range(int(levels.max()), 1, -1):
        owed = np.where(levels == level, (1 + passing) / np.maximum(ways, 1), 0)
        passing += np.where(levels == level - 1, ways * _times(back, owed), 0)
    found: NDArray[np.float64] = passing.sum(axis=1)
    return found


def _shortest_ways(onward: csc_array[Any], sources: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How many shortest ways lead to each node from each source, and how long they are (-1: none); (nodes, sources)."""
    ways = np.zeros((onward.shape[0], len(sources)))
    ways[sources, np.arange(len(sources))] = 1
    levels = np.where(ways > 0, 0, -1)
    front = ways
    while front.any():
        front = np.where(levels < 0, _times(onward, front), 0)
        levels = np.where(front > 0, levels.max() + 1, levels)
        ways = ways + front
    return ways, levels


def _times(ties: csc_array[Any], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The product; where few rows hold a value, as near the sources and far from them, of those rows only."""
    rows = np.flatnonzero(values.any(axis=1))
    found: NDArray[np.float64] = ties[:, rows] @ values[rows] if len(rows) * _FEW_ROWS < len(values) else ties @ values
    return found


def _checked_matrix(nodes: int, starts: ArrayLike, ends: ArrayLike) -> csr_array[Any]:
    first, second = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
    _check(nodes, first, second, np.zeros(nodes, np.int64))
    return _matrix(nodes, first, second)


def by_group(counts: NDArray[np.int64], groups: Sequence[int]) -> dict[int, NDArray[np.int64]]:
    """The counts summed over the nodes of each group, groups in order: who brokers, by type of institution."""
    group = np.asarray(groups, np.int64)
    return {int(name): counts[group == name].sum(axis=0) for name in np.unique(group)}


def _check(nodes: int, starts: NDArray[np.int64], ends: NDArray[np.int64], group: NDArray[np.int64]) -> None:
    if starts.shape != ends.shape or starts.ndim != 1 or group.shape != (nodes,):
        raise ValueError(f"starts {starts.shape}, ends {ends.shape} and groups {group.shape} do not fit {nodes} nodes")
    if starts.size and not (min(starts.min(), ends.min()) >= 0 and max(starts.max(), ends.max()) < nodes):
        raise ValueError(f"edges name nodes outside 0..{nodes - 1}")

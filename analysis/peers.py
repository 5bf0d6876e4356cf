"""Centers whose industry demand and needs are alike, and what share of such peers has each kind of partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.rates import wilson

UNKNOWN, ABSENT, HAS = -1, 0, 1


@dataclass(frozen=True)
class Likeness:
    """How alike two centers are in one respect: the cosine of their counts, times `weight` for how much is known of both.

    `known` is the smaller of their two totals; at 0 nothing can be said and `cosine` is None. `shared` holds the features
    that carry the likeness, the weightiest first.
    """

    cosine: float | None
    known: float
    weight: float
    shared: tuple[int, ...]


@dataclass(frozen=True)
class Peer:
    """A center like the one asked about; `similarity`, 0 to 1, is the mean over all respects of cosine times weight."""

    center: int
    similarity: float
    likeness: Mapping[str, Likeness]


def peers(profiles: Mapping[str, ArrayLike], center: int, *, top: int = 5, shrink: float = 5.0, explain: int = 3) -> list[Peer]:
    """The `top` centers most like `center`, best first, then by number; centers with nothing in common are left out.

    `profiles` maps a respect (demand by industry, cases by need) to counts of shape (centers, features). Little is known from
    few counts: `shrink` is the total at which a likeness counts half, and a respect with no counts adds nothing. Raises
    ValueError for counts that are negative, not finite, or of unlike shapes, and for a center, top or shrink out of range.
    """
    tables = _checked(profiles, center)
    if top < 1 or not shrink > 0:
        raise ValueError(f"top must be at least 1 and shrink above 0, not {top} and {shrink}")
    centers = len(next(iter(tables.values())))
    found = [_peer(tables, center, other, shrink, explain) for other in range(centers) if other != center]
    # Rounded for the ranking: equal profiles must not be told apart by the last bit of a sum.
    ranked = sorted(found, key=lambda peer: (-round(peer.similarity, 12), peer.center))
    return [peer for peer in ranked[:top] if peer.similarity > 0]


def _peer(tables: Mapping[str, NDArray[np.float64]], center: int, other: int, shrink: float, explain: int) -> Peer:
    likeness = {name: _likeness(table[center], table[other], shrink, explain) for name, table in tables.items()}
    parts = [part.cosine * part.weight for part in likeness.values() if part.cosine is not None]
    return Peer(other, sum(parts) / len(likeness), likeness)


def _likeness(one: NDArray[np.float64], other: NDArray[np.float64], shrink: float, explain: int) -> Likeness:
    known = float(min(one.sum(), other.sum()))
    if known == 0:
        return Likeness(None, 0.0, 0.0, ())
    terms = (one / np.linalg.norm(one)) * (other / np.linalg.norm(other))
    order = np.lexsort((np.arange(len(terms)), -terms))[:explain]
    shared = tuple(int(feature) for feature in order if terms[feature] > 0)
    return Likeness(min(1.0, float(terms.sum())), known, known / (known + shrink), shared)


def _checked(profiles: Mapping[str, ArrayLike], center: int) -> dict[str, NDArray[np.float64]]:
    tables = {name: np.asarray(counts, np.float64) for name, counts in profiles.items()}
    shapes = {table.shape[:1] for table in tables.values()}
    if len(shapes) != 1 or any(table.ndim != 2 for table in tables.values()):
        raise ValueError("profiles need counts of shape (centers, features) with the same centers in each")
    if any(not np.isfinite(table).all() or (table < 0).any() for table in tables.values()):
        raise ValueError("counts must be finite and not negative")
    if not 0 <= center < next(iter(shapes))[0]:
        raise ValueError(f"there is no center {center}")
    return tables


@dataclass(frozen=True)
class PeerShare:
    """How many peers have one kind of partner for one function.

    `share` is the share of peers known to have it, with its 95 % Wilson interval; what is unknown of a peer is not counted as
    absent, so `at_most` adds the unknown ones. All four are None where there are no peers.
    """

    kind: int
    function: int
    state: int
    have: int
    absent: int
    unknown: int
    share: float | None
    low: float | None
    high: float | None
    at_most: float | None


def peer_shares(states: ArrayLike, center: int, chosen: Sequence[int]) -> list[PeerShare]:
    """For each partner kind and function: the center's own state beside its peers', the most widespread first.

    `states` has shape (centers, kinds, functions) and holds HAS, ABSENT or UNKNOWN. Raises ValueError for another shape or
    state, a center out of range, or a center among its own peers.
    """
    table = np.asarray(states)
    if table.ndim != 3 or not np.isin(table, (UNKNOWN, ABSENT, HAS)).all():
        raise ValueError("states need shape (centers, kinds, functions) and hold 1, 0 or -1")
    if any(not 0 <= each < len(table) for each in (center, *chosen)) or center in chosen or len({*chosen}) < len(chosen):
        raise ValueError("peers must be other centers of the table, each once")
    around = table[list(chosen)]
    counts = [(around == state).sum(axis=0) for state in (HAS, ABSENT, UNKNOWN)]
    cells = [
        _share(kind, function, int(table[center, kind, function]), *(int(count[kind, function]) for count in counts))
        for kind, function in np.ndindex(*table.shape[1:])
    ]
    return sorted(cells, key=lambda cell: (-cell.have, cell.absent, cell.kind, cell.function))


def _share(kind: int, function: int, state: int, have: int, absent: int, unknown: int) -> PeerShare:
    asked = have + absent + unknown
    if not asked:
        return PeerShare(kind, function, state, 0, 0, 0, None, None, None, None)
    share, low, high = (float(bound) for bound in wilson(have, asked))
    return PeerShare(kind, function, state, have, absent, unknown, share, low, high, (have + unknown) / asked)

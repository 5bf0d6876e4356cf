"""Who supported whose cases, and who handed cases over to whom: counted from the columns of a generation's cases.

A hand-over is two steps of a case, one right after the other among those that gave support, by two partners the source names.
Two steps in a row of the same program are one joint service, and no hand-over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from queries.ties.counting import gave_support

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Numbers = npt.NDArray[np.int64]
    Ties = tuple[Numbers, Numbers, Numbers]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Taken:
    """The steps that gave support: the place of the case, its center, the provider and the program (-1: not told), in order."""

    case: Numbers
    center: Numbers
    provider: Numbers
    program: Numbers
    providers: list[str]
    cases: int

    def where(self, kept: npt.NDArray[np.bool_]) -> Taken:
        """The steps that a mask keeps."""
        return Taken(self.case[kept], self.center[kept], self.provider[kept], self.program[kept], self.providers, self.cases)

    def of_centers(self, centers: Iterable[str]) -> Taken:
        """The steps of the cases that some centers handled."""
        import numpy as np

        wanted = set(centers)
        kept = np.isin(self.center, [at for at, id_ in enumerate(self.providers) if id_ in wanted])
        return self.where(kept)

    def counted(self, ties: Ties) -> dict[Pair, int]:
        """Different cases of each pair of providers."""
        import numpy as np

        from analysis.distinct import once

        first, second, case = ties
        many = len(self.providers)
        pair = once((first * many + second) * max(1, self.cases) + case) // max(1, self.cases)
        keys, counts = np.unique(pair, return_counts=True)
        found = zip((keys // many).tolist(), (keys % many).tolist(), counts.tolist(), strict=True)
        return {(self.providers[one], self.providers[two]): count for one, two, count in found}

    def among(self, ties: Ties, pairs: Iterable[Pair]) -> Ties:
        """The ties of some pairs only."""
        import numpy as np

        place, many = {id_: at for at, id_ in enumerate(self.providers)}, len(self.providers)
        first, second, case = ties
        kept = np.isin(first * many + second, [place[one] * many + place[two] for one, two in pairs])
        return first[kept], second[kept], case[kept]

    def cases_with(self, *ends: tuple[Numbers, Numbers]) -> dict[str, int]:
        """Different cases of each provider over several columns of providers and cases."""
        import numpy as np

        from analysis.distinct import once

        cases = max(1, self.cases)
        met = once(np.concatenate([provider * cases + case for provider, case in ends])) // cases
        keys, counts = np.unique(met, return_counts=True)
        return {self.providers[key]: count for key, count in zip(keys.tolist(), counts.tolist(), strict=True)}

    def cases_of(self, ties: Ties) -> dict[Pair, set[int]]:
        """The places of the cases of each pair of providers."""
        found: dict[Pair, set[int]] = defaultdict(set)
        for one, two, case in zip(*(each.tolist() for each in ties), strict=True):
            found[self.providers[one], self.providers[two]].add(case)
        return found


def taken(snapshot: Snapshot, centers: Collection[str] = (), among: slice = slice(None)) -> Taken:
    """The supporting steps of some cases in a row (all unless told) that some centers handled (any where none is named)."""
    import numpy as np

    steps, wide = snapshot.steps, np.int64
    cases = range(len(steps.offsets) - 1)
    first, last = cases[among].start, cases[among].stop
    those = slice(int(steps.offsets[first]), int(steps.offsets[last]))
    case = np.repeat(np.arange(first, last, dtype=wide), np.diff(steps.offsets[first : last + 1]))
    center = np.asarray(snapshot.cases.center, wide)[case]
    provider, program = np.asarray(steps.provider[those], wide), np.asarray(steps.program[those], wide)
    given = gave_support(snapshot, steps.result[those])
    found = Taken(case, center, provider, program, snapshot.providers, len(cases)).where(given)
    return found.of_centers(centers) if centers else found


def supports(steps: Taken) -> Ties:
    """The center that handled a case, another partner that supported it, and the case."""
    other = (steps.provider >= 0) & (steps.provider != steps.center) & (steps.center >= 0)
    return steps.center[other], steps.provider[other], steps.case[other]


def handovers(steps: Taken) -> Ties:
    """The partner that handed a case over, the one that took it on, and the case."""
    follows, joint = _in_a_row(steps)
    kept = follows & ~joint
    return steps.provider[:-1][kept], steps.provider[1:][kept], steps.case[1:][kept]


def joint_services(steps: Taken) -> int:
    """How many times two partners in a row gave the same program of a case: not counted as hand-overs."""
    follows, joint = _in_a_row(steps)
    return int((follows & joint).sum())


def together(steps: Taken, pairs: Iterable[Pair]) -> dict[Pair, int]:
    """Cases in which both of a pair took part, as the center that handled it or as a partner that supported it.

    Pairs are taken as they are given; those that share no case are left out.
    """
    import numpy as np

    from analysis.distinct import once

    place = {id_: at for at, id_ in enumerate(steps.providers)}
    asked = {(place[a], place[b]): (a, b) for a, b in pairs if a in place and b in place}
    many, cases = len(steps.providers), max(1, steps.cases)
    wanted = np.array(sorted({min(pair) * many + max(pair) for pair in asked}), np.int64)
    found = once(np.concatenate([np.zeros(0, np.int64), *_meetings(steps, wanted)])) // cases
    known = dict(zip(*(each.tolist() for each in np.unique(found, return_counts=True)), strict=True))
    return {ids: known[key] for pair, ids in asked.items() if (key := min(pair) * many + max(pair)) in known}


def _meetings(steps: Taken, wanted: Numbers) -> Iterator[Numbers]:
    """Wanted pair and case, in one number, of every two partners of a case: its center and each, then each and each later."""
    import numpy as np

    many, cases = len(steps.providers), max(1, steps.cases)
    most = int(np.bincount(steps.case, minlength=1).max())
    for apart in range(most):
        one = steps.center if apart == 0 else steps.provider[:-apart]
        two, case = steps.provider[apart:], steps.case[apart:]
        met = (one >= 0) & (two >= 0) & (one != two) & (case == steps.case[: len(case)])
        pair = np.minimum(one, two) * many + np.maximum(one, two)
        met &= np.isin(pair, wanted)
        yield pair[met] * cases + case[met]


def _in_a_row(steps: Taken) -> tuple[Any, Any]:
    """For each step but the last: whether the next is of the same case and another partner, and whether it is one program."""
    one, two = steps.provider[:-1], steps.provider[1:]
    follows = (steps.case[:-1] == steps.case[1:]) & (one >= 0) & (two >= 0) & (one != two)
    return follows, (steps.program[:-1] == steps.program[1:]) & (steps.program[:-1] >= 0)

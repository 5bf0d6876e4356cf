"""Who worked on a case together, and how many cases each had: true counts, which no face may show as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.ties.counting import gave_support

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot
    from graph.store import Reader

    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tie:
    """Two that worked on the same case: the center that has it and a supporter, or two in a row. `start_id` < `end_id`."""

    start_id: str
    end_id: str
    cases: int


@dataclass(frozen=True)
class Observed:
    """What the cases show. `cases` counts by id: those a center had, a partner supported, or a program was used in."""

    ties: tuple[Tie, ...]
    cases: Mapping[str, int]


def observed(reader: Reader) -> Observed:
    """The ties of a generation, and the cases of its centers, institutions and programs."""
    import numpy as np

    snapshot = reader.snapshot()
    count = len(snapshot.ids("CaseFile"))
    if not count:
        return Observed((), {})
    place, provider, program = _given(snapshot)
    center = np.asarray(snapshot.cases.center, np.int64)
    who = np.concatenate([center, provider])
    had = _each_once(np.concatenate([np.arange(count), place]), who, count)
    used = _each_once(place, program, count)
    names, programs = snapshot.providers, snapshot.ids("Program")
    cases = {names[at]: int(n) for at, n in zip(*had, strict=True)} | {
        programs[at]: int(n) for at, n in zip(*used, strict=True)
    }
    return Observed(tuple(_ties(names, place, provider, center, count)), cases)


def _given(snapshot: Snapshot) -> tuple[Ints, Ints, Ints]:
    """For each step that was given: the place of its case, its provider and its program, -1 where none is told."""
    import numpy as np

    steps = snapshot.steps
    given = gave_support(snapshot, steps.result)
    place = np.repeat(np.arange(len(steps.offsets) - 1), np.diff(steps.offsets))
    return place[given], np.asarray(steps.provider, np.int64)[given], np.asarray(steps.program, np.int64)[given]


def _each_once(case: Ints, who: Ints, count: int) -> tuple[Ints, Ints]:
    """Everyone known, and the number of different cases of each."""
    import numpy as np

    from analysis.distinct import once

    known = who >= 0
    pairs = once(who[known] * count + case[known])
    found: tuple[Ints, Ints] = np.unique(pairs // count, return_counts=True)
    return found


def _ties(names: list[str], place: Ints, provider: Ints, center: Ints, count: int) -> list[Tie]:
    import numpy as np

    known = provider >= 0
    place, provider = place[known], provider[known]
    in_row = place[1:] == place[:-1]
    case = np.concatenate([place, place[1:][in_row]])
    one = np.concatenate([center[place], provider[:-1][in_row]])
    other = np.concatenate([provider, provider[1:][in_row]])
    real = (one >= 0) & (one != other)
    low, high = np.minimum(one, other)[real], np.maximum(one, other)[real]
    pairs, cases = _each_once(case[real], low * len(names) + high, count)
    ends = [sorted((names[pair // len(names)], names[pair % len(names)])) for pair in pairs.tolist()]
    return sorted(
        (Tie(first, second, int(n)) for (first, second), n in zip(ends, cases, strict=True)),
        key=lambda t: (t.start_id, t.end_id),
    )

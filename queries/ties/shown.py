"""What the cases of one center or institution show, counted from a generation's columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.ties.counting import Block, Tally, blocks
from queries.ties.partners import supporting

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from graph.snapshot import Snapshot

    Numbers = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Shown:
    """How many cases there are, and how many of them by need; of a center by outcome and by partner that supported them, of an
    institution by what it did itself.
    """

    cases: int
    outcomes: Mapping[str, int]
    needs: Mapping[str, int]
    partners: Mapping[str, int]
    functions: Mapping[str, int]


def shown_by_cases(snapshot: Snapshot, partner: str) -> Shown:
    """Of the cases that a center handled, or that an institution supported."""
    import numpy as np

    place = snapshot.providers.index(partner)
    names = {
        "outcomes": snapshot.codes["outcome"],
        "needs": list(snapshot.ids("Need")),
        "partners": snapshot.providers,
        "functions": snapshot.codes["step_kind"],
    }
    tallies, cases = {name: Tally(max(1, len(codes))) for name, codes in names.items()}, 0
    handles = place < len(snapshot.ids("Center"))
    for block in blocks(snapshot):
        case, center, provider, function = supporting(snapshot, block)
        own = center == place if handles else provider == place
        mine = _handled(snapshot, block, place) if handles else _touched(block, case[own])
        cases += int(mine.sum())
        _add_once(tallies["needs"], *_needs(snapshot, block, mine))
        if handles:
            tallies["outcomes"].add(snapshot.cases.outcome[block.cases][mine].astype(np.int64))
            _add_once(tallies["partners"], case[mine[case]], provider[mine[case]])
        else:
            _add_once(tallies["functions"], case[own], function[own])
    told = {name: _named(tally, names[name]) for name, tally in tallies.items()}
    return Shown(cases, **told)


def _handled(snapshot: Snapshot, block: Block, center: int) -> Mask:
    handled: Mask = snapshot.cases.center[block.cases] == center
    return handled


def _touched(block: Block, case: Numbers) -> Mask:
    import numpy as np

    mine = np.zeros(block.many, bool)
    mine[case] = True
    return mine


def _needs(snapshot: Snapshot, block: Block, mine: Mask) -> tuple[Numbers, Numbers]:
    """The needs of some cases of a block: case and need."""
    import numpy as np

    offsets, needs = snapshot.case_needs
    edges = offsets[block.cases.start : block.cases.stop + 1]
    case = np.repeat(np.arange(block.many), np.diff(edges))
    kept = mine[case]
    return case[kept], needs[edges[0] : edges[-1]][kept].astype(np.int64)


def _add_once(tally: Tally, case: Numbers, code: Numbers) -> None:
    """Count each code once for each case."""
    from analysis.distinct import first_in_case

    tally.add(code[first_in_case(case, code)])


def _named(tally: Tally, names: list[str]) -> dict[str, int]:
    keys, counts = tally.found()
    return {names[key]: count for key, count in zip(keys.tolist(), counts.tolist(), strict=True)}

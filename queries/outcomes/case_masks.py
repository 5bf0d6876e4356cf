"""Who supported which case, from the columns of a generation: the pairs and masks that questions about outcomes count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from queries.answer import Bilingual
from queries.asking import Asking
from queries.outcomes.case_choice import chosen_cases
from queries.outcomes.pooling import STORIES, Pool
from queries.telling.nodes import nodes_with
from queries.ties.counting import gave_support
from queries.vocabulary import label

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from analysis.folding import Folded
    from graph.snapshot import Snapshot

    Bools = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[np.int64]

MOST_ITEMS = 64
CASES_PER_CELL = 10
"""Cases are compared within age bands and needs too, as long as so many are left for each crossing with the center."""
SHUFFLES = (999, 199)
"""How often outcomes are shuffled: in data of up to MANY cases, and above, where fewer tell as much in seconds."""
MANY = 20_000
KINDS = ("center_kind", "institution_kind")
NAMED = ("Center", "Institution", "Program")


@dataclass(frozen=True)
class Support:
    """Cases, how they ended, and who supported them.

    place int64[n] in the snapshot; hired bool[n]; case, item int64[s]: one pair for each supporting step, in the order of cases
    and steps, `case` counting through `place`. `codes` tells the id (or the code of the kind) behind each item.
    """

    place: Numbers
    hired: Bools
    case: Numbers
    item: Numbers
    codes: Sequence[str]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.place)

    @property
    def hires(self) -> int:
        """How many of them were hired."""
        return int(self.hired.sum())

    @property
    def shuffles(self) -> int:
        """How many shuffles the judgement of these cases takes."""
        return SHUFFLES[self.cases > MANY]

    def without_others(self) -> bool:
        """Whether there are cases and every one was hired: nobody to compare with."""
        return 0 < self.cases == self.hires


@dataclass(frozen=True)
class Masked:
    """Cases folded by the items that supported them. codes: by bit; left_out: items for which there was no bit."""

    folded: Folded
    masks: npt.NDArray[np.uint64]
    codes: list[str]
    left_out: int
    compared_within: tuple[str, ...]


def supported(asking: Asking, pool: Pool, by: str, all_cases: bool = False) -> Support:
    """The closed cases that the question is about and their support; open ones too for success stories or `all_cases`.

    What the handling center did itself is no partnership: counted as one, it would stand for the center in every combination.
    """
    import numpy as np

    snapshot = asking.reader.snapshot()
    kept = chosen_cases(asking, pool.datasets)
    outcome, codes = snapshot.cases.outcome, snapshot.codes["outcome"]
    if not all_cases and pool.selection != STORIES:
        kept &= outcome != codes.index("open")
    place = np.flatnonzero(kept)
    steps, item = snapshot.steps, _items(snapshot, by)
    case = np.repeat(np.arange(len(kept)), np.diff(steps.offsets))
    served = kept[case] & gave_support(snapshot, steps.result) & (item >= 0)
    if by != "program":
        served &= steps.provider != snapshot.cases.center[case]
    numbered = np.cumsum(kept) - 1
    hired = np.asarray(outcome[place] == codes.index("hired"), dtype=bool)
    return Support(place, hired, numbered[case[served]], item[served], _codes(snapshot, by))


def _items(snapshot: Snapshot, by: str) -> Numbers:
    import numpy as np

    if by == "program":
        return np.asarray(snapshot.steps.program, np.int64)
    provider = np.asarray(snapshot.steps.provider, np.int64)
    if by == "partner":
        return provider
    first = len(snapshot.codes["center_kind"])
    kinds = [snapshot.column("Center", "kind"), snapshot.column("Institution", "kind").astype(np.int64) + first]
    kind = np.concatenate([*kinds, [-1]]).astype(np.int64)
    return kind[provider]


def _codes(snapshot: Snapshot, by: str) -> Sequence[str]:
    if by == "program":
        return snapshot.ids("Program")
    if by == "partner":
        return snapshot.providers
    return [code for name in KINDS for code in snapshot.codes[name]]


def masked(asking: Asking, support: Support, asked_for: Sequence[str] = (), strata: bool = True) -> Masked:
    """Fold the cases; the most frequent 64 items get a bit, those in `asked_for` (ids or kinds) before all others."""
    from analysis.folding import code_items, fold

    first = [place for place, code in enumerate(support.codes) if code in asked_for] if asked_for else []
    coded = code_items(support.case, support.item, support.cases, first=first)
    cells = _strata(asking.reader.snapshot(), support) if strata else {}
    folded = fold(coded.masks, support.hired, cells)
    codes = [support.codes[int(item)] for item in coded.items]
    return Masked(folded, coded.masks, codes, len(coded.left_out), tuple(cells))


def _strata(snapshot: Snapshot, support: Support) -> dict[str, Numbers]:
    """Center, age band and first need of each case, as far as the cases suffice for their crossing."""
    import numpy as np

    from analysis.folding import crossed

    cases, place = snapshot.cases, support.place
    offsets, needs = snapshot.case_needs
    has = offsets[place] < offsets[place + 1]
    need = (
        np.where(has, needs[np.minimum(offsets[place], max(0, len(needs) - 1))], -1) if len(needs) else np.full(len(place), -1)
    )
    found = {"center": np.asarray(cases.center[place], np.int64)}
    cell = found["center"]
    for name, values in (("age_band", cases.age_band[place]), ("need", need)):
        finer = crossed(cell, values)
        if finer.size and (int(finer.max()) + 1) * CASES_PER_CELL <= len(place):
            cell, found[name] = finer, np.asarray(values, np.int64)
    return found


def names_of(asking: Asking, codes: Sequence[str], by: str) -> dict[str, str]:
    """What each id or kind is called, in Korean."""
    if by == "partner_kind":
        return {code: label(code, KINDS, "ko") for code in codes}
    nodes = nodes_with(asking.reader, codes, NAMED)
    return {code: nodes[code].caption if code in nodes else code for code in codes}


def asked_items(asking: Asking, by: str) -> list[str]:
    """The items that the parameter `partners` names: ids, or their kinds where kinds are counted."""
    given = cast(list[str], asking.params["partners"])
    if by != "partner_kind" or not given:
        return given
    snapshot, found = asking.reader.snapshot(), set[str]()
    for kind, vocabulary in (("Center", "center_kind"), ("Institution", "institution_kind")):
        ids, codes = snapshot.ids(kind), snapshot.column(kind, "kind")
        found |= {snapshot.codes[vocabulary][int(codes[at])] for at in map(ids.place, given) if at >= 0}
    return sorted(found)


def left_out_note(left_out: int) -> list[Bilingual]:
    """That some items had no bit, and what to do."""
    if not left_out:
        return []
    return [
        Bilingual(
            f"가장 많은 사례를 지원한 {MOST_ITEMS}곳까지만 함께 따졌고, {left_out:,}곳은 뺐습니다. "
            "센터나 지역을 골라 좁히거나 partners 항목에 적으면 넣어 볼 수 있습니다.",
            f"Only the {MOST_ITEMS} that supported most cases are combined; {left_out:,} are left out. "
            "Narrow it by center or region, or name them under partners.",
        )
    ]


def case_ids(asking: Asking, support: Support, masks: Any, wanted: int, exactly: bool = False) -> list[str]:
    """The ids of the cases that have every item of a mask (`exactly`: and no other)."""
    import numpy as np

    one = np.uint64(wanted)
    return case_ids_at(asking, support, masks == one if exactly else (masks & one) == one)


def case_ids_at(asking: Asking, support: Support, which: Bools) -> list[str]:
    """The ids of the cases chosen by bool[n]."""
    ids = asking.reader.snapshot().ids("CaseFile")
    return [ids[int(at)] for at in support.place[which]]

"""Which kinds of partner each center has, for which function, and what centers like it have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from analysis.disclosure import Policy, hidden
from queries.answer import Bilingual, Drawing, DrawnRelationship
from queries.asking import Asking, Outcome
from queries.telling.drawing import MOST_DRAWN, drawing_of
from queries.ties.needs import need_counts
from queries.ties.partners import PartnerCounts, partner_counts

HAVING = ("used", "member", "declared")
"""States in which a center has the partner, the surest first."""
OPEN = ("known_absent", "unknown")
TIES = {"used": "SUPPORTED_BY", "member": "MEMBER_OF", "declared": "PARTNERS_WITH"}
STEP_OF_PROGRAM = {
    "matching": "job_matching", "job_fair": "event", "subsidy": "finance", "consulting": "other", "volunteering": "other",
    "policy": "other",
}  # fmt: skip
"""Program kinds that are named otherwise as a step of a case."""
REASON = Bilingual(
    "협력은 출처와 사례에서 확인한 것입니다. 비슷한 센터와 견준 것은 있고 없음을 센 것이며, 효과를 뜻하지 않습니다.",
    "Partnerships are told by sources or observed in cases; comparing with peers counts who has what, and means no effect.",
)
NOT_NAMED = ""
Slot = tuple[str, str]
"""Partner kind and function; the function is empty where it is not told."""
Cell = tuple[str, str, str]
"""Center, partner kind and function."""


@dataclass
class Known:
    """What is known of one cell: the partners behind each state, cases, and sources."""

    partners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    absent: bool = False
    cases: int | None = None
    sources: list[str] = field(default_factory=list)
    case_sources: Sequence[str] = ()

    @property
    def state(self) -> str:
        """The surest thing that is known."""
        return next((state for state in HAVING if self.partners[state]), OPEN[not self.absent])


@dataclass(frozen=True)
class Comparison:
    """What peers have in one cell."""

    peers: int
    having: tuple[str, ...]
    low: float | None
    high: float | None
    evidence: str | None


def answer(asking: Asking) -> Outcome:
    """One row for each center, partner kind and function: those that peers have and the center is not known to have first."""
    counts = partner_counts(asking.reader)
    centers = {row[0]: row[1:] for row in asking.rows("centers")}
    chosen = _chosen(asking, centers, counts)
    cells = _cells(asking, counts)
    slots = _slots(asking, cells)
    compared: dict[tuple[str, Slot], Comparison] = {}
    for kind in sorted({told[1] for told in centers.values()}):
        alike = sorted(center for center, told in centers.items() if told[1] == kind)
        compared |= _compared(asking, alike, [center for center in chosen if center in alike], slots, cells)
    rows = [
        _row(center, centers[center], slot, cells[(center, *slot)], compared[center, slot])
        for center in chosen
        for slot in slots
    ]
    wanted = cast(list[str], asking.params["states"])
    found = sorted((row for row in rows if not wanted or row[4] in wanted), key=_rank)
    shown = found[: cast(int, asking.params["top"])]
    n = counts.cases_of(chosen)
    return Outcome(
        shown, n, grade="E1" if n else "E0", reason=REASON, notes=_contradictions(chosen, slots, cells), words=_words(found),
        drawing=_drawing(asking, shown),
    )  # fmt: skip


def _chosen(asking: Asking, centers: Mapping[str, Any], counts: PartnerCounts) -> list[str]:
    asked = cast(list[str], asking.params["centers"])
    taking_part = {center for center, (*_, leads) in centers.items() if leads or counts.cases_of([center])}
    return sorted(center for center in centers if center in (asked or taking_part))


def _cells(asking: Asking, counts: PartnerCounts) -> dict[Cell, Known]:
    """Everything that is told or observed, by cell."""
    cells: dict[Cell, Known] = defaultdict(Known)
    functions = _functions(asking, counts)
    folded = asking.params["by"] == "kind"
    for state in ("member", "declared"):
        for center, partner, kind, source, *_ in asking.rows("members" if state == "member" else state):
            for function in [""] if folded else sorted(functions[partner]) or [""]:
                cell = cells[center, kind, function]
                cell.partners[state].add(partner)
                cell.sources.append(source)
    _add_used(asking, cells, counts, not folded)
    _add_absent(
        asking, cells, {kind: {f for (_, k, f) in cells if k == kind} | {""} for kind in {key[1] for key in cells}}, folded
    )
    return cells


def _functions(asking: Asking, counts: PartnerCounts) -> dict[str, set[str]]:
    """The functions each partner is known to serve anywhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for partner, function, cases in counts.functions():
        if _may_count(cases, asking.policy):
            found[partner].add(function)
    for partner, _, kind, _ in asking.rows("functions_offered"):
        found[partner].add(STEP_OF_PROGRAM.get(kind, kind))
    return found


def _may_count(cases: int, policy: Policy) -> bool:
    """Whether use may be told at all: where zeros are hidden, a use too small to be counted must look like none."""
    return not (policy.hide_zeros and hidden(cases, policy))


def _add_used(asking: Asking, cells: dict[Cell, Known], counts: PartnerCounts, by_function: bool) -> None:
    told = _case_sources(asking, by_function)
    for center, kind, function, cases, partners in counts.used(by_function):
        if _may_count(cases, asking.policy):
            cell = cells[center, kind, function]
            # A use by one partner alone may be too small to be told: then it is told of the kind only.
            cell.partners["used"] |= {NOT_NAMED} if asking.policy.hide_zeros else set(partners)
            cell.cases, cell.case_sources = cases, sorted(told[center, kind, function])


def _case_sources(asking: Asking, by_function: bool) -> dict[Cell, set[str]]:
    found: dict[Cell, set[str]] = defaultdict(set)
    for center, kind, function, sources in asking.rows("case_sources") if asking.policy.as_they_are else []:
        found[center, kind, function if by_function else ""].update(sources)
    return found


def _add_absent(asking: Asking, cells: dict[Cell, Known], functions: Mapping[str, set[str]], folded: bool) -> None:
    """A known absence without a function holds for every function of the kind; one with a function says nothing of the kind."""
    for center, kind, function, source, _ in asking.rows("absent"):
        if folded and function:
            continue
        for each in [function] if function or folded else sorted(functions.get(kind, {""})):
            cells[center, kind, each].absent = True
            cells[center, kind, each].sources.append(source)


def _slots(asking: Asking, cells: Mapping[Cell, Known]) -> list[Slot]:
    kinds, functions = (cast(list[str], asking.params[name]) for name in ("kinds", "functions"))
    found = sorted({(kind, function) for _, kind, function in cells})
    return [slot for slot in found if (not kinds or slot[0] in kinds) and (not functions or slot[1] in functions)]


def _compared(
    asking: Asking, centers: list[str], chosen: Iterable[str], slots: list[Slot], cells: dict[Cell, Known]
) -> dict[tuple[str, Slot], Comparison]:
    """What the peers of each chosen center have, slot by slot; only `centers`, all of one kind, are compared."""
    import numpy as np

    from analysis.peers import ABSENT, HAS, UNKNOWN, peer_shares, peers

    code = dict.fromkeys(HAVING, HAS) | {"known_absent": ABSENT, "unknown": UNKNOWN}
    states = [[cells[(center, *slot)].state for slot in slots] for center in centers]
    table = np.array([[code[state] for state in row] for row in states], np.int64).reshape(len(centers), len(slots), 1)
    profiles = {part: _features(asking, part, centers) for part in ("demand", "needs")}
    found: dict[tuple[str, Slot], Comparison] = {}
    for center in chosen:
        place = centers.index(center)
        alike = [peer.center for peer in peers(profiles, place, top=cast(int, asking.params["peers"]))]
        for share in peer_shares(table, place, alike):
            having = [peer for peer in alike if table[peer, share.kind, 0] == HAS]
            used = any(states[peer][share.kind] == "used" for peer in having)
            evidence = None if not having else "E1" if used else "E0"
            names = tuple(sorted(centers[peer] for peer in having))
            found[center, slots[share.kind]] = Comparison(len(alike), names, share.low, share.high, evidence)
    return found


def _features(asking: Asking, part: str, centers: list[str]) -> Any:
    """Counts of shape (centers, features)."""
    import numpy as np

    rows = list(need_counts(asking.reader).by_center()) if part == "needs" else asking.rows(part)
    features = {name: at for at, name in enumerate(sorted({row[1] for row in rows}))}
    counts = np.zeros((len(centers), max(1, len(features))))
    place = {center: at for at, center in enumerate(centers)}
    for center, feature, amount in rows:
        if center in place:
            counts[place[center], features[feature]] = amount
    return counts


def _row(center: str, told: Sequence[Any], slot: Slot, cell: Known, peers: Comparison) -> tuple[Any, ...]:
    partners = sorted(cell.partners[cell.state] - {NOT_NAMED})
    kind, function = slot
    low, high = (None if bound is None else round(bound, 4) for bound in (peers.low, peers.high))
    return (
        center, told[0], kind, function or None, cell.state, cell.cases, partners, peers.peers, len(peers.having), low, high,
        peers.evidence, list(peers.having), cell.sources or [told[2]], cell.case_sources,
    )  # fmt: skip


def _rank(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What peers have and the center is not known to have comes first, then what it has, then what nobody is known to have."""
    missing, with_peers = row[4] in OPEN, row[8]
    place = 0 if missing and with_peers else 2 if missing else 1
    return (place, -with_peers if missing else 0, row[0], row[2], row[3] or "")


def _contradictions(chosen: Iterable[str], slots: Iterable[Slot], cells: Mapping[Cell, Known]) -> list[Bilingual]:
    known = [cells[(center, *slot)] for center in chosen for slot in slots]
    if not any(cell.absent and cell.state in HAVING for cell in known):
        return []
    return [
        Bilingual(
            "없다고 확인되었다는 기록과 협력했다는 기록이 함께 있는 칸은 협력한 것으로 보았습니다. 확인한 날을 살펴봐 주세요.",
            "Cells told both as known to be absent and as a partnership count as a partnership; check the day of the finding.",
        )
    ]


def _words(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    return {
        "centers": len({row[0] for row in rows}),
        "cells": len(rows),
        "unknown": sum(row[4] == "unknown" for row in rows),
        "absent": sum(row[4] == "known_absent" for row in rows),
        "with_peers": sum(row[4] in OPEN and row[8] > 0 for row in rows),
    }


def _drawing(asking: Asking, rows: Sequence[tuple[Any, ...]]) -> Drawing:
    """The known ties; a center's missing kinds have no node to draw."""
    lines = dict.fromkeys(
        DrawnRelationship(row[0], TIES[row[4]], partner) for row in rows if row[4] in TIES for partner in row[6]
    )
    return drawing_of(asking.reader, list(lines)[:MOST_DRAWN], ("Center", "Institution"))

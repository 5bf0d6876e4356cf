"""Partnerships that sources declare beside those that cases show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from analysis.disclosure import Policy, hidden
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.telling.nodes import nodes_with
from queries.ties.counting import cases_handled
from queries.ties.handovers import Pair, Taken, handovers, supports, taken, together

UNUSED, SUPPORTED, HANDED_OVER = "declared_unused", "support_undeclared", "handover_undeclared"
REASON = Bilingual(
    "협력 관계는 출처에 적힌 것이고, 함께한 사례는 세어 본 것입니다. 효과를 뜻하지 않습니다.",
    "Partnerships are told by sources and cases together are counted; this means no effect.",
)


@dataclass(frozen=True)
class Tie:
    """One finding about two partners. `cases` is None where there is no case to count."""

    finding: str
    pair: Pair
    cases: int | None = None
    case_places: frozenset[int] = frozenset()


@dataclass
class Declared:
    """What sources declare of two partners."""

    kinds: set[str]
    sources: list[str]


def answer(asking: Asking) -> Outcome:
    """One row for each finding about two partners, those with most cases first."""
    centers = cast(list[str], asking.params["centers"])
    declared = _declared(asking)
    steps = taken(asking.reader.snapshot(), centers)
    asked_of = [pair for pair in declared if not centers or {*pair} & {*centers}]
    unused = [Tie(UNUSED, pair) for pair in _unused(asking, asked_of)]
    observed = {
        SUPPORTED: _undeclared(asking, SUPPORTED, steps, supports(steps), declared),
        HANDED_OVER: _undeclared(asking, HANDED_OVER, steps, handovers(steps), declared),
    }
    words = {"declared": len(asked_of), "unused": len(unused)}
    words |= {
        name: _countable(observed[key], asking.policy) for name, key in (("supports", SUPPORTED), ("handovers", HANDED_OVER))
    }
    wanted, top = cast(list[str], asking.params["findings"]), cast(int, asking.params["top"])
    shown = [tie for key, ties in ({UNUSED: unused} | observed).items() if not wanted or key in wanted for tie in ties[:top]]
    snapshot = asking.reader.snapshot()
    n = cases_handled(snapshot, centers or snapshot.ids("Center"))
    notes = [_too_few(asking.policy)] if asking.policy.hide_zeros else []
    return Outcome(list(_rows(asking, shown, declared)), n, grade="E1" if n else "E0", reason=REASON, words=words, notes=notes)


def _declared(asking: Asking) -> dict[Pair, Declared]:
    """Declared partnerships; both directions of a pair stand under the first that is told."""
    found: dict[Pair, Declared] = {}
    for first, second, kind, source, _ in asking.rows("declared"):
        if first != second:
            pair = (second, first) if (second, first) in found else (first, second)
            told = found.setdefault(pair, Declared(set(), []))
            told.kinds.add(kind)
            told.sources.append(source)
    return found


def _unused(asking: Asking, declared: Sequence[Pair]) -> list[Pair]:
    """Pairs that no case shows together; where zeros are hidden, also those that too few do."""
    met = together(taken(asking.reader.snapshot()), declared)
    return sorted(pair for pair in declared if not met.get(pair) or not _tells(met[pair], asking.policy))


def _tells(cases: int, policy: Policy) -> bool:
    return not (policy.hide_zeros and hidden(cases, policy))


def _undeclared(asking: Asking, finding: str, steps: Taken, ties: Any, declared: Mapping[Pair, Declared]) -> list[Tie]:
    places = steps.cases_of(ties) if asking.policy.as_they_are else {}
    counted = steps.counted(ties)
    found = [
        Tie(finding, pair, cases, frozenset(places.get(pair, ())))
        for pair, cases in counted.items()
        if pair not in declared and pair[::-1] not in declared
    ]
    return sorted(found, key=lambda tie: (-(tie.cases or 0), tie.pair))


def _countable(ties: Iterable[Tie], policy: Policy) -> int:
    return sum(tie.cases is not None and not hidden(tie.cases, policy) for tie in ties)


def _rows(asking: Asking, ties: list[Tie], declared: Mapping[Pair, Declared]) -> Iterator[tuple[Any, ...]]:
    names = nodes_with(asking.reader, {end for tie in ties for end in tie.pair}, ("Center", "Institution"))
    networks: dict[str, set[str]] = defaultdict(set)
    for member, network, _ in asking.rows("joined"):
        networks[member].add(network)
    ids = asking.reader.snapshot().ids("CaseFile")
    for tie in ties:
        first, second = tie.pair
        told = declared.get(tie.pair, Declared(set(), []))
        yield (
            tie.finding, first, names[first].caption, second, names[second].caption, sorted(told.kinds),
            "PARTNERS_WITH" if tie.finding == UNUSED else "SUPPORTED_BY", bool(networks[first] & networks[second]), tie.cases,
            [ids[place] for place in sorted(tie.case_places)], told.sources,
        )  # fmt: skip


def _too_few(policy: Policy) -> Bilingual:
    return Bilingual(
        f"함께한 사례가 {policy.threshold}건보다 적은 협력도 사례에 나타나지 않는 협력에 함께 넣었습니다.",
        f"Partnerships with fewer than {policy.threshold} cases together stand among those that show in no case.",
    )

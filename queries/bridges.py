"""Who stands between others in hand-overs, and what each network loses without one of its partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from analysis.disclosure import hidden
from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.ties.counting import cases_handled
from queries.ties.handovers import Pair, Taken, handovers, taken

if TYPE_CHECKING:
    from analysis.disruption import Loss

BROKER, LOSS = "broker", "loss"
NOBODY = "-"
"""Where no center leads the networks asked about: no case is theirs."""
REASON = Bilingual(
    "이어받기는 사례에서 센 것이고 참여와 협력은 출처에 적힌 것입니다. 성과를 뜻하지 않습니다.",
    "Hand-overs are counted in cases, memberships and partnerships told by sources; this says nothing of results.",
)
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Ties:
    """Hand-overs as pairs and cases, what is declared, and who serves which need."""

    handed: Mapping[Pair, int]
    declared: set[Pair]
    serves: Mapping[str, set[str]]


@dataclass(frozen=True)
class Network:
    """One network: its name, who leads it, and its partners, leads included."""

    id: str
    name: str
    leads: set[str]
    partners: set[str]


def answer(asking: Asking) -> Outcome:
    """One row for each partner that stands between others, and one for each partner that a network cannot lose unharmed."""
    networks = _networks(asking)
    leaders = sorted({lead for network in networks for lead in network.leads})
    handlers = (leaders or [NOBODY]) if asking.params["networks"] else []
    steps = taken(asking.reader.snapshot(), handlers)
    ties = _ties(asking, steps)
    losses = {
        (network.id, partner): lost
        for network in networks
        for partner, lost in _losses(network, ties, _handed(asking, steps.of_centers(network.leads)))
    }
    told = _told(asking, {end for pair in ties.handed for end in pair} | {partner for _, partner in losses})
    names = {network.id: network.name for network in networks}
    brokers = _brokers(ties, told, _touched(steps, ties))
    rows = {BROKER: brokers, LOSS: [_loss_row(key, names[key[0]], lost, told) for key, lost in losses.items()]}
    found, kept = _wanted(asking, rows), cast(int, asking.params["top"])
    snapshot = asking.reader.snapshot()
    n = cases_handled(snapshot, handlers or snapshot.ids("Center"))
    words = {
        "partners": len({end for pair in ties.handed for end in pair}),
        "brokers": sum(any(row[6:11]) for row in found[BROKER]),
        "losses": len({row[3] for row in found[LOSS]}),
    }
    shown = [row for part in found.values() for row in part[:kept]]
    return Outcome(shown, n, grade="E1" if n and ties.handed else "E0", reason=REASON, words=words)


def _networks(asking: Asking) -> list[Network]:
    leads: dict[str, set[str]] = defaultdict(set)
    for network, leader, _ in asking.rows("leads"):
        leads[network].add(leader)
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for network, name, member, _ in asking.rows("joined"):
        members[network, name].add(member)
    return [Network(network, name, leads[network], partners) for (network, name), partners in sorted(members.items())]


def _handed(asking: Asking, steps: Taken) -> dict[Pair, int]:
    """Cases by hand-over; where zeros are hidden, one with too few cases must look like none."""
    counted = steps.counted(handovers(steps))
    small = {pair for pair, cases in counted.items() if asking.policy.hide_zeros and hidden(cases, asking.policy)}
    return {pair: cases for pair, cases in counted.items() if pair not in small}


def _ties(asking: Asking, steps: Taken) -> Ties:
    serves: dict[str, set[str]] = defaultdict(set)
    for provider, need, _ in asking.rows("serves"):
        serves[provider].add(need)
    declared = {(first, second) for first, second, _ in asking.rows("declared") if first != second}
    return Ties(_handed(asking, steps), declared, serves)


def _touched(steps: Taken, ties: Ties) -> dict[str, int]:
    """How many cases each partner handed over or took on."""
    given, taken_on, case = steps.among(handovers(steps), ties.handed)
    return steps.cases_with(*((end, case) for end in (given, taken_on)))


def _told(asking: Asking, wanted: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Name, kind and source of partners."""
    return {partner: (name, kind, source) for partner, name, kind, source in asking.rows("partners", wanted=sorted(wanted))}


def _brokers(ties: Ties, told: Mapping[str, tuple[str, str, str]], touched: Mapping[str, int]) -> list[Row]:
    """Every partner in a hand-over, those that stand between most others first."""
    from analysis.brokerage import betweenness, brokerage, constraint

    partners = sorted({end for pair in ties.handed for end in pair})
    place = {partner: at for at, partner in enumerate(partners)}
    kinds = sorted({told[partner][1] for partner in partners})
    starts, ends = ([place[pair[side]] for pair in sorted(ties.handed)] for side in (0, 1))
    groups = [kinds.index(told[partner][1]) for partner in partners]
    if not partners:
        return []
    roles = brokerage(len(partners), starts, ends, groups).counts.tolist()
    between, bound = betweenness(len(partners), starts, ends), constraint(len(partners), starts, ends)
    rows = [
        (
            BROKER, None, None, partner, *told[partner][:2], *roles[at], round(between[at], 4), _rounded(bound[at]),
            touched[partner], [], [], [], [told[partner][2]],
        )
        for at, partner in enumerate(partners)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-sum(row[6:11]), -row[11], row[3]))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _losses(network: Network, ties: Ties, handed: Mapping[Pair, int]) -> list[tuple[str, Row]]:
    """What a network loses with each of its partners but its leads: members cut off, needs, and ends of hand-overs."""
    from analysis.disruption import disruption
    from analysis.multigraph import Multigraph

    partners = sorted(network.partners | _around(network, ties) | {end for pair in handed for end in pair})
    names = [*partners, *sorted({need for partner in partners for need in ties.serves.get(partner, ())})]
    place = {name: at for at, name in enumerate(names)}
    joined = {(lead, member) for lead in network.leads for member in network.partners if lead != member}
    known = sorted({*joined, *handed, *(pair for pair in ties.declared if pair[0] in place and pair[1] in place)})
    served = [(partner, need) for partner in partners for need in sorted(ties.serves.get(partner, ()))]
    leads, inside = sorted(place[lead] for lead in network.leads), range(len(partners))
    referrals = Multigraph(len(names), *_ends(sorted(handed), place), [0] * len(handed))
    lost = disruption(
        len(names), _ends(known, place), leads, inside,
        serves=_ends(served, place), referrals=referrals, referred=(leads, inside),
    )  # fmt: skip
    return [(names[each.node], _named(each, names)) for each in lost if names[each.node] not in network.leads]


def _around(network: Network, ties: Ties) -> set[str]:
    """Partners that its leads or members declare."""
    return {end for pair in ties.declared if network.partners & {*pair} for end in pair}


def _ends(pairs: Sequence[Pair], place: Mapping[str, int]) -> tuple[list[int], list[int]]:
    return [place[first] for first, _ in pairs], [place[second] for _, second in pairs]


def _named(lost: Loss, names: Sequence[str]) -> Row:
    return (
        [names[node] for node in lost.members],
        [names[node] for node in lost.needs],
        sorted({names[target] for _, target in lost.paths}),
    )


def _loss_row(key: tuple[str, str], name: str, lost: Row, told: Mapping[str, tuple[str, str, str]]) -> Row:
    network, partner = key
    return (LOSS, network, name, partner, *told[partner][:2], *[None] * 8, *lost, [told[partner][2]])


def _wanted(asking: Asking, rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    findings, kinds = (cast(list[str], asking.params[name]) for name in ("findings", "kinds"))
    found = {
        part: [row for row in told if (not findings or part in findings) and (not kinds or row[5] in kinds)]
        for part, told in rows.items()
    }
    found[LOSS].sort(key=lambda row: (-sum(map(len, row[14:17])), row[1], row[3]))
    return found

"""Referral paths: from a person's needs, through programs and partners, to work. `docs/referrals.md` tells of the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.referral.person import Day, day_for, start_nodes, target_nodes, weights_of
from queries.referral.rows import COLUMNS, Row, alternate_rows, closed_rows, drawing_of_paths, opener_rows, path_rows
from queries.referral.search import Chosen, Search, best, closed_to, leads, would_open
from queries.telling.sentence import particle
from queries.vocabulary import label

MOST_ASKED_WHY = 20
INCOMPLETE = Bilingual(
    "살펴볼 경로가 매우 많아 일부만 살폈습니다. 여기 없는 더 나은 경로가 있을 수 있습니다.",
    "There are very many paths and not all were looked at; a better one may exist.",
)
PROTECTED = Bilingual(
    "적은 사례 수는 개인을 보호하려고 비워 두었고, 비워 둔 수는 0건과 똑같이 다루어 경로의 순서로도 알 수 없습니다.",
    "Small counts of cases are left empty to protect people, and count as none, so that the order of paths does not tell them.",
)
OF_CASES = Bilingual(
    "경로는 출처에 적힌 관계에서 찾았고, 거친 사례 수는 사례에서 센 것입니다. 효과를 뜻하지 않습니다.",
    "Paths are made of relationships told by sources; cases that took a step are counted, which does not mean an effect.",
)


@dataclass
class Why:
    """Why some needs lead nowhere: rows, and the reason of each need, None where only the bound on steps is in the way."""

    rows: list[Row] = field(default_factory=list)
    reasons: dict[str, str | None] = field(default_factory=dict)
    too_short: dict[str, int] = field(default_factory=dict)
    """Needs from which only a path of more steps than asked for leads on, and how many it takes."""


def answer(asking: Asking) -> Outcome:
    """One row for each step of each path, then alternates, then what keeps needs without a path closed."""
    day = day_for(asking)
    starts = start_nodes(asking, day.directory)
    search = _search(asking, day, starts)
    paths, complete = best(search) if search.sources and search.targets else ([], True)
    why = _why(asking, search, starts, paths)
    rows = [row for rank, chosen in enumerate(paths, start=1) for row in path_rows(search, rank, chosen)]
    rows += [row for rank, chosen in enumerate(paths, start=1) for row in alternate_rows(search, rank, chosen.path)]
    counted = any(row[COLUMNS.index("cases")] for row in rows)
    return Outcome(
        rows + why.rows, day.counts.all or None, grade="E1" if counted else "E0", reason=OF_CASES if counted else None,
        notes=_notes(asking, day, why, paths, complete), sentence=_sentence(day, paths, why),
        drawing=drawing_of_paths(day, paths),
    )  # fmt: skip


def _search(asking: Asking, day: Day, starts: Mapping[str, int]) -> Search:
    params = asking.params
    reasons = day.reasons(str(params["age_band"]), cast(int, params["max_distance"]), params["seats"] == "known")
    targets, k, most = target_nodes(asking, day.directory), cast(int, params["k"]), cast(int, params["max_steps"])
    return Search(day, reasons, sorted(starts.values()), targets, k, most, weights_of(params))


def _why(asking: Asking, search: Search, starts: Mapping[str, int], paths: Sequence[Chosen]) -> Why:
    """What keeps each need closed that was named and leads nowhere; any need, where none was named and none leads on."""
    named = cast(list[str], asking.params["need"])
    if not search.targets or (not named and paths):
        return Why()
    begun = {chosen.path.nodes[0] for chosen in paths}
    without = {id_: at for id_, at in starts.items() if id_ != asking.params["prior_occupation"] and at not in begun}
    why, asked = Why(), [at for id_ in cast(list[str], asking.params["target"]) for at in search.day.directory.numbers_of(id_)]
    lost = [(id_, at) for id_, at in without.items() if not leads(search, at)]
    for number, (id_, at) in enumerate(lost[:MOST_ASKED_WHY], start=1):
        told = closed_to(search, at)
        closed = closed_rows(search, number, at, told)
        why.rows += closed + opener_rows(search, number, would_open(search, at, asked))
        why.reasons[id_] = closed[0][COLUMNS.index("reason")]
        if told.fewest_steps is not None:
            why.too_short[id_] = told.fewest_steps
    return why


def _notes(asking: Asking, day: Day, why: Why, paths: Sequence[Chosen], complete: bool) -> list[Bilingual]:
    found = [] if complete else [INCOMPLETE]
    if day.counts.all and not asking.policy.as_they_are:
        found.append(PROTECTED)
    names = [asking.named[id_].caption if id_ in asking.named else id_ for id_ in why.reasons]
    if names and paths:
        listed = ", ".join(names)
        found.append(Bilingual(f"이 애로사항에서 시작하는 경로는 없습니다: {listed}.", f"No path starts from: {listed}."))
    for id_, steps in why.too_short.items():
        name = asking.named[id_].caption if id_ in asking.named else id_
        found.append(
            Bilingual(
                f"'{name}'에서는 {steps}단계까지 늘리면 경로가 있습니다.", f"From '{name}' there is a path of {steps} steps."
            )
        )
    return found


def _sentence(day: Day, paths: Sequence[Chosen], why: Why) -> Bilingual:
    if paths:
        return _found(day, paths)
    reasons = [each for each in dict.fromkeys(why.reasons.values()) if each]
    if not reasons:
        return Bilingual("조건에 맞는 연계 경로가 없습니다.", "There is no referral path for this.")
    ko, en = (", ".join(label(code, ("step_reason",), language) for code in reasons) for language in ("ko", "en"))
    more = any(row[0] == "opener" for row in why.rows)
    return Bilingual(
        f"조건에 맞는 연계 경로가 없습니다. 까닭: {ko}." + (" 아래에 길을 여는 방법을 적었습니다." if more else ""),
        f"There is no referral path for this: {en}." + (" What would open one is listed below." if more else ""),
    )


def _found(day: Day, paths: Sequence[Chosen]) -> Bilingual:
    first = [day.directory.node(number).name for number in paths[0].path.nodes]
    through, end = ", ".join(f"'{name}'" for name in first[1:-1]), first[-1]
    ko = f"{first[0]}에서 시작하는 첫 경로는 {through}{particle(first[-2], '을/를')} 거쳐 {end}에 이릅니다."
    en = f"The first leads from {first[0]} through {through} to {end}."
    if len(first) == 2:
        ko = f"첫 경로는 {first[0]}에서 {end}{particle(end, '으로/로')} 바로 이어집니다."
        en = f"The first leads from {first[0]} straight to {end}."
    count = len(paths)
    return Bilingual(
        f"연계 경로 {count}개를 찾았습니다. {ko}", f"Found {count} referral {'path' if count == 1 else 'paths'}. {en}"
    )

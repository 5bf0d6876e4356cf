"""Industries in demand, province by province, beside the programs that train for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from queries.answer import Bilingual
from queries.asking import Asking, Outcome
from queries.kept import kept_rows
from queries.ties.directory import Regions, runs
from queries.ties.hires import hires

STATES = ("none_told", "elsewhere", "occupation", "related", "trained")
"""The widest gap first."""
REASON = Bilingual(
    "수요와 훈련은 출처에 적힌 것이고 취업은 사례에서 센 것입니다. 훈련의 효과를 뜻하지 않습니다.",
    "Demand and programs are told by sources and hires are counted in cases; this means no effect of training.",
)
Place = tuple[str, str]
"""Industry and province."""


@dataclass
class Demand:
    """What is told of an industry in a province. Counts are None until something is told."""

    companies: int | None = None
    networks: set[str] = field(default_factory=set)
    hiring: int | None = None
    openings: int | None = None
    hired: int = 0
    sources: list[str] = field(default_factory=list)
    case_sources: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Training:
    """One program's tie to what it trains for, and the province where it runs (empty: anywhere)."""

    program: str
    province: str
    source: str


Trainings = Mapping[str, list[Training]]
"""By the province where they run; under none those that run anywhere."""


@dataclass(frozen=True)
class Directory:
    """The regions, the industries above and below each other, and who trains for what."""

    regions: Regions
    names: Mapping[str, str]
    related: Mapping[str, set[str]]
    occupations: Mapping[str, set[str]]
    trainings: Mapping[str, list[Training]]
    found: dict[str, tuple[Trainings, Trainings, Trainings]] = field(default_factory=dict)

    def of(self, industry: str) -> tuple[Trainings, Trainings, Trainings]:
        """The trainings for an industry, for those above and below it, and for its occupations."""
        if industry not in self.found:
            direct, related = self.trainings[industry], self._of_all(self.related.get(industry, ()))
            by_occupation = self._of_all(self.occupations[industry])
            self.found[industry] = (by_province(direct), by_province(related), by_province(by_occupation))
        return self.found[industry]

    def _of_all(self, targets: Iterable[str]) -> list[Training]:
        return [each for target in sorted(targets) for each in self.trainings[target]]


def by_province(trainings: Iterable[Training]) -> Trainings:
    """Trainings by the province where they run."""
    found: dict[str, list[Training]] = defaultdict(list)
    for each in trainings:
        found[each.province].append(each)
    return found


def answer(asking: Asking) -> Outcome:
    """One row for each industry and province where somebody looks for people or was hired, the widest gaps first."""
    directory = _directory(asking)
    demands = _demands(asking, directory.regions)
    wanted = {name: cast(list[str], asking.params[name]) for name in ("industries", "regions", "states")}
    parents = {row[0]: row[2] for row in asking.rows("industries")}
    provinces = {directory.regions.province(region) for region in wanted["regions"]}
    places = [
        (industry, province)
        for industry, province in sorted(demands)
        if (not wanted["industries"] or {industry, parents.get(industry)} & {*wanted["industries"]})
        and (not provinces or province in provinces)
    ]
    rows = [_row(place, demands[place], directory) for place in places]
    kept = sorted((row for row in rows if not wanted["states"] or row[4] in wanted["states"]), key=_rank)
    n = sum(demands[place].hired for place in places)
    shown = kept[: cast(int, asking.params["top"])]
    return Outcome(shown, n, grade="E1" if n else "E0", reason=REASON, words=_words(kept))


def _demands(asking: Asking, regions: Regions) -> dict[Place, Demand]:
    found: dict[Place, Demand] = defaultdict(Demand)
    as_of = asking.params["as_of"]
    for _, network, industry, measure, companies, source, leaders, region_ids in asking.rows("demands"):
        if as_of and not leaders:
            continue
        provinces = {regions.province(region) for region in region_ids if region}
        demand = found[industry, provinces.pop() if len(provinces) == 1 else ""]
        demand.networks.add(network)
        demand.sources.append(source)
        if measure == asking.params["measure"] and companies is not None:
            demand.companies = (demand.companies or 0) + companies
    for industry, region, companies, openings, told, source in kept_rows(asking.reader, asking.question.name, "openings"):
        demand = found[industry, regions.province(region)]
        demand.hiring = (demand.hiring or 0) + companies
        demand.openings = (demand.openings or 0) + openings if told else demand.openings
        demand.sources.append(source)
    for industry, region, cases in hires(asking.reader):
        found[industry, regions.province(region)].hired += cases
    for industry, region, sources in asking.rows("case_sources") if asking.policy.as_they_are else []:
        found[industry, regions.province(region)].case_sources += sources
    return found


def _directory(asking: Asking) -> Directory:
    regions = Regions.of(asking.rows("regions"))
    industries = asking.rows("industries")
    tree = Regions.of((industry, name, parent, None) for industry, name, parent in industries)
    related = {industry: ({*tree.above(industry)} | tree.within(industry)) - {industry} for industry, *_ in industries}
    occupations: dict[str, set[str]] = defaultdict(set)
    for industry, occupation, _ in kept_rows(asking.reader, asking.question.name, "occupations"):
        occupations[industry].add(occupation)
    trainings: dict[str, list[Training]] = defaultdict(list)
    for program, target, region, status, valid_from, valid_to, source in asking.rows("programs"):
        if runs(status, valid_from, valid_to, str(asking.params["as_of"])):
            trainings[target].append(Training(program, regions.province(region), source))
    return Directory(regions, {industry: name for industry, name, _ in industries}, related, occupations, trainings)


def _row(place: Place, demand: Demand, directory: Directory) -> tuple[Any, ...]:
    industry, province = place
    told = directory.of(industry)
    here = [_within(each, province) for each in told]
    # A program runs in one province, so what lies elsewhere is the rest.
    away = {each.program for some in told[:2] for where, those in some.items() if not _may(where, province) for each in those}
    state = next((name for name, some in zip(("trained", "related", "occupation"), here, strict=True) if some), None)
    programs = sorted({each.program for each in here[0]})
    sources = [*demand.sources, *(each.source for each in (*here[0], *here[1]))]
    counts = [*(len({each.program for each in some}) for some in here), len(away)]
    return (
        industry, directory.names.get(industry), province or None, directory.regions.names.get(province),
        state or ("elsewhere" if away else "none_told"), demand.companies, sorted(demand.networks), demand.hiring,
        demand.openings,
        *counts, programs, demand.hired, sources, demand.case_sources,
    )  # fmt: skip


def _within(trainings: Trainings, province: str) -> list[Training]:
    """Those that run in a province."""
    if not province:
        return [each for some in trainings.values() for each in some]
    return [*trainings.get(province, ()), *trainings.get("", ())]


def _may(where: str, province: str) -> bool:
    """Whether what runs somewhere may run in a province: where either is not told, it may."""
    return not where or not province or where == province


def _rank(row: Sequence[Any]) -> tuple[Any, ...]:
    """The widest gaps first, then where most is looked for."""
    return (STATES.index(row[4]), -len(row[6]), -(row[5] or 0), -(row[8] or 0), row[0], row[2] or "")


def _words(rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    states = [row[4] for row in rows]
    return {
        "all": len(states),
        "none": states.count("none_told"),
        "elsewhere": states.count("elsewhere"),
        "trained": states.count("trained"),
    }

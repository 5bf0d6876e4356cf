"""Referral paths by plain recursion over the tables, written anew from docs/referrals.md: what the search must agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

Tables = dict[str, list[dict[str, Any]]]
AGES = {"": (0, 999), "under_40": (0, 39), "40s": (40, 49), "50s": (50, 59), "60s": (60, 69), "70_plus": (70, 999)}
TYPES = [
    "ADDRESSES", "TRAINS_FOR", "AWARDS", "OFFERS", "PARTNERS_WITH", "LEADS", "MEMBER_OF", "DEMANDS", "HIRES_FOR", "IN_INDUSTRY",
    "PART_OF",
]  # fmt: skip
WORK = {"industry": "industries", "occupation": "occupations", "credential": "credentials", "need": "needs"}
Place = tuple[str, str]
"""An id, and the role it is met in."""
Costs = tuple[int, ...]


class Step(NamedTuple):
    """A step in the order that settles ties."""

    order: tuple[Any, ...]
    type: str
    code: str
    start: Place
    end: Place
    valid: bool = True
    full: bool = False


@dataclass
class Person:
    """A request, with the day on which seats are judged."""

    need: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    region: str = ""
    age_band: str = ""
    prior_occupation: str = ""
    k: int = 5
    max_steps: int = 6
    max_distance: int = 3
    max_age_days: int = 90
    seats: str = "any"
    as_of: str = ""
    seats_day: str = "2025-12-31"
    weights: tuple[int, ...] | None = None

    def params(self) -> dict[str, Any]:
        """As the question takes them."""
        names = ("steps", "handovers", "distance", "waiting", "seats", "evidence")
        weights = {f"weight_{name}": weight for name, weight in zip(names, self.weights or (0,) * 6, strict=True)}
        kept = {name: value for name, value in vars(self).items() if name not in ("weights", "seats_day")}
        return kept | weights


@dataclass
class Oracle:
    """Tables, a person, and how many cases are shown to have taken a step (None or 0: none, or hidden)."""

    tables: Tables
    person: Person
    shown: Callable[[str, str, str], int | None]

    def __post_init__(self) -> None:
        self.parent = {row["id"]: row.get("parent_id") for row in self.rows("regions")}
        self.programs = {row["id"]: row for row in self.rows("programs")}
        self.companies = {row["id"]: row for row in self.rows("companies")}
        self.partners = {row["id"]: row for table in ("centers", "institutions") for row in self.rows(table)}
        best: dict[tuple[str, Place, Place], Step] = {}
        for step in sorted(self._steps()):
            # Of relationships that run side by side the first open one stands for all: they cost the same.
            key = (step.type, step.start, step.end)
            if step.start != step.end and (key not in best or (self.reason(best[key]) and not self.reason(step))):
                best[key] = step
        self.leaving: dict[Place, list[Step]] = {}
        for step in best.values():
            self.leaving.setdefault(step.start, []).append(step)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables.get(table, [])

    def holds(self, row: dict[str, Any], start: str | None = None) -> bool:
        day = self.person.as_of
        first, last = start or row.get("valid_from"), row.get("valid_to")
        return not day or ((not first or first <= day) and (not last or day <= last))

    def _steps(self) -> Iterator[Step]:
        for row in self.rows("program_targets"):
            yield from self._of_target(row["program_id"], row["target_kind"], row["target_id"])
        yield from self._of_partners()
        for row in self.rows("demands"):
            told = self.holds({}, f"{row['year']}-01-01" if row["year"] else None)
            ends = (row["network_id"], ""), (row["industry_id"], "reached")
            yield Step((7, row["network_id"], row["industry_id"]), "DEMANDS", "network_industry", *ends, told)
        yield from self._of_companies()
        yield from self._of_wider()

    def _of_target(self, program: str, kind: str, target: str) -> Iterator[Step]:
        if kind == "need":
            yield Step((0, program, target), "ADDRESSES", "need_program", (target, ""), (program, ""))
        elif kind == "credential":
            yield Step((2, program, target), "AWARDS", "program_credential", (program, ""), (target, ""))
        else:
            yield Step((1, program, target), "TRAINS_FOR", f"program_{kind}", (program, ""), (target, ""))

    def _of_partners(self) -> Iterator[Step]:
        links = [("OFFERS", row["provider_id"], row["id"], row) for row in self.rows("programs") if row["provider_id"]]
        links += [("OFFERS", row["provider_id"], row["program_id"], {}) for row in self.rows("program_providers")]
        links += [("PARTNERS_WITH", row["first_id"], row["second_id"], row) for row in self.rows("partnerships")]
        for row in self.rows("memberships"):
            links.append(("LEADS" if row["role"] == "lead" else "MEMBER_OF", row["member_id"], row["network_id"], row))
        codes = {"OFFERS": ("partner_program", "program_partner"), "PARTNERS_WITH": ("partner", "partner")}
        for type_, start, end, row in links:
            there, back = codes.get(type_, ("partner_network", "network_partner"))
            order, valid = (TYPES.index(type_), start, end), self.holds(row)
            yield Step((*order, 0), type_, there, (start, ""), (end, ""), valid)
            yield Step((*order, 1), type_, back, (end, ""), (start, ""), valid)

    def _of_companies(self) -> Iterator[Step]:
        hiring = {row["company_id"] for row in self.rows("openings")} | set(self.person.target)
        for row in self.rows("openings"):
            company, occupation = row["company_id"], row["occupation_id"]
            told = self.holds({}, f"{row['year']}-01-01" if row["year"] else None), row["openings"] == 0
            order = (8, company, occupation, str(row["year"]))
            yield Step((*order, 0), "HIRES_FOR", "occupation_company", (occupation, ""), (company, "hiring"), *told)
            yield Step((*order, 1), "HIRES_FOR", "company_occupation", (company, "holding"), (occupation, "reached"), *told)
        for company, row in self.companies.items():
            if row["industry_id"] and company in hiring:
                industry, order = row["industry_id"], (9, company, row["industry_id"])
                yield Step((*order, 0), "IN_INDUSTRY", "company_industry", (company, "hiring"), (industry, "reached"))
                yield Step((*order, 1), "IN_INDUSTRY", "industry_company", (industry, ""), (company, "holding"))

    def _of_wider(self) -> Iterator[Step]:
        for place, table in enumerate(("needs", "industries", "occupations", "credentials")):
            roles = ["", "reached"] if table in ("industries", "occupations") else [""]
            for row in self.rows(table):
                for number, role in enumerate(roles if row["parent_id"] else []):
                    ends = (row["id"], role), (row["parent_id"], roles[-1])
                    yield Step((10, place, row["id"], number), "PART_OF", "broader", *ends)

    def reason(self, step: Step) -> str | None:
        """Why a step is closed, None where it is open."""
        program = self.programs.get(step.end[0])
        if not step.valid or (program is not None and not self.runs(program)):
            return "none_exists"
        if program is not None and not self.eligible(program):
            return "not_eligible"
        if self.distance(step.end[0]) > self.person.max_distance:
            return "too_far"
        full = program is not None and self.seats(program) == 0 and self.waiting(program) is None
        if step.full or full:
            return "no_seats"
        unknown = program is not None and self.seats(program) is None
        return "no_answer" if unknown and self.person.seats == "known" else None

    def runs(self, program: dict[str, Any]) -> bool:
        if not self.person.as_of:
            return program["status"] not in ("planned", "closed")
        if program["status"] == "planned" and not program["valid_from"]:
            return False
        if program["status"] == "closed" and not program["valid_to"]:
            return False
        return self.holds(program)

    def eligible(self, program: dict[str, Any]) -> bool:
        low, high = AGES[self.person.age_band]
        least, most = program["min_age"], program["max_age"]
        return (least is None or least <= high) and (most is None or most >= low)

    def seats(self, program: dict[str, Any]) -> int | None:
        return self.told_lately(program, "seats_available")

    def waiting(self, program: dict[str, Any]) -> int | None:
        return self.told_lately(program, "waiting_weeks")

    def told_lately(self, program: dict[str, Any], what: str) -> int | None:
        told: int | None = program[what]
        if told is None or not program["seats_updated_on"]:
            return None
        today = date.fromisoformat(self.person.as_of or self.person.seats_day)
        age = (today - date.fromisoformat(program["seats_updated_on"])).days
        return told if 0 <= age <= self.person.max_age_days else None

    def distance(self, id_: str) -> int:
        if not self.person.region or (id_ not in self.programs and id_ not in self.companies):
            return 0
        row = self.programs.get(id_) or self.companies[id_]
        region = row["region_id"] or self.partners.get(row.get("provider_id") or "", {}).get("region_id")
        if not region:
            return 1
        here, there = self.chain(self.person.region), self.chain(region)
        return next((i + there.index(each) for i, each in enumerate(here) if each in there), len(here) + len(there))

    def chain(self, region: str) -> list[str]:
        found = [region]
        while self.parent.get(found[-1]) and self.parent[found[-1]] not in found:
            found.append(str(self.parent[found[-1]]))
        return found

    def cost(self, step: Step) -> Costs:
        program = self.programs.get(step.end[0])
        cases = self.shown(step.code, step.start[0], step.end[0]) or 0
        evidence = 0 if step.code == "broader" else 2 if cases == 0 else 1 if cases < 20 else 0
        unknown = program is not None and self.seats(program) is None
        waiting = 0 if program is None else self.waiting(program) or 0
        return 1, step.code in ("partner", "network_partner"), self.distance(step.end[0]), waiting, unknown, evidence

    def sources(self) -> list[Place]:
        needs = self.person.need or [row["id"] for row in self.rows("needs")]
        prior = self.person.prior_occupation
        return [(id_, "") for id_ in [*needs, *([prior] if prior and prior not in self.person.target else [])]]

    def is_target(self, place: Place) -> bool:
        if self.person.target:
            return place[0] in self.person.target
        work = {row["id"] for table in ("industries", "occupations") for row in self.rows(table)}
        return place[0] in work - {self.person.prior_occupation}

    def every_path(self) -> list[tuple[Step, ...]]:
        sources = set(self.sources())
        return [path for source in sources for path in self._onward(source, (source,), (), sources)]

    def _onward(
        self, place: Place, seen: tuple[Place, ...], taken: tuple[Step, ...], sources: set[Place]
    ) -> Iterator[tuple[Step, ...]]:
        if self.is_target(place):
            yield taken
            return
        for step in self.leaving.get(place, []) if len(taken) < self.person.max_steps else []:
            if step.end not in seen and step.end not in sources and not self.reason(step):
                yield from self._onward(step.end, (*seen, step.end), (*taken, step), sources)

    def total(self, path: tuple[Step, ...]) -> Costs:
        costs = [self.cost(step) for step in path]
        return tuple(sum(each[i] for each in costs) for i in range(6))

    def best(self) -> list[tuple[tuple[Step, ...], Costs, bool | None]]:
        """The k best paths that differ, their costs, and whether none beats them (None with weights)."""
        weights = self.person.weights or (1,) * 6
        every = [(self.total(path), path) for path in self.every_path()]
        every.sort(key=lambda each: (_dot(each[0], weights), len(each[1]), [step.order for step in each[1]]))
        front = {} if self.person.weights else _front(every)
        ranked = [*front.items(), *every]
        chosen: list[tuple[Costs, tuple[Step, ...]]] = []
        for costs, path in ranked:
            if len(chosen) < self.person.k and all(_shared(path, other) <= 0.7 for _, other in chosen):
                chosen.append((costs, path))
        return [
            (path, costs, None if self.person.weights else not any(_beats(other, costs) for other in front))
            for costs, path in chosen
        ]


def _front(every: list[tuple[Costs, tuple[Step, ...]]]) -> dict[Costs, tuple[Step, ...]]:
    found: dict[Costs, tuple[Step, ...]] = {}
    for costs, path in every:
        if costs not in found and not any(_beats(other, costs) for other, _ in every):
            found[costs] = path
    return found


def _beats(first: Costs, second: Costs) -> bool:
    return first != second and all(a <= b for a, b in zip(first, second, strict=True))


def _dot(costs: Costs, weights: tuple[int, ...]) -> int:
    return sum(a * b for a, b in zip(costs, weights, strict=True))


def _shared(first: tuple[Step, ...], second: tuple[Step, ...]) -> float:
    inner = [{step.end for step in path[:-1]} for path in (first, second)]
    if not min(map(len, inner)):
        return float([(step.start, step.end) for step in first] == [(step.start, step.end) for step in second])
    return len(inner[0] & inner[1]) / min(map(len, inner))


def part_rows(tables: Tables) -> Callable[..., list[tuple[Any, ...]]]:
    """What the parts of the question give for some tables, without an engine."""

    def rows(part: str, **more: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in PARTS[part](tables, more)]

    return rows


def _told(table: str, *columns: str) -> Callable[[Tables, dict[str, Any]], Iterator[tuple[Any, ...]]]:
    return lambda tables, more: (tuple(row.get(column) for column in columns) for row in tables.get(table, []))


def _targets(*kinds: str) -> Callable[[Tables, dict[str, Any]], Iterator[tuple[Any, ...]]]:
    def rows(tables: Tables, more: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        for row in tables.get("program_targets", []):
            if row["target_kind"] in kinds:
                yield row["program_id"], row["target_id"], "", "d#t"

    return rows


def _offers(tables: Tables, more: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in tables.get("programs", []):
        if row["provider_id"]:
            yield row["provider_id"], row["id"], f"{row['id']}|main", row["valid_from"], row["valid_to"], "d#o"
    for place, row in enumerate(tables.get("program_providers", [])):
        yield row["provider_id"], row["program_id"], f"{row['program_id']}|{place}", None, None, "d#p"


def _members(*roles: str) -> Callable[[Tables, dict[str, Any]], Iterator[tuple[Any, ...]]]:
    def rows(tables: Tables, more: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        for place, row in enumerate(tables.get("memberships", [])):
            if row["role"] in roles:
                yield row["member_id"], row["network_id"], f"m{place}", row["valid_from"], row["valid_to"], "d#m"

    return rows


def _companies(tables: Tables, more: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    wanted = set(more.get("companies", [row["company_id"] for row in tables.get("openings", [])]))
    for row in tables.get("companies", []):
        if row["id"] in wanted:
            yield row["id"], row["name"], row["region_id"], row["industry_id"], "d#c"


PROGRAM = ("region_id", "provider_id", "min_age", "max_age", "seats_available", "waiting_weeks", "seats_updated_on", "status")
PARTS: dict[str, Callable[[Tables, dict[str, Any]], Iterator[tuple[Any, ...]]]] = {
    "regions": _told("regions", "id", "name", "parent_id", "code"),
    **{table: _told(table, "id", "name", "parent_id", "locator") for table in WORK.values()},
    "networks": _told("networks", "id", "name", "year", "locator"),
    "centers": _told("centers", "id", "name", "region_id", "locator"),
    "institutions": _told("institutions", "id", "name", "region_id", "locator"),
    "programs": _told("programs", "id", "name", *PROGRAM, "valid_from", "valid_to", "locator"),
    "addresses": _targets("need"),
    "trains_for": _targets("industry", "occupation"),
    "awards": _targets("credential"),
    "offers": _offers,
    "partners_with": lambda tables, more: (
        (row["first_id"], row["second_id"], f"p{place}", row["valid_from"], row["valid_to"], "d#w")
        for place, row in enumerate(tables.get("partnerships", []))
    ),
    "leads": _members("lead"),
    "member_of": _members("core", "member"),
    "demands": lambda tables, more: (
        (row["network_id"], row["industry_id"], f"q{place}", row["year"], "d#d")
        for place, row in enumerate(tables.get("demands", []))
    ),
    "hires_for": lambda tables, more: (
        (row["company_id"], row["occupation_id"], f"h{row['year']}", row["year"], row["openings"], "d#h")
        for row in tables.get("openings", [])
    ),
    "hiring": _companies,
    "companies": _companies,
}

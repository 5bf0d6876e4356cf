"""What a generation tells of needs, programs, partners and work, as a multigraph that referral paths are found in.

Read once for each generation and kept. A node of the graph is an id in a role: an industry or occupation that a program trains
for leads on to companies, one that is merely reached (by a company, a network's demand, or as the wider group) does not, and a
company reached for its industry leads on to occupations only. So no path says more than its facts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.multigraph import Multigraph
from queries.answer import DrawnNode
from queries.ties.directory import Regions

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs one part of the question: `rows(part, **parameters)`."""

TRAINED, REACHED, HIRING, HOLDING = "", "reached", "hiring", "holding"
"""Roles: as a program or a need names it; merely reached; a company hiring for an occupation; one within an industry."""
PARTNERS = ("Center", "Institution")
ALWAYS = 10_000_000
"""A day after all days, where no end is told."""
WIDER = {"needs": "Need", "industries": "Industry", "occupations": "Occupation", "credentials": "Credential"}
DATED = {"offers": "OFFERS", "partners_with": "PARTNERS_WITH", "leads": "LEADS", "member_of": "MEMBER_OF"}


class Node(NamedTuple):
    """An id in a role. `region` is where a person would have to go, None where no source tells."""

    id: str
    kind: str
    role: str
    name: str
    region: str | None
    source: str


class Fact(NamedTuple):
    """One relationship as a source tells it, in its own direction."""

    type: str
    start_id: str
    end_id: str
    link_id: str
    valid_from: str | None
    valid_to: str | None
    openings: int | None
    source: str


class Edge(NamedTuple):
    """A step: from one node to another by a fact, called by a code of `referral_step`."""

    start: int
    end: int
    fact: int
    step: str


class Program(NamedTuple):
    """Who may join a program, when it runs, and how many weeks one waits for a place."""

    min_age: int | None
    max_age: int | None
    seats: int | None
    waiting: int | None
    seats_on: str | None
    status: str | None
    valid_from: str | None
    valid_to: str | None


@dataclass
class Directory:
    """The graph's nodes, facts and edges; an edge is its place in `edges`, a node its place in `nodes`."""

    regions: Regions
    nodes: list[Node] = field(default_factory=list)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    programs: dict[int, Program] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    partial: set[str] = field(default_factory=set)
    """Kinds with a node whose id another kind has taken."""

    def number(self, id_: str, role: str = TRAINED) -> int | None:
        """The node of an id in a role; None where there is none."""
        return self.numbers.get((id_, role))

    def numbers_of(self, id_: str) -> list[int]:
        """The nodes of an id in all its roles."""
        return [self.numbers[id_, role] for role in (TRAINED, REACHED, HIRING, HOLDING) if (id_, role) in self.numbers]

    @cached_property
    def whole_kinds(self) -> frozenset[str]:
        """The kinds of which every node is here."""
        return frozenset({*WIDER.values(), *PARTNERS, "Network", "Program"} - self.partial)

    def drawn(self, kind: str, id_: str) -> DrawnNode | None:
        """A node of one of the whole kinds; None where there is none of that id."""
        number = self.numbers.get((id_, TRAINED))
        node = None if number is None else self.nodes[number]
        return DrawnNode(node.id, kind, node.name) if node is not None and node.kind == kind else None

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Starts and ends of the edges, shape (edges,) each."""
        table = np.array([(edge.start, edge.end) for edge in self.edges], np.int64).reshape(-1, 2)
        return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])

    @cached_property
    def graph(self) -> Multigraph:
        """The edges without costs."""
        return Multigraph(len(self.nodes), *self.ends, np.zeros(len(self.edges), np.int64))

    @cached_property
    def _edge_steps(self) -> NDArray[np.str_]:
        return np.array([edge.step for edge in self.edges], dtype=np.str_)

    def takes(self, *steps: str) -> Bools:
        """Which edges are one of these steps, shape (edges,)."""
        return np.isin(self._edge_steps, steps)

    @cached_property
    def is_program(self) -> Bools:
        """Which nodes are programs, shape (nodes,)."""
        return np.array([node.kind == "Program" for node in self.nodes], np.bool_)

    @cached_property
    def partners(self) -> Ints:
        """The nodes that are centers or institutions."""
        return np.array([number for number, node in enumerate(self.nodes) if node.kind in PARTNERS], np.int64)

    @cached_property
    def is_partner(self) -> Bools:
        """Which nodes are centers or institutions, shape (nodes,)."""
        found = np.zeros(len(self.nodes), np.bool_)
        found[self.partners] = True
        return found

    @cached_property
    def without_openings(self) -> Bools:
        """Which edges lead to or from a company by an opening that it says it does not have, shape (edges,)."""
        none = [fact.type == "HIRES_FOR" and fact.openings == 0 for fact in self.facts]
        return np.array([none[edge.fact] for edge in self.edges], np.bool_)

    @cached_property
    def validity(self) -> tuple[Ints, Ints]:
        """First and last day of each edge's fact as ordinals, shape (edges,) each."""
        days = [(ordinal(fact.valid_from, 0), ordinal(fact.valid_to, ALWAYS)) for fact in self.facts]
        table = np.array([days[edge.fact] for edge in self.edges], np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    @cached_property
    def newest_seats(self) -> str:
        """The newest day on which seats were told; empty where none was."""
        return max((program.seats_on or "" for program in self.programs.values()), default="")

    def add(self, id_: str, kind: str, role: str, told: Sequence[Any]) -> int:
        """Add a node told as name, region and source, once."""
        key = (id_, role)
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            self.nodes.append(Node(id_, kind, role, str(told[0] or id_), told[1], str(told[2] or "")))
        elif self.nodes[self.numbers[key]].kind != kind:
            self.partial.add(kind)
        return self.numbers[key]

    def join(self, fact: Fact, *steps: tuple[tuple[str, str], tuple[str, str], str]) -> None:
        """Add a fact with the steps it allows, each from one id and role to another; a step from or to nowhere is left out."""
        known = [(self.numbers.get(a), self.numbers.get(b), step) for a, b, step in steps]
        edges = [Edge(a, b, len(self.facts), step) for a, b, step in known if a is not None and b is not None and a != b]
        if edges:
            self.facts.append(fact)
            self.edges += edges


def ordinal(day: str | None, untold: int) -> int:
    """A day as a number; `untold` where there is none."""
    return date.fromisoformat(day).toordinal() if day else untold


def read_directory(rows: Rows) -> Directory:
    """The directory of a generation."""
    found = Directory(Regions.of(rows("regions")))
    wider = list(_read_work(found, rows))
    for id_, name, _, source in sorted(rows("networks"), key=str):
        found.add(id_, "Network", TRAINED, (name, None, source))
    for part, kind in (("centers", "Center"), ("institutions", "Institution")):
        for id_, name, region, source in sorted(rows(part), key=str):
            found.add(id_, kind, TRAINED, (name, region, source))
    _read_programs(found, rows)
    companies = {row[0]: row for row in rows("hiring")}
    _add_companies(found, companies.values())
    _join_programs(found, rows)
    _join_partners(found, rows)
    _join_companies(found, rows("hires_for"))
    _join_industries(found, companies.values())
    _join_wider(found, wider)
    return found


def with_companies(directory: Directory, rows: Rows, ids: Iterable[str]) -> Directory:
    """The directory with companies added that are looked for although no opening of theirs is told."""
    told = sorted(rows("companies", companies=sorted(ids)), key=str)
    nodes, numbers = list(directory.nodes), dict(directory.numbers)
    found = Directory(directory.regions, nodes, numbers, directory.programs, list(directory.facts), list(directory.edges))
    _add_companies(found, told)
    _join_industries(found, told)
    return found


def _read_work(found: Directory, rows: Rows) -> Iterator[tuple[str, str, str, str]]:
    """Add needs, industries, occupations and credentials; gives kind, id, what it is part of, and source of those that are."""
    for part, kind in WIDER.items():
        for id_, name, parent, source in sorted(rows(part), key=str):
            found.add(id_, kind, TRAINED, (name, None, source))
            if kind in ("Industry", "Occupation"):
                found.add(id_, kind, REACHED, (name, None, source))
            if parent:
                yield kind, id_, parent, source


def _read_programs(found: Directory, rows: Rows) -> None:
    told = sorted(rows("programs"), key=str)
    for id_, name, region, provider, *limits, source in told:
        partner = found.number(provider) if provider else None
        where = region or (found.nodes[partner].region if partner is not None else None)
        number = found.add(id_, "Program", TRAINED, (name, where, source))
        found.programs[number] = Program(*limits)


def _add_companies(found: Directory, companies: Iterable[Sequence[Any]]) -> None:
    for id_, name, region, _, source in companies:
        for role in (HIRING, HOLDING):
            found.add(id_, "Company", role, (name, region, source))


def _join_programs(found: Directory, rows: Rows) -> None:
    for program, need, _, source in _sorted(rows("addresses")):
        found.join(_fact("ADDRESSES", program, need, source), ((need, TRAINED), (program, TRAINED), "need_program"))
    for program, work, _, source in _sorted(rows("trains_for")):
        kind = found.nodes[found.numbers[work, TRAINED]].kind.lower()
        found.join(_fact("TRAINS_FOR", program, work, source), ((program, TRAINED), (work, TRAINED), f"program_{kind}"))
    for program, work, _, source in _sorted(rows("awards")):
        found.join(_fact("AWARDS", program, work, source), ((program, TRAINED), (work, TRAINED), "program_credential"))


def _join_partners(found: Directory, rows: Rows) -> None:
    """Relationships that both ends may be reached by: who offers a program, who works with whom, who shares a network."""
    there_and_back = {
        "offers": ("partner_program", "program_partner"),
        "partners_with": ("partner", "partner"),
        "leads": ("partner_network", "network_partner"),
        "member_of": ("partner_network", "network_partner"),
    }
    for part, (there, back) in there_and_back.items():
        for start, end, link, valid_from, valid_to, source in _sorted(rows(part)):
            fact = Fact(DATED[part], start, end, link or "", valid_from, valid_to, None, source or "")
            a, b = (start, TRAINED), (end, TRAINED)
            found.join(fact, (a, b, there), (b, a, back))
    for network, industry, link, year, source in _sorted(rows("demands")):
        fact = Fact("DEMANDS", network, industry, link or "", _year(year), None, None, source or "")
        found.join(fact, ((network, TRAINED), (industry, REACHED), "network_industry"))


def _join_companies(found: Directory, openings: Iterable[Sequence[Any]]) -> None:
    for company, occupation, link, year, seats, source in _sorted(openings):
        fact = Fact("HIRES_FOR", company, occupation, link or "", _year(year), None, seats, source or "")
        trained, reached = (occupation, TRAINED), (occupation, REACHED)
        hired = (trained, (company, HIRING), "occupation_company")
        found.join(fact, hired, ((company, HOLDING), reached, "company_occupation"))


def _join_industries(found: Directory, companies: Iterable[Sequence[Any]]) -> None:
    for company, _, _, industry, source in _sorted(companies):
        if industry:
            trained, reached = (industry, TRAINED), (industry, REACHED)
            belongs = ((company, HIRING), reached, "company_industry")
            found.join(
                _fact("IN_INDUSTRY", company, industry, source), belongs, (trained, (company, HOLDING), "industry_company")
            )


def _join_wider(found: Directory, told: Iterable[tuple[str, str, str, str]]) -> None:
    for kind, narrow, wide, source in told:
        fact = _fact("PART_OF", narrow, wide, source)
        if kind in ("Industry", "Occupation"):
            steps = [((narrow, role), (wide, REACHED), "broader") for role in (TRAINED, REACHED)]
        else:
            steps = [((narrow, TRAINED), (wide, TRAINED), "broader")]
        found.join(fact, *steps)


def _fact(type_: str, start: str, end: str, source: str | None) -> Fact:
    return Fact(type_, start, end, "", None, None, None, source or "")


def _year(year: int | None) -> str | None:
    return f"{int(year):04d}-01-01" if year else None


def _sorted(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """The rows in one order, whatever the engine gave them in."""
    return sorted(rows, key=lambda row: [str(each) for each in row])

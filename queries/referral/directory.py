"""What a generation tells of needs, programs, partners and work, as a multigraph that referral paths are found in.

A node of the graph is an id in a role: an industry or occupation that a program trains for leads on to companies, one that is
merely reached (by a company, a network's demand, or as the wider group) does not, and a company reached for its industry leads
on to occupations only. So no path says more than its facts do.

All of it is arrays: a nation's directory is read from disk at once, and the garbage collector has nothing to go over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.multigraph import Multigraph
from graph.texts import Texts
from queries.answer import DrawnNode
from queries.ties.directory import Regions

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Columns = Mapping[str, NDArray[Any]]
"""By name, as `queries.referral.reading` makes them."""

TRAINED, REACHED, HIRING, HOLDING = "", "reached", "hiring", "holding"
"""Roles: as a program or a need names it; merely reached; a company hiring for an occupation; one within an industry."""
PARTNERS = ("Center", "Institution")
WHOLE_KINDS = ("Need", "Industry", "Occupation", "Credential", "Network", *PARTNERS, "Program")
ALWAYS = 10_000_000
"""A day after all days, where no end is told."""
UNTOLD_NUMBER = np.iinfo(np.int64).min
NOT_TOLD = -1
"""The code of a word that no source tells."""
MOST_MADE = 32_768
"""How many nodes, facts, edges and programs each stay made: not all, as the garbage collector goes over them."""
MOST_FOUND = 10_000
"""How many ids are not looked for again."""


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


PROGRAM_NUMBERS = ("min_age", "max_age", "seats", "waiting")


@dataclass(frozen=True)
class Programs:
    """One value for each program: its node, whole numbers or UNTOLD_NUMBER, and the day of its seats or 0."""

    nodes: Ints
    min_age: Ints
    max_age: Ints
    seats: Ints
    waiting: Ints
    seats_day: Ints
    runs: Ints
    """Codes of status, first and last day, or NOT_TOLD; shape (programs, 3)."""


class Directory:
    """The graph's nodes, facts and edges, each by its number."""

    def __init__(self, columns: Columns) -> None:
        """Nothing is made of the columns yet."""
        self.columns = columns
        self.nodes, self.edges = len(columns["node_kind"]), len(columns["edge_start"])
        self.words: list[str] = list(self._texts("word"))
        self.node_ids = self._texts("node_id")
        self._names, self._sources = self._texts("node_name"), self._texts("node_source")
        self._links, self._tellers = self._texts("fact_link"), self._texts("fact_source")
        # An array answers for one number in a tenth of a microsecond, a view of its bytes in a third of that.
        self._at = {name: column.data for name, column in columns.items() if column.ndim == 1}
        self.node, self.edge = lru_cache(MOST_MADE)(self._made_node), lru_cache(MOST_MADE)(self._made_edge)
        self._alike = lru_cache(MOST_FOUND)(self._found)
        self.fact, self.program = lru_cache(MOST_MADE)(self._made_fact), lru_cache(MOST_MADE)(self._made_program)

    def _texts(self, name: str) -> Texts:
        return Texts(self.columns[name], self.columns[f"{name}_begins"])

    def word(self, code: int) -> str | None:
        """What a code stands for."""
        return None if code == NOT_TOLD else self.words[code]

    def codes(self, words: Sequence[str]) -> list[int]:
        """The codes of some words, as far as there are any."""
        return [self._codes[word] for word in words if word in self._codes]

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {word: code for code, word in enumerate(self.words)}

    def _made_node(self, number: int) -> Node:
        at, words = self._at, self.words
        return Node(
            self.node_ids[number], words[at["node_kind"][number]], words[at["node_role"][number]], self._names[number],
            self.word(at["node_region"][number]), self._sources[number],
        )  # fmt: skip

    def _made_fact(self, number: int) -> Fact:
        at = self._at
        return Fact(
            self.words[at["fact_type"][number]], self.node(at["fact_start"][number]).id, self.node(at["fact_end"][number]).id,
            self._links[number], self.word(at["fact_valid_from"][number]), self.word(at["fact_valid_to"][number]),
            _told(at["fact_openings"][number]), self._tellers[number],
        )  # fmt: skip

    def _made_edge(self, number: int) -> Edge:
        at = self._at
        step = self.words[at["edge_step"][number]]
        return Edge(at["edge_start"][number], at["edge_end"][number], at["edge_fact"][number], step)

    def _made_program(self, node: int) -> Program | None:
        """What is told of the program that a node stands for; None for what is no program."""
        place = self._program_places.get(node)
        if place is None:
            return None
        told = {name: self._at[f"program_{name}"][place] for name in Program._fields}
        return Program._make(_told(each) if name in PROGRAM_NUMBERS else self.word(each) for name, each in told.items())

    @cached_property
    def _program_places(self) -> dict[int, int]:
        return {node: place for place, node in enumerate(self.columns["program_node"].tolist())}

    @cached_property
    def programs(self) -> Programs:
        """All programs."""
        numbers = {name: _column(self.columns[f"program_{name}"]) for name in PROGRAM_NUMBERS}
        runs = np.column_stack([self.columns[f"program_{name}"] for name in ("status", "valid_from", "valid_to")])
        nodes, days = _column(self.columns["program_node"]), self._days(self.columns["program_seats_on"], 0)
        return Programs(nodes, **numbers, seats_day=days, runs=runs.astype(np.int64))

    @cached_property
    def regions(self) -> Regions:
        """The regions that places lie in."""
        id_, name, parent, code = ([self.word(each) for each in column] for column in self.columns["regions"].T.tolist())
        return Regions.of(zip(map(str, id_), map(str, name), parent, code, strict=True))

    def number(self, id_: str, role: str = TRAINED) -> int | None:
        """The node of an id in a role; None where there is none."""
        return self._alike(id_).get(role)

    def numbers_of(self, id_: str) -> list[int]:
        """The nodes of an id in all its roles, in rising order."""
        return sorted(self._alike(id_).values())

    def _found(self, id_: str) -> dict[str, int]:
        """The nodes of an id by their roles."""
        order, found = self._at["node_order"], dict[str, int]()
        place = self.node_ids.first(id_, order)
        while place < self.nodes and self.node_ids[number := order[place]] == id_:
            found[self.words[self._at["node_role"][number]]] = number
            place += 1
        return found

    @cached_property
    def whole_kinds(self) -> frozenset[str]:
        """The kinds of which every node is here: none of its ids was taken by another kind."""
        return frozenset(WHOLE_KINDS) - {str(self.word(code)) for code in self.columns["partial"].tolist()}

    def drawn(self, kind: str, id_: str) -> DrawnNode | None:
        """A node of one of the whole kinds; None where there is none of that id."""
        number = self.number(id_)
        node = None if number is None else self.node(number)
        return DrawnNode(node.id, kind, node.name) if node is not None and node.kind == kind else None

    def of_kind(self, *kinds: str) -> Bools:
        """Which nodes are of some kinds, shape (nodes,)."""
        return np.isin(self.columns["node_kind"], self.codes(kinds))

    def takes(self, *steps: str) -> Bools:
        """Which edges are one of these steps, shape (edges,)."""
        return np.isin(self.columns["edge_step"], self.codes(steps))

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Starts and ends of the edges, shape (edges,) each."""
        return _column(self.columns["edge_start"]), _column(self.columns["edge_end"])

    @cached_property
    def graph(self) -> Multigraph:
        """The edges without costs."""
        return Multigraph(self.nodes, *self.ends, np.zeros(self.edges, np.int64))

    @cached_property
    def is_program(self) -> Bools:
        """Which nodes are programs, shape (nodes,)."""
        return self.of_kind("Program")

    @cached_property
    def is_partner(self) -> Bools:
        """Which nodes are centers or institutions, shape (nodes,)."""
        return self.of_kind(*PARTNERS)

    @cached_property
    def partners(self) -> Ints:
        """The nodes that are centers or institutions."""
        return np.flatnonzero(self.is_partner)

    @cached_property
    def without_openings(self) -> Bools:
        """Which edges lead to or from a company by an opening that it says it does not have, shape (edges,)."""
        none = np.isin(self.columns["fact_type"], self.codes(["HIRES_FOR"])) & (self.columns["fact_openings"] == 0)
        found: Bools = none[self.columns["edge_fact"]]
        return found

    @cached_property
    def validity(self) -> tuple[Ints, Ints]:
        """First and last day of each edge's fact as ordinals, shape (edges,) each."""
        facts = self.columns["edge_fact"]
        return tuple(  # type: ignore[return-value]  # two of them, which a generator does not tell
            self._days(self.columns[f"fact_{name}"], untold)[facts]
            for name, untold in (("valid_from", 0), ("valid_to", ALWAYS))
        )

    @cached_property
    def newest_seats(self) -> str:
        """The newest day on which seats were told; empty where none was."""
        return max((self.word(code) or "" for code in np.unique(self.columns["program_seats_on"]).tolist()), default="")

    def _days(self, codes: NDArray[Any], untold: int) -> Ints:
        return self.by_word(codes, lambda day: ordinal(day, untold))

    def by_word(self, codes: NDArray[Any], told: Callable[[str | None], int]) -> Ints:
        """What `told` says of the word at each place, or of None where none is told; asked once of each word."""
        known = np.zeros(len(self.words) + 1, np.int64)
        used = np.zeros(len(known), np.bool_)
        used[codes] = True  # NOT_TOLD is the last place
        for code in np.flatnonzero(used).tolist():
            known[code] = told(self.words[code] if code < len(self.words) else None)
        found: Ints = known[codes]
        return found


def ordinal(day: str | None, untold: int) -> int:
    """A day as a number; `untold` where there is none."""
    return date.fromisoformat(day).toordinal() if day else untold


def _told(number: int) -> int | None:
    return None if number == UNTOLD_NUMBER else number


def _column(told: NDArray[Any]) -> Ints:
    return np.ascontiguousarray(told, np.int64)

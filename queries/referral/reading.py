"""The directory made from the rows of the question's statements: once for a generation, then read from its folder."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from graph.texts import GrowingTexts
from queries.referral.directory import (
    HIRING,
    HOLDING,
    NOT_TOLD,
    PROGRAM_NUMBERS,
    REACHED,
    TRAINED,
    UNTOLD_NUMBER,
    Columns,
    Directory,
    Program,
)

Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs one part of the question: `rows(part, **parameters)`."""
Key = tuple[str, str]
"""An id and a role."""

WIDER = {"needs": "Need", "industries": "Industry", "occupations": "Occupation", "credentials": "Credential"}
DATED = {"offers": "OFFERS", "partners_with": "PARTNERS_WITH", "leads": "LEADS", "member_of": "MEMBER_OF"}
TEXTS = ("node_id", "node_name", "node_source", "fact_link", "fact_source")
TABLES = {
    "node": ("kind", "role", "region"),
    "fact": ("type", "start", "end", "valid_from", "valid_to", "openings"),
    "edge": ("start", "end", "fact", "step"),
    "program": ("node", *Program._fields),
}
NUMBERS = {*PROGRAM_NUMBERS, "openings"}
"""Columns of whole numbers that a source may leave untold. The others count nodes and facts, or are codes of words."""


class Draft:
    """A directory in the making, from nothing or from another one, which stays as it is."""

    def __init__(self, base: Directory | None = None) -> None:
        """Nothing is added yet."""
        told: Columns = {} if base is None else base.columns
        self._base, self._numbers = base, dict[Key, int]()
        self._spelt = [] if base is None else list(base.words)
        self._words = {word: code for code, word in enumerate(self._spelt)}
        self._texts = {name: GrowingTexts(told[name], told[f"{name}_begins"]) if told else GrowingTexts() for name in TEXTS}
        self._rows = {table: array("q", _rows(told, table) if told else b"") for table in TABLES}
        """Of each table, row after row."""
        self._partial = set(told["partial"].tolist() if told else ())
        self._regions = told["regions"] if told else np.zeros((0, 4), np.int64)

    def lay_out(self, regions: Iterable[Sequence[str | None]]) -> None:
        """The regions, told as id, name, parent and code."""
        rows = [[self._word(each) for each in row] for row in regions]
        self._regions = np.array(rows, np.int64).reshape(-1, 4)

    def number(self, id_: str, role: str = TRAINED) -> int | None:
        """The node of an id in a role; None where there is none."""
        found = self._numbers.get((id_, role))
        return self._base.number(id_, role) if found is None and self._base is not None else found

    def kind(self, number: int) -> str:
        """The kind of a node."""
        return self._spelt[self._rows["node"][number * len(TABLES["node"])]]

    def add(self, id_: str, kind: str, role: str, told: Sequence[Any]) -> int:
        """Add a node told as name, region and source, once."""
        number, code, nodes = self.number(id_, role), self._word(kind), self._rows["node"]
        width = len(TABLES["node"])
        if number is None:
            number = self._numbers[id_, role] = len(nodes) // width
            for name, text in zip(TEXTS, (id_, str(told[0] or id_), str(told[2] or "")), strict=False):
                self._texts[name].append(text)
            nodes.extend((code, self._word(role), self._word(told[1])))
        elif nodes[number * width] != code:
            self._partial.add(code)
        return number

    def limit(self, number: int, program: Program) -> None:
        """Tell what a program asks for."""
        numbers = [UNTOLD_NUMBER if each is None else int(each) for each in program[:4]]
        self._rows["program"].extend((number, *numbers, *(self._word(each) for each in program[4:])))

    def region_of(self, number: int) -> str | None:
        """Where a node is."""
        code = self._rows["node"][number * len(TABLES["node"]) + TABLES["node"].index("region")]
        return None if code == NOT_TOLD else self._spelt[code]

    def join(
        self,
        fact: tuple[str, str, str],
        source: str | None,
        *steps: tuple[Key, Key, str],
        link: str | None = None,
        days: tuple[str | None, str | None] = (None, None),
        openings: int | None = None,
    ) -> None:
        """Add a fact (type, start and end) with the steps it allows; a step from or to nowhere, or to itself, is left out."""
        edges, at = list[tuple[int, int, str]](), dict[str, int]()
        for a, b, step in steps:
            one, other = self.number(*a), self.number(*b)
            if one is not None and other is not None and one != other:
                at |= {a[0]: one, b[0]: other}
                edges.append((one, other, step))
        if not edges:
            return
        type_, start, end = fact
        number = len(self._rows["fact"]) // len(TABLES["fact"])
        told = UNTOLD_NUMBER if openings is None else int(openings)
        self._rows["fact"].extend((self._word(type_), at[start], at[end], *map(self._word, days), told))
        self._texts["fact_link"].append(link or "")
        self._texts["fact_source"].append(source or "")
        for one, other, step in edges:
            self._rows["edge"].extend((one, other, number, self._word(step)))

    def directory(self) -> Directory:
        """What was added, as a directory."""
        words = GrowingTexts()
        for word in self._spelt:
            words.append(word)
        texts = {name: grown.arrays() for name, grown in (*self._texts.items(), ("word", words))}
        columns: dict[str, np.ndarray[Any, Any]] = {name: text for name, (text, _) in texts.items()}
        columns |= {f"{name}_begins": begins for name, (_, begins) in texts.items()}
        for table, names in TABLES.items():
            rows = np.array(self._rows[table], np.int64).reshape(-1, len(names))
            columns |= {f"{table}_{name}": _narrow(rows[:, at], name) for at, name in enumerate(names)}
        columns |= {"partial": np.array(sorted(self._partial), np.int64), "regions": self._regions}
        return Directory(columns | {"node_order": self._order()})

    def _order(self) -> np.ndarray[Any, Any]:
        """The nodes by id."""
        added = sorted(self._numbers, key=lambda key: key[0])
        numbers = [self._numbers[key] for key in added]
        if self._base is None:
            return np.array(numbers, np.int64)
        order = self._base.columns["node_order"]
        return np.insert(order, [self._base.node_ids.first(id_, order.data) for id_, _ in added], numbers)

    def _word(self, word: str | None) -> int:
        if word is None:
            return NOT_TOLD
        if word not in self._words:
            self._words[word] = len(self._spelt)
            self._spelt.append(word)
        return self._words[word]


def _rows(columns: Columns, table: str) -> bytes:
    return np.column_stack([columns[f"{table}_{name}"] for name in TABLES[table]]).astype(np.int64).tobytes()


def _narrow(told: np.ndarray[Any, Any], name: str) -> np.ndarray[Any, Any]:
    """Half as wide, where values are codes or places."""
    return np.ascontiguousarray(told, np.int64 if name in NUMBERS else np.int32)


def read_directory(rows: Rows) -> Directory:
    """The directory of a generation."""
    found = Draft()
    found.lay_out(rows("regions"))
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
    return found.directory()


def with_companies(directory: Directory, rows: Rows, ids: Iterable[str]) -> Directory:
    """The directory with companies added that are looked for although no opening of theirs is told."""
    told = sorted(rows("companies", companies=sorted(ids)), key=str)
    found = Draft(directory)
    _add_companies(found, told)
    _join_industries(found, told)
    return found.directory()


def _read_work(found: Draft, rows: Rows) -> Iterator[tuple[str, str, str, str]]:
    """Add needs, industries, occupations and credentials; gives kind, id, what it is part of, and source of those that are."""
    for part, kind in WIDER.items():
        for id_, name, parent, source in sorted(rows(part), key=str):
            found.add(id_, kind, TRAINED, (name, None, source))
            if kind in ("Industry", "Occupation"):
                found.add(id_, kind, REACHED, (name, None, source))
            if parent:
                yield kind, id_, parent, source


def _read_programs(found: Draft, rows: Rows) -> None:
    told = sorted(rows("programs"), key=str)
    for id_, name, region, provider, *limits, source in told:
        partner = found.number(provider) if provider else None
        where = region or (found.region_of(partner) if partner is not None else None)
        found.limit(found.add(id_, "Program", TRAINED, (name, where, source)), Program(*limits))


def _add_companies(found: Draft, companies: Iterable[Sequence[Any]]) -> None:
    for id_, name, region, _, source in companies:
        for role in (HIRING, HOLDING):
            found.add(id_, "Company", role, (name, region, source))


def _join_programs(found: Draft, rows: Rows) -> None:
    for program, need, _, source in _sorted(rows("addresses")):
        found.join(("ADDRESSES", program, need), source, ((need, TRAINED), (program, TRAINED), "need_program"))
    for program, work, _, source in _sorted(rows("trains_for")):
        number = found.number(work)
        step = "program_" + ("" if number is None else found.kind(number).lower())
        found.join(("TRAINS_FOR", program, work), source, ((program, TRAINED), (work, TRAINED), step))
    for program, work, _, source in _sorted(rows("awards")):
        found.join(("AWARDS", program, work), source, ((program, TRAINED), (work, TRAINED), "program_credential"))


def _join_partners(found: Draft, rows: Rows) -> None:
    """Relationships that both ends may be reached by: who offers a program, who works with whom, who shares a network."""
    there_and_back = {
        "offers": ("partner_program", "program_partner"),
        "partners_with": ("partner", "partner"),
        "leads": ("partner_network", "network_partner"),
        "member_of": ("partner_network", "network_partner"),
    }
    for part, (there, back) in there_and_back.items():
        for start, end, link, valid_from, valid_to, source in _sorted(rows(part)):
            a, b = (start, TRAINED), (end, TRAINED)
            fact = (DATED[part], start, end)
            found.join(fact, source, (a, b, there), (b, a, back), link=link, days=(valid_from, valid_to))
    for network, industry, link, year, source in _sorted(rows("demands")):
        step = (network, TRAINED), (industry, REACHED), "network_industry"
        found.join(("DEMANDS", network, industry), source, step, link=link, days=(_year(year), None))


def _join_companies(found: Draft, openings: Iterable[Sequence[Any]]) -> None:
    for company, occupation, link, year, seats, source in _sorted(openings):
        hired = (occupation, TRAINED), (company, HIRING), "occupation_company"
        reached = (company, HOLDING), (occupation, REACHED), "company_occupation"
        days = (_year(year), None)
        found.join(("HIRES_FOR", company, occupation), source, hired, reached, link=link, days=days, openings=seats)


def _join_industries(found: Draft, companies: Iterable[Sequence[Any]]) -> None:
    for company, _, _, industry, source in _sorted(companies):
        if industry:
            belongs = (company, HIRING), (industry, REACHED), "company_industry"
            holds = (industry, TRAINED), (company, HOLDING), "industry_company"
            found.join(("IN_INDUSTRY", company, industry), source, belongs, holds)


def _join_wider(found: Draft, told: Iterable[tuple[str, str, str, str]]) -> None:
    for kind, narrow, wide, source in told:
        roles = (TRAINED, REACHED) if kind in ("Industry", "Occupation") else (TRAINED,)
        steps = [((narrow, role), (wide, REACHED if len(roles) > 1 else TRAINED), "broader") for role in roles]
        found.join(("PART_OF", narrow, wide), source, *steps)


def _year(year: int | None) -> str | None:
    return f"{int(year):04d}-01-01" if year else None


def _sorted(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """The rows in one order, whatever the engine gave them in."""
    return sorted(rows, key=lambda row: [str(each) for each in row])

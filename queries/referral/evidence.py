"""How many cases took each step of the directory, and how they ended: counted once for a generation from its columns.

A case took a step where both ends of it are told of the case: it had the need and used the program, was handed over from one
partner to the other, used the program and was hired for the work. Steps that cases do not tell of (networks, wider groups) are
not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.distinct import once
from queries.referral.directory import PARTNERS, Bools, Directory, Ints
from queries.ties.counting import CASES
from queries.ties.handovers import handovers, taken

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

NOT_COUNTED = -1
UNTELLABLE = np.iinfo(np.int64).max
"""Above every pair of places."""
Pairs = tuple[Ints, Ints, Ints]
"""Place of the first end, of the second, and of the case; shape (times,) each."""


@dataclass(frozen=True)
class Counts:
    """Cases of each edge and those of them that were hired, shape (edges,) each, -1 where not counted; and all cases."""

    cases: Ints
    hired: Ints
    all: int


def count_cases(directory: Directory, snapshot: Snapshot) -> Counts:
    """The counts of a generation's cases, so many cases at a time that memory hangs on these and not on all."""
    many = len(snapshot.cases.outcome)
    found = Counts(np.full(directory.edges, NOT_COUNTED), np.full(directory.edges, NOT_COUNTED), many)
    if many:
        hired = np.asarray(snapshot.cases.outcome) == snapshot.codes["outcome"].index("hired")
        places = Places(directory, snapshot)
        tallies: dict[str, Tally] = {}
        for first in range(0, many, CASES):
            for step, pairs in _pairs(snapshot, slice(first, min(first + CASES, many))):
                if step not in tallies:
                    tallies[step] = Tally.of(directory, places, step)
                tallies[step].add(pairs, hired, first)
        for tally in tallies.values():
            found.cases[tally.edges], found.hired[tally.edges] = tally.cases[tally.at], tally.hired[tally.at]
    return found


def _pairs(snapshot: Snapshot, among: slice) -> Iterator[tuple[str, Pairs]]:
    """For each countable step: its two ends in every one of some cases that took it."""
    steps = taken(snapshot, among=among)
    used = steps.program >= 0
    program, case = steps.program[used], steps.case[used]
    yield "need_program", _with_needs(snapshot, program, case)
    both = used & (steps.provider >= 0)
    offered = steps.provider[both], steps.program[both], steps.case[both]
    yield "partner_program", offered
    yield "program_partner", (offered[1], offered[0], offered[2])
    yield "partner", handovers(steps)
    for work in ("industry", "occupation"):
        reached = _column(snapshot, f"hired_{work}_id", among)[case - among.start]
        ended = reached >= 0
        yield f"program_{work}", (program[ended], reached[ended], case[ended])
    company, occupation = (_column(snapshot, f"hired_{work}_id", among) for work in ("company", "occupation"))
    told = np.flatnonzero((company >= 0) & (occupation >= 0))
    yield "occupation_company", (occupation[told], company[told], told + among.start)
    yield "company_occupation", (company[told], occupation[told], told + among.start)


def _column(snapshot: Snapshot, name: str, among: slice) -> Ints:
    return np.asarray(snapshot.column("CaseFile", name)[among], np.int64)


def _with_needs(snapshot: Snapshot, program: Ints, case: Ints) -> Pairs:
    """Each use of a program beside each need of its case."""
    offsets, needs = snapshot.case_needs
    begins = offsets[case]
    many = offsets[case + 1] - begins
    first = np.repeat(begins - np.cumsum(many) + many, many)
    return np.asarray(needs[first + np.arange(len(first))], np.int64), np.repeat(program, many), np.repeat(case, many)


@dataclass(frozen=True)
class Tally:
    """Different cases, and the hired among them, of each pair of ends that edges of one kind of step have.

    `at` is the place of each edge's pair in `pairs`, which are in order, the places of both ends in one number. The last of
    them stands for the edges of which no case can tell.
    """

    edges: Ints
    at: Ints
    pairs: Ints
    width: int
    cases: Ints
    hired: Ints

    @classmethod
    def of(cls, directory: Directory, places: Places, step: str) -> Tally:
        """Nothing counted yet."""
        edges = np.flatnonzero(directory.takes(step))
        starts, ends = (places.of(each[edges]) for each in directory.ends)
        known = (starts != Places.NOWHERE) & (ends != Places.NOWHERE)
        width = int(ends[known].max(initial=0)) + 1
        pairs, at = np.unique(np.append(np.where(known, starts * width + ends, UNTELLABLE), UNTELLABLE), return_inverse=True)
        return cls(edges, at[:-1], pairs, width, np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64))

    def add(self, pairs: Pairs, hired: Bools, first: int) -> None:
        """Count some more cases, CASES at most from the place `first` on, none of them counted before."""
        one, two, case = pairs
        asked = two < self.width
        met = once((one[asked] * self.width + two[asked]) * CASES + (case[asked] - first))
        pair = met // CASES
        begins = np.flatnonzero(np.diff(pair, prepend=-1))
        if not len(begins):
            return
        at = self.pairs.searchsorted(pair[begins])
        known = self.pairs[at] == pair[begins]
        self.cases[at[known]] += np.diff(begins, append=len(pair))[known]
        self.hired[at[known]] += np.add.reduceat(hired[first + met % CASES], begins, dtype=np.int64)[known]


class Places:
    """Where the directory's nodes stand among the ids of their kind in the snapshot; one that is not there stands nowhere."""

    NOWHERE = (1 << 31) - 1

    def __init__(self, directory: Directory, snapshot: Snapshot) -> None:
        self._directory, self._snapshot = directory, snapshot
        self._found = np.full(directory.nodes, self.NOWHERE)
        self._asked = np.zeros(directory.nodes, np.bool_)

    def of(self, nodes: Ints) -> Ints:
        """The place of each node, looked for once."""
        wanted = np.zeros(len(self._asked), np.bool_)
        wanted[nodes] = True
        self._look_for(np.flatnonzero(wanted & ~self._asked))
        self._asked |= wanted
        found: Ints = self._found[nodes]
        return found

    def _look_for(self, numbers: Ints) -> None:
        kinds = self._directory.columns["node_kind"][numbers]
        for code in np.unique(kinds).tolist():
            those = numbers[kinds == code]
            places = self._places(self._directory.words[code], self._directory.node_ids.at(those.tolist()))
            self._found[those] = np.where(places < 0, self.NOWHERE, places)

    def _places(self, kind: str, ids: Sequence[str]) -> Ints:
        if kind not in PARTNERS:
            return self._snapshot.ids(kind).places(ids)
        before = sum(len(self._snapshot.ids(other)) for other in PARTNERS[: PARTNERS.index(kind)])
        places = self._snapshot.ids(kind).places(ids)
        return np.where(places < 0, places, places + before)

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

from queries.referral.directory import PARTNERS, Directory, Ints
from queries.ties.handovers import Taken, handovers, taken

if TYPE_CHECKING:
    from graph.snapshot import Snapshot

NOT_COUNTED = -1
Pairs = tuple[Ints, Ints, Ints]
"""Place of the first end, of the second, and of the case; shape (times,) each."""


@dataclass(frozen=True)
class Counts:
    """Cases of each edge and those of them that were hired, shape (edges,) each, -1 where not counted; and all cases."""

    cases: Ints
    hired: Ints
    all: int


def count_cases(directory: Directory, snapshot: Snapshot) -> Counts:
    """The counts of a generation's cases."""
    many = len(snapshot.cases.outcome)
    found = Counts(np.full(len(directory.edges), NOT_COUNTED), np.full(len(directory.edges), NOT_COUNTED), many)
    if many:
        hired = np.asarray(snapshot.cases.outcome) == snapshot.codes["outcome"].index("hired")
        places = Places(directory, snapshot)
        for step, pairs in _pairs(snapshot, taken(snapshot)):
            _fill(found, directory, places, step, _tally(pairs, hired))
    return found


def _pairs(snapshot: Snapshot, steps: Taken) -> Iterator[tuple[str, Pairs]]:
    """For each countable step: its two ends in every case that took it."""
    used = steps.program >= 0
    program, case = steps.program[used], steps.case[used]
    yield "need_program", _with_needs(snapshot, program, case)
    both = used & (steps.provider >= 0)
    offered = steps.provider[both], steps.program[both], steps.case[both]
    yield "partner_program", offered
    yield "program_partner", (offered[1], offered[0], offered[2])
    yield "partner", handovers(steps)
    for work in ("industry", "occupation"):
        reached = _column(snapshot, f"hired_{work}_id")
        ended = reached[case] >= 0
        yield f"program_{work}", (program[ended], reached[case][ended], case[ended])
    company, occupation = _column(snapshot, "hired_company_id"), _column(snapshot, "hired_occupation_id")
    told = np.flatnonzero((company >= 0) & (occupation >= 0))
    yield "occupation_company", (occupation[told], company[told], told)
    yield "company_occupation", (company[told], occupation[told], told)


def _column(snapshot: Snapshot, name: str) -> Ints:
    return np.asarray(snapshot.column("CaseFile", name), np.int64)


def _with_needs(snapshot: Snapshot, program: Ints, case: Ints) -> Pairs:
    """Each use of a program beside each need of its case."""
    offsets, needs = (np.asarray(each, np.int64) for each in snapshot.case_needs)
    many = np.diff(offsets)[case]
    first = np.repeat(offsets[case] - np.cumsum(many) + many, many)
    return needs[first + np.arange(len(first))], np.repeat(program, many), np.repeat(case, many)


def _tally(pairs: Pairs, hired: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[Ints, Ints, Ints]:
    """Different cases of each pair of ends, and the hired among them: keys in order, cases, hired."""
    first, second, case = (np.asarray(each, np.int64) for each in pairs)
    key = (first << 32) | second
    order = np.lexsort((case, key))
    key, case = key[order], case[order]
    new = np.ones(len(key), np.bool_)
    new[1:] = (key[1:] != key[:-1]) | (case[1:] != case[:-1])
    key, case = key[new], case[new]
    keys, where, cases = np.unique(key, return_inverse=True, return_counts=True)
    return keys, cases, np.bincount(where, weights=hired[case], minlength=len(keys)).astype(np.int64)


def _fill(found: Counts, directory: Directory, places: Places, step: str, told: tuple[Ints, Ints, Ints]) -> None:
    """Write the counts of one kind of step beside its edges; a pair that no case shows counts 0."""
    edges = np.flatnonzero(directory.takes(step))
    keys, cases, hired = told
    starts, ends = directory.ends
    wanted = (places.of(starts[edges]) << 32) | places.of(ends[edges])
    if not len(keys):
        found.cases[edges] = found.hired[edges] = 0
        return
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    met = keys[at] == wanted
    found.cases[edges], found.hired[edges] = np.where(met, cases[at], 0), np.where(met, hired[at], 0)


class Places:
    """Where the directory's nodes stand among the ids of their kind in the snapshot; one that is not there stands nowhere."""

    NOWHERE = (1 << 31) - 1

    def __init__(self, directory: Directory, snapshot: Snapshot) -> None:
        self._directory, self._snapshot = directory, snapshot
        self._found = np.full(len(directory.nodes), self.NOWHERE)
        self._asked = np.zeros(len(directory.nodes), np.bool_)

    def of(self, nodes: Ints) -> Ints:
        """The place of each node, looked for once."""
        wanted = np.zeros(len(self._asked), np.bool_)
        wanted[nodes] = True
        self._look_for(np.flatnonzero(wanted & ~self._asked).tolist())
        self._asked |= wanted
        found: Ints = self._found[nodes]
        return found

    def _look_for(self, numbers: Sequence[int]) -> None:
        by_kind: dict[str, list[int]] = {}
        for number in numbers:
            by_kind.setdefault(self._directory.nodes[number].kind, []).append(number)
        for kind, those in by_kind.items():
            places = self._places(kind, [self._directory.nodes[number].id for number in those])
            self._found[those] = np.where(places < 0, self.NOWHERE, places)

    def _places(self, kind: str, ids: Sequence[str]) -> Ints:
        if kind not in PARTNERS:
            return self._snapshot.ids(kind).places(ids)
        before = sum(len(self._snapshot.ids(other)) for other in PARTNERS[: PARTNERS.index(kind)])
        places = self._snapshot.ids(kind).places(ids)
        return np.where(places < 0, places, places + before)

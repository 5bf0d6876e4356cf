"""What is done because a nation's directory is large: looked for together, and passed over by the garbage collector."""

from __future__ import annotations

import gc
import weakref
from collections import defaultdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from analysis.disclosure import PLANNER
from graph import snapshot as snapshots
from queries.asking import Asking
from queries.catalog import load_question
from queries.language.params import accept
from queries.referral import evidence, person
from queries.referral.directory import HIRING, HOLDING, REACHED, TRAINED, Directory, read_directory
from queries.referral.evidence import Places
from queries.telling.standing import standing
from queries.ties.directory import Regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.snapshot import Snapshot
    from graph.store import Reader


WORK = ("industry", "occupation", "company")
COUNTED = {"need_program", "partner_program", "program_partner", "partner", "program_industry", "program_occupation"} | {
    "occupation_company",
    "company_occupation",
}


class Circle:
    """Something that refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize("times", [0, 1_000_000])
def test_places_are_those_found_one_by_one(made_reader: Reader, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(snapshots, "FEW_TIMES", times)
    snapshot = made_reader.snapshot()
    directory = _every_node(snapshot)
    found, rng = Places(directory, snapshot), np.random.default_rng(1)
    wanted = np.array([_place(directory, snapshot, number) for number in range(len(directory.nodes))])
    assert len(set(wanted.tolist())) > 10
    for _ in range(20):
        asked = rng.integers(0, len(wanted), rng.integers(0, 30))
        np.testing.assert_array_equal(found.of(asked), wanted[asked])


def _every_node(snapshot: Snapshot) -> Directory:
    """All nodes of some kinds, and one of each that the snapshot does not know, in no order."""
    found = Directory(Regions.of([]))
    kinds = ("Institution", "Company", "Center", "Program", "Need", "Industry", "Network")
    told = [(kind, id_) for kind in kinds for id_ in (*snapshot.ids(kind), f"none-{kind}")]
    for place in np.random.default_rng(0).permutation(len(told)).tolist():
        kind, id_ = told[place]
        for role in {"Company": (HIRING, HOLDING), "Industry": (TRAINED, REACHED)}.get(kind, (TRAINED,)):
            found.add(id_, kind, role, (id_, None, ""))
    return found


def _place(directory: Directory, snapshot: Snapshot, number: int) -> int:
    node = directory.nodes[number]
    ids = snapshot.providers if node.kind in ("Center", "Institution") else list(snapshot.ids(node.kind))
    return ids.index(node.id) if node.id in ids else Places.NOWHERE


@pytest.mark.parametrize("at_a_time", [7, 1 << 18])
def test_cases_of_each_step_are_those_counted_one_by_one(
    made_reader: Reader, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(evidence, "CASES", at_a_time)
    snapshot, question = made_reader.snapshot(), load_question("referral_paths")
    stands = standing(made_reader.generation)
    asking = Asking(made_reader, question, accept(question, {}), stands, stands.policy(PLANNER), {})
    directory = read_directory(person._part(asking))
    found, expected = evidence.count_cases(directory, snapshot), _counted(snapshot)
    told = 0
    for at, edge in enumerate(directory.edges):
        ends = edge.step, directory.nodes[edge.start].id, directory.nodes[edge.end].id
        cases = expected[ends] if edge.step in COUNTED else None
        hired = (
            None
            if cases is None
            else {case for case in cases if snapshot.cases.outcome[case] == snapshot.codes["outcome"].index("hired")}
        )
        assert found.cases[at] == (evidence.NOT_COUNTED if cases is None else len(cases)), ends
        assert found.hired[at] == (evidence.NOT_COUNTED if hired is None else len(hired)), ends
        told += bool(cases)
    assert told > 20
    assert found.all == len(snapshot.cases.outcome) > at_a_time or at_a_time > 7


def _counted(snapshot: Snapshot) -> dict[tuple[str, str, str], set[int]]:
    """The cases of each step and its ends, case by case and step by step."""
    found: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    steps, (need_offsets, needs) = snapshot.steps, snapshot.case_needs
    refused = [snapshot.codes["step_result"].index(each) for each in ("declined", "not_served")]
    work = {kind: (snapshot.ids(kind.capitalize()), snapshot.column("CaseFile", f"hired_{kind}_id")) for kind in WORK}
    for case in range(len(snapshot.cases.outcome)):
        ended = {kind: ids[int(column[case])] for kind, (ids, column) in work.items() if column[case] >= 0}
        if {"company", "occupation"} <= set(ended):
            found["occupation_company", ended["occupation"], ended["company"]].add(case)
            found["company_occupation", ended["company"], ended["occupation"]].add(case)
        before: tuple[str, str] = "", ""
        for at in range(steps.offsets[case], steps.offsets[case + 1]):
            if steps.result[at] in refused:
                continue
            program = snapshot.ids("Program")[int(steps.program[at])] if steps.program[at] >= 0 else ""
            provider = snapshot.providers[steps.provider[at]] if steps.provider[at] >= 0 else ""
            if program:
                for need in needs[need_offsets[case] : need_offsets[case + 1]].tolist():
                    found["need_program", snapshot.ids("Need")[need], program].add(case)
                for kind in {"industry", "occupation"} & set(ended):
                    found[f"program_{kind}", program, ended[kind]].add(case)
            if program and provider:
                found["partner_program", provider, program].add(case)
                found["program_partner", program, provider].add(case)
            if provider and before[0] and before[0] != provider and not (program and program == before[1]):
                found["partner", before[0], provider].add(case)
            before = provider, program
    return found


@pytest.mark.usefixtures("unfrozen")
def test_what_is_there_is_left_alone_and_its_garbage_freed_at_the_next_call() -> None:
    gone, kept = Circle(), Circle()
    seen = weakref.ref(gone)
    person.leave_alone()
    assert not any(each is kept for each in gc.get_objects())
    del gone
    gc.collect()
    assert seen() is not None
    person.leave_alone()
    assert seen() is None
    assert gc.isenabled()


@pytest.mark.usefixtures("unfrozen")
@pytest.mark.parametrize(("many", "left_alone"), [(1, True), (2, False)])
def test_only_a_large_directory_is_left_alone(monkeypatch: pytest.MonkeyPatch, many: int, left_alone: bool) -> None:
    gc.unfreeze()
    directory = SimpleNamespace(edges=[object(), object()])
    monkeypatch.setattr(person, "MANY_STEPS", many)
    monkeypatch.setattr(person, "read_directory", lambda _: directory)
    monkeypatch.setattr(person, "count_cases", lambda *_: None)
    asking = SimpleNamespace(reader=SimpleNamespace(snapshot=lambda: None))
    person._read(cast(Any, asking))
    assert (gc.get_freeze_count() > 0) == left_alone

"""What is done because a nation's directory is large: looked for together, and kept as columns beside the generation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analysis.disclosure import PLANNER
from graph import texts
from queries.asking import Asking
from queries.catalog import load_question
from queries.kept import FOLDER
from queries.language.params import accept
from queries.referral import evidence, person
from queries.referral.directory import (
    ALWAYS,
    HIRING,
    HOLDING,
    REACHED,
    TRAINED,
    Directory,
    Edge,
    Fact,
    Node,
    Program,
)
from queries.referral.evidence import Places
from queries.referral.reading import Draft, read_directory
from queries.telling.standing import standing

if TYPE_CHECKING:
    from pathlib import Path

    from graph.snapshot import Snapshot
    from graph.store import Reader


WORK = ("industry", "occupation", "company")
COUNTED = {"need_program", "partner_program", "program_partner", "partner", "program_industry", "program_occupation"} | {
    "occupation_company",
    "company_occupation",
}


@pytest.mark.parametrize("times", [0, 1_000_000])
def test_places_are_those_found_one_by_one(made_reader: Reader, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(texts, "FEW_TIMES", times)
    snapshot = made_reader.snapshot()
    directory = _every_node(snapshot)
    found, rng = Places(directory, snapshot), np.random.default_rng(1)
    wanted = np.array([_place(directory, snapshot, number) for number in range(directory.nodes)])
    assert len(set(wanted.tolist())) > 10
    for _ in range(20):
        asked = rng.integers(0, len(wanted), rng.integers(0, 30))
        np.testing.assert_array_equal(found.of(asked), wanted[asked])


def _every_node(snapshot: Snapshot) -> Directory:
    """All nodes of some kinds, and one of each that the snapshot does not know, in no order."""
    found = Draft()
    kinds = ("Institution", "Company", "Center", "Program", "Need", "Industry", "Network")
    told = [(kind, id_) for kind in kinds for id_ in (*snapshot.ids(kind), f"none-{kind}")]
    for place in np.random.default_rng(0).permutation(len(told)).tolist():
        kind, id_ = told[place]
        for role in {"Company": (HIRING, HOLDING), "Industry": (TRAINED, REACHED)}.get(kind, (TRAINED,)):
            found.add(id_, kind, role, (id_, None, ""))
    return found.directory()


def _place(directory: Directory, snapshot: Snapshot, number: int) -> int:
    node = directory.node(number)
    ids = snapshot.providers if node.kind in ("Center", "Institution") else list(snapshot.ids(node.kind))
    return ids.index(node.id) if node.id in ids else Places.NOWHERE


@pytest.mark.parametrize("at_a_time", [7, 1 << 18])
def test_cases_of_each_step_are_those_counted_one_by_one(
    made_reader: Reader, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr(evidence, "CASES", at_a_time)
    snapshot = made_reader.snapshot()
    directory = read_directory(person._part(_asking(made_reader)))
    found, expected = evidence.count_cases(directory, snapshot), _counted(snapshot)
    told = 0
    for at, edge in enumerate(map(directory.edge, range(directory.edges))):
        ends = edge.step, directory.node_ids[edge.start], directory.node_ids[edge.end]
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


def _asking(reader: Reader) -> Asking:
    question, stands = load_question("referral_paths"), standing(reader.generation)
    return Asking(reader, question, accept(question, {}), stands, stands.policy(PLANNER), {})


def _without_engine(reader: Reader) -> Any:
    """A reader of the same generation, in a process that never asks the engine."""

    def query(*_: object) -> None:
        raise AssertionError("the engine was asked")

    return SimpleNamespace(engine=reader.engine, generation=reader.generation, snapshot=reader.snapshot, query=query)


def _kept_files(reader: Reader) -> list[Path]:
    return list(reader.snapshot().folder.with_name(FOLDER).glob("referrals-*.npz"))


def test_the_directory_is_read_from_the_engine_once_for_a_generation(made_reader: Reader) -> None:
    first, counts = person._read(_asking(made_reader))
    again, same = person._read(_asking(_without_engine(made_reader)))
    anew = read_directory(person._part(_asking(made_reader)))
    assert {*again.columns} == {*anew.columns} == {*first.columns}
    for name, column in anew.columns.items():
        np.testing.assert_array_equal(again.columns[name], column, name)
    np.testing.assert_array_equal(same.cases, counts.cases)
    np.testing.assert_array_equal(same.hired, counts.hired)
    assert same.all == counts.all == len(made_reader.snapshot().cases.outcome)


def test_a_kept_directory_that_is_damaged_is_made_again(made_reader: Reader) -> None:
    expected, _ = person._read(_asking(made_reader))
    (file,) = _kept_files(made_reader)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    found, _ = person._read(_asking(made_reader))
    assert found.edges == expected.edges > 0
    assert file.read_bytes() == whole


@pytest.mark.parametrize("seed", range(20))
def test_nodes_are_found_by_id_and_role_and_tell_what_they_were_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ids = [f"{letter}{number}" for letter in ("a", "b", "가", "나", "") for number in range(8)]
    expected: dict[tuple[str, str], Node] = {}
    base: Directory | None = None
    for _ in range(3):
        draft = Draft(base)
        for _ in range(rng.integers(0, 25)):
            id_, role = ids[rng.integers(len(ids))], (TRAINED, REACHED)[rng.integers(2)]
            node = Node(id_, "Need", role, f"name {rng.integers(9)}", (None, "서울")[rng.integers(2)], f"s#{rng.integers(99)}")
            number = draft.add(id_, "Need", role, (node.name, node.region, node.source))
            assert number == [*(expected.setdefault((id_, role), node) and expected)].index((id_, role))
        base = draft.directory()
        assert base.nodes == len(expected)
        for place, (key, node) in enumerate(expected.items()):
            assert base.number(*key) == draft.number(*key) == place
            assert base.node(place) == node
        for id_ in ids:
            assert base.numbers_of(id_) == [place for place, key in enumerate(expected) if key[0] == id_]
        absent = {(id_, role) for id_ in ids for role in (TRAINED, REACHED, HIRING)} - {*expected}
        assert all(base.number(*key) is None for key in absent)


def test_facts_and_programs_tell_what_they_were_told() -> None:
    draft = Draft()
    a, b, c = (
        draft.add(id_, kind, TRAINED, (id_, None, "s")) for id_, kind in (("n", "Need"), ("p", "Program"), ("c", "Center"))
    )
    program = Program(40, None, 0, 3, "2025-03-01", "open", None, "2025-12-31")
    draft.limit(b, program)
    there, back = (("c", TRAINED), ("p", TRAINED), "partner_program"), (("p", TRAINED), ("c", TRAINED), "program_partner")
    draft.join(("OFFERS", "c", "p"), "s#1", there, back, link="l", days=("2025-01-01", None), openings=0)
    draft.join(("ADDRESSES", "p", "n"), None, (("n", TRAINED), ("p", TRAINED), "need_program"))
    draft.join(("PART_OF", "n", "n"), None, (("n", TRAINED), ("n", TRAINED), "broader"))
    draft.join(("PART_OF", "n", "none"), None, (("n", TRAINED), ("none", TRAINED), "broader"))
    found = draft.directory()
    assert [found.edge(edge) for edge in range(found.edges)] == [
        Edge(c, b, 0, "partner_program"), Edge(b, c, 0, "program_partner"), Edge(a, b, 1, "need_program"),
    ]  # fmt: skip
    assert found.fact(0) == Fact("OFFERS", "c", "p", "l", "2025-01-01", None, 0, "s#1")
    assert found.fact(1) == Fact("ADDRESSES", "p", "n", "", None, None, None, "")
    assert found.program(b) == program
    assert found.program(a) is None
    first, last = found.validity
    assert first.tolist() == [date(2025, 1, 1).toordinal()] * 2 + [0]
    assert last.tolist() == [ALWAYS] * 3
    assert found.newest_seats == "2025-03-01"

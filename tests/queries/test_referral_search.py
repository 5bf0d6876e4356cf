"""The search against plain recursion over the same tables: on a thousand small directories, and through the engine."""

from __future__ import annotations

import itertools
import operator
import random
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.alternates import Detours
from analysis.disclosure import PLANNER, PUBLIC, PUBLISHED, Policy, shown, shown_part
from analysis.multigraph import UNREACHABLE, remaining_within
from analysis.paths import best_paths
from analysis.why_not import why_not
from queries.answer import DrawnNode
from queries.ask import ask
from queries.referral import search as referral_search
from queries.referral.directory import TRAINED
from queries.referral.evidence import Counts
from queries.referral.person import CRITERIA, _evidence, _make, _with, start_nodes, target_nodes, weights_of
from queries.referral.reading import read_directory
from queries.referral.search import MOST_OPENERS, NEAREST, Opener, Search, best, if_full, leads, unbeaten, would_open
from tests.analysis.dense_openers import openers
from tests.analysis.searched_alternates import alternates
from tests.graph.made import made_dataset
from tests.queries.referral_oracle import Oracle, Person, Tables, part_rows

if TYPE_CHECKING:
    from graph.store import Reader

DAYS = [None, None, "2024-06-01", "2025-03-01", "2025-09-01", "2025-12-01"]
REGIONS = {"r0": None, "r1": "r0", "r2": "r0", "r3": None, "r4": "r3"}


def _ids(letter: str, many: int) -> list[str]:
    return [f"{letter}{number}" for number in range(many)]


def directory_of(seed: int) -> Tables:
    """Parallel relationships, closed programs, dates, full and old seats, wider groups and several networks all occur often."""
    chance = random.Random(seed)
    one = chance.choice
    needs, programs, partners, networks = _ids("n", 3), _ids("p", 6), _ids("i", 4), _ids("w", 2)
    industries, occupations, credentials, companies = _ids("d", 3), _ids("o", 3), ["c0"], _ids("k", 3)
    work = {"industry": industries, "occupation": occupations, "credential": credentials, "need": needs}
    day = lambda: one(DAYS)  # noqa: E731
    some = lambda least, most: range(chance.randint(least, most))  # noqa: E731
    kinds = [one(["need", "need", "occupation", "industry", "credential"]) for _ in some(10, 22)]
    tables: Tables = {
        "regions": [{"id": id_, "name": id_, "parent_id": parent, "code": None} for id_, parent in REGIONS.items()],
        "centers": [],
        "institutions": [{"id": id_, "name": id_, "region_id": one([None, *REGIONS])} for id_ in partners],
        "networks": [{"id": id_, "name": id_, "year": 2025} for id_ in networks],
        "programs": [
            {
                "id": id_, "name": id_, "region_id": one([None, *REGIONS]), "provider_id": one([None, *partners]),
                "min_age": one([None] * 5 + [45, 60]), "max_age": one([None] * 5 + [44, 59]),
                "seats_available": one([None, 0, 3, 3, 3]), "waiting_weeks": one([None, None, 0, 2, 9]),
                "seats_updated_on": day(),
                "status": one([None] + ["open"] * 6 + ["closed", "planned"]),
                "valid_from": one([None, None, day()]), "valid_to": one([None, None, day()]),
            }
            for id_ in programs
        ],
        "program_targets": [{"program_id": one(programs), "target_kind": kind, "target_id": one(work[kind])} for kind in kinds],
        "program_providers": [{"program_id": one(programs), "provider_id": one(partners)} for _ in some(0, 5)],
        "partnerships": [
            {"first_id": one(partners), "second_id": one(partners), "valid_from": day(), "valid_to": one([None, None, day()])}
            for _ in some(0, 6)
        ],
        "memberships": [
            {
                "network_id": one(networks), "member_id": one(partners), "role": one(["lead", "core", "member"]),
                "valid_from": day(), "valid_to": one([None, None, day()]),
            }
            for _ in some(0, 5)
        ],
        "demands": [
            {"network_id": one(networks), "industry_id": one(industries), "year": one([None, 2025, 2026])} for _ in some(0, 3)
        ],
        "companies": [
            {"id": id_, "name": id_, "region_id": one([None, *REGIONS]), "industry_id": one([None, *industries])}
            for id_ in companies
        ],
        "openings": [
            {"company_id": one(companies), "occupation_id": one(occupations), "openings": one([None, 0, 4]), "year": 2024 + at}
            for at in some(0, 5)
        ],
    }  # fmt: skip
    for kind, ids in work.items():
        table = {"industry": "industries"}.get(kind, f"{kind}s")
        parents = [None] + [one([None, ids[0]]) for _ in ids[1:]]
        tables[table] = [{"id": id_, "name": id_, "parent_id": up} for id_, up in zip(ids, parents, strict=True)]
    return tables


def person_of(seed: int) -> Person:
    chance = random.Random(-seed - 1)
    one = lambda *values: chance.choice(values)  # noqa: E731
    return Person(
        need=one(["n0"], ["n1"], ["n0", "n1"], []),
        target=one([], [], [], ["o0"], ["d1"], ["d0", "o1"], ["c0"], ["k0"], ["k1"]),
        region=one("", "r0", "r1", "r4"),
        age_band=one("", "", "40s", "60s"),
        prior_occupation=one("", "", "o0", "o1"),
        k=chance.randint(1, 6),
        max_steps=chance.randint(2, 7),
        max_distance=chance.randint(2, 6),
        max_age_days=one(30, 400),
        seats=one(*["any"] * 5, "known"),
        as_of=one("", "", "2025-03-01", "2025-11-01"),
        weights=one(None, None, (1, 0, 0, 0, 0, 0), (1, 5, 2, 1, 0, 1)),
    )


def cases_of(code: str, start: str, end: str) -> int:
    """How many cases took a step: settled by its ends, with none, few and many all frequent."""
    return [0, 0, 3, 7, 19, 20, 40][random.Random(f"{code}{sorted((start, end))}").randrange(7)]


def searched(tables: Tables, person: Person, policy: Policy) -> Search:
    """A search over tables, without an engine."""
    rows = part_rows(tables)
    directory = read_directory(rows)
    kinds = {row["id"]: "Company" for row in tables["companies"]}
    asking: Any = SimpleNamespace(
        params=person.params(),
        policy=policy,
        named={id_: DrawnNode(id_, kinds.get(id_, ""), id_) for id_ in person.target},
        reader=SimpleNamespace(generation=SimpleNamespace(datasets=[{"published_on": person.seats_day}])),
        rows=rows,
    )
    added = [id_ for id_ in person.target if id_ in kinds and not directory.numbers_of(id_)]
    nothing = Counts(np.zeros(0, np.int64), np.zeros(0, np.int64), 9)
    wider, _ = _with(asking, directory, Counts(*[np.zeros(directory.edges, np.int64)] * 2, 9), added)
    edges, ids = map(wider.edge, range(wider.edges)), wider.node_ids
    cases = np.array([cases_of(edge.step, ids[edge.start], ids[edge.end]) for edge in edges], np.int64)
    day = _make(asking, wider, Counts(cases, cases, nothing.all))
    params = asking.params
    return Search(
        day,
        day.reasons(person.age_band, person.max_distance, person.seats == "known"),
        sorted(start_nodes(asking, wider).values()),
        target_nodes(asking, wider),
        person.k,
        person.max_steps,
        weights_of(params),
    )


def told(search: Search) -> list[Any]:
    """The paths found, as relationships between ids, with their costs."""
    directory, found = search.day.directory, []
    for chosen in best(search)[0] if search.sources and search.targets else []:
        steps = [directory.edge(edge) for edge in chosen.path.edges]
        ends = [(directory.fact(step.fact).type, directory.node(step.start).id, directory.node(step.end).id) for step in steps]
        found.append((ends, chosen.costs, chosen.undominated))
    return found


def expected(oracle: Oracle) -> list[Any]:
    return [
        ([(step.type, step.start[0], step.end[0]) for step in path], costs, undominated)
        for path, costs, undominated in oracle.best()
    ]


seeds = st.integers(0, 1 << 40)


@settings(max_examples=1200, deadline=None)
@given(seeds, st.sampled_from([PUBLISHED, PLANNER]))
def test_the_same_k_best_paths_as_plain_recursion_over_the_tables(seed: int, policy: Policy) -> None:
    tables, person = directory_of(seed), person_of(seed)
    search = searched(tables, person, policy)
    oracle = Oracle(tables, person, lambda code, start, end: shown(cases_of(code, start, end), policy))
    found = told(search)
    assert found == expected(oracle)
    for ends, _, _ in found:
        met = [ends[0][1], *(end for _, _, end in ends)]
        assert len(met) == len(set(met))


@settings(max_examples=500, deadline=None)
@given(seeds)
def test_every_alternate_avoids_the_full_step_and_is_itself_a_path(seed: int) -> None:
    tables, person = directory_of(seed), person_of(seed)
    search = searched(tables, person, PUBLISHED)
    node = search.day.directory.node

    def every(source: str) -> set[Any]:
        alone = Oracle(tables, Person(**{**vars(person), "need": [source], "prior_occupation": ""}), lambda *_: 0)
        alone.is_target = Oracle(tables, person, lambda *_: 0).is_target  # type: ignore[method-assign]
        return {tuple((step.start[0], step.end[0]) for step in path) for path in alone.every_path()}

    for chosen in best(search)[0] if search.sources and search.targets else []:
        for alternate in if_full(search, chosen.path):
            instead = alternate.substitute or alternate.elsewhere
            assert instead is not None
            ids = [node(number).id for number in instead.nodes]
            assert tuple(itertools.pairwise(ids)) in every(ids[0])
            if alternate.step < len(chosen.path.edges) - 1:
                assert chosen.path.nodes[alternate.step + 1] not in instead.nodes


@settings(max_examples=300, deadline=None)
@given(seeds)
def test_the_paths_none_beats_are_the_same_among_the_steps_that_lie_near(seed: int) -> None:
    search = searched(directory_of(seed), person_of(seed), PUBLISHED)
    found = []
    for many_times in (1, 10**9):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(referral_search, "MANY_TIMES", many_times)
            found.append(unbeaten(search) if search.sources and search.targets else None)
    assert found[0] == found[1]


@settings(max_examples=300, deadline=None)
@given(seeds, st.sampled_from([0, 1, 50]))
def test_alternates_found_among_the_ranked_paths_are_those_of_a_search_for_each_step(seed: int, look_on: int) -> None:
    search = searched(directory_of(seed), person_of(seed), PUBLISHED)
    node = search.day.directory.node
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(referral_search, "LOOK_ON", look_on)
        for chosen in best(search)[0] if search.sources and search.targets else []:
            path = chosen.path
            each_searched = alternates(path, Detours(search.goal, search.open), search.max_steps)
            served = [each for each in each_searched if node(path.nodes[each.step + 1]).kind in referral_search.SERVED]
            wanted = [(each.step, each.substitute or each.elsewhere) for each in served if each.substitute or each.elsewhere]
            assert [(each.step, each.substitute or each.elsewhere) for each in if_full(search, path)] == wanted


@settings(max_examples=500, deadline=None)
@given(seeds)
def test_the_fewest_closed_steps_and_their_reasons_are_those_of_the_tables(seed: int) -> None:
    tables, person = directory_of(seed), person_of(seed)
    search = searched(tables, person, PUBLISHED)
    oracle = Oracle(tables, person, lambda *_: 0)
    if not search.sources or not search.targets or told(search):
        return
    found = why_not(search.day.goals.graph, search.sources, search.targets, search.reasons, max_steps=search.max_steps)
    real, oracle.reason = oracle.reason, lambda step: None  # type: ignore[method-assign]
    fewest = min((sum(real(step) is not None for step in path) for path in oracle.every_path()), default=None)
    assert (len(found.closed) if found.path else None) == fewest


@settings(max_examples=500, deadline=None)
@given(seeds)
def test_a_partnership_or_program_said_to_open_a_path_opens_one(seed: int) -> None:
    tables, person = directory_of(seed), person_of(seed)
    search = searched(tables, person, PUBLISHED)
    if not search.targets or told(search):
        return
    directory = search.day.directory
    for source in search.sources:
        asked = [number for id_ in person.target for number in directory.numbers_of(id_)]
        for opener in would_open(search, source, asked):
            start, end = directory.node(opener.start).id, directory.node(opener.end).id
            added = {**tables}
            if opener.kind == "partnership":
                row = {"first_id": start, "second_id": end, "valid_from": None, "valid_to": None}
                added["partnerships"] = [*tables["partnerships"], row]
            else:
                kind = {"d": "industry", "o": "occupation", "c": "credential"}[end[0]]
                program = dict.fromkeys(tables["programs"][0]) | {"id": "new", "name": "new", "status": "open"}
                added["programs"] = [*tables["programs"], program]
                added["program_targets"] = [
                    *tables["program_targets"],
                    {"program_id": "new", "target_kind": "need", "target_id": start},
                    {"program_id": "new", "target_kind": kind, "target_id": end},
                ]
            told_any = Person(**{**vars(person), "seats": "any", "max_steps": 10, "max_distance": max(1, person.max_distance)})
            assert told(searched(added, told_any, PUBLISHED))


@settings(max_examples=400, deadline=None)
@given(seeds)
def test_what_would_open_a_path_is_what_going_over_the_whole_graph_tells(seed: int) -> None:
    tables, person = directory_of(seed), person_of(seed)
    search = searched(tables, person, PUBLISHED)
    if not search.targets:
        return
    graph, directory = search.day.goals.graph, search.day.directory
    asked = [number for id_ in person.target for number in directory.numbers_of(id_)]
    goal = search.day.goals.goal(search.targets, (0,) * len(CRITERIA))
    for source in search.sources:
        one = best_paths(graph, [source], goal, 1, allowed_edges=search.open, max_steps=search.max_steps)
        assert leads(search, source) == bool(one)
        if one:
            continue
        hither = remaining_within(graph.reversed, [source], goal.lengths, search.open, search.max_steps)[-1]
        onward = remaining_within(graph, search.targets, goal.lengths, search.open, search.max_steps)[-1]
        near = [
            sorted((n for n in directory.partners.tolist() if far[n] < UNREACHABLE), key=lambda n: (far[n], n))[:NEAREST]
            for far in (hither, onward)
        ]
        pairs = [("partnership", a, b) for a, b in itertools.product(*near) if a != b]
        if directory.node(source).kind == "Need":
            pairs += [("program", source, number) for number in asked if directory.node(number).role == TRAINED]
        starts, ends = [pair[1] for pair in pairs], [pair[2] for pair in pairs]
        nothing = np.zeros(len(pairs), np.int64)
        found = openers(
            goal, [source], np.array(starts, np.int64), np.array(ends, np.int64), nothing,
            allowed_edges=search.open, max_steps=search.max_steps,
        )  # fmt: skip
        every = [Opener(*pairs[each.candidate], each.steps) for each in found]
        wanted = [[each for each in every if each.kind == kind][:MOST_OPENERS] for kind in ("partnership", "program")]
        assert would_open(search, source, asked) == wanted[0] + wanted[1]


def test_on_the_engine_the_paths_are_those_of_the_tables(made_reader: Reader) -> None:
    tables = {name: frame.to_dicts() for name, frame in made_dataset().tables.items()}
    counted: dict[Any, int | None] = {}
    took = case_counts(tables)
    chance = random.Random(7)
    pick = lambda table: chance.choice(tables[table])["id"]  # noqa: E731
    compared = 0
    for _ in range(60):
        person = Person(
            need=sorted({pick("needs") for _ in range(chance.randint(0, 3))}),
            target=sorted({pick(chance.choice(["industries", "occupations"])) for _ in range(chance.choice([0, 0, 2]))}),
            region=chance.choice(["", pick("regions")]),
            age_band=chance.choice(["", "40s"]),
            as_of=chance.choice(["", "2024-06-15"]),
            max_steps=5,
            max_distance=6,
            max_age_days=3650,
            seats_day=max(row["seats_updated_on"] or "" for row in tables["programs"]),
        )
        answer = ask(made_reader, "referral_paths", person.params(), PUBLISHED)
        paths: dict[int, list[Any]] = {}
        for row in answer.records():
            if row["part"] == "path":
                paths.setdefault(row["path"], []).append((row["relationship"], row["from_id"], row["to_id"]))
                counted[row["label"], row["from_id"], row["to_id"]] = row["cases"]
        oracle = Oracle(tables, person, took)
        assert list(paths.values()) == [ends for ends, _, _ in expected(oracle)], person
        compared += bool(paths)
    assert compared > 15
    assert all(took(*step) == (cases or 0) for step, cases in counted.items())
    assert any(counted.values())


def case_counts(tables: Tables) -> Any:
    """How many cases took a step, counted case by case from the tables."""
    gone = ("declined", "not_served")
    needs = {(row["case_id"], row["need_id"]) for row in tables["case_needs"]}
    steps = [row for row in tables["case_steps"] if row["result"] not in gone and (row["provider_id"] or row["program_id"])]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(steps, key=lambda row: (row["case_id"], row["order"])):
        told.setdefault(row["case_id"], []).append(row)
    cases = {row["id"]: row for row in tables["cases"]}

    def took(case: str, code: str, start: str, end: str) -> bool:
        used = {row["program_id"] for row in told.get(case, [])}
        ended = cases[case]
        pairs = zip(told.get(case, []), told.get(case, [])[1:], strict=False)
        gave = {(row["provider_id"], row["program_id"]) for row in told.get(case, [])}
        return {
            "need_program": lambda: (case, start) in needs and end in used,
            "partner_program": lambda: (start, end) in gave,
            "program_partner": lambda: (end, start) in gave,
            "partner": lambda: any(
                (a["provider_id"], b["provider_id"]) == (start, end)
                and not (a["program_id"] and a["program_id"] == b["program_id"])
                for a, b in pairs
            ),
            "program_industry": lambda: start in used and ended["hired_industry_id"] == end,
            "program_occupation": lambda: start in used and ended["hired_occupation_id"] == end,
            "occupation_company": lambda: (ended["hired_occupation_id"], ended["hired_company_id"]) == (start, end),
            "company_occupation": lambda: (ended["hired_company_id"], ended["hired_occupation_id"]) == (start, end),
        }.get(code, lambda: False)()

    return lambda code, start, end: sum(took(case, code, start, end) for case in cases)


def test_a_hidden_count_costs_the_same_as_none_so_the_order_tells_nothing() -> None:
    directory = read_directory(part_rows(_two_ways()))
    edges = directory.edges
    assert edges == 4

    def cost(count: int, policy: Policy) -> list[int]:
        counts = Counts(np.full(edges, count), np.full(edges, count), 9)
        return _evidence(directory, counts, policy).tolist()

    for policy, hidden, first in ((PLANNER, range(5), 5), (PUBLIC, range(10), 10)):
        assert {tuple(cost(count, policy)) for count in hidden} == {(2,) * edges}
        assert cost(first, policy) == [1] * edges
    # 18 and 19 are both shown as 20 to the public, 16 and 17 as 15.
    assert [cost(count, PUBLIC)[0] for count in (16, 17, 18, 19, 20)] == [1, 1, 0, 0, 0]
    assert [cost(count, PUBLISHED)[0] for count in (0, 1, 19, 20)] == [2, 1, 1, 0]


def test_what_is_kept_of_a_step_hangs_on_the_day_and_on_the_policy() -> None:
    seen = []
    for max_age_days, policy in ((30, PUBLISHED), (4_000, PUBLISHED), (4_000, PLANNER), (4_000, PUBLIC)):
        day = searched(directory_of(1), replace(person_of(1), max_age_days=max_age_days), policy).day
        first, again = ([day.told.step(edge) for edge in range(day.directory.edges)] for _ in range(2))
        assert all(map(operator.is_, first, again))
        assert [each.costs for each in first] == [tuple(costs[1:]) for costs in day.goals.graph.costs.tolist()]
        for edge, step in enumerate(first):
            cases = int(day.counts.cases[edge])
            assert step.counted == (None if cases < 0 else shown(cases, policy), shown_part(cases, cases, policy))
            program = day.directory.program(day.directory.edge(edge).end)
            state = None if program is None else ("no_seats", "unknown", "available")[day.seats[day.directory.edge(edge).end]]
            assert step.served[0] == state
        seen.append(first)
    assert all(one != other for one, other in itertools.combinations(seen, 2))
    assert [each.served for each in seen[1]] == [each.served for each in seen[3]]


def _two_ways() -> Tables:
    untold = ("region_id", "provider_id", "min_age", "max_age", "seats_available", "waiting_weeks", "seats_updated_on")
    programs = [dict.fromkeys(untold) for _ in "ab"]
    for place, row in enumerate(programs):
        row |= {"id": f"p{place}", "name": f"p{place}", "status": "open", "valid_from": None, "valid_to": None}
    targets = [(f"p{p}", kind, id_) for p in range(2) for kind, id_ in (("need", "n0"), ("occupation", "o0"))]
    return {
        "needs": [{"id": "n0", "name": "n0", "parent_id": None}],
        "occupations": [{"id": "o0", "name": "o0", "parent_id": None}],
        "programs": programs,
        "program_targets": [{"program_id": p, "target_kind": kind, "target_id": id_} for p, kind, id_ in targets],
        "companies": [],
    }

"""Counts in answers against plain counting over the tables that were loaded."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from analysis.disclosure import PUBLISHED
from queries.ask import ask
from tests.graph.made import made_dataset


@pytest.fixture(scope="module")
def tables():
    return {name: frame.to_dicts() for name, frame in made_dataset().tables.items()}


def _served_steps(tables):
    return [step for step in tables["case_steps"] if step["result"] not in ("declined", "not_served")]


def test_partner_reach_counts_each_case_once(made_reader, tables):
    supported, handled, offered, networks = (defaultdict(set) for _ in range(4))
    for step in _served_steps(tables):
        supported[step["provider_id"]].add(step["case_id"])
    for row in tables["cases"]:
        handled[row["center_id"]].add(row["id"])
    for row in tables["programs"]:
        offered[row["provider_id"]].add(row["id"])
    for row in tables["program_providers"]:
        offered[row["provider_id"]].add(row["program_id"])
    for row in tables["memberships"]:
        networks[row["member_id"]].add(row["network_id"])
    answer = ask(made_reader, "partner_reach", {"top": 1000}, PUBLISHED)
    assert len(answer.rows) == len(tables["centers"]) + len(tables["institutions"])
    for row in answer.records():
        partner = row["partner_id"]
        expected = (len(supported[partner]), len(handled[partner]), len(offered[partner]), len(networks[partner]))
        assert (row["supported"], row["handled"], row["programs"], row["networks"]) == expected
        assert set(row["led_ids"]) | set(row["joined_ids"]) == networks[partner]
    everyone = set().union(*(cases for partner, cases in supported.items() if partner), *handled.values())
    assert answer.n == len(everyone)


def test_partner_reach_of_a_region_takes_the_regions_right_below_it(made_reader, tables):
    for region in tables["regions"]:
        inside = {row["id"] for row in tables["regions"] if region["id"] in (row["id"], row["parent_id"])}
        members = {row["id"] for row in tables["centers"] + tables["institutions"] if row["region_id"] in inside}
        answer = ask(made_reader, "partner_reach", {"regions": [region["id"]]}, PUBLISHED)
        assert {row["partner_id"] for row in answer.records()} == members


def test_network_overview_counts_what_its_members_do(made_reader, tables):
    for row in ask(made_reader, "network_overview", {"measure": "planned"}, PUBLISHED).records():
        joined = [member for member in tables["memberships"] if member["network_id"] == row["network_id"]]
        leads = {member["member_id"] for member in joined if member["role"] == "lead"}
        demand = [d for d in tables["demands"] if d["network_id"] == row["network_id"] and d["measure"] == "planned"]
        told = [d["companies"] for d in demand if d["companies"] is not None]
        assert row["members"] == len({member["member_id"] for member in joined})
        assert row["cases"] == sum(case["center_id"] in leads for case in tables["cases"])
        assert row["companies"] == (sum(told) if told else None)
        assert row["lead_ids"] == sorted(leads)


@pytest.mark.parametrize("by", ["step_kind", "program"])
def test_journeys_are_those_of_a_walk_over_the_tables(made_reader, tables, by):
    taken = defaultdict(dict)
    for step in _served_steps(tables):
        if step["provider_id"] or step["program_id"]:
            code = step["kind"] if by == "step_kind" else step["program_id"] or "unknown"
            taken[step["case_id"]][step["order"]] = code
    journeys = Counter()
    for steps in taken.values():
        codes = [steps[place] for place in sorted(steps)]
        journeys[tuple(code for i, code in enumerate(codes) if i == 0 or codes[i - 1] != code)] += 1
    answer = ask(made_reader, "case_journeys", {"by": by, "top": 1000}, PUBLISHED)
    assert {tuple(row["steps"]): row["cases"] for row in answer.records()} == dict(journeys)
    assert answer.n == len(taken) == sum(journeys.values())


def test_a_profile_counts_the_cases_of_its_center(made_reader, tables):
    for center in tables["centers"]:
        cases = {row["id"]: row["outcome"] for row in tables["cases"] if row["center_id"] == center["id"]}
        rows = ask(made_reader, "center_profile", {"center_id": center["id"]}, PUBLISHED).records()
        assert {row["kind"]: row["cases"] for row in rows if row["relationship"] == "HANDLED"} == dict(Counter(cases.values()))
        needs = Counter(row["need_id"] for row in tables["case_needs"] if row["case_id"] in cases)
        assert {row["entity_id"]: row["cases"] for row in rows if row["relationship"] == "HAS_NEED"} == dict(needs)

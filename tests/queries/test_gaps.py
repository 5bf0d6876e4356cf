"""Gaps in a synthetic cohort: what was planted is found, and every figure is what plain loops over the CSV files count."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
import yaml

from analysis.disclosure import PLANNER, PUBLIC, PUBLISHED
from graph.stores import open_store
from graph.workspace import Workspace
from loaders.cohort.write import write_cohort
from loaders.folder import check_folder
from queries.ask import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.store import Reader

Tables = dict[str, list[dict[str, str]]]
MANY = {"top": 20000}
STEP_OF = {"matching": "job_matching", "job_fair": "event", "subsidy": "finance"}
OTHER = {"consulting", "volunteering", "policy"}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, dict[str, Any], Path]:
    """The cohort's tables as text, what was planted, and its folder; two absences are told besides."""
    folder = tmp_path_factory.mktemp("gaps") / "cohort"
    written = write_cohort(folder, 2000, 7)
    truth = yaml.safe_load(written.truth_path.read_text(encoding="utf-8"))
    (center, kind), *_ = truth["gaps"]["missing_partner_kinds"]
    (folder / "absences.csv").write_text(
        f"id,center_id,partner_kind,function,known_on\na1,{center},{kind},,2025-05-01\na2,{center},hospital,housing,2025-05-01\n",
        encoding="utf-8",
    )
    read = {file.stem: file.read_text(encoding="utf-8").splitlines() for file in folder.glob("*.csv")}
    return {name: list(csv.DictReader(lines)) for name, lines in read.items()}, truth["gaps"], folder


@pytest.fixture(scope="module")
def tables(cohort) -> Tables:
    return cohort[0]


@pytest.fixture(scope="module")
def planted(cohort) -> dict[str, Any]:
    return cohort[1]


@pytest.fixture(scope="module")
def cohort_reader(cohort, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    checked = check_folder(cohort[2], {})
    assert checked.dataset is not None, checked.report.to_json()
    home = tmp_path_factory.mktemp("home-of-gaps")
    store = open_store("ladybug:", home)
    Workspace(home).publish([checked.dataset], store)
    reader = store.reader()
    yield reader
    reader.close()


def _gave_support(step: dict[str, str]) -> bool:
    return step["result"] in ("", "completed", "ongoing")


def _steps(tables: Tables) -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    for step in sorted(tables["case_steps"], key=lambda step: int(step["order"])):
        if _gave_support(step):
            found[step["case_id"]].append(step)
    return found


def _handed(tables: Tables, centers: set[str] | None = None) -> dict[tuple[str, str], set[str]]:
    handler = {case["id"]: case["center_id"] for case in tables["cases"]}
    found = defaultdict(set)
    for case, steps in _steps(tables).items():
        for one, two in pairwise(steps):
            ends = one["provider_id"], two["provider_id"]
            joint = one["program_id"] and one["program_id"] == two["program_id"]
            if all(ends) and ends[0] != ends[1] and not joint and (centers is None or handler[case] in centers):
                found[ends].add(case)
    return found


def _kinds(tables: Tables) -> dict[str, str]:
    return {row["id"]: row["kind"] for row in tables["centers"] + tables["institutions"]}


def test_planted_ties_that_are_not_used_or_not_declared_are_found(cohort_reader, tables, planted):
    centers = {row["id"] for row in tables["centers"]}
    answer = ask(cohort_reader, "declared_versus_observed", MANY, PUBLISHED)
    pairs = {name: [(r["first_id"], r["second_id"]) for r in answer.records() if r["finding"] == name] for name in
             ("declared_unused", "support_undeclared")}  # fmt: skip
    unused = {pair for pair in pairs["declared_unused"] if pair[0] in centers}
    assert unused == {(center, other) for center, other in planted["declared_never_used"]}
    assert {*pairs["support_undeclared"]} == {(center, other) for center, other in planted["used_without_declaration"]}


def test_hand_overs_without_a_partnership_are_those_of_plain_loops(cohort_reader, tables):
    declared = {frozenset((row["first_id"], row["second_id"])) for row in tables["partnerships"]}
    expected = {pair: len(cases) for pair, cases in _handed(tables).items() if frozenset(pair) not in declared}
    rows = ask(cohort_reader, "declared_versus_observed", MANY | {"findings": ["handover_undeclared"]}, PUBLISHED).records()
    assert {(row["first_id"], row["second_id"]): row["cases"] for row in rows} == expected
    one = tables["centers"][0]["id"]
    mine = {pair for pair in _handed(tables, {one}) if frozenset(pair) not in declared}
    rows = ask(cohort_reader, "declared_versus_observed", MANY | {"centers": [one]}, PUBLISHED).records()
    assert {(row["first_id"], row["second_id"]) for row in rows if row["finding"] == "handover_undeclared"} == mine


def test_a_reader_of_the_public_view_cannot_tell_an_unused_tie_from_a_rare_one(cohort_reader, tables):
    handled = {row["id"]: row["center_id"] for row in tables["cases"]}
    met = defaultdict(set)
    for case, steps in _steps(tables).items():
        taking_part = {handled[case], *(step["provider_id"] for step in steps if step["provider_id"])}
        for one in taking_part:
            for two in taking_part - {one}:
                met[one, two].add(case)
    rows = ask(cohort_reader, "declared_versus_observed", MANY, PUBLIC).records()
    unused = {(row["first_id"], row["second_id"]) for row in rows if row["finding"] == "declared_unused"}
    assert unused == {
        (row["first_id"], row["second_id"])
        for row in tables["partnerships"]
        if len(met[row["first_id"], row["second_id"]]) < 10
    }
    assert all(row["cases"] is None for row in rows if row["finding"] == "declared_unused")


def _states(tables: Tables) -> dict[tuple[str, str], str]:
    """The state of each center and kind of partner, from what is told first to what is only unknown."""
    kinds, states = _kinds(tables), {}
    for absence in tables["absences"]:
        if not absence["function"]:
            states[absence["center_id"], absence["partner_kind"]] = "known_absent"
    for tie in tables["partnerships"]:
        for one, two in ((tie["first_id"], tie["second_id"]), (tie["second_id"], tie["first_id"])):
            states[one, kinds[two]] = "declared"
    members = defaultdict(set)
    for row in tables["memberships"]:
        members[row["network_id"]].add(row["member_id"])
    for inside in members.values():
        states |= {(one, kinds[two]): "member" for one in inside for two in inside - {one}}
    handled = {row["id"]: row["center_id"] for row in tables["cases"]}
    for step in tables["case_steps"]:
        if _gave_support(step) and step["provider_id"] not in ("", handled[step["case_id"]]):
            states[handled[step["case_id"]], kinds[step["provider_id"]]] = "used"
    return states


def test_planted_missing_kinds_of_partner_show_as_unknown_or_known_to_be_absent(cohort_reader, tables, planted):
    rows = ask(cohort_reader, "partnership_gaps", MANY | {"by": "kind"}, PUBLISHED).records()
    expected = _states(tables)
    assert {(row["center_id"], row["partner_kind"]): row["state"] for row in rows} == {
        (row["center_id"], row["partner_kind"]): expected.get((row["center_id"], row["partner_kind"]), "unknown")
        for row in rows
    }
    found = {(row["center_id"], row["partner_kind"]): row for row in rows}
    missing = [found[center, kind] for center, kind in planted["missing_partner_kinds"]]
    # A declared partner that no case goes to may be of the very kind that no case goes to.
    assert {row["state"] for row in missing} <= {"known_absent", "unknown", "declared"}
    gaps = [row for row in missing if row["state"] != "declared"]
    assert gaps
    assert all(row["peers_with"] > 0 and row["peer_evidence"] == "E1" for row in gaps)
    assert all(0 <= row["share_low"] <= row["peers_with"] / row["peers"] <= row["share_high"] <= 1 for row in gaps)


def test_by_function_a_cell_is_used_only_where_a_step_of_that_kind_was(cohort_reader, tables):
    kinds, handled = _kinds(tables), {row["id"]: row["center_id"] for row in tables["cases"]}
    used = defaultdict(set)
    for step in tables["case_steps"]:
        if _gave_support(step) and step["provider_id"] not in ("", handled[step["case_id"]]):
            used[handled[step["case_id"]], kinds[step["provider_id"]], step["kind"]].add(step["case_id"])
    answer = ask(cohort_reader, "partnership_gaps", MANY, PUBLISHED)
    rows = {(row["center_id"], row["partner_kind"], row["function"]): row for row in answer.records()}
    assert {key: row["cases"] for key, row in rows.items() if row["state"] == "used"} == {k: len(v) for k, v in used.items()}
    what = {row["id"]: STEP_OF.get(row["kind"], "other" if row["kind"] in OTHER else row["kind"]) for row in tables["programs"]}
    offers = [(row["provider_id"], row["id"]) for row in tables["programs"]]
    offers += [(row["provider_id"], row["program_id"]) for row in tables["program_providers"]]
    served = {(kinds[provider], what[program]) for provider, program in offers}
    center = tables["absences"][1]["center_id"]
    assert rows[center, "hospital", "housing"]["state"] == "known_absent"
    told = {key[1:] for key in rows if key[2]} - {("hospital", "housing")}
    assert told <= served | {key[1:] for key in used}
    assert answer.n == len(tables["cases"])


def test_a_use_too_small_for_the_public_looks_like_none(cohort_reader):
    rows = {(r["center_id"], r["partner_kind"]): r for r in
            ask(cohort_reader, "partnership_gaps", MANY | {"by": "kind"}, PUBLISHED).records()}  # fmt: skip
    shown = ask(cohort_reader, "partnership_gaps", MANY | {"by": "kind"}, PUBLIC).records()
    rare = [row for row in shown if 0 < (rows[row["center_id"], row["partner_kind"]]["cases"] or 0) < 10]
    assert rare
    assert all(row["state"] != "used" and row["cases"] is None for row in rare)


def _running(program: dict[str, str]) -> bool:
    return program["status"] not in ("planned", "closed")


def _province(tables: Tables) -> dict[str, str]:
    return {row["id"]: row["parent_id"] or row["id"] for row in tables["regions"]} | {"": ""}


def test_industries_that_no_program_trains_for_are_found(cohort_reader, tables, planted):
    rows = ask(cohort_reader, "industry_gaps", MANY, PUBLISHED).records()
    programs, province = {row["id"]: row for row in tables["programs"]}, _province(tables)
    trained = defaultdict(set)
    for target in tables["program_targets"]:
        program = programs[target["program_id"]]
        if target["target_kind"] == "industry" and _running(program):
            trained[target["target_id"]].add((target["program_id"], province[program["region_id"]]))
    for row in rows:
        here = {name for name, where in trained[row["industry_id"]] if where in ("", row["region_id"])}
        assert set(row["program_ids"]) == here
        assert (row["state"] == "trained") == bool(here)
    untrained = {row["industry_id"] for row in rows if row["state"] != "trained" and not trained[row["industry_id"]]}
    looked_for = {row["industry_id"] for row in rows}
    assert set(planted["industries_without_training"]) & looked_for
    assert set(planted["industries_without_training"]) & looked_for <= untrained


def test_demand_and_hires_by_industry_are_those_of_plain_loops(cohort_reader, tables):
    answer = ask(cohort_reader, "industry_gaps", MANY | {"measure": "surveyed"}, PUBLISHED)
    province, center = _province(tables), {row["id"]: row["region_id"] for row in tables["centers"]}
    lead = {row["network_id"]: center[row["member_id"]] for row in tables["memberships"] if row["role"] == "lead"}
    company = {row["id"]: row for row in tables["companies"]}
    asked, hired, openings = Counter(), Counter(), Counter()
    for row in tables["demands"]:
        asked[row["industry_id"], province[lead[row["network_id"]]]] += int(row["companies"]) * (row["measure"] == "surveyed")
    for row in tables["openings"]:
        where = company[row["company_id"]]
        openings[where["industry_id"], province[where["region_id"]]] += int(row["openings"])
    for row in tables["cases"]:
        if row["hired_industry_id"]:
            hired[row["hired_industry_id"], province[center[row["center_id"]]]] += 1
    found = {(row["industry_id"], row["region_id"]): row for row in answer.records()}
    assert set(found) == {*asked, *hired, *openings}
    for key, row in found.items():
        assert (row["companies"] or 0, row["hired"], row["openings"] or 0) == (asked[key], hired[key], openings[key])
    assert answer.n == sum(hired.values())


AGES = {"under_40": (0, 39), "40s": (40, 49), "50s": (50, 59), "60s": (60, 69), "70_plus": (70, 200)}


def _reach(tables: Tables) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Running programs by need and province."""
    province, programs = _province(tables), {row["id"]: row for row in tables["programs"]}
    found = defaultdict(lambda: defaultdict(list))
    for target in tables["program_targets"]:
        program = programs[target["program_id"]]
        if target["target_kind"] == "need" and _running(program):
            found[target["target_id"]][province[program["region_id"]]].append(program)
    return found


def _seats(program: dict[str, str], bands: set[str], as_on: date, most_days: int) -> str:
    low, high = int(program["min_age"] or 0), int(program["max_age"] or 200)
    if bands and not any(AGES[band][0] <= high and low <= AGES[band][1] for band in bands):
        return "programs_ineligible"
    seen = program["seats_updated_on"]
    if not seen or not program["seats_available"] or (as_on - date.fromisoformat(seen)).days > most_days:
        return "programs_unknown"
    return "programs_with_seats" if int(program["seats_available"]) else "programs_full"


@pytest.mark.parametrize("most_days", [30, 90])
def test_programs_within_reach_of_a_need_are_those_of_plain_loops(cohort_reader, tables, planted, most_days):
    rows = ask(cohort_reader, "need_gaps", MANY | {"max_age_days": most_days}, PUBLISHED).records()
    reach, province = _reach(tables), _province(tables)
    center = {row["id"]: row["region_id"] for row in tables["centers"]}
    people = {row["id"]: row for row in tables["cases"]}
    bands = defaultdict(set)
    for row in tables["case_needs"]:
        bands[center[people[row["case_id"]]["center_id"]], row["need_id"]].add(people[row["case_id"]]["age_band"])
    for row in rows:
        of_need = reach.get(row["need_id"], {})
        near = of_need.get(province[row["region_id"]], []) + of_need.get("", [])
        told = bands[row["region_id"], row["need_id"]]
        counts = Counter(_seats(program, set() if "" in told else told, date(2026, 1, 31), most_days) for program in near)
        expected = {name: counts[name] for name in
                    ("programs_with_seats", "programs_full", "programs_unknown", "programs_ineligible")}  # fmt: skip
        assert {name: row[name] for name in expected} == expected
        assert row["programs_too_far"] == sum(map(len, of_need.values())) - len(near)
    assert {row["need_id"] for row in rows if row["state"] == "none_told"} == {row["need_id"] for row in rows} - set(reach)
    assert set(planted["needs_without_program"]) <= {row["need_id"] for row in rows} - set(reach)
    assert {row["need_id"] for row in rows} == {row["need_id"] for row in tables["case_needs"]}
    seen = {row["state"] for row in rows}
    assert seen >= {"none_told", "too_far", "unknown"} | ({"available"} if most_days == 90 else set())
    assert most_days == 90 or not seen & {"available", "no_seats"}


def _cases_by_need(tables: Tables) -> dict[tuple[str, str], dict[str, set[str]]]:
    """By region and need: its cases, those served, those refused, and those of each reason."""
    answered, needs = defaultdict(set), defaultdict(set)
    for target in tables["program_targets"]:
        answered[target["program_id"]].add(target["target_id"])
    for row in tables["case_needs"]:
        needs[row["case_id"]].add(row["need_id"])
    region = {row["id"]: row["region_id"] for row in tables["centers"]}
    where = {row["id"]: region[row["center_id"]] for row in tables["cases"]}
    found = defaultdict(lambda: defaultdict(set))
    for case, need in ((case, need) for case, its_needs in needs.items() for need in its_needs):
        found[where[case], need]["cases"].add(case)
    for step, need in ((each, need) for each in tables["case_steps"] for need in needs[each["case_id"]]):
        told = found[where[step["case_id"]], need]
        if _gave_support(step) and (step["need_id"] == need or need in answered[step["program_id"]]):
            told["served"].add(step["case_id"])
        if step["result"] == "not_served" and step["need_id"] == need:
            told[step["reason"]].add(step["case_id"])
            told["refused"].add(step["case_id"])
    return found


def test_cases_by_need_and_reason_are_those_of_plain_loops(cohort_reader, tables):
    sets = _cases_by_need(tables)
    answer = ask(cohort_reader, "need_gaps", MANY, PUBLISHED)
    for row in answer.records():
        found = sets[row["region_id"], row["need_id"]]
        for name in ("cases", "served", "none_exists", "not_eligible", "no_seats", "too_far", "no_answer"):
            assert row[name] == len(found[name]), name
        assert row["untold"] == len(found["cases"] - found["served"] - found["refused"])
        assert row["reason_unknown"] == 0
    assert len(answer.rows) == len(sets)
    assert answer.n == len({row["case_id"] for row in tables["case_needs"]})


def test_no_part_of_a_need_follows_from_the_others(cohort_reader):
    # Served, refused only and untold make up the cases: the middle part must not be worked out when it is too small.
    true = {(r["region_id"], r["need_id"]): r for r in ask(cohort_reader, "need_gaps", MANY, PUBLISHED).records()}
    shown = 0
    for row in ask(cohort_reader, "need_gaps", MANY, PLANNER).records():
        whole = true[row["region_id"], row["need_id"]]
        refused_only = whole["cases"] - whole["served"] - whole["untold"]
        if None not in (row["cases"], row["served"], row["untold"]):
            shown += 1
            assert refused_only == 0 or refused_only >= 5
    assert shown


def test_brokerage_roles_and_betweenness_are_those_of_plain_loops(cohort_reader, tables):
    kinds, handed = _kinds(tables), set(_handed(tables))
    after = defaultdict(set)
    for one, two in handed:
        after[one].add(two)
    roles = defaultdict(Counter)
    for one, middle in handed:
        for last in after[middle] - after[one] - {one}:
            first_kind, own, last_kind = kinds[one], kinds[middle], kinds[last]
            roles[middle][_role(first_kind, own, last_kind)] += 1
    between = nx.betweenness_centrality(nx.DiGraph(list(handed)), normalized=False)
    rows = ask(cohort_reader, "bridges", MANY | {"findings": ["broker"]}, PUBLISHED).records()
    assert {row["partner_id"] for row in rows} == {end for pair in handed for end in pair}
    touched = defaultdict(set)
    for pair, cases in _handed(tables).items():
        for end in pair:
            touched[end] |= cases
    for row in rows:
        assert row["cases"] == len(touched[row["partner_id"]])
        expected = [roles[row["partner_id"]][name] for name in NAMES]
        assert [row[name] for name in NAMES] == expected
        assert row["betweenness"] == pytest.approx(between[row["partner_id"]], abs=1e-3)


NAMES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")


def _role(first: str, own: str, last: str) -> str:
    if first == own == last:
        return "coordinator"
    if first == last:
        return "consultant"
    return "gatekeeper" if own == last else "representative" if first == own else "liaison"


def test_what_a_network_loses_is_what_is_gone_when_the_partner_is_taken_out(cohort_reader, tables):
    answers, programs = defaultdict(set), {row["id"]: row for row in tables["programs"]}
    offers = {(row["provider_id"], row["id"]) for row in tables["programs"]}
    offers |= {(row["provider_id"], row["program_id"]) for row in tables["program_providers"]}
    needs = defaultdict(set)
    for target in tables["program_targets"]:
        if target["target_kind"] == "need":
            needs[target["program_id"]].add(target["target_id"])
    for provider, program in offers:
        answers[provider] |= needs[program] if _running(programs[program]) else set()
    declared = {(row["first_id"], row["second_id"]) for row in tables["partnerships"]}
    for network in [row["id"] for row in tables["networks"]][:4]:
        rows = ask(cohort_reader, "bridges", MANY | {"findings": ["loss"], "networks": [network]}, PUBLISHED).records()
        expected = _losses(network, tables, declared, answers)
        assert {row["partner_id"]: _lost(row) for row in rows} == expected


def _lost(row: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    return set(row["cut_off"]), set(row["needs_lost"]), set(row["paths_lost"])


def _losses(network: str, tables: Tables, declared: set[tuple[str, str]], answers: dict[str, set[str]]) -> dict[str, Any]:
    inside = {row["member_id"] for row in tables["memberships"] if row["network_id"] == network}
    (lead,) = [row["member_id"] for row in tables["memberships"] if (row["network_id"], row["role"]) == (network, "lead")]
    handed = set(_handed(tables, {lead}))
    partners = inside | {end for pair in handed for end in pair} | {e for pair in declared if inside & {*pair} for e in pair}
    ties = nx.Graph([(lead, member) for member in inside - {lead}] + list(handed))
    ties.add_edges_from(pair for pair in declared if partners >= {*pair})
    ties.add_nodes_from(partners)
    ways = nx.DiGraph(list(handed))
    ways.add_nodes_from(partners)

    def reached(gone: str) -> tuple[set[str], set[str], set[str]]:
        """Partners the lead reaches, needs they answer, and where hand-overs from the lead lead to."""
        rest = nx.node_connected_component(ties.subgraph(partners - {gone}), lead)
        onward = nx.descendants(ways.subgraph(partners - {gone}), lead) - {lead}
        return rest, set().union(*(answers[partner] for partner in rest)), onward

    whole = reached("")
    found = {}
    for gone in partners - {lead}:
        left = reached(gone)
        lost = whole[0] - left[0] - {gone}, whole[1] - left[1], whole[2] - left[2] - {gone}
        if any(lost):
            found[gone] = lost
    return found


@pytest.mark.parametrize(
    ("question", "params"),
    [
        ("partnership_gaps", {"centers": ["pair7-center-001"], "kinds": ["other"], "functions": ["housing"]}),
        ("industry_gaps", {"regions": ["pair7-region-50"], "states": ["none_told"], "industries": ["pair7-industry-C"]}),
        ("need_gaps", {"needs": ["pair7-need-17"], "states": ["available"]}),
        ("declared_versus_observed", {"centers": ["pair7-center-001"], "as_of": "2019-01-01"}),
    ],
)
def test_contradictory_filters_get_one_clear_sentence(cohort_reader, question, params):
    answer = ask(cohort_reader, question, params)
    if not answer.rows:
        assert answer.sentence.ko.endswith(("않습니다.", "없습니다.", "2020-05-14입니다."))
    assert "None" not in answer.sentence.ko

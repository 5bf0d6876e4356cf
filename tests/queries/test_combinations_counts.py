"""Combinations counted three ways: from the columns, by the plain Cypher of the question, and by dicts over the tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from analysis.disclosure import PUBLISHED
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.asking import Asking
from queries.catalog import load_catalog
from queries.language.params import accept
from queries.outcomes.case_choice import as_cypher
from queries.outcomes.pooling import STORIES, pooled
from queries.telling.standing import standing

if TYPE_CHECKING:
    from graph.dataset import Dataset
    from graph.store import Reader

CLOSED = ["hired", "not_hired", "dropped_out"]
SERVED = (None, "completed", "ongoing")
ALL: dict[str, Any] = {"min_cases": 1, "top": 1000, "max_size": 3}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    from loaders.cohort.write import write_cohort
    from loaders.folder import check_folder

    folder = tmp_path_factory.mktemp("cohort") / "data"
    write_cohort(folder, 700, 4, plan="mixed", size="xs")
    checked = check_folder(folder, {})
    assert checked.dataset is not None
    return checked.dataset


@pytest.fixture(scope="module")
def cohort_reader(cohort: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = tmp_path_factory.mktemp("cohort-home")
    store = open_store("ladybug:", home)
    Workspace(home).publish([cohort], store)
    reader = store.reader()
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def cohort_on_neo4j(cohort: Dataset, neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    from neo4j import GraphDatabase

    def empty() -> None:
        with GraphDatabase.driver(neo4j_url) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")

    empty()
    home = tmp_path_factory.mktemp("cohort-on-neo4j")
    store = open_store(neo4j_url, home)
    Workspace(home).publish([cohort], store)
    reader = store.reader()
    yield reader
    reader.close()
    store.close()
    empty()


Counted = dict[frozenset[str], tuple[int, int]]


def by_dicts(
    dataset: Dataset, by: str, outcomes: list[str], keep: Any = lambda case, needs: True, match: str = "at_least"
) -> Counted:
    """Cases and hires of every combination of up to three, the plain way."""
    tables = {name: frame.to_dicts() for name, frame in dataset.tables.items()}
    kinds = {row["id"]: row["kind"] for row in tables["centers"] + tables["institutions"]}
    needs = defaultdict(set)
    for row in tables.get("case_needs", []):
        needs[row["case_id"]].add(row["need_id"])
    cases = {row["id"]: row for row in tables["cases"] if row["outcome"] in outcomes and keep(row, needs[row["id"]])}
    items = defaultdict(set)
    for step in tables["case_steps"]:
        case, provider = cases.get(step["case_id"]), step["provider_id"]
        if case is None or step["result"] not in SERVED:
            continue
        if by == "program" and step["program_id"]:
            items[case["id"]].add(step["program_id"])
        elif by != "program" and provider and provider != case["center_id"]:
            items[case["id"]].add(provider if by == "partner" else kinds[provider])
    found, hires = Counter(), Counter()
    for case_id, held in items.items():
        for size in (1, 2, 3):
            for members in combinations(sorted(held), size):
                if match == "at_least" or len(held) == size:
                    found[frozenset(members)] += 1
                    hires[frozenset(members)] += cases[case_id]["outcome"] == "hired"
    return {members: (count, hires[members]) for members, count in found.items()}


def by_cypher(reader: Reader, by: str, outcomes: list[str], **params: Any) -> Counted:
    """The same by the statements that stand in the question's file."""
    question = load_catalog().question("partner_combinations")
    values = accept(question, {"by": by, **params})
    stands = standing(reader.generation)
    asking = Asking(reader, question, values, stands, PUBLISHED, {})
    more = as_cypher(asking, pooled(reader.generation, []).datasets)
    found: Counted = {}
    for size in (1, 2, 3):
        for *members, cases, hires in asking.rows(
            f"{'programs' if by == 'program' else 'partners'}_{size}", outcomes=outcomes, **more
        ):
            found[frozenset(members)] = (cases, hires)
    return found


def by_columns(reader: Reader, by: str, **params: Any) -> Counted:
    """What the answer shows, where all of it may be shown and fits."""
    rows = ask(reader, "partner_combinations", {**ALL, "by": by, **params}, PUBLISHED).records()
    return {frozenset(row["partners"]): (row["cases"], row["hires"]) for row in rows}


def part_of(counted: Counted, whole: Counted) -> bool:
    return counted.items() <= whole.items() and len(counted) == min(len(whole), ALL["top"])


@pytest.mark.parametrize("by", ["partner_kind", "partner", "program"])
def test_columns_cypher_and_dicts_count_a_cohort_alike(cohort, cohort_reader, by):
    expected = by_dicts(cohort, by, CLOSED)
    assert by_cypher(cohort_reader, by, CLOSED) == expected
    shown = by_columns(cohort_reader, by)
    assert shown.items() <= expected.items()
    items = {item for members in expected for item in members}
    if len(items) <= 64:
        assert part_of(shown, expected)


@pytest.mark.neo4j
@pytest.mark.parametrize("by", ["partner_kind", "partner"])
def test_the_server_counts_a_cohort_alike(cohort, cohort_reader, cohort_on_neo4j, by):
    expected = by_dicts(cohort, by, CLOSED)
    assert by_cypher(cohort_on_neo4j, by, CLOSED) == expected
    assert by_columns(cohort_on_neo4j, by) == by_columns(cohort_reader, by)


@pytest.mark.parametrize("by", ["partner_kind", "partner", "program"])
def test_the_press_release_is_counted_alike_with_its_open_cases(reader, moel, by):
    outcomes = [*CLOSED, "open"]
    expected = by_dicts(moel, by, outcomes)
    assert pooled(reader.generation, []).selection == STORIES
    assert by_cypher(reader, by, outcomes) == expected
    assert by_columns(reader, by) == expected


def test_filters_choose_the_same_cases(cohort, cohort_reader):
    some = cohort.tables["centers"]["id"].to_list()[:2]
    need = cohort.tables["case_needs"]["need_id"].value_counts(sort=True)["need_id"][0]
    expected = by_dicts(cohort, "partner_kind", CLOSED, lambda case, needs: case["center_id"] in some and need in needs)
    asked = {"centers": some, "needs": [need]}
    assert by_cypher(cohort_reader, "partner_kind", CLOSED, **asked) == expected
    assert part_of(by_columns(cohort_reader, "partner_kind", **asked), expected)
    year = by_dicts(
        cohort, "partner_kind", CLOSED, lambda case, _: case["opened_month"][:4] == "2023" and case["age_band"] == "50s"
    )
    asked = {"years": ["2023"], "age_bands": ["50s"]}
    assert by_cypher(cohort_reader, "partner_kind", CLOSED, **asked) == year
    assert part_of(by_columns(cohort_reader, "partner_kind", **asked), year)


def test_exactly_these_partners_are_those_and_no_other(cohort, cohort_reader):
    expected = by_dicts(cohort, "partner_kind", CLOSED, match="exactly")
    assert part_of(by_columns(cohort_reader, "partner_kind", match="exactly"), expected)


def in_order_by_dicts(dataset: Dataset) -> dict[tuple[str, str], tuple[int, int]]:
    kinds = {row["id"]: row["kind"] for name in ("centers", "institutions") for row in dataset.tables[name].to_dicts()}
    cases = {row["id"]: row for row in dataset.tables["cases"].to_dicts() if row["outcome"] in CLOSED}
    met: dict[str, list[str]] = defaultdict(list)
    for step in sorted(dataset.tables["case_steps"].to_dicts(), key=lambda step: (step["case_id"], step["order"])):
        case = cases.get(step["case_id"])
        if case and step["provider_id"] not in (None, case["center_id"]) and step["result"] in SERVED:
            met[case["id"]].append(kinds[step["provider_id"]])
    found, hires = Counter(), Counter()
    for case_id, steps in met.items():
        for pair in combinations(dict.fromkeys(steps), 2):
            found[pair] += 1
            hires[pair] += cases[case_id]["outcome"] == "hired"
    return {pair: (count, hires[pair]) for pair, count in found.items()}


def test_pairs_in_order_are_counted_alike(cohort, cohort_reader):
    expected = in_order_by_dicts(cohort)
    question = load_catalog().question("partner_combinations")
    asking = Asking(cohort_reader, question, accept(question, {}), standing(cohort_reader.generation), PUBLISHED, {})
    rows = asking.rows("partners_in_order", outcomes=CLOSED, **as_cypher(asking, pooled(cohort_reader.generation, []).datasets))
    assert {(first, second): (cases, hires) for first, second, cases, hires in rows} == expected
    shown = ask(cohort_reader, "partner_combinations", {"in_order": True, "min_cases": 1, "top": 1000}, PUBLISHED).records()
    assert {tuple(row["partners"]): (row["cases"], row["hires"]) for row in shown} == expected


@pytest.mark.parametrize("by", ["partner_kind", "partner"])
def test_reach_is_the_share_of_closed_cases(cohort, cohort_reader, by):
    expected = {next(iter(members)): count for members, count in by_dicts(cohort, by, CLOSED).items() if len(members) == 1}
    closed = sum(case["outcome"] in CLOSED for case in cohort.tables["cases"].to_dicts())
    answer = ask(cohort_reader, "partner_outcomes", {"by": by, "min_cases": 1, "top": 1000}, PUBLISHED)
    rows = answer.records()
    assert answer.n == closed
    assert {row["partner"]: (row["cases"], row["hires"]) for row in rows}.items() <= expected.items()
    assert all(row["reach"] == pytest.approx(row["cases"] / closed, abs=1e-4) for row in rows)
    assert all(row["effect"] is not None and row["reach"] is not None for row in rows)


def test_what_was_never_tried_is_in_no_case_and_nothing_smaller_is_missing(cohort, cohort_reader):
    tried = set(by_dicts(cohort, "partner_kind", [*CLOSED, "open"]))
    kinds = {row["kind"] for name in ("centers", "institutions") for row in cohort.tables[name].to_dicts()}
    expected = {
        frozenset(members)
        for size in (1, 2, 3)
        for members in combinations(sorted(kinds), size)
        if frozenset(members) not in tried
        and all(frozenset(part) in tried for less in range(1, size) for part in combinations(members, less))
    }
    rows = ask(cohort_reader, "never_tried", {"top": 1000}, PUBLISHED).records()
    assert {frozenset(row["partners"]) for row in rows} == expected
    assert [row["expected"] for row in rows] == sorted((row["expected"] for row in rows), reverse=True)


def test_time_to_hire_follows_those_at_risk(cohort, cohort_reader):
    def month(text: str) -> int:
        return int(text[:4]) * 12 + int(text[5:])

    cases = cohort.tables["cases"].to_dicts()
    last = max(month(case[name]) for case in cases for name in ("opened_month", "outcome_month") if case[name])
    spans = [
        (month(case["outcome_month"]) if case["outcome_month"] else last) - month(case["opened_month"])
        for case in cases
        if case["opened_month"] and (case["outcome_month"] or case["outcome"] == "open")
    ]
    answer = ask(cohort_reader, "time_to_hire", {}, PUBLISHED)
    rows = answer.records()
    last_row = rows[-1]
    share, low, high = (f"{last_row[name] * 100:.1f}" for name in ("share_hired", "share_low", "share_high"))
    assert (
        f"{last_row['month']}개월까지 {share}%(95% 구간 {low}~{high}%)가 취업했습니다(전체 사례 {len(spans):,}건)"
        in answer.sentence.ko
    )
    assert f"{share}% (95% interval {low} to {high}%) were hired within {last_row['month']} months" in answer.sentence.en
    assert all(row["at_risk"] == sum(span >= row["month"] for span in spans) for row in rows)
    shares = [row["share_hired"] for row in rows]
    assert shares == sorted(shares)
    assert all(row["at_risk"] >= 5 and row["share_low"] <= row["share_hired"] <= row["share_high"] for row in rows)


def test_time_to_hire_says_the_share_of_the_largest_group_with_its_interval(cohort_reader):
    answer = ask(cohort_reader, "time_to_hire", {"by": "partner_kind"}, PUBLISHED)
    rows = answer.records()
    of_largest = [row for row in rows if row["category"] == rows[0]["category"]]
    assert of_largest[0]["at_risk"] == max(row["at_risk"] for row in rows)
    share = f"{of_largest[-1]['share_hired'] * 100:.1f}%"
    assert f"사례가 가장 많은 '{rows[0]['category_name']}'에서는" in answer.sentence.ko
    assert share in answer.sentence.ko
    assert share in answer.sentence.en

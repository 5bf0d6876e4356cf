"""What the questions about outcomes say: the planted truth, no evidence, what the data cannot tell, and nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from analysis.disclosure import PLANNER, PUBLIC, PUBLISHED, Policy
from graph.stores import open_store
from graph.workspace import Workspace
from queries.ask import ask
from queries.errors import QuestionError
from tests.graph.made import card, dataset_of, made_dataset

if TYPE_CHECKING:
    from graph.dataset import Dataset
    from graph.store import Reader
    from queries.answer import Answer

QUESTIONS = ("partner_combinations", "partner_outcomes", "never_tried", "time_to_hire")
KINDS = ("municipality", "polytechnic", "hospital", "foundation", "technopark")
Make = Callable[..., "Reader"]


@pytest.fixture
def reader_of(tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    readers: list[Reader] = []

    def make(*datasets: Dataset) -> Reader:
        home = tmp_path / f"home{len(readers)}"
        store = open_store("ladybug:", home)
        Workspace(home).publish(list(datasets), store)
        readers.append(store.reader())
        return readers[-1]

    yield make
    for reader in readers:
        reader.close()


def cohort(cases: list[tuple[str, list[int], str]], **told: Any) -> Dataset:
    """Cases as (center, partners by number, outcome)."""
    id_ = told.pop("id_", "told")
    centers = sorted({center for center, _, _ in cases}) or ["c"]
    rows: dict[str, list[dict[str, Any]]] = {
        "centers": [{"id": f"{id_}-{center}", "name": center, "kind": "employment_center"} for center in centers],
        "institutions": [{"id": f"{id_}-i{n}", "name": f"기관 {n}", "kind": kind} for n, kind in enumerate(KINDS)],
        "cases": [],
        "case_steps": [],
    }
    for number, (center, partners, outcome) in enumerate(cases):
        case_id = f"{id_}-case-{number:05d}"
        ended = None if outcome == "open" else f"2024-{2 + number % 10:02d}"
        rows["cases"].append(
            {
                "id": case_id,
                "center_id": f"{id_}-{center}",
                "outcome": outcome,
                "opened_month": "2024-01",
                "outcome_month": ended,
            }
        )
        rows["case_steps"] += [
            {"case_id": case_id, "order": order, "provider_id": f"{id_}-i{n}", "kind": "training", "result": "completed"}
            for order, n in enumerate(partners, start=1)
        ]
    return dataset_of({name: told_rows for name, told_rows in rows.items() if told_rows}, card(id_, **told))


def drawn(seed: int, many: int, rate: Callable[[set[int], str], float], chance: Any = None) -> list[tuple[str, list[int], str]]:
    """Cases whose partners and outcomes are drawn; `rate` is the chance of a hire, `chance` that of partner n at a center."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(many):
        center = "ab"[int(rng.integers(2))]
        partners = [n for n in range(len(KINDS)) if rng.random() < (chance(n, center) if chance else 0.4)]
        rng.shuffle(partners)
        found.append((center, partners, "hired" if rng.random() < rate(set(partners), center) else "not_hired"))
    return found


def asked(reader: Reader, question: str, policy: Policy | None = PUBLISHED, **params: Any) -> Answer:
    answer = ask(reader, question, params, policy)
    text = json.dumps(answer.to_json(), ensure_ascii=False, allow_nan=False)
    assert "NaN" not in text
    assert answer.sentence.ko and answer.sentence.en and "None" not in answer.sentence.ko + answer.sentence.en
    assert all(row.get("evidence", "E0") in ("E0", "E1", "E2", "E3", "E4") for row in answer.records())
    assert answer.evidence_reason.ko and answer.evidence_reason.en
    return answer


def test_a_planted_pair_is_named_first_with_its_numbers(reader_of):
    reader = reader_of(cohort(drawn(1, 1200, lambda held, _: 0.85 if {1, 3} <= held else 0.5)))
    answer = asked(reader, "partner_combinations", null_check=True)
    first = answer.records()[0]
    assert set(first["partners"]) == {"polytechnic", "foundation"}
    assert (first["minimal"], first["productive"], first["direction"], first["evidence"]) == (True, True, "raises", "E3")
    assert first["rate_low"] < first["rate"] < first["rate_high"]
    assert abs(first["shrunk_rate"] - 0.85) < 0.06
    assert first["e_value"] > 1 and first["q_value"] <= 0.03
    assert answer.evidence == "E3"
    for told in (f"{first['cases']:,}", f"{first['hires']:,}", f"{first['rate'] * 100:.1f}"):
        assert told in answer.sentence.ko and told in answer.sentence.en
    assert sum(row["minimal"] for row in answer.records()) == 1
    assert any("under 0.2%" in note.en and "shuffles" in note.en for note in answer.notes)
    assert all(row["explained_by"] == first["combination"] for row in answer.records() if row["reason"] == "explained")


def test_a_pair_that_lowers_hiring_is_said_to_lower_it(reader_of):
    reader = reader_of(cohort(drawn(2, 1200, lambda held, _: 0.15 if {0, 2} <= held else 0.5)))
    answer = asked(reader, "partner_combinations")
    assert set(answer.records()[0]["partners"]) == {"municipality", "hospital"}
    assert answer.records()[0]["direction"] == "lowers"
    assert "덜 취업" in answer.sentence.ko and "fewer hires" in answer.sentence.en


def test_without_any_effect_the_answer_is_no_evidence(reader_of):
    answer = asked(reader_of(cohort(drawn(3, 600, lambda held, _: 0.5))), "partner_combinations", null_check=True)
    assert "No evidence" in answer.sentence.en and "근거가 있는 조합이 없습니다" in answer.sentence.ko
    assert answer.evidence == "E1"
    assert {row["evidence"] for row in answer.records()} == {"E1"}
    assert not any(row["minimal"] for row in answer.records())


def test_a_confounder_is_shown_with_a_warning_and_no_higher_than_e2(reader_of):
    cases = drawn(
        4, 1500, lambda _, center: 0.8 if center == "a" else 0.3, lambda n, center: 0.8 if n == 2 and center == "a" else 0.2
    )
    answer = asked(reader_of(cohort(cases)), "partner_combinations")
    assert answer.records()[0]["partners"] == ["hospital"]
    assert answer.evidence == "E2"
    assert answer.records()[0]["reason"] in ("not_within_strata", "reversed")
    assert "주의" in answer.sentence.ko and "Warning" in answer.sentence.en
    outcome = next(row for row in asked(reader_of(cohort(cases)), "partner_outcomes").records() if row["partner"] == "hospital")
    assert abs(outcome["effect"]) < abs(outcome["rate"] - 0.55) and outcome["reach"] > 0


def test_an_order_that_matters_is_named_and_one_that_does_not_is_not(reader_of):
    rng = np.random.default_rng(5)
    cases = []
    for _ in range(800):
        partners = [0, 1] if rng.random() < 0.5 else [1, 0]
        cases.append(
            (
                "ab"[int(rng.integers(2))],
                partners,
                "hired" if rng.random() < (0.8 if partners == [0, 1] else 0.4) else "not_hired",
            )
        )
    answer = asked(reader_of(cohort(cases)), "partner_combinations", in_order=True)
    first, second = answer.records()
    assert first["partners"] == ["municipality", "polytechnic"] and first["minimal"] and first["evidence"] == "E3"
    assert second["reason"] == "explained" and second["explained_by"] == first["combination"]
    assert "→" in answer.sentence.ko
    nothing = asked(reader_of(cohort(drawn(6, 500, lambda held, _: 0.5))), "partner_combinations", in_order=True)
    assert "No evidence" in nothing.sentence.en and nothing.evidence == "E1"


RATES = (
    "rate",
    "rate_low",
    "rate_high",
    "shrunk_rate",
    "q_value",
    "effect",
    "expected_rate",
    "odds_ratio",
    "shapley",
    "removal_effect",
)


def no_rate(answer: Answer) -> None:
    assert answer.evidence == "E1"
    for row in answer.records():
        assert all(row.get(name) is None for name in RATES)
        assert row["evidence"] == "E1"
    counts = [row["cases"] for row in answer.records() if "cases" in row]
    assert counts == sorted(counts, reverse=True)
    said = " ".join(note.en for note in answer.notes)
    assert "no rate, effect or ranking" in said and "case_steps" in said and "not_hired" in said
    assert all(f"+{points} points" in said for points in (10, 20, 35))


@pytest.mark.parametrize("params", [{}, {"by": "partner"}, {"match": "exactly"}, {"in_order": True}, {"null_check": True}])
def test_the_press_release_gives_counts_and_never_a_rate(reader, params):
    answer = asked(reader, "partner_combinations", PLANNER, **params)
    no_rate(answer)
    assert answer.records()
    assert any(row["case_sources"] for row in answer.records())
    assert "cannot tell" in answer.sentence.en


def test_outcomes_and_time_of_the_press_release_hold_no_rate(reader):
    outcomes = asked(reader, "partner_outcomes", PLANNER, attribution=True)
    no_rate(outcomes)
    assert all(row["reach"] is not None for row in outcomes.records())
    assert asked(reader, "time_to_hire", PLANNER).rows == ()


def test_the_cases_that_would_be_needed_are_those_of_the_power_table(reader):
    from analysis.power import power_table

    said = " ".join(note.en for note in asked(reader, "partner_combinations").notes)
    for each in power_table(0.5, (0.10, 0.20, 0.35)):
        assert f"{each.cases_with:,} cases with" in said
        assert f"about {each.not_hired_with + each.not_hired_without:,} of them" in said


def test_complete_data_in_which_all_were_hired_gets_the_same_guard(reader_of):
    reader = reader_of(cohort(drawn(7, 80, lambda held, _: 1.0)))
    for question in ("partner_combinations", "partner_outcomes"):
        answer = asked(reader, question, PLANNER)
        no_rate(answer)
        assert {row["reason"] for row in answer.records()} == {"no_denominator"}


def test_success_stories_are_not_pooled_with_complete_data(reader_of):
    complete = cohort(drawn(8, 1200, lambda held, _: 0.85 if {1, 3} <= held else 0.5), id_="whole")
    stories = cohort(drawn(9, 300, lambda held, _: 1.0), id_="stories", selection="success_stories")
    reader = reader_of(complete, stories)
    answer = asked(reader, "partner_combinations")
    assert answer.n == 1200 and answer.evidence == "E3"
    assert any("stories" in note.en and "not mixed in" in note.en for note in answer.notes)
    chosen = asked(reader, "partner_combinations", datasets=["stories"])
    assert chosen.n == 300
    no_rate(chosen)
    assert asked(reader, "never_tried").n == 1500


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param([], id="no case"),
        pytest.param([("a", [1], "hired")], id="one case hired"),
        pytest.param([("a", [1], "not_hired")], id="one case not hired"),
        pytest.param([("a", [], "hired"), ("a", [], "not_hired")] * 20, id="no support"),
        pytest.param([("a", [1, 2], "not_hired"), ("b", [1], "dropped_out")] * 20, id="none hired"),
        pytest.param([("a", [1, 2], "hired"), ("b", [1], "hired")] * 20, id="all hired"),
        pytest.param(
            [("ab"[n % 2], [1, 2][: 1 + n % 2], ("hired", "not_hired")[n // 2 % 2]) for n in range(40)], id="one in all"
        ),
        pytest.param([("a", [1, 2], "hired"), ("b", [1, 2], "not_hired")] * 20, id="all alike"),
        pytest.param([("a", [1, 2], "open")] * 20, id="only open"),
    ],
)
def test_poor_data_gets_a_clear_answer(reader_of, cases):
    reader = reader_of(cohort(cases))
    extra = {"partner_combinations": [{"null_check": True}, {"in_order": True}, {"match": "exactly", "by": "partner"}]}
    extra["partner_outcomes"] = [{"attribution": True}]
    for question in QUESTIONS:
        for policy in (PUBLISHED, PLANNER, PUBLIC):
            for params in [{}, *extra.get(question, [])]:
                answer = asked(reader, question, policy, **params)
                assert answer.evidence in ("E0", "E1")
                for row in answer.records():
                    assert all(not isinstance(value, float) or math.isfinite(value) for value in row.values())


def test_an_empty_graph_and_a_filter_nobody_fits_answer_plainly(reader_of):
    reader = reader_of(dataset_of({"regions": [{"id": "r", "name": "지역"}]}, card("bare")))
    for question in QUESTIONS:
        answer = asked(reader, question, PLANNER)
        assert answer.rows == () and not answer.n
    reader = reader_of(cohort(drawn(10, 60, lambda held, _: 0.5)))
    assert all(asked(reader, question, years=["1999"]).rows == () for question in QUESTIONS)


@pytest.mark.parametrize(
    "params",
    [
        {"max_size": 0},
        {"max_size": 9},
        {"max_size": "두 곳"},
        {"partners": ["nobody"]},
        {"by": "planet"},
        {"match": "roughly"},
        {"min_cases": -1},
        {"years": ["99"]},
        {"datasets": ["nothing"]},
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(made_reader, params):
    with pytest.raises(QuestionError) as refused:
        ask(made_reader, "partner_combinations", params)
    assert refused.value.param == next(iter(params))


def test_naming_a_partner_shows_its_combinations_and_tests_all_the_same(reader_of):
    reader = reader_of(cohort(drawn(11, 900, lambda held, _: 0.85 if {1, 3} <= held else 0.5)))
    every = {row["combination"]: row for row in asked(reader, "partner_combinations", by="partner", top=1000).records()}
    named = asked(reader, "partner_combinations", by="partner", partners=["told-i1"], top=1000).records()
    assert named == [row for row in every.values() if "told-i1" in row["partners"]]
    kinds = asked(reader, "partner_combinations", partners=["told-i1"]).records()
    assert kinds and all("polytechnic" in row["partners"] for row in kinds)


def test_more_partners_than_bits_are_told_as_left_out(reader_of):
    rng = np.random.default_rng(12)
    rows: dict[str, list[dict[str, Any]]] = {
        "centers": [{"id": "c", "name": "센터", "kind": "employment_center"}],
        "institutions": [{"id": f"i{n:03d}", "name": f"기관 {n}", "kind": "hospital"} for n in range(90)],
        "cases": [{"id": f"k{n:04d}", "center_id": "c", "outcome": ("hired", "not_hired")[n % 2]} for n in range(900)],
        "case_steps": [
            {"case_id": f"k{n:04d}", "order": 1, "provider_id": f"i{partner:03d}", "kind": "other"}
            for n, partner in enumerate(np.minimum(rng.geometric(0.04, 900), 90) - 1)
        ],
    }  # fmt: skip
    reader = reader_of(dataset_of(rows, card("many")))
    used = sorted({step["provider_id"] for step in rows["case_steps"]})
    assert len(used) > 64
    answer = asked(reader, "partner_combinations", by="partner", min_cases=1, top=1000, max_size=1)
    assert len(answer.rows) == 64
    assert any(f"{len(used) - 64} are left out" in note.en for note in answer.notes)
    rare = next(each for each in used if each not in {row["partners"][0] for row in answer.records()})
    assert asked(reader, "partner_combinations", by="partner", min_cases=1, max_size=1, partners=[rare]).rows


@pytest.mark.parametrize("policy", [PLANNER, PUBLIC])
@pytest.mark.parametrize("question", ["partner_combinations", "partner_outcomes"])
def test_no_figure_stands_beside_a_hidden_count(question, policy):
    from queries.outcomes.told_figures import Figures

    for cases in range(30):
        for hires in range(cases + 1):
            seen = Figures(cases, hires, policy)
            hidden = cases < policy.threshold or any(0 < part < policy.threshold for part in (hires, cases - hires))
            if hidden and cases:
                assert seen.rates() == (None, None, None) and seen.number(0.5) is None and seen.chance(0.01) is None


@pytest.mark.parametrize("policy", [PLANNER, PUBLIC])
def test_few_people_do_not_follow_from_the_combinations_shown(reader_of, policy):
    """Subtracts what is shown: cases with some members of a combination and none of the others, and their hires."""
    made = made_dataset("people", seed=3, cases=400)
    reader = reader_of(made)
    for params in ({}, {"by": "partner"}, {"max_size": 4}):
        answer = asked(reader, "partner_combinations", policy, **params, top=1000)
        rows = {frozenset(row["partners"]): row for row in answer.records()}
        assert rows
        for members, row in rows.items():
            if row["rate"] is None:
                assert row["hires"] is None and row["shrunk_rate"] is None and row["q_value"] is None
            for one in members if policy is PLANNER else ():
                part = rows.get(members - {one})
                if part is None or len(members) == 1:
                    continue
                apart = part["cases"] - row["cases"]
                assert apart == 0 or apart >= policy.threshold
                if part["hires"] is not None and row["hires"] is not None and apart:
                    hires = part["hires"] - row["hires"]
                    assert hires == 0 or hires >= policy.threshold
                    assert apart == hires or apart - hires >= policy.threshold
            if policy is PUBLIC and row["rate"] is not None:
                assert row["cases"] % 5 == 0 and row["rate"] == round(row["hires"] / row["cases"], 2)


def test_months_of_a_protected_curve_tell_of_no_few_people(reader_of):
    reader = reader_of(cohort(drawn(13, 90, lambda held, _: 0.5)))
    rows = asked(reader, "time_to_hire", PLANNER).records()
    assert rows and all(row["at_risk"] >= 5 for row in rows)
    falls = [one["at_risk"] - two["at_risk"] for one, two in pairwise(rows)]
    assert all(fall == 0 or fall >= 5 for fall in falls)


def test_attribution_comes_beside_reach_with_bands(reader_of):
    reader = reader_of(cohort(drawn(14, 500, lambda held, _: 0.7 if 1 in held else 0.4)))
    plain = asked(reader, "partner_outcomes").records()
    assert all(row["shapley"] is None and row["removal_effect"] is None for row in plain)
    rows = asked(reader, "partner_outcomes", attribution=True).records()
    for row in rows:
        assert row["reach"] > 0
        assert row["shapley_low"] <= row["shapley"] <= row["shapley_high"]
        assert row["removal_low"] <= row["removal_effect"] <= row["removal_high"]
    assert max(rows, key=lambda row: row["shapley"])["partner"] == "polytechnic"

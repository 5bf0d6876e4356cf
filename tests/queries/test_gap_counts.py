"""What gaps and journeys count in columns, beside the plain Cypher of their questions: row by row, on both engines."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from analysis.disclosure import PLANNER, PUBLISHED
from graph.stores import open_store
from graph.workspace import Workspace
from loaders.cohort.write import write_cohort
from loaders.folder import check_folder
from queries.ask import ask
from queries.asking import Asking
from queries.catalog import load_catalog
from queries.language.params import accept
from queries.telling.nodes import first_nodes
from queries.telling.standing import standing
from queries.ties import profile
from queries.ties.counting import Tally, cases_handled
from queries.ties.hires import hires
from queries.ties.journeys import UNKNOWN
from queries.ties.needs import need_counts
from queries.ties.partners import partner_counts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graph.store import Reader

READERS = [pytest.param("neo4j_reader", marks=pytest.mark.neo4j), "ladybug_reader", "cohort_reader", "made_reader"]
COUNTED = (("partnership_gaps", "used_by_function", 3), ("industry_gaps", "hired", 2), ("need_gaps", "needs", 2))
NEEDS_ASKED: list[dict[str, Any]] = [{}, {"needs": 1}, {"needs": 3}, {"age_bands": ["60s", "under_40"]}]


@pytest.fixture(scope="module")
def cohort_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("counts")
    write_cohort(folder / "cohort", 1500, 11, size="xs")
    checked = check_folder(folder / "cohort", {})
    assert checked.dataset is not None
    store = open_store("ladybug:", folder / "home")
    Workspace(folder / "home").publish([checked.dataset], store)
    reader = store.reader()
    yield reader
    reader.close()


def asking_of(reader: Reader, name: str, given: dict[str, Any]) -> Asking:
    question = load_catalog().question(name)
    return Asking(reader, question, accept(question, given), standing(reader.generation), PUBLISHED, {})


def needs_of(reader: Reader, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters, with the ids of so many needs in place of their number."""
    ids = [node.id for node in first_nodes(reader, ("Need",))]
    return given | ({"needs": ids[: given["needs"]]} if "needs" in given else {})


@pytest.mark.parametrize("of", READERS)
@pytest.mark.parametrize("given", NEEDS_ASKED)
def test_needs_by_region_are_those_of_the_statement(of, given, request):
    reader = request.getfixturevalue(of)
    given = needs_of(reader, given)
    asking = asking_of(reader, "need_gaps", given)
    counts = need_counts(reader).narrowed(given.get("needs", []), given.get("age_bands", []))
    names = {need: str(name) for need, name in asking.rows("need_names")}
    expected = asking.rows("needs")
    assert list(counts.rows(names)) == [tuple(row[:-1]) for row in expected]
    assert sorted(counts.bands()) == sorted(asking.rows("ages"))
    chosen = sorted({row[0] for row in expected})
    for regions in (chosen, chosen[:1], []):
        assert counts.different(regions) == asking.rows("n", chosen=regions)[0][0]


@pytest.mark.parametrize("of", READERS)
def test_support_by_kind_and_function_is_that_of_the_statements(of, request):
    reader = request.getfixturevalue(of)
    asking, counts = asking_of(reader, "partnership_gaps", {}), partner_counts(reader)
    for by_function, part in ((True, "used_by_function"), (False, "used_by_kind")):
        expected = {tuple(row[:3]): (row[3], sorted(row[4])) for row in asking.rows(part)}
        assert {tuple(row[:3]): row[3:] for row in counts.used(by_function)} == expected
    assert sorted(counts.functions()) == sorted((row[0], *row[2:]) for row in asking.rows("functions_given"))
    handled = dict(asking.rows("handled"))
    assert {center: counts.cases_of([center]) for center in handled} == handled
    assert sorted(need_counts(reader).by_center()) == sorted(asking.rows("needs"))
    for chosen in (sorted(handled), sorted(handled)[:2]):
        assert counts.cases_of(chosen) == asking.rows("n", chosen=chosen)[0][0]
        assert cases_handled(reader.snapshot(), chosen) == asking.rows("n", chosen=chosen)[0][0]


@pytest.mark.parametrize("of", READERS)
def test_cases_of_partners_are_those_of_the_statements(of, request):
    reader = request.getfixturevalue(of)
    asking, counts = asking_of(reader, "partner_reach", {}), partner_counts(reader)
    supported, handled = dict(asking.rows("supported")), dict(asking.rows("handled"))
    every = [row[0] for row in asking.rows("partners")]
    found, none = counts.cases_by_partner(), (0, 0)
    expected = {id_: (supported.get(id_, 0), handled.get(id_, 0)) for id_ in every}
    assert {id_: found.get(id_, none) for id_ in every} == expected
    for chosen in (every, every[::3], sorted(handled)[:2], sorted(supported)[-2:], []):
        assert counts.cases_touched(chosen) == asking.rows("n", chosen=chosen)[0][0]


@pytest.mark.parametrize("of", READERS)
def test_what_cases_of_one_partner_show_is_that_of_the_statements(of, request):
    reader = request.getfixturevalue(of)
    for question, kind in (("center_profile", "Center"), ("institution_profile", "Institution")):
        seen = 0
        for node in first_nodes(reader, (kind,)):
            asking = asking_of(reader, question, {f"{kind.lower()}_id": node.id})
            counts, n = profile._by_columns(asking, node.id)
            expected, expected_n = profile._by_statements(asking)
            assert n == expected_n
            assert {part: sorted(row[:-1] for row in rows) for part, rows in counts.items()} == {
                part: sorted(row[:-1] for row in rows) for part, rows in expected.items()
            }
            seen += n
        assert seen


@pytest.mark.parametrize("of", READERS)
def test_sources_of_cases_are_those_of_the_statements_that_count(of, request):
    reader = request.getfixturevalue(of)
    for name, part, width in (
        ("partnership_gaps", "used_by_function", 3),
        ("industry_gaps", "hired", 2),
        ("need_gaps", "needs", 2),
    ):
        asking = asking_of(reader, name, {})
        expected = {tuple(row[:width]): sorted(each for each in row[-1] if each) for row in asking.rows(part)}
        assert {tuple(row[:width]): sorted(row[-1]) for row in asking.rows("case_sources")} == expected


@pytest.mark.parametrize("of", READERS)
def test_hires_by_industry_and_region_are_those_of_the_statement(of, request):
    reader = request.getfixturevalue(of)
    assert hires(reader) == [tuple(row[:3]) for row in asking_of(reader, "industry_gaps", {}).rows("hired")]


def _by_statements(asking: Asking) -> dict[tuple[str, ...], list[str]]:
    """The cases of each journey, from the rows of the question's statements."""
    by, wanted = asking.params["by"], {row[0] for row in asking.rows("cases")}
    taken: dict[str, dict[int, str]] = defaultdict(dict)
    for case_id, place, _, kind, partner, _, partner_kind in asking.rows("supported"):
        taken[case_id][place] = {"step_kind": kind, "partner_kind": partner_kind, "partner": partner}.get(by, UNKNOWN)
    for case_id, place, _, kind, program, _ in asking.rows("used"):
        code = {"step_kind": kind, "program": program}.get(by, UNKNOWN)
        taken[case_id][place] = code if by == "program" else taken[case_id].get(place, code)
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for case_id in sorted(wanted & taken.keys()):
        codes = [code for _, code in sorted(taken[case_id].items())]
        found[tuple(code for before, code in zip(["", *codes], codes, strict=False) if code != before)].append(case_id)
    return found


@pytest.mark.parametrize("of", READERS)
@pytest.mark.parametrize("by", ["step_kind", "partner_kind", "partner", "program"])
@pytest.mark.parametrize("given", [{}, {"outcomes": ["hired"], "needs": 3}, {"centers": 1, "outcomes": ["open", "hired"]}])
def test_journeys_and_their_order_are_those_of_the_statements(of, by, given, request):
    reader = request.getfixturevalue(of)
    given = needs_of(reader, given) | {"by": by, "top": 1000}
    if "centers" in given:
        given["centers"] = [first_nodes(reader, ("Center",))[0].id]
    expected = _by_statements(asking_of(reader, "case_journeys", given))
    order = sorted(expected, key=lambda steps: (steps == (UNKNOWN,), -len(expected[steps]), len(steps), steps))
    answer = ask(reader, "case_journeys", given, PUBLISHED)
    if answer.records() and answer.records()[0]["case_ids"]:
        assert [(tuple(row["steps"]), row["case_ids"]) for row in answer.records()] == [
            (steps, expected[steps]) for steps in order[:1000]
        ]
    assert [(tuple(row["steps"]), row["cases"]) for row in answer.records()] == [
        (steps, len(expected[steps])) for steps in order[:1000]
    ]
    assert answer.n == sum(map(len, expected.values()))


@pytest.mark.parametrize("width", [9, 10**9])
def test_a_tally_counts_wide_and_narrow_keys_alike(width):
    import numpy as np

    chance = np.random.default_rng(1)
    parts = [chance.integers(0, 9, 50) for _ in range(4)]
    tally = Tally(width)
    for part in parts:
        tally.add(part)
    assert dict(zip(*(each.tolist() for each in tally.found()), strict=True)) == Counter(np.concatenate(parts).tolist())
    assert [each.tolist() for each in Tally(width).found()] == [[], []]


def test_what_was_counted_is_read_by_the_next_process_and_counted_anew_where_the_file_is_spoilt(cohort_reader, monkeypatch):
    folder: Path = cohort_reader.snapshot().folder.with_name("kept")
    answers = []
    for spoil in (None, b"spoilt", b""):
        for file in folder.glob("*.npz") if spoil is not None else ():
            file.write_bytes(spoil)
        for held in (need_counts, partner_counts, hires):
            held.forget()
        answers.append([ask(cohort_reader, name, {}, PLANNER) for name in ("need_gaps", "industry_gaps", "partnership_gaps")])
    assert answers[0] == answers[1] == answers[2]
    monkeypatch.setattr("queries.ties.needs._count", None)
    need_counts.forget()
    assert ask(cohort_reader, "need_gaps", {}, PLANNER) == answers[0][0]
    assert not list(folder.glob(".*"))

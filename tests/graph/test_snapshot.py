from __future__ import annotations

import numpy as np
import pytest

from graph.dataset import Dataset
from graph.schema import load_schema
from graph.snapshot import Snapshot

from .conftest import Bench
from .made import card, dataset_of, made_dataset


def code(snapshot: Snapshot, vocabulary: str, value: str | None) -> int:
    return -1 if value is None else snapshot.codes[vocabulary].index(value)


def month(value: str | None) -> int:
    return -1 if value is None else (int(value[:4]) - 1900) * 12 + int(value[5:]) - 1


def place(ids: list[str], value: str | None) -> int:
    return -1 if value is None else ids.index(value)


def rows(dataset: Dataset, table: str) -> list[dict[str, object]]:
    return dataset.tables[table].to_dicts() if table in dataset.tables else []


def sorted_ids(dataset: Dataset, table: str) -> list[str]:
    return sorted(str(row["id"]) for row in rows(dataset, table))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_snapshot_says_what_the_tables_say(embedded: Bench, seed: int) -> None:
    dataset = made_dataset(seed=seed, cases=150)
    embedded.load(dataset)
    snapshot = embedded.store.reader().snapshot()
    ids = {node.table: sorted_ids(dataset, node.table) for node in load_schema().nodes.values() if node.table != "sources"}
    providers, cases = ids["centers"] + ids["institutions"], ids["cases"]
    assert snapshot.providers == providers
    assert list(snapshot.ids("CaseFile")) == cases
    of_case = {str(row["id"]): row for row in rows(dataset, "cases")}
    for i, case in enumerate(cases):
        row, told = of_case[case], snapshot.cases
        assert told.outcome[i] == code(snapshot, "outcome", row["outcome"])
        assert told.center[i] == place(ids["centers"], row["center_id"])
        assert told.age_band[i] == code(snapshot, "age_band", row["age_band"])
        assert told.sex[i] == code(snapshot, "sex", row["sex"])
        assert (told.opened_month[i], told.outcome_month[i]) == (month(row["opened_month"]), month(row["outcome_month"]))
        assert snapshot.datasets[told.dataset[i]] == "made"
    wanted = sorted(
        (
            cases.index(row["case_id"]),
            row["order"],
            place(providers, row["provider_id"]),
            place(ids["programs"], row["program_id"]),
            place(ids["needs"], row["need_id"]),
            code(snapshot, "step_kind", row["kind"]),
            code(snapshot, "step_result", row["result"]),
            code(snapshot, "step_reason", row["reason"]),
            month(row["month"]),
        )
        for row in rows(dataset, "case_steps")
        if row["provider_id"] or row["program_id"] or (row["need_id"] and row["result"] == "not_served")
    )
    steps = snapshot.steps
    found = []
    for case in range(len(cases)):
        for at in range(steps.offsets[case], steps.offsets[case + 1]):
            columns = (
                steps.order,
                steps.provider,
                steps.program,
                steps.need,
                steps.kind,
                steps.result,
                steps.reason,
                steps.month,
            )
            found.append((case, *(int(column[at]) for column in columns)))
    assert found == wanted
    offsets, need = snapshot.case_needs
    pairs = [(case, int(need[at])) for case in range(len(cases)) for at in range(offsets[case], offsets[case + 1])]
    assert pairs == sorted((cases.index(r["case_id"]), ids["needs"].index(r["need_id"])) for r in rows(dataset, "case_needs"))
    kinds = {str(row["id"]): row["kind"] for row in rows(dataset, "institutions")}
    assert [snapshot.codes["institution_kind"][k] for k in snapshot.column("Institution", "kind")] == [
        kinds[id_] for id_ in ids["institutions"]
    ]


def test_ids_are_found_and_what_is_no_id_is_not(embedded: Bench) -> None:
    embedded.load(made_dataset(cases=30))
    ids = embedded.store.reader().snapshot().ids("CaseFile")
    assert [ids.place(id_) for id_ in ids] == list(range(30))
    assert (ids.place("0"), ids.place("zzz"), ids.place("")) == (-1, -1, -1)
    asked = ["zzz", *reversed(ids), "", "0"]
    assert ids.places(asked).tolist() == [ids.place(id_) for id_ in asked], "many, so that all ids are gone over"
    assert ids.places(asked[:2]).tolist() == [-1, 29]
    assert ids.places(asked[:1]).tolist() == [-1], "few enough to be searched for"
    assert ids.places([]).tolist() == []
    assert ids[-1] == ids[29]
    with pytest.raises(IndexError):
        ids[30]


def test_a_network_without_people_has_empty_columns(embedded: Bench) -> None:
    embedded.load(dataset_of({"regions": [{"id": "r", "name": "곳"}]}, card()))
    snapshot = embedded.store.reader().snapshot()
    assert len(snapshot.ids("CaseFile")) == len(snapshot.cases.outcome) == len(snapshot.steps.order) == 0
    assert list(snapshot.steps.offsets) == [0]


def test_arrays_are_mapped_and_cannot_be_changed(embedded: Bench) -> None:
    embedded.load(made_dataset(cases=30))
    outcome = embedded.store.reader().snapshot().cases.outcome
    assert isinstance(outcome, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        outcome[0] = 1


def test_text_is_no_column(embedded: Bench) -> None:
    embedded.load(made_dataset(cases=5))
    with pytest.raises(KeyError):
        embedded.store.reader().snapshot().column("Center", "name")

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.dataset import Dataset
from graph.frames import NodeFrame
from graph.projection import project
from graph.schema import load_schema
from graph.store import ConflictingFact, DanglingReference

from .made import card, dataset_of, made_dataset, shuffled
from .oracle import graph_of


def projected(datasets: Sequence[Dataset]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    nodes: dict[Any, Any] = {}
    relationships: dict[Any, Any] = {}
    for part in project(datasets, load_schema()):
        for row in part.frame.iter_rows(named=True):
            if isinstance(part, NodeFrame):
                nodes[part.kind, row["id"]] = row
            else:
                ends = (part.type, part.start_kind, row.pop("start"), part.end_kind, row.pop("end"))
                apart = load_schema().relationships[part.type].key
                relationships[(*ends, *(row[name] for name in apart))] = row
    return nodes, relationships


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_projection_is_what_a_plain_reading_of_the_schema_gives(seed: int) -> None:
    dataset = made_dataset(seed=seed, cases=60)
    assert projected([shuffled(dataset, seed)]) == graph_of([dataset])


def test_two_datasets_are_merged_node_by_node() -> None:
    first = made_dataset("a", cases=40)
    known = first.tables["centers"].row(1, named=True)
    told = {
        "centers": [{"id": known["id"], "name": known["name"], "kind": known["kind"]}],
        "regions": [{"id": "b-region", "name": "새 지역", "parent_id": "a-regions-000000"}],
        "memberships": [{"network_id": "a-networks-000000", "member_id": "a-centers-000001", "role": "core"}],
    }
    second = dataset_of(told, card("b"))
    nodes, relationships = projected([second, first])
    assert (nodes, relationships) == graph_of([first, second])
    assert nodes["Center", "a-centers-000001"]["dataset_id"] == "a"
    assert ("PART_OF", "Region", "b-region", "Region", "a-regions-000000") in relationships


def test_a_second_dataset_fills_what_the_first_left_open_and_its_relationship_is_its_own() -> None:
    first = dataset_of({"centers": [{"id": "c", "name": "센터", "kind": "career_center"}]}, card("a"))
    told = {
        "centers": [{"id": "c", "name": "센터", "kind": "career_center", "region_id": "r"}],
        "regions": [{"id": "r", "name": "곳"}],
    }
    nodes, relationships = projected([first, dataset_of(told, card("b"))])
    assert nodes["Center", "c"]["region_id"] == "r"
    assert relationships["LOCATED_IN", "Center", "c", "Region", "r"]["dataset_id"] == "b"


def test_datasets_that_contradict_each_other_are_named_with_the_column() -> None:
    one = dataset_of({"regions": [{"id": "r", "name": "울산"}]}, card("first"))
    other = dataset_of({"regions": [{"id": "r", "name": "부산"}]}, card("second"))
    with pytest.raises(ConflictingFact, match=r"Region r, column name \(first · second\)"):
        projected([one, other])


def test_no_person_is_in_two_datasets() -> None:
    told = {
        "centers": [{"id": "c", "name": "센터", "kind": "career_center"}],
        "cases": [{"id": "p", "center_id": "c", "outcome": "hired"}],
    }
    with pytest.raises(ConflictingFact, match="CaseFile p"):
        projected([dataset_of(told, card("a")), dataset_of(told, card("b"))])


def test_an_id_belongs_to_one_kind() -> None:
    told = {"regions": [{"id": "x", "name": "곳"}], "needs": [{"id": "x", "name": "것"}]}
    with pytest.raises(ConflictingFact, match="The id x is used by a Region and a Need"):
        projected([dataset_of(told, card())])


def test_a_row_that_fits_no_pair_of_kinds_is_refused() -> None:
    told = {
        "programs": [{"id": "p", "name": "과정", "kind": "training"}],
        "needs": [{"id": "n", "name": "것"}],
        "industries": [{"id": "i", "name": "업"}],
        "program_targets": [{"program_id": "p", "target_kind": "industry", "target_id": "n"}],
    }
    with pytest.raises(DanglingReference, match="program_targets"):
        projected([dataset_of(told, card())])


def test_frames_are_sorted_and_come_nodes_first_with_every_declared_column() -> None:
    schema, nodes_over = load_schema(), False
    for part in project([shuffled(made_dataset(cases=50), 4)], schema):
        if isinstance(part, NodeFrame):
            assert not nodes_over
            assert part.frame["id"].is_sorted()
            assert part.frame.columns == list(schema.node_properties(part.kind))
        else:
            nodes_over = True
            assert part.frame.columns == ["start", "end", *schema.relationship_properties(part.type)]
            assert part.frame.equals(part.frame.sort("start", "end", *schema.relationships[part.type].key))
            assert (part.start_kind, part.end_kind) in schema.relationship_ends(part.type)


def test_keys_of_relationships_are_unique() -> None:
    for part in project([made_dataset(cases=200), made_dataset("other", cases=50)], load_schema()):
        if not isinstance(part, NodeFrame):
            key = load_schema().relationships[part.type].key
            assert part.frame.select(pl.struct("start", "end", *key).is_unique().all()).item()
            assert key != ("id",) or part.frame.select(pl.col("id").is_unique().all()).item()

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from graph.schema import load_schema
from queries.browse import UnknownEntityError, adjacent, captions, entity, networks
from queries.browse.index import name_index

if TYPE_CHECKING:
    from graph.dataset import Dataset
    from graph.store import Reader

MADE_CASE = "made-cases-000001"


def edges(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Every relationship straight from the tables: type, start, end."""
    found = []
    for name, kind in load_schema().relationships.items():
        for source in kind.sources:
            if source.table not in dataset.tables:
                continue
            for row in dataset.tables[source.table].rows(named=True):
                wanted = all(row[column] in codes for column, codes in source.where.items())
                if wanted and row[source.start] is not None and row[source.end] is not None:
                    found.append((name, row[source.start], row[source.end]))
    return found


def test_every_node_counts_its_relationships_as_the_tables_do(ladybug_reader: Reader, moel: Dataset) -> None:
    ends: dict[str, Counter[tuple[str, str]]] = {}
    for name, start, end in edges(moel):
        ends.setdefault(start, Counter())[(name, "out")] += 1
        ends.setdefault(end, Counter())[(name, "in")] += 1
    for node in name_index(ladybug_reader).named:
        counted: Counter[tuple[str, str]] = Counter()
        for each in entity(ladybug_reader, node.id).adjacent:
            counted[(each.relationship, each.direction)] += each.count
        assert counted == ends.get(node.id, Counter()), node.id


def test_names_are_looked_up_by_key_and_never_by_going_over_a_list_for_each_node(
    ladybug_reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {node.id: (node.kind, node.name) for node in name_index(ladybug_reader).named}
    asked: list[str] = []
    query = type(ladybug_reader).query
    monkeypatch.setattr(
        type(ladybug_reader), "query", lambda self, cypher, params: asked.append(cypher) or query(self, cypher, params)
    )
    monkeypatch.setattr("queries.telling.nodes.KNOWN", {})
    monkeypatch.setattr("queries.telling.nodes.FINDERS", {})
    assert captions(ladybug_reader, [*named, "nobody"]) == named
    assert asked and all(cypher.startswith("UNWIND $ids AS wanted MATCH") and " IN " not in cypher for cypher in asked)


def test_both_engines_tell_the_same_of_each_center(reader: Reader, ladybug_reader: Reader) -> None:
    centers = [node.id for node in name_index(ladybug_reader).named if node.kind == "Center"]
    for center in centers[:6]:
        assert entity(reader, center) == entity(ladybug_reader, center)
        assert adjacent(reader, center, per_page=100) == adjacent(ladybug_reader, center, per_page=100)


def test_pages_put_together_are_the_whole(ladybug_reader: Reader) -> None:
    busiest = max(name_index(ladybug_reader).named, key=lambda node: adjacent(ladybug_reader, node.id).total)
    whole = adjacent(ladybug_reader, busiest.id, per_page=200)
    assert whole.total == len(whole.items) > 10
    for per_page in (1, 7):
        pages = range(1, whole.total // per_page + 2)
        put_together = [each for page in pages for each in adjacent(ladybug_reader, busiest.id, page, per_page).items]
        assert tuple(put_together) == whole.items
    assert adjacent(ladybug_reader, busiest.id, 10_000).items == ()


def test_one_relationship_type_can_be_looked_at_alone(ladybug_reader: Reader) -> None:
    page = adjacent(ladybug_reader, "center-ulsan", relationship="LEADS")
    assert [each.relationship for each in page.items] == ["LEADS"]
    assert adjacent(ladybug_reader, "center-ulsan", relationship="EARNED").total == 0


def test_every_fact_has_a_label_and_every_node_a_source_and_a_locator(ladybug_reader: Reader) -> None:
    for node in name_index(ladybug_reader).named:
        found = entity(ladybug_reader, node.id)
        assert found.locator
        assert found.source.dataset_id == "moel-2025"
        assert all(fact.label.ko and fact.label.en and fact.value is not None for fact in found.facts)
        assert not {"locator", "dataset_id"} & {fact.property for fact in found.facts}
        assert all(each.locator and each.dataset_id for each in adjacent(ladybug_reader, node.id, per_page=50).items)


def test_a_code_is_told_in_words_and_a_reference_by_name(ladybug_reader: Reader) -> None:
    facts = {fact.property: fact for fact in entity(ladybug_reader, "center-ulsan").facts}
    assert facts["kind"].shown is not None
    assert facts["kind"].shown.ko == "고용센터"
    assert facts["region_id"].shown is not None
    assert facts["region_id"].shown.ko == "울산광역시"
    assert facts["region_id"].refers_to == facts["region_id"].value


def test_a_case_of_published_data_is_shown(ladybug_reader: Reader, moel: Dataset) -> None:
    case = entity(ladybug_reader, moel.tables["cases"]["id"][0])
    assert case.kind == "CaseFile"
    assert case.adjacent


def test_a_case_of_protected_data_is_as_good_as_absent(made_reader: Reader) -> None:
    with pytest.raises(UnknownEntityError):
        entity(made_reader, MADE_CASE)
    with pytest.raises(UnknownEntityError):
        adjacent(made_reader, MADE_CASE)


def test_nothing_about_protected_cases_stands_beside_another_node(made_reader: Reader) -> None:
    for node in name_index(made_reader).named:
        assert all(each.kind != "CaseFile" for each in entity(made_reader, node.id).adjacent)
        assert all(each.kind != "CaseFile" for each in adjacent(made_reader, node.id, per_page=200).items)


@pytest.mark.parametrize("wanted", ["", "nobody", "' OR 1=1", "center-ulsan ", "\x00"])
def test_an_id_of_nothing_is_told_so(ladybug_reader: Reader, wanted: str) -> None:
    with pytest.raises(UnknownEntityError):
        entity(ladybug_reader, wanted)


def test_the_networks_at_a_glance_agree_with_the_tables(reader: Reader, moel: Dataset) -> None:
    members = moel.tables["memberships"].rows(named=True)
    awards = dict(moel.tables["networks"].select("id", "award").rows())
    found = networks(reader)
    assert len(found) == 15
    for line in found:
        assert line.award == awards[line.id]
        assert line.members == len({row["member_id"] for row in members if row["network_id"] == line.id})
        assert [lead.id for lead in line.leads] == sorted(
            {row["member_id"] for row in members if row["network_id"] == line.id and row["role"] == "lead"}
        )


def test_a_generation_of_an_older_schema_is_still_browsed(ladybug_reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    before = entity(ladybug_reader, "center-ulsan")
    schema = load_schema()
    newer = dataclasses.replace(
        schema, nodes={"Later": dataclasses.replace(schema.nodes["Need"], name="Later"), **schema.nodes}
    )
    monkeypatch.setattr("queries.browse.held.load_schema", lambda: newer)
    assert entity(ladybug_reader, "center-ulsan") == before

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest

from queries.browse import NetworkFilter, UnknownEntityError, network
from queries.browse.layout import positions
from queries.browse.picture import Whole, _read_whole
from tests.queries.test_browse_entities import edges

if TYPE_CHECKING:
    from graph.dataset import Dataset
    from graph.store import Reader


def test_the_whole_network_holds_every_node_and_relationship_of_published_data(reader: Reader, moel: Dataset) -> None:
    picture = network(reader)
    drawn = {(each.type, each.start_id, each.end_id) for each in picture.relationships}
    assert drawn == set(edges(moel))
    assert picture.matching == len(picture.nodes)
    assert {node.id for node in picture.nodes} >= set(moel.tables["cases"]["id"])
    assert picture.left_out == ()


def test_protected_cases_are_never_drawn_and_it_says_so(made_reader: Reader) -> None:
    picture = network(made_reader)
    assert all(node.kind != "CaseFile" for node in picture.nodes)
    assert [(each.kind, each.reason) for each in picture.left_out] == [("CaseFile", "protected")]
    with pytest.raises(UnknownEntityError):
        network(made_reader, NetworkFilter(around="made-cases-000001"))


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_neighbourhood_is_what_networkx_calls_an_ego_graph(ladybug_reader: Reader, hops: int) -> None:
    whole = network(ladybug_reader)
    graph = nx.Graph((each.start_id, each.end_id) for each in whole.relationships)
    near = network(ladybug_reader, NetworkFilter(around="center-ulsan", hops=hops))
    assert {node.id for node in near.nodes} == set(nx.ego_graph(graph, "center-ulsan", hops))


def test_filters_keep_kinds_networks_and_regions(ladybug_reader: Reader) -> None:
    kinds = network(ladybug_reader, NetworkFilter(kinds=["Center", "Network"]))
    assert {node.kind for node in kinds.nodes} == {"Center", "Network"}
    one = next(node for node in kinds.nodes if node.kind == "Network")
    members = network(ladybug_reader, NetworkFilter(networks=[one.id]))
    assert one.id in {node.id for node in members.nodes}
    assert all(
        node.id == one.id or any({one.id, node.id} == {each.start_id, each.end_id} for each in members.relationships)
        for node in members.nodes
    )
    ulsan = next(node.region_id for node in kinds.nodes if node.id == "center-ulsan")
    there = network(ladybug_reader, NetworkFilter(regions=[str(ulsan)], kinds=["Center"]))
    assert {node.region_id for node in there.nodes} == {ulsan}
    only = network(ladybug_reader, NetworkFilter(relationships=["LEADS"]))
    assert {each.type for each in only.relationships} == {"LEADS"}


def test_a_limit_keeps_the_best_joined_and_says_how_many_fit(ladybug_reader: Reader) -> None:
    whole, some = network(ladybug_reader), network(ladybug_reader, NetworkFilter(limit=20))
    assert len(some.nodes) == 20
    assert some.matching == len(whole.nodes)
    least = min(node.degree for node in some.nodes)
    assert all(node.degree <= least for node in whole.nodes if node.id not in {kept.id for kept in some.nodes})


def test_a_node_keeps_its_place_whatever_is_filtered_and_whenever_it_is_placed(ladybug_reader: Reader) -> None:
    placed = {node.id: (node.x, node.y) for node in network(ladybug_reader).nodes}
    again: Whole = _read_whole(ladybug_reader)
    assert {node.id: (node.x, node.y) for node in again.nodes.values()} == placed
    assert all(placed[node.id] == (node.x, node.y) for node in network(ladybug_reader, NetworkFilter(kinds=["Center"])).nodes)


def test_no_two_nodes_lie_on_each_other(ladybug_reader: Reader) -> None:
    places = [(node.x, node.y) for node in network(ladybug_reader).nodes]
    assert all(abs(x) <= 1 and abs(y) <= 1 for x, y in places)
    gaps = [(a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for i, a in enumerate(places) for b in places[:i]]
    assert min(gaps) ** 0.5 > 0.01


@pytest.mark.parametrize("count", [0, 1, 2, 3, 900])
def test_any_number_of_nodes_is_placed_and_what_is_joined_lies_near(count: int) -> None:
    pairs = [(place, place + 1) for place in range(0, count - 1, 2)]
    at = positions(count, pairs, [1.0] * len(pairs))
    assert len(at) == count
    if count == 900:
        apart = [((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5 for a, b in pairs]
        others = [((at[a][0] - at[-a][0]) ** 2 + (at[a][1] - at[-a][1]) ** 2) ** 0.5 for a, _ in pairs[1:]]
        assert sum(apart) / len(apart) < sum(others) / len(others) / 4

from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.brokerage import ROLES, betweenness, brokerage, by_group, constraint


def role(a: int, b: int, c: int) -> str:
    if a == b == c:
        return "coordinator"
    if a == c:
        return "consultant"
    if b == c:
        return "gatekeeper"
    return "representative" if a == b else "liaison"


def counted_by_loops(nodes: int, edges: list[tuple[int, int]], groups: list[int], parallel: bool) -> np.ndarray:
    counts = np.zeros((nodes, 5), np.int64)
    for a, b, c in permutations(range(nodes), 3):
        ways = edges.count((a, b)) * edges.count((b, c))
        if ways and (a, c) not in edges:
            counts[b, ROLES.index(role(groups[a], groups[b], groups[c]))] += ways if parallel else 1
    return counts


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[int]]:
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=25))
    return nodes, edges, draw(st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes))


@settings(max_examples=500, deadline=None)
@given(networks(), st.booleans())
def test_roles_are_what_three_nested_loops_count(network: tuple[int, list[tuple[int, int]], list[int]], parallel: bool) -> None:
    nodes, edges, groups = network
    starts, ends = [edge[0] for edge in edges], [edge[1] for edge in edges]
    found = brokerage(nodes, starts, ends, groups, count_parallel=parallel)
    assert found.counts.tolist() == counted_by_loops(nodes, edges, groups, parallel).tolist()


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([1, 1, 1], "coordinator"),
        ([1, 2, 1], "consultant"),
        ([2, 1, 1], "gatekeeper"),
        ([1, 1, 2], "representative"),
        ([1, 2, 3], "liaison"),
    ],
)
def test_the_five_triads_have_the_names_that_the_documentation_of_sna_gives(groups: list[int], expected: str) -> None:
    # R package sna, help page of `brokerage`: coordinator A-A-A, itinerant broker (here: consultant) A-B-A, gatekeeper A-B-B,
    # representative A-A-B, liaison A-B-C.
    found = brokerage(3, [0, 1], [1, 2], groups).counts
    assert found[1].tolist() == [int(name == expected) for name in ROLES]
    assert found[[0, 2]].sum() == 0
    assert brokerage(3, [0, 1, 0], [1, 2, 2], groups).counts.sum() == 0


def test_within_one_group_a_broker_coordinates_every_pair_without_a_tie_of_its_own() -> None:
    # Counted by hand: B stands between M-H, I-H, M-J, I-J, M-L and I-L, each in both directions.
    names = "BMIHJL"
    ties = ["BM", "BI", "BH", "BJ", "BL", "MI", "HJ", "JL", "HL"]
    both = [(names.index(a), names.index(b)) for a, b in ties] + [(names.index(b), names.index(a)) for a, b in ties]
    found = brokerage(6, [a for a, _ in both], [b for _, b in both], [1] * 6).counts
    assert found[0].tolist() == [2 * 6, 0, 0, 0, 0]


def test_the_expected_counts_are_the_mean_over_every_shuffle_of_the_others() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (3, 0), (1, 4), (4, 0), (2, 0)]
    groups = [0, 0, 1, 1, 2]
    starts, ends = [a for a, _ in edges], [b for _, b in edges]
    found = brokerage(5, starts, ends, groups).expected
    for node in range(5):
        rest = [other for other in range(5) if other != node]
        shuffles = []
        for order in permutations(rest):
            dealt = list(groups)
            for place, taken in zip(rest, order, strict=True):
                dealt[place] = groups[taken]
            shuffles.append(counted_by_loops(5, edges, dealt, False)[node])
        assert found[node] == pytest.approx(np.mean(shuffles, axis=0))


def test_groups_sum_their_members() -> None:
    counts = brokerage(4, [0, 1, 2], [1, 2, 3], [0, 0, 1, 1]).counts
    assert {name: row.tolist() for name, row in by_group(counts, [0, 0, 1, 1]).items()} == {
        0: [0, 0, 0, 1, 0],
        1: [0, 0, 1, 0, 0],
    }


DENSE = """0100101010 1011101110 0101111001 1100101000 1111001111 0010001010 0101100000 1101101010 0100101000 1110101000"""


def test_betweenness_of_a_dense_directed_network_is_that_of_networkx() -> None:
    edges = [(a, b) for a, row in enumerate(DENSE.split()) for b, tie in enumerate(row) if tie == "1"]
    found = betweenness(10, [a for a, _ in edges], [b for _, b in edges])
    expected = nx.betweenness_centrality(nx.DiGraph(edges), normalized=False)
    assert found == pytest.approx([expected[node] for node in range(10)])
    assert [round(each, 3) for each in found] == [0.667, 12.333, 11.694, 0.806, 17.833, 0.333, 2.75, 0.0, 1.222, 0.361]


def test_betweenness_counts_parallel_edges_once() -> None:
    assert betweenness(3, [0, 0, 1], [1, 1, 2]) == [0.0, 1.0, 0.0]


def test_constraint_follows_burts_formula_and_a_lone_node_has_none() -> None:
    starts, ends = [0, 0, 0, 1, 2], [1, 1, 2, 2, 3]
    weight = np.zeros((5, 5))
    np.add.at(weight, (starts, ends), 1)
    mutual = weight + weight.T
    share = np.divide(mutual, mutual.sum(1, keepdims=True), out=np.zeros((5, 5)), where=mutual.sum(1, keepdims=True) > 0)
    dyads = (share + share @ share) ** 2 * (mutual > 0)
    found = constraint(5, starts, ends)
    assert found[4] is None
    assert found[:4] == pytest.approx(dyads.sum(1)[:4].tolist())


def test_constraint_of_a_star_is_one_over_its_rays() -> None:
    assert constraint(5, [0, 0, 0, 0], [1, 2, 3, 4]) == pytest.approx([0.25, 1.0, 1.0, 1.0, 1.0])
    assert nx.constraint(nx.star_graph(4))[0] == pytest.approx(0.25)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        brokerage(2, [0], [1, 0], [0, 0])
    with pytest.raises(ValueError, match="outside"):
        brokerage(2, [0], [2], [0, 0])


@settings(deadline=None)
@given(networks())
def test_constraint_and_betweenness_are_those_of_networkx(network: tuple[int, list[tuple[int, int]], list[int]]) -> None:
    nodes, edges, _ = network
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    for start, end in edges:
        if start != end:
            graph.add_edge(start, end, weight=graph.get_edge_data(start, end, {"weight": 0})["weight"] + 1)
    starts, ends = [start for start, _ in edges], [end for _, end in edges]
    burt, freeman = nx.constraint(graph, weight="weight"), nx.betweenness_centrality(graph, normalized=False)
    found = constraint(nodes, starts, ends)
    assert [value is None for value in found] == [burt[node] != burt[node] for node in range(nodes)]
    assert [value or 0 for value in found] == pytest.approx([0 if burt[n] != burt[n] else burt[n] for n in range(nodes)])
    assert betweenness(nodes, starts, ends) == pytest.approx([freeman[node] for node in range(nodes)])

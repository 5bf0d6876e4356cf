from __future__ import annotations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.simple_paths import simple_paths

NODES = "abcdef"
LINKS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14)


def _oracle(links, first, second, max_hops):
    """Every loopless path by networkx, relationships by their place, in the order promised."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(NODES)
    for place, (start, end) in enumerate(links):
        if start != end:
            graph.add_edge(start, end, key=place)
    found = []
    for path in nx.all_simple_edge_paths(graph, first, second, cutoff=max_hops):
        here, steps = first, []
        for start, end, place in path:
            there = end if start == here else start
            steps.append((there, place, links[place][0] == here))
            here = there
        found.append(tuple(steps))
    return sorted(found, key=lambda steps: (len(steps), steps))


@settings(max_examples=300, deadline=None)
@given(LINKS, st.integers(1, 4), st.integers(1, 50))
def test_the_first_k_paths_are_those_of_an_exhaustive_search(links, max_hops, k):
    found = simple_paths(links, "a", "b", max_hops, k)
    assert [tuple((step.to, step.link, step.forward) for step in path) for path in found] == _oracle(links, "a", "b", max_hops)[
        :k
    ]


def test_two_relationships_between_the_same_nodes_make_two_paths():
    assert len(simple_paths([("a", "b"), ("b", "a"), ("a", "a")], "a", "b", 4, 50)) == 2


def test_no_path_leads_from_a_node_to_itself():
    assert simple_paths([("a", "b"), ("b", "a")], "a", "a", 4, 50) == []
